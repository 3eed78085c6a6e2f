/*
 * What the commands without a screen have in common: an output that is opened first, so that
 * what cannot be written is refused before any work, a session at step 0, and an end by
 * signals.
 */
#ifndef NABLASCOPE_CLI_HEADLESS_H
#define NABLASCOPE_CLI_HEADLESS_H

#include <stddef.h>

#include "cli/options.h"
#include "engine/session.h"
#include "io/output.h"

/* One of these commands. */
struct headless {
    /* The memory that it needs; NULL: it is given no session. */
    size_t (*bytes)(const struct options *options, struct data_shape data);
    /* Does the work and closes the output; the status. */
    int (*work)(const struct options *options, struct session *session, struct output *output);
    /* NULL, or: why this output is not for it, NULL when it is. */
    const char *(*unfit)(const struct options *options, const struct output *output);
};

/* The exit status; a signal that asked for the end ends the program here. */
int headless_main(const struct options *options, const struct headless *command);

/* Asks for the end when a signal has. */
const struct interrupt *headless_interrupt(void);

/* Whether a signal has asked for the end; what takes long is given up then by itself. */
bool headless_ended(void);

/* Says the line; the status of a failure. */
int headless_fail(const char *text);

/* Puts the output in place, if `keep`; the status, with a line when that could not be. */
int headless_close(struct output *output, bool keep);

#endif
