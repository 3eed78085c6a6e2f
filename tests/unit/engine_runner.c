/* The thread: what goes in by commands comes out in snapshots. */
#include <math.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/runner.h"
#include "suites.h"

struct bench {
    struct runner *runner;
    int wake[2];
};

static struct bench bench_of(const char *settings, bool running, double rate)
{
    struct bench bench;
    ck_assert_int_eq(pipe(bench.wake), 0);
    struct runner_options options = {.hparams = hparams_of(settings),
        .kernels = kernels_select(NULL),
        .running = running,
        .target_rate = rate,
        .wake_fd = bench.wake[1]};
    bench.runner = runner_create(&options, NULL);
    ck_assert_ptr_nonnull(bench.runner);
    return bench;
}

static void bench_end(struct bench *bench)
{
    runner_destroy(bench->runner);
    close(bench->wake[0]);
    close(bench->wake[1]);
}

static void bench_send(struct bench *bench, const char *text)
{
    struct command command;
    struct error error;
    ck_assert_msg(command_parse(text, &command, &error), "%s", error.text);
    ck_assert(runner_send(bench->runner, &command));
}

typedef bool wanted_fn(const struct snapshot *snapshot, double number);

/* The first snapshot that is as wanted; woken by the runner, with a deadline. */
static const struct snapshot *bench_await(struct bench *bench, wanted_fn *wanted, double number)
{
    struct pollfd fd = {bench->wake[0], POLLIN, 0};
    for (;;) {
        const struct snapshot *snapshot = runner_snapshot(bench->runner);
        if (snapshot && wanted(snapshot, number))
            return snapshot;
        ck_assert_msg(poll(&fd, 1, 60000) > 0, "no snapshot within a minute");
        char byte;
        ck_assert_int_eq(read(bench->wake[0], &byte, 1), 1);
    }
}

static bool at_step(const struct snapshot *snapshot, double number)
{
    return (double)snapshot->step >= number;
}

static bool has_handled(const struct snapshot *snapshot, double number)
{
    return (double)snapshot->handled >= number;
}

START_TEST(steps_are_made_when_asked_for_and_not_before)
{
    struct bench bench = bench_of("", false, INFINITY);
    const struct snapshot *snapshot = bench_await(&bench, at_step, 0);
    ck_assert_uint_eq(snapshot->step, 0);
    bench_send(&bench, "step 7");
    snapshot = bench_await(&bench, at_step, 7);
    ck_assert_uint_eq(snapshot->step, 7);
    ck_assert(!snapshot->running);
    bench_end(&bench);
}
END_TEST

START_TEST(the_thread_computes_what_the_session_does)
{
    struct bench bench = bench_of("activation=tanh lr=0.1", false, INFINITY);
    bench_send(&bench, "step 50");
    const struct snapshot *snapshot = bench_await(&bench, at_step, 50);
    struct hparams hparams = hparams_of("activation=tanh lr=0.1");
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert(session_advance(session, 50));
    ck_assert(snapshot->loss == session->training->batch_loss);
    ck_assert(snapshot->layers[0].delta_rms == session->training->stats[0].delta_rms);
    session_destroy(session);
    bench_end(&bench);
}
END_TEST

START_TEST(commands_take_effect_and_say_so)
{
    struct bench bench = bench_of("", true, INFINITY);
    bench_await(&bench, at_step, 3);
    bench_send(&bench, "lr 0.3");
    const struct snapshot *snapshot = bench_await(&bench, has_handled, 1);
    ck_assert(snapshot->hparams.lr < 0.31 && !snapshot->message_is_error);
    ck_assert_ptr_nonnull(strstr(snapshot->message, "lr 0.3"));
    ck_assert(snapshot->step > 0);
    bench_send(&bench, "pause");
    bench_send(&bench, "depth 4");
    snapshot = bench_await(&bench, has_handled, 3);
    ck_assert_uint_eq(snapshot->step, 0);
    ck_assert_int_eq(snapshot->layer_count, 5);
    ck_assert_ptr_nonnull(strstr(snapshot->message, "from step 0"));
    ck_assert(!snapshot->running);
    bench_end(&bench);
}
END_TEST

START_TEST(what_does_not_fit_is_refused_and_training_goes_on)
{
    struct bench bench = bench_of("width=8", true, INFINITY);
    bench_await(&bench, at_step, 1);
    bench_send(&bench, "samples 100000");
    bench_send(&bench, "width 1024");
    bench_send(&bench, "depth 256");
    const struct snapshot *snapshot = bench_await(&bench, has_handled, 3);
    while (!snapshot->message_is_error)
        snapshot = bench_await(&bench, at_step, (double)snapshot->step + 1);
    ck_assert_ptr_nonnull(strstr(snapshot->message, "GiB"));
    bench_end(&bench);
}
END_TEST

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

