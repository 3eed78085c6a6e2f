/*
 * What forward pass, backward pass and update have in common: one piece of work, as its workers
 * see it.
 */
#ifndef NABLASCOPE_CORE_NETWORK_WORK_H
#define NABLASCOPE_CORE_NETWORK_WORK_H

#include "core/network.h"
#include "core/product.h"
#include "core/share.h"

struct pass {
    struct network *network;
    const struct interrupt *interrupt;
    const struct optimizer_settings *settings; /* of an update */
    int first, end;                            /* layers, 0-based */
    atomic_bool given_up;                      /* one of the workers has been interrupted */
};

static inline bool has_workers(const struct network *network)
{
    return network->workers && network->workers->count > 1;
}

/* Floating-point operations of a layer's product. */
static inline double layer_operations(const struct network *network, const struct layer *layer)
{
    return 2.0 * network->samples * layer->n_in * layer->n_out;
}

/* Less is done before anyone could tell: it asks once, a layer at a time. */
static inline const struct interrupt *within_layer(
    const struct pass *pass, const struct layer *layer)
{
    return layer_operations(pass->network, layer) < 1e6 ? NULL : pass->interrupt;
}

/* Whether to stop here. */
static inline bool give_up(struct pass *pass, const struct interrupt *interrupt)
{
    if (!interrupt_asked(interrupt))
        return false;
    atomic_store(&pass->given_up, true);
    return true;
}

/* The activations below a layer: the inputs, for the first. */
static inline struct matrix matrix_below(const struct network *network, int index)
{
    if (index == 0)
        return (struct matrix){
            network->inputs, network->samples, network->shape.inputs, network->input_stride};
    const struct layer *layer = &network->layers[index - 1];
    return layer_matrix(layer, layer->a, network->samples);
}

/* What the views promise not to change belongs to the network, which may. */
static inline double *writable(const double *values)
{
    return (double *)(uintptr_t)values;
}

/* Has the work done by all workers; false when it was given up. */
bool pass_run(struct pass *pass, double operations, work_fn *work);

#endif
