#include "core/network.h"

#include <math.h>
#include <stdlib.h>

#include "core/activation.h"

static size_t block_size(int n_in, int n_out)
{
    return ((size_t)n_in + 1) * (size_t)kernels_stride(n_out);
}

static void layer_sizes(const struct network_shape *shape, int index, int *n_in, int *n_out)
{
    *n_in = index == 0 ? shape->inputs : shape->width;
    *n_out = index == shape->depth ? shape->outputs : shape->width;
}

/* Doubles in the widest activations and the largest parameter block: the two scratches. */
static void scratch_sizes(const struct network_shape *shape, size_t *slopes, size_t *block)
{
    *slopes = (size_t)shape->batch * (size_t)kernels_stride(shape->width);
    *block = 0;
    for (int i = 0; i <= shape->depth; i++) {
        int n_in, n_out;
        layer_sizes(shape, i, &n_in, &n_out);
        size_t forward = block_size(n_in, n_out), transposed = block_size(n_out, n_in);
        *block = forward > *block ? forward : *block;
        *block = transposed > *block ? transposed : *block;
    }
}

size_t network_bytes(const struct network_shape *shape)
{
    size_t slopes, block;
    scratch_sizes(shape, &slopes, &block);
    size_t doubles = slopes + block;
    doubles += (size_t)shape->batch * (size_t)kernels_stride(shape->inputs);
    for (int i = 0; i <= shape->depth; i++) {
        int n_in, n_out;
        layer_sizes(shape, i, &n_in, &n_out);
        doubles += 4 * block_size(n_in, n_out);
        doubles += 3 * (size_t)shape->batch * (size_t)kernels_stride(n_out);
    }
    return doubles * sizeof(double) + ((size_t)shape->depth + 1) * sizeof(struct layer);
}

static double *doubles_create(size_t count)
{
    return calloc(count, sizeof(double));
}

static bool layer_create(struct layer *layer, const struct network_shape *shape, int index)
{
    layer_sizes(shape, index, &layer->n_in, &layer->n_out);
    layer->stride = kernels_stride(layer->n_out);
    size_t block = layer_block(layer);
    size_t samples = (size_t)shape->batch * (size_t)layer->stride;
    layer->parameters = doubles_create(block);
    layer->gradients = doubles_create(block);
    layer->m = doubles_create(block);
    layer->v = doubles_create(block);
    layer->z = doubles_create(samples);
    layer->a = index == shape->depth ? layer->z : doubles_create(samples);
    layer->delta = doubles_create(samples);
    return layer->parameters && layer->gradients && layer->m && layer->v && layer->z &&
        layer->a && layer->delta;
}

static void layer_destroy(struct layer *layer)
{
    free(layer->parameters);
    free(layer->gradients);
    free(layer->m);
    free(layer->v);
    if (layer->a != layer->z)
        free(layer->a);
    free(layer->z);
    free(layer->delta);
}

struct network *network_create(const struct network_shape *shape, const struct kernels *kernels)
{
    struct network *net = calloc(1, sizeof *net);
    if (!net)
        return NULL;
    net->shape = *shape;
    net->kernels = kernels;
    net->layer_count = shape->depth + 1;
    net->input_stride = kernels_stride(shape->inputs);
    size_t slopes, block;
    scratch_sizes(shape, &slopes, &block);
    net->slopes = doubles_create(slopes);
    net->scratch = doubles_create(block);
    net->inputs = doubles_create((size_t)shape->batch * (size_t)net->input_stride);
    net->layers = calloc((size_t)net->layer_count, sizeof *net->layers);
    bool complete = net->slopes && net->scratch && net->inputs && net->layers;
    for (int i = 0; complete && i < net->layer_count; i++)
        complete = layer_create(&net->layers[i], shape, i);
    if (!complete) {
        network_destroy(net);
        return NULL;
    }
    return net;
}

void network_destroy(struct network *network)
{
    if (!network)
        return;
    for (int i = 0; network->layers && i < network->layer_count; i++)
        layer_destroy(&network->layers[i]);
    free(network->layers);
    free(network->slopes);
    free(network->scratch);
    free(network->inputs);
    free(network);
}

size_t layer_block(const struct layer *layer)
{
    return ((size_t)layer->n_in + 1) * (size_t)layer->stride;
}

struct matrix layer_matrix(const struct layer *layer, const double *values, int samples)
{
    return (struct matrix){values, samples, layer->n_out, layer->stride};
}

struct matrix layer_weights(const struct layer *layer, const double *block)
{
    return (struct matrix){block, layer->n_in, layer->n_out, layer->stride};
}

struct matrix layer_biases(const struct layer *layer, const double *block)
{
    return (struct matrix){block + layer->n_in * layer->stride, 1, layer->n_out, layer->stride};
}

static bool interrupted(const struct interrupt *interrupt)
{
    return interrupt && interrupt->wanted && interrupt->wanted(interrupt->context);
}

bool network_initialize(struct network *network, enum initializer initializer, double gain,
    double bias, uint64_t seed, const struct interrupt *interrupt)
{
    for (int i = 0; i < network->layer_count; i++) {
        struct layer *layer = &network->layers[i];
        struct rng rng;
        rng_init(&rng, seed, RNG_WEIGHTS, (uint64_t)i);
        if (interrupted(interrupt) ||
            !initializer_fill(initializer, gain, &rng, layer->n_in, layer->n_out,
                layer->parameters, layer->stride))
            return false;
        double *biases = layer->parameters + layer->n_in * layer->stride;
        for (int o = 0; o < layer->n_out; o++)
            biases[o] = i < network->shape.depth ? bias : 0;
    }
    return true;
}

