#include "core/check_elements.h"

#include <stdlib.h>

#include "core/rng.h"

/* The fewest elements of a layer and samples of the batch, whatever they cost. */
enum { ELEMENTS_LEAST = 4, SAMPLES_LEAST = 16 };

double check_pass_cost(const struct network *network, int first)
{
    double cost = 0;
    for (int i = first; i < network->layer_count; i++)
        cost += (double)network->layers[i].stride * (network->layers[i].n_in + 21.0);
    return cost;
}

/* Of all elements, or of one in each layer, by one sample. */
static double check_cost(
    const struct network *network, const struct check_options *options, bool all)
{
    double cost = 0, passes = options->epsilon_count * (options->with_float ? 6.0 : 2.0);
    for (int i = 0; i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        double elements = all ? ((double)layer->n_in + 1) * layer->n_out : 1;
        cost += check_pass_cost(network, i) * passes * elements;
    }
    return cost;
}

/* How many elements of each layer the budget affords, the same for all. */
static int64_t affordable(const struct gradient_check *check)
{
    const struct check_options *options = &check->options;
    int samples = check->network->samples;
    if (options->elements > 0)
        return options->elements;
    if (samples * check_cost(check->network, options, true) <= options->budget)
        return INT64_MAX;
    int64_t count =
        (int64_t)(options->budget / (samples * check_cost(check->network, options, false)));
    return count < ELEMENTS_LEAST ? ELEMENTS_LEAST : count;
}

int check_samples_for(const struct training *training, const struct check_options *options)
{
    double cost = check_cost(training->network, options, false);
    double most = 4 * options->budget / (cost * ELEMENTS_LEAST);
    if (options->elements > 0 || training->samples <= most ||
        training->samples <= SAMPLES_LEAST)
        return training->samples;
    return most < SAMPLES_LEAST ? SAMPLES_LEAST : (int)most;
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
    for (int i = 0; i < count; i++) {
        const struct layer *layer = &check->network->layers[i];
        check->layers[i].total = ((int64_t)layer->n_in + 1) * layer->n_out;
    }
    int64_t most = affordable(check);
    for (int i = 0; i < count; i++) {
        if (interrupt_asked(&check->interrupt) || !choose_places(check, i, most, seed))
            return false;
        check->layers[i].first = check->total;
        check->total += check->layers[i].count;
    }
    return true;
}
