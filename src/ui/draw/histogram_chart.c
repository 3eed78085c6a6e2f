#include "ui/draw/histogram_chart.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/hollow.h"

enum { MOST_COLUMNS = 240, ZERO_COLUMNS = 2 };
#define SHRINK_SECONDS 3.0
#define LEAST_DECADES 4

/* The place in its own range beyond which `skip` numbers lie, from one of the ends. */
static double quantile(const struct histogram *h, int64_t skip, bool from_above)
{
    int64_t count = 0;
    for (int i = 0; i < HISTOGRAM_BINS; i++) {
        int bin = from_above ? HISTOGRAM_BINS - 1 - i : i;
        count += h->bins[bin];
        if (count > skip)
            return (double)(bin + from_above) / HISTOGRAM_BINS;
    }
    return from_above ? 1 : 0;
}

struct value_range histogram_wish(const struct histogram *histogram)
{
    struct value_range wish = histogram->range;
    int64_t count = histogram_finite(histogram) - histogram->zeros;
    if (wish.scale == RANGE_MAGNITUDE) {
        /* A few numbers may lie a hundred decades lower. */
        int64_t few = count / 5 < 3 ? count / 5 : 3, skip = count / 50;
        double low = quantile(histogram, skip > few ? skip : few, false);
        wish.low = range_value(&histogram->range, low);
    }
    if (wish.scale != RANGE_LINEAR)
        return wish;
    double low = quantile(histogram, count / 200, false);
    double high = quantile(histogram, count / 200, true);
    if (high - low > 0.5 || high <= low)
        return wish;
    return (struct value_range){RANGE_LINEAR, range_value(&histogram->range, low),
        range_value(&histogram->range, high)};
}

struct value_range range_union(struct value_range a, struct value_range b)
{
    return (struct value_range){a.scale, fmin(a.low, b.low), fmax(a.high, b.high)};
}

/* The least of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten that is not below x > 0. */
static double round_up(double x)
{
    static const double steps[] = {1, 1.5, 2, 3, 4, 5, 6, 8, 10};
    double decade = pow(10, floor(log10(x)));
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        if (decade * steps[i] >= x * (1 - 1e-9))
            return fmin(decade * steps[i], DBL_MAX);
    }
    return fmin(10 * decade, DBL_MAX);
}

/* 0 is at an end, or in the middle when there are values on both sides. */
static struct value_range round_linear(struct value_range wish)
{
    double most = fmax(fabs(wish.low), fabs(wish.high));
    most = most > 0 ? round_up(most) : 1;
    return (struct value_range){
        RANGE_LINEAR, wish.low < 0 ? -most : 0, wish.high > 0 || wish.low >= 0 ? most : 0};
}

static struct value_range round_decades(struct value_range wish)
{
    double low = floor(log10(wish.low)), high = ceil(log10(wish.high));
    /* A long axis ends at every second, fifth or tenth decade. */
    double step = high - low > 50 ? 10 : high - low > 20 ? 5 : high - low > 10 ? 2 : 1;
    low = fmin(step * floor(low / step), high - LEAST_DECADES);
    high = fmin(high, 308);
    low = fmax(low, -323); /* 10^-323 is still a double */
    return (struct value_range){wish.scale, pow(10, low), pow(10, high)};
}

/* Whether showing `wish` would make what is shown half as large again, or a decade or two. */
static bool roomy(const struct value_range *shown, const struct value_range *wish)
{
    if (wish->scale == RANGE_LINEAR)
        return shown->high - shown->low > 1.45 * (wish->high - wish->low);
    double low = log10(wish->low / shown->low), high = log10(shown->high / wish->high);
    return low > 1.5 || high > 0.5;
}

