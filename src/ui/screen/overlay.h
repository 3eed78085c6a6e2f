/*
 * What covers the view for a while: help, log, why; and the frame that the menu has too.
 */
#ifndef NABLASCOPE_UI_SCREEN_OVERLAY_H
#define NABLASCOPE_UI_SCREEN_OVERLAY_H

#include "ui/screen/screen.h"

void overlay_draw_help(struct screen *screen, struct surface *surface, struct rect area);
/* The log: what is armed, changes of settings and alerts, the newest first. */
void overlay_draw_events(struct screen *screen, struct surface *surface, struct rect area);
/* The view's why, over the lower part of the screen. */
void overlay_draw_why(struct screen *screen, struct surface *surface);
/* A rule with the title, and the keys where there is room. */
void overlay_draw_frame(
    struct surface *surface, struct rect area, const char *title, const char *keys);

#endif
