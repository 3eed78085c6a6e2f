#include "core/workers.h"

#include <stddef.h>

/*
 * Handing a share out costs a third of a microsecond, and as much again for every few lines of
 * the cache that it needs of others': a core does about so many floating-point operations in
 * two.
 */
#define LEAST_SHARE 1e5

void workers_run(const struct workers *workers, double operations, work_fn *work, void *context)
{
    if (!workers || workers->count == 1) {
        work(context, 0, 1);
        return;
    }
    double shares =
        operations / (workers->least_share > 0 ? workers->least_share : LEAST_SHARE);
    if (shares < 2)
        work(context, 0, 1);
    else
        workers->run(workers->pool, shares < workers->count ? (int)shares : workers->count,
            work, context);
}
