/* clang-format off */
/*
 * Sessions as text: settings and changes of them by their steps, from which every step follows to
 * the bit, and digests of the state to prove it (CONTRACT.md, session files).
 *
 *     nablascope session 1 numbers 4     versions of the format and of the numbers
 *     set activation relu                what branch 1 begins with, where it is not the default
 *     at 50 set lr 3                     changes of settings, their steps ascending
 *     at 80 after set clip norm          … made when step 80 had been looked at already
 *     digest 200 0123456789abcdef        of the state at a step (core/state.h), evaluated
 *     reached 400                        the furthest step, where no digest says it
 *     branch lr 5 from 120               what branch 2 is called, and where it leaves branch 1,
 *     branch clip norm from 90 of 2      or another one, whose changes before it has, too
 *     active 2                           the branch at hand
 *
 * Lines behind `branch` are of that branch, which is at hand until another one is; `active` says
 * so of one that is there already (a journal has more: io/session_reader.h). A branch from step 0
 * of none begins as branch 1 does, but for `set` lines of its own. Commands that concern a screen or the speed are passed over. Read
 * strictly: what is wrong is named with its line and column.
 */
/* clang-format on */
#ifndef NABLASCOPE_IO_SESSION_FILE_H
#define NABLASCOPE_IO_SESSION_FILE_H

#include <stdint.h>
#include <stdio.h>

#include "engine/replay.h"
#include "io/lines.h"

enum {
    SESSION_FORMAT = 1,
    SESSION_CHANGES_MOST = 100000, /* changes and digests of a file */
};
#define SESSION_STEP_MOST UINT64_C(1000000000000000)

/* Zeroed: nothing. */
struct session_file {
    int numbers; /* NUMBERS_VERSION of the program that wrote it */
    struct branches branches;
    struct session_mark *marks; /* by branch, then by step; owned */
    int mark_count, marks_reserved;
};

/* Into a zeroed struct; to be cleared also after false, when *error says what is wrong. */
bool session_file_read(struct session_file *file, struct lines *lines, struct error *error);
/* False when out of memory. */
bool session_file_mark(struct session_file *file, int branch, uint64_t step, uint64_t digest);
/* Each branch has those of the file from now on, if they are of the same numbers: a session
 * that goes on with it saves them with its own. session_file_read does so. */
void session_file_give_marks(struct session_file *file);
void session_file_write(const struct session_file *file, FILE *out);
void session_file_clear(struct session_file *file);

#endif
