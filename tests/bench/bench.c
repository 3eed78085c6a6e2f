/*
 * How fast a training step is: steps a second with all statistics, GFLOP/s of its products and
 * their share of the peak, what the statistics cost, and what more threads bring. Each figure
 * is the best of several rounds, since a machine only ever disturbs; the variants take turns.
 *
 * usage: bench_core [SECONDS [DEPTH WIDTH BATCH ACTIVATION [THREADS [INPUTS]]]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/activation.h"
#include "core/rng.h"
#include "core/training.h"
#include "engine/pool.h"

enum { ROUNDS = 5 };

static double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/*
 * Fused multiply-adds a second that the vector units do at most, as GFLOP/s: a product small
 * enough to stay in the first-level cache and large enough to hide all overhead.
 */
static double peak_gflops(const struct kernels *kernels)
{
    enum { ROWS = 48, COLUMNS = 32, DEPTH = 128 };
    static double a[ROWS * DEPTH], b[DEPTH * COLUMNS], c[ROWS * COLUMNS];
    double best = 0;
    for (int trial = 0; trial < 50; trial++) {
        double start = clock_seconds();
        for (int i = 0; i < 200; i++)
            kernels->multiply(ROWS, COLUMNS, DEPTH, &(struct factor){a, DEPTH, 1}, b, COLUMNS,
                NULL, 1, c, COLUMNS);
        double gflops = 200 * 2e-9 * ROWS * COLUMNS * DEPTH / (clock_seconds() - start);
        best = gflops > best ? gflops : best;
    }
    return best;
}

static void measured_step(struct training *t)
{
    (void)training_evaluate(t, false);
    training_clip(t);
    training_update(t);
}

static struct matrix below(const struct network *net, int index)
{
    if (index == 0)
        return (struct matrix){net->inputs, net->samples, net->shape.inputs, net->input_stride};
    return layer_matrix(&net->layers[index - 1], net->layers[index - 1].a, net->samples);
}

static void bare_forward(const struct network *net)
{
    const struct kernels *k = net->kernels;
    for (int i = 0; i < net->layer_count; i++) {
        struct layer *l = &net->layers[i];
        struct matrix a = below(net, i);
        double *z = i < net->shape.depth ? net->z : l->z;
        k->multiply(a.rows, l->n_out, l->n_in, &(struct factor){a.values, a.stride, 1},
            l->parameters, l->stride, l->parameters + l->n_in * l->stride, 1, z, l->stride);
        if (i < net->shape.depth)
            k->activate(net->activation, 0, (size_t)a.rows * (size_t)l->stride, z, l->a);
    }
}

/* δ of the layer below, piece by piece like core/network_backward.c. */
static const double *bare_delta(const struct network *net, int index, const double *delta)
{
    const struct kernels *k = net->kernels;
    const struct layer *l = &net->layers[index], *lower = l - 1;
    struct matrix weights = layer_weights(l, l->parameters);
    struct matrix back = layer_matrix(lower, net->back, net->samples);
    struct slope_sums sums;
    for (int i = 0; i < sum_chunks(weights.rows); i++) {
        struct matrix chunk = sum_chunk(&weights, i);
        ptrdiff_t at = (ptrdiff_t)i * SUM_ROWS, left = lower->stride - at;
        ptrdiff_t stride = left < SUM_ROWS ? left : SUM_ROWS;
        k->transpose(&chunk, (int)stride, net->scratch, stride);
        k->multiply(net->samples, chunk.rows, l->n_out, &(struct factor){delta, l->stride, 1},
            net->scratch, stride, NULL, 1, net->back + at, lower->stride);
    }
    k->apply_slope(
        net->activation, 0, &back, lower->a, lower->a, 0, net->delta[index & 1], &sums);
    return net->delta[index & 1];
}

static void bare_backward(const struct network *net)
{
    const struct kernels *k = net->kernels;
    const double *delta = net->layers[net->layer_count - 1].delta;
    for (int i = net->layer_count - 1; i >= 0; i--) {
        struct layer *l = &net->layers[i];
        struct matrix a = below(net, i), d = layer_matrix(l, delta, a.rows);
        const double *lower = i > 0 ? bare_delta(net, i, delta) : NULL;
        k->multiply(l->n_in, l->n_out, a.rows, &(struct factor){a.values, 1, a.stride}, delta,
            l->stride, NULL, 1.0 / a.rows, l->gradients, l->stride);
        double *biases = l->gradients + l->n_in * l->stride;
        memset(biases, 0, (size_t)l->stride * sizeof *biases);
        k->add_column_sums(&d, biases);
        k->scale((size_t)l->n_out, biases, 1.0 / a.rows);
        delta = lower;
    }
}

/* The same step with nothing measured but the loss. */
static void bare_step(struct training *t)
{
    const struct network *net = t->network;
    struct layer *output = &net->layers[net->layer_count - 1];
    struct optimizer_settings sgd = {.optimizer = OPTIMIZER_SGD, .lr = t->hparams.lr};
    struct matrix o = layer_matrix(output, output->z, t->seen.samples);
    bare_forward(net);
    t->seen.loss = loss_batch(net->kernels, &t->criterion, &o, t->batch, output->delta);
    bare_backward(net);
    for (int i = 0; i < net->layer_count; i++) {
        struct layer *l = &net->layers[i];
        net->kernels->update(
            &sgd, layer_block(l), l->gradients, NULL, NULL, l->parameters, net->scratch);
    }
}

/* Of the three products of every layer, a step. */
static double flops_of(const struct network *network)
{
    double sum = 0;
    for (int i = 0; i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        /* Forward and gradient; the error signal goes down to layer 1, not to the inputs. */
        sum += (i > 0 ? 6.0 : 4.0) * network->samples * layer->n_in * layer->n_out;
    }
    return sum;
}

