#include "core/probe.h"

#include <stdlib.h>
#include <string.h>

#include "core/product.h"

/* Inputs a chunk: a multiple of the kernels' tiles, few enough to stay in the cache. */
enum { CHUNK = 48 };

void probe_clear(struct probe *probe)
{
    free(probe->below);
    free(probe->above);
    *probe = (struct probe){0};
}

static bool reserve(struct probe *probe, const struct network *network)
{
    ptrdiff_t widest = network->input_stride;
    for (int i = 0; i < network->layer_count; i++)
        widest = network->layers[i].stride > widest ? network->layers[i].stride : widest;
    size_t size = CHUNK * (size_t)widest;
    if (size <= probe->size)
        return true;
    probe_clear(probe);
    probe->below = calloc(size, sizeof *probe->below);
    probe->above = calloc(size, sizeof *probe->above);
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

/* Rows first..first+rows-1, already in `below` with the stride of the inputs. */
static bool run_chunk(struct probe *probe, const struct network *network, int first, int rows,
    double *outputs, const struct probe_tap *tap, const struct interrupt *interrupt)
{
    const struct kernels *kernels = network->kernels;
    ptrdiff_t below_stride = network->input_stride;
    int last = outputs ? network->layer_count : tap ? tap->layer : 0;
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
        double *free_one = probe->below;
        probe->below = probe->above;
        probe->above = free_one;
        below_stride = layer->stride;
    }
    int width = network->shape.outputs;
    if (outputs)
        copy_columns(
            probe->below, below_stride, rows, 0, width, outputs + (ptrdiff_t)first * width);
    return true;
}

bool probe_run(struct probe *probe, const struct network *network, const double *inputs,
    int rows, double *outputs, const struct probe_tap *tap, const struct interrupt *interrupt)
{
    int n_in = network->shape.inputs;
    if (!reserve(probe, network))
        return false;
    for (int first = 0; first < rows; first += CHUNK) {
        int count = rows - first < CHUNK ? rows - first : CHUNK;
        for (int s = 0; s < count; s++)
            memcpy(probe->below + s * network->input_stride,
                inputs + (ptrdiff_t)(first + s) * n_in, (size_t)n_in * sizeof *inputs);
        if (!run_chunk(probe, network, first, count, outputs, tap, interrupt))
            return false;
    }
    return true;
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
