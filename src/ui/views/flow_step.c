/* What a snapshot brings to the flow view, and what a row stands for. */
#include "ui/views/flow.h"

#include <math.h>

#include "ui/views/ghost.h"

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
    const struct flow_state *beside = scene->alike;
    if (beside && most > 0 && log10(least) >= beside->axis.low &&
        log10(most) <= beside->axis.high)
        *axis = beside->axis;
    else
        axis_update(axis, most > 0 ? least : 0, most);
}

static void take_ceilings(struct flow_state *flow, const struct snapshot *snapshot, double now)
{
    double since = now - flow->ceilings_at;
    if (wanted_moves(&snapshot->news.wanted) && since > 0 && since < 0.25)
        return;
    flow->ceilings_at = now;
    for (int i = 0; i < snapshot->seen.layer_count && i < LAYERS_MOST; i++)
        flow->ceilings[i] = snapshot->seen.layers[i].signal_ceiling;
}

void flow_update(const struct scene *scene)
{
    struct flow_state *flow = flow_state(scene);
    const struct snapshot *snapshot = scene->snapshot;
    double now = scene->now;
    if (scene->new_run) {
        axis_reset(&flow->axis);
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
    flow->step = snapshot->seen.step;
    flow->layers = snapshot->seen.layer_count;
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
        row.act_mean += s->act_mean * s->units;
        row.act_std += s->act_std * s->units;
        row.saturated += s->saturated * s->units;
        row.dead += s->dead;
        row.units += s->units;
    }
    row.act_mean = count == 1 ? first->act_mean : row.act_mean / row.units;
    row.act_std = count == 1 ? first->act_std : row.act_std / row.units;
    row.saturated = count == 1 ? first->saturated : row.saturated / row.units;
    row.weight_grad_norm = count == 1 ? first->weight_grad_norm : sqrt(square);
    row.gain = count == 1 ? first->gain : exponential(gain);
    row.slope_gain = count == 1 ? first->slope_gain : exponential(slope);
    row.weight_gain = count == 1 ? first->weight_gain : exponential(weight);
    row.update_ratio = count == 1 ? first->last_update_ratio : exponential(update);
    return row;
}
