/*
 * Rows of numbers, one a step, over all steps so far in bounded memory.
 *
 * The newest CHRONICLE_RECENT steps are all there. Of the older ones a step stays when its
 * number has at most 8 significant bits: every step below 256, every second below 512, every
 * fourth below 1024, and so on. So
 * - nothing is ever merged: what is shown of a step was measured at that step. (A mean would be
 *   wrong here: of values that span decades the arithmetic mean is the largest of them, the
 *   geometric mean of a signal that was once exactly 0 is 0, and an undefined gain has none.)
 * - rows are only appended, so that a copy takes over the new ones alone;
 * - a linear axis of up to 256 cells, each of 2^k steps, and a logarithmic axis of up to 128
 *   cells an octave fall on steps that stayed;
 * - memory grows with the logarithm of the steps: 128 rows an octave.
 * What must not get lost between two kept steps is for the writer of the rows to carry over
 * (engine/curves.h keeps the lowest and highest loss so).
 */
#ifndef NABLASCOPE_ENGINE_CHRONICLE_H
#define NABLASCOPE_ENGINE_CHRONICLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CHRONICLE_RECENT = 256,
    CHRONICLE_OCTAVE = 128, /* rows kept from one power of two to the next */
    CHRONICLE_SHIFTS = 31,  /* coarsest: every 2^30th step, up to step 2^38 - 1 */
};

struct chronicle {
    size_t width;    /* numbers a row; 0: nothing is recorded */
    uint64_t total;  /* steps recorded: 0..total-1 */
    uint64_t serial; /* grows with every chronicle_begin */
    double *kept;    /* owned */
    size_t rows;     /* in `kept`; fewer than chronicle_kept(total) when memory ran out */
    size_t reserved;
    double *recent; /* ring: step s is row s % CHRONICLE_RECENT; owned */
};

/* Begins anew with rows of this width. False when out of memory: nothing is recorded then. */
bool chronicle_begin(struct chronicle *chronicle, size_t width);
void chronicle_clear(struct chronicle *chronicle);

/*
 * The row of a step, to be filled by the caller and closed by chronicle_close: the next step,
 * or the present one again, whose row it replaces. NULL when nothing is recorded.
 */
double *chronicle_open(struct chronicle *chronicle, uint64_t step);
/* Keeps the newest row, if it is one to be kept and there is memory. */
void chronicle_close(struct chronicle *chronicle);

/* The row of a step, NULL when it is not there. */
const double *chronicle_row(const struct chronicle *chronicle, uint64_t step);

/* Some of the numbers of a row. */
struct row_part {
    size_t first, count;
};

/*
 * Makes `to` a copy of these parts of every row, one after the other. When `to` is such a copy
 * of an earlier state of `from` (the caller knows), only what is new is copied. `to->width` is
 * the parts' total. False when out of memory.
 */
bool chronicle_copy(struct chronicle *to, const struct chronicle *from,
    const struct row_part *parts, int part_count);

/* Whether a step stays. */
bool chronicle_keeps(uint64_t step);
/* Rows kept of the steps 0..total-1; the step of a kept row; the last kept step up to one. */
size_t chronicle_kept(uint64_t total);
uint64_t chronicle_step(size_t row);
uint64_t chronicle_before(uint64_t step);

#endif
