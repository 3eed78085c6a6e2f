/*
 * Backward pass, a piece of work for each layer: its gradients and δ of the layer below depend
 * on nothing but its own δ. A worker does the same units of the layer below in both.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/activation.h"
#include "core/network_work.h"

/* Columns of a chunk of rows of a layer's matrix. */
static struct matrix part_of(const struct network *network, const struct layer *layer,
    const double *values, int chunk, struct share columns)
{
    struct matrix all = layer_matrix(layer, values, network->samples);
    struct matrix part = sum_chunk(&all, chunk);
    part.values += columns.first;
    part.columns = columns.end - columns.first;
    return part;
}

/* δ = back ∘ φ'(z) in columns of a chunk; true for who completes it, and has its sums. */
static bool apply_slope(
    const struct network *network, int index, int chunk, struct share columns)
{
    const struct kernels *kernels = network->kernels;
    struct layer *layer = &network->layers[index];
    struct activation_info info = activation_info(network->activation, network->leaky_slope);
    double limit = info.bounded ? ACTIVATION_FLAT * info.max_slope : 0;
    double *delta = delta_of(network, index);
    struct matrix back = part_of(network, layer, network->back, chunk, columns);
    ptrdiff_t at = back.values - network->back;
    struct chunk_sums *sums = &layer->chunks[chunk];
    struct slope_sums part;
    bool alone = back.columns == layer->n_out;
    kernels->apply_slope(network->activation, network->leaky_slope, &back,
        (layer->z ? layer->z : network->back) + at, layer->a + at, limit, delta + at,
        alone ? &sums->slope : &part);
    if (alone)
        return true;
    atomic_fetch_add(&sums->flat, (int)part.flat);
    if (!share_completes(&sums->done, back.columns, layer->n_out))
        return false;
    struct share all = {0, layer->n_out};
    struct matrix deltas = part_of(network, layer, delta, chunk, all);
    back = part_of(network, layer, network->back, chunk, all);
    sums->slope = (struct slope_sums){kernels->square_sum(&back), kernels->square_sum(&deltas),
        atomic_exchange(&sums->flat, 0)};
    return true;
}

/* Norms and searches that go over a layer again are rare, but long where there are many
 * samples. */
static void finish_delta(struct pass *pass, int index)
{
    const struct network *network = pass->network;
    struct layer *layer = &network->layers[index];
    struct matrix back = layer_matrix(layer, network->back, network->samples);
    struct matrix delta = layer_matrix(layer, delta_of(network, index), network->samples);
    double back_square = 0, delta_square = 0;
    int64_t flat = 0;
    for (int i = 0; i < sum_chunks(network->samples); i++) {
        const struct slope_sums *sums = &layer->chunks[i].slope;
        back_square += sums->back_square;
        delta_square += sums->delta_square;
        flat += sums->flat;
    }
    layer->back_norm = matrix_norm_from(network->kernels, &back, back_square);
    if (give_up(pass, pass->interrupt))
        return;
    layer->delta_norm = matrix_norm_from(network->kernels, &delta, delta_square);
    if (give_up(pass, pass->interrupt))
        return;
    layer->bad_delta = isfinite(layer->delta_norm) ? -1 : matrix_first_not_finite(&delta);
    layer->saturated = (double)flat / ((double)network->samples * layer->n_out);
}

/*
 * δ_{l+1} W_{l+1} in these columns. W stands transposed in memory; a chunk of its rows at a
 * time, for as many columns of the product, is turned round into a piece of scratch that stays
 * in the cache, unlike all of W.
 */
static bool multiply_back(struct pass *pass, int above, struct share columns)
{
    const struct network *network = pass->network;
    const struct layer *upper = &network->layers[above], *layer = upper - 1;
    const struct factor delta = {delta_of(network, above), upper->stride, 1};
    struct matrix weights = layer_weights(upper, upper->parameters);
    double *turned = network->scratch + (ptrdiff_t)columns.first * upper->n_out;
    for (struct share part; columns.first < columns.end; columns.first = part.end) {
        part = share_in_chunk(columns);
        struct matrix rows = matrix_rows(&weights, part.first, part.end - part.first);
        ptrdiff_t stride = (rows.rows + SHARE_ROWS - 1) / SHARE_ROWS * SHARE_ROWS;
        network->kernels->transpose(&rows, (int)stride, turned, stride);
        if (!product_multiply(network->kernels, network->samples, rows.rows, upper->n_out,
                delta, turned, stride, NULL, 1, network->back + part.first, layer->stride,
                within_layer(pass, upper))) {
            atomic_store(&pass->given_up, true);
            return false;
        }
    }
    return true;
}

/*
 * A worker's part of δ of the layer below, by columns: δ_l = (δ_{l+1} W_{l+1}) ∘ φ'(z_l). For
 * its rows of W it has computed the gradient and the update, and all of δ it needs for that
 * too.
 */
static bool pass_down(struct pass *pass, int above, int worker, int workers)
{
    const struct network *network = pass->network;
    struct layer *layer = &network->layers[above - 1];
    struct share columns = share_of_rows(layer->n_out, worker, workers);
    int chunks = sum_chunks(network->samples), done = 0;
    if (columns.first == columns.end)
        return true;
    if (!multiply_back(pass, above, columns))
        return false;
    for (int i = 0; i < chunks; i++) {
        if (give_up(pass, within_layer(pass, layer)))
            return false;
        /* Each from another chunk on: so each completes some of them. */
        int chunk = workers == 1 ? i : (i + (int)((int64_t)chunks * worker / workers)) % chunks;
        done += apply_slope(network, above - 1, chunk, columns);
    }
    if (share_completes(&layer->done, done, chunks))
        finish_delta(pass, above - 1);
    return !atomic_load(&pass->given_up);
}

