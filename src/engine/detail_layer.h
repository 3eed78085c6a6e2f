/*
 * One layer's distributions at one step: what goes up through it and what comes down.
 *
 * z, a, φ' and δ are over the samples of the batch and the layer's units, W and ∂loss/∂W over
 * the weights without the biases, the gradient as it was before clipping. The output has no
 * activation, so that its a is its z and its slope 1, or is a sigmoid.
 */
#ifndef NABLASCOPE_ENGINE_DETAIL_LAYER_H
#define NABLASCOPE_ENGINE_DETAIL_LAYER_H

#include "core/activation.h"
#include "core/histogram.h"
#include "core/network.h"
#include "engine/watch.h"

struct training;

enum distribution {
    DISTRIBUTION_Z,
    DISTRIBUTION_A,
    DISTRIBUTION_SLOPE,           /* φ'(z) */
    DISTRIBUTION_DELTA,           /* by magnitude */
    DISTRIBUTION_WEIGHT_GRADIENT, /* by magnitude */
    DISTRIBUTION_WEIGHT,
    DISTRIBUTION_COUNT
};

/* A layer's gradient by the weights before it is clipped. */
struct layer_gradient {
    bool valid;
    int layer; /* 1-based */
    struct histogram histogram;
};

struct layer_detail {
    bool valid;
    bool output;
    int layer, units, inputs, samples;
    enum activation activation; /* of the output: linear or sigmoid */
    double leaky_slope;
    struct activation_info info;
    struct histogram distributions[DISTRIBUTION_COUNT];
    struct histogram unit_means; /* of each unit's mean z over the samples */
    double saturated; /* share of the slopes below 5 % of the maximum; bounded only */
    double *scratch;  /* owned: unit means, slopes of some rows */
    size_t scratch_size;
};

/* Between backward pass and clipping: the gradient of this layer. False when interrupted. */
bool layer_gradient_gather(struct layer_gradient *gradient, const struct network *network,
    int layer, const struct interrupt *interrupt);

/*
 * Of an evaluated training that keeps z and δ of the watched layer, whose gradient, where it
 * was clipped, has been gathered. False when it is not so, out of memory or interrupted.
 * Computes in memory of its own.
 */
bool layer_detail_take(struct layer_detail *detail, const struct layer_gradient *gradient,
    const struct training *training, const struct watch *watch);
void layer_detail_clear(struct layer_detail *detail);

#endif
