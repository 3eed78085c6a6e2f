#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <time.h>
#include <unistd.h>

#include "engine/clock.h"
#include "engine/runner_internal.h"

/* How often it is asked whether the last snapshot has been read, where that matters. */
#define READER_SECONDS 0.02

void runner_wake_reader(const struct runner *runner)
{
    /* A full pipe already wakes the screen. */
    if (runner->options.wake_fd >= 0 && write(runner->options.wake_fd, "", 1) < 0)
        return;
}

/* Around work that a pause may give up. */
static void begin_work(struct runner *runner)
{
    runner->since = clock_seconds();
    runner->pausable = true;
}

static bool end_work(struct runner *runner, bool done)
{
    const struct session *session = runner->session;
    const struct training *training = session->run->training;
    runner->pausable = false;
    runner->resting = !done && atomic_load(&runner->pause);
    if (runner->resting) {
        session_say(
            runner->session, false, "paused, the step at hand given up: space goes on with it");
        runner->ahead = runner->shown_build == session->news.builds &&
            training->step + (training->updated > 0) > runner->shown_step;
    }
    return done;
}

/* Settings that the session has changed of itself are what is asked for, where nothing else is.
 */
static void follow(struct runner *runner)
{
    const struct wanted *wanted = &runner->session->news.wanted;
    const struct hparams *now = &wanted->hparams;
    if (hparams_equal(&runner->built, now))
        return;
    pthread_mutex_lock(&runner->lock);
    bool newer = runner->asked.anew || hparams_rebuild(&runner->built, &runner->asked.hparams);
    if (wanted->overlaid && !runner->asked.overlaid && !newer) {
        runner->asked.overlaid = true;
        runner->asked.own = wanted->own;
    }
    wanted_follow(&runner->asked, &runner->built, now);
    runner->built = *now;
    pthread_mutex_unlock(&runner->lock);
    runner->unshown = true;
}

/* The session no longer waits for a condition: it is not asked for either. */
static void follow_stop(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    wanted_stop(&runner->asked, runner->session->news.wanted.awaited);
    pthread_mutex_unlock(&runner->lock);
    runner->unshown = true;
}

static bool settle(struct runner *runner);

/* Carries out what is armed for the step at hand, which no command may come between; false when
 * there is no run any more, or something newer. */
static bool arrive(struct runner *runner)
{
    struct session *session = runner->session;
    if (!run_complete(session->run))
        return false;
    if (!session_arrives(session))
        return true;
    pthread_mutex_lock(&runner->lock);
    session_carry(session, &runner->asked);
    pthread_mutex_unlock(&runner->lock);
    runner->unshown = true;
    return !session_stale(session) || (settle(runner) && !session_stale(session));
}

/* Evaluates the step at hand; false when that was given up, for a rest or something newer. One
 * that starts an epoch is counted over the whole data set. */
static bool evaluate(struct runner *runner)
{
    struct run *run = runner->session->run;
    const struct observation *seen = &run->training->seen;
    bool evaluated = run->evaluated;
    begin_work(runner);
    const bool *waiting = &runner->session->news.wanted.waiting;
    bool waited = *waiting;
    bool done = arrive(runner) && session_evaluate(runner->session, false);
    follow(runner);
    if (waited && !*waiting)
        follow_stop(runner);
    if (done && !evaluated && seen->surveyed)
        budget_note(&runner->surveys, runner->since, clock_seconds());
    return end_work(runner, done);
}

/* Nothing else is to be done meanwhile, or the screen's share of the time is enough. */
static bool survey_affordable(struct runner *runner)
{
    double now = clock_seconds();
    bool busy = session_owes(runner->session);
    return !busy || runner->session->pacing.due - now >= runner->surveys.took ||
        budget_allows(&runner->surveys, now);
}

/* Accuracy and dead units of the step that is to be shown, when that can be afforded, or when a
 * unit has been selected that was not looked at; else, and when it is given up, the last
 * ones stay. */
static void survey(struct runner *runner)
{
    double began = clock_seconds();
    if (runner->session->run->training->seen.surveyed ||
        !(session_unseen(runner->session) || survey_affordable(runner)))
        return;
    runner->surveying = true;
    (void)run_evaluate(runner->session->run, true);
    runner->surveying = false;
    budget_spend(&runner->surveys, began, clock_seconds());
}

