/* Claims of the findings, each by its words. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ledger.h"
#include "suites.h"

/* A number that was printed with so many significant digits. */
static bool printed(double value, double shown, int digits)
{
    double unit = shown == 0 ? 0 : pow(10, floor(log10(fabs(shown)) + 1e-9) - digits + 1);
    return fabs(value - shown) <= 0.5001 * unit + 1e-12 * fabs(value) + 1e-322;
}

/* What the text claims, or how it fails. */
#define CLAIM(condition)                                                                       \
    do {                                                                                       \
        g->claims++;                                                                           \
        ck_assert_msg(condition, "%s, step %d: %s: %s (%s)", g->settings, g->steps - 1,        \
            f->label, f->text, #condition);                                                    \
    } while (0)

/* The interval of what a printed number may have been. */
static void bounds(double shown, int digits, double *low, double *high)
{
    double unit = pow(10, floor(log10(shown) + 1e-9) - digits + 1);
    *low = shown - 0.5001 * unit;
    *high = shown + 0.5001 * unit;
}

/* from · factor = to, to the digits shown. */
static bool multiplies(double from, double factor, int digits, int power, double to)
{
    double from_low, from_high, low, high, to_low, to_high;
    bounds(from, 2, &from_low, &from_high);
    bounds(factor, digits, &low, &high);
    bounds(to, 2, &to_low, &to_high);
    return from_low * pow(low, power) <= to_high && from_high * pow(high, power) >= to_low;
}

static bool claim_signal(struct ledger *g, const struct diagnosis *f)
{
    const struct training *t = g->session->run->training;
    int depth = t->network->layer_count - 1, digits = depth <= 10 ? 3 : depth <= 100 ? 4 : 5;
    double from, to, whole, mean, out = ledger_signal(t, depth + 1), one = ledger_signal(t, 1);
    char way[20], rest[20] = "";
    int layer;
    if (strncmp(f->text, "the output's error signal is exactly 0", 38) == 0) {
        CLAIM(out == 0);
        return true;
    }
    if (sscanf(f->text, "signal %lf at the output, exactly 0 from layer %d down%19[a-z ]",
            &from, &layer, rest) >= 2 ||
        sscanf(f->text, "signal %lf at the output, 0 from layer %d down%19[a-z ]", &from,
            &layer, rest) >= 2) {
        CLAIM(printed(out, from, 2) && ledger_signal(t, layer) == 0);
        CLAIM(ledger_signal(t, layer + 1) > 0);
        CLAIM((training_epoch_steps(t) > 1) == (rest[0] != '\0'));
        return true;
    }
    if (sscanf(f->text, "signal %lf to %lf in layer %d (x %lf), %lf in layer 1", &from, &mean,
            &layer, &whole, &to) == 5) {
        CLAIM(printed(out, from, 2) && printed(ledger_signal(t, layer), mean, 2));
        CLAIM(printed(one, to, 2) && printed(ledger_signal(t, layer) / out, whole, 2));
        CLAIM(whole > 2.94 || whole < 0.34);
        for (int l = 1; l <= depth; l++)
            CLAIM(fabs(log(ledger_signal(t, l) / out)) <=
                fabs(log(ledger_signal(t, layer) / out)) + 1e-9);
        return true;
    }
    if (sscanf(f->text, "signal keeps its size: %lf to %lf (x %lf), x %lf a layer", &from, &to,
            &whole, &mean) == 4) {
        (void)snprintf(way, sizeof way, "keeps");
        for (int l = 1; l <= depth; l++)
            CLAIM(
                ledger_signal(t, l) <= 3 * out && 3 * ledger_signal(t, l) >= out * (1 - 1e-15));
    } else if (sscanf(f->text, "signal %19s from %lf to %lf (x %lf), x %lf a layer", way, &from,
                   &to, &whole, &mean) != 5) {
        return false;
    }
    if (to < 1e-300 || from < 1e-300)
        return true; /* doubles have fewer digits there than are shown */
    CLAIM(printed(out, from, 2) && printed(one, to, 2));
    CLAIM(strcmp(f->label, "HEALTHY") != 0 || (one <= 3 * out && 3 * one >= out));
    CLAIM(printed(one / out, whole, one / out >= 100 && one / out < 1000 ? 3 : 2));
    CLAIM(multiplies(from, whole, 2, 1, to) && multiplies(from, mean, digits, depth, to));
    CLAIM(strcmp(way, "keeps") == 0
            ? one <= 3 * out && 3 * one >= out
            : (strcmp(way, "grows") == 0 ? one > 3 * out : 3 * one < out));
    CLAIM(strcmp(way, "fades") != 0 || one > 0.01 * out);
    CLAIM(strcmp(way, "falls") != 0 || one <= 0.01 * out);
    return true;
}

/* What has held for CONDITION_HOLD steps or all along, without steps of no signal. */
static void claim_band(struct ledger *g, const struct diagnosis *f, enum band band)
{
    enum band now = BAND_NONE;
    int run = 0;
    bool broken = false;
    for (int i = g->steps - 1; i >= 0 && !broken; i--) {
        if (g->band[i] == BAND_NONE && run == 0 && band == BAND_WAVERING)
            return; /* as it was before */
        if (g->band[i] == BAND_NONE)
            continue;
        if (run == 0)
            now = g->band[i];
        broken = g->band[i] != now;
        run += !broken;
    }
    bool sure = now == BAND_EXPLODING && training_epoch_steps(g->session->run->training) == 1;
    CLAIM(band == (run >= CONDITION_HOLD || !broken || sure ? now : BAND_WAVERING));
}

static void claim_dead(struct ledger *g, const struct diagnosis *f)
{
    const struct census *census = &g->session->run->training->census;
    int64_t born, dead, of, back, last, since = 0, alive_again = 0, latest = -1;
    double share;
    int length = 0;
    for (int64_t i = 0; i < (int64_t)census->depth * census->width; i++) {
        const struct unit_record *unit = &census->units[i];
        since += unit->died_at == 0;
        alive_again += unit->died_at < 0 && unit->revivals > 0;
        if (unit->died_at > latest)
            latest = unit->died_at;
    }
    /* Of an earlier step, it says that it was counted. */
    bool counted = strstr(f->text, "counted dead") != NULL;
    CLAIM(counted != observation_counts(&g->session->run->training->seen));
    if (sscanf(f->text,
            counted ? "%" SCNd64 " of %" SCNd64
                      " unit%*[s (]%lf %%) ha%*[vse] been counted dead since step 0%n"
                    : "%" SCNd64 " of %" SCNd64
                      " unit%*[s (]%lf %%) ha%*[vse] been dead since step 0%n",
            &dead, &of, &share, &length) == 3 &&
        length > 0) {
        CLAIM(dead == since && dead == g->dead[g->steps - 1]);
        CLAIM((strstr(f->text, " has been ") != NULL) == (dead == 1));
    } else {
        CLAIM(
            sscanf(f->text,
                counted ? "%" SCNd64 " of %" SCNd64 " unit%*[s ]counted dead (%lf %%), %" SCNd64
                          " at step 0; last death %" SCNd64 ", %" SCNd64 " revived"
                        : "%" SCNd64 " of %" SCNd64 " unit%*[s ]dead (%lf %%), %" SCNd64
                          " at step 0; last death %" SCNd64 ", %" SCNd64 " revived",
                &dead, &of, &share, &born, &last, &back) == 6);
        CLAIM(born == g->dead[0] && back == alive_again && last >= latest);
        CLAIM(last == census->toll.last_death);
    }
    CLAIM((strstr(f->text, " units ") != NULL) == (of != 1));
    CLAIM(dead == g->dead[g->steps - 1] && of == (int64_t)census->depth * census->width);
    CLAIM(fabs(share - 100.0 * (double)dead / (double)of) <= 0.5001);
}

/* Deaths have been ahead of births and of revivals at one of the last steps. */
static void claim_dying(struct ledger *g, const struct diagnosis *f)
{
    bool any = false;
    int first = g->steps - 1 - CONDITION_HOLD;
    for (int i = first < 0 ? 0 : first; i < g->steps; i++)
        any = any || g->dead[i] > g->dead[0];
    CLAIM(any || g->steps <= CONDITION_HOLD);
}

static void claim_clipping(struct ledger *g, const struct diagnosis *f)
{
    const struct hparams *h = &g->session->hparams;
    int clipped, of, count = 0, last = -1, at = g->steps - 1, length = 0, counts[2] = {0, 0};
    int first = g->steps > CONDITION_WINDOW ? g->steps - CONDITION_WINDOW : 0;
    double before, after, number, sums[2] = {0, 0};
    CLAIM(sscanf(f->text, "%d of the last %d steps, %n", &clipped, &of, &length) == 2 ||
        sscanf(f->text, "%d of %d step%*[s,] %n", &clipped, &of, &length) == 2);
    CLAIM((strstr(f->text, " steps, ") != NULL) == (of != 1));
    const char *rest = f->text + length;
    if (sscanf(rest, "at %d %n", &last, &length) == 1)
        rest += length;
    for (int i = first; i < g->steps; i++)
        count += g->clipped[i];
    for (int i = first; i < g->steps - 1; i++) {
        sums[g->clipped[i]] += g->length[i];
        counts[g->clipped[i]]++;
    }
    while (at > 0 && !g->clipped[at])
        at--;
    CLAIM(clipped == count && of == g->steps - first && g->clipped[at]);
    CLAIM(last == (at == g->steps - 1 ? -1 : at));
    CLAIM(sscanf(rest, "norm %lf to %lf%n", &before, &after, &length) == 2);
    CLAIM(printed(g->before[at], before, 3) && printed(g->after[at], after, 3));
    rest += length;
    bool measured = counts[0] >= 5 && counts[1] >= 5 && sums[0] > 0;
    if (sscanf(rest, ": lr works as %lf", &number) == 1) {
        CLAIM(h->optimizer == OPTIMIZER_SGD && h->clip == CLIP_NORM && !(h->weight_decay > 0));
        CLAIM(printed(h->lr * g->scale[at], number, 3));
        /* So it is: the update after this step is as long as lr times what is left of g. */
        CLAIM(printed(h->lr * g->after[at] / g->before[at], number, 3));
    } else if (sscanf(rest, ": updates x %lf as long", &number) == 1) {
        CLAIM(measured && h->optimizer >= OPTIMIZER_RMSPROP);
        CLAIM(printed(sums[1] / counts[1] / (sums[0] / counts[0]), number, 3));
    } else if (sscanf(rest, ", last update %lf |W|", &number) == 1) {
        CLAIM(!measured && h->optimizer >= OPTIMIZER_RMSPROP);
        CLAIM(printed(g->ratio[g->steps - 2], number, 2));
    } else if (sscanf(rest, ", turned %lf deg", &number) == 1) {
        CLAIM(h->clip == CLIP_VALUE || h->clip == CLIP_LAYERWISE);
        CLAIM(number >= 0 && number <= 90);
    } else {
        CLAIM(sscanf(rest, ": g enters x %lf", &number) == 1 ||
            sscanf(rest, " (x %lf)", &number) == 1);
        CLAIM(printed(g->scale[at], number, 3));
    }
}

static void claim_large_step(struct ledger *g, const struct diagnosis *f)
{
    int number, layer;
    double ratio;
    CLAIM(sscanf(f->text, "update %d moved the weights of layer %d by %lf times their norm",
              &number, &layer, &ratio) == 3);
    CLAIM(number >= 1 && number < g->steps && number >= g->steps - 1 - CONDITION_LARGE);
    CLAIM(g->largest_layer[number - 1] == layer && g->largest[number - 1] >= 1);
    CLAIM(printed(g->largest[number - 1], ratio, ratio >= 100 && ratio < 1000 ? 3 : 2));
}

static bool equal_units(const struct training *t, int l)
{
    const struct layer *layer = &t->network->layers[l - 1], *above = layer + 1;
    for (int j = 1; j < layer->n_out; j++) {
        for (int i = 0; i <= layer->n_in; i++) {
            const double *row = layer->parameters + i * layer->stride;
            if (row[j] != row[0])
                return false;
        }
        for (int o = 0; o < above->n_out; o++) {
            if (above->parameters[j * above->stride + o] != above->parameters[o])
                return false;
        }
        for (int s = 0; s < t->seen.samples; s++) {
            if (layer->a[s * layer->stride + j] != layer->a[s * layer->stride])
                return false;
        }
    }
    return layer->n_out > 1;
}

static void claim_symmetry(struct ledger *g, const struct diagnosis *f)
{
    const struct training *t = g->session->run->training;
    int units = 0, layer, count = 0, depth = t->network->layer_count - 1;
    bool told = sscanf(f->text, "the %d units of", &units) == 1;
    for (int l = 1; l <= depth; l++) {
        count += equal_units(t, l);
        CLAIM(!told || !equal_units(t, l) || t->network->layers[l - 1].n_out == units);
    }
    const char *where = strstr(f->text, "units of ");
    CLAIM(where && (told || strncmp(f->text, "all units of ", 13) == 0));
    if (strstr(f->text, "every hidden layer"))
        CLAIM(count == depth);
    else if (sscanf(where, "units of layer %d", &layer) == 1)
        CLAIM(count == 1 && equal_units(t, layer));
    else
        CLAIM(sscanf(where, "units of %d layers", &layer) == 1 && layer == count);
}

/* √ of the mean of v̂, by plain loops. */
static double root_of(const struct training *t, int l)
{
    const struct layer *layer = &t->network->layers[l - 1];
    double sum = 0, correction = 1;
    for (int i = 0; i <= layer->n_in; i++) {
        for (int j = 0; j < layer->n_out; j++)
            sum += layer->v[i * layer->stride + j];
    }
    if (t->hparams.optimizer == OPTIMIZER_ADAM)
        correction = 1 - pow(t->hparams.beta2, (double)t->optimizer_steps);
    return sqrt(sum / ((layer->n_in + 1.0) * layer->n_out)) / sqrt(correction);
}

static void claim_epsilon(struct ledger *g, const struct diagnosis *f)
{
    const struct training *t = g->session->run->training;
    int layer, below = 0, high = 0, number = 0, length = 0;
    uint64_t step;
    double epsilon, root;
    char where[40];
    CLAIM(sscanf(f->text, "epsilon %lf > sqrt(v) %39[^:]: %lf in layer %d, at %" SCNu64,
              &epsilon, where, &root, &layer, &step) == 5);
    CLAIM(printed(t->hparams.epsilon, epsilon, 3) && step + CONDITION_LARGE > t->step);
    CLAIM(root < t->hparams.epsilon * 1.05);
    if (step != t->step)
        return;
    for (int l = t->network->layer_count; l >= 1; l--) {
        double own = root_of(t, l);
        bool small = own > 0 && own < t->hparams.epsilon;
        if (fabs(own / t->hparams.epsilon - 1) < 1e-9)
            return; /* equal but for rounding, as where all is clipped to it */
        below += small;
        high = small && l > high ? l : high;
    }
    CLAIM(printed(root_of(t, layer), root, 2));
    if (sscanf(where, "from layer %d down%n", &number, &length) == 1 && length > 0)
        CLAIM(below == number && high == number);
    else if (sscanf(where, "in layer %d", &number) == 1)
        CLAIM(below == 1 && high == number);
    else
        CLAIM(sscanf(where, "in %d layers", &number) == 1 && below == number);
}

static void claim_dead_layer(struct ledger *g, const struct diagnosis *f)
{
    const struct training *t = g->session->run->training;
    int units, layer, length = 0;
    if (sscanf(f->text, "the one unit of layer %d is dead%n", &layer, &length) == 1)
        units = 1;
    else
        CLAIM(sscanf(f->text, "all %d units of layer %d are dead%n", &units, &layer, &length) ==
            2);
    CLAIM(length > 0 && strcmp(f->text + length, ": no gradient passes below it") == 0);
    CLAIM(units == t->census.width);
    for (int j = 0; j < units; j++)
        CLAIM(t->census.units[(layer - 1) * units + j].died_at >= 0);
    for (int l = 1; l <= layer; l++) {
        CLAIM(t->network->layers[l - 1].weight_grad_norm == 0);
        CLAIM(t->network->layers[l - 1].bias_grad_norm == 0);
    }
}

static void claim_finding(struct ledger *g, const struct diagnosis *f)
{
    const struct training *t = g->session->run->training;
    const char *label = f->label;
    double share;
    static const struct {
        const char *label;
        enum band band;
    } bands[] = {{"VANISHING", BAND_VANISHING}, {"EXPLODING", BAND_EXPLODING},
        {"FADING", BAND_FADING}, {"GROWING", BAND_GROWING}, {"UNEVEN", BAND_UNEVEN},
        {"WAVERING", BAND_WAVERING}, {"HEALTHY", BAND_KEPT}, {"KEPT", BAND_KEPT},
        {"NO SIGNAL", BAND_NONE}, {"VANISHED", BAND_VANISHED}};
    CLAIM(!strstr(f->text, "nan") && !strstr(f->text, "inf") && !strstr(f->brief, "nan"));
    CLAIM(strlen(label) + strlen(f->brief) <= BRIEF_MOST);
    g->findings++;
    g->wide += strlen(label) + 3 + strlen(f->text) > 80;
    for (size_t i = 0; i < ARRAY_LEN(bands); i++) {
        if (strcmp(bands[i].label, label) != 0)
            continue;
        CLAIM(claim_signal(g, f));
        if (bands[i].band == BAND_VANISHED)
            CLAIM(ledger_signal(t, 1) == 0 && ledger_signal(t, t->network->layer_count) > 0);
        else if (bands[i].band != BAND_NONE)
            claim_band(g, f, bands[i].band);
        CLAIM((f->severity == SEVERITY_GOOD) == (strcmp(label, "HEALTHY") == 0));
        return;
    }
    CLAIM(f->severity >= SEVERITY_WARN);
    if (strcmp(label, "DYING") == 0)
        claim_dying(g, f);
    if (strcmp(label, "DYING") == 0 || strcmp(label, "BORN DEAD") == 0 ||
        strcmp(label, "DEAD") == 0)
        claim_dead(g, f);
    else if (strcmp(label, "CLIPPED") == 0)
        claim_clipping(g, f);
    else if (strcmp(label, "LARGE STEP") == 0)
        claim_large_step(g, f);
    else if (strcmp(label, "SYMMETRIC") == 0)
        claim_symmetry(g, f);
    else if (strcmp(label, "EPSILON") == 0)
        claim_epsilon(g, f);
    else if (strcmp(label, "DEAD LAYER") == 0)
        claim_dead_layer(g, f);
    else if (strcmp(label, "SATURATED") == 0)
        CLAIM(sscanf(f->text, "%lf %% of activations where", &share) == 1 &&
            fabs(share - 100 * t->seen.saturated) <= 0.5001);
    else
        CLAIM(*label == 0); /* none that is known */
}

static double mean_loss(const struct ledger *g, int first, int count)
{
    double sum = 0;
    for (int i = first; i < first + count; i++)
        sum += g->loss[i] / count;
    return sum;
}

static void claim_learning(struct ledger *g, const struct diagnosis *f)
{
    const struct training *t = g->session->run->training;
    int epoch = (int)training_epoch_steps(t), length = (20 + epoch - 1) / epoch * epoch;
    int blocks = g->steps / length, since, first = (blocks - 1) * length;
    double loss, constant, earlier;
    g->good += f->severity == SEVERITY_GOOD;
    CLAIM(strlen(f->label) + strlen(f->brief) <= BRIEF_MOST);
    CLAIM(strlen(f->label) + 3 + strlen(f->text) <= 80);
    if (strcmp(f->label, "EARLY") == 0) {
        CLAIM(sscanf(f->text, "until step %d: loss %lf, constant answer %lf", &since, &loss,
                  &constant) == 3);
        CLAIM(g->steps - 1 < since && printed(g->loss[g->steps - 1], loss, 3));
        CLAIM(since == 2 * length - 1 && printed(g->constant, constant, 3));
        CLAIM(f->severity == SEVERITY_NOTE);
        return;
    }
    CLAIM(blocks >= 2);
    double now = mean_loss(g, first, length);
    bool worse = sscanf(f->text, "since step %d: mean loss %lf to %lf, constant answer %lf",
                     &since, &earlier, &loss, &constant) == 4;
    CLAIM(worse ||
        sscanf(f->text, "since step %d: mean loss %lf, constant answer %lf", &since, &loss,
            &constant) == 3);
    CLAIM(since % length == 0 && since < first + 1 && printed(g->constant, constant, 3));
    CLAIM(printed(now, loss, 3) && worse == (strcmp(f->label, "WORSE") == 0));
    double begin = mean_loss(g, since, length), lowest = begin;
    int low_at = since;
    for (int b = since; b <= first; b += length) {
        if (mean_loss(g, b, length) < lowest) {
            lowest = mean_loss(g, b, length);
            low_at = b;
        }
    }
    /* Never green at or above the constant answer. */
    CLAIM(f->severity != SEVERITY_GOOD || now < g->constant);
    CLAIM(f->severity != SEVERITY_GOOD || epoch > 1 || g->loss[g->steps - 1] < g->constant);
    if (worse) {
        CLAIM(printed(begin, earlier, 3) && now > 1.1 * begin + 0.0099 * g->constant);
    } else if (strcmp(f->label, "LEARNING") == 0 || strcmp(f->label, "FALLING") == 0) {
        CLAIM((strcmp(f->label, "LEARNING") == 0) == (now < 0.9 * g->constant));
        CLAIM(lowest < 0.98 * begin * (1 + 1e-12));
        CLAIM(f->severity != SEVERITY_GOOD || f->label[0] == 'L');
    } else {
        CLAIM((strcmp(f->label, "LEARNT") == 0) == (now < 0.1 * g->constant));
        CLAIM(lowest >= 0.98 * begin * (1 - 1e-12) && low_at >= since);
    }
}

void ledger_claims(struct ledger *g)
{
    struct diagnosis findings[DIAGNOSES_MOST], learning;
    int count = diagnose(&g->snapshot, findings);
    ck_assert_int_ge(count, 1);
    for (int i = 0; i < count; i++) {
        claim_finding(g, &findings[i]);
        for (int j = 0; j < i; j++)
            ck_assert_str_ne(findings[i].label, findings[j].label);
    }
    ck_assert(diagnose_learning(&g->snapshot, &learning));
    claim_learning(g, &learning);
}
