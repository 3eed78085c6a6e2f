/* Lessons from text, for tests. */
#ifndef NABLASCOPE_TESTS_LESSON_TEXT_H
#define NABLASCOPE_TESTS_LESSON_TEXT_H

#include "io/lesson_file.h"

#define LESSON_HEAD "nablascope-lesson 1\ntitle A\nabout B\n"

/* Reads it; to be cleared also after false. */
bool lesson_of(struct lesson *lesson, const char *text, struct error *error);
/* The same of one that is right. */
void lesson_must(struct lesson *lesson, const char *text);

#endif
