/*
 * The layer view: its state and its parts, which are distributions and the curve of the
 * activation.
 */
#ifndef NABLASCOPE_UI_VIEWS_LAYER_H
#define NABLASCOPE_UI_VIEWS_LAYER_H

#include "core/observation.h"
#include "engine/detail_layer.h"
#include "engine/snapshot.h"
#include "ui/draw/histogram_chart.h"
#include "ui/views/view.h"

/* What the layer view keeps between frames. */
struct layer_state {
    int shown;    /* 0: all distributions; else 1 + enum distribution, alone */
    bool cramped; /* the last picture had room for one only */
    int layer;    /* what the axes are for */
    struct histogram_axis axes[DISTRIBUTION_COUNT], curve;
};

static inline struct layer_state *layer_state(const struct scene *scene)
{
    return scene->state;
}

/*
 * One distribution of a layer: its name, the histogram, its moments and the shares that a
 * histogram hides.
 */

/* Names for the command; index is enum distribution. NULL beyond. */
const char *distribution_name(int index);
/* "error signal". */
const char *distribution_title(enum distribution which);

/* In a small rectangle, among others; from 5 rows and 16 columns on. */
void layer_panel_draw(struct surface *surface, struct rect area, const struct scene *scene,
    enum distribution which, struct histogram_axis *axis);
/* Its first row alone, without shares. */
void layer_panel_draw_title(const struct scene *scene, struct surface *surface,
    struct rect area, enum distribution which);
/* Alone in the area, the numbers beside the picture where there is room. */
void layer_panel_draw_alone(struct surface *surface, struct rect area,
    const struct scene *scene, enum distribution which, struct histogram_axis *axis);

/*
 * The curves of an activation and of its slope, with a layer placed on them: the area under the
 * curve is shaded as dense as the layer's z are there, and below it stand its units, each at
 * its mean z.
 */

/* What of z to show: all there is, and the part where the curve bends. */
struct value_range layer_activation_wish(const struct layer_detail *detail);

/*
 * φ or, with the layer's slope gain, φ' with its bound. Rows from the top: the bound and the
 * gain (of the slope alone), the curve, the units (from 9 rows on), the labels of z.
 */
void layer_activation_draw(struct surface *surface, struct rect area,
    const struct layer_detail *detail, struct histogram_axis *axis, const struct ratio *gain);

/* Ranges for a new step, layer or network. */
void layer_axes_update(const struct scene *scene);

/* Why there is nothing to be seen of the layer. */
void layer_draw_missing(
    const struct snapshot *snapshot, struct surface *surface, struct rect area);
/*
 * While a step is seen happening: whether the distribution is there yet; what stands in its
 * place; false when presenting shows the slopes, else what instead.
 */
bool layer_wave_knows(const struct scene *scene, enum distribution which);
void layer_wave_draw(const struct scene *scene, struct surface *surface, struct rect area,
    enum distribution which);
bool layer_wave_head(const struct scene *scene, char *number, size_t size, char words[2][100]);

void layer_present(const struct scene *scene, struct surface *surface, struct rect area);
void layer_why(const struct scene *scene, struct why *why);

#endif
