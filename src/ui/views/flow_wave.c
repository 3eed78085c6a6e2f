/* The flow view while a step is seen happening: what the front has not passed yet. */
#include <math.h>
#include <stdio.h>

#include "ui/draw/bigtext.h"
#include "ui/draw/chart.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/views/flow.h"
#include "ui/views/layer_rows.h"

static const char not_yet[] = "(not reached yet)";

bool flow_wave_passed(const struct scene *scene, const struct flow_row *row)
{
    return wave_knows_signal(&scene->wave, row->low);
}

static bool holds(const struct flow_row *row, int layer)
{
    return row->low <= layer && layer <= row->high;
}

bool flow_wave_is_here(const struct scene *scene, const struct flow_row *row)
{
    return scene->wave.phase == WAVE_BACKWARD && holds(row, scene->wave.layer);
}

/* Columns of a signal's bar. */
static double length_of(const struct scene *scene, double signal, int width)
{
    return signal > 0 && isfinite(signal) ? axis_place(&flow_state(scene)->axis, signal, width)
                                          : 0;
}

/* The bar at the front: where it came from, what the weights made of it, where it is now. */
struct cut {
    double above, between, now;
};

static struct cut cut_of(const struct scene *scene, int width)
{
    const struct observation *seen = &scene->snapshot->seen;
    const struct wave_moment *wave = &scene->wave;
    double own = length_of(scene, seen->layers[wave->layer - 1].signal, width);
    if (wave->layer == seen->layer_count)
        return (struct cut){0, 0, wave->part * own};
    struct cut cut = {.above = length_of(scene, seen->layers[wave->layer].signal, width),
        .between = length_of(scene, wave_between(seen, wave->layer), width)};
    double from = wave->slope ? cut.between : cut.above, to = wave->slope ? own : cut.between;
    cut.now = from + (to - from) * wave->part;
    return cut;
}

/* What is cut off stays as a shade, with a mark where the weights had left it. */
static void draw_cut(const struct scene *scene, const struct flow_row *row,
    struct surface *surface, struct rect bar)
{
    const struct observation *seen = &scene->snapshot->seen;
    struct cut cut = cut_of(scene, bar.width);
    double most = fmax(cut.above, cut.between);
    if (!isfinite(seen->layers[scene->wave.layer - 1].signal)) {
        surface_text(surface, bar.x, bar.y, bar.width, ROLE_BAD, "not finite");
        return;
    }
    /* Of a bar of several rows the last is half filled. */
    int height = bar.height > 1 ? bar.height - 1 : 1;
    surface_fill(
        surface, (struct rect){bar.x, bar.y, (int)ceil(most), height}, GLYPH_SHADE, ROLE_DIM);
    if (scene->wave.slope && cut.between < bar.width)
        surface_fill(surface, (struct rect){bar.x + (int)cut.between, bar.y, 1, height},
            GLYPH_MARK, ROLE_BACKWARD);
    chart_bar(
        surface, bar.x, bar.y, cut.now, bar.height, row->output ? ROLE_OUTPUT : ROLE_BACKWARD);
}

static void draw_activation(const struct scene *scene, const struct flow_row *row,
    struct surface *surface, struct rect bar)
{
    const struct observation *seen = &scene->snapshot->seen;
    char text[80], mean[24], deviation[24];
    if (!isfinite(row->act_mean) || !isfinite(row->act_std)) {
        surface_text(surface, bar.x, bar.y, bar.width, ROLE_BAD, "not finite");
        return;
    }
    const char *name = row->output && !observation_output_bends(seen) ? "z" : "a";
    wave_value(row->act_mean, 3, mean, sizeof mean);
    wave_value(row->act_std, 3, deviation, sizeof deviation);
    (void)snprintf(text, sizeof text, "%s mean %s, deviation %s", name, mean, deviation);
    if (row->low < row->high || text_columns(text) > bar.width)
        (void)snprintf(text, sizeof text, "%s %s ± %s", name, mean, deviation);
    if (row->low < row->high || text_columns(text) > bar.width)
        (void)snprintf(text, sizeof text, "mean %s", mean);
    surface_text(surface, bar.x, bar.y, bar.width, ROLE_FORWARD, text);
}

/* The next row that the front comes to says so. */
static bool comes_next(const struct scene *scene, const struct flow_row *row)
{
    const struct wave_moment *wave = &scene->wave;
    return (wave->phase == WAVE_FORWARD && holds(row, wave->layer + 1)) ||
        (wave->phase == WAVE_BACKWARD && holds(row, wave->layer - 1));
}

