/*
 * A linear axis between edges that are given, with numbers at multiples of 1, 2 or 5 times a
 * power of ten. A number has as many digits as tell it from its neighbours: 0.5, 2015, 1.7e9,
 * or only its last ones, "…152", where those before are the same along the whole axis. Where no
 * form fits there are fewer numbers, or none.
 */
#ifndef NABLASCOPE_UI_DRAW_LINEAR_AXIS_H
#define NABLASCOPE_UI_DRAW_LINEAR_AXIS_H

#include "ui/draw/format.h"
#include "ui/draw/surface.h"

struct linear_axis {
    double low, high; /* low < high */
};

/* 1, 2 or 5 times a power of ten, not below a positive value. */
double linear_axis_round(double value);

/* Centred in row y below the `width` columns from x on that the axis takes, none of them in the
 * last `reserved` columns. */
void linear_axis_draw_across(const struct linear_axis *axis, struct surface *surface, int x,
    int y, int width, int reserved);
/* From below upwards along the rows of `at`, in the `at.width` columns, right-aligned. */
void linear_axis_draw_up(
    const struct linear_axis *axis, struct surface *surface, struct rect at);

#endif
