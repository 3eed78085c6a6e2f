#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/clock.h"
#include "engine/preset.h"
#include "engine/runner_internal.h"

/* How often it is asked whether the last snapshot has been read, where that matters. */
#define READER_SECONDS 0.02

/* A pause gives the step at hand up when it takes longer than this; a shorter one is shown. */
#define PATIENCE_SECONDS 0.1

/* Workers ask too; `surveying`, `pausable` and `since` do not change while they work. */
static bool interrupt_wanted(void *context)
{
    struct runner *runner = context;
    if (atomic_load(&runner->quit) || atomic_load(&runner->abandon))
        return true;
    if (runner->surveying && atomic_load(&runner->called))
        return true;
    return runner->pausable && atomic_load(&runner->pause) &&
        clock_seconds() - runner->since > PATIENCE_SECONDS;
}

/* An error is not talked over before it has been shown. */
__attribute__((format(printf, 3, 4))) static void say(
    struct runner *runner, bool is_error, const char *format, ...)
{
    struct news *state = &runner->state;
    va_list arguments;
    if (!is_error && state->message_is_error && runner->message_unshown)
        return;
    va_start(arguments, format);
    (void)vsnprintf(state->message, sizeof state->message, format, arguments);
    va_end(arguments);
    state->message_is_error = is_error;
    state->message_serial++;
    runner->message_unshown = true;
}

static void wake_reader(const struct runner *runner)
{
    /* A full pipe already wakes the screen. */
    if (runner->options.wake_fd >= 0 && write(runner->options.wake_fd, "", 1) < 0)
        return;
}

void runner_copy_news(struct snapshot *snapshot, const struct news *news)
{
    snapshot->wanted = news->wanted;
    snapshot->running = news->running;
    snapshot->target_rate = news->target_rate;
    snapshot->rate = news->rate;
    snapshot->handled = news->handled;
    snapshot->builds = news->builds;
    snapshot->message_serial = news->message_serial;
    snapshot->message_is_error = news->message_is_error;
    (void)snprintf(snapshot->message, sizeof snapshot->message, "%s", news->message);
}

/* Around work that a pause may give up. */
static void begin_work(struct runner *runner)
{
    runner->since = clock_seconds();
    runner->pausable = true;
}

static bool end_work(struct runner *runner, bool done)
{
    const struct training *training = runner->session->training;
    runner->pausable = false;
    runner->resting = !done && atomic_load(&runner->pause);
    if (runner->resting) {
        say(runner, false, "paused, the step at hand given up: space goes on with it");
        runner->ahead = runner->shown_build == runner->state.builds &&
            training->step + (training->updated > 0) > runner->shown_step;
    }
    return done;
}

/* Evaluates the step at hand; false when that was given up, for a rest or something newer. */
static bool evaluate(struct runner *runner)
{
    begin_work(runner);
    return end_work(runner, session_evaluate(runner->session, false));
}

static bool steps_wanted(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    bool wanted = runner->asked.running || runner->asked.owed > 0;
    pthread_mutex_unlock(&runner->lock);
    return wanted;
}

/* Nothing else is to be done meanwhile, or the screen's share of the time is enough. */
static bool survey_affordable(struct runner *runner)
{
    double now = clock_seconds();
    bool busy = !session_diverged(runner->session) && steps_wanted(runner);
    return !busy || runner->due - now >= runner->surveys.took ||
        budget_allows(&runner->surveys, now);
}

/* Accuracy and dead units of the step that is to be shown, when that can be afforded, or when a
 * unit has been selected that was not looked at; else, and when it is given up, the last
 * ones stay. */
static void survey(struct runner *runner)
{
    double began = clock_seconds();
    if (runner->session->training->seen.surveyed ||
        !(session_unseen(runner->session) || survey_affordable(runner)))
        return;
    runner->surveying = true;
    (void)session_evaluate(runner->session, true);
    runner->surveying = false;
    budget_spend(&runner->surveys, began, clock_seconds());
}

/* Ends the thread. */
static void fail(struct runner *runner, const char *text)
{
    pthread_mutex_lock(&runner->lock);
    error_set(&runner->failure, "%s", text);
    runner->failed = runner->broken = true;
    pthread_mutex_unlock(&runner->lock);
    wake_reader(runner);
}

/* Copies the state into the free buffer and makes it the newest; false when it was given up. */
static bool publish(struct runner *runner)
{
    struct snapshot *snapshot = &runner->snapshots[runner->writing];
    if (!evaluate(runner))
        return false;
    survey(runner);
    begin_work(runner);
    bool done = snapshot_take(snapshot, runner->session, &runner->looks);
    if (!end_work(runner, done)) {
        bool asked = atomic_load(&runner->quit) || atomic_load(&runner->abandon);
        if (!asked && !atomic_load(&runner->pause))
            fail(runner, "out of memory for what is shown: a smaller depth or width may do");
        return false;
    }
    runner_copy_news(snapshot, &runner->state);
    pthread_mutex_lock(&runner->lock);
    int free_one = runner->ready;
    runner->ready = runner->writing;
    runner->writing = free_one;
    runner->fresh = true;
    runner->has_news = false;
    pthread_mutex_unlock(&runner->lock);
    runner->unshown = runner->message_unshown = false;
    runner->shown_step = runner->session->training->step;
    runner->shown_build = runner->state.builds;
    wake_reader(runner);
    return true;
}

