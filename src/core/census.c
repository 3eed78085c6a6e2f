#include "core/census.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"

bool census_init(struct census *census, const struct network_shape *shape)
{
    int depth = shape->depth, width = shape->width;
    *census = (struct census){.depth = depth,
        .width = width,
        .toll = {.first_death = -1, .last_death = -1, .last_revival = -1}};
    for (int l = 0; l < depth; l++) {
        int n_in, n_out;
        network_layer_sizes(shape, l, &n_in, &n_out);
        census->widths[l] = (short)n_out;
        census->toll.units += n_out;
    }
    size_t count = (size_t)depth * (size_t)width;
    census->units = calloc(count, sizeof *census->units);
    census->dead = calloc((size_t)depth, sizeof *census->dead);
    census->rare = calloc((size_t)depth, sizeof *census->rare);
    double **rows[] = {
        &census->counts, &census->peaks, &census->bias_changes, &census->weight_changes};
    bool complete = census->units && census->dead && census->rare;
    census->stride = kernels_stride(width);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        *rows[i] = calloc((size_t)depth * (size_t)census->stride, sizeof **rows[i]);
        complete = complete && *rows[i];
    }
    if (!complete) {
        census_clear(census);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        census->units[i].died_at = census->units[i].revived_at = census->units[i].alive_at = -1;
    return true;
}

void census_clear(struct census *census)
{
    free(census->units);
    free(census->dead);
    free(census->rare);
    free(census->counts);
    free(census->peaks);
    free(census->bias_changes);
    free(census->weight_changes);
    census->units = NULL;
    census->dead = census->rare = NULL;
    census->counts = census->peaks = NULL;
    census->bias_changes = census->weight_changes = NULL;
}

size_t census_bytes(int depth, int width)
{
    size_t records = (size_t)width * sizeof(struct unit_record) + 2 * sizeof(int);
    return (size_t)depth * (records + 4 * (size_t)kernels_stride(width) * sizeof(double));
}

void census_begin(struct census *census, bool mortal)
{
    if (!mortal && census->immortal) /* nothing is to be counted */
        return;
    size_t count = (size_t)census->depth * (size_t)census->stride;
    memset(census->counts, 0, count * sizeof *census->counts);
    memset(census->peaks, 0, count * sizeof *census->peaks);
}

void census_count(struct census *census, const struct kernels *kernels, int layer, int first,
    const struct matrix *a)
{
    kernels->add_column_counts(a, census->counts + layer * census->stride + first);
    kernels->raise_column_peaks(a, census->peaks + layer * census->stride + first);
}

void census_add(struct census *census, const double *counts, const double *peaks)
{
    ptrdiff_t all = census->depth * census->stride;
    for (ptrdiff_t i = 0; i < all; i++) {
        census->counts[i] += counts[i];
        census->peaks[i] = peaks[i] > census->peaks[i] ? peaks[i] : census->peaks[i];
    }
}

/* `at`: the unit's place in the rows of what has been counted. */
static void bury(struct census *census, int index, ptrdiff_t at, int64_t step)
{
    struct unit_record *unit = &census->units[index];
    struct death_toll *toll = &census->toll;
    unit->died_at = step;
    unit->bias_change = census->bias_changes[at];
    unit->weight_change = census->weight_changes[at];
    toll->deaths++;
    toll->born_dead += step == 0;
    toll->came_back -= unit->revived_at >= 0;
    if (toll->first_death < 0)
        toll->first_death = step;
    if (toll->last_death != step) {
        toll->last_death = step;
        toll->last_layer = index / census->width + 1;
        toll->last_unit = index % census->width + 1;
        toll->last_count = 0;
    }
    toll->last_count++;
}

static void revive(struct census *census, struct unit_record *unit, int64_t step)
{
    struct death_toll *toll = &census->toll;
    toll->born_dead -= unit->died_at == 0;
    toll->came_back++;
    toll->revivals++;
    toll->last_revival = step;
    unit->died_at = -1;
    unit->revived_at = step;
    unit->revivals++;
}

static void record_unit(struct census *census, int index, ptrdiff_t at, int64_t step)
{
    struct unit_record *unit = &census->units[index];
    bool dead = unit_record_dead(unit);
    if (dead && unit->died_at < 0)
        bury(census, index, at, step);
    else if (!dead && unit->died_at >= 0)
        revive(census, unit, step);
    if (!dead) {
        unit->alive_at = step;
        unit->peak = census->peaks[at];
    }
    census->bias_changes[at] = census->weight_changes[at] = 0;
}

void census_end(struct census *census, int64_t step, int samples, bool mortal, bool record)
{
    if (!mortal && census->immortal) /* nothing can have changed */
        return;
    census->immortal = !mortal && record;
    census->toll.dead = 0;
    for (int l = 0; l < census->depth; l++) {
        census->dead[l] = census->rare[l] = 0;
        for (int j = 0; j < census->widths[l]; j++) {
            int index = l * census->width + j;
            struct unit_record *unit = &census->units[index];
            ptrdiff_t at = l * census->stride + j;
            unit->active = mortal ? (int32_t)census->counts[at] : samples;
            census->dead[l] += unit_record_dead(unit);
            census->rare[l] += unit_record_rare(unit, samples);
            if (record)
                record_unit(census, index, at, step);
        }
        census->toll.dead += census->dead[l];
    }
}

void census_change(struct census *census)
{
    for (long i = 0; i < (long)census->depth * census->width; i++)
        census->units[i].alive_at = -1;
}

void census_update(struct census *census, const struct kernels *kernels, int layer, int first,
    const struct matrix *weight_changes, const double *bias_changes)
{
    double *biases = census->bias_changes + layer * census->stride + first;
    kernels->raise_column_peaks(
        weight_changes, census->weight_changes + layer * census->stride + first);
    for (int j = 0; j < weight_changes->columns; j++)
        biases[j] += bias_changes[j];
}
