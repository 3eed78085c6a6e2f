/*
 * A surface as what shows it on a terminal of 256 colours: ECMA-48's SGR and CUP, with xterm's
 * colours by number. For files that `cat` shows, and for recordings. The terminal that somebody
 * sits at is written to by term/pen.h, as its own terminfo entry says.
 */
#ifndef NABLASCOPE_PICTURE_ANSI_H
#define NABLASCOPE_PICTURE_ANSI_H

#include <stdio.h>

#include "ui/draw/surface.h"
#include "ui/draw/theme.h"

/*
 * Its rows in UTF-8, each a line that ends in the terminal's own colours, without blanks at its
 * end that nobody sees. For a theme without colours the surface is one that has been flattened
 * (ui/draw/glyphs.h). What fails, ferror says.
 */
void picture_ansi(FILE *file, const struct surface *surface, const struct theme *theme);

/*
 * What makes a terminal that shows `before` show `now`: nothing where they are equal. NULL, or
 * one of another size: whatever it shows, it is cleared. Begins and ends in the terminal's own
 * colours, so that what another theme drew goes on only if `before` is NULL.
 */
void picture_ansi_change(FILE *file, const struct surface *before, const struct surface *now,
    const struct theme *theme);

#endif
