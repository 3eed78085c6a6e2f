/* What one layer does to the error signal, each factor against what bounds it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/draw/chart.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/views/flow.h"

/* One factor as a bar from 0 to `end`, with a mark at what it is measured by. */
struct meter {
    const char *label, *mark_words;
    double value, mark, end;
};

enum { LABEL = 8, VALUE = 7, LEAST_BAR = 8 };

/* A scale from 0 that has room beyond 1: weights may pass on more than comes down. */
static void take_axis(struct value_axis *axis, double most, double mark)
{
    value_axis_update(axis, false, mark, fmax(most, 1.25 * mark));
}

static void update_axes(const struct scene *scene)
{
    struct flow_state *flow = flow_state(scene);
    const struct observation *seen = &scene->snapshot->seen;
    double weight = 0, gain = 0;
    /* Of all layers, so that a layer is comparable with the next one selected. */
    for (int i = 0; i + 1 < seen->layer_count; i++) {
        if (isfinite(seen->layers[i].weight_gain.value))
            weight = fmax(weight, seen->layers[i].weight_gain.value);
        if (isfinite(seen->layers[i].gain.value))
            gain = fmax(gain, seen->layers[i].gain.value);
    }
    /* Another run can stand at the same step. */
    if (flow->meters.set && flow->meters.step == seen->step &&
        flow->meters.layers == seen->layer_count && flow->meters.weight == weight &&
        flow->meters.gain == gain)
        return;
    if (flow->meters.step > seen->step || flow->meters.layers != seen->layer_count)
        flow->meters.weights = flow->meters.gains = (struct value_axis){.set = false};
    take_axis(&flow->meters.weights, weight, 1);
    take_axis(&flow->meters.gains, gain, seen->activation.max_slope);
    flow->meters.set = true;
    flow->meters.step = seen->step;
    flow->meters.layers = seen->layer_count;
    flow->meters.weight = weight;
    flow->meters.gain = gain;
}

/* Whether [from, to) of the row is blank, a column of air around it. */
static bool is_free(const struct surface *surface, int from, int to, int y)
{
    for (int x = from - 1; x <= to; x++) {
        if (x >= 0 && x < surface->width && surface->cells[y * surface->width + x].glyph != ' ')
            return false;
    }
    return true;
}

static void draw_tick(struct surface *surface, int x, int y, enum role role, const char *text)
{
    int end = x + text_columns(text);
    if (end <= surface->width && is_free(surface, x, end, y))
        surface_text(surface, x, y, -1, role, text);
}

/* The mark, 0 and the end, in this order as long as there is room; each begins at its place. */
static void draw_scale(
    struct surface *surface, int x, int y, int width, const struct meter *meter)
{
    char mark[FORMAT_SIZE], end[FORMAT_SIZE], half[FORMAT_SIZE], words[60];
    int at = (int)(meter->mark / meter->end * width);
    format_short(meter->mark, mark);
    format_short(meter->end, end);
    format_short(meter->end / 2, half);
    draw_tick(surface, x + at, y, ROLE_CEILING, mark);
    draw_tick(surface, x, y, ROLE_DIM, "0");
    (void)snprintf(words, sizeof words, "%s", meter->mark_words);
    if (meter->end > meter->mark) {
        draw_tick(surface, x + width, y, ROLE_DIM, end);
        draw_tick(surface, x + at + text_columns(mark) + 1, y, ROLE_CEILING, words);
    } else {
        draw_tick(surface, x + at - text_columns(words) - 1, y, ROLE_CEILING, words);
        draw_tick(surface, x + width / 2, y, ROLE_DIM, half);
    }
}

static void draw_meter(
    struct surface *surface, struct rect area, const struct meter *meter, enum role role)
{
    char text[FORMAT_SIZE];
    int width = area.width - LABEL - VALUE, x = area.x + LABEL;
    int at = (int)(meter->mark / meter->end * width);
    surface_text(surface, area.x, area.y, LABEL - 1, ROLE_STRONG, meter->label);
    if (isfinite(meter->value)) {
        double share = fmin(fmax(meter->value / meter->end, 0), 1);
        chart_bar(surface, x, area.y, share * width, area.height, role);
    }
    for (int i = 0; i < area.height; i++)
        chart_mark(surface, x + at, area.y + i, GLYPH_CEILING, ROLE_CEILING);
    format_factor(meter->value, text);
    surface_text(surface, x + width + 2, area.y, -1, ROLE_STRONG, text);
}

/* The factors of a hidden layer whose gains are defined. */
static void meters_of(const struct scene *scene, int layer, struct meter meters[3])
{
    const struct flow_state *flow = flow_state(scene);
    const struct layer_stats *stats = &scene->snapshot->seen.layers[layer - 1];
    double bound = scene->snapshot->seen.activation.max_slope;
    meters[0] = (struct meter){"slope", "at most", stats->slope_gain.value, bound, bound};
    meters[1] = (struct meter){"weights", "keeps size", stats->weight_gain.value, 1,
        value_axis_high(&flow->meters.weights)};
    meters[2] = (struct meter){
        "gain", "ceiling", stats->gain.value, bound, value_axis_high(&flow->meters.gains)};
}

/* Why there is nothing to measure; false where there is. */
static bool tell_lack(const struct snapshot *s, int layer, char *text, size_t size)
{
    const struct layer_stats *stats = &s->seen.layers[layer - 1];
    if (layer == s->seen.layer_count)
        (void)snprintf(text, size,
            "output: the error signal starts here, ‖δ‖/√B = %.1e. [ selects the layer below.",
            stats->signal);
    else if (!stats->gain.defined)
        (void)snprintf(
            text, size, "layer %d: nothing comes down that could be passed on.", layer);
    else if (!stats->slope_gain.defined)
        (void)snprintf(text, size,
            "layer %d: the weights above bring down exactly 0, its slopes have nothing to "
            "multiply.",
            layer);
    else if (!isfinite(stats->gain.value))
        (void)snprintf(text, size, "layer %d: not finite any more.", layer);
    else
        return false;
    return true;
}

