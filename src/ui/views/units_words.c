#include "ui/views/units.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "core/optimizer.h"

enum { NUMBER = 24, SHARE = 64 };

#define SAY(text, ...) (void)snprintf(text, UNIT_WORDS, __VA_ARGS__)

void unit_number(double value, char *text, size_t size)
{
    double magnitude = fabs(value);
    if (value == 0 || !isfinite(value))
        (void)snprintf(text, size, "%g", value == 0 ? 0 : value);
    else if (magnitude < 0.001 || magnitude >= 99999.5)
        (void)snprintf(text, size, "%.1e", value);
    else if (magnitude < 0.0995)
        (void)snprintf(text, size, "%.2g", value);
    else
        (void)snprintf(text, size, "%.*f",
            magnitude < 9.995       ? 2
                : magnitude < 99.95 ? 1
                                    : 0,
            value);
}

/* "150 of 200 samples (75 %)": never 0 % of some, nor 100 % of less than all. */
static void write_share(int count, const struct unit_detail *u, char text[SHARE])
{
    double percent = 100.0 * count / u->samples;
    int used = snprintf(text, SHARE, "%d of %d samples", count, u->samples);
    if ((percent > 0 && percent < 0.1) || (percent < 100 && percent > 99.9))
        (void)snprintf(text + used, SHARE - (size_t)used, " (%s 0.1 %%)",
            percent < 50 ? "<" : "all but <");
    else
        (void)snprintf(text + used, SHARE - (size_t)used, " (%.*f %%)",
            (percent > 0 && percent < 1) || (percent > 99 && percent < 100), percent);
}

static const struct unit_stats *view_of(const struct snapshot *s)
{
    return &s->units[snapshot_units_from(s, s->unit.layer) + s->unit.unit - 1];
}

struct unit_verdict unit_verdict_of(const struct snapshot *s)
{
    static const char *const labels[UNIT_STATES] = {[UNIT_ALIVE] = "ALIVE",
        [UNIT_RARE] = "RARELY ACTIVE",
        [UNIT_DEAD] = "DEAD",
        [UNIT_SATURATED] = "SATURATED",
        [UNIT_NOT_FINITE] = "NOT FINITE"};
    const struct unit_detail *u = &s->unit;
    struct unit_verdict verdict = {"OUTPUT", UNIT_ALIVE};
    if (u->z.nans + u->z.infinities > 0)
        verdict.state = UNIT_NOT_FINITE;
    else if (u->hidden && s->units)
        verdict.state = (enum unit_state)view_of(s)->state;
    if (u->hidden || verdict.state != UNIT_ALIVE)
        verdict.label = labels[verdict.state];
    return verdict;
}

/* With batches it may have been active between two counts. */
static void say_dead(const struct snapshot *s, char *text)
{
    const struct unit_detail *u = &s->unit;
    bool always = s->seen.samples == s->seen.data_samples;
    char largest[NUMBER], since[60] = "";
    unit_number(u->z.maximum, largest, sizeof largest);
    if (u->record.died_at >= 0)
        (void)snprintf(since, sizeof since, ", %s step %" PRId64,
            always ? "since" : "in every count since", u->record.died_at);
    SAY(text, "z %s 0 on all %d samples, the largest %s%s.", u->z.maximum < 0 ? "<" : "≤",
        u->samples, largest, since);
}

static void say_saturation(const struct unit_detail *u, char *text)
{
    char share[SHARE];
    write_share(u->flat, u, share);
    SAY(text, "The slope is below 5 %% of its maximum on %s.", share);
}

/* Of units that neither die nor saturate by definition. */
static void say_sides(const struct snapshot *s, char *text)
{
    const struct unit_detail *u = &s->unit;
    char share[SHARE];
    write_share(u->positive, u, share);
    if (s->seen.activation.fades && u->flat > 0)
        SAY(text, "z > 0 on %s; on %d the slope is below 5 %% of its maximum.", share, u->flat);
    else
        SAY(text, "z > 0 on %s.", share);
}

