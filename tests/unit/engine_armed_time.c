/* What is armed, and time that goes back: neither spoils the other. */
#include <math.h>
#include <string.h>

#include "core/state.h"
#include "engine/session.h"
#include "orders.h"
#include "runner_bench.h"
#include "suites.h"

#define SMALL "depth=3 width=6 samples=30 lr=1"

static double lr_at(struct session *session, int step)
{
    char text[32];
    (void)snprintf(text, sizeof text, "seek %d", step);
    orders_work(session, text);
    ck_assert_uint_eq(session->run->training->step, (uint64_t)step);
    return session->hparams.lr;
}

/* Where a run has been it goes as it went, whatever is armed by now. */
START_TEST(what_is_armed_leaves_the_past_as_it_was)
{
    struct session *session = orders_begin(SMALL);
    orders_work(session, "step 200");
    uint64_t digest = state_digest(session->run->training, STATE_COMPUTED);
    orders_work(session, "seek 20");
    orders_work(session, "at 50 lr 10");
    ck_assert(lr_at(session, 50) == 1 && lr_at(session, 80) == 1 && lr_at(session, 49) == 1);
    ck_assert_int_eq(session->news.branches.count, 1);
    /* Which is said where it is passed on the way ahead, by one step or many, and then not. */
    static const struct {
        int from, to;
        bool passes;
    } ways[] = {
        {20, 80, true}, {49, 50, true}, {50, 60, false}, {60, 40, false}, {0, 49, false}};
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        (void)lr_at(session, ways[i].from);
        session->news.message[0] = '\0';
        (void)lr_at(session, ways[i].to);
        ck_assert_str_eq(session->news.message,
            ways[i].passes ? "passed: lr 10 at step 50, the run has been there without it; "
                             "step from before it makes it"
                           : "");
    }
    (void)lr_at(session, 20);
    /* Lived through it is a change in the past: a branch. */
    orders_work(session, "step 60");
    ck_assert(session->hparams.lr == 10 && session->news.branches.count == 2);
    orders_work(session, "branch 1");
    ck_assert(session->hparams.lr == 1 && session->branches.active == 0);
    orders_work(session, "seek 200");
    ck_assert(state_digest(session->run->training, STATE_COMPUTED) == digest);
    ck_assert_int_eq(session->news.branches.count, 2);
    session_destroy(session);
}
END_TEST

START_TEST(it_is_armed_anew_for_a_step_where_it_was)
{
    struct session *session = orders_begin(SMALL);
    orders_work(session, "at 50 lr 10");
    orders_work(session, "step 100");
    orders_work(session, "seek 20");
    orders_work(session, "at 50 lr 3");
    orders_work(session, "step 40");
    ck_assert(session->hparams.lr == 3 && session->news.branches.count == 2);
    session_destroy(session);
    /* The same change is made again, and is no branch; a pause beside it holds again. */
    session = orders_begin(SMALL);
    orders_work(session, "at 50 lr 10");
    orders_work(session, "at 50 pause");
    for (int i = 0; i < 3; i++) {
        orders_work(session, "run");
        ck_assert_uint_eq(session->run->training->step, 50);
        ck_assert(session->hparams.lr == 10 && session->news.branches.count == 1);
        orders_work(session, "step 7");
        orders_work(session, "seek 20");
        ck_assert(session->hparams.lr == 1);
        orders_work(session, "seek 55");
        ck_assert_ptr_null(strstr(session->news.message, "passed"));
        orders_work(session, "seek 20");
    }
    session_destroy(session);
}
END_TEST

START_TEST(a_reset_begins_with_what_was_set_by_hand)
{
    struct session *session = orders_begin(SMALL);
    orders_work(session, "at 50 lr 10");
    orders_work(session, "seek 100");
    ck_assert(session->hparams.lr == 10);
    orders_work(session, "reset");
    ck_assert(session->hparams.lr == 1);
    session_destroy(session);
    /* Of the network at hand, after going to that of another branch. */
    session = orders_begin(SMALL);
    orders_work(session, "at 5 lr 3");
    orders_work(session, "step 30");
    orders_work(session, "depth 4");
    orders_work(session, "step 30");
    orders_work(session, "branch 1");
    ck_assert_int_eq(session->hparams.depth, 3);
    orders_work(session, "reset");
    ck_assert(session->hparams.depth == 3 && session->hparams.lr == 1);
    session_destroy(session);
    /* And with what was so at the step that was sought. */
    session = orders_begin(SMALL);
    orders_work(session, "at 10 lr 3");
    orders_work(session, "step 20");
    orders_work(session, "activation tanh");
    orders_work(session, "step 5");
    orders_work(session, "seek 15");
    orders_work(session, "reset");
    ck_assert_int_eq(session->hparams.activation, ACTIVATION_SIGMOID);
    ck_assert(session->hparams.lr == 1);
    session_destroy(session);
}
END_TEST

