#include "ui/views/clip.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/optimizer.h"
#include "core/wall.h"
#include "ui/draw/bigtext.h"
#include "ui/draw/chart.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/views/ghost.h"

enum { ARROWS_FROM = 60 /* columns */ };

/* The one number that counts, and what it says. */
struct headline {
    char number[32], words[160];
    enum role role;
    bool turns; /* and the arrows show it */
};

/* Where nothing is clipped: the norm, and what c would have to be. */
static void tell_unclipped(const struct snapshot *s, int width, struct headline *h)
{
    char norm[FORMAT_SIZE];
    clip_format_norm(s->seen.clip.norm_before, norm);
    (void)snprintf(h->number, sizeof h->number, "‖g‖ %s", norm + strspn(norm, " "));
    (void)clip_tell(s, width - 1, h->words, sizeof h->words);
}

static struct headline headline_of(const struct snapshot *s, int width)
{
    struct headline h = {.role = ROLE_STRONG};
    bool turns = s->seen.hparams.clip == CLIP_VALUE || s->seen.hparams.clip == CLIP_LAYERWISE;
    if (s->seen.divergence.kind != DIVERGED_NOT) {
        h.role = ROLE_BAD;
        (void)snprintf(h.number, sizeof h.number, "NAN");
        (void)snprintf(
            h.words, sizeof h.words, "diverged at step %" PRIu64, s->seen.divergence.step);
    } else if (!(s->seen.clip.fraction > 0)) {
        tell_unclipped(s, width, &h);
    } else if (turns) {
        h.turns = s->seen.clip.has_cosine;
        (void)snprintf(h.number, sizeof h.number, "%.0f°", clip_angle(&s->seen.clip));
        (void)snprintf(h.words, sizeof h.words, "%s",
            !clip_turns(s)                        ? "shorter, the same direction"
                : clip_angle(&s->seen.clip) < 0.5 ? "cut, but hardly turned"
                                                  : "turned: another direction");
    } else {
        int digits = s->seen.clip.scale < 0.01 ? 3 : s->seen.clip.scale < 0.995 ? 2 : 0;
        if (s->seen.clip.scale < 0.001)
            (void)snprintf(h.number, sizeof h.number, "×%.0E", s->seen.clip.scale);
        else
            (void)snprintf(h.number, sizeof h.number, "×%.*f", digits, s->seen.clip.scale);
        (void)snprintf(h.words, sizeof h.words, "shorter, the same direction");
    }
    return h;
}

static void draw_thick_bar(const struct scene *scene, struct surface *surface, struct rect area,
    const char *label, double norm, double ghost, uint32_t glyph, enum role role)
{
    enum { LABEL = 8, NUMBER = 8 };
    const struct log_axis *axis = &clip_state(scene)->norms;
    char text[FORMAT_SIZE];
    int width = area.width - LABEL - NUMBER, length = 0;
    int end = surface_text(surface, area.x + 1, area.y, -1, ROLE_STRONG, label);
    scene_spot(scene, label, area.x + 1, area.y, end - area.x - 1);
    if (!isfinite(norm))
        surface_text(surface, area.x + LABEL, area.y, width, ROLE_BAD, "not finite");
    else if (norm > 0)
        length = (int)lround(axis_place(axis, norm, width));
    surface_fill(
        surface, (struct rect){area.x + LABEL, area.y, length, area.height}, glyph, role);
    double place = ghost > 0 ? round(axis_place(axis, ghost, width)) : 0;
    ghost_mark_value(
        ghost, axis, place, surface, (struct rect){area.x + LABEL, area.y, width, area.height});
    clip_format_norm(norm, text);
    surface_text(surface, area.x + LABEL + width + 1, area.y, -1, ROLE_STRONG, text);
}

/* A line down through both bars where the bound is. */
static void draw_bound(const struct scene *scene, struct surface *surface, struct rect bars)
{
    double bound = clip_bound(scene->snapshot);
    if (!isfinite(bound))
        return;
    int x = bars.x + (int)lround(axis_place(&clip_state(scene)->norms, bound, bars.width));
    for (int y = bars.y; y < bars.y + bars.height; y++)
        surface_put(surface, x, y, GLYPH_CEILING, ROLE_CEILING);
}

