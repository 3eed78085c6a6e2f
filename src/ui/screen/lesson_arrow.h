/*
 * The arrow to what a lesson says is to be watched: a place of the view, such as a layer, where
 * the view says that it has drawn it; the step, the loss, the title, the first finding, a
 * view's name where the screen shows them. What is not on the screen has no arrow: the words
 * stand alone.
 */
#ifndef NABLASCOPE_UI_SCREEN_LESSON_ARROW_H
#define NABLASCOPE_UI_SCREEN_LESSON_ARROW_H

#include "ui/screen/screen.h"

/* Before the laboratory is drawn. */
void lesson_arrow_begin(struct screen *screen);
/* What is asked for; NULL: nothing. */
struct view_place *lesson_arrow_place(const struct screen *screen);
/* After it has been drawn. */
void lesson_arrow_draw(const struct screen *screen, struct surface *surface);

/* Whether a lesson can point to that while the view is shown (NULL: in some view); false with
 * *error, which names all that it can. */
bool lesson_arrow_known(const struct view *view, const char *name, struct error *error);

#endif
