/*
 * What the views keep between frames and what is set in them by keys and commands: a member for
 * each view, all zero at the start.
 */
#ifndef NABLASCOPE_UI_VIEWS_VIEW_OPTIONS_H
#define NABLASCOPE_UI_VIEWS_VIEW_OPTIONS_H

#include "ui/views/check_options.h"
#include "ui/views/clip_options.h"
#include "ui/views/curves_options.h"
#include "ui/views/layer_options.h"
#include "ui/views/units_options.h"

enum data_map { DATA_MAP_BOTH, DATA_MAP_OUTPUT, DATA_MAP_UNIT, DATA_MAP_LAYER };

struct data_options {
    enum data_map map;
    int side;  /* places on each side of the largest map drawn, 0: none yet */
    int small; /* of a small map of each unit, 0: none drawn */
};

struct view_options {
    struct data_options data;
    /* A view that changes by itself sets the time at which it wants to be drawn again; 0:
     * never. */
    double redraw_at;
    struct clip_options clip;
    struct curves_options curves;
    struct layer_options layer;
    struct check_options_shown check;
    struct units_options units;
};

#endif
