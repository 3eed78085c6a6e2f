#include "engine/chronicle.h"

#include <stdlib.h>
#include <string.h>

bool chronicle_begin(struct chronicle *chronicle, size_t width)
{
    if (chronicle->width != width) {
        free(chronicle->kept);
        free(chronicle->recent);
        chronicle->kept = NULL;
        chronicle->reserved = 0;
        chronicle->recent = calloc(CHRONICLE_RECENT, width * sizeof *chronicle->recent);
        chronicle->width = chronicle->recent ? width : 0;
    }
    chronicle->total = 0;
    chronicle->rows = 0;
    chronicle->serial++;
    return chronicle->width == width;
}

void chronicle_clear(struct chronicle *chronicle)
{
    free(chronicle->kept);
    free(chronicle->recent);
    memset(chronicle, 0, sizeof *chronicle);
}

/* Low bits that a kept step of this size has not set. */
static int coarseness(uint64_t step)
{
    int shift = 0;
    while (step >> shift >= 2 * CHRONICLE_OCTAVE)
        shift++;
    return shift;
}

bool chronicle_keeps(uint64_t step)
{
    int shift = coarseness(step);
    return shift < CHRONICLE_SHIFTS && (step & ((UINT64_C(1) << shift) - 1)) == 0;
}

/* The row of the last kept step up to this one. */
static size_t row_before(uint64_t step)
{
    int shift = coarseness(step);
    if (shift >= CHRONICLE_SHIFTS)
        return (CHRONICLE_SHIFTS + 1) * CHRONICLE_OCTAVE - 1;
    return (size_t)shift * CHRONICLE_OCTAVE + (size_t)(step >> shift);
}

size_t chronicle_kept(uint64_t total)
{
    return total == 0 ? 0 : row_before(total - 1) + 1;
}

uint64_t chronicle_step(size_t row)
{
    if (row < 2 * CHRONICLE_OCTAVE)
        return row;
    size_t shift = row / CHRONICLE_OCTAVE - 1;
    return (uint64_t)(row - shift * CHRONICLE_OCTAVE) << shift;
}

uint64_t chronicle_before(uint64_t step)
{
    return chronicle_step(row_before(step));
}

static double *recent_row(const struct chronicle *chronicle, uint64_t step)
{
    return chronicle->recent + step % CHRONICLE_RECENT * chronicle->width;
}

double *chronicle_open(struct chronicle *chronicle, uint64_t step)
{
    if (chronicle->width == 0)
        return NULL;
    chronicle->total = step + 1;
    return recent_row(chronicle, step);
}

/* Room for so many kept rows, in whole octaves. */
static bool reserve(struct chronicle *chronicle, size_t rows)
{
    if (rows <= chronicle->reserved)
        return true;
    size_t size = (rows + CHRONICLE_OCTAVE - 1) / CHRONICLE_OCTAVE * CHRONICLE_OCTAVE;
    double *kept = realloc(chronicle->kept, size * chronicle->width * sizeof *chronicle->kept);
    if (!kept)
        return false;
    chronicle->kept = kept;
    chronicle->reserved = size;
    return true;
}

void chronicle_close(struct chronicle *chronicle)
{
    uint64_t step = chronicle->total - 1;
    if (!chronicle_keeps(step))
        return;
    size_t row = row_before(step);
    /* After a gap, which a lack of memory leaves, no row would be where it belongs. */
    if (row > chronicle->rows || !reserve(chronicle, row + 1))
        return;
    memcpy(chronicle->kept + row * chronicle->width, recent_row(chronicle, step),
        chronicle->width * sizeof *chronicle->kept);
    chronicle->rows = row + 1;
}

const double *chronicle_row(const struct chronicle *chronicle, uint64_t step)
{
    if (step >= chronicle->total)
        return NULL;
    if (step + CHRONICLE_RECENT >= chronicle->total)
        return recent_row(chronicle, step);
    size_t row = row_before(step);
    bool kept = chronicle_keeps(step) && row < chronicle->rows;
    return kept ? chronicle->kept + row * chronicle->width : NULL;
}

static void copy_row(
    double *to, const double *from, const struct row_part *parts, int part_count)
{
    for (int i = 0; i < part_count; i++) {
        memcpy(to, from + parts[i].first, parts[i].count * sizeof *to);
        to += parts[i].count;
    }
}

bool chronicle_copy(struct chronicle *to, const struct chronicle *from,
    const struct row_part *parts, int part_count)
{
    if (to->width == 0 || !reserve(to, from->rows))
        return false;
    /* The newest row may have been replaced since. */
    size_t row = to->rows > 0 ? to->rows - 1 : 0;
    uint64_t step = to->total > 0 ? to->total - 1 : 0;
    for (; row < from->rows; row++)
        copy_row(to->kept + row * to->width, from->kept + row * from->width, parts, part_count);
    if (step + CHRONICLE_RECENT < from->total)
        step = from->total - CHRONICLE_RECENT;
    for (; step < from->total; step++)
        copy_row(recent_row(to, step), recent_row(from, step), parts, part_count);
    to->rows = from->rows;
    to->total = from->total;
    return true;
}
