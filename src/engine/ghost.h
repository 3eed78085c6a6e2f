/*
 * Another branch beside the run, in lock step: at the same step, from the same seed and the same
 * batches, so that what differs in it comes of what differs in their settings. A training of its
 * own, with its record and story.
 */
#ifndef NABLASCOPE_ENGINE_GHOST_H
#define NABLASCOPE_ENGINE_GHOST_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/branches.h"
#include "engine/run.h"
#include "engine/snapshot.h"

/* Zeroed: none. */
struct ghost {
    struct run *run; /* owned */
    char name[BRANCH_NAME];
};

/*
 * Begins as this branch, at step 0, in the place of the one before. It shares nothing with the run
 * it accompanies but the data set, where that is the same. False with *error when there is no
 * memory for it, or interrupted: the one before is as it was.
 */
bool ghost_begin(struct ghost *ghost, const struct branch *branch, const char *name,
    const struct run *beside, size_t history, struct error *error);
void ghost_clear(struct ghost *ghost);

/* Whether it is at this step, evaluated, or diverged before it and can come no nearer. */
bool ghost_is_at(const struct ghost *ghost, uint64_t step);
/* Comes nearer, by one step or by going back; false when interrupted. */
bool ghost_approach(struct ghost *ghost, uint64_t step);

/* What is seen of it: the step, its units, record and story; no details. False when out of memory
 * or interrupted. */
bool ghost_take(const struct ghost *ghost, struct snapshot *snapshot);

#endif
