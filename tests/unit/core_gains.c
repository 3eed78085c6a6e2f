/* What DESIGN states of the gains, as theorems. */
#include <math.h>
#include <stdlib.h>

#include "core/activation.h"
#include "suites.h"

/* A sum of n squares has a relative error of n·2^-53 at most; 1e-12 is far above that. */
#define ROUNDING 1e-12

/* ‖x Wᵀᵀ…‖: the largest singular value of W_{l} by power iteration, from below. */
static double spectral_norm(const struct layer *layer)
{
    double x[64], y[64], size = 0;
    for (int i = 0; i < layer->n_in; i++)
        x[i] = 1 + 0.1 * i;
    for (int round = 0; round < 2000; round++) {
        double norm = 0;
        for (int i = 0; i < layer->n_in; i++)
            norm += x[i] * x[i];
        for (int o = 0; o < layer->n_out; o++) {
            y[o] = 0;
            for (int i = 0; i < layer->n_in; i++)
                y[o] += layer->parameters[i * layer->stride + o] * x[i] / sqrt(norm);
        }
        size = 0;
        for (int o = 0; o < layer->n_out; o++)
            size += y[o] * y[o];
        for (int i = 0; i < layer->n_in; i++) {
            x[i] = 0;
            for (int o = 0; o < layer->n_out; o++)
                x[i] += layer->parameters[i * layer->stride + o] * y[o];
        }
    }
    return sqrt(size);
}

static void check_step(const struct training *t)
{
    double bound = activations[t->hparams.activation].max_slope;
    double ceiling = t->network->layers[t->network->layer_count - 1].delta_norm;
    for (int i = t->network->shape.depth - 1; i >= 0; i--) {
        const struct layer_stats *s = &t->seen.layers[i];
        const struct layer *layer = &t->network->layers[i];
        ceiling *= bound;
        double root = sqrt((double)t->seen.samples * layer->n_out);
        ck_assert_double_eq_tol(s->ceiling * root / ceiling, 1, ROUNDING);
        ck_assert_double_eq_tol(
            s->signal_ceiling * sqrt(t->seen.samples) / ceiling, 1, ROUNDING);
        ck_assert_double_eq_tol(
            s->signal * sqrt(t->seen.samples), layer->delta_norm, ROUNDING * layer->delta_norm);
        if (!s->gain.defined || !s->slope_gain.defined)
            continue;
        ck_assert_double_le(s->slope_gain.value, bound * (1 + ROUNDING));
        ck_assert_double_eq_tol(s->gain.value, s->slope_gain.value * s->weight_gain.value,
            ROUNDING * s->gain.value);
        ck_assert_double_eq_tol(s[1].signal * s->gain.value, s->signal, ROUNDING * s->signal);
        ck_assert_double_eq_tol(
            s->delta_rms * root, layer->delta_norm, ROUNDING * layer->delta_norm);
    }
}

START_TEST(gains_keep_their_bounds_at_every_step)
{
    char settings[160];
    (void)snprintf(settings, sizeof settings,
        "activation=%s init=he_normal depth=4 width=12 samples=40 lr=0.3 bias=0.1",
        activation_name(_i));
    struct training *t = training_of(settings);
    for (int step = 0; step < 60; step++) {
        ck_assert(training_evaluate(t, false));
        if (t->seen.divergence.kind != DIVERGED_NOT)
            break;
        check_step(t);
        if (step % 20 == 0) {
            for (int i = 0; i < t->network->shape.depth; i++)
                /* Power iteration comes from below; 2000 rounds leave less than 1e-6. */
                ck_assert_double_le(t->seen.layers[i].weight_gain.value,
                    spectral_norm(&t->network->layers[i + 1]) * (1 + 1e-6));
        }
        training_clip(t);
        training_update(t);
    }
    training_destroy(t);
}
END_TEST

