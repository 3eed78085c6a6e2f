/*
 * The run and its ghost, told apart by what is set otherwise.
 */
#ifndef NABLASCOPE_UI_SCREEN_RIVAL_H
#define NABLASCOPE_UI_SCREEN_RIVAL_H

#include "ui/screen/screen.h"

/* "lr 1 against ghost: lr 10"; empty where there is no ghost. */
void rival_words(const struct screen *screen, char *text, size_t size);
/* Above one of the two side by side: the view, whose it is, and how far that has come. */
void rival_draw_name(const struct screen *screen, const struct scene *scene,
    struct surface *surface, int x, int y, int width);

/* What a race without settings is: as it is, against the selected setting changed to its next
 * value, the one before where there is none. False, which is said, when it has no other. */
bool rival_fill_race(struct screen *screen, struct command *command);

/* Whether the snapshot's ghost is another run than that of the snapshot before. */
bool rival_begins(struct screen *screen, const struct snapshot *snapshot, bool new_run);

/* What there is without a ghost: keeps what is shown to compare with, or drops it; without a
 * word, either. */
void rival_change_before(struct screen *screen, const char *wanted);

#endif
