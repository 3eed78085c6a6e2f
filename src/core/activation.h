/*
 * Activations: their names and the properties that the analysis needs. The functions themselves
 * are kernels (core/kernels.h).
 */
#ifndef NABLASCOPE_CORE_ACTIVATION_H
#define NABLASCOPE_CORE_ACTIVATION_H

#include "core/kernels.h"

/* A slope below this share of the largest counts as flat: the unit is saturated there. */
#define ACTIVATION_FLAT 0.05

struct activation_info {
    const char *name;
    const char *help;
    double max_slope; /* sup |φ'|: what one layer's slope can do at most to the error signal */
    bool bounded;     /* tends to constants on both sides: units can saturate */
    bool flat;        /* exactly 0 on the whole negative side: units can die */
    bool fades;       /* tends to 0 or a constant for z → -∞ without ever being flat */
    bool slope_of_a;  /* φ'(z) is computed from φ(z) alone */
    bool homogeneous; /* φ(cz) = cφ(z) for c > 0 */
};

extern const struct activation_info activations[ACTIVATION_COUNT];

const char *activation_name(int index);
const char *activation_help(int index);

/* The row, with what the leaky ReLU's slope changes: at slope 0 it is a ReLU and can die. */
struct activation_info activation_info(enum activation activation, double leaky_slope);

/* No slope is lower: GELU and SiLU, whose slopes at z and -z add up to 1, fall as far below 0
 * as they rise above 1. */
double activation_min_slope(const struct activation_info *info);

/* φ and φ' of some numbers, for drawing their curves. */
void activation_curve(enum activation activation, double leaky_slope, size_t count,
    const double *z, double *a, double *slope);

#endif
