/*
 * Overfitting: what is held out gets worse while what is trained on gets better. Means over
 * blocks of steps, as in engine/learning.h: of the batch loss, and of the test loss wherever it
 * is measured whoever watches (at the start of each epoch).
 *
 * Compared are the newest block and the one whose mean test loss is lowest so far. It is
 * overfitting when two blocks in a row have
 *   - a mean test loss above the lowest by a tenth of it and a hundredth of what the best
 *     constant answer costs, and by more than OVERFITTING_ERRORS standard errors of a mean over
 *     so few samples: what a few samples do by chance is not said,
 *   - a mean loss of the batches 2 % or more below that of the block with the lowest,
 * and is no longer when two in a row have not. Noise within a block is averaged away; a loss
 * that rises in training is no overfitting, whatever the test loss does; where the test loss is
 * not finite, there is nothing to compare.
 *
 * All this follows from the steps alone.
 */
#ifndef NABLASCOPE_ENGINE_OVERFITTING_H
#define NABLASCOPE_ENGINE_OVERFITTING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/observation.h"

#define OVERFITTING_ERRORS 1.0

/* Means over the steps first..last. */
struct test_block {
    uint64_t first, last;
    double loss;        /* of the batches */
    double test, error; /* test loss and its standard error, where it was measured … */
    int measured;       /* … so often */
};

/* Plain data; zeroed at step 0. */
struct overfitting {
    bool said;
    int run;         /* blocks in a row that say otherwise */
    uint64_t blocks; /* whole ones that are finite */
    struct test_block now, low;
    /* The lowest test loss that was measured: of the first such step. */
    uint64_t lowest_step;
    double lowest;
    bool any; /* there is one */

    uint64_t steps; /* of the block under way */
    struct test_block part;
};

/* Takes in an evaluated step that is finite, once; true where overfitting begins with it. */
bool overfitting_update(struct overfitting *overfitting, const struct observation *seen);

#endif