START_TEST(homogeneous_stacks_share_one_inner_product)
{
    /* Euler's theorem: with zero biases ⟨W_l, ∂loss/∂W_l⟩ is the same in every layer. */
    static const char *const names[] = {"relu", "leaky_relu", "linear"};
    for (size_t n = 0; n < ARRAY_LEN(names); n++) {
        char settings[160];
        (void)snprintf(settings, sizeof settings,
            "activation=%s init=he_normal depth=6 width=10 samples=30", names[n]);
        struct training *t = training_of(settings);
        ck_assert(training_evaluate(t, false));
        double first = 0;
        for (int l = 0; l < t->network->layer_count; l++) {
            const struct layer *layer = &t->network->layers[l];
            double product = 0;
            for (int i = 0; i < layer->n_in; i++) {
                for (int o = 0; o < layer->n_out; o++)
                    product += layer->parameters[i * layer->stride + o] *
                        layer->gradients[i * layer->stride + o];
            }
            if (l == 0)
                first = product;
            ck_assert(fabs(first) > 1e-6);
            ck_assert_double_eq_tol(product, first, 1e-11 * fabs(first));
        }
        training_destroy(t);
    }
}
END_TEST

START_TEST(orthogonal_linear_layers_have_gain_one)
{
    struct training *t = training_of("activation=linear init=orthogonal depth=30 width=16");
    ck_assert(training_evaluate(t, false));
    for (int l = 0; l < 29; l++)
        ck_assert_double_eq_tol(t->seen.layers[l].gain.value, 1, 1e-12);
    /* Also the last hidden layer: a row of length 1 takes δ of one output to one of the same.
     */
    ck_assert_double_eq_tol(t->seen.layers[29].gain.value, 1, 1e-12);
    training_destroy(t);
}
END_TEST

START_TEST(hundred_sigmoid_layers_keep_their_tiny_signal)
{
    struct training *t = training_of("depth=100 samples=50");
    ck_assert(training_evaluate(t, false));
    ck_assert(t->seen.layers[0].delta_rms > 1e-75 && t->seen.layers[0].delta_rms < 1e-55);
    ck_assert(t->seen.layers[0].weight_grad_norm > 0);
    training_destroy(t);
}
END_TEST

START_TEST(two_hundred_and_fifty_six_layers_do_not_underflow)
{
    /* δ is near 1e-160 there: its square is no double any more, its norm is. */
    struct training *t = training_of("depth=256 width=8 samples=10");
    ck_assert(training_evaluate(t, false));
    ck_assert(t->seen.layers[0].delta_rms > 1e-190 && t->seen.layers[0].delta_rms < 1e-140);
    ck_assert(t->seen.layers[0].gain.defined && t->seen.layers[0].gain.value > 0.1);
    training_destroy(t);
}
END_TEST

START_TEST(nothing_is_defined_below_a_dead_layer)
{
    struct training *t = training_of("activation=relu init=he_normal depth=3 bias=-50");
    ck_assert(training_evaluate(t, false));
    ck_assert(t->seen.layers[2].slope_gain.defined && t->seen.layers[2].gain.value == 0);
    ck_assert(!t->seen.layers[1].gain.defined && !t->seen.layers[0].gain.defined);
    ck_assert(!t->seen.layers[0].slope_gain.defined && !t->seen.layers[0].weight_gain.defined);
    training_destroy(t);
}
END_TEST

Suite *gains_suite(void)
{
    Suite *suite = SUITE("gains", homogeneous_stacks_share_one_inner_product,
        orthogonal_linear_layers_have_gain_one, hundred_sigmoid_layers_keep_their_tiny_signal,
        two_hundred_and_fifty_six_layers_do_not_underflow,
        nothing_is_defined_below_a_dead_layer);
    TCase *tcase = tcase_create("bounds");
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, gains_keep_their_bounds_at_every_step, 0, ACTIVATION_COUNT);
    suite_add_tcase(suite, tcase);
    return suite;
}
