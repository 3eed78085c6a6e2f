/* Units that die and return, batches, divergence, interruption. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/activation.h"
#include "suites.h"

/* Layer 1's weights, row by row of Wᵀ, with the biases. */
static double *first_layer_copy(const struct training *t)
{
    const struct layer *layer = &t->network->layers[0];
    double *copy = malloc(layer_block(layer) * sizeof *copy);
    memcpy(copy, layer->parameters, layer_block(layer) * sizeof *copy);
    return copy;
}

/* W of a layer (1-based), from unit `from` (0-based) to all units: `value`. */
static void set_weights(struct training *t, int layer, int from, double value)
{
    const struct layer *at = &t->network->layers[layer - 1];
    for (int o = 0; o < at->n_out; o++)
        at->parameters[from * at->stride + o] = value;
}

START_TEST(dead_unit_of_layer_one_keeps_its_weights_to_the_bit)
{
    struct training *t = training_of("activation=relu init=he_normal depth=2 lr=3 seed=1");
    training_go(t, 100);
    const struct layer *layer = &t->network->layers[0];
    const struct unit_record *units = t->census.units;
    bool dead[1024];
    int found = 0;
    for (int j = 0; j < layer->n_out; j++) {
        dead[j] = units[j].active == 0;
        found += dead[j];
    }
    ck_assert_msg(found > 0 && found < layer->n_out, "%d dead units prove nothing", found);
    double *before = first_layer_copy(t);
    training_update(t);
    training_go(t, 200);
    int moved = 0;
    for (int j = 0; j < layer->n_out; j++) {
        for (int i = 0; i <= layer->n_in; i++) {
            ptrdiff_t at = i * layer->stride + j;
            bool same = memcmp(&before[at], &layer->parameters[at], sizeof(double)) == 0;
            ck_assert_msg(same || !dead[j], "unit %d has moved", j);
            moved += !same;
        }
    }
    ck_assert_int_gt(moved, 0);
    free(before);
    training_destroy(t);
}
END_TEST

START_TEST(deeper_units_revive_and_are_counted)
{
    struct training *t =
        training_of("activation=relu init=he_normal depth=3 bias=-1 optimizer=adam lr=0.01");
    int64_t dead_before = -1, changes = 0;
    for (int step = 0; step < 200; step++) {
        training_go(t, 0);
        if (dead_before >= 0)
            changes += t->census.toll.dead - dead_before;
        else
            changes = t->census.toll.dead;
        dead_before = t->census.toll.dead;
        ck_assert_int_eq(t->census.toll.deaths - t->census.toll.revivals, t->census.toll.dead);
        training_update(t);
    }
    ck_assert_int_gt(t->census.toll.revivals, 0);
    ck_assert_int_eq(changes, t->census.toll.dead);
    training_destroy(t);
}
END_TEST

START_TEST(dead_units_are_those_that_are_silent_on_every_sample)
{
    struct training *t = training_of("activation=relu init=he_normal depth=10");
    training_go(t, 0);
    for (int l = 0; l < 10; l++) {
        const struct layer *layer = &t->network->layers[l];
        int dead = 0, rare = 0;
        for (int j = 0; j < layer->n_out; j++) {
            int active = 0;
            for (int s = 0; s < t->seen.samples; s++)
                active += layer->z[s * layer->stride + j] > 0;
            dead += active == 0;
            rare += active > 0 && active < 0.01 * t->seen.samples;
        }
        ck_assert_int_eq(t->seen.layers[l].dead, dead);
        ck_assert_int_eq(t->seen.layers[l].rare, rare);
    }
    ck_assert_int_eq(t->seen.layers[0].dead, 0); /* born dead, but none in layer 1 */
    ck_assert_int_gt(t->census.toll.dead, 16);
    training_destroy(t);
}
END_TEST

START_TEST(leaky_and_smooth_units_never_die)
{
    static const char *const names[] = {"leaky_relu", "elu", "sigmoid", "linear"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char settings[128];
        (void)snprintf(
            settings, sizeof settings, "activation=%s depth=3 bias=-20 init=zeros", names[i]);
        struct training *t = training_of(settings);
        training_go(t, 3);
        ck_assert_int_eq(t->census.toll.dead, 0);
        training_destroy(t);
    }
    struct training *flat = training_of("activation=leaky_relu leaky_slope=0 bias=-20 depth=3");
    training_go(flat, 0);
    ck_assert_int_eq(flat->census.toll.dead, 3 * 32);
    training_destroy(flat);
}
END_TEST

