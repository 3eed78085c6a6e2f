/*
 * Forward pass, backward pass and update, layer by layer. Everything that is summed is summed
 * by chunks of rows (core/reduce.h), which workers share whole, so that their number changes no
 * bit. Outside of its products a step mostly waits for memory: so a chunk's elementwise work
 * follows its product while it is in the cache.
 */
#include <assert.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "core/activation.h"
#include "core/network.h"
#include "core/product.h"

/* One layer's work, as its workers see it. */
struct job {
    struct network *network;
    struct layer *layer; /* whose z, or whose δ */
    int index;           /* of the layer, 0-based */
    const struct optimizer_settings *settings;
    const struct interrupt *interrupt;
    atomic_bool *given_up; /* one of the workers has been interrupted */
};

/* Whether to stop here; asked by every worker before each chunk of rows. */
static bool give_up(const struct job *job)
{
    if (!interrupt_asked(job->interrupt))
        return false;
    atomic_store(job->given_up, true);
    return true;
}

/* A product of a worker in pieces; false when it was given up. */
static bool multiply(const struct job *job, int rows, int columns, int depth, struct factor a,
    const double *b, ptrdiff_t b_stride, const double *bias, double scale, double *c,
    ptrdiff_t c_stride)
{
    bool done = product_multiply(job->network->kernels, rows, columns, depth, a, b, b_stride,
        bias, scale, c, c_stride, job->interrupt);
    if (!done)
        atomic_store(job->given_up, true);
    return done;
}

/* Less is done before anyone could tell: it asks once, a layer at a time. */
#define WORTH_ASKING 1e6

/* Has a layer's work done by all workers; false when it was given up. */
static bool have_done(struct job *job, double operations, work_fn *work)
{
    atomic_bool given_up = false;
    job->given_up = &given_up;
    if (operations < WORTH_ASKING)
        job->interrupt = NULL;
    workers_run(job->network->workers, operations, work, job);
    return !atomic_load(&given_up);
}

/* Parts of a matrix, from `first` up to but without `end`. */
struct share {
    int first, end;
};

static struct share share_out(int parts, int worker, int workers)
{
    if (workers == 1) /* without the divisions, which a small net feels */
        return (struct share){0, parts};
    return (struct share){(int)((int64_t)parts * worker / workers),
        (int)((int64_t)parts * (worker + 1) / workers)};
}

/* Chunks of rows. */
static struct share share_of(int rows, int worker, int workers)
{
    return share_out(sum_chunks(rows), worker, workers);
}

/* The activations below a layer: the inputs, for the first. */
static struct matrix below(const struct network *network, int index)
{
    if (index == 0)
        return (struct matrix){
            network->inputs, network->samples, network->shape.inputs, network->input_stride};
    const struct layer *layer = &network->layers[index - 1];
    return layer_matrix(layer, layer->a, network->samples);
}

/*
 * z and δ of a layer, kept or not. Two layers' δ are in use at a time, one layer's z: where
 * slopes need it, it is kept (core/training.h sees to that).
 */
static double *z_of(const struct network *network, int index)
{
    double *kept = network->layers[index].z;
    return kept ? kept : network->z;
}

static double *delta_of(const struct network *network, int index)
{
    double *kept = network->layers[index].delta;
    return kept ? kept : network->delta[index & 1];
}

/* What the views promise not to change belongs to the network, which may. */
static double *writable(const double *values)
{
    return (double *)(uintptr_t)values;
}

static void activate_chunk(const struct job *job, const struct matrix *z, int chunk)
{
    const struct network *network = job->network;
    const struct kernels *kernels = network->kernels;
    struct chunk_sums *sums = &network->chunks[chunk];
    struct matrix a = *z;
    if (job->index < network->shape.depth) {
        a.values = job->layer->a + (z->values - z_of(network, job->index));
        kernels->activate(network->activation, network->leaky_slope,
            (size_t)z->rows * (size_t)z->stride, z->values, writable(a.values));
    }
    kernels->activation_sums(z, a.values, &sums->activation);
}

