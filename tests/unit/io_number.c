/* Numbers in text: each reads back to the same double, and no shorter decimal does. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/elementary.h"
#include "core/rng.h"
#include "io/number.h"
#include "suites.h"

/* Digits of a decimal, without zeros at its ends. */
static int digits_of(const char *text)
{
    char digits[NUMBER_SIZE];
    int count = 0, from = 0;
    for (; *text && *text != 'e'; text++) {
        if (*text >= '0' && *text <= '9' && (count > 0 || *text != '0'))
            digits[count++] = *text;
    }
    while (count > from && digits[count - 1] == '0')
        count--;
    return count;
}

/* Whether one of the decimals of so many digits around the number reads as it. */
static bool reads_back(double x, int digits)
{
    char text[40];
    (void)snprintf(text, sizeof text, "%.*e", digits - 1, x);
    char *mark = strchr(text, 'e');
    long exponent = strtol(mark + 1, NULL, 10);
    *mark = '\0';
    /* The digits as a whole number, and its neighbours. */
    char whole[40];
    int used = 0;
    for (const char *at = text; *at; at++) {
        if (*at != '.')
            whole[used++] = *at;
    }
    whole[used] = '\0';
    long long number = strtoll(whole, NULL, 10);
    for (int step = -1; step <= 1; step++) {
        (void)snprintf(text, sizeof text, "%llde%ld", number + step, exponent - digits + 1);
        if (strtod(text, NULL) == x)
            return true;
    }
    return false;
}

static void check_number(double x)
{
    char text[NUMBER_SIZE], with_point[NUMBER_SIZE];
    ck_assert_ptr_eq(number_text(x, text), text);
    ck_assert_ptr_eq(number_real_text(x, with_point), with_point);
    double read = strtod(text, NULL), real = strtod(with_point, NULL);
    ck_assert_msg(real_bits(read) == real_bits(x), "%.17g is written as %s", x, text);
    ck_assert_msg(real_bits(real) == real_bits(x), "%.17g is written as %s", x, with_point);
    ck_assert_msg(strpbrk(with_point, ".e") != NULL, "%s has no point", with_point);
    int digits = digits_of(text);
    ck_assert_msg(x == 0 || digits == 1 || !reads_back(fabs(x), digits - 1),
        "%s is not the shortest of %.17g", text, x);
    ck_assert_uint_lt(strlen(text), 25);
}

START_TEST(numbers_read_back_and_none_is_longer_than_needed)
{
    struct rng rng;
    rng_init(&rng, 1, RNG_WEIGHTS, 0);
    for (int i = 0; i < 20000; i++) {
        uint64_t bits =
            (uint64_t)rng_below(&rng, UINT32_MAX) << 32 | rng_below(&rng, UINT32_MAX);
        double any = real_from_bits(bits);
        if (isfinite(any))
            check_number(any);
        check_number(real_from_bits(bits >> 12 | UINT64_C(0x3fe) << 52)); /* 0.5 to 1 */
        check_number((double)(bits >> (11 + i % 50)));                    /* whole numbers */
        check_number((double)rng_below(&rng, 100000) / 1000);
        check_number(real_from_bits(bits >> (13 + i % 50))); /* subnormal */
    }
    for (int exponent = -1074; exponent < 1024; exponent++) {
        double power = ldexp(1, exponent);
        check_number(power);
        check_number(nextafter(power, 0));
        check_number(-nextafter(power, INFINITY));
    }
    for (int exponent = -330; exponent <= 308; exponent++) {
        char text[16];
        (void)snprintf(text, sizeof text, "1e%d", exponent);
        check_number(strtod(text, NULL));
    }
}
END_TEST

/* What Python's repr, which is the shortest too, makes of them. */
START_TEST(numbers_look_as_they_are_read)
{
    static const struct {
        double x;
        const char *text, *real;
    } cases[] = {{0, "0", "0.0"}, {-0.0, "-0", "-0.0"}, {1, "1", "1.0"}, {-3, "-3", "-3.0"},
        {100, "100", "100.0"}, {0.1, "0.1", "0.1"}, {0.1 + 0.2, "0.30000000000000004", NULL},
        {1.0 / 3, "0.3333333333333333", NULL}, {1e15, "1000000000000000", "1000000000000000.0"},
        {9007199254740993.0, "9007199254740992", "9007199254740992.0"}, {1e16, "1e+16", NULL},
        {123456.75, "123456.75", NULL}, {1e-4, "0.0001", NULL}, {1.5e-5, "1.5e-05", NULL},
        {1e-65, "1e-65", NULL}, {0x1p-44, "5.684341886080802e-14", NULL},
        {0x1p-1074, "5e-324", NULL}, {DBL_MAX, "1.7976931348623157e+308", NULL},
        {-DBL_MIN, "-2.2250738585072014e-308", NULL}, {1e100, "1e+100", NULL},
        {0x1p+86, "7.737125245533627e+25", NULL}};
    char text[NUMBER_SIZE];
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        ck_assert_str_eq(number_text(cases[i].x, text), cases[i].text);
        ck_assert_str_eq(
            number_real_text(cases[i].x, text), cases[i].real ? cases[i].real : cases[i].text);
    }
    ck_assert_str_eq(number_text(NAN, text), "nan");
    ck_assert_str_eq(number_text(-NAN, text), "nan");
    ck_assert_str_eq(number_text(INFINITY, text), "inf");
    ck_assert_str_eq(number_text(-INFINITY, text), "-inf");
}
END_TEST

Suite *number_suite(void)
{
    return SUITE("number", numbers_read_back_and_none_is_longer_than_needed,
        numbers_look_as_they_are_read);
}
