/*
 * The passes of a small network by one thread, a kernel call a layer: its products are over so
 * soon that sharing, asking and calling took as long as the sums. Same bits as in
 * core/network_forward.c, network_backward.c and network_update.c, which serve every network.
 */
#include <math.h>

#include "core/activation.h"
#include "core/network_work.h"

/* z and a, and Σ of both; the deviation of a comes with the layer above. */
static void forward_layer(struct network *network, int index)
{
    struct layer *layer = &network->layers[index];
    struct matrix below = matrix_below(network, index);
    struct forward_layer work = {.n_in = layer->n_in,
        .n_out = layer->n_out,
        .below = below.values,
        .below_stride = below.stride,
        .parameters = layer->parameters,
        .stride = layer->stride,
        .activation = layer_activation(network, index),
        .slope = network->leaky_slope,
        .z = layer->z ? layer->z : network->z,
        .a = layer->a};
    struct chunk_sums *sums = layer->chunks, *lower = index > 0 ? layer[-1].chunks : NULL;
    for (int left = network->samples; left > 0; left -= SUM_ROWS, sums++) {
        work.samples = left < SUM_ROWS ? left : SUM_ROWS;
        network->kernels->forward(
            &work, lower ? &lower++->activation : NULL, &sums->activation);
        if (index == network->shape.depth && network->shape.bent) { /* none is above it */
            struct matrix z = layer_matrix(layer, work.z, work.samples);
            network->kernels->activation_sums(&z, work.a, &sums->activation);
        }
        if (!isfinite(sums->activation.z)) {
            struct matrix z = layer_matrix(layer, work.z, work.samples);
            search_z(layer, &z, network->samples - left);
        }
        work.below += SUM_ROWS * work.below_stride;
        work.z += SUM_ROWS * work.stride;
        work.a += SUM_ROWS * work.stride;
    }
}

/* ‖W‖, mean and deviation of a. */
static void measure_layer(const struct network *network, struct layer *layer)
{
    struct matrix weights = layer_weights(layer, layer->parameters);
    for (int i = 0; i < sum_chunks(weights.rows); i++) {
        struct matrix chunk = sum_chunk(&weights, i);
        layer->chunks[i].weights = network->kernels->square_sum(&chunk);
    }
    finish_forward(network, layer);
}

bool small_forward(struct network *network, const struct interrupt *interrupt)
{
    for (int i = 0; i < network->layer_count; i++) {
        if (interrupt_asked(interrupt)) {
            forget_parts(network);
            return false;
        }
        forward_layer(network, i);
    }
    /* By themselves: the next product would wait behind their roots and quotients. */
    for (int i = 0; i < network->layer_count; i++)
        measure_layer(network, &network->layers[i]);
    return true;
}

/* The norm of m, from its sum of squares where that is safe. */
static double norm_of(const struct network *network, const struct matrix *m,
    const struct backward_sums *sums, enum backward_sum which)
{
    double square = sums->squares[which];
    return square_is_safe(square) ? sums->roots[which]
                                  : matrix_norm_rescaled(network->kernels, m, square);
}

static void finish_below(
    const struct network *network, int index, const struct backward_sums *sums)
{
    struct layer *layer = &network->layers[index];
    struct matrix back = layer_matrix(layer, network->back, network->samples);
    struct matrix delta = layer_matrix(layer, delta_of(network, index), network->samples);
    layer->back_norm = norm_of(network, &back, sums, BELOW_BACK);
    layer->delta_norm = norm_of(network, &delta, sums, BELOW_DELTA);
    layer->bad_delta = isfinite(layer->delta_norm) ? -1 : matrix_first_not_finite(&delta);
    layer->saturated = (double)sums->flat / ((double)network->samples * layer->n_out);
}

static void backward_layer(struct network *network, int index, double limit)
{
    struct layer *layer = &network->layers[index], *lower = index > 0 ? layer - 1 : NULL;
    struct matrix below = matrix_below(network, index);
    struct backward_layer work = {.samples = network->samples,
        .n_in = layer->n_in,
        .n_out = layer->n_out,
        .below = below.values,
        .below_z = lower && lower->z ? lower->z : network->back,
        .below_stride = below.stride,
        .parameters = layer->parameters,
        .delta = delta_of(network, index),
        .stride = layer->stride,
        .activation = network->activation,
        .slope = network->leaky_slope,
        .limit = limit,
        .gradients = layer->gradients,
        .turned = network->scratch,
        .back = network->back,
        .below_delta = lower ? delta_of(network, index - 1) : NULL};
    struct backward_sums sums;
    network->kernels->backward(&work, &sums);
    struct matrix weights = layer_weights(layer, layer->gradients);
    struct matrix biases = layer_biases(layer, layer->gradients);
    layer->weight_grad_norm = norm_of(network, &weights, &sums, WEIGHT_GRADIENTS);
    layer->bias_grad_norm = norm_of(network, &biases, &sums, BIAS_GRADIENTS);
    if (lower)
        finish_below(network, index - 1, &sums);
}

bool small_backward(struct network *network, const struct interrupt *interrupt)
{
    struct activation_info info = activation_info(network->activation, network->leaky_slope);
    double limit = info.bounded ? ACTIVATION_FLAT * info.max_slope : 0;
    for (int i = network->layer_count - 1; i >= 0; i--) {
        if (interrupt_asked(interrupt))
            return false;
        backward_layer(network, i, limit);
    }
    return true;
}

void small_update(
    struct network *network, struct layer *layer, const struct optimizer_settings *settings)
{
    const struct kernels *kernels = network->kernels;
    layer->steps = network->scratch;
    struct matrix steps = layer_weights(layer, layer->steps);
    kernels->update(settings, layer_block(layer), layer->gradients, layer->m, layer->v,
        layer->parameters, layer->steps);
    layer->step_norm = matrix_norm_from(kernels, &steps, kernels->square_sum(&steps));
}
