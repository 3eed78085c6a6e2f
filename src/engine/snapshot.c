#include "engine/snapshot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session.h"

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
    check_detail_clear(&snapshot->check);
    unit_detail_clear(&snapshot->unit);
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

static bool take_units(struct snapshot *snapshot, const struct training *training)
{
    if (!unit_views_take(snapshot->units, training))
        return false;
    snapshot->born_dead = snapshot->came_back = 0;
    for (int64_t i = 0; i < snapshot->hidden_units; i++) {
        const struct unit_view *unit = &snapshot->units[i];
        snapshot->born_dead += unit->died_at == 0;
        snapshot->came_back += unit->died_at < 0 && unit->revived_at >= 0;
    }
    return true;
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
    (void)clip_detail_take(&snapshot->clip_detail, session);
    (void)layer_detail_take(&snapshot->layer_detail, session);
    snapshot->check.valid = details & DETAIL_CHECK &&
        check_detail_take(&snapshot->check, session, &snapshot->watch);
    snapshot->plane.valid = details & DETAIL_PLANE &&
        plane_detail_take(&snapshot->plane, session, &snapshot->watch);
    snapshot->unit.valid =
        details & DETAIL_UNIT && unit_detail_take(&snapshot->unit, session, &snapshot->watch);
    /* What was interrupted is incomplete for that reason alone. */
    return !interrupt_asked(&session->interrupt);
}

bool snapshot_take(struct snapshot *snapshot, const struct session *session)
{
    const struct training *training = session->training;
    const struct network *network = training->network;
    const struct census *census = &training->census;
    if (!reserve(snapshot, network->layer_count, (int64_t)census->depth * census->width))
        return false;
    snapshot->hparams = snapshot->wanted = session->hparams;
    snapshot->activation = activation_info(network->activation, network->leaky_slope);
    snapshot->loss_kind = training->loss;
    snapshot->step = training->step;
    snapshot->starved = session->starved || survey_starved(&training->survey);
    snapshot->samples = training->samples;
    snapshot->data_samples = training->data->samples;
    snapshot->loss = training->batch_loss;
    snapshot->survey_step = training->survey_step;
    snapshot->surveyed = training->surveyed;
    snapshot->accuracy = training->accuracy;
    snapshot->saturated = training->saturated;
    snapshot->clip = training->clip;
    snapshot->divergence = training->divergence;
    snapshot->dead = census->dead_total;
    snapshot->deaths = census->deaths;
    snapshot->revivals = census->revivals;
    snapshot->last_revival = census->last_revival;
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
    snapshot->learning = session->learning;
    snapshot->conditions = session->conditions;
    snapshot->epoch_steps = training_epoch_steps(training);
    snapshot->dead_history = session->dead;
    snapshot->saturated_history = session->saturated;
    return take_units(snapshot, training) && take_details(snapshot, session);
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
