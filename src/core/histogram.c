#include "core/histogram.h"

#include <float.h>
#include <string.h>

#include "core/elementary.h"

static double log_of(double x)
{
    return real_log(__builtin_fabs(x));
}

/* What placing needs of a range, computed once. */
struct placer {
    enum range_scale scale;
    double low, span; /* halves where linear, since the difference of two doubles may be none */
};

static struct placer placer_of(const struct value_range *range)
{
    if (range->scale == RANGE_LINEAR)
        return (struct placer){range->scale, range->low / 2, range->high / 2 - range->low / 2};
    double low = log_of(range->low);
    return (struct placer){range->scale, low, log_of(range->high) - low};
}

static double place_of(const struct placer *placer, double x)
{
    if (placer->scale == RANGE_LINEAR)
        return (x / 2 - placer->low) / placer->span;
    double distance = x == 0 ? -1e300 : (log_of(x) - placer->low) / placer->span;
    if (placer->scale == RANGE_MAGNITUDE)
        return distance;
    distance = distance < 0 ? 0 : distance;
    return 0.5 + (x < 0 ? -distance : distance) / 2;
}

double range_place(const struct value_range *range, double x)
{
    struct placer placer = placer_of(range);
    return place_of(&placer, x);
}

double range_value(const struct value_range *range, double place)
{
    if (range->scale == RANGE_LINEAR)
        return range->low * (1 - place) + range->high * place;
    double low = log_of(range->low), span = log_of(range->high) - low;
    if (range->scale == RANGE_MAGNITUDE)
        return real_exp(low + span * place);
    double distance = __builtin_fabs(2 * place - 1);
    double size = distance > 0 ? real_exp(low + span * distance) : 0;
    return place < 0.5 ? -size : size;
}

/* The finite numbers of some matrices, for choosing a range. */
struct extent {
    double lowest, highest; /* lowest > highest: none */
    double least, most;     /* of |x| where x is not 0; 0: none */
};

static void extent_init(struct extent *extent)
{
    *extent = (struct extent){.lowest = INFINITY, .highest = -INFINITY};
}

static void extent_add(struct extent *extent, const struct matrix *m)
{
    for (int i = 0; i < m->rows; i++) {
        const double *row = m->values + i * m->stride;
        for (int j = 0; j < m->columns; j++) {
            double x = row[j], size = fabs(x);
            if (!(size <= DBL_MAX))
                continue;
            extent->lowest = x < extent->lowest ? x : extent->lowest;
            extent->highest = x > extent->highest ? x : extent->highest;
            if (size > 0 && (size < extent->least || extent->least <= 0))
                extent->least = size;
            extent->most = size > extent->most ? size : extent->most;
        }
    }
}

/* A range of this scale that holds them all, and is never empty. */
static struct value_range extent_range(const struct extent *extent, enum range_scale scale)
{
    struct value_range range = {scale, extent->lowest, extent->highest};
    if (scale != RANGE_LINEAR) {
        range.low = extent->least > 0 ? extent->least : 0.1;
        range.high = extent->most > 0 ? extent->most : 1;
        if (range.low < range.high)
            return range;
        range.low = range.low / 2 > 0 ? range.low / 2 : range.low;
        range.high = 2 * range.high < INFINITY ? 2 * range.high : range.high;
        return range;
    }
    if (range.low > range.high)
        return (struct value_range){scale, 0, 1};
    if (range.low < range.high)
        return range;
    /* One number only: a little on both sides of it. */
    double margin = range.low != 0 ? fabs(range.low) * 0x1p-10 + DBL_MIN : 1;
    range.low = range.low - margin < -DBL_MAX ? -DBL_MAX : range.low - margin;
    range.high = range.high + margin > DBL_MAX ? DBL_MAX : range.high + margin;
    return range;
}

void histogram_init(struct histogram *histogram, struct value_range range)
{
    memset(histogram, 0, sizeof *histogram);
    histogram->range = range;
}

int64_t histogram_finite(const struct histogram *histogram)
{
    return histogram->total - histogram->nans - histogram->infinities;
}

double histogram_share(const struct histogram *histogram, int64_t count)
{
    return histogram->total > 0 ? (double)count / (double)histogram->total : 0;
}

/* What a float makes of a finite number that is not 0. */
static void count_as_float(struct histogram *h, double x)
{
    float narrow = (float)x;
    float size = narrow < 0 ? -narrow : narrow;
    h->float_zero += size == 0;
    h->float_subnormal += size > 0 && size < FLT_MIN;
    h->float_infinite += size > FLT_MAX;
}

