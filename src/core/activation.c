#include "core/activation.h"

#include "core/error.h"
#include "core/kernel_sets.h"

/* GELU's slope is largest at sqrt 2, Φ(√2) + √2 N(√2); SiLU's where z tanh(z/2) = 2. */
const struct activation_info activations[] = {
    [ACTIVATION_SIGMOID] = {.name = "sigmoid",
        .help = "0 to 1; its slope is at most a quarter",
        .max_slope = 0.25,
        .bounded = true,
        .slope_of_a = true},
    [ACTIVATION_TANH] = {.name = "tanh",
        .help = "-1 to 1, slope 1 at 0",
        .max_slope = 1,
        .bounded = true,
        .slope_of_a = true},
    [ACTIVATION_RELU] = {.name = "relu",
        .help = "slope 0 or 1; units can die",
        .max_slope = 1,
        .flat = true,
        .slope_of_a = true,
        .homogeneous = true},
    [ACTIVATION_LEAKY_RELU] = {.name = "leaky_relu",
        .help = "a ReLU whose negative side has the slope leaky_slope",
        .max_slope = 1,
        .slope_of_a = true,
        .homogeneous = true},
    [ACTIVATION_ELU] = {.name = "elu",
        .help = "a ReLU with a smooth negative side down to -1",
        .max_slope = 1,
        .fades = true},
    [ACTIVATION_GELU] = {.name = "gelu",
        .help = "z times the normal distribution function",
        .max_slope = 1.1289041451851548,
        .fades = true},
    [ACTIVATION_SILU] = {.name = "silu",
        .help = "z times the sigmoid, also called swish",
        .max_slope = 1.0998393201288669,
        .fades = true},
    [ACTIVATION_SOFTPLUS] = {.name = "softplus",
        .help = "a smooth ReLU; its slope is the sigmoid",
        .max_slope = 1,
        .fades = true},
    [ACTIVATION_LINEAR] = {.name = "linear",
        .help = "no activation: what the weights do alone",
        .max_slope = 1,
        .slope_of_a = true,
        .homogeneous = true},
};
_Static_assert(ARRAY_LEN(activations) == ACTIVATION_COUNT, "a row for each activation");

const char *activation_name(int index)
{
    return index >= 0 && index < ACTIVATION_COUNT ? activations[index].name : NULL;
}

const char *activation_help(int index)
{
    return index >= 0 && index < ACTIVATION_COUNT ? activations[index].help : NULL;
}

struct activation_info activation_info(enum activation activation, double leaky_slope)
{
    struct activation_info info = activations[activation];
    if (activation == ACTIVATION_LEAKY_RELU && leaky_slope <= 0)
        info.flat = true;
    return info;
}

double activation_min_slope(const struct activation_info *info)
{
    return info->max_slope > 1 ? 1 - info->max_slope : 0;
}

void activation_curve(enum activation activation, double leaky_slope, size_t count,
    const double *z, double *a, double *slope)
{
    kernels_portable.activate(activation, leaky_slope, count, z, a);
    kernels_portable.derive(activation, leaky_slope, count, z, a, slope);
}
