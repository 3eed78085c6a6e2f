/* Saving a training, loading it, and going on as if nothing had happened. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/activation.h"
#include "core/digest.h"
#include "core/state.h"
#include "suites.h"

static void add_layer(uint64_t *digest, const struct layer_stats *s)
{
    const double reals[] = {s->units, s->signal, s->delta_rms, s->signal_ceiling, s->ceiling,
        s->weight_grad_norm, s->bias_grad_norm, s->weight_norm, s->act_mean, s->act_std,
        s->dead, s->rare, s->saturated};
    const struct ratio ratios[] = {
        s->slope_gain, s->weight_gain, s->gain, s->last_update_ratio, s->update_ratio};
    for (size_t i = 0; i < ARRAY_LEN(reals); i++)
        digest_real(digest, reals[i]);
    for (size_t i = 0; i < ARRAY_LEN(ratios); i++)
        digest_real(digest, ratios[i].defined ? ratios[i].value : NAN);
}

/* Of a matrix of B samples, unless it is not kept. */
static void add_signals(
    uint64_t *digest, const struct training *t, const struct layer *layer, const double *values)
{
    for (int s = 0; values && s < t->seen.samples; s++) {
        for (int j = 0; j < layer->n_out; j++)
            digest_real(digest, values[s * layer->stride + j]);
    }
}

static void add_census(uint64_t *digest, const struct census *census)
{
    const int64_t totals[] = {census->toll.dead, census->toll.deaths, census->toll.revivals,
        census->toll.first_death, census->toll.last_death, census->toll.last_revival,
        census->immortal};
    for (size_t i = 0; i < ARRAY_LEN(totals); i++)
        digest_bits(digest, (uint64_t)totals[i]);
    for (int i = 0; i < census->depth * census->width; i++) {
        const struct unit_record *unit = &census->units[i];
        digest_bits(digest, (uint64_t)unit->died_at);
        digest_bits(digest, (uint64_t)unit->revived_at);
        digest_bits(digest, (uint64_t)unit->alive_at);
        digest_bits(digest, (uint64_t)unit->active);
        digest_bits(digest, (uint64_t)unit->revivals);
        digest_real(digest, unit->peak);
        digest_real(digest, unit->bias_change);
        digest_real(digest, unit->weight_change);
    }
}

/*
 * All that an evaluated and clipped step shows; with the update ratios, once it is updated. It
 * lists for itself what is in a state: what is missing there must not be missing here.
 */
static uint64_t seen_of(const struct training *t)
{
    uint64_t digest = DIGEST_START;
    const double reals[] = {t->seen.loss, t->seen.accuracy, t->seen.test_loss,
        t->seen.test_error, t->seen.test_accuracy, t->seen.saturated, t->seen.clip.norm_before,
        t->seen.clip.norm_after, t->seen.clip.scale, t->seen.clip.fraction,
        t->seen.clip.cosine};
    const int wholes[] = {t->seen.clip.has_cosine, t->seen.samples,
        (int)t->seen.divergence.kind, (int)t->seen.divergence.step, t->seen.divergence.layer,
        t->seen.divergence.unit};
    for (size_t i = 0; i < ARRAY_LEN(reals); i++)
        digest_real(&digest, reals[i]);
    for (size_t i = 0; i < ARRAY_LEN(wholes); i++)
        digest_bits(&digest, (uint64_t)wholes[i]);
    digest_bits(&digest, t->step);
    digest_bits(&digest, t->optimizer_steps);
    digest_bits(&digest, t->seen.survey_step);
    digest_bits(&digest, t->seen.surveyed);
    add_census(&digest, &t->census);
    for (int s = 0; s < t->data->samples + t->data->test; s++)
        digest_bits(&digest, (uint64_t)t->predicted[s]);
    for (int s = 0; s < t->seen.samples; s++)
        digest_bits(&digest, (uint64_t)t->batch[s]);
    for (int l = 0; l < t->network->layer_count; l++) {
        const struct layer *layer = &t->network->layers[l];
        add_layer(&digest, &t->seen.layers[l]);
        add_signals(&digest, t, layer, layer->z);
        add_signals(&digest, t, layer, layer->a);
        add_signals(&digest, t, layer, layer->delta);
        const double *blocks[] = {layer->gradients, layer->parameters, layer->m, layer->v};
        for (size_t b = 0; b < ARRAY_LEN(blocks); b++) {
            for (size_t i = 0; blocks[b] && i < layer_block(layer); i++)
                digest_real(&digest, blocks[b][i]);
        }
    }
    return digest;
}

