/* The curves view for presenting, and the selected layer's quantity in formulas. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/optimizer.h"
#include "core/text.h"
#include "ui/draw/bigtext.h"
#include "ui/draw/format.h"
#include "ui/views/curves.h"
#include "ui/views/event_ticks.h"

/* What has come of it so far, in words. */
static enum role outcome_of(const struct snapshot *s, char *text, size_t size)
{
    const struct alert *learning = curves_alert(s, ALERT_LEARNING);
    if (s->seen.divergence.kind != DIVERGED_NOT) {
        (void)snprintf(text, size, "diverged at step %" PRIu64, s->seen.divergence.step);
        return ROLE_BAD;
    }
    if (s->story.alerts.learning) {
        if (learning) /* the log keeps the latest only */
            (void)snprintf(text, size, "learning began at step %" PRIu64, learning->step);
        else
            (void)snprintf(text, size, "learning");
        return ROLE_GOOD;
    }
    if (learning)
        (void)snprintf(
            text, size, "learning began at step %" PRIu64 " and was lost", learning->step);
    else
        (void)snprintf(text, size, "not learning at step %" PRIu64, s->seen.step);
    return ROLE_WARN;
}

void curves_present(const struct scene *scene, struct surface *surface, struct rect area)
{
    struct curves_margins margins = {area.width >= 60 ? 12 : 6, 0};
    struct curves_frame frame;
    if (!curves_frame_of(scene, area.width - margins.left, &frame))
        return;
    curves_update_axes(&frame);
    char number[FORMAT_SIZE], words[80];
    format_loss(scene->snapshot->seen.loss, number);
    enum role role = outcome_of(scene->snapshot, words, sizeof words);
    int high = area.height < 12 ? 1 : area.height < 28 ? 5 : area.height / 4, y = area.y;
    struct bigtext_size size =
        bigtext_draw(surface, (struct rect){area.x + 1, y, area.width - 2, high}, ROLE_LOSS,
            isfinite(scene->snapshot->seen.loss) ? number : number + strspn(number, " "));
    y += size.rows > 0 ? size.rows : 1;
    bool beside = size.rows == 0; /* plain */
    int x = area.x + 1 + (beside ? text_columns(number) + 2 : 0);
    x = surface_text(surface, x, y - beside, -1, ROLE_LOSS, "loss   ");
    surface_text(surface, x, y - beside, -1, role, words);
    int lane = area.height >= 12 ? y + !beside : 0;
    y += !beside + (area.height >= 12);
    int left = area.y + area.height - y, curve = left >= 12 ? left / 4 : left >= 8 ? 2 : 0;
    curves_draw(&frame, surface, (struct rect){area.x, y, area.width, curve}, margins, 1);
    y += curve;
    if (left < 4)
        return;
    (void)curves_draw_key(&frame, surface, (struct rect){area.x, y++, area.width, 1});
    struct rect map = {area.x, y, area.width, area.y + area.height - y - 1};
    y += curves_draw_map(&frame, surface, map, margins);
    surface_text(surface, area.x, y, -1, ROLE_DIM, "step");
    timeline_draw_labels(&frame.time, surface, area.x + margins.left, y);
    if (lane > 0)
        event_ticks_draw(scene->snapshot, !scene->asking, &frame.time, surface,
            &(struct tick_place){area.x + margins.left, lane, curve + 1, lane, false, y});
}

/* The selected layer now and at step 0. */
struct chosen {
    const struct snapshot *s;
    const struct quantity *quantity;
    const struct layer_stats *layer;
    int l;
    bool output;
    struct reading now, first;
    const char *name; /* "layer 3", "the output" */
};

/* The optimizer divides a gradient by its recent size. */
static bool scales_steps(const struct snapshot *s)
{
    return s->seen.hparams.optimizer == OPTIMIZER_RMSPROP ||
        s->seen.hparams.optimizer == OPTIMIZER_ADAM;
}

