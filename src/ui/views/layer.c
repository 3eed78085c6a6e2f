/* The layer view: one layer's distributions, and where it stands on its activation's curve. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/names.h"
#include "ui/views/layer.h"

/* Rows from which on a blank one parts the panels. */
enum { AIRY = 20 };

/* Over all layers, so that a layer's δ is seen where it stands between the others. */
static struct value_range delta_wish(const struct snapshot *s)
{
    const struct histogram *h = &s->layer_detail.distributions[DISTRIBUTION_DELTA];
    struct value_range wish = {RANGE_MAGNITUDE, INFINITY, 0};
    if (histogram_finite(h) > h->zeros)
        wish = histogram_wish(h);
    for (int i = 0; i < s->seen.layer_count; i++) {
        double signal = s->seen.layers[i].signal;
        if (signal > 0 && isfinite(signal))
            wish = range_union(wish, (struct value_range){RANGE_MAGNITUDE, signal, signal});
    }
    return wish;
}

static void update_axis(const struct scene *scene, enum distribution which)
{
    const struct layer_detail *detail = &scene->snapshot->layer_detail;
    const struct histogram *h = &detail->distributions[which];
    struct histogram_axis *axis = &layer_state(scene)->axes[which];
    bool sigmoid = detail->activation == ACTIVATION_SIGMOID,
         logarithmic = which == DISTRIBUTION_DELTA || which == DISTRIBUTION_WEIGHT_GRADIENT;
    struct value_range wish =
        which == DISTRIBUTION_DELTA ? delta_wish(scene->snapshot) : histogram_wish(h);
    if (which == DISTRIBUTION_SLOPE)
        histogram_axis_fix(axis,
            (struct value_range){
                RANGE_LINEAR, activation_min_slope(&detail->info), detail->info.max_slope},
            scene->now);
    else if (which == DISTRIBUTION_A && detail->info.bounded)
        histogram_axis_fix(
            axis, (struct value_range){RANGE_LINEAR, sigmoid ? 0 : -1, 1}, scene->now);
    else if (wish.low <= wish.high && (histogram_finite(h) > h->zeros || logarithmic))
        histogram_axis_update(axis, wish, scene->now);
    else if (!axis->set)
        histogram_axis_update(axis, (struct value_range){h->range.scale, 1e-3, 1}, scene->now);
}

void layer_axes_update(const struct scene *scene)
{
    const struct snapshot *s = scene->snapshot;
    struct layer_state *state = layer_state(scene);
    bool other = state->layer != s->layer_detail.layer;
    for (int i = 0; i < DISTRIBUTION_COUNT; i++) {
        bool shared = i == DISTRIBUTION_DELTA || i == DISTRIBUTION_WEIGHT_GRADIENT;
        if (other && !shared)
            state->axes[i].set = false;
        if (other)
            histogram_axis_refit(&state->axes[i]);
        update_axis(scene, (enum distribution)i);
    }
    if (other)
        state->curve.set = false;
    histogram_axis_update(&state->curve, layer_activation_wish(&s->layer_detail), scene->now);
    state->axes[DISTRIBUTION_SLOPE].zeros_cut = 1e3; /* 0 or 1: their sizes are compared */
    state->layer = s->layer_detail.layer;
}

static void draw_curve_title(
    const struct scene *scene, struct surface *surface, struct rect row, bool slope)
{
    const struct layer_detail *detail = &scene->snapshot->layer_detail;
    char title[48];
    if (detail->output && !observation_output_bends(&scene->snapshot->seen))
        (void)snprintf(title, sizeof title, slope ? "its slope is 1" : "no activation: a=z");
    else
        (void)snprintf(title, sizeof title, slope ? "φ' of %s" : "φ of %s", detail->info.name);
    surface_fill(surface, row, ' ', ROLE_HEADING);
    int end = surface_text(surface, row.x, row.y, row.width, ROLE_HEADING, title);
    scene_spot(scene, "curve", row.x, row.y, end - row.x);
}

static void draw_curves(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct layer_detail *detail = &scene->snapshot->layer_detail;
    struct histogram_axis *axis = &layer_state(scene)->curve;
    int upper = (area.height + 1) / 2;
    struct ratio gain = {0, false};
    if (layer_wave_knows(scene, DISTRIBUTION_DELTA))
        gain = scene->snapshot->seen.layers[detail->layer - 1].slope_gain;
    for (int slope = 0; slope < 2; slope++) {
        struct rect part = {area.x, area.y + (slope ? upper : 0), area.width,
            slope ? area.height - upper : upper};
        draw_curve_title(scene, surface, (struct rect){part.x, part.y, part.width, 1}, slope);
        part.y++;
        part.height -= 1 + (area.height >= AIRY);
        layer_activation_draw(surface, part, detail, axis, slope ? &gain : NULL);
    }
}

