#include "ledger.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/looks.h"
#include "engine/preset.h"
#include "suites.h"

void ledger_open(struct ledger *g, const char *settings, const char *preset)
{
    struct hparams hparams = hparams_of(settings);
    if (preset)
        preset_apply(preset_find(preset, NULL), &hparams);
    memset(g, 0, sizeof *g);
    (void)snprintf(g->settings, sizeof g->settings, "%s%s", preset ? preset : "", settings);
    g->session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert_ptr_nonnull(g->session);
    snapshot_init(&g->snapshot);
    g->constant = g->session->run->training->seen.constant_loss;
}

void ledger_close(struct ledger *g)
{
    snapshot_clear(&g->snapshot);
    session_destroy(g->session);
}

double ledger_signal(const struct training *t, int layer)
{
    return t->network->layers[layer - 1].delta_norm / sqrt((double)t->seen.samples);
}

/* By the words of conditions.h, from the norms themselves. */
static enum band band_of(const struct training *t)
{
    int output = t->network->layer_count;
    double out = ledger_signal(t, output), one = ledger_signal(t, 1), low = INFINITY, high = 0;
    for (int l = 1; l < output; l++) {
        low = fmin(low, ledger_signal(t, l));
        high = fmax(high, ledger_signal(t, l));
    }
    if (out == 0 || one == 0)
        return BAND_NONE;
    if (one / out <= 0.01)
        return BAND_VANISHING;
    if (one / out >= 100)
        return BAND_EXPLODING;
    if (low / out <= 0.01 || high / out >= 100)
        return BAND_UNEVEN;
    if (3 * (one / out) < 1)
        return BAND_FADING;
    if (one / out > 3)
        return BAND_GROWING;
    return 3 * (low / out) < 1 || high / out > 3 ? BAND_UNEVEN : BAND_KEPT;
}

/* Nothing arrives, for an epoch, and no layer whose units are all dead is in the way. */
static void note_silence(struct ledger *g)
{
    const struct training *t = g->session->run->training;
    int dead[DEPTH_MOST] = {0}, at = g->steps - 1;
    bool silent = ledger_signal(t, 1) == 0 && ledger_signal(t, t->network->layer_count) > 0;
    g->silent = silent ? g->silent + 1 : 0;
    if (t->step % training_epoch_steps(t) == 0) {
        g->dead_layer = false;
        for (int64_t i = 0; i < (int64_t)t->census.depth * t->census.width; i++) {
            int *count = &dead[i / t->census.width];
            *count += t->census.units[i].died_at >= 0;
            g->dead_layer = g->dead_layer || *count == t->census.width;
        }
    }
    if (silent && !g->dead_layer && g->silent >= (int)training_epoch_steps(t))
        g->band[at] = BAND_VANISHED;
    if (silent)
        g->silence[at] = true;
}

bool ledger_note(struct ledger *g)
{
    struct session *session = g->session;
    const struct training *t = session->run->training;
    ck_assert(run_evaluate(session->run, false));
    ck_assert(snapshot_take(&g->snapshot, session, NULL));
    if (run_diverged(session->run))
        return false;
    int at = g->steps++;
    ck_assert_uint_eq(t->step, (uint64_t)at);
    g->loss[at] = t->seen.loss;
    g->clipped[at] = t->seen.clip.fraction > 0;
    g->scale[at] = t->seen.clip.scale;
    g->before[at] = t->seen.clip.norm_before;
    g->after[at] = t->seen.clip.norm_after;
    g->band[at] = band_of(t);
    note_silence(g);
    for (int64_t i = 0; i < (int64_t)t->census.depth * t->census.width; i++)
        g->dead[at] += t->census.units[i].died_at >= 0;
    return true;
}

void ledger_update(struct ledger *g)
{
    struct training *t = g->session->run->training;
    int at = g->steps - 1;
    double steps = 0, weights = 0;
    run_update(g->session->run);
    g->largest[at] = -1;
    for (int i = 0; i < t->network->layer_count; i++) {
        double length = t->network->layers[i].step_norm, weight = t->seen.layers[i].weight_norm;
        steps = hypot(steps, length);
        weights = hypot(weights, weight);
        if (weight > 0 && length / weight > g->largest[at]) {
            g->largest[at] = length / weight;
            g->largest_layer[at] = i + 1;
        }
    }
    g->length[at] = steps;
    g->ratio[at] = weights > 0 ? steps / weights : -1;
}
