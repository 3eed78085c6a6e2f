/*
 * The lessons that are played one after the other: one, or the questions of a quiz; and how
 * they were answered.
 */
#ifndef NABLASCOPE_CLI_LESSON_DECK_H
#define NABLASCOPE_CLI_LESSON_DECK_H

#include <stddef.h>
#include <stdint.h>

#include "cli/lesson_find.h"
#include "core/interrupt.h"
#include "engine/lesson_player.h"

enum { DECK_MOST = 5 };

struct lesson_deck {
    struct lesson lessons[DECK_MOST]; /* owned */
    int count, at;
    bool quiz;
    char file[LESSON_FILE_MOST]; /* of the one lesson … */
    char name[LESSON_FILE_MOST]; /* … and without directories */
    int asked, right; /* questions, and those that were answered rightly in the end */
    char wrong[2400]; /* of the others what they are and why, each on a line of its own */
};

/* One lesson. False with *error. */
bool lesson_deck_open(struct lesson_deck *deck, const char *file,
    const struct interrupt *interrupt, struct error *error);
/* Of the question bank DECK_MOST by chance, none twice; as many as there are if those are
 * fewer. False with *error. */
bool lesson_deck_draw(struct lesson_deck *deck, uint64_t seed,
    const struct interrupt *interrupt, struct error *error);
void lesson_deck_clear(struct lesson_deck *deck);

/* Adds up how the lesson at hand was answered. */
void lesson_deck_judge(struct lesson_deck *deck, const struct lesson_player *player);
/* What is said at the end of the lesson at hand. */
void lesson_deck_sum(const struct lesson_deck *deck, char *text, size_t size);

#endif
