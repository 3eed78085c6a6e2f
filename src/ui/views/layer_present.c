#include "ui/views/layer.h"

#include <math.h>
#include <stdio.h>

#include "core/text.h"
#include "ui/draw/bigtext.h"
#include "ui/draw/format.h"

/* The one number that counts, and what it says. */
struct headline {
    char number[32], words[2][100];
    enum role role;
};

static void tell_not_finite(struct headline *h)
{
    h->role = ROLE_BAD;
    (void)snprintf(h->number, sizeof h->number, "NAN");
    (void)snprintf(h->words[0], sizeof h->words[0], "not finite any more");
}

/* A sigmoid there has a slope, but no gain by it: δ is by z already. */
static void tell_output(const struct snapshot *s, struct headline *h)
{
    const struct layer_detail *detail = &s->layer_detail;
    const struct histogram *slopes = &detail->distributions[DISTRIBUTION_SLOPE];
    if (!observation_output_bends(&s->seen)) {
        (void)snprintf(h->number, sizeof h->number, "×1");
        (void)snprintf(h->words[0], sizeof h->words[0], "the output has no activation:");
        (void)snprintf(h->words[1], sizeof h->words[1], "its slope is 1");
        return;
    }
    if (histogram_finite(slopes) == 0) {
        tell_not_finite(h);
        return;
    }
    (void)snprintf(h->number, sizeof h->number, "%.3f", slopes->mean);
    (void)snprintf(h->words[0], sizeof h->words[0], "the output's mean slope,");
    (void)snprintf(h->words[1], sizeof h->words[1], "%s: at most %.4g", detail->info.name,
        detail->info.max_slope);
}

static struct headline headline_of(const struct snapshot *s)
{
    const struct layer_detail *detail = &s->layer_detail;
    struct ratio gain = s->seen.layers[detail->layer - 1].slope_gain;
    struct headline h = {.role = ROLE_STRONG};
    if (detail->output) {
        tell_output(s, &h);
        return h;
    }
    if (!gain.defined) {
        h.role = ROLE_BAD;
        (void)snprintf(h.number, sizeof h.number, "0");
        (void)snprintf(
            h.words[0], sizeof h.words[0], "nothing comes down to layer %d", detail->layer);
        return h;
    }
    if (!isfinite(gain.value)) {
        tell_not_finite(&h);
        return h;
    }
    (void)snprintf(h.number, sizeof h.number, "×%.3f", gain.value);
    (void)snprintf(h.words[0], sizeof h.words[0], "the slopes of layer %d", detail->layer);
    (void)snprintf(h.words[1], sizeof h.words[1], "%s: at most ×%.4g", detail->info.name,
        detail->info.max_slope);
    return h;
}

void layer_draw_missing(
    const struct snapshot *snapshot, struct surface *surface, struct rect area)
{
    if (snapshot->starved)
        surface_text(surface, area.x, area.y, area.width, ROLE_WARN,
            "out of memory for z and δ of this layer: fewer samples may do");
    else
        surface_text(surface, area.x, area.y, -1, ROLE_DIM, "wait…");
}

void layer_present(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct layer_detail *detail = &scene->snapshot->layer_detail;
    if (!detail->valid) {
        layer_draw_missing(scene->snapshot, surface, area);
        return;
    }
    layer_axes_update(scene);
    struct headline h = headline_of(scene->snapshot);
    struct ratio gain = {0, false};
    if (layer_wave_knows(scene, DISTRIBUTION_DELTA))
        gain = scene->snapshot->seen.layers[detail->layer - 1].slope_gain;
    if (layer_wave_head(scene, h.number, sizeof h.number, h.words))
        h.role = wave_role(&scene->wave);
    bool small = area.height < 12;
    struct rect top = {
        area.x + 1, area.y, area.width - 2, small ? area.height - 2 : area.height / 3};
    struct bigtext_size size = bigtext_draw(surface, top, h.role, h.number);
    int words = text_columns(h.words[0]), y = size.rows > 0 ? size.rows : 1;
    words = text_columns(h.words[1]) > words ? text_columns(h.words[1]) : words;
    bool beside = size.columns + 4 + words <= area.width && y > 2;
    int x = beside ? area.x + size.columns + 4 : area.x + 1;
    int from = beside ? area.y + y / 2 - 1 : area.y + y;
    surface_text(surface, x, from, -1, ROLE_STRONG, h.words[0]);
    surface_text(surface, x, from + 1, -1, ROLE_CEILING, h.words[1]);
    y += beside ? 1 : 2;
    if (area.height - y >= 5 && layer_wave_knows(scene, DISTRIBUTION_Z))
        layer_activation_draw(surface,
            (struct rect){area.x, area.y + y, area.width, area.height - y}, detail,
            &layer_state(scene)->curve, &gain);
}

