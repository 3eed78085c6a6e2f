#include "core/plant.h"

#include <assert.h>

#include "core/error.h"
#include "core/product.h"

const struct plant_info plants[] = {
    [PLANT_NONE] = {"none", "", "", "the backward pass as it is"},
    [PLANT_NO_SLOPE] = {"no_slope", "δ_l = δ_{l+1} W_{l+1}",
        "δ_l = (δ_{l+1} W_{l+1}) ∘ φ'(z_l)", "the activation's slope is forgotten"},
    [PLANT_SLOPE_OF_A] = {"slope_of_a", "φ'(a_l)", "φ'(z_l)",
        "the slope is taken at a instead of z"},
    [PLANT_SLOPE_BELOW_0] = {"slope_below_0", "φ'(z) = 1 for z < 0", "φ'(z) as it is there",
        "slope 1 where z is negative"},
    [PLANT_TRANSPOSED] = {"transposed", "δ_{l+1} W_{l+1}ᵀ", "δ_{l+1} W_{l+1}",
        "the weights are transposed on the way down (where they are square)"},
    [PLANT_WRONG_LAYER] = {"wrong_layer", "∂loss/∂W_l = δ_lᵀ a_l / B",
        "∂loss/∂W_l = δ_lᵀ a_{l-1} / B",
        "the layer's own activations instead of those below (where sizes match)"},
    [PLANT_SUM] = {"sum", "∂loss/∂W_l = δ_lᵀ a_{l-1}", "∂loss/∂W_l = δ_lᵀ a_{l-1} / B",
        "the sum over the samples instead of the mean"},
    [PLANT_BIAS_TWICE] = {"bias_twice", "∂loss/∂b_l = 2 · mean of δ_l",
        "∂loss/∂b_l = mean of δ_l", "the gradient of the biases is added up twice"},
    [PLANT_OUTPUT_SLOPE] = {"output_slope", "δ_out ∘ σ'(z_out)", "δ_out",
        "the output's slope is applied although the loss takes logits"},
    [PLANT_SIGN] = {"sign", "δ_out = -∂ℓ/∂z_out", "δ_out = ∂ℓ/∂z_out",
        "target minus output: uphill instead of downhill"},
    [PLANT_LAST_SAMPLE] = {"last_sample", "sum over samples 1 to B-1",
        "sum over samples 1 to B", "a loop that ends one sample early"},
};
_Static_assert(ARRAY_LEN(plants) == PLANT_COUNT, "a row for each mistake");

const char *plant_name(int index)
{
    return index >= 0 && index < PLANT_COUNT ? plants[index].name : NULL;
}

const char *plant_help(int index)
{
    return index >= 0 && index < PLANT_COUNT ? plants[index].help : NULL;
}

static void output_delta(
    struct network *network, enum plant plant, const struct criterion *criterion)
{
    struct layer *output = &network->layers[network->shape.depth];
    struct matrix o = layer_matrix(output, output->z, network->samples);
    size_t count = (size_t)network->samples * (size_t)output->stride;
    double *each = network->back; /* scratch: B doubles, and then as many as δ has */
    loss_each(network->kernels, criterion, &o, NULL, each, output->delta);
    network->kernels->activate(ACTIVATION_SIGMOID, 0, count, output->z, network->back);
    for (size_t i = 0; i < count; i++) {
        double sigmoid = network->back[i];
        if (plant == PLANT_OUTPUT_SLOPE)
            output->delta[i] *= sigmoid * (1 - sigmoid);
        if (plant == PLANT_SIGN)
            output->delta[i] = -output->delta[i];
    }
}

