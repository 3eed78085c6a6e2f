/* The watched unit, and what every unit is. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/looks.h"
#include "engine/session.h"
#include "engine/snapshot.h"
#include "suites.h"

static struct session *session_of(const char *settings, uint64_t steps)
{
    struct hparams hparams = hparams_of(settings);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert_ptr_nonnull(session);
    ck_assert(session_advance(session, steps));
    return session;
}

static void watch_unit(struct looks *looks, struct session *session, int layer, int unit)
{
    struct watch watch;
    memset(&watch, 0, sizeof watch);
    watch.details = DETAIL_UNIT | DETAIL_UNITS;
    watch.layer = layer;
    watch.unit = unit;
    looks_watch(looks, session, &watch);
    ck_assert(run_evaluate(session->run, true));
}

/* z of a layer on every sample, a row each: nobody keeps it for what all units are. */
static void read_z(const struct training *t, int layer, int count, double *z)
{
    struct probe probe = {0};
    struct probe_tap tap = {.layer = layer, .first = 1, .count = count, .z = z};
    ck_assert_ptr_null(t->network->layers[layer - 1].z);
    ck_assert(
        probe_run(&probe, t->network, t->data->values, t->data->samples, NULL, &tap, NULL));
    probe_clear(&probe);
}

/* z of a unit at one input, by plain sums from layer 1 up. */
static double z_of(const struct training *t, int sample, int layer, int unit)
{
    double below[64], above[64] = {0};
    for (int i = 0; i < t->data->inputs; i++)
        below[i] = t->data->values[sample * t->data->inputs + i];
    for (int l = 0; l < layer; l++) {
        const struct layer *at = &t->network->layers[l];
        for (int j = 0; j < at->n_out; j++) {
            above[j] = at->parameters[at->n_in * at->stride + j];
            for (int i = 0; i < at->n_in; i++)
                above[j] += below[i] * at->parameters[i * at->stride + j];
        }
        for (int j = 0; j < at->n_out; j++)
            below[j] = above[j] > 0 ? above[j] : 0;
    }
    return above[unit - 1];
}

static void check_unit(const struct unit_detail *unit, const struct training *t)
{
    const struct layer *layer = &t->network->layers[unit->layer - 1];
    double low = INFINITY, high = -INFINITY, sum = 0;
    int positive = 0;
    for (int s = 0; s < t->data->samples; s++) {
        double z = z_of(t, s, unit->layer, unit->unit);
        low = fmin(low, z);
        high = fmax(high, z);
        sum += z;
        positive += z > 0;
    }
    /* Sums of at most 33 terms of ordinary size, three layers deep. */
    double size = fmax(fabs(low), fabs(high)), tolerance = 1e-12 * size;
    ck_assert_int_eq(unit->z.total, t->data->samples);
    ck_assert_double_eq_tol(unit->z.minimum, low, tolerance);
    ck_assert_double_eq_tol(unit->z.maximum, high, tolerance);
    ck_assert_double_eq_tol(unit->z.mean, sum / t->data->samples, tolerance);
    ck_assert_int_eq(unit->positive, positive);
    ck_assert_int_eq(unit->inputs, layer->n_in);
    for (int i = 0; i < layer->n_in; i++)
        ck_assert(unit->weights[i] == layer->parameters[i * layer->stride + unit->unit - 1]);
    ck_assert(unit->bias == layer->parameters[layer->n_in * layer->stride + unit->unit - 1]);
    if (unit->hidden) {
        ck_assert_int_eq(unit->active, positive);
        ck_assert_double_eq_tol(unit->mean_slope, positive / (double)unit->samples, 1e-15);
        ck_assert_int_eq(unit->flat, unit->samples - positive);
    }
}