void histogram_axis_update(struct histogram_axis *axis, struct value_range wish, double now)
{
    struct value_range range =
        wish.scale == RANGE_LINEAR ? round_linear(wish) : round_decades(wish);
    axis->now = now;
    if (!axis->set || axis->range.scale != range.scale) {
        histogram_axis_fix(axis, range, now);
        return;
    }
    struct value_range both = range_union(axis->range, range);
    if (both.low < axis->range.low || both.high > axis->range.high)
        axis->range = wish.scale == RANGE_LINEAR ? round_linear(both) : both;
    if (!roomy(&axis->range, &range)) {
        axis->roomy_since = 0;
        return;
    }
    /* To what was wanted since then, not to what happens to be wanted now. */
    axis->lately = axis->roomy_since > 0 ? range_union(axis->lately, range) : range;
    if (axis->roomy_since <= 0 || !roomy(&axis->range, &axis->lately)) {
        axis->roomy_since = now;
        axis->lately = range;
    } else if (now - axis->roomy_since > SHRINK_SECONDS)
        histogram_axis_fix(axis, axis->lately, now);
}

void histogram_axis_fix(struct histogram_axis *axis, struct value_range range, double now)
{
    const struct value_range *old = &axis->range;
    if (old->scale != range.scale || old->low != range.low || old->high != range.high)
        axis->peak = 0;
    axis->range = range;
    axis->set = true;
    axis->now = now;
    axis->roomy_since = 0;
}

void histogram_axis_refit(struct histogram_axis *axis)
{
    axis->peak = 0;
}

/* Where the edge of a bin stands on the axis, in columns. */
static double edge_place(const struct histogram *h, const struct value_range *range, int edge)
{
    double value = range_value(&h->range, (double)edge / HISTOGRAM_BINS);
    /* Rounding must not push a bin over the end. */
    value = edge == HISTOGRAM_BINS ? h->range.high : edge == 0 ? h->range.low : value;
    if (h->range.scale == RANGE_SIGNED && edge == 0)
        value = -h->range.high;
    return range_place(range, value);
}

/* What lies in several columns is divided; what is thinner than rounding is not. */
static void spread(double share, double left, double right, int columns, double *shares)
{
    if (right - left < 1e-6) {
        double middle = (left + right) / 2;
        if (middle >= 0 && middle <= columns)
            shares[middle < columns ? (int)middle : columns - 1] += share;
        return;
    }
    /* What lies beyond the axis may lie further off than an int reaches. */
    if (!(left < columns && right > 0))
        return;
    int from = (int)fmax(floor(left), 0), to = (int)fmin(right, columns - 1);
    for (int c = from; c <= to; c++) {
        double part = (fmin(right, c + 1) - fmax(left, c)) / (right - left);
        shares[c] += part > 1e-6 ? share * part : 0;
    }
}

void histogram_columns(
    const struct histogram *h, const struct value_range *range, int columns, double *shares)
{
    memset(shares, 0, sizeof(double) * (size_t)columns);
    bool straight = h->range.scale == range->scale && h->range.scale != RANGE_SIGNED;
    double first = edge_place(h, range, 0), last = edge_place(h, range, HISTOGRAM_BINS);
    double right = first * columns;
    for (int i = 0; i < HISTOGRAM_BINS; i++) {
        double left = right;
        double part = (i + 1.0) / HISTOGRAM_BINS;
        right = columns *
            (straight ? first * (1 - part) + last * part : edge_place(h, range, i + 1));
        if (h->bins[i] > 0)
            spread(histogram_share(h, h->bins[i]), left, right, columns, shares);
    }
}

static double peak_of(struct histogram_axis *axis, const double *shares, int columns)
{
    double peak = 0;
    for (int i = 0; i < columns; i++)
        peak = fmax(peak, shares[i] * columns);
    if (peak > axis->peak || axis->columns != columns || axis->peak <= 0) {
        axis->peak = peak;
        axis->lower_since = 0;
    } else if (peak > 0.8 * axis->peak) {
        axis->lower_since = 0;
    } else if (axis->lower_since <= 0) {
        axis->lower_since = axis->now;
    } else if (axis->now - axis->lower_since > SHRINK_SECONDS) {
        axis->peak = peak;
        axis->lower_since = 0;
    }
    axis->columns = columns;
    return axis->peak / columns;
}

