/*
 * Reads a session (io/session_file.h) line by line, as the lines come: whole files, pipes and
 * journals that somebody is writing go through the same strict code.
 *
 * A journal is a session file that grows by lines and is never written anew. Beside what a
 * saved file has it says
 *
 *     active 1                           from here on lines are of branch 1 again
 *     reached 120                        as often as one likes, ascending in each branch
 *     shown 60                           the step at hand, where it is not the one just reached
 *     drop 2                             branch 2 is forgotten; numbers above it move down
 *
 * A change in the past of a branch is always another branch.
 */
#ifndef NABLASCOPE_IO_SESSION_READER_H
#define NABLASCOPE_IO_SESSION_READER_H

#include "io/session_file.h"

/* The comment behind which its writer says nothing any more, unless it is taken up again. */
#define SESSION_ENDED "# ended"

enum { SESSION_LINE_MOST = 1000 /* bytes, without the comment */ };

/* What the lines of a branch have said. */
struct session_section {
    uint64_t from;     /* where it leaves its parent */
    uint64_t digested; /* 1 + the step of its last digest; 0: none */
    bool told;         /* how far it has come, in a line of its own */
};

struct session_reader {
    struct session_file *file; /* borrowed: what has been read so far */
    bool headed;               /* the first line has been */
    bool aside;                /* the branch at hand has been dropped */
    int changes;               /* of all branches */
    struct session_section sections[BRANCHES_MOST];
};

/* Into a zeroed file, which holds the default settings at first. */
void session_reader_begin(struct session_reader *reader, struct session_file *file);
/*
 * Takes the line at hand of `lines`, which says something: lines_next_said. False with *error,
 * which names its place, when it is wrong: what the line says is not taken then, and no other
 * is to follow.
 */
bool session_reader_take(
    struct session_reader *reader, const struct lines *lines, char *text, struct error *error);

#endif