/* Where the next relative goal counts from: where the run is going, also before it is there. */
static void note_place(struct runner *runner)
{
    const struct run *run = runner->session->run;
    struct wanted *wanted = &runner->session->news.wanted;
    wanted->at = run ? run->training->step : 0;
    wanted->furthest = run ? run->furthest : 0;
    runner->asked.at = wanted->seeking ? wanted_goal(wanted) : wanted->at;
    runner->asked.furthest = wanted->furthest;
}

/* Copies the state into the free buffer and makes it the newest; false when it was given up. */
static bool publish(struct runner *runner)
{
    struct snapshot *snapshot = &runner->snapshots[runner->writing];
    if (!evaluate(runner) || !runner_bring_ghost(runner))
        return false;
    survey(runner);
    begin_work(runner);
    bool done = snapshot_take(snapshot, runner->session, &runner->looks);
    if (!end_work(runner, done)) {
        bool asked = atomic_load(&runner->quit) || atomic_load(&runner->abandon);
        if (!asked && !atomic_load(&runner->pause))
            runner_fail(
                runner, "out of memory for what is shown: a smaller depth or width may do");
        return false;
    }
    pthread_mutex_lock(&runner->lock);
    int free_one = runner->ready;
    runner->ready = runner->writing;
    runner->writing = free_one;
    runner->fresh = true;
    runner->has_news = false;
    note_place(runner);
    pthread_mutex_unlock(&runner->lock);
    runner->unshown = runner->session->message_unshown = false;
    runner->pictured = true;
    runner->shown_step = runner->session->run->training->step;
    runner->shown_build = runner->session->news.builds;
    runner_wake_reader(runner);
    return true;
}

static bool reader_waits(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    bool waits = !runner->fresh;
    pthread_mutex_unlock(&runner->lock);
    return waits;
}

/* Whether something is to be made so at the step that is sought before what is asked for goes
 * elsewhere: it waits until then. Under the lock. */
static bool waits(const struct runner *runner)
{
    const struct session *session = runner->session;
    return session_seeks(session) && runner->asked.leaving &&
        !hparams_equal(&runner->asked.left, &session->hparams);
}

/* Takes over what has been asked for; true when something had. */
static bool take_over(struct runner *runner)
{
    struct session *session = runner->session;
    struct wanted *wanted = &session->news.wanted;
    struct error refusal;
    pthread_mutex_lock(&runner->lock);
    bool any = runner->taken < runner->asked.handled, refused;
    atomic_store(&runner->abandon, false);
    atomic_store(&runner->pause, false);
    atomic_store(&runner->called, false);
    if (waits(runner)) {
        runner->resting = false; /* it goes on */
        pthread_mutex_unlock(&runner->lock);
        return false;
    }
    uint64_t step = session->run ? session->run->training->step : 0;
    if (wanted_rate(wanted, step) != wanted_rate(&runner->asked, step)) {
        pacing_change(&session->pacing);
        session->news.rate = 0;
    }
    wanted_take(wanted, &runner->asked);
    if (wanted->seeking)
        note_place(runner);
    if (!session_accept(session, &runner->refusal))
        runner->refused = true;
    runner->asked.agenda = wanted->agenda;
    runner->built = wanted->hparams;
    runner->taken = wanted->handled;
    refused = runner->refused;
    refusal = runner->refusal;
    runner->refused = false;
    pthread_mutex_unlock(&runner->lock);
    if (any && runner->ghost_since > 0 && clock_seconds() - runner->ghost_since > GHOST_SECONDS)
        runner->alone = true;
    bool goes_on = wanted->running || wanted->reversing || wanted->owed > 0 ||
        wanted->seeking || wanted->following;
    /* A step that is asked for now is the one given up. */
    if (runner->resting && runner->ahead && !wanted->running)
        wanted->owed -= wanted->owed > 0;
    runner->resting = runner->resting && !goes_on;
    if (refused) {
        wanted->untold = false;
        session_say(session, true, "%s", refusal.text);
    }
    session_tell(session);
    if (runner->told_way && !wanted->seeking && session->run) {
        runner->told_way = false;
        session_say(session, false, "stopped at step %" PRIu64, session->run->training->step);
    }
    runner->unshown = runner->unshown || any;
    return any;
}

