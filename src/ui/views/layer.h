/* The layer view for presenting, and its why. */
#ifndef NABLASCOPE_UI_VIEWS_LAYER_H
#define NABLASCOPE_UI_VIEWS_LAYER_H

#include "ui/views/view.h"

/* Ranges for a new step, layer or network. */
void layer_axes_update(const struct scene *scene);

void layer_present(const struct scene *scene, struct surface *surface, struct rect area);
void layer_why(const struct scene *scene, struct why *why);

#endif
