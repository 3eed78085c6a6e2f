#include "core/float_pass.h"

#include <stdlib.h>
#include <string.h>

static void to_float(float *out, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] = (float)values[i];
}

#define REAL float
#define PASS(name) name##_float
#define NET struct float_pass

static const float *parameters_float(const struct float_pass *pass, int index)
{
    return pass->layers[index].parameters;
}

static const float *kept_float(const struct float_pass *pass, int index)
{
    return pass->layers[index].a;
}

static const float *below_float(const struct float_pass *pass, int index, ptrdiff_t *stride)
{
    const struct network *network = pass->network;
    *stride = index > 0 ? network->layers[index - 1].stride : network->input_stride;
    return index > 0 ? pass->layers[index - 1].a : pass->inputs;
}

static bool multiply_float(const struct network *network, int rows, int columns, int depth,
    const float *a, ptrdiff_t a_row, const float *b, ptrdiff_t b_stride, const float *bias,
    float *c, ptrdiff_t c_stride, const struct interrupt *interrupt)
{
    int most = interrupt_rows((ptrdiff_t)columns * depth / 8);
    for (int first = 0; first < rows; first += most) {
        if (interrupt_asked(interrupt))
            return false;
        network->kernels->multiply_single(rows - first < most ? rows - first : most, columns,
            depth, a + first * a_row, a_row, b, b_stride, bias, c + first * c_stride, c_stride);
    }
    return true;
}

static void activate_float(const struct network *network, size_t count, float *values)
{
    network->kernels->activate_single(network->activation, network->leaky_slope, count, values);
}

/* Of each sample the loss of its outputs as doubles; whoever adds them up rounds it to float.
 */
static void losses_float(const struct float_pass *pass, const float *outputs, int rows,
    const struct moved_scratch *scratch)
{
    const struct layer *output = &pass->network->layers[pass->network->shape.depth];
    struct matrix o = {scratch->wide, rows, output->n_out, output->n_out};
    for (int s = 0; s < rows; s++) {
        for (int j = 0; j < output->n_out; j++)
            scratch->wide[s * output->n_out + j] = outputs[s * output->stride + j];
    }
    loss_each(
        pass->network->kernels, pass->criterion, &o, scratch->samples, scratch->each, NULL);
}

#include "core/moved_template.h"

/* Kinks are told by the pass in double. */
static void cross_columns_float(const struct work_float *work)
{
    (void)work;
}

static void cross_rows_float(const struct work_float *work, int index)
{
    (void)work;
    (void)index;
}

bool float_pass_run(const struct float_pass *pass, const struct moved_block *block,
    struct moved_scratch *scratch, const struct interrupt *interrupt,
    const struct moved_losses *losses)
{
    struct work_float work = {.net = pass,
        .block = block,
        .losses = losses,
        .interrupt = interrupt,
        .scratch = scratch};
    return run_float(&work);
}

size_t float_pass_bytes(const struct network_shape *shape, int samples)
{
    size_t row = (size_t)kernels_stride(shape->inputs), blocks = 0;
    for (int i = 0; i <= shape->depth; i++) {
        int n_in, n_out;
        network_layer_sizes(shape, i, &n_in, &n_out);
        size_t stride = (size_t)kernels_stride(n_out);
        row += stride;
        blocks += ((size_t)n_in + 1) * stride;
    }
    return (blocks + row * (size_t)samples) * sizeof(float) + (size_t)samples * sizeof(double);
}

static bool reserve(struct float_pass *pass)
{
    const struct network *network = pass->network;
    size_t samples = (size_t)network->samples;
    pass->layers = calloc((size_t)network->layer_count, sizeof *pass->layers);
    pass->inputs = calloc(samples * (size_t)network->input_stride, sizeof(float));
    pass->each = calloc(samples, sizeof *pass->each);
    bool complete = pass->layers && pass->inputs && pass->each;
    for (int i = 0; complete && i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        struct float_layer *own = &pass->layers[i];
        own->parameters = calloc(layer_block(layer), sizeof(float));
        own->a = calloc(samples * (size_t)layer->stride, sizeof(float));
        complete = own->parameters && own->a;
    }
    return complete;
}

/* a of every layer. */
static bool forward(struct float_pass *pass, const struct interrupt *interrupt)
{
    const struct network *network = pass->network;
    for (int i = 0; i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        float *a = pass->layers[i].a;
        const float *parameters = pass->layers[i].parameters;
        ptrdiff_t stride;
        const float *below = below_float(pass, i, &stride);
        if (!multiply_float(network, network->samples, layer->n_out, layer->n_in, below, stride,
                parameters, layer->stride, parameters + layer->n_in * layer->stride, a,
                layer->stride, interrupt))
            return false;
        size_t count = (size_t)network->samples * (size_t)layer->stride;
        for (size_t done = 0, part; i < network->shape.depth && done < count; done += part) {
            part = count - done < INTERRUPT_ELEMENTS ? count - done : INTERRUPT_ELEMENTS;
            if (interrupt_asked(interrupt))
                return false;
            activate_float(network, part, a + done);
        }
    }
    return true;
}

/* ℓ of every sample, and their mean: the sum and the quotient are floats. */
static void find_base(struct float_pass *pass, struct moved_scratch *scratch)
{
    const struct network *network = pass->network;
    const struct layer *output = &network->layers[network->shape.depth];
    int most = moved_size(network).samples;
    float sum = 0;
    for (int first = 0; first < network->samples; first += most) {
        int left = network->samples - first, rows = left < most ? left : most;
        for (int s = 0; s < rows; s++)
            scratch->samples[s] = first + s;
        losses_float(
            pass, pass->layers[network->shape.depth].a + first * output->stride, rows, scratch);
        for (int s = 0; s < rows; s++) {
            pass->each[first + s] = scratch->each[s];
            sum += (float)scratch->each[s];
        }
    }
    pass->base = sum / (float)network->samples;
}

bool float_pass_init(struct float_pass *pass, const struct network *network,
    const struct criterion *criterion, struct moved_scratch *scratch,
    const struct interrupt *interrupt)
{
    *pass = (struct float_pass){.network = network, .criterion = criterion};
    if (!reserve(pass))
        return false;
    to_float(pass->inputs, network->inputs,
        (size_t)network->samples * (size_t)network->input_stride);
    for (int i = 0; i < network->layer_count; i++) {
        if (interrupt_asked(interrupt))
            return false;
        to_float(pass->layers[i].parameters, network->layers[i].parameters,
            layer_block(&network->layers[i]));
    }
    if (!forward(pass, interrupt))
        return false;
    find_base(pass, scratch);
    return true;
}

void float_pass_clear(struct float_pass *pass)
{
    for (int i = 0; pass->layers && i < pass->network->layer_count; i++) {
        free(pass->layers[i].parameters);
        free(pass->layers[i].a);
    }
    free(pass->layers);
    free(pass->inputs);
    free(pass->each);
    *pass = (struct float_pass){.network = NULL};
}
