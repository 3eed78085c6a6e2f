#include "ui/screen/strip.h"

#include <stdio.h>
#include <string.h>

#include "ui/draw/glyphs.h"

enum { CELL = 27, VALUE = 14 };

/* In the order in which a lecture needs them; those without effect now are left out. */
static const char *const order[] = {"activation", "init", "lr", "depth", "width", "gain",
    "clip", "clip_at", "optimizer", "momentum", "beta1", "beta2", "epsilon", "leaky_slope",
    "data", "label", "labels", "target", "ignore", "missing", "one_hot", "batch", "bias",
    "loss", "output", "samples", "noise", "test", "weight_decay", "standardize", "bias_std",
    "input_scale", "input_offset", "seed"};

/* Rows of hparam_table as shown; returns how many. */
static int shown_rows(const struct hparams *hparams, int rows[])
{
    int count = 0;
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        int index = names_find(hparam_name, order[i]);
        const struct hparam *row = &hparam_table[index];
        if (!row->relevant || row->relevant(hparams))
            rows[count++] = index;
    }
    return count;
}

/* Place of `selected` among the rows; one that is not shown counts as the first. */
static int place_of(const int rows[], int count, int selected)
{
    for (int i = 0; i < count; i++) {
        if (rows[i] == selected)
            return i;
    }
    return 0;
}

int strip_neighbour(const struct hparams *hparams, int selected, int offset)
{
    int rows[ARRAY_LEN(order)];
    int count = shown_rows(hparams, rows), place = place_of(rows, count, selected);
    place = (place + offset % count + count) % count;
    return rows[place];
}

static void draw_item(const struct hparams *hparams, const struct hparam *row, bool selected,
    struct surface *surface, int x, int y, int width)
{
    char value[HPARAM_VALUE_SIZE];
    hparam_brief(hparams, row, value, sizeof value);
    int name_end = surface_text(
        surface, x + 1, y, width - 2, selected ? ROLE_STRONG : ROLE_DIM, row->name);
    int at = name_end + 1;
    if (selected) {
        surface_put(surface, at, y, GLYPH_LEFT, ROLE_KEY);
        int end = surface_text(surface, at + 1, y, width - (at + 3 - x), ROLE_SELECTED, value);
        surface_put(surface, end, y, GLYPH_RIGHT, ROLE_KEY);
    } else {
        surface_text(surface, at + 1, y, width - (at + 1 - x), ROLE_TEXT, value);
    }
}

void strip_draw(
    const struct hparams *hparams, int selected, struct surface *surface, struct rect area)
{
    int rows[ARRAY_LEN(order)];
    int count = shown_rows(hparams, rows), place = place_of(rows, count, selected);
    int columns = area.width / CELL < 1 ? 1 : area.width / CELL;
    int width = area.width / columns;
    int lines = (count + columns - 1) / columns;
    /* Whole pages of lines, so that moving within a page moves nothing else. */
    int first = area.height > 0 ? place / columns / area.height * area.height : 0;
    if (first > lines - area.height)
        first = lines > area.height ? lines - area.height : 0;
    for (int line = 0; line < area.height && first + line < lines; line++) {
        for (int column = 0; column < columns; column++) {
            int i = (first + line) * columns + column;
            if (i < count)
                draw_item(hparams, &hparam_table[rows[i]], i == place, surface,
                    area.x + column * width, area.y + line, width);
        }
    }
    int right = area.x + area.width - 1;
    if (first > 0)
        surface_put(surface, right, area.y, GLYPH_UP, ROLE_DIM);
    if (area.height > 0 && first + area.height < lines)
        surface_put(surface, right, area.y + area.height - 1, GLYPH_DOWN, ROLE_DIM);
}
