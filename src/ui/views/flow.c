/* The flow view: the error signal on its way down, layer by layer. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/draw/chart.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/layer_pitch.h"
#include "ui/views/flow.h"
#include "ui/views/ghost.h"
#include "ui/views/layer_rows.h"
#include "ui/views/unit_state.h"
#include "ui/views/view.h"

/* Columns of the table, left to right; a width of 0: not shown. */
struct columns {
    int label, label_width;
    int units, units_width;
    int bar, bar_width;
    int delta; /* 7 wide */
    int gain;  /* 5 wide, or 21 with the factors */
    bool factors;
    int dead;    /* 6 wide */
    int update;  /* 7 wide */
    int weights; /* ‖∂W‖, 7 wide */
    int act;     /* mean ± deviation, 14 wide */
};

/* Places a column of this width at the right end of what is left. */
static int take_right(int *right, int width)
{
    *right -= width;
    int at = *right;
    *right -= 2;
    return at;
}

static struct columns columns_of(int width, int units, bool grouped)
{
    struct columns c = {.label = 1, .label_width = grouped ? 7 : 4};
    int right = width;
    c.act = width >= 170 ? take_right(&right, 14) : -1;
    c.weights = width >= 150 ? take_right(&right, 7) : -1;
    c.update = width >= 118 ? take_right(&right, 7) : -1;
    c.dead = width >= 104 ? take_right(&right, 6) : -1;
    c.factors = width >= 60;
    c.gain = take_right(&right, c.factors ? 21 : 5);
    c.delta = width >= 72 ? take_right(&right, 7) : -1;
    int most = width < 60 || units == 0 ? 0 : width < 110 ? 16 : width < 170 ? 32 : 48;
    c.units = c.label + c.label_width + 1;
    c.units_width = units < most ? units : most;
    c.bar = c.units + (most > 0 ? (c.units_width < 5 ? 5 : c.units_width) + 2 : 0);
    c.bar_width = right - c.bar + 1;
    return c;
}

/* The quantity's name over a column of numbers; x < 0: there is none. */
static void draw_head(const struct scene *scene, const char *place, struct surface *surface,
    int x, int y, int width, enum quantity_id quantity)
{
    const char *brief = quantities[quantity].brief;
    int columns = text_columns(brief), at = x + width - columns;
    if (x < 0)
        return;
    surface_text(surface, at, y, -1, ROLE_HEADING, brief);
    scene_spot(scene, place, at, y, columns);
}

static void draw_factors_head(
    const struct scene *scene, struct surface *surface, const struct columns *c, int x, int y)
{
    surface_text(
        surface, x, y, -1, ROLE_HEADING, c->factors ? "gain = slope × weight" : " gain");
    scene_spot(scene, "gain", x + !c->factors, y, 4);
    scene_spot(scene, "slope", x + 7, y, c->factors ? 5 : 0);
    scene_spot(scene, "weight", x + 15, y, c->factors ? 6 : 0);
}

/* In one row either the names of the columns or the marks of the axis. */
static void draw_heading(const struct scene *scene, struct surface *surface,
    const struct columns *c, int x, int y, int rows, bool names)
{
    const struct log_axis *axis = &flow_state(scene)->axis;
    bool bounded = scene->snapshot->seen.activation.bounded;
    if (rows > 1 || names) {
        surface_text(surface, x, y, -1, ROLE_HEADING, "layer");
        if (c->units_width > 0)
            surface_text(
                surface, x + c->units, y, c->bar - c->units - 1, ROLE_HEADING, "units");
        scene_spot(scene, "units", x + c->units, y, c->units_width > 0 ? 5 : 0);
        surface_text(surface, x + c->bar, y, c->bar_width, ROLE_HEADING,
            c->bar_width >= 31       ? "error signal δ, norm per sample"
                : c->bar_width >= 24 ? "error signal, per sample"
                                     : "error signal");
        scene_spot(scene, "delta", x + c->bar, y, 12);
        draw_head(scene, "", surface, c->delta < 0 ? -1 : x + c->delta, y, 7, QUANTITY_SIGNAL);
        draw_factors_head(scene, surface, c, x + c->gain, y);
        draw_head(scene, bounded ? "saturated" : "dead", surface,
            c->dead < 0 ? -1 : x + c->dead, y, 6, bounded ? QUANTITY_SATURATED : QUANTITY_DEAD);
        draw_head(scene, "update", surface, c->update < 0 ? -1 : x + c->update, y, 7,
            QUANTITY_LAST_UPDATE_RATIO);
        draw_head(scene, "gradient", surface, c->weights < 0 ? -1 : x + c->weights, y, 7,
            QUANTITY_WEIGHT_GRAD_NORM);
        if (c->act >= 0)
            surface_text(surface, x + c->act, y, -1, ROLE_HEADING, "    activation");
    }
    if (rows > 0 && !names)
        axis_draw_labels(axis, surface, x + c->bar, y + rows - 1, c->bar_width);
    if (rows > 1 && c->factors) {
        char bound[FORMAT_SIZE];
        format_short(scene->snapshot->seen.activation.max_slope, bound);
        surface_print(surface, x + c->gain + 6, y + 1, ROLE_CEILING, "≤ %s", bound);
        scene_spot(scene, "bound", x + c->gain + 6, y + 1, 2 + text_columns(bound));
    }
}

