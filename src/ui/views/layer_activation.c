#include "ui/views/layer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"

enum { MOST_COLUMNS = 240, POINTS = 8 };

struct value_range layer_activation_wish(const struct layer_detail *detail)
{
    const struct histogram *z = &detail->distributions[DISTRIBUTION_Z];
    double bend = detail->activation == ACTIVATION_TANH ? 3
        : detail->activation == ACTIVATION_SIGMOID      ? 6
                                                        : 4;
    struct value_range curve = {RANGE_LINEAR, -bend, bend};
    return histogram_finite(z) > z->zeros ? range_union(z->range, curve) : curve;
}

/* Lowest and highest of the picture. */
static struct value_range heights_of(
    const struct layer_detail *detail, const struct value_range *z, bool slope)
{
    double ends[2] = {z->low, z->high}, a[2], slopes[2];
    if (slope)
        return (struct value_range){
            RANGE_LINEAR, activation_min_slope(&detail->info), detail->info.max_slope};
    if (detail->info.bounded)
        return (struct value_range){
            RANGE_LINEAR, detail->activation == ACTIVATION_TANH ? -1 : 0, 1};
    activation_curve(detail->activation, detail->leaky_slope, 2, ends, a, slopes);
    return (struct value_range){RANGE_LINEAR, fmin(a[0], 0), fmax(a[1], 1e-300)};
}

/* The curve's height in a column: the middle, of the slope the highest. */
static double column_value(const struct layer_detail *detail, const struct value_range *range,
    int x, int width, bool slope)
{
    double z[POINTS + 1], a[POINTS + 1], slopes[POINTS + 1], most = -INFINITY;
    for (int i = 0; i <= POINTS; i++)
        z[i] = range_value(range, (x + (double)i / POINTS) / width);
    /* A peak at 0 may be narrower than a column. */
    z[1] = z[0] < 1e-12 * range->high && z[POINTS] > -1e-12 * range->high ? 0 : z[1];
    activation_curve(detail->activation, detail->leaky_slope, POINTS + 1, z, a, slopes);
    /* The ends belong to the neighbours too, which a jump would show in both. */
    for (int i = 1; i < POINTS; i++)
        most = fmax(most, slopes[i]);
    return slope ? most : a[POINTS / 2];
}

static void draw_column(
    struct surface *surface, struct rect plot, int x, double height, int step)
{
    int eighths = 1 + (int)lround(height * (plot.height * 8 - 1));
    int y = plot.y + plot.height - 1;
    enum role role = step < 0 ? ROLE_DIM : ROLE_STRONG;
    for (; eighths > 8; eighths -= 8, y--) {
        if (step >= 0)
            surface_put(
                surface, plot.x + x, y, glyph_shade(step), (enum role)(ROLE_RAMP + step));
    }
    surface_put(surface, plot.x + x, y, glyph_vertical(eighths), role);
}

static void draw_curve(struct surface *surface, struct rect plot,
    const struct layer_detail *detail, const struct value_range *range, bool slope)
{
    double shares[MOST_COLUMNS], most = 0;
    struct value_range heights = heights_of(detail, range, slope);
    histogram_columns(&detail->distributions[DISTRIBUTION_Z], range, plot.width, shares);
    for (int x = 0; x < plot.width; x++)
        most = fmax(most, shares[x]);
    for (int x = 0; x < plot.width; x++) {
        double value = column_value(detail, range, x, plot.width, slope);
        /* Shades by the square root, so that the thin ends are seen. */
        int step = shares[x] > 0 ? (int)(sqrt(shares[x] / most) * (RAMP_STEPS - 1) + 0.5) : -1;
        double height = range_place(&heights, value);
        draw_column(surface, plot, x, fmin(fmax(height, 0), 1), step);
    }
}

/* What the slope can be at most, and what it did to the error signal. */
static void draw_bound(struct surface *surface, struct rect area,
    const struct layer_detail *detail, struct ratio gain)
{
    char bound[FORMAT_SIZE], text[FORMAT_SIZE], words[48];
    format_short(detail->info.max_slope, bound);
    format_ratio(gain, text);
    (void)snprintf(words, sizeof words, area.width > 34 ? "slope gain s = %s" : "s=%s",
        text + strspn(text, " "));
    surface_fill(
        surface, (struct rect){area.x, area.y, area.width, 1}, GLYPH_RULE, ROLE_CEILING);
    surface_print(surface, area.x, area.y, ROLE_CEILING, "bound %s ", bound);
    if (!detail->output)
        surface_text(
            surface, area.x + area.width - text_columns(words), area.y, -1, ROLE_STRONG, words);
}

/* Where there is room left of them. */
static void label_units(struct surface *surface, struct rect row)
{
    static const char label[] = "units ";
    for (int x = row.x; x < row.x + (int)sizeof label; x++) {
        if (x >= surface->width || row.y >= surface->height ||
            surface->cells[row.y * surface->width + x].glyph != ' ')
            return;
    }
    surface_text(surface, row.x, row.y, -1, ROLE_DIM, label);
}

void layer_activation_draw(struct surface *surface, struct rect area,
    const struct layer_detail *detail, struct histogram_axis *axis, const struct ratio *gain)
{
    area.width = area.width < MOST_COLUMNS ? area.width : MOST_COLUMNS;
    bool slope = gain != NULL, units = area.height >= 9;
    struct rect plot = area;
    plot.y += slope;
    plot.height -= slope + units + 1;
    if (plot.height < 1 || plot.width < 8)
        return;
    if (slope)
        draw_bound(surface, area, detail, *gain);
    draw_curve(surface, plot, detail, &axis->range, slope);
    struct histogram_axis below = {.range = axis->range, .set = true};
    struct rect foot = {area.x, plot.y + plot.height, area.width, 1};
    if (units) {
        histogram_draw(surface, foot, &detail->unit_means, &below, ROLE_TEXT);
        label_units(surface, foot);
        foot.y++;
    }
    histogram_draw_labels(surface, foot, &detail->unit_means, &below);
}
