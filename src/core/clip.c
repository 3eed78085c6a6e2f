#include "core/clip.h"

#include <float.h>
#include <math.h>

#include "core/error.h"
#include "core/share.h"

static const struct {
    const char *name;
    const char *help;
} clips[] = {
    [CLIP_NONE] = {"none", "the gradient as it is"},
    [CLIP_VALUE] = {"value", "each element to [-c, c]; can turn the gradient"},
    [CLIP_NORM] = {"norm", "the whole gradient to length c at most; keeps the direction"},
    [CLIP_LAYERWISE] = {"layerwise", "each layer's gradient to length c at most"},
};
_Static_assert(ARRAY_LEN(clips) == CLIP_COUNT, "a row for each mode");

const char *clip_name(int index)
{
    return index >= 0 && index < CLIP_COUNT ? clips[index].name : NULL;
}

const char *clip_help(int index)
{
    return index >= 0 && index < CLIP_COUNT ? clips[index].help : NULL;
}

double clip_factor(double norm, double threshold)
{
    return norm > threshold ? threshold / norm : 1;
}

/* Of gradients before clipping, as the backward pass measured them. */
static double layer_gradient_norm(const struct layer *layer)
{
    return norm_of_two(layer->weight_grad_norm, layer->bias_grad_norm);
}

static double gradient_norm(const struct network *network)
{
    double norm = 0;
    for (int i = 0; i < network->layer_count; i++)
        norm = norm_of_two(norm, layer_gradient_norm(&network->layers[i]));
    return norm;
}

/* The layer's weight gradients with the biases' below them. */
static struct matrix gradients(const struct layer *layer)
{
    struct matrix block = layer_weights(layer, layer->gradients);
    block.rows++;
    return block;
}

static double elements(const struct layer *layer)
{
    return ((double)layer->n_in + 1) * layer->n_out;
}

/* What clipping a layer did: elements changed, norm after, and g·clip(g)/‖g‖. */
struct part {
    double changed, norm, product;
};

/* What is reported of a norm keeps the bound that holds but for rounding; NaN stays NaN. */
static double at_most(double norm, double bound)
{
    return norm > bound ? bound : norm;
}

/*
 * The largest number that the factor, below 1, leaves as it is: 0, or one of the subnormals, of
 * k steps of 2^-1074, when k (1 - factor) rounds to nothing.
 */
static double largest_unchanged(double factor)
{
    double size = floor(0.5 / (1 - factor)) * 0x1p-1074;
    return size * factor == size ? size : size - 0x1p-1074;
}

/* Times threshold / norm, in two steps where that quotient has lost digits. */
static void shorten(
    const struct kernels *kernels, size_t count, double *g, double threshold, double norm)
{
    double factor = clip_factor(norm, threshold);
    bool exact = factor >= DBL_MIN;
    kernels->scale(count, g, exact ? factor : threshold * 0x1p+600 / norm);
    if (!exact)
        kernels->scale(count, g, 0x1p-600);
}

/* The gradients of all layers, as workers see them: chunks of rows. */
struct clipping {
    struct network *network;
    enum clip clip;
    double threshold, before;
    const struct interrupt *interrupt;
    atomic_bool given_up;
};

/* The norm that is to be the threshold at most. */
static double bounded_norm(const struct clipping *clipping, const struct layer *layer)
{
    return clipping->clip == CLIP_NORM ? clipping->before : layer_gradient_norm(layer);
}

/* Whether the layer's gradients stay as they are. */
static bool spared(const struct clipping *clipping, const struct layer *layer)
{
    return clipping->clip != CLIP_VALUE &&
        !(clip_factor(bounded_norm(clipping, layer), clipping->threshold) < 1);
}