START_TEST(saturated_share_counts_flat_slopes)
{
    struct training *t = training_of("activation=tanh init=normal gain=2 depth=3 width=20");
    training_go(t, 0);
    for (int l = 0; l < 3; l++) {
        const struct layer *layer = &t->network->layers[l];
        int flat = 0;
        for (int s = 0; s < t->seen.samples; s++) {
            for (int j = 0; j < layer->n_out; j++)
                flat += 1 - pow(tanh(layer->z[s * layer->stride + j]), 2) < 0.05;
        }
        ck_assert_double_eq_tol(t->seen.layers[l].saturated,
            flat / (double)(t->seen.samples * layer->n_out), 1e-15);
        ck_assert_double_gt(t->seen.layers[l].saturated, 0.1);
    }
    training_destroy(t);
}
END_TEST

START_TEST(a_share_of_saturated_units_is_never_above_one)
{
    for (int depth = 1; depth <= 60; depth++) {
        char settings[128];
        (void)snprintf(settings, sizeof settings,
            "activation=sigmoid init=normal bias=1000 depth=%d width=3 samples=20", depth);
        struct training *t = training_of(settings);
        training_go(t, 0);
        ck_assert_msg(t->seen.saturated == 1, "depth %d: %.17g", depth, t->seen.saturated);
        training_destroy(t);
    }
}
END_TEST

/* Plain sums in long double, whose exponents reach further; 0 where it is only a double. */
static void check_moments(const struct training *t, int layers)
{
    for (int l = 0; l < layers; l++) {
        const struct layer *layer = &t->network->layers[l];
        long double sum = 0, deviation = 0, weights = 0, sizes = 0;
        long double count = (long double)t->seen.samples * layer->n_out;
        for (int s = 0; s < t->seen.samples; s++) {
            for (int j = 0; j < layer->n_out; j++) {
                sum += layer->a[s * layer->stride + j];
                sizes += fabsl(layer->a[s * layer->stride + j]);
            }
        }
        for (int s = 0; s < t->seen.samples; s++) {
            for (int j = 0; j < layer->n_out; j++) {
                long double apart = layer->a[s * layer->stride + j] - sum / count;
                deviation += apart * apart;
            }
        }
        for (int i = 0; i < layer->n_in; i++) {
            for (int o = 0; o < layer->n_out; o++) {
                long double w = layer->parameters[i * layer->stride + o];
                weights += w * w;
            }
        }
        const struct layer_stats *stats = &t->seen.layers[l];
        /* A few hundred terms, each rounded a few times, beside the largest of them. */
        double size = (double)(sizes / count), rounding = 1e-12 * size + 0x1p-1070;
        double std = (double)sqrtl(deviation / count), norm = (double)sqrtl(weights);
        ck_assert_double_eq_tol(stats->act_mean, (double)(sum / count), rounding);
        ck_assert_double_eq_tol(stats->act_std, std, 1e-12 * std + rounding);
        ck_assert_double_eq_tol(stats->weight_norm, norm, 1e-12 * norm + 0x1p-1070);
    }
}

START_TEST(moments_are_those_of_plain_sums)
{
    static const char *const nets[] = {"activation=tanh depth=3 width=37 samples=70 batch=45",
        "activation=relu init=he_normal depth=2 width=8 samples=33",
        "activation=sigmoid init=zeros depth=2 width=5 samples=50"};
    for (size_t n = 0; n < ARRAY_LEN(nets); n++) {
        struct training *t = training_of(nets[n]);
        training_go(t, 2);
        check_moments(t, t->network->layer_count);
        training_destroy(t);
    }
}
END_TEST

/* Squares of activations beyond 1e154 overflow, and those below 1e-162 vanish; near the largest
 * double sums do too. */
