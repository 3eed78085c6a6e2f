#include "ui/draw/ticks.h"

#include <stdlib.h>

#include "ui/draw/glyphs.h"

/* The row of labels, by columns of the axis. */
struct row {
    const struct tick *ticks[TIMELINE_WIDEST]; /* what has its tick there, or NULL */
    bool labelled[TIMELINE_WIDEST];            /* by a label, with a blank at its sides */
    bool drawn[TIMELINE_WIDEST];               /* by others, with a blank at its sides */
};

static bool is_above(const struct tick *a, const struct tick *b)
{
    return a->weight != b->weight ? a->weight > b->weight : a->step > b->step;
}

static int compare(const void *a, const void *b)
{
    const struct tick *const *first = a, *const *second = b;
    return is_above(*first, *second) ? -1 : is_above(*second, *first) ? 1 : 0;
}

/* Finds the ticks' columns: of several on one the first in rank stands there. */
static void place_ticks(const struct timeline *timeline, const struct tick *ticks, int count,
    int width, struct row *row)
{
    for (int i = 0; i < count; i++) {
        const struct tick *tick = &ticks[i];
        int column = tick->ahead ? timeline_place(timeline, tick->step)
                                 : timeline_column(timeline, tick->step);
        if (column < 0 || column >= width)
            continue;
        const struct tick **there = &row->ticks[column];
        if (!*there || is_above(tick, *there))
            *there = tick;
    }
}

/* `beyond`: the column at the side that is not its tick's, where another tick may stand. */
static bool is_free(const struct row *row, int width, int from, int to, int beyond, bool covers)
{
    if (from < 0 || to > width)
        return false;
    if (beyond >= 0 && beyond < width && row->labelled[beyond] && !row->ticks[beyond])
        return false;
    for (int i = from; i < to; i++) {
        if (row->labelled[i] || row->ticks[i] || (row->drawn[i] && !covers))
            return false;
    }
    return true;
}

/* Beside its tick, at the right or else at the left, if there is room. */
static void label(struct row *row, int width, struct surface *surface,
    const struct tick_place *place, int column)
{
    const struct tick *tick = row->ticks[column];
    int columns = text_columns(tick->label), from = column + 1;
    bool covers = place->over && tick->weight >= TICK_MAJOR;
    bool right = is_free(row, width, from, from + columns, from + columns, covers);
    if (!right)
        from = column - columns;
    if (columns == 0 || !(right || is_free(row, width, from, column, from - 1, covers)))
        return;
    surface_text(surface, place->x + from, place->row, -1, tick->ahead ? ROLE_DIM : tick->role,
        tick->label);
    for (int i = from - 1; i <= from + columns; i++) {
        if (i >= 0 && i < width)
            row->labelled[i] = true;
    }
}

static bool is_blank(const struct surface *surface, int x, int y)
{
    return y >= 0 && y < surface->height && surface->cells[y * surface->width + x].glyph == ' ';
}

/* The line, and the tick in the labels' row unless it would cover what stands there. */
static void draw_line(
    const struct row *row, struct surface *surface, int column, const struct tick_place *place)
{
    const struct tick *tick = row->ticks[column];
    int x = place->x + column;
    uint32_t glyph = tick->ahead ? GLYPH_MARK : GLYPH_BAR;
    enum role role = tick->ahead ? ROLE_DIM : tick->role;
    bool major = tick->ahead || tick->weight >= TICK_MAJOR;
    for (int y = place->top; y < place->top + place->height; y++) {
        if (major && is_blank(surface, x, y))
            surface_put(surface, x, y, glyph, ROLE_DIM);
    }
    if ((place->over && tick->weight >= TICK_MAJOR) || is_blank(surface, x, place->row) ||
        surface->cells[place->row * surface->width + x].glyph == glyph)
        surface_put(surface, x, place->row, glyph, role);
    if (place->foot > 0 && is_blank(surface, x, place->foot))
        surface_put(surface, x, place->foot, GLYPH_UP, role);
}

/* What stands in the labels' row stays, with a blank beside it. */
static void take_row(
    struct row *row, int width, const struct surface *surface, const struct tick_place *place)
{
    const struct cell *cells = &surface->cells[place->row * surface->width + place->x];
    for (int i = 0; i < width; i++) {
        bool before = i > 0 && cells[i - 1].glyph != ' ';
        bool after = i + 1 < width && cells[i + 1].glyph != ' ';
        row->drawn[i] = before || after || cells[i].glyph != ' ';
    }
}

void ticks_draw(const struct timeline *timeline, struct surface *surface,
    const struct tick *ticks, int count, const struct tick_place *place)
{
    struct row row = {.drawn = {false}};
    const struct tick *ranked[TIMELINE_WIDEST];
    int columns[TIMELINE_WIDEST], ranks = 0, room = surface->width - place->x;
    int width = timeline->width < room ? timeline->width : room;
    if (place->x < 0 || place->row < 0 || place->row >= surface->height)
        return;
    take_row(&row, width, surface, place);
    place_ticks(timeline, ticks, count, width, &row);
    for (int i = 0; i < width; i++) {
        if (row.ticks[i])
            ranked[ranks++] = row.ticks[i];
    }
    qsort(ranked, (size_t)ranks, sizeof *ranked, compare);
    for (int i = 0; i < ranks; i++) {
        for (columns[i] = 0; row.ticks[columns[i]] != ranked[i];)
            columns[i]++;
        label(&row, width, surface, place, columns[i]);
        draw_line(&row, surface, columns[i], place);
    }
}
