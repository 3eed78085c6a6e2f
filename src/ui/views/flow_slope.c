/* φ' and its bound: where the quarter comes from, and where the selected layer stands. */
#include <math.h>
#include <stdio.h>

#include "ui/draw/chart.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/views/flow.h"

/* Columns left of the curve and of the words right of it; z reaches to both sides. */
enum { LABEL = 8, WORDS = 36, CURVE_LEAST = 24, CURVE_MOST = 80, REACH = 4 };

/* The slope as a function of a, which makes it a parabola; else it is drawn over z. */
static bool over_a(const struct snapshot *s)
{
    return s->seen.activation.bounded;
}

void flow_slope_form(const struct snapshot *snapshot, char *text, size_t size)
{
    const struct observation *seen = &snapshot->seen;
    const char *form = "";
    switch (seen->hparams.activation) {
    case ACTIVATION_SIGMOID:
        form = "a(1-a) = 1/4 - (a - 1/2)²: at most 1/4";
        break;
    case ACTIVATION_TANH:
        form = "1 - a²: at most 1, at a = 0";
        break;
    case ACTIVATION_RELU:
        form = "1 where z > 0, else 0";
        break;
    case ACTIVATION_LEAKY_RELU:
        (void)snprintf(text, size, "1 where z > 0, else %.4g", seen->hparams.leaky_slope);
        return;
    case ACTIVATION_ELU:
        form = "1 where z > 0, else a + 1, below 1";
        break;
    case ACTIVATION_GELU:
        form = "Φ(z) + z Φ'(z), Φ the normal distribution: at most 1.1289";
        break;
    case ACTIVATION_SILU:
        form = "σ(z) (1 + z (1 - σ(z))): at most 1.0998";
        break;
    case ACTIVATION_SOFTPLUS:
        form = "σ(z), below 1";
        break;
    case ACTIVATION_LINEAR:
    case ACTIVATION_COUNT:
        form = "1 everywhere";
        break;
    }
    (void)snprintf(text, size, "%s", form);
}

/* The lowest and highest argument of the curve. */
static double argument(const struct snapshot *s, double share)
{
    double low = !over_a(s) ? -REACH : s->seen.hparams.activation == ACTIVATION_TANH ? -1 : 0;
    double high = over_a(s) ? 1 : REACH;
    return low + share * (high - low);
}

static double slope_at(const struct snapshot *s, double x)
{
    double a, slope;
    if (s->seen.hparams.activation == ACTIVATION_SIGMOID)
        return x * (1 - x);
    if (s->seen.hparams.activation == ACTIVATION_TANH)
        return 1 - x * x;
    activation_curve((enum activation)s->seen.hparams.activation, s->seen.hparams.leaky_slope,
        1, &x, &a, &slope);
    return slope;
}

/* Eighths of a row above the foot of the plot. */
static int height_of(const struct snapshot *s, double slope, int rows)
{
    double low = activation_min_slope(&s->seen.activation);
    double share = (slope - low) / (s->seen.activation.max_slope - low);
    return (int)lround(fmin(fmax(share, 0), 1) * rows * 8);
}

/* The hill, with the layer's level across it. */
static void draw_curve(
    const struct snapshot *s, struct surface *surface, struct rect plot, double level)
{
    int mark = height_of(s, level, plot.height), foot = plot.y + plot.height - 1;
    for (int x = 0; x < plot.width; x++) {
        double slope = slope_at(s, argument(s, (x + 0.5) / plot.width));
        int height = height_of(s, slope, plot.height), eighths = height;
        for (int y = foot; eighths > 0; y--, eighths -= 8)
            surface_put(
                surface, plot.x + x, y, glyph_vertical(eighths < 8 ? eighths : 8), ROLE_SIGNAL);
        /* Where it crosses the curve, that is what is seen. */
        int y = foot - (mark > 0 ? mark - 1 : 0) / 8, here = height - 8 * (foot - y);
        if (here <= 0 || here >= 8)
            chart_mark(surface, plot.x + x, y, GLYPH_STEP, ROLE_KEY);
    }
}

/* The layer's units at their mean a, the most in a column as a whole block. */
static void draw_units(
    const struct snapshot *s, struct surface *surface, int layer, int x, int y, int width)
{
    int counts[CURVE_MOST] = {0}, most = 1, units = s->seen.layers[layer - 1].units;
    const struct unit_stats *row = s->units + snapshot_units_from(s, layer);
    double low = argument(s, 0), high = argument(s, 1);
    for (int i = 0; i < units; i++) {
        double a = row[i].mean;
        if (!isfinite(a))
            continue;
        int column = (int)((a - low) / (high - low) * width);
        column = column < 0 ? 0 : column >= width ? width - 1 : column;
        counts[column]++;
        most = counts[column] > most ? counts[column] : most;
    }
    for (int i = 0; i < width; i++) {
        if (counts[i] > 0)
            surface_put(surface, x + i, y, glyph_vertical(1 + 7 * counts[i] / most), ROLE_TEXT);
    }
}

