/*
 * What the curves view keeps between frames, and what keys and commands set in it.
 */
#ifndef NABLASCOPE_UI_VIEWS_CURVES_OPTIONS_H
#define NABLASCOPE_UI_VIEWS_CURVES_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/draw/axis.h"
#include "ui/draw/timeline.h"

struct curves_options {
    int quantity; /* enum quantity */
    enum timeline_kind time;
    bool linear; /* values; else logarithmic */
    struct value_axis loss, norm, layer, shade;
    struct log_axis decades; /* of the shades */
    /* What the axes have last been brought up to. */
    uint64_t step, builds;
    int shown_quantity, shown_layer;
    enum timeline_kind shown_time;
};

#endif
