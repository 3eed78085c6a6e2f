/*
 * Data sets: samples of some numbers each, the inputs, with a class. Those generated from the
 * seed are points in the plane; any other is made with dataset_create and filled by who reads
 * it. Nothing that trains on one assumes how many inputs or classes it has.
 */
#ifndef NABLASCOPE_CORE_DATASET_H
#define NABLASCOPE_CORE_DATASET_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/hparams.h"

enum data { DATA_MOONS, DATA_CIRCLES, DATA_XOR, DATA_SPIRALS, DATA_BLOBS, DATA_COUNT };

/* Its sizes: what the memory of a training depends on. */
struct data_shape {
    int samples, inputs, classes; /* at least 1, 1 and 2 */
    int test;                     /* held out, beside the samples; 0: none */
};

/*
 * Once somebody trains on it, it is not changed any more: several may share it. `samples` are
 * those that are trained on; those held out to test with (core/split.h) stand behind them in
 * every array, so that who reads the first `samples` rows sees none of them.
 */
struct dataset {
    int samples, inputs, classes;
    int test;          /* held out, rows samples..samples+test-1 */
    double *values;    /* (samples + test) × inputs, row-major without gaps; owned */
    int *labels;       /* class of each sample, 0..classes-1; owned */
    atomic_int others; /* who share it, beside the first */
};

const char *data_name(int index);
const char *data_help(int index);

/* Zeroed, to be filled. NULL when out of memory. */
struct dataset *dataset_create(const struct data_shape *shape);
/* One more share in it, for another training; each is given back with dataset_release. */
struct dataset *dataset_share(struct dataset *dataset);
/* Gives a share back; the last one frees it. NULL is nothing. */
void dataset_release(struct dataset *dataset);
struct data_shape dataset_shape(const struct dataset *dataset);

/*
 * The one that the hyperparameters describe (data, samples, noise, test, standardize, seed),
 * and its sizes without it. NULL when out of memory.
 */
struct dataset *dataset_of(const struct hparams *hparams);
struct data_shape data_shape_of(const struct hparams *hparams);
/*
 * What the hyperparameters (test, standardize, seed) make of a data set as it was read or
 * drawn, all of whose samples are to be trained on so far. Takes it over; NULL when out of
 * memory, which `set` NULL counts as.
 */
struct dataset *dataset_prepare(struct dataset *set, const struct hparams *hparams);

/*
 * `samples` points, the classes in turn and as equal as the count allows. `noise` is the
 * standard deviation of what is added to each coordinate. Moons and circles are scikit-learn's
 * shapes (unit half circles; radii 1 and 1/2). NULL when out of memory.
 */
struct dataset *dataset_generate(enum data data, int samples, double noise, uint64_t seed);

/*
 * Shifts and scales every input to mean 0 and variance 1 (over n) of the samples that are
 * trained on; those held out are shifted and scaled by the same numbers, as nothing may be
 * learned from them. An input that is constant in training becomes 0 there, and is only shifted
 * in what is held out.
 */
void dataset_standardize(struct dataset *dataset);

#endif
