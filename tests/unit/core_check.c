/* The gradient check itself: its slopes, its verdicts, and that it changes nothing. */
#include <math.h>
#include <string.h>

#include "core/check_verdict.h"
#include "suites.h"

static const char tanh_net[] = "activation=tanh depth=3 width=8 samples=40 gain=1.2 bias=0.2";

static struct training *evaluated(const char *settings)
{
    struct training *t = training_of(settings);
    ck_assert(training_evaluate(t, false));
    return t;
}

static struct gradient_check *checked(
    const struct training *t, int per_decade, enum plant plant, bool with_float)
{
    struct check_options options;
    check_options_init(&options, per_decade);
    options.plant = plant;
    options.with_float = with_float;
    struct gradient_check *check = gradient_check_create(t, &options);
    ck_assert_ptr_nonnull(check);
    while (gradient_check_advance(check))
        ;
    ck_assert(gradient_check_complete(check));
    return check;
}

static enum verdict_kind kind_of(const struct gradient_check *check, int layer)
{
    return check_verdict(check, DIFFERENCE_CENTRED, PRECISION_DOUBLE, layer).kind;
}

/* Slope of log error over log ε between two ε, by least squares. */
static double slope_between(const struct gradient_check *check, enum difference difference,
    int layer, double from, double to)
{
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (int e = 0; e < check->options.epsilon_count; e++) {
        double epsilon = check->options.epsilons[e];
        if (epsilon < from * 0.99 || epsilon > to * 1.01)
            continue;
        double u = log10(epsilon);
        double v = log10(gradient_check_error(check, difference, PRECISION_DOUBLE, e, layer)
                             ->norm_rel_error);
        n++;
        x += u;
        y += v;
        xx += u * u;
        xy += u * v;
    }
    return (n * xy - x * y) / (n * xx - x * x);
}

/*
 * Truncation: the next term of the series is ε² of the first (centred) or ε (forward), times a
 * factor of order 10; at ε <= 0.03 that bends the slope by less than 0.05. Rounding: the norm
 * of 72 independent errors has a logarithm that varies by 0.43/√144 = 0.04; over nine points in
 * four decades the slope varies by 0.04/√15 = 0.01: five times that.
 */
START_TEST(the_curve_has_the_slopes_of_theory)
{
    struct training *t = evaluated(tanh_net);
    struct gradient_check *check = checked(t, 2, PLANT_NONE, false);
    for (int layer = 1; layer <= 2; layer++) {
        double centred = slope_between(check, DIFFERENCE_CENTRED, layer, 1e-3, 0.0317);
        double forward = slope_between(check, DIFFERENCE_FORWARD, layer, 1e-5, 1e-2);
        double rounding = slope_between(check, DIFFERENCE_CENTRED, layer, 1e-11, 1e-7);
        ck_assert_msg(fabs(centred - 2) < 0.05, "layer %d: centred, slope %g", layer, centred);
        ck_assert_msg(fabs(forward - 1) < 0.05, "layer %d: forward, slope %g", layer, forward);
        ck_assert_msg(
            fabs(rounding + 1) < 0.05, "layer %d: rounding, slope %g", layer, rounding);
    }
    gradient_check_destroy(check);
    training_destroy(t);
}
END_TEST

START_TEST(training_is_untouched_to_the_bit)
{
    static const char settings[] =
        "activation=relu init=he_normal depth=3 width=8 samples=40 batch=16 clip=norm "
        "clip_at=0.1 optimizer=adam lr=0.01";
    struct training *alone = training_of(settings), *watched = training_of(settings);
    for (int step = 0; step < 5; step++) {
        ck_assert(training_evaluate(alone, false) && training_evaluate(watched, false));
        gradient_check_destroy(checked(watched, 1, PLANT_SUM, true));
        training_clip(alone);
        training_clip(watched);
        training_update(alone);
        training_update(watched);
    }
    for (int l = 0; l < alone->network->layer_count; l++) {
        const struct layer *a = &alone->network->layers[l], *b = &watched->network->layers[l];
        size_t size = layer_block(a) * sizeof(double);
        ck_assert(memcmp(a->parameters, b->parameters, size) == 0);
        ck_assert(memcmp(a->gradients, b->gradients, size) == 0);
    }
    training_destroy(alone);
    training_destroy(watched);
}
END_TEST

