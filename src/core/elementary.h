/*
 * exp, log and their kin with the same bits on every machine: built from the four operations
 * and fma in a fixed order, since libm differs between systems in the last bit.
 *
 * Inline and free of branches on values, so that the kernels (core/kernels.h) vectorise them
 * for every instruction set. Infinities, signed zeros and subnormal numbers come out as the
 * function has them, NaN as NaN.
 *
 * Bounds of the error against MPFR in units of the last place, over all arguments whose result
 * is a finite number, subnormal ones too (a million of all sizes for each function):
 *
 *     exp       1.1    sigmoid   2.4    gelu           8.2
 *     expm1     2.1    tanh      2.1    gelu'          6.5 *
 *     log       0.8    elu       1.2    silu           2.4
 *     log1p     1.3    elu'      1.1    silu'          6.0 *
 *     softplus  1.8                     normal cdf     8.0
 *     softplus' 2.4                     its density    2.3
 *
 * (* except near the zero of the slope, where the error stays below 4.5e-16.) The slopes of
 * sigmoid and tanh are computed from the activation: core/kernels.h says how exactly.
 */
#ifndef NABLASCOPE_CORE_ELEMENTARY_H
#define NABLASCOPE_CORE_ELEMENTARY_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "core/numbers.h"

#define ELEMENTARY static inline __attribute__((always_inline, unused))

#define REAL_LN2_HIGH 0x1.62e42fefap-1 /* ln 2 to 36 bits, so that n · high is exact */
#define REAL_LN2_LOW 0x1.cf79abc9e3b398p-40
#define REAL_LOG2_E 0x1.71547652b82fep+0
#define REAL_PI 0x1.921fb54442d18p+1
#define REAL_NORMAL_PEAK 0x1.9884533d43651p-2 /* 1/sqrt(2π), the density at 0 */

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

/* NaN passes, here and in real_distance. */
ELEMENTARY double real_clamp(double x, double least, double most)
{
    double above = x < least ? least : x;
    return x > most ? most : above;
}

/* |x|, at most `most`. */
ELEMENTARY double real_distance(double x, double most)
{
    double distance = __builtin_fabs(x);
    return distance > most ? most : distance;
}

/* The power of two whose biased exponent stands in the low 12 bits. */
ELEMENTARY double power_of_two(uint64_t biased)
{
    return real_from_bits(biased << 52);
}

/*
 * x = n ln 2 + r with |r| <= ln 2 / 2, and `power`, whose low 12 bits are n + bias. Adding the
 * shifter rounds to the nearest integer in the low bits.
 */
struct exp_split {
    double r;
    uint64_t power;
};

ELEMENTARY struct exp_split exp_split(double x, double bias)
{
    const double shifter = 0x1.8p52 + bias;
    double shifted = __builtin_fma(x, REAL_LOG2_E, shifter);
    double n = shifted - shifter;
    double r = __builtin_fma(n, -REAL_LN2_HIGH, x);
    return (struct exp_split){__builtin_fma(n, -REAL_LN2_LOW, r), real_bits(shifted)};
}

/*
 * exp(r) - 1 for |r| <= ln 2 / 2: r + r² q(r), q the polynomial of least largest error, 2^-57
 * of exp(r), by Remez' algorithm with 50 digits (as all polynomials here). Its leading
 * coefficient, and F of each of the others in turn.
 */
#define EXP_LEADING 0x1.ad8278c58ddf0p-26
#define EXP_COEFFICIENTS(F)                                                                    \
    F(0x1.28ac820022110p-22)                                                                   \
    F(0x1.71df221346a60p-19)                                                                   \
    F(0x1.a0199b314c9c8p-16)                                                                   \
    F(0x1.a01a012c92b44p-13)                                                                   \
    F(0x1.6c16c183ad5f1p-10)                                                                   \
    F(0x1.1111111127229p-7)                                                                    \
    F(0x1.5555555550b2bp-5)                                                                    \
    F(0x1.55555555554fdp-3)                                                                    \
    F(0x1.0000000000009p-1)

