/*
 * Holding out samples to test with: nobody trains on them, so that what the network makes of
 * them says what it makes of samples that it has not seen.
 */
#ifndef NABLASCOPE_CORE_SPLIT_H
#define NABLASCOPE_CORE_SPLIT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/dataset.h"

/*
 * How many of the samples are held out, with `counts[c]` samples of class c, and how many of
 * each class in `held` unless it is NULL: share · samples, rounded, and at least one, in
 * proportion to the classes by largest remainders (so each class's share differs by less than a
 * sample). A class with samples keeps one to train on, though the rest be fewer for it. 0 of a
 * share of 0. Exact: no bit depends on the machine.
 */
int split_counts(double share, const int *counts, int classes, int *held);

/*
 * Holds that share out of all the data set's samples, drawn by the seed from a stream of its
 * own (RNG_SPLIT) evenly from each class; of samples that have numbers to be told
 * instead, plainly. Both
 * parts keep their order; `samples` becomes what is trained on and `test` what stands behind
 * it. Where they are fewer than the share asks for the data set's note says so. To be done
 * before anybody shares it, and once. False when out of memory: nothing has changed then.
 */
bool dataset_split(struct dataset *dataset, double share, uint64_t seed);

#endif
