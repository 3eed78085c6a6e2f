/*
 * What is said on standard error: one line each, that begins with the program's name and does
 * nothing to a terminal, in ASCII where the locale has no more (core/text.h).
 */
#ifndef NABLASCOPE_CLI_SAY_H
#define NABLASCOPE_CLI_SAY_H

#include <stdbool.h>

/* Names of files may be given as they are: they are shown whole. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says that the command line is wrong, and where help is; the status, 2. */
int say_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Around what is printed on standard output by a command that opens neither an output
 * (io/output.h) nor a screen: a reader who has had enough is no failure. False when it could
 * not be written. */
void answer_begin(void);
bool answer_end(void);

#endif
