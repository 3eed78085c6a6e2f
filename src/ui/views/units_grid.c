#include "ui/views/units.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "ui/draw/glyphs.h"

/* Sizes of cells that are tried, the largest first. */
static const struct {
    int width, height;
} cells[] = {
    {8, 3}, {7, 3}, {6, 3}, {6, 2}, {5, 2}, {4, 2}, {5, 1}, {4, 1}, {3, 1}, {2, 1}, {1, 1}};

static int ceiling(int a, int b)
{
    return (a + b - 1) / b;
}

static bool fits(struct unit_grid *grid, int width, int height)
{
    int count = ceiling(grid->units, grid->cell_units), most = height / grid->height;
    if (most < 1)
        return false;
    grid->across = ceiling(count, most);
    grid->down = ceiling(count, grid->across);
    grid->columns = ceiling(grid->layers, grid->column_layers);
    int gap = grid->width >= 4 ? 2 : grid->across > 1 || grid->width > 1 ? 1 : 0;
    grid->pitch = grid->across * grid->width + gap;
    grid->rows = grid->down * grid->height;
    return grid->columns * grid->pitch - gap <= width;
}

struct unit_grid unit_grid_fit(int layers, int units, int width, int height)
{
    struct unit_grid grid = {.layers = layers, .units = units};
    for (grid.column_layers = 1; grid.column_layers < layers; grid.column_layers++) {
        if (ceiling(layers, grid.column_layers) <= width)
            break;
    }
    for (grid.cell_units = 1; grid.cell_units < units; grid.cell_units++) {
        for (size_t i = 0; i < ARRAY_LEN(cells); i++) {
            grid.width = cells[i].width;
            grid.height = cells[i].height;
            if (fits(&grid, width, height))
                return grid;
        }
    }
    grid.width = grid.height = 1;
    (void)fits(&grid, width, height);
    return grid;
}

static bool after(int64_t step, uint64_t since)
{
    return step > (int64_t)since;
}

struct unit_tally unit_tally_of(
    const struct snapshot *snapshot, int layer, int layers, int unit, int units, uint64_t since)
{
    struct unit_tally tally = {.units = 0};
    int finite = 0;
    int depth = snapshot->seen.layer_count - 1;
    for (int l = layer; l < layer + layers && l <= depth; l++) {
        const struct unit_stats *row = snapshot->units + snapshot_units_from(snapshot, l);
        int width = snapshot->seen.layers[l - 1].units;
        for (int j = unit; j < unit + units && j <= width; j++) {
            const struct unit_stats *view = &row[j - 1];
            tally.states[view->state]++;
            tally.units++;
            if (isfinite(view->mean_slope)) {
                tally.open += view->mean_slope / snapshot->seen.activation.max_slope;
                finite++;
            }
            tally.new_deaths += after(view->died_at, since);
            tally.new_revivals += view->died_at < 0 && after(view->revived_at, since);
        }
    }
    if (finite > 0)
        tally.open /= finite;
    return tally;
}

/*
 * A window: the fuller, the more of the error signal its slope lets through. Where cells
 * are apart a part of the last row stays free, so that they are told apart vertically, too.
 */
static void draw_alive(struct surface *surface, struct rect area, double open, bool apart)
{
    enum role role = unit_open_role(open);
    uint32_t end = area.height > 1 ? GLYPH_UPPER_HALF : glyph_vertical(7);
    int rows = area.height > 2 ? area.height - 1 : area.height;
    for (int y = 0; y < rows; y++) {
        bool last = apart && y == area.height - 1;
        for (int x = 0; x < area.width; x++)
            surface_put_on(surface, area.x + x, area.y + y, last ? end : GLYPH_UPPER_HALF, role,
                last ? ROLE_NONE : role);
    }
}

/* The cross and beside it the step of death: whether it is there. Two by two where there is
 * room, unless that is at the cost of the step. */
static bool draw_dead(struct surface *surface, struct rect area, int64_t died_at)
{
    char step[24];
    int length = died_at < 0 ? 0 : snprintf(step, sizeof step, "%" PRId64, died_at);
    bool costs = 1 + length <= area.width && 2 + length > area.width;
    bool large = area.width >= 3 && area.height >= 2 && !costs;
    int used = large ? 2 : 1;
    if (large) {
        surface_text(surface, area.x, area.y, -1, ROLE_DEAD, "╲╱");
        surface_text(surface, area.x, area.y + 1, -1, ROLE_DEAD, "╱╲");
    } else {
        surface_put(surface, area.x, area.y, GLYPH_DEAD, ROLE_DEAD);
    }
    bool told = died_at >= 0 && used + length <= area.width;
    if (told)
        surface_text(surface, area.x + used, area.y, -1, ROLE_DIM, step);
    return told;
}

static void draw_new(struct surface *surface, struct rect area, bool death)
{
    enum role role = death ? ROLE_BADGE_BAD : ROLE_BADGE_GOOD;
    surface_fill(surface, area, ' ', role);
    surface_put(surface, area.x + (area.width - 1) / 2, area.y, death ? 'X' : '+', role);
}