START_TEST(moments_are_finite_where_activations_are)
{
    static const double gains[] = {
        1e155, 1e200, 1e300, 2e307, 7e307, 1e-155, 1e-170, 1e-250, 1e-308, 1e-320};
    if (LDBL_MAX_EXP <= DBL_MAX_EXP)
        return;
    for (size_t g = 0; g < ARRAY_LEN(gains); g++) {
        struct training *t = training_of(
            "activation=linear init=normal depth=1 width=40 samples=70 standardize=off");
        const struct layer *layer = &t->network->layers[0];
        /* All positive, so that sums near the largest double overflow. */
        for (size_t i = 0; i < layer_block(layer); i++)
            layer->parameters[i] = i / (size_t)layer->stride == 2
                ? 1.2 * gains[g] * (1 + (double)(i % 7) / 70)
                : layer->parameters[i] * (gains[g] / 50);
        ck_assert(training_evaluate(t, false));
        ck_assert_int_eq(layer->bad_z, -1);
        ck_assert(isfinite(t->seen.layers[0].act_mean) && isfinite(t->seen.layers[0].act_std));
        ck_assert_double_gt(t->seen.layers[0].act_mean, 0);
        ck_assert_double_gt(t->seen.layers[0].act_std, 0);
        check_moments(t, 1);
        training_destroy(t);
    }
}
END_TEST

START_TEST(an_epoch_visits_every_sample_once)
{
    struct training *t = training_of("batch=32 samples=100 lr=0.01 depth=1");
    int last_order[100] = {0}, repeated = 0;
    for (int epoch = 0; epoch < 3; epoch++) {
        int visits[100] = {0}, order[100], at = 0;
        for (int step = 0; step < 4; step++) {
            training_go(t, 0);
            ck_assert_int_eq(t->seen.samples, step < 3 ? 32 : 4);
            for (int s = 0; s < t->seen.samples; s++) {
                visits[t->batch[s]]++;
                order[at++] = t->batch[s];
            }
            training_update(t);
        }
        for (int i = 0; i < 100; i++) {
            ck_assert_int_eq(visits[i], 1);
            repeated += order[i] == last_order[i];
            last_order[i] = order[i];
        }
    }
    ck_assert_int_lt(repeated, 50); /* the orders differ */
    training_destroy(t);
}
END_TEST

START_TEST(batches_do_not_depend_on_who_watches)
{
    const char *settings = "activation=relu batch=20 init=he_normal depth=3 lr=0.1";
    struct training *a = training_of(settings), *b = training_of(settings);
    for (int step = 0; step < 35; step++) {
        ck_assert(training_evaluate(a, true) && training_evaluate(b, false));
        training_clip(a);
        training_clip(b);
        training_update(a);
        training_update(b);
    }
    ck_assert_int_eq(a->census.toll.deaths, b->census.toll.deaths);
    for (int l = 0; l < a->network->layer_count; l++)
        ck_assert_mem_eq(a->network->layers[l].parameters, b->network->layers[l].parameters,
            layer_block(&a->network->layers[l]) * sizeof(double));
    training_destroy(a);
    training_destroy(b);
}
END_TEST

START_TEST(divergence_names_the_first_layer_and_unit)
{
    struct training *t = training_of("activation=relu init=he_normal gain=1.5 depth=10 lr=0.1");
    training_go(t, 300);
    ck_assert_int_ne(t->seen.divergence.kind, DIVERGED_NOT);
    ck_assert_uint_eq(t->seen.divergence.step, t->step);
    /* Search anew: all below is finite, the named unit is not. */
    int layer = -1, unit = -1;
    for (int l = 0; l < t->network->layer_count && layer < 0; l++) {
        const struct layer *at = &t->network->layers[l];
        for (int s = 0; s < t->seen.samples && layer < 0; s++) {
            for (int j = 0; j < at->n_out && layer < 0; j++) {
                if (!isfinite(at->z[s * at->stride + j])) {
                    layer = l + 1;
                    unit = j + 1;
                }
            }
        }
    }
    ck_assert_int_eq(t->seen.divergence.kind, DIVERGED_ACTIVATION);
    ck_assert_int_eq(t->seen.divergence.layer, layer);
    ck_assert_int_eq(t->seen.divergence.unit, unit);
    training_destroy(t);
}
END_TEST

