/*
 * Keeping the laboratory's session: in the file that :save names. What is kept is a copy that
 * the source makes between two steps, so the screen does not wait for it.
 */
#ifndef NABLASCOPE_CLI_KEEPING_H
#define NABLASCOPE_CLI_KEEPING_H

#include "engine/source.h"
#include "ui/screen/screen.h"

/* Zeroed: nothing is kept. */
struct keeping {
    char file[COMMAND_ARGUMENT_SIZE]; /* to be written when the copy comes; empty: none */
    struct session_copy copy;         /* the last one */
};

/* Carries out what stands in screen->errand, if it is about keeping; else false. */
bool keeping_errand(
    struct keeping *keeping, struct screen *screen, const struct source *source);
/* Takes the copy that was asked for, if it is there, and says in the screen what has come of
 * it. True when there is a new one: keeping->copy. */
bool keeping_take(struct keeping *keeping, struct screen *screen, const struct source *source);
/*
 * At the end: what was asked for and is not there yet. Ends the source's work. False with
 * *error when it could not be written.
 */
bool keeping_end(struct keeping *keeping, const struct source *source, struct error *error);

#endif
