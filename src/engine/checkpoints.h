/*
 * States of a run on its way, so that it can go back without beginning anew: within a budget of
 * bytes, thinner with age. Step 0 needs none: a run begins there for nothing.
 */
#ifndef NABLASCOPE_ENGINE_CHECKPOINTS_H
#define NABLASCOPE_ENGINE_CHECKPOINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/training.h"
#include "engine/story.h"

/* At the moment at which the step before had been left. */
struct checkpoint {
    uint64_t step;
    struct story story;
    size_t size;          /* bytes, its own among them */
    unsigned char *state; /* core/state.h; owned */
};

/* Start from a zeroed struct with its budget; 0: none are kept. */
struct checkpoints {
    size_t budget, bytes;    /* allowed and taken */
    struct checkpoint *list; /* by their steps, ascending; owned */
    int count, reserved;
};

/*
 * Keeps the present step of a training that stands between two steps, if it is one to be kept,
 * there is room, and it is not there yet. Without memory for it, nothing is kept.
 */
void checkpoints_take(struct checkpoints *checkpoints, const struct training *training,
    const struct story *story);
/* Forgets those after this step. */
void checkpoints_cut(struct checkpoints *checkpoints, uint64_t step);
void checkpoints_clear(struct checkpoints *checkpoints);

/*
 * Steps from one to the next at first: so many that copying a state takes about a hundredth of
 * the time of its steps (6 operations a parameter and sample, at 8 times the rate of copied
 * bytes), a power of two, 16 at least: those are the steps that a record keeps.
 */
uint64_t checkpoints_every(const struct training *training);

#endif
