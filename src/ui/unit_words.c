#include "ui/unit_words.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "core/optimizer.h"

enum { NUMBER = 24 };

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

static double percent(int count, const struct unit_detail *u)
{
    return 100.0 * count / u->samples;
}

static const struct unit_view *view_of(const struct snapshot *s)
{
    return &s->units[(ptrdiff_t)(s->unit.layer - 1) * s->hparams.width + s->unit.unit - 1];
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
    else if (u->hidden)
        verdict.state = (enum unit_state)view_of(s)->state;
    if (u->hidden || verdict.state != UNIT_ALIVE)
        verdict.label = labels[verdict.state];
    return verdict;
}

static void say_dead(const struct snapshot *s, char *text)
{
    const struct unit_detail *u = &s->unit;
    char largest[NUMBER], since[40] = "";
    unit_number(u->z.maximum, largest, sizeof largest);
    if (u->record.died_at >= 0)
        (void)snprintf(since, sizeof since, ", since step %" PRId64, u->record.died_at);
    SAY(text, "z %s 0 on all %d samples, the largest %s%s.", u->z.maximum < 0 ? "<" : "≤",
        u->samples, largest, since);
}

static void say_saturation(const struct unit_detail *u, char *text)
{
    SAY(text, "The slope is below 5 %% of its maximum on %d of %d samples (%.0f %%).", u->flat,
        u->samples, percent(u->flat, u));
}

static void say_output(const struct unit_detail *u, char *text)
{
    char low[NUMBER], high[NUMBER];
    unit_number(u->z.minimum, low, sizeof low);
    unit_number(u->z.maximum, high, sizeof high);
    SAY(text, "No activation: the loss reads its z, which lies between %s and %s.", low, high);
}

void unit_say_now(const struct snapshot *s, char text[UNIT_WORDS])
{
    const struct unit_detail *u = &s->unit;
    struct unit_verdict verdict = unit_verdict_of(s);
    enum activity activity = unit_activity(&s->activation);
    if (verdict.state == UNIT_NOT_FINITE)
        SAY(text, "z is not finite on %d of %d samples.", (int)(u->z.nans + u->z.infinities),
            u->samples);
    else if (!u->hidden)
        say_output(u, text);
    else if (verdict.state == UNIT_DEAD)
        say_dead(s, text);
    else if (activity == ACTIVITY_SLOPED)
        say_saturation(u, text);
    else if (activity == ACTIVITY_NONZERO && u->active == u->samples)
        SAY(text, "Active on all %d samples: for these it is linear.", u->samples);
    else if (activity == ACTIVITY_NONZERO)
        SAY(text, "Active on %d of %d samples (%.*f %%); on the others its slope is 0.",
            u->active, u->samples, percent(u->active, u) < 1 ? 1 : 0, percent(u->active, u));
    else
        SAY(text, "z > 0 on %d of %d samples (%.0f %%).", u->positive, u->samples,
            percent(u->positive, u));
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
            "%s did not touch its weights: the layers before it moved. Until then its largest "
            "z was %s.",
            when, peak);
    else
        SAY(text,
            "%s moved the bias by %s and a weight by up to %s. Until then its largest z was "
            "%s.",
            when, bias, weight, peak);
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
            SAY(text, "It was silent when %s was chosen.", s->activation.name);
        else
            say_killer(r, text);
    } else if (r->revived_at >= 0) {
        SAY(text, "It was dead and came back at step %" PRId64 "%s.", r->revived_at,
            r->revivals > 1 ? ", not for the first time" : "");
    }
}

/* Whether the optimizer moves parameters whose gradient is 0. */
static bool drifts(const struct hparams *h)
{
    return h->weight_decay > 0 ||
        (optimizer_keeps((enum optimizer)h->optimizer) & OPTIMIZER_KEEPS_M);
}

static void say_return(const struct snapshot *s, char *text)
{
    const char *optimizer = optimizer_name(s->hparams.optimizer);
    bool first = s->unit.layer == 1;
    if (drifts(&s->hparams))
        SAY(text,
            "δ = 0 on every sample, but %s still moves its weights for a while: it can come "
            "back.",
            s->hparams.weight_decay > 0 ? "weight decay" : optimizer);
    else if (first)
        SAY(text,
            "δ = 0 on every sample and its inputs are the data: under %s nothing moves it.",
            optimizer);
    else
        SAY(text,
            "δ = 0 on every sample: it comes back only if the layers before it change its "
            "inputs.");
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
    else if (unit_activity(&s->activation) == ACTIVITY_POSITIVE)
        SAY(text, "Its mean slope is %s. %s has no flat side: its units cannot die.", slope,
            s->activation.name);
    else
        SAY(text, "Its mean slope is %s of at most %.4g: the share of δ that passes.", slope,
            s->activation.max_slope);
}
