#include "core/float_pass.h"

#include <stdlib.h>

static void to_float(float *out, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out[i] = (float)values[i];
}

/* z = below · Wᵀ + b: the sum over k in order, each product and each sum rounded. */
static bool multiply(const struct layer *layer, const float *parameters, const float *below,
    ptrdiff_t below_stride, int samples, float *z, const struct interrupt *interrupt)
{
    int rows = interrupt_rows(layer->n_in * layer->stride);
    for (int s = 0; s < samples; s++) {
        if (s % rows == 0 && interrupt_asked(interrupt))
            return false;
        float *restrict row = z + s * layer->stride;
        const float *biases = parameters + layer->n_in * layer->stride;
        for (ptrdiff_t o = 0; o < layer->stride; o++)
            row[o] = biases[o];
        for (int k = 0; k < layer->n_in; k++) {
            float x = below[s * below_stride + k];
            const float *weights = parameters + k * layer->stride;
            for (ptrdiff_t o = 0; o < layer->stride; o++)
                row[o] += x * weights[o];
        }
    }
    return true;
}

static bool activate(struct float_pass *pass, size_t count, const float *z, float *a,
    const struct interrupt *interrupt)
{
    const struct network *network = pass->network;
    for (size_t done = 0, part; done < count; done += part) {
        part = count - done < INTERRUPT_ELEMENTS ? count - done : INTERRUPT_ELEMENTS;
        if (interrupt_asked(interrupt))
            return false;
        for (size_t i = 0; i < part; i++)
            pass->wide[i] = z[done + i];
        network->kernels->activate(
            network->activation, network->leaky_slope, part, pass->wide, pass->bent);
        to_float(a + done, pass->bent, part);
    }
    return true;
}

static float mean_loss(struct float_pass *pass)
{
    const struct network *network = pass->network;
    const struct layer *output = &network->layers[network->shape.depth];
    float sum = 0;
    for (int s = 0; s < network->samples; s++) {
        double *o = pass->wide; /* one row of it serves */
        for (int j = 0; j < output->n_out; j++)
            o[j] = pass->z[s * output->stride + j];
        sum += (float)loss_sample(pass->loss, o, output->n_out, pass->labels[s], NULL);
    }
    return sum / (float)network->samples;
}

/* From layer `first` up; `keep`: the activations become the layers' own. */
static bool pass_up(struct float_pass *pass, int first, bool keep,
    const struct interrupt *interrupt, float *loss)
{
    const struct network *network = pass->network;
    const float *below = first > 0 ? pass->layers[first - 1].a : pass->inputs;
    ptrdiff_t below_stride =
        first > 0 ? network->layers[first - 1].stride : network->input_stride;
    for (int i = first; i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        if (!multiply(layer, pass->layers[i].parameters, below, below_stride, network->samples,
                pass->z, interrupt))
            return false;
        if (i == network->shape.depth)
            break;
        float *a = keep ? pass->layers[i].a : pass->a;
        if (!activate(
                pass, (size_t)network->samples * (size_t)layer->stride, pass->z, a, interrupt))
            return false;
        below = a;
        below_stride = layer->stride;
    }
    *loss = mean_loss(pass);
    return true;
}

size_t float_pass_bytes(const struct network_shape *shape, int samples)
{
    size_t inputs = (size_t)kernels_stride(shape->inputs), widest = 0, row = 0, blocks = 0;
    for (int i = 0; i <= shape->depth; i++) {
        int n_in, n_out;
        network_layer_sizes(shape, i, &n_in, &n_out);
        size_t stride = (size_t)kernels_stride(n_out);
        widest = stride > widest ? stride : widest;
        row += i < shape->depth ? stride : 0;
        blocks += ((size_t)n_in + 1) * stride;
    }
    return (blocks + (inputs + row + 2 * widest) * (size_t)samples) * sizeof(float) +
        2 * widest * (size_t)samples * sizeof(double);
}

static bool reserve(struct float_pass *pass)
{
    const struct network *network = pass->network;
    size_t samples = (size_t)network->samples, widest = 0;
    pass->layers = calloc((size_t)network->layer_count, sizeof *pass->layers);
    pass->inputs = calloc(samples * (size_t)network->input_stride, sizeof(float));
    bool complete = pass->layers && pass->inputs;
    for (int i = 0; complete && i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        struct float_layer *own = &pass->layers[i];
        size_t count = samples * (size_t)layer->stride;
        widest = count > widest ? count : widest;
        own->parameters = calloc(layer_block(layer), sizeof(float));
        own->a = i < network->shape.depth ? calloc(count, sizeof(float)) : NULL;
        complete = own->parameters && (own->a || i == network->shape.depth);
    }
    pass->z = calloc(widest + 1, sizeof(float));
    pass->a = calloc(widest + 1, sizeof(float));
    pass->wide = calloc(widest + 1, sizeof(double));
    pass->bent = calloc(widest + 1, sizeof(double));
    return complete && pass->z && pass->a && pass->wide && pass->bent;
}

bool float_pass_init(struct float_pass *pass, const struct network *network, enum loss loss,
    const int *labels, const struct interrupt *interrupt)
{
    *pass = (struct float_pass){.network = network, .loss = loss, .labels = labels};
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
    return pass_up(pass, 0, true, interrupt, &pass->base);
}

void float_pass_clear(struct float_pass *pass)
{
    for (int i = 0; pass->layers && i < pass->network->layer_count; i++) {
        free(pass->layers[i].parameters);
        free(pass->layers[i].a);
    }
    free(pass->layers);
    free(pass->inputs);
    free(pass->z);
    free(pass->a);
    free(pass->wide);
    free(pass->bent);
    *pass = (struct float_pass){.network = NULL};
}

bool float_pass_loss(struct float_pass *pass, int index, ptrdiff_t at, double shift,
    const struct interrupt *interrupt, float *loss)
{
    float *parameter = &pass->layers[index].parameters[at], kept = *parameter;
    *parameter = kept + (float)shift;
    bool done = pass_up(pass, index, false, interrupt, loss);
    *parameter = kept;
    return done;
}
