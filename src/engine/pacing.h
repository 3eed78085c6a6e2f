/*
 * When the next step is due, and how many there are a second, from the end of one step to the
 * end of another. Who has a clock passes its time, in seconds.
 */
#ifndef NABLASCOPE_ENGINE_PACING_H
#define NABLASCOPE_ENGINE_PACING_H

#include <stdbool.h>
#include <stdint.h>

/* Start from a zeroed struct. */
struct pacing {
    double due;    /* time of the next step; 0: at once */
    double rate;   /* steps a second, over half a second or more; 0: not measured yet */
    bool measures; /* from the end of a step, `since` */
    double since;
    uint64_t steps; /* done since then */
};

/* A step that began at `began` is done `now`; `target`: steps a second, INFINITY: no pace. */
void pacing_step(struct pacing *pacing, double target, double began, double now);
/* No steps are done at present. */
void pacing_rest(struct pacing *pacing);
/* Another pace is asked for: it begins at once, and what was measured is of no use. */
void pacing_change(struct pacing *pacing);

#endif
