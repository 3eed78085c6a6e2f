/*
 * DETAIL_PLANE: what the network makes of the plane of inputs, and the data's points in it.
 */
#ifndef NABLASCOPE_ENGINE_DETAIL_PLANE_H
#define NABLASCOPE_ENGINE_DETAIL_PLANE_H

#include <stdbool.h>

#include "engine/watch.h"

struct input_plane;
struct training;

enum { PLANE_TERMS = 3, PLANE_POINTS = 4000 };

struct plane_dot {
    double x, y;
    short label, predicted; /* classes */
    bool test;              /* held out */
    double target, answer;  /* of numbers to be predicted the first, as trained on */
};

/* One term w·x of a unit's z. */
struct plane_term {
    int unit; /* 1-based: of the layer below, or an input */
    double weight, input;
};

/* The watched unit at the mean of the data: z = Σ w x + b. */
struct plane_unit {
    int inputs; /* terms of the sum */
    double bias, z, a;
    int term_count;
    struct plane_term terms[PLANE_TERMS]; /* the largest by size, the largest first */
};

struct plane_detail {
    bool valid;           /* all else counts only then */
    struct dataset *data; /* a share in it, for its names */
    bool complete;        /* every cell is computed; else those between are interpolated */
    bool components;      /* the axes are the leading principal components of `inputs` inputs */
    int inputs, classes;
    int targets;                     /* numbers to be predicted; 0: classes are */
    double explained[2];             /* of components: shares of the variance */
    double left, right, bottom, top; /* edges of the grid */
    double mean[2];                  /* of the data, in the plane */

    int width, height; /* of the grid, the top row first; values of the middles of its cells */
    double
        *values;   /* two classes: what the output says of class 1; more: the winner's margin */
    double *z, *a; /* of the watched unit */
    short *winners; /* the class that the output votes for */

    int small, units; /* for each unit of the watched layer its a on a grid of small × small */
    double *maps;     /* units × small²; the same edges and order */

    int samples, wrong;   /* of all that is trained on */
    int test, test_wrong; /* and of what is held out */
    int dot_count;        /* at most PLANE_POINTS, evenly picked */
    struct plane_dot *dots;

    struct plane_unit unit;
};

/* Brings the plane on, and shows what it has. False when there is nothing to show: no size
 * asked for, interrupted, or no memory. */
bool plane_detail_take(struct plane_detail *detail, struct input_plane *plane,
    const struct training *training, const struct watch *watch);
void plane_detail_clear(struct plane_detail *detail);

#endif
