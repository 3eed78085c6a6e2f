/*
 * DETAIL_PICTURES: data that are pictures, and which of them the network takes for something
 * else.
 */
#ifndef NABLASCOPE_ENGINE_DETAIL_PICTURES_H
#define NABLASCOPE_ENGINE_DETAIL_PICTURES_H

#include <stdbool.h>

#include "core/dataset.h"
#include "core/probe.h"
#include "engine/watch.h"

struct training;

enum { PICTURES_WRONG = 16 };

/* What the outputs say of a class: see pictures_detail. */
struct picture_vote {
    int label;
    double value;
};

struct picture_wrong {
    int sample;                /* of the data set, from 0 */
    struct picture_vote is;    /* its own class, … */
    struct picture_vote taken; /* … the one it was taken for at the last survey, … */
    int now;                   /* … and the one that it is taken for at the step at hand */
};

struct pictures_detail {
    bool valid;           /* all else counts only then */
    struct dataset *data; /* a share in it */
    int *predicted;    /* class of each sample, as of the last survey; those held out behind */
    int room;          /* for so many */
    int samples, test; /* trained on, held out */
    int wrong, test_wrong; /* of both, and of those held out */
    bool shares;           /* votes are probabilities, else the outputs themselves (mse) */
    int at;                /* which of the wrong ones the first of the list is, from 0 */
    int before; /* sample of the one before it, of the last one before the first; -1 */
    int count;
    struct picture_wrong list[PICTURES_WRONG]; /* from the one that is watched on, ascending */
};

/* False when the data are no pictures, when interrupted, or without memory. */
bool pictures_detail_take(struct pictures_detail *detail, struct probe *probe,
    const struct training *training, const struct watch *watch);
void pictures_detail_clear(struct pictures_detail *detail);

#endif
