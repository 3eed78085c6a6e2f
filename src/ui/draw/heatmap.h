/*
 * A grid of values as shades: two values a cell, one above the other, by the ramp's roles.
 */
#ifndef NABLASCOPE_UI_DRAW_HEATMAP_H
#define NABLASCOPE_UI_DRAW_HEATMAP_H

#include "ui/draw/surface.h"

struct heatmap {
    int columns, rows;    /* of `values`, both at least 1 */
    const double *values; /* rows × columns, the top row first */
    double low, high;     /* the values of the first and last step of the ramp */
};

/* The role of a value: a step of the ramp, clamped; ROLE_BAD when infinite, ROLE_NONE for NaN.
 */
enum role heatmap_role(const struct heatmap *map, double value);

/*
 * Fills the area, which has width × 2·height places: as many columns and rows show each value
 * once, others the nearest value. Where a value is NaN nothing is drawn.
 */
void heatmap_draw(const struct heatmap *map, struct surface *surface, struct rect area);

/* The ramp in one row with a label at each end; returns the column after it. */
int heatmap_draw_key(struct surface *surface, int x, int y, const char *low, const char *high);

#endif
