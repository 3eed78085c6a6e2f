/*
 * One training step in full, as JSON: everything another program needs to compute it again, and
 * what it must find (`claims`).
 */
#ifndef NABLASCOPE_IO_EXPORT_H
#define NABLASCOPE_IO_EXPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "core/error.h"
#include "engine/session.h"

/* What the training keeps for it (training_keep_signals). */
extern const struct signals export_signals;

/*
 * Exports the session's present step, making its update. False with *error when interrupted, or
 * at the first write that fails, with its errno.
 */
bool export_step(FILE *file, struct session *session, struct error *error);

#endif
