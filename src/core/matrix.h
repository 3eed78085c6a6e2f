/*
 * A view of rows × columns doubles in row-major order, `stride` doubles from row to row.
 *
 * Rows of the network's matrices stand on 64-byte boundaries and are padded to a multiple of
 * KERNEL_COLUMNS (core/kernels.h); the padding may be read and holds anything finite.
 */
#ifndef NABLASCOPE_CORE_MATRIX_H
#define NABLASCOPE_CORE_MATRIX_H

#include <stddef.h>

struct matrix {
    const double *values; /* not owned */
    int rows, columns;
    ptrdiff_t stride;
};

/* `count` rows from `first` on. */
static inline struct matrix matrix_rows(const struct matrix *m, int first, int count)
{
    return (struct matrix){m->values + first * m->stride, count, m->columns, m->stride};
}

#endif
