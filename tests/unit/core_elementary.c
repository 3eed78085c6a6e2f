/* The project's own exp and kin against libm in long double. */
#include <float.h>
#include <math.h>

#include "core/elementary.h"
#include "core/rng.h"
#include "suites.h"

/* Distance in units of the last place of the exact value. */
static double ulps(double got, long double exact)
{
    if ((long double)got == exact)
        return 0;
    int exponent;
    (void)frexpl(exact, &exponent);
    exponent = exponent < -1021 ? -1021 : exponent;
    return (double)(fabsl((long double)got - exact) / ldexpl(1, exponent - 53));
}

/* Points of all sizes in ±range, half of them near 0. */
static double point(struct rng *rng, double range)
{
    double x = (2 * rng_uniform(rng) - 1) * range;
    return rng_below(rng, 2) ? x : x / 100;
}

/*
 * Three roundings in the last operations are at most 1.5 ulp; the polynomial's and the argument
 * reduction's errors add less than another 1.5. x86's long double is exact enough to judge
 * that.
 */
#define ULPS 3.0

#define NEAR(function, exact, range)                                                           \
    do {                                                                                       \
        struct rng rng;                                                                        \
        rng_init(&rng, 1, RNG_DATA, 0);                                                        \
        for (int i = 0; i < 200000; i++) {                                                     \
            double x = point(&rng, range);                                                     \
            ck_assert_msg(                                                                     \
                ulps(function(x), exact) < ULPS, "x = %.17g: %.17g", x, function(x));          \
        }                                                                                      \
    } while (0)

START_TEST(exponential_functions_are_exact_to_three_ulp)
{
    NEAR(real_exp, expl((long double)x), 700);
    NEAR(real_expm1, expm1l((long double)x), 700);
    NEAR(real_sigmoid, 1 / (1 + expl(-(long double)x)), 700);
    NEAR(real_tanh, tanhl((long double)x), 30);
    NEAR(real_softplus,
        x > 0 ? x + log1pl(expl(-(long double)x)) : log1pl(expl((long double)x)), 700);
}
END_TEST

static double log_abs(double x)
{
    return real_log(fabs(x));
}

static double log1p_abs(double x)
{
    return real_log1p(fabs(x));
}

START_TEST(logarithms_are_exact_to_three_ulp)
{
    NEAR(log_abs, logl(fabsl((long double)x)), 1e6);
    NEAR(log_abs, logl(fabsl((long double)x)), 2);
    NEAR(log1p_abs, log1pl(fabsl((long double)x)), 1e3);
    ck_assert(ulps(real_log(5e-324), logl((long double)5e-324)) < ULPS);
    ck_assert(ulps(real_log(DBL_MAX), logl((long double)DBL_MAX)) < ULPS);
}
END_TEST

START_TEST(normal_distribution_loses_digits_with_the_square_only)
{
    /* exp(-x²/2) multiplies the rounding of its argument, x²/2 of 2^-53, by itself. */
    struct rng rng;
    rng_init(&rng, 1, RNG_DATA, 0);
    for (int i = 0; i < 100000; i++) {
        double x = point(&rng, 37);
        long double exact = erfcl(-(long double)x / sqrtl(2)) / 2;
        ck_assert_msg(ulps(real_normal_cdf(x), exact) < 8 + 2 * x * x, "x = %.17g", x);
    }
}
END_TEST

START_TEST(special_values_follow_ieee)
{
    ck_assert(real_exp(-INFINITY) == 0 && real_exp(INFINITY) == INFINITY);
    ck_assert(real_exp(-1000) == 0 && real_exp(1000) == INFINITY);
    ck_assert(real_exp(-745) > 0 && real_exp(0) == 1);
    ck_assert(isnan(real_exp(NAN)) && isnan(real_tanh(NAN)) && isnan(real_sigmoid(NAN)));
    ck_assert(isnan(real_softplus(NAN)) && isnan(real_log(NAN)) && isnan(real_log(-1)));
    ck_assert(isnan(real_normal_cdf(NAN)));
    ck_assert(real_tanh(INFINITY) == 1 && real_tanh(-INFINITY) == -1);
    ck_assert(signbit(real_tanh(-0.0)) && signbit(real_expm1(-0.0)));
    ck_assert(real_sigmoid(INFINITY) == 1 && real_sigmoid(-INFINITY) == 0);
    ck_assert(real_log(0) == -INFINITY && real_log(INFINITY) == INFINITY && real_log(1) == 0);
    ck_assert(real_softplus(INFINITY) == INFINITY && real_softplus(-INFINITY) == 0);
    ck_assert(real_normal_cdf(INFINITY) == 1 && real_normal_cdf(-INFINITY) == 0);
}
END_TEST

Suite *elementary_suite(void)
{
    return SUITE("elementary", exponential_functions_are_exact_to_three_ulp,
        logarithms_are_exact_to_three_ulp,
        normal_distribution_loses_digits_with_the_square_only, special_values_follow_ieee);
}