static void say_output(const struct snapshot *s, char *text)
{
    const struct unit_detail *u = &s->unit;
    char low[NUMBER], high[NUMBER];
    unit_number(u->z.minimum, low, sizeof low);
    unit_number(u->z.maximum, high, sizeof high);
    SAY(text, "%s its z, which lies between %s and %s.",
        observation_output_bends(&s->seen) ? "The loss reads the sigmoid of"
                                           : "No activation: the loss reads",
        low, high);
}

static void say_activity(const struct unit_detail *u, char *text)
{
    char share[SHARE];
    write_share(u->active, u, share);
    SAY(text, "Active on %s; on the others its slope is 0.", share);
}

void unit_say_now(const struct snapshot *s, char text[UNIT_WORDS])
{
    const struct unit_detail *u = &s->unit;
    struct unit_verdict verdict = unit_verdict_of(s);
    enum activity activity = unit_activity(&s->seen.activation);
    if (verdict.state == UNIT_NOT_FINITE)
        SAY(text, "z is not finite on %d of %d samples.", (int)(u->z.nans + u->z.infinities),
            u->samples);
    else if (!u->hidden)
        say_output(s, text);
    else if (verdict.state == UNIT_DEAD)
        say_dead(s, text);
    else if (activity == ACTIVITY_SLOPED)
        say_saturation(u, text);
    else if (activity == ACTIVITY_NONZERO && u->active == u->samples)
        SAY(text, "Active on all %d samples: for these it is linear.", u->samples);
    else if (activity == ACTIVITY_NONZERO)
        say_activity(u, text);
    else
        say_sides(s, text);
}

/* The updates between the last count that found it alive and the first that did not. */
static void say_killer(const struct unit_record *r, char *text)
{
    char bias[NUMBER], weight[NUMBER], peak[NUMBER], when[60];
    unit_number(r->bias_change, bias, sizeof bias);
    unit_number(r->weight_change, weight, sizeof weight);
    unit_number(r->peak, peak, sizeof peak);
    int64_t updates = r->died_at - r->alive_at;
    if (updates == 1)
        (void)snprintf(when, sizeof when, "The update that killed it");
    else
        (void)snprintf(when, sizeof when, "The %" PRId64 " updates in which it died", updates);
    if (r->bias_change == 0 && r->weight_change == 0)
        SAY(text,
            "%s did not touch its weights: the layers before it moved. Before, its largest z "
            "was %s.",
            when, peak);
    else
        SAY(text,
            "%s moved the bias by %s and a weight by up to %s%s. Before, its largest z "
            "was %s.",
            when, bias, weight, updates == 1 ? "" : " in one", peak);
}

void unit_say_cause(const struct snapshot *s, char text[UNIT_WORDS])
{
    const struct unit_detail *u = &s->unit;
    const struct unit_record *r = &u->record;
    text[0] = '\0';
    if (!u->hidden)
        return;
    if (unit_verdict_of(s).state == UNIT_DEAD) {
        if (r->died_at == 0)
            SAY(text,
                "It was dead before the first step: so its initial weights and bias are.");
        else if (r->died_at < 0)
            SAY(text,
                "It has fallen silent in this epoch; deaths are recorded at the start of "
                "each.");
        else if (r->alive_at < 0)
            SAY(text, "It was silent when %s was chosen.", s->seen.activation.name);
        else
            say_killer(r, text);
    } else if (r->revived_at >= 0) {
        SAY(text, "It was dead and came back at step %" PRId64 "%s.", r->revived_at,
            r->revivals > 1 ? ", not for the first time" : "");
    }
}

static bool keeps_m(const struct hparams *h)
{
    return optimizer_keeps((enum optimizer)h->optimizer) & OPTIMIZER_KEEPS_M;
}

