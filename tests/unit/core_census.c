/* The graveyard: when a unit died, what killed it, and when it came back. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"

/* What the records are checked against: every layer's parameters and largest activations. */
struct witness {
    double *parameters[64];
    double peaks[64][64];
};

static void witness_take(struct witness *witness, const struct training *t)
{
    for (int l = 0; l < t->network->shape.depth; l++) {
        const struct layer *layer = &t->network->layers[l];
        size_t bytes = layer_block(layer) * sizeof(double);
        witness->parameters[l] = realloc(witness->parameters[l], bytes);
        memcpy(witness->parameters[l], layer->parameters, bytes);
        for (int j = 0; j < layer->n_out; j++) {
            witness->peaks[l][j] = 0;
            for (int s = 0; s < t->seen.samples; s++)
                witness->peaks[l][j] =
                    fmax(witness->peaks[l][j], layer->a[s * layer->stride + j]);
        }
    }
}

static void witness_clear(struct witness *witness)
{
    for (int l = 0; l < 64; l++)
        free(witness->parameters[l]);
}

static const struct unit_record *record_of(const struct training *t, int l, int j)
{
    return &t->census.units[(ptrdiff_t)l * t->census.width + j];
}

/* θ + Δ is rounded once for each of `updates`: to half a unit in the last place of what there
 * is. */
static double rounding(double before, double after, int updates)
{
    return updates * DBL_EPSILON * (fabs(before) + fabs(after) + fabs(after - before));
}

static void check_death(const struct training *t, const struct witness *before, int l, int j)
{
    const struct layer *layer = &t->network->layers[l];
    const struct unit_record *record = record_of(t, l, j);
    double largest = 0, tolerance = 0;
    for (int i = 0; i < layer->n_in; i++) {
        ptrdiff_t at = i * layer->stride + j;
        double was = before->parameters[l][at], is = layer->parameters[at];
        largest = fmax(largest, fabs(is - was));
        tolerance = fmax(tolerance, rounding(was, is, 1));
    }
    ptrdiff_t at = layer->n_in * layer->stride + j;
    double was = before->parameters[l][at], is = layer->parameters[at];
    ck_assert_double_eq_tol(record->weight_change, largest, tolerance);
    ck_assert_double_eq_tol(record->bias_change, is - was, rounding(was, is, 1));
    ck_assert_int_eq(record->alive_at, record->died_at - 1);
    ck_assert(record->peak == before->peaks[l][j]);
    ck_assert_double_gt(record->peak, 0);
}

static int deaths_checked(const char *settings, int steps)
{
    struct training *t = training_of(settings);
    struct witness before = {.parameters = {NULL}};
    int checked = 0;
    for (int step = 0; step < steps; step++) {
        training_go(t, 0);
        for (int l = 0; l < t->census.depth && step > 0; l++) {
            for (int j = 0; j < t->census.width; j++) {
                if (record_of(t, l, j)->died_at == step) {
                    check_death(t, &before, l, j);
                    checked++;
                }
            }
        }
        witness_take(&before, t);
        training_update(t);
    }
    witness_clear(&before);
    training_destroy(t);
    return checked;
}

START_TEST(the_update_that_killed_is_recorded)
{
    ck_assert_int_gt(deaths_checked("activation=relu init=he_normal depth=1 lr=10", 30), 10);
    ck_assert_int_gt(deaths_checked("activation=relu init=he_normal depth=2 lr=3", 60), 5);
    const char *adam = "activation=relu init=he_normal depth=3 bias=-1 optimizer=adam lr=0.01";
    ck_assert_int_gt(deaths_checked(adam, 100), 2);
}
END_TEST

START_TEST(with_batches_it_is_all_updates_since_the_count_before)
{
    struct training *t = training_of("activation=relu init=he_normal depth=2 lr=2 batch=40");
    double biases[2][32] = {{0}};
    int found = 0;
    for (int step = 0; step < 100; step++) {
        training_go(t, 0);
        if (step % 5 == 0) {
            for (int l = 0; l < 2; l++) {
                const struct layer *layer = &t->network->layers[l];
                for (int j = 0; j < 32; j++) {
                    double bias = layer->parameters[layer->n_in * layer->stride + j];
                    const struct unit_record *record = record_of(t, l, j);
                    if (step > 0 && record->died_at == step) {
                        ck_assert_int_eq(record->alive_at, step - 5);
                        /* The rounding of five sums, of parts of this size. */
                        ck_assert_double_eq_tol(
                            record->bias_change, bias - biases[l][j], 1e-13);
                        found += record->bias_change != 0;
                    }
                    biases[l][j] = bias;
                }
            }
        }
        training_update(t);
    }
    ck_assert_int_gt(found, 2);
    training_destroy(t);
}
END_TEST

