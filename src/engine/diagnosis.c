#include "engine/diagnosis.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "core/text.h"

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

enum { NUMBER_SIZE = 24 };

/* So many significant digits, trailing zeros too: 0.70, 606, 5.2e-07. */
static const char *significant(double value, int digits, char text[NUMBER_SIZE])
{
    int before = value > 0 && isfinite(value) ? (int)floor(log10(value)) + 1 : 1;
    if (before < -2 || before > 3)
        (void)snprintf(text, NUMBER_SIZE, "%.*e", digits - 1, value);
    else
        (void)snprintf(text, NUMBER_SIZE, "%.*f", digits > before ? digits - before : 0, value);
    return text;
}

static bool find_divergence(const struct snapshot *s, struct diagnosis *finding)
{
    const struct divergence *d = &s->seen.divergence;
    const char *what = d->kind == DIVERGED_GRADIENT ? "the gradient" : "z";
    if (d->kind == DIVERGED_NOT)
        return false;
    if (d->kind == DIVERGED_LOSS) {
        SAY(finding, SEVERITY_BAD, "DIVERGED", "at step %" PRIu64 ": the loss is not finite",
            d->step);
        BRIEF(finding, "the loss, %" PRIu64, d->step);
    } else {
        SAY(finding, SEVERITY_BAD, "DIVERGED",
            "at step %" PRIu64 ": first in layer %d, unit %d, %s is not finite", d->step,
            d->layer, d->unit, what);
        BRIEF(finding, "step %" PRIu64 ", layer %d", d->step, d->layer);
    }
    return true;
}

static bool find_dead_layer(const struct snapshot *s, struct diagnosis *finding)
{
    int layer = s->story.conditions.dead_layer.said;
    if (layer == 0)
        return false;
    int units = s->seen.layers[layer - 1].units;
    if (units == 1)
        SAY(finding, SEVERITY_BAD, "DEAD LAYER",
            "the one unit of layer %d is dead: no gradient passes below it", layer);
    else
        SAY(finding, SEVERITY_BAD, "DEAD LAYER",
            "all %d units of layer %d are dead: no gradient passes below it", units, layer);
    BRIEF(finding, "layer %d", layer);
    return true;
}

/* Units of each layer that is symmetric, or 0: where those in their range differ in width. */
static int symmetric_units(const struct snapshot *s)
{
    const struct symmetric_layers *found = &s->seen.symmetric;
    int units = s->seen.layers[found->first - 1].units;
    for (int l = found->first + 1; l <= found->last; l++)
        units = s->seen.layers[l - 1].units == units ? units : 0;
    return units;
}

static bool find_symmetry(const struct snapshot *s, struct diagnosis *finding)
{
    const struct symmetric_layers *found = &s->seen.symmetric;
    char where[40];
    if (found->count == 0)
        return false;
    if (found->count == s->seen.layer_count - 1)
        (void)snprintf(where, sizeof where, "every hidden layer");
    else if (found->count == 1)
        (void)snprintf(where, sizeof where, "layer %d", found->first);
    else
        (void)snprintf(where, sizeof where, "%d layers", found->count);
    int units = symmetric_units(s);
    if (units > 0) {
        SAY(finding, SEVERITY_BAD, "SYMMETRIC",
            "the %d units of %s are equal to the bit and stay so", units, where);
        BRIEF(finding, "%d units as one", units);
    } else {
        SAY(finding, SEVERITY_BAD, "SYMMETRIC",
            "all units of %s are equal to the bit and stay so", where);
        BRIEF(finding, "all units as one");
    }
    return true;
}

/* "x 0.2351 a layer": with the digits that its power needs to be right to two. */
static const char *mean_factor(const struct snapshot *s, double mean, char text[NUMBER_SIZE])
{
    int depth = s->seen.layer_count - 1;
    return significant(mean, depth <= 10 ? 3 : depth <= 100 ? 4 : 5, text);
}

