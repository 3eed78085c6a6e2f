/*
 * What is shown of every hidden unit: what it is, how often it is active, when it died or came
 * back.
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

/* When a unit counts as active, by the activation's shape. */
enum activity {
    ACTIVITY_NONZERO, /* flat on one side: a is not 0, of the whole data set */
    ACTIVITY_SLOPED,  /* bounded: not saturated, of the batch */
    ACTIVITY_POSITIVE /* others: z > 0, of the batch */
};

struct unit_stats {
    double mean;         /* activation, mean over the batch */
    int64_t died_at;     /* as in struct unit_record */
    int64_t revived_at;  /* the same */
    float active;        /* share of the samples on which it is active, 0..1 */
    float saturated;     /* share of the batch on which the slope is below 5 % of its maximum */
    unsigned char state; /* enum unit_state */
};

enum activity unit_activity(const struct activation_info *activation);

/* Fills depth × width views, layer 1 first, from an evaluated training. False when interrupted.
 */
bool unit_stats_take(struct unit_stats *units, const struct training *training);

#endif
