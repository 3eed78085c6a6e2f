/*
 * Who does the work of a pass: the caller alone, or several at once. The threads themselves are
 * not the core's (engine/pool.h); who works on what never changes a bit of the result.
 */
#ifndef NABLASCOPE_CORE_WORKERS_H
#define NABLASCOPE_CORE_WORKERS_H

#include <stdbool.h>

/* The share of worker `index`, 0-based, of `count`; no share waits for another. */
typedef void work_fn(void *context, int index, int count);

struct workers {
    int count; /* 1 or more */
    /*
     * Calls `work` for every index below `count`, here at most workers->count, or below less
     * where not all are there; at the same time or in turn. Returns when all are done.
     */
    void (*run)(void *pool, int count, work_fn *work, void *context);
    void *pool;
    /* Floating-point operations that are worth handing out; 0: as on most machines. */
    double least_share;
};

/* Whether so much is not worth waking others for, or there are none. */
bool workers_are_one(const struct workers *workers, double operations);

/* Has the work done, by as many workers as it is worth waking; `workers` may be NULL. */
void workers_run(
    const struct workers *workers, double operations, work_fn *work, void *context);

#endif
