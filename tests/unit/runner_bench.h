/* A runner, what is sent to it, and the snapshots that come of it. */
#ifndef NABLASCOPE_TESTS_RUNNER_BENCH_H
#define NABLASCOPE_TESTS_RUNNER_BENCH_H

#include "engine/runner.h"
#include "suites.h"

struct bench {
    struct runner *runner;
    int wake[2];
};

struct bench bench_of(const char *settings, bool running, double rate);
struct bench bench_with(
    const char *settings, bool running, double rate, const struct workers *workers);
struct bench bench_of_replay(const struct replay *replay, bool running, double rate);
void bench_end(struct bench *bench);
void bench_send(struct bench *bench, const char *text);

typedef bool wanted_fn(const struct snapshot *snapshot, double number);

/* The first snapshot that is as wanted; woken by the runner, with a deadline. */
const struct snapshot *bench_await(struct bench *bench, wanted_fn *wanted, double number);
/* From this step on; all these commands carried out. */
bool at_step(const struct snapshot *snapshot, double number);
bool has_handled(const struct snapshot *snapshot, double number);

#endif
