/*
 * What of a matrix each worker does. Rows are shared in eights, so that several workers may be
 * at work on one chunk of a sum (core/reduce.h): who completes it adds it up, in the one order,
 * and who completes the last chunk of a layer finishes that. So workers wait for each other
 * only where a layer needs all of the one before, and no number depends on how many they are.
 */
#ifndef NABLASCOPE_CORE_SHARE_H
#define NABLASCOPE_CORE_SHARE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/reduce.h"

/* Parts of something, from `first` up to but without `end`. */
struct share {
    int first, end;
};

/* Workers are counted on round: shifted from layer to layer, few parts go to others each time.
 */
static inline struct share share_out(int parts, int worker, int workers)
{
    if (workers == 1) /* without the divisions, which a small net feels */
        return (struct share){0, parts};
    worker %= workers;
    return (struct share){(int)((int64_t)parts * worker / workers),
        (int)((int64_t)parts * (worker + 1) / workers)};
}

enum { SHARE_ROWS = 8 }; /* a cache line of what is turned round, two low tiles of a product */

static inline struct share share_of_rows(int rows, int worker, int workers)
{
    struct share share = share_out((rows + SHARE_ROWS - 1) / SHARE_ROWS, worker, workers);
    share.first = share.first * SHARE_ROWS < rows ? share.first * SHARE_ROWS : rows;
    share.end = share.end * SHARE_ROWS < rows ? share.end * SHARE_ROWS : rows;
    return share;
}

/* The rows of a share that belong to the chunk of its first one. */
static inline struct share share_in_chunk(struct share share)
{
    int end = (share.first / SUM_ROWS + 1) * SUM_ROWS;
    return (struct share){share.first, end < share.end ? end : share.end};
}

/* Adds what a worker has done; true for the one who completes the whole. */
static inline bool share_completes(atomic_int *done, int part, int whole)
{
    if (part == whole) /* alone */
        return true;
    if (part == 0 || atomic_fetch_add(done, part) + part < whole)
        return false;
    atomic_store(done, 0);
    return true;
}

#endif
