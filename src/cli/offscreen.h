/*
 * The laboratory without a terminal: a screen on a session, and a time that is given. The same
 * session, screen and times give the same pictures, on every machine.
 */
#ifndef NABLASCOPE_CLI_OFFSCREEN_H
#define NABLASCOPE_CLI_OFFSCREEN_H

#include "cli/options.h"
#include "cli/recording.h"
#include "engine/looks.h"
#include "engine/session.h"
#include "ui/screen/screen.h"

struct offscreen {
    struct session *session; /* borrowed, with a run */
    struct looks looks;
    struct snapshot snapshot;
    struct screen screen;
    struct surface *surface; /* the picture; owned */
    struct refresh refresh;
    bool plain; /* in ASCII alone */
    double now;
};

/* In the size, theme and view of the options, at the step at hand. False with *error when there
 * is no memory; to be closed in any case. */
bool offscreen_open(struct offscreen *offscreen, struct session *session,
    const struct options *options, struct error *error);
void offscreen_close(struct offscreen *offscreen);

/* Draws the step at hand, with all that the view asks for, however long that takes. False when
 * out of memory or interrupted. */
bool offscreen_look(struct offscreen *offscreen);

/*
 * Records the session from the step at hand up to step `last`, or to where it diverges, at
 * `rate` steps a second as a laboratory shows them, and ends the recording. False with *error;
 * what is recorded until then stays.
 */
bool offscreen_record(struct offscreen *offscreen, struct recording *recording, uint64_t last,
    double rate, struct error *error);

#endif
