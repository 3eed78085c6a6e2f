/*
 * What views draw of the scene's ghost, which is what was before a change, or another run:
 * hollow marks on bars, cells and curves (ui/draw/hollow.h). Without a ghost nothing is drawn.
 */
#ifndef NABLASCOPE_UI_VIEWS_GHOST_H
#define NABLASCOPE_UI_VIEWS_GHOST_H

#include "core/quantity.h"
#include "ui/draw/axis.h"
#include "ui/draw/timeline.h"
#include "ui/views/view.h"

/*
 * The layer of the ghost that corresponds to this one (1-based): hidden layers by their number,
 * counted from the input, the output to the output. NULL: none does, or there is no ghost.
 */
const struct layer_stats *ghost_layer(
    const struct snapshot *ghost, const struct snapshot *snapshot, int layer);

/* A mark at the ghost's signal of the layer, on a bar drawn on this axis. */
void ghost_mark_signal(const struct scene *scene, int layer, const struct log_axis *axis,
    struct surface *surface, struct rect bar);
/* A mark at any value of the ghost, on which a bar would end `place` columns from the left.
 * Where the axis does not reach, an arrow. */
void ghost_mark_value(double value, const struct log_axis *axis, double place,
    struct surface *surface, struct rect bar);
/* Widens what an axis of signals shows, if anything, so that it reaches the ghost's: those
 * within three decades of it, which do not crush the present. */
void ghost_widen(const struct scene *scene, double *least, double *most);
/* Of one layer's gradient, weights and biases together, before clipping: of layers low..high as
 * one vector; NaN where one of them has no counterpart. */
double ghost_gradient_norm(const struct scene *scene, int low, int high);

/*
 * The ghost's curve of a quantity of steps, or of a layer, on the same timeline: faint, where
 * nothing else is drawn; and beyond its last step, dotted, the value that it had there.
 * `share_of` gives the height, 0..1, of a value, NaN where it is not on the chart.
 */
struct ghost_curve {
    enum quantity_id id;
    int layer; /* of a quantity of layers */
    double (*share_of)(const void *context, double value);
    const void *context;
};
void ghost_draw_curve(const struct snapshot *ghost, const struct snapshot *snapshot,
    const struct timeline *time, const struct ghost_curve *curve, struct surface *surface,
    struct rect area);

#endif
