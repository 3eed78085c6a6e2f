/* Sessions that are loaded: branch by branch and step by step the states of straight runs. */
#include <stdlib.h>
#include <string.h>

#include "core/state.h"
#include "engine/session.h"
#include "orders.h"
#include "suites.h"

/* A session as somebody leaves it: orders one after the other, the step at hand looked at
 * before those with a '!'. */
static struct session *session_with(const char *settings, const char *const orders[])
{
    struct session *session = orders_begin(settings);
    for (int i = 0; orders[i]; i++) {
        bool looked = orders[i][0] == '!';
        ck_assert(!looked || session_evaluate(session, false));
        ck_assert_msg(orders_do(session, orders[i] + looked), "%s", session->news.message);
    }
    ck_assert(session_evaluate(session, false));
    session->branches.list[session->branches.active].reached = session->run->furthest;
    return session;
}

/* A branch computed without a run: its changes where they stand, each step once. */
static void straight(const struct branch *branch, uint64_t digests[], uint64_t last)
{
    struct hparams first = branch->first;
    struct training *training =
        training_create(&first, dataset_of(&first), kernels_select(NULL), NULL);
    const struct run_change *change = branch->changes.list;
    const struct run_change *end = change ? change + branch->changes.count : NULL;
    ck_assert_ptr_nonnull(training);
    for (uint64_t step = 0; step <= last; step++) {
        for (; change < end && change->step == step && !change->evaluated; change++)
            ck_assert(training_adjust(training, &change->hparams));
        ck_assert(training_evaluate(training, false) && training_clip(training));
        for (; change < end && change->step == step; change++) {
            ck_assert(training_adjust(training, &change->hparams));
            ck_assert(training_evaluate(training, false) && training_clip(training));
        }
        digests[step] = state_digest(training, STATE_COMPUTED);
        ck_assert(training_update(training));
    }
    ck_assert(change == end);
    training_destroy(training);
}

static void check_branch(struct session *session, const struct branch *branch)
{
    uint64_t digests[400], last = branch->reached;
    ck_assert_uint_lt(last, 400);
    straight(branch, digests, last);
    ck_assert_uint_eq(session->run->training->step, 0);
    ck_assert_uint_eq(session->run->furthest, last);
    for (uint64_t step = 0;; step++) {
        ck_assert(session_evaluate(session, false));
        ck_assert_uint_eq(session->run->training->step, step);
        ck_assert_msg(state_digest(session->run->training, STATE_COMPUTED) == digests[step],
            "step %d", (int)step);
        ck_assert(hparams_equal(&session->hparams, &session->run->training->hparams));
        ck_assert(hparams_equal(&session->hparams, &session->news.wanted.hparams));
        if (step == last)
            break;
        ck_assert(run_ahead(session->run) && run_update(session->run));
    }
    ck_assert(!run_ahead(session->run));
}

#define SMALL "depth=3 width=6 samples=30 activation=relu init=he_normal lr=0.1"
static const char *const tree[] = {"seek 60", "!lr 3", "seek 120", "seek 50", "lr 0.5",
    "!clip norm", "seek 90", "optimizer adam", "lr 0.01", "seek 200", "seek 70",
    "activation tanh", "seek 100", "depth 2", "seek 40", "!momentum 0.5", "batch 7", "seek 80",
    "seek 0", "lr 0.7", "seek 33", NULL};

START_TEST(every_branch_is_that_of_a_straight_run)
{
    static const char *const settings[] = {
        SMALL, "depth=4 width=8 samples=24 batch=7 optimizer=momentum lr=0.2 clip=layerwise"};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct session *lived = session_with(settings[i], tree);
        struct branches branches = lived->branches;
        ck_assert_int_ge(branches.count, 5);
        for (int k = 0; k < branches.count; k++) {
            struct hparams other = hparams_of("depth=5 width=3 lr=9");
            struct wanted wanted = {.hparams = other, .target_rate = 7};
            struct error error;
            /* In the place of a run, and as the first. */
            struct session *sessions[] = {
                session_create(&other, kernels_select(NULL), NULL, NULL),
                session_open(&wanted, kernels_select(NULL), NULL)};
            branches.active = k;
            for (size_t s = 0; s < ARRAY_LEN(sessions); s++) {
                ck_assert_msg(session_load(sessions[s], &branches, &error), "%s", error.text);
                ck_assert_int_eq(sessions[s]->branches.active, k);
                ck_assert_int_eq(sessions[s]->news.branches.count, branches.count);
                check_branch(sessions[s], &branches.list[k]);
                session_destroy(sessions[s]);
            }
        }
        session_destroy(lived);
    }
}
END_TEST