static void count_number(struct histogram *h, const struct placer *placer, double x)
{
    h->total++;
    if (x == 0) {
        h->zeros++;
        return;
    }
    if (!(fabs(x) <= DBL_MAX)) {
        if (x != x)
            h->nans++;
        else
            h->infinities++;
        return;
    }
    h->negatives += x < 0;
    h->subnormal += fabs(x) < DBL_MIN;
    count_as_float(h, x);
    double place = place_of(placer, x);
    if (place < 0)
        h->below++;
    else if (place > 1)
        h->above++;
    else
        h->bins[place < 1 ? (int)(place * HISTOGRAM_BINS) : HISTOGRAM_BINS - 1]++;
}

struct moments {
    double count, mean, deviation;
};

/* Of the finite elements, on a scale on which the largest is about 1. Rows are summed by
 * themselves, which keeps rounding small. */
static bool moments_of(const struct matrix *m, double scale, const struct interrupt *interrupt,
    struct moments *result)
{
    struct moments moments = {0, 0, 0};
    int rows = interrupt_rows(m->columns);
    double sum = 0, square = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < m->rows; i++) {
            const double *row = m->values + i * m->stride;
            double part = 0;
            if (i % rows == 0 && interrupt_asked(interrupt))
                return false;
            for (int j = 0; j < m->columns; j++) {
                double x = row[j] * scale - moments.mean;
                if (!(fabs(row[j]) <= DBL_MAX))
                    continue;
                moments.count += pass == 0;
                part += pass == 0 ? x : x * x;
            }
            sum += pass == 0 ? part : 0;
            square += pass == 0 ? 0 : part;
        }
        if (pass == 0 && moments.count > 0)
            moments.mean = sum / moments.count;
    }
    if (moments.count > 0)
        moments.deviation = sqrt(square / moments.count) / scale;
    moments.mean /= scale;
    *result = moments;
    return true;
}

/* Two sets become one (Chan, Golub and LeVeque 1979). */
static void merge_moments(struct histogram *h, double before, struct moments added)
{
    double share = added.count / (before + added.count);
    double between = sqrt(share * (1 - share));
    double parts[3] = {h->deviation * sqrt(1 - share), added.deviation * sqrt(share),
        added.mean * between - h->mean * between};
    h->deviation = norm_of_norms(parts, 3);
    h->mean = h->mean * (1 - share) + added.mean * share;
}

static bool add_extent(
    struct extent *extent, const struct matrix *m, const struct interrupt *interrupt)
{
    int rows = interrupt_rows(m->columns);
    for (int i = 0; i < m->rows; i += rows) {
        struct matrix part = matrix_rows(m, i, m->rows - i < rows ? m->rows - i : rows);
        if (interrupt_asked(interrupt))
            return false;
        extent_add(extent, &part);
    }
    return true;
}

bool histogram_add(
    struct histogram *histogram, const struct matrix *m, const struct interrupt *interrupt)
{
    struct extent extent;
    double before = (double)histogram_finite(histogram);
    int rows = interrupt_rows(m->columns);
    extent_init(&extent);
    if (!add_extent(&extent, m, interrupt))
        return false;
    if (extent.lowest <= extent.highest) {
        bool first = before <= 0;
        int exponent = 0;
        (void)frexp(extent.most, &exponent);
        double scale = ldexp(1, -(exponent < -1000 ? -1000 : exponent));
        struct moments added;
        if (!moments_of(m, scale, interrupt, &added))
            return false;
        merge_moments(histogram, before, added);
        if (first || extent.lowest < histogram->minimum)
            histogram->minimum = extent.lowest;
        if (first || extent.highest > histogram->maximum)
            histogram->maximum = extent.highest;
    }
    struct placer placer = placer_of(&histogram->range);
    for (int i = 0; i < m->rows; i++) {
        if (i % rows == 0 && interrupt_asked(interrupt))
            return false;
        for (int j = 0; j < m->columns; j++)
            count_number(histogram, &placer, m->values[i * m->stride + j]);
    }
    return true;
}

bool histogram_of(struct histogram *histogram, enum range_scale scale,
    const struct matrix *matrix, const struct interrupt *interrupt)
{
    struct extent extent;
    extent_init(&extent);
    if (!add_extent(&extent, matrix, interrupt))
        return false;
    histogram_init(histogram, extent_range(&extent, scale));
    return histogram_add(histogram, matrix, interrupt);
}
