/*
 * The flow view for presenting: one number in large digits, beside it what the selected layer
 * does and what bounds it, below the whole stack under its ceiling.
 */
#include "ui/views/flow.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/draw/bigtext.h"
#include "ui/draw/chart.h"
#include "ui/draw/format.h"
#include "ui/draw/layer_pitch.h"
#include "ui/views/ghost.h"
#include "ui/views/layer_rows.h"

/* The one number that counts, and what it says; brief where there is no room for all. */
struct headline {
    char number[32], words[160], brief[60];
    enum role role;
};

/* Columns of the stack's rows beside the bar. */
enum { LABEL = 8, NUMBER = 10, SLOPE = 13, WIDE = 76 };

static void format_times(double gain, char *text, size_t size)
{
    char digits[FORMAT_SIZE];
    format_short(gain, digits);
    if (gain < 0.001 || gain >= 9999.5)
        (void)snprintf(text, size, "×%s", digits);
    else
        (void)snprintf(text, size, "×%.*f",
            gain < 0.01        ? 3
                : gain < 9.995 ? 2
                : gain < 99.95 ? 1
                               : 0,
            gain);
}

/* What the slopes and the weights of all hidden layers do, in geometric mean: their product is
 * the mean gain. */
static void tell_factors(const struct snapshot *s, char *text, size_t size)
{
    double slope = 0, weight = 0;
    char by_slope[FORMAT_SIZE], by_weight[FORMAT_SIZE], bound[FORMAT_SIZE];
    int depth = s->seen.layer_count - 1;
    for (int i = 0; i < depth; i++) {
        slope += log(s->seen.layers[i].slope_gain.value) / depth;
        weight += log(s->seen.layers[i].weight_gain.value) / depth;
    }
    format_short(exp(slope), by_slope);
    format_short(exp(weight), by_weight);
    format_short(s->seen.activation.max_slope, bound);
    (void)snprintf(text, size, "a layer: × %s by the slope, at most × %s, × %s by the weights",
        by_slope, bound, by_weight);
}

/*
 * Whether the units that are dead are what is to be seen: half of them, unless an explosion
 * killed them, or so many that it is said (engine/conditions.h) where there are too few layers
 * for the gain of a layer to add up to anything.
 */
static bool dead_units_count(const struct snapshot *s)
{
    const struct conditions *c = &s->story.conditions;
    bool shallow = s->seen.layer_count - 1 <= LAYERS_FEW;
    bool signal = c->band == BAND_VANISHING || c->band == BAND_VANISHED;
    return c->life.said != LIFE_WELL && c->band != BAND_EXPLODING &&
        (2 * c->dead >= s->seen.toll.units || (shallow && !signal));
}

static void headline_dead(const struct snapshot *s, struct headline *h)
{
    int64_t dead = s->story.conditions.dead, units = s->seen.toll.units;
    h->role = ROLE_DEAD;
    double share = 100.0 * (double)dead / (double)units;
    (void)snprintf(h->number, sizeof h->number, "%.0f%%", dead < units ? fmin(share, 99) : 100);
    (void)snprintf(h->words, sizeof h->words,
        "of the units are dead, %" PRId64 " of %" PRId64
        ": slope 0 on every sample, they pass nothing",
        dead, units);
    (void)snprintf(h->brief, sizeof h->brief, "of the units are dead, %" PRId64 " of %" PRId64,
        dead, units);
}

static void headline_diverged(const struct divergence *d, struct headline *h)
{
    h->role = ROLE_BAD;
    (void)snprintf(h->number, sizeof h->number, "NAN");
    (void)snprintf(h->brief, sizeof h->brief, "diverged at step %" PRIu64, d->step);
    if (d->layer > 0)
        (void)snprintf(h->words, sizeof h->words,
            "diverged at step %" PRIu64 ": first not finite in layer %d", d->step, d->layer);
}

static struct headline headline_of(const struct snapshot *s)
{
    struct headline h = {.role = ROLE_STRONG};
    struct ratio mean = snapshot_mean_gain(s);
    if (s->seen.divergence.kind != DIVERGED_NOT) {
        headline_diverged(&s->seen.divergence, &h);
    } else if (!mean.defined || !isfinite(mean.value)) {
        h.role = ROLE_BAD;
        (void)snprintf(h.number, sizeof h.number, "0");
        (void)snprintf(h.brief, sizeof h.brief, "no error signal reaches layer 1");
    } else if (dead_units_count(s)) {
        headline_dead(s, &h);
    } else {
        format_times(mean.value, h.number, sizeof h.number);
        tell_factors(s, h.words, sizeof h.words);
        (void)snprintf(h.brief, sizeof h.brief, "a layer: the gain of the signal");
    }
    if (!h.words[0])
        (void)snprintf(h.words, sizeof h.words, "%s", h.brief);
    return h;
}

