/* What the clip view keeps between frames. */
#ifndef NABLASCOPE_UI_VIEWS_CLIP_OPTIONS_H
#define NABLASCOPE_UI_VIEWS_CLIP_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/draw/axis.h"

enum { WALL_MAP_MOST = 128 }; /* columns and rows that are computed */

struct clip_options {
    uint64_t builds;                      /* of the run the axes belong to */
    struct log_axis norms, sizes, layers; /* of ‖g‖, of its elements, of its layers */

    bool wall;         /* the wall is shown where there is no room for both */
    bool wall_started; /* the descents have been started, at this time: */
    double wall_since;
    int map_columns, map_rows; /* of the error surface that has been computed; 0: none */
    double map[WALL_MAP_MOST * WALL_MAP_MOST];
};

#endif
