#include "core/census.h"

#include <math.h>
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
    census->counts = calloc(count, sizeof *census->counts);
    census->peaks = calloc(count, sizeof *census->peaks);
    census->bias_changes = calloc(count, sizeof *census->bias_changes);
    census->weight_changes = calloc(count, sizeof *census->weight_changes);
    if (!census->units || !census->dead || !census->rare || !census->counts || !census->peaks ||
        !census->bias_changes || !census->weight_changes) {
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
    census->counts = NULL;
    census->peaks = census->bias_changes = census->weight_changes = NULL;
}

size_t census_bytes(int depth, int width)
{
    size_t unit = sizeof(struct unit_record) + sizeof(int32_t) + 3 * sizeof(double);
    return (size_t)depth * (size_t)width * unit + 2 * (size_t)depth * sizeof(int);
}

void census_begin(struct census *census)
{
    size_t count = (size_t)census->depth * (size_t)census->width;
    memset(census->counts, 0, count * sizeof *census->counts);
    memset(census->peaks, 0, count * sizeof *census->peaks);
}

void census_count(struct census *census, int layer, const double *a, int samples, long stride)
{
    int32_t *counts = census->counts + (long)layer * census->width;
    double *peaks = census->peaks + (long)layer * census->width;
    for (int s = 0; s < samples; s++) {
        const double *row = a + s * stride;
        for (int j = 0; j < census->width; j++) {
            counts[j] += row[j] != 0;
            peaks[j] = row[j] > peaks[j] ? row[j] : peaks[j];
        }
    }
}

static void bury(struct census *census, long index, int64_t step)
{
    struct unit_record *unit = &census->units[index];
    unit->died_at = step;
    unit->bias_change = census->bias_changes[index];
    unit->weight_change = census->weight_changes[index];
    census->deaths++;
    census->last_death = step;
    if (census->first_death < 0)
        census->first_death = step;
}

static void record_unit(struct census *census, long index, int64_t step)
{
    struct unit_record *unit = &census->units[index];
    bool dead = unit->active == 0;
    if (dead && unit->died_at < 0) {
        bury(census, index, step);
    } else if (!dead && unit->died_at >= 0) {
        unit->died_at = -1;
        unit->revived_at = step;
        unit->revivals++;
        census->revivals++;
        census->last_revival = step;
    }
    if (!dead) {
        unit->alive_at = step;
        unit->peak = census->peaks[index];
    }
    census->bias_changes[index] = census->weight_changes[index] = 0;
}

void census_end(struct census *census, int64_t step, int samples, bool mortal, bool record)
{
    census->dead_total = 0;
    for (int l = 0; l < census->depth; l++) {
        census->dead[l] = census->rare[l] = 0;
        for (int j = 0; j < census->width; j++) {
            long index = (long)l * census->width + j;
            struct unit_record *unit = &census->units[index];
            unit->active = mortal ? census->counts[index] : samples;
            census->dead[l] += unit->active == 0;
            census->rare[l] += unit->active > 0 && unit->active * INT64_C(100) < samples;
            if (record)
                record_unit(census, index, step);
        }
        census->dead_total += census->dead[l];
    }
}

double census_dead_share(const struct census *census)
{
    return (double)(census->deaths - census->revivals) /
        ((double)census->depth * census->width);
}

void census_change(struct census *census)
{
    for (long i = 0; i < (long)census->depth * census->width; i++)
        census->units[i].alive_at = -1;
}

void census_update(
    struct census *census, int layer, const double *changes, int inputs, long stride)
{
    double *weights = census->weight_changes + (long)layer * census->width;
    double *biases = census->bias_changes + (long)layer * census->width;
    for (int i = 0; i < inputs; i++) {
        const double *row = changes + i * stride;
        for (int j = 0; j < census->width; j++) {
            double size = fabs(row[j]);
            weights[j] = size > weights[j] ? size : weights[j];
        }
    }
    for (int j = 0; j < census->width; j++)
        biases[j] += changes[inputs * stride + j];
}
