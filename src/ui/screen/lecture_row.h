/* How it stands with the lecture that is followed (engine/lecture.h): always on the screen. */
#ifndef NABLASCOPE_UI_SCREEN_LECTURE_ROW_H
#define NABLASCOPE_UI_SCREEN_LECTURE_ROW_H

#include "ui/screen/screen.h"

/* Rows that it takes: 1, or 0 without a lecture. */
int lecture_rows(const struct screen *screen);
/* In as many words as there is room for. */
void lecture_draw(const struct screen *screen, struct surface *surface, int y);
/* What the steps are doing while it is followed: "▸ 20 steps/s", "waiting",
 * "ended", "stopped". */
void lecture_pace_text(const struct screen *screen, const char *rate, char *text, size_t size);

#endif
