/* `nablascope lesson NAME`: a lesson, or a quiz, in the laboratory. */
#ifndef NABLASCOPE_CLI_LESSON_PLAY_H
#define NABLASCOPE_CLI_LESSON_PLAY_H

#include "cli/options.h"

/* The one that is named; "quiz" draws some of the question bank. The exit status. */
int lesson_play(const struct options *options);

#endif
