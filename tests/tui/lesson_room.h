/* What tests of lessons in a terminal share: a small lesson, and a place for what it leaves. */
#ifndef NABLASCOPE_TESTS_LESSON_ROOM_H
#define NABLASCOPE_TESTS_LESSON_ROOM_H

#include "harness.h"

/* The place; in it the lesson (small.lesson), and a directory for votes. */
extern char room_directory[32], room_file[64], room_votes[64];

/* A fixture; what is in the directory of votes goes with it. */
void room_set_up(void);
void room_tear_down(void);
/* A file of that text. */
void room_write(const char *name, const char *text);
/* Until it shows. */
void room_await(struct pty *pty, const char *text);
/* The lesson at its beginning, with an option, or NULL. */
void room_start(struct pty *pty, int width, int height, const char *option);

/* Of its receipts. */
TCase *lesson_receipts_tests(void);

#endif
