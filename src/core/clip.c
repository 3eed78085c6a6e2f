#include "core/clip.h"

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

static struct part clip_by_factor(
    const struct network *network, struct layer *layer, double factor, double norm)
{
    double own = layer_gradient_norm(layer);
    struct part part = {0, own, factor * own * (own / norm)};
    if (factor < 1) {
        struct matrix g = gradients(layer);
        network->kernels->scale(layer_block(layer), layer->gradients, factor);
        part.norm = matrix_norm(network->kernels, &g);
        part.changed = elements(layer);
    }
    return part;
}

bool clip_apply(enum clip clip, double threshold, struct network *network,
    const struct interrupt *interrupt, struct clip_report *result)
{
    double before = gradient_norm(network);
    struct clip_report report = {before, before, 1, 0, 1};
    *result = report;
    if (clip == CLIP_NONE || before == 0)
        return true;
    double changed = 0, total = 0, product = 0, after = 0;
    double global = clip_factor(before, threshold);
    for (int i = 0; i < network->layer_count; i++) {
        struct layer *layer = &network->layers[i];
        if (interrupt_asked(interrupt))
            return false;
        double factor =
            clip == CLIP_NORM ? global : clip_factor(layer_gradient_norm(layer), threshold);
        struct part part = clip == CLIP_VALUE ? clip_by_value(network, layer, threshold, before)
                                              : clip_by_factor(network, layer, factor, before);
        double norms[2] = {after, part.norm};
        after = norm_of_norms(norms, 2);
        product += part.product;
        changed += part.changed;
        total += elements(layer);
    }
    if (changed == 0)
        return true;
    report.norm_after = after;
    report.fraction = changed / total;
    report.scale = clip == CLIP_NORM ? global : after / before;
    if (clip != CLIP_NORM)
        report.cosine = product / after;
    *result = report;
    return true;
}
