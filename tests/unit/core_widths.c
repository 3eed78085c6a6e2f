/* Layers of different widths, a bent output, drawn biases, scaled inputs: against plain loops.
 */
#include <math.h>
#include <string.h>

#include "core/state.h"
#include "core/training.h"
#include "suites.h"

/* The text that a list comes to, and its depth and widest layer. */
static void check_list(const char *set, const char *text, int depth, int widest)
{
    struct hparams h = hparams_of(set);
    char written[64];
    hparam_format(&h, hparam_find("width", NULL), written, sizeof written);
    ck_assert_str_eq(written, text);
    ck_assert_int_eq(h.depth, depth);
    ck_assert_int_eq(h.width, widest);
    struct hparams again;
    hparams_init(&again);
    ck_assert(hparam_set(&again, hparam_find("depth", NULL), "7", NULL));
    char number[16];
    (void)snprintf(number, sizeof number, "%d", depth);
    ck_assert(hparam_set(&again, hparam_find("depth", NULL), number, NULL));
    ck_assert(hparam_set(&again, hparam_find("width", NULL), written, NULL));
    ck_assert(memcmp(&again, &h, sizeof h) == 0);
}

START_TEST(lists_have_one_form)
{
    check_list("width=5,10,5", "5,10,5", 3, 10);
    check_list("width=5-10-5", "5,10,5", 3, 10);
    check_list("width=8x3,4", "8x3,4", 4, 8);
    check_list("width=8,8,8,4,4", "8x3,4,4", 5, 8);
    check_list("width=8,8,8", "8", 3, 8);
    check_list("width=7x1", "7", 1, 7);
    check_list("width=5,10,5 width=32", "32", 3, 32);
    /* Another depth takes the first ones or repeats the last. */
    check_list("width=5,10,7 depth=5", "5,10,7x3", 5, 10);
    check_list("width=5,10,7 depth=2", "5,10", 2, 10);
    check_list("width=5,10,7 depth=1", "5", 1, 5);
    check_list("width=1,2x255", "1,2x255", 256, 2);
}
END_TEST

START_TEST(lists_step_along_the_ladder)
{
    const struct hparam *row = hparam_find("width", NULL);
    struct hparams h = hparams_of("width=5,10,5"), plain = hparams_of("depth=3");
    char text[64];
    ck_assert(!hparam_equal(&h, &plain, row) && hparams_rebuild(&h, &plain));
    hparam_step(&h, row, 1);
    hparam_format(&h, row, text, sizeof text);
    ck_assert_str_eq(text, "8,16,8");
    for (int i = 0; i < 9; i++)
        hparam_step(&h, row, -1);
    hparam_format(&h, row, text, sizeof text);
    ck_assert_str_eq(text, "1");
    /* Of lists as wide as each other at their widest. */
    struct hparams a = hparams_of("width=5,10,5"), b = hparams_of("width=10,5,5");
    ck_assert(!hparam_equal(&a, &b, row) && !hparams_equal(&a, &b));
    struct hparams sized = hparams_of("width=5,10,5");
    hparams_sizes(&sized, text, sizeof text);
    ck_assert_str_eq(text, "5,10,5");
    sized = hparams_of("width=100,200,300,400");
    hparams_sizes(&sized, text, sizeof text);
    ck_assert_str_eq(text, "4×100..400");
}
END_TEST

START_TEST(wrong_lists_are_refused)
{
    static const char *const texts[] = {"5,,5", ",5", "5,", "5,0", "5,1025", "5,10,5x", "x3",
        "5x0", "5x257", "5x200,6x57", "5,a", "5, 6", "5,10.5", "-5,3",
        "5,99999999999999999999"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct hparams h = hparams_of("width=3,4"), before = h;
        struct error error = {.text = ""};
        ck_assert_msg(
            !hparam_set(&h, hparam_find("width", NULL), texts[i], &error), "%s", texts[i]);
        ck_assert(memcmp(&h, &before, sizeof h) == 0);
        ck_assert_msg(strstr(error.text, "width") != NULL, "%s", error.text);
    }
    char longer[200] = "1";
    for (int i = 0; i < 30; i++)
        (void)strcat(longer, i % 2 ? ",1" : ",200");
    struct hparams h;
    struct error error;
    hparams_init(&h);
    ck_assert(!hparam_set(&h, hparam_find("width", NULL), longer, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "63 characters"));
}
END_TEST

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

