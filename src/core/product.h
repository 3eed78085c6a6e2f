/*
 * Matrix products that can be given up: in pieces, with the bits of one kernels->multiply.
 */
#ifndef NABLASCOPE_CORE_PRODUCT_H
#define NABLASCOPE_CORE_PRODUCT_H

#include "core/interrupt.h"
#include "core/kernels.h"

/* kernels->multiply in pieces; false when interrupted: C is unfinished then. */
bool product_multiply(const struct kernels *kernels, int rows, int columns, int depth,
    struct factor a, const double *b, ptrdiff_t b_stride, const double *bias, double scale,
    double *c, ptrdiff_t c_stride, const struct interrupt *interrupt);

#endif
