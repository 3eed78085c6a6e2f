/* Overfitting: what is said of it, computed again from whole histories, and against samples
 * that nobody has seen. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/probe.h"
#include "core/rng.h"
#include "engine/diagnosis.h"
#include "engine/looks.h"
#include "engine/overfitting.h"
#include "engine/session.h"
#include "orders.h"
#include "suites.h"

enum { STEPS_MOST = 2400, BLOCKS_MOST = STEPS_MOST / 20 };

/* Of every step; test and error where it begins an epoch. */
struct history {
    int steps, epoch, held;
    double constant, loss[STEPS_MOST], test[STEPS_MOST], error[STEPS_MOST];
};

struct means {
    double loss, test, error;
};

/* Of the block's steps first..end-1, by sums. */
static struct means means_of(const struct history *h, int first, int end)
{
    struct means m = {0, 0, 0};
    int epochs = 0;
    for (int s = first; s < end; s++)
        m.loss += h->loss[s] / (end - first);
    for (int s = first; s < end; s += h->epoch, epochs++)
        ;
    for (int s = first; s < end; s += h->epoch) {
        m.test += h->test[s] / epochs;
        m.error += h->error[s] / epochs;
    }
    return m;
}

/* A comparison that is so near to equal that the order of sums decides. */
static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-9 * (fabs(a) + fabs(b));
}

/* What is to be said at the end of each block, and from which step on the lowest was. */
struct verdicts {
    int count; /* up to where rounding would decide */
    bool said[BLOCKS_MOST];
    int low_at[BLOCKS_MOST];
};

/*
 * From the means of all blocks: the answer of the last two in a row that agree. Of changes from
 * block to block each counts an eighth, and 7/8 as much for each block since.
 */
static struct verdicts verdicts_of(const struct history *h, int steps)
{
    struct verdicts v = {.count = 0};
    int length = (20 + h->epoch - 1) / h->epoch * h->epoch, blocks = steps / length, finite = 0;
    struct means low = {0, 0, 0};
    double changes[BLOCKS_MOST], was = 0;
    bool said = false, before = false;
    for (int b = 0, low_at = 0; b < blocks; v.said[b] = said, v.low_at[b++] = low_at) {
        struct means m = means_of(h, b * length, (b + 1) * length);
        v.count = b + 1;
        if (!isfinite(m.test) || !isfinite(m.loss))
            continue;
        changes[finite++] = fabs(m.test - was);
        was = m.test;
        double noise = 0, rise = m.test - low.test;
        for (int i = 1; i < finite; i++)
            noise += changes[i] * pow(7 / 8.0, finite - 1 - i) * (i > 1 ? 1 / 8.0 : 1);
        if (finite > 1 && near(m.test, low.test)) {
            v.count = b;
            return v;
        }
        if (finite == 1 || rise < 0) {
            low = m;
            low_at = b * length;
            rise = 0;
        }
        double needed = fmax(0.1 * low.test + 0.01 * h->constant, fmax(m.error, 6 * noise));
        if (near(rise, needed) || near(m.loss, 0.98 * low.loss)) {
            v.count = b;
            return v;
        }
        bool worse = h->held >= 5 && rise > needed && m.loss < 0.98 * low.loss;
        if (finite > 1 && worse == before)
            said = worse;
        before = worse;
    }
    return v;
}

/* Feeds it, and compares at every step; steps of which it is said. */
static int check_history(const struct history *h, int *begun)
{
    struct overfitting o = {.said = false};
    struct verdicts v = verdicts_of(h, h->steps);
    int length = (20 + h->epoch - 1) / h->epoch * h->epoch, said = 0, lowest_at = -1;
    bool before = false;
    double lowest = INFINITY;
    for (int s = 0; s < v.count * length; s++) {
        bool counts = s % h->epoch == 0,
             wanted = s + 1 >= length && v.said[(s + 1) / length - 1];
        struct observation seen = {.step = (uint64_t)s,
            .epoch_steps = (uint64_t)h->epoch,
            .test_samples = h->held,
            .constant_loss = h->constant,
            .loss = h->loss[s],
            .surveyed = counts || s % 7 == 3, /* somebody looks: no matter */
            .test_loss = counts ? h->test[s] : -1,
            .test_error = counts ? h->error[s] : 0};
        if (counts && isfinite(h->test[s]) && h->test[s] < lowest) {
            lowest = h->test[s];
            lowest_at = s;
        }
        bool begins = overfitting_update(&o, &seen);
        ck_assert_msg(o.said == wanted, "step %d: %d", s, o.said);
        ck_assert_int_eq(begins, o.said && !before);
        *begun += begins;
        before = o.said;
        if (!o.said)
            continue;
        ck_assert_uint_eq(o.low.first, (uint64_t)v.low_at[(s + 1) / length - 1]);
        ck_assert_uint_eq(o.lowest_step, (uint64_t)lowest_at);
        ck_assert(o.lowest == lowest);
        said++;
    }
    return said;
}

