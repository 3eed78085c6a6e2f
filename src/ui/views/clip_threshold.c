/* What clipping did to the gradient of this step, or what c would have to be. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/optimizer.h"
#include "core/reduce.h"
#include "ui/draw/format.h"
#include "ui/views/clip.h"

double clip_layer_norm(const struct snapshot *snapshot, int layer)
{
    const struct layer_stats *stats = &snapshot->seen.layers[layer - 1];
    return norm_of_two(stats->weight_grad_norm, stats->bias_grad_norm);
}

double clip_largest(const struct snapshot *snapshot, enum clip mode, int *layer)
{
    double largest = 0;
    if (mode == CLIP_VALUE)
        return snapshot->clip_detail.before.largest;
    if (mode != CLIP_LAYERWISE)
        return snapshot->seen.clip.norm_before;
    for (int l = 1; l <= snapshot->seen.layer_count; l++) {
        if (!(clip_layer_norm(snapshot, l) > largest))
            continue;
        largest = clip_layer_norm(snapshot, l);
        *layer = l;
    }
    return largest;
}

void clip_format_below(double value, char text[FORMAT_SIZE])
{
    double unit = value > 0 ? pow(10, floor(log10(value)) - 2) : 0;
    double down = unit > 0 && isfinite(value) ? floor(value / unit) * unit : value;
    if (down >= 1000 && down < 1e5)
        (void)snprintf(text, FORMAT_SIZE, "%.0f", down);
    else
        format_short(down, text);
}

void clip_format_norm(double norm, char text[FORMAT_SIZE])
{
    char digits[FORMAT_SIZE];
    if (norm < 0.01 || norm >= 1e5) {
        format_scientific(norm, text);
        return;
    }
    format_loss(norm, digits);
    (void)snprintf(text, FORMAT_SIZE, "%7s", digits);
}

static int layers_beyond(const struct snapshot *snapshot, double c)
{
    int count = 0;
    for (int l = 1; l <= snapshot->seen.layer_count; l++)
        count += clip_layer_norm(snapshot, l) > c;
    return count;
}

/* The cosine rounds: it is 1 also where a layer that is a billionth of g keeps its size. */
bool clip_turns(const struct snapshot *s)
{
    int parts = 0; /* that may get factors of their own: numbers by value, layers else */
    for (int l = 1; l <= s->seen.layer_count; l++) {
        const struct layer_stats *layer = &s->seen.layers[l - 1];
        bool one = s->seen.hparams.clip != CLIP_VALUE ||
            (layer->units == 1 && !(layer->weight_grad_norm > 0));
        if (clip_layer_norm(s, l) > 0)
            parts += one ? 1 : 2;
    }
    return s->seen.clip.has_cosine && parts > 1;
}

/* By what angle g has been turned, as the end of a sentence. */
static void tell_turn(const struct snapshot *snapshot, char text[48])
{
    double angle = clip_angle(&snapshot->seen.clip);
    if (!snapshot->seen.clip.has_cosine)
        text[0] = '\0';
    else if (!clip_turns(snapshot))
        (void)snprintf(text, 48, ", which does not turn g");
    else if (angle < 0.05)
        (void)snprintf(text, 48, ", which hardly turns g");
    else
        (void)snprintf(text, 48, ", which turns g by %.1f°", angle);
}

static void tell_clipped(const struct snapshot *s, bool brief, char *text, size_t size)
{
    char number[FORMAT_SIZE], turn[48];
    enum clip mode = (enum clip)s->seen.hparams.clip;
    tell_turn(s, turn);
    if (mode == CLIP_NORM) {
        format_short(s->seen.clip.scale, number);
        (void)snprintf(text, size, "%severy element × %s%s",
            brief ? "" : "clipped by norm: ", number,
            brief ? "" : ", so the direction is kept");
    } else if (mode == CLIP_VALUE) {
        format_share(s->seen.clip.fraction, number);
        (void)snprintf(text, size, "%s%s of the elements cut to -c or c%s",
            brief ? "" : "clipped by value: ", number, brief ? "" : turn);
    } else {
        (void)snprintf(text, size, "%s%d of %d layers shortened to c%s",
            brief ? "" : "clipped by layer: ", layers_beyond(s, s->seen.hparams.clip_at),
            s->seen.layer_count, brief ? "" : turn);
    }
}