void clip_present(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct snapshot *s = scene->snapshot;
    if (clip_state(scene)->wall) {
        clip_draw_wall(scene, surface, area, false);
        return;
    }
    if (scene->wave.phase != WAVE_NONE) {
        clip_wave_present(scene, surface, area);
        return;
    }
    struct headline headline = headline_of(s, area.width);
    bool small = area.height < 12;
    struct rect top = {
        area.x + 1, area.y, area.width - 2, small ? area.height - 3 : area.height / 2};
    /* Beside the arrows, as long as the rows allow, the number gets what is left. */
    if (headline.turns && area.width >= ARROWS_FROM)
        top.width -=
            2 * top.height + 12 < area.width / 2 ? 2 * top.height + 12 : area.width / 2;
    struct bigtext_size size = bigtext_draw(surface, top, headline.role, headline.number);
    int rows = size.rows > 0 ? size.rows : 1, columns = size.rows > 0 ? size.columns : 8;
    bool arrows = headline.turns && area.width >= ARROWS_FROM && top.height >= 5;
    bool beside = !arrows && columns + 3 + text_columns(headline.words) <= area.width;
    int y = area.y + rows - (beside ? 1 : 0);
    surface_text(surface, beside ? area.x + columns + 3 : area.x + 1, y, -1, ROLE_STRONG,
        headline.words);
    if (arrows) {
        clip_draw_arrows(s, surface,
            (struct rect){area.x + columns + 3, area.y, area.width - columns - 3, top.height});
        y = y < area.y + top.height - 1 ? area.y + top.height - 1 : y;
    }
    y += small ? 1 : 2;
    int height = (area.y + area.height - y) / 2;
    if (height < 1)
        return;
    clip_fit_norms(scene, area.width);
    int gap = height > 2;
    struct rect bar = {area.x, y, area.width, height - gap};
    const struct snapshot *ghost = scene->ghost;
    draw_thick_bar(scene, surface, bar, "before", s->seen.clip.norm_before,
        ghost ? ghost->seen.clip.norm_before : NAN, GLYPH_SHADE, CLIP_BEFORE);
    bar.y += height;
    draw_thick_bar(scene, surface, bar, "after", s->seen.clip.norm_after,
        ghost ? ghost->seen.clip.norm_after : NAN, GLYPH_FULL, CLIP_AFTER);
    struct rect bars = {area.x + 8, y, area.width - 16, 2 * height - gap};
    draw_bound(scene, surface, bars);
    clip_draw_norm_axis(scene, surface, bars, area.y + area.height);
}

/* What the optimizer makes of a gradient that clipping has made shorter. */
static void tell_step(const struct snapshot *s, char *text, size_t size)
{
    const struct hparams *h = &s->seen.hparams;
    const char *name = optimizer_name(h->optimizer);
    bool decays = h->weight_decay > 0;
    bool divides = optimizer_keeps((enum optimizer)h->optimizer) & OPTIMIZER_KEEPS_V;
    if (divides && decays)
        (void)snprintf(text, size,
            "%s divides the sum of it and the weight decay by its recent size: a shorter one "
            "weighs less beside the decay, and but for ε the step gets no shorter.",
            name);
    else if (divides)
        (void)snprintf(text, size,
            "%s divides it by its recent size: a factor that is the same in every step cancels "
            "but for ε, so that the step gets no shorter by it.",
            name);
    else if (h->optimizer != OPTIMIZER_SGD)
        (void)snprintf(text, size, "%s sums up gradients: this step adds one of length %.4g%s.",
            name, s->seen.clip.norm_after, decays ? " and the weight decay" : "");
    else
        (void)snprintf(text, size,
            "The step is lr · %.4g = %.4g long%s, however steep the wall.",
            s->seen.clip.norm_after, h->lr * s->seen.clip.norm_after,
            decays ? " but for the weight decay" : "");
}

