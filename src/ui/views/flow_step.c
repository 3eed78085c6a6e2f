#include "ui/views/flow.h"

#include <math.h>
#include <stdio.h>

#include "ui/draw/format.h"
#include "ui/views/ghost.h"

/* At this speed or below, every step is shown happening. */
#define SLOW_RATE 2
#define FRAME_SECONDS (1.0 / 25)

/* Shares of the time in which one step is shown. */
static const struct {
    enum flow_phase phase;
    double until;
} phases[] = {
    {FLOW_FORWARD, 0.30},
    {FLOW_LOSS, 0.38},
    {FLOW_BACKWARD, 0.86},
    {FLOW_UPDATE, 1.00},
};

static void extend(struct log_axis *axis, const struct scene *scene)
{
    const struct snapshot *snapshot = scene->snapshot;
    double least = INFINITY, most = 0;
    for (int i = 0; i < snapshot->seen.layer_count; i++) {
        double signal = snapshot->seen.layers[i].signal;
        double values[] = {signal, snapshot->seen.layers[i].signal_ceiling};
        for (int v = 0; v < 2; v++) {
            /* The ceiling may lie far below a signal that large weights keep up. */
            if (!(values[v] > 0) || !isfinite(values[v]) ||
                (v == 1 && values[v] < signal / 1e3))
                continue;
            least = fmin(least, values[v]);
            most = fmax(most, values[v]);
        }
    }
    ghost_widen(scene, &least, &most);
    axis_update(axis, most > 0 ? least : 0, most);
}

static void take_ceilings(struct flow_state *flow, const struct snapshot *snapshot, double now)
{
    double since = now - flow->ceilings_at;
    if (snapshot->news.wanted.running && since > 0 && since < 0.25)
        return;
    flow->ceilings_at = now;
    for (int i = 0; i < snapshot->seen.layer_count && i < LAYERS_MOST; i++)
        flow->ceilings[i] = snapshot->seen.layers[i].signal_ceiling;
}

void flow_update(const struct scene *scene)
{
    struct flow_state *flow = flow_state(scene);
    const struct snapshot *snapshot = scene->snapshot;
    bool slow =
        !snapshot->news.wanted.running || snapshot->news.wanted.target_rate <= SLOW_RATE;
    bool next = !scene->new_run && snapshot->seen.step == flow->step + 1;
    double now = scene->now;
    if (scene->new_run) {
        axis_reset(&flow->axis);
        flow->animating = false;
        flow->phase = FLOW_STILL;
        flow->scroll = 0;
        flow->ceilings_at = now;
    }
    take_ceilings(flow, snapshot, now);
    extend(&flow->axis, scene);
    bool moved = scene->new_run || snapshot->seen.step != flow->step;
    for (int i = 0; i < snapshot->seen.layer_count && i < LAYERS_MOST; i++) {
        if (moved)
            flow->from[i] = scene->new_run ? 0 : flow->shown[i];
        flow->shown[i] = snapshot->seen.layers[i].signal;
    }
    if (next && slow) {
        double rate = snapshot->news.wanted.running ? snapshot->news.wanted.target_rate : 0;
        flow->animating = true;
        flow->started = now;
        flow->duration = rate > 0 ? fmin(2.5, 0.92 / rate) : 2.5;
    } else if (snapshot->seen.step != flow->step) {
        flow->animating = false;
    }
    flow->step = snapshot->seen.step;
    flow->layers = snapshot->seen.layer_count;
    flow_tick(scene);
}

void flow_tick(const struct scene *scene)
{
    struct flow_state *flow = flow_state(scene);
    double share = flow->animating ? (scene->now - flow->started) / flow->duration : 1;
    flow->phase = FLOW_STILL;
    if (share >= 1 || share < 0) {
        flow->animating = false;
        return;
    }
    *scene->redraw_at = scene->now + FRAME_SECONDS;
    double begin = 0;
    for (int i = 0; i < 4; i++) {
        if (share < phases[i].until) {
            double part = (share - begin) / (phases[i].until - begin);
            flow->phase = phases[i].phase;
            flow->position = flow->phase == FLOW_FORWARD ? 1 + part * flow->layers
                                                         : 1 + (1 - part) * flow->layers;
            return;
        }
        begin = phases[i].until;
    }
}

void flow_scroll(struct flow_state *flow, int layers)
{
    int most = flow->layers - flow->rows;
    flow->one_a_row = true;
    flow->scroll += layers;
    flow->scroll = flow->scroll > most ? most : flow->scroll;
    flow->scroll = flow->scroll < 0 ? 0 : flow->scroll;
}

static void add_log(struct ratio *sum, struct ratio ratio, int count)
{
    if (!ratio.defined || !(ratio.value > 0))
        sum->defined = false;
    else
        sum->value += log(ratio.value) / count;
}

