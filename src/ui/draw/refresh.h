/*
 * What changes faster than it can be read is held still: letters, digits and shades are renewed
 * four times a second while training runs fast; the bars of the flow move at every frame. It is
 * easier on the eye and on slow lines.
 */
#ifndef NABLASCOPE_UI_DRAW_REFRESH_H
#define NABLASCOPE_UI_DRAW_REFRESH_H

#include "ui/draw/surface.h"

/* Zeroed at the start; refresh_clear at the end. */
struct refresh {
    struct surface *shown; /* what was shown last */
    double due;            /* time at which words are renewed; 0: everything, at once */
    unsigned renewals;
};

enum pace {
    PACE_READABLE, /* everything is shown at once */
    PACE_FAST,     /* everything is held still */
    PACE_BARS      /* but the bars, in ROLE_SIGNAL and ROLE_OUTPUT */
};

/*
 * Replaces, in the picture about to be shown at time `now`, what is to be held still by what
 * was shown before. Returns the time at which that is to be shown after all, 0 when nothing is
 * held.
 */
double refresh_hold(
    struct refresh *refresh, struct surface *picture, enum pace pace, double now);
/* The next picture is shown as it is: somebody has pressed a key and waits for the answer. */
void refresh_now(struct refresh *refresh);
void refresh_clear(struct refresh *refresh);

#endif
