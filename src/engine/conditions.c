#include "engine/conditions.h"

#include <math.h>

#include "core/reduce.h"
#include "core/training.h"

static enum band band_of(const struct profile *p)
{
    if (p->from == 0 || p->to == 0)
        return BAND_NONE;
    if (p->whole <= 0.01)
        return BAND_VANISHING;
    if (p->whole >= 100)
        return BAND_EXPLODING;
    double low = p->least / p->from, high = p->largest / p->from;
    if (low <= 0.01 || high >= 100)
        return BAND_UNEVEN;
    if (3 * p->whole < 1)
        return BAND_FADING;
    if (p->whole > 3)
        return BAND_GROWING;
    return 3 * low < 1 || high > 3 ? BAND_UNEVEN : BAND_KEPT;
}

struct profile signal_profile(const struct layer_stats *layers, int layer_count)
{
    struct profile p = {.from = layers[layer_count - 1].signal, .to = layers[0].signal};
    for (int l = layer_count - 1; l >= 1; l--) {
        double signal = layers[l - 1].signal;
        if (p.least_at == 0 || signal < p.least) {
            p.least = signal;
            p.least_at = l;
        }
        if (p.largest_at == 0 || signal > p.largest) {
            p.largest = signal;
            p.largest_at = l;
        }
    }
    if (p.from > 0) {
        p.whole = p.to / p.from;
    }
    p.band = band_of(&p);
    return p;
}

double profile_mean(const struct profile *profile, int layer_count)
{
    if (!(profile->from > 0 && profile->to > 0))
        return 0;
    /* By logarithms: the quotient may be below what a double can hold to the last bit. */
    return exp((log(profile->to) - log(profile->from)) / (layer_count - 1));
}

static void choose(struct choice *choice, int now, bool at_once)
{
    if (now == choice->said) {
        choice->run = 0;
        return;
    }
    if (++choice->run < CONDITION_HOLD && !at_once)
        return;
    choice->said = now;
    choice->run = 0;
}

/* Deaths are recorded at the start of an epoch alone. */
static void look_at_units(struct conditions *c, const struct observation *o)
{
    const struct death_toll *toll = &o->toll;
    bool counted = observation_counts(o);
    c->dead = toll->deaths - toll->revivals;
    if (o->step == 0)
        c->born = c->dead_before = c->dead_mark = c->dead;
    if (o->step - c->marked >= CONDITION_WINDOW) {
        c->dead_before = c->dead_mark;
        c->dead_mark = c->dead;
        c->marked = o->step;
    }
    for (int l = 1; counted && l < o->layer_count; l++) {
        if (l == 1)
            c->dead_top = 0;
        if (o->layers[l - 1].dead == o->layers[l - 1].units)
            c->dead_top = l;
    }
    /* With batches the weights go on from the count; a signal shows that it is no longer so. */
    int layer = c->dead_top > 0 && o->layers[c->dead_top - 1].signal > 0 ? 0 : c->dead_top;
    int said = c->dead_layer.said;
    bool back = said > 0 && counted && o->layers[said - 1].dead < o->layers[said - 1].units;
    if (back || (said > 0 && o->layers[said - 1].signal > 0))
        c->dead_layer.said = c->dead_layer.run = 0;
    choose(&c->dead_layer, layer, !c->started);
}

static void judge_units(struct conditions *c, const struct observation *o)
{
    enum life now = c->dead == 0 || c->dead * 10 < o->toll.units ? LIFE_WELL
        : o->toll.born_dead == c->dead                           ? LIFE_BORN_DEAD
        : c->dead > c->born && c->dead >= c->dead_before         ? LIFE_DYING
                                                                 : LIFE_DEAD;
    /* What is since step 0 is so no longer once another unit has died. */
    choose(&c->life, (int)now, !c->started || c->life.said == LIFE_BORN_DEAD);
}

static void look_at_signal(struct conditions *c, const struct observation *o)
{
    struct profile p = signal_profile(o->layers, o->layer_count);
    bool silent = p.from > 0 && p.to == 0;
    c->silent = silent ? c->silent + 1 : 0;
    enum band now = p.band;
    /* A batch of few samples may well leave all units of a layer inactive: ask them all. */
    if (silent && c->dead_top == 0 && (uint64_t)c->silent >= o->epoch_steps)
        now = BAND_VANISHED;
    if (now == BAND_NONE && c->band == BAND_VANISHED)
        c->band = BAND_WAVERING;
    if (now == BAND_NONE)
        return;
    c->band_run = now == c->band_now ? c->band_run + 1 : 1;
    c->band_now = now;
    /* An explosion may end the run in a few steps; where no batch is by chance, it is certain.
     */
    bool sure = c->band == BAND_NONE || (now == BAND_EXPLODING && o->epoch_steps == 1);
    if (sure || c->band_run >= CONDITION_HOLD)
        c->band = now;
    else if (c->band != now)
        c->band = BAND_WAVERING;
}

