#include "ui/draw/chart.h"

#include <math.h>
#include <stdio.h>

#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"

void chart_bar(struct surface *surface, int x, int y, double length, int height, enum role role)
{
    /* Of several rows the last is a half block, and only halves of a column end like it. */
    int eighths = height > 1 ? 4 * (int)lround(length * 2) : (int)lround(length * 8);
    int full = eighths / 8;
    for (int row = 0; row < height; row++) {
        bool last = height > 1 && row == height - 1;
        struct rect body = {x, y + row, full, 1};
        /* A single row leaves an eighth free, so that bars below each other stay apart. */
        uint32_t glyph = last ? GLYPH_UPPER_HALF : height == 1 ? glyph_vertical(7) : GLYPH_FULL;
        surface_fill(surface, body, glyph, role);
        if (last && eighths % 8 >= 4)
            surface_put(surface, x + full, y + row, GLYPH_QUADRANT, role);
        else if (!last && eighths % 8 > 0)
            surface_put(surface, x + full, y + row, glyph_horizontal(eighths % 8), role);
    }
}

void chart_mark(struct surface *surface, int x, int y, uint32_t glyph, enum role role)
{
    if (x < 0 || y < 0 || x >= surface->width || y >= surface->height)
        return;
    const struct cell *cell = &surface->cells[y * surface->width + x];
    bool bar = cell->glyph == GLYPH_FULL || cell->glyph == glyph_vertical(7);
    surface_put_on(surface, x, y, glyph, role, bar ? (enum role)cell->role : ROLE_NONE);
}

void chart_column(struct surface *surface, int x, struct rect plot, int before, int after,
    enum role solid, enum role shade)
{
    for (int row = 0; row < plot.height; row++) {
        int y = plot.y + plot.height - 1 - row, eighths = after - 8 * row;
        if (eighths > 0)
            surface_put(surface, x, y, glyph_vertical(eighths < 8 ? eighths : 8), solid);
        else if (before - 8 * row > 4)
            surface_put(surface, x, y, GLYPH_SHADE, shade);
        else if (before - 8 * row > 0)
            surface_put(surface, x, y, glyph_vertical(before - 8 * row), shade);
    }
}

struct range {
    double low, high;
    bool logarithmic; /* positive values over two decades or more */
};

/* Of the finite values; widened so that noise in the last digits does not fill the height. */
static struct range range_of(const struct chart_span *values, int count)
{
    struct range range = {INFINITY, -INFINITY, false};
    for (int i = 0; i < count; i++) {
        if (!isfinite(values[i].low + values[i].high))
            continue;
        range.low = fmin(range.low, values[i].low);
        range.high = fmax(range.high, values[i].high);
    }
    if (range.low > range.high)
        return (struct range){0, 1, false};
    double least = 1e-3 * fmax(fabs(range.low), fabs(range.high)) + 1e-300;
    if (range.high - range.low < least) {
        double middle = (range.low + range.high) / 2;
        range.low = middle - least / 2;
        range.high = middle + least / 2;
    }
    range.logarithmic = range.low > 0 && range.high / range.low >= 100;
    return range;
}

/* Share of the height at which a value stands. */
static double share_of(double value, struct range range)
{
    if (!isfinite(value))
        return NAN;
    if (range.logarithmic)
        return log(value / range.low) / log(range.high / range.low);
    return (value - range.low) / (range.high - range.low);
}

static void draw_span(
    struct surface *surface, int x, struct rect area, enum role role, struct chart_span span)
{
    int bottom = area.y + area.height - 1;
    if (isnan(span.low + span.high)) {
        surface_fill(surface, (struct rect){x, area.y, 1, area.height}, '!', ROLE_BAD);
        return;
    }
    if (span.low > span.high)
        return;
    /* In eighths of a row, at least one, so that the lowest is seen. */
    int low = 1 + (int)lround(span.low * (area.height * 8 - 1));
    int high = 1 + (int)lround(span.high * (area.height * 8 - 1));
    for (int row = 0; row * 8 < high; row++) {
        int filled = high - row * 8;
        if (filled > 8 && row * 8 + 8 < low)
            surface_put(surface, x, bottom - row, 0x2591, ROLE_DIM);
        else
            surface_put(
                surface, x, bottom - row, glyph_vertical(filled < 8 ? filled : 8), role);
    }
}