/* What weight decay adds to the update; a running sum holds that of earlier steps, too. */
static void tell_decay(const struct chosen *c, char *text, size_t size)
{
    const struct hparams *h = &c->s->seen.hparams;
    double factor =
        optimizer_decay_factor((enum optimizer)h->optimizer, h->lr, h->weight_decay);
    *text = '\0';
    if (!(h->weight_decay > 0))
        return;
    if (isnan(factor))
        (void)snprintf(text, size, ", and of %.3g W_%d by weight decay", h->weight_decay, c->l);
    else if (factor > -1)
        (void)snprintf(text, size, ", and weight decay shrinks it");
    else
        (void)snprintf(
            text, size, ", and weight decay multiplies it by %.3g in each step", factor);
}

static void why_delta(const struct chosen *c, struct why *why)
{
    const struct layer_stats *output = &c->s->seen.layers[c->s->seen.layer_count - 1];
    char decay[80];
    tell_decay(c, decay, sizeof decay);
    if (c->output)
        WHY_LINE(why, "δ_%d = ∂ℓ/∂z_%d", c->l, c->l);
    else
        WHY_LINE(why, "δ_%d = (δ_%d W_%d) ∘ φ'(z_%d)", c->l, c->l + 1, c->l + 1, c->l);
    WHY_LINE(why, "‖δ_%d‖/√B: %.2e at step %" PRIu64 ", %.2e at step 0", c->l, c->now.value,
        c->s->seen.step, c->first.value);
    if (!c->output && output->signal > 0)
        WHY_LINE(why, "%.2e / %.2e = %.2g of the output's", c->now.value, output->signal,
            c->now.value / output->signal);
    if (scales_steps(c->s))
        WHY_TEXT(why,
            "The gradient of W_%d is δ_%dᵀ a_%d / B. %s divides it by its recent size, so that "
            "even a dark layer moves while that is well above ε = %.0e: the update ratio (u) "
            "shows how far.",
            c->l, c->l, c->l - 1, optimizer_name(c->s->seen.hparams.optimizer),
            c->s->seen.hparams.epsilon);
    else
        WHY_TEXT(why,
            "%s moves W_%d by lr times %sδ_%dᵀ a_%d / B%s%s: the smaller δ_%d, the less %s "
            "learns%s",
            optimizer_name(c->s->seen.hparams.optimizer), c->l,
            c->s->seen.hparams.optimizer == OPTIMIZER_SGD ? "" : "a running sum of ", c->l,
            c->l - 1, c->s->seen.hparams.clip == CLIP_NONE ? "" : ", clipped", decay, c->l,
            c->name,
            c->output ? "."
                      : ", however good the layers above it get. Where the signal vanishes, "
                        "learning reaches it when its row lights up.");
}

static void why_gradient(const struct chosen *c, struct why *why)
{
    WHY_LINE(
        why, "∂loss/∂W_%d = δ_%dᵀ a_%d / B,  B = %d", c->l, c->l, c->l - 1, c->s->seen.samples);
    WHY_LINE(why, "‖∂loss/∂W_%d‖ = %.2e at step %" PRIu64 ", %.2e at step 0", c->l,
        c->now.value, c->s->seen.step, c->first.value);
    WHY_LINE(why, "‖δ_%d‖/√B = %.2e", c->l, c->layer->signal);
    WHY_TEXT(why,
        "The update is made from this. It is a product of δ and activations, and can hide what "
        "becomes of δ: in a ReLU stack with small weights δ falls downwards and activations "
        "fall upwards, and the product stays much alike.");
}