void flow_wave_draw_bar(const struct scene *scene, const struct flow_row *row,
    struct surface *surface, struct rect bar)
{
    const struct wave_moment *wave = &scene->wave;
    bool rising = wave->phase == WAVE_FORWARD || wave->phase == WAVE_LOSS;
    bool activation = rising && wave_knows_activation(wave, row->high);
    if (activation) {
        draw_activation(scene, row, surface, bar);
    } else if (flow_wave_is_here(scene, row)) {
        draw_cut(scene, row, surface, bar);
    } else {
        surface_put(surface, bar.x, bar.y, GLYPH_MIDDLE_DOT, ROLE_DIM);
        if (comes_next(scene, row) && 2 + text_columns(not_yet) <= bar.width)
            surface_text(surface, bar.x + 2, bar.y, -1, ROLE_DIM, not_yet);
    }
}

void flow_wave_draw_factors(const struct scene *scene, const struct flow_row *row,
    struct surface *surface, int x, int y)
{
    const struct wave_moment *wave = &scene->wave;
    bool here = wave->phase == WAVE_BACKWARD && wave->layer == row->low;
    char text[FORMAT_SIZE];
    if (!here || row->output || row->low < row->high)
        return;
    format_ratio(row->weight_gain, text);
    surface_text(surface, x + 14, y, -1, ROLE_DIM, "×");
    surface_text(surface, x + 16, y, -1, wave->slope ? ROLE_TEXT : ROLE_BACKWARD, text);
    if (!wave->slope)
        return;
    format_ratio(row->slope_gain, text);
    surface_text(surface, x + 8, y, -1, ROLE_BACKWARD, text);
}

/* What is done at the moment: its number in large, and two lines beside it. */
struct headline {
    char number[32], words[2][100];
};

static void head_cut(const struct scene *scene, struct headline *h)
{
    const struct observation *seen = &scene->snapshot->seen;
    const struct wave_moment *wave = &scene->wave;
    const struct layer_stats *s = &seen->layers[wave->layer - 1];
    struct ratio factor = wave->slope ? s->slope_gain : s->weight_gain;
    char number[24];
    if (!factor.defined) {
        (void)snprintf(h->number, sizeof h->number, "0");
        (void)snprintf(
            h->words[0], sizeof h->words[0], "nothing comes down to layer %d", wave->layer);
        return;
    }
    if (!isfinite(factor.value)) {
        (void)snprintf(h->number, sizeof h->number, "NAN");
        (void)snprintf(h->words[0], sizeof h->words[0], "not finite any more");
        (void)snprintf(h->words[1], sizeof h->words[1], "layer %d", wave->layer);
        return;
    }
    wave_number(factor.value, 3, number, sizeof number);
    (void)snprintf(h->number, sizeof h->number, "×%s", number);
    if (wave->slope) {
        (void)snprintf(
            h->words[0], sizeof h->words[0], "by the slopes of layer %d", wave->layer);
        (void)snprintf(h->words[1], sizeof h->words[1], "%s: at most ×%.4g",
            seen->activation.name, seen->activation.max_slope);
    } else if (wave->layer + 1 == seen->layer_count) {
        (void)snprintf(h->words[0], sizeof h->words[0], "by the weights of the output");
    } else {
        (void)snprintf(
            h->words[0], sizeof h->words[0], "by the weights of layer %d", wave->layer + 1);
    }
}

static void head_forward(const struct scene *scene, struct headline *h)
{
    const struct observation *seen = &scene->snapshot->seen;
    int layer = scene->wave.layer;
    const struct layer_stats *s = &seen->layers[layer - 1];
    bool finite = isfinite(s->act_mean) && isfinite(s->act_std);
    char deviation[24];
    wave_value(s->act_mean, 2, h->number, sizeof h->number);
    wave_value(s->act_std, 3, deviation, sizeof deviation);
    if (!finite)
        (void)snprintf(h->number, sizeof h->number, "NAN");
    if (layer == seen->layer_count)
        (void)snprintf(h->words[0], sizeof h->words[0], "mean %s of the output",
            observation_output_bends(seen) ? "activation" : "z");
    else
        (void)snprintf(h->words[0], sizeof h->words[0], "mean activation of layer %d", layer);
    if (finite)
        (void)snprintf(h->words[1], sizeof h->words[1], "deviation %s", deviation);
}

