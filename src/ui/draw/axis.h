/*
 * Axes that keep still: they grow at once when a value needs it, and shrink only after the
 * values have stayed well inside for a while. One of whole decades, for bars and shades, and a
 * finer one for curves, linear or logarithmic.
 */
#ifndef NABLASCOPE_UI_DRAW_AXIS_H
#define NABLASCOPE_UI_DRAW_AXIS_H

#include <stdbool.h>

#include "ui/draw/surface.h"

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

/* Writes the labels into row y; they name the place of their first column's left edge. */
void axis_draw_labels(
    const struct log_axis *axis, struct surface *surface, int x, int y, int width);
/* A dot at each labelled decade of row y. */
void axis_draw_grid(
    const struct log_axis *axis, struct surface *surface, int x, int y, int width);

/* Limits are rungs of the ladder … 0.5 1 2 5 10 20 …; rung 3n is 10^n. */
struct value_axis {
    bool logarithmic; /* from rung `low`; else from 0 */
    int low, high;    /* at least a decade apart when logarithmic */
    int idle;
    bool set;
};

/* "log", "linear". */
const char *scale_name(int index);

double axis_rung(int rung);
/* "0.5", "20", "5e-7". */
void axis_rung_text(int rung, char text[16]);
/* As axis_update; a switch between linear and logarithmic takes effect at once. */
void value_axis_update(
    struct value_axis *axis, bool logarithmic, double smallest, double largest);
/* Place of a value, 0..1; what lies outside is put on the edge. */
double value_axis_share(const struct value_axis *axis, double value);
/* Values of the lower and upper end, and in words. */
double value_axis_low(const struct value_axis *axis);
double value_axis_high(const struct value_axis *axis);
void value_axis_texts(const struct value_axis *axis, char low[16], char high[16]);

#endif
