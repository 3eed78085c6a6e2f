/* Branches: what was left stays, and every step of it comes again, to the bit. */
#include <stdlib.h>
#include <string.h>

#include "core/digest.h"
#include "core/state.h"
#include "engine/session.h"
#include "orders.h"
#include "suites.h"

static uint64_t digest_at(struct session *session, int step)
{
    char text[32];
    (void)snprintf(text, sizeof text, "seek %d", step);
    ck_assert(orders_look(session, text));
    ck_assert_uint_eq(session->run->training->step, (uint64_t)step);
    return state_digest(session->run->training, STATE_COMPUTED);
}

/* Of a run of its own with these settings, changed at these steps. */
static uint64_t digest_of(const char *settings, const char *const changes[], int step)
{
    struct session *session = orders_begin(settings);
    for (int i = 0; changes && changes[i]; i += 2) {
        ck_assert(orders_look(session, changes[i]) && orders_look(session, changes[i + 1]));
    }
    uint64_t digest = digest_at(session, step);
    session_destroy(session);
    return digest;
}

static void check_list(const struct session *session, int active, const char *const names[])
{
    const struct branch_list *list = &session->news.branches;
    int count = 0;
    while (names[count])
        count++;
    ck_assert_int_eq(list->count, count);
    ck_assert_int_eq(list->active, active);
    for (int i = 0; i < count; i++)
        ck_assert_str_eq(list->rows[i].name, names[i]);
}

#define SMALL "depth=3 width=6 samples=30 activation=relu init=he_normal lr=0.1"
#define ROOT "relu, depth 3, width 6, init he_normal, samples 30, lr 0.1"

START_TEST(a_change_in_the_past_leaves_a_branch)
{
    struct session *session = orders_begin(SMALL);
    static const char *const steep[] = {"seek 50", "lr 3", "seek 120", "optimizer adam", NULL};
    static const char *const clipped[] = {"seek 50", "lr 3", "seek 80", "clip norm", NULL};
    uint64_t plain = digest_at(session, 200);
    check_list(session, 0, (const char *[]){ROOT, NULL});
    ck_assert(orders_look(session, "seek 50") && orders_look(session, "lr 3"));
    check_list(session, 1, (const char *[]){ROOT, "lr 3 from step 50", NULL});
    ck_assert(orders_look(session, "seek 120") && orders_look(session, "optimizer adam"));
    uint64_t adam = digest_at(session, 200);
    ck_assert(orders_look(session, "seek 80") && orders_look(session, "clip norm"));
    uint64_t clip = digest_at(session, 200);
    check_list(session, 2,
        (const char *[]){ROOT, "lr 3 from step 50", "clip norm from step 80", NULL});
    ck_assert(adam != plain && clip != adam && clip != plain);
    ck_assert(adam == digest_of(SMALL, steep, 200) && clip == digest_of(SMALL, clipped, 200));
    ck_assert(plain == digest_of(SMALL, NULL, 200));
    /* There and back again, in any order, at the step at hand. */
    static const int walk[] = {1, 2, 3, 1, 3, 2, 1, 2, 1, 3};
    static const int steps[] = {200, 60, 130, 40, 90, 125, 49, 50, 51, 81};
    const uint64_t ends[] = {plain, adam, clip};
    for (size_t i = 0; i < ARRAY_LEN(walk); i++) {
        char text[32];
        (void)digest_at(session, steps[i]);
        (void)snprintf(text, sizeof text, "branch %d", walk[i]);
        ck_assert_msg(orders_look(session, text), "%s: %s", text, session->news.message);
        ck_assert_int_eq(session->branches.active, walk[i] - 1);
        ck_assert_uint_eq(session->run->training->step, (uint64_t)steps[i]);
        ck_assert(hparams_equal(&session->hparams, &session->run->training->hparams));
        ck_assert(hparams_equal(&session->hparams, &session->news.wanted.hparams));
        ck_assert_msg(digest_at(session, 200) == ends[walk[i] - 1], "%s", text);
    }
    /* No further than it has been. */
    ck_assert(digest_at(session, 260) != 0 && orders_look(session, "branch 1"));
    ck_assert_uint_eq(session->run->training->step, 200);
    session_destroy(session);
}
END_TEST

