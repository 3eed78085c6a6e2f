/*
 * Receipts: what somebody has chosen and measured in a lesson, and the session from which that
 * is computed again, as text:
 *
 *     nablascope-receipt 1
 *     lesson 06-bound.lesson 0123456789abcdef     its name and its digest (struct lesson)
 *     seed 3
 *     reached 40 of 42                            commands of the lesson
 *     question 1 2 3                              number, first and second choice; 0: none
 *     measured 14 100 0.2345 yes                  line, step, value, whether it is as expected
 *     session
 *     nablascope session 1 numbers 4              … (io/session_file.h)
 *     checksum 0123456789abcdef                   of all lines before
 *
 * A checksum that anybody can compute finds accidents and changes by hand. Whoever has the
 * program can play any lesson with any choices, and so can have any receipt.
 */
#ifndef NABLASCOPE_IO_RECEIPT_H
#define NABLASCOPE_IO_RECEIPT_H

#include "engine/lesson_player.h"
#include "io/session_save.h"

enum { RECEIPT_FORMAT = 1, RECEIPT_NAME = 200 };

struct receipt_number {
    int line;
    uint64_t step;
    struct reading value;
    bool as_wanted;
};

/* Zeroed: nothing. */
struct receipt {
    char lesson[RECEIPT_NAME]; /* the name of its file, without directories */
    uint64_t digest, seed;
    int reached, items;
    int choices[LESSON_QUESTIONS_MOST][LESSON_ROUNDS]; /* from 1; 0: none */
    int question_count;
    struct receipt_number numbers[LESSON_ITEMS_MOST];
    int number_count;
    struct session_file session;
    uint64_t checksum; /* that it says, … */
    uint64_t computed; /* … and that it has */
};

/* Of a lesson that is or was gone through: where one vote alone was given before the
 * question was first revealed, it is the choice.
 * `session` is what became of it. False when out of memory; to be cleared in any case. */
bool receipt_of(struct receipt *receipt, const struct lesson_player *player, const char *name,
    uint64_t seed, const struct session_copy *session);
/* To a file that takes its place whole. False with *error. */
bool receipt_write(const struct receipt *receipt, const char *name, struct error *error);
/* Into a zeroed one, to be cleared in any case. False with *error for what is no receipt;
 * another checksum is none such. */
bool receipt_read(struct receipt *receipt, struct lines *lines, struct error *error);
void receipt_clear(struct receipt *receipt);

/* Both are the same number to the bit, or none for the same reason. */
bool receipt_same(struct reading a, struct reading b);

#endif
