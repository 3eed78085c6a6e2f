/*
 * Matrix products that can be given up: in pieces, with the bits of one kernels->multiply.
 */
#ifndef NABLASCOPE_CORE_PRODUCT_H
#define NABLASCOPE_CORE_PRODUCT_H

#include "core/interrupt.h"
#include "core/kernels.h"

/* Multiply-adds of a piece: some ten milliseconds. Portable code may be a hundred times slower
 * (kernels_have_fma). */
#define PRODUCT_PIECE 4e7

/* More of them: false when interrupted. */
bool product_in_pieces(const struct kernels *kernels, int rows, int columns, int depth,
    struct factor a, const double *b, ptrdiff_t b_stride, const double *bias, double scale,
    double *c, ptrdiff_t c_stride, const struct interrupt *interrupt);

/*
 * kernels->multiply in pieces; false when interrupted: C is unfinished then. Inline, and
 * the factor written anew: copied, its fields just written were read again as a vector, which
 * waits for them.
 */
static inline bool product_multiply(const struct kernels *kernels, int rows, int columns,
    int depth, struct factor a, const double *b, ptrdiff_t b_stride, const double *bias,
    double scale, double *c, ptrdiff_t c_stride, const struct interrupt *interrupt)
{
    if ((double)rows * columns * depth > PRODUCT_PIECE)
        return product_in_pieces(
            kernels, rows, columns, depth, a, b, b_stride, bias, scale, c, c_stride, interrupt);
    if (interrupt_asked(interrupt))
        return false;
    kernels->multiply(rows, columns, depth, &(struct factor){a.values, a.row, a.step}, b,
        b_stride, bias, scale, c, c_stride);
    return true;
}

#endif
