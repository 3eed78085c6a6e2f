/* The survey: what it counts, by plain loops, and that it is not taken where nobody asks. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"

/* Workers one after the other, the last first: no order counts. */
static void run_in_turn(void *pool, int count, work_fn *work, void *context)
{
    int *runs = pool;
    for (int i = count - 1; i >= 0; i--)
        work(context, i, count);
    ++*runs;
}

static void go(struct training *t, int steps)
{
    for (int i = 0; i < steps; i++) {
        ck_assert(training_evaluate(t, false));
        training_clip(t);
        training_update(t);
    }
}

/* z and a of every sample of the data set by plain loops; activations are relu's or tanh's. */
static void plain_units(const struct training *t, int s, bool relu, double *a)
{
    double z[64];
    int n_in = t->data->inputs;
    memcpy(a, t->data->values + (ptrdiff_t)s * n_in, (size_t)n_in * sizeof *a);
    for (int l = 0; l < t->network->layer_count; l++) {
        const struct layer *layer = &t->network->layers[l];
        const double *w = layer->parameters;
        for (int o = 0; o < layer->n_out; o++) {
            z[o] = w[layer->n_in * layer->stride + o];
            for (int i = 0; i < layer->n_in; i++)
                z[o] += w[i * layer->stride + o] * a[l > 0 ? 64 * (l - 1) + i : i];
        }
        for (int o = 0; o < layer->n_out; o++)
            a[64 * l + o] = l == t->network->shape.depth ? z[o]
                : relu                                   ? fmax(z[o], 0)
                                                         : tanh(z[o]);
    }
}

/* What a survey finds, against that; `a` is one row of 64 for each layer. */
static void check_survey(const struct training *t, bool relu)
{
    int active[3][64] = {{0}}, right = 0;
    double peaks[3][64] = {{0}};
    for (int s = 0; s < t->data->samples; s++) {
        double a[4 * 64];
        plain_units(t, s, relu, a);
        for (int i = 0; i < 3 * 64; i++) {
            bool unit = i % 64 < t->census.width;
            active[i / 64][i % 64] += unit && a[i] != 0;
            peaks[i / 64][i % 64] = unit ? fmax(peaks[i / 64][i % 64], a[i]) : 0;
        }
        int class = a[3 * 64] > 0;
        ck_assert_int_eq(t->predicted[s], class);
        right += class == t->data->labels[s];
    }
    ck_assert(t->seen.accuracy == (double)right / t->data->samples);
    for (int l = 0; l < 3; l++) {
        int dead = 0, rare = 0;
        for (int j = 0; j < t->census.width; j++) {
            const struct unit_record *unit = &t->census.units[l * t->census.width + j];
            ck_assert_int_eq(unit->active, relu ? active[l][j] : t->data->samples);
            dead += relu && active[l][j] == 0;
            rare += relu && active[l][j] > 0 && 100 * active[l][j] < t->data->samples;
            if (relu && unit->alive_at == (int64_t)t->step)
                ck_assert_double_eq_tol(unit->peak, peaks[l][j], 1e-12 * peaks[l][j]);
        }
        ck_assert_int_eq(t->seen.layers[l].dead, dead);
        ck_assert_int_eq(t->seen.layers[l].rare, rare);
    }
}

