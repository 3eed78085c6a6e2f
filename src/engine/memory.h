/*
 * The memory of this machine.
 */
#ifndef NABLASCOPE_ENGINE_MEMORY_H
#define NABLASCOPE_ENGINE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "core/error.h"

/* Bytes of it; SIZE_MAX where it does not say. */
size_t memory_size(void);
/* Whether this machine has so much; if not, *error says how much it has. */
bool memory_fits(size_t bytes, struct error *error);

#endif
