/*
 * The arithmetic that takes the time: matrix products and activations, once for each
 * instruction set and with the same bits in all of them.
 *
 * Matrices are row-major with a stride, in doubles, that is a multiple of KERNEL_COLUMNS; the
 * columns up to it may be read and written, so that no column remainder exists. Every element
 * of a product is the sum over k in order, one fused multiply-add each, and vectors run across
 * columns only: the result does not depend on vector width, blocking or processor.
 */
#ifndef NABLASCOPE_CORE_KERNELS_H
#define NABLASCOPE_CORE_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

enum { KERNEL_COLUMNS = 8 };

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

/* The left factor, read by two strides so that one kernel serves A·B and Aᵀ·B. */
struct factor {
    const double *values; /* element (i, k) is values[i · row + k · step] */
    ptrdiff_t row, step;
};

struct kernels {
    const char *name; /* value of NABLASCOPE_ISA */
    bool (*supported)(void);

    /*
     * C = A·B + 1·biasᵀ: rows × columns, summed over `depth`. `bias` (columns long, padded as
     * the matrices are) may be NULL. C must not overlap the others.
     */
    void (*multiply)(int rows, int columns, int depth, struct factor a, const double *b,
        ptrdiff_t b_stride, const double *bias, double *c, ptrdiff_t c_stride);

    /* a[i] = φ(z[i]); `slope` is the leaky ReLU's. */
    void (*activate)(
        enum activation activation, double slope, size_t count, const double *z, double *a);

    /* d[i] = φ'(z[i]), with a[i] = φ(z[i]) at hand. ReLU's slope at 0 is 0. */
    void (*derive)(enum activation activation, double slope, size_t count, const double *z,
        const double *a, double *d);
};

/*
 * The fastest set this processor supports, or the one called `name` (avx512, avx2, portable)
 * when `name` is not NULL. NULL when that is unknown or not supported here.
 */
const struct kernels *kernels_select(const char *name);

/* Columns a row of n doubles takes: a multiple of KERNEL_COLUMNS that is not one of 64. */
ptrdiff_t kernels_stride(int n);

#endif
