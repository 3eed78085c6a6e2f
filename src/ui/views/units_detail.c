#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "core/text.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/views/units.h"

enum { LABEL = 8 };

/* A number with its label in front: both keep their place. */
static int fact(struct surface *surface, int x, int y, const char *label, double value)
{
    char number[FORMAT_SIZE];
    format_signed(value, number);
    x = surface_text(surface, x, y, -1, ROLE_DIM, label);
    return surface_text(surface, x, y, -1, ROLE_STRONG, number) + 2;
}

static void draw_slope(const struct snapshot *s, struct surface *surface, int x, int y)
{
    char most[FORMAT_SIZE], share[FORMAT_SIZE];
    double bound = s->seen.activation.max_slope;
    (void)snprintf(most, sizeof most, "%.3g", bound);
    format_share(s->unit.mean_slope / bound, share);
    surface_text(surface, x, y, -1, ROLE_HEADING, "slope");
    x = fact(surface, x + LABEL, y, "mean", s->unit.mean_slope);
    x = surface_text(surface, x, y, -1, ROLE_DIM, "of at most ");
    x = surface_text(surface, x, y, -1, ROLE_STRONG, most);
    if (s->unit.mean_slope >= 0) /* GELU's and SiLU's can be below */
        surface_print(surface, x, y, ROLE_DIM, " (%s of it)", share);
}

static void draw_record(const struct snapshot *s, struct surface *surface, int x, int y)
{
    const struct unit_record *r = &s->unit.record;
    surface_text(surface, x, y, -1, ROLE_HEADING, "deaths");
    x += LABEL;
    if (r->died_at < 0 && r->revived_at < 0) {
        surface_text(surface, x, y, -1, ROLE_DIM, "never counted as dead");
        return;
    }
    if (r->died_at >= 0)
        x = surface_print(surface, x, y, ROLE_DIM, "%s since step %" PRId64,
                unit_verdict_of(s).state == UNIT_DEAD ? "dead" : "counted dead", r->died_at) +
            2;
    if (r->revived_at >= 0)
        surface_print(surface, x, y, ROLE_DIM, "came back %d time%s, last at step %" PRId64,
            r->revivals, PLURAL(r->revivals), r->revived_at);
}

int unit_facts_rows(const struct snapshot *s)
{
    return 3 + s->unit.hidden + (s->unit.hidden && s->seen.activation.flat);
}

void unit_facts_draw(const struct snapshot *s, struct surface *surface, struct rect area)
{
    const struct unit_detail *u = &s->unit;
    int y = area.y, x = area.x;
    surface_text(surface, x, y, -1, ROLE_HEADING, "z");
    int end = fact(surface, x + LABEL, y, "mean", u->z.mean);
    fact(surface, end, y, "deviation", u->z.deviation);
    y++;
    end = fact(surface, x + LABEL, y, "from", u->z.minimum);
    fact(surface, end, y, "to       ", u->z.maximum);
    y++;
    if (u->hidden)
        draw_slope(s, surface, x, y++);
    surface_text(surface, x, y, -1, ROLE_HEADING, "δ");
    end = fact(surface, x + LABEL, y, "rms ", u->delta_rms);
    surface_print(surface, end, y++, ROLE_DIM, "over %s",
        s->seen.samples < s->seen.data_samples ? "the batch" : "all samples");
    if (u->hidden && s->seen.activation.flat)
        draw_record(s, surface, x, y);
}

/* Largest weight of this sign among first..last-1, as a size. */
static double largest_of(const double *weights, int first, int last, double sign)
{
    double largest = 0;
    for (int i = first; i < last; i++)
        largest = fmax(largest, sign * weights[i]);
    return largest;
}

static void draw_column(struct surface *surface, struct rect column, double share, bool up)
{
    int eighths = share > 0 ? (int)ceil(share * column.height * 8 - 1e-9) : 0;
    for (int i = 0; i < column.height && eighths > 0; i++, eighths -= 8) {
        int y = up ? column.y + column.height - 1 - i : column.y + i;
        /* Downwards there is no glyph of a part of a cell but half of it. */
        uint32_t glyph = eighths >= 8 ? GLYPH_FULL
            : up                      ? glyph_vertical(eighths)
            : eighths > 4             ? GLYPH_FULL
                                      : GLYPH_UPPER_HALF;
        for (int x = 0; x < column.width; x++)
            surface_put(surface, column.x + x, y, glyph, up ? ROLE_SIGNAL : ROLE_CEILING);
    }
}

/* Weights as columns above and below 0, on a scale of their own, whose end is said. */
static void draw_weights(struct surface *surface, struct rect area, const char *heading,
    const double *weights, int count)
{
    enum { SCALE = 9, WIDEST = 4 };
    int room = area.width - SCALE, half = (area.height - 1) / 2;
    int columns = room < count ? room : count, pitch = room / columns;
    pitch = pitch > WIDEST ? WIDEST : pitch;
    double most = fmax(largest_of(weights, 0, count, 1), largest_of(weights, 0, count, -1));
    char text[FORMAT_SIZE];
    surface_text(surface, area.x, area.y, area.width, ROLE_HEADING, heading);
    format_signed(most, text);
    surface_text(surface, area.x, area.y + 1, -1, ROLE_DIM, text);
    format_signed(-most, text);
    surface_text(surface, area.x, area.y + 2 * half, -1, ROLE_DIM, text);
    for (int i = 0; i < columns && most > 0; i++) {
        int first = (int)((int64_t)i * count / columns);
        int last = (int)((int64_t)(i + 1) * count / columns);
        struct rect column = {
            area.x + SCALE + i * pitch, area.y + 1, pitch > 1 ? pitch - 1 : 1, half};
        draw_column(surface, column, largest_of(weights, first, last, 1) / most, true);
        column.y += half;
        draw_column(surface, column, largest_of(weights, first, last, -1) / most, false);
    }
}

void unit_weights_draw(const struct snapshot *s, struct surface *surface, struct rect area)
{
    const struct unit_detail *u = &s->unit;
    char heading[80], from[40] = "the inputs";
    if (!u->valid)
        return;
    if (u->layer > 1)
        (void)snprintf(from, sizeof from, "layer %d", u->layer - 1);
    (void)snprintf(
        heading, sizeof heading, "%d weight%s in, from %s", u->inputs, PLURAL(u->inputs), from);
    struct rect left = {
        area.x, area.y, u->hidden ? area.width / 2 - 1 : area.width, area.height};
    draw_weights(surface, left, heading, u->weights, u->inputs);
    if (!u->hidden)
        return;
    (void)snprintf(heading, sizeof heading,
        "%d weight%s out, by which δ of layer %d comes back", u->outputs, PLURAL(u->outputs),
        u->layer + 1);
    if (text_columns(heading) > left.width)
        (void)snprintf(heading, sizeof heading, "%d weight%s out, to layer %d", u->outputs,
            PLURAL(u->outputs), u->layer + 1);
    draw_weights(surface,
        (struct rect){area.x + left.width + 2, area.y, left.width, area.height}, heading,
        u->outgoing, u->outputs);
}