/* In words that are true whatever is said of the last steps as a whole. */
static void say_signal(const struct snapshot *s, struct diagnosis *finding,
    const struct profile *p, enum severity severity, const char *label)
{
    static const char *const ways[] = {[BAND_KEPT] = "keeps its size:",
        [BAND_FADING] = "fades from",
        [BAND_GROWING] = "grows from",
        [BAND_VANISHING] = "falls from",
        [BAND_EXPLODING] = "grows from"};
    char whole[NUMBER_SIZE], mean[NUMBER_SIZE];
    const char *batch = s->seen.epoch_steps > 1 ? " in this batch" : "";
    BRIEF(finding, "x %s in all", significant(p->whole, 2, whole));
    if (p->from == 0) {
        SAY(finding, severity, label, "the output's error signal is exactly 0%s", batch);
        BRIEF(finding, "0 at output");
    } else if (p->to == 0) {
        int layer = s->seen.layer_count;
        while (s->seen.layers[layer - 1].signal > 0)
            layer--;
        SAY(finding, severity, label, "signal %.1e at the output, %s0 from layer %d down%s",
            p->from, batch[0] ? "" : "exactly ", layer, batch);
        BRIEF(finding, "0 from layer %d", layer);
    } else if (p->band == BAND_UNEVEN) {
        bool dips = p->from / p->least > p->largest / p->from;
        double value = dips ? p->least : p->largest;
        SAY(finding, severity, label, "signal %.1e to %.1e in layer %d (x %s), %.1e in layer 1",
            p->from, value, dips ? p->least_at : p->largest_at,
            significant(value / p->from, 2, whole), p->to);
        BRIEF(finding, "x %s midway", whole);
    } else {
        double factor = profile_mean(p, s->seen.layer_count);
        SAY(finding, severity, label, "signal %s %.1e to %.1e (x %s), x %s a layer",
            ways[p->band], p->from, p->to, whole, mean_factor(s, factor, mean));
        int digits = factor < 1e-98 || factor > 1e98 ? 1 : 2;
        if (p->band == BAND_VANISHING || p->band == BAND_EXPLODING)
            BRIEF(finding, "x %s a layer", significant(factor, digits, mean));
    }
}

/* Says it if that is what is said of the signal. */
static bool find_band(const struct snapshot *s, struct diagnosis *finding, enum band band,
    enum severity severity, const char *label)
{
    if (s->story.conditions.band != band)
        return false;
    struct profile p = signal_profile(s->seen.layers, s->seen.layer_count);
    say_signal(s, finding, &p, severity, label);
    return true;
}

static bool find_vanishing(const struct snapshot *s, struct diagnosis *finding)
{
    return find_band(s, finding, BAND_VANISHED, SEVERITY_BAD, "VANISHED") ||
        find_band(s, finding, BAND_VANISHING, SEVERITY_WARN, "VANISHING");
}

static bool find_explosion(const struct snapshot *s, struct diagnosis *finding)
{
    return find_band(s, finding, BAND_EXPLODING, SEVERITY_BAD, "EXPLODING");
}

static bool find_mild_change(const struct snapshot *s, struct diagnosis *finding)
{
    return find_band(s, finding, BAND_FADING, SEVERITY_WARN, "FADING") ||
        find_band(s, finding, BAND_GROWING, SEVERITY_WARN, "GROWING") ||
        find_band(s, finding, BAND_UNEVEN, SEVERITY_WARN, "UNEVEN") ||
        find_band(s, finding, BAND_WAVERING, SEVERITY_WARN, "WAVERING");
}

static bool say_large_step(const struct snapshot *s, struct diagnosis *finding)
{
    const struct conditions *c = &s->story.conditions;
    char ratio[NUMBER_SIZE];
    SAY(finding, SEVERITY_WARN, "LARGE STEP",
        "update %" PRIu64 " moved the weights of layer %d by %s times their norm",
        c->large.step, c->large.layer, significant(c->large.ratio, 2, ratio));
    BRIEF(finding, "x %s", ratio);
    return true;
}

