#include "engine/alert.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static const char *const labels[] = {
    [ALERT_BORN_DEAD] = "BORN DEAD",
    [ALERT_DEATH] = "FIRST DEATH",
    [ALERT_HALF_DEAD] = "HALF DEAD",
    [ALERT_CLIPPING] = "CLIPPING",
    [ALERT_LEARNING] = "LEARNING",
    [ALERT_DIVERGED] = "DIVERGED",
};
_Static_assert(ARRAY_LEN(labels) == ALERT_KINDS, "a label for each kind");

const char *alert_label(enum alert_kind kind)
{
    return labels[kind];
}

static void raise_alert(
    struct alerts *alerts, const struct training *training, struct alert alert)
{
    alert.step = training->step;
    alerts->recent[alerts->total++ % ALERTS_KEPT] = alert;
}

static double entropy_term(double p)
{
    return p > 0 ? -p * log(p) : 0;
}

double constant_loss(enum loss loss, const struct dataset *data)
{
    double sum = 0;
    int outputs = loss_outputs(loss, data->classes);
    for (int j = 0; j < outputs; j++) {
        int64_t count = 0;
        for (int s = 0; s < data->samples; s++)
            count += loss_target(data->labels[s], outputs, j) > 0.5;
        double p = (double)count / data->samples;
        if (loss == LOSS_MSE)
            sum += p * (1 - p) / outputs;
        else if (loss == LOSS_BCE)
            sum += (entropy_term(p) + entropy_term(1 - p)) / outputs;
        else
            sum += entropy_term(p);
    }
    return sum;
}

static void look_for_deaths(struct alerts *alerts, const struct training *training)
{
    const struct census *census = &training->census;
    if (training->step == 0 && census->dead_total > 0)
        raise_alert(alerts, training,
            (struct alert){.kind = ALERT_BORN_DEAD,
                .count = census->dead_total,
                .of = (int64_t)census->depth * census->width});
    if (alerts->died || census->last_death <= 0)
        return;
    struct alert alert = {.kind = ALERT_DEATH};
    for (int64_t i = 0; i < (int64_t)census->depth * census->width; i++) {
        if (census->units[i].died_at != census->last_death)
            continue;
        if (alert.count++ == 0) {
            alert.layer = (int)(i / census->width) + 1;
            alert.unit = (int)(i % census->width) + 1;
        }
    }
    alerts->died = true;
    raise_alert(alerts, training, alert);
}

/* Layers that come to it at the same step share an alert. */
static void look_for_half_dead(struct alerts *alerts, const struct training *training)
{
    const struct census *census = &training->census;
    struct alert alert = {.kind = ALERT_HALF_DEAD, .of = census->depth};
    for (int l = 0; l < census->depth && l < DEPTH_MOST; l++) {
        if (4 * census->dead[l] < census->width)
            alerts->half_dead[l] = false;
        if (alerts->half_dead[l] || 2 * census->dead[l] < census->width)
            continue;
        alerts->half_dead[l] = true;
        if (alert.count++ == 0)
            alert.layer = l + 1;
    }
    if (alert.count > 0)
        raise_alert(alerts, training, alert);
}

static void look_for_clipping(struct alerts *alerts, const struct training *training)
{
    if (!(training->clip.fraction > 0))
        return;
    bool begins =
        alerts->clipped_at == 0 || training->step - (alerts->clipped_at - 1) > ALERT_QUIET;
    alerts->clipped_at = training->step + 1;
    if (begins)
        raise_alert(alerts, training,
            (struct alert){.kind = ALERT_CLIPPING,
                .value = training->clip.norm_before,
                .limit = training->hparams.clip_at});
}

/* Once an epoch: only then has every sample been asked. */
static void look_for_learning(struct alerts *alerts, const struct training *training)
{
    uint64_t epoch = training_epoch_steps(training), part = training->step % epoch;
    if (!alerts->started)
        alerts->constant = constant_loss(training->loss, training->data);
    if (part == 0)
        alerts->loss = 0;
    alerts->loss += (training->batch_loss - alerts->loss) / (double)(part + 1);
    if (part + 1 < epoch)
        return;
    if (!(alerts->loss > alerts->constant))
        alerts->above = 0;
    else if (alerts->above < ALERT_QUIET)
        alerts->above += (int)epoch;
    if (alerts->above >= ALERT_QUIET)
        alerts->learning = false;
    if (alerts->learning || !(alerts->loss < 0.9 * alerts->constant))
        return;
    alerts->learning = true;
    raise_alert(alerts, training,
        (struct alert){
            .kind = ALERT_LEARNING, .value = alerts->loss, .limit = alerts->constant});
}

void alerts_update(struct alerts *alerts, const struct training *training)
{
    if (training->divergence.kind != DIVERGED_NOT) {
        raise_alert(alerts, training,
            (struct alert){.kind = ALERT_DIVERGED,
                .layer = training->divergence.layer,
                .unit = training->divergence.unit});
        return;
    }
    if (training->step % training_epoch_steps(training) == 0) {
        look_for_deaths(alerts, training);
        look_for_half_dead(alerts, training);
    }
    look_for_clipping(alerts, training);
    look_for_learning(alerts, training);
    alerts->started = true;
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
            "%" PRId64 " of %" PRId64 " units are dead before the first step", alert->count,
            alert->of);
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
    case ALERT_DIVERGED:
    case ALERT_KINDS:
        if (alert->layer > 0)
            (void)snprintf(text, size, "not finite, first in layer %d", alert->layer);
        else
            (void)snprintf(text, size, "the loss is not finite");
        break;
    }
}
