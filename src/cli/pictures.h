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

#endif
