/* A layer's distributions against plain loops, and that looking at them changes nothing. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "engine/looks.h"
#include "engine/session.h"
#include "engine/snapshot.h"
#include "suites.h"

static const char *const settings[] = {"", "depth=60 width=7", "activation=tanh gain=5 lr=0.1",
    "activation=relu init=he_normal depth=3 lr=3", "activation=gelu batch=37 depth=3 lr=0.1",
    "activation=silu depth=2", "activation=leaky_relu leaky_slope=0.2 depth=2",
    "activation=elu depth=2 data=blobs", "activation=softplus depth=2",
    "activation=relu init=he_normal gain=2 clip=value clip_at=0.01 lr=0.01",
    "activation=relu init=normal gain=0.01 clip=norm clip_at=1e-9"};

static struct watch watch_layer(int layer)
{
    struct watch watch;
    memset(&watch, 0, sizeof watch);
    watch.details = DETAIL_LAYER;
    watch.layer = layer;
    watch.unit = 1;
    return watch;
}

static struct session *session_at(struct looks *looks, const char *text, int steps, int layer)
{
    struct hparams hparams = hparams_of(text);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert_ptr_nonnull(session);
    if (layer > 0) {
        struct watch watch = watch_layer(layer);
        looks_watch(looks, session, &watch);
    }
    ck_assert(session_advance(session, (uint64_t)steps));
    return session;
}

/* Sums in long double; every element has a place of its own, zeros aside. */
static void check_matrix(const struct histogram *h, struct matrix m)
{
    long double sum = 0, square = 0;
    int64_t zeros = 0, lost = 0, binned = 0;
    double lowest = INFINITY, highest = -INFINITY, most = 0;
    for (int i = 0; i < m.rows * m.columns; i++)
        most = fmax(most, fabs(m.values[i / m.columns * m.stride + i % m.columns]));
    for (int i = 0; i < m.rows * m.columns; i++) {
        double x = m.values[i / m.columns * m.stride + i % m.columns];
        sum += most > 0 ? (long double)x / most : 0;
        zeros += x == 0;
        lost += x != 0 && fabs(x) <= 0x1p-150;
        lowest = fmin(lowest, x);
        highest = fmax(highest, x);
    }
    int64_t count = (int64_t)m.rows * m.columns;
    long double mean = sum / (long double)count;
    for (int i = 0; i < m.rows * m.columns && most > 0; i++) {
        long double x = m.values[i / m.columns * m.stride + i % m.columns] / (long double)most;
        square += (x - mean) * (x - mean);
    }
    double deviation = (double)sqrtl(square / (long double)count);
    for (int b = 0; b < HISTOGRAM_BINS; b++)
        binned += h->bins[b];
    ck_assert_int_eq(h->total, count);
    ck_assert_int_eq(h->zeros, zeros);
    ck_assert_int_eq(h->float_zero, lost);
    ck_assert_int_eq(binned + zeros, count);
    ck_assert(h->minimum == lowest && h->maximum == highest);
    most = most > 0 ? most : 1;
    /* A sum of 6400 numbers below 1 errs by less than 6400 · 2^-53 = 7e-13 a number. */
    ck_assert_double_eq_tol(h->mean / most, (double)mean, 1e-12);
    ck_assert_double_eq_tol(h->deviation / most, deviation, 1e-12);
}

/* φ'(z) from its textbook formula. */
static double slope_of(enum activation activation, double leaky, double z)
{
    double s = 1 / (1 + exp(-z)), density = exp(-z * z / 2) / sqrt(2 * acos(-1));
    switch (activation) {
    case ACTIVATION_SIGMOID:
        return s * (1 - s);
    case ACTIVATION_TANH:
        return 1 / (cosh(z) * cosh(z));
    case ACTIVATION_RELU:
        return z > 0;
    case ACTIVATION_LEAKY_RELU:
        return z > 0 ? 1 : leaky;
    case ACTIVATION_ELU:
        return z > 0 ? 1 : exp(z);
    case ACTIVATION_GELU:
        return erfc(-z / sqrt(2)) / 2 + z * density;
    case ACTIVATION_SILU:
        return s + z * s * (1 - s);
    case ACTIVATION_SOFTPLUS:
        return s;
    default:
        return 1;
    }
}