static bool find_dead(const struct snapshot *s, struct diagnosis *finding)
{
    static const char *const labels[] = {
        [LIFE_BORN_DEAD] = "BORN DEAD", [LIFE_DYING] = "DYING", [LIFE_DEAD] = "DEAD"};
    const struct conditions *c = &s->story.conditions;
    double share = 100.0 * (double)c->dead / (double)s->seen.toll.units;
    if (c->life.said == LIFE_WELL || c->dead == 0)
        return false;
    const char *label = labels[c->life.said];
    /* Between counts the weights go on. */
    const char *counted = observation_counts(&s->seen) ? "" : "counted ";
    if (c->dead > 0 && s->seen.toll.born_dead == c->dead)
        SAY(finding, SEVERITY_WARN, label,
            "%" PRId64 " of %" PRId64 " unit%s (%.0f %%) %s been %sdead since step 0", c->dead,
            s->seen.toll.units, PLURAL(s->seen.toll.units), share,
            c->dead == 1 ? "has" : "have", counted);
    else
        SAY(finding, SEVERITY_WARN, label,
            "%" PRId64 " of %" PRId64 " unit%s %sdead (%.0f %%), %" PRId64
            " at step 0; last death %" PRId64 ", %" PRId64 " revived",
            c->dead, s->seen.toll.units, PLURAL(s->seen.toll.units), counted, share, c->born,
            s->seen.toll.last_death, s->seen.toll.came_back);
    BRIEF(finding, "%.0f %% of units", share);
    return true;
}

/* That explains more than the signal does, unless this is what killed them. */
static bool half_dead(const struct snapshot *s)
{
    return 2 * s->story.conditions.dead >= s->seen.toll.units &&
        s->story.conditions.band != BAND_EXPLODING;
}

static bool find_many_dead(const struct snapshot *s, struct diagnosis *finding)
{
    return half_dead(s) && find_dead(s, finding);
}

static bool find_few_dead(const struct snapshot *s, struct diagnosis *finding)
{
    return !half_dead(s) && find_dead(s, finding);
}

/* What clipping does to the update. */
static void tell_effect(const struct snapshot *s, char *text, size_t size)
{
    const struct conditions *c = &s->story.conditions;
    const struct hparams *h = &c->clip.hparams;
    const struct clip_report *clip = &c->clip.report;
    struct ratio length = conditions_clipped_length(c);
    if (h->optimizer == OPTIMIZER_ADAM || h->optimizer == OPTIMIZER_RMSPROP) {
        if (length.defined)
            (void)snprintf(text, size, ": updates x %.3g as long", length.value);
        else if (c->update_ratio >= 0)
            (void)snprintf(text, size, ", last update %.1e |W|", c->update_ratio);
        else
            (void)snprintf(text, size, " (x %.3g)", clip->scale);
    } else if (h->clip != CLIP_NORM) {
        (void)snprintf(text, size, ", turned %.0f deg", clip_angle(clip));
    } else if (h->optimizer == OPTIMIZER_SGD && !(h->weight_decay > 0)) {
        (void)snprintf(text, size, ": lr works as %.3g", h->lr * clip->scale);
    } else {
        (void)snprintf(text, size, ": g enters x %.3g", clip->scale);
    }
}

static bool find_clipping(const struct snapshot *s, struct diagnosis *finding)
{
    const struct conditions *c = &s->story.conditions;
    const struct clip_report *clip = &c->clip.report;
    int clipped = conditions_clipped(c);
    char when[40] = "", effect[60], scale[NUMBER_SIZE];
    if (clipped == 0)
        return false;
    if (c->clip.step != s->seen.step)
        (void)snprintf(when, sizeof when, "at %" PRIu64 " ", c->clip.step);
    tell_effect(s, effect, sizeof effect);
    SAY(finding, SEVERITY_WARN, "CLIPPED", "%d of %s%d step%s, %snorm %.3g to %.3g%s", clipped,
        c->recent.count < CONDITION_WINDOW ? "" : "the last ", c->recent.count,
        PLURAL(c->recent.count), when, clip->norm_before, clip->norm_after, effect);
    BRIEF(finding, "%d of %d, x %s", clipped, c->recent.count,
        significant(clip->scale, clip->scale < 1e-98 ? 1 : 2, scale));
    return true;
}

