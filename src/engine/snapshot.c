#include "engine/snapshot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void snapshot_init(struct snapshot *snapshot)
{
    memset(snapshot, 0, sizeof *snapshot);
}

void snapshot_clear(struct snapshot *snapshot)
{
    free(snapshot->layers);
    free(snapshot->units);
    curves_detail_clear(&snapshot->curves);
    layer_detail_clear(&snapshot->layer_detail);
    plane_detail_clear(&snapshot->plane);
    snapshot_init(snapshot);
}

static bool reserve(struct snapshot *snapshot, int layer_count, int64_t units)
{
    if (layer_count == snapshot->layer_count && units == snapshot->hidden_units)
        return true;
    struct layer_stats *layers = calloc((size_t)layer_count, sizeof *layers);
    struct unit_view *views = calloc((size_t)units, sizeof *views);
    if (!layers || !views) {
        free(layers);
        free(views);
        return false;
    }
    free(snapshot->layers);
    free(snapshot->units);
    snapshot->layers = layers;
    snapshot->units = views;
    snapshot->layer_count = layer_count;
    snapshot->hidden_units = units;
    return true;
}

/* Means of the columns of a_l. */
static void take_means(struct unit_view *units, const struct layer *layer, int samples)
{
    for (int j = 0; j < layer->n_out; j++) {
        double sum = 0;
        for (int s = 0; s < samples; s++)
            sum += layer->a[s * layer->stride + j];
        units[j].mean = sum / samples;
    }
}

static void take_saturated(struct unit_view *units, const struct network *network,
    const struct layer *layer, double limit)
{
    /* φ' of the bounded activations is cheap from a. */
    network->kernels->derive(network->activation, network->leaky_slope,
        (size_t)network->samples * (size_t)layer->stride, layer->z, layer->a, network->slopes);
    for (int j = 0; j < layer->n_out; j++) {
        int count = 0;
        for (int s = 0; s < network->samples; s++)
            count += fabs(network->slopes[s * layer->stride + j]) < limit;
        if (2 * count > network->samples)
            units[j].state = UNIT_SATURATED;
    }
}

static void take_units(struct snapshot *snapshot, const struct training *training)
{
    const struct network *network = training->network;
    const struct census *census = &training->census;
    snapshot->born_dead = 0;
    for (int l = 0; l < census->depth; l++) {
        struct unit_view *units = snapshot->units + (ptrdiff_t)l * census->width;
        const struct unit_record *records = census->units + (ptrdiff_t)l * census->width;
        take_means(units, &network->layers[l], network->samples);
        for (int j = 0; j < census->width; j++) {
            int active = records[j].active;
            units[j].state = active == 0 ? UNIT_DEAD : UNIT_ALIVE;
            if (active > 0 && active * INT64_C(100) < training->data->samples)
                units[j].state = UNIT_RARE;
            snapshot->born_dead += records[j].died_at == 0;
        }
        if (snapshot->activation.bounded)
            take_saturated(
                units, network, &network->layers[l], 0.05 * snapshot->activation.max_slope);
    }
}

/* What is watched, each into its own struct; one that is not watched becomes invalid. */
static bool take_details(struct snapshot *snapshot, const struct session *session)
{
    snapshot->watch = session->watch;
    watch_clamp(&snapshot->watch, session->training->network);
    unsigned details = snapshot->watch.details;
    /* What there is no memory for is not shown; the view says so. */
    snapshot->curves.valid = details & DETAIL_CURVES &&
        curves_detail_take(
            &snapshot->curves, &session->record, (enum quantity)snapshot->watch.quantity);
    clip_detail_take(&snapshot->clip_detail, session);
    layer_detail_take(&snapshot->layer_detail, session);
    snapshot->plane.valid = details & DETAIL_PLANE &&
        plane_detail_take(&snapshot->plane, session, &snapshot->watch);
    return true;
}

bool snapshot_take(struct snapshot *snapshot, const struct session *session)
{
    const struct training *training = session->training;
    const struct network *network = training->network;
    const struct census *census = &training->census;
    if (!reserve(snapshot, network->layer_count, (int64_t)census->depth * census->width))
        return false;
    snapshot->hparams = session->hparams;
    snapshot->activation = activation_info(network->activation, network->leaky_slope);
    snapshot->loss_kind = training->loss;
    snapshot->step = training->step;
    snapshot->samples = training->samples;
    snapshot->data_samples = training->data->samples;
    snapshot->loss = training->batch_loss;
    snapshot->accuracy = training->accuracy;
    snapshot->saturated = training->saturated;
    snapshot->clip = training->clip;
    snapshot->divergence = training->divergence;
    snapshot->dead = census->dead_total;
    snapshot->deaths = census->deaths;
    snapshot->revivals = census->revivals;
    snapshot->first_death = census->first_death;
    snapshot->last_death = census->last_death;
    snapshot->parameters = 0;
    for (int i = 0; i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        snapshot->layers[i] = training->stats[i];
        snapshot->parameters += ((int64_t)layer->n_in + 1) * layer->n_out;
    }
    snapshot->loss_history = session->loss;
    snapshot->grad_norm_history = session->grad_norm;
    snapshot->grad_norm_clipped_history = session->grad_norm_clipped;
    snapshot->clipped_history = session->clipped;
    snapshot->alerts = session->alerts;
    take_units(snapshot, training);
    return take_details(snapshot, session);
}

struct ratio snapshot_mean_gain(const struct snapshot *snapshot)
{
    int depth = snapshot->layer_count - 1;
    double sum = 0;
    for (int i = 0; i < depth; i++) {
        struct ratio gain = snapshot->layers[i].gain;
        if (!gain.defined || !(gain.value > 0))
            return (struct ratio){0, false};
        sum += log(gain.value);
    }
    return (struct ratio){exp(sum / depth), depth > 0};
}
