/*
 * What a network makes of inputs of one's own choice: the forward pass at its present
 * parameters, in memory of the probe's own, so that the activations, gradients and statistics
 * of the training stay as they are. The numbers are those of network_forward to the bit.
 */
#ifndef NABLASCOPE_CORE_PROBE_H
#define NABLASCOPE_CORE_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/network.h"

/* Inputs a chunk: a multiple of the kernels' tiles, few enough to stay in the cache. */
enum { PROBE_ROWS = 48 };

/* Start from a zeroed struct. */
struct probe {
    double *below, *above; /* the activations of two layers in turn, a chunk of inputs each */
    size_t size;           /* doubles in each */
};

/* Units first..first+count-1 of a layer (1-based, depth+1 is the output), to be read. */
struct probe_tap {
    int layer, first, count;
    double *z, *a; /* inputs × count each, the caller's; may be NULL */
};

/* Is shown every layer of every chunk in turn. */
struct probe_reader {
    /* a of layer `index` (0-based; the output's is its z), of the inputs from `first` on. */
    void (*read)(void *context, int index, int first, const struct matrix *a);
    void *context;
};

/*
 * Evaluates `rows` inputs of n_0 numbers each, without gaps. The output's z goes to `outputs`,
 * rows × n_{depth+1}; without it the pass ends at the tapped layer. `tap` may be NULL. False
 * when out of memory or interrupted; the results are not complete then.
 */
bool probe_run(struct probe *probe, const struct network *network, const double *inputs,
    int rows, double *outputs, const struct probe_tap *tap, const struct interrupt *interrupt);
/* The same for a reader, all layers up to the output; `tap` may be NULL. */
bool probe_read(struct probe *probe, const struct network *network, const double *inputs,
    int rows, const struct probe_reader *reader, const struct probe_tap *tap,
    const struct interrupt *interrupt);
void probe_clear(struct probe *probe);

/* Allocates beforehand what a run would; false when out of memory. The bytes of it. */
bool probe_reserve(struct probe *probe, const struct network *network);
size_t probe_bytes(const struct network_shape *shape);

/*
 * The work of one input, in multiply-adds: an activation counts as PROBE_ACTIVATION of them,
 * which is what it takes of the time.
 */
double probe_cost(const struct network *network);
enum { PROBE_ACTIVATION = 20 };

#endif
