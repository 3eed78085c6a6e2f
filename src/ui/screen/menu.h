/*
 * The menu of presets: what is typed narrows it, arrows choose, Enter starts.
 */
#ifndef NABLASCOPE_UI_SCREEN_MENU_H
#define NABLASCOPE_UI_SCREEN_MENU_H

#include "ui/screen/screen.h"

/* All presets, the scene that runs selected, else the one selected last. */
void menu_open(struct screen *screen);
/* Takes any key; those without a meaning in the menu do nothing. */
void menu_key(struct screen *screen, uint32_t key);
/* Whether the key is text of the filter now: q leaves the program only before one is typed. */
bool menu_types(const struct screen *screen, uint32_t key);
void menu_draw(struct screen *screen, struct surface *surface, struct rect area);

#endif
