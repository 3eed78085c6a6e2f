/* Drawn histograms: heights, zeros, labels, and axes that keep still. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/histogram_chart.h"

/* Eighths that a column of bars is high. */
static int height_at(const struct surface *s, struct rect bars, int x)
{
    int eighths = 0;
    for (int y = 0; y < bars.height; y++) {
        uint32_t glyph = s->cells[(bars.y + y) * s->width + bars.x + x].glyph;
        if (glyph > 0x2580 && glyph <= GLYPH_FULL)
            eighths += (int)(glyph - 0x2580);
    }
    return eighths;
}

static struct histogram histogram_from(const double *values, int count, enum range_scale scale)
{
    struct matrix m = {values, 1, count, count};
    struct histogram h;
    histogram_of(&h, scale, &m, NULL);
    return h;
}

START_TEST(columns_are_as_high_as_their_shares)
{
    /* Eight columns over 0..8; one number in the first, two in the second, … but no zeros. */
    double values[36];
    int count = 0;
    for (int column = 0; column < 8; column++) {
        for (int k = 0; k <= column; k++)
            values[count++] = column + (k + 0.5) / (column + 1);
    }
    struct histogram h;
    struct matrix m = {values, 1, count, count};
    struct value_range range = {RANGE_LINEAR, 0, 8};
    histogram_init(&h, range);
    histogram_add(&h, &m, NULL);
    struct histogram_axis axis = {.set = false};
    histogram_axis_fix(&axis, range, 0);
    struct surface *s = surface_create(20, 6);
    struct rect area = {3, 1, 8, 5}, bars = {3, 1, 8, 4};
    histogram_draw(s, area, &h, &axis, ROLE_SIGNAL);
    for (int column = 0; column < 8; column++)
        ck_assert_int_eq(height_at(s, bars, column), 4 * (column + 1)); /* 32 eighths at most */
    ck_assert_uint_eq(s->cells[5 * 20 + 3].glyph, '0');
    ck_assert_uint_eq(s->cells[5 * 20 + 10].glyph, '8');
    /* On an axis twice as long, the same in half as many columns. */
    histogram_axis_fix(&axis, (struct value_range){RANGE_LINEAR, 0, 16}, 0);
    surface_clear(s);
    histogram_draw(s, area, &h, &axis, ROLE_SIGNAL);
    for (int column = 0; column < 8; column++) {
        int expected = column < 4 ? (int)lround(32 * (4 * column + 3) / 15.0) : 0;
        ck_assert_int_eq(height_at(s, bars, column), expected);
    }
    surface_destroy(s);
}
END_TEST

START_TEST(what_is_thinner_than_rounding_is_seen)
{
    double values[] = {2e-17, -1e-17, 3e-17, 5};
    struct histogram h = histogram_from(values, 3, RANGE_LINEAR);
    struct value_range range = {RANGE_LINEAR, -6, 6};
    double shares[13];
    histogram_columns(&h, &range, 13, shares);
    ck_assert_double_eq_tol(shares[6], 1, 1e-12);
}
END_TEST

START_TEST(zeros_stand_apart_and_do_not_flatten_the_rest)
{
    double values[100] = {0}; /* nine tenths of them */
    for (int i = 0; i < 10; i++)
        values[i] = 0.5 + i;
    struct histogram h = histogram_from(values, 100, RANGE_LINEAR);
    struct histogram_axis axis = {.set = false};
    histogram_axis_update(&axis, h.range, 0);
    ck_assert(axis.range.low == 0 && axis.range.high == 10);
    struct surface *s = surface_create(10, 3);
    struct rect area = {0, 0, 10, 3}, bars = {0, 0, 10, 2};
    histogram_draw(s, area, &h, &axis, ROLE_SIGNAL);
    ck_assert_uint_eq(s->cells[0].glyph, GLYPH_UP); /* cut */
    ck_assert_uint_eq(s->cells[10].glyph, GLYPH_SHADE);
    for (int i = 2; i < 9; i++)
        ck_assert_int_ge(height_at(s, bars, i), 4);
    surface_destroy(s);
}
END_TEST

