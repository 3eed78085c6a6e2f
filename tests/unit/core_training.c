/* Units that die and return, batches, divergence, interruption. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"

/* Layer 1's weights, row by row of Wᵀ, with the biases. */
static double *first_layer_copy(const struct training *t)
{
    const struct layer *layer = &t->network->layers[0];
    double *copy = malloc(layer_block(layer) * sizeof *copy);
    memcpy(copy, layer->parameters, layer_block(layer) * sizeof *copy);
    return copy;
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
            changes += t->census.dead_total - dead_before;
        else
            changes = t->census.dead_total;
        dead_before = t->census.dead_total;
        ck_assert_int_eq(t->census.deaths - t->census.revivals, t->census.dead_total);
        training_update(t);
    }
    ck_assert_int_gt(t->census.revivals, 0);
    ck_assert_int_eq(changes, t->census.dead_total);
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
            for (int s = 0; s < t->samples; s++)
                active += layer->z[s * layer->stride + j] > 0;
            dead += active == 0;
            rare += active > 0 && active < 0.01 * t->samples;
        }
        ck_assert_int_eq(t->stats[l].dead, dead);
        ck_assert_int_eq(t->stats[l].rare, rare);
    }
    ck_assert_int_eq(t->stats[0].dead, 0); /* born dead, but none in layer 1 */
    ck_assert_int_gt(t->census.dead_total, 16);
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
        ck_assert_int_eq(t->census.dead_total, 0);
        training_destroy(t);
    }
    struct training *flat = training_of("activation=leaky_relu leaky_slope=0 bias=-20 depth=3");
    training_go(flat, 0);
    ck_assert_int_eq(flat->census.dead_total, 3 * 32);
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
        for (int s = 0; s < t->samples; s++) {
            for (int j = 0; j < layer->n_out; j++)
                flat += 1 - pow(tanh(layer->z[s * layer->stride + j]), 2) < 0.05;
        }
        ck_assert_double_eq_tol(
            t->stats[l].saturated, flat / (double)(t->samples * layer->n_out), 1e-15);
        ck_assert_double_gt(t->stats[l].saturated, 0.1);
    }
    training_destroy(t);
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
            ck_assert_int_eq(t->samples, step < 3 ? 32 : 4);
            for (int s = 0; s < t->samples; s++) {
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
    ck_assert_int_eq(a->census.deaths, b->census.deaths);
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
    ck_assert_int_ne(t->divergence.kind, DIVERGED_NOT);
    ck_assert_uint_eq(t->divergence.step, t->step);
    /* Search anew: all below is finite, the named unit is not. */
    int layer = -1, unit = -1;
    for (int l = 0; l < t->network->layer_count && layer < 0; l++) {
        const struct layer *at = &t->network->layers[l];
        for (int s = 0; s < t->samples && layer < 0; s++) {
            for (int j = 0; j < at->n_out && layer < 0; j++) {
                if (!isfinite(at->z[s * at->stride + j])) {
                    layer = l + 1;
                    unit = j + 1;
                }
            }
        }
    }
    ck_assert_int_eq(t->divergence.kind, DIVERGED_ACTIVATION);
    ck_assert_int_eq(t->divergence.layer, layer);
    ck_assert_int_eq(t->divergence.unit, unit);
    training_destroy(t);
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
    struct interrupt interrupt = {count_down, &countdown};
    struct hparams hparams = hparams_of("depth=5 lr=0.5 activation=tanh");
    struct training *t = training_create(&hparams, kernels_select(NULL), &interrupt);
    struct training *calm = training_of("depth=5 lr=0.5 activation=tanh");
    for (int round = 0; round < 12; round++) {
        countdown.left = round; /* in the forward pass, later in the backward pass */
        bool done = training_evaluate(t, false);
        ck_assert_int_eq(done, round >= 12);
    }
    countdown.left = 1000000;
    training_go(t, 5);
    training_go(calm, 5);
    ck_assert(t->batch_loss == calm->batch_loss);
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

Suite *training_suite(void)
{
    return SUITE("training", dead_unit_of_layer_one_keeps_its_weights_to_the_bit,
        deeper_units_revive_and_are_counted,
        dead_units_are_those_that_are_silent_on_every_sample, leaky_and_smooth_units_never_die,
        saturated_share_counts_flat_slopes, an_epoch_visits_every_sample_once,
        batches_do_not_depend_on_who_watches, divergence_names_the_first_layer_and_unit,
        an_interrupted_step_changes_nothing, a_new_optimizer_starts_with_empty_state);
}
