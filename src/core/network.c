#include "core/network.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/error.h"
#include "core/optimizer.h"

/* Pieces of one allocation are handed out in order; without memory they are only counted. */
struct plan {
    char *next;
    size_t bytes; /* so far; SIZE_MAX once there are too many */
};

enum { CACHE_LINE = 64, HUGE_PAGE = 2 << 20, FILL_PIECE = 4 * HUGE_PAGE };

static void *plan_take(struct plan *plan, size_t count, size_t size)
{
    size_t bytes;
    void *piece = plan->next;
    if (__builtin_mul_overflow(count, size, &bytes) ||
        __builtin_add_overflow(bytes, CACHE_LINE - 1, &bytes) ||
        __builtin_add_overflow(plan->bytes, bytes / CACHE_LINE * CACHE_LINE, &plan->bytes))
        plan->bytes = SIZE_MAX;
    if (plan->next)
        plan->next += bytes / CACHE_LINE * CACHE_LINE;
    return piece;
}

static double *plan_doubles(struct plan *plan, size_t rows, ptrdiff_t stride)
{
    return plan_take(plan, rows * (size_t)stride, sizeof(double));
}

/*
 * Zeroed memory, in huge pages where the system has them: a panel of a product runs across many
 * rows, each in a page of its own.
 */
static void *plan_allocate(size_t bytes, const struct interrupt *interrupt)
{
    bool large = bytes >= HUGE_PAGE;
    size_t alignment = large ? HUGE_PAGE : CACHE_LINE;
    void *memory = NULL;
    if (bytes > SIZE_MAX - alignment || posix_memalign(&memory, alignment, bytes) != 0)
        return NULL;
#ifdef MADV_HUGEPAGE
    if (large)
        (void)madvise(memory, bytes, MADV_HUGEPAGE);
#endif
    /* The first touch makes the system find and clear each page: seconds for a large net. */
    for (size_t done = 0, part; done < bytes; done += part) {
        part = bytes - done < FILL_PIECE ? bytes - done : FILL_PIECE;
        if (interrupt_asked(interrupt)) {
            free(memory);
            return NULL;
        }
        memset((char *)memory + done, 0, part);
    }
    return memory;
}

static void layer_sizes(const struct network_shape *shape, int index, int *n_in, int *n_out)
{
    *n_in = index == 0 ? shape->inputs : shape->width;
    *n_out = index == shape->depth ? shape->outputs : shape->width;
}

