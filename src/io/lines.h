/*
 * Text files line by line, each with its number, so that whoever cannot make sense of a line
 * says where it stands: session files, lessons, data sets.
 *
 * UTF-8. A line ends with LF or CRLF, the last one also without; a byte order mark at the
 * beginning is passed over. What is no such text is refused: other encodings, NUL bytes, a CR
 * within a line, lines that are too long. Files, pipes and terminals: a signal ends waiting for
 * them when it is to (core/interrupt.h).
 */
#ifndef NABLASCOPE_IO_LINES_H
#define NABLASCOPE_IO_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/interrupt.h"

enum { LINES_LONGEST = 1 << 20 /* bytes of a line, its end not counted */ };

struct lines {
    const char *name;  /* as given, for messages; borrowed */
    const char *start; /* of the line at hand, for columns */
    int line;          /* number of the line at hand, from 1; 0: none yet */
    int file;          /* descriptor */
    bool ended;        /* nothing more will come; while it grows, at present */
    bool grows;        /* somebody is writing it: see lines_grow */
    char *buffer;      /* owned: what has been read … */
    size_t next, end;  /* … and of it, where the next line begins and what there is ends */
    uint64_t taken, digest; /* while it grows: bytes read since it began to, and of them */
    const struct interrupt *interrupt;
};

/*
 * `name` NULL or "-": standard input. `interrupt` may be NULL. False with *error when it cannot
 * be read; there is nothing to close then.
 */
bool lines_open(struct lines *lines, const char *name, const struct interrupt *interrupt,
    struct error *error);
void lines_close(struct lines *lines);

/*
 * From now on somebody is still writing it: lines_next does not wait, and *text is NULL while
 * there is no whole line; what there is of one is kept until its end comes. `ended` then says
 * that all has been read that is there: for good, if it is no regular file.
 */
void lines_grow(struct lines *lines);
/* Of a regular file that has grown from its beginning on: whether what was read still stands
 * there. Reads all of that again. */
bool lines_stand(const struct lines *lines);
/* Waits for more of it, so many milliseconds at most. */
void lines_await(const struct lines *lines, int milliseconds);

/*
 * The next line, without its end, in *text: the caller's to change, until the next call. *text
 * is NULL after the last one. False with *error, which names file and line, when it cannot be
 * read, is no text, or waiting for it was given up.
 */
bool lines_next(struct lines *lines, char **text, struct error *error);

/*
 * The next line that says something: comments, from a '#' that begins a word to the end of the
 * line, and blanks around are taken off, and lines that are empty then passed over.
 */
bool lines_next_said(struct lines *lines, char **text, struct error *error);

/* What it says, in it. */
char *line_said(char *text);

/* Takes the next word off the beginning of *text, which moves on; "" when there is none. */
char *line_word(char **text);

/*
 * Says in *error what is wrong with the line at hand, behind "FILE:LINE: "; false. The text may
 * be that of *error itself: lines_wrong(lines, error, "%s", error->text).
 */
bool lines_wrong(const struct lines *lines, struct error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same behind "FILE:LINE:COLUMN: ", of a place in the line at hand, counted in characters.
 */
bool lines_wrong_at(const struct lines *lines, const char *place, struct error *error,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same of any line and column, 0: of the line as a whole. */
bool lines_wrong_in(const struct lines *lines, int line, int column, struct error *error,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
