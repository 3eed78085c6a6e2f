/*
 * The message line: what is said for some seconds, in the role of what it says, and no longer
 * than it is so. What an event says goes with its run, and with the setting that it is about;
 * what a setting says goes with the next change of settings; what is selected goes with the
 * net.
 */
#ifndef NABLASCOPE_UI_SCREEN_MESSAGE_H
#define NABLASCOPE_UI_SCREEN_MESSAGE_H

#include "ui/screen/screen.h"

/* As screen_say, and what it is about. */
void message_say(struct screen *screen, enum message_about about, enum role role,
    const char *glyph, const char *text);
/* The newest message of the session. */
void message_tell_news(struct screen *screen, const struct news *news);
/*
 * The newest event, if it has not been told of this run: going back and on tells none again.
 * A question of a lesson that is open is told of none: it might be its answer.
 * `stops`: the session says with its numbers why it stops there, which counts more.
 */
void message_tell_alerts(struct screen *screen, const struct snapshot *snapshot, bool stops);

/* It is not so any more. */
void message_drop(struct screen *screen);
/* The next snapshot is of another run. */
void message_new_run(struct screen *screen);
/* The run has gone back to an earlier step: what was told of later ones is not so yet. */
void message_gone_back(struct screen *screen);
/* Settings have been asked for, or the run is to begin anew. */
void message_settings(struct screen *screen, bool anew);

#endif
