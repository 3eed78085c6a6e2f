/* Digests on the way, and sessions handed out and in while they run. */
#include <math.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "core/state.h"
#include "engine/session.h"
#include "engine/session_copy.h"
#include "runner_bench.h"

#define SMALL "depth=3 width=6 samples=30 optimizer=adam batch=7"

/* Of a training of its own. */
static uint64_t digest_of(const char *settings, uint64_t step)
{
    struct training *training = training_of(settings);
    training_go(training, (int)step);
    uint64_t digest = state_digest(training, STATE_COMPUTED);
    training_destroy(training);
    return digest;
}

START_TEST(marks_are_those_of_a_straight_run)
{
    static const uint64_t steps[] = {0, 10, 100, 200};
    struct hparams hparams = hparams_of(SMALL);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    struct command command;
    ck_assert(session && session_reach(session, 320));
    const struct marks *marks = &session->run->marks;
    ck_assert_int_eq(marks->count, ARRAY_LEN(steps));
    for (int i = 0; i < marks->count; i++) {
        ck_assert_uint_eq(marks->list[i].step, steps[i]);
        ck_assert(marks->list[i].digest == digest_of(SMALL, steps[i]));
    }
    /* Another future has other ones; what was left keeps its own. */
    ck_assert(command_parse("seek 50", &command, NULL) && session_do(session, &command, NULL));
    ck_assert(session_evaluate(session, false));
    ck_assert(command_parse("lr 3", &command, NULL) && session_do(session, &command, NULL));
    ck_assert_int_eq(session->run->marks.count, 2);
    ck_assert(session_reach(session, 60));
    session_note(session);
    const struct branch *left = &session->branches.list[0], *now = &session->branches.list[1];
    ck_assert_int_eq(left->marks.count, ARRAY_LEN(steps));
    ck_assert_int_eq(now->marks.count, ARRAY_LEN(steps) - 1);
    ck_assert(now->marks.list[1].digest == left->marks.list[1].digest);
    ck_assert(now->marks.list[2].digest != left->marks.list[2].digest);
    session_destroy(session);
}
END_TEST

/* As of a file that somebody has changed: what was computed here counts. */
START_TEST(marks_of_another_run_give_way)
{
    const struct mark own[] = {{0, 1}, {10, 2}, {100, 4}},
                      saved[] = {{0, 1}, {10, 3}, {200, 5}};
    struct marks to = {.count = 0}, from = {.count = 0};
    for (size_t i = 0; i < ARRAY_LEN(own); i++) {
        marks_add(&to, saved[i]);
        marks_add(&from, own[i]);
    }
    marks_add(&to, (struct mark){25, 6}); /* no step that has one */
    marks_merge(&to, &from);
    ck_assert_int_eq(to.count, ARRAY_LEN(own));
    for (int i = 0; i < to.count; i++)
        ck_assert(to.list[i].step == own[i].step && to.list[i].digest == own[i].digest);
    /* Where they are the same those of both stay. */
    marks_cut(&from, 100);
    marks_add(&from, (struct mark){500, 7});
    marks_merge(&to, &from);
    ck_assert_int_eq(to.count, ARRAY_LEN(own) + 1);
}
END_TEST

static bool always(void *context)
{
    (void)context;
    return true;
}

START_TEST(a_digest_that_takes_long_is_given_up)
{
    const struct interrupt interrupt = {always, NULL, NULL};
    struct training *large = training_of("depth=10 width=200 samples=4");
    struct training *small = training_of(SMALL);
    struct marks marks = {.count = 0};
    uint64_t digest;
    marks_take(&marks, large, &interrupt);
    ck_assert_int_eq(marks.count, 0);
    ck_assert(!state_digest_unless(large, STATE_COMPUTED, &interrupt, &digest));
    ck_assert(state_digest_unless(large, STATE_COMPUTED, NULL, &digest));
    ck_assert(digest == state_digest(large, STATE_COMPUTED));
    marks_take(&marks, small, NULL);
    marks_take(&marks, small, NULL);
    ck_assert_int_eq(marks.count, 1);
    training_destroy(large);
    training_destroy(small);
}
END_TEST

static void await_copy(struct bench *bench, struct session_copy *copy)
{
    struct pollfd fd = {bench->wake[0], POLLIN, 0};
    char byte;
    while (!runner_take_copy(bench->runner, copy)) {
        ck_assert_msg(poll(&fd, 1, 60000) > 0, "no copy within a minute");
        ck_assert_int_eq(read(bench->wake[0], &byte, 1), 1);
    }
}

START_TEST(copies_of_a_session_that_runs_are_of_their_step)
{
    struct bench bench = bench_of(SMALL, true, INFINITY);
    struct session_copy copy = {.step = 0};
    uint64_t last = 0;
    (void)bench_await(&bench, at_step, 3);
    for (int i = 0; i < 30; i++) {
        /* Only the last asking counts. */
        runner_ask_copy(bench.runner, i % 3 == 0);
        runner_ask_copy(bench.runner, i % 2 == 0);
        await_copy(&bench, &copy);
        ck_assert(!runner_take_copy(bench.runner, &copy));
        ck_assert_uint_ge(copy.step, last);
        ck_assert_uint_eq(copy.branches.list[0].reached, copy.step);
        ck_assert(copy.digested || i % 2 == 1);
        if (i % 10 == 0)
            ck_assert(copy.digest == digest_of(SMALL, copy.step));
        last = copy.step;
    }
    /* On the way somewhere it is said so. */
    bench_send(&bench, "seek 1000000000");
    (void)bench_await(&bench, has_handled, 1);
    runner_ask_copy(bench.runner, true);
    await_copy(&bench, &copy);
    ck_assert(copy.seeking && copy.goal == 1000000000 && !copy.digested);
    /* One that nobody has waited for is there at the end. */
    runner_ask_copy(bench.runner, false);
    runner_end(bench.runner);
    ck_assert(runner_take_copy(bench.runner, &copy));
    ck_assert_uint_ge(copy.branches.list[0].reached, last);
    session_copy_clear(&copy);
    bench_end(&bench);
}
END_TEST