void flow_bound_draw(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct snapshot *s = scene->snapshot;
    int layer = scene->selection.layer, most = area.height - 1;
    char text[160], gain[FORMAT_SIZE];
    if (area.width < LABEL + VALUE + LEAST_BAR || area.height < 3)
        return;
    if (tell_lack(s, layer, text, sizeof text)) {
        (void)surface_paragraph(surface, area, ROLE_STRONG, text);
        return;
    }
    struct meter meters[3];
    update_axes(scene);
    meters_of(scene, layer, meters);
    int count = most >= 6 ? 3 : 2, thick = most / count - 1;
    thick = thick < 1 ? 1 : thick > 3 ? 3 : thick;
    format_factor(s->seen.layers[layer - 1].gain.value, gain);
    surface_put(surface, area.x - 2, area.y, GLYPH_RIGHT, ROLE_KEY);
    surface_print(surface, area.x, area.y, ROLE_STRONG, "layer %d: × %s = slope × weights",
        layer, gain + strspn(gain, " "));
    for (int i = 0, y = area.y + 1; i < count && y + thick < area.y + area.height; i++) {
        draw_meter(surface, (struct rect){area.x, y, area.width, thick}, &meters[i],
            i == 0 ? ROLE_SIGNAL : ROLE_TEXT);
        draw_scale(surface, area.x + LABEL, y + thick, area.width - LABEL - VALUE, &meters[i]);
        y += thick + 1;
    }
}

void flow_bound_draw_brief(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct snapshot *s = scene->snapshot;
    int layer = scene->selection.layer;
    char text[160], bound[FORMAT_SIZE];
    if (tell_lack(s, layer, text, sizeof text)) {
        (void)surface_paragraph(surface, area, ROLE_STRONG, text);
        return;
    }
    struct meter meters[3];
    update_axes(scene);
    meters_of(scene, layer, meters);
    surface_print(surface, area.x, area.y, ROLE_KEY, "%3d", layer);
    for (int i = 0; i < 2; i++) {
        struct rect row = {area.x + 4, area.y + i, area.width - 11, 1};
        draw_meter(surface, row, &meters[i], i == 0 ? ROLE_SIGNAL : ROLE_TEXT);
        format_short(meters[i].mark, bound);
        surface_print(surface, area.x + area.width - 7, area.y + i, ROLE_CEILING, " %s%s",
            i == 0 ? "≤" : "┃ ", bound);
    }
}

/* A piece of the legend behind a glyph, if there is room for all of it; where the next begins.
 */
static int add_legend(
    struct surface *surface, int x, int y, enum role role, const char *glyph, const char *words)
{
    if (x + text_columns(glyph) + 1 + text_columns(words) > surface->width)
        return x;
    x = surface_text(surface, x, y, -1, role, glyph);
    return surface_text(surface, x + 1, y, -1, ROLE_DIM, words) + 3;
}

/* The slope of the selected layer and its bound; as wide for every layer. */
static int draw_slope_words(const struct scene *scene, struct surface *surface, int y)
{
    const struct snapshot *s = scene->snapshot;
    int layer = scene->selection.layer, layers = s->seen.layer_count;
    char bound[FORMAT_SIZE], slope[FORMAT_SIZE];
    struct ratio gain = s->seen.layers[layer - 1].slope_gain;
    format_short(s->seen.activation.max_slope, bound);
    format_ratio(gain, slope);
    int end = snprintf(NULL, 0, "layer %d: slope 0.000 of at most %s", layers - 1, bound);
    if (layer == layers || !gain.defined || !isfinite(gain.value)) {
        surface_text(surface, 0, y, -1, ROLE_TEXT,
            layer == layers     ? "output: the signal starts here"
                : !gain.defined ? "nothing comes down to be passed"
                                : "not finite any more");
        return end;
    }
    int x = surface_print(surface, 0, y, ROLE_TEXT, "layer %d: slope ", layer);
    x = surface_text(surface, x, y, -1, ROLE_STRONG, slope);
    x = surface_text(surface, x, y, -1, ROLE_TEXT, " of at most ");
    surface_text(surface, x, y, -1, ROLE_CEILING, bound);
    return end;
}

void flow_draw_legend(const struct scene *scene, struct surface *surface, int y)
{
    const struct snapshot *s = scene->snapshot;
    const struct activation_info *activation = &s->seen.activation;
    bool wide = surface->width >= 110;
    const char *stairs = activation->max_slope < 1 ? "┏┛"
        : activation->max_slope > 1                ? "┗┓"
                                                   : "┃";
    char bound[FORMAT_SIZE], words[80];
    int x = draw_slope_words(scene, surface, y) + 3;
    scene_spot(scene, "legend", x, y, 1);
    format_short(activation->max_slope, bound);
    (void)snprintf(words, sizeof words, "ceiling × %s a layer%s", bound,
        wide ? ", if the weights keep the size" : "");
    x = add_legend(surface, x, y, ROLE_CEILING, stairs, words);
    if (!(s->can & DETAIL_UNITS))
        return;
    if (activation->flat) {
        x = add_legend(surface, x, y, ROLE_DEAD, "×", "dead");
        add_legend(surface, x, y, ROLE_DIM, "·", wide ? "rarely active" : "rare");
    } else if (activation->bounded) {
        add_legend(surface, x, y, ROLE_SATURATED, "◆", "saturated");
    }
}
