#include "core/initializer.h"

#include <math.h>
#include <stdlib.h>

#include "core/error.h"

enum shape { SHAPE_CONSTANT, SHAPE_NORMAL, SHAPE_UNIFORM, SHAPE_ORTHOGONAL };

static double variance_one(double n_in, double n_out)
{
    (void)n_in;
    (void)n_out;
    return 1;
}

static double variance_xavier(double n_in, double n_out)
{
    return 2 / (n_in + n_out);
}

static double variance_he(double n_in, double n_out)
{
    (void)n_out;
    return 2 / n_in;
}

static double variance_lecun(double n_in, double n_out)
{
    (void)n_out;
    return 1 / n_in;
}

static const struct {
    const char *name;
    const char *help;
    enum shape shape;
    double (*variance)(double n_in, double n_out);
} initializers[] = {
    [INIT_ZEROS] = {"zeros", "every weight 0: units of a layer stay equal if their biases are",
        SHAPE_CONSTANT, NULL},
    [INIT_CONSTANT] = {"constant",
        "every weight the gain: units stay equal if their biases are", SHAPE_CONSTANT, NULL},
    [INIT_NORMAL] = {"normal", "N(0, gain²), whatever the width", SHAPE_NORMAL, variance_one},
    [INIT_UNIFORM] = {"uniform", "uniform, variance gain²", SHAPE_UNIFORM, variance_one},
    [INIT_XAVIER_NORMAL] = {"xavier_normal", "variance 2/(n_in + n_out): for tanh",
        SHAPE_NORMAL, variance_xavier},
    [INIT_XAVIER_UNIFORM] = {"xavier_uniform", "variance 2/(n_in + n_out), uniform",
        SHAPE_UNIFORM, variance_xavier},
    [INIT_HE_NORMAL] = {"he_normal", "variance 2/n_in: for ReLU", SHAPE_NORMAL, variance_he},
    [INIT_HE_UNIFORM] = {"he_uniform", "variance 2/n_in, uniform", SHAPE_UNIFORM, variance_he},
    [INIT_LECUN_NORMAL] = {"lecun_normal", "variance 1/n_in", SHAPE_NORMAL, variance_lecun},
    [INIT_ORTHOGONAL] = {"orthogonal", "random; where square, it scales every length by gain",
        SHAPE_ORTHOGONAL, NULL},
};
_Static_assert(ARRAY_LEN(initializers) == INIT_COUNT, "a row for each initialisation");

const char *initializer_name(int index)
{
    return index >= 0 && index < INIT_COUNT ? initializers[index].name : NULL;
}

const char *initializer_help(int index)
{
    return index >= 0 && index < INIT_COUNT ? initializers[index].help : NULL;
}

/* What draws one element; `scale` is the standard deviation. */
static double draw(enum shape shape, double scale, struct rng *rng)
{
    if (shape == SHAPE_NORMAL)
        return scale * rng_normal(rng);
    if (shape == SHAPE_UNIFORM)
        return scale * sqrt(3) * (2 * rng_uniform(rng) - 1);
    return scale;
}

/* In the order of W's definition, n_out rows of n_in, so that the layout does not show. */
static bool fill(enum shape shape, double scale, struct rng *rng, int n_in, int n_out,
    double *weights, ptrdiff_t stride, const struct interrupt *interrupt)
{
    for (int o = 0; o < n_out; o++) {
        if (interrupt_asked(interrupt))
            return false;
        for (int i = 0; i < n_in; i++)
            weights[i * stride + o] = draw(shape, scale, rng);
    }
    return true;
}

/* Subtracts the parts of `row` along `count` orthonormal rows; twice is enough (Kahan). */
static void orthogonalize(double *row, const double *rows, int count, int n)
{
    for (int pass = 0; pass < 2; pass++) {
        for (int r = 0; r < count; r++) {
            const double *other = rows + (size_t)r * (size_t)n;
            double product = 0;
            for (int i = 0; i < n; i++)
                product += row[i] * other[i];
            for (int i = 0; i < n; i++)
                row[i] -= product * other[i];
        }
    }
}

static void normalize(double *row, int n)
{
    double square = 0;
    for (int i = 0; i < n; i++)
        square += row[i] * row[i];
    double norm = sqrt(square);
    for (int i = 0; i < n; i++)
        row[i] /= norm;
}

/*
 * Gram-Schmidt on normal deviates gives a uniformly distributed orthonormal set, since their
 * distribution does not change under orthogonal maps.
 */
static bool fill_orthogonal(double gain, struct rng *rng, int n_in, int n_out, double *weights,
    ptrdiff_t stride, const struct interrupt *interrupt)
{
    int count = n_in < n_out ? n_in : n_out;
    int length = n_in < n_out ? n_out : n_in;
    double *rows = calloc((size_t)count * (size_t)length, sizeof *rows);
    if (!rows)
        return false;
    int r = 0;
    for (; r < count && !interrupt_asked(interrupt); r++) {
        double *row = rows + (size_t)r * (size_t)length;
        for (int i = 0; i < length; i++)
            row[i] = rng_normal(rng);
        orthogonalize(row, rows, r, length);
        normalize(row, length);
        for (int i = 0; i < length; i++) {
            ptrdiff_t position = n_in < n_out ? r * stride + i : i * stride + r;
            weights[position] = gain * row[i];
        }
    }
    free(rows);
    return r == count;
}

bool initializer_fill(enum initializer initializer, double gain, struct rng *rng, int n_in,
    int n_out, double *weights, ptrdiff_t stride, const struct interrupt *interrupt)
{
    enum shape shape = initializers[initializer].shape;
    if (shape == SHAPE_ORTHOGONAL)
        return fill_orthogonal(gain, rng, n_in, n_out, weights, stride, interrupt);
    double scale = initializer == INIT_ZEROS ? 0 : gain;
    if (initializers[initializer].variance)
        scale = gain * sqrt(initializers[initializer].variance(n_in, n_out));
    return fill(shape, scale, rng, n_in, n_out, weights, stride, interrupt);
}