static void draw_column(
    struct surface *surface, struct rect bars, int x, double share, enum role role)
{
    int eighths = (int)lround(share * bars.height * 8);
    eighths = share > 0 && eighths < 1 ? 1
        : eighths > bars.height * 8    ? bars.height * 8
                                       : eighths;
    for (int y = bars.y + bars.height - 1; eighths > 0; y--, eighths -= 8)
        surface_put(surface, bars.x + x, y, glyph_vertical(eighths > 8 ? 8 : eighths), role);
}

/* Where the bins are drawn: an axis of magnitudes keeps two columns for the zeros. */
static struct rect bins_of(struct rect bars, const struct value_range *range)
{
    int kept = range->scale == RANGE_MAGNITUDE && bars.width >= 8 ? ZERO_COLUMNS : 0;
    return (struct rect){bars.x + kept, bars.y, bars.width - kept, bars.height};
}

/* Column of 0, or -1 when it is not on the axis. */
static int zero_column(const struct histogram_axis *axis, int columns)
{
    if (axis->range.scale == RANGE_MAGNITUDE)
        return 0;
    double place = axis->range.scale == RANGE_LINEAR ? range_place(&axis->range, 0) : 0.5;
    int column = (int)(place * columns);
    return place < 0 || place > 1 ? -1 : column < columns ? column : columns - 1;
}

/* Shaded, so that it is not taken for a bin; a cut one ends in an arrow. */
static void draw_zeros(
    struct surface *surface, struct rect bars, int x, double height, double most)
{
    int rows = (int)ceil(fmin(height, 1) * bars.height - 1e-9);
    for (int i = 0; i < rows; i++)
        surface_put(surface, bars.x + x, bars.y + bars.height - 1 - i, GLYPH_SHADE, ROLE_DEAD);
    if (height > most)
        surface_put(surface, bars.x + x, bars.y, GLYPH_UP, ROLE_DEAD);
}

/* A label in the middle: 0, or the decade there. */
static double middle_of(const struct value_range *range)
{
    if (range->scale == RANGE_LINEAR)
        return range->low < 0 && range->high > 0 ? 0 : range->low / 2 + range->high / 2;
    if (range->scale == RANGE_SIGNED)
        return 0;
    return pow(10, floor((log10(range->low) + log10(range->high)) / 2 + 1e-9));
}

/* Whether numbers lie beyond the ends: an arrow says so. */
static void find_beyond(
    const struct histogram *h, const struct value_range *range, bool *below, bool *above)
{
    int first = 0, last = HISTOGRAM_BINS - 1;
    while (first <= last && h->bins[first] == 0)
        first++;
    while (last > first && h->bins[last] == 0)
        last--;
    *below = h->below > 0 || (first <= last && edge_place(h, range, first + 1) < 1e-9);
    *above = h->above > 0 || (first <= last && edge_place(h, range, last) > 1 - 1e-9);
}

void histogram_draw_labels(struct surface *surface, struct rect row,
    const struct histogram *histogram, const struct histogram_axis *axis)
{
    const struct value_range *range = &axis->range;
    struct rect bins = bins_of(row, range);
    int y = row.y;
    char text[3][FORMAT_SIZE];
    bool below, above, signs = range->scale == RANGE_SIGNED;
    double middle = middle_of(range);
    int columns[3], starts[3];
    find_beyond(histogram, range, &below, &above);
    format_short(signs ? -range->high : range->low, text[0]);
    format_short(middle, text[1]);
    format_short(range->high, text[2]);
    for (int i = 0; i < 3; i++)
        columns[i] = text_columns(text[i]);
    double place = signs ? 0.5 : range_place(range, middle);
    starts[0] = below;
    starts[1] = (int)(place * bins.width + 1e-9) - (columns[1] - 1) / 2;
    starts[2] = bins.width - columns[2] - above;
    bool room = starts[1] > starts[0] + columns[0] && starts[1] + columns[1] < starts[2];
    for (int i = 0; i < 3; i++) {
        if (i != 1 || room)
            surface_text(
                surface, bins.x + starts[i], y, bins.width - starts[i], ROLE_DIM, text[i]);
    }
    if (below)
        surface_put(surface, bins.x, y, GLYPH_LEFT, ROLE_TEXT);
    if (above)
        surface_put(surface, bins.x + bins.width - 1, y, GLYPH_RIGHT, ROLE_TEXT);
    if (histogram->zeros > 0 && bins.x > row.x)
        surface_put(surface, row.x, y, '0', ROLE_DEAD);
}

