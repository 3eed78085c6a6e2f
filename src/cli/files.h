/* Lines of commands that name files. */
#ifndef NABLASCOPE_CLI_FILES_H
#define NABLASCOPE_CLI_FILES_H

#include <stdbool.h>

#include "core/error.h"

/* What is written beside the screen; false with *error for a pipe, whose reader would be waited
 * for, and for a terminal, where the screen stands, as that of "-". */
bool file_is_ready(const char *name, struct error *error);

/*
 * Takes the first word of a line off, if it is one of these names and something follows it: its
 * index, or -1, and *rest is the whole line. So "./NAME FILE" is a file whose name begins so.
 */
int line_choice(const char *line, const char *(*names)(int index), const char **rest);

#endif