/* Batches of every size, many chunks and a rest; alone and with workers that share them. */
START_TEST(a_survey_counts_what_plain_loops_do)
{
    static const int batches[] = {1, 7, 100, 1030};
    char settings[128];
    for (int i = 0; i < 8; i++) {
        bool relu = i % 2;
        (void)snprintf(settings, sizeof settings,
            "depth=3 width=20 samples=1033 lr=0.5 activation=%s init=he_normal batch=%d",
            relu ? "relu" : "tanh", batches[i / 2]);
        struct training *t = training_of(settings);
        int runs = 0;
        struct workers three = {.count = 3, .run = run_in_turn, .pool = &runs};
        t->network->workers = i >= 4 ? &three : NULL;
        ck_assert(training_evaluate(t, false));
        ck_assert(t->seen.surveyed && t->seen.survey_step == 0);
        check_survey(t, relu);
        go(t, 2);
        ck_assert(training_evaluate(t, false));
        if (t->step % training_epoch_steps(t) != 0) {
            /* In the middle of an epoch it is not taken; the last one stays. */
            ck_assert(!t->seen.surveyed);
            double loss = t->seen.loss, delta = t->seen.layers[0].delta_rms;
            int64_t deaths = t->census.toll.deaths;
            ck_assert(training_survey(t) && t->seen.surveyed);
            ck_assert(t->seen.loss == loss && t->seen.layers[0].delta_rms == delta);
            ck_assert_int_eq(t->census.toll.deaths, deaths);
            check_survey(t, relu);
        }
        ck_assert_int_eq(runs > 0, i >= 4);
        training_destroy(t);
    }
}
END_TEST

/* What is held out, by plain loops: losses of two classes from one logit o. */
static void check_test(const struct training *t, bool relu)
{
    int n = t->data->test, right = 0;
    double sum = 0, square = 0, *losses = calloc((size_t)n, sizeof *losses);
    ck_assert_ptr_nonnull(losses);
    for (int i = 0; i < n; i++) {
        double a[4 * 64];
        int s = t->data->samples + i, label = t->data->labels[s];
        plain_units(t, s, relu, a);
        double o = a[3 * 64];
        losses[i] = log1p(exp(label ? -o : o));
        sum += losses[i];
        ck_assert_int_eq(t->predicted[s], o > 0);
        right += (o > 0) == label;
    }
    for (int i = 0; i < n; i++)
        square += pow(losses[i] - sum / n, 2);
    ck_assert_double_eq_tol(t->seen.test_loss, sum / n, 1e-12 * sum / n);
    ck_assert(t->seen.test_accuracy == (double)right / n);
    if (n == 1)
        ck_assert(isinf(t->seen.test_error));
    else
        ck_assert_double_eq_tol(
            t->seen.test_error, sqrt(square / (n - 1) / n), 1e-11 * t->seen.test_error);
    free(losses);
}

/* The batch the whole set or part of it, one held out or most; alone and with workers, which
 * change no bit. */
START_TEST(what_is_held_out_is_surveyed_with_the_rest)
{
    static const struct {
        const char *settings;
        int test;
    } cases[] = {{"", 310}, {"batch=50", 310}, {"test=0.0001 batch=50", 1}, {"test=0.9", 930}};
    for (size_t i = 0; i < 2 * ARRAY_LEN(cases); i++) {
        bool relu = i % 2;
        char settings[160];
        (void)snprintf(settings, sizeof settings,
            "depth=3 width=20 samples=1033 lr=0.3 test=0.3 activation=%s init=he_normal %s",
            relu ? "relu" : "tanh", cases[i / 2].settings);
        struct training *t = training_of(settings), *shared = training_of(settings);
        int runs = 0;
        struct workers three = {.count = 3, .run = run_in_turn, .pool = &runs};
        shared->network->workers = &three;
        ck_assert_int_eq(t->data->test, cases[i / 2].test);
        for (int step = 0; step < 3; step++) {
            ck_assert(training_evaluate(t, true) && training_evaluate(shared, true));
            check_test(t, relu);
            check_survey(t, relu);
            ck_assert(t->seen.test_loss == shared->seen.test_loss &&
                (t->seen.test_error == shared->seen.test_error) &&
                t->seen.test_accuracy == shared->seen.test_accuracy);
            training_clip(t);
            training_clip(shared);
            training_update(t);
            training_update(shared);
        }
        training_destroy(t);
        training_destroy(shared);
    }
}
END_TEST

/* Surveys that steps have taken by themselves. */
static int surveys_of(struct training *t, int steps)
{
    int taken = 0;
    for (int i = 0; i < steps; i++) {
        ck_assert(training_evaluate(t, false));
        taken += t->seen.surveyed;
        ck_assert(!t->seen.surveyed || t->seen.survey_step == t->step);
        training_clip(t);
        training_update(t);
    }
    return taken;
}

