#include "engine/ghost.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "core/workers.h"
#include "engine/clock.h"
#include "engine/memory.h"
#include "engine/session.h"
#include "engine/thread.h"

/* How often who waits asks whether it still should. */
#define ASK_SECONDS 0.01
/* The thread is told no more often how far it may go: waking it takes as long as small steps.
 */
#define TELL_SECONDS 0.0005

struct ghost {
    struct session *session; /* owned */
    struct interrupt owner;  /* of the session beside */
    bool beside;             /* it has a thread, for which the next five are */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    double told;      /* when it was last told where to go */
    atomic_bool stop; /* the steps at hand are to be given up */
    atomic_uint_least64_t step;

    /* Under the lock; `working` is read by the thread without it, which alone sets it. */
    uint64_t goal;
    bool sent;    /* there is a goal that the thread has not taken */
    bool working; /* the thread has the session */
    bool quit, lost;
};

/* Asked by whoever works on it, the thread or, while that rests, the owner. */
static bool interrupted(void *context)
{
    struct ghost *ghost = context;
    return atomic_load(&ghost->stop) || (!ghost->working && interrupt_asked(&ghost->owner));
}

static bool is_at(const struct ghost *ghost, uint64_t step)
{
    const struct run *run = ghost->session->run;
    return run->evaluated && run->training->updated == 0 &&
        (run->training->step == step || (run->training->step < step && run_diverged(run)));
}

/* What is kept of it elsewhere is of other settings, or of other parameters. */
static void note_change(struct session *session, bool back)
{
    const struct hparams *now = &session->run->training->hparams;
    bool same = hparams_equal(&session->hparams, now);
    session->hparams = *now;
    session->changes += back || !same;
}

/* Steps that are as soon made as a place to go on from is looked for. */
enum { FAR = 100 };

/* One step towards that one, or back to a place before it, evaluated; false when it cannot. */
static bool move(struct run *run, uint64_t step)
{
    if (!run_complete(run))
        return false;
    /* Far ahead there may be a place nearer to it. */
    bool back = run->training->step > step, far = !back && step - run->training->step > FAR;
    if ((back || far) && !run_approach(run, step))
        return false;
    bool on = run->training->step < step;
    return run_evaluate(run, false) && (!on || run_diverged(run) || run_update(run)) &&
        run_evaluate(run, false);
}

/* To that step, or as far as there is time; false when it cannot. */
static bool go(struct ghost *ghost, uint64_t step, double until)
{
    struct session *session = ghost->session;
    while (!is_at(ghost, step)) {
        uint64_t from = session->run->training->step;
        bool done = move(session->run, step);
        note_change(session, session->run->training->step < from);
        atomic_store_explicit(&ghost->step, session->run->training->step, memory_order_relaxed);
        if (!done)
            return false;
        if (clock_seconds() >= until)
            break;
    }
    return true;
}

static void *work(void *context)
{
    struct ghost *ghost = context;
    pthread_mutex_lock(&ghost->lock);
    for (;;) {
        while (!ghost->quit && !ghost->sent)
            pthread_cond_wait(&ghost->changed, &ghost->lock);
        if (ghost->quit)
            break;
        uint64_t goal = ghost->goal;
        ghost->sent = false;
        ghost->working = true;
        pthread_mutex_unlock(&ghost->lock);
        bool done = go(ghost, goal, clock_seconds() + ASK_SECONDS);
        pthread_mutex_lock(&ghost->lock);
        ghost->working = false;
        bool stopped = atomic_load(&ghost->stop);
        ghost->lost = ghost->lost || (!done && !stopped);
        /* Goes on, if it has not been sent elsewhere meanwhile. */
        ghost->sent = ghost->sent || (done && !stopped && !is_at(ghost, goal));
        pthread_cond_broadcast(&ghost->changed);
    }
    pthread_mutex_unlock(&ghost->lock);
    return NULL;
}

/*
 * With more than one worker there are processors for both. A pass that several of them would
 * share is made by all of them in turn with the owner's: alone it would come behind.
 */
static bool has_processor(const struct session *owner, const struct hparams *first)
{
    enum { SHARED = 3 };
    double width = first->width,
           batch = first->batch > 0 ? first->batch : owner->run->training->data->samples;
    const struct workers *workers = owner->workers;
    return workers && workers->count > 1 &&
        (workers->count < SHARED ||
            workers_are_one(workers, 2 * width * width * batch * first->depth));
}

static bool begin_thread(struct ghost *ghost)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&ghost->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&ghost->lock, NULL);
    if (thread_start(&ghost->thread, work, ghost))
        return true;
    pthread_cond_destroy(&ghost->changed);
    pthread_mutex_destroy(&ghost->lock);
    return false;
}

