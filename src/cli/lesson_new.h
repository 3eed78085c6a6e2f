/* `nablascope lesson --new=FILE`: a lesson to begin from, which teaches the language. */
#ifndef NABLASCOPE_CLI_LESSON_NEW_H
#define NABLASCOPE_CLI_LESSON_NEW_H

/* Writes it where there is no file yet; the exit status. */
int lesson_new(const char *name);

#endif
