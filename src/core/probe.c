#include "core/probe.h"

#include <stdlib.h>
#include <string.h>

#include "core/product.h"

static ptrdiff_t widest_of(const struct network_shape *shape)
{
    int widest = shape->inputs > shape->width ? shape->inputs : shape->width;
    return kernels_stride(shape->outputs > widest ? shape->outputs : widest);
}

size_t probe_bytes(const struct network_shape *shape)
{
    return 2 * PROBE_ROWS * (size_t)widest_of(shape) * sizeof(double);
}

void probe_clear(struct probe *probe)
{
    free(probe->below);
    free(probe->above);
    *probe = (struct probe){0};
}

/* At the bounds of vectors: the kernels are slower across them. */
static double *room_for(size_t size)
{
    void *memory = NULL;
    if (posix_memalign(&memory, 64, size * sizeof(double)) != 0)
        return NULL;
    return memset(memory, 0, size * sizeof(double));
}

bool probe_reserve(struct probe *probe, const struct network *network)
{
    size_t size = PROBE_ROWS * (size_t)widest_of(&network->shape);
    if (size <= probe->size)
        return true;
    probe_clear(probe);
    probe->below = room_for(size);
    probe->above = room_for(size);
    if (!probe->below || !probe->above) {
        probe_clear(probe);
        return false;
    }
    probe->size = size;
    return true;
}

/* `count` columns from `column` on, to rows without gaps. */
static void copy_columns(
    const double *values, ptrdiff_t stride, int rows, int column, int count, double *out)
{
    for (int s = 0; s < rows; s++)
        memcpy(out + (ptrdiff_t)s * count, values + s * stride + column,
            (size_t)count * sizeof *out);
}

/* The tapped units of one chunk, whose first input is number `first`. */
static void read_tap(const struct probe_tap *tap, const struct layer *layer,
    const double *values, int first, int rows, double *out)
{
    if (out)
        copy_columns(values, layer->stride, rows, tap->first - 1, tap->count,
            out + (ptrdiff_t)first * tap->count);
}

/* What is to be made of the chunks. */
struct wish {
    double *outputs;
    const struct probe_tap *tap;
    const struct probe_reader *reader;
};

/* Rows first..first+rows-1, already in `below` with the stride of the inputs. */
static bool run_chunk(struct probe *probe, const struct network *network, int first, int rows,
    const struct wish *wish, const struct interrupt *interrupt)
{
    const struct kernels *kernels = network->kernels;
    const struct probe_tap *tap = wish->tap;
    ptrdiff_t below_stride = network->input_stride;
    int last = wish->outputs || wish->reader ? network->layer_count : tap ? tap->layer : 0;
    for (int i = 0; i < last; i++) {
        const struct layer *layer = &network->layers[i];
        if (!product_multiply(kernels, rows, layer->n_out, layer->n_in,
                (struct factor){probe->below, below_stride, 1}, layer->parameters,
                layer->stride, layer->parameters + layer->n_in * layer->stride, 1, probe->above,
                layer->stride, interrupt))
            return false;
        bool tapped = tap && tap->layer == i + 1;
        if (tapped)
            read_tap(tap, layer, probe->above, first, rows, tap->z);
        if (i < network->shape.depth)
            kernels->activate(network->activation, network->leaky_slope,
                (size_t)rows * (size_t)layer->stride, probe->above, probe->above);
        if (tapped)
            read_tap(tap, layer, probe->above, first, rows, tap->a);
        if (wish->reader) {
            struct matrix a = layer_matrix(layer, probe->above, rows);
            wish->reader->read(wish->reader->context, i, first, &a);
        }
        double *free_one = probe->below;
        probe->below = probe->above;
        probe->above = free_one;
        below_stride = layer->stride;
    }
    int width = network->shape.outputs;
    if (wish->outputs)
        copy_columns(probe->below, below_stride, rows, 0, width,
            wish->outputs + (ptrdiff_t)first * width);
    return true;
}

static bool run(struct probe *probe, const struct network *network, const double *inputs,
    int rows, const struct wish *wish, const struct interrupt *interrupt)
{
    int n_in = network->shape.inputs;
    if (!probe_reserve(probe, network))
        return false;
    for (int first = 0; first < rows; first += PROBE_ROWS) {
        int count = rows - first < PROBE_ROWS ? rows - first : PROBE_ROWS;
        for (int s = 0; s < count; s++)
            memcpy(probe->below + s * network->input_stride,
                inputs + (ptrdiff_t)(first + s) * n_in, (size_t)n_in * sizeof *inputs);
        if (!run_chunk(probe, network, first, count, wish, interrupt))
            return false;
    }
    return true;
}

bool probe_run(struct probe *probe, const struct network *network, const double *inputs,
    int rows, double *outputs, const struct probe_tap *tap, const struct interrupt *interrupt)
{
    struct wish wish = {.outputs = outputs, .tap = tap};
    return run(probe, network, inputs, rows, &wish, interrupt);
}

bool probe_read(struct probe *probe, const struct network *network, const double *inputs,
    int rows, const struct probe_reader *reader, const struct probe_tap *tap,
    const struct interrupt *interrupt)
{
    struct wish wish = {.tap = tap, .reader = reader};
    return run(probe, network, inputs, rows, &wish, interrupt);
}

double probe_cost(const struct network *network)
{
    double cost = 0;
    for (int i = 0; i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        cost += ((double)layer->n_in + PROBE_ACTIVATION) * layer->n_out;
    }
    return cost;
}
