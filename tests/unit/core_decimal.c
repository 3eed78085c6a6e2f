/* The shortest decimals: the table against long division, the digits against strtod. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/decimal.h"
#include "core/decimal_powers.h"
#include "suites.h"

/* A whole number of WORDS times 32 bits, the least significant first. */
enum { WORDS = 48 };

static void big_multiply(uint32_t *big, uint32_t factor)
{
    uint64_t carry = 0;
    for (int i = 0; i < WORDS; i++) {
        carry += (uint64_t)big[i] * factor;
        big[i] = (uint32_t)carry;
        carry >>= 32;
    }
    ck_assert(carry == 0);
}

static void big_divide(uint32_t *big, uint32_t divisor)
{
    uint64_t rest = 0;
    for (int i = WORDS; i-- > 0;) {
        rest = rest << 32 | big[i];
        big[i] = (uint32_t)(rest / divisor);
        rest %= divisor;
    }
}

static bool big_bit(const uint32_t *big, int bit)
{
    return bit >= 0 && (big[bit / 32] >> bit % 32 & 1);
}

/* The leading 128 bits, one more where something follows. */
static struct decimal_power leading(const uint32_t *big, bool more)
{
    int top = 32 * WORDS - 1;
    while (!big_bit(big, top))
        top--;
    struct decimal_power power = {0, 0};
    for (int i = 0; i < 64; i++) {
        power.high = power.high << 1 | big_bit(big, top - i);
        power.low = power.low << 1 | big_bit(big, top - 64 - i);
    }
    for (int bit = top - 128; bit >= 0; bit--)
        more = more || big_bit(big, bit);
    power.low += more;
    power.high += more && power.low == 0;
    return power;
}

static void assert_power(int k, const uint32_t *big, bool more)
{
    struct decimal_power expected = leading(big, more);
    const struct decimal_power *found = &decimal_powers[k - DECIMAL_POWER_LEAST];
    ck_assert_msg(found->high == expected.high && found->low == expected.low, "10^%d", k);
}

START_TEST(the_powers_are_those_of_ten)
{
    uint32_t big[WORDS] = {1};
    for (int k = 0; k <= DECIMAL_POWER_MOST; k++) {
        assert_power(k, big, false);
        if (k < DECIMAL_POWER_MOST)
            big_multiply(big, 10);
    }
    /* 2^1500 / 10^-k: of whole numbers, what one division leaves out no later one needs. */
    memset(big, 0, sizeof big);
    big[1500 / 32] = (uint32_t)1 << 1500 % 32;
    for (int k = -1; k >= DECIMAL_POWER_LEAST; k--) {
        big_divide(big, 10);
        assert_power(k, big, true); /* a power of 2 is no multiple of 10 */
    }
}
END_TEST

static double from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static int digits_of(uint64_t digits)
{
    int count = 1;
    while (digits /= 10)
        count++;
    return count;
}

/* 1.25e-07: 125 */
static uint64_t mantissa_of(const char *text)
{
    uint64_t digits = 0;
    for (; *text && *text != 'e'; text++)
        digits = *text >= '0' && *text <= '9' ? 10 * digits + (uint64_t)(*text - '0') : digits;
    return digits;
}

/* Reads back, has as few digits as can be, and of these the nearest. */
static void assert_shortest(double value)
{
    char text[DECIMAL_SIZE], other[64];
    int length = decimal_write(text, value);
    ck_assert_msg(length < DECIMAL_SIZE && (int)strlen(text) == length, "%s", text);
    ck_assert_msg(same_bits(strtod(text, NULL), value), "%s for %.17g", text, value);
    struct decimal d = decimal_of(value);
    int digits = digits_of(d.digits), power;
    ck_assert_msg(digits <= 17 && (d.digits % 10 != 0 || d.digits == 0), "%s", text);
    (void)snprintf(other, sizeof other, "%.*e", digits - 1, value);
    if (strtod(other, NULL) == value)
        ck_assert_msg(mantissa_of(other) == d.digits, "%s, not %s", text, other);
    /* Below a power of two doubles lie closer: the nearest shorter one need not be inside. */
    if (digits > 1 && frexp(value, &power) != 0.5) {
        (void)snprintf(other, sizeof other, "%.*e", digits - 2, value);
        ck_assert_msg(strtod(other, NULL) != value, "%s is shorter than %s", other, text);
    }
}

START_TEST(decimals_read_back_and_are_the_shortest)
{
    const char *wanted = getenv("NABLASCOPE_DECIMALS"); /* 100000000 takes minutes */
    long count = wanted ? atol(wanted) : 300000;
    uint64_t state = 88172645463325252u;
    for (uint64_t e = 0; e < 2047; e++) {
        for (int f = -2; f <= 2; f++) {
            assert_shortest(from_bits((e << 52) + (uint64_t)(int64_t)(e > 0 ? f : abs(f))));
            assert_shortest(from_bits((e << 52) + ((uint64_t)1 << 51) + (uint64_t)abs(f)));
        }
    }
    for (long i = 0; i < count; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        double any = from_bits(state);
        if (isfinite(any))
            assert_shortest(any);
        assert_shortest((double)(state >> 40) / 1e4);     /* few digits */
        assert_shortest((double)(state >> (state & 63))); /* whole */
    }
}
END_TEST

START_TEST(decimals_are_written_as_others_write_them)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0, "0"}, {-0.0, "-0"}, {1, "1"}, {-1.5, "-1.5"}, {0.1, "0.1"}, {0.3, "0.3"},
        {0.1 + 0.2, "0.30000000000000004"}, {1e-4, "0.0001"}, {9.5e-5, "9.5e-05"},
        {123456, "123456"}, {1e16, "1e+16"}, {9999999999999998, "9999999999999998"},
        {1e17, "1e+17"}, {1e23, "1e+23"}, {9007199254740993.0, "9007199254740992"},
        {1.25e-7, "1.25e-07"}, {1e100, "1e+100"}, {5e-324, "5e-324"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {1.7976931348623157e308, "1.7976931348623157e+308"}, {NAN, "nan"}, {-NAN, "nan"},
        {INFINITY, "inf"}, {-INFINITY, "-inf"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[DECIMAL_SIZE];
        int length = decimal_write(text, cases[i].value);
        ck_assert_str_eq(text, cases[i].text);
        ck_assert_int_eq(length, (int)strlen(text));
    }
}
END_TEST

Suite *decimal_suite(void)
{
    return SUITE("decimal", the_powers_are_those_of_ten,
        decimals_read_back_and_are_the_shortest, decimals_are_written_as_others_write_them);
}
