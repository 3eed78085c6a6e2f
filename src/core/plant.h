/*
 * Mistakes that backward passes are known for, to be planted and found: each changes the
 * gradient that the checker judges (core/gradient_check.h), never that of the training.
 */
#ifndef NABLASCOPE_CORE_PLANT_H
#define NABLASCOPE_CORE_PLANT_H

#include <stdbool.h>

#include "core/loss.h"
#include "core/network.h"

enum plant {
    PLANT_NONE,
    PLANT_NO_SLOPE,
    PLANT_SLOPE_OF_A,
    PLANT_SLOPE_BELOW_0,
    PLANT_TRANSPOSED,
    PLANT_WRONG_LAYER,
    PLANT_SUM,
    PLANT_BIAS_TWICE,
    PLANT_OUTPUT_SLOPE,
    PLANT_SIGN,
    PLANT_LAST_SAMPLE,
    PLANT_COUNT
};

struct plant_info {
    const char *name;
    const char *mistake; /* the wrong formula */
    const char *right;   /* what it should be */
    const char *help;    /* a line */
};

extern const struct plant_info plants[PLANT_COUNT];
const char *plant_name(int index);
const char *plant_help(int index);

/*
 * The backward pass with the mistake, plainly written: δ and gradients of every layer of a
 * network that has been through network_forward. With PLANT_NONE it is right, and equals
 * network_backward up to rounding. `criterion` of its samples. False when interrupted.
 */
bool plant_backward(struct network *network, enum plant plant,
    const struct criterion *criterion, const struct interrupt *interrupt);

#endif
