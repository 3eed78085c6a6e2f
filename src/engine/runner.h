/*
 * A session on a thread of its own: commands in, the newest snapshot out. The screen never
 * waits for a training step, and a training step never waits for the screen.
 *
 * All functions are for one thread, the screen's.
 */
#ifndef NABLASCOPE_ENGINE_RUNNER_H
#define NABLASCOPE_ENGINE_RUNNER_H

#include "engine/command.h"
#include "engine/snapshot.h"
#include "engine/source.h"

struct runner;

struct runner_options {
    struct hparams hparams;
    const struct kernels *kernels;
    const struct data_reader *reader; /* borrowed; NULL: no files are read */
    const struct workers *workers;    /* borrowed; NULL: the thread works alone */
    bool running;                     /* train at once */
    double target_rate;               /* steps a second, INFINITY: as fast as possible */
    size_t history;                   /* bytes for states to go back to; 0: only step 0 */
    const struct preset *scene;       /* whose settings these are; NULL: none */
    bool slow;                        /* it starts slow */
    const struct replay *replay; /* borrowed; `hparams` are those its active branch begins with;
                                  * NULL: none */
    double fastest;              /* steps a second that may be asked for; 0: any */
    const char *lecture;         /* what a lecture that is followed is called; NULL: none is */
    int wake_fd;                 /* a byte is written here for each new snapshot; -1: none */
};

/* Starts the thread, which builds the network. NULL with *error when that cannot be. */
struct runner *runner_create(const struct runner_options *options, struct error *error);
/* Ends the thread, unless that has been done, and frees. */
void runner_destroy(struct runner *runner);

/*
 * Carries a command out on what is asked for, which the thread takes over between two steps; as
 * many as one likes. What makes the step or the building at hand useless gives it up, and so
 * does a pause when the step takes long. What cannot be is said in the next snapshot's message.
 * news.wanted.handled of a snapshot counts the commands sent until then.
 */
void runner_send(struct runner *runner, const struct command *command);

/*
 * Chooses the details that snapshots have from now on; the latest choice counts. A snapshot
 * with them comes at once, also while paused or diverged. Not a command: it changes nothing.
 */
void runner_watch(struct runner *runner, const struct watch *watch);

/* What is told of a lecture that is followed (engine/lecture.h), since it was last. */
struct lecture_told {
    bool any; /* there is more of it: `replay` is all of it, owned */
    struct replay replay;
    bool ended, stopped;  /* as in the news */
    struct error problem; /* something to be said; empty: nothing */
};
/* Tells it; takes over what `told` owns. */
void runner_hear(struct runner *runner, struct lecture_told *told);

/*
 * The newest snapshot, valid until the next call; NULL before the first. Its step stays, and
 * what it says of the runner goes on, while a pause has given the next one up.
 */
const struct snapshot *runner_snapshot(struct runner *runner);

/* How far what is being done is; of use where it takes long. */
struct progress_news runner_progress(struct runner *runner);

/*
 * Asks for a copy of the session, made between two steps; `digest`: with that of the step at
 * hand. runner_take_copy gives it, once, to the caller: that of the last asking; false as long
 * as it is not there. Without memory for it it has no branches.
 */
void runner_ask_copy(struct runner *runner, bool digest);
bool runner_take_copy(struct runner *runner, struct session_copy *copy);

/*
 * Has the session take over a tree, in the place of *branches, which has none then, and go to
 * where its active branch was last. What cannot be is said in a snapshot's message.
 */
void runner_load(struct runner *runner, struct branches *branches);

/*
 * Has a function called on the thread between two steps, with the step at hand evaluated, also
 * where a pause had given it up; a byte says that it has been. It is to leave the session as it
 * is, and may be interrupted as a step is. The last one asked for counts.
 */
void runner_visit(struct runner *runner, session_visit *visit, void *context);
/* Once for each call. */
bool runner_visited(struct runner *runner);

/* Ends the thread, giving up the step at hand; a copy that was asked for is there then. */
void runner_end(struct runner *runner);

/* True when the first network could not be built, or there is no memory for what is shown; the
 * thread has ended then. */
bool runner_failed(struct runner *runner, struct error *error);

/* The runner as what a laboratory draws from, which then owns it. */
struct source runner_source(struct runner *runner);

#endif
