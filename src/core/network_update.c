/* The optimizer's step. */
#include "core/network_work.h"

static void finish_layer(const struct network *network, struct layer *layer)
{
    struct matrix steps = layer_weights(layer, layer->steps);
    double square = 0;
    for (int c = 0; c < sum_chunks(steps.rows); c++)
        square += layer->chunks[c].steps;
    layer->step_norm = matrix_norm_from(network->kernels, &steps, square);
}

/* A worker's part of a layer: rows of Wᵀ, the last of which the biases follow. */
static void update_layer(struct pass *pass, int index, int worker, int workers)
{
    const struct network *network = pass->network;
    struct layer *layer = &network->layers[index];
    struct matrix weights = layer_weights(layer, layer->steps);
    struct share share = share_of_rows(weights.rows, worker, workers);
    int done = 0;
    for (struct share rows; share.first < share.end; share.first = rows.end) {
        rows = share_in_chunk(share);
        ptrdiff_t at = rows.first * layer->stride;
        int count = rows.end - rows.first, with_biases = count + (rows.end == weights.rows);
        network->kernels->update(pass->settings, (size_t)with_biases * (size_t)layer->stride,
            layer->gradients + at, layer->m ? layer->m + at : NULL,
            layer->v ? layer->v + at : NULL, layer->parameters + at, layer->steps + at);
        int c = rows.first / SUM_ROWS;
        struct matrix chunk = sum_chunk(&weights, c);
        if (share_completes(&layer->chunks[c].done, count, chunk.rows)) {
            layer->chunks[c].steps = network->kernels->square_sum(&chunk);
            done++;
        }
    }
    if (share_completes(&layer->done, done, sum_chunks(weights.rows)))
        finish_layer(network, layer);
}

static void update_work(void *context, int worker, int workers)
{
    struct pass *pass = context;
    for (int i = pass->first; i < pass->end; i++)
        update_layer(pass, i, worker, workers);
}

/* Layers that are updated at once: alone one, so that its steps are still in the cache. */
static int end_of_group(struct network *network, int first)
{
    size_t used = 0;
    int end = first;
    do {
        network->layers[end].steps = network->scratch + used;
        used += layer_block(&network->layers[end++]);
    } while (has_workers(network) && end < network->layer_count &&
        used + layer_block(&network->layers[end]) <= network->scratch_size);
    return end;
}

int network_update(
    struct network *network, int first, const struct optimizer_settings *settings)
{
    if (!has_workers(network) && sum_chunks(network->layers[first].n_in) == 1) {
        small_update(network, &network->layers[first], settings);
        return first + 1;
    }
    struct pass pass = {.network = network,
        .settings = settings,
        .first = first,
        .end = end_of_group(network, first)};
    double elements = 0;
    for (int i = first; i < pass.end; i++)
        elements += (double)layer_block(&network->layers[i]);
    /* Memory is what it waits for: as long as for so many operations in a product. */
    (void)pass_run(&pass, 32 * elements, update_work);
    return pass.end;
}
