/*
 * Data sets: points in the plane with a class each, generated from the seed.
 */
#ifndef NABLASCOPE_CORE_DATASET_H
#define NABLASCOPE_CORE_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum data { DATA_MOONS, DATA_CIRCLES, DATA_XOR, DATA_SPIRALS, DATA_BLOBS, DATA_COUNT };

struct dataset {
    int samples, inputs, classes;
    double *values; /* samples × inputs, row-major without gaps; owned */
    int *labels;    /* class of each sample, 0..classes-1; owned */
};

const char *data_name(int index);
const char *data_help(int index);
int data_classes(enum data data);

/*
 * `samples` points, the classes in turn and as equal as the count allows. `noise` is the
 * standard deviation of what is added to each coordinate. Moons and circles are scikit-learn's
 * shapes (unit half circles; radii 1 and 1/2). NULL when out of memory.
 */
struct dataset *dataset_generate(enum data data, int samples, double noise, uint64_t seed);
void dataset_destroy(struct dataset *dataset);

/* Shifts and scales every input to mean 0 and variance 1 (over n); a constant input becomes 0.
 */
void dataset_standardize(struct dataset *dataset);

#endif