/* A setting that is changed before that step is evaluated. */
struct change {
    uint64_t step;
    const char *setting;
};

static void change(struct training *t, const struct change *changes)
{
    for (; changes && changes->setting; changes++) {
        struct hparams hparams = t->hparams;
        char name[32], value[32];
        if (changes->step != t->step)
            continue;
        ck_assert_int_eq(sscanf(changes->setting, "%31[^=]=%31s", name, value), 2);
        ck_assert(hparam_set(&hparams, hparam_find(name, NULL), value, NULL));
        ck_assert(training_adjust(t, &hparams));
    }
}

/* One step; what it showed, before and after the update. */
static uint64_t step_of(struct training *t, const struct change *changes)
{
    change(t, changes);
    ck_assert(training_evaluate(t, t->step % 3 == 0) && training_clip(t));
    uint64_t seen = seen_of(t);
    ck_assert(training_update(t));
    return seen ^ seen_of(t) * 3;
}

enum { STEPS = 18 };

/* A straight run: what each step showed, and the state before it. */
struct life {
    uint64_t seen[STEPS], digest[STEPS];
    char *state[STEPS];
    size_t size[STEPS];
};

static void save_into(struct life *life, const struct training *t, int step)
{
    size_t size = life->size[step] = state_size(t);
    life->state[step] = malloc(size + 1);
    ck_assert_ptr_nonnull(life->state[step]);
    life->state[step][size] = 77;
    state_save(t, life->state[step]);
    ck_assert_int_eq(life->state[step][size], 77);
    life->digest[step] = state_digest(t, STATE_COMPUTED | STATE_NOTED);
}

static void live(struct life *life, struct training *t, const struct change *changes)
{
    for (int step = 0; step < STEPS; step++) {
        save_into(life, t, step);
        life->seen[step] = step_of(t, changes);
    }
}

static void life_clear(struct life *life)
{
    for (int step = 0; step < STEPS; step++)
        free(life->state[step]);
}

/* Loads step `from` and goes on to the end. */
static void relive(const struct life *life, struct training *t, int from,
    const struct change *changes, const char *settings)
{
    ck_assert(state_load(t, life->state[from]));
    ck_assert_msg(state_digest(t, STATE_COMPUTED | STATE_NOTED) == life->digest[from],
        "%s: step %d is not the one that was saved", settings, from);
    ck_assert_uint_eq(state_size(t), life->size[from]);
    for (int step = from; step < STEPS; step++)
        ck_assert_msg(step_of(t, changes) == life->seen[step],
            "%s: from step %d, step %d is another", settings, from, step);
}

/* Goes back in the training itself, and in a new one to which nothing has happened. */
static void check(
    const char *settings, const struct change *changes, const int *from, int count)
{
    struct life life;
    struct training *t = training_of(settings), *other = training_of(settings);
    live(&life, t, changes);
    for (int i = 0; i < count; i++) {
        relive(&life, t, from[i], changes, settings);
        relive(&life, other, from[i], changes, settings);
    }
    training_destroy(t);
    training_destroy(other);
    life_clear(&life);
}