static bool is_there(const struct snapshot *snapshot, double number)
{
    return (double)snapshot->seen.step == number && snapshot->news.branches.count == 2 &&
        !snapshot->news.wanted.seeking;
}

START_TEST(a_session_goes_on_in_another_runner)
{
    struct bench bench = bench_of(SMALL, false, INFINITY);
    struct bench other = bench_of("depth=5 width=4 activation=relu", true, INFINITY);
    struct session_copy copy = {.step = 0}, again = {.step = 0};
    bench_send(&bench, "step 40");
    (void)bench_await(&bench, at_step, 40);
    bench_send(&bench, "seek 10");
    bench_send(&bench, "lr 0.5");
    bench_send(&bench, "step 70");
    (void)bench_await(&bench, is_there, 80);
    runner_ask_copy(bench.runner, true);
    await_copy(&bench, &copy);
    ck_assert(copy.digested && copy.step == 80 && copy.branches.count == 2);
    struct branches load = {.count = 0};
    ck_assert(branches_copy(&load, &copy.branches));
    (void)bench_await(&other, at_step, 5);
    runner_load(other.runner, &load);
    ck_assert_int_eq(load.count, 0);
    const struct snapshot *snapshot = bench_await(&other, is_there, 80);
    ck_assert(!snapshot->news.wanted.running && snapshot->seen.hparams.lr == 0.5);
    ck_assert(hparams_equal(&snapshot->news.wanted.hparams, &snapshot->seen.hparams));
    runner_ask_copy(other.runner, true);
    await_copy(&other, &again);
    ck_assert(again.digested && again.digest == copy.digest);
    /* It is asked for from there on. */
    bench_send(&other, "activation tanh");
    bench_send(&other, "step 1");
    snapshot = bench_await(&other, at_step, 81);
    ck_assert(snapshot->seen.hparams.lr == 0.5);
    ck_assert_int_eq(snapshot->seen.hparams.activation, ACTIVATION_TANH);
    session_copy_clear(&copy);
    session_copy_clear(&again);
    bench_end(&bench);
    bench_end(&other);
}
END_TEST

static struct branches tree_of(const char *settings, uint64_t reached)
{
    struct hparams hparams = hparams_of(settings);
    struct branches tree = {.count = 0};
    branches_add(&tree, -1, &hparams);
    tree.list[0].reached = reached;
    return tree;
}

static bool says_too_large(const struct snapshot *snapshot, double number)
{
    (void)number;
    return snapshot->news.message_is_error &&
        strstr(snapshot->news.message, "too large") != NULL;
}

/* Also to who waits for nothing else. */
START_TEST(a_session_that_cannot_be_taken_over_is_said)
{
    struct bench bench = bench_of(SMALL, false, INFINITY);
    (void)bench_await(&bench, at_step, 0);
    struct branches tree = tree_of("depth=256 width=1024 samples=100000", 9);
    tree.list[0].first.samples = 2000000000;
    runner_load(bench.runner, &tree);
    const struct snapshot *snapshot = bench_await(&bench, says_too_large, 0);
    ck_assert_uint_eq(snapshot->seen.step, 0);
    bench_send(&bench, "step 4");
    (void)bench_await(&bench, at_step, 4);
    bench_end(&bench);
}
END_TEST

static bool is_done_or_refused(const struct snapshot *snapshot, double lr)
{
    bool there = snapshot->seen.hparams.depth == 4 && !snapshot->news.wanted.seeking &&
        snapshot->seen.step == 30;
    return there &&
        (snapshot->seen.hparams.lr == lr ||
            strstr(snapshot->news.message, "again in a moment"));
}

/* Whatever is asked for while another session is being taken over is done in that, or refused.
 */
START_TEST(no_command_is_lost_in_a_session_that_goes)
{
    for (int i = 0; i < 60; i++) {
        struct bench bench = bench_of(SMALL, false, INFINITY);
        struct branches tree = tree_of("depth=4 width=5", 30);
        (void)bench_await(&bench, at_step, 0);
        runner_load(bench.runner, &tree);
        (void)usleep((unsigned)(i * 20));
        bench_send(&bench, "lr 0.25");
        (void)bench_await(&bench, is_done_or_refused, 0.25);
        bench_end(&bench);
    }
}
END_TEST

/* Of two that are to be taken over the later one is. */
START_TEST(the_later_of_two_sessions_counts)
{
    for (int i = 0; i < 40; i++) {
        struct bench bench = bench_of("depth=9 width=64", true, INFINITY);
        struct branches first = tree_of("depth=40 width=200 lr=0.5", 3),
                        second = tree_of("depth=4 width=5 lr=0.25", 30);
        runner_load(bench.runner, &first);
        (void)usleep((unsigned)(i * 100));
        runner_load(bench.runner, &second);
        (void)bench_await(&bench, is_done_or_refused, 0.25);
        bench_end(&bench);
    }
}
END_TEST

Suite *marks_suite(void)
{
    return SUITE("marks", marks_are_those_of_a_straight_run, marks_of_another_run_give_way,
        a_digest_that_takes_long_is_given_up, copies_of_a_session_that_runs_are_of_their_step,
        a_session_goes_on_in_another_runner, a_session_that_cannot_be_taken_over_is_said,
        no_command_is_lost_in_a_session_that_goes, the_later_of_two_sessions_counts);
}