ELEMENTARY double exp_polynomial(double r)
{
    double q = EXP_LEADING;
#define TERM(coefficient) q = __builtin_fma(q, r, coefficient);
    EXP_COEFFICIENTS(TERM)
#undef TERM
    return __builtin_fma(q * r, r, r);
}

ELEMENTARY double real_exp(double x)
{
    struct exp_split split = exp_split(real_clamp(x, -746, 710), 2 * 1023);
    double p = exp_polynomial(split.r);
    /* In two halves, so that neither leaves the normal range when 2^n does. */
    uint64_t half = split.power >> 1;
    double scale = power_of_two(half);
    return __builtin_fma(p, scale, scale) * power_of_two(split.power - half);
}

/* exp(x) - 1 without cancellation. */
ELEMENTARY double real_expm1(double x)
{
    struct exp_split split = exp_split(real_clamp(x, -60, 710), 1023 - 1);
    double p = exp_polynomial(split.r);
    double half = power_of_two(split.power); /* 2^n would overflow before the result does */
    double result = 2 * __builtin_fma(p, half, half - 0.5);
    return __builtin_fabs(x) < 0x1p-54 ? x : result;
}

/*
 * exp(x + low) · 2^128 for x from -760 to 0 and |low| < 2^-40: what is computed further from it
 * keeps all its digits where the result, after REAL_UNSCALE, is subnormal.
 */
#define REAL_SCALE 0x1p128
#define REAL_UNSCALE 0x1p-128

ELEMENTARY double exp_scaled(double x, double low)
{
    struct exp_split split = exp_split(x, 1023 + 128);
    double p = exp_polynomial(split.r + low);
    double scale = power_of_two(split.power);
    return __builtin_fma(p, scale, scale);
}

/* (1 + exp(-x)) / 2^128 for x from -760 to 100 */
ELEMENTARY double logistic_sum(double x)
{
    struct exp_split split = exp_split(-x, 1023 - 128);
    double scale = power_of_two(split.power);
    return __builtin_fma(exp_polynomial(split.r), scale, scale + REAL_UNSCALE);
}

/* 1 / (1 + exp(-x)) */
ELEMENTARY double real_sigmoid(double x)
{
    return REAL_UNSCALE / logistic_sum(real_clamp(x, -760, 100));
}

/* -expm1(-2|x|) / (2 + expm1(-2|x|)) with the sign of x */
ELEMENTARY double real_tanh(double x)
{
    struct exp_split split = exp_split(-2 * real_distance(x, 20), 1023);
    double p = exp_polynomial(split.r);
    double scale = power_of_two(split.power);
    double difference = __builtin_fma(p, scale, scale - 1);
    double sum = __builtin_fma(p, scale, scale + 1);
    return __builtin_copysign(difference / sum, x);
}

/* x σ(x) */
ELEMENTARY double real_silu(double x)
{
    double clamped = real_clamp(x, -760, 100);
    double result = clamped / logistic_sum(clamped) * REAL_UNSCALE;
    return x > 100 ? x : result;
}

/* σ(x) (1 + x σ(-x)) by way of exp(-|x|) */
ELEMENTARY double real_silu_slope(double x)
{
    double distance = real_distance(x, 760);
    double e = exp_scaled(-distance, 0);
    double sum = __builtin_fma(e, REAL_UNSCALE, 1);
    double above = __builtin_fma(distance, e, sum * REAL_SCALE);
    double below = e * (sum - distance);
    return (x > 0 ? above : below) / (sum * sum) * REAL_UNSCALE;
}

/* exp(x) - 1 below 0, x above */
ELEMENTARY double real_elu(double x)
{
    double result = real_expm1(x > 0 ? 0 : x);
    return x > 0 ? x : result;
}

ELEMENTARY double real_elu_slope(double x)
{
    return exp_scaled(real_clamp(x, -760, 0), 0) * REAL_UNSCALE;
}