START_TEST(axis_grows_at_once_and_shrinks_late)
{
    struct histogram_axis axis = {.set = false};
    struct value_range small = {RANGE_LINEAR, -0.7, 0.9}, large = {RANGE_LINEAR, -3.4, 1};
    histogram_axis_update(&axis, small, 0);
    ck_assert(axis.range.low == -1 && axis.range.high == 1);
    histogram_axis_update(&axis, large, 1);
    ck_assert(axis.range.low == -4 && axis.range.high == 4);
    for (double now = 1; now < 3.9; now += 0.1) {
        histogram_axis_update(&axis, small, now);
        ck_assert(axis.range.high == 4);
    }
    for (double now = 4; now < 6; now += 0.1)
        histogram_axis_update(&axis, small, now);
    ck_assert(axis.range.high == 1);
    /* Once in a while large: it stays. */
    for (double now = 6; now < 30; now += 0.1)
        histogram_axis_update(&axis, fmod(now, 2) < 0.15 ? large : small, now);
    ck_assert(axis.range.high == 4);
}
END_TEST

START_TEST(decades_take_what_there_is)
{
    struct histogram_axis axis = {.set = false};
    histogram_axis_update(&axis, (struct value_range){RANGE_MAGNITUDE, 3e-9, 2e-7}, 0);
    ck_assert_double_eq_tol(axis.range.low / 1e-10, 1, 1e-9); /* four decades at least */
    ck_assert_double_eq_tol(axis.range.high / 1e-6, 1, 1e-9);
    histogram_axis_update(&axis, (struct value_range){RANGE_MAGNITUDE, 0x1p-1074, 1e308}, 0);
    ck_assert(axis.range.low > 0 && isfinite(axis.range.high));
    /* The least two in a thousand do not stretch it. */
    double values[1000];
    for (int i = 0; i < 1000; i++)
        values[i] = i < 2 ? 1e-30 : 1e-3 * (1 + i);
    struct histogram h = histogram_from(values, 1000, RANGE_MAGNITUDE);
    ck_assert_double_gt(histogram_wish(&h).low, 1e-4);
}
END_TEST

START_TEST(any_histogram_in_any_rectangle)
{
    static const double cases[][3] = {{0, 0, 0}, {NAN, NAN, INFINITY}, {1, 1, 1},
        {-DBL_MAX, DBL_MAX, 0}, {0x1p-1074, 1e-300, 1}, {-1e-320, 1e-320, 0}};
    struct surface *s = surface_create(30, 8);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        for (int scale = RANGE_LINEAR; scale <= RANGE_SIGNED; scale++) {
            struct histogram h = histogram_from(cases[i], 3, (enum range_scale)scale);
            struct histogram_axis axis = {.set = false};
            histogram_axis_update(&axis, histogram_wish(&h), 0);
            ck_assert(isfinite(axis.range.low) && isfinite(axis.range.high));
            ck_assert(axis.range.low < axis.range.high);
            for (int width = 0; width < 40; width += 3) {
                for (int height = 0; height < 10; height++) {
                    struct rect area = {2, 1, width, height};
                    histogram_draw(s, area, &h, &axis, ROLE_SIGNAL);
                    histogram_mark(s, area, &axis, 0.5, ROLE_DIM);
                }
            }
        }
    }
    surface_destroy(s);
}
END_TEST

START_TEST(signed_numbers_keep_their_width)
{
    static const double values[] = {0, 1, 0.1234, 9.9996, 99.996, 999.96, 12345, 1e5, 9.96e5,
        1e-3, 9.4e-4, 1.26e-65, 9.96e-160, 1e-320, 1.2e308};
    char text[FORMAT_SIZE];
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        for (int sign = -1; sign < 2; sign += 2) {
            format_signed(sign * values[i], text);
            ck_assert_msg(strlen(text) == 8, "'%s'", text);
            double size = fmax(values[i], DBL_MIN);
            if (values[i] >= DBL_MIN) /* two digits, one with a long exponent */
                ck_assert_double_eq_tol(sign * strtod(text, NULL) / size, 1,
                    size < 1e-99 || size > 1e99 ? 0.5 : 0.05);
        }
    }
    format_short(1e-8, text);
    ck_assert_str_eq(text, "1e-8");
    format_short(-150000, text);
    ck_assert_str_eq(text, "-1.5e5");
    format_short(0.25, text);
    ck_assert_str_eq(text, "0.25");
}
END_TEST

Suite *histogram_chart_suite(void)
{
    return SUITE("histogram chart", columns_are_as_high_as_their_shares,
        what_is_thinner_than_rounding_is_seen, zeros_stand_apart_and_do_not_flatten_the_rest,
        axis_grows_at_once_and_shrinks_late, decades_take_what_there_is,
        any_histogram_in_any_rectangle, signed_numbers_keep_their_width);
}
