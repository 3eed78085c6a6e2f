/*
 * DETAIL_UNITS: what is shown of every hidden unit: what it is, how much of the error signal
 * its slope lets through, when it died or came back.
 */
#ifndef NABLASCOPE_ENGINE_UNIT_STATS_H
#define NABLASCOPE_ENGINE_UNIT_STATS_H

#include <stdint.h>

#include "core/activation.h"
#include "core/observation.h"

struct training;

enum unit_state {
    UNIT_ALIVE,
    UNIT_RARE,       /* active on fewer than 1 % of the data set's samples */
    UNIT_DEAD,       /* on none */
    UNIT_SATURATED,  /* slope below 5 % of its maximum on more than half of the batch */
    UNIT_NOT_FINITE, /* its z is not finite on some sample of the batch */
    UNIT_STATES
};

/* What is told of a unit's samples, by the activation's shape. */
enum activity {
    ACTIVITY_NONZERO, /* flat on one side: on how many a is not 0 */
    ACTIVITY_SLOPED,  /* bounded: on how many it is saturated */
    ACTIVITY_POSITIVE /* others: on how many z > 0 */
};

struct unit_stats {
    double mean; /* activation, mean over the batch */
    /* Mean of |φ'(z)| over the batch; where the activation is flat on one side that is the
     * share of samples on which the unit is active, then of the whole data set. At most the
     * activation's max_slope. NaN where the unit is not finite. */
    double mean_slope;
    int64_t died_at;     /* as in struct unit_record */
    int64_t revived_at;  /* the same */
    float saturated;     /* share of the batch on which the slope is below 5 % of its maximum */
    unsigned char state; /* enum unit_state */
};

enum activity unit_activity(const struct activation_info *activation);

/* Fills depth × width views, layer 1 first, from an evaluated training. False when interrupted.
 */
bool unit_stats_take(struct unit_stats *units, const struct training *training);

#endif
