/*
 * exp, log and their kin with the same bits on every machine: built from the four operations,
 * sqrt and fma in a fixed order, since libm differs between systems in the last bit.
 *
 * Inline and free of branches on values, so that the kernels (core/kernels.h) vectorise them
 * for every instruction set. Special values (NaN, infinities, signed zero) come out as IEEE 754
 * has them. Errors are below 3 ulp against MPFR (tests/unit/test_elementary.c).
 */
#ifndef NABLASCOPE_CORE_ELEMENTARY_H
#define NABLASCOPE_CORE_ELEMENTARY_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#define ELEMENTARY static inline __attribute__((always_inline, unused))

#define REAL_LN2_HIGH 0x1.62e42fefap-1 /* ln 2 to 36 bits, so that n · high is exact */
#define REAL_LN2_LOW 0x1.cf79abc9e3b398p-40
#define REAL_LOG2_E 0x1.71547652b82fep+0
#define REAL_SQRT_HALF 0x1.6a09e667f3bcdp-1
#define REAL_PI 0x1.921fb54442d18p+1

ELEMENTARY double real_from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

ELEMENTARY uint64_t real_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/*
 * What exp and expm1 share: x = n ln 2 + r, and p = exp(r) - 1 by its Taylor series to r^13. n
 * is an integer modulo 2^64, so that what NaN makes of it is no overflow.
 */
struct exp_parts {
    double p;
    uint64_t n;
};

ELEMENTARY struct exp_parts exp_reduce(double x)
{
    const double shifter =
        0x1.8p52; /* adding it rounds to the nearest integer in the low bits */
    double shifted = __builtin_fma(x, REAL_LOG2_E, shifter);
    double n = shifted - shifter;
    double r = __builtin_fma(n, -REAL_LN2_HIGH, x);
    r = __builtin_fma(n, -REAL_LN2_LOW, r);
    double q = 1.0 / 6227020800;
    q = __builtin_fma(q, r, 1.0 / 479001600);
    q = __builtin_fma(q, r, 1.0 / 39916800);
    q = __builtin_fma(q, r, 1.0 / 3628800);
    q = __builtin_fma(q, r, 1.0 / 362880);
    q = __builtin_fma(q, r, 1.0 / 40320);
    q = __builtin_fma(q, r, 1.0 / 5040);
    q = __builtin_fma(q, r, 1.0 / 720);
    q = __builtin_fma(q, r, 1.0 / 120);
    q = __builtin_fma(q, r, 1.0 / 24);
    q = __builtin_fma(q, r, 1.0 / 6);
    q = __builtin_fma(q, r, 0.5);
    struct exp_parts parts;
    parts.p = __builtin_fma(q * r, r, r);
    parts.n = real_bits(shifted) - real_bits(shifter);
    return parts;
}

/* 2^n for n in the normal range -1022..1023. */
ELEMENTARY double real_power_of_two(uint64_t n)
{
    return real_from_bits((n + 1023) << 52);
}

ELEMENTARY double real_exp(double x)
{
    /* Beyond these bounds the result is 0 or infinity; clamping keeps n in range. NaN passes.
     */
    double clamped = x > 710.0 ? 710.0 : x;
    clamped = clamped < -746.0 ? -746.0 : clamped;
    struct exp_parts parts = exp_reduce(clamped);
    /* In two halves, so that neither leaves the normal range when 2^n does. */
    uint64_t half = ((parts.n + 2048) >> 1) - 1024;
    double scale = real_power_of_two(half);
    return __builtin_fma(parts.p, scale, scale) * real_power_of_two(parts.n - half);
}

/* exp(x) - 1 without cancellation, for x <= 700. */
ELEMENTARY double real_expm1(double x)
{
    double clamped = x < -60.0 ? -60.0 : x;
    struct exp_parts parts = exp_reduce(clamped);
    double scale = real_power_of_two(parts.n);
    double result = __builtin_fma(parts.p, scale, scale - 1);
    return x == 0 ? x : result;
}

ELEMENTARY double real_sigmoid(double x)
{
    double e = real_exp(-__builtin_fabs(x));
    return (x < 0 ? e : 1.0) / (1.0 + e);
}

ELEMENTARY double real_tanh(double x)
{
    double em = real_expm1(-2.0 * __builtin_fabs(x));
    return __builtin_copysign(-em / (em + 2.0), x);
}

/*
 * Natural logarithm: x = m 2^k with m in [sqrt ½, sqrt 2), log m = 2 atanh s, s = (m - 1)/(m +
 * 1), by the series of atanh. For normal numbers, 0, infinity and NaN; negative gives NaN.
 */
