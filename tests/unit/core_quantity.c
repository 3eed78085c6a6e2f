/* The table of quantities: each reads what it says, and says when there is nothing. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/quantity.h"
#include "suites.h"

/* Columns of a text that is UTF-8. */
static size_t columns_of(const char *text)
{
    size_t columns = 0;
    for (; *text; text++)
        columns += ((unsigned char)*text & 0xc0) != 0x80;
    return columns;
}

START_TEST(rows_of_the_table_are_whole_and_their_names_unique)
{
    for (int i = 0; i < QUANTITY_COUNT; i++) {
        const struct quantity *q = &quantities[i];
        ck_assert_msg(q->name && q->get && q->help && *q->help, "row %d", i);
        ck_assert_msg(
            !q->recorded || (q->title && q->brief && q->symbol), "%s is recorded", q->name);
        ck_assert_msg(!q->title || columns_of(q->title) <= 24, "%s", q->title);
        ck_assert_msg(!q->brief || columns_of(q->brief) <= 7, "%s", q->brief);
        for (int k = 0; k < i; k++)
            ck_assert_msg(quantity_of_layers(q) != quantity_of_layers(&quantities[k]) ||
                    strcmp(q->name, quantities[k].name) != 0,
                "two rows are called %s", q->name);
    }
}
END_TEST

/* Every field another number: had two rows each other's, or the same, some would be equal. */
START_TEST(each_row_reads_a_field_of_its_own)
{
    struct layer_stats layers[2], *l = &layers[1];
    memset(layers, 0, sizeof layers);
    *l = (struct layer_stats){.units = 101,
        .signal = 102,
        .delta_rms = 103,
        .slope_gain = {104, true},
        .weight_gain = {105, true},
        .gain = {106, true},
        .ceiling = 107,
        .weight_grad_norm = 108,
        .bias_grad_norm = 109,
        .weight_norm = 110,
        .update_ratio = {111, true},
        .last_update_ratio = {112, true},
        .act_mean = 113,
        .act_std = 114,
        .dead = 115,
        .saturated = 116};
    struct observation seen = {.step = 117,
        .loss = 118,
        .accuracy = 119,
        .test_samples = 1,
        .test_loss = 127,
        .test_error = 128,
        .test_accuracy = 129,
        .saturated = 120,
        .surveyed = true,
        .layers = layers,
        .layer_count = 2,
        .toll = {.units = 2, .dead = 242},
        .clip = {122, 123, 124, 125, 126, true},
        .divergence = {.kind = DIVERGED_LOSS}};
    for (int i = 0; i < QUANTITY_COUNT; i++) {
        struct reading one = quantities[i].get(&seen, 2);
        ck_assert_msg(one.kind == READING_KNOWN, "%s", quantities[i].name);
        ck_assert_msg(i == QUANTITY_STATUS ? one.value == 1
                : i == QUANTITY_LAYER      ? one.value == 2
                                           : one.value > 100,
            "%s is %g", quantities[i].name, one.value);
        for (int k = 0; k < i; k++)
            ck_assert_msg(one.value != quantities[k].get(&seen, 2).value,
                "%s reads what %s does", quantities[i].name, quantities[k].name);
    }
}
END_TEST

/* By plain loops, what no column of run is compared with elsewhere. */
static double plain_norm(const struct matrix *m)
{
    double square = 0;
    for (int i = 0; i < m->rows; i++) {
        for (int k = 0; k < m->columns; k++)
            square += m->values[i * m->stride + k] * m->values[i * m->stride + k];
    }
    return sqrt(square);
}

static struct reading read_of(const struct training *t, enum quantity_id id, int layer)
{
    return quantities[id].get(&t->seen, layer);
}

START_TEST(what_run_does_not_print_is_computed_again)
{
    enum { LAYERS = 4, ELEMENTS = 4096 };
    struct training *t =
        training_of("depth=3 width=7 samples=40 activation=tanh batch=9 optimizer=adam");
    static double weights[LAYERS][ELEMENTS];
    for (int step = 0; step < 6; step++) {
        ck_assert(training_evaluate(t, false));
        for (int l = 1; l <= LAYERS; l++) {
            const struct layer *layer = &t->network->layers[l - 1];
            struct matrix delta = layer_matrix(layer, layer->delta, t->seen.samples);
            struct matrix biases = layer_biases(layer, layer->gradients);
            struct matrix w = layer_weights(layer, layer->parameters);
            ck_assert_double_eq_tol(
                read_of(t, QUANTITY_SIGNAL, l).value * sqrt(t->seen.samples),
                plain_norm(&delta), 1e-13 * plain_norm(&delta));
            ck_assert_double_eq_tol(read_of(t, QUANTITY_BIAS_GRAD_NORM, l).value,
                plain_norm(&biases), 1e-13 * plain_norm(&biases));
            struct reading led = read_of(t, QUANTITY_LAST_UPDATE_RATIO, l);
            ck_assert_int_eq(led.kind, step == 0 ? READING_UNDEFINED : READING_KNOWN);
            ck_assert_int_eq(read_of(t, QUANTITY_UPDATE_RATIO, l).kind, READING_UNDEFINED);
            double *before = weights[l - 1], moved = 0, size = 0;
            for (int i = 0; i < w.rows * (int)w.stride; i++) {
                bool padding = i % w.stride >= w.columns;
                moved += padding ? 0 : pow(w.values[i] - before[i], 2);
                size += padding ? 0 : before[i] * before[i];
                before[i] = w.values[i];
            }
            if (step > 0)
                ck_assert_double_eq_tol(led.value, sqrt(moved / size), 1e-10 * led.value);
        }
        training_clip(t);
        training_update(t);
        for (int l = 1; l <= LAYERS; l++)
            ck_assert_int_eq(read_of(t, QUANTITY_UPDATE_RATIO, l).kind, READING_KNOWN);
    }
    training_destroy(t);
}
END_TEST

