/*
 * Somebody else's session, while they are having it: a lecture. What they tell of it (branches
 * with their changes, how far each has come, digests) is known here as far as it has been told,
 * and from that every step of theirs is computed again, to the bit: a session that follows does
 * those steps and no others, at a pace that looks like theirs.
 */
#ifndef NABLASCOPE_ENGINE_LECTURE_H
#define NABLASCOPE_ENGINE_LECTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/replay.h"

enum { LECTURE_NAME = 64 };

/* What is told of it: plain data. */
struct lecture_news {
    bool guided;             /* there is one */
    bool heard;              /* something of it has been told */
    bool ended;              /* no more will be told */
    bool stopped;            /* no more can be taken: what was told is wrong */
    char name[LECTURE_NAME]; /* where it comes from, as shown */
    int branch;              /* the lecturer's branch, from 1, … */
    char words[BRANCH_NAME]; /* … what it is called … */
    uint64_t reached;        /* … and the step at which they are */
    uint64_t left;           /* step at which it was left, while it is not followed */
};

/* Zeroed: nothing has been told. */
struct lecture {
    struct replay replay; /* as far as it has been told: no branches, nothing yet; owned */
    bool fresh;           /* the run does not stand in it yet */
    bool moved;           /* the run has come from elsewhere since it was last paced */
    bool warned;          /* that their numbers are others has been said */
    uint64_t sprint;      /* up to this step as fast as can be … */
    double rate;          /* … and from then on so many steps a second */
    double told_at;       /* when it was last told how far it has come, … */
    uint64_t told;        /* … and how far that was; told_at 0: it has not been */
};

void lecture_clear(struct lecture *lecture);
/* Takes what is told in the place of what was known. */
void lecture_hear(struct lecture *lecture, struct replay *told);
/*
 * Paces the steps up to where the lecturer is, from `step` on: as they came, over the time that
 * lay between the last two tellings, `fastest` at most (0: no matter); of much more than that
 * as fast as can be, and so where the run has come from elsewhere.
 */
void lecture_pace(struct lecture *lecture, uint64_t step, double fastest, double now);
/* The step at which the lecturer is, of the active branch; 0 without one. */
uint64_t lecture_reached(const struct lecture *lecture);
/* Steps a second from this step on; INFINITY: as fast as can be. */
double lecture_rate(const struct lecture *lecture, uint64_t step);
/*
 * The tree for a session that follows: the lecturer's branches, and behind them those of `own`
 * that are nobody else's and have steps, as many as there is room for. False when out of
 * memory: there is none then.
 */
bool lecture_tree(
    struct branches *tree, const struct lecture *lecture, const struct branches *own);

#endif
