/*
 * Where headless commands write: standard output, or a file that takes its place whole. Rows
 * are written whole, too, so that a command that is killed leaves no half of one.
 *
 * A regular file is written under a temporary name beside it, synced and renamed at the end; a
 * link is followed. What cannot be replaced that way (a device, a pipe, a file in a directory
 * that takes no new one, one that belongs to somebody else or has several names) is written in
 * place, from output_begin on. Several can be open at once,
 * also on threads.
 */
#ifndef NABLASCOPE_IO_OUTPUT_H
#define NABLASCOPE_IO_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "core/error.h"
#include "io/spared.h"

struct output {
    FILE *file;
    const char *name; /* for messages */
    enum output_kind kind;
    char *target;    /* what is to be replaced; NULL: nothing is */
    char *temporary; /* the name it has until then */
    char *buffer;    /* of what has gathered */
    bool in_place;   /* a regular file that is emptied when the writing begins */
    bool begun;      /* output_begin has been called */
    bool gathers;    /* not a terminal: rows are gathered */
    int rows;        /* since the last flush */
    double flushed;  /* clock time of that */
    int error;       /* errno of the first failure, 0: none */
};

/* `name` NULL or "-": standard output. False with *error when it cannot be written, or what is
 * there is spared (io/spared.h). */
bool output_open(
    struct output *output, const char *name, enum output_kind kind, struct error *error);
/* Whether what is there still may be replaced, now that data have been read. */
bool output_spares(const struct output *output, struct error *error);

/* Before the first thing that is written. */
void output_begin(struct output *output);

/* After so many rows: writes what has gathered, now and then. False when nothing more can be
 * written. */
bool output_rows(struct output *output, int rows);

/*
 * Writes the rest and puts the file in place, if `keep`; else all is as before, unless it was
 * written in place. False
 * with *error when it could not be written, or is spared by now. A reader that has left is no
 * error.
 */
bool output_close(struct output *output, bool keep, struct error *error);

/* For a signal's handler: removes the temporary file that is open, if one is. */
void output_abandon(void);

#endif
