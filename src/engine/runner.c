#include "engine/runner.h"

#include <math.h>
#include <stdlib.h>

#include "engine/runner_internal.h"
#include "engine/thread.h"

struct runner *runner_create(const struct runner_options *options, struct error *error)
{
    if (!session_fits(session_bytes(&options->hparams), error))
        return NULL;
    struct runner *runner = calloc(1, sizeof *runner);
    if (!runner) {
        error_set(error, "out of memory");
        return NULL;
    }
    runner->options = *options;
    runner->asked = (struct request){.hparams = options->hparams,
        .running = options->running,
        .target_rate = options->target_rate};
    runner->surveys.share = SURVEY_SHARE;
    runner->ready = 1;
    runner->reading = 2;
    for (int i = 0; i < SNAPSHOTS; i++)
        snapshot_init(&runner->snapshots[i]);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&runner->arrived, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&runner->lock, NULL);
    if (!thread_start(&runner->thread, runner_main, runner)) {
        error_set(error, "cannot start a thread");
        pthread_cond_destroy(&runner->arrived);
        pthread_mutex_destroy(&runner->lock);
        free(runner);
        return NULL;
    }
    return runner;
}

void runner_destroy(struct runner *runner)
{
    if (!runner)
        return;
    pthread_mutex_lock(&runner->lock);
    atomic_store(&runner->quit, true);
    pthread_cond_signal(&runner->arrived);
    pthread_mutex_unlock(&runner->lock);
    pthread_join(runner->thread, NULL);
    session_destroy(runner->session);
    looks_clear(&runner->looks);
    for (int i = 0; i < SNAPSHOTS; i++)
        snapshot_clear(&runner->snapshots[i]);
    pthread_cond_destroy(&runner->arrived);
    pthread_mutex_destroy(&runner->lock);
    free(runner);
}

/* Carries a command out on what has been asked for. */
static void ask(struct runner *runner, const struct command *command)
{
    struct request *asked = &runner->asked;
    struct hparams hparams = asked->hparams;
    struct error error;
    bool anew;
    if (!command_configure(command, &hparams, &anew, &error) ||
        !session_fits(session_bytes(&hparams), &error)) {
        asked->refused = true;
        asked->refusal = error;
        return;
    }
    asked->hparams = hparams;
    asked->reset = asked->reset || anew;
    asked->last = *command;
    asked->untold = true;
    /* The step or the building at hand is of no use then. */
    if (anew || hparams_rebuild(&runner->built, &hparams))
        atomic_store(&runner->abandon, true);
}

void runner_send(struct runner *runner, const struct command *command)
{
    struct request *asked = &runner->asked;
    uint64_t steps = (uint64_t)fmax(0, fmin(command->number, 1e18));
    pthread_mutex_lock(&runner->lock);
    asked->sent++;
    atomic_store(&runner->called, true);
    switch (command->id) {
    case COMMAND_RUN:
        asked->running = true;
        break;
    case COMMAND_PAUSE:
        asked->running = false;
        asked->owed = 0;
        atomic_store(&runner->pause, true);
        break;
    case COMMAND_STEP:
        asked->running = false;
        asked->owed = asked->owed > UINT64_MAX - steps ? UINT64_MAX : asked->owed + steps;
        break;
    case COMMAND_SPEED:
        asked->target_rate = command->number;
        break;
    default:
        ask(runner, command);
        break;
    }
    pthread_cond_signal(&runner->arrived);
    pthread_mutex_unlock(&runner->lock);
}

void runner_watch(struct runner *runner, const struct watch *watch)
{
    pthread_mutex_lock(&runner->lock);
    runner->watch = *watch;
    runner->watch_changed = true;
    atomic_store(&runner->called, true);
    pthread_cond_signal(&runner->arrived);
    pthread_mutex_unlock(&runner->lock);
}

const struct snapshot *runner_snapshot(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    if (runner->fresh) {
        int read = runner->reading;
        runner->reading = runner->ready;
        runner->ready = read;
        runner->fresh = false;
        runner->seen = true;
    }
    if (runner->has_news && runner->seen) {
        runner_copy_news(&runner->snapshots[runner->reading], &runner->news);
        runner->has_news = false;
    }
    const struct snapshot *snapshot = runner->seen ? &runner->snapshots[runner->reading] : NULL;
    pthread_mutex_unlock(&runner->lock);
    return snapshot;
}

bool runner_failed(struct runner *runner, struct error *error)
{
    pthread_mutex_lock(&runner->lock);
    bool failed = runner->failed;
    if (failed)
        *error = runner->failure;
    pthread_mutex_unlock(&runner->lock);
    return failed;
}

static const struct snapshot *newest(void *context)
{
    return runner_snapshot(context);
}

static void send(void *context, const struct command *command)
{
    runner_send(context, command);
}

static void watch(void *context, const struct watch *wanted)
{
    runner_watch(context, wanted);
}

static bool failed(void *context, struct error *error)
{
    return runner_failed(context, error);
}

static void destroy(void *context)
{
    runner_destroy(context);
}

struct source runner_source(struct runner *runner)
{
    static const struct source_functions functions = {newest, send, watch, failed, destroy};
    return (struct source){&functions, runner, DETAIL_ALL};
}