/* A run at step 0 with the branch's settings and its changes to come. */
static struct session *begin(
    const struct session *owner, const struct branch *branch, struct ghost *ghost)
{
    struct wanted wanted = {.hparams = branch->first, .target_rate = INFINITY};
    struct session *session =
        session_open(&wanted, owner->kernels, &(struct interrupt){interrupted, ghost, NULL});
    if (!session)
        return NULL;
    session->history = owner->history / 2;
    session->reader = owner->reader;
    if (session_settle(session, NULL) == SETTLED &&
        run_retrace(session->run, &branch->changes, branch->reached))
        return session;
    session_destroy(session);
    return NULL;
}

struct ghost *ghost_create(
    const struct session *owner, const struct branch *branch, struct error *error)
{
    if (!session_fits(owner, &branch->first, session_bytes(owner, &owner->hparams), error))
        return NULL;
    struct ghost *ghost = calloc(1, sizeof *ghost);
    if (!ghost) {
        error_set(error, "out of memory for the ghost");
        return NULL;
    }
    ghost->owner = owner->interrupt;
    ghost->owner.report = NULL;
    ghost->session = begin(owner, branch, ghost);
    if (!ghost->session) {
        bool asked = interrupt_asked(&owner->interrupt);
        free(ghost);
        error_set(error, asked ? "interrupted" : "out of memory for the ghost");
        return NULL;
    }
    ghost->beside = has_processor(owner, &branch->first) && begin_thread(ghost);
    if (!ghost->beside)
        session_share(ghost->session, owner->workers);
    return ghost;
}

void ghost_rest(struct ghost *ghost)
{
    if (!ghost->beside)
        return;
    pthread_mutex_lock(&ghost->lock);
    ghost->sent = false;
    atomic_store(&ghost->stop, true);
    while (ghost->working)
        pthread_cond_wait(&ghost->changed, &ghost->lock);
    atomic_store(&ghost->stop, false);
    pthread_mutex_unlock(&ghost->lock);
}

void ghost_destroy(struct ghost *ghost)
{
    if (!ghost)
        return;
    ghost_rest(ghost);
    if (ghost->beside) {
        pthread_mutex_lock(&ghost->lock);
        ghost->quit = true;
        pthread_cond_broadcast(&ghost->changed);
        pthread_mutex_unlock(&ghost->lock);
        pthread_join(ghost->thread, NULL);
        pthread_cond_destroy(&ghost->changed);
        pthread_mutex_destroy(&ghost->lock);
    }
    session_destroy(ghost->session);
    free(ghost);
}

void ghost_share(struct ghost *ghost, const struct workers *workers)
{
    if (!ghost->beside)
        session_share(ghost->session, workers);
}

struct session *ghost_session(struct ghost *ghost)
{
    return ghost->session;
}

static void send(struct ghost *ghost, uint64_t step)
{
    if (ghost->working || ghost->sent || !is_at(ghost, step)) {
        ghost->goal = step;
        ghost->sent = true;
        pthread_cond_broadcast(&ghost->changed);
    }
}

void ghost_go(struct ghost *ghost, uint64_t step)
{
    double now = ghost->beside ? clock_seconds() : 0;
    if (!ghost->beside || now < ghost->told + TELL_SECONDS)
        return;
    ghost->told = now;
    pthread_mutex_lock(&ghost->lock);
    send(ghost, step);
    pthread_mutex_unlock(&ghost->lock);
}

/* Until the thread has come to where it was sent. */
static enum ghost_place wait_for(struct ghost *ghost, uint64_t step, double until)
{
    pthread_mutex_lock(&ghost->lock);
    send(ghost, step);
    while ((ghost->working || ghost->sent) && !ghost->lost && clock_seconds() < until) {
        double next = fmin(until, clock_seconds() + ASK_SECONDS);
        struct timespec time = {(time_t)next, (long)((next - floor(next)) * 1e9)};
        (void)pthread_cond_timedwait(&ghost->changed, &ghost->lock, &time);
        if ((ghost->working || ghost->sent) && interrupt_asked(&ghost->owner))
            break;
    }
    bool rests = !ghost->working && !ghost->sent;
    enum ghost_place place = ghost->lost ? GHOST_LOST : rests ? GHOST_THERE : GHOST_LATER;
    pthread_mutex_unlock(&ghost->lock);
    return place;
}

enum ghost_place ghost_reach(struct ghost *ghost, uint64_t step, double until)
{
    if (ghost->beside)
        return wait_for(ghost, step, until);
    if (!go(ghost, step, until))
        return interrupt_asked(&ghost->owner) ? GHOST_LATER : GHOST_LOST;
    return is_at(ghost, step) ? GHOST_THERE : GHOST_LATER;
}

uint64_t ghost_step(const struct ghost *ghost)
{
    return atomic_load_explicit(&ghost->step, memory_order_relaxed);
}

bool ghost_is_at(struct ghost *ghost, uint64_t step)
{
    bool rests = true;
    if (ghost->beside)
        pthread_mutex_lock(&ghost->lock);
    rests = !ghost->working && !ghost->sent;
    bool at = rests && is_at(ghost, step);
    if (ghost->beside)
        pthread_mutex_unlock(&ghost->lock);
    return at;
}
