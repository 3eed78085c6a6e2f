#include "engine/conditions.h"

#include <math.h>

#include "core/activation.h"
#include "core/optimizer.h"

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
static void look_at_units(struct conditions *c, const struct training *t)
{
    const struct census *census = &t->census;
    bool counted = t->step % training_epoch_steps(t) == 0;
    c->dead = census->deaths - census->revivals;
    if (t->step == 0)
        c->born = c->dead_before = c->dead_mark = c->dead;
    if (t->step - c->marked >= CONDITION_WINDOW) {
        c->dead_before = c->dead_mark;
        c->dead_mark = c->dead;
        c->marked = t->step;
    }
    for (int l = 1; counted && l <= census->depth; l++) {
        if (l == 1)
            c->dead_top = 0;
        if (census->dead[l - 1] == census->width)
            c->dead_top = l;
    }
    /* With batches the weights go on from the count; a signal shows that it is no longer so. */
    int layer = c->dead_top > 0 && t->stats[c->dead_top - 1].signal > 0 ? 0 : c->dead_top;
    int said = c->dead_layer.said;
    bool back = said > 0 && counted && census->dead[said - 1] < census->width;
    if (back || (said > 0 && t->stats[said - 1].signal > 0))
        c->dead_layer.said = c->dead_layer.run = 0;
    choose(&c->dead_layer, layer, !c->started);
}

static bool all_since_birth(const struct conditions *c, const struct training *t)
{
    int64_t born = 0;
    for (int64_t i = 0; i < (int64_t)t->census.depth * t->census.width; i++)
        born += t->census.units[i].died_at == 0;
    return born == c->dead;
}

static void judge_units(struct conditions *c, const struct training *t)
{
    int64_t units = (int64_t)t->census.depth * t->census.width;
    enum life now = c->dead == 0 || c->dead * 10 < units ? LIFE_WELL
        : all_since_birth(c, t)                          ? LIFE_BORN_DEAD
        : c->dead > c->born && c->dead >= c->dead_before ? LIFE_DYING
                                                         : LIFE_DEAD;
    /* What is since step 0 is so no longer once another unit has died. */
    choose(&c->life, (int)now, !c->started || c->life.said == LIFE_BORN_DEAD);
}

static void look_at_signal(struct conditions *c, const struct training *t)
{
    struct profile p = signal_profile(t->stats, t->network->layer_count);
    bool silent = p.from > 0 && p.to == 0;
    c->silent = silent ? c->silent + 1 : 0;
    enum band now = p.band;
    /* A batch of few samples may well leave all units of a layer inactive: ask them all. */
    if (silent && c->dead_top == 0 && (uint64_t)c->silent >= training_epoch_steps(t))
        now = BAND_VANISHED;
    if (now == BAND_NONE && c->band == BAND_VANISHED)
        c->band = BAND_WAVERING;
    if (now == BAND_NONE)
        return;
    c->band_run = now == c->band_now ? c->band_run + 1 : 1;
    c->band_now = now;
    /* An explosion may end the run in a few steps; where no batch is by chance, it is certain.
     */
    bool sure = c->band == BAND_NONE || (now == BAND_EXPLODING && training_epoch_steps(t) == 1);
    if (sure || c->band_run >= CONDITION_HOLD)
        c->band = now;
    else if (c->band != now)
        c->band = BAND_WAVERING;
}

static bool all_equal(const double *values, int count, ptrdiff_t stride)
{
    for (int i = 1; i < count; i++) {
        if (!(values[i * stride] == values[0]))
            return false;
    }
    return true;
}

/*
 * Whether all units of a hidden layer (0-based) have the same weights and biases, in and out.
 * Then the same happens to all of them for ever; so the first step settles the question, and
 * later ones look at one row each.
 */
static bool is_symmetric(const struct training *t, int index, bool whole)
{
    const struct layer *layer = &t->network->layers[index], *above = layer + 1;
    uint64_t turn = t->step;
    if (layer->n_out < 2)
        return false;
    for (int i = 0; i <= layer->n_in; i++) {
        if (!whole && (uint64_t)i != turn % ((uint64_t)layer->n_in + 1))
            continue;
        if (!all_equal(layer->parameters + i * layer->stride, layer->n_out, 1))
            return false;
    }
    for (int o = 0; o < above->n_out; o++) {
        if (!whole && (uint64_t)o != turn % (uint64_t)above->n_out)
            continue;
        if (!all_equal(above->parameters + o, above->n_in, above->stride))
            return false;
    }
    return true;
}

static void look_for_symmetry(struct conditions *c, const struct training *t)
{
    int first = c->started ? c->symmetric_first : 1;
    int last = c->started ? c->symmetric_last : t->network->shape.depth;
    c->symmetric = c->symmetric_first = c->symmetric_last = 0;
    for (int l = first; l >= 1 && l <= last; l++) {
        if (!is_symmetric(t, l - 1, !c->started))
            continue;
        c->symmetric++;
        c->symmetric_last = l;
        if (c->symmetric_first == 0)
            c->symmetric_first = l;
    }
}

