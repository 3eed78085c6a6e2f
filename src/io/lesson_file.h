/*
 * Lessons as text: nablascope-lesson(5). UTF-8, a command a line; a line that begins with a
 * blank goes on with the one before, an empty one ends it. `#` at the beginning of a line, or
 * alone between blanks, begins a comment.
 *
 *     nablascope-lesson 1
 *     title Vanishing
 *     about What ten sigmoid layers leave of a gradient
 *     preset vanishing
 *     ask By how much does a sigmoid layer shrink the signal?
 *     choice To a quarter.
 *     right To a quarter at most, and then the weights come.
 *     expect gain[5] < 0.25
 *     reveal 1 Only where z = 0; here it is {gain[5]}.
 *     reveal 2 Yes: {slope_gain[5]} by the slope, {weight_gain[5]} by the weights.
 *
 * Read strictly: what is wrong is named with its line and column, and the remedy.
 */
#ifndef NABLASCOPE_IO_LESSON_FILE_H
#define NABLASCOPE_IO_LESSON_FILE_H

#include "engine/lesson.h"
#include "io/lines.h"

enum { LESSON_LINE_MOST = LESSON_TEXT_MOST + 64 /* bytes of a command with what goes on */ };

/* Into a zeroed struct; to be cleared also after false, when *error says what is wrong. */
bool lesson_file_read(struct lesson *lesson, struct lines *lines, struct error *error);

#endif