/* What is checked is the program's own gradient, and its own loss. */
START_TEST(it_checks_the_gradient_that_training_uses)
{
    struct training *t = evaluated(tanh_net);
    struct gradient_check *check = checked(t, 1, PLANT_NONE, false);
    ck_assert_double_eq(check->base, t->seen.loss);
    for (int l = 0; l < t->network->layer_count; l++) {
        const struct layer *layer = &t->network->layers[l];
        for (int64_t k = 0; k < check->layers[l].count; k++) {
            struct check_sample s =
                gradient_check_sample(check, DIFFERENCE_CENTRED, PRECISION_DOUBLE, 0, l, k);
            ptrdiff_t at = s.row * layer->stride + s.column;
            ck_assert_double_eq(s.analytic, layer->gradients[at]);
            ck_assert_double_eq(s.theta, layer->parameters[at]);
            ck_assert(s.bias == (s.row == layer->n_in));
        }
        ck_assert_int_eq(kind_of(check, l), VERDICT_GOOD);
    }
    gradient_check_destroy(check);
    training_destroy(t);
}
END_TEST

/* The layers that each mistake spoils in a net of three hidden layers: bit l - 1 for layer l.
 */
static const struct {
    enum plant plant;
    unsigned wrong;
} spoils[] = {
    {PLANT_NONE, 0x0},
    {PLANT_NO_SLOPE, 0x7},
    {PLANT_SLOPE_OF_A, 0x7},
    {PLANT_SLOPE_BELOW_0, 0x7},
    {PLANT_TRANSPOSED, 0x3},
    {PLANT_WRONG_LAYER, 0x6},
    {PLANT_SUM, 0xf},
    {PLANT_BIAS_TWICE, 0xf},
    {PLANT_OUTPUT_SLOPE, 0xf},
    {PLANT_SIGN, 0xf},
    {PLANT_LAST_SAMPLE, 0xf},
};
_Static_assert(ARRAY_LEN(spoils) == PLANT_COUNT, "every mistake");

START_TEST(planted_mistakes_are_found_where_they_are)
{
    struct training *t = evaluated(tanh_net);
    struct gradient_check *check = checked(t, 1, spoils[_i].plant, false);
    ck_assert(check->harmless == (spoils[_i].plant == PLANT_NONE));
    for (int l = 0; l < t->network->layer_count; l++) {
        bool passes = verdict_passes(kind_of(check, l)), wrong = spoils[_i].wrong >> l & 1;
        ck_assert_msg(passes != wrong, "%s: layer %d is called %s",
            plant_name((int)spoils[_i].plant), l + 1, verdict_name(kind_of(check, l)));
    }
    gradient_check_destroy(check);
    training_destroy(t);
}
END_TEST

START_TEST(another_mistake_needs_no_new_differences)
{
    struct training *t = evaluated(tanh_net);
    struct gradient_check *first = checked(t, 1, PLANT_NONE, true);
    struct gradient_check *second = checked(t, 1, PLANT_SLOPE_OF_A, true);
    ck_assert(gradient_check_plant(first, PLANT_SLOPE_OF_A));
    size_t count = (size_t)CHECK_VARIANTS * 12 * 4;
    for (size_t i = 0; i < count; i++) {
        ck_assert_double_eq(first->errors[i].smooth_error, second->errors[i].smooth_error);
        ck_assert_double_eq(first->errors[i].max_rel_error, second->errors[i].max_rel_error);
    }
    gradient_check_destroy(first);
    gradient_check_destroy(second);
    training_destroy(t);
}
END_TEST

/* For a ReLU the slope at a is the slope at z: the mistake is none. */
START_TEST(a_mistake_without_effect_is_told)
{
    struct training *t = evaluated("activation=relu init=he_normal depth=2 width=8 samples=40");
    struct gradient_check *check = checked(t, 1, PLANT_SLOPE_OF_A, false);
    ck_assert(check->harmless);
    gradient_check_destroy(check);
    training_destroy(t);
}
END_TEST

