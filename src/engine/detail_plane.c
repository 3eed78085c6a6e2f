#include "engine/detail_plane.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/training.h"
#include "engine/input_plane.h"

void plane_detail_clear(struct plane_detail *detail)
{
    dataset_release(detail->data);
    free(detail->values);
    free(detail->z);
    free(detail->a);
    free(detail->winners);
    free(detail->dots);
    free(detail->maps);
    *detail = (struct plane_detail){0};
}

static bool reserve(struct plane_detail *detail, int width, int height, int dots)
{
    if (detail->values && detail->width == width && detail->height == height &&
        detail->dot_count == dots)
        return true;
    plane_detail_clear(detail);
    size_t count = (size_t)width * (size_t)height;
    detail->values = calloc(count, sizeof *detail->values);
    detail->z = calloc(count, sizeof *detail->z);
    detail->a = calloc(count, sizeof *detail->a);
    detail->winners = calloc(count, sizeof *detail->winners);
    detail->dots = calloc((size_t)dots, sizeof *detail->dots);
    detail->width = width;
    detail->height = height;
    detail->dot_count = dots;
    return detail->values && detail->z && detail->a && detail->winners && detail->dots;
}

/* Where a place lies between known ones: `share` of the way from `low` to `high`. */
struct between {
    int low, high;
    double share;
};

static struct between between(int place, int places, int spacing)
{
    int low = place / spacing * spacing, high = low + spacing;
    high = high < places ? high : low;
    return (struct between){low, high, high > low ? (double)(place - low) / spacing : 0};
}

/* The whole grid from the places that are known. */
static void copy_values(const struct input_plane *plane, const double *from, double *to)
{
    size_t count = (size_t)plane->width * (size_t)plane->height;
    if (plane->spacing == 1) {
        memcpy(to, from, count * sizeof *to);
        return;
    }
    for (int row = 0; row < plane->height; row++) {
        struct between y = between(row, plane->height, plane->spacing);
        const double *upper = from + (ptrdiff_t)y.low * plane->width;
        const double *lower = from + (ptrdiff_t)y.high * plane->width;
        for (int column = 0; column < plane->width; column++) {
            struct between x = between(column, plane->width, plane->spacing);
            double first = upper[x.low] + x.share * (upper[x.high] - upper[x.low]);
            double last = lower[x.low] + x.share * (lower[x.high] - lower[x.low]);
            *to++ = first + y.share * (last - first);
        }
    }
}

static int nearest(struct between place)
{
    return place.share < 0.5 ? place.low : place.high;
}

static void copy_winners(const struct input_plane *plane, short *to)
{
    for (int row = 0; row < plane->height; row++) {
        int y = nearest(between(row, plane->height, plane->spacing));
        for (int column = 0; column < plane->width; column++) {
            int x = nearest(between(column, plane->width, plane->spacing));
            *to++ = plane->winners[(ptrdiff_t)y * plane->width + x];
        }
    }
}

static void take_dots(
    struct plane_detail *detail, const struct input_plane *plane, const struct training *t)
{
    detail->samples = t->data->samples;
    detail->test = t->data->test;
    int all = detail->samples + detail->test, wrong[2] = {0, 0};
    for (int s = 0; s < all; s++)
        wrong[s >= detail->samples] += t->predicted[s] != t->data->labels[s];
    detail->wrong = wrong[0];
    detail->test_wrong = wrong[1];
    for (int i = 0; i < detail->dot_count; i++) {
        int s = (int)((int64_t)i * all / detail->dot_count);
        detail->dots[i] = (struct plane_dot){plane->points[2 * (ptrdiff_t)s],
            plane->points[2 * (ptrdiff_t)s + 1], (short)t->data->labels[s],
            (short)t->predicted[s], s >= detail->samples, 0, 0};
    }
}

/* What is answered to each of the dots, and what should be. */
static bool take_answers(
    struct plane_detail *detail, struct input_plane *plane, const struct training *t)
{
    int outputs = t->network->shape.outputs, all = detail->samples + detail->test;
    size_t n_in = (size_t)t->data->inputs, count = (size_t)detail->dot_count;
    if (!t->criterion.targets)
        return true;
    double *inputs = calloc(count, n_in * sizeof *inputs);
    double *o = calloc(count, (size_t)outputs * sizeof *o);
    bool done = inputs && o;
    for (int i = 0; done && i < detail->dot_count; i++) {
        size_t s = (size_t)((int64_t)i * all / detail->dot_count);
        memcpy(inputs + (size_t)i * n_in, t->data->values + s * n_in, n_in * sizeof *inputs);
        detail->dots[i].target = t->data->targets[s * (size_t)outputs];
    }
    done = done &&
        probe_run(&plane->probe, t->network, inputs, detail->dot_count, o, NULL, &t->interrupt);
    for (int i = 0; done && i < detail->dot_count; i++)
        detail->dots[i].answer = loss_answer(&t->criterion, o[(ptrdiff_t)i * outputs]);
    free(inputs);
    free(o);
    return done;
}

