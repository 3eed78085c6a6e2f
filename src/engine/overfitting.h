/*
 * Overfitting: what is held out gets worse while what is trained on gets better. Means over
 * blocks of steps, as in engine/learning.h: of the batch loss, and of the test loss wherever it
 * is measured whoever watches (at the start of each epoch).
 *
 * Compared are the newest block and the one whose mean test loss is lowest so far. It is
 * overfitting when two blocks in a row have
 *   - a mean test loss above the lowest by a tenth of it and a hundredth of what the best
 *     constant answer costs,
 *   - by more than its standard error over so many samples, which are OVERFITTING_LEAST or
 * more: what few samples do by chance is not said,
 *   - and by more than OVERFITTING_NOISE times what it changes by from block to block of late
 * (a mean over some OVERFITTING_MEMORY blocks): among many the lowest is low by chance,
 *   - a mean loss of the batches 2 % or more below that of the block with the lowest: where
 * that rises, or diverges, it is no overfitting, whatever the test loss does, and is no longer
 * when two in a row have not. Where the test loss is not finite, there is nothing to compare.
 *
 * In 3000 random settings of 12 to 240 samples the loss over 3000 fresh ones had risen, too, in
 * 96 of 100 blocks of which this is said (90 with neither error nor noise); of the
 * settings whose loss over fresh samples was a fifth above its lowest at the end, 64 of 100
 * were found.
 *
 * All this follows from the steps alone.
 */
#ifndef NABLASCOPE_ENGINE_OVERFITTING_H
#define NABLASCOPE_ENGINE_OVERFITTING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/observation.h"

enum { OVERFITTING_LEAST = 5, OVERFITTING_NOISE = 6, OVERFITTING_MEMORY = 8 };

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
    double noise; /* mean change of the mean test loss from block to block */
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
