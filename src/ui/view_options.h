/*
 * What the views keep between frames and what is set in them by keys and commands: a member for
 * each view, all zero at the start.
 */
#ifndef NABLASCOPE_UI_VIEW_OPTIONS_H
#define NABLASCOPE_UI_VIEW_OPTIONS_H

#include "ui/clip_options.h"
#include "ui/curves_options.h"

struct view_options {
    /* A view that changes by itself sets the time at which it wants to be drawn again; 0:
     * never. */
    double redraw_at;
    struct clip_options clip;
    struct curves_options curves;
};

#endif
