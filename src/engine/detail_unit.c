#include "engine/detail_unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/activation.h"
#include "core/training.h"

void unit_detail_clear(struct unit_detail *detail)
{
    free(detail->weights);
    free(detail->outgoing);
    free(detail->values);
    free(detail->update);
    probe_clear(&detail->probe);
    *detail = (struct unit_detail){.valid = false};
}

static bool reserve(double **values, size_t *size, size_t wanted)
{
    if (wanted <= *size)
        return true;
    double *larger = realloc(*values, wanted * sizeof *larger);
    if (!larger)
        return false;
    *values = larger;
    *size = wanted;
    return true;
}

/* Kernels take whole vectors. */
static size_t padded(int samples)
{
    return ((size_t)samples + KERNEL_COLUMNS - 1) / KERNEL_COLUMNS * KERNEL_COLUMNS;
}

/* z of every sample of the data set, as the last pass left it or in a pass of its own; false
 * when that is given up or there was no memory. */
static bool take_z(struct unit_detail *detail, const struct training *t, double *z)
{
    const struct layer *layer = &t->network->layers[detail->layer - 1];
    if (t->seen.samples == t->data->samples) {
        for (int s = 0; s < t->seen.samples; s++)
            z[s] = layer->z[s * layer->stride + detail->unit - 1];
        return true;
    }
    /* As of the last survey, like all that is counted; one that did not look at this unit is
     * made up for. */
    const struct survey_sight *seen = &t->survey.seen;
    if (seen->layer == detail->layer && seen->unit == detail->unit) {
        if (!seen->z)
            return false;
        memcpy(z, seen->z, (size_t)t->data->samples * sizeof *z);
        return true;
    }
    struct probe_tap tap = {.layer = detail->layer, .first = detail->unit, .count = 1, .z = z};
    return probe_run(&detail->probe, t->network, t->data->values, t->data->samples, NULL, &tap,
        &t->interrupt);
}

static void take_parameters(struct unit_detail *detail, const struct layer *layer)
{
    const double *column = layer->parameters + detail->unit - 1;
    detail->inputs = layer->n_in;
    for (int i = 0; i < layer->n_in; i++)
        detail->weights[i] = column[i * layer->stride];
    detail->bias = column[layer->n_in * layer->stride];
}

static bool take_outgoing(struct unit_detail *detail, const struct layer *above)
{
    detail->outputs = detail->hidden ? above->n_out : 0;
    if (!reserve(&detail->outgoing, &detail->outgoing_size, (size_t)detail->outputs))
        return false;
    for (int k = 0; k < detail->outputs; k++)
        detail->outgoing[k] = above->parameters[(detail->unit - 1) * above->stride + k];
    return true;
}

/* Tries the next update on a copy. */
static bool take_update(
    struct unit_detail *detail, const struct training *t, const struct layer *layer)
{
    size_t count = (size_t)layer->n_in + 1;
    if (!reserve(&detail->update, &detail->update_size, 5 * count))
        return false;
    double *theta = detail->update, *g = theta + count, *m = g + count, *v = m + count;
    struct optimizer_settings settings = training_next_update(t);
    detail->moves = detail->breaks = detail->remembers = false;
    for (size_t i = 0; i < count; i++) {
        ptrdiff_t at = (ptrdiff_t)i * layer->stride + detail->unit - 1;
        theta[i] = layer->parameters[at];
        g[i] = 0;
        m[i] = layer->m ? layer->m[at] : 0;
        v[i] = layer->v ? layer->v[at] : 0;
        detail->remembers = detail->remembers || m[i] != 0;
    }
    t->network->kernels->update(&settings, count, g, m, v, theta, v + count);
    for (size_t i = 0; i < count; i++) {
        double before = layer->parameters[(ptrdiff_t)i * layer->stride + detail->unit - 1];
        detail->moves = detail->moves || theta[i] != before;
        detail->breaks = detail->breaks || !isfinite(theta[i]);
    }
    return true;
}

static double delta_rms(const struct layer *layer, int unit, int samples)
{
    double norm = 0;
    for (int s = 0; s < samples; s++) {
        double parts[2] = {norm, fabs(layer->delta[s * layer->stride + unit - 1])};
        norm = norm_of_norms(parts, 2);
    }
    return norm / sqrt((double)samples);
}

/* What the activation makes of z: how often it is active, and how often its slope is flat. */
static void take_response(
    struct unit_detail *detail, const struct network *network, const double *z)
{
    size_t count = padded(detail->samples);
    double *a = detail->values + count, *slope = a + count, sum = 0;
    double limit =
        ACTIVATION_FLAT * activation_info(network->activation, network->leaky_slope).max_slope;
    detail->positive = detail->active = detail->flat = 0;
    if (detail->hidden) {
        const struct kernels *kernels = network->kernels;
        kernels->activate(network->activation, network->leaky_slope, count, z, a);
        kernels->derive(network->activation, network->leaky_slope, count, z, a, slope);
    }
    for (int s = 0; s < detail->samples; s++) {
        detail->positive += z[s] > 0;
        detail->active += !detail->hidden || a[s] != 0;
        detail->flat += detail->hidden && fabs(slope[s]) < limit;
        sum += detail->hidden ? slope[s] : 1;
    }
    detail->mean_slope = sum / detail->samples;
}

bool unit_detail_take(
    struct unit_detail *detail, const struct training *t, const struct watch *watch)
{
    const struct layer *layer = &t->network->layers[watch->layer - 1];
    detail->layer = watch->layer;
    detail->unit = watch->unit;
    detail->hidden = watch->layer <= t->census.depth;
    detail->samples = t->data->samples;
    if (!layer->z || !layer->delta ||
        !reserve(&detail->weights, &detail->weights_size, (size_t)layer->n_in) ||
        !reserve(&detail->values, &detail->values_size, 3 * padded(detail->samples)))
        return false;
    double *z = detail->values;
    for (size_t s = (size_t)detail->samples; s < padded(detail->samples); s++)
        z[s] = 0;
    if (!take_z(detail, t, z))
        return false;
    take_parameters(detail, layer);
    if (!take_outgoing(detail, layer + 1) || !take_update(detail, t, layer))
        return false;
    detail->delta_rms = delta_rms(layer, detail->unit, t->seen.samples);
    (void)histogram_of(
        &detail->z, RANGE_LINEAR, &(struct matrix){z, detail->samples, 1, 1}, NULL);
    take_response(detail, t->network, z);
    if (detail->hidden)
        detail->record =
            t->census
                .units[(ptrdiff_t)(detail->layer - 1) * t->census.width + detail->unit - 1];
    return true;
}
