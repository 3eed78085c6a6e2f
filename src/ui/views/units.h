/*
 * The units view: its state and its parts, which are the grid of units, the card of one of them
 * with its words, counts and curves, and what stands out for a moment.
 */
#ifndef NABLASCOPE_UI_VIEWS_UNITS_H
#define NABLASCOPE_UI_VIEWS_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/snapshot.h"
#include "ui/draw/histogram_chart.h"
#include "ui/draw/surface.h"
#include "ui/views/unit_state.h"
#include "ui/views/view.h"

/*
 * What stands out for a moment: which steps have been shown for the first time just now.
 */

enum { HIGHLIGHT_KEPT = 64 };
#define HIGHLIGHT_SECONDS 1.5

/* Start from zero, with each run. */
struct highlight {
    int count;
    struct {
        double at; /* seconds */
        uint64_t step;
    } seen[HIGHLIGHT_KEPT]; /* steps by the time at which they were first shown, oldest first */
};

/*
 * Takes in the step that is shown and returns the last one that is no longer new: what happened
 * after it stands out. While the training rests, the newest step stays new.
 */
uint64_t highlight_since(struct highlight *highlight, uint64_t step, bool resting, double now);
/* Takes in a step that is not on the screen: what happens unseen is not new when it is seen. */
void highlight_miss(struct highlight *highlight, uint64_t step);
/* The time at which something stops being new; 0: nothing does. */
double highlight_until(const struct highlight *highlight, bool resting, double now);

/* What the units view keeps between frames. */
struct units_state {
    struct highlight highlight;
    struct histogram_axis z; /* of the selected unit */
    int layer, unit;         /* that the axis is for */
};

static inline struct units_state *units_state(const struct scene *scene)
{
    return scene->state;
}

/*
 * The hidden units as a grid: a column of cells a layer, layer 1 at the left, a cell a unit. A
 * layer's column may be several cells wide; where the net is larger than the room, a cell
 * stands for several units of a layer, and in the end a column for several layers.
 */

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

/* Of these layers and units; new is what happened after step `since`. */
struct unit_tally unit_tally_of(const struct snapshot *snapshot, int layer, int layers,
    int unit, int units, uint64_t since);
/*
 * Draws cells from (x, y) on; the columns left and right of a cell may hold the brackets of the
 * selection (layer, unit; 1-based). What happened after step `since` stands out. Returns
 * whether a cell says since which step its unit is dead.
 */
bool unit_grid_draw(const struct unit_grid *grid, const struct snapshot *snapshot,
    struct surface *surface, int x, int y, uint64_t since, int layer, int unit);
/* A ring for each cell whose units were dead, or saturated, in the ghost (NULL: none); hidden
 * layers and units correspond by their numbers. */
void unit_grid_draw_ghost(const struct unit_grid *grid, const struct scene *scene,
    struct surface *surface, int x, int y);
/*
 * The layers' numbers above the columns, with a key to the numbers in the cells where these are
 * numbered and `width` allows; below them how many are dead, or saturated.
 */
void unit_grid_draw_layers(const struct unit_grid *grid, struct surface *surface, int x, int y,
    int width, int layer, bool numbered);
void unit_grid_draw_counts(const struct unit_grid *grid, const struct snapshot *snapshot,
    struct surface *surface, int x, int y, enum unit_state state);

/*
 * The selected unit in words: what it does now, what made it so, what can change it.
 */

enum { UNIT_WORDS = 240 };

/* One word or two in capitals, and how bad that is: of the watched unit, which is valid. */
struct unit_verdict {
    const char *label;
    enum unit_state state;
};
struct unit_verdict unit_verdict_of(const struct snapshot *snapshot);

/* A sentence or two each; empty where there is nothing to say. */
void unit_say_now(const struct snapshot *snapshot, char text[UNIT_WORDS]);
void unit_say_cause(const struct snapshot *snapshot, char text[UNIT_WORDS]);
void unit_say_outlook(const struct snapshot *snapshot, char text[UNIT_WORDS]);

/* A number as these sentences write it: two or three digits that count. */
void unit_number(double value, char *text, size_t size);

/*
 * The selected unit's card: what it is and why, the activation's curve above the distribution
 * of its z over the data, its incoming weights and bias.
 */

/* Where there are fewer than 8 rows, the words alone; `bars`: many weights as bars, else only
 * the bias. */
void unit_card_draw(const struct scene *scene, struct units_state *state,
    struct surface *surface, struct rect area, bool bars);

/* Where there is room for more: its numbers, in so many rows; its weights in and out as
 * columns. */
int unit_facts_rows(const struct snapshot *snapshot);
void unit_facts_draw(
    const struct snapshot *snapshot, struct surface *surface, struct rect area);
void unit_weights_draw(
    const struct snapshot *snapshot, struct surface *surface, struct rect area);

/* How many units are what, each with its glyph, and what the shades mean: the key of the
 * picture; `brief`: only of what counts. Returns the column after. */
int units_draw_counts(const struct snapshot *snapshot, struct surface *surface, int x, int y,
    int width, bool brief);
/* What is counted below each column. */
enum unit_state units_counted(const struct snapshot *snapshot);
/* Whether it is known what every unit is; says so where it is not. */
bool units_are_read(const struct snapshot *snapshot, struct surface *surface, struct rect area);

/* The share of what counts over all steps, in one row. */
void units_draw_spark(
    const struct snapshot *snapshot, struct surface *surface, int x, int y, int width);
/* The shares of dead and saturated units over all steps, from 0 to 100 %. */
void units_draw_curve(const struct scene *scene, struct surface *surface, struct rect area);

/* The newest deaths and revivals, one a row. */
void units_draw_events(
    const struct snapshot *snapshot, struct surface *surface, struct rect area);

/*
 * What stands out: every unit that is more than alive. Steps from place `from` on (layer 1
 * first, at most depth × width) to the next of them, or -steps to the one before, past the
 * ends, and returns its place, with *place how many stand before it; -1: none does.
 */
int64_t unit_find(const struct snapshot *snapshot, int64_t from, int64_t steps, int64_t *place);
enum view_reply units_command(
    const struct scene *scene, const struct command *command, struct error *message);

/*
 * While a step is seen happening: takes from the grid drawn at (x, y) what the activations have
 * not reached; in row `counts` (-1: there is none) the error signals as they come back.
 */
void units_wave_draw(const struct unit_grid *grid, const struct scene *scene,
    struct surface *surface, int x, int y, int counts);

void units_present(const struct scene *scene, struct surface *surface, struct rect area);
void units_why(const struct scene *scene, struct why *why);

#endif
