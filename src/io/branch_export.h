/*
 * What a laboratory's branch was, for other programs: computed again from its settings and
 * changes, alone, so that it holds every step and every column whatever was recorded or
 * watched. What is written is what `nablascope run` and `export` write when they are given
 * those settings and changes (`--at`), to the byte.
 */
#ifndef NABLASCOPE_IO_BRANCH_EXPORT_H
#define NABLASCOPE_IO_BRANCH_EXPORT_H

#include "engine/branches.h"
#include "engine/session.h"
#include "io/export.h"
#include "io/output.h"
#include "io/rows.h"

struct branch_export {
    const struct branch *branch;
    uint64_t step; /* the last one of the rows, and the one that is exported in full */
    bool full;     /* that step in full, else the rows of all steps up to it */
    bool layers;   /* of the rows: one for each layer */
    enum rows_format format;
    enum export_format export_format;
    const struct kernels *kernels;
    const struct data_reader *reader; /* of files; may be NULL */
    struct interrupt interrupt;
    /* Told of each step that has been passed, with the context of `interrupt`. */
    void (*progress)(void *context, uint64_t step);
};

/*
 * Writes it to an open output, which the caller closes. False with *error when interrupted, out
 * of memory, when the branch diverges before a step that is to be exported in full, or when it
 * cannot be written.
 */
bool branch_export_write(
    const struct branch_export *work, struct output *output, struct error *error);

#endif