static void check_slopes(const struct layer_detail *detail, const struct layer *layer)
{
    const struct histogram *h = &detail->distributions[DISTRIBUTION_SLOPE];
    double sum = 0, lowest = INFINITY, highest = -INFINITY;
    for (int s = 0; s < detail->samples; s++) {
        for (int j = 0; j < layer->n_out; j++) {
            double slope = slope_of(
                detail->activation, detail->leaky_slope, layer->z[s * layer->stride + j]);
            sum += slope;
            lowest = fmin(lowest, slope);
            highest = fmax(highest, slope);
        }
    }
    int64_t count = (int64_t)detail->samples * layer->n_out;
    ck_assert_int_eq(h->total, count);
    ck_assert_int_eq(h->below + h->above + h->nans, 0);
    /* Cancellation in 1 - a and in cosh leaves 1e-13 of the largest slope. */
    ck_assert_double_eq_tol(h->mean, sum / (double)count, 1e-12);
    ck_assert_double_eq_tol(h->minimum, lowest, 1e-12);
    ck_assert_double_eq_tol(h->maximum, highest, 1e-12);
    ck_assert_double_le(h->maximum, detail->info.max_slope * (1 + 1e-9));
}

START_TEST(distributions_are_those_of_plain_loops)
{
    const char *text = settings[_i];
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    for (int layer = 1; layer <= hparams_of(text).depth + 1; layer++) {
        struct looks looks = {.starved = false};
        struct session *session = session_at(&looks, text, 7, layer);
        const struct network *network = session->run->training->network;
        const struct layer *l = &network->layers[layer - 1];
        ck_assert(snapshot_take(&snapshot, session, &looks));
        const struct layer_detail *detail = &snapshot.layer_detail;
        const struct histogram *d = detail->distributions;
        ck_assert(
            detail->valid && detail->layer == layer && detail->samples == network->samples);
        ck_assert(detail->output == (layer == network->layer_count));
        check_matrix(&d[DISTRIBUTION_Z], layer_matrix(l, l->z, network->samples));
        check_matrix(&d[DISTRIBUTION_A], layer_matrix(l, l->a, network->samples));
        check_matrix(&d[DISTRIBUTION_DELTA], layer_matrix(l, l->delta, network->samples));
        check_matrix(&d[DISTRIBUTION_WEIGHT], layer_weights(l, l->parameters));
        check_slopes(detail, l);
        ck_assert(detail->saturated == snapshot.seen.layers[layer - 1].saturated);
        ck_assert_int_eq(detail->unit_means.total, l->n_out);
        ck_assert_double_eq_tol(detail->unit_means.mean, d[DISTRIBUTION_Z].mean,
            1e-13 * (1 + d[DISTRIBUTION_Z].deviation));
        session_destroy(session);
        looks_clear(&looks);
    }
    snapshot_clear(&snapshot);
}
END_TEST

START_TEST(the_gradient_is_the_one_before_clipping)
{
    static const char *const clips[] = {"clip=value clip_at=1e-4", "clip=norm clip_at=1e-3",
        "clip=layerwise clip_at=1e-3", "clip=none"};
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    for (size_t i = 0; i < ARRAY_LEN(clips); i++) {
        char text[200];
        (void)snprintf(text, sizeof text, "activation=tanh depth=4 %s", clips[i]);
        struct looks looks = {.starved = false};
        struct session *clipped = session_at(&looks, text, 0, 2);
        struct session *plain = session_at(NULL, "activation=tanh depth=4", 0, 0);
        const struct layer *layer = &plain->run->training->network->layers[1];
        ck_assert(snapshot_take(&snapshot, clipped, &looks));
        ck_assert((clipped->run->training->seen.clip.fraction > 0) == (i < 3));
        check_matrix(&snapshot.layer_detail.distributions[DISTRIBUTION_WEIGHT_GRADIENT],
            layer_weights(layer, layer->gradients));
        session_destroy(clipped);
        looks_clear(&looks);
        session_destroy(plain);
    }
    snapshot_clear(&snapshot);
}
END_TEST

