/*
 * What the runner's two halves share: the screen's calls (runner.c) and the thread
 * (runner_thread.c).
 */
#ifndef NABLASCOPE_ENGINE_RUNNER_INTERNAL_H
#define NABLASCOPE_ENGINE_RUNNER_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/budget.h"
#include "engine/looks.h"
#include "engine/runner.h"
#include "engine/session.h"
#include "engine/session_copy.h"

enum { SNAPSHOTS = 3 };

/* A pause gives the step at hand up when it takes longer than this; a shorter one is shown. */
#define PATIENCE_SECONDS 0.1

/* Of the time, at most, goes into surveys for the screen while steps are to be done; and where
 * those that start the epochs come as often. */
#define SURVEY_SHARE 0.05
#define SURVEY_LEAST 0.005

/* How often it is told how far a step that is sought still is. */
#define SEEK_SECONDS 0.1

/* From when on it is told that the ghost is waited for. */
#define GHOST_SECONDS 0.5

struct runner {
    pthread_t thread;
    bool joined;
    pthread_mutex_t lock; /* guards what follows, up to the atomics */
    pthread_cond_t arrived;
    struct wanted asked;      /* not taken over yet */
    uint64_t taken;           /* of asked.handled */
    struct lecture_told told; /* of the lecture, not taken over yet */
    bool hears;               /* there is such */
    bool refused;             /* a command could not be: `refusal` says why */
    struct error refusal;
    struct hparams built; /* what the thread builds or trains */
    struct watch watch;   /* the latest choice */
    bool watch_changed;   /* it has not been taken over */
    /* One being written, one ready, one being read; the indices change hands under the lock. */
    int writing, ready, reading;
    bool fresh;       /* `ready` has not been read */
    bool seen;        /* `reading` holds one */
    bool has_news;    /* newer than every snapshot */
    struct news news; /* told without a snapshot, when there is none to be had */
    bool failed;      /* no network, or no snapshot, could be made: `failure` says why */
    struct error failure;
    uint64_t copies_asked, copies_given; /* of the session: one is owed where they differ */
    bool copy_digest;                    /* with a digest */
    session_visit *visit;                /* to be called; NULL: none */
    void *visitor;
    bool visited;
    bool loading;         /* a tree is to be taken over, or is being: */
    struct branches load; /* the newest; .count 0: it is being */
    bool copy_there;      /* `copy` is the last one */
    struct session_copy copy;

    /* Asked for by the screen, polled in the middle of work; see runner_interrupted. */
    atomic_bool quit, abandon, pause, called; /* `called`: to anything at all */

    atomic_uint progress; /* work, done and total in 2, 15 and 15 bits */

    /* Of the thread alone: */
    struct runner_options options;
    struct session *session;
    struct looks looks;
    struct snapshot snapshots[SNAPSHOTS];
    bool unshown; /* something has changed that no snapshot shows */
    bool resting; /* paused, the step at hand given up */
    bool ahead;   /* and that is the one after the one shown */
    uint64_t shown_step, shown_build;
    bool pictured;         /* there has been a snapshot */
    bool told_way;         /* how far a step that is sought still is */
    double ghost_since;    /* the ghost is waited for since then; 0: it is not */
    bool alone;            /* a pause has ended that: it is shown where it is */
    bool broken;           /* as `failed` */
    bool surveying;        /* for the screen alone: whatever is asked for comes first */
    struct budget surveys; /* of those for the screen */
    bool pausable;         /* work that a pause may give up, begun at `since` */
    double since;
};

/* The thread's function; its argument is the runner. */
void *runner_main(void *context);

/* What is new without a picture of the step, which has been given up, or is not there yet. */
void runner_tell(struct runner *runner);
/*
 * Brings the ghost to the step at hand before that is shown, for a moment; what is asked for
 * meanwhile comes first. False when it takes longer. Where that is told, a command ends it:
 * until a step is made again the ghost is shown where it is.
 */
bool runner_bring_ghost(struct runner *runner);
/* There is a lecture to follow, if the options say so. */
void runner_begin_lecture(struct runner *runner);
/* Of the thread: takes over what has been told of it; paces the way to where the lecturer is;
 * steps a second by now, of a lecture or not. */
void runner_take_told(struct runner *runner);
void runner_pace_lecture(struct runner *runner);
double runner_pace(const struct runner *runner);
/* Of the thread, between two steps: makes the copy of the session that was asked for; has it
 * visited; takes over the tree that was given, or keeps it for later when that is interrupted.
 */
void runner_give_copy(struct runner *runner);
bool runner_owes_visit(struct runner *runner); /* one is asked for */
void runner_give_visit(struct runner *runner);
void runner_take_load(struct runner *runner);
/* There is nothing to be trained, or to be shown, and none to be had. */
void runner_fail(struct runner *runner, const char *text);
void runner_wake_reader(const struct runner *runner);

/* The session's interrupt; its context is the runner. */
bool runner_interrupted(void *context);
void runner_report(void *context, enum work_part work, int done, int total);

#endif
