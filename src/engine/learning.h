/*
 * Whether the training gets anywhere: the mean loss of blocks of steps, compared with the
 * block before that was lowest, and with what the best constant answer costs.
 *
 * A block is as many whole epochs as come to LEARNING_BLOCK steps or more, so that every sample
 * counts alike in each, whatever the batch. The low is the last block whose mean was 2 % or
 * more below the low before it; the first block is the first low.
 *
 *   moving   a new low, within the last LEARNING_PATIENCE blocks
 *   stuck    none for that long, or none at all yet; at once where the newest block costs what
 * the best constant answer does, within 2 % worse    two blocks or more in a row are above the
 * low by a tenth of it and a hundredth of the constant answer's loss; when that has lasted
 * LEARNING_PATIENCE blocks more, the newest block is the low, from which it goes on
 *
 * All this follows from the steps alone, whoever watches, and at whatever speed.
 */
#ifndef NABLASCOPE_ENGINE_LEARNING_H
#define NABLASCOPE_ENGINE_LEARNING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/observation.h"

enum { LEARNING_BLOCK = 20, LEARNING_PATIENCE = 3 };

enum learning_state {
    LEARNING_EARLY, /* fewer than two blocks: nothing to compare */
    LEARNING_MOVING,
    LEARNING_STUCK,
    LEARNING_WORSE
};

/* Mean of the batch loss over the steps first..last. */
struct block {
    uint64_t first, last;
    double loss;
};

/* Plain data; zeroed at step 0. */
struct learning {
    enum learning_state state;
    uint64_t length; /* steps in a block */
    double constant; /* loss of the best constant answer on the data set */
    uint64_t blocks; /* whole ones so far; without any the blocks below are 0 */
    struct block now, low;
    /*
     * Where the present state began. Moving: the block that was undercut first. Stuck: the low.
     * Worse: the low from which it rose.
     */
    struct block since;
    int flat, rising; /* blocks since the low; blocks in a row above it */

    uint64_t steps; /* of the block under way */
    struct block part;
};

/* Steps in a block. */
uint64_t learning_block(const struct observation *seen);

/* Takes in an evaluated step that is finite, once. */
void learning_update(struct learning *learning, const struct observation *seen);

#endif