/*
 * Natural logarithm: x = 2^k (1 + f) with 1 + f in [sqrt ½, sqrt 2), log(1 + f) = 2 atanh s, s
 * = f/(f + 2). Negative x gives NaN.
 */
ELEMENTARY double real_log(double x)
{
    const uint64_t sqrt_half = 0x3fe6a09e667f3bcdu, one = 0x3ff0000000000000u;
    int subnormal = x < 0x1p-1022;
    uint64_t bits = real_bits(subnormal ? x * 0x1p54 : x) + (one - sqrt_half);
    /* An integer in the low bits of 2^52 is that integer more. */
    double k = real_from_bits(0x4330000000000000u | bits >> 52) -
        (subnormal ? 0x1p52 + 1023 + 54 : 0x1p52 + 1023);
    double f = real_from_bits((bits & 0x000fffffffffffffu) + sqrt_half) - 1;
    double s = f / (f + 2);
    double w = s * s;
    double series = 0x1.2f03b79e4b4aep-3;
    series = __builtin_fma(series, w, 0x1.39a1e90602088p-3);
    series = __builtin_fma(series, w, 0x1.74663ceb48e54p-3);
    series = __builtin_fma(series, w, 0x1.c71c521459ecfp-3);
    series = __builtin_fma(series, w, 0x1.24924941e14d3p-2);
    series = __builtin_fma(series, w, 0x1.999999997ff19p-2);
    series = __builtin_fma(series, w, 0x1.5555555555592p-1);
    /* log(1 + f) = f - (f²/2 - s (f²/2 + w·series)): the leading f is exact. */
    double half_square = 0.5 * f * f;
    double low = __builtin_fma(s, __builtin_fma(w, series, half_square), k * REAL_LN2_LOW);
    double result = __builtin_fma(k, REAL_LN2_HIGH, f - (half_square - low));
    result = x < INFINITY ? result : x; /* +infinity and NaN as they are */
    return x > 0 ? result : (x == 0 ? -(double)INFINITY : (double)NAN);
}

/* log(1 + x) for x >= 0, by Kahan's correction of log(u) for the rounding of u = 1 + x. */
ELEMENTARY double real_log1p(double x)
{
    double u = 1 + x;
    double result = real_log(u) + (x - (u - 1)) / u;
    result = u < INFINITY ? result : x;
    return __builtin_fabs(x) < 0x1p-54 ? x : result;
}

/*
 * log(1 + exp x), the softplus: x or 0, and log(1 + e) for e = exp(-|x|), which is 2 atanh s
 * with s = e/(e + 2) <= 1/3. Its slope is the sigmoid.
 */
ELEMENTARY double real_softplus(double x)
{
    double e = exp_scaled(-real_distance(x, 760), 0) * REAL_UNSCALE;
    double s = e / (e + 2);
    double w = s * s;
    double series = 0x1.5c808bc2c7ee9p-3;
    series = __builtin_fma(series, w, 0x1.55a7a6f500501p-4);
    series = __builtin_fma(series, w, 0x1.efdab4834fd10p-4);
    series = __builtin_fma(series, w, 0x1.10679a3b4adddp-3);
    series = __builtin_fma(series, w, 0x1.3b1ddef53d66ap-3);
    series = __builtin_fma(series, w, 0x1.745cb3d3fd1e6p-3);
    series = __builtin_fma(series, w, 0x1.c71c741db2f07p-3);
    series = __builtin_fma(series, w, 0x1.249249208a008p-2);
    series = __builtin_fma(series, w, 0x1.99999999a0787p-2);
    series = __builtin_fma(series, w, 0x1.5555555555535p-1);
    /* log(1 + e) = e - s (e - w·series) */
    double logarithm = __builtin_fma(-s, __builtin_fma(-w, series, e), e);
    return (x < 0 ? 0 : x) + logarithm;
}

/*
 * The normal distribution, by its lower tail: Φ(-a) = exp(-a²/2) top/bottom for a from 0 to
 * 38.7, where all that is made of it has underflown. The quotient is the rational function of
 * least largest relative error, 2^-54 with rounded coefficients. All of them are positive:
 * nothing cancels.
 */