/* A small map of each unit of the layer. */
static bool take_maps(struct plane_detail *detail, struct input_plane *plane,
    const struct training *t, const struct watch *watch)
{
    const struct layer *layer = &t->network->layers[watch->layer - 1];
    int side = watch->plane_small, places = side * side, units = layer->n_out;
    size_t count = (size_t)places * (size_t)units, n_in = (size_t)t->data->inputs;
    if (side != detail->small || units != detail->units) {
        free(detail->maps);
        detail->maps = calloc(count > 0 ? count : 1, sizeof *detail->maps);
        detail->small = side;
        detail->units = units;
    }
    double *inputs = calloc((size_t)places * n_in + 1, sizeof *inputs);
    double *a = calloc(count + 1, sizeof *a);
    bool done = detail->maps && inputs && a;
    for (int i = 0; done && i < places; i++) {
        double x = plane->left + (plane->right - plane->left) * (i % side + 0.5) / side;
        double y = plane->top - (plane->top - plane->bottom) * (i / side + 0.5) / side;
        pca_place(&plane->pca, (const double[2]){x, y}, inputs + (size_t)i * n_in);
    }
    struct probe_tap tap = {watch->layer, 1, units, NULL, a};
    done =
        done && probe_run(&plane->probe, t->network, inputs, places, NULL, &tap, &t->interrupt);
    for (int i = 0; done && i < places; i++) {
        for (int u = 0; u < units; u++)
            detail->maps[(ptrdiff_t)u * places + i] = a[(ptrdiff_t)i * units + u];
    }
    free(inputs);
    free(a);
    return done;
}

/* Keeps the largest terms, the largest first. */
static void keep_term(struct plane_unit *unit, struct plane_term term)
{
    double size = fabs(term.weight * term.input);
    int at = unit->term_count;
    while (at > 0 && size > fabs(unit->terms[at - 1].weight * unit->terms[at - 1].input))
        at--;
    if (at == PLANE_TERMS)
        return;
    unit->term_count += unit->term_count < PLANE_TERMS;
    memmove(unit->terms + at + 1, unit->terms + at,
        (size_t)(unit->term_count - 1 - at) * sizeof *unit->terms);
    unit->terms[at] = term;
}

/* z = Σ w x + b of the watched unit, with the data's mean as the input of the network. */
static bool take_unit(struct plane_detail *detail, struct input_plane *plane,
    const struct training *t, const double *mean, const struct watch *watch)
{
    const struct layer *layer = &t->network->layers[watch->layer - 1];
    struct plane_unit *unit = &detail->unit;
    double *below = calloc((size_t)layer->n_in, sizeof *below);
    if (!below)
        return false;
    struct probe_tap own = {watch->layer, watch->unit, 1, &unit->z, &unit->a};
    struct probe_tap inputs = {watch->layer - 1, 1, layer->n_in, NULL, below};
    bool done = probe_run(&plane->probe, t->network, mean, 1, NULL, &own, &t->interrupt);
    if (watch->layer == 1)
        memcpy(below, mean, (size_t)layer->n_in * sizeof *below);
    else
        done =
            done && probe_run(&plane->probe, t->network, mean, 1, NULL, &inputs, &t->interrupt);
    struct matrix weights = layer_weights(layer, layer->parameters);
    unit->inputs = layer->n_in;
    unit->bias = layer_biases(layer, layer->parameters).values[watch->unit - 1];
    unit->term_count = 0;
    for (int i = 0; done && i < layer->n_in; i++)
        keep_term(unit,
            (struct plane_term){
                i + 1, weights.values[i * weights.stride + watch->unit - 1], below[i]});
    free(below);
    return done;
}

/* The mean of the data, and where it lies in the plane. */
static bool take_mean(struct plane_detail *detail, struct input_plane *plane,
    const struct training *t, const struct watch *watch)
{
    const struct dataset *data = t->data;
    double *mean = calloc((size_t)data->inputs, sizeof *mean);
    int rows = interrupt_rows(data->inputs);
    if (!mean)
        return false;
    for (int s = 0; s < data->samples; s++) {
        if (s % rows == 0 && interrupt_asked(&t->interrupt)) {
            free(mean);
            return false;
        }
        for (int i = 0; i < data->inputs; i++)
            mean[i] += data->values[(ptrdiff_t)s * data->inputs + i];
    }
    for (int i = 0; i < data->inputs; i++)
        mean[i] /= data->samples;
    pca_project(&plane->pca, mean, detail->mean);
    bool done = take_unit(detail, plane, t, mean, watch);
    free(mean);
    return done;
}

bool plane_detail_take(struct plane_detail *detail, struct input_plane *plane,
    const struct training *t, const struct watch *watch)
{
    int all = t->data->samples + t->data->test, dots = all < PLANE_POINTS ? all : PLANE_POINTS;
    /* Interrupted, it shows what it has. */
    (void)input_plane_look(plane, t, watch);
    if (!plane->begun || plane->spacing == 0)
        return false;
    if (!reserve(detail, plane->width, plane->height, dots))
        return false;
    detail->complete = plane->spacing == 1;
    detail->components = plane->components;
    detail->inputs = t->data->inputs;
    detail->classes = t->data->classes;
    if (detail->data != t->data) {
        dataset_release(detail->data);
        detail->data = dataset_share(t->data);
    }
    memcpy(detail->explained, plane->pca.explained, sizeof detail->explained);
    detail->left = plane->left;
    detail->right = plane->right;
    detail->bottom = plane->bottom;
    detail->top = plane->top;
    copy_values(plane, plane->values, detail->values);
    copy_values(plane, plane->z, detail->z);
    copy_values(plane, plane->a, detail->a);
    copy_winners(plane, detail->winners);
    take_dots(detail, plane, t);
    detail->targets = t->data->target_count;
    return take_answers(detail, plane, t) && take_maps(detail, plane, t, watch) &&
        take_mean(detail, plane, t, watch);
}
