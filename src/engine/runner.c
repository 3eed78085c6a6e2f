#include "engine/runner.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/preset.h"
#include "engine/thread.h"

enum { QUEUE_LENGTH = 256, SNAPSHOTS = 3 };

/* How often it is asked whether the last snapshot has been read, where that matters. */
#define READER_SECONDS 0.02

struct runner {
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows, up to the atomics */
    pthread_cond_t arrived;
    struct command queue[QUEUE_LENGTH];
    uint64_t sent, taken;
    struct watch watch; /* the latest choice */
    bool watch_changed; /* it has not been taken over */
    /* One being written, one ready, one being read; the indices change hands under the lock. */
    int writing, ready, reading;
    bool fresh;  /* `ready` has not been read */
    bool seen;   /* `reading` holds one */
    bool failed; /* no session could be made: `failure` says why */
    struct error failure;

    atomic_bool quit, abandon; /* asked for by the screen, polled between layers */

    /* Of the thread alone: */
    struct runner_options options;
    struct hparams wanted;
    struct session *session;
    struct snapshot snapshots[SNAPSHOTS];
    bool running;
    uint64_t owed; /* steps to do while paused */
    double target_rate;
    double due; /* clock time of the next step */
    double rate, rate_since;
    uint64_t rate_steps;
    uint64_t handled, builds, message_serial;
    bool message_is_error;
    char message[240];
};

static double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool interrupt_wanted(void *context)
{
    struct runner *runner = context;
    return atomic_load(&runner->quit) || atomic_load(&runner->abandon);
}

#define MESSAGE(runner, error, ...)                                                            \
    do {                                                                                       \
        (void)snprintf((runner)->message, sizeof(runner)->message, __VA_ARGS__);               \
        (runner)->message_is_error = (error);                                                  \
        (runner)->message_serial++;                                                            \
    } while (0)

static void wake_reader(const struct runner *runner)
{
    /* A full pipe already wakes the screen. */
    if (runner->options.wake_fd >= 0 && write(runner->options.wake_fd, "", 1) < 0)
        return;
}

/* There is no way to go on: the reader is told, and the thread ends. */
static void give_up(struct runner *runner, const char *why)
{
    pthread_mutex_lock(&runner->lock);
    error_set(&runner->failure, "%s", why);
    runner->failed = true;
    pthread_mutex_unlock(&runner->lock);
    wake_reader(runner);
}

/* Copies the state into the free buffer and makes it the newest. */
static void publish(struct runner *runner)
{
    struct snapshot *snapshot = &runner->snapshots[runner->writing];
    /* What is shown of a step is all of that step, accuracy and dead units too. */
    if (!session_evaluate(runner->session, true))
        return;
    if (!snapshot_take(snapshot, runner->session)) {
        give_up(runner, "out of memory for what is shown: a smaller depth or width may do");
        return;
    }
    snapshot->running = runner->running;
    snapshot->target_rate = runner->target_rate;
    snapshot->rate = runner->rate;
    snapshot->handled = runner->handled;
    snapshot->builds = runner->builds;
    snapshot->message_serial = runner->message_serial;
    snapshot->message_is_error = runner->message_is_error;
    (void)snprintf(snapshot->message, sizeof snapshot->message, "%s", runner->message);
    pthread_mutex_lock(&runner->lock);
    int free_one = runner->ready;
    runner->ready = runner->writing;
    runner->writing = free_one;
    runner->fresh = true;
    pthread_mutex_unlock(&runner->lock);
    wake_reader(runner);
}

static bool reader_waits(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    bool waits = !runner->fresh;
    pthread_mutex_unlock(&runner->lock);
    return waits;
}

/* 0 also while there is no training, after an interrupted build. */
static uint64_t present_step(const struct runner *runner)
{
    bool built = runner->session && runner->session->training;
    return built ? runner->session->training->step : 0;
}

static void tell_change(struct runner *runner, const struct command *command)
{
    const struct hparam *row = command->row;
    char value[64] = "";
    const char *meaning = NULL;
    if (row)
        hparam_format(&runner->wanted, row, value, sizeof value);
    if (row && row->choice_help)
        meaning = row->choice_help(names_find(row->choices, value));
    const char *colon = meaning ? ": " : "";
    meaning = meaning ? meaning : "";
    if (command->id == COMMAND_PRESET)
        MESSAGE(runner, false, "preset %s: %s", command->text,
            preset_find(command->text, NULL)->look);
    else if (command->id == COMMAND_RESET)
        MESSAGE(runner, false, "back to step 0, the same seed");
    else if (command->id == COMMAND_RESEED)
        MESSAGE(runner, false, "seed %" PRIu64 ", from step 0", runner->wanted.seed);
    else if (row && row->rebuild)
        MESSAGE(runner, false, "%s %s, built anew, from step 0%s%s", row->name, value, colon,
            meaning);
    else if (row)
        MESSAGE(runner, false, "%s %s from step %" PRIu64 " on%s%s", row->name, value,
            present_step(runner), colon, meaning);
}

