/*
 * Which elements a gradient check compares: all where its budget affords them, else as many of
 * each layer, drawn evenly.
 */
#ifndef NABLASCOPE_CORE_CHECK_ELEMENTS_H
#define NABLASCOPE_CORE_CHECK_ELEMENTS_H

#include "core/gradient_check.h"

/* Multiply-adds of the loss of a sample from this layer (0-based) up; an activation counts as
 * twenty. */
double check_pass_cost(const struct network_shape *shape, int first);

/* The whole batch unless even the fewest elements would cost several times the budget. */
int check_samples_for(
    const struct network_shape *shape, int samples, const struct check_options *options);
/* Elements compared on so many samples, of all layers, and of the one with the most. */
int64_t check_elements_of(const struct network_shape *shape, int samples,
    const struct check_options *options, int64_t *largest);

/* Fills check->layers and check->total; false when out of memory or interrupted. */
bool check_choose_elements(struct gradient_check *check, uint64_t seed);

#endif
