/*
 * Initialisations of the weights.
 *
 * Normal ones are N(0, gain² v), uniform ones have the same variances:
 *   normal, uniform   v = 1
 *   xavier            v = 2/(n_in + n_out)   Glorot & Bengio 2010, eq. 12 and 16
 *   he                v = 2/n_in             He et al. 2015, eq. 10
 *   lecun             v = 1/n_in             LeCun et al. 1998
 *   orthogonal        orthonormal rows or columns, times gain; Saxe et al. 2014
 * constant sets every weight to gain, zeros to 0.
 */
#ifndef NABLASCOPE_CORE_INITIALIZER_H
#define NABLASCOPE_CORE_INITIALIZER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/interrupt.h"
#include "core/rng.h"

enum initializer {
    INIT_ZEROS,
    INIT_CONSTANT,
    INIT_NORMAL,
    INIT_UNIFORM,
    INIT_XAVIER_NORMAL,
    INIT_XAVIER_UNIFORM,
    INIT_HE_NORMAL,
    INIT_HE_UNIFORM,
    INIT_LECUN_NORMAL,
    INIT_ORTHOGONAL,
    INIT_COUNT
};

const char *initializer_name(int index);
const char *initializer_help(int index);

/*
 * Fills W: n_in rows of n_out weights, rows `stride` apart. Draws from `rng`, which no other
 * layer shares. False when interrupted, or orthogonal is out of memory for its scratch.
 */
bool initializer_fill(enum initializer initializer, double gain, struct rng *rng, int n_in,
    int n_out, double *weights, ptrdiff_t stride, const struct interrupt *interrupt);

#endif
