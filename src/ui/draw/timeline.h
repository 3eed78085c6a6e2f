/*
 * An axis of steps: which step each column shows. Every kind falls on steps that the record
 * keeps (engine/step_rows.h), and keeps still: it grows from the left, and when the width is
 * full, the linear and logarithmic ones hold twice as much, and the recent one turns the page
 * by a quarter.
 */
#ifndef NABLASCOPE_UI_DRAW_TIMELINE_H
#define NABLASCOPE_UI_DRAW_TIMELINE_H

#include <stdint.h>

#include "ui/draw/surface.h"

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
    uint64_t total; /* steps: 0..total-1; at least 1, also where nothing is recorded */
    int width;      /* columns */
    uint64_t first; /* RECENT: the step of column 0; else 0 */
    uint64_t pace;  /* steps a column; LOG: doublings over the whole width */
    int spread;     /* columns a step, 8, 4, 2 or 1, where there are few steps */
};

struct timeline timeline_of(enum timeline_kind kind, uint64_t total, int width);
/* Columns that show a step, from the left; the last shows the newest. */
int timeline_columns(const struct timeline *timeline);
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

/* The column on which a step will fall that is yet to come, as the axis is now; -1: on none. */
int timeline_place(const struct timeline *timeline, uint64_t step);

/* Numbers of steps in row y, from x on; their first digit stands at their column. */
void timeline_draw_labels(
    const struct timeline *timeline, struct surface *surface, int x, int y);

#endif
