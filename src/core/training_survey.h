/* What a training counts over all samples: for core/training.c, and its training_survey. */
#ifndef NABLASCOPE_CORE_TRAINING_SURVEY_H
#define NABLASCOPE_CORE_TRAINING_SURVEY_H

#include <stdbool.h>

#include "core/training.h"

/* Whether units can die of its activation. */
bool training_mortal(const struct training *training);

/*
 * Accuracy and dead units over the whole data set: a pass of its own, unless it is the batch;
 * and a pass over what is held out. With `record` deaths are recorded. False when interrupted:
 * nothing has changed.
 */
bool training_take_survey(struct training *training, bool record);

#endif