/* Carries a command out on `wanted` or the pace; *reset when it asks for step 0. */
static void handle(struct runner *runner, const struct command *command, bool *reset)
{
    struct error error;
    bool starts_anew = false;
    switch (command->id) {
    case COMMAND_RUN:
        runner->running = true;
        break;
    case COMMAND_PAUSE:
        runner->running = false;
        runner->owed = 0;
        break;
    case COMMAND_STEP:
        runner->running = false;
        runner->owed += (uint64_t)command->number;
        break;
    case COMMAND_SPEED:
        runner->target_rate = command->number;
        runner->due = 0;
        break;
    default:
        if (!command_configure(command, &runner->wanted, &starts_anew, &error))
            MESSAGE(runner, true, "%s", error.text);
        else
            tell_change(runner, command);
        *reset = *reset || starts_anew;
        break;
    }
    runner->handled++;
}

static bool next_command(struct runner *runner, struct command *command)
{
    pthread_mutex_lock(&runner->lock);
    bool any = runner->taken < runner->sent;
    if (any)
        *command = runner->queue[runner->taken++ % QUEUE_LENGTH];
    pthread_mutex_unlock(&runner->lock);
    return any;
}

/* Takes a new choice of details over; false when there is none. */
static bool take_watch(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    bool changed = runner->watch_changed && runner->session;
    struct watch watch = runner->watch;
    if (changed)
        runner->watch_changed = false;
    pthread_mutex_unlock(&runner->lock);
    if (changed)
        session_watch(runner->session, &watch);
    return changed;
}

/* Makes the session what `wanted` says. */
static void configure(struct runner *runner, bool reset)
{
    struct error error = {.text = ""};
    struct session *session = runner->session;
    bool rebuilt = false;
    bool done = session_configure(session, &runner->wanted, &rebuilt, &error);
    if (done && reset && !rebuilt)
        done = session_reset(session, &error);
    if (done) {
        runner->builds += rebuilt || reset;
        runner->due = 0;
        return;
    }
    if (interrupt_wanted(runner))
        return; /* a newer command is waiting; `wanted` keeps this one */
    runner->wanted = session->hparams;
    MESSAGE(runner, true, "%s", error.text);
    if (!session->training) /* nor is there memory for the network that was */
        give_up(runner, error.text);
}

/* Carries out everything that has arrived; true when something had. */
static bool handle_all(struct runner *runner, bool *reset)
{
    struct command command;
    bool any = false;
    atomic_store(&runner->abandon, false);
    while (next_command(runner, &command)) {
        handle(runner, &command, reset);
        any = true;
    }
    return any;
}

/* Steps a second over the last half second. */
static void measure_rate(struct runner *runner, uint64_t steps)
{
    double now = clock_seconds(), span = now - runner->rate_since;
    runner->rate_steps += steps;
    if (span < 0.5)
        return;
    runner->rate = (double)runner->rate_steps / span;
    runner->rate_steps = 0;
    runner->rate_since = now;
}

/* Sleeps until a command arrives or the clock says `until`; for ever when that is 0. */
static void sleep_until(struct runner *runner, double until)
{
    struct timespec time = {(time_t)until, (long)((until - floor(until)) * 1e9)};
    pthread_mutex_lock(&runner->lock);
    while (runner->taken == runner->sent && !runner->watch_changed &&
        !atomic_load(&runner->quit)) {
        if (until <= 0)
            pthread_cond_wait(&runner->arrived, &runner->lock);
        else if (pthread_cond_timedwait(&runner->arrived, &runner->lock, &time) == ETIMEDOUT)
            break;
    }
    pthread_mutex_unlock(&runner->lock);
}