static void draw_thick_row(const struct scene *scene, struct surface *surface,
    const struct flow_row *row, struct rect area)
{
    const struct flow_state *flow = flow_state(scene);
    char text[FORMAT_SIZE], label[LAYER_LABEL];
    bool slopes = area.width >= WIDE;
    struct rect bar = {area.x + LABEL, area.y,
        area.width - LABEL - NUMBER - (slopes ? SLOPE : 0), area.height};
    bool selected = row->low <= scene->selection.layer && scene->selection.layer <= row->high;
    if (row->output)
        (void)snprintf(label, sizeof label, "output");
    else
        layer_label(row->low, row->high, scene->snapshot->seen.layer_count, label);
    surface_print(
        surface, area.x, area.y, selected ? ROLE_KEY : ROLE_STRONG, "%*s", LABEL - 1, label);
    scene_place(scene, row->low, row->high, 0, (struct rect){area.x, area.y, LABEL - 1, 1});
    if (!isfinite(row->signal)) {
        flow_draw_not_finite(flow, surface, row, bar);
    } else {
        if (row->signal > 0)
            chart_bar(surface, bar.x, bar.y, axis_place(&flow->axis, row->signal, bar.width),
                bar.height, row->output ? ROLE_OUTPUT : ROLE_SIGNAL);
        flow_ceiling_draw(scene, surface, row, bar);
    }
    ghost_mark_signal(scene, row->low, &flow->axis, surface, bar);
    format_scientific(row->signal, text);
    surface_text(surface, bar.x + bar.width + 2, area.y, -1, ROLE_STRONG, text);
    if (slopes && !row->output) {
        format_ratio(row->slope_gain, text);
        surface_text(surface, area.x + area.width - SLOPE + 1, area.y, -1, ROLE_STRONG, text);
    }
}

/* The axis of the bars, and what stands in the columns. */
static void draw_heading(const struct scene *scene, struct surface *surface, struct rect area)
{
    char bound[FORMAT_SIZE];
    int slopes = area.width >= WIDE ? SLOPE : 0;
    int width = area.width - LABEL - NUMBER - slopes;
    surface_text(surface, area.x, area.y, -1, ROLE_DIM, " signal");
    scene_spot(scene, "delta", area.x + 1, area.y, 6);
    axis_draw_labels(&flow_state(scene)->axis, surface, area.x + LABEL, area.y, width);
    surface_text(surface, area.x + LABEL + width + 2, area.y, -1, ROLE_DIM,
        area.width < 60 ? "" : "‖δ‖/√B");
    format_short(scene->snapshot->seen.activation.max_slope, bound);
    if (slopes > 0) {
        int x = surface_text(
            surface, area.x + area.width - SLOPE + 1, area.y, -1, ROLE_DIM, "slope");
        surface_print(surface, x + 1, area.y, ROLE_CEILING, "≤ %s", bound);
        scene_spot(scene, "slope", x - 5, area.y, 5);
        scene_spot(scene, "bound", x + 1, area.y, 2 + text_columns(bound));
    }
}

/* The stack: its axis, then a row or several a layer, or several layers a row. */
static void draw_stack(
    const struct scene *scene, struct surface *surface, struct rect area, int pitch)
{
    const struct snapshot *snapshot = scene->snapshot;
    int layers = snapshot->seen.layer_count, y = area.y + 1;
    int group = layers_a_row(layers - 1, (area.height - 1) / pitch - 1);
    draw_heading(scene, surface, area);
    for (int high = layers; high >= 1; y += pitch) {
        int low = high == layers ? high : high - group + 1;
        struct flow_row row = flow_row_of(snapshot, low < 1 ? 1 : low, high);
        draw_thick_row(scene, surface, &row, (struct rect){area.x, y, area.width, pitch});
        high = low - 1;
    }
}

/* The units of few layers, each as large as there is room for. */
static void draw_units(const struct scene *scene, struct surface *surface, struct rect area)
{
    int depth = scene->snapshot->seen.layer_count - 1, rows = area.height / depth;
    flow_state(scene)->no_units = false;
    for (int layer = depth, y = area.y; layer >= 1; layer--, y += rows) {
        surface_print(surface, area.x, y, ROLE_DIM, "units %d", layer);
        flow_draw_large_units(surface, scene->snapshot, layer,
            (struct rect){area.x + LABEL, y, area.width - LABEL, rows});
    }
}

