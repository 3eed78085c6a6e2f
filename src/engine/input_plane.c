#include "engine/input_plane.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/training.h"
/*
 * The work of one look, in multiply-adds: some milliseconds, or half of what a step takes,
 * whichever is more; so looking takes a third of the time at most. Portable code
 * is so much slower.
 */
#define LOOK_WORK 2.5e8
#define PORTABLE_SHARE (1.0 / 32)
enum { LEAST_POINTS = 64, CHUNK = 480 };

/* Room around the points, as a share of their extent on each side. */
#define MARGIN 0.08
/* Of the numbers near it: the least extent, so that places in it differ. */
#define LEAST_EXTENT (64 * DBL_EPSILON)
/* Inputs whose extents differ more than this are in different units: each has its own scale. */
#define SAME_UNITS 4

void input_plane_forget(struct input_plane *plane)
{
    plane->begun = false;
}

void input_plane_clear(struct input_plane *plane)
{
    probe_clear(&plane->probe);
    pca_clear(&plane->pca);
    free(plane->points);
    free(plane->values);
    free(plane->z);
    free(plane->a);
    free(plane->winners);
    *plane = (struct input_plane){0};
}

bool input_plane_unfinished(const struct input_plane *plane)
{
    return plane->begun && plane->spacing != 1;
}

/* One or two inputs: the plane is theirs. */
static bool place_inputs(struct pca *pca, const struct dataset *data)
{
    int n = data->inputs;
    pca->inputs = n;
    pca->mean = calloc((size_t)n, sizeof *pca->mean);
    pca->axes = calloc(2 * (size_t)n, sizeof *pca->axes);
    if (!pca->mean || !pca->axes)
        return false;
    for (int i = 0; i < n; i++)
        pca->axes[i * n + i] = 1;
    return true;
}

/* The plane of what is trained on, and all samples in it. */
static bool place(struct input_plane *plane, const struct training *t)
{
    const struct dataset *data = t->data;
    if (plane->placed)
        return true;
    plane->components = data->inputs > 2;
    pca_clear(&plane->pca);
    bool done = plane->components ? pca_init(&plane->pca, t->network->kernels, data->values,
                                        data->samples, data->inputs, &t->interrupt)
                                  : place_inputs(&plane->pca, data);
    free(plane->points);
    int points = data->samples + data->test;
    plane->points = calloc(2 * (size_t)points, sizeof *plane->points);
    if (!done || !plane->points)
        return false;
    for (int r = 0; r < 2; r++) {
        plane->low[r] = INFINITY;
        plane->high[r] = -INFINITY;
    }
    int rows = interrupt_rows(2 * data->inputs);
    for (int s = 0; s < points; s++) {
        if (s % rows == 0 && interrupt_asked(&t->interrupt))
            return false;
        double *point = plane->points + 2 * (ptrdiff_t)s;
        pca_project(&plane->pca, data->values + (ptrdiff_t)s * data->inputs, point);
        for (int r = 0; r < 2; r++) {
            plane->low[r] = fmin(plane->low[r], point[r]);
            plane->high[r] = fmax(plane->high[r], point[r]);
        }
    }
    plane->placed = true;
    return true;
}

/* The edges: all points with room around them, cells square where the units are the same. */
static void frame(struct input_plane *plane)
{
    double extent[2], scale[2], middle[2], cells[2] = {plane->width, plane->height};
    for (int r = 0; r < 2; r++) {
        extent[r] = plane->high[r] - plane->low[r];
        middle[r] = (plane->high[r] + plane->low[r]) / 2;
    }
    double longer = fmax(extent[0], extent[1]), shorter = fmin(extent[0], extent[1]);
    for (int r = 0; r < 2; r++) {
        scale[r] = extent[r] > 0 ? extent[r] : longer > 0 ? longer : 2;
        scale[r] = fmax(scale[r], LEAST_EXTENT * fabs(middle[r])) / cells[r];
    }
    if (longer <= SAME_UNITS * shorter)
        scale[0] = scale[1] = fmax(scale[0], scale[1]);
    double half_width = cells[0] * scale[0] * (0.5 + MARGIN);
    double half_height = cells[1] * scale[1] * (0.5 + MARGIN);
    plane->left = middle[0] - half_width;
    plane->right = middle[0] + half_width;
    plane->bottom = middle[1] - half_height;
    plane->top = middle[1] + half_height;
}

static bool reserve(struct input_plane *plane, int width, int height)
{
    if (plane->values && width == plane->width && height == plane->height)
        return true;
    size_t count = (size_t)width * (size_t)height;
    free(plane->values);
    free(plane->z);
    free(plane->a);
    free(plane->winners);
    plane->values = calloc(count, sizeof *plane->values);
    plane->z = calloc(count, sizeof *plane->z);
    plane->a = calloc(count, sizeof *plane->a);
    plane->winners = calloc(count, sizeof *plane->winners);
    plane->width = width;
    plane->height = height;
    return plane->values && plane->z && plane->a && plane->winners;
}

