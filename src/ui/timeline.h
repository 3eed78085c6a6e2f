/*
 * An axis of steps: which step each column shows. Every kind falls on steps that the record
 * keeps (engine/chronicle.h), and keeps still: the linear and logarithmic ones grow from the
 * left and, when the width is full, hold twice as much; the recent one moves.
 */
#ifndef NABLASCOPE_UI_TIMELINE_H
#define NABLASCOPE_UI_TIMELINE_H

#include <stdint.h>

#include "ui/surface.h"

enum timeline_kind {
    TIMELINE_LINEAR, /* all steps, a power of two of them a column */
    TIMELINE_LOG,    /* all steps, as many columns for each doubling of step + 1 */
    TIMELINE_RECENT  /* the last steps, one a column */
};

const char *timeline_name(int index);

/* More columns than that are not used: older steps are not kept more finely. */
enum { TIMELINE_WIDEST = 256 };

struct timeline {
    enum timeline_kind kind;
    uint64_t total; /* steps: 0..total-1; at least 1 */
    int width;      /* columns */
    uint64_t pace;  /* LINEAR: steps a column; LOG: doublings over the whole width */
    int spread;     /* LINEAR: columns a step, 8, 4, 2 or 1; at pace 1 only */
};

struct timeline timeline_of(enum timeline_kind kind, uint64_t total, int width);
/* The first column that shows a step, and the one after the last: that shows the newest. */
int timeline_begin(const struct timeline *timeline);
int timeline_end(const struct timeline *timeline);
/* The last step that falls on the column, which is the one it shows; the newest step at most.
 */
uint64_t timeline_step(const struct timeline *timeline, int column);
/*
 * The first step that falls on the column: the one after the step of the column before. On a
 * wide logarithmic axis nothing new may fall on a column: it repeats the one before.
 */
uint64_t timeline_first(const struct timeline *timeline, int column);

/* The column on which a recorded step falls; -1 when it is older than what is shown. */
int timeline_column(const struct timeline *timeline, uint64_t step);

/* Numbers of steps in row y, from x on; their first digit stands at their column. RECENT: how
 * many steps ago. */
void timeline_draw_labels(
    const struct timeline *timeline, struct surface *surface, int x, int y);

#endif