/* One step when there is one to do now; else sleeps until there may be. */
static void work(struct runner *runner)
{
    struct session *session = runner->session;
    bool going = (runner->running || runner->owed > 0) && !session_diverged(session);
    double now = clock_seconds();
    if (!going) {
        runner->rate = 0;
        runner->rate_since = now;
        runner->rate_steps = 0;
        /* Nothing else to do: what is looked at becomes finer, one snapshot after the other. */
        bool more = session_unfinished(session);
        if (more && reader_waits(runner))
            publish(runner);
        else
            sleep_until(runner, more ? now + READER_SECONDS : 0);
        return;
    }
    bool paced = runner->running && isfinite(runner->target_rate);
    if (paced && runner->due > now) {
        bool more = session_unfinished(session);
        if (more && reader_waits(runner))
            publish(runner);
        else
            sleep_until(runner, more ? fmin(runner->due, now + READER_SECONDS) : runner->due);
        return;
    }
    session_update(session);
    if (!session_evaluate(session, !runner->running || reader_waits(runner)))
        return;
    runner->due = fmax(runner->due, now - 0.1) + (paced ? 1 / runner->target_rate : 0);
    if (!runner->running)
        runner->owed -= runner->owed > 0;
    measure_rate(runner, 1);
    bool last = session_diverged(session) || (!runner->running && runner->owed == 0);
    if (session_diverged(session))
        runner->owed = 0;
    if (last || reader_waits(runner))
        publish(runner);
}

/* Builds the first network; a command that makes it obsolete starts it again. */
static bool create_session(struct runner *runner)
{
    struct interrupt interrupt = {interrupt_wanted, runner};
    struct error error = {.text = ""};
    while (!runner->session && !atomic_load(&runner->quit)) {
        bool reset = false;
        (void)handle_all(runner, &reset);
        runner->session =
            session_create(&runner->wanted, runner->options.kernels, &interrupt, &error);
        if (!runner->session && !interrupt_wanted(runner)) {
            give_up(runner, error.text);
            return false;
        }
    }
    if (runner->session)
        session_share(runner->session, runner->options.workers);
    runner->builds++;
    return runner->session != NULL;
}

static void *runner_main(void *context)
{
    struct runner *runner = context;
    bool reset = false, first = true;
    while (!atomic_load(&runner->quit) && !runner->failed) {
        bool any = handle_all(runner, &reset) || first;
        if (!runner->session && !create_session(runner))
            break;
        any = take_watch(runner) || any;
        if (reset || !runner->session->training ||
            !hparams_equal(&runner->wanted, &runner->session->hparams))
            configure(runner, reset);
        if (!runner->session->training || interrupt_wanted(runner))
            continue;
        reset = false;
        if (!session_evaluate(runner->session, any))
            continue;
        first = false;
        if (any)
            publish(runner);
        work(runner);
    }
    return NULL;
}

struct runner *runner_create(const struct runner_options *options, struct error *error)
{
    if (!session_fits(&options->hparams, error))
        return NULL;
    struct runner *runner = calloc(1, sizeof *runner);
    if (!runner) {
        error_set(error, "out of memory");
        return NULL;
    }
    runner->options = *options;
    runner->wanted = options->hparams;
    runner->running = options->running;
    runner->target_rate = options->target_rate;
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
    for (int i = 0; i < SNAPSHOTS; i++)
        snapshot_clear(&runner->snapshots[i]);
    pthread_cond_destroy(&runner->arrived);
    pthread_mutex_destroy(&runner->lock);
    free(runner);
}

/* Whether the step or the building at hand will be of no use after this command. */
static bool makes_obsolete(const struct command *command)
{
    switch (command->id) {
    case COMMAND_RESET:
    case COMMAND_RESEED:
    case COMMAND_PRESET:
        return true;
    case COMMAND_SET:
    case COMMAND_NEXT:
    case COMMAND_PREVIOUS:
        return command->row && command->row->rebuild;
    default:
        return false;
    }
}

bool runner_send(struct runner *runner, const struct command *command)
{
    pthread_mutex_lock(&runner->lock);
    bool room = runner->sent - runner->taken < QUEUE_LENGTH;
    if (room) {
        runner->queue[runner->sent++ % QUEUE_LENGTH] = *command;
        if (makes_obsolete(command))
            atomic_store(&runner->abandon, true);
        pthread_cond_signal(&runner->arrived);
    }
    pthread_mutex_unlock(&runner->lock);
    return room;
}

void runner_watch(struct runner *runner, const struct watch *watch)
{
    pthread_mutex_lock(&runner->lock);
    runner->watch = *watch;
    runner->watch_changed = true;
    pthread_cond_signal(&runner->arrived);
    pthread_mutex_unlock(&runner->lock);
}

uint64_t runner_sent(const struct runner *runner)
{
    return runner->sent;
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
