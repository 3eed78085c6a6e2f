#include "engine/step_rows.h"

#include <stdlib.h>
#include <string.h>

bool step_rows_begin(struct step_rows *rows, size_t width)
{
    if (rows->width != width) {
        free(rows->kept);
        free(rows->recent);
        rows->kept = NULL;
        rows->reserved = 0;
        rows->recent = calloc(STEP_ROWS_RECENT, width * sizeof *rows->recent);
        rows->width = rows->recent ? width : 0;
    }
    rows->total = rows->oldest = 0;
    rows->count = rows->ahead = 0;
    rows->age++;
    rows->source = NULL;
    return rows->width == width;
}

void step_rows_clear(struct step_rows *rows)
{
    free(rows->kept);
    free(rows->recent);
    memset(rows, 0, sizeof *rows);
}

/* Low bits that a kept step of this size has not set. */
static int coarseness(uint64_t step)
{
    int shift = 0;
    while (step >> shift >= 2 * STEP_ROWS_OCTAVE)
        shift++;
    return shift;
}

bool step_rows_keeps(uint64_t step)
{
    int shift = coarseness(step);
    return shift < STEP_ROWS_SHIFTS && (step & ((UINT64_C(1) << shift) - 1)) == 0;
}

/* The row of the last kept step up to this one. */
static size_t row_before(uint64_t step)
{
    int shift = coarseness(step);
    if (shift >= STEP_ROWS_SHIFTS)
        return (STEP_ROWS_SHIFTS + 1) * STEP_ROWS_OCTAVE - 1;
    return (size_t)shift * STEP_ROWS_OCTAVE + (size_t)(step >> shift);
}

size_t step_rows_kept(uint64_t total)
{
    return total == 0 ? 0 : row_before(total - 1) + 1;
}

uint64_t step_rows_step(size_t row)
{
    if (row < 2 * STEP_ROWS_OCTAVE)
        return row;
    size_t shift = row / STEP_ROWS_OCTAVE - 1;
    return (uint64_t)(row - shift * STEP_ROWS_OCTAVE) << shift;
}

uint64_t step_rows_before(uint64_t step)
{
    return step_rows_step(row_before(step));
}

static double *recent_row(const struct step_rows *rows, uint64_t step)
{
    return rows->recent + step % STEP_ROWS_RECENT * rows->width;
}

double *step_rows_open(struct step_rows *rows, uint64_t step)
{
    bool next = step == rows->total, again = step + 1 == rows->total;
    if (rows->width == 0 || (!next && !again))
        return NULL;
    rows->total = step + 1;
    return recent_row(rows, step);
}

/* Room for so many kept rows, in whole octaves. */
static bool reserve(struct step_rows *rows, size_t count)
{
    if (count <= rows->reserved)
        return true;
    size_t size = (count + STEP_ROWS_OCTAVE - 1) / STEP_ROWS_OCTAVE * STEP_ROWS_OCTAVE;
    double *kept = realloc(rows->kept, size * rows->width * sizeof *kept);
    if (!kept)
        return false;
    rows->kept = kept;
    rows->reserved = size;
    return true;
}

void step_rows_close(struct step_rows *rows)
{
    uint64_t step = rows->total - 1;
    if (!step_rows_keeps(step))
        return;
    size_t row = row_before(step);
    /* After a gap, which a lack of memory leaves, no row would be where it belongs. */
    if (row > rows->count || !reserve(rows, row + 1))
        return;
    memcpy(rows->kept + row * rows->width, recent_row(rows, step),
        rows->width * sizeof *rows->kept);
    rows->count = row + 1;
    if (rows->ahead < rows->count)
        rows->ahead = rows->count;
}

/* The first step in the ring. */
static uint64_t first_recent(const struct step_rows *rows)
{
    uint64_t first = rows->total > STEP_ROWS_RECENT ? rows->total - STEP_ROWS_RECENT : 0;
    return first > rows->oldest ? first : rows->oldest;
}

const double *step_rows_at(const struct step_rows *rows, uint64_t step)
{
    if (step >= rows->total)
        return NULL;
    if (step >= first_recent(rows))
        return recent_row(rows, step);
    size_t row = row_before(step);
    bool kept = step_rows_keeps(step) && row < rows->count;
    return kept ? rows->kept + row * rows->width : NULL;
}

uint64_t step_rows_cut(struct step_rows *rows, uint64_t step)
{
    uint64_t first = first_recent(rows);
    if (step + 1 >= rows->total)
        return rows->total > 0 ? rows->total - 1 : 0;
    if (step < first && rows->count == 0) {
        rows->total = rows->oldest = rows->ahead = 0;
        rows->age++;
        return 0;
    }
    if (step < first) {
        /* The last kept row up to it, which the ring gets, too: the next row follows it. */
        size_t row = row_before(step);
        row = row < rows->count ? row : rows->count - 1;
        step = first = step_rows_step(row);
        memcpy(recent_row(rows, step), rows->kept + row * rows->width,
            rows->width * sizeof *rows->kept);
    }
    rows->oldest = first;
    rows->total = step + 1;
    if (rows->count > step_rows_kept(rows->total))
        rows->count = step_rows_kept(rows->total);
    rows->age++;
    return step;
}

bool step_rows_resume(struct step_rows *rows, uint64_t step, const double *row)
{
    size_t kept = step_rows_kept(step + 1);
    if (rows->width == 0)
        return true;
    if (kept > rows->ahead)
        return false;
    if (step < first_recent(rows) || step >= rows->total) {
        memcpy(recent_row(rows, step), row, rows->width * sizeof *row);
        rows->oldest = step;
    } else {
        rows->oldest = first_recent(rows);
    }
    rows->total = step + 1;
    rows->count = kept;
    rows->age++;
    return true;
}

void step_rows_forget(struct step_rows *rows, uint64_t step)
{
    size_t left = step_rows_kept(step);
    left = left > rows->count ? left : rows->count;
    if (left >= rows->ahead)
        return;
    rows->ahead = left;
    rows->age++;
}

const double *step_rows_kept_at(const struct step_rows *rows, uint64_t step)
{
    size_t row = row_before(step);
    bool kept = step_rows_keeps(step) && row < rows->ahead;
    return kept ? rows->kept + row * rows->width : step_rows_at(rows, step);
}

static bool is_copy(
    const struct step_rows *to, const struct step_rows *from, struct row_part part)
{
    return to->source == from && to->source_age == from->age && to->part.first == part.first &&
        to->width == part.count;
}

static void copy_row(double *to, const double *from, struct row_part part)
{
    memcpy(to, from + part.first, part.count * sizeof *to);
}

bool step_rows_copy(struct step_rows *to, const struct step_rows *from, struct row_part part)
{
    if (!is_copy(to, from, part) && !step_rows_begin(to, part.count))
        return false;
    if (!reserve(to, from->ahead))
        return false;
    /* The newest row may have been replaced since. */
    size_t row = to->count > 0 ? to->count - 1 : 0;
    uint64_t step = to->total > 0 ? to->total - 1 : 0;
    size_t end = to->ahead < from->ahead ? from->ahead : from->count;
    for (; row < end; row++)
        copy_row(to->kept + row * to->width, from->kept + row * from->width, part);
    step = step > first_recent(from) ? step : first_recent(from);
    for (; step < from->total; step++)
        copy_row(recent_row(to, step), recent_row(from, step), part);
    to->count = from->count;
    to->ahead = from->ahead;
    to->total = from->total;
    to->oldest = from->oldest;
    to->source = from;
    to->source_age = from->age;
    to->part = part;
    return true;
}