/* Whether a step stands in it. */
static bool draw_cell(const struct unit_tally *tally, int64_t died_at, struct surface *surface,
    struct rect area, bool apart)
{
    enum unit_state state = unit_tally_state(tally);
    enum role role = unit_state_role(state);
    if (tally->new_deaths > 0 && state == UNIT_DEAD)
        draw_new(surface, area, true);
    else if (tally->new_revivals > 0 && state != UNIT_DEAD)
        draw_new(surface, area, false);
    else if (state == UNIT_ALIVE)
        draw_alive(surface, area, tally->open, apart);
    else if (state == UNIT_DEAD)
        return draw_dead(surface, area, died_at);
    else if (state == UNIT_RARE)
        surface_put(surface, area.x, area.y, GLYPH_RARE, role);
    else
        surface_fill(surface,
            (struct rect){area.x, area.y, area.width > 2 ? 2 : 1, area.height > 2 ? 2 : 1},
            unit_state_glyph(state), role);
    return false;
}

/* Where a cell has a blank beside it: brackets; else a field with the state's glyph. */
static void draw_selection(
    struct surface *surface, struct rect area, bool blank, enum unit_state state)
{
    int shown = area.height > 2 ? area.height - 1 : area.height; /* the last row parts cells */
    for (int y = area.y; y < area.y + shown; y++) {
        if (blank) {
            surface_put(surface, area.x - 1, y, '[', ROLE_KEY);
            surface_put(surface, area.x + area.width, y, ']', ROLE_KEY);
        }
    }
    if (!blank)
        surface_put(surface, area.x, area.y,
            state == UNIT_ALIVE ? GLYPH_RIGHT : unit_state_glyph(state), ROLE_SELECTED);
}

static bool draw_column(const struct unit_grid *grid, const struct snapshot *snapshot,
    struct surface *surface, int column, int x, int y, uint64_t since, int selected)
{
    bool numbered = false;
    int first = column * grid->column_layers + 1;
    int inner = grid->width > 1 ? grid->width - 1 : 1;
    for (int i = 0; i * grid->cell_units < grid->units; i++) {
        int unit = i * grid->cell_units + 1;
        struct unit_tally tally =
            unit_tally_of(snapshot, first, grid->column_layers, unit, grid->cell_units, since);
        if (tally.units == 0) /* a narrower layer */
            break;
        struct rect area = {x + i % grid->across * grid->width,
            y + i / grid->across * grid->height, inner, grid->height};
        int64_t died_at = tally.units == 1
            ? snapshot->units[snapshot_units_from(snapshot, first) + unit - 1].died_at
            : -1;
        numbered |= draw_cell(&tally, died_at, surface, area, grid->width > 1);
        if (selected >= unit && selected < unit + grid->cell_units)
            draw_selection(surface, area, grid->width > 1, unit_tally_state(&tally));
    }
    return numbered;
}

bool unit_grid_draw(const struct unit_grid *grid, const struct snapshot *snapshot,
    struct surface *surface, int x, int y, uint64_t since, int layer, int unit)
{
    bool numbered = false;
    for (int c = 0; c < grid->columns; c++) {
        int first = c * grid->column_layers + 1;
        bool here =
            layer >= first && layer < first + grid->column_layers && layer <= grid->layers;
        numbered |= draw_column(
            grid, snapshot, surface, c, x + c * grid->pitch, y, since, here ? unit : 0);
    }
    return numbered;
}

/* Columns from label to label, so that labels this wide stay apart. */
static int label_every(const struct unit_grid *grid, int width)
{
    int every = 1;
    while (every * grid->pitch <= width)
        every = every == 1 ? 2 : every == 2 ? 5 : every * 2;
    return every;
}

void unit_grid_draw_layers(const struct unit_grid *grid, struct surface *surface, int x, int y,
    int width, int layer, bool numbered)
{
    char text[24];
    int widest = snprintf(text, sizeof text, "%d", grid->layers);
    int every = label_every(grid, widest), end = x;
    for (int c = 0; c < grid->columns; c++) {
        int first = c * grid->column_layers + 1;
        bool here = layer >= first && layer < first + grid->column_layers;
        bool labelled = c == 0 || (c + 1) % every == 0;
        if (labelled)
            end = surface_print(surface, x + c * grid->pitch, y, here ? ROLE_KEY : ROLE_HEADING,
                grid->pitch >= 10 ? "layer %d" : "%d", first);
    }
    static const char key[] = "×N: dead since step N";
    if (numbered && x + width - end >= text_columns(key) + 2)
        surface_text(surface, x + width - text_columns(key), y, -1, ROLE_DIM, key);
}

void unit_grid_draw_counts(const struct unit_grid *grid, const struct snapshot *snapshot,
    struct surface *surface, int x, int y, enum unit_state state)
{
    char text[24];
    int most = grid->units * grid->column_layers;
    int widest = snprintf(text, sizeof text, "%d", most);
    bool sign = grid->pitch > widest + 1;
    for (int c = 0; c < grid->columns; c++) {
        struct unit_tally tally = unit_tally_of(
            snapshot, c * grid->column_layers + 1, grid->column_layers, 1, grid->units, 0);
        int count = tally.states[state], at = x + c * grid->pitch;
        if (grid->pitch <= widest) {
            /* No room for numbers: a bar of eighths. */
            int eighths = (count * 8 + tally.units - 1) / tally.units;
            if (eighths > 0)
                surface_put(surface, at, y, glyph_vertical(eighths), unit_state_role(state));
            continue;
        }
        if (sign)
            surface_put(surface, at++, y, unit_state_glyph(state),
                count > 0 ? unit_state_role(state) : ROLE_DIM);
        surface_print(
            surface, at, y, count > 0 ? unit_state_role(state) : ROLE_DIM, "%d", count);
    }
}
