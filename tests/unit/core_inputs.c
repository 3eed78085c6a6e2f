/* Data sets that are given: any number of inputs and classes, against plain sums. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/check_verdict.h"
#include "core/probe.h"
#include "core/quantity.h"
#include "suites.h"

enum { SAMPLES = 30 };

/* Of classes; or, of none, with so many numbers to be told. */
static struct dataset *random_data(int inputs, int classes, int targets)
{
    struct dataset *data =
        dataset_create(&(struct data_shape){SAMPLES, inputs, classes, targets, 0});
    struct rng rng;
    ck_assert_ptr_nonnull(data);
    rng_init(&rng, 11, RNG_DATA, 0);
    for (int i = 0; i < SAMPLES * inputs; i++)
        data->values[i] = rng_normal(&rng);
    for (int s = 0; s < SAMPLES; s++)
        data->labels[s] = classes > 0 ? s * 7 % classes : 0;
    for (int i = 0; i < SAMPLES * targets; i++)
        data->targets[i] = 1 + i % targets + 0.7 * rng_normal(&rng);
    return data;
}

static struct training *trained_on(const char *settings, int inputs, int classes, int targets)
{
    struct hparams h = hparams_of(settings);
    struct training *t =
        training_create(&h, random_data(inputs, classes, targets), kernels_select(NULL), NULL);
    ck_assert_ptr_nonnull(t);
    return t;
}

/* Outputs for one sample, tanh between layers. */
static void plain_pass(const struct training *t, int sample, double *o)
{
    double below[64], above[64];
    int n_in = t->data->inputs;
    memcpy(below, t->data->values + sample * n_in, (size_t)n_in * sizeof *below);
    for (int l = 0; l < t->network->layer_count; l++) {
        const struct layer *layer = &t->network->layers[l];
        ck_assert_int_eq(layer->n_in, l == 0 ? t->data->inputs : t->hparams.width);
        for (int j = 0; j < layer->n_out; j++) {
            double z = layer->parameters[layer->n_in * layer->stride + j];
            for (int i = 0; i < layer->n_in; i++)
                z += below[i] * layer->parameters[i * layer->stride + j];
            above[j] = l < t->hparams.depth ? tanh(z) : z;
        }
        memcpy(below, above, sizeof below);
    }
    memcpy(o, below, (size_t)t->network->shape.outputs * sizeof *o);
}

/* The losses as core/loss.h has them, by libm. */
static double plain_loss_of(const struct training *t, const double *o, int sample)
{
    int n = t->network->shape.outputs, label = t->data->labels[sample];
    double sum = 0;
    for (int j = 0; j < n; j++) {
        double target = t->data->targets ? t->data->targets[sample * n + j]
            : n == 1                     ? label
                                         : label == j;
        if (t->criterion.loss == LOSS_MSE)
            sum += (o[j] - target) * (o[j] - target) / n;
        else if (t->criterion.loss == LOSS_BCE)
            sum += (log1p(exp(o[j])) - target * o[j]) / n;
        else
            sum += exp(o[j]);
    }
    return t->criterion.loss == LOSS_SOFTMAX_CE ? log(sum) - o[label] : sum;
}

static double plain_loss(const struct training *t)
{
    double sum = 0, o[64];
    for (int s = 0; s < t->seen.samples; s++) {
        plain_pass(t, t->batch[s], o);
        sum += plain_loss_of(t, o, t->batch[s]);
    }
    return sum / t->seen.samples;
}

/*
 * Centred differences at h = 1e-5: truncation is near h² = 1e-10 of derivatives of order 1,
 * rounding near 1e-16 / h = 1e-11.
 */
static void check_gradient(const struct training *t)
{
    const double h = 1e-5;
    for (int l = 0; l < t->network->layer_count; l++) {
        const struct layer *layer = &t->network->layers[l];
        for (int i = 0; i <= layer->n_in; i++) {
            for (int j = 0; j < layer->n_out; j++) {
                double *w = &layer->parameters[i * layer->stride + j], was = *w;
                *w = was + h;
                double above = plain_loss(t);
                *w = was - h;
                double below = plain_loss(t);
                *w = was;
                ck_assert_double_eq_tol(
                    layer->gradients[i * layer->stride + j], (above - below) / (2 * h), 1e-8);
            }
        }
    }
}

