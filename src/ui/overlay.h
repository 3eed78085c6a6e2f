/*
 * What covers the view for a while: the help screen and the menu of presets.
 */
#ifndef NABLASCOPE_UI_OVERLAY_H
#define NABLASCOPE_UI_OVERLAY_H

#include "ui/screen.h"

void overlay_draw_help(struct screen *screen, struct surface *surface, struct rect area);
void overlay_draw_presets(struct screen *screen, struct surface *surface, struct rect area);

#endif
