/* The elements of the gradient by sign and size, before and after clipping. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "ui/draw/chart.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/views/clip.h"

enum { COLUMNS_MOST = 256, MIDDLE = 3 /* columns in the middle, for 0 */ };

/*
 * Columns of equal width in log10 |element|, `count` on each side of the middle, the smallest
 * innermost. One begins exactly at c.
 */
struct sizes {
    int count;
    double inner, width; /* log10 of the innermost edge; decades a column */
    int at_c;            /* the first column beyond c; may be outside */
    double before[2][COLUMNS_MOST], after[2][COLUMNS_MOST]; /* elements; [0] negative */
};

static struct sizes sizes_of(const struct log_axis *axis, int count, double c)
{
    struct sizes sizes = {.count = count < COLUMNS_MOST ? count : COLUMNS_MOST};
    sizes.width = (double)(axis->high - axis->low) / sizes.count;
    sizes.at_c = (int)floor((log10(c) - axis->low) / sizes.width + 1e-9);
    sizes.inner = log10(c) - sizes.at_c * sizes.width;
    return sizes;
}

/* Spreads the bins over the columns they overlap, by their share of the logarithm. */
static void spread(
    const struct gradient_bins *bins, const struct sizes *sizes, double to[2][COLUMNS_MOST])
{
    for (int i = 0; i < GRADIENT_BINS; i++) {
        if (bins->counts[0][i] == 0 && bins->counts[1][i] == 0)
            continue;
        double low = (log10(gradient_bins_edge(bins, i)) - sizes->inner) / sizes->width;
        double high = (log10(gradient_bins_edge(bins, i + 1)) - sizes->inner) / sizes->width;
        /* A rounding of the logarithm must not carry a bin that ends at c across it. */
        if (i <= GRADIENT_BIN_OF_C)
            high = fmin(high, sizes->at_c);
        else
            low = fmax(low, sizes->at_c);
        for (int k = (int)fmax(floor(low), 0); k < high && k < sizes->count; k++) {
            double share = (fmin(high, k + 1) - fmax(low, k)) / (high - low);
            for (int sign = 0; sign < 2; sign++)
                to[sign][k] += fmax(share, 0) * bins->counts[sign][i];
        }
    }
}

/* The size that this share of the elements that are not 0 stay below; 0 where there are none.
 */
static double quantile(const struct gradient_bins *bins, double share)
{
    double wanted = share * (double)(bins->elements - bins->zeros - bins->nonfinite);
    double counted = (double)bins->below;
    for (int i = 0; i < GRADIENT_BINS && wanted > 0; i++) {
        counted += (double)bins->counts[0][i] + bins->counts[1][i];
        if (counted >= wanted)
            return gradient_bins_edge(bins, i + 1);
    }
    return 0;
}

/* From the largest down to what all but a few are above, no more than eight decades. */
static void fit_axis(struct log_axis *axis, const struct clip_detail *detail)
{
    double high = quantile(&detail->before.bins, 1);
    double low =
        fmin(quantile(&detail->before.bins, 0.02), quantile(&detail->after.bins, 0.02));
    if (high > 0)
        axis_update(axis, fmax(low, high * 1e-8), high);
}

static bool has_threshold(const struct sizes *sizes, const struct snapshot *snapshot)
{
    return snapshot->seen.hparams.clip == CLIP_VALUE && sizes->at_c >= 0 &&
        sizes->at_c < sizes->count;
}

/* The most in a column, but for what stands at the threshold: that may leave the picture. */
static double peak_of(const struct sizes *sizes, bool threshold)
{
    double peak = 1e-9;
    for (int sign = 0; sign < 2; sign++) {
        for (int k = 0; k < sizes->count; k++) {
            peak = fmax(peak, sizes->before[sign][k]);
            if (!threshold || k != sizes->at_c - 1)
                peak = fmax(peak, sizes->after[sign][k]);
        }
    }
    return peak;
}

/* Eighths; what there is at all is seen. The area of a bar would be the number, were the height
 * not its root: a few large elements are what clipping is about. */
static int height_of(double elements, double peak, int rows)
{
    if (elements <= 0)
        return 0;
    return 1 + (int)lround(sqrt(elements / peak) * (8 * rows - 1));
}

static void draw_bar(struct surface *surface, int x, struct rect plot, int before, int after)
{
    chart_column(surface, x, plot, before, after, CLIP_AFTER, CLIP_BEFORE);
    if (after > 8 * plot.height)
        surface_put_on(surface, x, plot.y, GLYPH_UP, ROLE_CEILING, CLIP_AFTER);
}

