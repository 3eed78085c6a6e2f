/* Giving up: whichever question is answered with yes, nothing is lost and no bit changes. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/gradient_check.h"
#include "core/pca.h"
#include "core/product.h"
#include "core/training.h"
#include "suites.h"

/* Says yes from one question on, until it is answered. */
struct countdown {
    long before, asked; /* questions until then, and so far */
};

static bool wanted(void *context)
{
    struct countdown *countdown = context;
    return countdown->asked++ >= countdown->before;
}

static void never_again(struct countdown *countdown)
{
    countdown->before = LONG_MAX;
}

static struct interrupt interrupt_of(struct countdown *countdown)
{
    return (struct interrupt){.wanted = wanted, .context = countdown};
}

static void evaluate(struct training *t, struct countdown *countdown)
{
    while (!training_evaluate(t, true) || !training_clip(t))
        never_again(countdown);
}

/* Three steps, each repeated where it was given up. */
static void train(struct training *t, struct countdown *countdown)
{
    for (int step = 0; step < 3; step++) {
        evaluate(t, countdown);
        while (!training_update(t))
            never_again(countdown);
    }
    evaluate(t, countdown);
}

static void expect_same(const struct training *a, const struct training *b)
{
    ck_assert_uint_eq(a->step, b->step);
    ck_assert_uint_eq(a->optimizer_steps, b->optimizer_steps);
    ck_assert(a->seen.loss == b->seen.loss && a->seen.accuracy == b->seen.accuracy);
    ck_assert_int_eq(a->census.toll.dead, b->census.toll.dead);
    ck_assert_int_eq(a->census.toll.deaths, b->census.toll.deaths);
    for (int l = 0; l < a->network->layer_count; l++) {
        const struct layer *x = &a->network->layers[l], *y = &b->network->layers[l];
        size_t size = layer_block(x) * sizeof(double);
        ck_assert(memcmp(x->parameters, y->parameters, size) == 0);
        ck_assert(memcmp(x->gradients, y->gradients, size) == 0);
        ck_assert(memcmp(x->v, y->v, size) == 0);
        ck_assert(a->seen.layers[l].last_update_ratio.value ==
            b->seen.layers[l].last_update_ratio.value);
        ck_assert(a->seen.layers[l].delta_rms == b->seen.layers[l].delta_rms);
    }
}

START_TEST(a_step_that_is_given_up_anywhere_is_made_again_to_the_same_bits)
{
    static const char *const clips[] = {"value", "norm"};
    char settings[200];
    (void)snprintf(settings, sizeof settings,
        "activation=relu depth=3 width=40 samples=700 batch=20 optimizer=adam lr=0.3 clip=%s "
        "clip_at=0.001",
        clips[_i]);
    struct hparams h = hparams_of(settings);
    struct countdown none = {LONG_MAX, 0};
    struct training *right = training_create(&h, dataset_of(&h), kernels_select(NULL), NULL);
    train(right, &none);
    bool given_up = true;
    for (long k = 0; given_up; k++) {
        struct countdown countdown = {LONG_MAX, 0};
        struct interrupt interrupt = interrupt_of(&countdown);
        struct training *t =
            training_create(&h, dataset_of(&h), kernels_select(NULL), &interrupt);
        countdown = (struct countdown){k, 0};
        train(t, &countdown);
        given_up = countdown.before == LONG_MAX;
        expect_same(t, right);
        training_destroy(t);
        ck_assert(given_up || k > 100);
    }
    training_destroy(right);
}
END_TEST

START_TEST(building_is_given_up_anywhere)
{
    static const char *const settings[] = {
        "depth=2 width=30 init=orthogonal optimizer=adam", "depth=2 width=30 init=he_normal"};
    struct hparams h = hparams_of(settings[_i]);
    struct training *t = NULL;
    long k = 0;
    for (; !t; k++) {
        struct countdown countdown = {k, 0};
        struct interrupt interrupt = interrupt_of(&countdown);
        t = training_create(&h, dataset_of(&h), kernels_select(NULL), &interrupt);
    }
    ck_assert_int_gt(k, 30); /* a row of weights at a time, at least */
    training_destroy(t);
}
END_TEST

