/* What the layer view keeps between frames. */
#ifndef NABLASCOPE_UI_VIEWS_LAYER_OPTIONS_H
#define NABLASCOPE_UI_VIEWS_LAYER_OPTIONS_H

#include "engine/detail_layer.h"
#include "ui/draw/histogram_chart.h"

struct layer_options {
    int shown;    /* 0: all distributions; else 1 + enum distribution, alone */
    bool cramped; /* the last picture had room for one only */
    int layer;    /* what the axes are for */
    uint64_t step, builds;
    struct histogram_axis axes[DISTRIBUTION_COUNT], curve;
};

#endif
