/*
 * A logarithmic axis that keeps still: it grows at once when a value needs it, and shrinks only
 * after the values have stayed well inside for a while.
 */
#ifndef NABLASCOPE_UI_AXIS_H
#define NABLASCOPE_UI_AXIS_H

#include <stdbool.h>

#include "ui/surface.h"

struct log_axis {
    int low, high; /* decades: 10^low .. 10^high; low < high */
    int idle;      /* updates for which a smaller range would have done */
    bool set;
};

/* Forgets the range: the next update takes what it gets. */
void axis_reset(struct log_axis *axis);
/* Takes in the smallest and largest positive finite value of a frame; both 0: nothing to take
 * in. */
void axis_update(struct log_axis *axis, double smallest, double largest);

/* Place of a positive value on `width` columns, in columns, clamped to 0..width. */
double axis_place(const struct log_axis *axis, double value, int width);

/* Decades between labels, so that labels of 6 columns fit. */
int axis_label_step(const struct log_axis *axis, int width);

/* Writes the labels into row y; they name the place of their first column's left edge. */
void axis_draw_labels(
    const struct log_axis *axis, struct surface *surface, int x, int y, int width);
/* A dot at each labelled decade of row y. */
void axis_draw_grid(
    const struct log_axis *axis, struct surface *surface, int x, int y, int width);

#endif