/* Activation to 0..RAMP_STEPS-1 by a fixed rule, so that a shade means the same in every frame.
 */
static int shade_of(const struct snapshot *snapshot, double value)
{
    double share;
    if (snapshot->seen.hparams.activation == ACTIVATION_SIGMOID)
        share = value;
    else if (snapshot->seen.activation.flat ||
        snapshot->seen.hparams.activation == ACTIVATION_SOFTPLUS)
        share = value / (1 + fabs(value));
    else if (snapshot->seen.activation.bounded)
        share = (1 + value) / 2;
    else
        share = (1 + value / (1 + fabs(value))) / 2;
    int step = (int)(share * RAMP_STEPS);
    return step < 0 ? 0 : step >= RAMP_STEPS ? RAMP_STEPS - 1 : step;
}

/* A cell stands for units first..last-1: their mean, or what more than half of them are. */
static void draw_unit_cell(struct surface *surface, const struct snapshot *snapshot,
    const struct unit_stats *units, int count, int x, int y)
{
    struct unit_tally tally = {.units = count};
    double sum = 0;
    for (int i = 0; i < count; i++) {
        tally.states[units[i].state]++;
        sum += units[i].mean;
    }
    double mean = sum / count;
    enum unit_state state = unit_tally_state(&tally);
    if (state != UNIT_ALIVE) {
        surface_put(surface, x, y, unit_state_glyph(state), unit_state_role(state));
    } else if (isfinite(mean)) {
        int step = shade_of(snapshot, mean);
        surface_put(surface, x, y, glyph_shade(step), (enum role)(ROLE_RAMP + step));
    } else {
        surface_put(surface, x, y, '!', ROLE_BAD);
    }
}

/* The units of layers low..high on `rows` rows; where there are more units, several a cell. */
static void draw_units(struct surface *surface, const struct snapshot *snapshot,
    const struct flow_row *row, int x, int y, int width, int rows)
{
    if (row->output || !snapshot->units)
        return;
    int64_t from = snapshot_units_from(snapshot, row->low);
    int total = (int)(snapshot_units_from(snapshot, row->high + 1) - from),
        cells = width * rows;
    const struct unit_stats *units = snapshot->units + from;
    if (total <= width)
        cells = total;
    else if (cells > total)
        cells = total / width * width;
    for (int i = 0; i < cells; i++) {
        int first = (int)((int64_t)i * total / cells);
        int last = (int)((int64_t)(i + 1) * total / cells);
        draw_unit_cell(
            surface, snapshot, units + first, last - first, x + i % width, y + i / width);
    }
}

