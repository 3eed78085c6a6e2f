#include "core/workers.h"

#include <stddef.h>

/*
 * Giving work to another thread that looks for it and waiting for it takes some hundred
 * nanoseconds; a core does about so many floating-point operations in a thousand.
 */
#define LEAST_SHARE 1e5

void workers_run(const struct workers *workers, double operations, work_fn *work, void *context)
{
    double shares = operations / LEAST_SHARE;
    if (!workers || workers->count == 1 || shares < 2)
        work(context, 0, 1);
    else
        workers->run(workers->pool, shares < workers->count ? (int)shares : workers->count,
            work, context);
}
