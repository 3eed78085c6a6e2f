#include "engine/pacing.h"

#include <math.h>

/* What may be caught up with after a step that took longer than its time. */
#define LATE_SECONDS 0.1
#define RATE_SECONDS 0.5

void pacing_step(struct pacing *pacing, double target, double began, double now)
{
    double late = pacing->measures ? LATE_SECONDS : 0; /* of another pace nothing is */
    pacing->due = fmax(pacing->due, began - late) + (isfinite(target) ? 1 / target : 0);
    if (!pacing->measures) {
        pacing->measures = true;
        pacing->since = now;
        pacing->steps = 0;
        return;
    }
    pacing->steps++;
    if (now - pacing->since < RATE_SECONDS)
        return;
    pacing->rate = (double)pacing->steps / (now - pacing->since);
    pacing->steps = 0;
    pacing->since = now;
}

void pacing_rest(struct pacing *pacing)
{
    pacing->rate = 0;
    pacing->measures = false;
}

void pacing_change(struct pacing *pacing)
{
    pacing->due = 0;
    pacing_rest(pacing);
}
