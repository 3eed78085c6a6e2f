/*
 * A surface as a picture: Scalable Vector Graphics (W3C, SVG 1.1), for slides and papers, in
 * the colours of a theme.
 *
 * Letters are text in a monospaced font, so that they can be searched and copied; block
 * elements are rectangles, which meet without gaps whatever the font. Its title is what the
 * first row says. The sizes are those of a terminal's cells, and the whole scales.
 */
#ifndef NABLASCOPE_PICTURE_SVG_H
#define NABLASCOPE_PICTURE_SVG_H

#include <stdio.h>

#include "ui/draw/surface.h"
#include "ui/draw/theme.h"

/*
 * A whole document, in UTF-8. For a theme without colours the surface is one that has been
 * flattened (ui/draw/glyphs.h), as for a terminal. What fails, ferror says.
 */
void picture_svg(FILE *file, const struct surface *surface, const struct theme *theme);

#endif
