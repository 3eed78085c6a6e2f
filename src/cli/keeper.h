/*
 * Keeps a session in a file of its own (io/kept.h) on a thread of its own, so that neither the
 * screen nor a step waits for a disk. Only the last tree given counts: what was in between is
 * in it.
 */
#ifndef NABLASCOPE_CLI_KEEPER_H
#define NABLASCOPE_CLI_KEEPER_H

#include "core/error.h"
#include "engine/branches.h"

struct keeper;

/* What the thread has to say, each once. */
struct keeper_news {
    struct error text; /* for the line of messages; empty: nothing */
    bool is_error;
    bool restored;            /* the session that was asked for is there: … */
    struct branches branches; /* … this; the caller's to clear */
};

/* A byte in `wake_fd` says that there is news. NULL where sessions cannot be kept, without a
 * word where nobody has said in what place. */
struct keeper *keeper_create(int wake_fd);
/* Takes over the tree as it is now, in the place of *tree, which has none then. */
void keeper_give(struct keeper *keeper, struct branches *tree);
/* Asks for the last session that broke off; and that the file says so when it has gone on. */
void keeper_restore(struct keeper *keeper);
bool keeper_news(struct keeper *keeper, struct keeper_news *news);
/*
 * Ends it with what was last given; `ended`: as it should. Does not wait long for a disk: what
 * is under way is left then. NULL: nothing.
 */
void keeper_end(struct keeper *keeper, bool ended);

#endif
