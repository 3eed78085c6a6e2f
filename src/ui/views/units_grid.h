/*
 * The hidden units as a grid: a column of cells a layer, layer 1 at the left, a cell a unit. A
 * layer's column may be several cells wide; where the net is larger than the room, a cell
 * stands for several units of a layer, and in the end a column for several layers.
 */
#ifndef NABLASCOPE_UI_VIEWS_UNITS_GRID_H
#define NABLASCOPE_UI_VIEWS_UNITS_GRID_H

#include "engine/snapshot.h"
#include "ui/draw/surface.h"

struct unit_grid {
    int layers, units; /* of the net: hidden layers, units in each */
    int column_layers; /* layers a column */
    int cell_units;    /* units a cell: of each of these layers */
    int columns;       /* layers, or groups of them */
    int across, down;  /* cells of a column */
    int width, height; /* of a cell in characters, with the blank that follows it */
    int pitch;         /* characters from column to column */
    int rows;          /* characters, all in all */
};

/* The largest cells with which it fits; area at least 2 × 1. */
struct unit_grid unit_grid_fit(int layers, int units, int width, int height);

/* What a cell or a column of cells stands for. */
struct unit_tally {
    int states[UNIT_STATES];
    int units;
    double active; /* mean share */
    int fresh_deaths, fresh_revivals;
};
struct unit_tally unit_tally_of(const struct snapshot *snapshot, int layer, int layers,
    int unit, int units, uint64_t since);
/* What the cell is shown as: what more than half of its units are, else alive. */
enum unit_state unit_tally_state(const struct unit_tally *tally);

/*
 * Draws cells from (x, y) on; the columns left and right of a cell may hold the brackets of the
 * selection (layer, unit; 1-based). What happened after step `since` stands out.
 */
void unit_grid_draw(const struct unit_grid *grid, const struct snapshot *snapshot,
    struct surface *surface, int x, int y, uint64_t since, int layer, int unit);
/*
 * The layers' numbers above the columns, with a key to the numbers in the cells where `width`
 * allows; below them how many are dead, or saturated.
 */
void unit_grid_draw_layers(
    const struct unit_grid *grid, struct surface *surface, int x, int y, int width, int layer);
void unit_grid_draw_counts(const struct unit_grid *grid, const struct snapshot *snapshot,
    struct surface *surface, int x, int y, enum unit_state state);

/* The glyph of a state, and its role. */
uint32_t unit_state_glyph(enum unit_state state);
enum role unit_state_role(enum unit_state state);

#endif
