/*
 * Work beside the training that may take a share of the time and no more: after each piece it
 * waits until that share of the time since then would be enough for another one as long.
 */
#ifndef NABLASCOPE_ENGINE_BUDGET_H
#define NABLASCOPE_ENGINE_BUDGET_H

#include <stdbool.h>

/* Start from a zeroed struct but for the share. All times in seconds, by one clock. */
struct budget {
    double share; /* above 0, up to 1 */
    double ended; /* when the last piece did */
    double took;  /* how long it took */
};

/* Whether another piece may begin now. The first may at once. */
bool budget_allows(const struct budget *budget, double now);
/* A piece was at work from `began` on until `now`. */
void budget_spend(struct budget *budget, double began, double now);

#endif
