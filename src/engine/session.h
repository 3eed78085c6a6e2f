/*
 * A laboratory session without a clock, a thread or a screen: hyperparameters, the training
 * they describe, and what has been recorded of it; what somebody looks at is not its business
 * (engine/looks.h). Everything headless, tests and lessons need;
 * the runner (engine/runner.h) puts it on a thread.
 */
#ifndef NABLASCOPE_ENGINE_SESSION_H
#define NABLASCOPE_ENGINE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/branches.h"
#include "engine/data_reader.h"
#include "engine/ghost.h"
#include "engine/news.h"
#include "engine/pacing.h"
#include "engine/replay.h"
#include "engine/run.h"

struct session {
    struct hparams hparams; /* of the run */
    struct news news;
    struct pacing pacing;
    bool message_unshown;     /* nobody has got the news since */
    struct branches branches; /* what has been tried; the run is the active one */
    struct run
        *run; /* owned; NULL before the first is built, and after building gave up in between */
    struct ghost *ghost;    /* of branches.ghost; owned; NULL: none */
    struct lecture lecture; /* that is followed; zeroed: none, or not yet */
    bool guest;             /* it was followed when that was last looked at */
    const struct kernels *kernels;
    const struct workers *workers;    /* who shares the work; NULL: nobody */
    const struct data_reader *reader; /* borrowed; of files; NULL: none are read */
    struct interrupt interrupt;
    struct run_observer observer; /* of every run; zeroed: nobody */
    uint64_t runs;                /* had so far: another may have other data */
    size_t history;               /* bytes for checkpoints of each run from now on; 0: none */
    uint64_t changes;             /* times that parameters or function have been replaced */
    const struct replay *replay;  /* borrowed; what it lives through again; NULL: nothing */
    uint64_t unlike;              /* 1 + the first step seen that is not as in that; 0: none */
    uint64_t awaiting; /* what is waited for has not held at some step: `awaited` of it */
    uint64_t set_out;  /* 1 + the step from which it seeks another; 0: not yet, or none */
    uint64_t arrived;  /* 1 + the step for which what happens there has been seen to; 0: none */
};

/* What has become of what was wanted. */
enum settled {
    SETTLED,
    SETTLED_OTHERWISE, /* it cannot be: the session stays as it was, and a message says why */
    SETTLED_LATER,     /* interrupted: to be tried again */
    SETTLED_NEVER      /* there is no run left, and none to be had */
};

/* Without a run: session_settle builds the first. NULL when out of memory. `interrupt` may be
 * NULL. */
struct session *session_open(const struct wanted *wanted, const struct kernels *kernels,
    const struct interrupt *interrupt);
/* With a run at step 0. NULL when it does not fit in memory, with its size in *error, or when
 * interrupted. */
struct session *session_create(const struct hparams *hparams, const struct kernels *kernels,
    const struct interrupt *interrupt, struct error *error);
void session_destroy(struct session *session);
/* Whether this machine has the memory for a training with these settings, and so many bytes
 * beside it; reads the file that they name, if they do. False with *error. */
bool session_fits(const struct session *session, const struct hparams *hparams, size_t beside,
    struct error *error);
/* Bytes of one; 0 where its file cannot be read. */
size_t session_bytes(const struct session *session, const struct hparams *hparams);
/* Has the work of every pass shared from now on; NULL: alone again. No bit depends on it. */
void session_share(struct session *session, const struct workers *workers);

/*
 * Evaluates the step at hand, as run_evaluate does; what is armed for it (engine/agenda.h) is
 * carried out before, once, and where a replay ends the session is paused. A state that is not
 * as in the replay is said. Settings that have changed on the way, as a run makes its changes
 * again after going back, are taken over. False when interrupted.
 */
bool session_evaluate(struct session *session, bool survey_wanted);
/*
 * Whether a condition holds at the step at hand, which has been evaluated; it is surveyed where
 * that decides. False when interrupted.
 */
bool session_holds(
    struct session *session, const struct condition *condition, enum truth *truth);
/* Stops, and says so, where what is waited for holds at the evaluated step at hand, or where
 * the run has diverged before. False when interrupted. */
bool session_await(struct session *session);
/*
 * The two parts of that, for who takes the wanted over from elsewhere: whether something is to
 * be carried out here, which is said once, on a step without a begun update; and doing that on
 * what is wanted, and on what is asked for (NULL: nothing is), to be settled then.
 */
bool session_arrives(struct session *session);
void session_carry(struct session *session, struct wanted *asked);
/* Of what has been armed, takes off what is for a step that the run has come to: false with the
 * reason in *error. */
bool session_accept(struct session *session, struct error *error);

/*
 * Up to `steps` whole steps, then evaluates the one arrived at. Stops at divergence; false when
 * interrupted.
 */
bool session_advance(struct session *session, uint64_t steps);
/* The same for who asks neither for accuracy nor for dead units there. */
bool session_reach(struct session *session, uint64_t steps);

/* Hands the training over, for good: all that can be done with the session then is to destroy
 * it. */
struct training *session_release(struct session *session);

/*
 * From now on this one looks, instead of who did; NULL: nobody. Takes a new evaluation of the
 * step at hand, which gives the same numbers again.
 */
void session_observe(struct session *session, const struct run_observer *observer);

