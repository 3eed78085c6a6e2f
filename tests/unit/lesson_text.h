/* Lessons from text, for tests. */
#ifndef NABLASCOPE_TESTS_LESSON_TEXT_H
#define NABLASCOPE_TESTS_LESSON_TEXT_H

#include "engine/lesson_trial.h"
#include "io/lesson_file.h"

#define LESSON_SMALL "depth 3\nwidth 5\nsamples 24\n"
#define LESSON_HEAD "nablascope-lesson 1\ntitle A\nabout B\n"

/* Reads it; to be cleared also after false. */
bool lesson_of(struct lesson *lesson, const char *text, struct error *error);
/* The same of one that is right. */
void lesson_must(struct lesson *lesson, const char *text);

/* What was found, in lines: "LINE SEED yes: words", or no where it is not as wanted. */
struct notes {
    char text[4000];
    uint64_t seed;
};

/* Goes through it on a seed, from which `notes` (NULL: nobody asks) are taken; the error that
 * ended it, "" at the end. lesson_trial_end is the caller's. */
struct error lesson_try(struct lesson_trial *trial, const struct lesson *lesson, uint64_t seed,
    struct notes *notes);
/* The notes of all its seeds, on each of which it comes to its end. */
void lesson_try_all(const char *text, struct notes *notes);

#endif
