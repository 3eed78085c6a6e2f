/*
 * The graveyard: which hidden units are dead, since when, what killed them, and which came
 * back.
 *
 * A unit is dead when its activation is exactly 0 on every sample of the whole data set, which
 * only activations with a flat side can be; rare when it is active on fewer than 1 % of the
 * samples.
 */
#ifndef NABLASCOPE_CORE_CENSUS_H
#define NABLASCOPE_CORE_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/network.h"
#include "core/observation.h"

struct unit_record {
    int64_t died_at;    /* step at which it was first found dead; -1: alive */
    int64_t revived_at; /* step at which it was last found to have come back; -1: never */
    int64_t alive_at; /* step of the last recorded count that found it alive; -1: none did since
                         the activation was chosen */
    double peak;      /* its largest activation then */
    /* What the updates from alive_at to died_at did: one where the batch is the data set. */
    double bias_change;   /* of all of them together */
    double weight_change; /* largest absolute change of an incoming weight in one of them */
    int32_t active;       /* samples on which it was active, at the last count */
    int32_t revivals;     /* times it came back */
};

/* Active on no sample of the data set. */
static inline bool unit_record_dead(const struct unit_record *unit)
{
    return unit->active == 0;
}

/* Active on fewer than 1 % of these samples, but not dead. */
static inline bool unit_record_rare(const struct unit_record *unit, int samples)
{
    return unit->active > 0 && unit->active * INT64_C(100) < samples;
}

struct census {
    int depth, width;          /* of the widest layer */
    short widths[DEPTH_MOST];  /* of each */
    struct unit_record *units; /* depth × width, layer 1 first, without use where a layer has
                                  no such unit; owned */
    int *dead, *rare;          /* for each hidden layer; owned */
    struct death_toll toll;
    bool immortal; /* the last recorded count found that nothing can die: all are alive */

    /*
     * A row of `stride` for each layer; owned. Of the count under way: active samples and the
     * largest activation. Of the updates since the last recorded count: the changes of biases
     * together, and the largest of a weight.
     */
    ptrdiff_t stride;
    double *counts, *peaks, *bias_changes, *weight_changes;
};

bool census_init(struct census *census, const struct network_shape *shape);
void census_clear(struct census *census);
/* Bytes that a census allocates. */
size_t census_bytes(int depth, int width);

/* Forgets the count before, also one that was given up; `mortal` as in census_end. */
void census_begin(struct census *census, bool mortal);
/*
 * Counts units of one layer (0-based) from unit `first` (0-based) on by their activations,
 * which are not negative: a row a sample, a column a unit. Others may count other units
 * meanwhile.
 */
void census_count(struct census *census, const struct kernels *kernels, int layer, int first,
    const struct matrix *a);
/* Takes in what has been counted elsewhere, on other samples: rows as the census' own. */
void census_add(struct census *census, const double *counts, const double *peaks);
/*
 * Draws the conclusion of a count over `samples` samples at `step`. Deaths and revivals are
 * recorded only if `record`; the numbers of dead and rare units always. Where no unit can die
 * (not `mortal`) nothing needs to be counted: all are active on every sample.
 */
void census_end(struct census *census, int64_t step, int samples, bool mortal, bool record);

/* The activation has changed: what a unit was before says nothing of what kills it now. */
void census_change(struct census *census);

/*
 * Takes in an update of parameters of one hidden layer, those of units from `first` on, a
 * column each: what it added to them. Others may take in other units meanwhile.
 */
void census_update(struct census *census, const struct kernels *kernels, int layer, int first,
    const struct matrix *weight_changes, const double *bias_changes);

#endif