START_TEST(a_loaded_training_goes_on_to_the_same_bits)
{
    static const int batches[] = {0, 7, 29}, from[] = {9, 4, 11, 0};
    for (int n = 0; n < ACTIVATION_COUNT * OPTIMIZER_COUNT * CLIP_COUNT; n++) {
        char settings[200];
        (void)snprintf(settings, sizeof settings,
            "activation=%s optimizer=%s clip=%s clip_at=0.02 batch=%d depth=3 width=9 "
            "samples=30 init=he_normal bias=-0.3 lr=0.05 weight_decay=0.01 data=%s",
            activation_name(n % ACTIVATION_COUNT),
            optimizer_name(n / ACTIVATION_COUNT % OPTIMIZER_COUNT),
            clip_name(n / ACTIVATION_COUNT / OPTIMIZER_COUNT), batches[_i],
            n % 2 ? "blobs test=0.3" : "moons");
        check(settings, NULL, from, ARRAY_LEN(from));
    }
}
END_TEST

START_TEST(settings_changed_on_the_way_come_back_with_the_state)
{
    static const struct change changes[] = {{2, "lr=0.01"}, {3, "activation=relu"},
        {5, "optimizer=adam"}, {6, "clip=norm"}, {8, "activation=gelu"}, {8, "lr=0.2"},
        {9, "optimizer=momentum"}, {11, "activation=leaky_relu"}, {12, "leaky_slope=0"},
        {13, "optimizer=rmsprop"}, {14, "clip=value"}, {15, "epsilon=1e-3"},
        {16, "weight_decay=0.1"}, {0, NULL}};
    static const int from[] = {17, 1, 9, 4, 13, 6, 16, 3, 8, 12, 0, 14, 2, 15, 5, 10, 7, 11};
    check("depth=3 width=10 samples=40 clip_at=0.05 bias=-0.2", changes, from, STEPS);
    check("depth=2 width=8 samples=40 batch=9 clip_at=0.05 bias=-0.2", changes, from, STEPS);
    check("width=9,3,12 samples=40 batch=9 clip_at=0.05 output=sigmoid", changes, from, STEPS);
}
END_TEST

/* Steps at random of a long run, in random order, each from the checkpoint before it. */
static void seek(const char *settings, bool until_diverged, int64_t *deaths, int64_t *revivals)
{
    enum { LONG = 160, EVERY = 20 };
    uint64_t seen[LONG];
    char *states[LONG / EVERY];
    struct training *t = training_of(settings);
    struct rng rng;
    bool diverged = false;
    for (int step = 0; step < LONG; step++) {
        if (step % EVERY == 0) {
            states[step / EVERY] = malloc(state_size(t));
            state_save(t, states[step / EVERY]);
        }
        seen[step] = step_of(t, NULL);
        diverged = diverged || t->seen.divergence.kind != DIVERGED_NOT;
    }
    *deaths = t->census.toll.deaths;
    *revivals = t->census.toll.revivals;
    ck_assert_int_eq(diverged, until_diverged);
    rng_init(&rng, 5, RNG_WEIGHTS, 0);
    for (int i = 0; i < 30; i++) {
        int target = (int)rng_below(&rng, LONG);
        ck_assert(state_load(t, states[target / EVERY]));
        while (t->step < (uint64_t)target)
            (void)step_of(t, NULL);
        ck_assert_msg(step_of(t, NULL) == seen[target], "%s: step %d", settings, target);
    }
    for (int i = 0; i < LONG / EVERY; i++)
        free(states[i]);
    training_destroy(t);
}

START_TEST(deaths_revivals_and_divergence_come_again)
{
    static const struct {
        const char *settings;
        bool diverges, dies, revives;
    } runs[] = {
        {"activation=relu init=he_normal depth=3 bias=-1 optimizer=adam lr=0.01 samples=80",
            false, true, true},
        {"activation=relu init=he_normal depth=3 bias=-1 optimizer=adam lr=0.01 batch=30 "
         "samples=80",
            false, true, true},
        {"activation=relu init=he_normal depth=4 lr=3 batch=33 clip=norm", false, true, false},
        {"activation=linear depth=3 lr=20 loss=mse width=9 samples=30", true, false, false}};
    for (size_t i = 0; i < ARRAY_LEN(runs); i++) {
        int64_t deaths, revivals;
        seek(runs[i].settings, runs[i].diverges, &deaths, &revivals);
        ck_assert_msg(!runs[i].dies || deaths > 0, "%s: nothing died", runs[i].settings);
        ck_assert_msg(!runs[i].revives || revivals > 0, "%s: none came back", runs[i].settings);
    }
}
END_TEST

