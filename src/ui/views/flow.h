/*
 * The flow view: its state, the one step that is shown, the rows of its table, and what it is
 * for presenting.
 */
#ifndef NABLASCOPE_UI_VIEWS_FLOW_H
#define NABLASCOPE_UI_VIEWS_FLOW_H

#include <stdbool.h>

#include "engine/snapshot.h"
#include "ui/draw/axis.h"
#include "ui/views/view.h"

enum flow_phase { FLOW_STILL, FLOW_FORWARD, FLOW_LOSS, FLOW_BACKWARD, FLOW_UPDATE };

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

    bool animating;
    double started, duration; /* seconds */
    enum flow_phase phase;
    double position; /* in FORWARD and BACKWARD: the layer that is passed, 1..layers */
};

static inline struct flow_state *flow_state(const struct scene *scene)
{
    return scene->state;
}

/*
 * Takes in a snapshot; starts to show the step when steps are slow and it is the next one. The
 * same snapshot again changes nothing.
 */
void flow_update(const struct scene *scene);
/* Moves the shown step on to the scene's time; asks to be drawn again while it lasts. */
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

/* The bar's value of a layer at this moment of the shown step, and how far the step has come.
 */
double flow_signal(const struct flow_state *flow, const struct snapshot *snapshot, int layer);
bool flow_reached(const struct flow_state *flow, int layer);

/* What is happening, in words, for the caption; false when nothing is shown. */
bool flow_caption(
    const struct flow_state *flow, const struct snapshot *snapshot, char *text, size_t size);

/*
 * The flow view for presenting, and the formulas of the selected layer.
 */

void flow_present(const struct scene *scene, struct surface *surface, struct rect area);
void flow_why(const struct scene *scene, struct why *why);

#endif