/* A worker's share of ∂loss/∂W = δᵀ a / B, by rows of Wᵀ; chunks completed, -1: given up. */
static int weight_gradients(struct pass *pass, int index, int worker, int workers)
{
    const struct network *network = pass->network;
    const struct kernels *kernels = network->kernels;
    struct layer *layer = &network->layers[index];
    struct matrix gradients = layer_weights(layer, layer->gradients);
    struct matrix a = matrix_below(network, index);
    struct share share = share_of_rows(gradients.rows, worker, workers);
    int done = 0;
    for (struct share rows; share.first < share.end; share.first = rows.end) {
        rows = share_in_chunk(share);
        if (!product_multiply(kernels, rows.end - rows.first, layer->n_out, network->samples,
                (struct factor){a.values + rows.first, 1, a.stride}, delta_of(network, index),
                layer->stride, NULL, 1.0 / network->samples,
                layer->gradients + rows.first * layer->stride, layer->stride,
                within_layer(pass, layer)))
            return -1;
        int c = rows.first / SUM_ROWS;
        struct matrix chunk = sum_chunk(&gradients, c);
        if (share_completes(&layer->chunks[c].done, rows.end - rows.first, chunk.rows)) {
            layer->chunks[c].gradients = kernels->square_sum(&chunk);
            done++;
        }
    }
    return done;
}

/* A worker's share of ∂loss/∂b = mean of δ over samples, by cache lines; how many these are. */
static int bias_gradients(struct pass *pass, int index, int worker, int workers)
{
    const struct network *network = pass->network;
    const struct layer *layer = &network->layers[index];
    const struct kernels *kernels = network->kernels;
    struct share share =
        share_out((int)(layer->stride / KERNEL_COLUMNS), worker + index, workers);
    int first = share.first * KERNEL_COLUMNS, end = share.end * KERNEL_COLUMNS;
    double *biases = layer->gradients + layer->n_in * layer->stride + first;
    struct matrix delta = layer_matrix(layer, delta_of(network, index), network->samples);
    if (first == end)
        return 0;
    /* Beyond the units stands what another layer, of another width, has left in scratch. */
    delta.values += first;
    delta.columns = (end < layer->n_out ? end : layer->n_out) - first;
    memset(biases, 0, (size_t)(end - first) * sizeof *biases);
    /* Pieces of whole eights of rows are added in the same order. */
    int rows = interrupt_rows(layer->stride);
    for (int s = 0; s < delta.rows; s += rows) {
        struct matrix part =
            matrix_rows(&delta, s, delta.rows - s < rows ? delta.rows - s : rows);
        if (give_up(pass, within_layer(pass, layer)))
            return 0;
        kernels->add_column_sums(&part, biases);
    }
    kernels->scale((size_t)(end - first), biases, 1.0 / network->samples);
    return share.end - share.first;
}

static void finish_gradients(const struct network *network, struct layer *layer)
{
    struct matrix weights = layer_weights(layer, layer->gradients);
    struct matrix biases = layer_biases(layer, layer->gradients);
    double square = 0;
    for (int i = 0; i < sum_chunks(weights.rows); i++)
        square += layer->chunks[i].gradients;
    layer->weight_grad_norm = matrix_norm_from(network->kernels, &weights, square);
    layer->bias_grad_norm = matrix_norm(network->kernels, &biases);
}

/* A worker's part of a layer's gradients. */
static void gradients(struct pass *pass, int index, int worker, int workers)
{
    struct layer *layer = &pass->network->layers[index];
    int chunks = weight_gradients(pass, index, worker, workers);
    if (chunks < 0) {
        atomic_store(&pass->given_up, true);
        return;
    }
    int lines = bias_gradients(pass, index, worker, workers);
    int all = sum_chunks(layer->n_in) + (int)(layer->stride / KERNEL_COLUMNS);
    if (share_completes(&layer->done, chunks + lines, all))
        finish_gradients(pass->network, layer);
}

static void backward_work(void *context, int worker, int workers)
{
    struct pass *pass = context;
    int index = pass->first;
    /* The layer below first: that reads its activations in order. The gradients, which read
     * them by columns, then find them in the cache. */
    if (index > 0 && !pass_down(pass, index, worker, workers))
        return;
    gradients(pass, index, worker, workers);
}

/* The caller has written δ of the output; nothing came back to it from above. */
static void measure_output(struct network *network)
{
    struct layer *layer = &network->layers[network->layer_count - 1];
    struct matrix delta = layer_matrix(layer, layer->delta, network->samples);
    layer->delta_norm = matrix_norm(network->kernels, &delta);
    layer->bad_delta = isfinite(layer->delta_norm) ? -1 : matrix_first_not_finite(&delta);
    layer->back_norm = 0;
    layer->saturated = 0;
}

bool network_backward(struct network *network, const struct interrupt *interrupt)
{
    assert(network->kept.all & SIGNALS_Z || activations[network->activation].slope_of_a);
    measure_output(network);
    if (is_small(network, 2 * most_operations(network)))
        return small_backward(network, interrupt);
    for (int i = network->layer_count - 1; i >= 0; i--) {
        struct pass pass = {.network = network, .interrupt = interrupt, .first = i};
        double products = i > 0 ? 2 : 1;
        interrupt_report(
            interrupt, WORK_BACKWARD, network->layer_count - 1 - i, network->layer_count);
        if (interrupt_asked(interrupt) ||
            !pass_run(&pass, products * layer_operations(network, &network->layers[i]),
                backward_work))
            return false;
    }
    return true;
}
