/*
 * Gradient clipping, with what it did.
 *
 *   value      each element to [-c, c]
 *   norm       all gradients of all layers as one vector g: if ‖g‖ > c, g ← g·c/‖g‖
 *              (Pascanu et al. 2013, algorithm 1)
 *   layerwise  the same for each layer by itself, weights and biases together
 */
#ifndef NABLASCOPE_CORE_CLIP_H
#define NABLASCOPE_CORE_CLIP_H

#include <stdbool.h>

#include "core/network.h"
#include "core/observation.h"

enum clip { CLIP_NONE, CLIP_VALUE, CLIP_NORM, CLIP_LAYERWISE, CLIP_COUNT };

const char *clip_name(int index);
const char *clip_help(int index);

/*
 * Clips the network's gradients in place. Where ‖g‖ is 0, scale is 1. False when interrupted:
 * some layers are clipped then.
 */
bool clip_apply(enum clip clip, double threshold, struct network *network,
    const struct interrupt *interrupt, struct clip_report *report);

/* The factor for a vector of this norm: threshold / norm where that is less than 1. */
double clip_factor(double norm, double threshold);

#endif