START_TEST(the_unit_is_seen_over_the_whole_data_set)
{
    static const char *const batches[] = {"0", "32", "7"};
    for (size_t b = 0; b < ARRAY_LEN(batches); b++) {
        char settings[128];
        (void)snprintf(settings, sizeof settings,
            "activation=relu init=he_normal depth=2 width=32 lr=0.1 batch=%s", batches[b]);
        struct looks looks = {.starved = false};
        struct session *session = session_of(settings, 9);
        struct snapshot snapshot;
        snapshot_init(&snapshot);
        static const int places[][2] = {{1, 1}, {1, 32}, {2, 17}, {3, 1}};
        for (size_t i = 0; i < ARRAY_LEN(places); i++) {
            watch_unit(&looks, session, places[i][0], places[i][1]);
            ck_assert(snapshot_take(&snapshot, session, &looks));
            ck_assert(snapshot.unit.valid);
            ck_assert_int_eq(snapshot.unit.layer, places[i][0]);
            ck_assert_int_eq(snapshot.unit.unit, places[i][1]);
            ck_assert_int_eq(snapshot.unit.hidden, places[i][0] < 3);
            check_unit(&snapshot.unit, session->run->training);
        }
        snapshot_clear(&snapshot);
        session_destroy(session);
        looks_clear(&looks);
    }
}
END_TEST

