/* The gradient check beside the training. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/looks.h"
#include "engine/session.h"
#include "engine/snapshot.h"
#include "suites.h"

static const char settings[] = "activation=tanh depth=2 width=8 samples=40 lr=0.1";

static struct session *session_of(const char *text)
{
    struct hparams hparams = hparams_of(text);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert_ptr_nonnull(session);
    return session;
}

static void look_at(struct looks *looks, struct session *session, enum plant plant)
{
    struct watch watch;
    memset(&watch, 0, sizeof watch);
    watch.details = DETAIL_CHECK;
    watch.layer = watch.unit = 1;
    watch.plant = (int)plant;
    looks_watch(looks, session, &watch);
    ck_assert(run_evaluate(session->run, true));
}

/* Looks until nothing more comes. */
static void finish(
    struct looks *looks, const struct session *session, struct snapshot *snapshot)
{
    do {
        ck_assert(snapshot_take(snapshot, session, looks));
        ck_assert(snapshot->check.valid);
    } while (looks_unfinished(looks, session));
    ck_assert(snapshot->check.whole && snapshot->check.step == session->run->training->step);
}

static enum verdict_kind kind_of(const struct snapshot *snapshot, int layer)
{
    return check_detail_verdict(&snapshot->check, DIFFERENCE_CENTRED, PRECISION_DOUBLE, layer)
        .kind;
}

START_TEST(training_does_not_notice_the_check)
{
    struct looks looks = {.starved = false};
    struct session *watched = session_of(settings), *alone = session_of(settings);
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    for (int i = 0; i < 20; i++) {
        look_at(&looks, watched, i % 2 ? PLANT_SUM : PLANT_NONE);
        ck_assert(snapshot_take(&snapshot, watched, &looks));
        run_update(watched->run);
    }
    ck_assert(session_advance(watched, 0) && session_advance(alone, 20));
    for (int l = 0; l < 3; l++) {
        const struct layer *a = &alone->run->training->network->layers[l];
        const struct layer *b = &watched->run->training->network->layers[l];
        ck_assert(memcmp(a->parameters, b->parameters, layer_block(a) * sizeof(double)) == 0);
    }
    snapshot_clear(&snapshot);
    session_destroy(watched);
    looks_clear(&looks);
    session_destroy(alone);
}
END_TEST

START_TEST(a_mistake_shows_at_once_in_what_is_known)
{
    struct looks looks = {.starved = false};
    struct session *session = session_of(settings);
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    look_at(&looks, session, PLANT_NONE);
    finish(&looks, session, &snapshot);
    for (int l = 1; l <= 3; l++)
        ck_assert_int_eq(kind_of(&snapshot, l), VERDICT_GOOD);
    look_at(&looks, session, PLANT_NO_SLOPE);
    ck_assert(snapshot_take(&snapshot, session, &looks));
    ck_assert(snapshot.check.whole && snapshot.check.plant == PLANT_NO_SLOPE);
    ck_assert_int_eq(kind_of(&snapshot, 1), VERDICT_WRONG);
    ck_assert_int_eq(kind_of(&snapshot, 3), VERDICT_GOOD);
    look_at(&looks, session, PLANT_NONE);
    ck_assert(snapshot_take(&snapshot, session, &looks));
    ck_assert_int_eq(kind_of(&snapshot, 1), VERDICT_GOOD);
    snapshot_clear(&snapshot);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

START_TEST(the_last_whole_curve_stays_until_the_next)
{
    /* Large enough that one look is not the whole. */
    struct looks looks = {.starved = false};
    struct session *session = session_of("activation=tanh depth=4 width=32 lr=0.1");
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    look_at(&looks, session, PLANT_NONE);
    ck_assert(snapshot_take(&snapshot, session, &looks));
    ck_assert(!snapshot.check.whole && snapshot.check.progress < 1);
    finish(&looks, session, &snapshot);
    ck_assert(session_advance(session, 3));
    ck_assert(looks_unfinished(&looks, session));
    ck_assert(snapshot_take(&snapshot, session, &looks));
    ck_assert(snapshot.check.whole && snapshot.check.step == 0);
    ck_assert(snapshot.check.next == 3 && snapshot.check.progress < 1);
    finish(&looks, session, &snapshot);
    ck_assert_uint_eq(snapshot.check.step, 3);
    snapshot_clear(&snapshot);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

/* With a net so small that a look is a whole check, a new one would begin at every frame. */
START_TEST(it_rests_between_checks)
{
    struct looks looks = {.starved = false};
    struct session *session = session_of("activation=tanh depth=1 width=2 samples=4 lr=0.1");
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    look_at(&looks, session, PLANT_NONE);
    int changes = 0;
    uint64_t before = UINT64_MAX;
    for (int i = 0; i < 60; i++) {
        ck_assert(snapshot_take(&snapshot, session, &looks));
        changes += snapshot.check.step != before;
        before = snapshot.check.step;
        run_update(session->run);
        ck_assert(run_evaluate(session->run, true));
    }
    ck_assert(changes >= 2 && changes <= 5);
    snapshot_clear(&snapshot);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

START_TEST(another_network_begins_anew)
{
    struct looks looks = {.starved = false};
    struct session *session = session_of(settings);
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    look_at(&looks, session, PLANT_NONE);
    finish(&looks, session, &snapshot);
    struct hparams hparams = hparams_of("activation=relu depth=3 width=5 samples=40");
    bool rebuilt;
    ck_assert(session_configure(session, &hparams, &rebuilt, NULL) && rebuilt);
    ck_assert(run_evaluate(session->run, true));
    finish(&looks, session, &snapshot);
    ck_assert_int_eq(snapshot.check.layer_count, 4);
    hparams.activation = ACTIVATION_TANH;
    ck_assert(session_configure(session, &hparams, &rebuilt, NULL) && !rebuilt);
    ck_assert(run_evaluate(session->run, true));
    finish(&looks, session, &snapshot);
    ck_assert_int_eq(
        check_detail_error(&snapshot.check, DIFFERENCE_CENTRED, PRECISION_DOUBLE, 0, 1)->kinks,
        0);
    snapshot_clear(&snapshot);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

Suite *checker_suite(void)
{
    return SUITE("checker", training_does_not_notice_the_check,
        a_mistake_shows_at_once_in_what_is_known, the_last_whole_curve_stays_until_the_next,
        it_rests_between_checks, another_network_begins_anew);
}
