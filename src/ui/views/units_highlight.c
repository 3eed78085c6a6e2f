#include "ui/views/units.h"

#include <string.h>

/* The newest entry that has been shown long enough. */
static int base_of(const struct highlight *highlight, double now)
{
    int base = 0;
    for (int i = 1; i < highlight->count; i++) {
        if (highlight->seen[i].at <= now - HIGHLIGHT_SECONDS)
            base = i;
    }
    return base;
}

static void drop(struct highlight *highlight, int entries)
{
    highlight->count -= entries;
    memmove(highlight->seen, highlight->seen + entries,
        (size_t)highlight->count * sizeof highlight->seen[0]);
}

void highlight_miss(struct highlight *highlight, uint64_t step)
{
    if (highlight->count > 0 && step != highlight->seen[highlight->count - 1].step)
        highlight->count = 0;
}

uint64_t highlight_since(struct highlight *highlight, uint64_t step, bool resting, double now)
{
    if (highlight->count > 0 && step < highlight->seen[highlight->count - 1].step)
        highlight->count = 0; /* time went back */
    if (highlight->count == 0 || step != highlight->seen[highlight->count - 1].step) {
        /* At more than HIGHLIGHT_KEPT frames in the time, what is new fades a little early. */
        if (highlight->count == HIGHLIGHT_KEPT)
            drop(highlight, 1);
        highlight->seen[highlight->count].at = now;
        highlight->seen[highlight->count++].step = step;
    }
    drop(highlight,
        base_of(highlight, resting ? highlight->seen[highlight->count - 1].at : now));
    return highlight->seen[0].step;
}

double highlight_until(const struct highlight *highlight, bool resting, double now)
{
    if (resting || highlight->count < 2)
        return 0;
    for (int i = 1; i < highlight->count; i++) {
        if (highlight->seen[i].at + HIGHLIGHT_SECONDS > now)
            return highlight->seen[i].at + HIGHLIGHT_SECONDS;
    }
    return 0;
}
