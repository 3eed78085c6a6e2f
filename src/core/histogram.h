/*
 * Histograms of matrices, with their moments and with the shares that a histogram hides:
 * exact zeros, what is not finite, and what is too small for a double or for a float.
 *
 * A range is linear, or logarithmic in the magnitude |x|, or logarithmic in both directions
 * from a middle that stands for |x| <= low. Zeros and what is not finite are counted beside the
 * bins, never in them.
 */
#ifndef NABLASCOPE_CORE_HISTOGRAM_H
#define NABLASCOPE_CORE_HISTOGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "core/interrupt.h"
#include "core/reduce.h"

enum { HISTOGRAM_BINS = 256 };

enum range_scale { RANGE_LINEAR, RANGE_MAGNITUDE, RANGE_SIGNED };

/* low < high; of the logarithmic ones 0 < low, both magnitudes. */
struct value_range {
    enum range_scale scale;
    double low, high;
};

/* Where x stands: 0 at the lower end, 1 at the upper; beyond them less or more. x is finite. */
double range_place(const struct value_range *range, double x);
/* The value at that place, 0..1; of a magnitude, the positive one. */
double range_value(const struct value_range *range, double place);

struct histogram {
    struct value_range range;
    int64_t total;
    int64_t bins[HISTOGRAM_BINS];
    int64_t below, above; /* finite, not 0 and outside the range */
    int64_t zeros, nans, infinities;
    int64_t negatives; /* finite and below 0 */
    int64_t subnormal; /* 0 < |x| < 2^-1022: a double with fewer digits */
    /* What a float would have made of the finite numbers: 0 (zeros apart), fewer digits, ±∞ */
    int64_t float_zero, float_subnormal, float_infinite;
    /* Of the finite numbers; all 0 when there are none. The deviation is over n. */
    double mean, deviation, minimum, maximum;
};

/* Empties it. */
void histogram_init(struct histogram *histogram, struct value_range range);
/*
 * Counts a matrix; several can be added. The moments neither overflow nor underflow. False when
 * interrupted: the histogram is of no use then.
 */
bool histogram_add(
    struct histogram *histogram, const struct matrix *m, const struct interrupt *interrupt);
/* One matrix over a range that holds all of it; likewise. */
bool histogram_of(struct histogram *histogram, enum range_scale scale,
    const struct matrix *matrix, const struct interrupt *interrupt);

int64_t histogram_finite(const struct histogram *histogram);
/* count / total; 0 when nothing was counted. */
double histogram_share(const struct histogram *histogram, int64_t count);

#endif