static double step_norm_of(const struct observation *o, int index)
{
    return o->layers[index].last_update_norm;
}

static double weight_norm_of(const struct observation *o, int index)
{
    return o->layers[index].weight_norm;
}

/* Of all layers together. */
static double norm_of_layers(
    const struct observation *o, double (*norm_of)(const struct observation *o, int index))
{
    double square = 0, norm = 0;
    for (int i = 0; i < o->layer_count; i++)
        square += norm_of(o, i) * norm_of(o, i);
    if (square_is_safe(square))
        return sqrt(square);
    for (int i = 0; i < o->layer_count; i++)
        norm = norm_of_norms((double[]){norm, norm_of(o, i)}, 2);
    return norm;
}

static bool differ(double a, double b)
{
    return a < b || a > b;
}

/* Updates made by another rule tell nothing of clipping. */
static void look_at_rule(struct conditions *c, const struct hparams *hparams)
{
    struct optimizer_settings was = c->rule, now = training_rule(hparams);
    if (was.optimizer == now.optimizer && !differ(was.lr, now.lr) &&
        !differ(was.momentum, now.momentum) && !differ(was.beta1, now.beta1) &&
        !differ(was.beta2, now.beta2) && !differ(was.epsilon, now.epsilon) &&
        !differ(was.weight_decay, now.weight_decay))
        return;
    c->rule = now;
    for (int i = 0; i < CONDITION_WINDOW; i++)
        c->recent.length[i] = -1;
}

/* Of the update that led to this step. */
static void look_at_update(struct conditions *c, const struct observation *o)
{
    double step_norm = norm_of_layers(o, step_norm_of),
           weight_norm = norm_of_layers(o, weight_norm_of);
    int largest = 0;
    for (int i = 0; i < o->layer_count; i++) {
        const struct layer_stats *stats = &o->layers[i];
        if (stats->last_update_ratio.defined &&
            (largest == 0 ||
                stats->last_update_ratio.value >
                    o->layers[largest - 1].last_update_ratio.value))
            largest = i + 1;
    }
    c->update_ratio = -1;
    if (c->started) {
        c->recent.length[(o->step - 1) % CONDITION_WINDOW] = step_norm;
        if (c->weight_norm > 0)
            c->update_ratio = step_norm / c->weight_norm;
    }
    c->weight_norm = weight_norm;
    double ratio = largest > 0 ? o->layers[largest - 1].last_update_ratio.value : 0;
    if (c->large.layer > 0 && o->step - c->large.step > CONDITION_LARGE)
        c->large.layer = 0;
    if (c->started && ratio >= 1 && (c->large.layer == 0 || ratio >= c->large.ratio)) {
        c->large.layer = largest;
        c->large.ratio = ratio;
        c->large.step = o->step;
    }
}

static void look_at_clipping(struct conditions *c, const struct observation *o)
{
    int at = (int)(o->step % CONDITION_WINDOW);
    c->recent.clipped[at] = o->clip.fraction > 0;
    c->recent.length[at] = -1;
    c->recent.count += c->recent.count < CONDITION_WINDOW;
    if (c->recent.clipped[at])
        c->clip = (struct clip_moment){true, o->step, o->clip, o->hparams};
}

void conditions_update(struct conditions *conditions, const struct observation *seen)
{
    struct conditions *c = conditions;
    look_at_units(c, seen);
    judge_units(c, seen);
    look_at_signal(c, seen);
    choose(&c->saturated, seen->saturated >= 0.5, !c->started);
    look_at_update(c, seen);
    look_at_rule(c, &seen->hparams);
    look_at_clipping(c, seen);
    c->started = true;
}

int conditions_clipped(const struct conditions *conditions)
{
    int clipped = 0;
    for (int i = 0; i < conditions->recent.count; i++)
        clipped += conditions->recent.clipped[i];
    return clipped;
}

struct ratio conditions_clipped_length(const struct conditions *conditions)
{
    const struct recent_steps *recent = &conditions->recent;
    double sums[2] = {0, 0};
    int counts[2] = {0, 0};
    for (int i = 0; i < recent->count; i++) {
        if (recent->length[i] < 0)
            continue;
        sums[recent->clipped[i]] += recent->length[i];
        counts[recent->clipped[i]]++;
    }
    if (counts[0] < 5 || counts[1] < 5 || !(sums[0] > 0))
        return (struct ratio){0, false};
    return (struct ratio){sums[1] / counts[1] / (sums[0] / counts[0]), true};
}
