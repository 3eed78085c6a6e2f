/*
 * What was before a change of settings: kept when the change arrives, drawn as the ghost by the
 * views, and said in a line, until it is dropped.
 *
 * Of several changes in quick succession it stays what was before the first of them. To begin
 * anew with the same settings is no change of them: what is kept stays. A preset that differs
 * from what was before in more than two settings is another experiment: nothing stays beside
 * it.
 */
#ifndef NABLASCOPE_UI_SCREEN_BEFORE_H
#define NABLASCOPE_UI_SCREEN_BEFORE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/snapshot.h"
#include "engine/wanted.h"
#include "ui/draw/surface.h"

struct before {
    struct snapshot kept; /* owned; counts where has_kept */
    bool has_kept;
    bool held; /* kept on request: no change of settings replaces it */

    struct snapshot latest; /* a copy of the newest one, which is kept when settings change */
    bool has_latest;
    bool pending; /* a change has been asked for and has not arrived */
    bool joins;   /* it follows another so soon that what was before that one stays */

    double changed_at;     /* seconds: the last change */
    uint64_t step, builds; /* where it has arrived, */
    uint64_t reached;      /* the furthest step seen of this run and this future */
    bool rested;           /* without a step in between */
    char preset[32];       /* the changes ended with this one; "" */
};

/* Start from zero. */
void before_clear(struct before *before);

/* A command has changed what is asked for, from `wanted`; `now` is the snapshot shown at that
 * time, or NULL. */
void before_expect(struct before *before, const struct snapshot *shown,
    const struct wanted *wanted, double now);
/* Takes in a snapshot; `wanted` is what is asked for by now. */
void before_take(struct before *before, const struct snapshot *snapshot,
    const struct wanted *wanted, double now);

/* Keeps this one until it is dropped, whatever is changed. False when out of memory. */
bool before_hold(struct before *before, const struct snapshot *shown);
void before_drop(struct before *before);

/* What was before; NULL: nothing is kept. */
static inline const struct snapshot *before_kept(const struct before *before)
{
    return before->has_kept ? &before->kept : NULL;
}

/* "keep", "drop". */
const char *before_name(int index);

/*
 * "before lr 3 (step 250): 1 dead, loss 0.0390; now 22 dead, 0.1990", or, where there is a
 * ghost, "ghost lr 10: 12 dead, loss 0.0390; here 0 dead, 0.2100": as much of it as has room in
 * `columns`, what the view is about first, and of that what differs. Empty where there is
 * nothing to say. `layer`: the selected one.
 */
void before_line(const struct before *before, const struct snapshot *now, const char *view,
    int layer, int columns, char *text, size_t size);
/* The line with the mark of what was before it, and the key that drops it, into one row; false
 * when there is nothing to say. */
bool before_draw(const struct before *before, const struct snapshot *now, const char *view,
    int layer, struct surface *surface, struct rect row);

#endif
