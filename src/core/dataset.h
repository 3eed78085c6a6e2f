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

enum data {
    DATA_MOONS,
    DATA_CIRCLES,
    DATA_XOR,
    DATA_SPIRALS,
    DATA_BLOBS,
    DATA_CORNERS,
    DATA_COUNT
};

/* Its sizes: what the memory of a training depends on. */
struct data_shape {
    int samples, inputs, classes; /* at least 1, 1 and 2; classes 0: */
    int targets;                  /* so many numbers are to be told of each sample instead */
};

/* Of a number that is to be told. */
struct target {
    char *name;         /* NULL: it has none */
    double mean, scale; /* v of the data stands as (v - mean) / scale: 0 and 1 at first */
};

/* Once somebody trains on it, it is not changed any more: several may share it. */
struct dataset {
    int samples, inputs, classes;
    double *values;   /* samples × inputs, row-major without gaps; owned */
    int *labels;      /* class of each sample, 0..classes-1; owned; all 0 without classes */
    int target_count; /* above 0: of each sample so many numbers are to be told, no class */
    double *targets;  /* samples × target_count, likewise; NULL: classes; owned */
    struct target *target_info; /* of each; owned, with the names */
    atomic_int others;          /* who share it, beside the first */
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
 * The one that the hyperparameters describe (data, samples, noise, standardize, seed), and its
 * sizes without it. NULL when out of memory.
 */
struct dataset *dataset_of(const struct hparams *hparams);
struct data_shape data_shape_of(const struct hparams *hparams);
/*
 * What the hyperparameters (standardize, input_scale, input_offset) make of a data set as it
 * was read or drawn. Takes it over; NULL when out of memory, which `set` NULL counts as.
 */
struct dataset *dataset_prepare(struct dataset *set, const struct hparams *hparams);

/*
 * `samples` points, the classes in turn and as equal as the count allows. `noise` is the
 * standard deviation of what is added to each coordinate. Moons and circles are scikit-learn's
 * shapes (unit half circles; radii 1 and 1/2); corners are (±1, ±1) in turn, exactly where
 * there is no noise. NULL when out of memory.
 */
struct dataset *dataset_generate(enum data data, int samples, double noise, uint64_t seed);

/*
 * Shifts and scales every input, and every number that is to be told, to mean 0 and variance 1
 * (over n); what is constant becomes 0. target_info says what has been done to those.
 */
void dataset_standardize(struct dataset *dataset);

#endif
