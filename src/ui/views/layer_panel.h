/*
 * One distribution of a layer: its name, the histogram, its moments and the shares that a
 * histogram hides.
 */
#ifndef NABLASCOPE_UI_VIEWS_LAYER_PANEL_H
#define NABLASCOPE_UI_VIEWS_LAYER_PANEL_H

#include "engine/snapshot.h"
#include "ui/draw/histogram_chart.h"

/* Names for the command; index is enum distribution. NULL beyond. */
const char *distribution_name(int index);
/* The same behind "all". */
const char *layer_shown_name(int index);
/* "error signal". */
const char *distribution_title(enum distribution which);

/* In a small rectangle, among others; from 5 rows and 16 columns on. */
void layer_panel_draw(struct surface *surface, struct rect area,
    const struct snapshot *snapshot, enum distribution which, struct histogram_axis *axis);
/* Alone in the area, the numbers beside the picture where there is room. */
void layer_panel_draw_alone(struct surface *surface, struct rect area,
    const struct snapshot *snapshot, enum distribution which, struct histogram_axis *axis);

#endif
