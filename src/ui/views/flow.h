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

    uint64_t step; /* of the snapshot last taken in */
    int layers;
    double shown[LAYERS_MOST]; /* its signal */
    double from[LAYERS_MOST];  /* of the one before: where the bars fall from */

    /* Ceilings as drawn: while training runs fast they move four times a second only, since
     * each would cross its bar at every step. */
    double ceilings[LAYERS_MOST], ceilings_at;
};

static inline struct flow_state *flow_state(const struct scene *scene)
{
    return scene->state;
}

/* Takes in a snapshot. The same one again changes nothing. */
void flow_update(const struct scene *scene);
void flow_tick(const struct scene *scene);
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
 * The flow view for presenting, and the formulas of the selected layer.
 */

void flow_present(const struct scene *scene, struct surface *surface, struct rect area);
void flow_why(const struct scene *scene, struct why *why);

#endif
