/* The probe against network_forward, to the bit. */
#include <stdlib.h>
#include <string.h>

#include "core/activation.h"
#include "core/probe.h"
#include "core/rng.h"
#include "suites.h"

enum { BATCH = 131 };

static struct network *network_of(
    const char *set, int inputs, int depth, int width, int outputs, enum activation activation)
{
    struct network_shape shape = {
        .inputs = inputs, .depth = depth, .width = width, .outputs = outputs, .batch = BATCH};
    const struct kernels *kernels = kernels_select(set);
    if (!kernels)
        return NULL;
    struct network *network = network_create(&shape, kernels, (struct signals){SIGNALS_Z, 0});
    ck_assert_ptr_nonnull(network);
    network->activation = activation;
    network->leaky_slope = 0.1;
    ck_assert(network_initialize(network, INIT_HE_NORMAL, 1, 0.3, 0, 5, NULL));
    return network;
}

static double *random_inputs(struct network *network)
{
    int n = network->shape.inputs;
    double *inputs = calloc((size_t)(BATCH * n), sizeof *inputs);
    struct rng rng;
    rng_init(&rng, 7, RNG_DATA, 0);
    for (int i = 0; i < BATCH * n; i++)
        inputs[i] = 2 * rng_normal(&rng);
    for (int s = 0; s < BATCH; s++)
        memcpy(network->inputs + s * network->input_stride, inputs + s * n,
            (size_t)n * sizeof *inputs);
    return inputs;
}

static void check_same(const double *expected, ptrdiff_t stride, int first, int count, int rows,
    const double *found)
{
    for (int s = 0; s < rows; s++)
        ck_assert_mem_eq(
            expected + s * stride + first, found + s * count, (size_t)count * sizeof *found);
}

/* Every layer tapped, for so many rows, with the outputs and without. */
static void check_network(struct network *network)
{
    static const int row_counts[] = {1, 5, 47, 48, 49, BATCH};
    struct probe probe = {0};
    double *inputs = random_inputs(network);
    ck_assert(network_forward(network, BATCH, NULL));
    for (size_t i = 0; i < ARRAY_LEN(row_counts); i++) {
        int rows = row_counts[i], n_out = network->shape.outputs;
        double *outputs = calloc((size_t)(rows * n_out), sizeof *outputs);
        for (int l = 0; l < network->layer_count; l++) {
            const struct layer *layer = &network->layers[l];
            int first = layer->n_out / 3, count = layer->n_out - first;
            double *z = calloc((size_t)(rows * count), sizeof *z);
            double *a = calloc((size_t)(rows * count), sizeof *a);
            struct probe_tap tap = {l + 1, first + 1, count, z, a};
            ck_assert(
                probe_run(&probe, network, inputs, rows, l % 2 ? outputs : NULL, &tap, NULL));
            check_same(layer->z, layer->stride, first, count, rows, z);
            check_same(layer->a, layer->stride, first, count, rows, a);
            free(z);
            free(a);
        }
        ck_assert(probe_run(&probe, network, inputs, rows, outputs, NULL, NULL));
        const struct layer *output = &network->layers[network->layer_count - 1];
        check_same(output->z, output->stride, 0, n_out, rows, outputs);
        free(outputs);
    }
    free(inputs);
    probe_clear(&probe);
}

START_TEST(a_probe_gives_the_bits_of_the_forward_pass)
{
    static const char *const sets[] = {"avx512", "avx2", "portable"};
    static const int shapes[][4] = {
        {2, 3, 32, 1}, {1, 1, 1, 4}, {5, 4, 7, 3}, {2, 2, 65, 10}, {70, 1, 9, 1}};
    for (size_t s = 0; s < ARRAY_LEN(sets); s++) {
        for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
            for (int f = 0; f < ACTIVATION_COUNT; f++) {
                struct network *network = network_of(sets[s], shapes[i][0], shapes[i][1],
                    shapes[i][2], shapes[i][3], (enum activation)f);
                if (network)
                    check_network(network);
                network_destroy(network);
            }
        }
    }
}
END_TEST

START_TEST(a_probe_leaves_the_training_alone)
{
    struct training *a = training_of("activation=tanh depth=3 lr=0.1");
    struct training *b = training_of("activation=tanh depth=3 lr=0.1");
    struct probe probe = {0};
    double inputs[100] = {0.5, -3, 100}, outputs[50];
    for (int step = 0; step < 20; step++) {
        ck_assert(training_evaluate(a, true) && training_evaluate(b, true));
        ck_assert(probe_run(&probe, a->network, inputs, 50, outputs, NULL, NULL));
        training_clip(a);
        training_clip(b);
        training_update(a);
        training_update(b);
    }
    for (int l = 0; l < a->network->layer_count; l++) {
        const struct layer *x = &a->network->layers[l], *y = &b->network->layers[l];
        size_t block = layer_block(x) * sizeof(double);
        ck_assert_mem_eq(x->parameters, y->parameters, block);
        ck_assert_mem_eq(x->gradients, y->gradients, block);
        size_t rows = (size_t)(a->seen.samples * x->stride) * sizeof(double);
        ck_assert_mem_eq(x->z, y->z, rows);
        ck_assert_mem_eq(x->a, y->a, rows);
        ck_assert_mem_eq(x->delta, y->delta, rows);
    }
    probe_clear(&probe);
    training_destroy(a);
    training_destroy(b);
}
END_TEST

static bool always(void *context)
{
    (void)context;
    return true;
}

START_TEST(a_probe_can_be_interrupted)
{
    struct network *network = network_of(NULL, 2, 2, 8, 1, ACTIVATION_TANH);
    struct probe probe = {0};
    double input[2] = {1, 2}, output;
    struct interrupt interrupt = {.wanted = always, .context = NULL};
    ck_assert(!probe_run(&probe, network, input, 1, &output, NULL, &interrupt));
    ck_assert(probe_run(&probe, network, input, 1, &output, NULL, NULL));
    probe_clear(&probe);
    network_destroy(network);
}
END_TEST

Suite *probe_suite(void)
{
    return SUITE("probe", a_probe_gives_the_bits_of_the_forward_pass,
        a_probe_leaves_the_training_alone, a_probe_can_be_interrupted);
}
