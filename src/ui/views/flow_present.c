#include "ui/views/flow.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/draw/bigtext.h"
#include "ui/draw/chart.h"
#include "ui/draw/format.h"
#include "ui/views/ghost.h"
#include "ui/views/layer_rows.h"

/* The one number that counts, and what it says. */
struct headline {
    char number[24], words[120];
    enum role role;
};

static void format_gain(double gain, char *text, size_t size)
{
    int digits = gain < 0.01 ? 3 : gain < 9.995 ? 2 : gain < 99.95 ? 1 : 0;
    (void)snprintf(text, size, "×%.*f", digits, gain);
}

static struct headline headline_of(const struct snapshot *s)
{
    struct headline h = {.role = ROLE_STRONG};
    struct ratio mean = snapshot_mean_gain(s);
    if (s->seen.divergence.kind != DIVERGED_NOT) {
        h.role = ROLE_BAD;
        (void)snprintf(h.number, sizeof h.number, "NAN");
        (void)snprintf(
            h.words, sizeof h.words, "diverged at step %" PRIu64, s->seen.divergence.step);
    } else if (!mean.defined || !isfinite(mean.value)) {
        h.role = ROLE_BAD;
        (void)snprintf(h.number, sizeof h.number, "0");
        (void)snprintf(h.words, sizeof h.words, "no error signal reaches the lowest layers");
    } else {
        format_gain(mean.value, h.number, sizeof h.number);
        (void)snprintf(h.words, sizeof h.words, "a layer: the gain of the error signal");
    }
    return h;
}

static void draw_thick_row(const struct scene *scene, struct surface *surface,
    const struct flow_row *row, struct rect area)
{
    enum { LABEL = 8, NUMBER = 8 };
    char text[FORMAT_SIZE];
    int width = area.width - LABEL - NUMBER;
    double shown = row->signal > 0 && isfinite(row->signal)
        ? axis_place(&flow_state(scene)->axis, row->signal, width)
        : 0;
    if (row->output)
        (void)snprintf(text, sizeof text, "output");
    else
        layer_label(row->low, row->high, scene->snapshot->seen.layer_count, text);
    surface_print(surface, area.x, area.y, ROLE_STRONG, "%*s", LABEL - 1, text);
    if (!isfinite(row->signal))
        surface_text(surface, area.x + LABEL, area.y, width, ROLE_BAD, "not finite");
    else if (shown > 0)
        chart_bar(surface, area.x + LABEL, area.y, shown, area.height,
            row->output ? ROLE_OUTPUT : ROLE_SIGNAL);
    ghost_mark_signal(scene, row->low, &flow_state(scene)->axis, surface,
        (struct rect){area.x + LABEL, area.y, width, area.height});
    format_scientific(row->signal, text);
    surface_text(surface, area.x + LABEL + width + 1, area.y, -1, ROLE_STRONG, text);
}

void flow_present(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct snapshot *snapshot = scene->snapshot;
    struct headline headline = headline_of(snapshot);
    bool small = area.height < 12; /* the number alone */
    int high_rows = small ? area.height - 1 : area.height / 3;
    struct rect top = {area.x + 1, area.y, area.width - 2, high_rows};
    struct bigtext_size size = bigtext_draw(surface, top, headline.role, headline.number);
    /* Beside the number where the words fit there, else below it. */
    int words = text_columns(headline.words), y = size.rows > 0 ? size.rows : 1;
    bool beside = size.columns + 3 + words <= area.width;
    surface_text(surface, beside ? area.x + size.columns + 3 : area.x + 1,
        beside ? area.y + y - 1 : area.y + y, -1, ROLE_STRONG, headline.words);
    y += beside ? 1 : 2;
    int rows = area.height - y, hidden = snapshot->seen.layer_count - 1;
    if (rows < 2)
        return;
    int most = rows >= 8 ? rows / 2 : rows, group = layers_a_row(hidden, most - 1);
    int shown = 1 + (hidden + group - 1) / group, pitch = rows / shown > 5 ? 5 : rows / shown;
    for (int high = snapshot->seen.layer_count; high >= 1;) {
        int low = high == snapshot->seen.layer_count ? high : high - group + 1;
        struct flow_row row = flow_row_of(snapshot, low < 1 ? 1 : low, high);
        draw_thick_row(
            scene, surface, &row, (struct rect){area.x, area.y + y, area.width, pitch});
        y += pitch;
        high = low - 1;
    }
}

