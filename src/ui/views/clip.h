/*
 * The clip view: its state and its parts, each into its area. Everywhere a shade (▒) is the
 * gradient before clipping, solid (█) what clipping leaves of it, and ━ or ┃ the threshold.
 */
#ifndef NABLASCOPE_UI_VIEWS_CLIP_H
#define NABLASCOPE_UI_VIEWS_CLIP_H

#include <stdbool.h>

#include "ui/draw/axis.h"
#include "ui/draw/format.h"
#include "ui/views/view.h"

/* What the clip view keeps between frames. */

enum { WALL_MAP_MOST = 128 }; /* columns and rows that are computed */

struct clip_state {
    struct log_axis norms, sizes, layers; /* of ‖g‖, of its elements, of its layers */

    bool wall;         /* the wall is shown where there is no room for both */
    bool wall_started; /* the descents have been started, at this time: */
    double wall_since;
    int map_columns, map_rows; /* of the error surface that has been computed; 0: none */
    double map[WALL_MAP_MOST * WALL_MAP_MOST];
};

static inline struct clip_state *clip_state(const struct scene *scene)
{
    return scene->state;
}

#define CLIP_BEFORE ROLE_BACKWARD
#define CLIP_AFTER ROLE_SIGNAL

/*
 * The largest norm that clipping can leave: c by norm, c√L by layer (L layers), c√P by value (P
 * elements); INFINITY without clipping.
 */
double clip_bound(const struct snapshot *snapshot);

/* Of a layer's weights and biases together, as clipping puts it (core/clip.c). */
double clip_layer_norm(const struct snapshot *snapshot, int layer);
/*
 * What clipping in this mode compares with c, and it acts where that is larger: ‖g‖ by norm,
 * the largest |element| by value, the largest norm of a layer layerwise, with the layer. ‖g‖
 * also where the mode is none.
 */
double clip_largest(const struct snapshot *snapshot, enum clip mode, int *layer);
/* In 7 columns, with digits that tell also of a small one. */
void clip_format_norm(double norm, char text[FORMAT_SIZE]);
/* In three digits that are not above the value: what is below them is below it, too. */
void clip_format_below(double value, char text[FORMAT_SIZE]);
/*
 * In one line what clipping did, or where it did nothing what c would have to be, in `width`
 * columns; fewer than 39 can be too few. Returns the role to say it in.
 */
enum role clip_tell(const struct snapshot *snapshot, int width, char *text, size_t size);
/* Whether clipping by value or layer can have turned g: not where one number of it, or one
 * layer's, is not 0, nor where all are. */
bool clip_turns(const struct snapshot *snapshot);
/* What the angle means, and what the optimizer makes of the gradient: in 25 columns each. */
void clip_tell_angle(const struct snapshot *snapshot, char *text, size_t size);
void clip_tell_step(const struct snapshot *snapshot, bool brief, char *text, size_t size);

/* Brings the axis of ‖g‖ up to date with what a chart of this width shows. */
void clip_fit_norms(const struct scene *scene, int width);
/* Its labels in the row below the bars, said to be logarithmic, if that is above `end`. */
void clip_draw_norm_axis(
    const struct scene *scene, struct surface *surface, struct rect bars, int end);
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
 * The directions of g before and after clipping as arrows of one length from one point, in the
 * plane that they span: a row counts as two columns, so the angle is true. First row: title,
 * last two: what the angle means, and the step.
 */
void clip_draw_direction(const struct scene *scene, struct surface *surface, struct rect area);
/* The arrows alone, where g has a direction before and after. */
void clip_draw_arrows(
    const struct snapshot *snapshot, struct surface *surface, struct rect plot);

/*
 * The wall with its two descents, which run when it is first drawn and after clip_replay_wall;
 * alone, or beside the rest.
 */
void clip_draw_wall(
    const struct scene *scene, struct surface *surface, struct rect area, bool beside);
void clip_replay_wall(struct clip_state *state, double now);

/*
 * While a step is seen happening: ‖g‖ of the layers that the error signal has come through, and
 * how much of clipping is done, 0..1; drawn as the row of numbers and as arrows, which gather
 * and are cut.
 */
double clip_wave_norm(const struct scene *scene);
double clip_wave_share(const struct scene *scene);
void clip_wave_draw_numbers(const struct scene *scene, struct surface *surface, int x, int y);
void clip_wave_draw_direction(
    const struct scene *scene, struct surface *surface, struct rect area);
/* Bars and number for presenting, `bound` the place of the threshold. */
void clip_wave_present(const struct scene *scene, struct surface *surface, struct rect area);

/* The clip view's larger picture and its reasons. */

void clip_present(const struct scene *scene, struct surface *surface, struct rect area);
void clip_why(const struct scene *scene, struct why *why);

#endif