static void why_norm(const struct snapshot *s, struct why *why)
{
    double c = s->seen.hparams.clip_at;
    char step[200];
    WHY_LINE(why, "g ← g · c/‖g‖ where ‖g‖ > c      g: all %" PRId64 " weights and biases",
        s->seen.parameters);
    if (!(s->seen.clip.fraction > 0)) {
        WHY_LINE(why, "‖g‖ = %.4g <= c = %.4g:  g stays", s->seen.clip.norm_before, c);
        WHY_TEXT(why,
            "The gradient is within the threshold in this step, so it stays as it is. A longer "
            "one has every element multiplied by the same number, which keeps the direction.");
        return;
    }
    WHY_LINE(why, "‖g‖ = %.4g > c = %.4g:  g ← g · %.4g/%.4g = g · %.4g",
        s->seen.clip.norm_before, c, c, s->seen.clip.norm_before, s->seen.clip.scale);
    tell_step(s, step, sizeof step);
    WHY_TEXT(why,
        "Every element is multiplied by the same number, so the gradient gets shorter and "
        "keeps "
        "its direction. %s",
        step);
}

/* By how much it is turned, which can be nothing to speak of. */
static void tell_turn(const struct snapshot *s, char *text, size_t size)
{
    bool plain =
        s->seen.hparams.optimizer == OPTIMIZER_SGD && !(s->seen.hparams.weight_decay > 0);
    double angle = clip_angle(&s->seen.clip);
    if (angle < 0.05)
        (void)snprintf(text, size, "here by less than 0.1°.");
    else
        (void)snprintf(text, size, "here by %.1f°.%s", angle,
            plain ? " The step no longer goes down the steepest way." : "");
}

/* The formula's lines that value and layerwise share. */
static void write_turn(const struct snapshot *s, struct why *why, const char *root)
{
    if (s->seen.clip.has_cosine)
        WHY_LINE(why, "cos θ = g·g'/(‖g‖ ‖g'‖) = %.4f, θ = %.1f°      g' : after",
            s->seen.clip.cosine, clip_angle(&s->seen.clip));
    else
        WHY_LINE(why, "cos θ = g·g'/(‖g‖ ‖g'‖) is not defined: %s is 0      g' : after",
            s->seen.clip.norm_before > 0 ? "g'" : "g");
    WHY_LINE(why, "‖g‖ = %.4g → ‖g'‖ = %.4g <= c √%s = %.4g", s->seen.clip.norm_before,
        s->seen.clip.norm_after, root, clip_bound(s));
}

static void why_value(const struct snapshot *s, struct why *why)
{
    double c = s->seen.hparams.clip_at;
    char root[24], turn[100];
    (void)snprintf(root, sizeof root, "%" PRId64, s->seen.parameters);
    WHY_LINE(why, "g_i ← min(max(g_i, -c), c)      c = %.4g, %.0f of %" PRId64 " elements cut",
        c, s->seen.clip.fraction * (double)s->seen.parameters, s->seen.parameters);
    write_turn(s, why, root);
    tell_turn(s, turn, sizeof turn);
    if (s->seen.clip.fraction > 0 && !clip_turns(s))
        WHY_TEXT(why,
            "Only elements beyond c get smaller, the others stay. Here all but one are 0, so "
            "the "
            "gradient is not turned.");
    else if (s->seen.clip.fraction > 0)
        WHY_TEXT(why,
            "Only elements beyond c get smaller, the others stay: so the gradient turns "
            "towards "
            "the elements that were small, %s",
            turn);
    else
        WHY_TEXT(why,
            "No element is beyond c in this step, so the gradient stays as it is. Where some "
            "are, only these get smaller, which turns it.");
}

