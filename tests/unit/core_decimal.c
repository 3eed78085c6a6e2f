/* The shortest decimals: the table against long division, the digits against strtod. */
#include <inttypes.h>
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

static double read_scaled(uint64_t digits, int exponent)
{
    char text[64];
    (void)snprintf(text, sizeof text, "%" PRIu64 "e%d", digits, exponent);
    return strtod(text, NULL);
}

/* 1.25e-07: 125 */
static uint64_t mantissa_of(const char *text)
{
    uint64_t digits = 0;
    for (; *text && *text != 'e'; text++)
        digits = *text >= '0' && *text <= '9' ? 10 * digits + (uint64_t)(*text - '0') : digits;
    return digits;
}

/*
 * What is wrong with a number's decimal; NULL: it reads back, none with fewer digits does, and
 * of those with as many it is the nearest. Not by ck_assert, each of which writes to a pipe.
 */
static const char *fault_of(double value)
{
    char text[DECIMAL_SIZE], nearest[64];
    int length = decimal_write(text, value);
    if (length >= DECIMAL_SIZE || (int)strlen(text) != length)
        return "has another length";
    if (!same_bits(strtod(text, NULL), value))
        return "does not read back";
    struct decimal d = decimal_of(value);
    int count = 1;
    for (uint64_t rest = d.digits; rest >= 10; rest /= 10)
        count++;
    if (count > 17 || (d.digits % 10 == 0 && d.digits != 0))
        return "has too many digits";
    /* What reads as one number is an interval: if any shorter decimal lies in it, then one of
     * the two around this one. */
    double size = fabs(value);
    if (count > 1 &&
        (read_scaled(d.digits / 10, d.exponent + 1) == size ||
            read_scaled(d.digits / 10 + 1, d.exponent + 1) == size))
        return "is not the shortest";
    /* Below a power of two doubles lie closer: the nearest need not read back. */
    (void)snprintf(nearest, sizeof nearest, "%.*e", count - 1, size);
    if (mantissa_of(nearest) != d.digits && strtod(nearest, NULL) == size)
        return "is not the nearest";
    return NULL;
}

static void assert_shortest(double value)
{
    const char *fault = isfinite(value) ? fault_of(value) : NULL;
    char text[DECIMAL_SIZE];
    if (fault) {
        (void)decimal_write(text, value);
        ck_abort_msg("%s for %.17g %s", text, value, fault);
    }
}

/* The doubles around one, `steps` on each side. */
static void assert_around(double value, int steps)
{
    double below = value, above = value;
    assert_shortest(value);
    for (int i = 0; i < steps; i++) {
        assert_shortest(below = nextafter(below, -INFINITY));
        assert_shortest(above = nextafter(above, INFINITY));
    }
}

START_TEST(decimals_at_powers_of_two_and_ten_are_the_shortest)
{
    for (int e = -1074; e < 1024; e++) {
        assert_around(ldexp(1, e), 4);
        assert_around(ldexp(1.5, e), 2);
    }
    for (int k = -324; k <= 308; k++) {
        for (uint64_t digits = 1; digits < 100; digits++)
            assert_around(read_scaled(digits, k), 4);
    }
}
END_TEST

/* xorshift64 */
static uint64_t draw(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* The doubles on both sides of c · 5^j · 2^e, half way between them, which a few digits can be:
 * at the end of the interval that reads as a number, which belongs to the even one. */
static void assert_halfway(uint64_t random)
{
    static const uint64_t top = UINT64_C(1) << 54;
    int j = 1 + (int)(random % 23), e = j + (int)(random >> 8 & 7) - 3;
    uint64_t power = 1;
    for (int i = 0; i < j; i++)
        power *= 5;
    /* Odd, from 2^53 to below 2^54. */
    uint64_t least = (top / 2 + power - 1) / power, most = (top - 1) / power;
    uint64_t odd = (least + (random >> 16) % (most - least + 1)) | 1;
    if (odd > most)
        return;
    uint64_t middle = odd * power;
    assert_shortest(ldexp((double)(middle / 2), e + 1));
    assert_shortest(ldexp((double)(middle / 2 + 1), e + 1));
}

START_TEST(decimals_read_back_and_are_the_shortest)
{
    const char *wanted = getenv("NABLASCOPE_DECIMALS"); /* 100000000 takes half an hour */
    long count = wanted ? atol(wanted) : 300000;
    uint64_t state = 88172645463325252u;
    for (long i = 0; i < count; i++) {
        uint64_t any = draw(&state), other = draw(&state);
        assert_shortest(from_bits(any));
        switch (i % 5) {
        case 0: /* subnormal */
            assert_shortest(from_bits(any >> (12 + other % 52)));
            break;
        case 1: /* whole, up to 2^64 */
            assert_shortest((double)(any >> (other & 63)));
            break;
        case 2: /* 1 to 17 digits */
            assert_shortest(read_scaled(any % UINT64_C(100000000000000000) >> other % 56,
                (int)((other >> 32) % 640) - 330));
            break;
        case 3: /* as of money */
            assert_shortest((double)(any >> 40) / 1e4);
            break;
        default:
            assert_halfway(other);
        }
        if (wanted && (i + 1) % 1000000 == 0)
            fprintf(stderr, "%ld million\r", (i + 1) / 1000000);
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
        decimals_at_powers_of_two_and_ten_are_the_shortest,
        decimals_read_back_and_are_the_shortest, decimals_are_written_as_others_write_them);
}
