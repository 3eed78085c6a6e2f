/*
 * Labelled ticks on an axis of steps: a line through what is blank of a chart, and words in one
 * row. Labels overlap neither each other nor ticks nor what stands in their row; where there is
 * no room the weightier, then the newer one has its label, and the tick of the other remains.
 * All of it follows from steps and axis, and so keeps still while the axis does.
 */
#ifndef NABLASCOPE_UI_DRAW_TICKS_H
#define NABLASCOPE_UI_DRAW_TICKS_H

#include "ui/draw/timeline.h"

/* From this weight on a tick's line goes through the whole chart, and its label may cover. */
enum { TICK_MAJOR = 4 };

struct tick {
    uint64_t step;
    int weight;
    enum role role;
    bool ahead; /* of a step that is yet to come: drawn hollow, if it is on the axis */
    char label[24];
};

enum { TICKS_MOST = 256 };

struct tick_place {
    int x;           /* of the axis' first column */
    int top, height; /* rows of the line; it goes where cells are blank */
    int row;         /* of the labels, … */
    bool over;       /* … of which the major ones may cover what has been drawn there */
    int foot;        /* row of a small mark for each, where it is blank; 0: none */
};

void ticks_draw(const struct timeline *timeline, struct surface *surface,
    const struct tick *ticks, int count, const struct tick_place *place);

#endif