/* With clipping off: in each mode. */
static void tell_all(const struct snapshot *s, bool brief, char *text, size_t size)
{
    char norm[FORMAT_SIZE], layers[FORMAT_SIZE], value[FORMAT_SIZE];
    int layer;
    clip_format_below(clip_largest(s, CLIP_NORM, &layer), norm);
    clip_format_below(clip_largest(s, CLIP_LAYERWISE, &layer), layers);
    clip_format_below(clip_largest(s, CLIP_VALUE, &layer), value);
    if (brief || !s->clip_detail.valid)
        (void)snprintf(text, size, "off: c < %s by norm would clip", norm);
    else
        (void)snprintf(text, size,
            "off: c would clip below %s by norm, %s by layer, %s by value", norm, layers,
            value);
}

static void tell_needed(const struct snapshot *s, bool brief, char *text, size_t size)
{
    char below[FORMAT_SIZE], what[48] = "‖g‖";
    enum clip mode = (enum clip)s->seen.hparams.clip;
    int layer = 0;
    clip_format_below(clip_largest(s, mode, &layer), below);
    if (mode == CLIP_VALUE && !s->clip_detail.valid) { /* not looked at yet */
        (void)snprintf(text, size, "not clipped: every element is within c");
        return;
    }
    if (mode == CLIP_VALUE)
        (void)snprintf(what, sizeof what, "the largest element");
    else if (mode == CLIP_LAYERWISE && layer == s->seen.layer_count)
        (void)snprintf(what, sizeof what, "the longest layer, out,");
    else if (mode == CLIP_LAYERWISE)
        (void)snprintf(what, sizeof what, "the longest layer, %d,", layer);
    if (brief)
        (void)snprintf(text, size, "not clipped: c < %s would clip", below);
    else
        (void)snprintf(
            text, size, "not clipped: %s is within c; c below %s would clip", what, below);
}

static enum role tell(const struct snapshot *s, bool brief, char *text, size_t size)
{
    bool finite = isfinite(s->seen.clip.norm_before) &&
        !(s->clip_detail.valid && s->clip_detail.before.bins.nonfinite > 0);
    if (!finite)
        (void)snprintf(text, size, "g is not finite: no c can help any more");
    else if (!(s->seen.clip.norm_before > 0))
        (void)snprintf(text, size, "g is 0: there is nothing to clip");
    else if (s->seen.hparams.clip == CLIP_NONE)
        tell_all(s, brief, text, size);
    else if (s->seen.clip.fraction > 0)
        tell_clipped(s, brief, text, size);
    else
        tell_needed(s, brief, text, size);
    return !finite ? ROLE_BAD : s->seen.clip.fraction > 0 ? ROLE_STRONG : ROLE_TEXT;
}

enum role clip_tell(const struct snapshot *s, int width, char *text, size_t size)
{
    enum role role = tell(s, false, text, size);
    return text_columns(text) <= width ? role : tell(s, true, text, size);
}

void clip_tell_angle(const struct snapshot *s, char *text, size_t size)
{
    static const char *const modes[] = {"not clipped", "by value", "by norm", "by layer"};
    bool acted = s->seen.clip.fraction > 0;
    double angle = clip_angle(&s->seen.clip);
    if (!acted)
        (void)snprintf(text, size, "not clipped: as it was");
    else if (s->seen.hparams.clip == CLIP_NORM)
        (void)snprintf(text, size, "by norm: 0°, only shorter");
    else if (!clip_turns(s))
        (void)snprintf(text, size, "%s: not turned", modes[s->seen.hparams.clip]);
    else
        (void)snprintf(text, size, angle < 0.05 ? "%s: hardly turned" : "%s: turned %.1f°",
            modes[s->seen.hparams.clip], angle);
}

void clip_tell_step(const struct snapshot *s, bool brief, char *text, size_t size)
{
    const struct hparams *h = &s->seen.hparams;
    const char *name = optimizer_name(h->optimizer);
    const char *what = brief  ? "lr‖g‖"
        : h->weight_decay > 0 ? "g's part, lr·‖g‖:"
                              : "the step, lr·‖g‖:";
    char before[FORMAT_SIZE], after[FORMAT_SIZE];
    clip_format_norm(h->lr * s->seen.clip.norm_before, before);
    clip_format_norm(h->lr * s->seen.clip.norm_after, after);
    if (optimizer_keeps((enum optimizer)h->optimizer) & OPTIMIZER_KEEPS_V)
        (void)snprintf(text, size, "%s divides it by √v", name);
    else if (h->optimizer != OPTIMIZER_SGD)
        (void)snprintf(text, size, "%s sums it up", name);
    else if (s->seen.clip.fraction > 0)
        (void)snprintf(text, size, "%s %s → %s", what, before + strspn(before, " "), after);
    else
        (void)snprintf(text, size, "%s %s", what, after + strspn(after, " "));
}