/* With batches: the last survey did not look at the watched unit. */
bool session_unseen(const struct session *session);

/*
 * Carries out a command: on what is wanted (engine/wanted.h), and then on the run. Steps that
 * are wanted become owed: session_work does them. False when it was refused or cannot be, with
 * the reason in *error and in the message; the session is unchanged then.
 */
bool session_do(struct session *session, const struct command *command, struct error *error);

/*
 * For who takes the wanted over from elsewhere (wanted_take): says what has changed; whether
 * the run is not what is wanted; makes it so.
 */
void session_tell(struct session *session);
bool session_stale(const struct session *session);
enum settled session_settle(struct session *session, struct error *error);

/* Whether a step is to be done; claims it, to be followed by run_update. */
bool session_owes(const struct session *session);
bool session_claim(struct session *session);
/* Whether it goes back by itself; then the step before is to be sought now. */
bool session_reverses(const struct session *session);
void session_reverse(struct session *session);
/* Evaluates the step at hand, and does one that is owed, or one back. False when interrupted.
 */
bool session_work(struct session *session);

/*
 * Goes on with another branch (0-based), at the step at hand if that has been there, else as
 * far as it has: that step is sought then. False with *error when there is none, or
 * interrupted, or without memory: nothing has changed.
 */
bool session_switch(struct session *session, int branch, struct error *error);
/* Has the branches know what the run was told and how far it came. */
void session_note(struct session *session);
/*
 * Takes over a copy of a tree in the place of its own, as one of a file: its active branch is
 * the run then, at step 0 with all that is known of it ahead, so that stepping on makes its
 * changes again and another one begins a branch. A session that has no run yet gets its first;
 * what is wanted stays but for the settings that nobody has asked to be otherwise. In one that
 * had a run, what was asked for it goes. False with *error when there is no memory for it, or
 * when interrupted: nothing has changed.
 */
bool session_load(
    struct session *session, const struct branches *branches, struct error *error);
/* Loads the branches of a session that it is to live through again; session_settle does so for
 * one without a run whose `replay` has been set. False as above. */
bool session_replay(struct session *session, const struct replay *replay, struct error *error);
/*
 * The run becomes what is known of the lecture that is followed: it goes back to where both
 * part, and to where the lecturer is at most; the steps up to there are owed then. Branches of
 * one's own stay beside the lecturer's. False as above.
 */
bool session_follow(struct session *session, struct error *error);
/* Takes what a lecture is known to be by now, in the place of what it was. */
void session_hear(struct session *session, struct replay *told);
/* Says that it has been left, and goes back to it when that is asked for: as session_tell. */
void session_tell_lecture(struct session *session);
/* The lecturer has been further. */
bool session_follows_on(const struct session *session);
/* Forgets a branch; the active one cannot be. The ghost goes with its branch. */
bool session_drop(struct session *session, int branch, struct error *error);

/*
 * The ghost: another branch that is computed to the same step as the run (engine/ghost.h). It
 * stays when the run goes elsewhere or is built anew; if the run becomes its branch, the branch
 * that is left becomes the ghost. All below are of no effect without one.
 *
 * session_ghost chooses a branch (0-based), with *error and no change where that cannot be; -1:
 * none. session_race begins one from step 0 with these settings.
 */
bool session_ghost(struct session *session, int branch, struct error *error);
bool session_race(struct session *session, const struct hparams *rival, struct error *error);
/* Brings it to the run's step, before somebody looks, until that time; where there is no memory
 * for it to go on, it goes, and a message says so. False when it takes longer. */
bool session_ghost_reach(struct session *session, double until);
/* It may go to that step already. */
void session_ghost_go(struct session *session, uint64_t step);
/* Of what is wanted, makes the ghost that or none, and begins a race. */
bool session_ghost_settle(struct session *session, struct error *error);
bool session_race_settle(struct session *session, struct error *error);
/* For session.c: likewise, what is asked of branches. */
bool session_branch_settle(struct session *session, struct error *error);
/* For session.c: after a change of the branches; before a network of so many bytes is built;
 * after the run has become the ghost's branch, from `left`; the two change places. */
void session_ghost_heed(struct session *session);
void session_ghost_yield(struct session *session, size_t bytes);
void session_ghost_turn(struct session *session, int left);
void session_ghost_exchange(struct session *session);

/*
 * Goes on towards the step that is sought, by a step or by going back to a place before it:
 * until session_seeks says no more, in the end at that step, or where the run diverges before
 * it. The settings are those that the run had at each step. False when interrupted, or when it
 * cannot go back: it is sought no longer then, and a message says why.
 */
bool session_seeks(const struct session *session);
bool session_seek(struct session *session);

/* A message. An error is not talked over before somebody has got it. */
__attribute__((format(printf, 3, 4))) void session_say(
    struct session *session, bool is_error, const char *format, ...);

/*
 * Takes over new hyperparameters: at once where they allow it, else by building anew from step
 * 0 (*rebuilt says which). On failure the session is unchanged and *error says why.
 */
bool session_configure(
    struct session *session, const struct hparams *hparams, bool *rebuilt, struct error *error);
/* Back to step 0 with the same hyperparameters and seed. */
bool session_reset(struct session *session, struct error *error);

#endif
