/*
 * What a laboratory draws from: snapshots come out, commands go in. A training on a thread is
 * one (runner_source); a recording or another program's run may be one that has less to show.
 */
#ifndef NABLASCOPE_ENGINE_SOURCE_H
#define NABLASCOPE_ENGINE_SOURCE_H

#include "engine/command.h"
#include "engine/session_copy.h"
#include "engine/snapshot.h"

struct session;
typedef void session_visit(void *context, struct session *session);

/* Those that may be NULL come last; none but `end` and `destroy` waits for a step to be given
 * up. */
struct source_functions {
    const struct snapshot *(*snapshot)(void *context);
    void (*send)(void *context, const struct command *command);
    void (*watch)(void *context, const struct watch *watch);
    bool (*failed)(void *context, struct error *error);
    void (*destroy)(void *context);
    /* May be NULL: */
    struct progress_news (*progress)(void *context);
    void (*ask_copy)(void *context, bool digest);
    bool (*take_copy)(void *context, struct session_copy *copy);
    void (*load)(void *context, struct branches *branches);
    void (*end)(void *context);
    void (*visit)(void *context, session_visit *visit, void *visitor);
    bool (*visited)(void *context);
};

/* Zeroed: none. */
struct source {
    const struct source_functions *functions;
    void *context;
    unsigned can; /* enum detail, or-ed: what can be watched; its snapshots say so, too */
};

/* The newest snapshot, valid until the next call; NULL before the first. */
const struct snapshot *source_snapshot(const struct source *source);
/* Gives it a command. What cannot be is said in a later snapshot's message; snapshot.handled
 * counts the commands taken. */
void source_send(const struct source *source, const struct command *command);
/* Chooses the details that snapshots have from now on, of those that can be watched. */
void source_watch(const struct source *source, const struct watch *watch);
/* How far what it does at present is. */
struct progress_news source_progress(const struct source *source);
/*
 * Asks for a copy of the session, which is made between two steps; a byte in the pipe says that
 * it is there. False when there is none to be had from this source.
 */
bool source_ask_copy(const struct source *source, bool digest);
/* Takes that of the last asking, in the place of *copy; false when it is not there yet. Without
 * memory for it it has no branches. */
bool source_take_copy(const struct source *source, struct session_copy *copy);
/* Has it take over a tree in the place of its own, and go to where its active branch was last;
 * *branches has none then. False when this source cannot. */
bool source_load(const struct source *source, struct branches *branches);
/* Has the session behind it looked at between two steps (engine/runner.h): false when there is
 * none; whether that has been done, once. */
bool source_visit(const struct source *source, session_visit *visit, void *visitor);
bool source_visited(const struct source *source);
/* Ends what it does, giving up the step at hand. What was asked for is there then. */
void source_end(const struct source *source);
/* True, with *error, when no more snapshots will come. */
bool source_failed(const struct source *source, struct error *error);
/* Ends and frees it; none afterwards. */
void source_destroy(struct source *source);

#endif
