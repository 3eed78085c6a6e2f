/*
 * A stack of fully connected layers: memory, initial weights, forward and backward pass.
 *
 * Symbols and equations are those of DESIGN: layers 1..depth are hidden with activation φ,
 * layer depth+1 is the output without one. B samples, n_l units.
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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/initializer.h"
#include "core/kernels.h"
#include "core/reduce.h"

struct layer {
    int n_in, n_out;
    ptrdiff_t stride;        /* of every matrix with n_out columns */
    double *parameters;      /* (n_in + 1) × n_out */
    double *gradients;       /* of the mean loss, clipped once clip_apply has run */
    double *m, *v;           /* optimizer state */
    double *z, *a, *delta;   /* B × n_out; the output's a is its z */
    double delta_norm;       /* ‖δ_l‖ */
    double back_norm;        /* ‖δ_{l+1} W_{l+1}‖; 0 for the output */
    double weight_grad_norm; /* ‖∂loss/∂W_l‖ and ‖∂loss/∂b_l‖ before clipping */
    double bias_grad_norm;
    double act_mean, act_std; /* of a_l over samples and units */
    double saturated;         /* share of pairs with |φ'| < 5 % of its maximum */
};

/* Asked between layers; when it says yes, the work is given up and the parameters are
 * unchanged. */
struct interrupt {
    bool (*wanted)(void *context); /* may be NULL */
    void *context;
};

struct network_shape {
    int inputs, depth, width, outputs;
    int batch; /* most samples in a pass */
};

struct network {
    struct network_shape shape;
    const struct kernels *kernels;
    enum activation activation;
    double leaky_slope;
    int layer_count; /* depth + 1 */
    struct layer *layers;
    ptrdiff_t input_stride;
    double *inputs;  /* B × n_0, filled by the caller */
    int samples;     /* B of the last pass */
    double *slopes;  /* scratch, B × n: φ'(z_l) */
    double *scratch; /* scratch, the largest parameter block: Wᵀ, steps */
};

/* Bytes that network_create would allocate. */
size_t network_bytes(const struct network_shape *shape);

/* NULL when out of memory. Parameters are 0. */
struct network *network_create(
    const struct network_shape *shape, const struct kernels *kernels);
void network_destroy(struct network *network);

/* Draws every layer's weights from its own stream; hidden biases are `bias`, the output's 0. */
bool network_initialize(struct network *network, enum initializer initializer, double gain,
    double bias, uint64_t seed, const struct interrupt *interrupt);

/* Computes z and a of every layer for the first `samples` rows of inputs. */
bool network_forward(struct network *network, int samples, const struct interrupt *interrupt);

/*
 * From the output's δ, which the caller has written, down to layer 1: δ, gradients, norms,
 * saturation.
 */
bool network_backward(struct network *network, const struct interrupt *interrupt);

/* Views. `samples` rows of z, a or δ; W and its gradient; biases and theirs. */
struct matrix layer_matrix(const struct layer *layer, const double *values, int samples);
struct matrix layer_weights(const struct layer *layer, const double *block);
struct matrix layer_biases(const struct layer *layer, const double *block);
size_t layer_block(const struct layer *layer); /* doubles in a parameter block */

#endif
