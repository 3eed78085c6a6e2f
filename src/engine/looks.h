/*
 * Who looks at a training: what is wanted of a step beyond what is recorded, and what is kept
 * for that from one snapshot to the next. It belongs to whoever takes snapshots; the session
 * knows it only as its observer, and no bit of the training depends on it.
 */
#ifndef NABLASCOPE_ENGINE_LOOKS_H
#define NABLASCOPE_ENGINE_LOOKS_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/detail_check.h"
#include "engine/detail_clip.h"
#include "engine/detail_layer.h"
#include "engine/input_plane.h"
#include "engine/snapshot.h"
#include "engine/watch.h"

struct session;

/* Start from a zeroed struct. Of one session at a time, which it must outlive, unless that has
 * another observer by then. */
struct looks {
    const struct session *session; /* that is looked at; NULL: none yet */
    struct watch watch;            /* details wanted, not clamped to the network */
    bool starved;                  /* no memory for z and δ of the layer that is watched */
    uint64_t runs, changes;        /* of the session, which all that follows is of */
    struct clip_side unclipped;    /* of the step at hand, while DETAIL_CLIP is watched */
    struct layer_gradient layer_gradient; /* likewise, while DETAIL_LAYER is */
    struct checker checker;               /* the gradient check, made slice by slice */
    struct input_plane plane;             /* made finer from one snapshot to the next */
    struct probe probe;                   /* of pictures */
    struct looks *ghost;                  /* those at the ghost; owned; NULL: none yet */
};

void looks_clear(struct looks *looks);

/*
 * Chooses the details that this session's snapshots have from now on. A changed choice takes a
 * new evaluation of the step at hand, which gives the same numbers again.
 */
void looks_watch(struct looks *looks, struct session *session, const struct watch *watch);

/* What is watched takes several snapshots of the same step: the next will show more. */
bool looks_unfinished(const struct looks *looks, const struct session *session);

/*
 * Fills a snapshot from an evaluated session, with what is watched (`looks` may be NULL: nobody
 * looks); its memory is reused and grows as needed. The session's ghost, if it has one, must
 * rest (engine/ghost.h): it is in it, where there is memory for that. False when out of memory
 * or interrupted.
 */
bool snapshot_take(
    struct snapshot *snapshot, const struct session *session, struct looks *looks);

#endif