/*
 * Histories by chance: the test loss falls and rises again, or does not; noise about it from
 * none to as much as it is; the loss falls, stays or diverges; few samples, with large errors;
 * numbers that are not finite.
 */
static void draw_history(struct history *h, struct rng *rng)
{
    static const int epochs[] = {1, 1, 3, 20, 31};
    h->epoch = epochs[rng_below(rng, 5)];
    h->held = 1 + (int)rng_below(rng, rng_below(rng, 2) ? 8 : 200);
    h->constant = 0.7;
    h->steps = 200 + (int)rng_below(rng, STEPS_MOST - 200);
    double turn = rng_uniform(rng) * 1.5, rise = 3 * rng_uniform(rng) * rng_uniform(rng);
    double noise = rng_below(rng, 3) ? 0.5 * rng_uniform(rng) * rng_uniform(rng) : 0;
    double fall = rng_below(rng, 4) ? 3 * rng_uniform(rng) : -2 * rng_uniform(rng);
    double spread = 2 * rng_uniform(rng);
    int broken = rng_below(rng, 4) ? -1 : (int)rng_below(rng, (uint32_t)h->steps);
    for (int s = 0; s < h->steps; s++) {
        double t = (double)s / h->steps, away = t - turn;
        double test = 0.2 + (away < 0 ? away * away : rise * away);
        h->test[s] = test * exp(noise * rng_normal(rng));
        h->error[s] = h->held > 1 ? h->test[s] * spread / sqrt(h->held) : INFINITY;
        h->loss[s] = 0.6 * exp(-fall * t) * exp(0.3 * noise * rng_normal(rng));
        if (s == broken)
            h->test[s] = rng_below(rng, 2) ? INFINITY : NAN;
    }
}

START_TEST(what_is_said_follows_from_the_whole_history)
{
    static struct history h;
    struct rng rng;
    int said = 0, begun = 0, steps = 0;
    rng_init(&rng, 77, RNG_CHECK, 0);
    for (int i = 0; i < 4000; i++) {
        draw_history(&h, &rng);
        said += check_history(&h, &begun);
        steps += h.steps;
    }
    /* All kinds are among them. */
    ck_assert_int_gt(begun, 400);
    ck_assert_int_gt(said, steps / 20);
    ck_assert_int_lt(said, steps / 2);
}
END_TEST

/* Where "the test loss is above its lowest, and the loss is lower" holds, and says nothing. */
START_TEST(noise_few_samples_and_divergence_are_not_taken_for_it)
{
    static struct history h;
    enum { NOISE, FEW, SPREAD, RISING, KINDS };
    for (int kind = 0; kind < KINDS; kind++) {
        struct rng rng;
        int begun = 0, careless = 0;
        rng_init(&rng, 5, RNG_CHECK, (uint64_t)kind);
        h = (struct history){
            .steps = 2000, .epoch = 1, .held = kind == FEW ? 4 : 50, .constant = 0.7};
        for (int s = 0; s < h.steps; s++) {
            double t = s / 2000.0;
            h.test[s] = kind == NOISE ? 0.3 * exp(0.5 * rng_normal(&rng)) : 0.3 + 0.3 * t;
            h.error[s] = kind == SPREAD ? 0.35 : 0.01;
            h.loss[s] = kind == RISING ? 0.3 + t : 0.6 - 0.5 * t;
            careless += s > 0 && h.test[s] > h.test[0] * 1.1 &&
                (kind == RISING || h.loss[s] < h.loss[0]);
        }
        ck_assert_int_gt(careless, 300);
        ck_assert_int_eq(check_history(&h, &begun), 0);
        ck_assert_int_eq(begun, 0);
    }
}
END_TEST