/* Nothing but the selected layer and the stack: what is large is the terminal's font. */
static void present_small(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct snapshot *s = scene->snapshot;
    int depth = s->seen.layer_count - 1, stack = area.height - 2;
    if (s->seen.divergence.kind != DIVERGED_NOT) {
        struct headline headline = headline_of(s);
        surface_text(surface, area.x, area.y, -1, headline.role, headline.brief);
        if (s->seen.divergence.layer > 0)
            surface_print(surface, area.x, area.y + 1, headline.role,
                "first not finite in layer %d", s->seen.divergence.layer);
    } else {
        flow_bound_draw_brief(scene, surface, (struct rect){area.x, area.y, area.width, 2});
    }
    int units = stack - 2 - depth;
    if (units < depth || !(s->can & DETAIL_UNITS))
        units = 0;
    draw_stack(scene, surface, (struct rect){area.x, area.y + 2, area.width, stack - units}, 1);
    if (units > 0)
        draw_units(scene, surface,
            (struct rect){area.x, area.y + area.height - units, area.width, units});
}

/* The number, what the selected layer does beside it, and the words below. */
static void draw_top(const struct scene *scene, struct surface *surface, struct rect area)
{
    struct headline h = headline_of(scene->snapshot);
    int panel = area.width >= WIDE && scene->snapshot->seen.divergence.kind == DIVERGED_NOT
        ? area.width * 42 / 80
        : 0;
    struct rect number = {
        area.x + 1, area.y, area.width - 2 - (panel > 0 ? panel + 2 : 0), area.height - 1};
    struct bigtext_size size = bigtext_draw(surface, number, h.role, h.number);
    int below = panel > 0 ? area.height - 1 : size.rows > 0 ? size.rows : 1;
    if (panel > 0)
        flow_bound_draw(scene, surface,
            (struct rect){area.x + area.width - panel, area.y, panel, area.height - 1});
    surface_text(surface, area.x + 1, area.y + below, -1, ROLE_STRONG,
        text_columns(h.words) < area.width ? h.words : h.brief);
}

/* How the rows of a large picture are shared out. */
struct sharing {
    int top;   /* the number, or what stands beside it */
    int panel; /* the selected layer, where there is no room beside the number */
    int stack, pitch;
    bool units;
};

static struct sharing share_out(const struct snapshot *snapshot, int width, int height)
{
    enum { NUMBER_ROWS = 5, TOP_MOST = 15, PANEL = 5, BRIEF = 2 };
    int depth = snapshot->seen.layer_count - 1;
    bool few = depth <= LAYERS_FEW;
    struct sharing rows = {.top = NUMBER_ROWS, .panel = width >= WIDE ? 0 : BRIEF};
    /* Words, air and the axis are left out of it. */
    int left = height - 3 - rows.top - rows.panel, group = layers_a_row(depth, left - 1);
    int shown = 1 + (depth + group - 1) / group, pitch = left / shown, most = few ? 2 : 3;
    rows.pitch = pitch > most ? most : pitch;
    rows.stack = 1 + shown * rows.pitch;
    left -= shown * rows.pitch;
    if (rows.panel > 0 && left >= PANEL - BRIEF) {
        rows.panel = PANEL;
        left -= PANEL - BRIEF;
    }
    rows.units = few && snapshot->can & DETAIL_UNITS && left > 2 * depth;
    rows.top += rows.units ? left / 2 : left;
    rows.top = rows.top > TOP_MOST ? TOP_MOST : rows.top;
    return rows;
}

void flow_present(const struct scene *scene, struct surface *surface, struct rect area)
{
    enum { SMALL = 12 };
    flow_state(scene)->no_units = true; /* until some are drawn */
    if (scene->wave.phase != WAVE_NONE) {
        flow_wave_present(scene, surface, area);
        return;
    }
    if (area.height < SMALL) {
        present_small(scene, surface, area);
        return;
    }
    struct sharing rows = share_out(scene->snapshot, area.width, area.height);
    int y = area.y, end = area.y + area.height;
    draw_top(scene, surface, (struct rect){area.x, y, area.width, rows.top + 1});
    y += rows.top + 1;
    bool measures = scene->snapshot->seen.divergence.kind == DIVERGED_NOT;
    struct rect panel = {area.x, y, area.width, rows.panel};
    if (rows.panel > 2 && measures)
        flow_bound_draw(
            scene, surface, (struct rect){area.x + 2, y, area.width - 2, rows.panel});
    else if (rows.panel > 0 && measures)
        flow_bound_draw_brief(scene, surface, panel);
    y += rows.panel + 1;
    draw_stack(scene, surface, (struct rect){area.x, y, area.width, rows.stack}, rows.pitch);
    y += rows.stack + 1;
    if (rows.units)
        draw_units(scene, surface, (struct rect){area.x, y, area.width, end - y});
}
