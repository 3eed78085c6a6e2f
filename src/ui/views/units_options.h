/*
 * What the units view keeps between frames.
 */
#ifndef NABLASCOPE_UI_VIEWS_UNITS_OPTIONS_H
#define NABLASCOPE_UI_VIEWS_UNITS_OPTIONS_H

#include "ui/draw/histogram_chart.h"
#include "ui/views/units_highlight.h"

struct units_options {
    struct fresh fresh;
    struct histogram_axis z; /* of the selected unit */
    uint64_t builds;         /* that the axis is for … */
    int layer, unit;         /* … and the unit */
};

#endif