/* A setting by chance, small enough for many. */
static void draw_setting(struct rng *rng, int seed, char *text, size_t size)
{
    static const char *const sets[] = {"moons", "circles", "xor", "spirals", "blobs"};
    bool adam = rng_below(rng, 2), batches = rng_below(rng, 2);
    (void)snprintf(text, size,
        "data=%s activation=%s samples=%d noise=%.3f test=%.3f depth=%d width=%d optimizer=%s "
        "lr=%.4g batch=%d seed=%d",
        sets[rng_below(rng, 5)], rng_below(rng, 2) ? "tanh" : "relu init=he_normal",
        20 + (int)rng_below(rng, 130), 0.05 + 0.8 * rng_uniform(rng) * rng_uniform(rng),
        0.1 + 0.5 * rng_uniform(rng), 1 + (int)rng_below(rng, 2), 4 << rng_below(rng, 3),
        adam ? "adam" : "sgd", (adam ? 0.003 : 0.1) * exp(3 * rng_uniform(rng)),
        batches ? 4 + (int)rng_below(rng, 16) : 0, seed);
}

/* Fresh samples of the same kind, shifted and scaled as the training's were. */
static struct dataset *fresh_samples(const struct hparams *h, int count)
{
    struct hparams raw = *h, other = *h;
    raw.standardize = other.standardize = false;
    other.test = 0;
    other.samples = count;
    other.seed = h->seed + 1000003;
    struct dataset *from = dataset_of(&raw), *set = dataset_of(&other);
    ck_assert(from && set);
    for (int j = 0; j < 2; j++) {
        double mean = 0, square = 0;
        for (int i = 0; i < from->samples; i++)
            mean += from->values[2 * i + j] / from->samples;
        for (int i = 0; i < from->samples; i++)
            square += pow(from->values[2 * i + j] - mean, 2) / from->samples;
        for (int i = 0; i < count; i++)
            set->values[2 * i + j] = (set->values[2 * i + j] - mean) / sqrt(square);
    }
    dataset_release(from);
    return set;
}

static double fresh_loss(const struct training *t, const struct dataset *fresh, double *z)
{
    struct probe probe = {.size = 0};
    struct criterion criterion = t->criterion;
    int outputs = t->network->shape.outputs;
    double sum = 0;
    ck_assert(
        probe_run(&probe, t->network, fresh->values, fresh->samples, z, NULL, &t->interrupt));
    criterion.labels = fresh->labels;
    for (int i = 0; i < fresh->samples; i++)
        sum += loss_sample(&criterion, z + (ptrdiff_t)i * outputs, outputs, i, NULL);
    probe_clear(&probe);
    return sum / fresh->samples;
}

/* Blocks of which it is said, and of those the ones where fresh samples agree: their loss is
 * higher than at the end of the block with the lowest test loss. The same of who says it
 * wherever the test loss is above its lowest and the batches' below what it was there. */
struct tally {
    int said, right, careless, careless_right;
};

static void count_right(const char *setting, struct tally *tally)
{
    enum { FRESH = 1000, BLOCKS = 40 };
    static double z[4 * FRESH];
    struct hparams h = hparams_of(setting);
    struct training *t = training_of(setting);
    struct dataset *fresh = fresh_samples(&h, FRESH);
    struct overfitting o = {.said = false};
    double at_low = 0;
    uint64_t low = UINT64_MAX, blocks = 0;
    for (int s = 0; blocks < BLOCKS && s < 4000; s++) {
        ck_assert(training_evaluate(t, false) && training_clip(t));
        if (t->seen.divergence.kind != DIVERGED_NOT)
            break;
        (void)overfitting_update(&o, &t->seen);
        if (o.blocks > blocks) {
            double now = fresh_loss(t, fresh, z);
            at_low = o.low.first != low ? now : at_low;
            low = o.low.first;
            blocks = o.blocks;
            bool careless = o.now.test > o.low.test && o.now.loss < o.low.loss;
            tally->said += o.said;
            tally->right += o.said && now > at_low;
            tally->careless += careless;
            tally->careless_right += careless && now > at_low;
        }
        training_update(t);
    }
    dataset_release(fresh);
    training_destroy(t);
}

/* Wrong less than half as often as the careless one, which finds no more than six times as
 * many.
 */
START_TEST(fresh_samples_agree)
{
    struct rng rng;
    struct tally t = {0, 0, 0, 0};
    rng_init(&rng, 3, RNG_CHECK, 0);
    for (int i = 0; i < 150; i++) {
        char setting[240];
        draw_setting(&rng, i + 1, setting, sizeof setting);
        count_right(setting, &t);
    }
    ck_assert_msg(6 * t.said > t.careless, "%d of %d", t.said, t.careless);
    double wrong = 1 - (double)t.right / t.said;
    double careless = 1 - (double)t.careless_right / t.careless;
    ck_assert_msg(wrong < careless / 2, "%g, %g", wrong, careless);
}
END_TEST

