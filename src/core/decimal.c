#include "core/decimal.h"

#include <stdbool.h>
#include <string.h>

#include "core/decimal_powers.h"

/* A double is significand · 2^exponent; below this exponent there are only subnormal ones. */
enum { SIGNIFICAND_BITS = 52, EXPONENT_BIAS = 1075, EXPONENT_LEAST = -1074 };

/* floor(log10(2^e)), floor(log10(3/4 · 2^e)) and floor(log2(10^e)), exact for all e in use. */
static int floor_log10_pow2(int e)
{
    return (e * 1262611) >> 22;
}

static int floor_log10_three_quarters_pow2(int e)
{
    return (e * 1262611 - 524031) >> 22;
}

static int floor_log2_pow10(int e)
{
    return (e * 1741647) >> 19;
}

/* The 128 bits of a product; by halves where the compiler has no type for them. */
static uint64_t multiply(uint64_t a, uint64_t b, uint64_t *low)
{
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 uint128;
    uint128 product = (uint128)a * b;
    *low = (uint64_t)product;
    return (uint64_t)(product >> 64);
#else
    uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    uint64_t middle = a1 * b0 + (a0 * b0 >> 32);
    uint64_t other = a0 * b1 + (uint32_t)middle;
    *low = a * b;
    return a1 * b1 + (middle >> 32) + (other >> 32);
#endif
}

/* The upper 64 bits of power · factor / 2^64; the last one also says whether more follows. */
static uint64_t round_to_odd(const struct decimal_power *power, uint64_t factor)
{
    uint64_t below, low;
    uint64_t carry = multiply(power->low, factor, &below);
    uint64_t high = multiply(power->high, factor, &low);
    low += carry;
    high += low < carry;
    return high | (low > 1);
}

static struct decimal without_zeros(uint64_t digits, int exponent)
{
    while (digits > 0 && digits % 10 == 0) {
        digits /= 10;
        exponent++;
    }
    return (struct decimal){digits, digits > 0 ? exponent : 0};
}

/*
 * The interval that rounds to the value, its ends and itself times 4 and scaled by a power of
 * ten, holds at most one multiple of 40, and else one or two of 4 (paper, section 9).
 */
static struct decimal shortest(uint64_t significand, int exponent, bool boundary_is_closer)
{
    bool odd = significand & 1;
    int k = boundary_is_closer ? floor_log10_three_quarters_pow2(exponent)
                               : floor_log10_pow2(exponent);
    int shift = exponent + floor_log2_pow10(-k) + 1;
    const struct decimal_power *power = &decimal_powers[-k - DECIMAL_POWER_LEAST];
    uint64_t low = 4 * significand - (boundary_is_closer ? 1 : 2);
    uint64_t lower = round_to_odd(power, low << shift) + odd;
    uint64_t value = round_to_odd(power, (4 * significand) << shift);
    uint64_t upper = round_to_odd(power, (4 * significand + 2) << shift) - odd;
    uint64_t whole = value / 4, tens = whole / 10;
    if (whole >= 10) {
        bool below = lower <= 40 * tens, above = 40 * tens + 40 <= upper;
        if (below != above)
            return without_zeros(tens + above, k + 1);
    }
    bool below = lower <= 4 * whole, above = 4 * whole + 4 <= upper;
    if (below != above)
        return without_zeros(whole + above, k);
    /* Both, or none: the nearer. */
    uint64_t half = 4 * whole + 2;
    bool up = value > half || (value == half && (whole & 1));
    return without_zeros(whole + up, k);
}

struct decimal decimal_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint64_t fraction = bits & (((uint64_t)1 << SIGNIFICAND_BITS) - 1);
    int biased = (int)(bits >> SIGNIFICAND_BITS & 0x7ff);
    if (biased == 0)
        return fraction == 0 ? (struct decimal){0, 0}
                             : shortest(fraction, EXPONENT_LEAST, false);
    uint64_t significand = fraction | (uint64_t)1 << SIGNIFICAND_BITS;
    int exponent = biased - EXPONENT_BIAS;
    /* A whole number below 2^53: no shorter decimal lies as near. */
    if (exponent <= 0 && exponent > -SIGNIFICAND_BITS - 1 &&
        (significand & (((uint64_t)1 << -exponent) - 1)) == 0)
        return without_zeros(significand >> -exponent, 0);
    return shortest(significand, exponent, fraction == 0 && biased > 1);
}

/* A number's digits, from the end of a buffer back. */
struct digits {
    char all[24];
    const char *first;
    int count;
};

static void take_digits(struct digits *taken, uint64_t number)
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";
    char *const end = taken->all + sizeof taken->all, *to = end;
    for (; number >= 10; number /= 100)
        memcpy(to -= 2, &pairs[2 * (number % 100)], 2);
    if (number > 0 || to == end)
        *--to = (char)('0' + number);
    taken->first = to;
    taken->count = (int)(end - to);
}

static char *put(char *to, const char *from, int count)
{
    memcpy(to, from, (size_t)count);
    return to + count;
}

/* All digits, the point after the first `whole` of them. */
static char *put_pointed(char *to, const struct digits *digits, int whole)
{
    if (digits->count <= whole)
        return put(to, digits->first, digits->count);
    to = put(to, digits->first, whole);
    *to++ = '.';
    return put(to, digits->first + whole, digits->count - whole);
}

static char *put_zeros(char *to, int count)
{
    memset(to, '0', (size_t)count);
    return to + count;
}

static char *put_exponent(char *to, int exponent)
{
    struct digits digits;
    take_digits(&digits, (uint64_t)(exponent < 0 ? -exponent : exponent));
    *to++ = 'e';
    *to++ = exponent < 0 ? '-' : '+';
    if (digits.count == 1)
        *to++ = '0';
    return put(to, digits.first, digits.count);
}

static char *put_finite(char *to, double value)
{
    struct decimal d = decimal_of(value);
    struct digits digits;
    take_digits(&digits, d.digits);
    int scientific = d.exponent + digits.count - 1;
    if (scientific < -4 || scientific >= 16)
        return put_exponent(put_pointed(to, &digits, 1), scientific);
    if (scientific < 0) {
        *to++ = '0';
        *to++ = '.';
        return put(put_zeros(to, -scientific - 1), digits.first, digits.count);
    }
    to = put_pointed(to, &digits, scientific + 1);
    return put_zeros(to, d.exponent > 0 ? d.exponent : 0);
}

int decimal_write_count(char text[DECIMAL_SIZE], uint64_t count)
{
    struct digits digits;
    take_digits(&digits, count);
    *put(text, digits.first, digits.count) = '\0';
    return digits.count;
}

int decimal_write(char text[DECIMAL_SIZE], double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bool nan = value != value, infinite = !nan && value - value != 0;
    char *to = text;
    if (bits >> 63 && !nan)
        *to++ = '-';
    if (nan || infinite) {
        memcpy(to, nan ? "nan" : "inf", 3);
        to += 3;
    } else {
        to = put_finite(to, value);
    }
    *to = '\0';
    return (int)(to - text);
}
