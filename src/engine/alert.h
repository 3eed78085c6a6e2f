/*
 * Alerts: what has happened, with its step. They follow from the steps alone, whoever watches.
 *
 *   born dead   at step 0 some hidden unit is dead
 *   death       the first unit dies after step 0
 *   half dead   half of a layer's units or more are dead; again only after fewer than a quarter
 *               were
 *   clipping    the first clipped step, or one after ALERT_QUIET steps or more that were not
 *
 *   learning    at the end of an epoch: its mean loss is below 0.9 times that of the best
 *               constant answer (what guessing by class frequencies costs); again only after
 *               it was above for epochs of ALERT_QUIET steps or more in a row
 *
 *   overfitting what is held out gets worse while what is trained on gets better, as
 *               engine/overfitting.h says; again only after it did not
 *
 *   diverged    something is not finite
 *
 * Dead units are those of the census at the start of an epoch, which alone is recorded.
 */
#ifndef NABLASCOPE_ENGINE_ALERT_H
#define NABLASCOPE_ENGINE_ALERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/observation.h"

enum { ALERTS_KEPT = 32, ALERT_QUIET = 50 };

enum alert_kind {
    ALERT_BORN_DEAD,
    ALERT_DEATH,
    ALERT_HALF_DEAD,
    ALERT_CLIPPING,
    ALERT_LEARNING,
    ALERT_OVERFITTING,
    ALERT_DIVERGED,
    ALERT_KINDS
};

struct alert {
    enum alert_kind kind;
    uint64_t step;
    int layer, unit;   /* 1-based, the first concerned; 0: none in particular */
    int64_t count, of; /* units or layers concerned, and of how many */
    double value, limit; /* ‖g‖ and threshold, loss and the constant answer's, or the mean test
                            loss and its lowest … */
    uint64_t at;         /* … at this step */
};

/* Plain data; zeroed at step 0. */
struct alerts {
    uint64_t total;                   /* ever */
    struct alert recent[ALERTS_KEPT]; /* ring; the newest at total - 1 */
    uint64_t first[ALERT_KINDS];      /* 1 + the step of the first of each kind; 0: none yet */

    /* What the next step needs to know of those before it: */
    bool died, learning;
    uint64_t clipped_at; /* 1 + the last step that was clipped, 0: none */
    double loss;         /* mean over the epoch so far */
    int above; /* steps of the epochs in a row whose loss was above the constant answer's */
    bool half_dead[DEPTH_MOST];
};

/* Takes in an evaluated and clipped step, once. */
void alerts_update(struct alerts *alerts, const struct observation *seen);
/* Overfitting begins with this step, which has been taken in. */
struct overfitting;
void alerts_overfit(struct alerts *alerts, const struct observation *seen,
    const struct overfitting *overfitting);
/* The alert that is `back` before the newest (0); NULL when that is not kept. */
const struct alert *alerts_recent(const struct alerts *alerts, int back);

const char *alert_label(enum alert_kind kind); /* one word or two, in capitals */
const char *alert_name(int index);             /* names_fn: the kinds as conditions name them */
/* What the label leaves open; ASCII. */
void alert_text(const struct alert *alert, char *text, size_t size);

#endif
