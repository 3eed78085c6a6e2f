/*
 * Which elements a gradient check compares: all where its budget affords them, else as many of
 * each layer, drawn evenly.
 */
#ifndef NABLASCOPE_CORE_CHECK_ELEMENTS_H
#define NABLASCOPE_CORE_CHECK_ELEMENTS_H

#include "core/gradient_check.h"

/* Multiply-adds of the loss of a sample from this layer (0-based) up; an activation counts as
 * twenty. */
double check_pass_cost(const struct network *network, int first);

/* The whole batch unless even the fewest elements would cost several times the budget. */
int check_samples_for(const struct training *training, const struct check_options *options);

/* Fills check->layers and check->total; false when out of memory or interrupted. */
bool check_choose_elements(struct gradient_check *check, uint64_t seed);

#endif
