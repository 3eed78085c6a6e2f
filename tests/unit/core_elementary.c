/* The project's own exp and kin against libm in long double. */
#include <float.h>
#include <math.h>

#include "core/activation.h"
#include "core/elementary.h"
#include "core/error.h"
#include "core/kernels.h"
#include "core/rng.h"
#include "suites.h"

/* Inline functions as pointers, for the tables. */
#define OWN(name)                                                                              \
    static double own_##name(double x)                                                         \
    {                                                                                          \
        return real_##name(x);                                                                 \
    }
OWN(exp)
OWN(expm1)
OWN(log)
OWN(log1p)
OWN(sigmoid)
OWN(tanh)
OWN(softplus)
OWN(elu)
OWN(elu_slope)
OWN(silu)
OWN(silu_slope)
OWN(normal_cdf)
OWN(normal_density)
OWN(gelu)
OWN(gelu_slope)
#undef OWN

/* The same in long double, by formulas that cancel nowhere but at the zeros of two slopes. */
static long double exact_sigmoid(long double x)
{
    return 1 / (1 + expl(-x));
}

static long double exact_sigmoid_slope(long double x)
{
    long double e = expl(-fabsl(x));
    return e / ((1 + e) * (1 + e));
}

static long double exact_tanh_slope(long double x)
{
    return 4 * exact_sigmoid_slope(2 * x);
}

static long double exact_softplus(long double x)
{
    return fmaxl(x, 0) + log1pl(expl(-fabsl(x)));
}

static long double exact_elu(long double x)
{
    return x > 0 ? x : expm1l(x);
}

static long double exact_elu_slope(long double x)
{
    return x > 0 ? 1 : expl(x);
}

static long double exact_silu(long double x)
{
    return x * exact_sigmoid(x);
}

static long double exact_silu_slope(long double x)
{
    return exact_sigmoid(x) * (1 + x * exact_sigmoid(-x));
}

static long double exact_normal_cdf(long double x)
{
    return erfcl(-x / sqrtl(2)) / 2;
}

static long double exact_normal_density(long double x)
{
    return expl(-x * x / 2) / sqrtl(2 * acosl(-1));
}

static long double exact_gelu(long double x)
{
    return x * exact_normal_cdf(x);
}

static long double exact_gelu_slope(long double x)
{
    return exact_normal_cdf(x) + x * exact_normal_density(x);
}

/*
 * `most` is the largest error that elementary.h promises, in ulp; the range is where the result
 * is neither infinite nor constant.
 */
struct row {
    const char *name;
    double (*function)(double);
    long double (*exact)(long double);
    double least_x, most_x, most;
    bool gaussian; /* exp(-x²/2) multiplies the rounding of its argument by x² */
    bool has_zero; /* where only the absolute error is small */
};

static const struct row rows[] = {
    {"exp", own_exp, expl, -745.2, 709.78, 1.1, false, false},
    {"expm1", own_expm1, expm1l, -60, 709.78, 2.1, false, false},
    {"log", own_log, logl, 5e-324, DBL_MAX, 0.8, false, false},
    {"log1p", own_log1p, log1pl, 0, DBL_MAX, 1.3, false, false},
    {"sigmoid", own_sigmoid, exact_sigmoid, -745.2, 40, 2.4, false, false},
    {"tanh", own_tanh, tanhl, -20, 20, 2.1, false, false},
    {"softplus", own_softplus, exact_softplus, -745.2, 760, 1.8, false, false},
    {"elu", own_elu, exact_elu, -60, 1, 1.2, false, false},
    {"elu_slope", own_elu_slope, exact_elu_slope, -745.2, 1, 1.1, false, false},
    {"silu", own_silu, exact_silu, -753, 100, 2.4, false, false},
    {"silu_slope", own_silu_slope, exact_silu_slope, -753, 100, 6.0, false, true},
    {"normal_cdf", own_normal_cdf, exact_normal_cdf, -38.6, 10, 8.0, true, false},
    {"normal_density", own_normal_density, exact_normal_density, -38.6, 38.6, 2.3, true, false},
    {"gelu", own_gelu, exact_gelu, -38.7, 10, 8.2, true, false},
    {"gelu_slope", own_gelu_slope, exact_gelu_slope, -38.7, 10, 6.5, true, true},
};

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