static double step_norm_of(const struct training *t, int index)
{
    return t->network->layers[index].step_norm;
}

static double weight_norm_of(const struct training *t, int index)
{
    return t->stats[index].weight_norm;
}

/* Of all layers together. */
static double norm_of_layers(
    const struct training *t, double (*norm_of)(const struct training *t, int index))
{
    double square = 0, norm = 0;
    for (int i = 0; i < t->network->layer_count; i++)
        square += norm_of(t, i) * norm_of(t, i);
    if (square_is_safe(square))
        return sqrt(square);
    for (int i = 0; i < t->network->layer_count; i++)
        norm = norm_of_norms((double[]){norm, norm_of(t, i)}, 2);
    return norm;
}

/* Of the update that led to this step. */
static void look_at_update(struct conditions *c, const struct training *t)
{
    double step_norm = norm_of_layers(t, step_norm_of),
           weight_norm = norm_of_layers(t, weight_norm_of);
    int largest = 0;
    for (int i = 0; i < t->network->layer_count; i++) {
        const struct layer_stats *stats = &t->stats[i];
        if (stats->last_update_ratio.defined &&
            (largest == 0 ||
                stats->last_update_ratio.value > t->stats[largest - 1].last_update_ratio.value))
            largest = i + 1;
    }
    c->update_ratio = -1;
    if (c->started) {
        c->recent.length[(t->step - 1) % CONDITION_WINDOW] = step_norm;
        if (c->weight_norm > 0)
            c->update_ratio = step_norm / c->weight_norm;
    }
    c->weight_norm = weight_norm;
    double ratio = largest > 0 ? t->stats[largest - 1].last_update_ratio.value : 0;
    if (c->large.layer > 0 && t->step - c->large.step > CONDITION_LARGE)
        c->large.layer = 0;
    if (c->started && ratio >= 1 && (c->large.layer == 0 || ratio >= c->large.ratio)) {
        c->large.layer = largest;
        c->large.ratio = ratio;
        c->large.step = t->step;
    }
}

static void look_at_clipping(struct conditions *c, const struct training *t)
{
    int at = (int)(t->step % CONDITION_WINDOW);
    c->recent.clipped[at] = t->clip.fraction > 0;
    c->recent.length[at] = -1;
    c->recent.count += c->recent.count < CONDITION_WINDOW;
    if (c->recent.clipped[at])
        c->clip = (struct clip_moment){true, t->step, t->clip, t->hparams};
}

/* √ of the mean of v over a layer's parameters. */
static double root_of_v(const struct layer *layer)
{
    double sums[8] = {0};
    for (int i = 0; i <= layer->n_in; i++) {
        const double *v = layer->v + i * layer->stride;
        for (int j = 0; j < layer->n_out; j++)
            sums[j % 8] += v[j];
    }
    double sum = 0;
    for (int i = 0; i < 8; i++)
        sum += sums[i];
    return sqrt(sum / ((layer->n_in + 1.0) * layer->n_out));
}

/* Now and then: it takes a pass over v. */
static void look_at_epsilon(struct conditions *c, const struct training *t)
{
    bool keeps = optimizer_keeps((enum optimizer)t->hparams.optimizer) & OPTIMIZER_KEEPS_V;
    if (!keeps || t->optimizer_steps == 0) {
        c->epsilon.layers = 0;
        return;
    }
    if (t->optimizer_steps > 1 && t->step % CONDITION_LARGE != 0)
        return;
    struct optimizer_settings settings = {
        .optimizer = (enum optimizer)t->hparams.optimizer, .beta2 = t->hparams.beta2};
    optimizer_prepare(&settings, t->optimizer_steps);
    c->epsilon.layers = 0;
    c->epsilon.step = t->step;
    c->epsilon.epsilon = t->hparams.epsilon;
    for (int i = 0; i < t->network->layer_count; i++) {
        double root = root_of_v(&t->network->layers[i]) / settings.v_correction;
        if (!(root > 0) || !(root < t->hparams.epsilon))
            continue;
        if (c->epsilon.layers++ == 0) {
            c->epsilon.lowest = i + 1;
            c->epsilon.root = root;
        }
        c->epsilon.highest = i + 1;
    }
}

void conditions_update(struct conditions *conditions, const struct training *training)
{
    struct conditions *c = conditions;
    look_at_units(c, training);
    judge_units(c, training);
    look_at_signal(c, training);
    choose(&c->saturated, training->saturated >= 0.5, !c->started);
    look_for_symmetry(c, training);
    look_at_update(c, training);
    look_at_clipping(c, training);
    look_at_epsilon(c, training);
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