void flow_draw_large_units(
    struct surface *surface, const struct snapshot *snapshot, int layer, struct rect area)
{
    enum { BROADEST = 4 };
    int width = snapshot->seen.layers[layer - 1].units;
    if (!snapshot->units)
        return;
    const struct unit_stats *units = snapshot->units + snapshot_units_from(snapshot, layer);
    int rows = area.height > 1 ? area.height - 1 : 1, broad = BROADEST;
    while (broad > 1 && area.width / broad * rows < width)
        broad--;
    if (area.width * rows < width) {
        struct flow_row row = {.low = layer, .high = layer};
        draw_units(surface, snapshot, &row, area.x, area.y, area.width, rows);
        return;
    }
    /* As many in each row as in the others. */
    int most = area.width / broad, lines = (width + most - 1) / most;
    int columns = (width + lines - 1) / lines;
    for (int i = 0; i < width; i++) {
        int x = area.x + i % columns * broad, y = area.y + i / columns;
        draw_unit_cell(surface, snapshot, &units[i], 1, x, y);
        /* A mark stands alone, a shade fills the place but for a gap. */
        for (int k = 1; k + 1 < broad && units[i].state == UNIT_ALIVE; k++)
            draw_unit_cell(surface, snapshot, &units[i], 1, x + k, y);
    }
}

static enum role bar_role(const struct scene *scene, const struct flow_row *row)
{
    if (scene->wave.phase == WAVE_UPDATE)
        return ROLE_UPDATE;
    return row->output ? ROLE_OUTPUT : ROLE_SIGNAL;
}

static void draw_bar(const struct scene *scene, struct surface *surface,
    const struct flow_row *row, int x, int y, int width, int height)
{
    const struct log_axis *axis = &flow_state(scene)->axis;
    double signal = row->signal;
    int thick = height < 2 ? height : 2; /* what is left of the row is air */
    for (int i = 0; i < height; i++)
        axis_draw_grid(axis, surface, x, y + i, width);
    if (!isfinite(signal)) {
        flow_draw_not_finite(
            flow_state(scene), surface, row, (struct rect){x, y, width, thick});
    } else if (signal <= 0) {
        surface_text(surface, x, y, width, ROLE_DIM, "exactly 0");
    } else {
        double place = axis_place(axis, signal, width);
        if (row->low < row->high) {
            /* Several layers: solid to the lowest one's, shaded to the largest. */
            int most = (int)lround(axis_place(axis, row->signal_most, width));
            surface_fill(surface, (struct rect){x, y, most, 1}, GLYPH_SHADE, ROLE_SIGNAL);
        }
        chart_bar(surface, x, y, place, thick, bar_role(scene, row));
    }
    if (isfinite(signal))
        flow_ceiling_draw(scene, surface, row, (struct rect){x, y, width, height});
    ghost_mark_signal(scene, row->low, axis, surface, (struct rect){x, y, width, height});
}

static void draw_quantity(struct surface *surface, int x, int y, enum role role,
    enum quantity_id quantity, struct ratio value)
{
    char text[FORMAT_SIZE];
    struct reading reading = {
        value.defined ? READING_KNOWN : READING_UNDEFINED, value.defined ? value.value : 0};
    format_reading(&quantities[quantity], reading, 1, text);
    surface_text(surface, x, y, -1, role, text);
}

static void draw_numbers(
    struct surface *surface, const struct columns *c, const struct flow_row *row, int x, int y)
{
    char text[FORMAT_SIZE], slope[FORMAT_SIZE], weight[FORMAT_SIZE];
    /* The slope stands out: it is what the bound holds for, the gain may lie above it. */
    if (c->delta >= 0)
        draw_quantity(surface, x + c->delta, y, ROLE_TEXT, QUANTITY_SIGNAL,
            (struct ratio){row->signal, true});
    if (!row->output) {
        format_ratio(row->gain, text);
        format_ratio(row->slope_gain, slope);
        format_ratio(row->weight_gain, weight);
        surface_text(surface, x + c->gain, y, -1, ROLE_TEXT, text);
        if (c->factors) {
            surface_text(surface, x + c->gain + 6, y, -1, ROLE_DIM, "=");
            surface_text(surface, x + c->gain + 8, y, -1, ROLE_STRONG, slope);
            surface_text(surface, x + c->gain + 14, y, -1, ROLE_DIM, "×");
            surface_text(surface, x + c->gain + 16, y, -1, ROLE_TEXT, weight);
        }
    }
}

/* "-0.038 ± 3.143", in 14 columns whatever the sizes. */
static void draw_activations(struct surface *surface, int x, int y, const struct flow_row *row)
{
    char mean[FORMAT_SIZE], deviation[FORMAT_SIZE];
    format_factor(fabs(row->act_mean), mean);
    format_factor(row->act_std, deviation);
    surface_print(
        surface, x, y, ROLE_DIM, "%c%s ± %s", row->act_mean < 0 ? '-' : ' ', mean, deviation);
}

