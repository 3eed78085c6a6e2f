#include "core/workers.h"

#include <stddef.h>

/* Waking another thread and waiting for it takes about a microsecond; a core does this many
 * floating-point operations in ten. */
#define LEAST_OPERATIONS 1e6

void workers_run(const struct workers *workers, double operations, work_fn *work, void *context)
{
    if (workers && workers->count > 1 && operations >= LEAST_OPERATIONS)
        workers->run(workers->pool, work, context);
    else
        work(context, 0, 1);
}
