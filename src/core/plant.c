#include "core/plant.h"

#include <math.h>

#include "core/elementary.h"
#include "core/error.h"

/* Of one input's gradients, from one question to the next (core/interrupt.h). */
enum { INTERRUPT_SAMPLES = 512 };

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

static double slope_at(const struct network *network, double z, double a)
{
    double slope;
    network->kernels->derive(network->activation, network->leaky_slope, 1, &z, &a, &slope);
    return slope;
}

static double activation_at(const struct network *network, double z)
{
    double a;
    network->kernels->activate(network->activation, network->leaky_slope, 1, &z, &a);
    return a;
}

static double slope_of(const struct network *network, enum plant plant, double z, double a)
{
    if (plant == PLANT_NO_SLOPE)
        return 1;
    if (plant == PLANT_SLOPE_OF_A)
        return slope_at(network, a, activation_at(network, a));
    if (plant == PLANT_SLOPE_BELOW_0 && z < 0)
        return 1;
    return slope_at(network, z, a);
}

static void output_delta(
    struct network *network, enum plant plant, enum loss loss, const int *labels)
{
    struct layer *output = &network->layers[network->shape.depth];
    for (int s = 0; s < network->samples; s++) {
        double *delta = output->delta + s * output->stride;
        const double *o = output->z + s * output->stride;
        (void)loss_sample(loss, o, output->n_out, labels[s], delta);
        for (int j = 0; j < output->n_out; j++) {
            double sigmoid = real_sigmoid(o[j]);
            if (plant == PLANT_OUTPUT_SLOPE)
                delta[j] *= sigmoid * (1 - sigmoid);
            if (plant == PLANT_SIGN)
                delta[j] = -delta[j];
        }
    }
}

/* δ_l = (δ_{l+1} W_{l+1}) ∘ φ'(z_l); W[o][i] stands at parameters[i · stride + o]. */
static bool hidden_delta(const struct network *network, enum plant plant, struct layer *layer,
    const struct interrupt *interrupt)
{
    const struct layer *above = layer + 1;
    bool transposed = plant == PLANT_TRANSPOSED && above->n_in == above->n_out;
    ptrdiff_t by_unit = transposed ? 1 : above->stride;
    ptrdiff_t by_above = transposed ? above->stride : 1;
    int rows = interrupt_rows((ptrdiff_t)layer->n_out * above->n_out * 8);
    for (int s = 0; s < network->samples; s++) {
        if (s % rows == 0 && interrupt_asked(interrupt))
            return false;
        const double *delta_above = above->delta + s * above->stride;
        for (int j = 0; j < layer->n_out; j++) {
            ptrdiff_t at = s * layer->stride + j;
            double sum = 0;
            for (int o = 0; o < above->n_out; o++)
                sum = fma(delta_above[o], above->parameters[j * by_unit + o * by_above], sum);
            layer->delta[at] = sum * slope_of(network, plant, layer->z[at], layer->a[at]);
        }
    }
    return true;
}

static bool gradients(const struct network *network, enum plant plant, int index,
    const struct interrupt *interrupt)
{
    struct layer *layer = &network->layers[index];
    const double *below = index > 0 ? layer[-1].a : network->inputs;
    ptrdiff_t below_stride = index > 0 ? layer[-1].stride : network->input_stride;
    if (plant == PLANT_WRONG_LAYER && layer->n_in == layer->n_out) {
        below = layer->a;
        below_stride = layer->stride;
    }
    int samples = network->samples, end = samples - (plant == PLANT_LAST_SAMPLE);
    double divisor = plant == PLANT_SUM ? 1 : samples;
    for (int i = 0; i <= layer->n_in; i++) {
        bool bias = i == layer->n_in;
        double factor = (bias && plant == PLANT_BIAS_TWICE ? 2 : 1) / divisor;
        double *row = layer->gradients + i * layer->stride;
        for (int o = 0; o < layer->n_out; o++)
            row[o] = 0;
        for (int s = 0; s < end; s++) {
            if (s % INTERRUPT_SAMPLES == 0 && interrupt_asked(interrupt))
                return false;
            double a = bias ? 1 : below[s * below_stride + i];
            for (int o = 0; o < layer->n_out; o++)
                row[o] = fma(a, layer->delta[s * layer->stride + o], row[o]);
        }
        for (int o = 0; o < layer->n_out; o++)
            row[o] *= factor;
    }
    return true;
}

bool plant_backward(struct network *network, enum plant plant, enum loss loss,
    const int *labels, const struct interrupt *interrupt)
{
    output_delta(network, plant, loss, labels);
    for (int i = network->layer_count - 1; i >= 0; i--) {
        bool going = true;
        if (i < network->shape.depth)
            going = hidden_delta(network, plant, &network->layers[i], interrupt);
        if (!going || !gradients(network, plant, i, interrupt))
            return false;
    }
    return true;
}
