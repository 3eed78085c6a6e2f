/*
 * Sums over matrices in a fixed order: 16 lanes by column modulo 16, rows in turn, then a fixed
 * tree. So the result does not depend on the compiler's vectors. Norms neither overflow nor
 * underflow: the error signal of a deep sigmoid stack is near 1e-160, its square is not a
 * double.
 */
#ifndef NABLASCOPE_CORE_REDUCE_H
#define NABLASCOPE_CORE_REDUCE_H

#include <stddef.h>

/* rows × columns doubles, `stride` apart; a view, nothing is owned. */
struct matrix {
    const double *values;
    int rows, columns;
    ptrdiff_t stride;
};

double matrix_sum(const struct matrix *m);
/* Frobenius norm; infinity or NaN when an element is. */
double matrix_norm(const struct matrix *m);
/* Σ (m - shift)², summed plainly: for values of ordinary size. */
double matrix_square_sum(const struct matrix *m, double shift);
/* Largest absolute value; NaN elements are ignored unless all are. */
double matrix_max_abs(const struct matrix *m);

/*
 * Norm of the vector made of several, from their norms: sqrt Σ norm². Without overflow or
 * underflow.
 */
double norm_of_norms(const double *norms, size_t count);

#endif