static void why_output(const struct snapshot *s, struct why *why)
{
    const struct layer_stats *layer = &s->seen.layers[s->seen.layer_count - 1];
    const struct histogram *slopes = &s->layer_detail.distributions[DISTRIBUTION_SLOPE];
    int l = s->seen.layer_count;
    bool bends = observation_output_bends(&s->seen);
    if (bends)
        WHY_LINE(why, "a_%d = σ(z_%d),  its slope φ' = a (1 - a): mean %.4g, at most %.4g", l,
            l, slopes->mean, s->layer_detail.info.max_slope);
    else
        WHY_LINE(why, "a_%d = z_%d: the output has no activation, its slope is 1", l, l);
    WHY_LINE(why, "δ_%d = ∂ℓ/∂z_%d,  ‖δ_%d‖/√B = %.2e,  B = %d sample%s", l, l, l,
        layer->signal, s->seen.samples, PLURAL(s->seen.samples));
    WHY_TEXT(why,
        "The error signal starts here, %s. Select a layer below with [ to see what each slope "
        "does to it.",
        bends ? "with the slope of the output's sigmoid in it: nearly nothing is left where a "
                "is near 0 or 1, right or wrong"
              : "so no slope has made it smaller yet");
}

/* Where on the curve the layer stands, in words. */
static void tell_place(const struct layer_detail *detail, char *text, size_t size)
{
    const struct histogram *slopes = &detail->distributions[DISTRIBUTION_SLOPE];
    double zeros = histogram_share(slopes, slopes->zeros);
    if (histogram_finite(slopes) == 0)
        (void)snprintf(text, size, "None of its slopes is finite.");
    else if (zeros > 0 && detail->info.flat)
        (void)snprintf(text, size,
            "On %.3g %% of the sample-unit pairs z is not above 0: there the slope is exactly "
            "0 "
            "and nothing passes.",
            100 * zeros);
    else if (zeros > 0)
        (void)snprintf(text, size,
            "On %.3g %% of the sample-unit pairs the slope is exactly 0, so far out does z "
            "lie: "
            "nothing passes there.",
            100 * zeros);
    else if (detail->info.bounded && detail->saturated > 0.3)
        (void)snprintf(text, size,
            "%.3g %% of the sample-unit pairs stand on the flat ends of the curve, where the "
            "slope is below 5 %% of its maximum.",
            100 * detail->saturated);
    else if (slopes->mean > 0.8 * detail->info.max_slope)
        (void)snprintf(text, size,
            "The layer stands where its curve is steep: the mean slope is %.3g of the largest.",
            slopes->mean / detail->info.max_slope);
    else
        (void)snprintf(text, size, "The mean slope is %.3g of the largest that the %s has.",
            slopes->mean / detail->info.max_slope, detail->info.name);
}

void layer_why(const struct scene *scene, struct why *why)
{
    const struct snapshot *s = scene->snapshot;
    const struct layer_detail *detail = &s->layer_detail;
    (void)snprintf(why->section, sizeof why->section, "THE LAYER VIEW");
    if (!detail->valid)
        return;
    if (detail->output) {
        why_output(s, why);
        return;
    }
    int l = detail->layer;
    const struct layer_stats *layer = &s->seen.layers[l - 1];
    const struct histogram *slopes = &detail->distributions[DISTRIBUTION_SLOPE];
    char place[160];
    WHY_LINE(why, "δ_%d = (δ_%d W_%d) ∘ φ'(z_%d)", l, l + 1, l + 1, l);
    WHY_LINE(why, "φ' of %s: mean %.4g, at most %.4g, over %d sample%s × %d unit%s",
        detail->info.name, slopes->mean, detail->info.max_slope, detail->samples,
        PLURAL(detail->samples), detail->units, PLURAL(detail->units));
    tell_place(detail, place, sizeof place);
    if (!layer->slope_gain.defined) {
        WHY_LINE(why, "‖δ_%d W_%d‖ = 0: s_%d is not defined", l + 1, l + 1, l);
        WHY_TEXT(why,
            "%s Nothing comes down from layer %d, so the gradient of layer %d is exactly 0.",
            place, l + 1, l);
        return;
    }
    WHY_LINE(why, "s_%d = ‖δ_%d‖ / ‖δ_%d W_%d‖, each /√B: %.3e / %.3e = %.4g ≤ %.4g", l, l,
        l + 1, l + 1, layer->signal, layer->weight_gain.value * layer[1].signal,
        layer->slope_gain.value, detail->info.max_slope);
    WHY_LINE(why, "g_%d = s_%d · w_%d = %.4g · %.4g = %.4g", l, l, l, layer->slope_gain.value,
        layer->weight_gain.value, layer->gain.value);
    WHY_TEXT(why,
        "%s So the slopes alone leave %.3g of the error signal that the weights of layer %d "
        "bring down.",
        place, layer->slope_gain.value, l + 1);
}
