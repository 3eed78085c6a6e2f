/*
 * A few threads that share the work of a pass (core/workers.h) and sleep when there is none.
 */
#ifndef NABLASCOPE_ENGINE_POOL_H
#define NABLASCOPE_ENGINE_POOL_H

#include "core/error.h"
#include "core/workers.h"

enum { POOL_MOST = 64 };

struct pool;

/*
 * Threads that are of use here: the cores that the process may run on, at most POOL_MOST. Two
 * threads of a core share its arithmetic and cache, and everyone waits for the slower.
 */
int pool_advice(void);

/* `threads` with the caller's own, 1..POOL_MOST. NULL with *error when they cannot be had. */
struct pool *pool_create(int threads, struct error *error);
/* No work may be going on. */
void pool_destroy(struct pool *pool);

/* For one caller at a time; valid as long as the pool. */
const struct workers *pool_workers(const struct pool *pool);

#endif