static void why_gain(const struct chosen *c, struct why *why)
{
    int l = c->l;
    WHY_LINE(why, "g_%d = ‖δ_%d‖ / ‖δ_%d‖ = s_%d · w_%d", l, l, l + 1, l, l);
    if (c->output || !c->layer->gain.defined) {
        WHY_TEXT(why, "%s has no gain here: %s", c->name,
            c->output ? "the signal starts there." : "no signal arrives from the layer above.");
        return;
    }
    if (!isfinite(c->layer->gain.value)) {
        WHY_TEXT(why, "Not all numbers are finite any more, and no gain is told of those.");
        return;
    }
    if (!c->layer->slope_gain.defined) {
        WHY_LINE(why, "‖δ_%d W_%d‖ = 0: s_%d is not defined", l + 1, l + 1, l);
        WHY_TEXT(why,
            "The weights of layer %d bring down exactly 0, as they do when they are 0 "
            "themselves: the signal ends above layer %d.",
            l + 1, l);
        return;
    }
    char slopes[FORMAT_SIZE], weights[FORMAT_SIZE], both[FORMAT_SIZE];
    format_factor(c->layer->slope_gain.value, slopes);
    format_factor(c->layer->weight_gain.value, weights); /* where they explode, 200 digits */
    format_factor(c->layer->gain.value, both);
    WHY_LINE(why, "    = %s by the slopes · %s by the weights = %s", slopes, weights, both);
    WHY_LINE(why, "s_%d ≤ max φ' = %.4g", l, c->s->seen.activation.max_slope);
    struct ratio mean = snapshot_mean_gain(c->s);
    int passed = c->s->seen.layer_count - 1;
    format_factor(mean.value, both);
    if (mean.defined && isfinite(mean.value))
        WHY_TEXT(why,
            "Gains multiply: %s in geometric mean leaves %.2g of the signal after %d layer%s. "
            "The "
            "slopes can never do more than %.4g; the weights can, once they are large.",
            both, pow(mean.value, passed), passed, PLURAL(passed),
            c->s->seen.activation.max_slope);
    else
        WHY_TEXT(why,
            "The signal does not come down to layer 1, or is not finite: there is no mean "
            "gain.");
}

/* What is so of an activation whose slope falls to 0 all the same. */
static const char *tell_tail(const struct chosen *c)
{
    return c->s->seen.activation.fades && !c->output
        ? " Far below z = 0 its slope falls to 0 all the same, and a unit there hardly learns."
        : "";
}

static void why_dead(const struct chosen *c, struct why *why)
{
    WHY_LINE(why, "dead: φ(z) = 0 on all %d samples", c->s->seen.data_samples);
    if (c->now.kind != READING_KNOWN) {
        WHY_TEXT(why,
            "Units of %s do not count as dead: that takes an activation that is 0 on a whole "
            "half-line.%s",
            c->output ? "the output" : c->s->seen.activation.name, tell_tail(c));
        return;
    }
    int dead = (int)c->now.value;
    if (c->first.kind != READING_KNOWN) /* another activation then */
        WHY_LINE(why, "layer %d: %d of %d unit%s", c->l, dead, c->layer->units,
            PLURAL(c->layer->units));
    else
        WHY_LINE(why, "layer %d: %d of %d unit%s, %.0f at step 0", c->l, dead, c->layer->units,
            PLURAL(c->layer->units), c->first.value);
    WHY_TEXT(why,
        "A dead unit passes no error signal, and its own weights get none. It comes back only "
        "when the layers before it move its inputs, or momentum or weight decay its weights.");
}

static void why_saturated(const struct chosen *c, struct why *why)
{
    WHY_LINE(why, "saturated: |φ'(z)| < %.2f · max φ' = %.3g", ACTIVATION_FLAT,
        ACTIVATION_FLAT * c->s->seen.activation.max_slope);
    if (c->now.kind != READING_KNOWN) {
        WHY_TEXT(why, "%s does not count as saturated: that takes a bounded activation.%s",
            c->output ? "The output" : c->s->seen.activation.name, tell_tail(c));
        return;
    }
    char before[32] = "";
    if (c->first.kind == READING_KNOWN) /* not another activation then */
        (void)snprintf(before, sizeof before, ", %.1f %% at step 0", 100 * c->first.value);
    WHY_LINE(why, "layer %d: %.1f %% of %d sample%s × %d unit%s%s", c->l, 100 * c->now.value,
        c->s->seen.samples, PLURAL(c->s->seen.samples), c->layer->units,
        PLURAL(c->layer->units), before);
    WHY_TEXT(why,
        "There a unit passes less than a twentieth of the error signal that it could pass. "
        "Large weights and biases push units there; the little that is left of the signal, "
        "weight decay, or other inputs bring them back.");
}