/* Sums of 40 terms in another order or with another rounding: 40 · 2^-53 of the terms. */
START_TEST(the_plain_backward_pass_equals_the_real_one)
{
    static const char *const settings[] = {"activation=gelu depth=3 width=9 samples=40",
        "activation=relu init=he_normal data=blobs depth=2 width=8 samples=40",
        "activation=elu loss=mse depth=1 samples=40",
        "activation=tanh width=9,3,3,12 output=sigmoid samples=40",
        "activation=tanh width=2 data=blobs samples=40"};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct training *t = evaluated(settings[i]);
        int labels[40];
        for (int s = 0; s < 40; s++)
            labels[s] = t->data->labels[t->batch[s]];
        struct criterion criterion = t->criterion;
        criterion.labels = labels;
        for (int l = 0; l < t->network->layer_count; l++) {
            const struct layer *layer = &t->network->layers[l];
            double kept[2000];
            memcpy(kept, layer->gradients, layer_block(layer) * sizeof(double));
            ck_assert(plant_backward(t->network, PLANT_NONE, &criterion, NULL));
            struct matrix now = layer_weights(layer, layer->gradients);
            double largest = matrix_max_abs(&now);
            for (int r = 0; r <= layer->n_in; r++) {
                for (int o = 0; o < layer->n_out; o++) {
                    ptrdiff_t at = r * layer->stride + o;
                    ck_assert_double_eq_tol(
                        kept[at], layer->gradients[at], 1e-13 * (largest + 1e-3));
                }
            }
        }
        training_destroy(t);
    }
}
END_TEST

START_TEST(kinks_make_a_right_gradient_look_wrong)
{
    struct training *t = evaluated("activation=relu init=he_normal depth=2 width=8 samples=40");
    struct gradient_check *check = checked(t, 1, PLANT_NONE, false);
    const struct check_error *coarse =
        gradient_check_error(check, DIFFERENCE_CENTRED, PRECISION_DOUBLE, 1, 1);
    const struct check_error *fine =
        gradient_check_error(check, DIFFERENCE_CENTRED, PRECISION_DOUBLE, 6, 1);
    const struct check_error *one_sided =
        gradient_check_error(check, DIFFERENCE_FORWARD, PRECISION_DOUBLE, 1, 1);
    ck_assert(coarse->kinks > 0 && coarse->rel_error > 1e-3);
    ck_assert(!(coarse->smooth_error > 1e-4));
    ck_assert_int_eq(fine->kinks, 0);
    ck_assert(fine->rel_error < 1e-6);
    ck_assert(one_sided->kinks > 0 && one_sided->kinks <= coarse->kinks);
    for (int l = 0; l <= 2; l++)
        ck_assert(verdict_passes(kind_of(check, l)));
    gradient_check_destroy(check);
    training_destroy(t);
}
END_TEST

START_TEST(nothing_passes_that_has_not_been_checked)
{
    struct training *dead =
        evaluated("activation=relu init=he_normal bias=-3 depth=2 samples=40");
    struct training *deep = evaluated("depth=60 width=4 samples=40");
    struct gradient_check *check = checked(dead, 1, PLANT_NONE, false);
    for (int l = 0; l < 2; l++)
        ck_assert_int_eq(kind_of(check, l), VERDICT_ZERO);
    gradient_check_destroy(check);
    check = checked(deep, 1, PLANT_NONE, false);
    ck_assert_int_eq(kind_of(check, 0), VERDICT_TINY);
    ck_assert_int_eq(kind_of(check, 60), VERDICT_GOOD);
    gradient_check_destroy(check);
    training_destroy(dead);
    training_destroy(deep);
}
END_TEST

/*
 * Float has 29 bits less than double: its rounding error is 2^29 times as large. At ε = 1e-4
 * rounding rules in float, truncation in double.
 */
START_TEST(float_is_not_enough)
{
    struct training *t = evaluated(tanh_net);
    struct gradient_check *check = checked(t, 1, PLANT_NONE, true);
    ck_assert_double_eq_tol(check->floats.base, check->base, 40 * 0x1p-24);
    for (int l = 0; l < t->network->layer_count; l++) {
        double in_float =
            gradient_check_error(check, DIFFERENCE_CENTRED, PRECISION_FLOAT, 3, l)->rel_error;
        double in_double =
            gradient_check_error(check, DIFFERENCE_CENTRED, PRECISION_DOUBLE, 3, l)->rel_error;
        ck_assert(in_float > 1e4 * in_double && in_float < 1);
        /* Far below the spacing of floats θ does not move at all. */
        const struct check_error *none =
            gradient_check_error(check, DIFFERENCE_CENTRED, PRECISION_FLOAT, 11, l);
        ck_assert_double_eq(none->max_rel_error, 1);
    }
    gradient_check_destroy(check);
    training_destroy(t);
}
END_TEST

