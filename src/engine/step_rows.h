/*
 * Rows of numbers, one a step, over all steps so far in bounded memory.
 *
 * The newest STEP_ROWS_RECENT steps are all there. Of the older ones a step stays when its
 * number has at most 8 significant bits: every step below 256, every second below 512, every
 * fourth below 1024, and so on. So
 * - nothing is ever merged: what is shown of a step was measured at that step. (A mean would be
 *   wrong here: of values that span decades the arithmetic mean is the largest of them, the
 *   geometric mean of a signal that was once exactly 0 is 0, and an undefined gain has none.)
 * - rows are only appended, or forgotten from the end, so that a copy takes over the new ones
 *   alone;
 * - a linear axis of up to 256 cells, each of 2^k steps, and a logarithmic axis of up to 128
 *   cells an octave fall on steps that stayed;
 * - memory grows with the logarithm of the steps: 128 rows an octave.
 * What must not get lost between two kept steps is for the writer of the rows to carry over
 * (engine/record.h keeps the lowest and highest loss so).
 */
#ifndef NABLASCOPE_ENGINE_STEP_ROWS_H
#define NABLASCOPE_ENGINE_STEP_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STEP_ROWS_RECENT = 256,
    STEP_ROWS_OCTAVE = 128, /* rows kept from one power of two to the next */
    STEP_ROWS_SHIFTS = 31,  /* coarsest: every 2^30th step, up to step 2^38 - 1 */
};

/* Some of the numbers of a row. */
struct row_part {
    size_t first, count;
};

struct step_rows {
    size_t width;   /* numbers a row; 0: nothing is recorded */
    uint64_t total; /* steps recorded: 0..total-1 */
    double *kept;   /* owned */
    size_t count;   /* rows in `kept`; fewer than step_rows_kept(total) without memory */
    size_t ahead; /* rows in `kept` with those of steps that lie ahead again; at least count */
    size_t reserved;
    double *recent;  /* ring: step s is row s % STEP_ROWS_RECENT; owned */
    uint64_t oldest; /* no step before it is in the ring */
    uint64_t age;    /* grows whenever rows are forgotten */
    /* Of a copy: what of, of which age, and which part. */
    const struct step_rows *source;
    uint64_t source_age;
    struct row_part part;
};

/* Begins anew with rows of this width. False when out of memory: nothing is recorded then. */
bool step_rows_begin(struct step_rows *rows, size_t width);
void step_rows_clear(struct step_rows *rows);

/*
 * The row of a step, to be filled by the caller and closed by step_rows_close: the next step,
 * or the newest again, whose row still stands there. NULL for another step, and when nothing is
 * recorded.
 */
double *step_rows_open(struct step_rows *rows, uint64_t step);
/* Keeps the newest row, if it is one to be kept and there is memory. */
void step_rows_close(struct step_rows *rows);

/* The row of a step, NULL when it is not there. */
const double *step_rows_at(const struct step_rows *rows, uint64_t step);

/*
 * Goes back to `step`, so that the next to be written is the one after it. Where the row of
 * `step` is not there any more, the newest is one before it that is. Returns the step that is
 * the newest then; 0 also where none was. The kept rows of the steps after it lie ahead until
 * they are written again, as they were, or forgotten.
 */
uint64_t step_rows_cut(struct step_rows *rows, uint64_t step);
/*
 * Goes to `step`, back or on, whose row this was. False, and nothing has changed, where not all
 * steps up to it that stay have their rows.
 */
bool step_rows_resume(struct step_rows *rows, uint64_t step, const double *row);
/* Forgets the steps that lie ahead, from `step` on. */
void step_rows_forget(struct step_rows *rows, uint64_t step);
/* The kept row of a step, also of one that lies ahead; NULL: there is none. */
const double *step_rows_kept_at(const struct step_rows *rows, uint64_t step);

/*
 * Makes `to` a copy of this part of every row. When it is one of an earlier state already, only
 * what is new is copied. False when out of memory.
 */
bool step_rows_copy(struct step_rows *to, const struct step_rows *from, struct row_part part);

/* Whether a step stays. */
bool step_rows_keeps(uint64_t step);
/* Rows kept of the steps 0..total-1; the step of a kept row; the last kept step up to one. */
size_t step_rows_kept(uint64_t total);
uint64_t step_rows_step(size_t row);
uint64_t step_rows_before(uint64_t step);

#endif
