#include "engine/unit_stats.h"

#include <math.h>
#include <string.h>

#include "core/training.h"
enum activity unit_activity(const struct activation_info *activation)
{
    return activation->flat   ? ACTIVITY_NONZERO
        : activation->bounded ? ACTIVITY_SLOPED
                              : ACTIVITY_POSITIVE;
}

/* z, or where it is not kept a, which then has its sign wherever that is shown; slopes of such
 * an activation do not read z. */
static const double *z_or_a(const struct layer *layer)
{
    return layer->z ? layer->z : layer->a;
}

/* Means of the columns of a_l, the share of z_l > 0, and whether all z_l are finite. */
static bool take_columns(struct unit_stats *units, const struct layer *layer, int samples,
    const struct interrupt *interrupt)
{
    int rows = interrupt_rows(2 * layer->stride);
    const double *z = z_or_a(layer);
    memset(units, 0, (size_t)layer->n_out * sizeof *units);
    for (int s = 0; s < samples; s++) {
        if (s % rows == 0 && interrupt_asked(interrupt))
            return false;
        const double *a = layer->a + s * layer->stride, *signs = z + s * layer->stride;
        for (int j = 0; j < layer->n_out; j++) {
            units[j].mean += a[j];
            units[j].active += signs[j] > 0;
        }
    }
    for (int j = 0; j < layer->n_out; j++) {
        units[j].mean /= samples;
        units[j].active /= (float)samples;
        if (layer->bad_z >= 0 && layer->bad_units[j])
            units[j].state = UNIT_NOT_FINITE;
    }
    return true;
}

static bool take_saturated(struct unit_stats *units, const struct network *network,
    const struct layer *layer, const struct interrupt *interrupt)
{
    int rows = interrupt_rows(2 * layer->stride);
    double limit =
        ACTIVATION_FLAT * activation_info(network->activation, network->leaky_slope).max_slope;
    double slopes[WIDTH_MOST + KERNEL_COLUMNS];
    const double *z = z_or_a(layer);
    for (int s = 0; s < network->samples; s++) {
        if (s % rows == 0 && interrupt_asked(interrupt))
            return false;
        ptrdiff_t at = s * layer->stride;
        network->kernels->derive(network->activation, network->leaky_slope,
            (size_t)layer->stride, z + at, layer->a + at, slopes);
        for (int j = 0; j < layer->n_out; j++)
            units[j].saturated += fabs(slopes[j]) < limit;
    }
    for (int j = 0; j < layer->n_out; j++) {
        units[j].saturated /= (float)network->samples;
        units[j].active = 1 - units[j].saturated;
        if (units[j].state == UNIT_ALIVE && units[j].saturated > 0.5F)
            units[j].state = UNIT_SATURATED;
    }
    return true;
}

static void take_record(
    struct unit_stats *unit, const struct unit_record *record, int samples, bool flat)
{
    unit->died_at = record->died_at;
    unit->revived_at = record->revived_at;
    if (!flat)
        return;
    unit->active = (float)record->active / (float)samples;
    if (unit->state == UNIT_NOT_FINITE)
        return;
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
    for (int l = 0; l < census->depth; l++) {
        struct unit_stats *views = units + (ptrdiff_t)l * census->width;
        const struct unit_record *records = census->units + (ptrdiff_t)l * census->width;
        const struct layer *layer = &network->layers[l];
        if (!take_columns(views, layer, network->samples, &training->interrupt) ||
            (info.bounded && !take_saturated(views, network, layer, &training->interrupt)))
            return false;
        for (int j = 0; j < census->width; j++)
            take_record(&views[j], &records[j], training->data->samples, info.flat);
    }
    return true;
}
