/*
 * What went wrong, in one line a user can act on.
 *
 * Functions that can fail return bool or NULL and take a `struct error *`, which may be NULL.
 * The text names what was wrong, where, and what to do; it is one line of valid UTF-8 that does
 * nothing to a terminal, whatever was put into it, and has no trailing newline.
 */
#ifndef NABLASCOPE_CORE_ERROR_H
#define NABLASCOPE_CORE_ERROR_H

#include <stdbool.h>

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

enum { ERROR_TEXT = 400 };

struct error {
    char text[ERROR_TEXT];
    int line; /* line of the input file or stream, 1-based; 0 where there is none */
};

/*
 * Fills *error (ignored when NULL) and returns false, so that callers can `return
 * error_set(…)`. Words from outside are given as SHOWN(word), so that a long one leaves room
 * for the rest; what has none ends at a word, with "…".
 */
bool error_set(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