static void clip_chunk(const struct clipping *clipping, struct layer *layer, int index)
{
    const struct kernels *kernels = clipping->network->kernels;
    struct matrix all = gradients(layer), chunk = sum_chunk(&all, index);
    struct clip_sums *sums = &layer->chunks[index].clip;
    double *g = layer->gradients + (chunk.values - all.values), c = clipping->threshold;
    size_t count = (size_t)chunk.rows * (size_t)chunk.stride;
    if (clipping->clip == CLIP_VALUE) {
        sums->changed = kernels->clipped_count(&chunk, c);
        sums->product = kernels->clipped_product(&chunk, c, clipping->before);
        kernels->clip(count, g, c);
    } else {
        double bounded = bounded_norm(clipping, layer);
        sums->changed =
            kernels->clipped_count(&chunk, largest_unchanged(clip_factor(bounded, c)));
        shorten(kernels, count, g, c, bounded);
    }
    sums->square = kernels->square_sum(&chunk);
}

static void clip_work(void *context, int worker, int workers)
{
    struct clipping *clipping = context;
    for (int i = 0; i < clipping->network->layer_count; i++) {
        struct layer *layer = &clipping->network->layers[i];
        struct share share = share_out(sum_chunks(layer->n_in + 1), worker + i, workers);
        if (interrupt_asked(clipping->interrupt)) {
            atomic_store(&clipping->given_up, true);
            return;
        }
        for (int c = share.first; c < share.end && !spared(clipping, layer); c++)
            clip_chunk(clipping, layer, c);
    }
}

/* Adds up what was done to a layer. */
static struct part finish_layer(const struct clipping *clipping, const struct layer *layer)
{
    struct matrix g = gradients(layer);
    double own = layer_gradient_norm(layer), square = 0;
    struct part part = {0, own, 0};
    if (!spared(clipping, layer)) {
        for (int i = 0; i < sum_chunks(g.rows); i++) {
            const struct clip_sums *sums = &layer->chunks[i].clip;
            part.changed += sums->changed;
            part.product += sums->product;
            square += sums->square;
        }
        part.norm = matrix_norm_from(clipping->network->kernels, &g, square);
    }
    if (clipping->clip == CLIP_VALUE)
        return part;
    if (!spared(clipping, layer))
        part.norm = at_most(part.norm, clipping->threshold);
    part.product = part.norm * (own / clipping->before); /* one direction before and after */
    return part;
}

static bool has_direction(double norm)
{
    return norm > 0 && isfinite(norm);
}

/* Fills in what the parts add up to. */
static void report_clipped(struct clip_report *report, enum clip clip, double threshold,
    const struct part *whole, double elements)
{
    double bound = report->norm_before;
    if (clip == CLIP_NORM)
        bound = at_most(bound, threshold);
    report->norm_after = at_most(whole->norm, bound);
    report->fraction = whole->changed / elements;
    report->scale = clip == CLIP_NORM ? clip_factor(report->norm_before, threshold)
                                      : report->norm_after / report->norm_before;
    if (clip != CLIP_NORM)
        report->cosine = at_most(whole->product / report->norm_after, 1);
    report->has_cosine = report->has_cosine && has_direction(report->norm_after);
}

bool clip_apply(enum clip clip, double threshold, struct network *network,
    const struct interrupt *interrupt, struct clip_report *report)
{
    double before = gradient_norm(network);
    *report = (struct clip_report){before, before, 1, 0, 1, has_direction(before)};
    if (clip == CLIP_NONE || before == 0)
        return true;
    struct clipping clipping = {.network = network,
        .clip = clip,
        .threshold = threshold,
        .before = before,
        .interrupt = interrupt};
    struct part whole = {0, 0, 0};
    double total = 0;
    for (int i = 0; i < network->layer_count; i++)
        total += elements(&network->layers[i]);
    /* As in an update, memory is what it waits for. */
    workers_run(network->workers, 32 * total, clip_work, &clipping);
    if (atomic_load(&clipping.given_up))
        return false;
    for (int i = 0; i < network->layer_count; i++) {
        struct part part = finish_layer(&clipping, &network->layers[i]);
        whole.norm = norm_of_two(whole.norm, part.norm);
        whole.product += part.product;
        whole.changed += part.changed;
    }
    if (whole.changed > 0)
        report_clipped(report, clip, threshold, &whole, total);
    return true;
}
