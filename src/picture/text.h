/* A surface as plain text. */
#ifndef NABLASCOPE_PICTURE_TEXT_H
#define NABLASCOPE_PICTURE_TEXT_H

#include <stdio.h>

#include "ui/draw/surface.h"

/* Its rows in UTF-8, each a line without blanks at its end. What fails, ferror says. */
void picture_text(FILE *file, const struct surface *surface);

#endif