/* What is new without a picture of the step, which has been given up. */
static void tell(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    runner->news = runner->state;
    runner->has_news = true;
    pthread_mutex_unlock(&runner->lock);
    runner->message_unshown = false;
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
        hparam_format(&runner->state.wanted, row, value, sizeof value);
    if (row && row->choice_help)
        meaning = row->choice_help(names_find(row->choices, value));
    const char *colon = meaning ? ": " : "";
    meaning = meaning ? meaning : "";
    if (command->id == COMMAND_PRESET)
        say(runner, false, "preset %s: %s", command->text,
            preset_find(command->text, NULL)->look);
    else if (command->id == COMMAND_RESET)
        say(runner, false, "back to step 0, the same seed");
    else if (command->id == COMMAND_RESEED)
        say(runner, false, "seed %" PRIu64 ", from step 0", runner->state.wanted.seed);
    else if (row && row->rebuild)
        say(runner, false, "%s %s, built anew, from step 0%s%s", row->name, value, colon,
            meaning);
    else if (row)
        say(runner, false, "%s %s from step %" PRIu64 " on%s%s", row->name, value,
            present_step(runner), colon, meaning);
}

/* Takes over what has been asked for; true when something had. */
static bool take_over(struct runner *runner)
{
    struct news *state = &runner->state;
    struct command last;
    struct error refusal;
    pthread_mutex_lock(&runner->lock);
    struct request *asked = &runner->asked;
    bool any = runner->taken < asked->sent, untold = asked->untold, refused = asked->refused;
    uint64_t owed = asked->owed;
    atomic_store(&runner->abandon, false);
    atomic_store(&runner->pause, false);
    atomic_store(&runner->called, false);
    if (state->target_rate != asked->target_rate)
        runner->due = 0;
    state->wanted = runner->built = asked->hparams;
    state->running = asked->running;
    state->target_rate = asked->target_rate;
    state->handled = runner->taken = asked->sent;
    runner->reset = runner->reset || asked->reset;
    /* A step that is asked for now is the one given up. */
    if (runner->resting && runner->ahead && !asked->running)
        asked->owed -= asked->owed > 0;
    runner->resting = runner->resting && !asked->running && owed == 0;
    last = asked->last;
    refusal = asked->refusal;
    asked->reset = asked->untold = asked->refused = false;
    pthread_mutex_unlock(&runner->lock);
    if (refused)
        say(runner, true, "%s", refusal.text);
    else if (untold)
        tell_change(runner, &last);
    runner->unshown = runner->unshown || any;
    return any;
}

static bool asked_anew(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    bool anew = runner->taken < runner->asked.sent;
    pthread_mutex_unlock(&runner->lock);
    return anew;
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
        looks_watch(&runner->looks, runner->session, &watch);
    return changed;
}

/* What cannot be is no longer asked for, unless something else is already. */
static void withdraw(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    if (hparams_equal(&runner->asked.hparams, &runner->state.wanted))
        runner->asked.hparams = runner->session->hparams;
    runner->built = runner->session->hparams;
    pthread_mutex_unlock(&runner->lock);
    runner->state.wanted = runner->session->hparams;
    runner->reset = false;
}

/* Makes the session what is wanted; false when it has no training left and cannot get one. */
static bool configure(struct runner *runner)
{
    struct error error = {.text = ""};
    struct session *session = runner->session;
    bool rebuilt = false;
    bool done = session_configure(session, &runner->state.wanted, &rebuilt, &error);
    if (done && runner->reset && !rebuilt)
        done = session_reset(session, &error);
    if (done) {
        bool anew = rebuilt || runner->reset;
        runner->state.builds += anew;
        runner->resting = runner->resting && !anew;
        runner->reset = false;
        runner->due = 0;
        return true;
    }
    if (interrupt_wanted(runner))
        return true; /* something newer is waiting, and keeps this */
    if (!session->training) {
        fail(runner, error.text);
        return false;
    }
    withdraw(runner);
    say(runner, true, "%s", error.text);
    return true;
}

/* Steps a second over the last half second. */
static void measure_rate(struct runner *runner, uint64_t steps)
{
    double now = clock_seconds(), span = now - runner->rate_since;
    runner->rate_steps += steps;
    if (span < 0.5)
        return;
    runner->state.rate = (double)runner->rate_steps / span;
    runner->rate_steps = 0;
    runner->rate_since = now;
}

