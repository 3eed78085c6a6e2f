/*
 * The drawings made of block elements: bars and curves.
 */
#ifndef NABLASCOPE_UI_DRAW_CHART_H
#define NABLASCOPE_UI_DRAW_CHART_H

#include "ui/draw/surface.h"

/*
 * A bar from x over `length` columns, `height` rows high; of several rows the last is half
 * filled, so that bars one below the other stay apart. A fraction of a column counts in
 * eighths, of several rows in halves, so that all of them end in the same place.
 */
void chart_bar(
    struct surface *surface, int x, int y, double length, int height, enum role role);

/* A mark that may stand on a bar, which shows through where there are colours enough. */
void chart_mark(struct surface *surface, int x, int y, uint32_t glyph, enum role role);

/* One column of a curve: the range of its values as shares of the height, 0..1. */
struct chart_span {
    double low, high; /* NaN: not finite; low > high: nothing */
};

/*
 * A curve, a column a span, from the area's left edge on: solid from low to high, shaded below.
 * What is not finite is a column of '!'.
 */
void chart_spans(struct surface *surface, struct rect area, enum role role,
    const struct chart_span *spans, int count);

enum { CHART_SPARKS_MOST = 64 };

/*
 * Values in one row, at most `width` of them, ending at the right. With a level (above 0) on a
 * scale from 0 to half as much again, what is above being cut off; without one, flat when they
 * hardly differ, logarithmic when they differ a hundredfold.
 */
void chart_sparkline(struct surface *surface, int x, int y, int width, enum role role,
    const double *values, int count, double level);

enum { CHART_LABELS = 8 }; /* columns of the limits at the left of chart_curve */

struct chart_title {
    const char *name;
    double level; /* a line behind the curve, which is scaled by it; 0: none */
    const char *level_name;
};

/*
 * A curve with its title in the row above, and limits: a column a span, here of values, scaled
 * like that; at most as many as there are columns right of the labels. A mark at the top says
 * that values are above it. The scale of a curve with a level depends on nothing else.
 */
void chart_curve(struct surface *surface, struct rect area, enum role role,
    const struct chart_title *title, const struct chart_span *values, int count);
/* Where that curve has this value: a share of its height, NaN beyond it. */
double chart_curve_share(
    const struct chart_span *values, int count, double level, double value);

/*
 * A column of a chart of what was and what is left, heights in eighths of a row: solid up to
 * `after`, shade from there to `before`.
 */
void chart_column(struct surface *surface, int x, struct rect plot, int before, int after,
    enum role solid, enum role shade);

#endif
