#include "core/workers.h"

#include <stddef.h>

/*
 * Handing a share out costs a third of a microsecond, and as much again for every few lines of
 * the cache that it needs of others': a core does about so many floating-point operations in
 * two.
 */
#define LEAST_SHARE 1e5

static double shares(const struct workers *workers, double operations)
{
    return operations / (workers->least_share > 0 ? workers->least_share : LEAST_SHARE);
}

bool workers_are_one(const struct workers *workers, double operations)
{
    return !workers || workers->count == 1 || shares(workers, operations) < 2;
}

void workers_run(const struct workers *workers, double operations, work_fn *work, void *context)
{
    if (workers_are_one(workers, operations)) {
        work(context, 0, 1);
        return;
    }
    double most = shares(workers, operations);
    workers->run(
        workers->pool, most < workers->count ? (int)most : workers->count, work, context);
}
