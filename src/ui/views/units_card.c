#include "ui/views/units.h"

#include <math.h>
#include <stdio.h>

#include "core/activation.h"
#include "core/text.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"

static enum role badge_of(enum unit_state state)
{
    return state == UNIT_ALIVE                           ? ROLE_BADGE_GOOD
        : state == UNIT_DEAD || state == UNIT_NOT_FINITE ? ROLE_BADGE_BAD
                                                         : ROLE_BADGE_WARN;
}

static void draw_head(const struct snapshot *s, struct surface *surface, struct rect area)
{
    struct unit_verdict verdict = unit_verdict_of(s);
    int x =
        surface_print(surface, area.x, area.y, badge_of(verdict.state), " %s ", verdict.label);
    char place[48];
    if (s->unit.hidden)
        (void)snprintf(place, sizeof place, "unit %d of layer %d", s->unit.unit, s->unit.layer);
    else
        (void)snprintf(place, sizeof place, "output %d", s->unit.unit);
    surface_text(surface, x + 1, area.y, area.x + area.width - x - 1, ROLE_STRONG, place);
}

/* What it is and what made it so; what can change it, if that fits too. */
static void draw_words(const struct snapshot *s, struct surface *surface, struct rect area)
{
    char now[UNIT_WORDS], cause[UNIT_WORDS], then[UNIT_WORDS], text[3 * UNIT_WORDS];
    struct rect endless = {0, 0, area.width, 100};
    unit_say_now(s, now);
    unit_say_cause(s, cause);
    unit_say_outlook(s, then);
    (void)snprintf(text, sizeof text, "%s%s%s %s", now, cause[0] ? " " : "", cause, then);
    if (surface_paragraph(NULL, endless, ROLE_TEXT, text) > area.height)
        (void)snprintf(text, sizeof text, "%s %s", now, cause);
    surface_paragraph(surface, area, ROLE_TEXT, text);
}

/* From the smallest to the largest z, with 0 and what tells the activation's shape. */
static struct value_range wish_of(const struct snapshot *s)
{
    struct value_range wish = histogram_wish(&s->unit.z);
    double reach = 0.3 * fmax(fabs(wish.low), fabs(wish.high));
    if (s->seen.activation.bounded && s->unit.hidden)
        reach = 4;
    wish.low = fmin(wish.low, -reach);
    wish.high = fmax(wish.high, reach);
    return wish;
}

static void update_axis(const struct snapshot *s, struct units_state *state, double now)
{
    if (state->layer != s->unit.layer || state->unit != s->unit.unit)
        state->z = (struct histogram_axis){.set = false};
    state->layer = s->unit.layer;
    state->unit = s->unit.unit;
    histogram_axis_update(&state->z, wish_of(s), now);
}

enum { MOST_COLUMNS = 256 };

/* The top of a column: where there are few colours ▄ and ▇ in a shade's role become that shade.
 */
static uint32_t top_glyph(int eighths)
{
    return glyph_vertical(eighths == 4 || eighths == 7 ? eighths + 1 : eighths);
}

/* φ(z) over the axis, from its least value there to its largest, in the shades of its slope. */
static void draw_activation(const struct snapshot *s, const struct histogram_axis *axis,
    struct surface *surface, struct rect area)
{
    double z[MOST_COLUMNS], a[MOST_COLUMNS], slopes[MOST_COLUMNS], low = INFINITY,
                                                                   high = -INFINITY;
    int columns = area.width < MOST_COLUMNS ? area.width : MOST_COLUMNS;
    for (int i = 0; i < MOST_COLUMNS; i++)
        z[i] = i < columns ? range_value(&axis->range, (i + 0.5) / columns) : 0;
    activation_curve((enum activation)s->seen.hparams.activation, s->seen.hparams.leaky_slope,
        MOST_COLUMNS, z, a, slopes);
    for (int i = 0; i < columns; i++) {
        low = fmin(low, a[i]);
        high = fmax(high, a[i]);
    }
    double most = s->seen.activation.max_slope;
    for (int i = 0; i < columns && high > low; i++) {
        enum role role = unit_open_role(fmin(fabs(slopes[i]) / most, 1));
        int eighths = 1 + (int)lround((a[i] - low) / (high - low) * (area.height * 8 - 1));
        for (int y = area.y + area.height - 1; eighths > 0; y--, eighths -= 8)
            surface_put(
                surface, area.x + i, y, eighths > 8 ? GLYPH_FULL : top_glyph(eighths), role);
    }
    surface_print(surface, area.x, area.y, ROLE_HEADING, "%s(z)", s->seen.activation.name);
}

