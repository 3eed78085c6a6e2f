/*
 * A session file that grows with its session (io/session_reader.h): each time what is new is
 * told in lines behind those before. What a reader of them knows by now is known here by
 * reading them as well, so that no line is written that a reader would refuse.
 */
#ifndef NABLASCOPE_IO_JOURNAL_H
#define NABLASCOPE_IO_JOURNAL_H

#include <stdio.h>

#include "io/session_reader.h"

/* To be begun, and cleared in the end. */
struct journal {
    struct session_file told; /* as a reader has it */
    struct session_reader reader;
};

void journal_begin(struct journal *journal);
/*
 * Writes the lines after which a reader has this tree, if with its branches in another order:
 * none when it has it already. False when out of memory, or when there is more than a session
 * file may say: the lines are of no use then, and a journal begun anew may have room.
 */
bool journal_tell(struct journal *journal, const struct branches *tree, FILE *out);
void journal_clear(struct journal *journal);

#endif
