/* The units view: every hidden unit of the net, and one of them in full. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "ui/draw/glyphs.h"
#include "ui/views/units.h"
#include "ui/views/view.h"

/* The parts of the area; a width or height of 0: left out. */
struct parts {
    struct rect grid, curve, card, weights;
    struct unit_grid cells;
    bool tight; /* no rows for the curve: it shares the heading's */
};

/* From here on the selected unit's weights stand below the grid. */
enum { DETAILED = 118, WEIGHTS_LEAST = 5, WEIGHTS_MOST = 13 };
enum { HEADING = 1, NUMBERS = 1, COUNTS = 1, CARD_LEAST = 36, CARD_MOST = 56 };

/* Below the grid, where that leaves the rows; cells of several rows give way. */
static void place_weights(struct parts *parts, struct rect area, int fixed)
{
    enum { GAPS = 2 };
    int rows = area.height - fixed - GAPS;
    struct unit_grid *cells = &parts->cells,
                     lower = unit_grid_fit(
                         cells->layers, cells->units, area.width - 2, rows - WEIGHTS_LEAST);
    if (cells->rows > rows - WEIGHTS_LEAST && cells->height > 1 && lower.cell_units == 1)
        *cells = lower;
    int spare = rows - cells->rows, height = spare < WEIGHTS_MOST ? spare : WEIGHTS_MOST;
    if (spare >= WEIGHTS_LEAST)
        parts->weights =
            (struct rect){area.x, area.y + area.height - height - 1, area.width, height};
}

static struct parts parts_of(struct rect area, const struct snapshot *s)
{
    struct parts parts = {.card = {.height = 0}, .weights = {.height = 0}};
    int layers = s->seen.layer_count - 1, units = s->seen.hparams.width, left = area.width;
    if (area.width >= 76) {
        int width = area.width / 2 - 3;
        width = width < CARD_LEAST ? CARD_LEAST : width > CARD_MOST ? CARD_MOST : width;
        parts.card = (struct rect){area.x + area.width - width, area.y, width, area.height};
        left = area.width - width - 2;
    }
    bool labels = area.height >= 8;
    int fixed = HEADING + (labels ? NUMBERS + COUNTS : 0);
    /* The curve gives way where every unit can have a cell of its own without it. */
    int curve = area.height >= 24 ? 8 : area.height >= 12 ? 4 : 0;
    static const int smaller[] = {4, 0};
    parts.cells = unit_grid_fit(layers, units, left - 2, area.height - fixed - curve);
    for (int i = 0; i < 2 && parts.cells.cell_units > 1; i++) {
        struct unit_grid cells =
            unit_grid_fit(layers, units, left - 2, area.height - fixed - smaller[i]);
        if (cells.cell_units == 1 && smaller[i] < curve) {
            parts.cells = cells;
            curve = smaller[i];
        }
    }
    if (area.width >= DETAILED && curve > 0)
        place_weights(&parts, (struct rect){area.x, area.y, left, area.height - curve}, fixed);
    parts.tight = curve == 0 && area.height >= 12;
    parts.grid = (struct rect){area.x, area.y, left,
        parts.weights.height > 0 ? parts.weights.y - area.y : area.height - curve};
    parts.curve = (struct rect){area.x, area.y + area.height - curve, left, curve};
    return parts;
}

/* Layers' numbers and counts have rows of their own. */
static bool labelled(const struct parts *parts)
{
    return parts->grid.height > parts->cells.rows + HEADING + 1;
}

/* What is left over is air: a row of it below the heading. */
static int air_of(const struct parts *parts)
{
    int labels = labelled(parts) ? NUMBERS + COUNTS : 0;
    return parts->grid.height - HEADING - parts->cells.rows - labels > 1;
}

/* The same of the first cell that shows such a state. */
static void place_state(const struct scene *scene, const struct unit_grid *grid, int x, int y,
    enum unit_state state, const char *name)
{
    int count = (grid->units + grid->cell_units - 1) / grid->cell_units;
    for (int i = 0; scene->place && i < grid->columns * count; i++) {
        int cell = i % count, layer = i / count * grid->column_layers + 1;
        struct unit_tally tally = unit_tally_of(scene->snapshot, layer, grid->column_layers,
            cell * grid->cell_units + 1, grid->cell_units, UINT64_MAX);
        if (tally.units > 0 && unit_tally_state(&tally) == state)
            scene_spot(scene, name,
                x + i / count * grid->pitch + cell % grid->across * grid->width,
                y + cell / grid->across * grid->height, grid->width > 1 ? grid->width - 1 : 1);
    }
}

/* Where somebody is to look: the layer's number, or the cell of the unit, from (x, y) on. */
static void place_in_grid(
    const struct scene *scene, const struct unit_grid *grid, int x, int y, bool labels)
{
    const struct view_place *place = scene->place;
    place_state(scene, grid, x, y, UNIT_DEAD, "dead");
    place_state(scene, grid, x, y, UNIT_RARE, "rare");
    place_state(scene, grid, x, y, UNIT_SATURATED, "saturated");
    if (!place || place->layer < 1 || place->layer > grid->layers)
        return;
    int layers = grid->column_layers, column = (place->layer - 1) / layers;
    int at = x + column * grid->pitch, low = column * layers + 1;
    if (place->unit == 0 && labels)
        scene_place(scene, low, low + layers - 1, 0, (struct rect){at, y - 1, 2, 1});
    int cell = (place->unit - 1) / grid->cell_units;
    if (place->unit > 0 && place->unit <= grid->units)
        scene_place(scene, low, low + layers - 1, place->unit,
            (struct rect){at + cell % grid->across * grid->width,
                y + cell / grid->across * grid->height, grid->width > 1 ? grid->width - 1 : 1,
                1});
}

