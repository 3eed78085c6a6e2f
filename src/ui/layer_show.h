/* The layer view for presenting, and its why. */
#ifndef NABLASCOPE_UI_LAYER_SHOW_H
#define NABLASCOPE_UI_LAYER_SHOW_H

#include "ui/view.h"

/* Ranges for a new step, layer or network. */
void layer_axes_update(const struct scene *scene);

/* Why there is nothing to be seen of the layer. */
void layer_draw_missing(
    const struct snapshot *snapshot, struct surface *surface, struct rect area);
void layer_present(const struct scene *scene, struct surface *surface, struct rect area);
void layer_why(const struct scene *scene, struct why *why);

#endif