static bool say_saturation(const struct snapshot *s, struct diagnosis *finding)
{
    SAY(finding, SEVERITY_WARN, "SATURATED",
        "%.0f %% of activations where the slope is below 5 %% of its maximum",
        100 * s->seen.saturated);
    BRIEF(finding, "%.0f %%", 100 * s->seen.saturated);
    return true;
}

static bool explains_vanishing(const struct snapshot *s)
{
    return s->story.conditions.band == BAND_VANISHING ||
        s->story.conditions.band == BAND_VANISHED;
}

/* Weights that have been moved tenfold of late are what saturates, and so what vanishes. */
static bool blew_up(const struct snapshot *s)
{
    const struct conditions *c = &s->story.conditions;
    return c->saturated.said && explains_vanishing(s) && c->large.layer > 0 &&
        c->large.ratio >= 10;
}

static bool find_large_step_first(const struct snapshot *s, struct diagnosis *finding)
{
    return blew_up(s) && say_large_step(s, finding);
}

static bool find_large_step(const struct snapshot *s, struct diagnosis *finding)
{
    return s->story.conditions.large.layer > 0 && !blew_up(s) && say_large_step(s, finding);
}

static bool find_saturation_first(const struct snapshot *s, struct diagnosis *finding)
{
    return s->story.conditions.saturated.said && explains_vanishing(s) &&
        say_saturation(s, finding);
}

static bool find_saturation(const struct snapshot *s, struct diagnosis *finding)
{
    return s->story.conditions.saturated.said && !explains_vanishing(s) &&
        say_saturation(s, finding);
}

static bool find_overfitting(const struct snapshot *s, struct diagnosis *finding)
{
    const struct overfitting *o = &s->story.overfitting;
    char low[NUMBER_SIZE], now[NUMBER_SIZE];
    if (!o->said)
        return false;
    SAY(finding, SEVERITY_WARN, "OVERFITTING",
        "since step %" PRIu64 ": test loss %s to %s, loss %.3g to %.3g", o->low.first,
        significant(o->low.test, 3, low), significant(o->now.test, 3, now), o->low.loss,
        o->now.loss);
    BRIEF(finding, "since step %" PRIu64, o->low.first);
    return true;
}

static bool find_epsilon(const struct snapshot *s, struct diagnosis *finding)
{
    const struct epsilon_layers *found = &s->seen.below_epsilon;
    int layers = found->count, highest = found->highest;
    char where[40];
    if (layers == 0)
        return false;
    if (layers == 1)
        (void)snprintf(where, sizeof where, "in layer %d", highest);
    else if (layers == highest)
        (void)snprintf(where, sizeof where, "from layer %d down", highest);
    else
        (void)snprintf(where, sizeof where, "in %d layers", layers);
    SAY(finding, SEVERITY_WARN, "EPSILON",
        "epsilon %.3g > sqrt(v) %s: %.1e in layer %d, at %" PRIu64, found->epsilon, where,
        found->root, found->lowest, found->step);
    BRIEF(finding, "%s", where);
    return true;
}

static void say_healthy(const struct snapshot *s, struct diagnosis *finding)
{
    struct profile p = signal_profile(s->seen.layers, s->seen.layer_count);
    enum learning_state learning = s->story.learning.state;
    bool kept = s->story.conditions.band == BAND_KEPT;
    bool learns = learning != LEARNING_STUCK && learning != LEARNING_WORSE;
    say_signal(s, finding, &p, kept && learns ? SEVERITY_GOOD : SEVERITY_NOTE,
        !kept        ? "NO SIGNAL"
            : learns ? "HEALTHY"
                     : "KEPT");
}

static void say_untold(struct diagnosis *finding)
{
    SAY(finding, SEVERITY_NOTE, "UNTOLD",
        "this source does not tell the error signal of layers");
    BRIEF(finding, "no error signal");
}

