/*
 * What a pass and an update tell the census, shared among the network's workers.
 */
#ifndef NABLASCOPE_CORE_CENSUS_INTAKE_H
#define NABLASCOPE_CORE_CENSUS_INTAKE_H

#include "core/census.h"
#include "core/network.h"

/* Counts the units of every hidden layer by the last pass; false when interrupted. */
bool census_take_pass(
    struct census *census, const struct network *network, const struct interrupt *interrupt);

/*
 * What the last update did to the hidden layers first..end-1 (0-based), for the case that it
 * kills a unit; their `steps` stand yet.
 */
void census_take_update(
    struct census *census, const struct network *network, int first, int end);

#endif