/* Steps a second over about `seconds`; at least one step. */
static double rate(struct training *t, void (*step)(struct training *), double seconds)
{
    long steps = 0, burst = 1;
    double start = clock_seconds(), now = start;
    do {
        /* The clock is read so seldom that it does not count. */
        for (long i = 0; i < burst; i++)
            step(t);
        steps += burst;
        now = clock_seconds();
        burst = now - start < 1e-3 ? 2 * burst : burst;
    } while (now - start < seconds);
    return (double)steps / (now - start);
}

struct work {
    int depth, width, batch;
    enum activation activation;
    int inputs; /* 0: points of the plane, two classes; else so many, ten classes */
};

static double larger(double a, double b)
{
    return a > b ? a : b;
}

/* Standardised numbers without a meaning: how fast they are does not depend on it. */
static struct dataset *wide_data(int samples, int inputs)
{
    enum { CLASSES = 10 };
    struct dataset *data = dataset_create(&(struct data_shape){samples, inputs, CLASSES, 0, 0});
    struct rng rng;
    rng_init(&rng, 1, RNG_DATA, 0);
    for (ptrdiff_t i = 0; data && i < (ptrdiff_t)samples * inputs; i++)
        data->values[i] = rng_normal(&rng);
    for (int s = 0; data && s < samples; s++)
        data->labels[s] = s % CLASSES;
    return data;
}

static void print_row(const struct work *work, const struct kernels *kernels, double peak,
    double seconds, const struct workers *workers)
{
    struct hparams h;
    hparams_init(&h);
    h.depth = work->depth;
    h.width = work->width;
    h.samples = work->batch;
    h.activation = (int)work->activation;
    h.lr = 0.01;
    struct dataset *data =
        work->inputs > 0 ? wide_data(work->batch, work->inputs) : dataset_of(&h);
    struct training *t = training_create(&h, data, kernels, NULL);
    if (!t) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
    measured_step(t); /* touches the memory */
    double steps = 0, bare = 0, shared = 0;
    for (int round = 0; round < ROUNDS; round++) {
        steps = larger(steps, rate(t, measured_step, seconds / ROUNDS));
        bare = larger(bare, rate(t, bare_step, seconds / ROUNDS));
        t->network->workers = workers;
        shared = larger(shared, rate(t, measured_step, seconds / ROUNDS));
        t->network->workers = NULL;
    }
    double gflops = 1e-9 * steps * flops_of(t->network);
    printf("%5d %5d %5d  %-8s %12.2f %9.2f %7.0f %% %9.1f %% %7d %10.2f\n", work->depth,
        work->width, work->batch, activation_name((int)work->activation), steps, gflops,
        100 * gflops / peak, 100 * (bare / steps - 1), t->data->inputs, shared / steps);
    (void)fflush(stdout);
    training_destroy(t);
}

static void print_heading(const struct kernels *kernels, double peak, int threads)
{
    printf(
        "kernels %s, peak %.1f GFLOP/s of fused multiply-adds, one thread; best of %d rounds\n"
        "depth width batch  phi           steps/s   GFLOP/s   of peak  statistics  inputs  x%d "
        "threads\n",
        kernels->name, peak, ROUNDS, threads);
}

/* The sizes of a lecture; networks for images of 8 × 8 and 28 × 28, beside the same on points;
 * and widths below the padding, each to take no longer than 8. */
static void print_table(
    const struct kernels *kernels, double peak, double seconds, const struct workers *workers)
{
    static const struct work works[] = {{10, 8, 32, ACTIVATION_SIGMOID, 0},
        {10, 8, 32, ACTIVATION_RELU, 0}, {32, 32, 64, ACTIVATION_SIGMOID, 0},
        {32, 32, 64, ACTIVATION_RELU, 0}, {64, 128, 128, ACTIVATION_SIGMOID, 0},
        {64, 128, 128, ACTIVATION_RELU, 0}, {100, 512, 256, ACTIVATION_SIGMOID, 0},
        {100, 512, 256, ACTIVATION_RELU, 0}, {2, 64, 32, ACTIVATION_RELU, 0},
        {2, 64, 32, ACTIVATION_RELU, 64}, {2, 64, 32, ACTIVATION_RELU, 784},
        {2, 128, 128, ACTIVATION_RELU, 64}, {2, 128, 128, ACTIVATION_RELU, 784}};
    for (size_t i = 0; i < ARRAY_LEN(works); i++)
        print_row(&works[i], kernels, peak, seconds, workers);
    for (int width = 1; width <= KERNEL_COLUMNS; width++) {
        struct work narrow = {10, width, 32, ACTIVATION_SIGMOID, 0};
        print_row(&narrow, kernels, peak, seconds / 4, workers);
    }
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 2;
    int threads = argc > 6 ? atoi(argv[6]) : pool_advice();
    const struct kernels *kernels = kernels_select(getenv("NABLASCOPE_ISA"));
    struct pool *pool = pool_create(threads, NULL);
    if (!kernels || !pool)
        return 2;
    double peak = peak_gflops(kernels);
    print_heading(kernels, peak, threads);
    if (argc > 5) {
        struct work work = {atoi(argv[2]), atoi(argv[3]), atoi(argv[4]),
            (enum activation)names_find(activation_name, argv[5]),
            argc > 7 ? atoi(argv[7]) : 0};
        print_row(&work, kernels, peak, seconds, pool_workers(pool));
    } else {
        print_table(kernels, peak, seconds, pool_workers(pool));
    }
    pool_destroy(pool);
    return 0;
}