/* Even over the range, even near 0, or of any size. */
static double point(struct rng *rng, const struct row *row)
{
    double u = rng_uniform(rng), x = 8 * u - 4;
    switch (rng_below(rng, 3)) {
    case 0:
        x = row->least_x + u * (row->most_x - row->least_x);
        break;
    case 1:
        x = ldexp(2 * u - 1, (int)rng_below(rng, 1086) - 1074);
        break;
    }
    x = x < row->least_x ? -x : x;
    return x > row->most_x ? row->most_x : x;
}

/*
 * What the reference itself may be wrong by: an ulp of its own for each of some four
 * operations, and where it has to round x² (or x/√2) x² times that. x86's long double has 11
 * more bits.
 */
static double reference_error(const struct row *row, double x)
{
    double unit = ldexp(1, DBL_MANT_DIG - LDBL_MANT_DIG);
    return unit * (4 + (row->gaussian ? 2 * x * x : 0));
}

static void assert_exact(const struct row *row, double x)
{
    double got = row->function(x);
    long double exact = row->exact((long double)x);
    double error = ulps(got, exact);
    bool small = row->has_zero && fabsl((long double)got - exact) < 4.5e-16L;
    ck_assert_msg(small || error <= row->most + reference_error(row, x),
        "%s(%.17g) is %.17g, not %.20Lg: %g ulp", row->name, x, got, exact, error);
}

START_TEST(every_function_is_as_exact_as_promised)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct rng rng;
        rng_init(&rng, 1, RNG_DATA, i);
        for (int k = 0; k < 100000; k++)
            assert_exact(&rows[i], point(&rng, &rows[i]));
    }
}
END_TEST

/*
 * An error of n ulp in a, of 2^-53 each below 1, comes into a(1 - a) at most once, into
 * (1 - a)(1 + a) at most twice; the rest is rounding, half an ulp for each operation.
 */
START_TEST(slopes_from_activations_are_as_exact_as_promised)
{
    enum { COUNT = 4096 };
    static const struct {
        enum activation activation;
        long double (*exact)(long double);
        double bound, most;
    } slopes[] = {{ACTIVATION_SIGMOID, exact_sigmoid_slope, 0.25, 3e-16},
        {ACTIVATION_TANH, exact_tanh_slope, 1, 6e-16}};
    const struct kernels *kernels = kernels_select(NULL);
    double z[COUNT], a[COUNT], slope[COUNT];
    for (size_t n = 0; n < ARRAY_LEN(slopes); n++) {
        for (int i = 0; i < COUNT; i++) {
            double u = i - COUNT / 2;
            z[i] = i % 2 ? u / 100 : u * 1e-9;
        }
        z[0] = -INFINITY;
        z[1] = INFINITY;
        kernels->activate(slopes[n].activation, 0, COUNT, z, a);
        kernels->derive(slopes[n].activation, 0, COUNT, z, a, slope);
        for (int i = 0; i < COUNT; i++) {
            double error = (double)fabsl((long double)slope[i] - slopes[n].exact(z[i]));
            ck_assert_msg(
                error <= slopes[n].most && slope[i] >= 0 && slope[i] <= slopes[n].bound,
                "%s'(%.17g) is %.17g", activation_name((int)slopes[n].activation), z[i],
                slope[i]);
        }
    }
}
END_TEST

START_TEST(nan_stays_nan)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        ck_assert_msg(isnan(rows[i].function(NAN)), "%s", rows[i].name);
}
END_TEST

struct value {
    double (*function)(double);
    double x, result;
};

/* The limits, the last values that are not yet 0, infinite or constant, and their neighbours.
 */
