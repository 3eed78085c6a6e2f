#include "engine/diagnosis.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* The short form, for narrow screens. */
#define BRIEF(finding, ...)                                                                    \
    (void)snprintf((finding)->brief, sizeof(finding)->brief, __VA_ARGS__)

/* Each finder writes its finding and says whether there is one. */
typedef bool finder(const struct snapshot *snapshot, struct diagnosis *finding);

#define SAY(finding, grave, name, ...)                                                         \
    do {                                                                                       \
        (finding)->severity = (grave);                                                         \
        (finding)->label = (name);                                                             \
        (void)snprintf((finding)->text, sizeof(finding)->text, __VA_ARGS__);                   \
    } while (0)

static bool find_divergence(const struct snapshot *s, struct diagnosis *finding)
{
    const struct divergence *d = &s->divergence;
    const char *what = d->kind == DIVERGED_GRADIENT ? "gradient" : "activation";
    if (d->kind == DIVERGED_NOT)
        return false;
    if (d->kind == DIVERGED_LOSS)
        SAY(finding, SEVERITY_BAD, "DIVERGED", "at step %" PRIu64 ": the loss is not finite",
            d->step);
    else
        SAY(finding, SEVERITY_BAD, "DIVERGED",
            "at step %" PRIu64 ": first in layer %d, unit %d, the %s is not finite", d->step,
            d->layer, d->unit, what);
    BRIEF(finding, "step %" PRIu64 ", layer %d", d->step, d->layer);
    return true;
}

static bool find_dead_network(const struct snapshot *s, struct diagnosis *finding)
{
    for (int l = s->layer_count - 1; l-- > 0;) {
        if (s->layers[l].dead == s->layers[l].units && s->layers[l].units > 0) {
            SAY(finding, SEVERITY_BAD, "DEAD LAYER",
                "all %d units of layer %d are dead: no gradient passes below it",
                s->layers[l].units, l + 1);
            BRIEF(finding, "layer %d", l + 1);
            return true;
        }
    }
    return false;
}

/* The signal's change over the whole stack, in norms. */
static struct ratio whole_gain(const struct snapshot *s)
{
    struct ratio mean = snapshot_mean_gain(s);
    if (mean.defined)
        mean.value = pow(mean.value, s->layer_count - 1);
    return mean;
}

static bool find_explosion(const struct snapshot *s, struct diagnosis *finding)
{
    struct ratio whole = whole_gain(s);
    bool grows = whole.defined && whole.value >= 100;
    bool large = s->clip.norm_before >= 100;
    if (!grows && !large)
        return false;
    if (grows || (whole.defined && whole.value > 10)) {
        double mean = snapshot_mean_gain(s).value;
        SAY(finding, SEVERITY_BAD, "EXPLODING",
            "the signal grows %.3g times from the output to layer 1: x %.3g a layer",
            whole.value, mean);
        BRIEF(finding, "x %.3g a layer", mean);
    } else {
        SAY(finding, SEVERITY_BAD, "EXPLODING",
            "the gradient's norm is %.3g: a step of this size leaves the valley",
            s->clip.norm_before);
        BRIEF(finding, "gradient %.2g", s->clip.norm_before);
    }
    return true;
}

static bool find_vanishing(const struct snapshot *s, struct diagnosis *finding)
{
    struct ratio whole = whole_gain(s);
    const struct layer_stats *first = &s->layers[0], *last = &s->layers[s->layer_count - 1];
    if (whole.defined && whole.value <= 0.01) {
        double mean = snapshot_mean_gain(s).value;
        SAY(finding, SEVERITY_WARN, "VANISHING",
            "the signal falls from %.1e to %.1e in layer 1: x %.2f a layer", last->delta_rms,
            first->delta_rms, mean);
        BRIEF(finding, "x %.2f a layer", mean);
    } else if (!whole.defined && last->delta_rms > 0 && first->delta_rms == 0 && s->dead == 0) {
        SAY(finding, SEVERITY_BAD, "VANISHED",
            "the error signal is exactly 0 before it reaches layer 1");
        BRIEF(finding, "0 before layer 1");
    } else {
        return false;
    }
    return true;
}

static bool find_dying(const struct snapshot *s, struct diagnosis *finding)
{
    if (s->dead * 10 < s->hidden_units || s->dead == 0)
        return false;
    double share = 100.0 * (double)s->dead / (double)s->hidden_units;
    if (s->born_dead == s->dead)
        SAY(finding, SEVERITY_WARN, "BORN DEAD",
            "%" PRId64 " of %" PRId64 " units (%.0f %%) have been dead since step 0", s->dead,
            s->hidden_units, share);
    else
        SAY(finding, SEVERITY_WARN, "DYING",
            "%" PRId64 " of %" PRId64
            " units (%.0f %%) are dead, the last died at step %" PRId64 "; revived %" PRId64,
            s->dead, s->hidden_units, share, s->last_death, s->revivals);
    BRIEF(finding, "%.0f %% of units dead", share);
    return true;
}

static bool find_clipping(const struct snapshot *s, struct diagnosis *finding)
{
    const struct clip_report *clip = &s->clip;
    if (clip->fraction <= 0)
        return false;
    if (s->hparams.clip == CLIP_NORM)
        SAY(finding, SEVERITY_WARN, "CLIPPED",
            "scaled by %.3g, from %.3g to %.3g; its direction is kept", clip->scale,
            clip->norm_before, clip->norm_after);
    else
        SAY(finding, SEVERITY_WARN, "CLIPPED",
            "%.0f %% of the elements: norm %.3g to %.3g, turned %.0f degrees",
            100 * clip->fraction, clip->norm_before, clip->norm_after, clip_angle(clip));
    BRIEF(finding, "norm %.2g to %.2g", clip->norm_before, clip->norm_after);
    return true;
}

static bool find_saturation(const struct snapshot *s, struct diagnosis *finding)
{
    if (s->saturated < 0.5)
        return false;
    SAY(finding, SEVERITY_WARN, "SATURATED",
        "%.0f %% of the activations lie where the slope is below 5 %% of its maximum",
        100 * s->saturated);
    BRIEF(finding, "%.0f %% of activations", 100 * s->saturated);
    return true;
}

static void say_healthy(const struct snapshot *s, struct diagnosis *finding)
{
    struct ratio mean = snapshot_mean_gain(s);
    if (mean.defined)
        SAY(finding, SEVERITY_GOOD, "HEALTHY",
            "the signal keeps its size: x %.2f a layer down to layer 1", mean.value);
    else
        SAY(finding, SEVERITY_GOOD, "HEALTHY", "nothing to remark");
    if (mean.defined)
        BRIEF(finding, "x %.2f a layer", mean.value);
}

int diagnose(const struct snapshot *snapshot, struct diagnosis findings[DIAGNOSES_MOST])
{
    static finder *const finders[] = {find_divergence, find_dead_network, find_clipping,
        find_explosion, find_dying, find_vanishing, find_saturation};
    int count = 0;
    for (size_t i = 0; i < ARRAY_LEN(finders) && count < DIAGNOSES_MOST; i++) {
        if (finders[i](snapshot, &findings[count]))
            count++;
        /* After a divergence the other numbers mean nothing. */
        if (i == 0 && count > 0)
            return count;
    }
    if (count == 0)
        say_healthy(snapshot, &findings[count++]);
    return count;
}