static const struct {
    int inputs, classes;
    const char *settings;
    int targets;
} sets[] = {{4, 3, "depth=2 width=5", 0}, {4, 3, "depth=2 width=5 batch=7", 0},
    {4, 2, "depth=2 width=5", 0}, {1, 2, "depth=1 width=3 batch=11", 0},
    {4, 3, "depth=1 width=6 loss=mse", 0}, {9, 2, "depth=2 width=4 loss=softmax_ce", 0},
    {17, 10, "depth=2 width=8 loss=bce batch=29", 0},
    {3, 4, "depth=2 width=40 optimizer=adam", 0}, {1, 0, "depth=2 width=7", 1},
    {5, 0, "depth=2 width=9 loss=mse batch=8", 3}};

static struct training *trained(int set)
{
    char settings[120];
    (void)snprintf(
        settings, sizeof settings, "activation=tanh bias=0.1 lr=0.1 %s", sets[set].settings);
    return trained_on(settings, sets[set].inputs, sets[set].classes, sets[set].targets);
}

START_TEST(loss_and_gradient_are_those_of_plain_sums)
{
    struct training *t = trained(_i);
    training_go(t, 3);
    ck_assert_int_eq(t->network->shape.inputs, sets[_i].inputs);
    ck_assert_double_eq_tol(t->seen.loss, plain_loss(t), 1e-12);
    check_gradient(t);
    training_destroy(t);
}
END_TEST

static void run_in_turn(void *pool, int count, work_fn *work, void *context)
{
    int *runs = pool;
    ++*runs;
    for (int i = 0; i < count; i++)
        work(context, i, count);
}

/* The best constant answers numbers by their means, at the price of their variance;
 * standardized that is 1 of each. */
START_TEST(numbers_cost_their_variance)
{
    struct dataset *data = random_data(2, 0, 3);
    double sums[3] = {0}, squares[3] = {0}, variance = 0, before[SAMPLES * 3];
    memcpy(before, data->targets, sizeof before);
    for (int i = 0; i < SAMPLES * 3; i++)
        sums[i % 3] += before[i] / SAMPLES;
    for (int i = 0; i < SAMPLES * 3; i++)
        squares[i % 3] += (before[i] - sums[i % 3]) * (before[i] - sums[i % 3]) / SAMPLES;
    for (int j = 0; j < 3; j++)
        variance += squares[j] / 3;
    struct criterion linear = {LOSS_MSE, OUTPUT_LINEAR, data->labels, data->targets};
    struct criterion bent = {LOSS_MSE, OUTPUT_SIGMOID, data->labels, data->targets};
    ck_assert_double_eq_tol(loss_constant(&linear, SAMPLES, 3), variance, 1e-13);
    /* A sigmoid answers at most 1, where the means are near 1, 2 and 3. */
    for (int j = 0; j < 3; j++) {
        double over = sums[j] > 1 ? sums[j] - 1 : 0;
        variance += over * over / 3;
    }
    ck_assert_double_eq_tol(loss_constant(&bent, SAMPLES, 3), variance, 1e-13);
    dataset_standardize(data);
    dataset_standardize(data); /* again: what has been done adds up */
    ck_assert_double_eq_tol(loss_constant(&linear, SAMPLES, 3), 1, 1e-13);
    for (int i = 0; i < SAMPLES * 3; i++) {
        const struct target *info = &data->target_info[i % 3];
        ck_assert_double_eq_tol(info->mean + info->scale * data->targets[i], before[i], 1e-13);
    }
    dataset_release(data);
}
END_TEST

START_TEST(surveys_and_probes_take_all_inputs)
{
    struct training *t = trained(_i % (int)ARRAY_LEN(sets));
    int runs = 0;
    struct workers three = {.count = 3, .run = run_in_turn, .pool = &runs, .least_share = 1};
    if (_i >= (int)ARRAY_LEN(sets))
        t->network->workers = &three;
    struct probe probe = {0};
    double outputs[SAMPLES * 64], o[64];
    int right = 0, n = t->network->shape.outputs;
    training_go(t, 3);
    ck_assert(probe_run(&probe, t->network, t->data->values, SAMPLES, outputs, NULL, NULL));
    for (int s = 0; s < SAMPLES; s++) {
        plain_pass(t, s, o);
        for (int j = 0; j < n; j++)
            ck_assert_double_eq_tol(outputs[s * n + j], o[j], 1e-13);
        ck_assert_int_eq(t->predicted[s], loss_predict(&t->criterion, o, n));
        right += t->predicted[s] == t->data->labels[s];
    }
    if (t->data->targets)
        ck_assert(!quantity_told(&t->seen, QUANTITY_ACCURACY));
    else
        ck_assert_double_eq_tol(t->seen.accuracy, (double)right / SAMPLES, 1e-15);
    ck_assert((runs > 0) == (_i >= (int)ARRAY_LEN(sets)));
    probe_clear(&probe);
    training_destroy(t);
}
END_TEST

