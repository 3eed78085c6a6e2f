/*
 * A quantity over all steps so far, in bounded memory: when full, neighbours are merged and the
 * stride doubles, so that the whole past keeps its shape.
 */
#ifndef NABLASCOPE_ENGINE_HISTORY_H
#define NABLASCOPE_ENGINE_HISTORY_H

#include <stdint.h>

enum { HISTORY_LENGTH = 512, HISTORY_RECENT = 256 };

struct history {
    int count;        /* points in `points` */
    uint64_t stride;  /* steps a point stands for */
    uint64_t pending; /* steps gathered for the next point */
    double gathered;  /* their sum */
    double before;    /* the sum without the newest, so that even a NaN can be taken back */
    double points[HISTORY_LENGTH];
    uint64_t total;                /* steps recorded */
    double recent[HISTORY_RECENT]; /* ring of the last values; the newest at total - 1 */
};

void history_clear(struct history *history);
void history_add(struct history *history, double value);
/* Takes the newest value back; once, before the next is added. */
void history_drop(struct history *history);
/* Copies the last `count` values, oldest first; returns how many there are. */
int history_recent(const struct history *history, int count, double *values);

#endif
