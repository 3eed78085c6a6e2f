#include "runner_bench.h"

#include <poll.h>
#include <unistd.h>

#include "engine/replay.h"

static struct bench begin(struct runner_options *options)
{
    struct bench bench;
    ck_assert_int_eq(pipe(bench.wake), 0);
    options->kernels = kernels_select(NULL);
    options->wake_fd = bench.wake[1];
    bench.runner = runner_create(options, NULL);
    ck_assert_ptr_nonnull(bench.runner);
    return bench;
}

struct bench bench_of(const char *settings, bool running, double rate)
{
    return bench_with(settings, running, rate, NULL);
}

struct bench bench_with(
    const char *settings, bool running, double rate, const struct workers *workers)
{
    return begin(&(struct runner_options){.hparams = hparams_of(settings),
        .workers = workers,
        .running = running,
        .target_rate = rate});
}

struct bench bench_of_replay(const struct replay *replay, bool running, double rate)
{
    return begin(&(struct runner_options){
        .hparams = replay->branches.list[replay->branches.active].first,
        .running = running,
        .target_rate = rate,
        .replay = replay});
}

void bench_end(struct bench *bench)
{
    runner_destroy(bench->runner);
    close(bench->wake[0]);
    close(bench->wake[1]);
}

void bench_send(struct bench *bench, const char *text)
{
    struct command command;
    struct error error;
    ck_assert_msg(command_parse(text, &command, &error), "%s", error.text);
    runner_send(bench->runner, &command);
}

const struct snapshot *bench_await(struct bench *bench, wanted_fn *wanted, double number)
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

bool at_step(const struct snapshot *snapshot, double number)
{
    return (double)snapshot->seen.step >= number;
}

bool has_handled(const struct snapshot *snapshot, double number)
{
    return (double)snapshot->news.wanted.handled >= number;
}
