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

/* What stands in a cell, or in a column of cells. */
struct unit_tally {
    int states[UNIT_STATES];
    int units;
    double active; /* mean share */
    int new_deaths, new_revivals;
};
/* What they are shown as: what more than half of the units are, else alive. */
enum unit_state unit_tally_state(const struct unit_tally *tally);

#endif
