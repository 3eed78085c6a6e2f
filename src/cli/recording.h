/*
 * Recording what is shown, as it is shown, into a file for asciinema (picture/cast.h): the
 * laboratory's screen, or that of a session played without one. Time is the caller's.
 */
#ifndef NABLASCOPE_CLI_RECORDING_H
#define NABLASCOPE_CLI_RECORDING_H

#include "engine/snapshot.h"
#include "picture/cast.h"
#include "ui/screen/screen.h"

/* Zeroed: nothing is recorded. */
struct recording {
    FILE *file; /* NULL: nothing is recorded */
    bool lent;  /* whoever opened it closes it, and decides what becomes of half of one */
    char name[COMMAND_ARGUMENT_SIZE];
    struct cast cast;
    bool begun;
    double began;         /* time of the first picture */
    struct events events; /* marked so far, as they stood last */
    uint64_t builds;      /* of the run they are of */
};

/* Whether a file can be called so; else false with *error. */
bool recording_named(const char *name, struct error *error);
/* A file that is there already is replaced, unless it is spared. False with *error. */
bool recording_begin(struct recording *recording, const char *name, struct error *error);
/* Into a file that somebody has open; `name` is for messages. */
void recording_lend(struct recording *recording, FILE *file, const char *name);
/*
 * The picture as it is shown now (`theme` says its colours), and what has happened in the run
 * since the last one. False with *error when it cannot be written: the recording has ended
 * then, and the file is whole up to its last line.
 */
bool recording_show(struct recording *recording, double now, const struct surface *surface,
    const struct theme *theme, const struct snapshot *snapshot, struct error *error);
/* Ends it, if there is one. False with *error (NULL: nobody asks) when its end could not be
 * written. */
bool recording_end(struct recording *recording, double now, struct error *error);

/* Carries out what stands in screen->errand, if it is about recording; else false. */
bool recording_errand(struct recording *recording, struct screen *screen, double now);
/* recording_show of the laboratory's screen, if it is recorded: says there what fails. */
void recording_take(struct recording *recording, struct screen *screen,
    const struct surface *surface, double now);

#endif