/* Sleeps until a command arrives or the clock says `until`; for ever when that is 0. */
static void sleep_until(struct runner *runner, double until)
{
    struct timespec time = {(time_t)until, (long)((until - floor(until)) * 1e9)};
    pthread_mutex_lock(&runner->lock);
    while (runner->taken == runner->asked.sent && !runner->watch_changed &&
        !atomic_load(&runner->quit)) {
        if (until <= 0)
            pthread_cond_wait(&runner->arrived, &runner->lock);
        else if (pthread_cond_timedwait(&runner->arrived, &runner->lock, &time) == ETIMEDOUT)
            break;
    }
    pthread_mutex_unlock(&runner->lock);
}

/* Claims a step that is to be done; *last when no other is to follow. */
static bool claim_step(struct runner *runner, bool *last)
{
    struct request *asked = &runner->asked;
    pthread_mutex_lock(&runner->lock);
    bool wanted = asked->running || asked->owed > 0;
    if (!asked->running)
        asked->owed -= asked->owed > 0;
    *last = !asked->running && asked->owed == 0;
    pthread_mutex_unlock(&runner->lock);
    return wanted;
}

static void forgive_steps(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    runner->asked.owed = 0;
    pthread_mutex_unlock(&runner->lock);
}

/* Nothing to do before `until` (0: for ever): what is looked at becomes finer meanwhile, one
 * snapshot after the other. */
static void refine(struct runner *runner, double now, double until)
{
    bool counted = runner->session->training->seen.surveyed;
    bool more = looks_unfinished(&runner->looks, runner->session) ||
        (!counted && survey_affordable(runner));
    double soon = now + READER_SECONDS;
    if (more && reader_waits(runner))
        (void)publish(runner);
    else if (more)
        sleep_until(runner, until > 0 ? fmin(until, soon) : soon);
    else
        sleep_until(runner, until);
}

/* One step when there is one to do now; else sleeps until there may be. */
static void work(struct runner *runner)
{
    struct session *session = runner->session;
    struct news *state = &runner->state;
    double now = clock_seconds();
    bool last;
    if (session_diverged(session) || !steps_wanted(runner)) {
        state->rate = 0;
        runner->rate_since = now;
        runner->rate_steps = 0;
        refine(runner, now, 0);
        return;
    }
    bool paced = state->running && isfinite(state->target_rate);
    if (paced && runner->due > now) {
        refine(runner, now, runner->due);
        return;
    }
    if (!claim_step(runner, &last))
        return;
    runner->unshown = runner->unshown || last;
    begin_work(runner);
    if (!end_work(runner, session_update(session)) || !evaluate(runner))
        return;
    runner->due = fmax(runner->due, now - 0.1) + (paced ? 1 / state->target_rate : 0);
    measure_rate(runner, 1);
    if (session_diverged(session)) {
        last = true;
        forgive_steps(runner);
    }
    /* A step so long that a pause may give the next one up is shown, whether or not one looks:
     * the one after the shown one is then the one given up. */
    bool slow = clock_seconds() - now > PATIENCE_SECONDS / 4;
    if (last || slow || reader_waits(runner))
        (void)publish(runner);
}

/* Builds the first network; a command that makes it obsolete starts it again. */
static bool create_session(struct runner *runner)
{
    struct interrupt interrupt = {interrupt_wanted, runner};
    struct error error = {.text = ""};
    while (!runner->session && !atomic_load(&runner->quit)) {
        (void)take_over(runner);
        runner->session =
            session_create(&runner->state.wanted, runner->options.kernels, &interrupt, &error);
        if (!runner->session && !interrupt_wanted(runner)) {
            fail(runner, error.text);
            return false;
        }
    }
    if (!runner->session)
        return false;
    session_share(runner->session, runner->options.workers);
    runner->reset = false;
    runner->state.builds++;
    return true;
}

/* The step at hand was given up by a pause: until something is to be seen or done. */
static bool rest(struct runner *runner)
{
    if (!runner->resting)
        return false;
    if (runner->unshown) {
        runner->state.rate = 0;
        tell(runner);
    }
    runner->unshown = false;
    sleep_until(runner, 0);
    return true;
}

void *runner_main(void *context)
{
    struct runner *runner = context;
    runner->unshown = true;
    while (!atomic_load(&runner->quit) && !runner->broken) {
        (void)take_over(runner);
        if (!runner->session && !create_session(runner))
            break;
        const struct session *session = runner->session;
        bool stale = runner->reset || !session->training ||
            !hparams_equal(&runner->state.wanted, &session->hparams);
        if (take_watch(runner)) {
            runner->unshown = true;
            runner->resting = false;
        }
        if (stale && !configure(runner))
            break;
        if (!session->training || interrupt_wanted(runner) || (stale && asked_anew(runner)))
            continue;
        if (rest(runner))
            continue;
        if (!evaluate(runner) || (runner->unshown && !publish(runner)))
            continue;
        work(runner);
    }
    return NULL;
}