static bool asked_anew(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    bool asked = runner->taken < runner->asked.handled && !waits(runner);
    bool anew = asked || runner->hears || runner->loading;
    pthread_mutex_unlock(&runner->lock);
    return anew;
}

/* Takes a new choice of details over; false when there is none. */
static bool take_watch(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    bool changed = runner->watch_changed;
    struct watch watch = runner->watch;
    if (changed)
        runner->watch_changed = false;
    pthread_mutex_unlock(&runner->lock);
    if (changed)
        looks_watch(&runner->looks, runner->session, &watch);
    return changed;
}

/* What cannot be is no longer asked for, unless something else is already. */
static void withdraw(struct runner *runner, const struct hparams *refused)
{
    pthread_mutex_lock(&runner->lock);
    if (hparams_equal(&runner->asked.hparams, refused))
        runner->asked.hparams = runner->session->hparams;
    if (!runner->asked.returning)
        runner->asked.following = runner->session->news.wanted.following;
    runner->built = runner->session->hparams;
    pthread_mutex_unlock(&runner->lock);
}

/* A scene that starts slow shows its step 0 as long as the ones after it, and the speed that is
 * shown is its own from the start. */
static void begin_scene(struct session *session)
{
    const struct wanted *wanted = &session->news.wanted;
    if (!wanted->slow || !wanted_scene(wanted))
        return;
    double now = clock_seconds();
    pacing_rest(&session->pacing);
    session->pacing.due = now + 1 / wanted_rate(wanted, 0);
    session->news.rate = session->pacing.rate;
}

/* Makes the session what is wanted; false when it has no run left and cannot get one. */
static bool settle(struct runner *runner)
{
    struct session *session = runner->session;
    struct error error = {.text = ""};
    struct hparams tried = session->news.wanted.hparams;
    uint64_t builds = session->news.builds;
    switch (session_settle(session, &error)) {
    case SETTLED:
        runner_pace_lecture(runner);
        runner->resting = runner->resting && builds == session->news.builds;
        follow(runner);
        if (builds != session->news.builds)
            begin_scene(session);
        break;
    case SETTLED_OTHERWISE:
        withdraw(runner, &tried);
        break;
    case SETTLED_LATER: /* something newer is waiting, and keeps this */
        break;
    case SETTLED_NEVER:
        runner_fail(runner, error.text);
        return false;
    }
    return true;
}

/* Sleeps until a command arrives or the clock says `until`; for ever when that is 0. */
static void sleep_until(struct runner *runner, double until)
{
    struct timespec time = {(time_t)until, (long)((until - floor(until)) * 1e9)};
    pthread_mutex_lock(&runner->lock);
    while (runner->taken == runner->asked.handled && !runner->watch_changed && !runner->hears &&
        runner->copies_asked == runner->copies_given && !runner->loading && !runner->visit &&
        !atomic_load(&runner->quit)) {
        if (until <= 0)
            pthread_cond_wait(&runner->arrived, &runner->lock);
        else if (pthread_cond_timedwait(&runner->arrived, &runner->lock, &time) == ETIMEDOUT)
            break;
    }
    pthread_mutex_unlock(&runner->lock);
}

/* Nothing to do before `until` (0: for ever): what is looked at becomes finer meanwhile, one
 * snapshot after the other. */