static int lattice(int places, int spacing)
{
    return (places + spacing - 1) / spacing;
}

/* Points that one look may evaluate. */
static int allowance(const struct training *t)
{
    /* Backward is twice forward. */
    double rows = 1.5 * t->network->shape.batch;
    bool portable = strcmp(t->network->kernels->name, "portable") == 0;
    double work = portable ? LOOK_WORK * PORTABLE_SHARE : LOOK_WORK;
    double points = fmax(work / probe_cost(t->network), rows);
    return points < LEAST_POINTS ? LEAST_POINTS : points > 1e8 ? 100000000 : (int)points;
}

static void begin(struct input_plane *plane, const struct training *t, int points)
{
    plane->begun = true;
    plane->step = t->step;
    plane->spacing = 0;
    plane->next = 0;
    plane->finer = 1;
    while (lattice(plane->width, plane->finer) * lattice(plane->height, plane->finer) > points)
        plane->finer *= 2;
    frame(plane);
}

/* Room for a chunk of points on their way through the network. */
struct chunk {
    int count, index[CHUNK];
    double *inputs, *outputs, z[CHUNK], a[CHUNK];
};

static bool evaluate(struct input_plane *plane, const struct training *t, struct chunk *chunk)
{
    struct probe_tap tap = {plane->layer, plane->unit, 1, chunk->z, chunk->a};
    int n_out = t->network->shape.outputs, classes = t->data->classes;
    if (!probe_run(&plane->probe, t->network, chunk->inputs, chunk->count, chunk->outputs, &tap,
            &t->interrupt))
        return false;
    for (int i = 0; i < chunk->count; i++) {
        const double *o = chunk->outputs + (ptrdiff_t)i * n_out;
        int at = chunk->index[i];
        plane->values[at] = loss_confidence(&t->criterion, o, n_out, classes);
        plane->winners[at] = (short)loss_predict(&t->criterion, o, n_out);
        plane->z[at] = chunk->z[i];
        plane->a[at] = chunk->a[i];
    }
    chunk->count = 0;
    return true;
}

static void add_point(struct input_plane *plane, struct chunk *chunk, int column, int row)
{
    double x = plane->left + (plane->right - plane->left) * (column + 0.5) / plane->width;
    double y = plane->top - (plane->top - plane->bottom) * (row + 0.5) / plane->height;
    double *input = chunk->inputs + (ptrdiff_t)chunk->count * plane->pca.inputs;
    pca_place(&plane->pca, (const double[2]){x, y}, input);
    chunk->index[chunk->count++] = row * plane->width + column;
}

/* Up to `points` points of the finer lattice, but for those of the coarser one. */
static bool refine(struct input_plane *plane, const struct training *t, int points)
{
    struct chunk chunk = {.count = 0};
    chunk.inputs = calloc(CHUNK * (size_t)plane->pca.inputs, sizeof *chunk.inputs);
    chunk.outputs = calloc(CHUNK * (size_t)t->network->shape.outputs, sizeof *chunk.outputs);
    bool done = chunk.inputs && chunk.outputs;
    int columns = lattice(plane->width, plane->finer);
    int total = columns * lattice(plane->height, plane->finer), first = plane->next;
    for (; done && plane->next < total && points > 0; plane->next++) {
        int column = plane->next % columns * plane->finer;
        int row = plane->next / columns * plane->finer;
        if (plane->spacing > 0 && column % plane->spacing == 0 && row % plane->spacing == 0)
            continue;
        add_point(plane, &chunk, column, row);
        points--;
        if (chunk.count == CHUNK)
            done = evaluate(plane, t, &chunk);
    }
    done = done && (chunk.count == 0 || evaluate(plane, t, &chunk));
    free(chunk.inputs);
    free(chunk.outputs);
    if (!done)
        plane->next = first;
    if (done && plane->next == total) {
        plane->spacing = plane->finer;
        plane->finer /= 2;
        plane->next = 0;
    }
    return done;
}

bool input_plane_look(
    struct input_plane *plane, const struct training *training, const struct watch *watch)
{
    int points = allowance(training);
    if (watch->plane_width < 1 || watch->plane_height < 1 || !place(plane, training)) {
        plane->begun = false;
        return false;
    }
    bool same = plane->begun && plane->step == training->step && plane->layer == watch->layer &&
        plane->unit == watch->unit && plane->width == watch->plane_width &&
        plane->height == watch->plane_height;
    if (!same) {
        plane->begun = false;
        plane->layer = watch->layer;
        plane->unit = watch->unit;
        if (!reserve(plane, watch->plane_width, watch->plane_height))
            return false;
        begin(plane, training, points);
    }
    return !input_plane_unfinished(plane) || refine(plane, training, points);
}
