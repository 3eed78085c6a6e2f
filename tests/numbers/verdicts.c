/*
 * Verdicts of the gradient check on many settings, drawn at random from a seed: no right
 * gradient may be accused, and every planted mistake that can be seen must be called wrong. Of
 * inputs that are not scaled the first alone is asked, for what can be seen there is another
 * question: a step moves z by thousands.
 *
 *   verdicts [SETTINGS [SEED]]
 *
 * What can be seen is found without the verdict: the planted gradient is away from the right
 * one by more than FAR in relative terms, and by more than CLEAR times what the differences
 * at two ε are away from the right one (one alone tells nothing), and by more than STEEP times
 * what the curvature of the loss makes of them where it is not smooth. Status 1 when a verdict
 * is wrong.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/check_verdict.h"
#include "core/rng.h"
#include "core/training.h"

#define FAR 0.02
#define CLEAR 3000
#define STEEP 20

enum { EPSILONS_ALL = 0 };

/* Verdicts by kind; right: as it is; planted: where the mistake can be seen, and where not. */
struct tally {
    int64_t right[VERDICT_COUNT], seen[VERDICT_COUNT], unseen[VERDICT_COUNT];
    double closest; /* largest distance of a right gradient in units of what is doubted */
    double missed;  /* largest relative size of a mistake that was not found */
    int accused, overlooked;
};

