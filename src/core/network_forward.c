/*
 * Forward pass. A sample's activations depend on no other sample's: each worker takes its rows
 * up through all layers and waits for nobody. Outside of its products a step mostly waits for
 * memory: so a chunk's elementwise work follows its product while it is in the cache.
 */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "core/network_work.h"

/* z of a layer, kept or not: where slopes need it, it is (core/training.h sees to that). */
static double *z_of(const struct network *network, const struct layer *layer)
{
    return layer->z ? layer->z : network->z;
}

void search_z(struct layer *layer, const struct matrix *z, int first)
{
    int column = matrix_first_not_finite(z);
    if (column < 0)
        return;
    long long place = ((long long)first << 32) + column + 1, noted = atomic_load(&layer->bad);
    while ((noted == 0 || place < noted) &&
        !atomic_compare_exchange_weak(&layer->bad, &noted, place))
        continue;
    for (int s = 0; s < z->rows; s++) {
        for (int j = 0; j < z->columns; j++) {
            if (!isfinite(z->values[s * z->stride + j]))
                atomic_store(&layer->bad_units[j], true);
        }
    }
}

/* a = φ(z) in these rows of a chunk; true for who completes it, and has its sums. */
static bool activate_rows(const struct network *network, int index, struct share rows)
{
    const struct kernels *kernels = network->kernels;
    struct layer *layer = &network->layers[index];
    struct matrix all = layer_matrix(layer, z_of(network, layer), network->samples);
    struct matrix z = matrix_rows(&all, rows.first, rows.end - rows.first);
    struct matrix a = z;
    int chunk = rows.first / SUM_ROWS;
    struct chunk_sums *sums = &layer->chunks[chunk];
    if (layer->a != all.values) {
        a.values = layer->a + (z.values - all.values);
        kernels->activate(layer_activation(network, index), network->leaky_slope,
            (size_t)z.rows * (size_t)z.stride, z.values, writable(a.values));
    }
    int whole = sum_chunk(&all, chunk).rows;
    if (z.rows == whole) {
        kernels->activation_sums(&z, a.values, &sums->activation);
        if (!isfinite(sums->activation.z))
            search_z(layer, &z, rows.first);
        return true;
    }
    /* The sum tells; only suspicious rows are searched. */
    if (!isfinite(kernels->sum(&z)))
        search_z(layer, &z, rows.first);
    if (!share_completes(&sums->done, z.rows, whole))
        return false;
    struct matrix as = layer_matrix(layer, layer->a, network->samples);
    as = sum_chunk(&as, chunk);
    kernels->activation_sums(&as, as.values, &sums->activation);
    return true;
}

/* From the activations once more: their squares, or even their sum, are no ordinary doubles. */
static void rescale_moments(struct layer *layer, int samples)
{
    struct matrix a = layer_matrix(layer, layer->a, samples);
    if (matrix_first_not_finite(&a) >= 0)
        return;
    if (!isfinite(layer->act_mean))
        layer->act_mean = matrix_mean_rescaled(&a);
    layer->act_std = matrix_deviation_rescaled(&a, layer->act_mean);
}

/*
 * Mean and standard deviation (over n) of a_l, from the chunks' own: Chan, Golub and LeVeque
 * 1983, equation 2.1.
 */
void finish_forward(const struct network *network, struct layer *layer)
{
    struct matrix weights = layer_weights(layer, layer->parameters);
    double weights_square = 0, count = 0, mean = 0, square = 0;
    for (int i = 0; i < sum_chunks(network->samples); i++) {
        const struct activation_sums *sums = &layer->chunks[i].activation;
        int left = network->samples - i * SUM_ROWS;
        double n = (double)(left < SUM_ROWS ? left : SUM_ROWS) * layer->n_out;
        double apart = sums->a / n - mean;
        /* Of the first chunk these shares are 1 and 0. */
        double share = i == 0 ? 1 : n / (count + n);
        double between = i == 0 ? 0 : n * count / (count + n);
        mean += apart * share;
        square += sums->a_deviation + apart * apart * between;
        count += n;
    }
    for (int i = 0; i < sum_chunks(weights.rows); i++)
        weights_square += layer->chunks[i].weights;
    layer->act_mean = mean;
    layer->act_std = sqrt(square / count);
    if (!square_is_safe(square))
        rescale_moments(layer, network->samples);
    layer->bad_z = (int)(atomic_load(&layer->bad) & INT_MAX) - 1;
    atomic_store(&layer->bad, 0);
    layer->weight_norm = matrix_norm_from(network->kernels, &weights, weights_square);
}

/* A worker's part of a layer; false when it was given up. */
static bool forward_layer(struct pass *pass, int index, int worker, int workers)
{
    const struct network *network = pass->network;
    const struct kernels *kernels = network->kernels;
    struct layer *layer = &network->layers[index];
    const struct interrupt *asked = within_layer(pass, layer);
    /* ‖W‖ first: that brings W into the cache. Each layer by other workers, where they are too
     * many. */
    struct matrix weights = layer_weights(layer, layer->parameters);
    int chunks = sum_chunks(weights.rows), done = 0;
    struct share share = share_out(chunks, worker + index, workers);
    for (int i = share.first; i < share.end; i++, done++) {
        struct matrix chunk = sum_chunk(&weights, i);
        if (give_up(pass, asked))
            return false;
        layer->chunks[i].weights = kernels->square_sum(&chunk);
    }
    struct matrix inputs = matrix_below(network, index);
    double *z = z_of(network, layer);
    share = share_of_rows(network->samples, worker, workers);
    for (struct share rows; share.first < share.end; share.first = rows.end) {
        rows = share_in_chunk(share);
        if (!product_multiply(kernels, rows.end - rows.first, layer->n_out, layer->n_in,
                (struct factor){inputs.values + rows.first * inputs.stride, inputs.stride, 1},
                layer->parameters, layer->stride,
                layer->parameters + layer->n_in * layer->stride, 1,
                z + rows.first * layer->stride, layer->stride, asked)) {
            atomic_store(&pass->given_up, true);
            return false;
        }
        done += activate_rows(network, index, rows);
    }
    if (share_completes(&layer->done, done, chunks + sum_chunks(network->samples)))
        finish_forward(network, layer);
    return true;
}

static void forward_work(void *context, int worker, int workers)
{
    struct pass *pass = context;
    for (int i = 0; i < pass->network->layer_count; i++) {
        if (atomic_load(&pass->given_up) || give_up(pass, pass->interrupt) ||
            !forward_layer(pass, i, worker, workers))
            return;
    }
}

bool network_forward(struct network *network, int samples, const struct interrupt *interrupt)
{
    network->samples = samples;
    for (int i = 0; i < network->layer_count; i++) {
        struct layer *layer = &network->layers[i];
        if (layer->bad_z >= 0)
            memset(layer->bad_units, 0, (size_t)layer->n_out * sizeof *layer->bad_units);
    }
    /* Every layer's weights have to come to every worker. */
    double operations = most_operations(network);
    if (is_small(network, operations))
        return small_forward(network, interrupt);
    struct pass pass = {.network = network, .interrupt = interrupt};
    return pass_run(&pass, operations, forward_work);
}
