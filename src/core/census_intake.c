#include "core/census_intake.h"

#include <stdatomic.h>

#include "core/share.h"

struct intake {
    struct census *census;
    const struct network *network;
    const struct interrupt *interrupt;
    int first, end; /* layers */
    atomic_bool given_up;
};

/* A worker's units of a layer, whole cache lines of them, as columns of m; the first of them.
 */
static int units_of(struct matrix *m, int layer, int worker, int workers)
{
    struct share share = share_out((int)(m->stride / KERNEL_COLUMNS), worker + layer, workers);
    int first = share.first * KERNEL_COLUMNS, end = share.end * KERNEL_COLUMNS;
    m->values += first;
    m->columns = (end < m->columns ? end : m->columns) - first;
    return first;
}

static void pass_work(void *context, int worker, int workers)
{
    struct intake *intake = context;
    const struct network *network = intake->network;
    for (int i = intake->first; i < intake->end; i++) {
        const struct layer *layer = &network->layers[i];
        struct matrix a = layer_matrix(layer, layer->a, network->samples);
        int first = units_of(&a, i, worker, workers);
        if (interrupt_asked(intake->interrupt)) {
            atomic_store(&intake->given_up, true);
            return;
        }
        if (a.columns > 0)
            census_count(intake->census, network->kernels, i, first, &a);
    }
}

bool census_take_pass(
    struct census *census, const struct network *network, const struct interrupt *interrupt)
{
    const struct network_shape *shape = &network->shape;
    struct intake intake = {
        .census = census, .network = network, .interrupt = interrupt, .end = shape->depth};
    workers_run(network->workers, 16.0 * network->samples * shape->width * shape->depth,
        pass_work, &intake);
    return !atomic_load(&intake.given_up);
}

static void update_work(void *context, int worker, int workers)
{
    const struct intake *intake = context;
    const struct network *network = intake->network;
    for (int i = intake->first; i < intake->end; i++) {
        const struct layer *layer = &network->layers[i];
        struct matrix steps = layer_weights(layer, layer->steps);
        int first = units_of(&steps, i, worker, workers);
        const double *biases = layer->steps + layer->n_in * layer->stride + first;
        if (steps.columns > 0)
            census_update(intake->census, network->kernels, i, first, &steps, biases);
    }
}

void census_take_update(
    struct census *census, const struct network *network, int first, int end)
{
    struct intake intake = {.census = census, .network = network, .first = first, .end = end};
    double elements = 0;
    for (int i = first; i < end; i++)
        elements += (double)layer_block(&network->layers[i]);
    workers_run(network->workers, 16 * elements, update_work, &intake);
}
