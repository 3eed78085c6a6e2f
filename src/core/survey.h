/*
 * The survey: what the network makes of the whole data set at its present parameters, a forward
 * pass in memory of its own. It goes in the probe's chunks, whatever the size of a batch, and
 * computes no norms; the network's workers share the samples. All it counts are whole numbers
 * and maxima, so that no order changes a bit; z, a, δ and gradients of the step at hand stay.
 *
 * The samples held out (core/split.h) have a survey of their own: of them dead units, peaks and
 * the watched unit are not asked.
 */
#ifndef NABLASCOPE_CORE_SURVEY_H
#define NABLASCOPE_CORE_SURVEY_H

#include <stdbool.h>
#include <stddef.h>

#include "core/census.h"
#include "core/dataset.h"
#include "core/loss.h"
#include "core/network.h"
#include "core/probe.h"

/* What one worker computes with, and what it has found. */
struct survey_part {
    struct probe probe;
    double *counts, *peaks; /* as struct census has them */
    int right;
};

/* z of one unit on every sample. */
struct survey_sight {
    int layer, unit; /* 1-based, the output's too; layer 0: of none */
    double *z;       /* owned; NULL: no memory for it, or before the first */
};

/* Start from a zeroed struct. */
struct survey {
    struct survey_part *parts; /* owned */
    int count;
    int *votes; /* the class that the output votes for, of each sample, those held out behind
                   the others; owned */
    double *losses; /* ℓ of each sample held out; owned, NULL: there are none */
    int watched_layer, watched_unit; /* the unit to look at from now on; layer 0: none */
    struct survey_sight seen, next;  /* by the last survey, by the one under way */
};

/* Room for one worker, and the bytes of it; `test` samples are held out beside `samples`. False
 * when out of memory. */
bool survey_init(struct survey *survey, const struct network *network, int samples, int test);
size_t survey_bytes(const struct network_shape *shape, int samples, int test);
void survey_clear(struct survey *survey);

/*
 * Fills `votes` and *right, how many of them are the samples' labels, and adds to the count
 * under way of `census`, unless that is NULL; to its peaks only if `peaks`. The first one with
 * workers allocates for them, the first one with a watched unit for its z; where there is no
 * memory for that, fewer of them work and `seen` is without z. False when interrupted: what
 * stands in `votes` is of no use then, and `seen` stays.
 */
bool survey_take(struct survey *survey, const struct network *network,
    const struct dataset *data, const struct criterion *criterion, struct census *census,
    bool peaks, int *right, const struct interrupt *interrupt);

/* What the samples held out say. */
struct survey_tested {
    double loss;  /* mean of ℓ over them */
    double error; /* its standard error: deviation over n - 1, / √n; infinite for one sample */
    double accuracy; /* share of them that is classified rightly */
};

/*
 * Fills their `votes` and *result; there is at least one. With workers as survey_take. False
 * when interrupted: *result is as it was, and their `votes` are of no use.
 */
bool survey_test(struct survey *survey, const struct network *network,
    const struct dataset *data, const struct criterion *criterion, struct survey_tested *result,
    const struct interrupt *interrupt);

/* The last survey did not look at the unit that is watched; or it did, without memory for z. */
bool survey_unseen(const struct survey *survey);
bool survey_starved(const struct survey *survey);

#endif
