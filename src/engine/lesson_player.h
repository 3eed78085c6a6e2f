/*
 * Goes through a lesson: a state machine without clock, thread or screen. It says what is to be
 * done next, and is told what has become of it; so a check without a screen and the laboratory
 * go the same way.
 *
 *     while ((item = lesson_player_item(&player)))
 *         switch (item->kind)
 *         SECTION SAY LOOK TRANSFER REVEAL   show it (lesson_player_text); a key: …_next
 *         WAIT (no condition)                a key: …_next
 *         ASK AGAIN                          take votes: …_vote, then …_next
 *         COMMAND                            carry it out: …_next
 *         RUN                                make so many steps, or to divergence: …_next
 *         UNTIL, WAIT (condition)            until it holds: …_next; without a screen only up
 *                                            to item->steps
 *         CHECK                              check the gradient as item->of.check says:
 * …_checked LET EXPECT                         evaluate the step: …_take
 *
 * What a text, a LET or an EXPECT reads of the step at hand is in its observation; …_needs says
 * whether that has to be surveyed, and whether the ghost's is wanted, too: numbers.ghost is set
 * to that before. Deaths have to be recorded (events). A lesson begins at step 0 of a run with
 * the default settings, paused, and every run in it has the same seed.
 */
#ifndef NABLASCOPE_ENGINE_LESSON_PLAYER_H
#define NABLASCOPE_ENGINE_LESSON_PLAYER_H

#include "engine/lesson.h"

enum { LESSON_ROUNDS = 2 };

/* Votes of a question. */
struct lesson_votes {
    int counts[LESSON_ROUNDS][LESSON_CHOICES_MOST]; /* as they were given last, … */
    bool taken[LESSON_ROUNDS];
    /* … and before the question was first revealed: who knows the answer predicts nothing. */
    int predicted[LESSON_ROUNDS][LESSON_CHOICES_MOST];
    bool revealed;
};

/* What was measured for a LET, or for an EXPECT its left side (of a condition: undefined). */
struct lesson_measured {
    bool taken, as_wanted; /* of a LET always as wanted */
    uint64_t step;
    struct reading value;
};

struct lesson_player {
    const struct lesson *lesson; /* borrowed */
    int at;                      /* index of the item at hand; lesson->count: the end */
    struct lesson_numbers numbers;
    struct lesson_votes votes[LESSON_QUESTIONS_MOST];
    struct lesson_measured measured[LESSON_ITEMS_MOST]; /* by item, the last time */
};

/* At the first item. */
void lesson_player_begin(struct lesson_player *player, const struct lesson *lesson);
/* What is to be done now; NULL at the end. */
const struct lesson_item *lesson_player_item(const struct lesson_player *player);
/* enum condition_needs, or-ed, of the item at hand. */
unsigned lesson_player_needs(const struct lesson_player *player);
/* It has been done. */
void lesson_player_next(struct lesson_player *player);
/* Votes for the item at hand, an ASK or AGAIN, in the place of those before, of which a
 * prediction that has been revealed stays; goes not on. */
void lesson_player_vote(struct lesson_player *player, const int counts[LESSON_CHOICES_MOST]);
/* The round of the item at hand: 0 ask, 1 again. */
int lesson_player_round(const struct lesson_player *player);
/* Of a CHECK; goes on. */
void lesson_player_checked(struct lesson_player *player, const struct lesson_checked *checked);

/* What has become of an expect. */
struct lesson_finding {
    enum truth truth;
    bool as_wanted; /* it holds; of an answer: exactly if its choice is the right one */
    char words[LESSON_WORDS]; /* the numbers that it was judged by */
};

/* Takes the evaluated step for a LET, or an EXPECT, of which *finding is filled (may be NULL);
 * goes on. */
void lesson_player_take(struct lesson_player *player, const struct observation *seen,
    const struct alerts *alerts, struct lesson_finding *finding);

/* A text of the lesson with its numbers at this step in it; `seen` NULL: none is known. */
void lesson_player_text(const struct lesson_player *player, const char *text,
    const struct observation *seen, char *out, size_t size);

/*
 * For going on at another place: sections by number from 0; -1: none. To go there with numbers
 * and run as they are, do all between again, without showing it.
 */
int lesson_section(const struct lesson *lesson, int number);

#endif