static void why_layerwise(const struct snapshot *s, struct why *why)
{
    char root[24], turn[100];
    (void)snprintf(root, sizeof root, "%d", s->seen.layer_count);
    WHY_LINE(why, "g_l ← g_l · c/‖g_l‖ where ‖g_l‖ > c, for each layer l by itself; c = %.4g",
        s->seen.hparams.clip_at);
    write_turn(s, why, root);
    tell_turn(s, turn, sizeof turn);
    if (s->seen.clip.fraction > 0 && !clip_turns(s))
        WHY_TEXT(why,
            "Each layer's gradient keeps its direction. All but one are 0 here, so the whole "
            "gradient is not turned. No layer's gradient is longer than c.");
    else if (s->seen.clip.fraction > 0)
        WHY_TEXT(why,
            "Each layer's gradient keeps its direction, but they are not shortened by the same "
            "factor, so the whole gradient turns, %s No layer's gradient is longer than c.",
            turn);
    else
        WHY_TEXT(why,
            "No layer's gradient is longer than c in this step, so all stay as they are. One "
            "that is longer is shortened to c, which turns the whole.");
}

static void why_off(const struct snapshot *s, struct why *why)
{
    const struct hparams *h = &s->seen.hparams;
    bool divides = optimizer_keeps((enum optimizer)h->optimizer) & OPTIMIZER_KEEPS_V;
    /* Adam's m / sqrt(v) has a bound where what m remembers fades faster than what v does. */
    bool bounded =
        h->optimizer != OPTIMIZER_ADAM || h->beta1 * h->beta1 < h->beta2 || h->beta1 == 0;
    WHY_LINE(why, "g stays as it is: ‖g‖ = %.4g", s->seen.clip.norm_before);
    WHY_LINE(why, "step: lr · ‖g‖ = %.4g · %.4g = %.4g by plain sgd%s", h->lr,
        s->seen.clip.norm_before, h->lr * s->seen.clip.norm_before,
        h->weight_decay > 0 ? " but for the weight decay" : "");
    if (divides)
        WHY_TEXT(why,
            "Nothing is clipped. %s divides the gradient by its recent size%s. c chooses a way "
            "of clipping: by norm the whole gradient is shortened, by value each element, "
            "layerwise each layer.",
            optimizer_name(h->optimizer),
            bounded ? ", which bounds the step even where the gradient is huge" : "");
    else
        WHY_TEXT(why,
            "Nothing is clipped, so one huge gradient makes one huge step. c chooses a way of "
            "clipping: by norm the whole gradient is shortened, by value each element, "
            "layerwise each layer.");
}

static void why_wall(struct why *why)
{
    WHY_LINE(why, "x_t = w σ(x_{t-1}) + b, x_0 = 0.5      error (σ(x_50) - 0.7)²");
    WHY_LINE(why, "∂x_50/∂x_0 = ∏ w σ'(x_t): 50 factors; above 1 each, they explode");
    WHY_LINE(why, "step: %.1f · ‖g‖;  clipped: at most %.1f · %.2f = %.2f", WALL_RATE,
        WALL_RATE, WALL_THRESHOLD, WALL_RATE * WALL_THRESHOLD);
    WHY_TEXT(why,
        "On one side of the wall x settles high, on the other low, and in between the smallest "
        "change of w or b decides. A step that lands there meets a huge gradient and is thrown "
        "far away; a clipped one keeps to the valley at the foot of the wall.");
}

void clip_why(const struct scene *scene, struct why *why)
{
    const struct snapshot *s = scene->snapshot;
    (void)snprintf(why->section, sizeof why->section, "THE CLIP VIEW");
    if (clip_state(scene)->wall) {
        why_wall(why);
    } else if (s->seen.divergence.kind != DIVERGED_NOT) {
        WHY_LINE(why, "‖g‖ = %g at step %" PRIu64, s->seen.clip.norm_before,
            s->seen.divergence.step);
        WHY_TEXT(why,
            "What is not finite cannot be scaled back. Clipping has to come before: it bounds "
            "what a step takes from the gradient, so that together with a learning rate that "
            "is "
            "small enough the weights do not grow until this happens.");
    } else if (s->seen.hparams.clip == CLIP_NORM) {
        why_norm(s, why);
    } else if (s->seen.hparams.clip == CLIP_VALUE) {
        why_value(s, why);
    } else if (s->seen.hparams.clip == CLIP_LAYERWISE) {
        why_layerwise(s, why);
    } else {
        why_off(s, why);
    }
}
