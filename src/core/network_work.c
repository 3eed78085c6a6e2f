#include "core/network_work.h"

void forget_parts(struct network *network)
{
    for (int i = 0; i < network->layer_count; i++) {
        struct layer *layer = &network->layers[i];
        int rows = network->samples > layer->n_in ? network->samples : layer->n_in;
        for (int c = 0; c < sum_chunks(rows); c++) {
            atomic_store(&layer->chunks[c].done, 0);
            atomic_store(&layer->chunks[c].flat, 0);
        }
        atomic_store(&layer->done, 0);
        atomic_store(&layer->bad, 0);
        layer->bad_z = 0; /* some units may have been noted */
    }
}

bool pass_run(struct pass *pass, double operations, work_fn *work)
{
    workers_run(pass->network->workers, operations, work, pass);
    if (!atomic_load(&pass->given_up))
        return true;
    forget_parts(pass->network);
    return false;
}
