/*
 * The rows of `nablascope run`: one table of columns for steps and one for layers, written as
 * CSV or JSON Lines.
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

#include "core/training.h"

enum rows_format { ROWS_CSV, ROWS_JSONL };

const char *rows_format_name(int index);

/* Which step a row is of; taken before the update, which moves training->step on. */
struct rows_step {
    uint64_t step;
    bool diverged;
    bool counted; /* with accuracy and dead units; else these cells are empty */
};

/* Counted if the training has been surveyed at this step and `census` is wanted. */
struct rows_step rows_step_of(const struct training *training, bool census);

void rows_print_header(FILE *file, bool layers);
/* One row, or with `layers` one for each layer. */
void rows_print_step(FILE *file, enum rows_format format, bool layers,
    const struct rows_step *step, const struct training *training);

#endif
