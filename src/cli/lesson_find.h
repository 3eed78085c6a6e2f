/* Where lessons are, and which there are. */
#ifndef NABLASCOPE_CLI_LESSON_FIND_H
#define NABLASCOPE_CLI_LESSON_FIND_H

#include "core/interrupt.h"
#include "engine/lesson.h"

enum { LESSON_DIRECTORIES = 24, LESSON_FOUND_MOST = 500, LESSON_FILE_MOST = 1000 };

/* A file of a lesson. */
struct lesson_place {
    char file[LESSON_FILE_MOST];
    const char *name; /* in it, without its directory; ends with .lesson */
};

/*
 * All lessons, or with "questions" those of the question bank, by number and name; of two with
 * the same name the first: $NABLASCOPE_DATA, $XDG_DATA_HOME, $XDG_DATA_DIRS, where the program
 * was installed. The caller's to free; NULL with *count -1 when out of memory.
 */
struct lesson_place *lesson_places(const char *kind, int *count);

/* The number that its name begins with; 0: none. The name without that and its ending. */
int lesson_place_number(const struct lesson_place *place);
void lesson_place_name(const struct lesson_place *place, char *name, size_t size);

/*
 * The lesson that is meant: a file, if it is one that ends with .lesson or has a '/'; else by
 * name ("06-bound", "bound") or number ("6"); else any file. False with *error, which names all
 * that there are.
 */
bool lesson_find(
    const char *word, const char *kind, struct lesson_place *place, struct error *error);

/* Reads one, with the files that it names (cli/lesson_files.h). False with *error; to be
 * cleared in any case. */
bool lesson_read(struct lesson *lesson, const char *file, const struct interrupt *interrupt,
    struct error *error);

#endif
