#include "engine/history.h"

#include <string.h>

void history_clear(struct history *history)
{
    memset(history, 0, sizeof *history);
    history->stride = 1;
}

void history_add(struct history *history, double value)
{
    history->recent[history->total % HISTORY_RECENT] = value;
    history->total++;
    history->before = history->gathered;
    history->gathered += value;
    if (++history->pending < history->stride)
        return;
    if (history->count == HISTORY_LENGTH) {
        for (int i = 0; i < HISTORY_LENGTH / 2; i++)
            history->points[i] = (history->points[2 * i] + history->points[2 * i + 1]) / 2;
        history->count = HISTORY_LENGTH / 2;
        history->stride *= 2;
        return; /* the gathered steps are half of the next, longer point */
    }
    history->points[history->count++] = history->gathered / (double)history->pending;
    history->gathered = 0;
    history->pending = 0;
}

int history_recent(const struct history *history, int count, double *values)
{
    uint64_t available = history->total < HISTORY_RECENT ? history->total : HISTORY_RECENT;
    int taken = (uint64_t)count < available ? count : (int)available;
    for (int i = 0; i < taken; i++)
        values[i] = history->recent[(history->total - (uint64_t)(taken - i)) % HISTORY_RECENT];
    return taken;
}

void history_drop(struct history *history)
{
    if (history->total == 0)
        return;
    history->total--;
    if (history->pending == 0 && history->count > 0) {
        /* It completed the last point: open that again. */
        history->count--;
        history->pending = history->stride;
    }
    history->gathered = history->before;
    history->pending--;
}