/* What is drawn, a line each; as many as there are rows. */
static void draw_words(
    const struct snapshot *s, struct surface *surface, int layer, struct rect area, bool units)
{
    const struct layer_stats *stats = &s->seen.layers[layer - 1];
    double slope = stats->slope_gain.value, mean = stats->act_mean,
           bound = s->seen.activation.max_slope;
    bool sigmoid = s->seen.hparams.activation == ACTIVATION_SIGMOID;
    char text[8][80] = {""};
    int lines = 0;
    (void)snprintf(text[lines++], sizeof text[0], "bound %.4g%s", bound,
        sigmoid ? ", at a = 1/2 alone" : "");
    char gain[FORMAT_SIZE];
    format_gain(slope, gain);
    (void)snprintf(text[lines++], sizeof text[0], "s_%d = %s of layer %d:", layer, gain, layer);
    (void)snprintf(text[lines++], sizeof text[0], "its slopes' root mean square,");
    (void)snprintf(text[lines++], sizeof text[0], "weighted by what comes down");
    if (over_a(s)) {
        double spread = sqrt(fmax(bound - slope, 0)), middle = sigmoid ? 0.5 : 0;
        /* Of a(1-a) and 1-a² the mean follows from mean and deviation of a. */
        double average =
            (sigmoid ? mean * (1 - mean) : 1 - mean * mean) - stats->act_std * stats->act_std;
        (void)snprintf(text[lines++], sizeof text[0], "as if at a = %.3f or %.3f",
            middle - spread, middle + spread);
        (void)snprintf(text[lines++], sizeof text[0], "plain mean of its slopes %.3f", average);
    } else if (s->seen.activation.flat) {
        (void)snprintf(
            text[lines++], sizeof text[0], "s² = %.3f of the signal's square", slope * slope);
        (void)snprintf(text[lines++], sizeof text[0], "meets slope 1, the rest slope 0");
    }
    if (units)
        (void)snprintf(text[lines++], sizeof text[0], "below: its units at their mean a");
    for (int i = 0; i < lines && i < area.height; i++)
        surface_text(surface, area.x, area.y + i, area.width,
            i == 0       ? ROLE_CEILING
                : i == 1 ? ROLE_KEY
                         : ROLE_TEXT,
            text[i]);
}

/* Ends and middle of the axis. */
static void draw_axis(const struct snapshot *s, struct surface *surface, struct rect row)
{
    static const double shares[] = {0, 0.5, 1};
    for (int i = 0; i < 3; i++) {
        char text[FORMAT_SIZE], label[FORMAT_SIZE + 4];
        format_short(argument(s, shares[i]), text);
        (void)snprintf(label, sizeof label, "%s%s",
            i > 0           ? ""
                : over_a(s) ? "a = "
                            : "z = ",
            text);
        int x = row.x + (int)(shares[i] * row.width);
        surface_text(surface, i == 2 ? x - text_columns(label) : x, row.y, -1, ROLE_DIM, label);
    }
}

void flow_slope_draw(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct snapshot *s = scene->snapshot;
    int layer = scene->selection.layer;
    bool words = area.width >= LABEL + CURVE_LEAST + WORDS;
    bool units = over_a(s) && s->can & DETAIL_UNITS;
    int width = area.width - LABEL - (words ? WORDS : 0);
    width = width > CURVE_MOST ? CURVE_MOST : width;
    struct rect plot = {area.x + LABEL, area.y + 1, width, area.height - 2 - units};
    char bound[FORMAT_SIZE], low[FORMAT_SIZE];
    format_short(s->seen.activation.max_slope, bound);
    format_short(activation_min_slope(&s->seen.activation), low);
    surface_print(surface, area.x, area.y, ROLE_CEILING, "%*s", LABEL - 1, bound);
    surface_print(surface, area.x, plot.y + plot.height - 1, ROLE_DIM, "%*s", LABEL - 1, low);
    surface_fill(surface, (struct rect){plot.x, area.y, width, 1}, GLYPH_STEP, ROLE_CEILING);
    draw_curve(s, surface, plot, s->seen.layers[layer - 1].slope_gain.value);
    if (units) {
        surface_print(
            surface, area.x, plot.y + plot.height, ROLE_DIM, "%*s", LABEL - 1, "units");
        flow_state(scene)->no_units = false; /* perhaps not there yet */
        if (s->units)
            draw_units(s, surface, layer, plot.x, plot.y + plot.height, width);
    }
    draw_axis(s, surface, (struct rect){plot.x, area.y + area.height - 1, width, 1});
    if (words)
        draw_words(s, surface, layer,
            (struct rect){plot.x + width + 3, area.y, WORDS - 3, area.height}, units);
}