/*
 * Whether nothing can move its inputs: below a layer of dead units no gradient arrives, so that
 * layer and those before it stand still, unless the optimizer remembers older gradients.
 */
static bool cut_off(const struct snapshot *s)
{
    if (keeps_m(&s->seen.hparams) || s->seen.hparams.weight_decay > 0)
        return false;
    /* From the layer before it up to the last hidden one. */
    for (int i = s->unit.layer > 1 ? s->unit.layer - 2 : 0; i < s->seen.layer_count - 1; i++) {
        if (s->seen.layers[i].dead == s->seen.layers[i].units)
            return true;
    }
    return false;
}

#define SILENT "δ = 0 on every sample"
#define BY_INPUTS "it comes back only if the layers before it change its inputs."

/* Of a dead unit that weight decay or momentum moves all the same. */
static void say_drift(const struct snapshot *s, char *text)
{
    const struct hparams *h = &s->seen.hparams;
    bool decays = h->weight_decay > 0, first = s->unit.layer == 1;
    if (decays &&
        optimizer_decay_factor((enum optimizer)h->optimizer, h->lr, h->weight_decay) >= 0)
        /* Each parameter by the same factor, so z too: that of layer 1 keeps its sign. */
        SAY(text, SILENT "; weight decay shrinks weights and bias alike: %s",
            first ? "z does not rise above 0." : BY_INPUTS);
    else
        SAY(text, SILENT ", but %s still moves its weights%s: it can come back.",
            decays ? "weight decay" : optimizer_name(h->optimizer),
            decays ? "" : " for a while");
}

static void say_return(const struct snapshot *s, char *text)
{
    const struct unit_detail *u = &s->unit;
    const char *optimizer = optimizer_name(s->seen.hparams.optimizer);
    if (s->seen.divergence.kind != DIVERGED_NOT)
        SAY(text, "Training has diverged: nothing moves it any more.");
    else if (u->breaks)
        SAY(text, SILENT ": the next update makes its weights not finite.");
    else if (u->moves)
        say_drift(s, text);
    else if (u->layer > 1 && !cut_off(s))
        SAY(text, SILENT ": " BY_INPUTS);
    else if (u->remembers)
        SAY(text, SILENT "; what %s remembers is too small to move its weights.", optimizer);
    else if (u->layer > 1)
        SAY(text,
            SILENT " and no signal gets past a dead layer: under %s nothing moves it or its "
                   "inputs.",
            optimizer);
    else
        SAY(text, SILENT " and its inputs are the data: under %s nothing moves it.", optimizer);
}

/* Of an activation that is flat nowhere on the left. */
static void say_slope(const struct snapshot *s, const char *mean, char *text)
{
    const char *name = s->seen.activation.name;
    if (s->seen.activation.fades)
        SAY(text,
            "Its slope multiplies δ: %s in the mean. Far below z = 0 that of %s falls to 0: a "
            "unit there hardly learns.",
            mean, name);
    else if (s->seen.hparams.activation == ACTIVATION_LEAKY_RELU)
        SAY(text, "Its slope multiplies δ: %s in the mean, and never below %.3g.", mean,
            s->seen.hparams.leaky_slope);
    else
        SAY(text, "Its slope multiplies δ: %s in the mean.", mean);
}

void unit_say_outlook(const struct snapshot *s, char text[UNIT_WORDS])
{
    const struct unit_detail *u = &s->unit;
    enum unit_state state = unit_verdict_of(s).state;
    char slope[NUMBER];
    text[0] = '\0';
    if (!u->hidden || state == UNIT_NOT_FINITE)
        return;
    unit_number(u->mean_slope, slope, sizeof slope);
    if (state == UNIT_DEAD)
        say_return(s, text);
    else if (unit_activity(&s->seen.activation) == ACTIVITY_POSITIVE)
        say_slope(s, slope, text);
    else
        SAY(text, "Its slope multiplies δ: %s in the mean, at most %.4g.", slope,
            s->seen.activation.max_slope);
}
