/*
 * Sums over matrices in a fixed order, so that no result depends on the processor, the compiler
 * or the number of threads: rows in chunks of SUM_ROWS; in a chunk KERNEL_SUM_LANES lanes by
 * column, rows in turn, then a fixed tree (core/kernel_sum.h); the chunks in turn. Who works on
 * chunks by himself (core/share.h) adds their sums up in the same order.
 *
 * Norms neither overflow nor underflow: the error signal of a deep sigmoid stack is near
 * 1e-160, its square is not a double.
 */
#ifndef NABLASCOPE_CORE_REDUCE_H
#define NABLASCOPE_CORE_REDUCE_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/kernels.h"

enum { SUM_ROWS = 32 };

/* Chunks that `rows` rows make. */
static inline int sum_chunks(int rows)
{
    return (rows + SUM_ROWS - 1) / SUM_ROWS;
}

/* The chunk's rows. */
static inline struct matrix sum_chunk(const struct matrix *m, int chunk)
{
    int first = chunk * SUM_ROWS, left = m->rows - first;
    return matrix_rows(m, first, left < SUM_ROWS ? left : SUM_ROWS);
}

/* Σ x², summed plainly: for values of ordinary size. */
double matrix_square_sum(const struct kernels *kernels, const struct matrix *m);
/* Frobenius norm; infinity or NaN when an element is. */
double matrix_norm(const struct kernels *kernels, const struct matrix *m);
/* The same from the elements once more, where their plain sum of squares is not safe. */
double matrix_norm_rescaled(
    const struct kernels *kernels, const struct matrix *m, double square);

/* Squares of numbers in this range, and sums of 2^60 of them, are ordinary doubles. */
static inline bool square_is_safe(double square)
{
    return square > 0x1p-900 && square < 0x1p+900;
}

/* The norm from the sum of squares. */
static inline double matrix_norm_from(
    const struct kernels *kernels, const struct matrix *m, double square)
{
    return square_is_safe(square) ? sqrt(square) : matrix_norm_rescaled(kernels, m, square);
}

/*
 * Mean, and standard deviation (over n) from the given mean, of finite elements, where plain
 * sums of them or of squares overflow or vanish.
 */
double matrix_mean_rescaled(const struct matrix *m);
double matrix_deviation_rescaled(const struct matrix *m, double mean);

/* Column of the first element, row by row, that is not finite; -1 when all are. */
int matrix_first_not_finite(const struct matrix *m);
/* Largest absolute value; NaN elements are ignored unless all are. */
double matrix_max_abs(const struct matrix *m);

/*
 * Norm of the vector made of several, from their norms: sqrt Σ norm², in turn. Without overflow
 * or underflow.
 */
double norm_of_norms(const double *norms, size_t count);

#endif