static double phi(enum activation activation, double z)
{
    return activation == ACTIVATION_RELU ? (z > 0 ? z : 0) : sigmoid(z);
}

static double slope(enum activation activation, double z)
{
    double a = sigmoid(z);
    return activation == ACTIVATION_RELU ? z > 0 : a * (1 - a);
}

static const char *const nets[] = {"width=5,20,3 samples=40",
    "width=20,3,9,9,30 activation=relu init=he_normal bias=-0.2 samples=50",
    "width=20,3,9,9,30 activation=relu init=he_normal bias=-0.2 bias_std=0.5 samples=50 "
    "batch=16",
    "width=3,40 output=sigmoid data=blobs samples=33",
    "width=9,2,17 output=sigmoid activation=relu init=he_normal data=corners batch=7 "
    "samples=44 input_scale=3 input_offset=1",
    "width=70,130,5 samples=80 activation=relu init=he_normal",
    "width=8,5,19,10 samples=76 activation=relu init=orthogonal bias=1 batch=30"};

/* z of every layer and unit, of one sample; and δ by the definitions. */
struct plain {
    double z[8][140], delta[8][140];
};

static void plain_pass(const struct training *t, int sample, struct plain *p)
{
    const struct network *net = t->network;
    int depth = net->shape.depth, outputs = net->shape.outputs;
    double below[140];
    memcpy(below, t->data->values + (ptrdiff_t)sample * 2, 2 * sizeof *below);
    for (int l = 0; l <= depth; l++) {
        const struct layer *layer = &net->layers[l];
        for (int j = 0; j < layer->n_out; j++) {
            p->z[l][j] = layer->parameters[layer->n_in * layer->stride + j];
            for (int i = 0; i < layer->n_in; i++)
                p->z[l][j] += below[i] * layer->parameters[i * layer->stride + j];
        }
        for (int j = 0; j < layer->n_out; j++)
            below[j] = phi(net->activation, p->z[l][j]);
    }
    bool bent = t->hparams.output == OUTPUT_SIGMOID;
    for (int j = 0; j < outputs; j++) {
        double z = p->z[depth][j], target = loss_target(&t->criterion, sample, outputs, j);
        p->delta[depth][j] = bent
            ? 2 * (sigmoid(z) - target) * sigmoid(z) * (1 - sigmoid(z)) / outputs
            : (sigmoid(z) - target) / outputs;
    }
    for (int l = depth - 1; l >= 0; l--) {
        const struct layer *above = &net->layers[l + 1];
        for (int i = 0; i < above->n_in; i++) {
            double back = 0;
            for (int j = 0; j < above->n_out; j++)
                back += p->delta[l + 1][j] * above->parameters[i * above->stride + j];
            p->delta[l][i] = back * slope(net->activation, p->z[l][i]);
        }
    }
}

static void check_census(const struct training *t)
{
    static int active[8][140];
    static struct plain p;
    int64_t dead = 0, units = 0;
    memset(active, 0, sizeof active);
    for (int s = 0; s < t->data->samples; s++) {
        plain_pass(t, s, &p);
        for (int l = 0; l < t->network->shape.depth; l++) {
            for (int j = 0; j < t->network->layers[l].n_out; j++)
                active[l][j] += p.z[l][j] > 0;
        }
    }
    for (int l = 0; l < t->network->shape.depth; l++) {
        int here = 0;
        for (int j = 0; j < t->network->layers[l].n_out; j++)
            here += active[l][j] == 0;
        ck_assert_int_eq(t->seen.layers[l].dead, here);
        ck_assert_int_eq(t->seen.layers[l].units, hparams_width(&t->hparams, l));
        dead += here;
        units += t->network->layers[l].n_out;
    }
    ck_assert_int_eq(t->seen.toll.dead, dead);
    ck_assert_int_eq(t->seen.toll.units, units);
}

/* Each step: signals, saturation and dead units by the definitions; 1e-12 of sums of at most
 * 140 terms near 1. */
