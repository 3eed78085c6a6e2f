#include "ui/views/units_highlight.h"

#include <string.h>

/* The newest entry that has been shown long enough. */
static int base_of(const struct fresh *fresh, double now)
{
    int base = 0;
    for (int i = 1; i < fresh->count; i++) {
        if (fresh->seen[i].at <= now - FRESH_SECONDS)
            base = i;
    }
    return base;
}

static void drop(struct fresh *fresh, int entries)
{
    fresh->count -= entries;
    memmove(fresh->seen, fresh->seen + entries, (size_t)fresh->count * sizeof fresh->seen[0]);
}

uint64_t fresh_since(
    struct fresh *fresh, uint64_t builds, uint64_t step, bool resting, double now)
{
    bool anew = fresh->count == 0 || builds != fresh->builds ||
        step < fresh->seen[fresh->count - 1].step;
    if (anew)
        fresh->count = 0;
    fresh->builds = builds;
    if (anew || step != fresh->seen[fresh->count - 1].step) {
        /* At more than FRESH_KEPT frames in the time, what is new fades a little early. */
        if (fresh->count == FRESH_KEPT)
            drop(fresh, 1);
        fresh->seen[fresh->count].at = now;
        fresh->seen[fresh->count++].step = step;
    }
    drop(fresh, base_of(fresh, resting ? fresh->seen[fresh->count - 1].at : now));
    return fresh->seen[0].step;
}

double fresh_until(const struct fresh *fresh, bool resting, double now)
{
    if (resting || fresh->count < 2)
        return 0;
    for (int i = 1; i < fresh->count; i++) {
        if (fresh->seen[i].at + FRESH_SECONDS > now)
            return fresh->seen[i].at + FRESH_SECONDS;
    }
    return 0;
}