/* Where column k of a sign stands. */
static int place(const struct sizes *sizes, struct rect area, int sign, int k)
{
    int middle = area.x + sizes->count;
    return sign ? middle + MIDDLE + k : middle - 1 - k;
}

static void draw_threshold(const struct sizes *sizes, struct surface *surface, struct rect plot)
{
    for (int sign = 0; sign < 2; sign++) {
        int x = place(sizes, plot, sign, sizes->at_c);
        for (int y = plot.y; y < plot.y + plot.height; y++)
            surface_put(surface, x, y, GLYPH_CEILING, ROLE_CEILING);
        surface_text(surface, x - (sign ? 0 : 1), plot.y + plot.height, -1, ROLE_CEILING,
            sign ? "c" : "-c");
    }
}

/* Decades, but for those where the threshold's label stands. */
static void draw_labels(
    const struct sizes *sizes, bool threshold, struct surface *surface, struct rect plot)
{
    int y = plot.y + plot.height, step = 1;
    bool narrow = sizes->count < 16;
    while (step / sizes->width < (narrow ? 6 : 9))
        step++;
    int first = (int)floor(sizes->inner), last = first + (int)(sizes->width * sizes->count) + 1;
    for (int decade = first; decade <= last; decade++) {
        int k = (int)floor((decade - sizes->inner) / sizes->width + 0.5);
        if (decade % step != 0 || k < 3 || k >= sizes->count - (narrow ? 1 : 2))
            continue;
        for (int sign = 0; sign < 2; sign++) {
            char label[FORMAT_SIZE];
            (void)snprintf(
                label, sizeof label, decade == 0 ? "%s1" : "%s1e%d", sign ? "" : "-", decade);
            int half = text_columns(label) / 2;
            if (!threshold || abs(k - sizes->at_c) > half + 2)
                surface_text(
                    surface, place(sizes, plot, sign, k) - half, y, -1, ROLE_DIM, label);
        }
    }
    surface_text(surface, plot.x + sizes->count + MIDDLE / 2, y, -1, ROLE_DIM, "0");
}

static void draw_title(
    const struct clip_detail *detail, struct surface *surface, struct rect area)
{
    const struct gradient_bins *bins = &detail->before.bins;
    char count[FORMAT_SIZE + 8], share[FORMAT_SIZE], text[120];
    format_count(bins->elements, count);
    (void)snprintf(text, sizeof text,
        area.width >= 38 ? "%s elements of g by size, log scale" : "%s elements, log size",
        count);
    int end = surface_text(surface, area.x, area.y, area.width, ROLE_HEADING, text);
    format_share((double)bins->zeros / (double)bins->elements, share);
    (void)snprintf(text, sizeof text, "%s exactly 0", share);
    int x = area.x + area.width - text_columns(text);
    if (x > end + 1)
        surface_text(surface, x, area.y, -1, ROLE_DIM, text);
}

void clip_draw_elements(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct clip_detail *detail = &scene->snapshot->clip_detail;
    struct log_axis *axis = &clip_state(scene)->sizes;
    struct rect plot = {area.x, area.y + 1, area.width, area.height - 2};
    if (!detail->valid || plot.height < 1)
        return;
    draw_title(detail, surface, area);
    if (detail->before.bins.nonfinite > 0) {
        surface_text(surface, plot.x, plot.y, plot.width, ROLE_BAD, "not finite");
        return;
    }
    fit_axis(axis, detail);
    if (!axis->set)
        return;
    struct sizes sizes =
        sizes_of(axis, (area.width - MIDDLE) / 2, scene->snapshot->seen.hparams.clip_at);
    spread(&detail->before.bins, &sizes, sizes.before);
    spread(&detail->after.bins, &sizes, sizes.after);
    bool threshold = has_threshold(&sizes, scene->snapshot);
    double peak = peak_of(&sizes, threshold);
    for (int sign = 0; sign < 2; sign++) {
        for (int k = 0; k < sizes.count; k++)
            draw_bar(surface, place(&sizes, plot, sign, k), plot,
                height_of(sizes.before[sign][k], peak, plot.height),
                height_of(sizes.after[sign][k], peak, plot.height));
    }
    draw_labels(&sizes, threshold, surface, plot);
    if (threshold)
        draw_threshold(&sizes, surface, plot);
}
