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

enum { CACHE_LINE = 64, HUGE_PAGE = 2 << 20 };

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
 * A plan over zeroed memory, in huge pages where the system has them: a panel of a product runs
 * across many rows, each in a page of its own. `*memory` is what is to be freed; nothing is
 * touched.
 */
static bool plan_allocate(struct plan *plan, size_t bytes, void **memory)
{
    size_t alignment = bytes >= HUGE_PAGE ? HUGE_PAGE : CACHE_LINE;
    *memory = bytes > SIZE_MAX - alignment ? NULL : calloc(1, bytes + alignment);
    if (!*memory)
        return false;
    size_t over = (uintptr_t)*memory % alignment;
    *plan = (struct plan){(char *)*memory + (over > 0 ? alignment - over : 0), 0};
#ifdef MADV_HUGEPAGE
    if (alignment == HUGE_PAGE)
        (void)madvise(plan->next, bytes, MADV_HUGEPAGE);
#endif
    return true;
}

static int hidden_width(const struct network_shape *shape, int index)
{
    return shape->widths[0] > 0 ? shape->widths[index] : shape->width;
}

void network_layer_sizes(const struct network_shape *shape, int index, int *n_in, int *n_out)
{
    *n_in = index == 0 ? shape->inputs : hidden_width(shape, index - 1);
    *n_out = index == shape->depth ? shape->outputs : hidden_width(shape, index);
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
    network_layer_sizes(shape, index, &layer->n_in, &layer->n_out);
    layer->stride = kernels_stride(layer->n_out);
    layer->parameters = plan_doubles(plan, block_rows(layer), layer->stride);
    layer->gradients = plan_doubles(plan, block_rows(layer), layer->stride);
    layer->a = plan_doubles(plan, samples, layer->stride);
    layer->bad_units = plan_take(plan, (size_t)layer->n_out, sizeof *layer->bad_units);
    layer->z = layer->delta = layer->steps = NULL;
    layer->chunks = plan_take(
        plan, (size_t)sum_chunks(most(shape->batch, layer->n_in + 1)), sizeof *layer->chunks);
    if (index == shape->depth) {
        layer->z = shape->bent ? plan_doubles(plan, samples, layer->stride) : layer->a;
        layer->delta = plan_doubles(plan, samples, layer->stride);
    }
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Doubles at most, so that small layers are updated some at a time: up to an eighth of all. */
enum { SCRATCH = 1 << 16 };

static void plan_network(struct plan *plan, struct network *net)
{
    const struct network_shape *shape = &net->shape;
    size_t block = 0, turned = 0, blocks = 0;
    int widest = most(shape->width, shape->outputs);
    net->layers = plan_take(plan, (size_t)shape->depth + 1, sizeof *net->layers);
    for (int i = 0; i <= shape->depth; i++) {
        struct layer counted, *layer = net->layers ? &net->layers[i] : &counted;
        plan_layer(plan, shape, i, layer);
        block = larger(block, layer_block(layer));
        turned = larger(turned, (size_t)layer->n_out * (size_t)kernels_stride(layer->n_in));
        blocks += layer_block(layer);
        double size = (double)layer->n_in * layer->n_out;
        net->largest = size > net->largest ? size : net->largest;
    }
    net->scratch_size = larger(block, blocks / 8 < SCRATCH ? blocks / 8 : SCRATCH);
    net->inputs = plan_doubles(plan, (size_t)shape->batch, net->input_stride);
    net->back = plan_doubles(plan, (size_t)shape->batch, kernels_stride(widest));
    net->scratch = plan_doubles(plan, larger(net->scratch_size, turned), 1);
}

static void plan_state(
    struct plan *plan, const struct network_shape *shape, int keeps, struct layer *layers)
{
    for (int i = 0; i <= shape->depth; i++) {
        int n_in, n_out;
        network_layer_sizes(shape, i, &n_in, &n_out);
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

/* Where δ is not kept, two of them serve the layers in turn; z is done with when a pass comes
 * down and takes `back`. */
static void plan_signals(struct plan *plan, struct network *net, struct signals kept)
{
    const struct network_shape *shape = &net->shape;
    size_t samples = (size_t)shape->batch;
    for (int i = 0; i < shape->depth; i++) {
        ptrdiff_t stride = kernels_stride(hidden_width(shape, i));
        struct layer counted, *layer = net->layers ? &net->layers[i] : &counted;
        int own = i + 1 == kept.layer ? SIGNALS_BOTH : kept.all;
        layer->z = own & SIGNALS_Z ? plan_doubles(plan, samples, stride) : NULL;
        layer->delta = own & SIGNALS_DELTA ? plan_doubles(plan, samples, stride) : NULL;
    }
    net->z = net->back;
    for (int i = 0; i < 2; i++) {
        bool needed = !(kept.all & SIGNALS_DELTA) && i < shape->depth;
        net->delta[i] =
            needed ? plan_doubles(plan, samples, kernels_stride(shape->width)) : NULL;
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

size_t network_bytes(const struct network_shape *shape, int keeps, struct signals signals)
{
    struct plan plan = {NULL, sizeof(struct network)};
    struct network counted = network_of(shape, NULL);
    plan_network(&plan, &counted);
    plan_state(&plan, shape, keeps, NULL);
    plan_signals(&plan, &counted, signals);
    return plan.bytes;
}

struct network *network_create(
    const struct network_shape *shape, const struct kernels *kernels, struct signals signals)
{
    struct plan counted = {NULL, 0}, plan;
    struct network *net = malloc(sizeof *net);
    if (!net)
        return NULL;
    *net = network_of(shape, kernels);
    plan_network(&counted, net);
    if (!plan_allocate(&plan, counted.bytes, &net->memory)) {
        free(net);
        return NULL;
    }
    plan_network(&plan, net);
    if (!network_keep_signals(net, signals)) {
        network_destroy(net);
        return NULL;
    }
    return net;
}

bool network_keep_state(struct network *network, int keeps)
{
    struct plan counted = {NULL, 0}, plan = {NULL, 0};
    void *state = NULL;
    plan_state(&counted, &network->shape, keeps, NULL);
    if (counted.bytes > 0 && !plan_allocate(&plan, counted.bytes, &state))
        return false;
    plan_state(&plan, &network->shape, keeps, network->layers);
    free(network->state);
    network->state = state;
    return true;
}

bool network_keep_signals(struct network *network, struct signals signals)
{
    struct plan counted = {NULL, 0}, plan = {NULL, 0};
    struct network as_if = network_of(&network->shape, NULL);
    void *memory = NULL;
    plan_signals(&counted, &as_if, signals);
    if (counted.bytes > 0 && !plan_allocate(&plan, counted.bytes, &memory))
        return false;
    plan_signals(&plan, network, signals);
    free(network->signals);
    network->signals = memory;
    network->kept = signals;
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
    double bias, double bias_std, uint64_t seed, const struct interrupt *interrupt)
{
    for (int i = 0; i < network->layer_count; i++) {
        struct layer *layer = &network->layers[i];
        struct rng rng;
        interrupt_report(interrupt, WORK_WEIGHTS, i, network->layer_count);
        rng_init(&rng, seed, RNG_WEIGHTS, (uint64_t)i);
        if (!initializer_fill(initializer, gain, &rng, layer->n_in, layer->n_out,
                layer->parameters, layer->stride, interrupt))
            return false;
        double *biases = layer->parameters + layer->n_in * layer->stride;
        rng_init(&rng, seed, RNG_BIASES, (uint64_t)i);
        for (int o = 0; o < layer->n_out; o++) {
            double shift = bias_std > 0 ? bias_std * rng_normal(&rng) : 0;
            biases[o] = i < network->shape.depth ? bias + shift : 0;
        }
    }
    return true;
}
