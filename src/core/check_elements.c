#include "core/check_elements.h"

#include <stdlib.h>

#include "core/rng.h"

/* The fewest elements of a layer and samples of the batch, whatever they cost. */
enum { ELEMENTS_LEAST = 4, SAMPLES_LEAST = 16 };

double check_pass_cost(const struct network_shape *shape, int first)
{
    double cost = 0;
    for (int i = first; i <= shape->depth; i++) {
        int n_in, n_out;
        network_layer_sizes(shape, i, &n_in, &n_out);
        cost += (double)kernels_stride(n_out) * (n_in + 21.0);
    }
    return cost;
}

static int64_t parameters_of(const struct network_shape *shape, int index)
{
    int n_in, n_out;
    network_layer_sizes(shape, index, &n_in, &n_out);
    return ((int64_t)n_in + 1) * n_out;
}

/* Of all elements, or of one in each layer, by one sample. */
static double check_cost(
    const struct network_shape *shape, const struct check_options *options, bool all)
{
    double cost = 0, passes = options->epsilon_count * (options->with_float ? 6.0 : 2.0);
    for (int i = 0; i <= shape->depth; i++)
        cost +=
            check_pass_cost(shape, i) * passes * (all ? (double)parameters_of(shape, i) : 1);
    return cost;
}

/* How many elements of each layer the budget affords, the same for all. */
static int64_t affordable(
    const struct network_shape *shape, int samples, const struct check_options *options)
{
    if (options->elements > 0)
        return options->elements;
    if (samples * check_cost(shape, options, true) <= options->budget)
        return INT64_MAX;
    int64_t count = (int64_t)(options->budget / (samples * check_cost(shape, options, false)));
    return count < ELEMENTS_LEAST ? ELEMENTS_LEAST : count;
}

int check_samples_for(
    const struct network_shape *shape, int samples, const struct check_options *options)
{
    double cost = check_cost(shape, options, false);
    double most = 4 * options->budget / (cost * ELEMENTS_LEAST);
    if (options->elements > 0 || samples <= most || samples <= SAMPLES_LEAST)
        return samples;
    return most < SAMPLES_LEAST ? SAMPLES_LEAST : (int)most;
}

int64_t check_elements_of(const struct network_shape *shape, int samples,
    const struct check_options *options, int64_t *largest)
{
    int64_t most = affordable(shape, samples, options), total = 0;
    *largest = 0;
    for (int i = 0; i <= shape->depth; i++) {
        int64_t all = parameters_of(shape, i), count = most < all ? most : all;
        *largest = count > *largest ? count : *largest;
        total += count;
    }
    return total;
}

/* `count` of `total` places, ascending: one drawn from each of as many equal parts. */
static void choose(struct rng *rng, int64_t total, int64_t count, int64_t *chosen)
{
    for (int64_t i = 0; i < count; i++) {
        int64_t first = i * total / count, end = (i + 1) * total / count;
        chosen[i] = first + rng_below(rng, (uint32_t)(end - first));
    }
}

/*
 * All of them, or a sample: a quarter biases (they have a gradient of their own kind, and by
 * their share hardly one would be drawn), the rest weights.
 */
static bool choose_places(struct gradient_check *check, int index, int64_t most, uint64_t seed)
{
    const struct layer *layer = &check->network->layers[index];
    struct check_layer *own = &check->layers[index];
    int64_t weights = (int64_t)layer->n_in * layer->n_out, biases = layer->n_out;
    own->count = most < own->total ? most : own->total;
    own->places = calloc((size_t)own->count, sizeof *own->places);
    int64_t *chosen = calloc((size_t)own->count, sizeof *chosen);
    if (!own->places || !chosen) {
        free(chosen);
        return false;
    }
    if (own->count < own->total) {
        int64_t of_biases = (own->count + 3) / 4;
        of_biases = of_biases < biases ? of_biases : biases;
        if (own->count - of_biases > weights)
            of_biases = own->count - weights;
        weights = own->count - of_biases;
        biases = of_biases;
    }
    own->weights = weights;
    struct rng rng;
    rng_init(&rng, seed, RNG_CHECK, (uint64_t)index);
    choose(&rng, (int64_t)layer->n_in * layer->n_out, weights, chosen);
    choose(&rng, layer->n_out, biases, chosen + weights);
    for (int64_t k = 0; k < own->count; k++)
        own->places[k] = k < weights
            ? chosen[k] / layer->n_out * layer->stride + chosen[k] % layer->n_out
            : layer->n_in * layer->stride + chosen[k];
    free(chosen);
    return true;
}

bool check_choose_elements(struct gradient_check *check, uint64_t seed)
{
    int count = check->network->layer_count;
    check->layers = calloc((size_t)count, sizeof *check->layers);
    if (!check->layers)
        return false;
    for (int i = 0; i < count; i++)
        check->layers[i].total = parameters_of(&check->network->shape, i);
    int64_t most = affordable(&check->network->shape, check->network->samples, &check->options);
    for (int i = 0; i < count; i++) {
        if (interrupt_asked(&check->interrupt) || !choose_places(check, i, most, seed))
            return false;
        check->layers[i].first = check->total;
        check->total += check->layers[i].count;
    }
    return true;
}
