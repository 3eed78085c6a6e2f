/*
 * A stack of fully connected layers: memory, initial weights, forward and backward pass.
 *
 * Symbols and equations are those of DESIGN: layers 1..depth are hidden with activation φ,
 * layer depth+1 is the output without one, or with a sigmoid, which the loss knows of: its δ is
 * by z. B samples, n_l units.
 *
 *   z_l = a_{l-1} W_lᵀ + b_l          a_l = φ(z_l)
 *   δ_l = (δ_{l+1} W_{l+1}) ∘ φ'(z_l)
 *   ∂loss/∂W_l = δ_lᵀ a_{l-1} / B     ∂loss/∂b_l = mean of δ_l over samples
 *
 * Parameters are stored as a block of n_in + 1 rows of n_out: Wᵀ, then the biases. Weight
 * W[o][i] stands at parameters[i · stride + o], bias o at parameters[n_in · stride + o].
 * Gradients and optimizer state have the same shape, so that one loop serves a block.
 */
#ifndef NABLASCOPE_CORE_NETWORK_H
#define NABLASCOPE_CORE_NETWORK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/hparams.h"
#include "core/initializer.h"
#include "core/interrupt.h"
#include "core/kernels.h"
#include "core/reduce.h"
#include "core/workers.h"

/* Of a chunk of gradients: elements that clipping changed, Σ (g/‖g‖)·clip(g), Σ clip(g)². */
struct clip_sums {
    double changed, product, square;
};

/*
 * What workers find in one chunk of rows (core/reduce.h) of a layer's matrices. What passes and
 * update find in turn shares its place.
 */
struct chunk_sums {
    union {
        struct activation_sums activation; /* of z and a */
        struct slope_sums slope;           /* of δ */
        double gradients, steps;           /* Σ (∂loss/∂W)², Σ ΔW² */
        struct clip_sums clip;
    };
    double weights;  /* Σ W² */
    atomic_int flat; /* slopes, of the parts of a shared chunk that are done */
    atomic_int done; /* rows or columns of it; 0 between passes (core/share.h) */
};

struct layer {
    int n_in, n_out;
    ptrdiff_t stride;       /* of every matrix with n_out columns */
    double *parameters;     /* (n_in + 1) × n_out */
    double *gradients;      /* of the mean loss, clipped once clip_apply has run */
    double *m, *v;          /* optimizer state, NULL where the optimizer keeps none */
    double *a;              /* B × n_out; the output's is its z, unless that is bent */
    double *z, *delta;      /* the same, NULL where they are not kept */
    int bad_z, bad_delta;   /* unit (0-based) of the first z, δ that is not finite; -1: none */
    atomic_bool *bad_units; /* where bad_z is one: the units with such a z */
    double delta_norm;      /* ‖δ_l‖ */
    double back_norm;       /* ‖δ_{l+1} W_{l+1}‖; 0 for the output */
    double weight_norm;     /* ‖W_l‖ */
    double weight_grad_norm; /* ‖∂loss/∂W_l‖ and ‖∂loss/∂b_l‖ before clipping */
    double bias_grad_norm;
    double step_norm;          /* ‖ΔW_l‖ of the last update */
    double act_mean, act_std;  /* of a_l over samples and units */
    double saturated;          /* share of pairs with |φ'| < 5 % of its maximum */
    double *steps;             /* ΔW and Δb of the last update, while they stand in scratch */
    struct chunk_sums *chunks; /* scratch, one for each chunk of the longest matrix */
    atomic_int done;           /* of the layer's parts, as in chunk_sums */
    atomic_llong bad;          /* place of the first z that is not finite; 0: none yet */
};

struct network_shape {
    int inputs, depth;
    int width; /* of every hidden layer; where they differ, of the widest */
    int outputs;
    int batch;                /* most samples in a pass */
    bool bent;                /* the output's a is the sigmoid of its z */
    short widths[DEPTH_MOST]; /* of each hidden layer, where they differ; else all 0 */
};

/*
 * Which signals of the hidden layers can be read after a pass; the output's always can. What
 * nobody reads has no memory: a deep stack then takes a third of it and stays in the cache.
 */
enum { SIGNALS_Z = 1, SIGNALS_DELTA = 2, SIGNALS_BOTH = SIGNALS_Z | SIGNALS_DELTA };

