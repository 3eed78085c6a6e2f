#include "core/check_noise.h"

#include <float.h>
#include <math.h>

#include "core/product.h"
#include "core/reduce.h"
#include "core/rng.h"

/* The trials move by this, not by u: the loss is linear that far, and rounds much finer. */
#define TRIAL 0x1p-46

/* By what a single rounding moves, in units of u. */
#define ROUNDED 0.5

/* The layers have streams of their own, with the indices up to their number. */
enum { STREAM_FIRST = 1 << 16 };

/* -1 or 1. */
static double next_sign(struct rng *rng)
{
    return rng_next(rng) >> 63 ? 1 : -1;
}

/*
 * Moves each value by `part` of itself and, where given, of what its sum begins with: a bias
 * may be large where z is not.
 */
static bool shake(struct rng *rng, double part, int rows, int columns, ptrdiff_t stride,
    const double *biases, double *values, const struct interrupt *interrupt)
{
    int between = interrupt_rows(stride);
    for (int s = 0; s < rows; s++) {
        if (s % between == 0 && interrupt_asked(interrupt))
            return false;
        double *row = values + s * stride;
        for (int j = 0; j < columns; j++)
            row[j] += part * (fabs(row[j]) + (biases ? fabs(biases[j]) : 0)) * next_sign(rng);
    }
    return true;
}

/* a of a layer, in parts. */
static bool activate(const struct network *network, size_t count, const double *z, double *a,
    const struct interrupt *interrupt)
{
    for (size_t done = 0, part; done < count; done += part) {
        part = count - done < INTERRUPT_ELEMENTS ? count - done : INTERRUPT_ELEMENTS;
        if (interrupt_asked(interrupt))
            return false;
        network->kernels->activate(
            network->activation, network->leaky_slope, part, z + done, a + done);
    }
    return true;
}

bool check_noise_try(struct gradient_check *check)
{
    const struct network *network = check->network;
    const struct kernels *kernels = network->kernels;
    const struct interrupt *asks = &check->interrupt;
    int samples = network->samples, columns = network->layers[0].n_in;
    ptrdiff_t stride = network->input_stride;
    struct rng rng;
    rng_init(&rng, (uint64_t)check->trials, RNG_CHECK, STREAM_FIRST);
    for (ptrdiff_t i = 0; i < samples * stride; i++)
        check->a[i] = network->inputs[i];
    for (int l = 0; l < network->layer_count; l++) {
        const struct layer *layer = &network->layers[l];
        const double *biases = layer->parameters + layer->n_in * layer->stride;
        /*
         * A rounding is 0.43 u of its result, as a root mean square; here of n partial sums,
         * which grow to the whole as a walk does.
         */
        double part = TRIAL * (ROUNDED + 0.3 * sqrt(layer->n_in));
        if (!shake(&rng, ROUNDED * TRIAL, samples, columns, stride, NULL, check->a, asks) ||
            !product_multiply(kernels, samples, layer->n_out, layer->n_in,
                (struct factor){check->a, stride, 1}, layer->parameters, layer->stride, biases,
                1, check->z, layer->stride, asks) ||
            !shake(&rng, part, samples, layer->n_out, layer->stride, biases, check->z, asks))
            return false;
        columns = layer->n_out;
        stride = layer->stride;
        size_t count = (size_t)samples * (size_t)stride;
        if (l < network->shape.depth && !activate(network, count, check->z, check->a, asks))
            return false;
    }
    double moved =
        fabs(gradient_check_loss(check, check->z, check->slices.each, NULL) - check->base);
    check->scatter = norm_of_norms((double[]){check->scatter, moved}, 2);
    check->trials++;
    return true;
}

double check_noise(const struct gradient_check *check, enum precision precision)
{
    double unit = precision == PRECISION_FLOAT ? 0x1p-24 : 0x1p-53;
    double sum = fabs(check->base) * (1 + sqrt(check->network->samples) / 3);
    double passes = check->scatter / sqrt(CHECK_TRIALS) / TRIAL;
    double noise = unit * norm_of_norms((double[]){sum, passes}, 2);
    /* Below the normal numbers there are no u of a loss. */
    return noise > DBL_MIN ? noise : DBL_MIN;
}