static void draw_distribution(const struct snapshot *s, struct units_state *state,
    struct surface *surface, struct rect area)
{
    int response = s->unit.hidden ? (area.height - 1) / 2 : 0;
    int most = area.height >= 20 ? area.height / 3 : 5;
    response = response > most ? most : response;
    struct rect top = {area.x, area.y, area.width, response};
    struct rect below = {area.x, area.y + response, area.width, area.height - response};
    if (response > 0)
        draw_activation(s, &state->z, surface, top);
    histogram_draw(surface, below, &s->unit.z, &state->z,
        unit_verdict_of(s).state == UNIT_DEAD ? ROLE_DEAD : ROLE_SIGNAL);
    histogram_mark(surface, (struct rect){area.x, area.y, area.width, area.height}, &state->z,
        0, ROLE_DIM);
    char label[40];
    (void)snprintf(label, sizeof label, "z, %d samples", s->unit.samples);
    /* Where the distribution leaves room: at the side away from its middle. */
    bool left = range_place(&state->z.range, s->unit.z.mean) > 0.5;
    int x = left ? below.x : below.x + below.width - text_columns(label);
    surface_text(surface, x, below.y, -1, ROLE_HEADING, label);
}

static void draw_few_weights(
    const struct unit_detail *u, struct surface *surface, struct rect area)
{
    char number[FORMAT_SIZE];
    int x = area.x;
    for (int i = 0; i < u->inputs && u->inputs <= 2; i++) {
        format_factor(u->weights[i], number);
        x = surface_print(surface, x, area.y, ROLE_DIM, "w%d", i + 1);
        x = surface_print(surface, x + 1, area.y, ROLE_STRONG, "%6s", number) + 2;
    }
    format_factor(u->bias, number);
    x = surface_text(surface, x, area.y, -1, ROLE_DIM, "bias");
    surface_print(surface, x + 1, area.y, ROLE_STRONG, "%6s", number);
}

/* Largest weight of this sign among inputs first..last-1, as a size. */
static double largest_of(const struct unit_detail *u, int first, int last, double sign)
{
    double largest = 0;
    for (int i = first; i < last; i++)
        largest = fmax(largest, sign * u->weights[i]);
    return largest;
}

/* Two rows of bars: above the positive weights, below the sizes of the negative ones. */
static void draw_many_weights(
    const struct unit_detail *u, struct surface *surface, struct rect area)
{
    enum { LABEL = 4 };
    int columns = area.width - LABEL < u->inputs ? area.width - LABEL : u->inputs;
    char text[FORMAT_SIZE], bias[FORMAT_SIZE];
    double most = fmax(largest_of(u, 0, u->inputs, 1), largest_of(u, 0, u->inputs, -1));
    format_factor(most, text);
    format_factor(u->bias, bias);
    int x = surface_print(
        surface, area.x, area.y, ROLE_HEADING, "%d weight%s", u->inputs, PLURAL(u->inputs));
    x = surface_text(surface, x, area.y, -1, ROLE_DIM, " up to");
    x = surface_print(surface, x, area.y, ROLE_STRONG, "%6s", text);
    x = surface_text(surface, x + 2, area.y, -1, ROLE_DIM, "bias");
    surface_print(surface, x + 1, area.y, ROLE_STRONG, "%6s", bias);
    for (int sign = 1; sign >= -1; sign -= 2) {
        int y = area.y + (sign > 0 ? 1 : 2);
        surface_text(surface, area.x, y, -1, ROLE_DIM, sign > 0 ? "w>0" : "w<0");
        for (int i = 0; i < columns && most > 0; i++) {
            int first = (int)((int64_t)i * u->inputs / columns);
            int last = (int)((int64_t)(i + 1) * u->inputs / columns);
            int eighths = (int)ceil(largest_of(u, first, last, sign) / most * 8 - 1e-9);
            if (eighths > 0 && eighths <= 8)
                surface_put(surface, area.x + LABEL + i, y, glyph_vertical(eighths),
                    sign > 0 ? ROLE_SIGNAL : ROLE_CEILING);
        }
    }
}

void unit_card_draw(const struct scene *scene, struct units_state *state,
    struct surface *surface, struct rect area, bool bars)
{
    const struct snapshot *s = scene->snapshot;
    const struct unit_detail *u = &s->unit;
    if (!u->valid) {
        surface_text(surface, area.x, area.y, area.width, s->starved ? ROLE_WARN : ROLE_DIM,
            s->starved ? "out of memory for z and δ of this layer: fewer samples may do"
                       : "reading the unit…");
        return;
    }
    draw_head(s, surface, area);
    int weights = u->inputs <= 2 || !bars ? 1 : 3, words = area.height - 1,
        high = area.height >= 8;
    bool airy = area.height >= 20;
    if (high)
        words = airy ? 6 : 5;
    if (scene->asking)
        surface_text(surface, area.x, area.y + 1, area.width, ROLE_DIM, SCENE_ASKING);
    else
        draw_words(s, surface, (struct rect){area.x, area.y + 1, area.width, words});
    if (!high)
        return;
    update_axis(s, state, scene->now);
    int facts = area.height >= 26 && area.width >= 44 ? unit_facts_rows(s) + 1 : 0;
    int top = 1 + words + airy, bottom = area.height - weights - airy - facts;
    draw_distribution(
        s, state, surface, (struct rect){area.x, area.y + top, area.width, bottom - top});
    if (facts > 0)
        unit_facts_draw(
            s, surface, (struct rect){area.x, area.y + bottom + 1, area.width, facts - 1});
    struct rect foot = {area.x, area.y + area.height - weights, area.width, weights};
    if (weights == 1)
        draw_few_weights(u, surface, foot);
    else
        draw_many_weights(u, surface, foot);
}