START_TEST(samples_of_elements_are_repeatable_and_hold_biases)
{
    struct training *t = evaluated("width=16 depth=2 samples=10");
    struct check_options options;
    check_options_init(&options, 1);
    options.elements = 12;
    struct gradient_check *a = gradient_check_create(t, &options);
    struct gradient_check *b = gradient_check_create(t, &options);
    for (int l = 0; l < 3; l++) {
        const struct check_layer *own = &a->layers[l];
        const struct layer *layer = &t->network->layers[l];
        int biases = 0;
        ck_assert_int_eq(own->count, 12);
        for (int64_t k = 0; k < own->count; k++) {
            ck_assert_int_eq(own->places[k], b->layers[l].places[k]);
            ck_assert(k == 0 || own->places[k] > own->places[k - 1]);
            ck_assert(own->places[k] % layer->stride < layer->n_out);
            biases += own->places[k] / layer->stride == layer->n_in;
        }
        ck_assert(own->places[own->count - 1] / layer->stride <= layer->n_in);
        ck_assert_int_eq(biases, l == 2 ? 1 : 3);
    }
    gradient_check_destroy(a);
    gradient_check_destroy(b);
    training_destroy(t);
}
END_TEST

static enum verdict_kind kind_by(
    const struct gradient_check *check, enum check_scheme scheme, int layer)
{
    const struct check_scheme_info *info = &check_schemes[scheme];
    return check_verdict(check, info->difference, info->precision, layer).kind;
}

/* Right gradients near stationary points, where the relative error is 1 at every ε. */
static const struct {
    const char *settings;
    int steps;
    enum check_scheme scheme;
} stationary[] = {
    {"activation=relu init=he_normal depth=1 lr=10 samples=60", 50, SCHEME_CENTRED},
    {"init=zeros depth=1", 0, SCHEME_FORWARD},
    /* Inputs that are not scaled: a step carries z from one flat end to the other. */
    {"depth=2 width=5,3 gain=1e-4 input_offset=1e4", 1, SCHEME_CENTRED},
    {"depth=2 width=5,3 gain=1e-4 input_offset=1e5", 3, SCHEME_CENTRED},
    /* A gradient below the normal numbers. */
    {"activation=linear init=orthogonal bias=-3 depth=1 data=circles samples=10 loss=bce "
     "batch=1 input_scale=255 input_offset=1e4 seed=963",
        0, SCHEME_CENTRED},
    {"depth=10", 100, SCHEME_FORWARD},
    {"depth=10", 0, SCHEME_FLOAT},
    /* elu bends at 0, and the terms of the samples cancel to 1e-7 of each. */
    {"activation=elu init=xavier_uniform gain=0.1 depth=6 width=8 data=xor samples=10 "
     "loss=softmax_ce seed=343",
        0, SCHEME_CENTRED},
    /* A softmax of huge, equal logits: it has turned long before ε. */
    {"activation=relu init=constant gain=2 depth=4 width=16 data=blobs samples=60 noise=0.5 "
     "seed=545",
        0, SCHEME_FLOAT},
};

START_TEST(no_right_gradient_is_accused_near_a_stationary_point)
{
    struct training *t = training_of(stationary[_i].settings);
    training_go(t, stationary[_i].steps);
    struct check_options options;
    check_options_init(&options, 1);
    options.elements = 40;
    options.with_float = true;
    struct gradient_check *check = gradient_check_create(t, &options);
    while (gradient_check_advance(check))
        ;
    for (int l = 0; l < t->network->layer_count; l++) {
        enum verdict_kind kind = kind_by(check, stationary[_i].scheme, l);
        ck_assert_msg(!verdict_accuses(kind), "%s: layer %d is called %s",
            stationary[_i].settings, l + 1, verdict_name(kind));
    }
    gradient_check_destroy(check);
    training_destroy(t);
}
END_TEST

/* With one ε: a right gradient is not accused, a wrong one is, by the second ε. */
static const struct {
    const char *settings;
    int steps;
    enum check_scheme scheme;
    double epsilon;
} single[] = {
    {"depth=10", 100, SCHEME_FORWARD, 1e-6},
    {"depth=10", 0, SCHEME_CENTRED, 1e-2},
    {"depth=3 activation=linear", 0, SCHEME_CENTRED, 1e-4},
    {"depth=3 activation=tanh", 0, SCHEME_CENTRED, 1e-1},
    {"depth=3 activation=tanh", 0, SCHEME_FORWARD, 1e-1},
    {"depth=3 activation=tanh", 0, SCHEME_FLOAT, 1e-2},
};

