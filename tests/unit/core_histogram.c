/* Histograms: bins and moments against plain sums in long double, counts against what IEEE 754
 * says. */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "core/histogram.h"
#include "suites.h"

enum { ROWS = 37, COLUMNS = 11, STRIDE = 16 };

/* Numbers of both signs over some decades; the padding holds what must not be counted. */
static struct matrix numbers(double values[ROWS * STRIDE], double scale)
{
    for (int i = 0; i < ROWS * STRIDE; i++)
        values[i] = i % STRIDE < COLUMNS ? scale * sin(1.7 * i) * exp(2 * cos(0.3 * i)) : NAN;
    return (struct matrix){values, ROWS, COLUMNS, STRIDE};
}

static int64_t bins_total(const struct histogram *h)
{
    int64_t sum = 0;
    for (int i = 0; i < HISTOGRAM_BINS; i++)
        sum += h->bins[i];
    return sum;
}

/*
 * Rounding of a mean of 407 numbers of both signs: below 407 · 2^-53 of the mean size, which is
 * below the deviation here. long double has 11 bits more on x86; elsewhere it is the same sum.
 */
static void check_moments(double scale)
{
    double values[ROWS * STRIDE];
    struct matrix m = numbers(values, scale);
    struct histogram h;
    histogram_of(&h, RANGE_LINEAR, &m, NULL);
    long double sum = 0, square = 0, count = ROWS * COLUMNS;
    double lowest = INFINITY, highest = -INFINITY;
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        double x = values[i / COLUMNS * STRIDE + i % COLUMNS];
        sum += (long double)x / (long double)scale;
        lowest = fmin(lowest, x);
        highest = fmax(highest, x);
    }
    long double mean = sum / count;
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        double x = values[i / COLUMNS * STRIDE + i % COLUMNS];
        long double distance = (long double)x / (long double)scale - mean;
        square += distance * distance;
    }
    double deviation = (double)sqrtl(square / count);
    ck_assert_int_eq(h.total, ROWS * COLUMNS);
    ck_assert_int_eq(h.zeros + bins_total(&h), h.total);
    ck_assert_double_eq_tol(h.mean / scale, (double)mean, 1e-12 * deviation);
    ck_assert_double_eq_tol(h.deviation / scale, deviation, 1e-12 * deviation);
    ck_assert(h.minimum == lowest && h.maximum == highest);
}

START_TEST(moments_are_those_of_plain_sums)
{
    check_moments(1);
    check_moments(1e-300); /* squares would underflow */
    check_moments(1e300);  /* and overflow */
}
END_TEST

START_TEST(bins_hold_what_lies_in_them)
{
    static const enum range_scale scales[] = {RANGE_LINEAR, RANGE_MAGNITUDE, RANGE_SIGNED};
    double values[ROWS * STRIDE];
    struct matrix m = numbers(values, 1);
    for (size_t k = 0; k < 3; k++) {
        struct histogram h;
        struct value_range range = {scales[k], scales[k] == RANGE_LINEAR ? -2 : 0.01, 3};
        histogram_init(&h, range);
        histogram_add(&h, &m, NULL);
        ck_assert_int_eq(h.total, bins_total(&h) + h.below + h.above + h.zeros);
        ck_assert(h.above > 0 && (h.below > 0 || scales[k] == RANGE_SIGNED || k == 1));
        /* Each bin against a count between its edges, which are known to an ulp or so: numbers
         * so near to an edge may stand on either side. */
        for (int b = 0; b < HISTOGRAM_BINS; b++) {
            double left = range_value(&range, (double)b / HISTOGRAM_BINS);
            double right = range_value(&range, (double)(b + 1) / HISTOGRAM_BINS);
            int64_t inside = 0, near = 0;
            for (int i = 0; i < ROWS * COLUMNS; i++) {
                double x = values[i / COLUMNS * STRIDE + i % COLUMNS];
                x = scales[k] == RANGE_MAGNITUDE ? fabs(x) : x;
                if (scales[k] == RANGE_SIGNED && fabs(x) <= range.low)
                    x = 0;                                 /* the middle */
                inside += x >= left && x < right && i > 0; /* number 0 is an exact 0 */
                near += fabs(x - left) < 1e-13 || fabs(x - right) < 1e-13;
            }
            ck_assert_int_le(llabs(h.bins[b] - inside), near);
        }
    }
}
END_TEST

