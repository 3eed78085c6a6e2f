/*
 * What holds of the last steps: conditions that the findings (engine/diagnosis.h) speak of.
 *
 * Which one is said follows from the steps alone, and does not flicker. What becomes of the
 * signal is said when it has held for CONDITION_HOLD steps, and no longer than it does;
 * meanwhile it wavers. The others are said until they have not held for as many steps in a row,
 * or, where there was none, from the last of so many on. At once are said: what holds at the
 * first step of a run, and an explosion where the batch is the data set. What is said in
 * numbers is always of the present step, or names its steps.
 */
#ifndef NABLASCOPE_ENGINE_CONDITIONS_H
#define NABLASCOPE_ENGINE_CONDITIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/observation.h"
#include "core/optimizer.h"

enum { CONDITION_HOLD = 10, CONDITION_WINDOW = 50, CONDITION_LARGE = 20 };

/* What becomes of the signal ‖δ_l‖ / √B from the output down to layer 1. */
enum band {
    BAND_NONE,      /* not to be said: the output's signal is 0, or layer 1's in this batch */
    BAND_KEPT,      /* no layer's is more than 3 times larger or smaller than the output's */
    BAND_UNEVEN,    /* so in layer 1, but not in between; or a hundredfold in between */
    BAND_FADING,    /* layer 1's is more than 3 times smaller */
    BAND_GROWING,   /* … larger */
    BAND_VANISHING, /* 100 times smaller or more */
    BAND_EXPLODING, /* … larger */
    BAND_WAVERING,  /* now one of these, now another: none has held for CONDITION_HOLD steps */
    BAND_VANISHED   /* exactly 0 in layer 1, though no whole layer is dead, for an epoch */
};

struct profile {
    double from, to;          /* signal of the output and of layer 1 */
    double whole;             /* to / from; 0 if from is 0 */
    double least, largest;    /* signal of the hidden layers … */
    int least_at, largest_at; /* … 1-based; the uppermost of several */
    enum band band; /* never BAND_WAVERING and BAND_VANISHED, which take more than a step */
};

struct profile signal_profile(const struct layer_stats *layers, int layer_count);
/* The factor of a layer, whose power `whole` is; 0 if either end is 0. */
double profile_mean(const struct profile *profile, int layer_count);

/* What has become of the units by the last recorded count (core/census.h). */
enum life {
    LIFE_WELL,      /* fewer than a tenth of the units are dead */
    LIFE_BORN_DEAD, /* all that are dead have been so since step 0 */
    LIFE_DYING,     /* more are dead than at step 0, and than CONDITION_WINDOW steps ago or as
                       many */
    LIFE_DEAD       /* others */
};

/* One of several; what is said has not held for the last `run` steps. */
struct choice {
    int said, run;
};

struct clip_moment {
    bool any;
    uint64_t step;
    struct clip_report report;
    struct hparams hparams; /* of that step */
};

/* Steps lately: a ring. */
struct recent_steps {
    int count; /* of CONDITION_WINDOW at most */
    bool clipped[CONDITION_WINDOW];
    double length[CONDITION_WINDOW]; /* ‖ΔW‖ over all layers; -1: not taken yet, or before
                                        something but the clipping was changed */
};

/* Plain data; zeroed at step 0. */
struct conditions {
    bool started;
    enum band band, band_now; /* what is said, and what holds at the present step … */
    int band_run;             /* … and has for so many steps in a row */
    struct choice life;       /* enum life */
    struct choice saturated;  /* half of the activations or more: 1 */
    struct choice dead_layer; /* the uppermost that is dead and passes nothing, 0: none */
    int dead_top; /* the uppermost whose units were all dead at the last recorded count */
    int silent;   /* steps in a row in which layer 1's signal was 0 and the output's was not */

    int64_t born;                   /* units dead at step 0 */
    int64_t dead;                   /* at the last recorded count */
    int64_t dead_before, dead_mark; /* at the ends of the last two stretches of WINDOW steps */
    uint64_t marked;                /* step of the last such end */

    struct recent_steps recent;
    struct clip_moment clip;        /* the last step that was clipped */
    struct optimizer_settings rule; /* of the last step that was seen */
    double weight_norm;             /* ‖W‖ over all layers, before the last update */
    double update_ratio; /* ‖ΔW‖/‖W‖ of that; -1: none yet, or ‖W‖ was 0 */

    /* The largest update of late: of no less than a layer's own norm. */
    struct {
        int layer; /* 0: none within CONDITION_LARGE steps */
        uint64_t step;
        double ratio;
    } large;
};

/* Takes in an evaluated and clipped step that is finite, once. */
void conditions_update(struct conditions *conditions, const struct observation *seen);

/* Steps of the window that were clipped. */
int conditions_clipped(const struct conditions *conditions);
/*
 * Mean length of the updates of clipped steps over that of the others in the window, of those
 * made by the present optimizer and its settings; not defined where either are fewer than 5.
 */
struct ratio conditions_clipped_length(const struct conditions *conditions);

#endif