static void why_update(const struct chosen *c, struct why *why)
{
    WHY_LINE(why, "‖ΔW_%d‖ / ‖W_%d‖, of the update that led to step %" PRIu64, c->l, c->l,
        c->s->seen.step);
    if (c->now.kind != READING_KNOWN) {
        WHY_TEXT(why, "No update has been made yet, or the weights were exactly 0.");
        return;
    }
    double norm = c->layer->last_update_norm;
    if (c->now.value > 0 && isfinite(c->now.value))
        WHY_LINE(why, "    = %.3g / %.3g = %.2e;  ‖W_%d‖ = %.3g now", norm, norm / c->now.value,
            c->now.value, c->l, c->layer->weight_norm);
    else
        WHY_LINE(
            why, "    = %.2e;  ‖W_%d‖ = %.3g now", c->now.value, c->l, c->layer->weight_norm);
    if (c->now.value > 0 && isfinite(c->now.value))
        WHY_TEXT(why,
            "About 1e-3 a step is healthy: a thousand steps then move the weights by their own "
            "size at most, if all go the same way. At this pace %s takes %.1e steps or more "
            "for "
            "that.",
            c->name, ceil(1 / c->now.value));
    else
        WHY_TEXT(why, "%s",
            c->now.value > 0 || isnan(c->now.value)
                ? "The update was not finite."
                : "The update was exactly 0: the weights stand still.");
}

/* What the table says, of a quantity that nothing more is told of here. */
static void why_other(const struct chosen *c, struct why *why)
{
    char now[FORMAT_SIZE], first[FORMAT_SIZE];
    format_reading(c->quantity, c->now, c->layer->units, now);
    format_reading(c->quantity, c->first, c->layer->units, first);
    WHY_LINE(why, "%s%d: %s at step %" PRIu64 ", %s at step 0", c->quantity->symbol, c->l,
        now + strspn(now, " "), c->s->seen.step, first + strspn(first, " "));
    WHY_TEXT(why, "%s: %s.", c->quantity->title, c->quantity->help);
}

void curves_why(const struct scene *scene, struct why *why)
{
    static void (*const reasons[QUANTITY_COUNT])(const struct chosen *, struct why *) = {
        [QUANTITY_SIGNAL] = why_delta,
        [QUANTITY_WEIGHT_GRAD_NORM] = why_gradient,
        [QUANTITY_GAIN] = why_gain,
        [QUANTITY_DEAD] = why_dead,
        [QUANTITY_SATURATED] = why_saturated,
        [QUANTITY_LAST_UPDATE_RATIO] = why_update,
    };
    const struct snapshot *s = scene->snapshot;
    struct curves_frame frame;
    char name[24] = "the output";
    (void)snprintf(why->section, sizeof why->section, "THE CURVES VIEW");
    if (!curves_frame_of(scene, TIMELINE_WIDEST, &frame))
        return;
    int l = scene->selection.layer;
    if (l < s->seen.layer_count)
        (void)snprintf(name, sizeof name, "layer %d", l);
    const struct step_rows *rows = &frame.record->layers;
    const double *now = step_rows_at(rows, rows->total - 1), *first = step_rows_at(rows, 0);
    if (!now)
        return;
    struct chosen chosen = {s, frame.quantity, &s->seen.layers[l - 1], l,
        l == s->seen.layer_count, record_layer(now, l),
        first ? record_layer(first, l) : (struct reading){READING_UNKNOWN, 0}, name};
    void (*reason)(const struct chosen *, struct why *) = reasons[frame.record->quantity];
    (reason ? reason : why_other)(&chosen, why);
}