/* Mean and standard deviation (over n) of a_l. */
static void measure_activations(struct layer *layer, int samples)
{
    struct matrix a = layer_matrix(layer, layer->a, samples);
    double count = (double)samples * layer->n_out;
    layer->act_mean = matrix_sum(&a) / count;
    layer->act_std = sqrt(matrix_square_sum(&a, layer->act_mean) / count);
}

bool network_forward(struct network *network, int samples, const struct interrupt *interrupt)
{
    const struct kernels *kernels = network->kernels;
    const double *below = network->inputs;
    ptrdiff_t below_stride = network->input_stride;
    network->samples = samples;
    for (int i = 0; i < network->layer_count; i++) {
        struct layer *layer = &network->layers[i];
        if (interrupted(interrupt))
            return false;
        kernels->multiply(samples, layer->n_out, layer->n_in,
            (struct factor){below, below_stride, 1}, layer->parameters, layer->stride,
            layer->parameters + layer->n_in * layer->stride, layer->z, layer->stride);
        if (i < network->shape.depth)
            kernels->activate(network->activation, network->leaky_slope,
                (size_t)samples * (size_t)layer->stride, layer->z, layer->a);
        below = layer->a;
        below_stride = layer->stride;
    }
    return true;
}

/* W from Wᵀ; columns up to the stride become 0, so that padding never holds old numbers. */
static void transpose(const struct layer *layer, double *out, ptrdiff_t out_stride)
{
    for (int o = 0; o < layer->n_out; o++) {
        for (ptrdiff_t i = layer->n_in; i < out_stride; i++)
            out[o * out_stride + i] = 0;
    }
    /* In squares, so that neither side walks through memory column by column. */
    enum { SIDE = 16 };
    for (int i0 = 0; i0 < layer->n_in; i0 += SIDE) {
        for (int o0 = 0; o0 < layer->n_out; o0 += SIDE) {
            int i1 = i0 + SIDE < layer->n_in ? i0 + SIDE : layer->n_in;
            int o1 = o0 + SIDE < layer->n_out ? o0 + SIDE : layer->n_out;
            for (int i = i0; i < i1; i++) {
                for (int o = o0; o < o1; o++)
                    out[o * out_stride + i] = layer->parameters[i * layer->stride + o];
            }
        }
    }
}

/* ∂loss/∂W and ∂loss/∂b of one layer from its δ and the activations below. */
static void layer_gradients(const struct kernels *kernels, struct layer *layer,
    const double *below, ptrdiff_t below_stride, int samples)
{
    kernels->multiply(layer->n_in, layer->n_out, samples,
        (struct factor){below, 1, below_stride}, layer->delta, layer->stride, NULL,
        layer->gradients, layer->stride);
    double *biases = layer->gradients + layer->n_in * layer->stride;
    for (ptrdiff_t o = 0; o < layer->stride; o++)
        biases[o] = 0;
    for (int s = 0; s < samples; s++) {
        const double *row = layer->delta + s * layer->stride;
        for (int o = 0; o < layer->n_out; o++)
            biases[o] += row[o];
    }
    for (size_t i = 0; i < layer_block(layer); i++)
        layer->gradients[i] /= samples;
    struct matrix weights = layer_weights(layer, layer->gradients);
    struct matrix bias_row = layer_biases(layer, layer->gradients);
    layer->weight_grad_norm = matrix_norm(&weights);
    layer->bias_grad_norm = matrix_norm(&bias_row);
}

static double saturated_share(const struct network *network, const struct layer *layer)
{
    struct activation_info info = activation_info(network->activation, network->leaky_slope);
    if (!info.bounded)
        return 0;
    double limit = 0.05 * info.max_slope;
    int64_t count = 0;
    for (int s = 0; s < network->samples; s++) {
        const double *row = network->slopes + s * layer->stride;
        for (int j = 0; j < layer->n_out; j++)
            count += fabs(row[j]) < limit;
    }
    return (double)count / ((double)network->samples * layer->n_out);
}

/* δ_l from δ_{l+1}: the weights' part, then the slope's. */
static void layer_delta(struct network *network, struct layer *layer, const struct layer *above)
{
    const struct kernels *kernels = network->kernels;
    int samples = network->samples;
    transpose(above, network->scratch, layer->stride);
    kernels->multiply(samples, layer->n_out, above->n_out,
        (struct factor){above->delta, above->stride, 1}, network->scratch, layer->stride, NULL,
        layer->delta, layer->stride);
    struct matrix delta = layer_matrix(layer, layer->delta, samples);
    layer->back_norm = matrix_norm(&delta);
    size_t count = (size_t)samples * (size_t)layer->stride;
    kernels->derive(
        network->activation, network->leaky_slope, count, layer->z, layer->a, network->slopes);
    for (size_t i = 0; i < count; i++)
        layer->delta[i] *= network->slopes[i];
    layer->delta_norm = matrix_norm(&delta);
    layer->saturated = saturated_share(network, layer);
}

bool network_backward(struct network *network, const struct interrupt *interrupt)
{
    for (int i = network->layer_count - 1; i >= 0; i--) {
        struct layer *layer = &network->layers[i];
        if (interrupted(interrupt))
            return false;
        if (i == network->layer_count - 1) {
            struct matrix delta = layer_matrix(layer, layer->delta, network->samples);
            layer->delta_norm = matrix_norm(&delta);
            layer->back_norm = 0;
            layer->saturated = 0;
        } else {
            layer_delta(network, layer, layer + 1);
        }
        measure_activations(layer, network->samples);
        layer_gradients(network->kernels, layer, i > 0 ? layer[-1].a : network->inputs,
            i > 0 ? layer[-1].stride : network->input_stride, network->samples);
    }
    return true;
}