START_TEST(dead_units_are_seen_to_be_dead)
{
    struct looks looks = {.starved = false};
    struct session *session = session_of("activation=relu init=he_normal depth=2 lr=3", 60);
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    int dead = 0;
    for (int layer = 1; layer <= 2; layer++) {
        for (int unit = 1; unit <= 32; unit++) {
            watch_unit(&looks, session, layer, unit);
            ck_assert(snapshot_take(&snapshot, session, &looks));
            const struct unit_detail *u = &snapshot.unit;
            const struct unit_stats *view = &snapshot.units[(layer - 1) * 32 + unit - 1];
            bool silent = view->state == UNIT_DEAD;
            ck_assert_int_eq(silent, u->z.maximum <= 0);
            ck_assert_int_eq(silent, u->active == 0);
            ck_assert_int_eq(silent, u->record.died_at >= 0);
            ck_assert(view->mean_slope == u->active / 200.0);
            if (silent)
                ck_assert(u->delta_rms == 0);
            dead += silent;
        }
    }
    ck_assert_int_eq(dead, snapshot.seen.toll.dead);
    ck_assert_int_gt(dead, 5);
    snapshot_clear(&snapshot);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

static void check_same(const struct session *a, const struct session *b)
{
    for (int l = 0; l < a->run->training->network->layer_count; l++)
        ck_assert_mem_eq(a->run->training->network->layers[l].parameters,
            b->run->training->network->layers[l].parameters,
            layer_block(&a->run->training->network->layers[l]) * sizeof(double));
    const struct step_rows *one = &a->run->record.rows, *two = &b->run->record.rows;
    ck_assert_uint_eq(one->total, two->total);
    ck_assert_mem_eq(one->kept, two->kept, one->count * one->width * sizeof *one->kept);
    ck_assert_int_eq(
        a->run->training->census.toll.deaths, b->run->training->census.toll.deaths);
}

/* Somebody steps through the units, a snapshot a step; nobody looks at the other run. */
static void check_watched(const char *settings)
{
    struct looks looks = {.starved = false};
    struct session *watched = session_of(settings, 0), *alone = session_of(settings, 0);
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    for (int step = 0; step < 70; step++) {
        watch_unit(&looks, watched, 1 + step % 3, 1 + step % 32);
        ck_assert(snapshot_take(&snapshot, watched, &looks));
        ck_assert(snapshot.unit.valid);
        ck_assert(run_evaluate(alone->run, false));
        run_update(watched->run);
        run_update(alone->run);
    }
    check_same(watched, alone);
    ck_assert_uint_eq(alone->run->record.rows.total, 70);
    snapshot_clear(&snapshot);
    session_destroy(watched);
    looks_clear(&looks);
    session_destroy(alone);
}

START_TEST(watching_a_unit_changes_no_bit)
{
    check_watched("activation=relu init=he_normal depth=3 lr=1 batch=20");
    check_watched("activation=relu init=he_normal depth=3 lr=1");
    check_watched("activation=tanh depth=3 lr=0.3 batch=64 optimizer=adam");
}
END_TEST

START_TEST(the_record_of_deaths_is_that_of_the_census)
{
    struct session *session = session_of("activation=relu init=he_normal depth=1 lr=10", 0);
    struct record_copy copy = {.has_layers = false};
    for (int step = 0; step < 40; step++) {
        ck_assert(run_evaluate(session->run, true));
        ck_assert(record_copy_take(&copy, &session->run->record, QUANTITY_COUNT));
        struct reading newest = record_newest(&copy, QUANTITY_DEAD_SHARE);
        ck_assert_int_eq(newest.kind, READING_KNOWN);
        ck_assert_double_eq(
            newest.value, (double)session->run->training->census.toll.dead / 32);
        run_update(session->run);
    }
    ck_assert_int_gt(session->run->training->census.toll.dead, 5);
    record_copy_clear(&copy);
    session_destroy(session);
}
END_TEST

static void watch_units(struct looks *looks, struct session *session, unsigned details)
{
    struct watch watch;
    memset(&watch, 0, sizeof watch);
    watch.details = details;
    watch.layer = watch.unit = 1;
    looks_watch(looks, session, &watch);
    ck_assert(run_evaluate(session->run, true));
}

/* φ' by its formula, in long double where exp is taken. */
static double slope_of(enum activation activation, double leaky, double z)
{
    double s = (double)(1 / (1 + expl(-(long double)z))), pi = acos(-1);
    switch (activation) {
    case ACTIVATION_SIGMOID:
        return s * (1 - s);
    case ACTIVATION_TANH:
        return 1 - pow(tanh(z), 2);
    case ACTIVATION_RELU:
        return z > 0;
    case ACTIVATION_LEAKY_RELU:
        return z > 0 ? 1 : leaky;
    case ACTIVATION_ELU:
        return z > 0 ? 1 : exp(z);
    case ACTIVATION_GELU:
        return 0.5 * erfc(-z / sqrt(2)) + z * exp(-z * z / 2) / sqrt(2 * pi);
    case ACTIVATION_SILU:
        return s + z * s * (1 - s);
    case ACTIVATION_SOFTPLUS:
        return s;
    default:
        return 1;
    }
}

/* Every activation there is, against plain sums over z. */
START_TEST(how_much_a_unit_lets_through_is_its_mean_slope)
{
    for (int phi = 0; phi < ACTIVATION_COUNT; phi++) {
        char settings[120];
        (void)snprintf(settings, sizeof settings,
            "activation=%s init=normal gain=1.5 depth=2 width=20 samples=60",
            activation_name(phi));
        struct looks looks = {.starved = false};
        struct session *session = session_of(settings, 0);
        struct snapshot snapshot;
        snapshot_init(&snapshot);
        watch_units(&looks, session, DETAIL_UNITS);
        ck_assert(snapshot_take(&snapshot, session, &looks));
        const struct training *t = session->run->training;
        struct activation_info info = snapshot.seen.activation;
        double all[60 * 20], least = 1, most = 0;
        for (int i = 0; i < 2 * 20; i++) {
            if (i % 20 == 0) {
                struct probe probe = {0};
                struct probe_tap tap = {.layer = i / 20 + 1, .first = 1, .count = 20, .z = all};
                ck_assert(probe_run(
                    &probe, t->network, t->data->values, t->data->samples, NULL, &tap, NULL));
                probe_clear(&probe);
            }
            const struct unit_stats *unit = &snapshot.units[i];
            int flat = 0;
            double sum = 0;
            for (int s = 0; s < 60; s++) {
                double slope = fabs(slope_of((enum activation)phi, 0.01, all[s * 20 + i % 20]));
                sum += slope;
                flat += slope < 0.05 * info.max_slope;
            }
            /* Each slope to a few ulps of 1: 1 - a², and the cancelling sums of gelu. */
            ck_assert_double_eq_tol(unit->mean_slope, sum / 60, 1e-14);
            ck_assert_double_le(unit->mean_slope, info.max_slope * (1 + 1e-15));
            least = fmin(least, unit->mean_slope / info.max_slope);
            most = fmax(most, unit->mean_slope / info.max_slope);
            if (info.bounded) {
                ck_assert_double_eq_tol(unit->saturated, flat / 60.0, 1e-6);
                ck_assert_int_eq(unit->state == UNIT_SATURATED, 2 * flat > 60);
            }
        }
        ck_assert(phi == ACTIVATION_LINEAR ? least == 1 && most == 1 : most - least > 0.2);
        snapshot_clear(&snapshot);
        session_destroy(session);
        looks_clear(&looks);
    }
}
END_TEST

/* With batches what dies is counted over the whole data set, so is how often it is active. */
START_TEST(a_relu_unit_lets_through_on_the_samples_of_the_survey)
{
    struct looks looks = {.starved = false};
    struct session *session = session_of("activation=relu depth=1 width=20 batch=20", 3);
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    watch_units(&looks, session, DETAIL_UNITS);
    ck_assert(snapshot_take(&snapshot, session, &looks));
    const struct training *t = session->run->training;
    for (int j = 0; j < 20; j++)
        ck_assert(snapshot.units[j].mean_slope == t->census.units[j].active / 200.0);
    snapshot_clear(&snapshot);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

/* Nobody draws units: nothing is computed, and nothing old is left to be read. */
START_TEST(what_every_unit_is_is_taken_only_while_watched)
{
    struct looks looks = {.starved = false};
    struct session *session = session_of("depth=3 width=20", 2);
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    ck_assert(snapshot_take(&snapshot, session, NULL));
    ck_assert_ptr_null(snapshot.units);
    watch_units(&looks, session, DETAIL_UNITS | DETAIL_CLIP);
    ck_assert(snapshot_take(&snapshot, session, &looks));
    ck_assert_ptr_nonnull(snapshot.units);
    double before = snapshot.units[7].mean_slope;
    watch_units(&looks, session, DETAIL_ALL & ~(unsigned)DETAIL_UNITS);
    ck_assert(snapshot_take(&snapshot, session, &looks));
    ck_assert_ptr_null(snapshot.units);
    ck_assert(session_advance(session, 3));
    watch_units(&looks, session, DETAIL_UNITS);
    ck_assert(snapshot_take(&snapshot, session, &looks));
    ck_assert(snapshot.units[7].mean_slope > 0 && snapshot.units[7].mean_slope != before);
    snapshot_clear(&snapshot);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

START_TEST(what_is_not_finite_is_a_state_of_its_own)
{
    struct looks looks = {.starved = false};
    struct session *session =
        session_of("activation=relu init=he_normal gain=1.5 depth=10 lr=0.1", 300);
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    const struct divergence *divergence = &session->run->training->seen.divergence;
    ck_assert_int_eq(divergence->kind, DIVERGED_ACTIVATION);
    watch_unit(&looks, session, divergence->layer, divergence->unit);
    ck_assert(snapshot_take(&snapshot, session, &looks));
    for (int i = 0; i < 32 * (divergence->layer - 1); i++)
        ck_assert_int_ne(snapshot.units[i].state, UNIT_NOT_FINITE);
    const struct unit_stats *first =
        &snapshot.units[32 * (divergence->layer - 1) + divergence->unit - 1];
    ck_assert_int_eq(first->state, UNIT_NOT_FINITE);
    ck_assert(isnan(first->mean_slope));
    ck_assert_int_gt(snapshot.unit.z.nans + snapshot.unit.z.infinities, 0);
    snapshot_clear(&snapshot);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

/* Also below 0, where a smooth unit is as active as above. */
START_TEST(a_unit_is_active_where_its_activation_is_not_zero)
{
    static const char *const names[] = {"tanh", "leaky_relu", "elu", "linear", "relu"};
    for (size_t n = 0; n < ARRAY_LEN(names); n++) {
        char settings[80];
        (void)snprintf(settings, sizeof settings, "activation=%s depth=1 width=3", names[n]);
        struct looks looks = {.starved = false};
        struct session *session = session_of(settings, 0);
        struct snapshot snapshot;
        snapshot_init(&snapshot);
        int negative = 0;
        for (int unit = 1; unit <= 3; unit++) {
            watch_unit(&looks, session, 1, unit);
            ck_assert(snapshot_take(&snapshot, session, &looks));
            const struct layer *layer = &session->run->training->network->layers[0];
            int active = 0;
            for (int s = 0; s < session->run->training->seen.samples; s++) {
                double a = layer->a[s * layer->stride + unit - 1];
                active += a < 0 || a > 0;
                negative += a < 0;
            }
            ck_assert_int_eq(snapshot.unit.active, active);
        }
        ck_assert_int_eq(negative > 0, strcmp(names[n], "relu") != 0);
        snapshot_clear(&snapshot);
        session_destroy(session);
        looks_clear(&looks);
    }
}
END_TEST

/* The widest layer there is: slopes of a whole row (a sanitizer sees what writes beside it). */
START_TEST(the_widest_layer_has_its_slopes_counted)
{
    struct looks looks = {.starved = false};
    struct session *session =
        session_of("activation=tanh init=normal gain=2 depth=1 width=1024 samples=20", 0);
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    watch_units(&looks, session, DETAIL_UNITS);
    ck_assert(snapshot_take(&snapshot, session, &looks));
    static double z[20 * 1024];
    read_z(session->run->training, 1, 1024, z);
    for (int j = 0; j < 1024; j++) {
        int flat = 0;
        for (int s = 0; s < 20; s++)
            flat += 1 - pow(tanh(z[s * 1024 + j]), 2) < 0.05;
        ck_assert_double_eq_tol(snapshot.units[j].saturated, flat / 20.0, 1e-6);
    }
    snapshot_clear(&snapshot);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

/* What a survey says of the unit and its z are of one step, that of the survey. */
START_TEST(between_surveys_the_unit_is_that_of_the_last_one)
{
    struct looks looks = {.starved = false};
    struct session *session = session_of("activation=tanh depth=2 batch=50 lr=0.5", 0);
    struct snapshot at, later;
    snapshot_init(&at);
    snapshot_init(&later);
    watch_unit(&looks, session, 2, 3);
    ck_assert(!session_unseen(session) && snapshot_take(&at, session, &looks));
    ck_assert(session_reach(session, 3) && snapshot_take(&later, session, &looks));
    ck_assert(!later.seen.surveyed && later.seen.survey_step == 0 && later.seen.step == 3);
    ck_assert(later.unit.bias != at.unit.bias);
    ck_assert(later.unit.z.mean == at.unit.z.mean);
    ck_assert_int_eq(later.unit.positive, at.unit.positive);
    ck_assert(run_evaluate(session->run, true) && snapshot_take(&later, session, &looks));
    ck_assert(later.seen.surveyed);
    ck_assert(later.unit.z.mean != at.unit.z.mean);
    /* Another unit is looked at by the next survey, and by itself until then. */
    struct watch watch = looks.watch;
    watch.unit = 4;
    looks_watch(&looks, session, &watch);
    ck_assert(session_reach(session, 0) && session_unseen(session));
    ck_assert(snapshot_take(&at, session, &looks));
    ck_assert(training_survey(session->run->training) && !session_unseen(session));
    ck_assert(snapshot_take(&later, session, &looks));
    ck_assert(later.unit.z.mean == at.unit.z.mean);
    snapshot_clear(&at);
    snapshot_clear(&later);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

/* A survey that had no memory for z of the unit: nothing is shown of it, no pass is made. */
START_TEST(without_memory_for_its_z_the_unit_is_not_shown)
{
    struct session *session = session_of("activation=tanh depth=2 batch=50", 0);
    struct snapshot snapshot;
    struct looks looks = {.session = NULL};
    snapshot_init(&snapshot);
    watch_unit(&looks, session, 2, 3);
    ck_assert(
        snapshot_take(&snapshot, session, &looks) && snapshot.unit.valid && !snapshot.starved);
    free(session->run->training->survey.seen.z);
    session->run->training->survey.seen.z = NULL;
    ck_assert(!session_unseen(session) && snapshot_take(&snapshot, session, &looks));
    ck_assert(!snapshot.unit.valid && snapshot.starved);
    ck_assert(
        training_survey(session->run->training) && snapshot_take(&snapshot, session, &looks));
    ck_assert(snapshot.unit.valid && !snapshot.starved);
    snapshot_clear(&snapshot);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

Suite *unit_suite(void)
{
    return SUITE("unit", the_unit_is_seen_over_the_whole_data_set,
        dead_units_are_seen_to_be_dead, watching_a_unit_changes_no_bit,
        the_record_of_deaths_is_that_of_the_census,
        how_much_a_unit_lets_through_is_its_mean_slope,
        a_relu_unit_lets_through_on_the_samples_of_the_survey,
        what_every_unit_is_is_taken_only_while_watched,
        what_is_not_finite_is_a_state_of_its_own,
        a_unit_is_active_where_its_activation_is_not_zero,
        the_widest_layer_has_its_slopes_counted,
        between_surveys_the_unit_is_that_of_the_last_one,
        without_memory_for_its_z_the_unit_is_not_shown);
}