START_TEST(revivals_keep_their_step)
{
    struct training *t =
        training_of("activation=relu init=he_normal depth=3 bias=-1 optimizer=adam lr=0.01");
    enum { UNITS = 3 * 32 };
    bool was_dead[UNITS] = {false};
    int64_t last[UNITS], revivals = 0;
    for (int i = 0; i < UNITS; i++)
        last[i] = -1;
    for (int step = 0; step < 200; step++) {
        training_go(t, 0);
        for (int i = 0; i < UNITS; i++) {
            bool dead = t->census.units[i].active == 0;
            if (was_dead[i] && !dead) {
                last[i] = step;
                revivals++;
            }
            was_dead[i] = dead;
            ck_assert_int_eq(t->census.units[i].revived_at, last[i]);
            ck_assert_int_eq(t->census.units[i].died_at >= 0, dead);
        }
        training_update(t);
    }
    ck_assert_int_gt(revivals, 0);
    ck_assert_int_eq(t->census.toll.revivals, revivals);
    training_destroy(t);
}
END_TEST

START_TEST(no_update_is_blamed_for_what_another_activation_did)
{
    struct training *t = training_of("activation=tanh depth=2 bias=-5 lr=0.1");
    training_go(t, 10);
    struct hparams hparams = t->hparams;
    hparams.activation = ACTIVATION_RELU;
    ck_assert(training_adjust(t, &hparams));
    training_go(t, 0);
    ck_assert_int_gt(t->census.toll.dead, 0);
    for (int i = 0; i < 2 * 32; i++) {
        const struct unit_record *record = &t->census.units[i];
        if (record->died_at >= 0) {
            ck_assert_int_eq(record->died_at, 10);
            ck_assert_int_eq(record->alive_at, -1);
        }
    }
    hparams.activation = ACTIVATION_TANH;
    ck_assert(training_adjust(t, &hparams));
    training_go(t, 1);
    ck_assert_int_eq(t->census.toll.dead, 0);
    training_destroy(t);
}
END_TEST

START_TEST(records_do_not_depend_on_who_watches)
{
    const char *settings = "activation=relu batch=20 init=he_normal depth=3 lr=1";
    struct training *a = training_of(settings), *b = training_of(settings);
    for (int step = 0; step < 60; step++) {
        ck_assert(training_evaluate(a, true) && training_evaluate(b, false));
        training_clip(a);
        training_clip(b);
        training_update(a);
        training_update(b);
    }
    ck_assert_int_gt(a->census.toll.deaths, 10);
    for (int i = 0; i < 3 * 32; i++) {
        struct unit_record x = a->census.units[i], y = b->census.units[i];
        x.active = y.active = 0; /* that of the last count, which may be a look's */
        ck_assert_mem_eq(&x, &y, sizeof x);
    }
    training_destroy(a);
    training_destroy(b);
}
END_TEST

static void check_counts(const struct training *t)
{
    for (int l = 0; l < t->census.depth; l++) {
        const struct layer *layer = &t->network->layers[l];
        for (int j = 0; j < layer->n_out; j++) {
            int active = 0;
            for (int s = 0; s < t->seen.samples; s++)
                active += layer->a[s * layer->stride + j] != 0;
            ck_assert_int_eq(record_of(t, l, j)->active, active);
        }
    }
}

START_TEST(where_nothing_can_die_nothing_is_gone_over)
{
    enum { UNTOUCHED = 12345 };
    struct training *t = training_of("activation=relu depth=2 init=he_normal bias=-0.3");
    struct hparams relu = t->hparams, tanh = relu;
    tanh.activation = ACTIVATION_TANH;
    for (int round = 0; round < 3; round++) {
        training_go(t, 2);
        check_counts(t);
        ck_assert(training_adjust(t, &tanh));
        training_go(t, 1);
        ck_assert_int_eq(record_of(t, 1, 3)->active, t->seen.samples);
        t->census.units[0].active = UNTOUCHED;
        training_go(t, 2);
        ck_assert_int_eq(record_of(t, 0, 0)->active, UNTOUCHED);
        ck_assert(training_adjust(t, &relu)); /* and are counted from the beginning again */
    }
    training_destroy(t);
}
END_TEST

Suite *census_suite(void)
{
    return SUITE("census", the_update_that_killed_is_recorded,
        with_batches_it_is_all_updates_since_the_count_before, revivals_keep_their_step,
        no_update_is_blamed_for_what_another_activation_did,
        where_nothing_can_die_nothing_is_gone_over, records_do_not_depend_on_who_watches);
}