START_TEST(runs_that_begin_otherwise_stay_when_they_came_far_enough)
{
    struct session *session = orders_begin(SMALL);
    uint64_t deep = digest_at(session, 40);
    ck_assert(orders_look(session, "depth 2"));
    ck_assert(orders_look(session, "depth 4")); /* the one before went no step */
    uint64_t four = digest_at(session, 30);
    check_list(session, 1, (const char *[]){ROOT, "depth 4", NULL});
    ck_assert(orders_look(session, "branch -1"));
    ck_assert_int_eq(session->hparams.depth, 3);
    ck_assert_uint_eq(session->run->training->step, 30);
    ck_assert(digest_at(session, 40) == deep);
    ck_assert_msg(orders_look(session, "branch +1"), "%s", session->news.message);
    ck_assert(digest_at(session, 30) == four);
    /* Begun again it is the same branch, and a change where it has been leaves it. */
    ck_assert(orders_look(session, "reset"));
    ck_assert_int_eq(session->news.branches.count, 2);
    ck_assert(orders_look(session, "seek 10") && orders_look(session, "lr 2"));
    check_list(session, 2, (const char *[]){ROOT, "depth 4", "lr 2 from step 10", NULL});
    ck_assert_int_eq(session->news.branches.rows[2].parent, 1);
    ck_assert_uint_eq(session->news.branches.rows[1].reached, 30);
    session_destroy(session);
}
END_TEST

START_TEST(branches_are_dropped_and_refused)
{
    struct session *session = orders_begin(SMALL);
    (void)digest_at(session, 60);
    ck_assert(orders_look(session, "seek 30") && orders_look(session, "lr 1"));
    uint64_t one = digest_at(session, 60);
    ck_assert(orders_look(session, "seek 40") && orders_look(session, "lr 2"));
    ck_assert(!orders_look(session, "branch 4") && !orders_look(session, "branch 0x4"));
    ck_assert(!orders_look(session, "drop 3"));
    ck_assert_ptr_nonnull(strstr(session->news.message, "the one at hand"));
    session->message_unshown = false;
    ck_assert(orders_look(session, "drop 2"));
    ck_assert_str_eq(session->news.message, "branch 2 is dropped: lr 1 from step 30");
    /* Its child differs from its parent where it did itself. */
    check_list(session, 1, (const char *[]){ROOT, "lr 1 from step 30", NULL});
    ck_assert_int_eq(session->news.branches.rows[1].parent, 0);
    ck_assert(digest_at(session, 60) != one);
    ck_assert(orders_look(session, "branch 1") && orders_look(session, "drop 2"));
    ck_assert(!orders_look(session, "branch 2"));
    ck_assert_ptr_nonnull(strstr(session->news.message, "there is no branch 2: only 1"));
    session_destroy(session);
}
END_TEST

/* More than there is room for: the oldest goes, and never the one that is gone on from. */
START_TEST(there_is_room_for_so_many)
{
    struct session *session = orders_begin(SMALL);
    uint64_t plain = digest_at(session, 40);
    for (int i = 0; i < 2 * BRANCHES_MOST; i++) {
        char text[32];
        ck_assert(orders_look(session, "seek 20"));
        (void)snprintf(text, sizeof text, "lr %d", i + 2);
        ck_assert(orders_look(session, text) && digest_at(session, 40) != plain);
        ck_assert_int_eq(session->branches.active, session->branches.count - 1);
        ck_assert_int_le(session->branches.count, BRANCHES_MOST);
        for (int k = 0; k < session->branches.count; k++)
            ck_assert_int_lt(session->branches.list[k].parent, session->branches.count);
    }
    ck_assert_int_eq(session->branches.count, BRANCHES_MOST);
    session_destroy(session);
}
END_TEST

/* Asked for in one breath, in either order: that step of that branch. */
START_TEST(a_branch_and_a_step_are_both_gone_to)
{
    static const char *const orders[][2] = {{"branch 1", "seek 7"}, {"seek 7", "branch 1"}};
    struct session *session = orders_begin(SMALL);
    uint64_t right = digest_at(session, 7);
    ck_assert(orders_look(session, "seek 40") && orders_look(session, "seek 5") &&
        orders_look(session, "lr 3"));
    for (int i = 0; i < 2; i++) {
        struct command command;
        ck_assert(orders_look(session, "branch 2") && orders_look(session, "seek 30"));
        ck_assert_int_eq(session->branches.active, 1);
        for (int k = 0; k < 2; k++) {
            ck_assert(command_parse(orders[i][k], &command, NULL));
            ck_assert(wanted_do(&session->news.wanted, &command, NULL));
        }
        ck_assert_int_eq(session_settle(session, NULL), SETTLED);
        while (session_seeks(session))
            ck_assert(session_seek(session));
        ck_assert(session_evaluate(session, false));
        ck_assert_int_eq(session->branches.active, 0);
        ck_assert_uint_eq(session->run->training->step, 7);
        ck_assert_uint_eq(state_digest(session->run->training, STATE_COMPUTED), right);
    }
    session_destroy(session);
}
END_TEST

Suite *branches_suite(void)
{
    return SUITE("branches", a_change_in_the_past_leaves_a_branch,
        runs_that_begin_otherwise_stay_when_they_came_far_enough,
        branches_are_dropped_and_refused, there_is_room_for_so_many,
        a_branch_and_a_step_are_both_gone_to);
}
