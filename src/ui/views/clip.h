/*
 * The parts of the clip view, each into its area. Everywhere a shade (▒) is the gradient before
 * clipping, solid (█) what clipping leaves of it, and ━ or ┃ the threshold.
 */
#ifndef NABLASCOPE_UI_VIEWS_CLIP_H
#define NABLASCOPE_UI_VIEWS_CLIP_H

#include "ui/views/view.h"

#define CLIP_BEFORE ROLE_BACKWARD
#define CLIP_AFTER ROLE_SIGNAL

/*
 * The largest norm that clipping can leave: c by norm, c√L by layer (L layers), c√P by value (P
 * elements); INFINITY without clipping.
 */
double clip_bound(const struct snapshot *snapshot);
/* Share of the steps that were clipped: of the last `count`, or of all when that is 0. */
double clip_share_of_steps(const struct snapshot *snapshot, int count);

/* Brings the axis of ‖g‖ up to date with what a chart of this width shows. */
void clip_fit_norms(const struct scene *scene, int width);
/* ‖g‖ over the steps on a log axis. The first row is its title. */
void clip_draw_norms(const struct scene *scene, struct surface *surface, struct rect area);
/* The elements of g by sign and size. First row: title, last row: axis. */
void clip_draw_elements(const struct scene *scene, struct surface *surface, struct rect area);
/*
 * The norm of each layer's gradient, the output at the top; at the right the factor, or by
 * value the share of elements that were cut. First row: title, last row: axis.
 */
void clip_draw_layers(const struct scene *scene, struct surface *surface, struct rect area);
/*
 * The plane that g before and after clipping span, to scale, a row counting as two columns.
 * First row: title.
 */
void clip_draw_direction(const struct scene *scene, struct surface *surface, struct rect area);

/*
 * The wall with its two descents, which run when it is first drawn and after clip_replay_wall;
 * alone, or beside the rest.
 */
void clip_draw_wall(
    const struct scene *scene, struct surface *surface, struct rect area, bool beside);
void clip_replay_wall(struct clip_options *options, double now);

#endif
