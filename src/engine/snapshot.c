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
    pictures_detail_clear(&snapshot->pictures);
    check_detail_clear(&snapshot->check);
    unit_detail_clear(&snapshot->unit);
    if (snapshot->ghost_kept)
        snapshot_clear(snapshot->ghost_kept);
    free(snapshot->ghost_kept);
    snapshot_init(snapshot);
}

/* `memory` where it is for so many already, else other; NULL when there is none. */
static void *reserve(void *memory, size_t had, size_t count, size_t size)
{
    if (memory && had == count)
        return memory;
    free(memory);
    return calloc(count > 0 ? count : 1, size);
}

static bool copy_rows(struct step_rows *to, const struct step_rows *from)
{
    return from->width > 0 && step_rows_copy(to, from, (struct row_part){0, from->width});
}

static bool copy_record(struct record_copy *to, const struct record_copy *from)
{
    to->has_layers = from->has_layers && copy_rows(&to->layers, &from->layers);
    to->quantity = from->quantity;
    to->layer_count = from->layer_count;
    return copy_rows(&to->steps, &from->steps);
}

bool snapshot_copy(struct snapshot *to, const struct snapshot *from, bool record)
{
    size_t layers = (size_t)from->seen.layer_count, had = (size_t)to->seen.layer_count;
    size_t units = from->units ? (size_t)from->seen.toll.units : 0;
    size_t had_units = to->units_kept ? (size_t)to->seen.toll.units : 0;
    to->seen.layers = reserve(to->seen.layers, had, layers, sizeof *to->seen.layers);
    if (units > 0) {
        to->units_kept = reserve(to->units_kept, had_units, units, sizeof *to->units_kept);
    } else if (to->seen.toll.units != from->seen.toll.units) {
        /* How much it is for is known by what is seen alone. */
        free(to->units_kept);
        to->units_kept = NULL;
    }
    if (!to->seen.layers || (units > 0 && !to->units_kept)) {
        snapshot_clear(to);
        return false;
    }
    /* What it owns stays its own. */
    struct snapshot copy = *from;
    copy.seen.layers = to->seen.layers;
    copy.units_kept = to->units_kept;
    copy.units = units > 0 ? copy.units_kept : NULL;
    copy.record = to->record;
    copy.layer_detail.scratch = to->layer_detail.scratch;
    copy.layer_detail.scratch_size = to->layer_detail.scratch_size;
    copy.plane = to->plane;
    copy.pictures = to->pictures;
    copy.check = to->check;
    copy.unit = to->unit;
    copy.ghost = NULL;
    copy.ghost_kept = to->ghost_kept;
    copy.clip_detail.valid = copy.plane.valid = copy.pictures.valid = copy.check.valid =
        copy.unit.valid = false;
    *to = copy;
    memcpy(to->seen.layers, from->seen.layers, layers * sizeof *to->seen.layers);
    if (units > 0)
        memcpy(to->units, from->units, units * sizeof *to->units);
    /* A record that there is no memory for is left out. */
    if (!record || !copy_record(&to->record, &from->record))
        record_copy_clear(&to->record);
    return true;
}

int64_t snapshot_units_from(const struct snapshot *snapshot, int layer)
{
    int64_t place = 0;
    for (int l = 1; l < layer; l++)
        place += snapshot->seen.layers[l - 1].units;
    return place;
}

void snapshot_unit_at(const struct snapshot *snapshot, int64_t place, int *layer, int *unit)
{
    int l = 1;
    while (place >= snapshot->seen.layers[l - 1].units)
        place -= snapshot->seen.layers[l++ - 1].units;
    *layer = l;
    *unit = (int)place + 1;
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
