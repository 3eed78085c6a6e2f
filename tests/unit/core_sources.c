/* Where numbers come from: generator, initial weights, data sets. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/dataset.h"
#include "core/initializer.h"
#include "core/rng.h"
#include "suites.h"

START_TEST(generator_gives_the_published_sequence)
{
    /* xoshiro256** from the state 1, 2, 3, 4: the first outputs that its authors' code prints.
     */
    static const uint64_t expected[] = {11520u, 0u, 1509978240u, 1215971899390074240u};
    struct rng rng = {.state = {1, 2, 3, 4}};
    for (size_t i = 0; i < ARRAY_LEN(expected); i++)
        ck_assert_uint_eq(rng_next(&rng), expected[i]);
}
END_TEST

START_TEST(streams_and_seeds_differ)
{
    struct rng a, b;
    for (int variant = 0; variant < 3; variant++) {
        rng_init(&a, 1, RNG_WEIGHTS, 0);
        rng_init(&b, variant == 0 ? 2 : 1, variant == 1 ? RNG_DATA : RNG_WEIGHTS, variant == 2);
        int equal = 0;
        for (int i = 0; i < 1000; i++)
            equal += rng_next(&a) == rng_next(&b);
        ck_assert_int_eq(equal, 0);
    }
}
END_TEST

START_TEST(deviates_have_their_moments)
{
    enum { COUNT = 200000 };
    struct rng rng;
    rng_init(&rng, 5, RNG_DATA, 0);
    double sum = 0, square = 0, fourth = 0, uniform = 0;
    int below[7] = {0};
    for (int i = 0; i < COUNT; i++) {
        double x = rng_normal(&rng);
        sum += x;
        square += x * x;
        fourth += x * x * x * x;
        uniform += rng_uniform(&rng);
        below[rng_below(&rng, 7)]++;
    }
    /* Five standard errors of each mean: variances 1, 2, 96, 1/12. */
    double error = 5 / sqrt(COUNT);
    ck_assert_double_eq_tol(sum / COUNT, 0, error);
    ck_assert_double_eq_tol(square / COUNT, 1, error * sqrt(2));
    ck_assert_double_eq_tol(fourth / COUNT, 3, error * sqrt(96));
    ck_assert_double_eq_tol(uniform / COUNT, 0.5, error * sqrt(1.0 / 12));
    for (int i = 0; i < 7; i++)
        ck_assert_double_eq_tol(below[i] / (double)COUNT, 1.0 / 7, error * sqrt(6.0 / 49));
}
END_TEST

START_TEST(weights_have_the_variance_of_their_initialisation)
{
    enum { IN = 120, OUT = 80, STRIDE = 80 };
    static double w[IN * STRIDE];
    static const double variances[INIT_COUNT] = {[INIT_NORMAL] = 1,
        [INIT_UNIFORM] = 1,
        [INIT_XAVIER_NORMAL] = 2.0 / (IN + OUT),
        [INIT_XAVIER_UNIFORM] = 2.0 / (IN + OUT),
        [INIT_HE_NORMAL] = 2.0 / IN,
        [INIT_HE_UNIFORM] = 2.0 / IN,
        [INIT_LECUN_NORMAL] = 1.0 / IN};
    for (int init = 0; init < INIT_ORTHOGONAL; init++) {
        struct rng rng;
        rng_init(&rng, 2, RNG_WEIGHTS, 0);
        ck_assert(initializer_fill((enum initializer)init, 3, &rng, IN, OUT, w, STRIDE, NULL));
        double square = 0, largest = 0;
        for (int i = 0; i < IN * OUT; i++) {
            square += w[i] * w[i];
            largest = fmax(largest, fabs(w[i]));
        }
        double variance = square / (IN * OUT), expected = 9 * variances[init];
        if (init == INIT_CONSTANT)
            expected = 9;
        /* Five standard errors of a normal's variance. */
        ck_assert_double_eq_tol(
            variance, expected, 5 * expected * sqrt(2.0 / (IN * OUT)) + 1e-300);
        if (init == INIT_HE_UNIFORM || init == INIT_XAVIER_UNIFORM || init == INIT_UNIFORM)
            ck_assert_double_le(largest, sqrt(3 * expected));
    }
}
END_TEST

START_TEST(orthogonal_weights_are_orthonormal)
{
    static const int shapes[][2] = {{5, 9}, {9, 5}, {20, 20}, {1, 4}};
    double w[20 * 24];
    for (size_t s = 0; s < ARRAY_LEN(shapes); s++) {
        int n_in = shapes[s][0], n_out = shapes[s][1];
        struct rng rng;
        rng_init(&rng, 4, RNG_WEIGHTS, s);
        ck_assert(initializer_fill(INIT_ORTHOGONAL, 2, &rng, n_in, n_out, w, 24, NULL));
        bool rows = n_in < n_out; /* of the stored Wᵀ */
        int count = rows ? n_in : n_out, length = rows ? n_out : n_in;
        for (int a = 0; a < count; a++) {
            for (int b = 0; b < count; b++) {
                double product = 0;
                for (int k = 0; k < length; k++)
                    product +=
                        rows ? w[a * 24 + k] * w[b * 24 + k] : w[k * 24 + a] * w[k * 24 + b];
                ck_assert_double_eq_tol(product, a == b ? 4 : 0, 1e-13);
            }
        }
    }
}
END_TEST