static void forward_work(void *context, int worker, int workers)
{
    const struct job *job = context;
    const struct network *network = job->network;
    const struct kernels *kernels = network->kernels;
    const struct layer *layer = job->layer;
    /* ‖W‖ first: that brings W into the cache. */
    struct matrix weights = layer_weights(layer, layer->parameters);
    struct share share = share_of(weights.rows, worker, workers);
    for (int i = share.first; i < share.end && !give_up(job); i++) {
        struct matrix chunk = sum_chunk(&weights, i);
        network->chunks[i].weights = kernels->square_sum(&chunk);
    }
    struct matrix z = layer_matrix(layer, z_of(network, job->index), network->samples);
    struct matrix inputs = below(network, job->index);
    share = share_of(z.rows, worker, workers);
    for (int i = share.first; i < share.end; i++) {
        struct matrix chunk = sum_chunk(&z, i), from = sum_chunk(&inputs, i);
        if (!multiply(job, chunk.rows, chunk.columns, layer->n_in,
                (struct factor){from.values, from.stride, 1}, layer->parameters, layer->stride,
                layer->parameters + layer->n_in * layer->stride, 1, writable(chunk.values),
                chunk.stride))
            return;
        activate_chunk(job, &chunk, i);
    }
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

/* The sum tells; only a suspicious layer is searched. */
static void find_bad_units(struct layer *layer, const struct matrix *z)
{
    layer->bad_z = matrix_first_not_finite(z);
    memset(layer->bad_units, 0, (size_t)layer->n_out * sizeof *layer->bad_units);
    for (int s = 0; layer->bad_z >= 0 && s < z->rows; s++) {
        for (int j = 0; j < z->columns; j++)
            layer->bad_units[j] |= !isfinite(z->values[s * z->stride + j]);
    }
}

/*
 * Mean and standard deviation (over n) of a_l, from the chunks' own: Chan, Golub and LeVeque
 * 1983, equation 2.1.
 */
static void finish_forward(struct network *network, int index)
{
    struct layer *layer = &network->layers[index];
    struct matrix weights = layer_weights(layer, layer->parameters);
    double sum_z = 0, weights_square = 0, count = 0, mean = 0, square = 0;
    for (int i = 0; i < sum_chunks(network->samples); i++) {
        const struct chunk_sums *sums = &network->chunks[i];
        int left = network->samples - i * SUM_ROWS;
        double n = (double)(left < SUM_ROWS ? left : SUM_ROWS) * layer->n_out;
        double apart = sums->activation.a / n - mean;
        mean += apart * (n / (count + n));
        square += sums->activation.a_deviation + apart * apart * (n * count / (count + n));
        count += n;
        sum_z += sums->activation.z;
    }
    for (int i = 0; i < sum_chunks(weights.rows); i++)
        weights_square += network->chunks[i].weights;
    layer->act_mean = mean;
    layer->act_std = sqrt(square / count);
    if (!square_is_safe(square))
        rescale_moments(layer, network->samples);
    struct matrix z = layer_matrix(layer, z_of(network, index), network->samples);
    layer->bad_z = -1;
    if (!isfinite(sum_z))
        find_bad_units(layer, &z);
    layer->weight_norm = matrix_norm_from(network->kernels, &weights, weights_square);
}

/* Floating-point operations of a product with these many samples. */
static double operations(const struct network *network, const struct layer *layer)
{
    return 2.0 * network->samples * layer->n_in * layer->n_out;
}

bool network_forward(struct network *network, int samples, const struct interrupt *interrupt)
{
    network->samples = samples;
    for (int i = 0; i < network->layer_count; i++) {
        struct job job = {.network = network,
            .layer = &network->layers[i],
            .index = i,
            .interrupt = interrupt};
        if (interrupt_asked(interrupt) ||
            !have_done(&job, operations(network, job.layer), forward_work))
            return false;
        finish_forward(network, i);
    }
    return true;
}

/* ∂loss/∂W = δᵀ a / B in these rows of Wᵀ, and the squares of each chunk. */
static bool weight_gradients(const struct job *job, struct share share)
{
    const struct network *network = job->network;
    const struct kernels *kernels = network->kernels;
    const struct layer *layer = job->layer;
    struct matrix gradients = layer_weights(layer, layer->gradients);
    struct matrix a = below(network, job->index);
    for (int i = share.first; i < share.end; i++) {
        struct matrix chunk = sum_chunk(&gradients, i);
        if (!multiply(job, chunk.rows, chunk.columns, network->samples,
                (struct factor){a.values + i * SUM_ROWS, 1, a.stride},
                delta_of(network, job->index), layer->stride, NULL, 1.0 / network->samples,
                writable(chunk.values), chunk.stride))
            return false;
        network->chunks[i].gradients = kernels->square_sum(&chunk);
    }
    return true;
}

/* ∂loss/∂b = mean of δ over samples, in these blocks of columns. */
static void bias_gradients(const struct job *job, struct share share)
{
    const struct layer *layer = job->layer;
    const struct kernels *kernels = job->network->kernels;
    struct matrix delta =
        layer_matrix(layer, delta_of(job->network, job->index), job->network->samples);
    int first = share.first * KERNEL_COLUMNS, end = share.end * KERNEL_COLUMNS;
    double *biases = layer->gradients + layer->n_in * layer->stride + first;
    delta.values += first;
    delta.columns = end - first;
    if (delta.columns == 0)
        return;
    memset(biases, 0, (size_t)delta.columns * sizeof *biases);
    /* Pieces of whole eights of rows are added in the same order. */
    int rows = interrupt_rows(layer->stride);
    for (int s = 0; s < delta.rows && !give_up(job); s += rows) {
        struct matrix part =
            matrix_rows(&delta, s, delta.rows - s < rows ? delta.rows - s : rows);
        kernels->add_column_sums(&part, biases);
    }
    kernels->scale((size_t)delta.columns, biases, 1.0 / job->network->samples);
}

static void gradient_work(void *context, int worker, int workers)
{
    const struct job *job = context;
    int blocks = (int)(job->layer->stride / KERNEL_COLUMNS);
    if (weight_gradients(job, share_of(job->layer->n_in, worker, workers)))
        bias_gradients(job, share_out(blocks, worker, workers));
}

static void finish_gradients(struct network *network, struct layer *layer)
{
    struct matrix weights = layer_weights(layer, layer->gradients);
    struct matrix biases = layer_biases(layer, layer->gradients);
    double square = 0;
    for (int i = 0; i < sum_chunks(weights.rows); i++)
        square += network->chunks[i].gradients;
    layer->weight_grad_norm = matrix_norm_from(network->kernels, &weights, square);
    layer->bias_grad_norm = matrix_norm(network->kernels, &biases);
}

/*
 * δ_{l+1} W_{l+1}. W stands transposed in memory; a chunk of its rows at a time, for as many
 * columns of the product, is turned round into a piece of scratch that stays in the cache,
 * unlike all of W. Workers share the columns.
 */
static void back_work(void *context, int worker, int workers)
{
    const struct job *job = context;
    const struct network *network = job->network;
    const struct kernels *kernels = network->kernels;
    const struct layer *layer = job->layer, *above = layer + 1;
    const double *delta = delta_of(network, job->index + 1);
    struct matrix weights = layer_weights(above, above->parameters);
    struct share share = share_of(weights.rows, worker, workers);
    double *turned = network->scratch + (ptrdiff_t)share.first * SUM_ROWS * above->n_out;
    for (int i = share.first; i < share.end; i++) {
        struct matrix chunk = sum_chunk(&weights, i);
        ptrdiff_t at = (ptrdiff_t)i * SUM_ROWS, left = layer->stride - at;
        ptrdiff_t stride = left < SUM_ROWS ? left : SUM_ROWS;
        kernels->transpose(&chunk, (int)stride, turned, stride);
        if (!multiply(job, network->samples, chunk.rows, above->n_out,
                (struct factor){delta, above->stride, 1}, turned, stride, NULL, 1,
                network->back + at, layer->stride))
            return;
    }
}

/* δ_l = (δ_{l+1} W_{l+1}) ∘ φ'(z_l). */
static void slope_work(void *context, int worker, int workers)
{
    const struct job *job = context;
    const struct network *network = job->network;
    const struct layer *layer = job->layer;
    struct activation_info info = activation_info(network->activation, network->leaky_slope);
    double flat = info.bounded ? ACTIVATION_FLAT * info.max_slope : 0;
    struct matrix back = layer_matrix(layer, network->back, network->samples);
    struct share share = share_of(back.rows, worker, workers);
    for (int i = share.first; i < share.end && !give_up(job); i++) {
        struct matrix chunk = sum_chunk(&back, i);
        ptrdiff_t at = chunk.values - network->back;
        network->kernels->apply_slope(network->activation, network->leaky_slope, &chunk,
            z_of(network, job->index) + at, layer->a + at, flat,
            delta_of(network, job->index) + at, &network->chunks[i].slope);
    }
}

/* Norms and searches that go over a layer again are rare, but long where there are many
 * samples. */
static bool finish_delta(struct network *network, int index, const struct interrupt *interrupt)
{
    struct layer *layer = &network->layers[index];
    struct matrix back = layer_matrix(layer, network->back, network->samples);
    struct matrix delta = layer_matrix(layer, delta_of(network, index), network->samples);
    double back_square = 0, delta_square = 0;
    int64_t flat = 0;
    for (int i = 0; i < sum_chunks(network->samples); i++) {
        const struct slope_sums *sums = &network->chunks[i].slope;
        back_square += sums->back_square;
        delta_square += sums->delta_square;
        flat += sums->flat;
    }
    layer->back_norm = matrix_norm_from(network->kernels, &back, back_square);
    if (interrupt_asked(interrupt))
        return false;
    layer->delta_norm = matrix_norm_from(network->kernels, &delta, delta_square);
    if (interrupt_asked(interrupt))
        return false;
    layer->bad_delta = isfinite(layer->delta_norm) ? -1 : matrix_first_not_finite(&delta);
    layer->saturated = (double)flat / ((double)network->samples * layer->n_out);
    return true;
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

/* δ of a layer from the one above. */
static bool pass_down(struct network *network, int index, const struct interrupt *interrupt)
{
    struct job job = {.network = network,
        .layer = &network->layers[index],
        .index = index,
        .interrupt = interrupt};
    double work = operations(network, job.layer + 1);
    return have_done(&job, work, back_work) && have_done(&job, work, slope_work) &&
        finish_delta(network, index, interrupt);
}

bool network_backward(struct network *network, const struct interrupt *interrupt)
{
    assert(network->kept.all & SIGNALS_Z || activations[network->activation].slope_of_a);
    measure_output(network);
    for (int i = network->layer_count - 1; i >= 0; i--) {
        struct job job = {.network = network,
            .layer = &network->layers[i],
            .index = i,
            .interrupt = interrupt};
        if (interrupt_asked(interrupt))
            return false;
        /* The layer below first: that reads its activations in order. The gradients, which
         * read them by columns, then find them in the cache. */
        if (i > 0 && !pass_down(network, i - 1, interrupt))
            return false;
        if (!have_done(&job, operations(network, job.layer), gradient_work))
            return false;
        finish_gradients(network, job.layer);
    }
    return true;
}

static void update_work(void *context, int worker, int workers)
{
    const struct job *job = context;
    const struct network *network = job->network;
    const struct layer *layer = job->layer;
    struct matrix block = layer_weights(layer, network->scratch);
    block.rows++; /* the biases follow the weights */
    struct share share = share_of(block.rows, worker, workers);
    for (int i = share.first; i < share.end; i++) {
        struct matrix steps = sum_chunk(&block, i);
        ptrdiff_t at = steps.values - network->scratch;
        network->kernels->update(job->settings, (size_t)steps.rows * (size_t)steps.stride,
            layer->gradients + at, layer->m ? layer->m + at : NULL,
            layer->v ? layer->v + at : NULL, layer->parameters + at, network->scratch + at);
        steps.rows -= i * SUM_ROWS + steps.rows > layer->n_in;
        network->chunks[i].steps = network->kernels->square_sum(&steps);
    }
}

void network_update(
    struct network *network, int index, const struct optimizer_settings *settings)
{
    struct layer *layer = &network->layers[index];
    struct job job = {.network = network, .layer = layer, .index = index, .settings = settings};
    struct matrix steps = layer_weights(layer, network->scratch);
    double square = 0;
    /* Memory is what it waits for: as long as for so many operations in a product. */
    (void)have_done(&job, 32.0 * (double)layer_block(layer), update_work);
    for (int c = 0; c < sum_chunks(steps.rows); c++)
        square += network->chunks[c].steps;
    layer->step_norm = matrix_norm_from(network->kernels, &steps, square);
}
