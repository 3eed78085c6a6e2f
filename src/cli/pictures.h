/* Pictures of the screen in files: what they are written as, by the end of the file's name. */
#ifndef NABLASCOPE_CLI_PICTURES_H
#define NABLASCOPE_CLI_PICTURES_H

#include <stdio.h>

#include "core/error.h"
#include "ui/draw/surface.h"
#include "ui/draw/theme.h"

struct picture_format {
    const char *end; /* ".svg" */
    void (*write)(FILE *file, const struct surface *surface, const struct theme *theme);
};

/* NULL with *error when the name ends in none. */
const struct picture_format *picture_format_of(const char *name, struct error *error);

/* Makes of what has been drawn what a terminal of this theme shows; `plain`: in ASCII alone. */
void picture_reduce(struct surface *surface, const struct theme *theme, bool plain);

/* What is written at once; false with *error for a pipe, whose reader would be waited for. */
bool file_is_ready(const char *name, struct error *error);

/*
 * Takes the first word of a line off, if it is one of these names and something follows it: its
 * index, or -1, and *rest is the whole line. So "./NAME FILE" is a file whose name begins so.
 */
int line_choice(const char *line, const char *(*names)(int index), const char **rest);

#endif