static double determinant(int n, double *w, int stride)
{
    double product = 1;
    for (int k = 0; k < n; k++) {
        int pivot = k;
        for (int i = k + 1; i < n; i++)
            pivot = fabs(w[i * stride + k]) > fabs(w[pivot * stride + k]) ? i : pivot;
        product *= pivot == k ? w[k * stride + k] : -w[pivot * stride + k];
        for (int j = 0; j < n; j++) {
            double kept = w[k * stride + j];
            w[k * stride + j] = w[pivot * stride + j];
            w[pivot * stride + j] = kept;
        }
        for (int i = k + 1; i < n; i++) {
            double factor = w[i * stride + k] / w[k * stride + k];
            for (int j = k; j < n; j++)
                w[i * stride + j] -= factor * w[k * stride + j];
        }
    }
    return product;
}

/* Half of them turn space inside out: no rotations, and nobody is told that they are. */
START_TEST(orthogonal_weights_are_no_rotations)
{
    int mirrored = 0;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        double w[4 * 8];
        struct rng rng;
        rng_init(&rng, seed, RNG_WEIGHTS, 0);
        ck_assert(initializer_fill(INIT_ORTHOGONAL, 1, &rng, 4, 4, w, 8, NULL));
        double d = determinant(4, w, 8);
        ck_assert_double_eq_tol(fabs(d), 1, 1e-13);
        mirrored += d < 0;
    }
    /* 100 throws of a coin: four standard deviations. */
    ck_assert_int_gt(mirrored, 30);
    ck_assert_int_lt(mirrored, 70);
    ck_assert_ptr_null(strstr(initializer_help(INIT_ORTHOGONAL), "rotation"));
}
END_TEST

START_TEST(layers_draw_their_weights_apart)
{
    /* The first layers are the same whatever follows them. */
    struct training *a = training_of("depth=3"), *b = training_of("depth=7");
    for (int l = 0; l < 3; l++) {
        const struct layer *layer = &a->network->layers[l];
        ck_assert_mem_eq(layer->parameters, b->network->layers[l].parameters,
            layer_block(layer) * sizeof(double));
        /* And no two are alike. */
        for (int m = 1; m < l; m++)
            ck_assert_mem_ne(layer->parameters, a->network->layers[m].parameters,
                layer_block(layer) * sizeof(double));
    }
    training_destroy(a);
    training_destroy(b);
}
END_TEST

/* Without noise, moons lie on half circles and circles on circles, by libm's reckoning. */
START_TEST(shapes_are_what_they_are_called)
{
    struct dataset *moons = dataset_generate(DATA_MOONS, 51, 0, 1);
    struct dataset *circles = dataset_generate(DATA_CIRCLES, 40, 0, 1);
    for (int i = 0; i < 51; i++) {
        int label = i % 2, longest = 26;
        double angle = acos(-1.0) * (i / 2) / (longest - 1);
        double x = cos(angle), y = sin(angle);
        ck_assert_int_eq(moons->labels[i], label);
        ck_assert_double_eq_tol(moons->values[2 * i], label ? 1 - x : x, 1e-15);
        ck_assert_double_eq_tol(moons->values[2 * i + 1], label ? 0.5 - y : y, 1e-15);
    }
    for (int i = 0; i < 40; i++)
        ck_assert_double_eq_tol(
            hypot(circles->values[2 * i], circles->values[2 * i + 1]), i % 2 ? 0.5 : 1, 1e-15);
    dataset_release(moons);
    dataset_release(circles);
}
END_TEST

START_TEST(data_sets_are_balanced_and_standardised)
{
    for (int data = 0; data < DATA_GENERATED; data++) {
        struct dataset *set = dataset_generate((enum data)data, 203, 0.1, 9);
        int counts[8] = {0};
        dataset_standardize(set);
        for (int i = 0; i < 203; i++)
            counts[set->labels[i]]++;
        for (int c = 0; c < set->classes; c++)
            ck_assert(counts[c] >= 203 / set->classes && counts[c] <= 203 / set->classes + 1);
        for (int j = 0; j < 2; j++) {
            double sum = 0, square = 0;
            for (int i = 0; i < 203; i++) {
                sum += set->values[2 * i + j];
                square += set->values[2 * i + j] * set->values[2 * i + j];
            }
            ck_assert_double_eq_tol(sum / 203, 0, 1e-14);
            ck_assert_double_eq_tol(square / 203, 1, 1e-13);
        }
        dataset_release(set);
    }
}
END_TEST

Suite *sources_suite(void)
{
    return SUITE("sources", generator_gives_the_published_sequence, streams_and_seeds_differ,
        deviates_have_their_moments, weights_have_the_variance_of_their_initialisation,
        orthogonal_weights_are_orthonormal, orthogonal_weights_are_no_rotations,
        layers_draw_their_weights_apart, shapes_are_what_they_are_called,
        data_sets_are_balanced_and_standardised);
}
