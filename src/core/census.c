#include "core/census.h"

#include <stdlib.h>
#include <string.h>

bool census_init(struct census *census, int depth, int width)
{
    *census = (struct census){.depth = depth,
        .width = width,
        .first_death = -1,
        .last_death = -1,
        .last_revival = -1};
    size_t count = (size_t)depth * (size_t)width;
    census->units = calloc(count, sizeof *census->units);
    census->dead = calloc((size_t)depth, sizeof *census->dead);
    census->rare = calloc((size_t)depth, sizeof *census->rare);
    census->counts = calloc((size_t)kernels_stride(width), sizeof *census->counts);
    if (!census->units || !census->dead || !census->rare || !census->counts) {
        census_clear(census);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        census->units[i].died_at = -1;
    return true;
}

void census_clear(struct census *census)
{
    free(census->units);
    free(census->dead);
    free(census->rare);
    free(census->counts);
    census->units = NULL;
    census->dead = census->rare = NULL;
    census->counts = NULL;
}

void census_begin(struct census *census)
{
    for (int i = 0; i < census->depth * census->width; i++)
        census->units[i].active = 0;
}

void census_count(
    struct census *census, const struct kernels *kernels, int layer, const struct matrix *a)
{
    struct unit_record *units = census->units + (ptrdiff_t)layer * census->width;
    memset(census->counts, 0, (size_t)a->stride * sizeof *census->counts);
    kernels->add_column_counts(a, census->counts);
    for (int j = 0; j < census->width; j++)
        units[j].active += (int32_t)census->counts[j];
}

static void record_unit(struct census *census, struct unit_record *unit, int64_t step)
{
    bool dead = unit->active == 0;
    if (dead && unit->died_at < 0) {
        unit->died_at = step;
        census->deaths++;
        census->last_death = step;
        if (census->first_death < 0)
            census->first_death = step;
    } else if (!dead && unit->died_at >= 0) {
        unit->died_at = -1;
        unit->revivals++;
        census->revivals++;
        census->last_revival = step;
    }
}

void census_end(struct census *census, int64_t step, int samples, bool record)
{
    census->dead_total = 0;
    for (int l = 0; l < census->depth; l++) {
        census->dead[l] = census->rare[l] = 0;
        for (int j = 0; j < census->width; j++) {
            struct unit_record *unit = &census->units[(long)l * census->width + j];
            census->dead[l] += unit->active == 0;
            census->rare[l] += unit->active > 0 && unit->active * INT64_C(100) < samples;
            if (record)
                record_unit(census, unit, step);
        }
        census->dead_total += census->dead[l];
    }
}
