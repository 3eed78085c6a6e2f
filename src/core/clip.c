#include "core/clip.h"

#include <math.h>

#include "core/error.h"

static const struct {
    const char *name;
    const char *help;
} clips[] = {
    [CLIP_NONE] = {"none", "the gradient as it is"},
    [CLIP_VALUE] = {"value", "each element to [-c, c]; turns the gradient"},
    [CLIP_NORM] = {"norm", "the whole gradient to length c; keeps the direction"},
    [CLIP_LAYERWISE] = {"layerwise", "each layer's gradient to length c"},
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

/* Norm of all gradients; of one layer's when `only` is not NULL. */
static double gradient_norm(const struct network *network, const struct layer *only)
{
    double square_root = 0;
    for (int i = 0; i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        if (only && layer != only)
            continue;
        struct matrix block = layer_weights(layer, layer->gradients);
        block.rows++; /* the biases follow the weights */
        double parts[2] = {square_root, matrix_norm(&block)};
        square_root = norm_of_norms(parts, 2);
    }
    return square_root;
}

static void layer_scale(struct layer *layer, double factor)
{
    for (size_t i = 0; i < layer_block(layer); i++)
        layer->gradients[i] *= factor;
}

static double elements(const struct layer *layer)
{
    return ((double)layer->n_in + 1) * layer->n_out;
}

/* Clips a layer's elements; returns how many, and adds to Σ (g/‖g‖)·clipped. */
static double clip_elements(struct layer *layer, double c, double norm, double *product)
{
    double changed = 0;
    for (int i = 0; i <= layer->n_in; i++) {
        double *row = layer->gradients + i * layer->stride;
        for (int o = 0; o < layer->n_out; o++) {
            double g = row[o];
            row[o] = g > c ? c : (g < -c ? -c : g);
            changed += g > c || g < -c;
            *product += g / norm * row[o];
        }
    }
    return changed;
}

struct clip_report clip_apply(enum clip clip, double threshold, struct network *network)
{
    double before = gradient_norm(network, NULL);
    struct clip_report report = {before, before, 1, 0, 1};
    if (clip == CLIP_NONE || before == 0)
        return report;
    double changed = 0, total = 0, product = 0;
    double global = clip_factor(before, threshold);
    for (int i = 0; i < network->layer_count; i++) {
        struct layer *layer = &network->layers[i];
        total += elements(layer);
        if (clip == CLIP_VALUE) {
            changed += clip_elements(layer, threshold, before, &product);
            continue;
        }
        double norm = gradient_norm(network, layer);
        double factor = clip == CLIP_NORM ? global : clip_factor(norm, threshold);
        product += factor * norm * (norm / before);
        if (factor < 1) {
            layer_scale(layer, factor);
            changed += elements(layer);
        }
    }
    if (changed == 0)
        return report;
    report.norm_after = gradient_norm(network, NULL);
    report.fraction = changed / total;
    report.scale = clip == CLIP_NORM ? global : report.norm_after / before;
    if (clip != CLIP_NORM)
        report.cosine = product / report.norm_after;
    return report;
}