void chart_spans(struct surface *surface, struct rect area, enum role role,
    const struct chart_span *spans, int count)
{
    for (int i = 0; i < count && i < area.width; i++)
        draw_span(surface, area.x + i, area, role, spans[i]);
}

/* From 0 to half as much again as the level: it stays where it is, whatever the values do. */
static struct range range_with(double level, const struct chart_span *values, int count)
{
    if (level > 0 && isfinite(level))
        return (struct range){0, 1.5 * level, false};
    return range_of(values, count);
}

/* What is above the range is cut off, with a mark. */
static void draw_values(struct surface *surface, struct rect area, int column, enum role role,
    struct chart_span values, struct range range)
{
    struct chart_span span = {share_of(values.low, range), share_of(values.high, range)};
    bool above = span.high > 1;
    span.low = fmax(fmin(span.low, 1), isnan(span.low) ? NAN : 0);
    span.high = above ? 1 : span.high;
    draw_span(surface, area.x + column, area, role, span);
    if (above && area.height > 1)
        surface_put(surface, area.x + column, area.y, GLYPH_UP, ROLE_WARN);
}

void chart_sparkline(struct surface *surface, int x, int y, int width, enum role role,
    const double *values, int count, double level)
{
    struct chart_span spans[CHART_SPARKS_MOST];
    count = count < CHART_SPARKS_MOST ? count : CHART_SPARKS_MOST;
    for (int i = 0; i < count; i++)
        spans[i] = (struct chart_span){values[i], values[i]};
    struct range range = range_with(level, spans, count);
    for (int i = 0; i < count; i++)
        draw_values(
            surface, (struct rect){x, y, width, 1}, width - count + i, role, spans[i], range);
}

/* The level behind the curve, and its value at the left. */
static void draw_level(
    struct surface *surface, struct rect plot, double level, struct range range)
{
    char text[FORMAT_SIZE];
    int eighths = 1 + (int)lround(share_of(level, range) * (plot.height * 8 - 1));
    int y = plot.y + plot.height - 1 - (eighths - 1) / 8;
    format_loss(level, text);
    surface_fill(surface, (struct rect){plot.x, y, plot.width, 1}, GLYPH_RULE, ROLE_DIM);
    if (y > plot.y && y < plot.y + plot.height - 1)
        surface_text(surface, plot.x - CHART_LABELS, y, 7, ROLE_DIM, text);
}

void chart_curve(struct surface *surface, struct rect area, enum role role,
    const struct chart_title *title, const struct chart_span *values, int count)
{
    struct rect plot = {
        area.x + CHART_LABELS, area.y + 1, area.width - CHART_LABELS, area.height - 1};
    if (plot.width < 8 || plot.height < 2)
        return;
    struct range range = range_with(title->level, values, count);
    bool has_level = title->level > 0 && isfinite(title->level);
    char high[FORMAT_SIZE], low[FORMAT_SIZE];
    format_loss(range.high, high);
    format_loss(range.low, low);
    int x = surface_print(surface, area.x, area.y, ROLE_DIM, "%s%s", title->name,
        range.logarithmic ? " log" : "");
    if (has_level) {
        x = plot.x > x + 1 ? plot.x : x + 1;
        x = surface_print(surface, x, area.y, ROLE_DIM, "─ %s", title->level_name);
        draw_level(surface, plot, title->level, range);
    }
    surface_text(surface, area.x, plot.y, 7, ROLE_DIM, high);
    surface_text(
        surface, area.x, plot.y + plot.height - 1, 7, ROLE_DIM, range.low == 0 ? "0" : low);
    bool above = false;
    for (int i = 0; i < count && i < plot.width; i++) {
        draw_values(surface, plot, i, role, values[i], range);
        above = above || values[i].high > range.high;
    }
    if (above && x + 3 + 9 + 6 <= area.x + area.width)
        surface_print(surface, x + 3, area.y, ROLE_WARN, "▴ above %s", high);
}

double chart_curve_share(const struct chart_span *values, int count, double level, double value)
{
    struct range range = range_with(level, values, count);
    bool inside = value >= range.low && value <= range.high;
    return inside ? share_of(value, range) : NAN;
}
