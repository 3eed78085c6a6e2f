/* The analytic gradient against centred differences, computed in the core itself. */
#include <math.h>

#include "core/activation.h"
#include "suites.h"

static double loss_now(struct training *t)
{
    ck_assert(training_evaluate(t, false));
    return t->batch_loss;
}

/* Signs of all z: a kink lies between two points where they differ. */
static unsigned long sign_print(const struct training *t)
{
    unsigned long print = 5381;
    for (int l = 0; l < t->network->shape.depth; l++) {
        const struct layer *layer = &t->network->layers[l];
        for (int s = 0; s < t->samples; s++) {
            for (int j = 0; j < layer->n_out; j++)
                print = print * 33 + (layer->z[s * layer->stride + j] > 0);
        }
    }
    return print;
}

struct comparison {
    double difference, sum; /* squares of ‖numeric - analytic‖ and ‖numeric + analytic‖ */
    int compared, kinks;
};

/*
 * All parameters of a layer. With ε = 1e-5 the truncation error is ε²/6 of the third
 * derivative, about 1e-11, and the rounding error about 1e-16/1e-5 = 1e-11 of the loss:
 * relative to gradients of 1e-3 and more, below 1e-6.
 */
static struct comparison compare_layer(struct training *t, int index, const double *analytic)
{
    const double epsilon = 1e-5;
    struct layer *layer = &t->network->layers[index];
    struct comparison c = {0, 0, 0, 0};
    for (int i = 0; i <= layer->n_in; i++) {
        for (int o = 0; o < layer->n_out; o++) {
            ptrdiff_t at = i * layer->stride + o;
            double kept = layer->parameters[at];
            layer->parameters[at] = kept + epsilon;
            double up = loss_now(t);
            unsigned long print = sign_print(t);
            layer->parameters[at] = kept - epsilon;
            double down = loss_now(t);
            bool kink = print != sign_print(t);
            layer->parameters[at] = kept;
            /* Only activations with a kink at 0 suffer from crossing it. */
            if (kink && activations[t->hparams.activation].homogeneous) {
                c.kinks++;
                continue;
            }
            double numeric = (up - down) / (2 * epsilon);
            c.difference += pow(numeric - analytic[at], 2);
            c.sum += pow(numeric + analytic[at], 2);
            c.compared++;
        }
    }
    return c;
}

static void check_network(const char *settings)
{
    struct training *t = training_of(settings);
    ck_assert(training_evaluate(t, false));
    double analytic[64 * 64];
    for (int l = 0; l < t->network->layer_count; l++) {
        struct layer *layer = &t->network->layers[l];
        size_t block = layer_block(layer);
        ck_assert(training_evaluate(t, false));
        for (size_t i = 0; i < block; i++)
            analytic[i] = layer->gradients[i];
        struct comparison c = compare_layer(t, l, analytic);
        ck_assert_msg(c.compared > c.kinks, "%s: layer %d, %d kinks", settings, l + 1, c.kinks);
        ck_assert_msg(c.sum > 0, "%s: layer %d has no gradient", settings, l + 1);
        ck_assert_msg(sqrt(c.difference / c.sum) < 1e-6, "%s: layer %d, relative error %g",
            settings, l + 1, sqrt(c.difference / c.sum));
    }
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
        ck_assert_double_eq_tol(t->batch_loss, log(cases[i].classes), 200 * 0x1p-53);
        training_destroy(t);
    }
}
END_TEST

START_TEST(losses_survive_extreme_logits)
{
    double o[4] = {800, -800, 0, 1}, delta[4];
    ck_assert_double_eq(loss_sample(LOSS_SOFTMAX_CE, o, 4, 0, delta), 0);
    ck_assert_double_eq(loss_sample(LOSS_SOFTMAX_CE, o, 4, 1, delta), 1600);
    ck_assert_double_eq(delta[1], -1);
    ck_assert_double_eq(loss_sample(LOSS_BCE, o, 1, 1, delta), 0);
    ck_assert_double_eq(loss_sample(LOSS_BCE, o, 1, 0, delta), 800);
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