static void draw_details(struct surface *surface, const struct snapshot *snapshot,
    const struct columns *c, const struct flow_row *row, int x, int y)
{
    if (c->dead >= 0 && !row->output) {
        if (snapshot->seen.activation.bounded)
            surface_print(surface, x + c->dead, y,
                row->saturated > 0.5 ? ROLE_SATURATED : ROLE_DIM, "%4.0f %%",
                100 * row->saturated);
        else
            surface_print(surface, x + c->dead, y, row->dead > 0 ? ROLE_DEAD : ROLE_DIM, "%6d",
                row->dead);
    }
    if (c->update >= 0)
        draw_quantity(
            surface, x + c->update, y, ROLE_DIM, QUANTITY_LAST_UPDATE_RATIO, row->update_ratio);
    if (c->weights >= 0)
        draw_quantity(surface, x + c->weights, y, ROLE_DIM, QUANTITY_WEIGHT_GRAD_NORM,
            (struct ratio){row->weight_grad_norm, true});
    if (c->act >= 0)
        draw_activations(surface, x + c->act, y, row);
}

/* The layer's number and the arrow of the shown step. */
static void draw_label(const struct scene *scene, struct surface *surface,
    const struct columns *c, const struct flow_row *row, int x, int y)
{
    const struct wave_moment *wave = &scene->wave;
    bool here = row->low <= wave->layer && wave->layer <= row->high;
    bool selected = row->low <= scene->selection.layer && scene->selection.layer <= row->high;
    enum role role = row->output ? ROLE_OUTPUT : ROLE_TEXT;
    if (here && wave->phase == WAVE_FORWARD) {
        surface_put(surface, x, y, GLYPH_UP, ROLE_FORWARD);
        role = ROLE_FORWARD;
    } else if (here && wave->phase == WAVE_BACKWARD) {
        surface_put(surface, x, y, GLYPH_DOWN, ROLE_BACKWARD);
        role = ROLE_BACKWARD;
    } else if (wave->phase == WAVE_UPDATE) {
        surface_put(surface, x, y, '*', ROLE_UPDATE);
    } else if (selected) {
        surface_put(surface, x, y, GLYPH_RIGHT, ROLE_KEY);
    }
    char text[LAYER_LABEL];
    layer_label(row->low, row->high, scene->snapshot->seen.layer_count, text);
    surface_print(surface, x + c->label, y, role, "%*s", c->label_width, text);
    scene_place(
        scene, row->low, row->high, 0, (struct rect){x + c->label, y, c->label_width, 1});
}

static void draw_row(const struct scene *scene, struct surface *surface,
    const struct columns *c, const struct flow_row *row, int x, int y, int height)
{
    draw_label(scene, surface, c, row, x, y);
    if (c->units_width > 0 && wave_knows_activation(&scene->wave, row->high))
        draw_units(surface, scene->snapshot, row, x + c->units, y, c->units_width,
            height > 1 ? height - 1 : 1);
    if (flow_wave_is_here(scene, row) || !flow_wave_passed(scene, row))
        flow_wave_draw_bar(
            scene, row, surface, (struct rect){x + c->bar, y, c->bar_width, height});
    else
        draw_bar(scene, surface, row, x + c->bar, y, c->bar_width, height);
    if (!flow_wave_passed(scene, row)) {
        if (c->factors)
            flow_wave_draw_factors(scene, row, surface, x + c->gain, y);
        return;
    }
    draw_numbers(surface, c, row, x, y);
    draw_details(surface, scene->snapshot, c, row, x, y);
}

enum { NAMED = 8 /* rows from which columns have names */ };

static int heading_rows(int height, int layers)
{
    /* Each layer in a row of its own is worth more than the marks of the axis. */
    if (height == layers + 1 && height >= NAMED)
        return 1;
    return height >= NAMED || height >= layers + 2 ? 2 : height >= 6 ? 1 : 0;
}

