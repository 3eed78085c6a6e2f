/*
 * What covers the view for a while: help, menu of presets, log, why.
 */
#ifndef NABLASCOPE_UI_SCREEN_OVERLAY_H
#define NABLASCOPE_UI_SCREEN_OVERLAY_H

#include "ui/screen/screen.h"

void overlay_draw_help(struct screen *screen, struct surface *surface, struct rect area);
/* The log: what is armed, changes of settings and alerts, the newest first. */
void overlay_draw_events(struct screen *screen, struct surface *surface, struct rect area);
/* The view's why, over the lower part of the screen. */
void overlay_draw_why(struct screen *screen, struct surface *surface);
void overlay_draw_presets(struct screen *screen, struct surface *surface, struct rect area);

#endif
