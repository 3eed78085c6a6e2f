/*
 * The selected unit's card: what it is and why, the activation's curve above the distribution
 * of its z over the data, its incoming weights and bias.
 */
#ifndef NABLASCOPE_UI_VIEWS_UNITS_CARD_H
#define NABLASCOPE_UI_VIEWS_UNITS_CARD_H

#include "engine/snapshot.h"
#include "ui/draw/surface.h"
#include "ui/views/units_options.h"

/* Where there are fewer than 8 rows, the words alone. */
void unit_card_draw(const struct snapshot *snapshot, struct units_options *options,
    struct surface *surface, struct rect area, double now);

#endif
