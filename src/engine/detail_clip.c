#include "engine/detail_clip.h"

#include <math.h>
#include <string.h>

#include "core/elementary.h"
#include "core/reduce.h"
#include "core/training.h"

/*
 * The exponent and two bits of the mantissa number the bins; one less in the last place before
 * that makes the upper edge, not the lower, part of a bin.
 */
enum { MANTISSA_BITS = 52, BIN_BITS = 2, FIRST_EXPONENT = 1023 - 128 };
static const uint64_t first_bin = (uint64_t)FIRST_EXPONENT << BIN_BITS;

double clip_angle(const struct clip_report *report)
{
    double cosine = fmin(fmax(report->cosine, -1), 1);
    return isnan(report->cosine) ? NAN : acos(cosine) * 180 / REAL_PI;
}

double gradient_bins_edge(const struct gradient_bins *bins, int i)
{
    uint64_t number = first_bin + (uint64_t)i;
    return real_from_bits(number << (MANTISSA_BITS - BIN_BITS)) * bins->unit;
}

static void add(struct gradient_bins *bins, double element)
{
    double size = fabs(element) / bins->unit; /* exactly 1 where |element| = c */
    uint64_t number = (real_bits(size) - 1) >> (MANTISSA_BITS - BIN_BITS);
    if (!isfinite(element))
        bins->nonfinite++;
    else if (element == 0)
        bins->zeros++;
    else if (size == 0 || number < first_bin)
        bins->below++;
    else if (number >= first_bin + GRADIENT_BINS)
        bins->above++;
    else
        bins->counts[element > 0][number - first_bin]++;
}

bool clip_side_gather(struct clip_side *side, const struct network *network, double unit,
    const struct interrupt *interrupt)
{
    side->valid = false;
    memset(&side->bins, 0, sizeof side->bins);
    side->bins.unit = unit;
    side->largest = 0;
    side->layer_count = network->layer_count;
    for (int l = 0; l < network->layer_count; l++) {
        const struct layer *layer = &network->layers[l];
        struct matrix block = layer_weights(layer, layer->gradients);
        block.rows++; /* the biases follow the weights */
        int rows = interrupt_rows(4 * block.stride);
        double beyond = 0;
        for (int i = 0; i < block.rows; i++) {
            if (i % rows == 0 && interrupt_asked(interrupt))
                return false;
            const double *row = block.values + i * block.stride;
            for (int o = 0; o < block.columns; o++) {
                add(&side->bins, row[o]);
                side->largest = fmax(side->largest, fabs(row[o]));
                beyond += fabs(row[o]) > unit;
            }
        }
        double elements = (double)block.rows * block.columns;
        side->bins.elements += (uint64_t)elements;
        side->layers[l] =
            (struct clip_layer){matrix_norm(network->kernels, &block), beyond / elements};
    }
    side->valid = true;
    return true;
}

bool clip_detail_take(struct clip_detail *detail, const struct clip_side *unclipped,
    const struct training *training)
{
    if (!unclipped->valid)
        return false;
    detail->before = detail->after = *unclipped;
    return training->seen.clip.fraction <= 0 ||
        clip_side_gather(
            &detail->after, training->network, training->hparams.clip_at, &training->interrupt);
}
