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

/* Of the largest layer. */
static inline double most_operations(const struct network *network)
{
    return 2.0 * network->samples * network->largest;
}

#define SMALL_LAYER 1e6 /* operations in its product, below */

/* Less is done before anyone could tell: it asks once, a layer at a time. */
static inline const struct interrupt *within_layer(
    const struct pass *pass, const struct layer *layer)
{
    return layer_operations(pass->network, layer) < SMALL_LAYER ? NULL : pass->interrupt;
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

/* δ of a layer, kept or not: two are in use at a time. */
static inline double *delta_of(const struct network *network, int index)
{
    double *kept = network->layers[index].delta;
    return kept ? kept : network->delta[index & 1];
}

/* Notes units whose z are not finite: rows from `first` on hold one, perhaps. */
void search_z(struct layer *layer, const struct matrix *z, int first);
/* What is known of a layer going up once the sums of its chunks are. */
void finish_forward(const struct network *network, struct layer *layer);
/* Of a pass that was given up nothing is left half done for the next. */
void forget_parts(struct network *network);

/* Whether one thread does so many operations, and asks at layers' ends only. */
static inline bool is_small(const struct network *network, double operations)
{
    return most_operations(network) < SMALL_LAYER &&
        workers_are_one(network->workers, operations);
}

/* The passes and a layer's update then, to the same bits (core/network_small.c). */
bool small_forward(struct network *network, const struct interrupt *interrupt);
bool small_backward(struct network *network, const struct interrupt *interrupt);
void small_update(
    struct network *network, struct layer *layer, const struct optimizer_settings *settings);

/* Has the work done by all workers; false when it was given up. */
bool pass_run(struct pass *pass, double operations, work_fn *work);

#endif