START_TEST(a_long_step_is_given_up_at_the_end)
{
    /* One step of this takes seconds; leaving must not. The bound only tells ends from hangs.
     */
    struct bench bench = bench_of("width=1024 depth=40 init=zeros", true, INFINITY);
    double start = seconds_now();
    bench_end(&bench);
    ck_assert_double_lt(seconds_now() - start, 30);
}
END_TEST

START_TEST(a_diverged_run_waits_and_a_reset_goes_on)
{
    struct bench bench =
        bench_of("activation=relu init=he_normal gain=1.5 lr=0.1", true, INFINITY);
    const struct snapshot *snapshot = bench_await(&bench, at_step, 0);
    while (snapshot->divergence.kind == DIVERGED_NOT)
        snapshot = bench_await(&bench, at_step, (double)snapshot->step + 1);
    uint64_t builds = snapshot->builds;
    bench_send(&bench, "lr 0.0001");
    bench_send(&bench, "reset");
    snapshot = bench_await(&bench, has_handled, 2);
    ck_assert_uint_gt(snapshot->builds, builds);
    bench_await(&bench, at_step, 5);
    bench_end(&bench);
}
END_TEST

static bool watches_layer(const struct snapshot *snapshot, double number)
{
    return snapshot->watch.details == DETAIL_LAYER && snapshot->watch.layer == (int)number;
}

static void bench_watch(struct bench *bench, int layer)
{
    struct watch watch;
    memset(&watch, 0, sizeof watch);
    watch.details = DETAIL_LAYER;
    watch.layer = layer;
    runner_watch(bench->runner, &watch);
}

START_TEST(what_is_watched_comes_at_once_also_while_paused)
{
    struct bench bench = bench_of("", false, INFINITY);
    bench_watch(&bench, 3); /* before there is a network */
    const struct snapshot *snapshot = bench_await(&bench, watches_layer, 3);
    ck_assert_uint_eq(snapshot->step, 0);
    for (int layer = 4; layer < 50; layer++)
        bench_watch(&bench, layer);
    /* The latest choice counts, clamped to the output. */
    snapshot = bench_await(&bench, watches_layer, 11);
    ck_assert_uint_eq(snapshot->step, 0);
    ck_assert_int_eq(snapshot->watch.unit, 1);
    ck_assert_uint_eq(snapshot->handled, 0);
    bench_send(&bench, "depth 5");
    bench_await(&bench, watches_layer, 6);
    bench_end(&bench);
}
END_TEST

START_TEST(what_is_watched_comes_also_after_divergence)
{
    struct bench bench =
        bench_of("activation=relu init=he_normal gain=1.5 lr=0.1", true, INFINITY);
    const struct snapshot *snapshot = bench_await(&bench, at_step, 0);
    while (snapshot->divergence.kind == DIVERGED_NOT)
        snapshot = bench_await(&bench, at_step, (double)snapshot->step + 1);
    uint64_t step = snapshot->step, points = snapshot->loss_history.total;
    bench_watch(&bench, 2);
    snapshot = bench_await(&bench, watches_layer, 2);
    ck_assert_uint_eq(snapshot->step, step);
    ck_assert(snapshot->divergence.kind != DIVERGED_NOT);
    ck_assert_uint_eq(snapshot->loss_history.total, points);
    bench_end(&bench);
}
END_TEST

START_TEST(watching_changes_nothing_of_the_training)
{
    struct bench bench = bench_of("activation=tanh lr=0.1 batch=20", true, INFINITY);
    for (int layer = 1; layer < 200; layer++)
        bench_watch(&bench, layer);
    bench_await(&bench, at_step, 30);
    bench_send(&bench, "pause");
    const struct snapshot *snapshot = bench_await(&bench, has_handled, 1);
    struct hparams hparams = hparams_of("activation=tanh lr=0.1 batch=20");
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert(session_advance(session, snapshot->step));
    ck_assert(snapshot->loss == session->training->batch_loss);
    ck_assert_uint_eq(snapshot->loss_history.total, session->loss.total);
    ck_assert(snapshot->layers[0].delta_rms == session->training->stats[0].delta_rms);
    session_destroy(session);
    bench_end(&bench);
}
END_TEST

Suite *runner_suite(void)
{
    return SUITE("runner", steps_are_made_when_asked_for_and_not_before,
        the_thread_computes_what_the_session_does, commands_take_effect_and_say_so,
        what_does_not_fit_is_refused_and_training_goes_on, a_long_step_is_given_up_at_the_end,
        a_diverged_run_waits_and_a_reset_goes_on,
        what_is_watched_comes_at_once_also_while_paused,
        what_is_watched_comes_also_after_divergence, watching_changes_nothing_of_the_training);
}