static void draw_grid(const struct scene *scene, struct surface *surface, struct rect area)
{
    struct layer_state *state = layer_state(scene);
    int gap = area.width >= 100 ? 3 : 1, columns = area.width >= 76 ? 4 : 3;
    int pitch = (area.width + gap) / columns, upper = (area.height + 1) / 2;
    int air = area.height >= AIRY;
    for (int i = 0; i < DISTRIBUTION_COUNT; i++) {
        struct rect panel = {area.x + i % 3 * pitch, area.y + (i < 3 ? 0 : upper), pitch - gap,
            (i < 3 ? upper : area.height - upper) - air};
        if (!layer_wave_knows(scene, (enum distribution)i))
            layer_wave_draw(scene, surface, panel, (enum distribution)i);
        else
            layer_panel_draw(surface, panel, scene, (enum distribution)i, &state->axes[i]);
    }
    if (columns == 4 && layer_wave_knows(scene, DISTRIBUTION_Z))
        draw_curves(scene, surface,
            (struct rect){area.x + 3 * pitch, area.y, area.width - 3 * pitch, area.height});
}

static void update(const struct scene *scene)
{
    struct layer_state *state = layer_state(scene);
    if (!scene->new_run)
        return;
    for (int i = 0; i < DISTRIBUTION_COUNT; i++) {
        state->axes[i].set = false;
        histogram_axis_refit(&state->axes[i]);
    }
    state->curve.set = false;
}

static void draw(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct layer_detail *detail = &scene->snapshot->layer_detail;
    struct layer_state *state = layer_state(scene);
    if (!detail->valid) {
        layer_draw_missing(scene->snapshot, surface, area);
        return;
    }
    layer_axes_update(scene);
    state->cramped = area.width < 57 || area.height < 12;
    int shown = state->shown > 0 ? state->shown - 1 : state->cramped ? DISTRIBUTION_SLOPE : -1;
    if (shown >= 0 && !layer_wave_knows(scene, (enum distribution)shown))
        layer_wave_draw(scene, surface, area, (enum distribution)shown);
    else if (shown >= 0)
        layer_panel_draw_alone(
            surface, area, scene, (enum distribution)shown, &state->axes[shown]);
    else
        draw_grid(scene, surface, area);
}

/* "all", then the distributions. */
static const char *shown_name(int index)
{
    return index == 0 ? "all" : distribution_name(index - 1);
}

static enum view_reply command(
    const struct scene *scene, const struct command *command, struct error *message)
{
    struct layer_state *state = layer_state(scene);
    if (command->id != COMMAND_DISTRIBUTION)
        return VIEW_NOT_MINE;
    int index = names_choose(shown_name, "distribution", command->text, state->shown, message);
    if (index < 0)
        return VIEW_REFUSED;
    /* Where there is room for one only, a round of them has no "all". */
    if (index == 0 && state->cramped && names_find(shown_name, command->text) < 0)
        index = 1;
    state->shown = index;
    error_set(message, "distribution: %s",
        index > 0            ? distribution_title((enum distribution)(index - 1))
            : state->cramped ? "all, where there is room for them"
                             : "all");
    return VIEW_DONE;
}

static names_fn *names(enum command_id id)
{
    return id == COMMAND_DISTRIBUTION ? shown_name : NULL;
}

static const char *const places[] = {
    "layer", "z", "a", "slope", "delta", "gradient", "weights", "saturated", "curve", NULL};

static const struct help_entry help[] = {
    {"",
        "What goes up through the selected layer and what comes down, over the samples of the "
        "batch and the layer's units: each as a histogram with mean ± deviation and [least, "
        "largest]. [ and ] select the layer."},
    {"z", "pre-activation;  a = φ(z)  activation"},
    {"φ'", "slope φ'(z), by which the error signal is multiplied"},
    {"|δ|",
        "error signal, log scale over all layers; a dot is a layer's norm per sample, ‖δ‖/√B, "
        "'out' the output's"},
    {"|∂W|", "loss's gradient by the weights, before clipping, log scale"},
    {"W", "weights, without biases; the deviations are over n"},
    {"▒ at 0",
        "exact zeros; with ▴ they are more than is drawn; ◂ ▸ some lie beyond the end of the "
        "axis"},
    {"share",
        "beside a name: exactly 0; sat.: slope below 5 % of its maximum; sub. double: below "
        "2^-1022, where doubles lose digits; float 0: what a 32-bit float would round to 0; "
        "sub. float: where it loses digits, left of the line 'float'"},
    {"faint ─", "the outline before settings were changed, of the layer shown then"},
    {"curves",
        "φ and φ', shaded where the layer's z are; units: at their mean z; bound: the largest "
        "slope; s: slope gain, what the slopes did to the error signal, never above the bound"},
    {NULL, NULL},
};

const struct view view_layer = {
    .name = "layer",
    .title = "one layer's distributions, and its place on the curve",
    .help = help,
    .places = places,
    .needs = DETAIL_LAYER,
    .state_size = sizeof(struct layer_state),
    .update = update,
    .draw = draw,
    .present = layer_present,
    .why = layer_why,
    .command = command,
    .names = names,
};
