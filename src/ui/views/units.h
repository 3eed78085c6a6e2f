/*
 * The units view's counts, curve, formulas, and its large picture for presenting.
 */
#ifndef NABLASCOPE_UI_VIEWS_UNITS_H
#define NABLASCOPE_UI_VIEWS_UNITS_H

#include "ui/views/view.h"

/* How many units are what, each with its glyph: the key of the picture;
 * `brief`: only of what counts. Returns the column after. */
int units_draw_counts(const struct snapshot *snapshot, struct surface *surface, int x, int y,
    int width, bool brief);
/* The share of what counts over all steps, in one row. */
void units_draw_spark(
    const struct snapshot *snapshot, struct surface *surface, int x, int y, int width);
/* The shares of dead and saturated units over all steps, from 0 to 100 %. */
void units_draw_curve(
    const struct snapshot *snapshot, struct surface *surface, struct rect area);

/* The newest deaths and revivals, one a row. */
void units_draw_events(
    const struct snapshot *snapshot, struct surface *surface, struct rect area);

void units_present(const struct scene *scene, struct surface *surface, struct rect area);
void units_why(const struct scene *scene, struct why *why);

#endif