START_TEST(places_and_values_are_inverse)
{
    static const struct value_range ranges[] = {{RANGE_LINEAR, -3, 5},
        {RANGE_LINEAR, -DBL_MAX, DBL_MAX}, {RANGE_MAGNITUDE, 1e-310, 1e300},
        {RANGE_SIGNED, 1e-6, 10}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        const struct value_range *r = &ranges[i];
        ck_assert_double_eq_tol(range_place(r, r->high), 1, 1e-15);
        for (int k = 0; k <= 20; k++)
            ck_assert_double_eq_tol(range_place(r, range_value(r, k / 20.0)), k / 20.0, 1e-13);
    }
    ck_assert_double_eq_tol(range_place(&ranges[3], -10), 0, 1e-15);
    ck_assert_double_eq_tol(range_place(&ranges[3], 1e-9), 0.5, 1e-15);
    /* 1e-6 … 10 are seven decades: 0.01 stands four sevenths up. */
    ck_assert_double_eq_tol(range_place(&ranges[3], 0.01), 0.5 + 2.0 / 7, 1e-14);
}
END_TEST

START_TEST(what_a_histogram_hides_is_counted)
{
    /* Below half of float's least number, 2^-150 included, a float is 0. */
    static const double values[] = {0, -0.0, NAN, INFINITY, -INFINITY, 0x1p-1074, -0x1p-1023,
        0x1p-1022, 0x1p-150, 0x1.8p-150, 0x1p-149, -0x1p-127, 0x1p-126, FLT_MAX, 0x1.ffffffp127,
        1, -2};
    int count = sizeof values / sizeof values[0];
    struct matrix m = {values, 1, count, count};
    struct histogram h;
    histogram_of(&h, RANGE_MAGNITUDE, &m, NULL);
    ck_assert_int_eq(h.total, count);
    ck_assert_int_eq(h.zeros, 2);
    ck_assert_int_eq(h.nans, 1);
    ck_assert_int_eq(h.infinities, 2);
    ck_assert_int_eq(h.negatives, 3);
    ck_assert_int_eq(h.subnormal, 2);
    ck_assert_int_eq(h.float_zero, 4);
    ck_assert_int_eq(h.float_subnormal, 3);
    ck_assert_int_eq(h.float_infinite, 1);
    ck_assert_int_eq(bins_total(&h), count - 5);
    ck_assert(h.minimum == -2 && h.maximum == 0x1.ffffffp127);
    ck_assert_double_eq_tol(histogram_share(&h, h.zeros), 2.0 / 17, 1e-16);
}
END_TEST

START_TEST(several_matrices_count_as_one)
{
    double values[ROWS * STRIDE];
    struct matrix m = numbers(values, 1e-200);
    struct matrix parts[3] = {m, m, m};
    parts[0].rows = 5;
    parts[1].values += 5 * STRIDE;
    parts[1].rows = 1;
    parts[2].values += 6 * STRIDE;
    parts[2].rows = ROWS - 6;
    struct histogram whole, pieces;
    histogram_of(&whole, RANGE_SIGNED, &m, NULL);
    histogram_init(&pieces, whole.range);
    for (int i = 0; i < 3; i++)
        histogram_add(&pieces, &parts[i], NULL);
    ck_assert_mem_eq(whole.bins, pieces.bins, sizeof whole.bins);
    ck_assert_int_eq(whole.total, pieces.total);
    ck_assert_double_eq_tol(whole.mean / 1e-200, pieces.mean / 1e-200, 1e-13);
    ck_assert_double_eq_tol(whole.deviation / pieces.deviation, 1, 1e-13);
    ck_assert(whole.minimum == pieces.minimum && whole.maximum == pieces.maximum);
}
END_TEST

START_TEST(constants_and_nothing_have_a_range_too)
{
    static const double cases[][2] = {{0, 0}, {3, 3}, {-3, -3}, {NAN, NAN},
        {0x1p-1074, 0x1p-1074}, {DBL_MAX, DBL_MAX}, {INFINITY, -INFINITY}, {-DBL_MAX, DBL_MAX}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int scale = RANGE_LINEAR; scale <= RANGE_SIGNED; scale++) {
            struct matrix m = {cases[i], 1, 2, 2};
            struct histogram h;
            histogram_of(&h, (enum range_scale)scale, &m, NULL);
            ck_assert(h.range.low < h.range.high && isfinite(h.range.low + 0 * h.range.high));
            ck_assert_int_eq(h.below + h.above, 0);
            ck_assert_int_eq(bins_total(&h) + h.zeros + h.nans + h.infinities, 2);
            ck_assert(isfinite(h.mean) && isfinite(h.deviation));
        }
    }
}
END_TEST

Suite *histogram_suite(void)
{
    return SUITE("histogram", moments_are_those_of_plain_sums, bins_hold_what_lies_in_them,
        places_and_values_are_inverse, what_a_histogram_hides_is_counted,
        several_matrices_count_as_one, constants_and_nothing_have_a_range_too);
}
