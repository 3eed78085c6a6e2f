#include "core/parameters.h"

#include <math.h>

#include "core/optimizer.h"

enum { EPSILON_EVERY = 20 };

static bool all_equal(const double *values, int count, ptrdiff_t stride)
{
    for (int i = 1; i < count; i++) {
        if (!(values[i * stride] == values[0]))
            return false;
    }
    return true;
}

/* Of a hidden layer (0-based): all of its rows, or the one whose turn it is. */
static bool is_symmetric(const struct network *network, int index, uint64_t turn)
{
    const struct layer *layer = &network->layers[index], *above = layer + 1;
    bool whole = turn == 0;
    if (layer->n_out < 2)
        return false;
    for (int i = 0; i <= layer->n_in; i++) {
        if (!whole && (uint64_t)i != turn % ((uint64_t)layer->n_in + 1))
            continue;
        if (!all_equal(layer->parameters + i * layer->stride, layer->n_out, 1))
            return false;
    }
    for (int o = 0; o < above->n_out; o++) {
        if (!whole && (uint64_t)o != turn % (uint64_t)above->n_out)
            continue;
        if (!all_equal(above->parameters + o, above->n_in, above->stride))
            return false;
    }
    return true;
}

void symmetric_layers_look(
    struct symmetric_layers *found, const struct network *network, uint64_t step)
{
    int first = step > 0 ? found->first : 1;
    int last = step > 0 ? found->last : network->shape.depth;
    *found = (struct symmetric_layers){0};
    for (int l = first; l >= 1 && l <= last; l++) {
        if (!is_symmetric(network, l - 1, step))
            continue;
        found->last = l;
        if (found->count++ == 0)
            found->first = l;
    }
}

/* √ of the mean of v over a layer's parameters. */
static double root_of_v(const struct layer *layer)
{
    double sums[8] = {0};
    for (int i = 0; i <= layer->n_in; i++) {
        const double *v = layer->v + i * layer->stride;
        for (int j = 0; j < layer->n_out; j++)
            sums[j % 8] += v[j];
    }
    double sum = 0;
    for (int i = 0; i < 8; i++)
        sum += sums[i];
    return sqrt(sum / ((layer->n_in + 1.0) * layer->n_out));
}

void epsilon_layers_look(struct epsilon_layers *found, const struct network *network,
    const struct hparams *hparams, uint64_t optimizer_steps, uint64_t step)
{
    enum optimizer optimizer = (enum optimizer)hparams->optimizer;
    bool keeps = optimizer_keeps(optimizer) & OPTIMIZER_KEEPS_V;
    if (!keeps || optimizer_steps == 0) {
        *found = (struct epsilon_layers){0};
        return;
    }
    if (optimizer_steps > 1 && step % EPSILON_EVERY != 0)
        return;
    struct optimizer_settings settings = {.optimizer = optimizer, .beta2 = hparams->beta2};
    optimizer_prepare(&settings, optimizer_steps);
    *found = (struct epsilon_layers){.step = step, .epsilon = hparams->epsilon};
    for (int i = 0; i < network->layer_count; i++) {
        double root = root_of_v(&network->layers[i]) / settings.v_correction;
        if (!(root > 0) || !(root < hparams->epsilon))
            continue;
        if (found->count++ == 0) {
            found->lowest = i + 1;
            found->root = root;
        }
        found->highest = i + 1;
    }
}
