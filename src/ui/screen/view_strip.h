/*
 * The views by name with their keys, the one on the screen standing out: where one is, and what
 * Tab and Shift-Tab lead to.
 */
#ifndef NABLASCOPE_UI_SCREEN_VIEW_STRIP_H
#define NABLASCOPE_UI_SCREEN_VIEW_STRIP_H

#include "ui/draw/surface.h"
#include "ui/views/view.h"

/* The view `offset` places further on; from the last on to the first. */
const struct view *view_strip_neighbour(const struct view *view, int offset);
/* In row y; where not all have room, the view between its neighbours. */
void view_strip_draw(const struct view *view, struct surface *surface, int y);

#endif
