/* Going back in time through the thread. */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "runner_bench.h"

/* All these commands carried out, and arrived. */
static bool has_arrived(const struct snapshot *snapshot, double number)
{
    return has_handled(snapshot, number) && !snapshot->news.wanted.seeking;
}

static bool says_the_way(const struct snapshot *snapshot, double number)
{
    (void)number;
    return strncmp(snapshot->news.message, "going to step 1000000000, at ", 29) == 0;
}

/* Through the thread, in steps that take long enough to be told of. */
START_TEST(the_thread_goes_back_in_time)
{
    struct bench bench = bench_of("depth=20 width=64", false, INFINITY);
    bench_send(&bench, "step 30");
    const struct snapshot *snapshot = bench_await(&bench, at_step, 30);
    double loss = snapshot->seen.loss;
    bench_send(&bench, "lr 3");
    bench_send(&bench, "activation tanh");
    bench_send(&bench, "step 5");
    snapshot = bench_await(&bench, at_step, 35);
    double later = snapshot->seen.loss;
    bench_send(&bench, "seek 20");
    snapshot = bench_await(&bench, has_arrived, 5);
    ck_assert_uint_eq(snapshot->seen.step, 20);
    ck_assert(snapshot->news.wanted.hparams.lr == 1 && !snapshot->news.wanted.seeking);
    ck_assert_int_eq(snapshot->seen.hparams.activation, ACTIVATION_SIGMOID);
    bench_send(&bench, "seek +9");
    snapshot = bench_await(&bench, has_arrived, 6);
    ck_assert_uint_eq(snapshot->seen.step, 29);
    bench_send(&bench, "step 6");
    snapshot = bench_await(&bench, at_step, 35);
    ck_assert(snapshot->seen.loss == later && snapshot->news.wanted.hparams.lr == 3);
    /* What is asked for follows, or the next command would bring the old settings back. */
    bench_send(&bench, "seek 30");
    bench_send(&bench, "seek -1");
    bench_send(&bench, "momentum 0.5");
    snapshot = bench_await(&bench, has_arrived, 10);
    ck_assert_uint_eq(snapshot->seen.step, 29);
    ck_assert(snapshot->seen.hparams.lr == 1 && snapshot->seen.hparams.momentum == 0.5);
    bench_send(&bench, "step 1");
    snapshot = bench_await(&bench, at_step, 30);
    ck_assert(snapshot->seen.loss == loss && snapshot->news.wanted.hparams.lr == 1);
    /* For ever, but a pause stops it there. */
    bench_send(&bench, "seek 1000000000");
    snapshot = bench_await(&bench, says_the_way, 0);
    bench_send(&bench, "pause");
    snapshot = bench_await(&bench, has_handled, 13);
    ck_assert(!snapshot->news.wanted.seeking && snapshot->seen.step > 30);
    bench_end(&bench);
}
END_TEST

static double lr_at(struct bench *bench, const char *seek, double handled)
{
    bench_send(bench, seek);
    return bench_await(bench, has_arrived, handled)->seen.hparams.lr;
}

/* A setting is changed at the step that is sought, whatever is asked for then, and whether or
 * not the way there is begun. */
START_TEST(what_is_asked_for_a_step_is_done_there_before_another_is_sought)
{
    static const char *const then[] = {"seek 110", "seek 0", "branch 1"};
    for (size_t i = 0; i < 2 * ARRAY_LEN(then); i++) {
        struct bench bench = bench_of("depth=20 width=64 lr=1", false, INFINITY);
        bench_send(&bench, "seek 100");
        (void)bench_await(&bench, has_handled, 1);
        bench_send(&bench, "lr 3");
        if (i % 2 > 0)
            (void)bench_await(&bench, has_handled, 2);
        bench_send(&bench, then[i / 2]);
        const struct snapshot *snapshot = bench_await(&bench, has_arrived, 3);
        ck_assert_uint_eq(snapshot->seen.step, i / 2 == 0 ? 110 : i / 2 == 1 ? 0 : 100);
        ck_assert(lr_at(&bench, "seek 99", 4) == 1 && lr_at(&bench, "seek 100", 5) == 3);
        bench_end(&bench);
    }
}
END_TEST

