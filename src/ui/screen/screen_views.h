/*
 * What is looked at: the views shown, the selection in them, and what has to be computed for
 * that.
 */
#ifndef NABLASCOPE_UI_SCREEN_SCREEN_VIEWS_H
#define NABLASCOPE_UI_SCREEN_SCREEN_VIEWS_H

#include "ui/screen/screen.h"

/* A command about what is shown: view, layer, unit, present, split, or one of a view's own. */
void screen_look(struct screen *screen, const struct command *command);

#endif
