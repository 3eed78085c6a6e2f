#include "engine/runner.h"

#include <stdlib.h>

#include "engine/clock.h"
#include "engine/memory.h"
#include "engine/runner_internal.h"
#include "engine/thread.h"

/* Workers ask too; `surveying`, `pausable` and `since` do not change while they work. */
bool runner_interrupted(void *context)
{
    struct runner *runner = context;
    if (atomic_load(&runner->quit) || atomic_load(&runner->abandon))
        return true;
    if (runner->surveying && atomic_load(&runner->called))
        return true;
    return runner->pausable && atomic_load(&runner->pause) &&
        clock_seconds() - runner->since > PATIENCE_SECONDS;
}

void runner_report(void *context, enum work_part work, int done, int total)
{
    struct runner *runner = context;
    unsigned packed = (unsigned)work << 30 | (unsigned)done << 15 | (unsigned)total;
    atomic_store_explicit(&runner->progress, packed, memory_order_relaxed);
}

struct runner *runner_create(const struct runner_options *options, struct error *error)
{
    struct data_shape data;
    if (!data_measure(options->reader, &options->hparams, NULL, &data, error) ||
        !memory_fits(run_bytes(&options->hparams, data), error))
        return NULL;
    struct runner *runner = calloc(1, sizeof *runner);
    if (!runner) {
        error_set(error, "out of memory");
        return NULL;
    }
    runner->options = *options;
    runner->asked = (struct wanted){.hparams = options->hparams,
        .running = options->running,
        .target_rate = options->target_rate,
        .scene = options->scene,
        .slow = options->slow,
        .guided = options->lecture != NULL,
        .following = options->lecture != NULL,
        .fastest = options->fastest};
    runner->session = session_open(&runner->asked, options->kernels,
        &(struct interrupt){runner_interrupted, runner, runner_report});
    if (!runner->session) {
        free(runner);
        error_set(error, "out of memory");
        return NULL;
    }
    session_share(runner->session, options->workers);
    runner_begin_lecture(runner);
    runner->session->reader = options->reader;
    runner->session->history = options->history;
    runner->session->replay = options->replay;
    runner->surveys = (struct budget){.share = SURVEY_SHARE, .least = SURVEY_LEAST};
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
        session_destroy(runner->session);
        free(runner);
        return NULL;
    }
    return runner;
}

void runner_end(struct runner *runner)
{
    if (runner->joined)
        return;
    pthread_mutex_lock(&runner->lock);
    atomic_store(&runner->quit, true);
    pthread_cond_signal(&runner->arrived);
    pthread_mutex_unlock(&runner->lock);
    pthread_join(runner->thread, NULL);
    runner->joined = true;
}

void runner_destroy(struct runner *runner)
{
    if (!runner)
        return;
    runner_end(runner);
    session_copy_clear(&runner->copy);
    branches_clear(&runner->load);
    session_destroy(runner->session);
    replay_clear(&runner->told.replay);
    looks_clear(&runner->looks);
    for (int i = 0; i < SNAPSHOTS; i++)
        snapshot_clear(&runner->snapshots[i]);
    pthread_cond_destroy(&runner->arrived);
    pthread_mutex_destroy(&runner->lock);
    free(runner);
}

/* What is asked of a session that another is to take the place of would go with it. */
static bool carry_out(struct runner *runner, const struct command *command)
{
    enum command_scope scope = command_table[command->id].scope;
    if (!runner->loading || (scope != SCOPE_TRAINING && scope != SCOPE_PACE))
        return wanted_do(&runner->asked, command, &runner->refusal);
    runner->asked.handled++;
    return error_set(&runner->refusal, "a session is being taken over: again in a moment");
}

void runner_send(struct runner *runner, const struct command *command)
{
    struct wanted *asked = &runner->asked;
    pthread_mutex_lock(&runner->lock);
    atomic_store(&runner->called, true);
    if (!carry_out(runner, command))
        runner->refused = true;
    if (command->id == COMMAND_PAUSE || command->id == COMMAND_SEEK ||
        command->id == COMMAND_REVERSE || command->id == COMMAND_BRANCH)
        atomic_store(&runner->pause, true);
    /* The step or the building at hand is of no use then. */
    if (asked->anew || hparams_rebuild(&runner->built, &asked->hparams))
        atomic_store(&runner->abandon, true);
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
        runner->snapshots[runner->reading].news = runner->news;
        runner->has_news = false;
    }
    const struct snapshot *snapshot = runner->seen ? &runner->snapshots[runner->reading] : NULL;
    pthread_mutex_unlock(&runner->lock);
    return snapshot;
}

void runner_ask_copy(struct runner *runner, bool digest)
{
    pthread_mutex_lock(&runner->lock);
    bool owed = runner->copies_asked > runner->copies_given;
    runner->copy_digest = digest || (owed && runner->copy_digest);
    runner->copy_there = false;
    runner->copies_asked++;
    pthread_cond_signal(&runner->arrived);
    pthread_mutex_unlock(&runner->lock);
}

bool runner_take_copy(struct runner *runner, struct session_copy *copy)
{
    pthread_mutex_lock(&runner->lock);
    bool there = runner->copy_there;
    if (there) {
        session_copy_clear(copy);
        *copy = runner->copy;
        runner->copy = (struct session_copy){.step = 0};
        runner->copy_there = false;
    }
    pthread_mutex_unlock(&runner->lock);
    return there;
}

void runner_visit(struct runner *runner, session_visit *visit, void *context)
{
    pthread_mutex_lock(&runner->lock);
    runner->visit = visit;
    runner->visitor = context;
    runner->visited = false;
    pthread_cond_signal(&runner->arrived);
    pthread_mutex_unlock(&runner->lock);
}

bool runner_visited(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    bool visited = runner->visited;
    runner->visited = false;
    pthread_mutex_unlock(&runner->lock);
    return visited;
}

void runner_load(struct runner *runner, struct branches *branches)
{
    pthread_mutex_lock(&runner->lock);
    branches_clear(&runner->load);
    runner->load = *branches;
    *branches = (struct branches){.count = 0};
    runner->loading = true;
    atomic_store(&runner->abandon, true); /* the step at hand is of no use then */
    pthread_cond_signal(&runner->arrived);
    pthread_mutex_unlock(&runner->lock);
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

struct progress_news runner_progress(struct runner *runner)
{
    unsigned packed = atomic_load_explicit(&runner->progress, memory_order_relaxed);
    return (struct progress_news){
        (enum work_part)(packed >> 30), (int)(packed >> 15 & 0x7fff), (int)(packed & 0x7fff)};
}

static struct progress_news progress(void *context)
{
    return runner_progress(context);
}

static void ask_copy(void *context, bool digest)
{
    runner_ask_copy(context, digest);
}

static bool take_copy(void *context, struct session_copy *copy)
{
    return runner_take_copy(context, copy);
}

static void load(void *context, struct branches *branches)
{
    runner_load(context, branches);
}

static void visit(void *context, session_visit *function, void *visitor)
{
    runner_visit(context, function, visitor);
}

static bool visited(void *context)
{
    return runner_visited(context);
}

static void end(void *context)
{
    runner_end(context);
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
    static const struct source_functions functions = {newest, send, watch, failed, destroy,
        progress, ask_copy, take_copy, load, end, visit, visited};
    return (struct source){&functions, runner, DETAIL_ALL};
}