START_TEST(what_nobody_has_looked_at_is_not_known)
{
    struct training *t = training_of(
        "depth=2 width=7 samples=50 test=0.2 batch=9 activation=relu init=he_normal");
    for (int step = 0; step < 10; step++) {
        ck_assert(training_evaluate(t, step == 3));
        bool looked = step % 5 == 0 || step == 3; /* an epoch has five batches */
        for (int i = 0; i < QUANTITY_COUNT; i++) {
            const struct quantity *q = &quantities[i];
            struct reading reading = q->get(&t->seen, 1);
            ck_assert_msg(
                reading.kind != READING_UNKNOWN || (q->surveyed && !looked), "%s", q->name);
            ck_assert_msg(!q->surveyed || looked || reading.kind == READING_UNKNOWN,
                "%s, step %d", q->name, step);
        }
        training_clip(t);
        training_update(t);
    }
    training_destroy(t);
}
END_TEST

/* Nothing is held out, or all that can be is 0: with a sample of each class there is no other.
 */
START_TEST(without_samples_held_out_there_is_nothing_to_say_of_them)
{
    static const struct {
        const char *settings;
        bool any;
    } cases[] = {{"depth=2 samples=40", false}, {"depth=2 samples=40 test=0.9", true},
        {"depth=2 samples=40 test=0.01 batch=7", true},
        {"depth=2 samples=4 data=blobs test=0.9", false}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct training *t = training_of(cases[i].settings);
        ck_assert(training_evaluate(t, true));
        for (int id = QUANTITY_TEST_LOSS; id <= QUANTITY_TEST_ACCURACY; id++) {
            struct reading reading = quantity_read(&quantities[id], &t->seen, 0);
            ck_assert_int_eq(reading.kind, cases[i].any ? READING_KNOWN : READING_UNDEFINED);
            ck_assert_int_eq(quantity_applies(&quantities[id], &t->seen), cases[i].any);
        }
        training_destroy(t);
    }
}
END_TEST

/* Which units can die, which can saturate: relu is flat, sigmoid and tanh are bounded. */
START_TEST(what_means_nothing_is_not_defined)
{
    static const struct {
        const char *settings;
        bool dies, saturates;
    } cases[] = {{"depth=2 activation=relu", true, false},
        {"depth=2 activation=leaky_relu", false, false},
        {"depth=2 activation=tanh", false, true}, {"depth=2 activation=sigmoid", false, true},
        {"depth=2 activation=softplus", false, false}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct training *t = training_of(cases[i].settings);
        ck_assert(training_evaluate(t, true));
        for (int l = 0; l <= 3; l++) {
            const struct quantity *dead =
                &quantities[l > 0 ? QUANTITY_DEAD : QUANTITY_DEAD_SHARE];
            const struct quantity *saturated =
                &quantities[l > 0 ? QUANTITY_SATURATED : QUANTITY_SATURATED_SHARE];
            bool output = l == 3;
            ck_assert((quantity_read(dead, &t->seen, l).kind == READING_KNOWN) ==
                (cases[i].dies && !output));
            ck_assert((quantity_read(saturated, &t->seen, l).kind == READING_KNOWN) ==
                (cases[i].saturates && !output));
            if (l > 0)
                ck_assert((quantity_read(&quantities[QUANTITY_GAIN], &t->seen, l).kind ==
                              READING_KNOWN) == !output);
        }
        training_destroy(t);
    }
}
END_TEST

Suite *quantity_suite(void)
{
    return SUITE("quantity", rows_of_the_table_are_whole_and_their_names_unique,
        each_row_reads_a_field_of_its_own, what_run_does_not_print_is_computed_again,
        what_nobody_has_looked_at_is_not_known, what_means_nothing_is_not_defined,
        without_samples_held_out_there_is_nothing_to_say_of_them);
}
