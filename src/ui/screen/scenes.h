/*
 * Scenes: the preset whose settings are those of the training. It opens the view that shows it,
 * has its line on the screen as long as no setting changes, and leads to the one that it is to
 * be compared with.
 */
#ifndef NABLASCOPE_UI_SCREEN_SCENES_H
#define NABLASCOPE_UI_SCREEN_SCENES_H

#include "ui/screen/screen.h"

/* Opens the view of the scene that is wanted, where there is one. */
void scenes_open(struct screen *screen);
/* The command compare: to the scene's comparison ("next", or nothing), or back to the one that
 * this has been compared with ("previous"). */
void scenes_compare(struct screen *screen, const char *where);
/* names_fn of its argument. */
const char *comparison_name(int index);

/* Rows that the scene's line takes: 1, or 0 without a scene. */
int scenes_rows(const struct screen *screen);
/* What to look for and what key n changes; in row y, if there is a scene. */
void scenes_draw(const struct screen *screen, struct surface *surface, int y);
/* What key n changes, where the line has no room for it; else NULL. */
const char *scenes_hint(const struct screen *screen, int width);

#endif
