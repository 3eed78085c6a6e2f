#include "engine/detail_layer.h"

#include <math.h>
#include <stdlib.h>

#include "core/training.h"

enum { SLOPES_AT_ONCE = 8192 };

bool layer_gradient_gather(struct layer_gradient *gradient, const struct network *network,
    int layer, const struct interrupt *interrupt)
{
    const struct layer *watched = &network->layers[layer - 1];
    struct matrix values = layer_weights(watched, watched->gradients);
    gradient->layer = layer;
    gradient->valid = histogram_of(&gradient->histogram, RANGE_MAGNITUDE, &values, interrupt);
    return gradient->valid;
}

static bool reserve(struct layer_detail *detail, size_t size)
{
    if (size <= detail->scratch_size)
        return true;
    double *scratch = calloc(size, sizeof *scratch);
    if (!scratch)
        return false;
    free(detail->scratch);
    detail->scratch = scratch;
    detail->scratch_size = size;
    return true;
}

/* All that φ' can be, with room for rounding. */
static struct value_range slope_range(const struct activation_info *info)
{
    double low = activation_min_slope(info), margin = 1e-9 * info->max_slope;
    return (struct value_range){
        RANGE_LINEAR, low < 0 ? low - margin : 0, info->max_slope + margin};
}

/* φ' anew, a few rows at a time: the network does not keep its slopes. */
static bool take_slopes(struct layer_detail *detail, const struct network *network,
    const struct layer *layer, const struct interrupt *interrupt)
{
    struct histogram *slopes = &detail->distributions[DISTRIBUTION_SLOPE];
    int rows =
        SLOPES_AT_ONCE / (int)layer->stride > 1 ? SLOPES_AT_ONCE / (int)layer->stride : 1;
    double limit = ACTIVATION_FLAT * detail->info.max_slope;
    int64_t saturated = 0;
    histogram_init(slopes, slope_range(&detail->info));
    for (int s = 0; s < network->samples; s += rows) {
        int count = network->samples - s < rows ? network->samples - s : rows;
        ptrdiff_t at = s * layer->stride;
        network->kernels->derive(detail->activation, detail->leaky_slope,
            (size_t)count * (size_t)layer->stride, layer->z + at, layer->a + at,
            detail->scratch);
        struct matrix part = layer_matrix(layer, detail->scratch, count);
        if (!histogram_add(slopes, &part, interrupt))
            return false;
        for (int i = 0; i < count && detail->info.bounded; i++) {
            for (int j = 0; j < layer->n_out; j++)
                saturated += fabs(detail->scratch[i * layer->stride + j]) < limit;
        }
    }
    detail->saturated = histogram_share(slopes, saturated);
    return true;
}

static bool take_unit_means(struct layer_detail *detail, const struct layer *layer, int samples,
    const struct interrupt *interrupt)
{
    int rows = interrupt_rows(layer->stride);
    double *means = detail->scratch;
    for (int j = 0; j < layer->n_out; j++)
        means[j] = 0;
    for (int s = 0; s < samples; s++) {
        if (s % rows == 0 && interrupt_asked(interrupt))
            return false;
        const double *row = layer->z + s * layer->stride;
        for (int j = 0; j < layer->n_out; j++)
            means[j] += row[j] / samples;
    }
    struct matrix all = {means, 1, layer->n_out, layer->n_out};
    return histogram_of(&detail->unit_means, RANGE_LINEAR, &all, interrupt);
}

static bool take_matrices(struct layer_detail *detail, const struct layer *layer,
    const struct layer_gradient *unclipped, const struct training *training)
{
    struct histogram *to = detail->distributions;
    int samples = detail->samples;
    struct matrix z = layer_matrix(layer, layer->z, samples);
    struct matrix a = layer_matrix(layer, layer->a, samples);
    struct matrix delta = layer_matrix(layer, layer->delta, samples);
    struct matrix weights = layer_weights(layer, layer->parameters);
    struct matrix gradient = layer_weights(layer, layer->gradients);
    const struct interrupt *interrupt = &training->interrupt;
    to[DISTRIBUTION_WEIGHT_GRADIENT] = unclipped->histogram;
    return histogram_of(&to[DISTRIBUTION_Z], RANGE_LINEAR, &z, interrupt) &&
        histogram_of(&to[DISTRIBUTION_A], RANGE_LINEAR, &a, interrupt) &&
        histogram_of(&to[DISTRIBUTION_DELTA], RANGE_MAGNITUDE, &delta, interrupt) &&
        histogram_of(&to[DISTRIBUTION_WEIGHT], RANGE_LINEAR, &weights, interrupt) &&
        (training->hparams.clip != CLIP_NONE ||
            histogram_of(
                &to[DISTRIBUTION_WEIGHT_GRADIENT], RANGE_MAGNITUDE, &gradient, interrupt));
}

bool layer_detail_take(struct layer_detail *detail, const struct layer_gradient *gradient,
    const struct training *training, const struct watch *watch)
{
    const struct network *network = training->network;
    const struct layer *layer = &network->layers[watch->layer - 1];
    size_t size = (size_t)(layer->stride > SLOPES_AT_ONCE ? layer->stride : SLOPES_AT_ONCE);
    bool gathered = training->hparams.clip == CLIP_NONE ||
        (gradient->valid && gradient->layer == watch->layer);
    if (!gathered || !layer->z || !layer->delta || !reserve(detail, size))
        return false;
    detail->layer = watch->layer;
    detail->output = watch->layer == network->layer_count;
    detail->units = layer->n_out;
    detail->inputs = layer->n_in;
    detail->samples = network->samples;
    detail->activation = layer_activation(network, watch->layer - 1);
    detail->leaky_slope = network->leaky_slope;
    detail->info = activation_info(detail->activation, detail->leaky_slope);
    return take_matrices(detail, layer, gradient, training) &&
        take_unit_means(detail, layer, detail->samples, &training->interrupt) &&
        take_slopes(detail, network, layer, &training->interrupt);
}

void layer_detail_clear(struct layer_detail *detail)
{
    free(detail->scratch);
    *detail = (struct layer_detail){.valid = false};
}
