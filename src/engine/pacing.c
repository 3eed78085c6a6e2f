#include "engine/pacing.h"

#include <math.h>

/* What may be caught up with after a step that took longer than its time. */
#define LATE_SECONDS 0.1
#define RATE_SECONDS 0.5

void pacing_step(struct pacing *pacing, double target, double began, double now)
{
    double span = now - pacing->since;
    pacing->due = fmax(pacing->due, began - LATE_SECONDS) + (isfinite(target) ? 1 / target : 0);
    pacing->steps++;
    if (span < RATE_SECONDS)
        return;
    pacing->rate = (double)pacing->steps / span;
    pacing->steps = 0;
    pacing->since = now;
}

void pacing_rest(struct pacing *pacing, double now)
{
    pacing->rate = 0;
    pacing->since = now;
    pacing->steps = 0;
}
