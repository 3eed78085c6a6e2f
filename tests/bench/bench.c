/*
 * How fast a training step is: steps a second, GFLOP/s and their share of the peak, and what
 * the statistics cost. Sizes are depth, width and batch; the data set has one batch.
 *
 * usage: bench [SECONDS [DEPTH WIDTH BATCH ACTIVATION]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/activation.h"
#include "core/training.h"

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
    enum { ROWS = 48, COLUMNS = 32, DEPTH = 256 };
    static double a[ROWS * DEPTH], b[DEPTH * COLUMNS], c[ROWS * COLUMNS];
    double best = 0;
    for (int trial = 0; trial < 30; trial++) {
        double start = clock_seconds();
        for (int i = 0; i < 200; i++)
            kernels->multiply(ROWS, COLUMNS, DEPTH, (struct factor){a, DEPTH, 1}, b, COLUMNS,
                NULL, 1, c, COLUMNS);
        double gflops = 200 * 2e-9 * ROWS * COLUMNS * DEPTH / (clock_seconds() - start);
        best = gflops > best ? gflops : best;
    }
    return best;
}

struct result {
    double steps; /* a second */
    double flops; /* of the three products of every layer, a step */
};

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

static struct result measure(
    const struct hparams *hparams, const struct kernels *kernels, double seconds)
{
    struct training *t = training_create(hparams, kernels, NULL);
    struct result result = {0, 0};
    if (!t)
        return result;
    long steps = 0;
    double start = 0, now = 0;
    /* The first step touches the memory; time runs from the second on. */
    for (steps = -1; steps < 1 || now - start < seconds; steps++) {
        if (steps == 0)
            start = clock_seconds();
        (void)training_evaluate(t, false);
        training_clip(t);
        training_update(t);
        now = clock_seconds();
    }
    result.steps = (double)steps / (now - start);
    result.flops = flops_of(t->network);
    training_destroy(t);
    return result;
}

static void print_row(int depth, int width, int batch, enum activation activation,
    const struct kernels *kernels, double peak, double seconds)
{
    struct hparams h;
    hparams_init(&h);
    h.depth = depth;
    h.width = width;
    h.samples = batch;
    h.activation = (int)activation;
    h.lr = 0.01;
    struct result r = measure(&h, kernels, seconds);
    double gflops = 1e-9 * r.steps * r.flops;
    printf("%5d %5d %5d  %-8s %12.2f %9.2f %6.0f %%\n", depth, width, batch,
        activation_name((int)activation), r.steps, gflops, 100 * gflops / peak);
    (void)fflush(stdout);
}

int main(int argc, char **argv)
{
    static const int sizes[][3] = {{10, 8, 32}, {32, 32, 64}, {64, 128, 128}, {100, 512, 256}};
    double seconds = argc > 1 ? atof(argv[1]) : 2;
    const struct kernels *kernels = kernels_select(getenv("NABLASCOPE_ISA"));
    if (!kernels)
        return 2;
    double peak = peak_gflops(kernels);
    printf("kernels %s, peak %.1f GFLOP/s, one thread, all statistics every step\n"
           "depth width batch  phi           steps/s   GFLOP/s  of peak\n",
        kernels->name, peak);
    if (argc > 5) {
        int activation = names_find(activation_name, argv[5]);
        print_row(atoi(argv[2]), atoi(argv[3]), atoi(argv[4]), (enum activation)activation,
            kernels, peak, seconds);
        return 0;
    }
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        print_row(
            sizes[i][0], sizes[i][1], sizes[i][2], ACTIVATION_SIGMOID, kernels, peak, seconds);
        print_row(
            sizes[i][0], sizes[i][1], sizes[i][2], ACTIVATION_RELU, kernels, peak, seconds);
    }
    return 0;
}
