/*
 * What stands out for a moment: which steps have been shown for the first time just now.
 */
#ifndef NABLASCOPE_UI_VIEWS_UNITS_HIGHLIGHT_H
#define NABLASCOPE_UI_VIEWS_UNITS_HIGHLIGHT_H

#include <stdbool.h>
#include <stdint.h>

enum { FRESH_KEPT = 64 };
#define FRESH_SECONDS 1.5

/* Start from zero. */
struct fresh {
    uint64_t builds;
    int count;
    struct {
        double at; /* seconds */
        uint64_t step;
    } seen[FRESH_KEPT]; /* steps by the time at which they were first shown, oldest first */
};

/*
 * Takes in the step that is shown and returns the last one that is no longer new: what happened
 * after it stands out. While the training rests, the newest step stays new. `builds` changes
 * with a new start.
 */
uint64_t fresh_since(
    struct fresh *fresh, uint64_t builds, uint64_t step, bool resting, double now);
/* The time at which something stops being new; 0: nothing does. */
double fresh_until(const struct fresh *fresh, bool resting, double now);

#endif
