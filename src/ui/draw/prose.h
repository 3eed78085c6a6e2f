/*
 * Paragraphs with emphasis: words between asterisks stand out. An asterisk that stands at no
 * word's edge, as in 2*x, is one.
 */
#ifndef NABLASCOPE_UI_DRAW_PROSE_H
#define NABLASCOPE_UI_DRAW_PROSE_H

#include "ui/draw/surface.h"

/*
 * Writes words into the area, breaking lines at line ends, at blanks, and words that are longer
 * than a line anywhere, and returns the rows that all of them take; what has no room is left
 * out. With surface NULL it only counts.
 */
int prose_draw(struct surface *surface, struct rect area, enum role role, const char *text);
/* Columns of the text in one line. */
int prose_columns(const char *text);

#endif