START_TEST(long_work_asks_often)
{
    /* 22 MB of parameters, and products of 2 million multiply-adds a sample. */
    struct hparams h =
        hparams_of("depth=3 width=1024 samples=1000 init=constant gain=0.001 clip=value");
    struct countdown countdown = {LONG_MAX, 0};
    struct interrupt interrupt = interrupt_of(&countdown);
    struct training *t = training_create(&h, dataset_of(&h), kernels_select(NULL), &interrupt);
    ck_assert_int_gt(countdown.asked, 2 * 1024); /* a row of weights at a time */
    /* Three passes of products, some ten milliseconds from one question to the next. */
    countdown.asked = 0;
    ck_assert(training_evaluate(t, true));
    ck_assert_int_gt(countdown.asked, (long)(3 * 2.1e6 * 1000 / 4e7));
    countdown.asked = 0;
    ck_assert(training_clip(t));
    ck_assert_int_ge(countdown.asked, 4);
    countdown.asked = 0;
    ck_assert(training_update(t));
    ck_assert_int_ge(countdown.asked, 4);
    training_destroy(t);
}
END_TEST

START_TEST(a_product_in_pieces_has_the_bits_of_one)
{
    enum { ROWS = 40, COLUMNS = 1000, DEPTH = 2600, STRIDE = 1008 };
    double *a = calloc((size_t)ROWS * DEPTH, sizeof *a);
    double *b = calloc((size_t)DEPTH * STRIDE, sizeof *b);
    double *whole = aligned_alloc(64, ROWS * STRIDE * sizeof *whole);
    double *pieces = aligned_alloc(64, ROWS * STRIDE * sizeof *pieces);
    double bias[STRIDE];
    struct rng rng;
    rng_init(&rng, 5, RNG_DATA, 0);
    for (int i = 0; i < ROWS * DEPTH; i++)
        a[i] = rng_normal(&rng);
    for (int i = 0; i < DEPTH * STRIDE; i++)
        b[i] = rng_normal(&rng);
    for (int i = 0; i < STRIDE; i++)
        bias[i] = i;
    for (int n = 0; kernels_name(n); n++) {
        const struct kernels *kernels = kernels_select(kernels_name(n));
        for (int turned = 0; turned < 2; turned++) {
            struct factor factor = {a, turned ? 1 : DEPTH, turned ? ROWS : 1};
            struct countdown countdown = {LONG_MAX, 0};
            struct interrupt interrupt = interrupt_of(&countdown);
            kernels->multiply(
                ROWS, COLUMNS, DEPTH, &factor, b, STRIDE, bias, 0.1, whole, STRIDE);
            ck_assert(product_multiply(kernels, ROWS, COLUMNS, DEPTH, factor, b, STRIDE, bias,
                0.1, pieces, STRIDE, &interrupt));
            ck_assert_int_eq(countdown.asked, 4); /* two of rows, each of two of terms */
            for (int i = 0; i < ROWS; i++)
                ck_assert(memcmp(whole + i * STRIDE, pieces + i * STRIDE,
                              COLUMNS * sizeof *whole) == 0);
            countdown = (struct countdown){2, 0};
            ck_assert(!product_multiply(kernels, ROWS, COLUMNS, DEPTH, factor, b, STRIDE, bias,
                0.1, pieces, STRIDE, &interrupt));
        }
    }
    free(a);
    free(b);
    free(whole);
    free(pieces);
}
END_TEST

/* A whole check, each part repeated where it was given up. */
static struct gradient_check *check(const struct training *t, struct countdown *countdown)
{
    struct check_options options;
    struct gradient_check *made = NULL;
    check_options_init(&options, 1);
    options.epsilon_count = 3;
    options.elements = 6;
    options.with_float = true;
    options.plant = PLANT_SUM;
    while (!(made = gradient_check_create(t, &options)))
        never_again(countdown);
    while (!gradient_check_complete(made)) {
        if (!gradient_check_advance(made) && !gradient_check_complete(made))
            never_again(countdown);
    }
    while (!gradient_check_plant(made, PLANT_TRANSPOSED))
        never_again(countdown);
    return made;
}

