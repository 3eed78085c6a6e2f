/*
 * Drawing a histogram (core/histogram.h) in any size: columns of eighth blocks above a labelled
 * axis that keeps still. Exact zeros are a shaded column of their own at 0, on an axis of
 * magnitudes at the left end; it is cut where it would flatten the rest.
 */
#ifndef NABLASCOPE_UI_DRAW_HISTOGRAM_CHART_H
#define NABLASCOPE_UI_DRAW_HISTOGRAM_CHART_H

#include "core/histogram.h"
#include "ui/draw/surface.h"

/* One for each place on the screen; all zero: no range yet. */
struct histogram_axis {
    struct value_range range;
    double zeros_cut; /* most that the column of zeros is drawn of the others; 0: twice */
    bool set;
    struct value_range lately;            /* wanted while it has been roomy */
    double now, roomy_since, lower_since; /* seconds; 0: not so */
    double peak;                          /* share of a column times columns, at full height */
    int columns;                          /* that the peak is for */
};

/*
 * What an axis should show of it: all, but of magnitudes not the least few, and on a linear
 * axis not the outer 0.5 % where these take more than half of it. An arrow tells of the rest.
 */
struct value_range histogram_wish(const struct histogram *histogram);
/* The smallest range with both, of the same scale. */
struct value_range range_union(struct value_range a, struct value_range b);

/*
 * Takes in what a frame at `now` should show, widened to round numbers: the range grows at once
 * and shrinks after it has been too large for a while.
 */
void histogram_axis_update(struct histogram_axis *axis, struct value_range wish, double now);
/* A range that the mathematics gives, as 0 to 1 for a sigmoid. */
void histogram_axis_fix(struct histogram_axis *axis, struct value_range range, double now);
/* Lets the next drawing choose the height anew, as for another layer. */
void histogram_axis_refit(struct histogram_axis *axis);

/* The share of the numbers in each of `columns` (240 at most) parts of the range. */
void histogram_columns(const struct histogram *histogram, const struct value_range *range,
    int columns, double *shares);

/* The last of two rows and more holds the labels. */
void histogram_draw(struct surface *surface, struct rect area,
    const struct histogram *histogram, struct histogram_axis *axis, enum role role);
/* The outline of another one on the axis as last drawn with `histogram`, where that leaves
 * room; what would be higher than the chart is left out. */
void histogram_outline(struct surface *surface, struct rect area,
    const struct histogram *histogram, const struct histogram_axis *axis,
    const struct histogram *other);
/* That row alone. */
void histogram_draw_labels(struct surface *surface, struct rect row,
    const struct histogram *histogram, const struct histogram_axis *axis);
/* The column of the area in which a value stands, -1 when it is outside. */
int histogram_column(struct rect area, const struct histogram_axis *axis, double value);
/* A line at a value, behind what has been drawn; nothing when it is outside. Its column or -1.
 */
int histogram_mark(struct surface *surface, struct rect area, const struct histogram_axis *axis,
    double value, enum role role);

#endif
