/* The plane of inputs: what it shows, what it costs, and that training does not notice. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/input_plane.h"
#include "engine/looks.h"
#include "engine/runner.h"
#include "engine/session.h"
#include "engine/snapshot.h"
#include "suites.h"

static struct watch watch_of(int layer, int unit, int width, int height)
{
    struct watch watch;
    memset(&watch, 0, sizeof watch);
    watch.details = DETAIL_PLANE;
    watch.layer = layer;
    watch.unit = unit;
    watch.plane_width = width;
    watch.plane_height = height;
    return watch;
}

/* An evaluated session after so many steps, watched. */
static struct session *watched(
    struct looks *looks, const char *settings, int steps, struct watch watch)
{
    struct hparams hparams = hparams_of(settings);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert_ptr_nonnull(session);
    looks_watch(looks, session, &watch);
    ck_assert(session_advance(session, (uint64_t)steps));
    return session;
}

/* z of every layer for one input by plain loops and libm; `unit_z` that of the watched unit. */
static void forward(const struct network *network, const double x[2], const struct watch *watch,
    double *outputs, double *unit_z)
{
    double a[64] = {x[0], x[1]}, z[64];
    for (int l = 0; l < network->layer_count; l++) {
        const struct layer *layer = &network->layers[l];
        struct matrix w = layer_weights(layer, layer->parameters);
        for (int o = 0; o < layer->n_out; o++) {
            z[o] = layer_biases(layer, layer->parameters).values[o];
            for (int i = 0; i < layer->n_in; i++)
                z[o] += w.values[i * w.stride + o] * a[i];
        }
        for (int o = 0; o < layer->n_out; o++)
            a[o] = tanh(z[o]);
        if (watch->layer == l + 1)
            *unit_z = z[watch->unit - 1];
    }
    memcpy(outputs, z, (size_t)network->shape.outputs * sizeof *outputs);
}

