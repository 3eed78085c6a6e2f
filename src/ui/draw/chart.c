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

static void draw_values(struct surface *surface, struct rect area, int column, enum role role,
    struct chart_span values, struct range range)
{
    struct chart_span span = {share_of(values.low, range), share_of(values.high, range)};
    draw_span(surface, area.x + column, area, role, span);
}

void chart_sparkline(struct surface *surface, int x, int y, int width, enum role role,
    const double *values, int count)
{
    struct chart_span spans[CHART_SPARKS_MOST];
    count = count < CHART_SPARKS_MOST ? count : CHART_SPARKS_MOST;
    for (int i = 0; i < count; i++)
        spans[i] = (struct chart_span){values[i], values[i]};
    struct range range = range_of(spans, count);
    for (int i = 0; i < count; i++)
        draw_values(
            surface, (struct rect){x, y, width, 1}, width - count + i, role, spans[i], range);
}

void chart_curve(struct surface *surface, struct rect area, enum role role, const char *title,
    const struct chart_span *values, int count)
{
    int width = area.width - CHART_LABELS;
    if (width < 8 || area.height < 2)
        return;
    struct range range = range_of(values, count);
    char high[FORMAT_SIZE], low[FORMAT_SIZE];
    format_loss(range.high, high);
    format_loss(range.low, low);
    surface_print(
        surface, area.x, area.y, ROLE_DIM, "%s%s", title, range.logarithmic ? " log" : "");
    surface_text(surface, area.x, area.y + 1, 7, ROLE_DIM, high);
    surface_text(surface, area.x, area.y + area.height - 1, 7, ROLE_DIM, low);
    for (int i = 0; i < count && i < width; i++)
        draw_values(surface, area, CHART_LABELS + i, role, values[i], range);
}

double chart_curve_share(const struct chart_span *values, int count, double value)
{
    struct range range = range_of(values, count);
    bool inside = value >= range.low && value <= range.high;
    return inside ? share_of(value, range) : NAN;
}