ELEMENTARY double real_log(double x)
{
    double scaled = x < 0x1p-1022 ? x * 0x1p54 : x;
    uint64_t bits = real_bits(scaled);
    int64_t k = (int64_t)((bits >> 52) & 0x7ff) - 1023 - (x < 0x1p-1022 ? 54 : 0);
    double m = real_from_bits((bits & 0x000fffffffffffffu) | 0x3ff0000000000000u);
    int64_t halve = m > 2 * REAL_SQRT_HALF;
    m = halve ? 0.5 * m : m;
    k += halve;
    double f = m - 1;
    double s = f / (m + 1);
    double w = s * s;
    double series = 2.0 / 23;
    series = series * w + 2.0 / 21;
    series = series * w + 2.0 / 19;
    series = series * w + 2.0 / 17;
    series = series * w + 2.0 / 15;
    series = series * w + 2.0 / 13;
    series = series * w + 2.0 / 11;
    series = series * w + 2.0 / 9;
    series = series * w + 2.0 / 7;
    series = series * w + 2.0 / 5;
    series = series * w + 2.0 / 3;
    /* log m = f - (f²/2 - s (f²/2 + w·series)): the leading f is exact. */
    double half_square = 0.5 * f * f;
    double low = (double)k * REAL_LN2_LOW + s * (half_square + w * series);
    double result = (double)k * REAL_LN2_HIGH + (f - (half_square - low));
    result = x < INFINITY ? result : x; /* +infinity and NaN as they are */
    result = x > 0 ? result : (x == 0 ? -(double)INFINITY : (double)NAN);
    return result;
}

/* log(1 + x) for x >= 0, by Kahan's correction of log(u) for the rounding of u = 1 + x. */
ELEMENTARY double real_log1p(double x)
{
    double u = 1 + x;
    double result = real_log(u) + (x - (u - 1)) / u;
    return u < INFINITY ? result : x;
}

/* log(1 + exp x), the softplus, without overflow. */
ELEMENTARY double real_softplus(double x)
{
    double positive = x > 0 ? x : 0.0;
    double result = positive + real_log1p(real_exp(-__builtin_fabs(x)));
    return x == x ? result : x;
}

/*
 * erfc(x) for x >= 0 as t exp(-x² + P(t)), t = 2/(2 + x), after Schonfelder 1978 (Mathematics
 * of Computation 32, 1232); P is our own Chebyshev series in 2t - 1, computed with 40 digits.
 */
ELEMENTARY double real_erfc_positive(double x)
{
    static const double series[29] = {-1.3026537197817094342, 0.6419697923564902603,
        0.019476473204185836312, -0.0095615147868086316419, -0.0009465953444820368663,
        0.00036683949785276145187, 0.000042523324806907771645, -0.000020278578112534243154,
        -1.6242900046470255134e-6, 1.3036558355805232018e-6, 1.5626441722066143202e-8,
        -8.5238095914926542549e-8, 6.5290544390988515199e-9, 5.0593434955514689185e-9,
        -9.9136415649303306365e-10, -2.2736512229318360842e-10, 9.6467911020155290614e-11,
        2.3940380830390924219e-12, -6.8860275264975313619e-12, 8.9448792730905083667e-13,
        3.1309213993431722647e-13, -1.1270822361369361126e-13, 3.8109052553966530345e-16,
        7.1060976135888546031e-15, -1.523028201437095602e-15, -9.4574945732533647002e-17,
        1.2102371894164836345e-16, -2.8166630896278218416e-17, 5.0030073974003190922e-20};
    double t = 2 / (2 + x);
    double y = 4 * t - 2;
    double next = 0, after = 0;
    for (int j = 28; j > 0; j--) {
        double term = __builtin_fma(y, next, series[j] - after);
        after = next;
        next = term;
    }
    double polynomial = 0.5 * __builtin_fma(y, next, series[0]) - after;
    double square = x * x;
    double rest = __builtin_fma(x, x, -square); /* what the rounding of x² lost */
    return t * real_exp(polynomial - square) * (1 - rest);
}

/* Distribution function of the standard normal, Φ(x). */
ELEMENTARY double real_normal_cdf(double x)
{
    double distance = __builtin_fabs(x);
    distance = distance > 40.0 ? 40.0 : distance; /* from 39 on the tail is 0 */
    double tail = 0.5 * real_erfc_positive(distance * REAL_SQRT_HALF);
    return x > 0 ? 1 - tail : tail;
}

/* Density of the standard normal. */
ELEMENTARY double real_normal_density(double x)
{
    return 0x1.9884533d43651p-2 * real_exp(-0.5 * x * x); /* 1/sqrt(2π) */
}

#endif
