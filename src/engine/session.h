/*
 * A laboratory session without a clock, a thread or a screen: hyperparameters, the training
 * they describe, and what has been observed of it. Everything headless, tests and lessons need;
 * the runner (engine/runner.h) puts it on a thread.
 */
#ifndef NABLASCOPE_ENGINE_SESSION_H
#define NABLASCOPE_ENGINE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/training.h"
#include "engine/alert.h"
#include "engine/command.h"
#include "engine/conditions.h"
#include "engine/detail_check.h"
#include "engine/detail_clip.h"
#include "engine/detail_layer.h"
#include "engine/learning.h"
#include "engine/plane.h"
#include "engine/record.h"
#include "engine/watch.h"

struct session {
    struct hparams hparams;
    struct training *training; /* owned; NULL only after an interrupted session_configure */
    const struct kernels *kernels;
    const struct workers *workers; /* who shares the work; NULL: nobody */
    struct interrupt interrupt;
    struct watch watch;      /* details wanted, not clamped to the network */
    struct checker *checker; /* owned; the gradient check, made slice by slice */
    struct plane *plane;     /* owned; what looks have computed, kept from one to the next */
    struct record record;    /* of every step that was evaluated */
    struct alerts alerts, alerts_before; /* with and without the evaluated step */
    struct learning learning, learning_before;
    struct conditions conditions, conditions_before;
    struct clip_side unclipped; /* of the step at hand, while DETAIL_CLIP is watched */
    struct layer_gradient layer_gradient; /* likewise, while DETAIL_LAYER is */
    bool evaluated;                       /* the step at hand has been evaluated and clipped */
    bool starved; /* no memory for z and δ of the layer that is watched */
};

/*
 * Builds the training at step 0. NULL when it does not fit in memory, with its size in *error,
 * or when interrupted. `interrupt` may be NULL.
 */
struct session *session_create(const struct hparams *hparams, const struct kernels *kernels,
    const struct interrupt *interrupt, struct error *error);
/* Bytes of a training that nobody watches: what session_create allocates. */
size_t session_bytes(const struct hparams *hparams);
/* Whether this machine has so much memory; if not, *error says how much it has. */
bool session_fits(size_t bytes, struct error *error);
void session_destroy(struct session *session);
/* Has the work of every pass shared from now on; NULL: alone again. No bit depends on it. */
void session_share(struct session *session, const struct workers *workers);

/*
 * Evaluates the present step, gradients and clipping included, unless that has been done.
 * Without `survey_wanted`, accuracy and dead units may be those of an earlier step
 * (training->surveyed says); with it they are taken for a step that was evaluated without, and
 * nothing that is recorded changes. False when interrupted.
 */
bool session_evaluate(struct session *session, bool survey_wanted);
/*
 * Applies the evaluated step and goes on to the next; session_evaluate must have succeeded.
 * False when interrupted: an update that was begun goes on at the next session_evaluate.
 */
bool session_update(struct session *session);
/*
 * Up to `steps` whole steps, then evaluates the one arrived at. Stops at divergence; false when
 * interrupted.
 */
bool session_advance(struct session *session, uint64_t steps);
/* The same for who asks neither for accuracy nor for dead units there. */
bool session_reach(struct session *session, uint64_t steps);

/*
 * Chooses the details that are computed from now on. A changed choice takes a new evaluation of
 * the step at hand, which gives the same numbers again.
 */
void session_watch(struct session *session, const struct watch *watch);

/* With batches: the last survey did not look at the watched unit. */
bool session_unseen(const struct session *session);

/* What is watched takes several snapshots of the same step: the next will show more. */
bool session_unfinished(const struct session *session);

/* The present step has been evaluated and is not finite. */
bool session_diverged(const struct session *session);

/*
 * Takes over new hyperparameters: at once where they allow it, else by building anew from step
 * 0
 * (*rebuilt says which). On failure the session is unchanged and *error says why.
 */
bool session_configure(
    struct session *session, const struct hparams *hparams, bool *rebuilt, struct error *error);
/* Back to step 0 with the same hyperparameters and seed. */
bool session_reset(struct session *session, struct error *error);

#endif
