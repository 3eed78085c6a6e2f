/*
 * Words and numbers several rows high, made of full blocks alone, so that they are the same in
 * ASCII: for presenting.
 */
#ifndef NABLASCOPE_UI_DRAW_BIGTEXT_H
#define NABLASCOPE_UI_DRAW_BIGTEXT_H

#include "ui/draw/surface.h"

/*
 * Writes the text at the area's top left in the largest size that fits; in plain letters where
 * none does. It knows digits, letters (as capitals), blank and . , : - + = / % × < > ( ) ° δ ‖;
 * every digit and a blank are equally wide, so that a changing number keeps its place. Returns
 * the size drawn (0 rows: plain, in one row).
 */
struct bigtext_size {
    int columns, rows;
};

struct bigtext_size bigtext_draw(
    struct surface *surface, struct rect area, enum role role, const char *text);
/* The size it would have. */
struct bigtext_size bigtext_measure(struct rect area, const char *text);

#endif
