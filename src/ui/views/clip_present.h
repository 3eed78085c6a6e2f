/* The clip view's larger picture and its reasons. */
#ifndef NABLASCOPE_UI_VIEWS_CLIP_PRESENT_H
#define NABLASCOPE_UI_VIEWS_CLIP_PRESENT_H

#include "ui/views/view.h"

void clip_present(const struct scene *scene, struct surface *surface, struct rect area);
void clip_why(const struct scene *scene, struct why *why);

#endif