START_TEST(the_grid_holds_what_the_network_says_of_its_inputs)
{
    struct watch watch = watch_of(2, 5, 20, 14);
    struct looks looks = {.starved = false};
    struct session *session = watched(&looks, "activation=tanh depth=3 lr=0.1", 30, watch);
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    ck_assert(snapshot_take(&snapshot, session, &looks));
    const struct plane_detail *plane = &snapshot.plane;
    ck_assert(plane->valid && plane->complete && !plane->components);
    ck_assert(plane->width == 20 && plane->height == 14);
    double cell = (plane->right - plane->left) / 20;
    ck_assert_double_eq_tol((plane->top - plane->bottom) / 14, cell, 1e-12); /* square */
    for (int i = 0; i < 20 * 14; i++) {
        double output, z;
        double x[2] = {plane->left + (i % 20 + 0.5) * cell, plane->top - (i / 20 + 0.5) * cell};
        forward(session->run->training->network, x, &watch, &output, &z);
        /* 3 layers of 32 terms of size 1: rounding below 1e-13. */
        ck_assert_double_eq_tol(plane->values[i], 1 / (1 + exp(-output)), 1e-12);
        ck_assert_double_eq_tol(plane->z[i], z, 1e-12);
        ck_assert_double_eq_tol(plane->a[i], tanh(z), 1e-12);
        ck_assert_int_eq(plane->winners[i], output > 0);
    }
    for (int s = 0; s < plane->dot_count; s++) {
        const double *x = session->run->training->data->values + 2 * s;
        ck_assert(plane->dots[s].x == x[0] && plane->dots[s].y == x[1]);
        ck_assert(x[0] > plane->left && x[0] < plane->right);
        ck_assert(x[1] > plane->bottom && x[1] < plane->top);
    }
    snapshot_clear(&snapshot);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

START_TEST(small_maps_hold_every_unit_of_the_layer)
{
    enum { SMALL = 6 };
    struct watch watch = watch_of(2, 5, 20, 20);
    watch.plane_small = SMALL;
    struct looks looks = {.starved = false};
    struct session *session =
        watched(&looks, "activation=tanh depth=3 width=7 lr=0.1", 30, watch);
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    for (int layer = 2; layer <= 4; layer++) {
        watch.layer = layer;
        looks_watch(&looks, session, &watch);
        ck_assert(
            run_evaluate(session->run, true) && snapshot_take(&snapshot, session, &looks));
        const struct plane_detail *plane = &snapshot.plane;
        ck_assert_int_eq(plane->units, layer < 4 ? 7 : 1);
        double cell = (plane->right - plane->left) / SMALL;
        for (int u = 0; u < plane->units; u++) {
            struct watch unit = watch_of(layer, u + 1, 1, 1);
            for (int i = 0; i < SMALL * SMALL; i++) {
                double output, z;
                double x[2] = {plane->left + (i % SMALL + 0.5) * cell,
                    plane->top - (i / SMALL + 0.5) * cell};
                forward(session->run->training->network, x, &unit, &output, &z);
                ck_assert_double_eq_tol(
                    plane->maps[u * SMALL * SMALL + i], layer < 4 ? tanh(z) : z, 1e-12);
            }
        }
    }
    snapshot_clear(&snapshot);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

START_TEST(the_margin_of_many_classes_is_between_the_two_best)
{
    struct watch watch = watch_of(1, 1, 9, 9);
    struct looks looks = {.starved = false};
    struct session *session =
        watched(&looks, "activation=tanh data=blobs depth=2 lr=0.3", 20, watch);
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    ck_assert(snapshot_take(&snapshot, session, &looks));
    const struct plane_detail *plane = &snapshot.plane;
    ck_assert_int_eq(plane->classes, 4);
    double cell = (plane->right - plane->left) / 9;
    int seen = 0;
    for (int i = 0; i < 81; i++) {
        double o[4], z, sum = 0, first = 0, second = 0;
        double x[2] = {plane->left + (i % 9 + 0.5) * cell, plane->top - (i / 9 + 0.5) * cell};
        forward(session->run->training->network, x, &watch, o, &z);
        int best = 0;
        for (int j = 0; j < 4; j++) {
            sum += exp(o[j]);
            best = o[j] > o[best] ? j : best;
        }
        for (int j = 0; j < 4; j++) {
            double p = exp(o[j]) / sum;
            second = p > first ? first : fmax(second, p);
            first = fmax(first, p);
        }
        ck_assert_int_eq(plane->winners[i], best);
        ck_assert_double_eq_tol(plane->values[i], first - second, 1e-12);
        seen |= 1 << best;
    }
    ck_assert_int_eq(seen, 15);
    snapshot_clear(&snapshot);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

START_TEST(wrong_points_are_those_that_the_accuracy_misses)
{
    static const char *const settings[] = {"activation=tanh depth=2 lr=0.1",
        "activation=relu init=he_normal depth=2 batch=30 lr=0.03 data=spirals",
        "activation=tanh depth=2 data=blobs loss=mse"};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct looks looks = {.starved = false};
        struct session *session = watched(&looks, settings[i], 10, watch_of(1, 1, 4, 4));
        struct snapshot snapshot;
        snapshot_init(&snapshot);
        ck_assert(snapshot_take(&snapshot, session, &looks));
        const struct plane_detail *plane = &snapshot.plane;
        int wrong = 0;
        for (int s = 0; s < plane->dot_count; s++) {
            double o[4], z;
            wrong += plane->dots[s].label != plane->dots[s].predicted;
            if (i == 1)
                continue; /* forward() has tanh */
            struct watch none = watch_of(0, 0, 1, 1);
            const double *x = session->run->training->data->values + 2 * s;
            forward(session->run->training->network, x, &none, o, &z);
            ck_assert_int_eq(plane->dots[s].predicted,
                loss_predict(&session->run->training->criterion, o, i == 2 ? 4 : 1));
        }
        ck_assert_int_gt(wrong, 0);
        ck_assert_int_eq(wrong, plane->wrong);
        ck_assert_double_eq_tol(snapshot.seen.accuracy, 1 - wrong / 200.0, 1e-12);
        snapshot_clear(&snapshot);
        session_destroy(session);
        looks_clear(&looks);
    }
}
END_TEST

START_TEST(a_unit_is_the_sum_of_its_terms)
{
    for (int layer = 1; layer <= 3; layer++) {
        struct looks looks = {.starved = false};
        struct session *session = watched(&looks,
            "activation=tanh depth=2 width=3 bias=0.2 lr=0.1", 5, watch_of(layer, 9, 4, 4));
        struct snapshot snapshot;
        snapshot_init(&snapshot);
        ck_assert(snapshot_take(&snapshot, session, &looks));
        const struct plane_unit *unit = &snapshot.plane.unit;
        ck_assert_int_eq(unit->inputs, layer == 1 ? 2 : 3);
        ck_assert_int_eq(unit->term_count, unit->inputs);
        double sum = unit->bias, last = INFINITY;
        for (int i = 0; i < unit->term_count; i++) {
            double term = unit->terms[i].weight * unit->terms[i].input;
            ck_assert(fabs(term) <= last);
            last = fabs(term);
            sum += term;
        }
        ck_assert_double_eq_tol(unit->z, sum, 1e-15);
        ck_assert_double_eq_tol(unit->a, layer < 3 ? tanh(unit->z) : unit->z, 1e-15);
        snapshot_clear(&snapshot);
        session_destroy(session);
        looks_clear(&looks);
    }
}
END_TEST

/* A network so large that one look computes a part of this grid. */
static const char large[] = "activation=tanh depth=60 width=64 samples=20 lr=0.01";
enum { SIDE = 90 };

START_TEST(what_is_too_much_for_one_look_comes_in_several)
{
    struct watch watch = watch_of(1, 1, SIDE, SIDE);
    struct looks looks = {.starved = false};
    struct looks looks_other = {.starved = false};
    struct session *session = watched(&looks, large, 1, watch),
                   *other = watched(&looks_other, large, 1, watch);
    struct snapshot first, last;
    snapshot_init(&first);
    snapshot_init(&last);
    ck_assert(snapshot_take(&first, session, &looks));
    ck_assert(first.plane.valid && !first.plane.complete && looks_unfinished(&looks, session));
    int spacing = looks.plane.spacing, taken = 1;
    ck_assert_int_gt(spacing, 1);
    for (; looks_unfinished(&looks, session) && taken < 100; taken++)
        ck_assert(snapshot_take(&last, session, &looks));
    ck_assert(last.plane.complete);
    /* 4 M multiply-adds and 77 k activations a point, 2.5e8 a look. */
    double points = 2.5e8 / probe_cost(session->run->training->network);
    ck_assert_double_ge(taken, SIDE * SIDE / points);
    ck_assert_double_le(taken, SIDE * SIDE / points + 4); /* one begins each level */
    for (int i = 0; i < SIDE * SIDE; i++) {
        bool known = i % SIDE % spacing == 0 && i / SIDE % spacing == 0;
        ck_assert(!known || first.plane.values[i] == last.plane.values[i]);
        ck_assert(isfinite(first.plane.values[i]));
    }
    /* Between known places it is linear in both directions. */
    for (int i = 0; i + spacing < SIDE; i += spacing) {
        const double *v = first.plane.values + i * SIDE + i;
        double above = v[0] + (v[spacing] - v[0]) / spacing;
        double under =
            v[spacing * SIDE] + (v[spacing * SIDE + spacing] - v[spacing * SIDE]) / spacing;
        ck_assert_double_eq_tol(v[1], above, 1e-15);
        ck_assert_double_eq_tol(v[SIDE + 1], above + (under - above) / spacing, 1e-15);
    }
    /* The same looks give the same picture, and a new step begins anew. */
    ck_assert(snapshot_take(&last, other, &looks_other));
    ck_assert_mem_eq(first.plane.values, last.plane.values, SIDE * SIDE * sizeof(double));
    ck_assert(session_advance(session, 1) && session_advance(other, 1));
    ck_assert(
        snapshot_take(&first, session, &looks) && snapshot_take(&last, other, &looks_other));
    ck_assert(!first.plane.complete);
    ck_assert_mem_eq(first.plane.values, last.plane.values, SIDE * SIDE * sizeof(double));
    snapshot_clear(&first);
    snapshot_clear(&last);
    session_destroy(session);
    looks_clear(&looks);
    session_destroy(other);
    looks_clear(&looks_other);
}
END_TEST

START_TEST(a_paused_runner_makes_the_map_finer_by_itself)
{
    struct error error;
    struct runner_options options = {.hparams = hparams_of(large),
        .kernels = kernels_select(NULL),
        .target_rate = 1,
        .wake_fd = -1};
    struct runner *runner = runner_create(&options, &error);
    struct watch watch = watch_of(1, 1, SIDE, SIDE);
    runner_watch(runner, &watch);
    bool coarse = false, complete = false;
    struct timespec pause = {0, 2000000};
    for (int i = 0; i < 30000 && !complete; i++) {
        const struct snapshot *snapshot = runner_snapshot(runner);
        bool valid = snapshot && snapshot->plane.valid;
        ck_assert(!snapshot || snapshot->seen.step == 0);
        coarse = coarse || (valid && !snapshot->plane.complete);
        complete = valid && snapshot->plane.complete;
        nanosleep(&pause, NULL);
    }
    ck_assert(coarse && complete);
    runner_destroy(runner);
}
END_TEST

START_TEST(a_look_at_the_plane_changes_no_bit_of_the_training)
{
    const char *settings = "activation=relu init=he_normal depth=3 batch=30 lr=0.1";
    struct hparams hparams = hparams_of(settings);
    struct looks looks = {.starved = false};
    struct session *alone = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    struct session *seen = watched(&looks, settings, 0, watch_of(1, 1, 16, 16));
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    for (int step = 0; step < 40; step++) {
        struct watch watch = watch_of(1 + step % 4, step, 10 + step, 12);
        looks_watch(&looks, seen, &watch);
        ck_assert(session_advance(seen, 1) && snapshot_take(&snapshot, seen, &looks));
        ck_assert(snapshot.plane.valid);
    }
    ck_assert(session_advance(alone, 40));
    ck_assert_uint_eq(alone->run->training->step, seen->run->training->step);
    ck_assert_uint_eq(alone->run->record.rows.total, seen->run->record.rows.total);
    ck_assert_int_eq(
        alone->run->training->census.toll.deaths, seen->run->training->census.toll.deaths);
    for (int l = 0; l < 4; l++) {
        const struct layer *a = &alone->run->training->network->layers[l];
        const struct layer *b = &seen->run->training->network->layers[l];
        ck_assert_mem_eq(a->parameters, b->parameters, layer_block(a) * sizeof(double));
        ck_assert_mem_eq(a->gradients, b->gradients, layer_block(a) * sizeof(double));
    }
    snapshot_clear(&snapshot);
    session_destroy(alone);
    session_destroy(seen);
    looks_clear(&looks);
}
END_TEST

START_TEST(a_changed_function_or_data_set_is_drawn_anew)
{
    struct watch watch = watch_of(1, 1, 8, 8);
    struct looks looks = {.starved = false};
    struct session *session =
        watched(&looks, "activation=relu init=he_normal depth=2", 0, watch);
    struct snapshot snapshot;
    struct error error;
    bool rebuilt;
    snapshot_init(&snapshot);
    ck_assert(snapshot_take(&snapshot, session, &looks));
    double before = snapshot.plane.a[0], edge = snapshot.plane.right;
    struct hparams hparams = session->hparams;
    hparams.activation = ACTIVATION_TANH;
    ck_assert(session_configure(session, &hparams, &rebuilt, &error) && !rebuilt);
    ck_assert(run_evaluate(session->run, true) && snapshot_take(&snapshot, session, &looks));
    ck_assert_double_eq_tol(snapshot.plane.a[0], tanh(snapshot.plane.z[0]), 1e-15);
    ck_assert(before != snapshot.plane.a[0]);
    hparams.data = DATA_CIRCLES;
    ck_assert(session_configure(session, &hparams, &rebuilt, &error) && rebuilt);
    ck_assert(run_evaluate(session->run, true) && snapshot_take(&snapshot, session, &looks));
    ck_assert(snapshot.plane.right != edge);
    ck_assert(snapshot.plane.dots[7].x == session->run->training->data->values[14]);
    snapshot_clear(&snapshot);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

/* Five inputs of which two directions, (1,1,0,0,0)/√2 and (0,0,1,0,0), carry the most. */
START_TEST(many_inputs_are_drawn_in_the_plane_of_two_components)
{
    enum { SAMPLES = 64 };
    struct network_shape shape = {
        .inputs = 5, .depth = 1, .width = 4, .outputs = 1, .batch = 1};
    struct network *network =
        network_create(&shape, kernels_select(NULL), (struct signals){0, 0});
    network->activation = ACTIVATION_TANH;
    ck_assert(network_initialize(network, INIT_XAVIER_NORMAL, 1, 0, 0, 3, NULL));
    double values[SAMPLES * 5];
    int labels[SAMPLES] = {0};
    for (int s = 0; s < SAMPLES; s++) {
        double wide = cos(2 * 3.141592653589793 * s / SAMPLES);
        double high = sin(2 * 3.141592653589793 * s / SAMPLES);
        double x[5] = {1 + 3 * wide, 2 + 3 * wide, 2 * high, s % 2 ? 0.1 : -0.1, 7};
        memcpy(values + 5 * s, x, sizeof x);
    }
    struct dataset data = {
        .samples = SAMPLES, .inputs = 5, .classes = 2, .values = values, .labels = labels};
    struct training training = {
        .criterion = {.loss = LOSS_BCE}, .data = &data, .network = network};
    struct input_plane plane = {0};
    struct watch watch = watch_of(1, 1, 12, 12);
    ck_assert(input_plane_look(&plane, &training, &watch));
    ck_assert(plane.components && !input_plane_unfinished(&plane));
    /* Variances 9, 2 and 0.01: Σ cos² = SAMPLES/2. */
    ck_assert_double_eq_tol(plane.pca.explained[0], 9 / 11.01, 1e-12);
    ck_assert_double_eq_tol(plane.pca.explained[1], 2 / 11.01, 1e-12);
    double cell = (plane.right - plane.left) / 12;
    for (int i = 0; i < 144; i++) {
        double u = (plane.left + (i % 12 + 0.5) * cell) / sqrt(2);
        double v = plane.top - (i / 12 + 0.5) * cell, z = 0;
        double x[5] = {1 + u, 2 + u, v, 0, 7};
        const struct layer *layer = &network->layers[0];
        for (int k = 0; k < 5; k++)
            z += layer_weights(layer, layer->parameters).values[k * layer->stride] * x[k];
        ck_assert_double_eq_tol(plane.z[i], z, 1e-11);
    }
    input_plane_clear(&plane);
    network_destroy(network);
}
END_TEST

Suite *plane_suite(void)
{
    return SUITE("plane", the_grid_holds_what_the_network_says_of_its_inputs,
        small_maps_hold_every_unit_of_the_layer,
        the_margin_of_many_classes_is_between_the_two_best,
        wrong_points_are_those_that_the_accuracy_misses, a_unit_is_the_sum_of_its_terms,
        what_is_too_much_for_one_look_comes_in_several,
        a_paused_runner_makes_the_map_finer_by_itself,
        a_look_at_the_plane_changes_no_bit_of_the_training,
        a_changed_function_or_data_set_is_drawn_anew,
        many_inputs_are_drawn_in_the_plane_of_two_components);
}
