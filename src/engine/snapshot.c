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
    free(snapshot->seen.layers);
    free(snapshot->units);
    record_copy_clear(&snapshot->record);
    layer_detail_clear(&snapshot->layer_detail);
    plane_detail_clear(&snapshot->plane);
    check_detail_clear(&snapshot->check);
    unit_detail_clear(&snapshot->unit);
    snapshot_init(snapshot);
}

/* Memory for what is seen of such a step. */
static bool reserve(struct snapshot *snapshot, const struct observation *seen)
{
    struct observation *own = &snapshot->seen;
    if (own->layer_count == seen->layer_count && own->toll.units == seen->toll.units)
        return true;
    struct layer_stats *layers = calloc((size_t)seen->layer_count, sizeof *layers);
    struct unit_view *units = calloc((size_t)seen->toll.units, sizeof *units);
    if (!layers || !units) {
        free(layers);
        free(units);
        return false;
    }
    free(own->layers);
    free(snapshot->units);
    own->layers = layers;
    snapshot->units = units;
    return true;
}

static void copy_seen(struct observation *to, const struct observation *from)
{
    struct layer_stats *layers = to->layers;
    memcpy(layers, from->layers, (size_t)from->layer_count * sizeof *layers);
    *to = *from;
    to->layers = layers;
}

/* What is watched, each into its own struct; one that is not watched becomes invalid. */
static bool take_details(struct snapshot *snapshot, const struct session *session)
{
    snapshot->watch = session->watch;
    watch_clamp(&snapshot->watch, &snapshot->seen);
    unsigned details = snapshot->watch.details;
    /* What there is no memory for is not shown; the view says so. */
    bool curves = details & DETAIL_CURVES;
    (void)record_copy_take(&snapshot->record, &session->record,
        curves ? record_layer_quantity(snapshot->watch.quantity) : QUANTITY_COUNT);
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
    if (!reserve(snapshot, &training->seen))
        return false;
    copy_seen(&snapshot->seen, &training->seen);
    snapshot->wanted = session->hparams;
    snapshot->starved = session->starved;
    snapshot->alerts = session->alerts;
    snapshot->learning = session->learning;
    snapshot->conditions = session->conditions;
    return unit_views_take(snapshot->units, training) && take_details(snapshot, session);
}

struct ratio snapshot_mean_gain(const struct snapshot *snapshot)
{
    int depth = snapshot->seen.layer_count - 1;
    double sum = 0;
    for (int i = 0; i < depth; i++) {
        struct ratio gain = snapshot->seen.layers[i].gain;
        if (!gain.defined || !(gain.value > 0))
            return (struct ratio){0, false};
        sum += log(gain.value);
    }
    return (struct ratio){exp(sum / depth), depth > 0};
}