/* Also at steps whose own changes have not been made yet, and at the last one. */
START_TEST(another_change_while_some_are_ahead_begins_a_branch)
{
    static const char *const changed[] = {
        "lr 0.2", "seek 30", "lr 3", "!clip norm", "seek 80", NULL};
    static const int steps[] = {0, 10, 29, 30, 31, 79};
    struct session *lived = session_with(SMALL, changed);
    ck_assert_int_eq(lived->branches.count, 1);
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        uint64_t before[400], after[400];
        struct session *session = orders_begin("depth=1");
        ck_assert(session_load(session, &lived->branches, NULL));
        straight(&lived->branches.list[0], before, 80);
        for (int step = 0; step < steps[i]; step++)
            ck_assert(session_evaluate(session, false) && run_update(session->run));
        ck_assert(orders_do(session, "momentum 0.5") && orders_do(session, "lr 7"));
        ck_assert_int_eq(session->branches.count, 2);
        ck_assert_int_eq(session->branches.active, 1);
        ck_assert_int_eq(session->branches.list[1].parent, 0);
        ck_assert(orders_do(session, "seek 80") && session_evaluate(session, false));
        straight(&session->branches.list[1], after, 80);
        uint64_t digest = state_digest(session->run->training, STATE_COMPUTED);
        ck_assert(digest == after[80] && digest != before[80]);
        ck_assert(orders_do(session, "branch 1") && session_evaluate(session, false));
        ck_assert(state_digest(session->run->training, STATE_COMPUTED) == before[80]);
        session_destroy(session);
    }
    session_destroy(lived);
}
END_TEST

/* As a file by hand may leave it: nothing says how far it went. */
START_TEST(a_branch_reaches_its_last_change)
{
    static const char *const changed[] = {"seek 30", "lr 3", NULL};
    struct session *lived = session_with(SMALL, changed), *session = orders_begin("depth=1");
    lived->branches.list[0].reached = 0;
    ck_assert(session_load(session, &lived->branches, NULL));
    lived->branches.list[0].reached = 30;
    check_branch(session, &lived->branches.list[0]);
    /* Where that is still to be made it is ahead. */
    ck_assert(session_load(session, &lived->branches, NULL));
    for (int step = 0; step < 30; step++)
        ck_assert(session_evaluate(session, false) && run_update(session->run));
    ck_assert(orders_do(session, "momentum 0.5"));
    ck_assert_int_eq(session->branches.count, 2);
    session_destroy(session);
    session_destroy(lived);
}
END_TEST

START_TEST(what_was_asked_for_stays_or_goes)
{
    static const char *const changed[] = {"seek 30", "lr 3", "seek 60", NULL};
    struct session *lived = session_with(SMALL, changed);
    const struct hparams *first = &lived->branches.list[0].first;
    /* Asked for before there was a run: it is a change at step 0. */
    struct wanted wanted = {.hparams = *first, .running = true, .target_rate = 7};
    wanted.hparams.momentum = 0.5;
    struct session *session = session_open(&wanted, kernels_select(NULL), NULL);
    session->hparams = *first;
    ck_assert(session_load(session, &lived->branches, NULL));
    ck_assert(session->news.wanted.running && session->news.wanted.target_rate == 7);
    ck_assert(session_stale(session) && session_settle(session, NULL) == SETTLED);
    ck_assert_int_eq(session->branches.count, 2);
    ck_assert(session->hparams.momentum == 0.5 && session->hparams.lr == first->lr);
    session_destroy(session);
    /* In the place of a run all of it is that run's. */
    session = orders_begin("depth=2 width=4");
    ck_assert(orders_do(session, "at 5 lr 9") && orders_do(session, "step 3"));
    ck_assert(session_load(session, &lived->branches, NULL));
    ck_assert(!session_stale(session) && !session_owes(session));
    ck_assert_int_eq(session->news.wanted.agenda.count, 0);
    check_branch(session, &lived->branches.list[0]);
    session_destroy(session);
    session_destroy(lived);
}
END_TEST

START_TEST(what_does_not_fit_changes_nothing)
{
    struct branches branches = {.count = 0};
    struct hparams huge = hparams_of("depth=256 width=1024 samples=100000 activation=elu");
    struct session *session = orders_begin(SMALL);
    struct error error;
    huge.samples = 2000000000;
    branches_add(&branches, -1, &huge);
    ck_assert(orders_do(session, "seek 9") && session_evaluate(session, false));
    ck_assert(!session_load(session, &branches, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "too large"));
    ck_assert_uint_eq(session->run->training->step, 9);
    ck_assert_int_eq(session->branches.list[0].first.depth, 3);
    ck_assert(!session_stale(session));
    session_destroy(session);
    branches_clear(&branches);
}
END_TEST

Suite *load_suite(void)
{
    return SUITE("load", every_branch_is_that_of_a_straight_run,
        another_change_while_some_are_ahead_begins_a_branch, a_branch_reaches_its_last_change,
        what_was_asked_for_stays_or_goes, what_does_not_fit_changes_nothing);
}
