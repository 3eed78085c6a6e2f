/*
 * DETAIL_UNIT: the watched unit: its parameters, its z over the whole data set, its record in
 * the census.
 */
#ifndef NABLASCOPE_ENGINE_DETAIL_UNIT_H
#define NABLASCOPE_ENGINE_DETAIL_UNIT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/census.h"
#include "core/histogram.h"
#include "core/probe.h"
#include "engine/watch.h"

struct training;

struct unit_detail {
    bool valid;
    int layer, unit; /* 1-based */
    bool hidden;     /* false: of the output, which has no activation and no record */

    int inputs;
    double *weights; /* of the inputs in turn; owned */
    double bias;
    int outputs;      /* units of the layer above; 0 for the output */
    double *outgoing; /* its weight in each of them, by which δ comes back; owned */
    double delta_rms; /* of the unit's δ over the batch */
    /* What the next update would do to its parameters, were their gradients 0: */
    bool moves;     /* change one of them: momentum or weight decay does */
    bool breaks;    /* leave one not finite: 0/0 where epsilon is 0 */
    bool remembers; /* the optimizer's m of one of them is not 0, if that moves it or not */

    int samples;        /* of the whole data set; the counts are out of them */
    struct histogram z; /* linear, from the smallest to the largest */
    int positive;       /* z > 0 */
    int active;         /* a != 0 */
    int flat;           /* |φ'(z)| < 5 % of its maximum; 0 for the output */
    double mean_slope;  /* of φ'(z); 1 for the output */

    struct unit_record record; /* of a hidden unit */

    /* For the next taking; owned. */
    struct probe probe;
    double *values; /* z, a and φ' of every sample */
    double *update; /* parameters, gradients, m, v and steps */
    size_t weights_size, outgoing_size, values_size, update_size;
};

/*
 * Of an evaluated training that keeps z and δ of the watched layer. With batches z is that of
 * the last survey, or, where it did not look at this unit, takes a pass over the data set that
 * the training does not notice. False where they are not kept, out of memory or interrupted.
 */
bool unit_detail_take(
    struct unit_detail *detail, const struct training *training, const struct watch *watch);
void unit_detail_clear(struct unit_detail *detail);

#endif