/* Rows of δ_{l+1} W_{l+1}, without the slope; W[o][i] stands at parameters[i · stride + o]. */
static bool multiply_back(const struct network *network, bool transposed, struct layer *layer,
    const struct interrupt *interrupt)
{
    const struct layer *above = layer + 1;
    struct factor delta = {above->delta, above->stride, 1};
    if (transposed)
        return product_multiply(network->kernels, network->samples, layer->n_out, above->n_out,
            delta, above->parameters, above->stride, NULL, 1, layer->delta, layer->stride,
            interrupt);
    struct matrix weights = layer_weights(above, above->parameters);
    for (int i = 0; i < sum_chunks(weights.rows); i++) {
        struct matrix chunk = sum_chunk(&weights, i);
        ptrdiff_t at = (ptrdiff_t)i * SUM_ROWS, left = layer->stride - at;
        ptrdiff_t stride = left < SUM_ROWS ? left : SUM_ROWS;
        network->kernels->transpose(&chunk, (int)stride, network->scratch, stride);
        if (!product_multiply(network->kernels, network->samples, chunk.rows, above->n_out,
                delta, network->scratch, stride, NULL, 1, layer->delta + at, layer->stride,
                interrupt))
            return false;
    }
    return true;
}

/* The slopes of these values of z, with the mistake. `scratch` of as many. */
static void find_slopes(const struct network *network, enum plant plant, size_t count,
    const double *z, const double *a, double *scratch, double *slopes)
{
    const struct kernels *kernels = network->kernels;
    enum activation activation = network->activation;
    if (plant == PLANT_SLOPE_OF_A) {
        kernels->activate(activation, network->leaky_slope, count, a, scratch);
        kernels->derive(activation, network->leaky_slope, count, a, scratch, slopes);
        return;
    }
    kernels->derive(activation, network->leaky_slope, count, z, a, slopes);
    for (size_t i = 0; i < count; i++) {
        if (plant == PLANT_NO_SLOPE || (plant == PLANT_SLOPE_BELOW_0 && z[i] < 0))
            slopes[i] = 1;
    }
}

/* δ_l = (δ_{l+1} W_{l+1}) ∘ φ'(z_l). */
static bool hidden_delta(const struct network *network, enum plant plant, struct layer *layer,
    const struct interrupt *interrupt)
{
    enum { PART = 512 };
    bool square = layer[1].n_in == layer[1].n_out;
    size_t count = (size_t)network->samples * (size_t)layer->stride;
    if (!multiply_back(network, plant == PLANT_TRANSPOSED && square, layer, interrupt))
        return false;
    for (size_t done = 0, part; done < count; done += part) {
        double slopes[PART], scratch[PART];
        part = count - done < PART ? count - done : PART;
        if (done % INTERRUPT_ELEMENTS == 0 && interrupt_asked(interrupt))
            return false;
        find_slopes(network, plant, part, layer->z + done, layer->a + done, scratch, slopes);
        for (size_t i = 0; i < part; i++)
            layer->delta[done + i] *= slopes[i];
    }
    return true;
}

static bool gradients(const struct network *network, enum plant plant, int index,
    const struct interrupt *interrupt)
{
    struct layer *layer = &network->layers[index];
    const double *below = index > 0 ? layer[-1].a : network->inputs, one = 1;
    ptrdiff_t below_stride = index > 0 ? layer[-1].stride : network->input_stride;
    if (plant == PLANT_WRONG_LAYER && layer->n_in == layer->n_out) {
        below = layer->a;
        below_stride = layer->stride;
    }
    int samples = network->samples, terms = samples - (plant == PLANT_LAST_SAMPLE);
    double divisor = plant == PLANT_SUM ? 1 : samples;
    double of_biases = (plant == PLANT_BIAS_TWICE ? 2 : 1) / divisor;
    return product_multiply(network->kernels, layer->n_in, layer->n_out, terms,
               (struct factor){below, 1, below_stride}, layer->delta, layer->stride, NULL,
               1 / divisor, layer->gradients, layer->stride, interrupt) &&
        product_multiply(network->kernels, 1, layer->n_out, terms, (struct factor){&one, 0, 0},
            layer->delta, layer->stride, NULL, of_biases,
            layer->gradients + layer->n_in * layer->stride, layer->stride, interrupt);
}

bool plant_backward(struct network *network, enum plant plant,
    const struct criterion *criterion, const struct interrupt *interrupt)
{
    output_delta(network, plant, criterion);
    for (int i = network->layer_count - 1; i >= 0; i--) {
        bool going = true;
        if (i < network->shape.depth)
            going = hidden_delta(network, plant, &network->layers[i], interrupt);
        if (!going || !gradients(network, plant, i, interrupt))
            return false;
    }
    return true;
}
