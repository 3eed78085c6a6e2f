/*
 * The lines around a view: what is trained, how far it is, what is the matter.
 */
#ifndef NABLASCOPE_UI_SCREEN_STATUS_H
#define NABLASCOPE_UI_SCREEN_STATUS_H

#include "ui/screen/screen.h"

/* Name and settings at the left, seed and step at the right. */
void status_draw_title(const struct screen *screen, struct surface *surface, int y);
/* Loss and its curve, accuracy, gradient norm, clipping, speed. */
void status_draw_numbers(const struct screen *screen, struct surface *surface, int y);
/* Whether the view stands in the first row: where no row of its own says it. */
bool status_title_names_view(const struct screen *screen, int width);
/* The name of the view; returns the column after it and a gap. */
int status_place_name(const struct screen *screen, struct surface *surface, int x, int y);
/* Of a view that has not said where that is itself: what is selected, in the row that
 * status_draw_view has drawn, up to column `end`. */
void status_place_selected(const struct screen *screen, const struct scene *scene,
    const struct view *view, int end, int y);
/* The view's name, what one looks at, and what is selected. */
void status_draw_view(const struct screen *screen, const struct view *view,
    struct surface *surface, int x, int y, int width);
/*
 * The first finding as a badge with its words; below it whether the training learns, and the
 * further findings as badges. With one row: the first, and at the right whether it learns.
 */
void status_draw_findings(
    const struct screen *screen, struct surface *surface, int y, int rows);
/* The same in one row. */
void status_draw_verdict(const struct screen *screen, struct surface *surface, int y);
/* Whether something is armed for a step to come. */
bool status_armed(const struct screen *screen);
/* That, in row y. */
void status_draw_armed(const struct screen *screen, struct surface *surface, int y);
/* The message, in row y from column x on; where it has no room there, in more rows above. */
void status_draw_message(const struct screen *screen, struct surface *surface, int x, int y);
/* "building 37 %": how far what is being done is. */
void status_progress(const struct screen *screen, char *text, size_t size);
/* Keys; always with help and quit. Returns the column after them. */
int status_draw_footer(
    const struct screen *screen, struct surface *surface, int y, bool before_here);

#endif
