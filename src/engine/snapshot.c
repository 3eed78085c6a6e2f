#include "engine/snapshot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void snapshot_init(struct snapshot *snapshot)
{
    memset(snapshot, 0, sizeof *snapshot);
}

void snapshot_clear(struct snapshot *snapshot)
{
    free(snapshot->seen.layers);
    free(snapshot->units_kept);
    record_copy_clear(&snapshot->record);
    layer_detail_clear(&snapshot->layer_detail);
    plane_detail_clear(&snapshot->plane);
    check_detail_clear(&snapshot->check);
    unit_detail_clear(&snapshot->unit);
    snapshot_init(snapshot);
}

struct ratio snapshot_mean_gain(const struct snapshot *snapshot)
{
    int depth = snapshot->seen.layer_count - 1;
    double sum = 0;
    for (int i = 0; i < depth; i++) {
        struct ratio gain = snapshot->seen.layers[i].gain;
        if (!gain.defined || !(gain.value > 0))
            return (struct ratio){0, false};
        sum += log(gain.value);
    }
    return (struct ratio){exp(sum / depth), depth > 0};
}