/* Until it is asked for the last time. */
static bool asked_out(void *context)
{
    int *left = context;
    return --*left < 0;
}

START_TEST(an_interrupted_update_is_forgotten)
{
    struct hparams h = hparams_of("activation=tanh depth=6 optimizer=adam lr=0.01 batch=50");
    int left = 1 << 30;
    struct interrupt interrupt = {.wanted = asked_out, .context = &left};
    struct training *t = training_create(&h, dataset_of(&h), kernels_select(NULL), &interrupt);
    training_go(t, 5);
    void *state = malloc(state_size(t));
    state_save(t, state);
    uint64_t seen = step_of(t, NULL);
    ck_assert(training_evaluate(t, false) && training_clip(t));
    left = 3;
    ck_assert(!training_update(t) && t->updated > 0);
    left = 1 << 30;
    ck_assert(state_load(t, state));
    ck_assert_int_eq(t->updated, 0);
    ck_assert(step_of(t, NULL) == seen);
    free(state);
    training_destroy(t);
}
END_TEST

/* All words of two structs but those at these offsets, which point elsewhere. */
static void same_but_for(const void *a, const void *b, size_t size, const size_t *pointers,
    size_t count, const char *what)
{
    for (size_t at = 0; at + sizeof(void *) <= size; at += sizeof(void *)) {
        bool excused = false;
        for (size_t i = 0; i < count; i++)
            excused = excused || pointers[i] == at;
        ck_assert_msg(
            excused || memcmp((const char *)a + at, (const char *)b + at, sizeof(void *)) == 0,
            "%s: a state lacks what stands at offset %d", what, (int)at);
    }
}

