/*
 * One training with what has been seen of it, step by step. It steps; it has no clock, thread
 * or screen.
 *
 * A step is evaluated, perhaps several times (other settings, other details), and then left by
 * an update: what it tells is taken in then, once.
 */
#ifndef NABLASCOPE_ENGINE_RUN_H
#define NABLASCOPE_ENGINE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/training.h"
#include "engine/branches.h"
#include "engine/checkpoints.h"
#include "engine/record.h"
#include "engine/story.h"

/* Somebody who reads what a step has for a moment only. No bit of the training depends on it.
 */
struct run_observer {
    void (*prepare)(void *context); /* before an evaluation: which z and δ it is to keep, and
                                       which unit surveys look at */
    bool (*gather)(void *context);  /* between backward pass and clipping; false: interrupted */
    void *context;
};

struct run {
    struct training *training; /* owned */
    struct interrupt interrupt;
    struct run_observer observer; /* zeroed: nobody */
    struct story story;           /* of the steps that have been left */
    bool evaluated;               /* the step at hand has been evaluated and clipped */
    struct record record;
    struct checkpoints checkpoints; /* its budget is the caller's: at first 0 */
    struct hparams first;           /* of step 0 */
    struct change_log changes;
    int changed; /* of them, those that have been made where the run stands now */
    struct marks marks;
    uint64_t furthest; /* step that it has been at; less once another future has begun */
    uint64_t sought;   /* it goes there from further on; states just before it are kept */
    /* As far as it had come when it went back: what had been told, up to step `told_to`. */
    struct story told;
    uint64_t told_to;
};

/* At step 0, with a data set that it takes over, as training_create does. NULL when out of
 * memory or interrupted. */
struct run *run_create(const struct hparams *hparams, struct dataset *data,
    const struct kernels *kernels, const struct workers *workers,
    const struct interrupt *interrupt);
void run_destroy(struct run *run);
/* Each takes the other's place: interrupt, observer, workers and budget stay where they are.
 * Both take a new evaluation of the step at hand. */
void run_exchange(struct run **a, struct run **b);
/* Ends it, but for its training, which is the caller's then. */
struct training *run_release(struct run *run);
/* Bytes of a training that nobody watches, with data of these sizes. */
size_t run_bytes(const struct hparams *hparams, struct data_shape data);

/*
 * Evaluates the present step, gradients and clipping included, unless that has been done.
 * Without `survey_wanted`, accuracy and dead units may be those of an earlier step
 * (`surveyed` of what is seen says); with it they are taken for a step that was evaluated
 * without, and nothing that is recorded changes. False when interrupted.
 */
bool run_evaluate(struct run *run, bool survey_wanted);
/*
 * Applies the evaluated step and goes on to the next; run_evaluate must have succeeded. False
 * when interrupted: an update that was begun goes on at the next run_evaluate.
 */
bool run_update(struct run *run);
/* Ends an update that was begun. False when interrupted. */
bool run_complete(struct run *run);
/* A change that was made at the step at hand before the run went back, and is to be made again,
 * leads to these settings. */
bool run_makes(const struct run *run, const struct hparams *hparams);
/* The step at hand is to be evaluated again, which gives the same numbers again. */
void run_forget(struct run *run);
/*
 * Takes over hyperparameters that need no other training (see training_adjust), from the step
 * at hand on. What the run was to become from here on, after going back, is forgotten. On
 * failure nothing has changed and *error says why.
 */
bool run_adjust(struct run *run, const struct hparams *hparams, struct error *error);

/*
 * To the place nearest before the step from which run_update leads on to it: back, or on where
 * it has been before; so far before it that the steps that views show with it are recorded,
 * where that does not take long. It may stand there already. False when interrupted or out of
 * memory: nothing has changed.
 */
bool run_approach(struct run *run, uint64_t step);
/*
 * Takes another log of changes, and goes back to where both are the same, if it stands further
 * on. False when interrupted or out of memory: nothing has changed.
 */
bool run_retrace(struct run *run, const struct change_log *changes, uint64_t reached);
/*
 * Goes to a step, back or on, with the changes of settings that were made on the way: from
 * there on every number has the bits that it had. It starts from a checkpoint before the step,
 * or from where it stands, or from step 0. Stops where the run diverges. False when
 * interrupted or out of memory: it stands at some step then, and can be sought again.
 */
bool run_seek(struct run *run, uint64_t step);

/* It has been further on, or changed where it stands, and no other future has begun since. */
bool run_ahead(const struct run *run);
/* Up to which step it is known what happened ahead, and what was told there. */
uint64_t run_known(const struct run *run, const struct story **told);
/* The present step has been evaluated and is not finite. */
bool run_diverged(const struct run *run);
/* What is told with the step at hand, if it has been evaluated. */
void run_tell(const struct run *run, struct story *story);

#endif