START_TEST(a_survey_is_taken_where_somebody_asks_and_nowhere_else)
{
    static const char *const settings[] = {"activation=relu depth=3 samples=100 batch=10",
        "activation=relu depth=3 samples=100", "depth=3 samples=100 batch=30"};
    static const int expected[] = {3, 30, 8};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct training *recording = training_of(settings[i]), *bare = training_of(settings[i]);
        training_record_deaths(bare, false);
        ck_assert_int_eq(surveys_of(recording, 30), expected[i]);
        ck_assert_int_eq(surveys_of(bare, 30), 0);
        ck_assert_int_eq(bare->census.toll.deaths, 0);
        for (int l = 0; l < 4; l++)
            ck_assert_mem_eq(bare->network->layers[l].parameters,
                recording->network->layers[l].parameters,
                layer_block(&bare->network->layers[l]) * sizeof(double));
        /* Asked for, it is that of the other one. */
        ck_assert(training_evaluate(bare, true) && training_evaluate(recording, true));
        ck_assert(bare->seen.surveyed && bare->seen.accuracy == recording->seen.accuracy);
        ck_assert_int_eq(bare->census.toll.dead, recording->census.toll.dead);
        training_destroy(recording);
        training_destroy(bare);
    }
}
END_TEST

static bool wanted_later(void *context)
{
    int *left = context;
    return (*left)-- <= 0;
}

START_TEST(a_survey_that_is_given_up_leaves_the_last_one)
{
    for (int before = 0; before < 30; before += 3) {
        int left = 1 << 30;
        struct hparams h = hparams_of("activation=relu depth=3 samples=2000 batch=50 lr=0.5");
        struct interrupt interrupt = {.wanted = wanted_later, .context = &left};
        struct training *t =
            training_create(&h, dataset_of(&h), kernels_select(NULL), &interrupt);
        int predicted[2000];
        training_watch_unit(t, 2, 5);
        go(t, 4);
        ck_assert(training_evaluate(t, false) && !t->seen.surveyed);
        double accuracy = t->seen.accuracy, z = t->survey.seen.z[7];
        memcpy(predicted, t->predicted, sizeof predicted);
        left = before;
        ck_assert(!training_survey(t) && !t->seen.surveyed);
        ck_assert(t->seen.accuracy == accuracy && t->seen.survey_step == 0);
        ck_assert(t->survey.seen.z[7] == z);
        ck_assert_mem_eq(t->predicted, predicted, sizeof predicted);
        left = 1 << 30;
        ck_assert(training_survey(t) && t->seen.surveyed);
        ck_assert(t->survey.seen.z[7] != z);
        training_destroy(t);
    }
}
END_TEST

START_TEST(peaks_are_of_one_survey_alone)
{
    struct training *t = training_of(
        "activation=relu init=he_normal depth=3 width=20 samples=1033 batch=100 lr=0");
    struct layer *layer = &t->network->layers[0];
    ck_assert(training_evaluate(t, false) && t->seen.surveyed);
    check_survey(t, true);
    go(t, 1);
    /* Whatever it was before, it is half of that now. */
    for (size_t i = 0; i < layer_block(layer); i++)
        layer->parameters[i] /= 2;
    go(t, (int)training_epoch_steps(t) - 1);
    ck_assert(training_evaluate(t, false) && t->seen.surveyed);
    check_survey(t, true);
    training_destroy(t);
}
END_TEST

Suite *survey_suite(void)
{
    return SUITE("survey", a_survey_counts_what_plain_loops_do,
        what_is_held_out_is_surveyed_with_the_rest, peaks_are_of_one_survey_alone,
        a_survey_is_taken_where_somebody_asks_and_nowhere_else,
        a_survey_that_is_given_up_leaves_the_last_one);
}
