#include "core/clip.h"

#include <float.h>
#include <math.h>

#include "core/error.h"

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
    double parts[2] = {layer->weight_grad_norm, layer->bias_grad_norm};
    return norm_of_norms(parts, 2);
}

static double gradient_norm(const struct network *network)
{
    double norm = 0;
    for (int i = 0; i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        double parts[2] = {norm, layer_gradient_norm(layer)};
        norm = norm_of_norms(parts, 2);
    }
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

static struct part clip_by_value(
    const struct network *network, struct layer *layer, double c, double norm)
{
    const struct kernels *kernels = network->kernels;
    struct matrix g = gradients(layer);
    struct part part = {0, 0, 0};
    for (int i = 0; i < sum_chunks(g.rows); i++) {
        struct matrix chunk = sum_chunk(&g, i);
        part.changed += kernels->clipped_count(&chunk, c);
        part.product += kernels->clipped_product(&chunk, c, norm);
    }
    kernels->clip(layer_block(layer), layer->gradients, c);
    part.norm = matrix_norm(kernels, &g);
    return part;
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
    const struct network *network, struct layer *layer, double threshold, double norm)
{
    double factor = clip_factor(norm, threshold);
    bool exact = factor >= DBL_MIN;
    network->kernels->scale(
        layer_block(layer), layer->gradients, exact ? factor : threshold * 0x1p+600 / norm);
    if (!exact)
        network->kernels->scale(layer_block(layer), layer->gradients, 0x1p-600);
}

/* `bounded`: the norm that is to be the threshold at most. */
static struct part clip_by_factor(const struct network *network, struct layer *layer,
    double bounded, double threshold, double norm)
{
    const struct kernels *kernels = network->kernels;
    double own = layer_gradient_norm(layer), factor = clip_factor(bounded, threshold);
    struct part part = {0, own, 0};
    if (factor < 1) {
        struct matrix g = gradients(layer);
        double unchanged = largest_unchanged(factor);
        for (int i = 0; i < sum_chunks(g.rows); i++) {
            struct matrix chunk = sum_chunk(&g, i);
            part.changed += kernels->clipped_count(&chunk, unchanged);
        }
        shorten(network, layer, threshold, bounded);
        part.norm = at_most(matrix_norm(kernels, &g), threshold);
    }
    part.product = part.norm * (own / norm); /* one direction before and after */
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
    struct part whole = {0, 0, 0};
    double total = 0;
    for (int i = 0; i < network->layer_count; i++) {
        struct layer *layer = &network->layers[i];
        if (interrupt_asked(interrupt))
            return false;
        double bounded = clip == CLIP_NORM ? before : layer_gradient_norm(layer);
        struct part part = clip == CLIP_VALUE
            ? clip_by_value(network, layer, threshold, before)
            : clip_by_factor(network, layer, bounded, threshold, before);
        double norms[2] = {whole.norm, part.norm};
        whole.norm = norm_of_norms(norms, 2);
        whole.product += part.product;
        whole.changed += part.changed;
        total += elements(layer);
    }
    if (whole.changed > 0)
        report_clipped(report, clip, threshold, &whole, total);
    return true;
}
