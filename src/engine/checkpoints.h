/*
 * States of a run on its way, so that it can go back and on without beginning anew: within a
 * budget of bytes, half of them evenly over all steps, which bounds what is to be done again,
 * half closer the nearer they are to where the run stands. Step 0 needs none: a run begins
 * there for nothing.
 */
#ifndef NABLASCOPE_ENGINE_CHECKPOINTS_H
#define NABLASCOPE_ENGINE_CHECKPOINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/training.h"
#include "engine/record.h"
#include "engine/story.h"

/* At the moment at which the step before had been left. */
struct checkpoint {
    uint64_t step;
    struct story story;
    size_t size;          /* bytes, its own among them */
    double *row;          /* of the record, of the step before; NULL: nothing is recorded */
    unsigned char *state; /* core/state.h */
};

/* Start from a zeroed struct with its budget; 0: none are kept. */
struct checkpoints {
    size_t budget, bytes;     /* allowed and taken */
    struct checkpoint **list; /* by their steps, ascending; owned */
    int count, reserved;
};

/* Of a run that stands between two steps. */
struct passage {
    const struct training *training;
    const struct story *story;
    const struct record *record;
    uint64_t furthest; /* step that it has been at */
    uint64_t until;    /* steps until one that is gone back to; 0: it is not */
};

/*
 * Keeps the present step, if it is one to be kept, there is room, and it is not there yet.
 * Without memory for it, nothing is kept.
 */
void checkpoints_take(struct checkpoints *checkpoints, const struct passage *passage);
/* The last one up to this step; NULL: there is none. */
const struct checkpoint *checkpoints_before(
    const struct checkpoints *checkpoints, uint64_t step);
/* Forgets those after this step. */
void checkpoints_cut(struct checkpoints *checkpoints, uint64_t step);
void checkpoints_clear(struct checkpoints *checkpoints);

/*
 * Steps from one to the next at first: so many that copying a state takes about a hundredth of
 * the time of its steps (6 operations a parameter and sample, at 16 times the rate of bytes
 * copied to memory that is not in a cache), a power of two, 32 at least.
 */
uint64_t checkpoints_every(const struct training *training);

#endif
