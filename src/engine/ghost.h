/*
 * A second run beside a session's own, the ghost: another branch, brought to the same step
 * whenever that is looked at. Every number of it has the bits of that branch run alone.
 *
 * It is a session of its own, so that who looks at one (engine/looks.h) looks at it as well.
 * Its steps are made on a thread beside, where that is of use, else by who waits for them. All
 * functions are for one thread; its session may be touched while the ghost rests alone: after
 * ghost_reach has said GHOST_THERE, or ghost_rest.
 */
#ifndef NABLASCOPE_ENGINE_GHOST_H
#define NABLASCOPE_ENGINE_GHOST_H

#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"
#include "core/workers.h"
#include "engine/branches.h"

struct ghost;
struct session;

enum ghost_place {
    GHOST_THERE, /* at the step, evaluated, or at an earlier one where it has diverged */
    GHOST_LATER, /* there was no time left, or it was interrupted */
    GHOST_LOST   /* there is no memory for it to go on: it is of no more use */
};

/*
 * At step 0, of the branch. Kernels, workers, history and interrupt are those of the session
 * beside which it is to run. NULL with *error when that does not fit in memory, or interrupted.
 */
struct ghost *ghost_create(
    const struct session *owner, const struct branch *branch, struct error *error);
void ghost_destroy(struct ghost *ghost);

/* The owner's run goes towards this step: where it has a thread, the ghost goes there, too. */
void ghost_go(struct ghost *ghost, uint64_t step);
/* Brings it to this step; `until` is a time, INFINITY: as long as it takes. */
enum ghost_place ghost_reach(struct ghost *ghost, uint64_t step, double until);
/* Whether it is at that step, or as far as it gets, and rests. */
bool ghost_is_at(struct ghost *ghost, uint64_t step);
/* The step that it has come to, wherever it is working. */
uint64_t ghost_step(const struct ghost *ghost);
/* Makes it rest at once, wherever it is. */
void ghost_rest(struct ghost *ghost);

/* Who shares the work from now on, where it has no thread of its own. */
void ghost_share(struct ghost *ghost, const struct workers *workers);

/* See above. */
struct session *ghost_session(struct ghost *ghost);

#endif
