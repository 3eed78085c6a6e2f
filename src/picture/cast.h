/*
 * Surfaces one after the other as a recording that asciinema plays: asciicast v2
 * (https://docs.asciinema.org/manual/asciicast/v2/), a line of JSON for the header and one for
 * each event: "o", bytes that a terminal of 256 colours is sent; "r", another size; "m", a mark
 * with a label. Each line is flushed whole, so that what ends in between is readable up to
 * there.
 */
#ifndef NABLASCOPE_PICTURE_CAST_H
#define NABLASCOPE_PICTURE_CAST_H

#include <stdbool.h>
#include <stdio.h>

#include "core/error.h"
#include "ui/draw/surface.h"
#include "ui/draw/theme.h"

struct cast {
    FILE *file;            /* the caller's */
    struct surface *shown; /* what the player's terminal shows; owned, NULL: nothing */
    const struct theme *theme;
    double time; /* of the last event, in seconds from the first picture; never goes back */
    struct error failure;
    bool failed; /* nothing more can be written: `failure` says why */
};

/*
 * The header, for pictures of this size; `title` in UTF-8, and the theme's colours as those of
 * the player's terminal. What fails here and below ends it: see cast->failed. To be ended by
 * cast_end in any case.
 */
void cast_begin(struct cast *cast, FILE *file, int width, int height, const char *title,
    const struct theme *theme);
/* What has changed since the last picture, in its own size and colours. Nothing where nothing
 * has. */
void cast_show(
    struct cast *cast, double time, const struct surface *surface, const struct theme *theme);
void cast_mark(struct cast *cast, double time, const char *label);
/* Gives the player's terminal its cursor back. */
void cast_end(struct cast *cast, double time);

#endif
