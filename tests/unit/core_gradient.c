/* The analytic gradient against centred differences, computed in the core itself. */
#include <math.h>

#include "core/activation.h"
#include "core/gradient_check.h"
#include "suites.h"

/*
 * All parameters of each layer. With ε = 1e-5 the truncation error is ε²/6 of the third
 * derivative, about 1e-11, and the rounding error about 1e-16/1e-5 = 1e-11 of the loss:
 * relative to gradients of 1e-4 and more, below 1e-6.
 */
static void check_network(const char *settings)
{
    struct training *t = training_of(settings);
    struct check_options options = {
        .epsilons = {1e-5}, .epsilon_count = 1, .elements = INT64_MAX};
    ck_assert(training_evaluate(t, false));
    struct gradient_check *check = gradient_check_create(t, &options);
    while (gradient_check_advance(check))
        ;
    for (int l = 0; l < t->network->layer_count; l++) {
        const struct layer *layer = &t->network->layers[l];
        const struct check_error *error =
            gradient_check_error(check, DIFFERENCE_CENTRED, PRECISION_DOUBLE, 0, l);
        ck_assert_int_eq(error->elements, (layer->n_in + 1) * layer->n_out);
        ck_assert_msg(error->elements > 2 * error->kinks, "%s: layer %d, %d kinks", settings,
            l + 1, (int)error->kinks);
        ck_assert_msg(error->gradient > 0, "%s: layer %d has no gradient", settings, l + 1);
        ck_assert_msg(error->smooth_error < 1e-6, "%s: layer %d, relative error %g", settings,
            l + 1, error->smooth_error);
    }
    gradient_check_destroy(check);
    training_destroy(t);
}

START_TEST(gradients_agree_with_centred_differences)
{
    static const char *const shapes[] = {
        "depth=1 width=3", "depth=2 width=8", "depth=5 width=4"};
    static const char *const losses[] = {"loss=mse data=moons", "loss=bce data=moons",
        "loss=softmax_ce data=blobs", "loss=mse data=blobs", "loss=bce data=blobs",
        "loss=softmax_ce data=xor"};
    for (size_t shape = 0; shape < ARRAY_LEN(shapes); shape++) {
        for (size_t loss = 0; loss < ARRAY_LEN(losses); loss++) {
            char settings[200];
            /* Weights and biases away from 0, so that no layer is dead and no slope vanishes.
             */
            (void)snprintf(settings, sizeof settings,
                "activation=%s leaky_slope=0.2 init=lecun_normal gain=1.5 bias=0.3 samples=16 "
                "%s %s seed=3",
                activation_name(_i), shapes[shape], losses[loss]);
            check_network(settings);
        }
    }
}
END_TEST

START_TEST(loss_begins_at_the_logarithm_of_the_number_of_classes)
{
    static const struct {
        const char *settings;
        double classes;
    } cases[] = {{"init=zeros data=moons", 2}, {"init=zeros data=blobs", 4},
        {"init=zeros data=circles loss=softmax_ce", 2}, {"init=zeros data=blobs loss=bce", 2}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct training *t = training_of(cases[i].settings);
        ck_assert(training_evaluate(t, false));
        /* 200 terms, each rounded to 2^-53. */
        ck_assert_double_eq_tol(t->seen.loss, log(cases[i].classes), 200 * 0x1p-53);
        training_destroy(t);
    }
}
END_TEST

START_TEST(losses_survive_extreme_logits)
{
    static const int labels[] = {0, 1};
    struct criterion softmax = {.loss = LOSS_SOFTMAX_CE, .labels = labels};
    struct criterion bce = {.loss = LOSS_BCE, .labels = labels};
    double o[4] = {800, -800, 0, 1}, delta[4];
    ck_assert_double_eq(loss_sample(&softmax, o, 4, 0, delta), 0);
    ck_assert_double_eq(loss_sample(&softmax, o, 4, 1, delta), 1600);
    ck_assert_double_eq(delta[1], -1);
    ck_assert_double_eq(loss_sample(&bce, o, 1, 1, delta), 0);
    ck_assert_double_eq(loss_sample(&bce, o, 1, 0, delta), 800);
    ck_assert_double_eq(delta[0], 1);
}
END_TEST

Suite *gradient_suite(void)
{
    Suite *suite = SUITE("gradient", loss_begins_at_the_logarithm_of_the_number_of_classes,
        losses_survive_extreme_logits);
    TCase *tcase = tcase_create("differences");
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, gradients_agree_with_centred_differences, 0, ACTIVATION_COUNT);
    suite_add_tcase(suite, tcase);
    return suite;
}
