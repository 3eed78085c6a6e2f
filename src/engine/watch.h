/*
 * What somebody is looking at: details that are computed only while a view draws from them.
 * None of them changes the training.
 */
#ifndef NABLASCOPE_ENGINE_WATCH_H
#define NABLASCOPE_ENGINE_WATCH_H

#include <stdbool.h>

#include "core/observation.h"

/* A bit each. */
enum detail {
    DETAIL_UNIT = 1,
    DETAIL_LAYER = 2,
    DETAIL_CLIP = 4,
    DETAIL_PLANE = 8,
    DETAIL_CHECK = 16,
    DETAIL_CURVES = 32,
    DETAIL_UNITS = 64, /* what every hidden unit is */
    DETAIL_PICTURES = 128,
    DETAIL_ALL = 255
};

/* Start from a zeroed struct, so that two can be compared byte by byte. */
struct watch {
    unsigned details; /* enum detail, or-ed */
    int layer, unit;  /* the selected ones, 1-based; layer depth+1 is the output */
    int plant;        /* DETAIL_CHECK: enum plant, the mistake that is to be found */
    int plane_width, plane_height; /* DETAIL_PLANE: cells of the grid of inputs */
    int plane_small; /* DETAIL_PLANE: cells on a side of a small map of each unit; 0: none */
    int picture;     /* DETAIL_PICTURES: the wrong ones from this sample on, from 0 */
    unsigned ghost;  /* of these details, those of the ghost; the curves always are */
    int quantity;    /* DETAIL_CURVES: which record_layer_quantity is shown of every layer */
};

bool watch_equal(const struct watch *a, const struct watch *b);
/* Brings layer and unit into the network seen; whoever takes a detail does it first. */
void watch_clamp(struct watch *watch, const struct observation *seen);

#endif
