/* Why the selected layer passes on what it does. */
#include "ui/views/flow.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "core/text.h"
#include "ui/draw/format.h"

static void why_output(const struct snapshot *s, struct why *why)
{
    const struct layer_stats *layer = &s->seen.layers[s->seen.layer_count - 1];
    bool mean = layer->units > 1; /* over the outputs, of all but softmax_ce */
    const char *form = s->seen.loss_kind == LOSS_SOFTMAX_CE ? "softmax(z) - y"
        : s->seen.loss_kind == LOSS_BCE ? mean ? "(σ(z) - y) / outputs" : "σ(z) - y"
        : observation_output_bends(&s->seen)
        ? mean ? "2 (a - y) a (1 - a) / outputs, a = σ(z)" : "2 (a - y) a (1 - a), a = σ(z)"
        : mean ? "2 (z - y) / outputs"
               : "2 (z - y)";
    WHY_LINE(why, "δ_%d = ∂ℓ/∂z_%d = %s      ℓ: the loss of one sample", s->seen.layer_count,
        s->seen.layer_count, form);
    WHY_LINE(why, "‖δ_%d‖/√B = %.2e,  B = %d sample%s", s->seen.layer_count, layer->signal,
        s->seen.samples, PLURAL(s->seen.samples));
    WHY_TEXT(why,
        "The error signal starts at the output: how far the answers are from the targets y%s. "
        "In a layer below its norm is this one times the gains from there up to the last "
        "hidden layer.",
        observation_output_bends(&s->seen)
            ? ", times the slope of its sigmoid, which is next to 0 where it is sure"
            : "");
}

/* What has become of the signal on its way from the output: `left` of it. */
static void tell_way(const struct snapshot *s, int layer, double left, char *text, size_t size)
{
    int passed = s->seen.layer_count - layer;
    if (left == 0)
        (void)snprintf(text, size, "nothing of what the output sent out");
    else if (!isfinite(1 / left))
        (void)snprintf(text, size, "%.0e of what the output sent out", left);
    else if (left < 0.5)
        (void)snprintf(text, size, "what the output sent out, divided by %.3g after %d layer%s",
            1 / left, passed, PLURAL(passed));
    else
        (void)snprintf(text, size,
            "what the output sent out, multiplied by %.3g after %d layer%s", left, passed,
            PLURAL(passed));
}

static void why_hidden(const struct snapshot *s, int l, struct why *why)
{
    const struct layer_stats *layer = &s->seen.layers[l - 1], *above = &s->seen.layers[l];
    const struct layer_stats *output = &s->seen.layers[s->seen.layer_count - 1];
    double top = output->signal, slope = s->seen.activation.max_slope;
    char way[100];
    char form[80];
    flow_slope_form(s, form, sizeof form);
    WHY_LINE(why, "δ_%d = (δ_%d W_%d) ∘ φ'(z_%d),  φ' = %s", l, l + 1, l + 1, l, form);
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
    why->picture = flow_slope_draw;
    char own[FORMAT_SIZE], weight[FORMAT_SIZE], gain[FORMAT_SIZE];
    format_gain(layer->slope_gain.value, own);
    format_gain(layer->weight_gain.value, weight);
    format_gain(layer->gain.value, gain);
    WHY_LINE(why, "g_%d = s_%d · w_%d = %s by the slopes · %s by the weights = %s", l, l, l,
        own, weight, gain);
    WHY_LINE(why, "‖δ_%d‖/√B = g_%d · ‖δ_%d‖/√B = %s · %.2e = %.2e", l, l, l + 1, gain,
        above->signal, layer->signal);
    WHY_LINE(why, "ceiling: %.5g^%d · ‖δ_%d‖/√B = %.2e · %.2e = %.2e", slope,
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
        WHY_LINE(why, "g_l = s_l · w_l, from layer %d down to 1", s->seen.layer_count - 1);
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
