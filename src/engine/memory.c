#include "engine/memory.h"

#include <stdint.h>
#include <unistd.h>

size_t memory_size(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (size_t)pages * (size_t)size : SIZE_MAX;
}

bool memory_fits(size_t bytes, struct error *error)
{
    const double gib = 1024.0 * 1024 * 1024;
    size_t have = memory_size();
    if (bytes <= have)
        return true;
    return error_set(error,
        "too large: needs %.1f GiB of %.1f GiB; choose a smaller depth, width or batch",
        (double)bytes / gib, (double)have / gib);
}