static bool down_to(const struct snapshot *snapshot, double number)
{
    return (double)snapshot->seen.step <= number;
}

static bool has_stopped(const struct snapshot *snapshot, double number)
{
    return has_handled(snapshot, number) && !wanted_moves(&snapshot->news.wanted);
}

/* Each loss on the way back is that of the way there; a pause stops it, step 0 ends it. */
static bool has_come_back(const struct snapshot *snapshot, double number)
{
    return has_arrived(snapshot, number) && !snapshot->news.wanted.running;
}

/* Of the run as it is when it is carried out, not as it was when somebody last looked. */
START_TEST(the_end_is_as_far_as_the_run_has_been)
{
    struct bench bench = bench_of("depth=3 width=6", true, INFINITY);
    (void)bench_await(&bench, at_step, 1);
    for (double handled = 2; handled <= 20; handled += 2) {
        (void)usleep(2000); /* nobody looks meanwhile */
        bench_send(&bench, "seek end");
        const struct snapshot *snapshot = bench_await(&bench, has_come_back, handled - 1);
        ck_assert_uint_eq(snapshot->seen.step, snapshot->furthest);
        bench_send(&bench, "run");
    }
    /* Further on from there. */
    bench_send(&bench, "pause");
    uint64_t end = bench_await(&bench, has_come_back, 21)->furthest;
    for (unsigned i = 0; i < 60; i++) { /* taken over at once, on the way, or there already */
        bench_send(&bench, "seek 0");
        (void)bench_await(&bench, has_come_back, 22 + 3 * i);
        bench_send(&bench, "seek end");
        (void)usleep(5 * i);
        bench_send(&bench, "seek -1");
        const struct snapshot *snapshot = bench_await(&bench, has_come_back, 24 + 3 * i);
        ck_assert_uint_eq(snapshot->seen.step, end - 1);
    }
    bench_end(&bench);
}
END_TEST

START_TEST(the_thread_runs_backwards)
{
    enum { END = 60 };
    struct bench bench = bench_of("depth=4 width=16 samples=40 lr=0.3", false, INFINITY);
    double losses[END + 1];
    for (int step = 0; step <= END; step++) {
        if (step > 0)
            bench_send(&bench, "step 1");
        losses[step] = bench_await(&bench, at_step, step)->seen.loss;
    }
    bench_send(&bench, "speed 200");
    bench_send(&bench, "reverse");
    const struct snapshot *snapshot;
    for (int step = END - 1; step > 20; step -= 9) {
        snapshot = bench_await(&bench, down_to, step);
        ck_assert(snapshot->seen.loss == losses[snapshot->seen.step]);
        ck_assert_uint_eq(snapshot->furthest, END);
    }
    bench_send(&bench, "pause");
    snapshot = bench_await(&bench, has_stopped, END + 3);
    uint64_t stopped = snapshot->seen.step;
    ck_assert_uint_gt(stopped, 0);
    bench_send(&bench, "speed max");
    snapshot = bench_await(&bench, has_handled, END + 4);
    ck_assert_uint_eq(snapshot->seen.step, stopped);
    bench_send(&bench, "reverse");
    snapshot = bench_await(&bench, down_to, 0);
    ck_assert(snapshot->seen.loss == losses[0] && !wanted_moves(&snapshot->news.wanted));
    bench_send(&bench, "toggle"); /* there is nothing to pause */
    (void)bench_await(&bench, at_step, END + 2);
    bench_end(&bench);
}
END_TEST

Suite *time_suite(void)
{
    return SUITE("time", the_thread_goes_back_in_time,
        what_is_asked_for_a_step_is_done_there_before_another_is_sought,
        the_thread_runs_backwards, the_end_is_as_far_as_the_run_has_been);
}