/* Parameters, gradients, optimizer state and loss to the bit, while one is watched on and off.
 */
START_TEST(a_watched_run_has_the_same_bits)
{
    struct looks looks = {.starved = false};
    struct session *watched = session_at(&looks, settings[_i], 0, 1);
    struct session *alone = session_at(NULL, settings[_i], 0, 0);
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    int layers = watched->run->training->network->layer_count;
    for (int step = 0; step < 24; step++) {
        struct watch watch = watch_layer(1 + step % layers);
        watch.details = step % 5 < 3 ? DETAIL_LAYER : 0;
        looks_watch(&looks, watched, &watch);
        ck_assert(run_evaluate(watched->run, step % 2) && run_evaluate(alone->run, false));
        ck_assert(snapshot_take(&snapshot, watched, &looks));
        ck_assert(snapshot.layer_detail.valid == (watch.details != 0));
        for (int i = 0; i < layers; i++) {
            const struct layer *a = &watched->run->training->network->layers[i];
            const struct layer *b = &alone->run->training->network->layers[i];
            size_t size = layer_block(a) * sizeof(double);
            ck_assert_mem_eq(a->parameters, b->parameters, size);
            ck_assert_mem_eq(a->gradients, b->gradients, size);
            if (a->m)
                ck_assert_mem_eq(a->m, b->m, size);
        }
        ck_assert(watched->run->training->seen.loss == alone->run->training->seen.loss);
        if (run_diverged(alone->run))
            break;
        run_update(watched->run);
        run_update(alone->run);
    }
    ck_assert_uint_eq(watched->run->record.rows.total, alone->run->record.rows.total);
    snapshot_clear(&snapshot);
    session_destroy(watched);
    looks_clear(&looks);
    session_destroy(alone);
}
END_TEST