struct signals {
    int all;   /* SIGNALS_*, or-ed: of every hidden layer */
    int layer; /* both of this one, too (1-based); 0: of none */
};

struct network {
    struct network_shape shape;
    const struct kernels *kernels;
    const struct workers *workers; /* may be NULL: alone */
    enum activation activation;
    double leaky_slope;
    int layer_count; /* depth + 1 */
    struct layer *layers;
    ptrdiff_t input_stride;
    double *inputs;       /* B × n_0, filled by the caller */
    double largest;       /* n_in · n_out of the largest layer */
    int samples;          /* B of the last pass */
    double *back;         /* scratch, B × n: δ_{l+1} W_{l+1} */
    double *z, *delta[2]; /* scratch, B × n: those of a layer, where they are not kept */
    struct signals kept;
    double *scratch;     /* scratch: W turned round, the steps of some layers, one at least */
    size_t scratch_size; /* doubles of steps */
    void *memory, *state, *signals; /* what all the pointers above and the layers' point into */
};

/* Neurons below and in a layer (0-based). */
void network_layer_sizes(const struct network_shape *shape, int index, int *n_in, int *n_out);

/* Bytes that network_create(signals) and network_keep_state(keeps) allocate; SIZE_MAX: too
 * many.
 */
size_t network_bytes(const struct network_shape *shape, int keeps, struct signals signals);

/*
 * NULL when out of memory. Parameters are 0; optimizer state is not kept. Memory is zeroed, but
 * not touched: the system makes its pages as a pass comes to them.
 */
struct network *network_create(
    const struct network_shape *shape, const struct kernels *kernels, struct signals signals);
void network_destroy(struct network *network);

/*
 * Gives every layer the state that `keeps` (OPTIMIZER_KEEPS_*) asks for, all 0, in one
 * allocation. False when out of memory: the old state stays.
 */
bool network_keep_state(struct network *network, int keeps);

/*
 * Keeps these signals from the next pass on; no bit depends on it. Only for activations that
 * are slope_of_a (core/activation.h) may z of all layers be left out. In one allocation; false
 * when out of memory: what was kept stays.
 */
bool network_keep_signals(struct network *network, struct signals signals);

/* Draws every layer's weights from its own stream; hidden biases are N(bias, bias_std²), from
 * streams of their own, the output's 0. */
bool network_initialize(struct network *network, enum initializer initializer, double gain,
    double bias, double bias_std, uint64_t seed, const struct interrupt *interrupt);

/*
 * The passes are false when they were given up: the parameters are unchanged then, and what
 * they compute is undefined.
 *
 * Computes z and a of every layer for the first `samples` rows of inputs, the statistics of a,
 * and ‖W‖.
 */
bool network_forward(struct network *network, int samples, const struct interrupt *interrupt);

/*
 * From the output's δ, which the caller has written, down to layer 1: δ, gradients, norms,
 * saturation.
 */
bool network_backward(struct network *network, const struct interrupt *interrupt);

/*
 * One update by the gradients of layers from `first` (0-based) on, as many as there is scratch
 * for; returns the first that is left. What was added to a layer's parameters stands at its
 * `steps`, shaped like them, until the next call or pass.
 */
int network_update(
    struct network *network, int first, const struct optimizer_settings *settings);

/* φ of a layer (0-based). */
static inline enum activation layer_activation(const struct network *network, int index)
{
    return index < network->shape.depth ? network->activation
        : network->shape.bent           ? ACTIVATION_SIGMOID
                                        : ACTIVATION_LINEAR;
}

/* View of `samples` rows of z, a or δ. */
static inline struct matrix layer_matrix(
    const struct layer *layer, const double *values, int samples)
{
    return (struct matrix){values, samples, layer->n_out, layer->stride};
}

/* Of W, or what is shaped like it, in a block; of the biases in it. */
static inline struct matrix layer_weights(const struct layer *layer, const double *block)
{
    return (struct matrix){block, layer->n_in, layer->n_out, layer->stride};
}

static inline struct matrix layer_biases(const struct layer *layer, const double *block)
{
    return (struct matrix){block + layer->n_in * layer->stride, 1, layer->n_out, layer->stride};
}

/* Doubles in a parameter block. */
static inline size_t layer_block(const struct layer *layer)
{
    return ((size_t)layer->n_in + 1) * (size_t)layer->stride;
}

#endif
