/*
 * What clipping did to the gradient of a step, element by element: its distribution and the
 * norm of each layer before and after. Taken only while somebody watches (DETAIL_CLIP).
 */
#ifndef NABLASCOPE_ENGINE_DETAIL_CLIP_H
#define NABLASCOPE_ENGINE_DETAIL_CLIP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/clip.h"
#include "core/hparams.h"

struct training;

/*
 * Bins of |element|/c: 4 in each factor of 2, from 2^-128 to 2^128. A bin holds its upper edge,
 * not its lower one; so no bin reaches across c, and what was clipped to c stands in the last
 * one below.
 */
enum { GRADIENT_BINS = 1024, GRADIENT_BIN_OF_C = GRADIENT_BINS / 2 - 1 };

/* The elements of all weights' and biases' gradients, by sign and size. */
struct gradient_bins {
    double unit;                             /* c */
    uint32_t counts[2][GRADIENT_BINS];       /* [0] negative, [1] positive */
    uint64_t zeros, below, above, nonfinite; /* exactly 0; beyond the bins; NaN or infinite */
    uint64_t elements;                       /* all of them */
};

/* A layer's gradient, weights and biases together. */
struct clip_layer {
    double norm;
    double beyond; /* share of its elements with |element| > c */
};

/* The gradient at one moment. */
struct clip_side {
    bool valid;
    struct gradient_bins bins;
    double largest; /* |element|; of those that are a number */
    int layer_count;
    struct clip_layer layers[LAYERS_MOST]; /* layer 1 first */
};

struct clip_detail {
    bool valid;
    struct clip_side before, after;
};

/* By how many degrees clipping turned the gradient; NaN when that is not defined. */
double clip_angle(const struct clip_report *report);

/* The size at which bin i begins and bin i - 1 ends; i from 0 to GRADIENT_BINS. */
double gradient_bins_edge(const struct gradient_bins *bins, int i);

/* Reads the network's gradients as they are now; `unit` > 0. False, and not valid, when
 * interrupted. */
bool clip_side_gather(struct clip_side *side, const struct network *network, double unit,
    const struct interrupt *interrupt);

/* Both sides of the step at hand, of which the one before has been gathered. False when it has
 * not, or when interrupted. */
bool clip_detail_take(struct clip_detail *detail, const struct clip_side *unclipped,
    const struct training *training);

#endif
