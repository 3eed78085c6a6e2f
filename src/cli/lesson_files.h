/*
 * Files of data that a lesson names: a relative name means a file beside the lesson; where
 * there is none, one of the working directory. In the laboratory, and so in sessions, they have
 * their full names; in receipts, which go to another machine, those of the lesson.
 */
#ifndef NABLASCOPE_CLI_LESSON_FILES_H
#define NABLASCOPE_CLI_LESSON_FILES_H

#include "engine/branches.h"
#include "engine/lesson.h"

/* Gives the commands of a lesson that was read from `file` full names. False with *error where
 * one is no name that a setting can have. */
bool lesson_files_find(struct lesson *lesson, const char *file, struct error *error);
/* Of a session: names beside the lesson become relative, and become full names again; what
 * cannot be named is left. */
void lesson_files_strip(struct branches *branches, const char *file);
void lesson_files_restore(struct branches *branches, const char *file);

#endif
