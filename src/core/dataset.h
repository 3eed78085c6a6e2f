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
#include "core/interrupt.h"

enum data {
    DATA_MOONS,
    DATA_CIRCLES,
    DATA_XOR,
    DATA_SPIRALS,
    DATA_BLOBS,
    DATA_CORNERS,
    DATA_GENERATED,
    DATA_DIGITS = DATA_GENERATED, /* comes with the program */
    DATA_COUNT,
    DATA_FILE =
        DATA_COUNT /* has no name of its own: that of a file is in the hyperparameters */
};

/* What becomes of samples of which something is not known. */
enum missing { MISSING_REFUSE, MISSING_DROP, MISSING_COUNT };
const char *missing_name(int index);
const char *missing_help(int index);

/* Its sizes: what the memory of a training depends on. */
struct data_shape {
    int samples, inputs, classes; /* at least 1, 1 and 2; classes 0: */
    int targets;                  /* so many numbers are to be told of each sample instead */
    int test;                     /* held out, beside the samples; 0: none */
};

/* Of a number that is to be told. */
struct target {
    char *name;         /* NULL: it has none */
    double mean, scale; /* v of the data stands as (v - mean) / scale: 0 and 1 at first */
};

/*
 * Once somebody trains on it, it is not changed any more: several may share it. `samples` are
 * those that are trained on; those held out to test with (core/split.h) stand behind them in
 * every array, so that who reads the first `samples` rows sees none of them.
 */
struct dataset {
    int samples, inputs, classes;
    int test;         /* held out, rows samples..samples+test-1 */
    double *values;   /* (samples + test) × inputs, row-major without gaps; owned */
    int *labels;      /* class of each sample, 0..classes-1; owned; all 0 without classes */
    int target_count; /* above 0: of each sample so many numbers are to be told, no class */
    double *targets;  /* (samples + test) × target_count, likewise; NULL: classes; owned */
    struct target *target_info; /* of each; owned, with the names */
    /* What classes and inputs are called, in UTF-8 that may be shown; NULL: by their numbers.
     */
    char **class_names, **input_names; /* owned, and the names */
    struct {
        int width, height;     /* the inputs are its pixels, row by row; 0: no picture */
        unsigned char *pixels; /* (samples + test) × inputs, as they are in the file; owned */
        int brightest;         /* the largest that there can be */
    } picture;
    char *note;        /* what is to be said of how it was read; owned; NULL: nothing */
    atomic_int others; /* who share it, beside the first */
};

/* Whether the hyperparameters describe one of a file; whether it is named like an IDX file. */
bool data_is_file(const struct hparams *hparams);
/* Whether it is one for a reader (engine/data_reader.h): of a file, or one that comes with the
 * program. */
bool data_is_read(const struct hparams *hparams);
bool data_is_idx(const struct hparams *hparams);
/* What it is called: of a file the last part of its name. */
const char *data_title(const struct hparams *hparams);

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
 * Keeps so many of its samples, an even choice (core/even_choice.h); nobody shares it yet.
 * False when out of memory.
 */
bool dataset_choose(struct dataset *dataset, int count);

/* Room for its names, all NULL at first. False when out of memory. */
bool dataset_name_classes(struct dataset *dataset);
bool dataset_name_inputs(struct dataset *dataset);

/*
 * The generated one (NULL of another) that the hyperparameters describe (data, samples, noise,
 * test, standardize, seed), and its sizes without it. NULL when out of memory. Those of a file
 * are for a reader (engine/data_reader.h).
 */
struct dataset *dataset_of(const struct hparams *hparams);
struct data_shape data_shape_of(const struct hparams *hparams);
/*
 * What the hyperparameters (test, standardize, input_scale, input_offset, seed) make of a data
 * set as it was read or drawn, all of whose samples are to be trained on so far. Takes it over;
 * NULL when out of memory, which `set` NULL counts as, or interrupted.
 */
struct dataset *dataset_prepare(
    struct dataset *set, const struct hparams *hparams, const struct interrupt *interrupt);

/*
 * `samples` points, the classes in turn and as equal as the count allows. `noise` is the
 * standard deviation of what is added to each coordinate. Moons and circles are scikit-learn's
 * shapes (unit half circles; radii 1 and 1/2); corners are (±1, ±1) in turn, exactly where
 * there is no noise. NULL when out of memory.
 */
struct dataset *dataset_generate(enum data data, int samples, double noise, uint64_t seed);

/*
 * Shifts and scales every input, and every number that is to be told, to mean 0 and variance 1
 * (over n) of the samples that are trained on; those held out are shifted and scaled by the
 * same numbers, as nothing may be learned from them. What is constant in training becomes 0
 * there, exactly, and is only shifted by it in what is held out, as no scale is known for it;
 * numbers that differ by less than 2^-50 of their size, which is rounding, count as constant:
 * the least is subtracted from them. target_info says what has been done to the
 * numbers.
 */
void dataset_standardize(struct dataset *dataset);

#endif
