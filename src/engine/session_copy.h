/*
 * What is kept of a session: the branches with their marks, and where it stands. From it every
 * step can be computed again.
 */
#ifndef NABLASCOPE_ENGINE_SESSION_COPY_H
#define NABLASCOPE_ENGINE_SESSION_COPY_H

#include "engine/branches.h"

struct session;

/* Zeroed: none. */
struct session_copy {
    struct branches branches; /* owned */
    uint64_t step;            /* at hand, of the active branch */
    bool digested;            /* of the state there … */
    uint64_t digest;          /* … as that of a mark (engine/marks.h) */
    bool seeking;             /* it is on its way to a step … */
    uint64_t goal;            /* … this one */
};

/*
 * Of a session with a run. With `digest` also that of the step at hand, if it has been
 * evaluated and that is not interrupted. False when out of memory: there is none then.
 */
bool session_copy_take(struct session_copy *copy, struct session *session, bool digest);
void session_copy_clear(struct session_copy *copy);

#endif
