/*
 * What rounding does to the loss of a gradient check, by estimate.
 *
 * The losses of B samples are added up one by one: each addition rounds by up to u of the sum
 * so far, in all about √B / 3 of u times the mean, and once more for the terms. Before that,
 * each z and a of each layer is rounded; what these make of the loss is tried out: forward
 * passes in which every input, z and a is moved by a small random part of itself, more for
 * longer sums. That needs no gradient, so that a wrong one cannot hide behind its own estimate.
 */
#ifndef NABLASCOPE_CORE_CHECK_NOISE_H
#define NABLASCOPE_CORE_CHECK_NOISE_H

#include "core/gradient_check.h"

/* Their mean square is known to a third or so. */
enum { CHECK_TRIALS = 8 };

/* One more of them; false when interrupted. For gradient_check_advance. */
bool check_noise_try(struct gradient_check *check);

/* Standard deviation of the loss; all trials are done. */
double check_noise(const struct gradient_check *check, enum precision precision);

#endif