static struct rect bars_of(struct rect area)
{
    area.height -= area.height > 1;
    area.width = area.width < MOST_COLUMNS ? area.width : MOST_COLUMNS;
    return area;
}

/* Full height: the highest column, or the zeros as far as they are not cut. */
static double full_height(
    const struct histogram *histogram, const struct histogram_axis *axis, double peak)
{
    double zeros = histogram_share(histogram, histogram->zeros), cut = axis->zeros_cut;
    double full = fmax(peak, fmin(zeros, (cut > 0 ? cut : 2) * peak));
    return full > 0 ? full : 1;
}

void histogram_draw(struct surface *surface, struct rect area,
    const struct histogram *histogram, struct histogram_axis *axis, enum role role)
{
    struct rect bars = bars_of(area), bins = bins_of(bars, &axis->range);
    double shares[MOST_COLUMNS];
    if (!axis->set || bars.width < 1 || bars.height < 1)
        return;
    if (area.height > 1)
        histogram_draw_labels(surface,
            (struct rect){area.x, bars.y + bars.height, area.width, 1}, histogram, axis);
    histogram_columns(histogram, &axis->range, bins.width, shares);
    double peak = peak_of(axis, shares, bins.width);
    double zeros = histogram_share(histogram, histogram->zeros);
    int column = zero_column(axis, bars.width);
    double full = full_height(histogram, axis, peak);
    for (int i = 0; i < bins.width; i++)
        draw_column(surface, bins, i, shares[i] / full, role);
    if (zeros > 0 && column >= 0)
        draw_zeros(surface, bars, column, peak > 0 ? zeros / full : 1, 1 + 1e-9);
}

void histogram_outline(struct surface *surface, struct rect area,
    const struct histogram *histogram, const struct histogram_axis *axis,
    const struct histogram *other)
{
    struct rect bars = bars_of(area), bins = bins_of(bars, &axis->range);
    double shares[MOST_COLUMNS];
    if (!axis->set || bars.width < 1 || bars.height < 1 || axis->columns != bins.width)
        return;
    histogram_columns(other, &axis->range, bins.width, shares);
    double full = full_height(histogram, axis, axis->peak / bins.width);
    for (int i = 0; i < bins.width; i++) {
        if (shares[i] > 0)
            hollow_on_curve(surface, bins.x + i, bins, shares[i] / full, false);
    }
}

int histogram_column(struct rect area, const struct histogram_axis *axis, double value)
{
    struct rect bars = bars_of(area), bins = bins_of(bars, &axis->range);
    double place = axis->set ? range_place(&axis->range, value) : -1;
    if (!(place >= 0 && place <= 1))
        return -1;
    int column = (int)(place * bins.width);
    return bins.x - area.x + (column < bins.width ? column : bins.width - 1);
}

int histogram_mark(struct surface *surface, struct rect area, const struct histogram_axis *axis,
    double value, enum role role)
{
    struct rect bars = bars_of(area);
    int column = histogram_column(area, axis, value), x = area.x + column;
    if (column < 0 || x < 0 || x >= surface->width || bars.y < 0)
        return -1;
    for (int y = bars.y; y < bars.y + bars.height && y < surface->height; y++) {
        if (surface->cells[y * surface->width + x].glyph == ' ')
            surface_put(surface, x, y, GLYPH_MARK, role);
    }
    return column;
}
