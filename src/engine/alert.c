#include "engine/alert.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "core/text.h"
#include "engine/overfitting.h"

static const char *const labels[] = {
    [ALERT_BORN_DEAD] = "BORN DEAD",
    [ALERT_DEATH] = "FIRST DEATH",
    [ALERT_HALF_DEAD] = "HALF DEAD",
    [ALERT_CLIPPING] = "CLIPPING",
    [ALERT_LEARNING] = "LEARNING",
    [ALERT_OVERFITTING] = "OVERFITTING",
    [ALERT_DIVERGED] = "DIVERGED",
};
_Static_assert(ARRAY_LEN(labels) == ALERT_KINDS, "a label for each kind");

const char *alert_label(enum alert_kind kind)
{
    return labels[kind];
}

const char *alert_name(int index)
{
    static const char *const names[] = {
        [ALERT_BORN_DEAD] = "born_dead",
        [ALERT_DEATH] = "first_death",
        [ALERT_HALF_DEAD] = "half_dead",
        [ALERT_CLIPPING] = "clipping",
        [ALERT_LEARNING] = "learning",
        [ALERT_OVERFITTING] = "overfitting",
        [ALERT_DIVERGED] = "diverged",
    };
    _Static_assert(ARRAY_LEN(names) == ALERT_KINDS, "a name for each kind");
    return index >= 0 && index < ALERT_KINDS ? names[index] : NULL;
}

static void raise_alert(
    struct alerts *alerts, const struct observation *seen, struct alert alert)
{
    alert.step = seen->step;
    if (alerts->first[alert.kind] == 0)
        alerts->first[alert.kind] = seen->step + 1;
    alerts->recent[alerts->total++ % ALERTS_KEPT] = alert;
}

static void look_for_deaths(struct alerts *alerts, const struct observation *seen)
{
    const struct death_toll *toll = &seen->toll;
    if (seen->step == 0 && toll->dead > 0)
        raise_alert(alerts, seen,
            (struct alert){.kind = ALERT_BORN_DEAD, .count = toll->dead, .of = toll->units});
    if (alerts->died || toll->last_death <= 0)
        return;
    alerts->died = true;
    raise_alert(alerts, seen,
        (struct alert){.kind = ALERT_DEATH,
            .layer = toll->last_layer,
            .unit = toll->last_unit,
            .count = toll->last_count});
}

/* Layers that come to it at the same step share an alert. */
static void look_for_half_dead(struct alerts *alerts, const struct observation *seen)
{
    int depth = seen->layer_count - 1;
    struct alert alert = {.kind = ALERT_HALF_DEAD, .of = depth};
    for (int l = 0; l < depth && l < DEPTH_MOST; l++) {
        int dead = seen->layers[l].dead, units = seen->layers[l].units;
        if (4 * dead < units)
            alerts->half_dead[l] = false;
        if (alerts->half_dead[l] || 2 * dead < units)
            continue;
        alerts->half_dead[l] = true;
        if (alert.count++ == 0)
            alert.layer = l + 1;
    }
    if (alert.count > 0)
        raise_alert(alerts, seen, alert);
}

static void look_for_clipping(struct alerts *alerts, const struct observation *seen)
{
    if (!(seen->clip.fraction > 0))
        return;
    bool begins =
        alerts->clipped_at == 0 || seen->step - (alerts->clipped_at - 1) > ALERT_QUIET;
    alerts->clipped_at = seen->step + 1;
    if (begins)
        raise_alert(alerts, seen,
            (struct alert){.kind = ALERT_CLIPPING,
                .value = seen->clip.norm_before,
                .limit = seen->hparams.clip_at});
}

/* Once an epoch: only then has every sample been asked. */
static void look_for_learning(struct alerts *alerts, const struct observation *seen)
{
    uint64_t epoch = seen->epoch_steps, part = seen->step % epoch;
    double constant = seen->constant_loss;
    if (part == 0)
        alerts->loss = 0;
    alerts->loss += (seen->loss - alerts->loss) / (double)(part + 1);
    if (part + 1 < epoch)
        return;
    if (!(alerts->loss > constant))
        alerts->above = 0;
    else if (alerts->above < ALERT_QUIET)
        alerts->above += (int)epoch;
    if (alerts->above >= ALERT_QUIET)
        alerts->learning = false;
    if (alerts->learning || !(alerts->loss < 0.9 * constant))
        return;
    alerts->learning = true;
    raise_alert(alerts, seen,
        (struct alert){.kind = ALERT_LEARNING, .value = alerts->loss, .limit = constant});
}

void alerts_update(struct alerts *alerts, const struct observation *seen)
{
    if (seen->divergence.kind != DIVERGED_NOT) {
        raise_alert(alerts, seen,
            (struct alert){.kind = ALERT_DIVERGED,
                .layer = seen->divergence.layer,
                .unit = seen->divergence.unit});
        return;
    }
    if (observation_counts(seen)) {
        look_for_deaths(alerts, seen);
        look_for_half_dead(alerts, seen);
    }
    look_for_clipping(alerts, seen);
    look_for_learning(alerts, seen);
}

void alerts_overfit(struct alerts *alerts, const struct observation *seen,
    const struct overfitting *overfitting)
{
    raise_alert(alerts, seen,
        (struct alert){.kind = ALERT_OVERFITTING,
            .value = overfitting->now.test,
            .limit = overfitting->lowest,
            .at = overfitting->lowest_step});
}

const struct alert *alerts_recent(const struct alerts *alerts, int back)
{
    if (back < 0 || back >= ALERTS_KEPT || (uint64_t)back >= alerts->total)
        return NULL;
    return &alerts->recent[(alerts->total - 1 - (uint64_t)back) % ALERTS_KEPT];
}

void alert_text(const struct alert *alert, char *text, size_t size)
{
    switch (alert->kind) {
    case ALERT_BORN_DEAD:
        (void)snprintf(text, size,
            "%" PRId64 " of %" PRId64 " unit%s %s dead before the first step", alert->count,
            alert->of, PLURAL(alert->of), alert->count == 1 ? "is" : "are");
        break;
    case ALERT_DEATH:
        if (alert->count > 1)
            (void)snprintf(text, size, "%" PRId64 " units, among them unit %d of layer %d",
                alert->count, alert->unit, alert->layer);
        else
            (void)snprintf(text, size, "unit %d of layer %d", alert->unit, alert->layer);
        break;
    case ALERT_HALF_DEAD:
        if (alert->count > 1)
            (void)snprintf(text, size,
                "half of the units or more, in %" PRId64 " layers, the lowest is %d",
                alert->count, alert->layer);
        else
            (void)snprintf(text, size, "half of the units of layer %d, or more", alert->layer);
        break;
    case ALERT_CLIPPING:
        (void)snprintf(
            text, size, "gradient norm %.3g, threshold %.3g", alert->value, alert->limit);
        break;
    case ALERT_LEARNING:
        (void)snprintf(text, size, "mean loss %.3g, below a constant answer's %.3g",
            alert->value, alert->limit);
        break;
    case ALERT_OVERFITTING:
        (void)snprintf(text, size, "mean test loss %.3g, lowest was %.3g at step %" PRIu64,
            alert->value, alert->limit, alert->at);
        break;
    case ALERT_DIVERGED:
    case ALERT_KINDS:
        if (alert->layer > 0)
            (void)snprintf(text, size, "not finite, first in layer %d", alert->layer);
        else
            (void)snprintf(text, size, "the loss is not finite");
        break;
    }
}
