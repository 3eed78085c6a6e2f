#include "engine/unit_stats.h"

#include <math.h>

#include "core/training.h"

enum activity unit_activity(const struct activation_info *activation)
{
    return activation->flat   ? ACTIVITY_NONZERO
        : activation->bounded ? ACTIVITY_SLOPED
                              : ACTIVITY_POSITIVE;
}

/* z, or where it is not kept a: slopes of such an activation do not read z. */
static const double *z_or_a(const struct layer *layer)
{
    return layer->z ? layer->z : layer->a;
}

/* Of every column of a layer, over the batch. */
struct columns {
    double mean[WIDTH_MOST];  /* of a */
    double slope[WIDTH_MOST]; /* mean of |φ'(z)| */
    double flat[WIDTH_MOST];  /* how often that is below 5 % of its maximum */
};

static bool take_columns(struct columns *columns, const struct network *network,
    const struct layer *layer, bool sloped, const struct interrupt *interrupt)
{
    int rows = interrupt_rows(2 * layer->stride), units = layer->n_out;
    double limit =
        ACTIVATION_FLAT * activation_info(network->activation, network->leaky_slope).max_slope;
    double slopes[WIDTH_MOST + KERNEL_COLUMNS];
    const double *z = z_or_a(layer);
    for (int j = 0; j < units; j++)
        columns->mean[j] = columns->slope[j] = columns->flat[j] = 0;
    for (int s = 0; s < network->samples; s++) {
        if (s % rows == 0 && interrupt_asked(interrupt))
            return false;
        ptrdiff_t at = s * layer->stride;
        for (int j = 0; j < units; j++)
            columns->mean[j] += layer->a[at + j];
        if (!sloped)
            continue;
        network->kernels->derive(network->activation, network->leaky_slope,
            (size_t)layer->stride, z + at, layer->a + at, slopes);
        for (int j = 0; j < units; j++) {
            columns->slope[j] += fabs(slopes[j]);
            columns->flat[j] += fabs(slopes[j]) < limit;
        }
    }
    for (int j = 0; j < units; j++) {
        columns->mean[j] /= network->samples;
        columns->slope[j] /= network->samples;
    }
    return true;
}

static void take_batch(struct unit_stats *units, const struct columns *columns,
    const struct layer *layer, int samples, bool bounded)
{
    for (int j = 0; j < layer->n_out; j++) {
        bool bad = layer->bad_z >= 0 && layer->bad_units[j];
        units[j] = (struct unit_stats){.mean = columns->mean[j],
            .mean_slope = bad ? NAN : columns->slope[j],
            .state = bad ? UNIT_NOT_FINITE : UNIT_ALIVE};
        if (!bounded)
            continue;
        units[j].saturated = (float)(columns->flat[j] / samples);
        if (!bad && units[j].saturated > 0.5F)
            units[j].state = UNIT_SATURATED;
    }
}

static void take_record(
    struct unit_stats *unit, const struct unit_record *record, int samples, bool flat)
{
    unit->died_at = record->died_at;
    unit->revived_at = record->revived_at;
    if (!flat)
        return;
    if (unit->state == UNIT_NOT_FINITE)
        return;
    unit->mean_slope = (double)record->active / samples; /* its slope is 1 there, else 0 */
    if (unit_record_dead(record))
        unit->state = UNIT_DEAD;
    else if (unit_record_rare(record, samples))
        unit->state = UNIT_RARE;
}

bool unit_stats_take(struct unit_stats *units, const struct training *training)
{
    const struct network *network = training->network;
    const struct census *census = &training->census;
    struct activation_info info = activation_info(network->activation, network->leaky_slope);
    struct columns columns;
    for (int l = 0; l < census->depth; l++) {
        const struct unit_record *records = census->units + (ptrdiff_t)l * census->width;
        const struct layer *layer = &network->layers[l];
        if (!take_columns(&columns, network, layer, !info.flat, &training->interrupt))
            return false;
        take_batch(units, &columns, layer, network->samples, info.bounded);
        for (int j = 0; j < layer->n_out; j++)
            take_record(&units[j], &records[j], training->data->samples, info.flat);
        units += layer->n_out;
    }
    return true;
}
