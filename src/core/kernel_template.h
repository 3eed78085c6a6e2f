/*
 * One instruction set's kernels; included by kernels_*.c with
 *   KERNEL(name)  the name with the set's suffix
 *   TARGET        the function attribute that turns the set on
 *   LANES         doubles in a vector
 *   LANES_OF(F)   F(0), F(1), … F(LANES - 1)
 *   TILE_ROWS     rows of C in registers, 6 or 4
 *   KERNEL_NAME   and KERNEL_SUPPORTED(): the table's name and test
 */
#include "core/elementary.h"
#include "core/kernels.h"

/* Any alignment, and the same memory is read as doubles. */
typedef double KERNEL(vector) __attribute__((vector_size(8 * LANES), aligned(8), may_alias));
#define VECTOR KERNEL(vector)

enum { TILE_VECTORS = 4, K_BLOCK = 256 };

/* x·b + c in every lane; both compilers make one instruction of it. */
static inline __attribute__((always_inline)) TARGET VECTOR KERNEL(fma)(
    double x, VECTOR b, VECTOR c)
{
#define LANE(l) __builtin_fma(x, b[l], c[l])
    return (VECTOR){LANES_OF(LANE)};
#undef LANE
}

/*
 * rows × (vectors · LANES) of C over `depth` terms; both counts are constants at every call, so
 * that the accumulators live in registers. `start` holds the sums so far.
 */
static inline __attribute__((always_inline)) TARGET void KERNEL(tile)(const int rows,
    const int vectors, int depth, struct factor a, const double *b, ptrdiff_t b_stride,
    const double *start, ptrdiff_t start_stride, double *c, ptrdiff_t c_stride)
{
    VECTOR sum[6][TILE_VECTORS];
#pragma GCC unroll 6
    for (int i = 0; i < rows; i++) {
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++)
            sum[i][v] = *(const VECTOR *)(start + i * start_stride + v * LANES);
    }
    for (int k = 0; k < depth; k++) {
        const double *b_row = b + k * b_stride;
        const double *a_column = a.values + k * a.step;
#pragma GCC unroll 6
        for (int i = 0; i < rows; i++) {
            double x = a_column[i * a.row];
#pragma GCC unroll 4
            for (int v = 0; v < vectors; v++)
                sum[i][v] = KERNEL(fma)(x, *(const VECTOR *)(b_row + v * LANES), sum[i][v]);
        }
    }
#pragma GCC unroll 6
    for (int i = 0; i < rows; i++) {
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++)
            *(VECTOR *)(c + i * c_stride + v * LANES) = sum[i][v];
    }
}

/* All rows of a panel of vectors · LANES columns. */
static inline __attribute__((always_inline)) TARGET void KERNEL(panel)(const int vectors,
    int rows, int depth, struct factor a, const double *b, ptrdiff_t b_stride,
    const double *start, ptrdiff_t start_stride, double *c, ptrdiff_t c_stride)
{
    int i = 0;
#define TILE(count)                                                                            \
    for (; i + (count) <= rows; i += (count)) {                                                \
        struct factor part = {a.values + i * a.row, a.row, a.step};                            \
        KERNEL(tile)                                                                           \
        (count, vectors, depth, part, b, b_stride, start + i * start_stride, start_stride,     \
            c + i * c_stride, c_stride);                                                       \
    }
    TILE(TILE_ROWS)
    TILE(4)
    TILE(1)
#undef TILE
}

static TARGET void KERNEL(multiply)(int rows, int columns, int depth, struct factor a,
    const double *b, ptrdiff_t b_stride, const double *bias, double *c, ptrdiff_t c_stride)
{
    static const double zeros[TILE_VECTORS * LANES];
    int k = 0;
    do {
        int terms = depth - k < K_BLOCK ? depth - k : K_BLOCK;
        struct factor part = {a.values + k * a.step, a.row, a.step};
        const double *b_part = b + k * b_stride;
        int j = 0;
#define PANEL(vectors)                                                                         \
    for (; j + (vectors)*LANES <= columns_padded; j += (vectors)*LANES) {                      \
        const double *start = k > 0 ? c + j : bias ? bias + j : zeros;                         \
        KERNEL(panel)                                                                          \
        (vectors, rows, terms, part, b_part + j, b_stride, start, k > 0 ? c_stride : 0, c + j, \
            c_stride);                                                                         \
    }
        int columns_padded = (columns + KERNEL_COLUMNS - 1) / KERNEL_COLUMNS * KERNEL_COLUMNS;
        PANEL(4)
        PANEL(2)
        PANEL(1)
#undef PANEL
        k += terms;
    } while (k < depth);
}

/* One loop for each function, so that each is vectorised by itself. */
#define EACH(expression)                                                                       \
    for (size_t i = 0; i < count; i++)                                                         \
        out[i] = (expression);                                                                 \
    break

static TARGET void KERNEL(activate)(
    enum activation activation, double slope, size_t count, const double *z, double *out)
{
    switch (activation) {
    case ACTIVATION_SIGMOID:
        EACH(real_sigmoid(z[i]));
    case ACTIVATION_TANH:
        EACH(real_tanh(z[i]));
    case ACTIVATION_RELU: /* written so that NaN passes */
        EACH(z[i] <= 0 ? 0 : z[i]);
    case ACTIVATION_LEAKY_RELU:
        EACH(z[i] <= 0 ? slope * z[i] : z[i]);
    case ACTIVATION_ELU:
        EACH(z[i] <= 0 ? real_expm1(z[i] <= 0 ? z[i] : 0) : z[i]);
    case ACTIVATION_GELU:
        EACH(z[i] * real_normal_cdf(z[i]));
    case ACTIVATION_SILU:
        EACH(z[i] * real_sigmoid(z[i]));
    case ACTIVATION_SOFTPLUS:
        EACH(real_softplus(z[i]));
    case ACTIVATION_LINEAR:
    case ACTIVATION_COUNT:
        EACH(z[i]);
    }
}

static TARGET void KERNEL(derive)(enum activation activation, double slope, size_t count,
    const double *z, const double *a, double *out)
{
    switch (activation) {
    case ACTIVATION_SIGMOID:
        EACH(a[i] * (1 - a[i]));
    case ACTIVATION_TANH:
        EACH((1 - a[i]) * (1 + a[i]));
    case ACTIVATION_RELU:
        EACH(z[i] <= 0 ? 0 : 1);
    case ACTIVATION_LEAKY_RELU:
        EACH(z[i] <= 0 ? slope : 1);
    case ACTIVATION_ELU: /* exp z = expm1 z + 1 */
        EACH(z[i] <= 0 ? a[i] + 1 : 1);
    case ACTIVATION_GELU:
        EACH(__builtin_fma(z[i], real_normal_density(z[i]), real_normal_cdf(z[i])));
    case ACTIVATION_SILU: {
        for (size_t i = 0; i < count; i++) {
            double s = real_sigmoid(z[i]);
            out[i] = __builtin_fma(a[i], 1 - s, s); /* σ + zσ(1 - σ) */
        }
        break;
    }
    case ACTIVATION_SOFTPLUS:
        EACH(real_sigmoid(z[i]));
    case ACTIVATION_LINEAR:
    case ACTIVATION_COUNT:
        EACH(1);
    }
}

const struct kernels KERNEL(kernels) = {
    .name = KERNEL_NAME,
    .supported = KERNEL(supported),
    .multiply = KERNEL(multiply),
    .activate = KERNEL(activate),
    .derive = KERNEL(derive),
};