START_TEST(the_gradient_check_passes_in_either_precision)
{
    struct training *t = trained(_i);
    struct check_options options;
    training_go(t, 2);
    check_options_init(&options, 1);
    options.with_float = true;
    struct gradient_check *check = gradient_check_create(t, &options);
    ck_assert_ptr_nonnull(check);
    while (gradient_check_advance(check))
        ;
    ck_assert(gradient_check_complete(check));
    for (int p = 0; p < 2; p++) {
        for (int l = 0; l < t->network->layer_count; l++) {
            struct verdict v = check_verdict(
                check, DIFFERENCE_CENTRED, p ? PRECISION_FLOAT : PRECISION_DOUBLE, l);
            ck_assert_msg(verdict_passes(v.kind), "layer %d: %s", l + 1, verdict_name(v.kind));
        }
    }
    gradient_check_destroy(check);
    training_destroy(t);
}
END_TEST

/* As test_memory counts, but of what is said beforehand alone. */
START_TEST(sizes_said_beforehand_are_those_of_the_data)
{
    struct hparams h = hparams_of("depth=2 width=8 samples=5 data=moons");
    struct data_shape two = {1000, 2, 2, 0, 0}, many = {1000, 784, 10, 0, 0};
    struct network_shape shape = training_shape(&h, many);
    ck_assert_int_eq(shape.inputs, 784);
    ck_assert_int_eq(shape.outputs, 10);
    ck_assert_int_eq(shape.batch, 1000);
    double more = (double)training_bytes(&h, many, (struct signals){0, 0}) -
        (double)training_bytes(&h, two, (struct signals){0, 0});
    /* The data and the batch, parameters and gradients of the first layer; padded. */
    double least = 782.0 * (2 * 1000 + 2 * 8) * sizeof(double);
    ck_assert_double_ge(more, least * 0.99);
    ck_assert_double_le(more, least * 1.2);
    struct data_shape own = data_shape_of(&h);
    ck_assert(own.samples == 5 && own.inputs == 2 && own.classes == 2);
    struct check_options options;
    check_options_init(&options, 1);
    ck_assert(gradient_check_bytes(&h, many, &options) >
        gradient_check_bytes(&h, two, &options) + 782 * 8 * sizeof(double));
}
END_TEST

START_TEST(what_describes_generated_data_is_not_read)
{
    struct hparams h = hparams_of("depth=2 width=6 samples=40 data=spirals batch=9"), other = h;
    struct dataset *data = dataset_of(&h);
    other.samples = 7;
    other.data = DATA_BLOBS;
    other.noise = 3;
    other.standardize = !h.standardize;
    struct training *a = training_create(&h, dataset_share(data), kernels_select(NULL), NULL);
    struct training *b = training_create(&other, data, kernels_select(NULL), NULL);
    training_go(a, 12);
    training_go(b, 12);
    ck_assert(a->seen.loss == b->seen.loss && a->seen.accuracy == b->seen.accuracy);
    ck_assert(a->seen.layers[0].delta_rms == b->seen.layers[0].delta_rms);
    training_destroy(a);
    training_destroy(b);
}
END_TEST

/* A sanitizer sees a data set that is freed too early, twice, or never. */
START_TEST(a_shared_data_set_lives_as_long_as_the_last_training)
{
    struct hparams h = hparams_of("depth=1 width=4");
    struct dataset *data = random_data(4, 3, 0);
    struct training *a = training_create(&h, dataset_share(data), kernels_select(NULL), NULL);
    struct training *b = training_create(&h, dataset_share(data), kernels_select(NULL), NULL);
    ck_assert(a->data == data && b->data == data);
    dataset_release(data);
    training_destroy(a);
    training_go(b, 2);
    training_destroy(b);
    ck_assert_ptr_null(training_create(&h, NULL, kernels_select(NULL), NULL));
    dataset_release(NULL);
}
END_TEST

Suite *inputs_suite(void)
{
    Suite *suite = SUITE("inputs", numbers_cost_their_variance,
        sizes_said_beforehand_are_those_of_the_data, what_describes_generated_data_is_not_read,
        a_shared_data_set_lives_as_long_as_the_last_training);
    TCase *each = tcase_create("sets");
    tcase_set_timeout(each, 120);
    tcase_add_loop_test(
        each, loss_and_gradient_are_those_of_plain_sums, 0, (int)ARRAY_LEN(sets));
    tcase_add_loop_test(each, surveys_and_probes_take_all_inputs, 0, 2 * (int)ARRAY_LEN(sets));
    tcase_add_loop_test(
        each, the_gradient_check_passes_in_either_precision, 0, (int)ARRAY_LEN(sets));
    suite_add_tcase(suite, each);
    return suite;
}
