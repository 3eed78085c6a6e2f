/*
 * One training step in full, as JSON or for NumPy: everything another program needs to compute
 * it again, and what it must find (`claims`).
 */
#ifndef NABLASCOPE_IO_EXPORT_H
#define NABLASCOPE_IO_EXPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "core/error.h"
#include "engine/session.h"

enum export_format { EXPORT_JSON, EXPORT_NPZ };

const char *export_format_name(int index);
/* What the training keeps for it (training_keep_signals); `layer` as below. */
struct signals export_signals(int layer);

/*
 * Exports the session's present step, making its update. With `layer` 1..depth + 1 of the lists
 * of layers that one alone, and X only of the first, Y only of the last; 0: all. False with
 * *error when interrupted or out of memory, or at the first write that fails, with its errno.
 */
bool export_step(FILE *file, struct session *session, enum export_format format, int layer,
    struct error *error);

#endif
