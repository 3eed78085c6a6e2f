/*
 * Digests of a run's state at some of its steps, taken as it leaves them: proof for who
 * computes the steps again (io/session_file.h). At steps 0, 10, 100, 200, 500, 1000, 2000 …
 * 5e15, so that their number is bounded and their cost next to nothing beside the steps
 * between.
 */
#ifndef NABLASCOPE_ENGINE_MARKS_H
#define NABLASCOPE_ENGINE_MARKS_H

#include <stdint.h>

#include "core/interrupt.h"

struct training;

enum { MARKS_MOST = 49 };

struct mark {
    uint64_t step;
    uint64_t digest; /* of what is computed (STATE_COMPUTED), all changes of that step made */
};

/* Zeroed: none. */
struct marks {
    struct mark list[MARKS_MOST]; /* steps ascending */
    int count;
};

/* Takes one if the step at hand, which is about to be left, is to have one and has none.
 * Interrupted it does without. */
void marks_take(
    struct marks *marks, const struct training *training, const struct interrupt *interrupt);
/* Forgets those from this step on: another future begins there. */
void marks_cut(struct marks *marks, uint64_t step);
/* Adds one that was taken before and saved, if its step is to have one and has none. */
void marks_add(struct marks *marks, struct mark mark);
/* Adds those of the same run that are missing. Where the two differ `from` is right, and what
 * `to` has from there on is of another run, as in a file that has been changed. */
void marks_merge(struct marks *to, const struct marks *from);

#endif
