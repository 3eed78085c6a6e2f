/*
 * The time line: the loss over all steps that the run has been at, what happened there and
 * where other branches leave, and where one stands. While it is open arrow keys move along it.
 */
#ifndef NABLASCOPE_UI_SCREEN_TIME_STRIP_H
#define NABLASCOPE_UI_SCREEN_TIME_STRIP_H

#include "ui/screen/screen.h"

/* The name under which its keys stand in the table of keys. */
#define TIME_STRIP_KEYS "time line"

/* Rows that it takes on a screen of this height; 0: it is not open. */
int time_strip_rows(const struct screen *screen, int height);
void time_strip_draw(const struct screen *screen, struct surface *surface, struct rect area);

/* With each snapshot. Its axis never becomes shorter while it is open. */
void time_strip_update(struct screen *screen, bool new_run);
/* The commands timeline and event. */
void time_strip_command(struct screen *screen, const struct command *command);

#endif