#define NORMAL_REACH 38.7

struct normal_tail {
    double e; /* exp(-a²/2) · 2^128 */
    double top, bottom;
};

ELEMENTARY struct normal_tail normal_tail(double a)
{
    double top = 0x1.e03f401ba188bp-23;
    top = __builtin_fma(top, a, 0x1.d32be5dcc49f8p-18);
    top = __builtin_fma(top, a, 0x1.be3417d8ffe45p-14);
    top = __builtin_fma(top, a, 0x1.102514b2c8862p-10);
    top = __builtin_fma(top, a, 0x1.d2376926d0f8ap-8);
    top = __builtin_fma(top, a, 0x1.23e35674c9cd6p-5);
    top = __builtin_fma(top, a, 0x1.0e3515dd7f5c4p-3);
    top = __builtin_fma(top, a, 0x1.6db1530e6227ap-2);
    top = __builtin_fma(top, a, 0x1.5bcfa9a25e0e5p-1);
    top = __builtin_fma(top, a, 0x1.a7cd449db6043p-1);
    top = __builtin_fma(top, a, 0x1.0000000000000p-1);
    double bottom = 0x1.2cf341c589d5dp-21;
    bottom = __builtin_fma(bottom, a, 0x1.24c19d63a2d92p-16);
    bottom = __builtin_fma(bottom, a, 0x1.1834512f1c98ep-12);
    bottom = __builtin_fma(bottom, a, 0x1.575ec1afd9517p-9);
    bottom = __builtin_fma(bottom, a, 0x1.28822b49d8e4cp-6);
    bottom = __builtin_fma(bottom, a, 0x1.7857e29c528e2p-4);
    bottom = __builtin_fma(bottom, a, 0x1.645fca5c6a1e3p-2);
    bottom = __builtin_fma(bottom, a, 0x1.f57b1e0e8307cp-1);
    bottom = __builtin_fma(bottom, a, 0x1.000f99f989679p+1);
    bottom = __builtin_fma(bottom, a, 0x1.687723c84330ep+1);
    bottom = __builtin_fma(bottom, a, 0x1.3a07b71e2bdb6p+1);
    bottom = __builtin_fma(bottom, a, 0x1.0000000000000p+0);
    double square = a * a;
    double rest = __builtin_fma(a, a, -square); /* what the rounding of a² lost */
    return (struct normal_tail){exp_scaled(-0.5 * square, -0.5 * rest), top, bottom};
}

/* Distribution function of the standard normal, Φ(x). */
ELEMENTARY double real_normal_cdf(double x)
{
    struct normal_tail t = normal_tail(real_distance(x, NORMAL_REACH));
    double tail = t.e * t.top / t.bottom * REAL_UNSCALE;
    return x > 0 ? 1 - tail : tail;
}

/* Density of the standard normal. */
ELEMENTARY double real_normal_density(double x)
{
    struct normal_tail t = normal_tail(real_distance(x, NORMAL_REACH));
    return REAL_NORMAL_PEAK * t.e * REAL_UNSCALE;
}

/* x Φ(x) */
ELEMENTARY double real_gelu(double x)
{
    double a = real_distance(x, NORMAL_REACH);
    struct normal_tail t = normal_tail(a);
    double tail = t.e * t.top / t.bottom;
    double above = x * (1 - tail * REAL_UNSCALE), below = -a * tail * REAL_UNSCALE;
    return x > 0 ? above : below;
}

/* Φ(x) + x Φ'(x): below 0 that is exp(-a²/2) (top/bottom - a/sqrt(2π)), a = -x. */
ELEMENTARY double real_gelu_slope(double x)
{
    double a = real_distance(x, NORMAL_REACH);
    struct normal_tail t = normal_tail(a);
    double top = __builtin_fma(-REAL_NORMAL_PEAK * a, t.bottom, t.top);
    double tail = t.e * top / t.bottom * REAL_UNSCALE;
    return x > 0 ? 1 - tail : tail;
}

#endif