START_TEST(a_gradient_check_is_given_up_anywhere)
{
    struct hparams h = hparams_of("activation=relu depth=2 width=8 samples=20");
    struct countdown countdown = {LONG_MAX, 0};
    struct interrupt interrupt = interrupt_of(&countdown);
    struct training *t = training_create(&h, dataset_of(&h), kernels_select(NULL), &interrupt);
    ck_assert(training_evaluate(t, true));
    struct gradient_check *right = check(t, &countdown);
    bool given_up = true;
    for (long k = 0; given_up; k++) {
        countdown = (struct countdown){k, 0};
        struct gradient_check *made = check(t, &countdown);
        given_up = countdown.before == LONG_MAX;
        ck_assert(given_up || k > 100);
        for (int e = 0; e < 3; e++) {
            for (int l = 0; l < 3; l++) {
                const struct check_error *x =
                    gradient_check_error(made, DIFFERENCE_CENTRED, PRECISION_FLOAT, e, l);
                const struct check_error *y =
                    gradient_check_error(right, DIFFERENCE_CENTRED, PRECISION_FLOAT, e, l);
                ck_assert(x->norm_rel_error == y->norm_rel_error && x->kinks == y->kinks);
            }
        }
        gradient_check_destroy(made);
    }
    gradient_check_destroy(right);
    training_destroy(t);
}
END_TEST

/* The training goes with it, which leaks nothing where memory is watched. */
START_TEST(a_check_that_takes_the_training_over_is_given_up_anywhere)
{
    struct hparams h = hparams_of("activation=relu depth=2 width=8 samples=20");
    bool made = false;
    long k = 0;
    for (; !made; k++) {
        struct countdown countdown = {LONG_MAX, 0};
        struct interrupt interrupt = interrupt_of(&countdown);
        struct training *t =
            training_create(&h, dataset_of(&h), kernels_select(NULL), &interrupt);
        struct check_options options;
        check_options_init(&options, 1);
        options.plant = PLANT_SUM;
        ck_assert(training_evaluate(t, true));
        countdown = (struct countdown){k, 0};
        struct gradient_check *check = gradient_check_take_over(t, &options);
        made = check != NULL;
        gradient_check_destroy(check);
    }
    ck_assert_int_ge(k, 10);
}
END_TEST

START_TEST(components_are_given_up_anywhere)
{
    enum { SAMPLES = 500, INPUTS = 60 };
    static double values[SAMPLES * INPUTS];
    struct rng rng;
    rng_init(&rng, 3, RNG_DATA, 0);
    for (int i = 0; i < SAMPLES * INPUTS; i++)
        values[i] = rng_normal(&rng) * (1 + i % INPUTS);
    struct pca pca = {0};
    bool done = false;
    long k = 0;
    for (; !done; k++) {
        struct countdown countdown = {k, 0};
        struct interrupt interrupt = interrupt_of(&countdown);
        done = pca_init(&pca, kernels_select(NULL), values, SAMPLES, INPUTS, &interrupt);
        ck_assert(done == (countdown.asked <= k));
    }
    ck_assert_int_gt(k, 10); /* the mean, the covariance, and each iteration */
    pca_clear(&pca);
}
END_TEST

Suite *interrupt_suite(void)
{
    Suite *suite = SUITE("interrupt", long_work_asks_often,
        a_product_in_pieces_has_the_bits_of_one, a_gradient_check_is_given_up_anywhere,
        a_check_that_takes_the_training_over_is_given_up_anywhere,
        components_are_given_up_anywhere);
    TCase *each = tcase_create("each");
    tcase_set_timeout(each, 120);
    tcase_add_loop_test(
        each, a_step_that_is_given_up_anywhere_is_made_again_to_the_same_bits, 0, 2);
    tcase_add_loop_test(each, building_is_given_up_anywhere, 0, 2);
    suite_add_tcase(suite, each);
    return suite;
}