static void why_output(const struct snapshot *s, struct why *why)
{
    const struct layer_stats *layer = &s->seen.layers[s->seen.layer_count - 1];
    bool mean = layer->units > 1; /* over the outputs, of all but softmax_ce */
    const char *form = s->seen.loss_kind == LOSS_SOFTMAX_CE ? "softmax(z) - y"
        : s->seen.loss_kind == LOSS_BCE ? mean ? "(σ(z) - y) / outputs" : "σ(z) - y"
        : mean                          ? "2 (z - y) / outputs"
                                        : "2 (z - y)";
    WHY_LINE(why, "δ_%d = ∂ℓ/∂z_%d = %s      ℓ: the loss of one sample", s->seen.layer_count,
        s->seen.layer_count, form);
    WHY_LINE(why, "‖δ_%d‖/√B = %.2e,  B = %d samples", s->seen.layer_count, layer->signal,
        s->seen.samples);
    WHY_TEXT(why,
        "The error signal starts at the output: how far the answers are from the targets y. In "
        "a "
        "layer below its norm is this one times the gains from there up to the last hidden "
        "layer.");
}

/* What has become of the signal on its way from the output: `left` of it. */
static void tell_way(const struct snapshot *s, int layer, double left, char *text, size_t size)
{
    int passed = s->seen.layer_count - layer;
    const char *layers = passed == 1 ? "layer" : "layers";
    if (left == 0)
        (void)snprintf(text, size, "nothing of what the output sent out");
    else if (!isfinite(1 / left))
        (void)snprintf(text, size, "%.0e of what the output sent out", left);
    else if (left < 0.5)
        (void)snprintf(text, size, "what the output sent out, divided by %.3g after %d %s",
            1 / left, passed, layers);
    else
        (void)snprintf(text, size, "what the output sent out, multiplied by %.3g after %d %s",
            left, passed, layers);
}

static void why_hidden(const struct snapshot *s, int l, struct why *why)
{
    const struct layer_stats *layer = &s->seen.layers[l - 1], *above = &s->seen.layers[l];
    const struct layer_stats *output = &s->seen.layers[s->seen.layer_count - 1];
    double top = output->signal, slope = s->seen.activation.max_slope;
    char way[100];
    WHY_LINE(why, "δ_%d = (δ_%d W_%d) ∘ φ'(z_%d)      φ: %s, φ' at most %.4g", l, l + 1, l + 1,
        l, s->seen.activation.name, slope);
    if (!layer->gain.defined) {
        WHY_LINE(
            why, "‖δ_%d‖/√B = %.2e, ‖δ_%d‖/√B = %.2e", l + 1, above->signal, l, layer->signal);
        WHY_TEXT(why,
            "Nothing comes down from layer %d, so there is nothing that could be passed on: "
            "the "
            "gradient of layer %d is exactly 0.",
            l + 1, l);
        return;
    }
    if (!layer->slope_gain.defined) {
        WHY_LINE(why, "‖δ_%d‖/√B = %.2e, ‖δ_%d W_%d‖ = 0", l + 1, above->signal, l + 1, l + 1);
        WHY_TEXT(why,
            "The weights of layer %d bring down exactly 0, as they do when they are 0 "
            "themselves: "
            "the slopes have nothing to multiply, and the gradient of layer %d is exactly 0.",
            l + 1, l);
        return;
    }
    WHY_LINE(why, "g_%d = s_%d · w_%d = %.3f by the slopes · %.3f by the weights = %.3f", l, l,
        l, layer->slope_gain.value, layer->weight_gain.value, layer->gain.value);
    WHY_LINE(why, "‖δ_%d‖/√B = g_%d · ‖δ_%d‖/√B = %.3f · %.2e = %.2e", l, l, l + 1,
        layer->gain.value, above->signal, layer->signal);
    WHY_LINE(why, "ceiling: %.4g^%d · ‖δ_%d‖/√B = %.2e · %.2e = %.2e", slope,
        s->seen.layer_count - l, s->seen.layer_count, pow(slope, s->seen.layer_count - l), top,
        layer->signal_ceiling);
    tell_way(s, l, layer->signal / top, way, sizeof way);
    WHY_TEXT(why,
        "The slopes of %s leave %.3g of the signal that the weights of layer %d bring down, "
        "after these have multiplied it by %.3g. So layer %d gets %s.",
        s->seen.activation.name, layer->slope_gain.value, l + 1, layer->weight_gain.value, l,
        way);
}

void flow_why(const struct scene *scene, struct why *why)
{
    const struct snapshot *s = scene->snapshot;
    (void)snprintf(why->section, sizeof why->section, "THE FLOW VIEW");
    if (s->seen.divergence.kind != DIVERGED_NOT) {
        WHY_LINE(why, "g_l = s_l · w_l, from layer %d down to 1", s->seen.layer_count);
        char where[40] = "the loss";
        if (s->seen.divergence.layer > 0)
            (void)snprintf(where, sizeof where, "layer %d", s->seen.divergence.layer);
        WHY_TEXT(why,
            "At step %" PRIu64 " not all numbers are finite any more, first in %s. Where a "
            "factor above 1 comes again in each layer, the signal grows with its power.",
            s->seen.divergence.step, where);
        return;
    }
    if (scene->selection.layer == s->seen.layer_count)
        why_output(s, why);
    else
        why_hidden(s, scene->selection.layer, why);
}