/* The finding, whether it is there; its numbers are those of the blocks that it names. */
static void check_words(struct session *session, const struct history *h, int steps, bool said)
{
    struct snapshot snapshot;
    struct diagnosis findings[DIAGNOSES_MOST], *found = NULL;
    snapshot_init(&snapshot);
    ck_assert(snapshot_take(&snapshot, session, NULL));
    int count = diagnose(&snapshot, findings);
    for (int i = 0; i < count; i++)
        found = strcmp(findings[i].label, "OVERFITTING") == 0 ? &findings[i] : found;
    ck_assert_int_eq(found != NULL, said);
    if (found) {
        int since, last = steps / 20 * 20;
        double test[2], loss[2];
        ck_assert_int_eq(
            sscanf(found->text, "since step %d: test loss %lg to %lg, loss %lg to %lg", &since,
                &test[0], &test[1], &loss[0], &loss[1]),
            5);
        struct means then = means_of(h, since, since + 20), now = means_of(h, last - 20, last);
        const double wanted[] = {then.test, now.test, then.loss, now.loss},
                     told[] = {test[0], test[1], loss[0], loss[1]};
        for (int i = 0; i < 4; i++) /* three digits */
            ck_assert_double_eq_tol(told[i], wanted[i], 0.0051 * wanted[i]);
        for (int first = 0; first < last; first += 20)
            ck_assert(means_of(h, first, first + 20).test >= then.test * (1 - 1e-12));
        ck_assert_int_le((int)strlen(found->label) + 1 + (int)strlen(found->brief), BRIEF_MOST);
    }
    snapshot_clear(&snapshot);
}

/* Going back takes it back, and going on brings it again. */
START_TEST(the_words_are_of_the_steps_that_they_name)
{
    enum { STEPS = 900 };
    static struct history h;
    static struct story story, there;
    struct session *session =
        orders_begin("activation=tanh depth=3 noise=0.4 samples=60 test=0.5 lr=0.5");
    int begun = -1;
    h = (struct history){.epoch = 1, .held = 30};
    for (int s = 0; s < STEPS; s++) {
        ck_assert(session_reach(session, s > 0));
        const struct observation *seen = &session->run->training->seen;
        h.constant = seen->constant_loss;
        h.loss[s] = seen->loss;
        h.test[s] = seen->test_loss;
        h.error[s] = seen->test_error;
        run_tell(session->run, &story);
        struct verdicts v = verdicts_of(&h, s + 1);
        ck_assert_int_eq(v.count, (s + 1) / 20);
        bool said = v.count > 0 && v.said[v.count - 1];
        ck_assert_int_eq(said, story.overfitting.said);
        begun = said && begun < 0 ? s : begun;
        ck_assert_uint_eq(
            story.alerts.first[ALERT_OVERFITTING], begun >= 0 ? (uint64_t)begun + 1 : 0);
        if (s % 20 == 19 || s == begun)
            check_words(session, &h, s + 1, said);
    }
    ck_assert(begun > 100 && story.overfitting.said);
    run_tell(session->run, &there);
    char order[32];
    (void)snprintf(order, sizeof order, "seek %d", begun - 1);
    orders_work(session, order);
    run_tell(session->run, &story);
    ck_assert(!story.overfitting.said && story.alerts.first[ALERT_OVERFITTING] == 0);
    orders_work(session, "until event overfitting");
    ck_assert_int_eq((int)session->run->training->step, begun);
    (void)snprintf(order, sizeof order, "seek %d", STEPS - 1);
    orders_work(session, order);
    run_tell(session->run, &story);
    CLEAR_PADDING(&story.overfitting);
    CLEAR_PADDING(&there.overfitting);
    if (CLEARS_PADDING)
        ck_assert_mem_eq(&story.overfitting, &there.overfitting, sizeof there.overfitting);
    ck_assert_uint_eq(story.alerts.total, there.alerts.total);
    session_destroy(session);
}
END_TEST

Suite *overfitting_suite(void)
{
    return SUITE("overfitting", what_is_said_follows_from_the_whole_history,
        noise_few_samples_and_divergence_are_not_taken_for_it, fresh_samples_agree,
        the_words_are_of_the_steps_that_they_name);
}
