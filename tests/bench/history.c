/*
 * What going back in time costs, of a long run of the default net: the time to a random step,
 * and to the one before; the memory at the budget; and what record and checkpoints cost a
 * training step, in turns with a run that keeps neither, as the ratio of the medians.
 *
 * usage: bench_history [STEPS [SEEKS [NAME=VALUE...]]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "core/error.h"
#include "engine/session.h"

enum { BACK = 600, ROUNDS = 41, ROUND_STEPS = 256 };
#define BUDGET ((size_t)64 << 20)

static double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void need(bool done, const char *what)
{
    if (done)
        return;
    fprintf(stderr, "bench_history: %s\n", what);
    exit(1);
}

static void set(struct hparams *hparams, const char *setting)
{
    struct command command;
    struct error error;
    bool reset;
    need(command_parse(setting, &command, &error) &&
            command_configure(&command, hparams, &reset, &error),
        error.text);
}

static struct session *open_session(const struct hparams *hparams, size_t history)
{
    struct error error;
    struct session *session = session_create(hparams, kernels_select(NULL), NULL, &error);
    need(session != NULL, error.text);
    session->history = session->run->checkpoints.budget = history;
    training_record_deaths(session->run->training, true);
    return session;
}

static int compare(const void *a, const void *b)
{
    const double *first = a, *second = b;
    return (*first > *second) - (*first < *second);
}

static double median(double *times, int count)
{
    qsort(times, (size_t)count, sizeof *times, compare);
    return times[count / 2];
}

/* As it is asked for, until its step has been evaluated. */
static double seek(struct session *session, uint64_t step)
{
    struct command command = {.id = COMMAND_SEEK, .number = (double)step};
    double begun = clock_seconds();
    need(session_do(session, &command, NULL) && session_evaluate(session, false), "seek");
    need(session->run->training->step == step, "the run diverges");
    return clock_seconds() - begun;
}

static void print_times(const char *what, double *times, int count)
{
    double middle = median(times, count);
    printf("%-34s %9.2f %9.2f %9.2f\n", what, 1e3 * middle,
        1e3 * times[(int)(0.95 * (count - 1))], 1e3 * times[count - 1]);
    (void)fflush(stdout);
}

static void measure_seeks(const struct hparams *hparams, uint64_t steps, int seeks)
{
    struct session *session = open_session(hparams, BUDGET);
    double *times = calloc((size_t)(seeks > BACK ? seeks : BACK), sizeof *times);
    need(times != NULL, "out of memory");
    double begun = clock_seconds();
    (void)seek(session, steps);
    const struct checkpoints *c = &session->run->checkpoints;
    struct rusage usage;
    printf("%.0f steps in %.1f s; ", (double)steps, clock_seconds() - begun);
    getrusage(RUSAGE_SELF, &usage);
    printf("%d states, %.1f of %.0f MiB; peak of the process %.1f MiB\n\n", c->count,
        (double)c->bytes / 1048576, (double)BUDGET / 1048576, (double)usage.ru_maxrss / 1024);
    printf("%-34s %9s %9s %9s\n", "ms", "median", "95 %", "worst");
    uint32_t random = 1;
    for (int i = 0; i < seeks; i++) {
        random = random * 1664525 + 1013904223;
        times[i] = seek(session, (random >> 4) % (steps + 1));
    }
    print_times("to a random step", times, seeks);
    (void)seek(session, steps);
    int back = steps > BACK ? BACK : (int)steps;
    for (int i = 0; i < back; i++)
        times[i] = seek(session, steps - 1 - (uint64_t)i);
    print_times("a step back, from the end", times, back);
    if (steps / 2 > BACK) {
        (void)seek(session, steps / 2);
        for (int i = 0; i < back; i++)
            times[i] = seek(session, steps / 2 - 1 - (uint64_t)i);
        print_times("a step back, from the middle", times, back);
    }
    getrusage(RUSAGE_SELF, &usage);
    printf("peak of the process at the end %.1f MiB, states %.1f MiB\n",
        (double)usage.ru_maxrss / 1024, (double)c->bytes / 1048576);
    free(times);
    session_destroy(session);
}

static double go_on(struct session *session)
{
    double begun = clock_seconds();
    need(session_reach(session, ROUND_STEPS), "training");
    return (clock_seconds() - begun) / ROUND_STEPS;
}

static void measure_cost(const struct hparams *hparams)
{
    static double bare[ROUNDS], recorded[ROUNDS], kept[ROUNDS];
    struct session *none = open_session(hparams, 0), *record = open_session(hparams, 0),
                   *all = open_session(hparams, BUDGET);
    record_clear(&none->run->record);
    for (int i = -1; i < ROUNDS; i++) {
        double times[] = {go_on(none), go_on(record), go_on(all)};
        if (i < 0)
            continue; /* touches the memory */
        bare[i] = times[0];
        recorded[i] = times[1];
        kept[i] = times[2];
    }
    double base = median(bare, ROUNDS);
    printf("\na training step %.2f us; with the record %+.2f %%, with states too %+.2f %%\n",
        1e6 * base, 100 * (median(recorded, ROUNDS) / base - 1),
        100 * (median(kept, ROUNDS) / base - 1));
    session_destroy(none);
    session_destroy(record);
    session_destroy(all);
}

int main(int argc, char **argv)
{
    struct hparams hparams;
    hparams_init(&hparams);
    for (int i = 3; i < argc; i++)
        set(&hparams, argv[i]);
    measure_seeks(&hparams, argc > 1 ? strtoull(argv[1], NULL, 10) : 100000,
        argc > 2 ? atoi(argv[2]) : 400);
    measure_cost(&hparams);
    return 0;
}