/* One of a layer's units has weights above it that make its δ, or only the sum of δ a over the
 * samples, or of δ, too large; activations and loss stay small. */
START_TEST(a_diverged_gradient_names_its_layer_and_unit)
{
    /* δ of that unit is 5 · above · large, times δ of the output: 0, 1 or -1. */
    static const double large[] = {1e200, 1e160, 1e160}, above[] = {1e150, 3e146, 3e146};
    for (int sums = 0; sums < 3; sums++) {
        for (int unit = 0; unit < 5; unit++) {
            struct training *t =
                training_of("activation=linear depth=3 width=5 samples=40 init=constant bias=1"
                            " standardize=off");
            const struct layer *layer = &t->network->layers[1];
            for (int j = 0; j < 5; j++) {
                set_weights(t, 4, j, above[sums]);
                set_weights(t, 2, j, 1 / large[sums]);
            }
            layer->parameters[5 * layer->stride + unit] = 0;
            if (sums == 2) { /* activations that keep all sums but the bias's small */
                struct layer *first = &t->network->layers[0];
                memset(first->parameters, 0, 2 * (size_t)first->stride * sizeof(double));
                for (int j = 0; j < 5; j++)
                    first->parameters[2 * first->stride + j] = 1e-3;
            }
            set_weights(t, 3, unit, large[sums]);
            ck_assert(training_evaluate(t, false));
            ck_assert(isfinite(t->seen.loss));
            ck_assert_int_eq(t->seen.divergence.kind, DIVERGED_GRADIENT);
            ck_assert_int_eq(t->seen.divergence.layer, 2);
            ck_assert_int_eq(t->seen.divergence.unit, unit + 1);
            ck_assert_int_eq(layer->bad_delta, sums ? -1 : unit);
            training_destroy(t);
        }
    }
}
END_TEST

struct countdown {
    int left;
};

static bool count_down(void *context)
{
    return ((struct countdown *)context)->left-- <= 0;
}

START_TEST(an_interrupted_step_changes_nothing)
{
    struct countdown countdown = {.left = 1000};
    struct interrupt interrupt = {.wanted = count_down, .context = &countdown};
    struct hparams hparams = hparams_of("depth=5 lr=0.5 activation=tanh");
    struct training *t =
        training_create(&hparams, dataset_of(&hparams), kernels_select(NULL), &interrupt);
    struct training *calm = training_of("depth=5 lr=0.5 activation=tanh");
    for (int round = 0; round < 12; round++) {
        countdown.left = round; /* in the forward pass, later in the backward pass */
        bool done = training_evaluate(t, false);
        ck_assert_int_eq(done, round >= 12);
    }
    countdown.left = 1000000;
    training_go(t, 5);
    training_go(calm, 5);
    ck_assert(t->seen.loss == calm->seen.loss);
    ck_assert_mem_eq(t->network->layers[2].parameters, calm->network->layers[2].parameters,
        layer_block(&t->network->layers[2]) * sizeof(double));
    training_destroy(t);
    training_destroy(calm);
}
END_TEST

START_TEST(a_new_optimizer_starts_with_empty_state)
{
    struct training *t = training_of("optimizer=adam lr=0.01 activation=tanh depth=2");
    training_go(t, 5);
    struct hparams hparams = t->hparams;
    hparams.optimizer = OPTIMIZER_MOMENTUM;
    ck_assert(training_adjust(t, &hparams));
    ck_assert_uint_eq(t->optimizer_steps, 0);
    ck_assert_uint_eq(t->step, 5);
    for (int l = 0; l < t->network->layer_count; l++) {
        const struct layer *layer = &t->network->layers[l];
        struct matrix m = layer_weights(layer, layer->m);
        ck_assert(matrix_max_abs(&m) == 0);
        ck_assert_ptr_null(layer->v); /* momentum keeps none */
    }
    training_destroy(t);
}
END_TEST