static size_t block_rows(const struct layer *layer)
{
    return (size_t)layer->n_in + 1;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

static void plan_layer(
    struct plan *plan, const struct network_shape *shape, int index, struct layer *layer)
{
    size_t samples = (size_t)shape->batch;
    layer_sizes(shape, index, &layer->n_in, &layer->n_out);
    layer->stride = kernels_stride(layer->n_out);
    layer->parameters = plan_doubles(plan, block_rows(layer), layer->stride);
    layer->gradients = plan_doubles(plan, block_rows(layer), layer->stride);
    layer->a = plan_doubles(plan, samples, layer->stride);
    layer->z = layer->delta = layer->steps = NULL;
    layer->chunks = plan_take(
        plan, (size_t)sum_chunks(most(shape->batch, layer->n_in + 1)), sizeof *layer->chunks);
    if (index == shape->depth) {
        layer->z = layer->a;
        layer->delta = plan_doubles(plan, samples, layer->stride);
    }
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Doubles, so that small layers are updated many at a time. */
enum { SCRATCH = 1 << 16 };

static void plan_network(struct plan *plan, struct network *net)
{
    const struct network_shape *shape = &net->shape;
    size_t block = 0, turned = 0, blocks = 0;
    net->layers = plan_take(plan, (size_t)shape->depth + 1, sizeof *net->layers);
    for (int i = 0; i <= shape->depth; i++) {
        struct layer counted, *layer = net->layers ? &net->layers[i] : &counted;
        plan_layer(plan, shape, i, layer);
        block = larger(block, layer_block(layer));
        turned = larger(turned, (size_t)layer->n_out * (size_t)kernels_stride(layer->n_in));
        blocks += layer_block(layer);
    }
    net->scratch_size = larger(block, blocks < SCRATCH ? blocks : SCRATCH);
    net->inputs = plan_doubles(plan, (size_t)shape->batch, net->input_stride);
    ptrdiff_t stride = kernels_stride(shape->width);
    double **rows[] = {&net->back, &net->z, &net->delta[0], &net->delta[1]};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        *rows[i] = plan_doubles(plan, (size_t)shape->batch, stride);
    net->scratch = plan_doubles(plan, net->scratch_size, 1);
    net->turned = plan_doubles(plan, turned, 1);
}

static void plan_state(
    struct plan *plan, const struct network_shape *shape, int keeps, struct layer *layers)
{
    for (int i = 0; i <= shape->depth; i++) {
        int n_in, n_out;
        layer_sizes(shape, i, &n_in, &n_out);
        size_t rows = (size_t)n_in + 1;
        ptrdiff_t stride = kernels_stride(n_out);
        double *m = keeps & OPTIMIZER_KEEPS_M ? plan_doubles(plan, rows, stride) : NULL;
        double *v = keeps & OPTIMIZER_KEEPS_V ? plan_doubles(plan, rows, stride) : NULL;
        if (layers) {
            layers[i].m = m;
            layers[i].v = v;
        }
    }
}

static void plan_signals(
    struct plan *plan, const struct network_shape *shape, bool keep, struct layer *layers)
{
    ptrdiff_t stride = kernels_stride(shape->width);
    for (int i = 0; i < shape->depth; i++) {
        double *z = keep ? plan_doubles(plan, (size_t)shape->batch, stride) : NULL;
        double *delta = keep ? plan_doubles(plan, (size_t)shape->batch, stride) : NULL;
        if (layers) {
            layers[i].z = z;
            layers[i].delta = delta;
        }
    }
}

static struct network network_of(
    const struct network_shape *shape, const struct kernels *kernels)
{
    return (struct network){.shape = *shape,
        .kernels = kernels,
        .layer_count = shape->depth + 1,
        .input_stride = kernels_stride(shape->inputs)};
}

size_t network_bytes(const struct network_shape *shape, int keeps, bool signals)
{
    struct plan plan = {NULL, sizeof(struct network)};
    struct network counted = network_of(shape, NULL);
    plan_network(&plan, &counted);
    plan_state(&plan, shape, keeps, NULL);
    plan_signals(&plan, shape, signals, NULL);
    return plan.bytes;
}

struct network *network_create(const struct network_shape *shape, const struct kernels *kernels,
    const struct interrupt *interrupt)
{
    struct plan counted = {NULL, 0};
    struct network *net = malloc(sizeof *net);
    if (!net)
        return NULL;
    *net = network_of(shape, kernels);
    plan_network(&counted, net);
    net->memory = plan_allocate(counted.bytes, interrupt);
    if (!net->memory) {
        free(net);
        return NULL;
    }
    struct plan plan = {net->memory, 0};
    plan_network(&plan, net);
    if (!network_keep_signals(net, true, interrupt)) {
        network_destroy(net);
        return NULL;
    }
    return net;
}

bool network_keep_state(struct network *network, int keeps, const struct interrupt *interrupt)
{
    struct plan counted = {NULL, 0};
    plan_state(&counted, &network->shape, keeps, NULL);
    void *state = counted.bytes > 0 ? plan_allocate(counted.bytes, interrupt) : NULL;
    if (!state && counted.bytes > 0)
        return false;
    struct plan plan = {state, 0};
    plan_state(&plan, &network->shape, keeps, network->layers);
    free(network->state);
    network->state = state;
    return true;
}

bool network_keep_signals(struct network *network, bool keep, const struct interrupt *interrupt)
{
    struct plan counted = {NULL, 0};
    plan_signals(&counted, &network->shape, keep, NULL);
    void *signals = counted.bytes > 0 ? plan_allocate(counted.bytes, interrupt) : NULL;
    if (!signals && counted.bytes > 0)
        return false;
    struct plan plan = {signals, 0};
    plan_signals(&plan, &network->shape, keep, network->layers);
    free(network->signals);
    network->signals = signals;
    return true;
}

void network_destroy(struct network *network)
{
    if (!network)
        return;
    free(network->memory);
    free(network->state);
    free(network->signals);
    free(network);
}

bool network_initialize(struct network *network, enum initializer initializer, double gain,
    double bias, uint64_t seed, const struct interrupt *interrupt)
{
    for (int i = 0; i < network->layer_count; i++) {
        struct layer *layer = &network->layers[i];
        struct rng rng;
        rng_init(&rng, seed, RNG_WEIGHTS, (uint64_t)i);
        if (!initializer_fill(initializer, gain, &rng, layer->n_in, layer->n_out,
                layer->parameters, layer->stride, interrupt))
            return false;
        double *biases = layer->parameters + layer->n_in * layer->stride;
        for (int o = 0; o < layer->n_out; o++)
            biases[o] = i < network->shape.depth ? bias : 0;
    }
    return true;
}
