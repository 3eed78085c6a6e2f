/*
 * The rows of `nablascope run`: the columns of steps or of layers (core/quantity.h), as CSV or
 * JSON Lines.
 *
 * Numbers as the shortest decimal (io/number.h); what is not finite as nan, inf and -inf in
 * CSV, as null in JSON. What is not defined (a gain below a dead layer, the cosine where a
 * gradient has no direction) or was not counted is empty in CSV and null in JSON. Errors stay
 * in the stream: see ferror.
 */
#ifndef NABLASCOPE_IO_ROWS_H
#define NABLASCOPE_IO_ROWS_H

#include <stdbool.h>
#include <stdio.h>

#include "core/observation.h"

enum rows_format { ROWS_CSV, ROWS_JSONL };

const char *rows_format_name(int index);

/* Of rows of such steps: those of what is held out come last, where something is (`test`). */
void rows_print_header(FILE *file, bool layers, const struct observation *seen);
/*
 * One row, or with `layers` one for each layer; once the update is made, which gives the update
 * ratios. Accuracy and dead units where the step has been surveyed and `census` is wanted; else
 * these cells are empty.
 */
void rows_print_step(FILE *file, enum rows_format format, bool layers,
    const struct observation *seen, bool census);

#endif