#define SAME(a, b, type, ...)                                                                  \
    do {                                                                                       \
        type one = *(a), two = *(b);                                                           \
        CLEAR_PADDING(&one), CLEAR_PADDING(&two);                                              \
        same_but_for(&one, &two, sizeof one, (const size_t[]){__VA_ARGS__},                    \
            sizeof((const size_t[]){__VA_ARGS__}) / sizeof(size_t), #type);                    \
    } while (0)

/* Whole structs, so that a new field is not forgotten: it is saved, or it is computed anew by
 * an evaluation, or it is excused here. */
static void compare(const struct training *a, const struct training *b)
{
    size_t census = offsetof(struct training, census),
           survey = offsetof(struct training, survey), seen = offsetof(struct training, seen);
    SAME(a, b, struct training, offsetof(struct training, criterion.labels),
        offsetof(struct training, data), offsetof(struct training, network),
        offsetof(struct training, batch), seen + offsetof(struct observation, layers),
        offsetof(struct training, led), offsetof(struct training, predicted),
        offsetof(struct training, order), census + offsetof(struct census, units),
        census + offsetof(struct census, dead), census + offsetof(struct census, rare),
        census + offsetof(struct census, counts), census + offsetof(struct census, peaks),
        census + offsetof(struct census, bias_changes),
        census + offsetof(struct census, weight_changes),
        survey + offsetof(struct survey, parts), survey + offsetof(struct survey, votes));
    size_t count = (size_t)a->census.depth * (size_t)a->census.stride * sizeof(double);
    ck_assert_mem_eq(a->census.bias_changes, b->census.bias_changes, count);
    ck_assert_mem_eq(a->census.weight_changes, b->census.weight_changes, count);
    count = (size_t)a->data->samples * sizeof *a->predicted;
    ck_assert_mem_eq(a->predicted, b->predicted, count);
    for (int l = 0; l < a->network->layer_count; l++) {
        SAME(&a->network->layers[l], &b->network->layers[l], struct layer,
            offsetof(struct layer, parameters), offsetof(struct layer, gradients),
            offsetof(struct layer, m), offsetof(struct layer, v), offsetof(struct layer, a),
            offsetof(struct layer, z), offsetof(struct layer, delta),
            offsetof(struct layer, bad_units), offsetof(struct layer, steps),
            offsetof(struct layer, chunks),
            offsetof(struct layer, step_norm)); /* of an update that one has not made */
        SAME(&a->seen.layers[l], &b->seen.layers[l], struct layer_stats,
            offsetof(struct layer_stats, update_ratio) + offsetof(struct ratio, value));
    }
    SAME(a->network, b->network, struct network, offsetof(struct network, layers),
        offsetof(struct network, inputs), offsetof(struct network, back),
        offsetof(struct network, z), offsetof(struct network, delta),
        offsetof(struct network, delta) + sizeof(double *), offsetof(struct network, scratch),
        offsetof(struct network, memory), offsetof(struct network, state),
        offsetof(struct network, signals));
}

/* Everything that another life could leave behind, and more. */
static void ruin(struct training *t, bool surveyed)
{
    struct hparams hparams = t->hparams;
    hparams.lr = 0.7;
    hparams.clip = CLIP_VALUE;
    hparams.optimizer = OPTIMIZER_RMSPROP;
    hparams.activation = ACTIVATION_ELU;
    ck_assert(training_adjust(t, &hparams));
    for (int i = 0; i < 31; i++)
        (void)step_of(t, NULL);
    for (int i = 0; i < t->data->samples; i++)
        t->predicted[i] = -3;
    t->census.toll.deaths = t->census.toll.revivals = t->census.toll.first_death = 1234;
    t->census.toll.last_death = t->census.toll.last_revival = t->census.toll.dead = 4321;
    t->seen.accuracy = t->seen.loss = t->seen.saturated = 55;
    t->seen.divergence = (struct divergence){DIVERGED_GRADIENT, 7, 7, 7};
    t->seen.survey_step = 99;
    t->seen.surveyed = surveyed;
    t->seen.clip = (struct clip_report){9, 9, 9, 9, 9, true};
    for (int l = 0; l < t->network->layer_count; l++)
        t->led[l] = (struct layer_update){{8, true}, 9};
    t->seen.symmetric = (struct symmetric_layers){7, 7, 7};
    t->seen.below_epsilon = (struct epsilon_layers){7, 7, 7, 7, 7, 7};
}

START_TEST(nothing_of_another_life_is_left)
{
    static const char *const runs[] = {
        "activation=relu init=he_normal depth=3 bias=-1 optimizer=adam batch=30 clip=norm",
        "activation=relu init=he_normal depth=3 bias=-1 optimizer=adam lr=0.01",
        "activation=tanh depth=4 optimizer=momentum lr=0.1 batch=64"};
    for (size_t n = 0; n < ARRAY_LEN(runs) * CLEARS_PADDING; n++) {
        struct training *t = training_of(runs[n]), *other = training_of(runs[n]);
        for (int steps = 0; steps < 20; steps++) {
            void *state = malloc(state_size(t));
            bool before = steps % 2; /* it is evaluated; else it was, and the other is again */
            if (!before)
                ck_assert(training_evaluate(t, steps % 4) && training_clip(t));
            state_save(t, state);
            ruin(other, !t->seen.surveyed);
            ck_assert(state_load(other, state));
            if (before)
                ck_assert(training_evaluate(t, false) && training_clip(t));
            ck_assert(training_evaluate(other, false) && training_clip(other));
            compare(t, other);
            ck_assert(seen_of(t) == seen_of(other));
            ck_assert(training_update(t));
            free(state);
        }
        training_destroy(t);
        training_destroy(other);
    }
}
END_TEST

START_TEST(no_byte_of_a_state_is_idle)
{
    static const char *const runs[] = {
        "activation=relu gain=2 depth=2 width=3 samples=12 batch=5 lr=0.1 optimizer=adam",
        "activation=tanh depth=1 width=2 samples=5 optimizer=momentum lr=0.1",
        "activation=tanh depth=1 width=2 samples=9 test=0.4 batch=3"};
    for (size_t n = 0; n < ARRAY_LEN(runs); n++) {
        struct training *t = training_of(runs[n]);
        training_go(t, 4);
        training_update(t);
        size_t size = state_size(t);
        unsigned char *state = malloc(size);
        state_save(t, state);
        uint64_t digest = state_digest(t, STATE_COMPUTED | STATE_NOTED);
        for (size_t at = sizeof t->hparams; at < size; at++) {
            state[at] ^= 1; /* the lowest bit, so that a switch stays one */
            ck_assert(state_load(t, state));
            ck_assert_msg(state_digest(t, STATE_COMPUTED | STATE_NOTED) != digest,
                "%s: byte %d of %d", runs[n], (int)at, (int)size);
            state[at] ^= 1;
        }
        ck_assert(state_load(t, state));
        ck_assert(state_digest(t, STATE_COMPUTED | STATE_NOTED) == digest);
        free(state);
        training_destroy(t);
    }
}
END_TEST

START_TEST(who_looks_changes_nothing_that_is_computed)
{
    const char *settings =
        "activation=relu init=he_normal depth=3 bias=-0.5 lr=0.5 batch=30 samples=100";
    struct training *t = training_of(settings), *watched = training_of(settings);
    training_record_deaths(t, false);
    for (int step = 0; step < 25; step++) {
        ck_assert(training_evaluate(t, false) && training_clip(t));
        ck_assert(training_evaluate(watched, true) && training_clip(watched));
        ck_assert(state_digest(t, STATE_COMPUTED) == state_digest(watched, STATE_COMPUTED));
        ck_assert(state_digest(t, STATE_NOTED) != state_digest(watched, STATE_NOTED));
        training_update(t);
        training_update(watched);
    }
    training_destroy(t);
    training_destroy(watched);
}
END_TEST

/* FNV-1a of these bytes by a loop of one's own, in Python:
 *
 *     h = 0xcbf29ce484222325
 *     for b in bytes: h = (h ^ b) * 0x100000001b3 % 2**64
 *
 * with bytes = struct.pack('<5d2q', 2, 2, 0, 2, 0, 0, 0) for W = [2 2] and b = [0] of a unit,
 * W = [2] and b = [0] of the output, then two counts of steps. */
START_TEST(the_digest_is_the_same_everywhere)
{
    struct training *t =
        training_of("depth=1 width=1 samples=4 init=constant gain=2 optimizer=sgd");
    ck_assert(state_digest(t, STATE_COMPUTED) == UINT64_C(0xd50a3ed906e848c5));
    t->network->layers[0].parameters[0] = NAN;
    uint64_t digest = state_digest(t, STATE_COMPUTED);
    t->network->layers[0].parameters[0] = real_from_bits(UINT64_C(0xfff8000000000123));
    ck_assert(state_digest(t, STATE_COMPUTED) == digest);
    training_destroy(t);
}
END_TEST

Suite *state_suite(void)
{
    Suite *suite = SUITE("state", settings_changed_on_the_way_come_back_with_the_state,
        deaths_revivals_and_divergence_come_again, an_interrupted_update_is_forgotten,
        nothing_of_another_life_is_left, no_byte_of_a_state_is_idle,
        who_looks_changes_nothing_that_is_computed, the_digest_is_the_same_everywhere);
    TCase *grid = tcase_create("grid");
    tcase_set_timeout(grid, 120);
    tcase_add_loop_test(grid, a_loaded_training_goes_on_to_the_same_bits, 0, 3);
    suite_add_tcase(suite, grid);
    return suite;
}