START_TEST(layers_of_any_width_are_those_of_plain_loops)
{
    struct training *t = training_of(nets[_i]);
    static struct plain p;
    ck_assert(training_keep_signals(t, (struct signals){SIGNALS_BOTH, 0}));
    for (int step = 0; step < 4; step++) {
        double squares[8] = {0}, flat = 0, pairs = 0, loss = 0;
        ck_assert(training_evaluate(t, true));
        for (int s = 0; s < t->seen.samples; s++) {
            plain_pass(t, t->batch[s], &p);
            loss += loss_sample(&t->criterion, p.z[t->network->shape.depth],
                        t->network->shape.outputs, t->batch[s], NULL) /
                t->seen.samples;
            for (int l = 0; l < t->network->layer_count; l++) {
                const struct layer *layer = &t->network->layers[l];
                for (int j = 0; j < layer->n_out; j++) {
                    ptrdiff_t at = s * layer->stride + j;
                    ck_assert_double_eq_tol(layer->z[at], p.z[l][j], 1e-11);
                    ck_assert_double_eq_tol(layer->delta[at], p.delta[l][j], 1e-12);
                    squares[l] += p.delta[l][j] * p.delta[l][j];
                    bool hidden = l < t->network->shape.depth;
                    pairs += hidden;
                    flat += hidden && slope(ACTIVATION_SIGMOID, p.z[l][j]) < 0.0125;
                }
            }
        }
        ck_assert_double_eq_tol(t->seen.loss, loss, 1e-12);
        for (int l = 0; l < t->network->layer_count; l++) {
            double norm = sqrt(squares[l] / t->seen.samples);
            ck_assert_double_eq_tol(t->seen.layers[l].signal, norm, 1e-12);
            ck_assert_double_eq_tol(
                t->seen.layers[l].delta_rms, norm / sqrt(t->network->layers[l].n_out), 1e-12);
        }
        if (t->network->activation == ACTIVATION_RELU)
            check_census(t);
        else
            ck_assert_double_eq_tol(t->seen.saturated, flat / pairs, 1e-12);
        ck_assert(training_clip(t) && training_update(t));
    }
    training_destroy(t);
}
END_TEST

/* What kernels leave beside the units of a narrower layer is no part of a state. */
START_TEST(the_state_is_the_same_under_every_instruction_set)
{
    uint64_t first = 0;
    for (int set = 0; kernels_name(set); set++) {
        const struct kernels *kernels = kernels_select(kernels_name(set));
        struct hparams h = hparams_of(nets[_i]);
        struct training *t = training_create(&h, dataset_of(&h), kernels, NULL);
        ck_assert_ptr_nonnull(t);
        training_go(t, 4);
        uint64_t digest = state_digest(t, STATE_COMPUTED | STATE_NOTED);
        first = set == 0 ? digest : first;
        ck_assert_uint_eq(digest, first);
        training_destroy(t);
    }
}
END_TEST

START_TEST(a_bent_output_is_the_sigmoid_of_its_z)
{
    struct training *t = training_of("width=4,6 output=sigmoid data=blobs samples=30 gain=3");
    ck_assert(training_evaluate(t, true));
    const struct layer *output = &t->network->layers[2];
    double mean = 0;
    int right = 0;
    ck_assert(t->criterion.loss == LOSS_MSE && output->a != output->z);
    for (int s = 0; s < 30; s++) {
        int best = 0;
        for (int j = 0; j < 4; j++) {
            double a = output->a[s * output->stride + j];
            ck_assert_double_eq_tol(a, sigmoid(output->z[s * output->stride + j]), 1e-15);
            mean += a / 120;
            best = a > output->a[s * output->stride + best] ? j : best;
        }
        right += best == t->data->labels[t->batch[s]];
    }
    ck_assert_double_eq_tol(t->seen.layers[2].act_mean, mean, 1e-14);
    ck_assert_double_eq_tol(t->seen.accuracy, right / 30.0, 1e-15);
    training_destroy(t);
}
END_TEST

