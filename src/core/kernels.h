/*
 * The arithmetic that takes the time: matrix products, activations, sums and updates, once for
 * each instruction set and with the same bits in all of them.
 *
 * Matrices are padded (core/matrix.h), so that a vector may be read and written across the last
 * column. Every element of a product is the sum over k in order, one fused multiply-add each,
 * and vectors run across columns only; sums over a matrix have fixed lanes and a fixed tree.
 * So no result depends on vector width, blocking, compiler or processor.
 */
#ifndef NABLASCOPE_CORE_KERNELS_H
#define NABLASCOPE_CORE_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/matrix.h"

enum { KERNEL_COLUMNS = 8, KERNEL_SUM_LANES = 32 };

/* The elementwise functions; core/activation.h names them for the user. */
enum activation {
    ACTIVATION_SIGMOID,
    ACTIVATION_TANH,
    ACTIVATION_RELU,
    ACTIVATION_LEAKY_RELU,
    ACTIVATION_ELU,
    ACTIVATION_GELU,
    ACTIVATION_SILU,
    ACTIVATION_SOFTPLUS,
    ACTIVATION_LINEAR,
    ACTIVATION_COUNT
};

/* The updates; core/optimizer.h names and defines them. */
enum optimizer {
    OPTIMIZER_SGD,
    OPTIMIZER_MOMENTUM,
    OPTIMIZER_NESTEROV,
    OPTIMIZER_RMSPROP,
    OPTIMIZER_ADAM,
    OPTIMIZER_COUNT
};

struct optimizer_settings {
    enum optimizer optimizer;
    double lr, momentum, beta1, beta2, epsilon, weight_decay;
    /* Adam's 1 - β1^t and √(1 - β2^t) at the t-th update: optimizer_prepare. */
    double m_correction, v_correction;
};

/* The left factor, read by two strides so that one kernel serves A·B and Aᵀ·B. */
struct factor {
    const double *values; /* element (i, k) is values[i · row + k · step] */
    ptrdiff_t row, step;
};

/* Of a chunk of a layer: Σ z, not finite when an element is not; Σ a, Σ (a - their mean)². */
struct activation_sums {
    double z, a, a_deviation;
};

/* Of a chunk of a layer's error signal: Σ back², Σ δ², and how many slopes are flat. */
struct slope_sums {
    double back_square, delta_square;
    int64_t flat;
};

/*
 * A small layer (core/network_small.c), its matrices as in core/network.h. Going up: z and a of
 * up to SUM_ROWS samples; without an activation they are the same.
 */
struct forward_layer {
    int samples, n_in, n_out;
    const double *below; /* the activations below */
    ptrdiff_t below_stride;
    const double *parameters;
    ptrdiff_t stride;
    enum activation activation;
    double slope;
    double *z, *a;
};

/*
 * Going down, from the layer's δ: its gradients, and δ of the layer below, from that one's z
 * and a; NULL: there is none. `turned` is scratch for SUM_ROWS rows of Wᵀ turned round.
 */
struct backward_layer {
    int samples, n_in, n_out;
    const double *below, *below_z;
    ptrdiff_t below_stride;
    const double *parameters, *delta;
    ptrdiff_t stride;
    enum activation activation;
    double slope, limit; /* as in apply_slope */
    double *gradients, *turned, *back, *below_delta;
};

/* Sums of squares of these, with their roots; flat slopes as in slope_sums. */
enum backward_sum { BELOW_BACK, BELOW_DELTA, WEIGHT_GRADIENTS, BIAS_GRADIENTS, BACKWARD_SUMS };

struct backward_sums {
    double squares[BACKWARD_SUMS], roots[BACKWARD_SUMS];
    int64_t flat;
};

struct kernels {
    const char *name; /* value of NABLASCOPE_ISA */
    bool (*supported)(void);

    /*
     * C = (A·B + 1·biasᵀ)·scale: rows × columns, summed over `depth`. `bias` (columns long,
     * padded as the matrices are) may be NULL. C must not overlap the others.
     */
    void (*multiply)(int rows, int columns, int depth, const struct factor *a, const double *b,
        ptrdiff_t b_stride, const double *bias, double scale, double *c, ptrdiff_t c_stride);
    /* C = (C + A·B)·scale: goes on with a sum over k (core/product.h). */
    void (*multiply_on)(int rows, int columns, int depth, const struct factor *a,
        const double *b, ptrdiff_t b_stride, double scale, double *c, ptrdiff_t c_stride);