static void refine(struct runner *runner, double now, double until)
{
    bool counted = runner->session->run->training->seen.surveyed;
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
    const struct wanted *wanted = &session->news.wanted;
    struct pacing *pacing = &session->pacing;
    double began = clock_seconds();
    if (!session_owes(session)) {
        pacing_rest(pacing);
        session->news.rate = pacing->rate;
        refine(runner, began, 0);
        return;
    }
    double target = runner_pace(runner);
    if (isfinite(target) && pacing->due > began) {
        refine(runner, began, pacing->due);
        return;
    }
    (void)session_claim(session);
    bool last = wanted->following
        ? session->run->training->step + 1 >= session->news.lecture.reached
        : !wanted->running && wanted->owed == 0;
    runner->unshown = runner->unshown || last;
    runner->alone = false;
    session_ghost_go(session, session->run->training->step + 1);
    begin_work(runner);
    if (!end_work(runner, run_update(session->run)) || !evaluate(runner))
        return;
    double now = clock_seconds();
    pacing_step(pacing, target, began, now);
    session->news.rate = pacing->rate;
    /* A step so long that a pause may give the next one up is shown, whether or not one looks:
     * the one after the shown one is then the one given up. */
    bool slow = now - began > PATIENCE_SECONDS / 4;
    if (last || run_diverged(session->run) || slow || reader_waits(runner))
        (void)publish(runner);
}

/* Goes on towards the step that is sought, for a moment, and tells how far it is. */
static void seek(struct runner *runner)
{
    struct session *session = runner->session;
    double until = clock_seconds() + SEEK_SECONDS;
    uint64_t said = session->news.message_serial;
    bool done;
    do {
        begin_work(runner);
        done = session_seek(session);
        runner->pausable = false;
        runner->alone = false;
        session_ghost_go(session, session->run->training->step);
        follow(runner);
    } while (done && session_seeks(session) && !asked_anew(runner) && clock_seconds() < until);
    runner->unshown = true;
    bool there = session->run->training->step == session->news.wanted.goal;
    bool silent = session->news.message_serial == said;
    if (!session_seeks(session) && runner->told_way && there && silent)
        session_say(session, false, "arrived at step %" PRIu64, session->run->training->step);
    runner->told_way = runner->told_way && session_seeks(session);
    if (!done || !session_seeks(session) || asked_anew(runner))
        return;
    runner->told_way = true;
    session_say(session, false, "going to step %" PRIu64 ", at %" PRIu64 ": space stops there",
        session->news.wanted.goal, session->run->training->step);
    runner_tell(runner);
}

/* One step back when it is due. */
static void reverse(struct runner *runner)
{
    struct session *session = runner->session;
    struct pacing *pacing = &session->pacing;
    double began = clock_seconds(), due = pacing->due;
    double target = session->news.wanted.target_rate;
    if (isfinite(target) && due > began) {
        refine(runner, began, due);
        return;
    }
    session_reverse(session);
    seek(runner);
    if (session_seeks(session) || !evaluate(runner))
        return;
    pacing->due = due;
    pacing_step(pacing, target, began, clock_seconds());
    session->news.rate = pacing->rate;
}

/* The step at hand was given up by a pause: until something is to be seen or done. */
static bool rest(struct runner *runner)
{
    if (!runner->resting)
        return false;
    if (runner->unshown) {
        runner->session->news.rate = 0;
        runner_tell(runner);
    }
    runner->unshown = false;
    runner_give_copy(runner);
    sleep_until(runner, 0);
    return true;
}

void *runner_main(void *context)
{
    struct runner *runner = context;
    struct session *session = runner->session;
    runner->unshown = true;
    while (!atomic_load(&runner->quit) && !runner->broken) {
        (void)take_over(runner);
        runner_take_told(runner);
        runner_take_load(runner);
        bool stale = session_stale(session);
        if (take_watch(runner) || (runner->resting && runner_owes_visit(runner))) {
            runner->unshown = true;
            runner->resting = false;
        }
        if (stale && !settle(runner))
            break;
        if (!session->run || runner_interrupted(runner) || (stale && asked_anew(runner)))
            continue;
        /* News are told beside a picture: there is one first. */
        if (session_seeks(session) && runner->pictured) {
            seek(runner);
            runner_give_copy(runner);
            continue;
        }
        if (rest(runner))
            continue;
        if (!evaluate(runner))
            continue;
        bool shown = !runner->unshown || publish(runner);
        runner_give_copy(runner);
        runner_give_visit(runner);
        if (!shown || session_seeks(session) || asked_anew(runner))
            continue;
        if (session_reverses(session))
            reverse(runner);
        else
            work(runner);
    }
    runner_give_copy(runner);
    return NULL;
}