static const struct value values[] = {
    {own_exp, -INFINITY, 0},
    {own_exp, -745.14, 0},
    {own_exp, -745.13, 5e-324},
    {own_exp, -0.0, 1},
    {own_exp, 5e-324, 1},
    {own_exp, 709.79, INFINITY},
    {own_exp, INFINITY, INFINITY},
    {own_expm1, -INFINITY, -1},
    {own_expm1, -0.0, -0.0},
    {own_expm1, -5e-324, -5e-324},
    {own_expm1, 3e-308, 3e-308},
    {own_expm1, 709.79, INFINITY},
    {own_expm1, INFINITY, INFINITY},
    {own_log, -INFINITY, NAN},
    {own_log, -5e-324, NAN},
    {own_log, -0.0, -INFINITY},
    {own_log, 0, -INFINITY},
    {own_log, 5e-324, -744.4400719213812},
    {own_log, 1, 0},
    {own_log, DBL_MAX, 709.782712893384},
    {own_log, INFINITY, INFINITY},
    {own_log1p, -0.0, -0.0},
    {own_log1p, 5e-324, 5e-324},
    {own_log1p, INFINITY, INFINITY},
    {own_sigmoid, -INFINITY, 0},
    {own_sigmoid, -DBL_MAX, 0},
    {own_sigmoid, -1000, 0},
    {own_sigmoid, -745.14, 0},
    {own_sigmoid, -745.1, 5e-324},
    {own_sigmoid, -0.0, 0.5},
    {own_sigmoid, 5e-324, 0.5},
    {own_sigmoid, 40, 1},
    {own_sigmoid, INFINITY, 1},
    {own_tanh, -INFINITY, -1},
    {own_tanh, -0.0, -0.0},
    {own_tanh, -5e-324, -5e-324},
    {own_tanh, 3e-308, 3e-308},
    {own_tanh, DBL_MAX, 1},
    {own_tanh, INFINITY, 1},
    {own_softplus, -INFINITY, 0},
    {own_softplus, -800, 0},
    {own_softplus, -745.1, 5e-324},
    {own_softplus, 0, 0x1.62e42fefa39efp-1},
    {own_softplus, 800, 800},
    {own_softplus, DBL_MAX, DBL_MAX},
    {own_softplus, INFINITY, INFINITY},
    {own_elu, -INFINITY, -1},
    {own_elu, -40, -1},
    {own_elu, -0.0, -0.0},
    {own_elu, -5e-324, -5e-324},
    {own_elu, INFINITY, INFINITY},
    {own_elu_slope, -INFINITY, 0},
    {own_elu_slope, -745.1, 5e-324},
    {own_elu_slope, 0, 1},
    {own_elu_slope, INFINITY, 1},
    {own_silu, -INFINITY, -0.0},
    {own_silu, -DBL_MAX, -0.0},
    {own_silu, -751, -5e-324},
    {own_silu, -0.0, -0.0},
    {own_silu, 1e-323, 5e-324},
    {own_silu, 1000, 1000},
    {own_silu, DBL_MAX, DBL_MAX},
    {own_silu, INFINITY, INFINITY},
    {own_silu_slope, -INFINITY, -0.0},
    {own_silu_slope, 0, 0.5},
    {own_silu_slope, DBL_MAX, 1},
    {own_silu_slope, INFINITY, 1},
    {own_normal_cdf, -INFINITY, 0},
    {own_normal_cdf, -38.5, 0},
    {own_normal_cdf, -38.48, 5e-324},
    {own_normal_cdf, 0, 0.5},
    {own_normal_cdf, 9, 1},
    {own_normal_cdf, INFINITY, 1},
    {own_normal_density, -INFINITY, 0},
    {own_normal_density, 0, 0x1.9884533d43651p-2},
    {own_normal_density, INFINITY, 0},
    {own_gelu, -INFINITY, -0.0},
    {own_gelu, -DBL_MAX, -0.0},
    {own_gelu, -38.5, -5e-324 * 11},
    {own_gelu, -0.0, -0.0},
    {own_gelu, 1e-323, 5e-324},
    {own_gelu, DBL_MAX, DBL_MAX},
    {own_gelu, INFINITY, INFINITY},
    {own_gelu_slope, -INFINITY, -0.0},
    {own_gelu_slope, 0, 0.5},
    {own_gelu_slope, DBL_MAX, 1},
    {own_gelu_slope, INFINITY, 1},
};

START_TEST(limits_and_last_values_are_exact)
{
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        const struct value *v = &values[i];
        double got = v->function(v->x);
        bool same = got == v->result && !signbit(got) == !signbit(v->result);
        ck_assert_msg(isnan(v->result) ? isnan(got) : same,
            "row %zu: f(%.17g) is %.17g, not %.17g", i, v->x, got, v->result);
    }
}
END_TEST

Suite *elementary_suite(void)
{
    return SUITE("elementary", every_function_is_as_exact_as_promised,
        slopes_from_activations_are_as_exact_as_promised, nan_stays_nan,
        limits_and_last_values_are_exact);
}
