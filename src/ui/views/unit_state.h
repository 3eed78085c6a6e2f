/*
 * How views show what a unit is, and what several are together.
 */
#ifndef NABLASCOPE_UI_VIEWS_UNIT_STATE_H
#define NABLASCOPE_UI_VIEWS_UNIT_STATE_H

#include <stdint.h>

#include "engine/unit_stats.h"
#include "ui/draw/role.h"

/* The glyph of a state, and its role. */
uint32_t unit_state_glyph(enum unit_state state);
enum role unit_state_role(enum unit_state state);

/* The shade of a slope over its bound, 0..1: its ends are shut and open. */
enum role unit_open_role(double open);

/* What stands in a cell, or in a column of cells. */
struct unit_tally {
    int states[UNIT_STATES];
    int units;
    double open; /* mean slope over its bound, 0..1, of the units that are finite */
    int new_deaths, new_revivals;
};
/* What they are shown as: what more than half of the units are, else alive. */
enum unit_state unit_tally_state(const struct unit_tally *tally);

#endif