static struct ratio exponential(struct ratio sum)
{
    return sum.defined ? (struct ratio){exp(sum.value), true} : (struct ratio){0, false};
}

struct flow_row flow_row_of(const struct snapshot *snapshot, int low, int high)
{
    const struct layer_stats *first = &snapshot->seen.layers[low - 1];
    struct flow_row row = {.low = low, .high = high, .signal = first->signal};
    row.output = high == snapshot->seen.layer_count;
    int count = high - low + 1;
    double square = 0;
    struct ratio gain = {0, true}, slope = {0, true}, weight = {0, true}, update = {0, true};
    for (int l = low; l <= high; l++) {
        const struct layer_stats *s = &snapshot->seen.layers[l - 1];
        row.signal = isfinite(s->signal) ? row.signal : s->signal;
        row.signal_most = fmax(row.signal_most, s->signal);
        add_log(&gain, s->gain, count);
        add_log(&slope, s->slope_gain, count);
        add_log(&weight, s->weight_gain, count);
        add_log(&update, s->last_update_ratio, count);
        square += s->weight_grad_norm * s->weight_grad_norm;
        row.act_mean += s->act_mean / count;
        row.act_std += s->act_std / count;
        row.saturated += s->saturated / count;
        row.dead += s->dead;
        row.units += s->units;
    }
    row.weight_grad_norm = count == 1 ? first->weight_grad_norm : sqrt(square);
    row.gain = count == 1 ? first->gain : exponential(gain);
    row.slope_gain = count == 1 ? first->slope_gain : exponential(slope);
    row.weight_gain = count == 1 ? first->weight_gain : exponential(weight);
    row.update_ratio = count == 1 ? first->last_update_ratio : exponential(update);
    return row;
}

bool flow_reached(const struct flow_state *flow, int layer)
{
    switch (flow->phase) {
    case FLOW_FORWARD:
    case FLOW_LOSS:
        return false;
    case FLOW_BACKWARD:
        return layer >= (int)flow->position;
    case FLOW_STILL:
    case FLOW_UPDATE:
        break;
    }
    return true;
}

double flow_signal(const struct flow_state *flow, const struct snapshot *snapshot, int layer)
{
    double to = snapshot->seen.layers[layer - 1].signal;
    double from = flow->from[layer - 1];
    if (!flow_reached(flow, layer))
        return from;
    bool passing = flow->phase == FLOW_BACKWARD && layer == (int)flow->position;
    if (!passing || !(from > 0) || !(to > 0) || !isfinite(from) || !isfinite(to))
        return to;
    double left = flow->position - layer; /* 1 when the signal arrives, 0 when it leaves */
    return exp(left * log(from) + (1 - left) * log(to));
}

static void caption_backward(
    const struct snapshot *snapshot, int layer, char *text, size_t size)
{
    const struct layer_stats *s = &snapshot->seen.layers[layer - 1];
    if (layer == snapshot->seen.layer_count)
        (void)snprintf(text, size,
            "BACKWARD  output: error signal δ = slope of the loss there, size %.1e", s->signal);
    else if (s->gain.defined)
        (void)snprintf(text, size,
            "BACKWARD  layer %d: δ × %.3f by the weights × %.3f by the slope = × %.3f", layer,
            s->weight_gain.value, s->slope_gain.value, s->gain.value);
    else
        (void)snprintf(text, size, "BACKWARD  layer %d: nothing arrives", layer);
}

bool flow_caption(
    const struct flow_state *flow, const struct snapshot *snapshot, char *text, size_t size)
{
    int layer = (int)flow->position;
    if (layer < 1 || layer > snapshot->seen.layer_count)
        layer = 1;
    const struct layer_stats *s = &snapshot->seen.layers[layer - 1];
    switch (flow->phase) {
    case FLOW_STILL:
        return false;
    case FLOW_FORWARD:
        if (layer == snapshot->seen.layer_count)
            (void)snprintf(text, size, "FORWARD   output: z = W a + b, mean %.3f", s->act_mean);
        else
            (void)snprintf(text, size,
                "FORWARD   layer %d: a = %s(W a + b), mean %.3f, deviation %.3f", layer,
                snapshot->seen.activation.name, s->act_mean, s->act_std);
        return true;
    case FLOW_LOSS:
        (void)snprintf(text, size, "LOSS      %.6g, the mean over %d samples",
            snapshot->seen.loss, snapshot->seen.samples);
        return true;
    case FLOW_BACKWARD:
        caption_backward(snapshot, layer, text, size);
        return true;
    case FLOW_UPDATE:
        (void)snprintf(text, size,
            "UPDATE    W moves against its gradient: %.1e in the output, %.1e in layer 1",
            snapshot->seen.layers[snapshot->seen.layer_count - 1].weight_grad_norm,
            snapshot->seen.layers[0].weight_grad_norm);
        return true;
    }
    return false;
}