START_TEST(what_a_float_would_lose_is_counted)
{
    struct looks looks = {.starved = false};
    struct session *session = session_at(&looks, "depth=100", 0, 1);
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    ck_assert(snapshot_take(&snapshot, session, &looks));
    /* δ of layer 1 is near 1e-65: as float all of it is 0. */
    const struct histogram *delta = &snapshot.layer_detail.distributions[DISTRIBUTION_DELTA];
    ck_assert_int_eq(delta->float_zero, delta->total);
    ck_assert_int_eq(delta->subnormal, 0);
    ck_assert(delta->deviation > 1e-70 && delta->deviation < 1e-60);
    snapshot_clear(&snapshot);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

START_TEST(a_diverged_layer_is_counted_too)
{
    struct looks looks = {.starved = false};
    struct looks looks_free_run = {.starved = false};
    struct session *session =
        session_at(&looks, "activation=relu init=he_normal gain=1.5 lr=0.1 clip=value", 60, 5);
    struct session *free_run =
        session_at(&looks_free_run, "activation=relu init=he_normal gain=1.5 lr=0.1", 60, 5);
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    ck_assert(snapshot_take(&snapshot, session, &looks) && snapshot.layer_detail.valid);
    ck_assert(run_diverged(free_run->run));
    ck_assert(
        snapshot_take(&snapshot, free_run, &looks_free_run) && snapshot.layer_detail.valid);
    const struct histogram *delta = &snapshot.layer_detail.distributions[DISTRIBUTION_DELTA];
    ck_assert_int_gt(delta->nans + delta->infinities, 0);
    ck_assert(isfinite(delta->mean) && isfinite(delta->deviation));
    snapshot_clear(&snapshot);
    session_destroy(session);
    looks_clear(&looks);
    session_destroy(free_run);
    looks_clear(&looks_free_run);
}
END_TEST

/* Nobody looks, one layer is looked at, another, the output, nobody again. */
START_TEST(signals_are_kept_of_the_watched_layer_alone)
{
    struct looks looks = {.starved = false};
    struct session *session = session_at(&looks, "depth=4 width=9", 0, 0);
    static const int watched[] = {0, 3, 1, 5, 4, 0};
    for (size_t i = 0; i < ARRAY_LEN(watched); i++) {
        struct watch watch = watch_layer(watched[i]);
        watch.details = watched[i] == 0 ? DETAIL_CURVES : i % 2 ? DETAIL_UNIT : DETAIL_LAYER;
        looks_watch(&looks, session, &watch);
        ck_assert(run_evaluate(session->run, true) && !looks.starved);
        for (int l = 0; l < 4; l++) {
            const struct layer *layer = &session->run->training->network->layers[l];
            ck_assert_int_eq(layer->z != NULL, l + 1 == watched[i]);
            ck_assert_int_eq(layer->delta != NULL, l + 1 == watched[i]);
        }
    }
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

/* 0 where the system does not say. */
static size_t address_space(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file && fscanf(file, "%lu", &pages) != 1)
        pages = 0;
    if (file)
        (void)fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* 33 MB for z and δ where there are 8: the training goes on, and they come when there are. */
START_TEST(without_memory_for_signals_the_training_goes_on)
{
    const char *sanitizers = getenv("SANITIZERS");
    size_t used = address_space();
    if (used == 0 || (sanitizers && *sanitizers))
        return;
    struct looks looks = {.starved = false};
    struct session *session = session_at(&looks, "depth=1 width=512 samples=4000", 0, 0);
    struct snapshot snapshot;
    struct rlimit limit, tight;
    snapshot_init(&snapshot);
    ck_assert(snapshot_take(&snapshot, session, &looks) && !snapshot.starved);
    ck_assert_int_eq(getrlimit(RLIMIT_AS, &limit), 0);
    tight = (struct rlimit){address_space() + (8 << 20), limit.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_AS, &tight), 0);
    struct watch watch = watch_layer(1);
    watch.details = DETAIL_LAYER | DETAIL_UNIT;
    looks_watch(&looks, session, &watch);
    ck_assert(session_advance(session, 1));
    ck_assert(snapshot_take(&snapshot, session, &looks));
    ck_assert(snapshot.starved && snapshot.seen.step == 1);
    ck_assert(!snapshot.layer_detail.valid && !snapshot.unit.valid);
    ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
    /* It is tried again for another unit, and for another network. */
    watch.unit = 2;
    looks_watch(&looks, session, &watch);
    ck_assert(run_evaluate(session->run, true) && snapshot_take(&snapshot, session, &looks));
    ck_assert(!snapshot.starved && snapshot.layer_detail.valid && snapshot.unit.valid);
    looks.starved = true;
    ck_assert(session_reset(session, NULL));
    ck_assert(run_evaluate(session->run, true) && snapshot_take(&snapshot, session, &looks));
    ck_assert(!snapshot.starved && snapshot.layer_detail.valid);
    snapshot_clear(&snapshot);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

Suite *layer_detail_suite(void)
{
    Suite *suite = SUITE("layer detail", the_gradient_is_the_one_before_clipping,
        what_a_float_would_lose_is_counted, a_diverged_layer_is_counted_too,
        signals_are_kept_of_the_watched_layer_alone,
        without_memory_for_signals_the_training_goes_on);
    TCase *tcase = tcase_create("settings");
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(
        tcase, distributions_are_those_of_plain_loops, 0, (int)ARRAY_LEN(settings));
    tcase_add_loop_test(tcase, a_watched_run_has_the_same_bits, 0, (int)ARRAY_LEN(settings));
    suite_add_tcase(suite, tcase);
    return suite;
}