int diagnose(const struct snapshot *snapshot, struct diagnosis findings[DIAGNOSES_MOST])
{
    enum {
        NOTHING = QUANTITY_STATUS, /* told of every step */
        DEAD = QUANTITY_DEAD_SHARE,
        SIGNAL = QUANTITY_SIGNAL,
        SATURATED = QUANTITY_SATURATED,
        CLIPPED = QUANTITY_CLIP_SCALE,
        UPDATE = QUANTITY_LAST_UPDATE_RATIO,
        TEST = QUANTITY_TEST_LOSS
    };
    static const struct {
        finder *find;
        int quantity; /* that it speaks of: it is silent where nobody tells that */
    } all[] = {{find_divergence, NOTHING}, {find_dead_layer, DEAD}, {find_symmetry, NOTHING},
        {find_many_dead, DEAD}, {find_large_step_first, UPDATE},
        {find_saturation_first, SATURATED}, {find_vanishing, SIGNAL}, {find_clipping, CLIPPED},
        {find_explosion, SIGNAL}, {find_large_step, UPDATE}, {find_few_dead, DEAD},
        {find_overfitting, TEST}, {find_saturation, SATURATED}, {find_epsilon, NOTHING},
        {find_mild_change, SIGNAL}};
    int count = 0;
    for (size_t i = 0; i < ARRAY_LEN(all) && count < DIAGNOSES_MOST; i++) {
        if (quantity_told(&snapshot->seen, (enum quantity_id)all[i].quantity) &&
            all[i].find(snapshot, &findings[count]))
            count++;
        /* After a divergence the other numbers mean nothing. */
        if (i == 0 && count > 0)
            return count;
    }
    if (count == 0 && quantity_told(&snapshot->seen, QUANTITY_SIGNAL))
        say_healthy(snapshot, &findings[count++]);
    else if (count == 0)
        say_untold(&findings[count++]);
    return count;
}

/* Moving: well below a constant answer, or only on the way there. */
static void say_moving(const struct snapshot *s, struct diagnosis *finding)
{
    const struct learning *p = &s->story.learning;
    bool learns = p->now.loss < 0.9 * p->constant;
    bool above = s->seen.epoch_steps == 1 && !(s->seen.loss < p->constant);
    SAY(finding, learns && !above ? SEVERITY_GOOD : SEVERITY_WARN,
        learns ? "LEARNING" : "FALLING",
        "since step %" PRIu64 ": mean loss %.3g, constant answer %.3g", p->since.first,
        p->now.loss, p->constant);
    BRIEF(finding, "since step %" PRIu64, p->since.first);
}

static void say_stuck(const struct snapshot *s, struct diagnosis *finding)
{
    const struct learning *p = &s->story.learning;
    bool learnt = p->now.loss < 0.1 * p->constant;
    bool above = s->seen.epoch_steps == 1 && !(s->seen.loss < p->constant);
    SAY(finding, learnt && !above ? SEVERITY_GOOD : SEVERITY_WARN, learnt ? "LEARNT" : "STUCK",
        "since step %" PRIu64 ": mean loss %.3g, constant answer %.3g", p->since.first,
        p->now.loss, p->constant);
    BRIEF(finding, "since step %" PRIu64, p->since.first);
}

bool diagnose_learning(const struct snapshot *snapshot, struct diagnosis *finding)
{
    const struct learning *p = &snapshot->story.learning;
    bool told =
        quantity_told(&snapshot->seen, QUANTITY_LOSS) && snapshot->seen.constant_loss > 0;
    if (!told || snapshot->seen.divergence.kind != DIVERGED_NOT)
        return false;
    switch (p->state) {
    case LEARNING_EARLY:
        SAY(finding, SEVERITY_NOTE, "EARLY",
            "until step %" PRIu64 ": loss %.3g, constant answer %.3g", 2 * p->length - 1,
            snapshot->seen.loss, p->constant);
        BRIEF(finding, "until step %" PRIu64, 2 * p->length - 1);
        break;
    case LEARNING_MOVING:
        say_moving(snapshot, finding);
        break;
    case LEARNING_STUCK:
        say_stuck(snapshot, finding);
        break;
    case LEARNING_WORSE:
        SAY(finding, p->now.loss < p->constant ? SEVERITY_WARN : SEVERITY_BAD, "WORSE",
            "since step %" PRIu64 ": mean loss %.3g to %.3g, constant answer %.3g",
            p->since.first, p->since.loss, p->now.loss, p->constant);
        BRIEF(finding, "since step %" PRIu64, p->since.first);
        break;
    }
    return true;
}
