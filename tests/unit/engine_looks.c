/* Who looks: when an observer is told, and what looks keep from one snapshot to the next. */
#include <math.h>
#include <string.h>

#include "core/reduce.h"
#include "engine/looks.h"
#include "engine/session.h"
#include "engine/snapshot.h"
#include "suites.h"

static struct session *session_of(const char *settings)
{
    struct hparams hparams = hparams_of(settings);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert_ptr_nonnull(session);
    return session;
}

/* What an observer was told, and saw. */
struct notes {
    const struct run *run;
    int prepared, gathered;
    bool refuses; /* as if it were interrupted */
    double norm;  /* ‖g‖ when the gradient was to be seen */
};

static void note_preparation(void *context)
{
    struct notes *notes = context;
    ck_assert(!notes->run->evaluated);
    ck_assert_int_eq(notes->prepared, notes->gathered);
    notes->prepared++;
}

static bool note_gradient(void *context)
{
    struct notes *notes = context;
    const struct network *network = notes->run->training->network;
    double parts[8];
    for (int l = 0; l < network->layer_count; l++) {
        struct matrix block = layer_weights(&network->layers[l], network->layers[l].gradients);
        block.rows++;
        parts[l] = matrix_norm(network->kernels, &block);
    }
    notes->norm = norm_of_norms(parts, (size_t)network->layer_count);
    notes->gathered++;
    return !notes->refuses;
}

START_TEST(an_observer_sees_each_gradient_before_it_is_clipped)
{
    struct session *session = session_of("activation=tanh depth=3 batch=20 clip=norm "
                                         "clip_at=0.001");
    struct notes notes = {.run = session->run};
    const struct clip_report *clip = &session->run->training->seen.clip;
    ck_assert(run_evaluate(session->run, false));
    session_observe(session, &(struct run_observer){note_preparation, note_gradient, &notes});
    for (int step = 0; step < 5; step++) {
        ck_assert(run_evaluate(session->run, false) && run_evaluate(session->run, true));
        ck_assert_int_eq(notes.prepared, step + 1);
        ck_assert_int_eq(notes.gathered, step + 1);
        /* Sums of 2211 squares in another order. */
        ck_assert_double_eq_tol(notes.norm, clip->norm_before, 1e-12 * clip->norm_before);
        ck_assert_double_gt(clip->norm_before, 2 * clip->norm_after);
        ck_assert(run_update(session->run));
    }
    session_observe(session, NULL);
    ck_assert(session_advance(session, 3));
    ck_assert_int_eq(notes.prepared, 5);
    ck_assert_uint_eq(session->run->record.rows.total, 9);
    session_destroy(session);
}
END_TEST

START_TEST(a_step_whose_observer_is_interrupted_is_evaluated_again)
{
    struct session *session = session_of("activation=tanh depth=3"), *alone;
    struct notes notes = {.run = session->run, .refuses = true};
    session_observe(session, &(struct run_observer){NULL, note_gradient, &notes});
    ck_assert(!run_evaluate(session->run, true) && !session->run->evaluated);
    notes.refuses = false;
    ck_assert(session_advance(session, 4));
    alone = session_of("activation=tanh depth=3");
    ck_assert(session_advance(alone, 4));
    ck_assert(session->run->training->seen.loss == alone->run->training->seen.loss);
    ck_assert_uint_eq(session->run->record.rows.total, alone->run->record.rows.total);
    session_destroy(session);
    session_destroy(alone);
}
END_TEST

static struct watch watch_all(void)
{
    struct watch watch;
    memset(&watch, 0, sizeof watch);
    watch.details = DETAIL_UNIT | DETAIL_LAYER | DETAIL_CLIP | DETAIL_PLANE | DETAIL_CHECK;
    watch.layer = watch.unit = 2;
    watch.plane_width = watch.plane_height = 9;
    return watch;
}

static void look(struct looks *looks, struct session *session, struct snapshot *snapshot)
{
    struct watch watch = watch_all();
    looks_watch(looks, session, &watch);
    ck_assert(run_evaluate(session->run, true) && snapshot_take(snapshot, session, looks));
    while (looks_unfinished(looks, session))
        ck_assert(snapshot_take(snapshot, session, looks));
    ck_assert(snapshot->unit.valid && snapshot->layer_detail.valid && snapshot->plane.valid);
    ck_assert(snapshot->clip_detail.valid && snapshot->check.valid);
}

/* Of two sessions at the same step, after the same changes: nothing tells them apart but that
 * they are two. */
START_TEST(looks_at_another_session_begin_anew)
{
    struct looks looks = {.starved = false}, fresh = {.starved = false};
    struct session *one = session_of("activation=tanh depth=2 width=4 samples=40 seed=1");
    struct session *two =
        session_of("activation=tanh depth=2 width=4 samples=40 seed=2 data=circles");
    struct snapshot carried, right;
    snapshot_init(&carried);
    snapshot_init(&right);
    look(&looks, one, &carried);
    look(&looks, two, &carried);
    session_destroy(one);
    look(&fresh, two, &right);
    ck_assert(carried.check.loss == right.check.loss);
    ck_assert(carried.plane.left == right.plane.left && carried.plane.top == right.plane.top);
    ck_assert_mem_eq(carried.plane.values, right.plane.values, 81 * sizeof(double));
    ck_assert(carried.unit.bias == right.unit.bias);
    snapshot_clear(&carried);
    snapshot_clear(&right);
    session_destroy(two);
    looks_clear(&looks);
    looks_clear(&fresh);
}
END_TEST

START_TEST(what_nobody_looks_at_is_not_there)
{
    struct session *session = session_of("activation=tanh depth=2 width=4 samples=40");
    struct looks looks = {.starved = false};
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    look(&looks, session, &snapshot);
    ck_assert_int_eq(snapshot.watch.details, (int)watch_all().details);
    ck_assert_uint_eq(snapshot.can, DETAIL_ALL);
    /* Of a step that is not evaluated nothing can be had. */
    ck_assert(run_update(session->run) && !looks_unfinished(&looks, session));
    ck_assert(run_evaluate(session->run, true) && looks_unfinished(&looks, session));
    /* Not even as it was before, in the same snapshot. */
    ck_assert(snapshot_take(&snapshot, session, NULL));
    ck_assert(!snapshot.unit.valid && !snapshot.layer_detail.valid && !snapshot.plane.valid);
    ck_assert(
        !snapshot.clip_detail.valid && !snapshot.check.valid && !snapshot.record.has_layers);
    ck_assert(snapshot.watch.details == 0 && snapshot.watch.layer == 1);
    snapshot_clear(&snapshot);
    session_destroy(session);
    looks_clear(&looks);
    static const struct looks none;
    ck_assert_mem_eq(&looks, &none, sizeof looks);
}
END_TEST

Suite *looks_suite(void)
{
    return SUITE("looks", an_observer_sees_each_gradient_before_it_is_clipped,
        a_step_whose_observer_is_interrupted_is_evaluated_again,
        looks_at_another_session_begin_anew, what_nobody_looks_at_is_not_there);
}
