/*
 * What a session was, for one that lives through it again: it is paused where that ended, and
 * it is said where a state is another one than was digested (core/state.h, STATE_COMPUTED, of a
 * step that has been evaluated and all of whose changes have been made).
 *
 * A run is compared with every branch that has had the same settings up to where it stands, so
 * that neither their numbers nor what comes later matter.
 */
#ifndef NABLASCOPE_ENGINE_REPLAY_H
#define NABLASCOPE_ENGINE_REPLAY_H

#include "core/error.h"
#include "engine/branches.h"

struct run;

/* What the state was at a step of a branch. */
struct session_mark {
    int branch; /* index */
    uint64_t step, digest;
};

struct replay {
    int numbers; /* NUMBERS_VERSION of the program that had the session */
    struct branches branches;
    struct session_mark *marks; /* by their steps */
    int mark_count;
};

/* Owns copies of what it is given. False when out of memory: there is nothing to clear then. */
bool replay_init(struct replay *replay, const struct branches *branches, int numbers,
    const struct session_mark *marks, int count);
void replay_clear(struct replay *replay);

/* Whether the run stands at the last step that is known of what it is, and has not been
 * further. `replay` may be NULL. */
bool replay_ends(const struct replay *replay, const struct run *run);
/* A digest that is not the one of the evaluated step at hand; NULL: none. */
const struct session_mark *replay_unlike(const struct replay *replay, const struct run *run);
/* What may be why: that the arithmetic is another, or a file, `saved` the session's own. */
void replay_why(
    int numbers, const struct hparams *hparams, const char *saved, struct error *text);

#endif