static void expect_signals(
    const struct training *t, const struct training *whole, struct signals asked)
{
    for (int l = 0; l < t->network->layer_count; l++) {
        const struct layer *x = &t->network->layers[l], *y = &whole->network->layers[l];
        bool output = l == t->network->shape.depth, own = output || asked.layer == l + 1;
        bool slopes = !activations[t->hparams.activation].slope_of_a;
        ck_assert_int_eq(x->z != NULL, own || slopes || asked.all & SIGNALS_Z);
        ck_assert_int_eq(x->delta != NULL, own || asked.all & SIGNALS_DELTA);
        size_t size = (size_t)(t->seen.samples * x->stride) * sizeof(double);
        ck_assert(!x->z || memcmp(x->z, y->z, size) == 0);
        ck_assert(!x->delta || memcmp(x->delta, y->delta, size) == 0);
        ck_assert_mem_eq(x->a, y->a, size);
        ck_assert_mem_eq(x->gradients, y->gradients, layer_block(x) * sizeof(double));
    }
}

/* Changed from step to step, some of them twice; a deep and the least stack. */
START_TEST(signals_are_kept_where_asked_and_change_no_bit)
{
    static const struct signals asked[] = {
        {0, 0}, {SIGNALS_Z, 0}, {SIGNALS_DELTA, 0}, {SIGNALS_BOTH, 0}, {0, 1}, {SIGNALS_Z, 2}};
    for (int depth = 1; depth <= 5; depth += 4) {
        char text[120];
        (void)snprintf(text, sizeof text,
            "activation=%s depth=%d width=11 samples=40 lr=0.1 batch=%d", activation_name(_i),
            depth, _i % 2 ? 0 : 17);
        struct hparams h = hparams_of(text);
        struct training *whole = training_of(text);
        struct training *t = training_create(&h, dataset_of(&h), kernels_select(NULL), NULL);
        ck_assert_ptr_nonnull(t);
        for (size_t step = 0; step < 2 * ARRAY_LEN(asked); step++) {
            struct signals signals = asked[step * 5 % ARRAY_LEN(asked)];
            signals.layer = signals.layer <= depth ? signals.layer : 0;
            ck_assert(training_keep_signals(t, signals));
            ck_assert(training_evaluate(t, true) && training_evaluate(whole, true));
            expect_signals(t, whole, signals);
            training_update(t);
            training_update(whole);
        }
        training_destroy(t);
        training_destroy(whole);
    }
}
END_TEST

/* What needs z for its slopes gets it, and gives it back. */
START_TEST(a_change_of_activation_brings_z_and_takes_it_away)
{
    struct hparams h = hparams_of("activation=tanh depth=3"), other = h;
    struct training *t = training_create(&h, dataset_of(&h), kernels_select(NULL), NULL);
    ck_assert_ptr_nonnull(t);
    ck_assert(training_evaluate(t, true));
    ck_assert_ptr_null(t->network->layers[1].z);
    other.activation = ACTIVATION_GELU;
    other.optimizer = OPTIMIZER_ADAM;
    ck_assert(training_adjust(t, &other) && training_evaluate(t, true));
    ck_assert_ptr_nonnull(t->network->layers[1].z);
    ck_assert(training_update(t));
    ck_assert(training_adjust(t, &h) && training_evaluate(t, true));
    ck_assert_ptr_null(t->network->layers[1].z);
    training_destroy(t);
}
END_TEST

Suite *training_suite(void)
{
    Suite *suite = SUITE("training", dead_unit_of_layer_one_keeps_its_weights_to_the_bit,
        deeper_units_revive_and_are_counted,
        dead_units_are_those_that_are_silent_on_every_sample, leaky_and_smooth_units_never_die,
        saturated_share_counts_flat_slopes, an_epoch_visits_every_sample_once,
        batches_do_not_depend_on_who_watches, divergence_names_the_first_layer_and_unit,
        a_diverged_gradient_names_its_layer_and_unit,
        a_share_of_saturated_units_is_never_above_one, moments_are_those_of_plain_sums,
        moments_are_finite_where_activations_are, an_interrupted_step_changes_nothing,
        a_new_optimizer_starts_with_empty_state,
        a_change_of_activation_brings_z_and_takes_it_away);
    TCase *each = tcase_create("activations");
    tcase_add_loop_test(
        each, signals_are_kept_where_asked_and_change_no_bit, 0, ACTIVATION_COUNT);
    suite_add_tcase(suite, each);
    return suite;
}
