/* The clip view's larger picture and its reasons. */
#ifndef NABLASCOPE_UI_CLIP_SHOW_H
#define NABLASCOPE_UI_CLIP_SHOW_H

#include "ui/view.h"

void clip_present(const struct scene *scene, struct surface *surface, struct rect area);
void clip_why(const struct scene *scene, struct why *why);

#endif