START_TEST(one_epsilon_accuses_only_with_a_second)
{
    struct training *t = training_of(single[_i].settings);
    training_go(t, single[_i].steps);
    struct check_options options;
    check_options_init(&options, 1);
    options.elements = 40;
    options.with_float = single[_i].scheme == SCHEME_FLOAT;
    options.epsilons[0] = single[_i].epsilon;
    options.epsilons[1] = check_second_epsilon(single[_i].epsilon);
    options.epsilon_count = 2;
    struct gradient_check *check = gradient_check_create(t, &options);
    int layers = t->network->layer_count;
    while (check->done < 1)
        (void)gradient_check_advance(check);
    for (int plant = 0; plant < PLANT_COUNT; plant++) {
        ck_assert(gradient_check_plant(check, (enum plant)plant));
        for (int l = 0; l < layers; l++)
            ck_assert(!verdict_accuses(kind_by(check, single[_i].scheme, l)));
    }
    while (gradient_check_advance(check))
        ;
    ck_assert(gradient_check_plant(check, PLANT_NONE));
    for (int l = 0; l < layers; l++)
        ck_assert(!verdict_accuses(kind_by(check, single[_i].scheme, l)));
    ck_assert(gradient_check_plant(check, PLANT_SIGN));
    ck_assert(check_needs_second(check, single[_i].scheme));
    /* After 100 steps the default net is stationary: there is nothing to see at 1e-6. */
    if (single[_i].steps == 0)
        ck_assert_int_eq(kind_by(check, single[_i].scheme, layers - 1), VERDICT_WRONG);
    gradient_check_destroy(check);
    training_destroy(t);
}
END_TEST

/* z is exactly 0 in all units of layer 1: every ε has the kink, another init has not. */
START_TEST(on_a_kink_no_epsilon_helps)
{
    struct training *zeros = evaluated("activation=relu init=zeros depth=2 samples=40 width=4");
    struct training *drawn =
        evaluated("activation=relu init=he_normal depth=2 samples=40 width=4");
    struct gradient_check *check = checked(zeros, 1, PLANT_NONE, false);
    ck_assert_int_eq(kind_of(check, 0), VERDICT_ON_KINK);
    ck_assert_int_eq(kind_of(check, 1), VERDICT_ZERO);
    ck_assert_int_eq(kind_of(check, 2), VERDICT_ZERO);
    gradient_check_destroy(check);
    check = checked(drawn, 1, PLANT_NONE, false);
    ck_assert(verdict_passes(kind_of(check, 0)));
    gradient_check_destroy(check);
    training_destroy(zeros);
    training_destroy(drawn);
}
END_TEST

static bool asked(void *context)
{
    int *left = context;
    return --*left < 0;
}

START_TEST(an_interrupted_slice_changes_nothing)
{
    struct training *t = evaluated(tanh_net);
    struct gradient_check *whole = checked(t, 1, PLANT_NONE, true);
    struct check_options options;
    check_options_init(&options, 1);
    options.with_float = true;
    struct gradient_check *check = gradient_check_create(t, &options);
    int left = 0;
    check->interrupt = (struct interrupt){.wanted = asked, .context = &left};
    while (!gradient_check_complete(check)) {
        double before = gradient_check_progress(check);
        left = 7; /* in the midst of the second element or so */
        while (gradient_check_advance(check))
            ;
        left = 100;
        (void)gradient_check_advance(check);
        ck_assert(check->done == 0 || gradient_check_progress(check) > before);
    }
    size_t count = (size_t)12 * (size_t)check->total * sizeof(double);
    ck_assert(memcmp(whole->up, check->up, count) == 0);
    ck_assert(memcmp(whole->down, check->down, count) == 0);
    gradient_check_destroy(whole);
    gradient_check_destroy(check);
    training_destroy(t);
}
END_TEST

Suite *check_suite(void)
{
    Suite *suite =
        SUITE("check", the_curve_has_the_slopes_of_theory, training_is_untouched_to_the_bit,
            it_checks_the_gradient_that_training_uses, another_mistake_needs_no_new_differences,
            a_mistake_without_effect_is_told, the_plain_backward_pass_equals_the_real_one,
            kinks_make_a_right_gradient_look_wrong, nothing_passes_that_has_not_been_checked,
            float_is_not_enough, samples_of_elements_are_repeatable_and_hold_biases,
            on_a_kink_no_epsilon_helps, an_interrupted_slice_changes_nothing);
    TCase *tcase = tcase_create("mistakes");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(
        tcase, planted_mistakes_are_found_where_they_are, 0, (int)ARRAY_LEN(spoils));
    tcase_add_loop_test(tcase, no_right_gradient_is_accused_near_a_stationary_point, 0,
        (int)ARRAY_LEN(stationary));
    tcase_add_loop_test(
        tcase, one_epsilon_accuses_only_with_a_second, 0, (int)ARRAY_LEN(single));
    suite_add_tcase(suite, tcase);
    return suite;
}
