/*
 * The flow view: its state, the rows of its table, while a step is seen happening and for
 * presenting.
 */
#ifndef NABLASCOPE_UI_VIEWS_FLOW_H
#define NABLASCOPE_UI_VIEWS_FLOW_H

#include <stdbool.h>

#include "engine/snapshot.h"
#include "ui/draw/axis.h"
#include "ui/views/view.h"

struct flow_state {
    struct log_axis axis;
    bool one_a_row; /* one layer a row also where they do not fit */
    int scroll;     /* layers above the first row */
    int rows;       /* layers that fitted at the last drawing */
    bool no_units;  /* there was no room for them at the last drawing */

    uint64_t step; /* of the snapshot last taken in */
    int layers;
    double shown[LAYERS_MOST]; /* its signal */
    double from[LAYERS_MOST];  /* of the one before: where the bars fall from */

    /* Ceilings as drawn: while training runs fast they move four times a second only, since
     * each would cross its bar at every step. */
    double ceilings[LAYERS_MOST], ceilings_at;

    /* Scales of the bars that show one layer's factors; of all layers, at this step. */
    struct {
        bool set;
        uint64_t step;
        int layers;
        double weight, gain; /* the largest */
        struct value_axis weights, gains;
    } meters;
};

static inline struct flow_state *flow_state(const struct scene *scene)
{
    return scene->state;
}

/* Takes in a snapshot. The same one again changes nothing. */
void flow_update(const struct scene *scene);
void flow_scroll(struct flow_state *flow, int layers);

/* One row of the table: a layer, or several next to each other. */
struct flow_row {
    int low, high; /* layers, 1-based; depth + 1 is the output */
    bool output;
    double signal;      /* of the lowest layer; not finite where one of them is not */
    double signal_most; /* the largest */
    /* Of several the geometric mean: signal = signal of the row above · gain^layers. */
    struct ratio gain, slope_gain, weight_gain;
    struct ratio update_ratio;
    double weight_grad_norm; /* of several: of all together */
    double act_mean, act_std, saturated;
    int dead, units;
};

struct flow_row flow_row_of(const struct snapshot *snapshot, int low, int high);

/*
 * While a step is seen happening: a row that it has not come through yet.
 */

/* Whether all of the row's δ is there, and whether the error signal is in it just now: so long
 * its bar is drawn by the next one. */
bool flow_wave_passed(const struct scene *scene, const struct flow_row *row);
bool flow_wave_is_here(const struct scene *scene, const struct flow_row *row);
/*
 * What there is of it: nothing yet, its activations in numbers, or, at the front, the bar on
 * its way from the length above to its own, with what has been cut off as a shade.
 */
void flow_wave_draw_bar(const struct scene *scene, const struct flow_row *row,
    struct surface *surface, struct rect bar);
/* The factors that have been applied at the front, in a table's columns from x on. */
void flow_wave_draw_factors(const struct scene *scene, const struct flow_row *row,
    struct surface *surface, int x, int y);
/* The same for presenting: the factor at hand in large, below it the rows. */
void flow_wave_present(const struct scene *scene, struct surface *surface, struct rect area);

/*
 * The ceiling on a row's bar: from that of the row above along the row to its own, and down.
 * Each step is one layer's largest slope, on the logarithmic axis as wide everywhere.
 */
void flow_ceiling_draw(const struct scene *scene, struct surface *surface,
    const struct flow_row *row, struct rect bar);

/* What there was before it happened as a shadow, with the words at the right end. */
void flow_draw_not_finite(const struct flow_state *flow, struct surface *surface,
    const struct flow_row *row, struct rect bar);

/*
 * What the selected layer does: its slope gain against the activation's largest slope, its
 * weight gain against 1, where there is room its gain, each on a scale of its own. Three rows
 * or more, and two columns left of the area for the mark of the selection; in two rows.
 */
void flow_bound_draw(const struct scene *scene, struct surface *surface, struct rect area);
void flow_bound_draw_brief(
    const struct scene *scene, struct surface *surface, struct rect area);

/* In row y the slope of the selected layer beside its bound, in words, and what the glyphs of
 * the view mean, as far as there is room. */
void flow_draw_legend(const struct scene *scene, struct surface *surface, int y);

/* The units of a layer, of several columns each where there is room; else several a cell. */
void flow_draw_large_units(
    struct surface *surface, const struct snapshot *snapshot, int layer, struct rect area);

/*
 * The flow view for presenting, and the formulas of the selected layer.
 */

void flow_present(const struct scene *scene, struct surface *surface, struct rect area);
/* φ' of the hidden layers with its largest value, as a formula. */
void flow_slope_form(const struct snapshot *snapshot, char *text, size_t size);
/*
 * The curve of φ' under its bound, for the sigmoid and tanh over a, where it is a parabola,
 * else over z, and on it the selected layer: its slope gain as a level, which is a root mean
 * square of its slopes, weighted by what comes down to each, and its units at their mean a.
 */
void flow_slope_draw(const struct scene *scene, struct surface *surface, struct rect area);
void flow_why(const struct scene *scene, struct why *why);

#endif
