/*
 * The graveyard: which hidden units are dead, since when, and which came back.
 *
 * A unit is dead when its activation is exactly 0 on every sample of the whole data set, which
 * only activations with a flat side can be; rare when it is active on fewer than 1 % of the
 * samples.
 */
#ifndef NABLASCOPE_CORE_CENSUS_H
#define NABLASCOPE_CORE_CENSUS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/kernels.h"

struct unit_record {
    int64_t died_at;  /* step at which it was first found dead; -1: alive */
    int32_t active;   /* samples on which it was active, at the last count */
    int32_t revivals; /* times it came back */
};

struct census {
    int depth, width;
    struct unit_record *units; /* depth × width, layer 1 first; owned */
    int *dead, *rare;          /* for each hidden layer; owned */
    double *counts;            /* scratch, a row of a layer's activations; owned */
    int64_t dead_total;
    int64_t deaths, revivals; /* since step 0; a unit dead at step 0 counts as a death */
    int64_t first_death;      /* step of the first, -1: none */
    int64_t last_death, last_revival;
};

bool census_init(struct census *census, int depth, int width);
void census_clear(struct census *census);

/* Sets every `active` to 0 before a count. */
void census_begin(struct census *census);
/* Counts one layer (0-based) by its activations, a row for each sample. */
void census_count(
    struct census *census, const struct kernels *kernels, int layer, const struct matrix *a);
/*
 * Draws the conclusion of a count over `samples` samples at `step`. Deaths and revivals are
 * recorded only if `record`; the numbers of dead and rare units always.
 */
void census_end(struct census *census, int64_t step, int samples, bool record);

#endif