    /*
     * The same product in single precision, A in rows `a_row` apart: each element is the sum
     * over k in order on top of the bias, each product and each sum rounded to a float.
     */
    void (*multiply_single)(int rows, int columns, int depth, const float *a, ptrdiff_t a_row,
        const float *b, ptrdiff_t b_stride, const float *bias, float *c, ptrdiff_t c_stride);
    /* Each value becomes the float nearest to its φ as a double. */
    void (*activate_single)(
        enum activation activation, double slope, size_t count, float *values);

    /*
     * out = mᵀ in rows `stride` apart, of which `columns` columns are written: 0 beyond m's
     * rows.
     */
    void (*transpose)(const struct matrix *m, int columns, double *out, ptrdiff_t stride);

    /* a[i] = φ(z[i]); `slope` is the leaky ReLU's. */
    void (*activate)(
        enum activation activation, double slope, size_t count, const double *z, double *a);

    /*
     * d[i] = φ'(z[i]), with a[i] = φ(z[i]) at hand; those that are `slope_of_a`
     * (core/activation.h) read only a: σ' = a(1 - a) to 3e-16, tanh' = (1 - a)(1 + a) to 6e-16,
     * which are no relative errors: they are all there is as |a| nears 1. ReLU's slope at 0 is
     * 0.
     */
    void (*derive)(enum activation activation, double slope, size_t count, const double *z,
        const double *a, double *d);

    /*
     * δ = back ∘ φ'(z), all in matrices of back's shape; sums up to SUM_ROWS rows. Slopes below
     * `limit` in size count as flat.
     */
    void (*apply_slope)(enum activation activation, double slope, const struct matrix *back,
        const double *z, const double *a, double limit, double *delta, struct slope_sums *sums);

    /* y[i] = exp(x[i]); log(1 + x[i]) for x[i] >= 0. */
    void (*exponential)(size_t count, const double *x, double *y);
    void (*log1p)(size_t count, const double *x, double *y);

    /* x[i] *= factor. */
    void (*scale)(size_t count, double *x, double factor);
    /* x[i] to [-c, c]. */
    void (*clip)(size_t count, double *x, double c);

    /*
     * One update of `count` parameters θ by the gradient g, with the optimizer's state m and v
     * (unused ones may be NULL); writes the step Δθ that was made.
     */
    void (*update)(const struct optimizer_settings *settings, size_t count, const double *g,
        double *m, double *v, double *theta, double *step);

    /* Σ x; Σ x²; Σ (scale · x)²: of up to SUM_ROWS rows, core/reduce.h. */
    double (*sum)(const struct matrix *m);
    double (*square_sum)(const struct matrix *m);
    double (*scaled_square_sum)(const struct matrix *m, double scale);
    /* Of up to SUM_ROWS rows of z and of a, in a matrix of z's shape. */
    void (*activation_sums)(
        const struct matrix *z, const double *a, struct activation_sums *sums);
    /*
     * A pass through a small layer at once: the products, functions and sums here. Going up, Σ
     * z and Σ a of its own, and Σ (a - their mean)² of the layer below, whose Σ a stands in
     * `below`; without a layer below that is NULL; the output's own are complete.
     */
    void (*forward)(const struct forward_layer *layer, struct activation_sums *below,
        struct activation_sums *sums);
    void (*backward)(const struct backward_layer *layer, struct backward_sums *sums);
    /* How many elements clip would change; Σ (x/norm)·clip(x). */
    double (*clipped_count)(const struct matrix *m, double c);
    double (*clipped_product)(const struct matrix *m, double c, double norm);
    /*
     * sums[j] += Σ of column j, or how many of its elements are not 0: rows in eights (a tree
     * in each), then one by one.
     */
    void (*add_column_sums)(const struct matrix *m, double *sums);
    void (*add_column_counts)(const struct matrix *m, double *counts);
    /*
     * peaks[j] is raised to the largest |x| of column j; NaN raises nothing. Like the sums and
     * counts it is padded as the matrices are.
     */
    void (*raise_column_peaks)(const struct matrix *m, double *peaks);
};

/* names_fn of the sets this processor supports, the fastest first. */
const char *kernels_name(int index);

/*
 * The fastest set this processor supports, or the one called `name` (avx512, avx2, neon,
 * portable) when `name` is not NULL. NULL when that is unknown or not supported here.
 */
const struct kernels *kernels_select(const char *name);

/* False when fused multiply-adds are done in software, a hundred times slower. */
bool kernels_have_fma(const struct kernels *kernels);

/* Columns a row of n doubles takes: a multiple of KERNEL_COLUMNS that is not one of 64. */
ptrdiff_t kernels_stride(int n);

#endif
