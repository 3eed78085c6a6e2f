/*
 * The plane of inputs that is drawn, and what the network makes of it: the inputs themselves
 * where there are two, else the two leading principal components through the mean.
 *
 * One look computes what its share of the time allows, coarse at first; further looks at the
 * same step refine it. What a look gives depends on the looks before it at this step alone,
 * never on a clock, and the training does not notice.
 */
#ifndef NABLASCOPE_ENGINE_INPUT_PLANE_H
#define NABLASCOPE_ENGINE_INPUT_PLANE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/observation.h"
#include "core/pca.h"
#include "core/probe.h"
#include "engine/watch.h"

struct training;

/* Start from a zeroed struct. */
struct input_plane {
    struct probe probe;

    /* Of the data set: */
    bool placed;
    bool components; /* the axes are principal components */
    struct pca pca;
    double *points;         /* the samples in the plane, 2 numbers each; owned */
    double low[2], high[2]; /* their bounds */

    /* Of one step and watch: */
    bool begun;
    uint64_t step;
    int width, height; /* the grid, the top row first */
    int layer, unit;
    double left, right, bottom, top; /* edges of the grid: points lie in the middle of cells */
    int spacing; /* every so many-th row and column is known; 1: complete, 0: nothing yet */
    int finer;   /* the spacing that is being worked on, `next` its next point */
    int next;
    double *values; /* the output's probability of class 1, or the winner's margin */
    double *z, *a;  /* the watched unit */
    short *winners; /* class by the output */
};

/*
 * Brings the plane to the training's present step and computes the next part of it. False when
 * out of memory or interrupted; what is known stays valid.
 */
bool input_plane_look(
    struct input_plane *plane, const struct training *training, const struct watch *watch);

/* More looks at this step would show more. */
bool input_plane_unfinished(const struct input_plane *plane);

/* The parameters or the function have changed; input_plane_clear: the data set, too. */
void input_plane_forget(struct input_plane *plane);
void input_plane_clear(struct input_plane *plane);

#endif