START_TEST(an_output_that_fits_no_loss_is_refused)
{
    struct error error;
    static const char *const refused[] = {
        "output=sigmoid loss=bce", "output=sigmoid loss=softmax_ce"};
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        struct hparams h = hparams_of(refused[i]);
        ck_assert(!hparams_agree(&h, &error));
        ck_assert_ptr_nonnull(strstr(error.text, i == 0 ? "its sigmoid in it" : "its softmax"));
    }
    static const char *const taken[] = {
        "output=sigmoid", "output=sigmoid loss=mse", "loss=bce"};
    for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
        struct hparams h = hparams_of(taken[i]);
        ck_assert(hparams_agree(&h, &error));
    }
    struct hparams h = hparams_of("loss=bce");
    struct data_shape numbers = {.samples = 10, .inputs = 1, .targets = 1};
    ck_assert(!training_agrees(&h, numbers, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "numbers to be told: loss mse"));
}
END_TEST

/* 3000 draws: mean within 5 / √3000, deviation within 5 / √6000 of 1, a chance of 1e-6. */
START_TEST(biases_are_drawn_and_nothing_else_is)
{
    struct training *drawn = training_of("depth=6 width=500 samples=4 bias=2 bias_std=3");
    struct training *plain = training_of("depth=6 width=500 samples=4 bias=2");
    double sum = 0, square = 0;
    for (int l = 0; l < 7; l++) {
        const struct layer *a = &drawn->network->layers[l], *b = &plain->network->layers[l];
        size_t weights = (size_t)a->n_in * (size_t)a->stride;
        ck_assert(memcmp(a->parameters, b->parameters, weights * sizeof(double)) == 0);
        for (int j = 0; j < a->n_out; j++) {
            double bias = a->parameters[weights + (size_t)j];
            ck_assert_double_eq(b->parameters[weights + (size_t)j], l < 6 ? 2 : 0);
            if (l == 6)
                ck_assert_double_eq(bias, 0);
            else
                sum += (bias - 2) / 3;
            square += l < 6 ? (bias - 2) * (bias - 2) / 9 : 0;
        }
    }
    ck_assert_double_eq_tol(sum / 3000, 0, 5 / sqrt(3000));
    ck_assert_double_eq_tol(sqrt(square / 3000), 1, 5 / sqrt(6000));
    ck_assert(memcmp(drawn->data->values, plain->data->values, 8 * sizeof(double)) == 0);
    training_destroy(drawn);
    training_destroy(plain);
}
END_TEST

START_TEST(corners_are_exact_and_inputs_scaled)
{
    static const double corners[4][2] = {{-1, -1}, {-1, 1}, {1, 1}, {1, -1}};
    struct hparams h = hparams_of("data=corners samples=10 noise=0 standardize=off");
    struct dataset *set = dataset_of(&h);
    for (int i = 0; i < 10; i++) {
        ck_assert_double_eq(set->values[2 * i], corners[i % 4][0]);
        ck_assert_double_eq(set->values[2 * i + 1], corners[i % 4][1]);
        ck_assert_int_eq(set->labels[i], set->values[2 * i] != set->values[2 * i + 1]);
    }
    dataset_release(set);
    /* Standardized they are what they were, where each is there as often as the others. */
    h = hparams_of("data=corners samples=4 noise=0 input_scale=127.5 input_offset=127.5");
    set = dataset_of(&h);
    for (int i = 0; i < 8; i++)
        ck_assert_double_eq(set->values[i], corners[i / 2][i % 2] < 0 ? 0 : 255);
    dataset_release(set);
}
END_TEST

Suite *widths_suite(void)
{
    Suite *suite = SUITE("widths", lists_have_one_form, lists_step_along_the_ladder,
        wrong_lists_are_refused, a_bent_output_is_the_sigmoid_of_its_z,
        an_output_that_fits_no_loss_is_refused, biases_are_drawn_and_nothing_else_is,
        corners_are_exact_and_inputs_scaled);
    TCase *each = tcase_create("each");
    tcase_add_loop_test(
        each, layers_of_any_width_are_those_of_plain_loops, 0, (int)ARRAY_LEN(nets));
    tcase_add_loop_test(
        each, the_state_is_the_same_under_every_instruction_set, 0, (int)ARRAY_LEN(nets));
    suite_add_tcase(suite, each);
    return suite;
}