static struct headline headline_of(const struct scene *scene)
{
    const struct observation *seen = &scene->snapshot->seen;
    struct headline h = {.number = ""};
    const char *stays = wave_stays(seen);
    char number[24];
    switch (scene->wave.phase) {
    case WAVE_FORWARD:
        head_forward(scene, &h);
        break;
    case WAVE_LOSS:
        wave_number(seen->loss, 3, number, sizeof number);
        (void)snprintf(h.number, sizeof h.number, "%s", isfinite(seen->loss) ? number : "NAN");
        (void)snprintf(h.words[0], sizeof h.words[0], "the loss");
        break;
    case WAVE_BACKWARD:
        if (scene->wave.layer < seen->layer_count) {
            head_cut(scene, &h);
            break;
        }
        wave_number(seen->layers[seen->layer_count - 1].signal, 2, number, sizeof number);
        (void)snprintf(h.number, sizeof h.number, "%s", number);
        (void)snprintf(h.words[0], sizeof h.words[0], "the error signal");
        (void)snprintf(h.words[1], sizeof h.words[1], "at the output");
        break;
    case WAVE_CLIP:
        wave_number(seen->clip.scale, 3, number, sizeof number);
        (void)snprintf(
            h.number, sizeof h.number, "×%s", seen->clip.fraction > 0 ? number : "1");
        (void)snprintf(h.words[0], sizeof h.words[0], "%s",
            seen->clip.fraction > 0 ? "clipping shortens the gradient"
                                    : "clipping leaves the gradient");
        break;
    case WAVE_UPDATE:
        (void)snprintf(h.number, sizeof h.number, "UPDATE");
        (void)snprintf(h.words[0], sizeof h.words[0], "the weights %s%s",
            stays ? "stay" : "move", !stays && wave_goes_against_g(seen) ? " against g" : "");
        (void)snprintf(h.words[1], sizeof h.words[1], "%s", stays ? stays : "");
        break;
    case WAVE_NONE:
        break;
    }
    return h;
}

/* Returns the rows it takes. */
static int draw_headline(const struct scene *scene, struct surface *surface, struct rect area)
{
    struct headline h = headline_of(scene);
    enum role role = wave_role(&scene->wave);
    int high = area.height < 12 ? area.height - 1 : area.height / 3;
    /* As large in every stage: the widest number decides. */
    static const char widest[] = "×0.0000";
    struct rect top = {area.x + 1, area.y, area.width - 2, high};
    struct bigtext_size size = bigtext_measure(top, widest);
    top.height = size.rows > 0 ? size.rows : 1;
    (void)bigtext_draw(surface, top, role, h.number);
    int words = text_columns(h.words[0]) > text_columns(h.words[1]) ? text_columns(h.words[0])
                                                                    : text_columns(h.words[1]);
    bool beside = size.columns + 3 + words <= area.width && top.height >= 2;
    int x = beside ? area.x + size.columns + 3 : area.x + 1;
    int y = area.y + top.height - (beside ? 2 : 0);
    int after = surface_text(surface, x, y, area.width, ROLE_STRONG, h.words[0]) + 3;
    if (beside)
        surface_text(surface, x, y + 1, area.width, ROLE_CEILING, h.words[1]);
    else if (after + text_columns(h.words[1]) <= area.x + area.width)
        surface_text(surface, after, y, -1, ROLE_CEILING, h.words[1]);
    return top.height + 1;
}

static void draw_thick_row(const struct scene *scene, struct surface *surface,
    const struct flow_row *row, struct rect area)
{
    enum { LABEL = 8, NUMBER = 8 };
    const struct wave_moment *wave = &scene->wave;
    char text[FORMAT_SIZE];
    struct rect bar = area;
    bool here = holds(row, wave->layer);
    bar.x += LABEL;
    bar.width -= LABEL + NUMBER;
    if (here)
        surface_put(surface, area.x, area.y,
            wave->phase == WAVE_FORWARD ? GLYPH_UP : GLYPH_DOWN, wave_role(wave));
    if (row->output)
        (void)snprintf(text, sizeof text, "output");
    else
        layer_label(row->low, row->high, scene->snapshot->seen.layer_count, text);
    surface_print(
        surface, area.x, area.y, here ? wave_role(wave) : ROLE_STRONG, "%*s", LABEL - 1, text);
    bool passed = flow_wave_passed(scene, row);
    double length = length_of(scene, row->signal, bar.width);
    if (flow_wave_is_here(scene, row) || !passed)
        flow_wave_draw_bar(scene, row, surface, bar);
    else if (!isfinite(row->signal))
        surface_text(surface, bar.x, bar.y, bar.width, ROLE_BAD, "not finite");
    else if (length > 0)
        chart_bar(
            surface, bar.x, bar.y, length, bar.height, row->output ? ROLE_OUTPUT : ROLE_SIGNAL);
    if (!passed)
        return;
    format_scientific(row->signal, text);
    surface_text(surface, bar.x + bar.width + 1, bar.y, -1, ROLE_STRONG, text);
}

void flow_wave_present(const struct scene *scene, struct surface *surface, struct rect area)
{
    int layers = scene->snapshot->seen.layer_count;
    int y = draw_headline(scene, surface, area), rows = area.height - y;
    if (rows < 2)
        return;
    /* Where there is one layer a row each is a little thinner than it could be: more are seen.
     */
    int group = layers_a_row(layers - 1, rows - 1);
    int shown = 1 + (layers - 1 + group - 1) / group;
    int pitch = rows / shown > 5 ? 5 : rows / shown;
    for (int high = layers; high >= 1;) {
        int low = high == layers ? high : high - group + 1;
        struct flow_row row = flow_row_of(scene->snapshot, low < 1 ? 1 : low, high);
        draw_thick_row(
            scene, surface, &row, (struct rect){area.x, area.y + y, area.width, pitch});
        y += pitch;
        high = low - 1;
    }
}
