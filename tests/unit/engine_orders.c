/* What a command gives up: steps that are owed, the step at hand; and a scene's slow start. */
#include <math.h>
#include <poll.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <unistd.h>

#include "engine/clock.h"
#include "engine/runner.h"
#include "suites.h"

/* Workers that count what they are called for, and stop at one call until they may go on. */
struct gate {
    atomic_int calls, stops_at;
    sem_t reached, open;
};

static void gate_run(void *pool, int count, work_fn *work, void *context)
{
    struct gate *gate = pool;
    if (atomic_fetch_add(&gate->calls, 1) + 1 == atomic_load(&gate->stops_at)) {
        sem_post(&gate->reached);
        sem_wait(&gate->open);
    }
    for (int i = 0; i < count; i++)
        work(context, i, count);
}

struct desk {
    struct runner *runner;
    int wake[2];
    uint64_t sent;
};

static struct desk desk_of(const char *settings, const struct workers *workers)
{
    struct desk desk = {.sent = 0};
    ck_assert_int_eq(pipe(desk.wake), 0);
    struct runner_options options = {.hparams = hparams_of(settings),
        .kernels = kernels_select(NULL),
        .workers = workers,
        .target_rate = INFINITY,
        .wake_fd = desk.wake[1]};
    desk.runner = runner_create(&options, NULL);
    ck_assert_ptr_nonnull(desk.runner);
    return desk;
}

static void desk_close(struct desk *desk)
{
    runner_destroy(desk->runner);
    close(desk->wake[0]);
    close(desk->wake[1]);
}

static void desk_send(struct desk *desk, const char *text)
{
    struct command command;
    struct error error;
    ck_assert_msg(command_parse(text, &command, &error), "%s", error.text);
    runner_send(desk->runner, &command);
    desk->sent++;
}

/* The first snapshot from this step on that answers all that was sent. */
static const struct snapshot *desk_await(struct desk *desk, uint64_t step)
{
    struct pollfd fd = {desk->wake[0], POLLIN, 0};
    for (;;) {
        const struct snapshot *snapshot = runner_snapshot(desk->runner);
        if (snapshot && snapshot->seen.step >= step &&
            snapshot->news.wanted.handled == desk->sent)
            return snapshot;
        ck_assert_msg(poll(&fd, 1, 100000) > 0, "no snapshot");
        char byte;
        ck_assert_int_eq(read(desk->wake[0], &byte, 1), 1);
    }
}

START_TEST(pausing_forgets_the_steps_that_are_owed)
{
    struct desk desk = desk_of("depth=1 width=4 samples=20", NULL);
    for (int i = 0; i < 5; i++) {
        desk_send(&desk, "step 1000000000");
        uint64_t step = desk_await(&desk, 0)->seen.step;
        desk_await(&desk, step + 3);
        desk_send(&desk, "pause");
        step = desk_await(&desk, 0)->seen.step;
        /* Between two answers the thread makes one of the steps it has to make. */
        desk_send(&desk, "speed max");
        ck_assert_uint_eq(desk_await(&desk, 0)->seen.step, step);
        desk_send(&desk, "step 2");
        ck_assert_uint_eq(desk_await(&desk, step + 2)->seen.step, step + 2);
    }
    desk_close(&desk);
}
END_TEST

enum { DEPTH = 150, STOP = 40 }; /* in the backward pass: updates take some layers a call */
#define LONG_STEP "depth=150 width=64 samples=200 init=constant gain=0.01"

/* Sends the command, which makes the net small, while a step of many layers is evaluated. */
static void check_given_up(const char *text)
{
    struct gate gate = {.calls = 0};
    sem_init(&gate.reached, 0, 0);
    sem_init(&gate.open, 0, 0);
    struct workers workers = {.count = 2, .run = gate_run, .pool = &gate};
    struct desk desk = desk_of(LONG_STEP, &workers);
    desk_await(&desk, 0);
    /* A call for all layers in the forward pass, one for each in the backward pass. */
    ck_assert_int_ge(atomic_load(&gate.calls), DEPTH);
    atomic_store(&gate.calls, 0);
    atomic_store(&gate.stops_at, STOP);
    desk_send(&desk, "step");
    sem_wait(&gate.reached);
    desk_send(&desk, text);
    sem_post(&gate.open);
    const struct snapshot *snapshot = desk_await(&desk, 0);
    ck_assert_uint_gt(snapshot->news.builds, 1);
    int more = atomic_load(&gate.calls) - STOP;
    ck_assert_msg(
        more < DEPTH / 5, "%s: %d layers more of a step that is of no use", text, more);
    desk_close(&desk);
    sem_destroy(&gate.reached);
    sem_destroy(&gate.open);
}

/* A small net does its work without calling for help, or with a call for each of ten layers. */
START_TEST(what_builds_anew_gives_up_the_step_at_hand)
{
    static const char *const texts[] = {
        "depth 1", "set width 8", "samples 4", "preset vanishing"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        check_given_up(texts[i]);
}
END_TEST

/* A slow machine makes it slower: only too early would be wrong. */
START_TEST(a_scene_starts_slow_and_a_speed_takes_over)
{
    struct desk desk = desk_of("depth=2 width=4 samples=20", NULL);
    desk_send(&desk, "run");
    desk_await(&desk, 20);
    double began = clock_seconds();
    desk_send(&desk, "preset dying");
    const struct snapshot *snapshot = desk_await(&desk, 0);
    ck_assert_uint_le(snapshot->seen.step, 1);
    ck_assert_double_eq(snapshot->news.rate, 0); /* of the scene, not of the run before */
    snapshot = desk_await(&desk, 4);
    /* What is late by up to a tenth of a second is caught up with. */
    ck_assert_double_ge(clock_seconds() - began, 4 * 0.5 - 0.1);
    ck_assert_double_le(snapshot->news.rate, 1 / 0.4);
    began = clock_seconds();
    desk_send(&desk, "speed max");
    snapshot = desk_await(&desk, 200); /* at 2 a second in a minute and a half */
    ck_assert_double_le(clock_seconds() - began, 50);
    desk_send(&desk, "preset exploding");
    desk_send(&desk, "speed 1000");
    desk_await(&desk, 3);
    desk_close(&desk);
}
END_TEST

Suite *orders_suite(void)
{
    return SUITE("orders", pausing_forgets_the_steps_that_are_owed,
        what_builds_anew_gives_up_the_step_at_hand, a_scene_starts_slow_and_a_speed_takes_over);
}