static const char *pick(struct rng *rng, const char *const *of, uint32_t count)
{
    return of[rng_below(rng, count)];
}
#define PICK(rng, ...)                                                                         \
    pick(rng, (const char *const[]){__VA_ARGS__},                                              \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* As words of the command line. */
static void draw_settings(struct rng *rng, bool unscaled, char *text, size_t size, int *steps)
{
    const char *gain = unscaled ? PICK(rng, "1", "0.01", "1e-3", "1e-4")
                                : PICK(rng, "1", "1", "1", "0.1", "0.01", "0.5", "2", "4");
    (void)snprintf(text, size,
        "activation=%s init=%s gain=%s bias=%s depth=%s width=%s data=%s samples=%s noise=%s "
        "loss=%s batch=%s lr=%s optimizer=%s clip=%s standardize=%s seed=%d",
        PICK(rng, "sigmoid", "tanh", "relu", "relu", "leaky_relu", "elu", "gelu", "silu",
            "softplus", "linear"),
        PICK(rng, "zeros", "constant", "normal", "uniform", "xavier_normal", "xavier_normal",
            "xavier_uniform", "he_normal", "he_normal", "he_uniform", "lecun_normal",
            "orthogonal"),
        gain, PICK(rng, "0", "0", "0", "0.1", "-1", "1", "-3"),
        PICK(rng, "1", "1", "2", "3", "4", "6", "10", "20"),
        PICK(rng, "1", "2", "4", "8", "16", "32"),
        PICK(rng, "moons", "circles", "xor", "spirals", "blobs"),
        PICK(rng, "4", "10", "40", "60", "100", "200"), PICK(rng, "0", "0.1", "0.1", "0.5"),
        PICK(rng, "auto", "auto", "mse", "bce", "softmax_ce"), PICK(rng, "0", "0", "1", "16"),
        PICK(rng, "1", "0.1", "0.01", "10", "0.3"),
        PICK(rng, "sgd", "sgd", "momentum", "nesterov", "rmsprop", "adam"),
        PICK(rng, "none", "none", "norm", "value", "layerwise"), PICK(rng, "on", "on", "off"),
        (int)rng_below(rng, 1000));
    if (unscaled) {
        size_t used = strlen(text);
        (void)snprintf(text + used, size - used, " input_scale=%s input_offset=%s",
            PICK(rng, "1", "255", "1e4"), PICK(rng, "1e2", "1e4", "1e5", "-1e6"));
    }
    static const int all_steps[] = {0, 0, 1, 5, 20, 50, 100, 200, 500};
    *steps = all_steps[rng_below(rng, sizeof all_steps / sizeof *all_steps)];
}

static bool set_hparams(struct hparams *hparams, const char *text)
{
    char name[32], value[32];
    int length;
    hparams_init(hparams);
    for (; sscanf(text, " %31[^= ]=%31[^ ]%n", name, value, &length) == 2; text += length) {
        struct error error;
        const struct hparam *row = hparam_find(name, &error);
        if (!row || !hparam_set(hparams, row, value, &error)) {
            fprintf(stderr, "%s\n", error.text);
            return false;
        }
    }
    return true;
}

/* Trained for some steps; stops where it diverges. */
static struct training *train(const char *settings, int steps)
{
    struct hparams hparams;
    if (!set_hparams(&hparams, settings))
        exit(2);
    struct training *training =
        training_create(&hparams, dataset_of(&hparams), kernels_select(NULL), NULL);
    for (int i = 0; training && i < steps; i++) {
        if (!training_evaluate(training, false))
            exit(2);
        training_clip(training);
        if (training->seen.divergence.kind != DIVERGED_NOT)
            return training;
        training_update(training);
    }
    if (!training || !training_evaluate(training, false))
        exit(2);
    return training;
}

/* A check at work. */
struct subject {
    const struct gradient_check *check;
    enum check_scheme scheme;
    const char *settings;
    int steps;
};

static void report(const struct subject *subject, int layer, const char *what)
{
    const struct gradient_check *check = subject->check;
    printf("# %s: layer %d, plant %s, scheme %s, elements %" PRId64 ", step %d", what,
        layer + 1, plant_name((int)check->options.plant),
        check_scheme_name((int)subject->scheme), check->options.elements, subject->steps);
    if (check->options.epsilon_count == 2)
        printf(", epsilon %.17g", check->options.epsilons[0]);
    printf(":");
    for (const char *at = subject->settings; *at; at++)
        printf("%s%c", at == subject->settings ? " --" : at[-1] == ' ' ? "--" : "", *at);
    printf("\n");
}

/* Distances of one part at one ε, from the differences themselves. */
struct distances {
    double mistake, whole, noise, curved, count;
};

static struct distances measure(
    const struct subject *subject, int layer, int epsilon, bool bias)
{
    const struct gradient_check *check = subject->check;
    const struct check_scheme_info *scheme = &check_schemes[subject->scheme];
    const struct check_layer *own = &check->layers[layer];
    double mistake = 0, whole = 0, noise = 0, count = 0, gradient = 0, bent = 0;
    double step = check->options.epsilons[epsilon];
    for (int64_t k = 0; k < own->count; k++) {
        struct check_sample s = gradient_check_sample(
            check, scheme->difference, scheme->precision, epsilon, layer, k);
        double right = check->own[own->first + k];
        if (s.bias != bias || s.kink)
            continue;
        mistake = hypot(mistake, s.analytic - right);
        whole = hypot(whole, s.analytic + right);
        noise = hypot(noise, s.numeric - right);
        gradient = hypot(gradient, right);
        int64_t at = epsilon * check->total + own->first + k;
        bent = hypot(bent, (check->up[at] - 2 * check->base + check->down[at]) / (2 * step));
        count++;
    }
    double unit = scheme->precision == PRECISION_FLOAT ? 0x1p-24 : 0x1p-53;
    double rounding = unit * fabs(check->base) * sqrt(count) / step;
    if (count == 0 || !isfinite(noise) || !isfinite(mistake))
        return (struct distances){0, 0, NAN, 0, 0};
    double curved = bent > 0 ? bent * (bent / (gradient + bent)) : 0;
    if (subject->scheme == SCHEME_FORWARD)
        curved = fmax(curved, bent / 3);
    return (struct distances){mistake, whole, fmax(noise, rounding), curved, count};
}

/* Whether a planted mistake can be seen in one of the parts; its largest relative size. */
static bool can_be_seen(const struct subject *subject, int layer, double *size)
{
    bool seen = false;
    *size = 0;
    for (int part = 0; part < 2; part++) {
        struct distances best = {0, 0, NAN, 0, 0}, second = best;
        for (int e = 0; e < subject->check->done; e++) {
            struct distances here = measure(subject, layer, e, part);
            if (isnan(here.noise))
                continue;
            if (!(best.noise <= here.noise)) {
                second = best;
                best = here;
            } else if (!(second.noise <= here.noise)) {
                second = here;
            }
        }
        if (best.count != second.count)
            continue; /* kinks at one of them: other elements are compared */
        best = second;
        double relative = best.whole > 0 ? best.mistake / best.whole : best.mistake > 0;
        bool clear = best.mistake > CLEAR * best.noise && best.mistake > STEEP * best.curved;
        seen = seen || (clear && relative > FAR);
        if (clear)
            *size = fmax(*size, relative);
    }
    return seen;
}

/* How near a right gradient comes to being doubted; 1 is there. */
static double closeness(const struct subject *subject, int layer)
{
    const struct check_scheme_info *scheme = &check_schemes[subject->scheme];
    double closest = 0;
    for (int e = 0; e < subject->check->done; e++) {
        const struct check_error *error = gradient_check_error(
            subject->check, scheme->difference, scheme->precision, e, layer);
        for (int part = 0; part < 2 && isfinite(error->gradient); part++) {
            const struct check_part *p = &error->parts[part];
            if (p->count > 0 && p->distance >= CHECK_FAIR * p->sum)
                closest = fmax(
                    closest, p->distance / fmax(fmax(p->agrees, p->differs), p->curved) / 10);
        }
    }
    return closest;
}

static void judge(const struct subject *subject, struct tally *tally)
{
    const struct gradient_check *check = subject->check;
    const struct check_scheme_info *scheme = &check_schemes[subject->scheme];
    for (int l = 0; l < check->network->layer_count; l++) {
        enum verdict_kind kind =
            check_verdict(check, scheme->difference, scheme->precision, l).kind;
        double size;
        if (!check->spoilt[l]) {
            tally->right[kind]++;
            double close = closeness(subject, l);
            if (close > 0.7 && !verdict_accuses(kind))
                report(subject, l, "close");
            tally->closest = fmax(tally->closest, close);
            if (verdict_accuses(kind)) {
                report(subject, l, "accused");
                tally->accused++;
            }
        } else if (can_be_seen(subject, l, &size)) {
            tally->seen[kind]++;
            if (kind != VERDICT_WRONG) {
                report(subject, l, "missed");
                tally->overlooked++;
            }
        } else {
            tally->unseen[kind]++;
            if (verdict_passes(kind))
                tally->missed = fmax(tally->missed, size);
        }
    }
}

/* All differences; with one ε asked for, the second only where it is needed. */
static struct gradient_check *make(
    const struct training *training, enum check_scheme scheme, double epsilon, int64_t elements)
{
    struct check_options options;
    check_options_init(&options, 1);
    options.elements = elements;
    options.with_float = epsilon == EPSILONS_ALL || scheme == SCHEME_FLOAT;
    if (epsilon > 0) {
        options.epsilons[0] = epsilon;
        options.epsilons[1] = check_second_epsilon(epsilon);
        options.epsilon_count = 2;
    }
    struct gradient_check *check = gradient_check_create(training, &options);
    if (!check)
        exit(2);
    return check;
}

static void go_on(struct gradient_check *check, int done)
{
    while (check->done < done)
        (void)gradient_check_advance(check);
}

static void try_plants(struct subject *subject, struct gradient_check *check,
    enum check_scheme first, enum check_scheme end, struct tally *tally)
{
    for (int plant = 0; plant < PLANT_COUNT; plant++) {
        if (!gradient_check_plant(check, (enum plant)plant))
            exit(2);
        for (enum check_scheme s = first; s < end; s++) {
            subject->scheme = s;
            if (check->options.epsilon_count == 2 && check->done == 1 &&
                check_needs_second(check, s))
                go_on(check, 2);
            judge(subject, tally);
        }
    }
}

static void try_settings(
    struct rng *rng, bool unscaled, struct tally *whole, struct tally *single)
{
    char settings[400];
    int steps;
    draw_settings(rng, unscaled, settings, sizeof settings, &steps);
    int64_t elements = rng_below(rng, 2) ? 12 : 40;
    struct training *training = train(settings, steps);
    struct gradient_check *check = make(training, SCHEME_CENTRED, EPSILONS_ALL, elements);
    struct subject subject = {check, SCHEME_CENTRED, settings, (int)training->step};
    go_on(check, check->options.epsilon_count);
    try_plants(&subject, check, SCHEME_CENTRED, SCHEME_COUNT, whole);
    gradient_check_destroy(check);
    for (enum check_scheme s = SCHEME_CENTRED; s < SCHEME_COUNT; s++) {
        double epsilon = pow(10, -1 - 9 * rng_uniform(rng));
        subject.check = check = make(training, s, epsilon, elements);
        go_on(check, 1);
        try_plants(&subject, check, s, s + 1, single);
        gradient_check_destroy(check);
    }
    training_destroy(training);
}

static int64_t say(const char *what, const int64_t kinds[VERDICT_COUNT])
{
    int64_t all = 0;
    for (int k = 0; k < VERDICT_COUNT; k++)
        all += kinds[k];
    printf("#   %-32s %8" PRId64 ":", what, all);
    for (int k = 0; k < VERDICT_COUNT; k++) {
        if (kinds[k] > 0)
            printf(" %s %" PRId64 ",", verdict_name((enum verdict_kind)k), kinds[k]);
    }
    printf("\n");
    return all;
}

static void say_tally(const char *title, const struct tally *tally)
{
    printf("# %s\n", title);
    (void)say("right", tally->right);
    (void)say("planted, to be seen", tally->seen);
    (void)say("planted, below what can be seen", tally->unseen);
    printf(
        "#   a right gradient came to %.2g of what is doubted; the largest mistake that passed "
        "is %.2g of the gradient\n",
        tally->closest, tally->missed);
}

int main(int argc, char **argv)
{
    int settings = argc > 1 ? atoi(argv[1]) : 60;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    struct tally whole = {.accused = 0}, single = {.accused = 0};
    struct tally far = {.accused = 0}, far_single = {.accused = 0};
    for (int i = 0; i < settings; i++) {
        struct rng rng;
        rng_init(&rng, seed, RNG_CHECK, (uint64_t)i);
        try_settings(&rng, false, &whole, &single);
        rng_init(&rng, seed, RNG_CHECK, (1 << 20) + (uint64_t)i);
        try_settings(&rng, true, &far, &far_single);
    }
    printf("# %d settings of seed %" PRIu64 "\n", settings, seed);
    say_tally("the whole curve, centred, forward and float", &whole);
    say_tally("one epsilon, and a second where it is needed", &single);
    say_tally("inputs that are not scaled: the whole curve", &far);
    say_tally("inputs that are not scaled: one epsilon", &far_single);
    int accused = whole.accused + single.accused + far.accused + far_single.accused;
    int overlooked = whole.overlooked + single.overlooked;
    printf("1..2\n%s 1 - no right gradient is accused\n%s 2 - what can be seen is found\n",
        accused ? "not ok" : "ok", overlooked ? "not ok" : "ok");
    return accused + overlooked > 0;
}
