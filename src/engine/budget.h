/*
 * Work beside the training that may take a share of the time and no more: after each piece it
 * waits until that share of the time since then would be enough for another one as long. Pieces
 * that the training makes itself, with the same result, count as such; for what they leave
 * there is a smaller share, so that short pieces can be had all the same.
 */
#ifndef NABLASCOPE_ENGINE_BUDGET_H
#define NABLASCOPE_ENGINE_BUDGET_H

#include <stdbool.h>

/* Start from a zeroed struct but for the shares. All times in seconds, by one clock. */
struct budget {
    double share, least; /* above 0, up to 1: since the last piece, since the last of its own */
    double ended, own_ended; /* when that did */
    double took, own_took;   /* how long it took */
};

/* Whether another piece may begin now. The first may at once. */
bool budget_allows(const struct budget *budget, double now);
/* A piece was at work from `began` on until `now`; or one of the training's. */
void budget_spend(struct budget *budget, double began, double now);
void budget_note(struct budget *budget, double began, double now);

#endif