static void draw(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct snapshot *snapshot = scene->snapshot;
    struct flow_state *flow = flow_state(scene);
    int layers = snapshot->seen.layer_count, heading = heading_rows(area.height, layers);
    int rows = area.height - heading;
    if (rows < 1)
        return;
    /* The output has a row of its own; hidden layers share rows where they must. */
    int hidden = layers - 1;
    int group = flow->one_a_row || rows < 2 ? 1 : layers_a_row(hidden, rows - 1);
    struct layer_pitch pitch = layers_pitch((hidden + group - 1) / group, rows);
    flow->rows = rows < layers ? rows : layers;
    if (flow->scroll > layers - flow->rows)
        flow->scroll = layers - flow->rows;
    int high = flow->one_a_row ? layers - flow->scroll : layers;
    int units = snapshot->can & DETAIL_UNITS ? snapshot->seen.hparams.width : 0;
    struct columns c = columns_of(area.width, units, group > 1);
    flow->no_units = c.units_width == 0;
    draw_heading(
        scene, surface, &c, area.x, area.y, heading, heading == 1 && area.height >= NAMED);
    for (int y = heading, height = 0; high >= 1; y += height) {
        int low = high == layers ? high : high - group + 1;
        struct flow_row row = flow_row_of(snapshot, low < 1 ? 1 : low, high);
        height = row.output ? pitch.output : pitch.hidden;
        if (y + height > area.height)
            break;
        draw_row(scene, surface, &c, &row, area.x, area.y + y, height);
        high = low - 1;
    }
}

static enum view_reply command(
    const struct scene *scene, const struct command *command, struct error *message)
{
    struct flow_state *flow = flow_state(scene);
    (void)message;
    if (command->id == COMMAND_OVERVIEW)
        flow->one_a_row = !flow->one_a_row;
    else if (command->id == COMMAND_SCROLL)
        flow_scroll(flow, (int)fmax(-1e6, fmin(1e6, command->number)));
    else
        return VIEW_NOT_MINE;
    return VIEW_DONE;
}

/* What every unit is, only where it is drawn. */
static void watch(const void *state, struct watch *watch)
{
    const struct flow_state *flow = state;
    if (!flow->no_units)
        watch->details |= DETAIL_UNITS;
}

static const char *const places[] = {"layer", "units", "delta", "ceiling", "gain", "slope",
    "bound", "weight", "dead", "saturated", "update", "gradient", "legend", NULL};

static const struct help_entry help[] = {
    {"", "One row a layer, the output on top, layer 1 at the bottom."},
    {"units",
        "mean activation as shade; × dead, · rare: active on < 1 % of samples, ◆ saturated "
        "(slope "
        "below 5 % of its maximum)"},
    {"bar",
        "error signal δ = ∂ℓ/∂z of a sample: ‖δ‖/√B, B samples, log scale; the row above times "
        "the gain"},
    {"┏━┛",
        "ceiling: times the activation's largest slope at each layer (up if above 1), as if "
        "the weights kept the size; large ones exceed it"},
    {"○", "signal of the layer of that number before settings were changed"},
    {"gain", "‖δ of this layer‖ / ‖δ of the layer above‖, exactly slope × weight"},
    {"slope",
        "what the activation's slope did: never above its maximum, which stands over the "
        "column; bold, as it is what the bound holds for"},
    {"weight", "what the weights above did: never above their spectral norm"},
    {"dead", "dead units; sat.: share of saturated activations"},
    {"update", "‖change of W‖ / ‖W‖ of the last update; about 1e-3 is healthy"},
    {"‖∂W‖", "norm of the loss's gradient by the weights, before clipping"},
    {"▴ ▾ *",
        "a step seen happening, by s or . : a climbs, δ comes down, W moves; ▒ is what the "
        "weights above and then the slope have cut off; rows that it has not reached are "
        "empty. space stops and goes on"},
    {NULL, NULL},
};

const struct view view_flow = {
    .name = "flow",
    .title = "the error signal, layer by layer",
    .help = help,
    .places = places,
    .reads = QUANTITY_BIT(QUANTITY_SIGNAL) | QUANTITY_BIT(QUANTITY_GAIN),
    .moves = true,
    .state_size = sizeof(struct flow_state),
    .update = flow_update,
    .draw = draw,
    .present = flow_present,
    .caption = flow_draw_legend,
    .why = flow_why,
    .watch = watch,
    .command = command,
};
