/*
 * What the steps so far tell, in their order: what has happened (alerts), whether the training
 * gets anywhere (learning), what holds of late (conditions), and whether what is held out
 * suffers from it (overfitting). It follows from the steps alone, whoever watches. Plain data;
 * zeroed at step 0.
 */
#ifndef NABLASCOPE_ENGINE_STORY_H
#define NABLASCOPE_ENGINE_STORY_H

#include "engine/alert.h"
#include "engine/conditions.h"
#include "engine/learning.h"
#include "engine/overfitting.h"

struct story {
    struct alerts alerts;
    struct learning learning;
    struct conditions conditions;
    struct overfitting overfitting;
};

/* Takes in an evaluated and clipped step, the next one. */
void story_take(struct story *story, const struct observation *seen);

#endif
