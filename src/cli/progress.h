/*
 * The line on standard error that says how far long work is: when that is a terminal, and rows
 * do not go to it. It is written over itself, a few times a second.
 */
#ifndef NABLASCOPE_CLI_PROGRESS_H
#define NABLASCOPE_CLI_PROGRESS_H

#include <stdbool.h>

#include "io/output.h"

struct progress {
    bool wanted, shown;
    double started, last; /* clock times */
};

struct progress progress_begin(const struct output *output);
/* Whether it is time for the line again. */
bool progress_due(const struct progress *progress);
/* Since the beginning. */
double progress_seconds(const struct progress *progress);
void progress_show(struct progress *progress, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Takes the line away. */
void progress_end(const struct progress *progress);

#endif
