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
#include "engine/curves.h"
#include "engine/history.h"
#include "engine/learning.h"

struct session;

/*
 * Who looks at the steps of a session (engine/looks.h). The training does not notice: no call
 * changes what it computes.
 */
struct observer {
    void *context;
    /* Before a step is evaluated: may choose which z and δ the training keeps, and which unit
     * surveys look at. */
    void (*prepare)(void *context, const struct session *session);
    /* Between backward pass and clipping, which overwrites the gradient. False when
     * interrupted. */
    bool (*gather)(void *context, const struct session *session);
};

struct session {
    struct hparams hparams;
    struct training *training; /* owned; NULL only after an interrupted session_configure */
    const struct kernels *kernels;
    const struct workers *workers; /* who shares the work; NULL: nobody */
    struct interrupt interrupt;
    struct observer observer; /* all NULL: nobody */
    uint64_t builds;          /* trainings built so far: another may have other data */
    uint64_t changes;         /* times that parameters or function have been replaced */
    struct history loss;      /* of the batch, over the steps evaluated */
    struct chronicle record;  /* see curves.h */
    struct history grad_norm, grad_norm_clipped; /* ‖g‖ before and after clipping */
    struct history dead;                 /* recorded dead units, a share of the hidden ones */
    struct history saturated;            /* share of hidden sample-unit pairs */
    struct history clipped;              /* 1 where clipping changed the gradient, else 0 */
    struct alerts alerts, alerts_before; /* with and without the evaluated step */
    struct learning learning, learning_before;
    struct conditions conditions, conditions_before;
    bool evaluated; /* the step at hand has been evaluated and clipped */
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
 * From now on this one looks, instead of who did; NULL: nobody. Takes a new evaluation of the
 * step at hand, which gives the same numbers again.
 */
void session_observe(struct session *session, const struct observer *observer);

/* With batches: the last survey did not look at the watched unit. */
bool session_unseen(const struct session *session);

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
