/*
 * The losses of a gradient check at one ε, a slice of the elements at a time, shared among the
 * workers of the training's network. What a worker does is a block of some elements on some
 * samples (core/moved_pass.h); who does which changes no bit, since ℓ of every sample is
 * gathered first and then added up in the order of the samples.
 */
#ifndef NABLASCOPE_CORE_CHECK_SLICE_H
#define NABLASCOPE_CORE_CHECK_SLICE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/moved_pass.h"

struct gradient_check;

/* Elements of one layer that are next to each other among those compared. */
struct check_block {
    int layer, count;
    int64_t first; /* among all layers' */
};

struct check_slices {
    struct check_block *blocks; /* of all elements, in turn */
    int block_count;
    struct moved_size size;
    int workers;                   /* most that share a slice */
    struct moved_scratch *scratch; /* one each */
    double *each;                  /* ℓ of a slice: [precision][element][up, down][sample] */
    unsigned char *crossed;        /* [samples of a block][element][up, down] */
};

/* Once check->layers is filled; false when out of memory. */
bool check_slices_init(struct gradient_check *check);
void check_slices_clear(struct check_slices *slices);

/* The block after a slice that begins with this one. */
int check_slice_end(const struct gradient_check *check, int block);
/* Multiply-adds, about. */
double check_slice_work(const struct gradient_check *check, int from, int end);
/* Fills in the losses and kinks of these blocks at ε `check->done`; false when interrupted. */
bool check_slice_run(struct gradient_check *check, int from, int end);

#endif