static void draw_grid(const struct scene *scene, const struct parts *parts,
    struct surface *surface, uint64_t since)
{
    const struct snapshot *s = scene->snapshot;
    struct rect area = parts->grid;
    int y = area.y;
    int x = units_draw_counts(s, surface, area.x, y, area.width, parts->tight);
    if (parts->tight)
        units_draw_spark(s, surface, x + 2, y, area.x + area.width - x - 2);
    y++;
    bool labels = labelled(parts);
    y += air_of(parts);
    y += labels;
    bool numbered = unit_grid_draw(&parts->cells, s, surface, area.x + 1, y, since,
        scene->selection.layer, scene->selection.unit);
    if (labels)
        unit_grid_draw_layers(&parts->cells, surface, area.x + 1, y - 1, area.width - 1,
            scene->selection.layer, numbered);
    place_in_grid(scene, &parts->cells, area.x + 1, y, labels);
    int top = y;
    unit_grid_draw_ghost(&parts->cells, scene, surface, area.x + 1, y);
    y += parts->cells.rows;
    if (labels)
        unit_grid_draw_counts(&parts->cells, s, surface, area.x + 1, y, units_counted(s));
    units_wave_draw(&parts->cells, scene, surface, area.x + 1, top, labels ? y : -1);
}

static void update(const struct scene *scene)
{
    struct units_state *state = units_state(scene);
    if (!scene->shown)
        highlight_miss(&state->highlight, scene->snapshot->seen.step);
    if (!scene->new_run)
        return;
    state->highlight.count = 0;
    state->layer = 0; /* its axis is for none */
}

static void draw(const struct scene *scene, struct surface *surface, struct rect area)
{
    struct units_state *state = units_state(scene);
    const struct snapshot *s = scene->snapshot;
    if (!units_are_read(s, surface, area))
        return;
    bool resting = !wanted_moves(&s->news.wanted) || s->seen.divergence.kind != DIVERGED_NOT;
    uint64_t since = highlight_since(&state->highlight, s->seen.step, resting, scene->now);
    struct parts parts = parts_of(area, s);
    *scene->redraw_at = highlight_until(&state->highlight, resting, scene->now);
    draw_grid(scene, &parts, surface, since);
    int used = parts.cells.columns * parts.cells.pitch + 2, free = parts.grid.width - used;
    if (free >= 28 && parts.grid.height >= 16)
        units_draw_events(s, surface,
            (struct rect){parts.grid.x + used,
                parts.grid.y + HEADING + NUMBERS + air_of(&parts), free, parts.cells.rows + 1});
    if (parts.weights.height > 0)
        unit_weights_draw(s, surface, parts.weights);
    if (parts.curve.height > 0)
        units_draw_curve(scene, surface, parts.curve);
    scene_spot(scene, "curve", parts.curve.x, parts.curve.y, parts.curve.height > 0 ? 6 : 0);
    scene_spot(scene, "card", parts.card.x, parts.card.y, parts.card.height > 0 ? 8 : 0);
    if (parts.card.height > 0)
        unit_card_draw(scene, state, surface, parts.card, parts.weights.height == 0);
}

static const char *const places[] = {
    "layer", "unit", "dead", "rare", "saturated", "curve", "card", NULL};

static const struct help_entry help[] = {
    {"",
        "A cell is a unit; where there are too many, several, and shown is what more than half "
        "of them are."},
    {"shade",
        "alive: the mean of |φ'(z)| over the samples, from 0 to its maximum: the fuller, the "
        "more of the error signal the unit lets through; ReLU: the share of samples on which "
        "it is active, of all that are trained on"},
    {"×",
        "dead: a = 0 on every sample that is trained on; beside it, where there is room, the "
        "step"},
    {"·", "rare: active on < 1 % of samples"},
    {"◆", "saturated: slope below 5 % of its maximum on most samples"},
    {"!", "z is not finite"},
    {"○",
        "was dead or saturated before settings were changed; at × and ◆ only where there is "
        "room"},
    {"X  +", "has died, has come back just now"},
    {"▸ ◂",
        "a step seen happening: activations go up, then below the columns the error signals "
        "come back, as columns on a log scale"},
    {"curve", "share of dead units, ◆ of saturated sample-unit pairs, over all steps"},
    {"card",
        "the selected unit: φ above the distribution of its z over all samples that are "
        "trained on, its weights, why it is dead"},
    {NULL, NULL},
};

const struct view view_units = {
    .name = "units",
    .title = "every unit; the fuller, the more signal passes",
    .help = help,
    .places = places,
    .needs = DETAIL_UNIT | DETAIL_UNITS,
    .state_size = sizeof(struct units_state),
    .update = update,
    .draw = draw,
    .present = units_present,
    .command = units_command,
    .why = units_why,
};
