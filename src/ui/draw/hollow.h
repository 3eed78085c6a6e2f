/*
 * Hollow marks: where something else stood, beside what stands there now, which they never
 * cover. A ring is a value on a bar, ─ one of a curve, · what a curve had at its end.
 */
#ifndef NABLASCOPE_UI_DRAW_HOLLOW_H
#define NABLASCOPE_UI_DRAW_HOLLOW_H

#include <stdbool.h>

#include "ui/draw/surface.h"

/*
 * A ring in this cell. False, and nothing is drawn, where a word, a number or a mark stands.
 * On a filled cell it is written on the colour of what fills it.
 */
bool hollow_put(struct surface *surface, int x, int y);
/*
 * A ring on a bar, which may end before it, `place` columns from its left end, in the middle
 * one of its rows; in another one, or beside its place, where something has to be read there.
 * Below 0 and beyond the width an arrow at that end.
 */
void hollow_on_bar(struct surface *surface, struct rect bar, double place);
/* A point of a curve at this height, 0..1, of the column x; on what is blank, shaded or wholly
 * filled alone. */
void hollow_on_curve(
    struct surface *surface, int x, struct rect area, double height, bool beyond);

#endif