START_TEST(what_is_refused_disarms_nothing)
{
    struct session *session = orders_begin(SMALL);
    struct command late;
    struct error error;
    orders_work(session, "at 5 lr 10");
    orders_work(session, "at 5 lr 7"); /* the last one counts */
    orders_work(session, "step 10");
    ck_assert(command_parse("at 5 lr 3", &late, NULL));
    ck_assert(!session_do(session, &late, &error));
    ck_assert_int_eq(session->news.wanted.agenda.count, 1);
    orders_work(session, "reset");
    orders_work(session, "step 10");
    ck_assert(session->hparams.lr == 7);
    session_destroy(session);
}
END_TEST

START_TEST(an_armed_speed_ends_a_slow_start)
{
    struct session *session = orders_begin(SMALL);
    orders_work(session, "preset dying");
    ck_assert(wanted_rate(&session->news.wanted, 3) == 2);
    orders_work(session, "at 2 speed 50");
    orders_work(session, "step 2");
    ck_assert(wanted_rate(&session->news.wanted, 3) == 50);
    session_destroy(session);
}
END_TEST

START_TEST(numbers_of_branches_that_are_none_are_refused)
{
    static const char *const texts[] = {"branch 1e15", "drop 1e15", "branch 3", "drop 17"};
    struct session *session = orders_begin(SMALL);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct command command;
        ck_assert(command_parse(texts[i], &command, NULL));
        ck_assert(!session_do(session, &command, NULL));
        ck_assert_ptr_nonnull(strstr(session->news.message, "there is no branch "));
        ck_assert_ptr_null(strchr(session->news.message, '-'));
    }
    /* Where there is one alone. */
    session->message_unshown = false;
    ck_assert(!orders_do(session, "drop 1") && !orders_do(session, "branch"));
    ck_assert_str_eq(session->news.message,
        "there is no other branch: go back and change something to begin one");
    ck_assert_int_eq(session->branches.active, 0);
    /* One order at a time, since each counts from what the one before leaves. */
    struct command go, drop;
    ck_assert(command_parse("branch 1", &go, NULL) && command_parse("drop 2", &drop, NULL));
    struct wanted wanted = session->news.wanted;
    ck_assert(wanted_do(&wanted, &go, NULL) && !wanted_do(&wanted, &drop, NULL));
    session_destroy(session);
}
END_TEST

/* Settings that change of themselves between asking and taking are not asked for. */
START_TEST(what_is_left_follows_the_run)
{
    struct wanted wanted = {.hparams = hparams_of("lr=1")};
    struct hparams was = wanted.hparams, now = was;
    struct command seek;
    now.lr = 2;
    ck_assert(command_parse("seek 3", &seek, NULL) && wanted_do(&wanted, &seek, NULL));
    ck_assert(wanted.leaving);
    wanted_follow(&wanted, &was, &now);
    ck_assert(wanted.left.lr == 2 && wanted.hparams.lr == 2);
}
END_TEST

static bool has_stopped(const struct snapshot *snapshot, double number)
{
    return has_handled(snapshot, number) && !snapshot->news.wanted.seeking;
}

static bool is_on_the_way(const struct snapshot *snapshot, double number)
{
    (void)number;
    return strncmp(snapshot->news.message, "going to step ", 14) == 0;
}

START_TEST(a_way_that_ends_says_where)
{
    struct bench bench = bench_of("depth=20 width=64", false, INFINITY);
    bench_send(&bench, "seek 1000000000");
    (void)bench_await(&bench, is_on_the_way, 0);
    bench_send(&bench, "pause");
    const struct snapshot *snapshot = bench_await(&bench, has_stopped, 2);
    ck_assert_msg(strncmp(snapshot->news.message, "stopped at step ", 16) == 0, "%s",
        snapshot->news.message);
    bench_end(&bench);
}
END_TEST

/* Many steps back while the first is under way, over what was armed: nothing is set by that. */
START_TEST(steps_back_in_quick_succession_set_nothing)
{
    for (int i = 0; i < 40; i++) {
        struct bench bench = bench_of("depth=2 width=4 samples=20", false, INFINITY);
        bench_send(&bench, "at 5 lr 2");
        bench_send(&bench, "at 8 pause");
        bench_send(&bench, "step 7");
        (void)bench_await(&bench, at_step, 7);
        for (int k = 0; k < 4; k++)
            bench_send(&bench, "seek -1");
        const struct snapshot *snapshot = bench_await(&bench, has_stopped, 7);
        ck_assert_uint_eq(snapshot->seen.step, 3);
        ck_assert(snapshot->seen.hparams.lr == 1);
        ck_assert_int_eq(snapshot->news.branches.count, 1);
        bench_end(&bench);
    }
}
END_TEST

Suite *armed_time_suite(void)
{
    return SUITE("armed time", what_is_armed_leaves_the_past_as_it_was,
        it_is_armed_anew_for_a_step_where_it_was, a_reset_begins_with_what_was_set_by_hand,
        what_is_refused_disarms_nothing, an_armed_speed_ends_a_slow_start,
        numbers_of_branches_that_are_none_are_refused, what_is_left_follows_the_run,
        a_way_that_ends_says_where, steps_back_in_quick_succession_set_nothing);
}
