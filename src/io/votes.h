/*
 * Votes of a class: small files in one directory, which the lesson makes known in one of its
 * own.
 *
 *     DIR/nablascope-question      what is open at present: written by the lesson, gone when
 *                                  nothing is
 *     DIR/vote.QUESTION.ROUND.NAME one answer; another one of the same name takes its place
 *
 * Each is written to a temporary name and renamed, so that nobody reads half of one. A vote
 * names the poll that it answers, which is another one each time a question is asked: what was
 * left by others is not counted. Whatever else lies there is left alone.
 */
#ifndef NABLASCOPE_IO_VOTES_H
#define NABLASCOPE_IO_VOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

enum {
    VOTES_CHOICES = 4,
    VOTES_NAME = 96, /* of a voter, as a part of a file's name */
    VOTES_TEXT = 160 /* of a choice, as it is told to who has voted */
};

/* A question that is open. */
struct poll {
    uint64_t run; /* of the lesson: another one each time it is begun, or gone back in */
    int question; /* from 1 */
    int round;    /* 1 or 2 */
    int choices;  /* 2 to VOTES_CHOICES */
    char texts[VOTES_CHOICES][VOTES_TEXT]; /* on one line; may be empty */
};

/* What lies in the directory. */
struct vote_count {
    int counts[VOTES_CHOICES];
    int unreadable; /* that have the name of a vote for this poll, and are none */
};

/* Makes it known, in the place of what was open before. False with *error. */
bool poll_open(const char *directory, const struct poll *poll, struct error *error);
/* Nothing is open any more, if it is this that is. */
void poll_close(const char *directory, const struct poll *poll);
/* What is open. False with *error where nothing is, or the directory cannot be read. */
bool poll_find(const char *directory, struct poll *poll, struct error *error);

/* A name as part of a file's: other names are other parts. */
void vote_name(const char *name, char part[VOTES_NAME]);
/* Answers; `name` as of vote_name, choice from 1. False with *error. */
bool vote_write(const char *directory, const struct poll *poll, const char *name, int choice,
    struct error *error);
/* All that are there by now. Never waits for a file, but for the disk. False with *error when
 * the directory cannot be read. */
bool votes_count(const char *directory, const struct poll *poll, struct vote_count *count,
    struct error *error);

#endif
