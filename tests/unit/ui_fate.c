/*
 * What the unit's card claims of a dead unit's past and future, against the past as it was seen
 * and the training continued: hundreds of small nets with settings drawn at random.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "ui/views/units.h"
#include "ui_screens.h"

enum { CASES = 300, UNITS = 24, INPUTS = 8, PAST = 80, FUTURE = 300 };

enum claim {
    CAN_COME_BACK, /* its parameters move at the next update */
    NOTHING_MOVES, /* its parameters stay, and it stays dead */
    STAYS_SILENT,  /* it stays dead, whatever its parameters do */
    BY_INPUTS,     /* its parameters stay; back only after layers before it have moved */
    SHRINKS,       /* as BY_INPUTS, but decay shrinks its parameters */
    BREAKS,        /* the next update makes it not finite */
    CLAIMS
};

static const struct {
    const char *words;
    enum claim claim;
} claims[] = {{"it can come back", CAN_COME_BACK}, {"nothing moves it", NOTHING_MOVES},
    {"too small to move", NOTHING_MOVES}, {"does not rise above 0", STAYS_SILENT},
    {"shrinks", SHRINKS}, {"comes back only if", BY_INPUTS},
    {"makes its weights not finite", BREAKS}};

static enum claim claim_of(const char *text)
{
    for (size_t i = 0; i < ARRAY_LEN(claims); i++) {
        if (strstr(text, claims[i].words))
            return claims[i].claim;
    }
    ck_abort_msg("no claim: %s", text);
    return CLAIMS;
}

/* Knuth's MMIX generator, the upper bits. */
static unsigned draw(uint64_t *state, unsigned below)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*state >> 33) % below;
}

static void draw_settings(uint64_t *state, char *text, size_t size)
{
    static const char *const inits[] = {"he_normal", "he_normal", "normal", "zeros"};
    static const char *const biases[] = {"0", "-0.5", "-1", "-3"};
    static const char *const rates[] = {"0", "0.03", "0.3", "3"};
    static const char *const decays[] = {"0", "0", "0.01", "0.5"};
    static const char *const rest[] = {"", "batch=5", "clip=norm", "momentum=0.5 epsilon=0"};
    (void)snprintf(text, size,
        "activation=%s leaky_slope=0 samples=20 depth=%u width=%u init=%s bias=%s lr=%s "
        "weight_decay=%s optimizer=%s seed=%u %s",
        draw(state, 4) ? "relu" : "leaky_relu", 1 + draw(state, 4), 2 + draw(state, 5),
        inits[draw(state, 4)], biases[draw(state, 4)], rates[draw(state, 4)],
        decays[draw(state, 4)], optimizer_name((int)draw(state, OPTIMIZER_COUNT)),
        1 + draw(state, 1000), rest[draw(state, 4)]);
}

/* A unit's weights with the bias at the end. */
static int parameters_of(const struct training *t, int i, double values[INPUTS])
{
    const struct layer *layer = &t->network->layers[i / t->census.width];
    for (int k = 0; k <= layer->n_in; k++)
        values[k] = layer->parameters[k * layer->stride + i % t->census.width];
    return layer->n_in + 1;
}

static bool same(const double *a, const double *b, int count)
{
    for (int i = 0; i < count; i++) {
        if (a[i] != b[i])
            return false;
    }
    return true;
}

/* What was seen of a unit in each step so far. */
struct past {
    bool dead[PAST + 1], counted[PAST + 1];
    double bias[PAST + 1];
};

/* The first count of those without a living one since. */
static int died_of(const struct past *past, int step)
{
    int died = -1;
    for (int s = step; s >= 0; s--) {
        if (past->counted[s] && !past->dead[s])
            break;
        died = past->counted[s] ? s : died;
    }
    return died;
}

static void check_past(const struct snapshot *s, const struct past *past, const char *settings)
{
    char now[UNIT_WORDS], cause[UNIT_WORDS];
    int died = died_of(past, (int)s->seen.step), told = -1;
    double bias, weight;
    unit_say_now(s, now);
    unit_say_cause(s, cause);
    const char *since = strstr(now, "since step ");
    if (since)
        told = atoi(since + strlen("since step "));
    ck_assert_msg(told == died, "%s: %s (it died at %d)", settings, now, died);
    ck_assert_int_eq(strstr(cause, "before the first step") != NULL, died == 0);
    ck_assert_int_eq(strstr(cause, "in this epoch") != NULL, died < 0);
    if (sscanf(cause,
            "The update that killed it moved the bias by %lf and a weight by up to %lf", &bias,
            &weight) == 2) {
        /* Two digits are told, and the difference is rounded. */
        double moved = past->bias[died] - past->bias[died - 1];
        ck_assert_msg(fabs(bias - moved) <= 0.051 * fabs(moved) + 1e-14, "%s: %s (%g)",
            settings, cause, moved);
    } else if (strstr(cause, "did not touch its weights")) {
        ck_assert_double_eq(past->bias[died], past->bias[died - 1]);
        ck_assert_int_gt(s->unit.layer, 1);
    }
}

struct future {
    enum claim claim;
    char text[UNIT_WORDS];
    double then[INPUTS]; /* its parameters when it was said */
    int count;
};

/* Whether a parameter of the layers before this unit's has changed since. */
static bool inputs_moved(const struct training *t, const struct future *then, int i)
{
    int width = t->census.width;
    for (int k = 0; k < i / width * width; k++) {
        double now[INPUTS];
        int count = parameters_of(t, k, now);
        if (!same(now, then[k].then, count))
            return true;
    }
    return false;
}

static void check_now(
    const struct training *t, const struct future *all, int i, int ahead, const char *settings)
{
    const struct future *f = &all[i];
    double values[INPUTS];
    int count = parameters_of(t, i, values);
    bool stays = same(values, f->then, count), dead = t->census.units[i].active == 0;
    if (f->claim == CAN_COME_BACK)
        ck_assert_msg(ahead > 1 || !stays, "%s: %s", settings, f->text);
    if (f->claim == NOTHING_MOVES)
        ck_assert_msg(dead && stays, "%s, %d steps later: %s", settings, ahead, f->text);
    if (f->claim == STAYS_SILENT)
        ck_assert_msg(dead, "%s, %d steps later: %s", settings, ahead, f->text);
    if (f->claim == BY_INPUTS || f->claim == SHRINKS)
        ck_assert_msg(dead || inputs_moved(t, all, i), "%s, %d steps later: %s", settings,
            ahead, f->text);
}

/* Trains on; a claim that ended by a return is not looked at any more. */
static void check_future(struct session *session, const struct future *all, bool *watched,
    const char *settings, int *returned)
{
    struct training *t = session->run->training;
    int units = t->census.depth * t->census.width;
    for (int ahead = 1; ahead <= FUTURE; ahead++) {
        run_update(session->run);
        ck_assert(run_evaluate(session->run, true));
        bool broken = run_diverged(session->run);
        for (int i = 0; i < units; i++) {
            if (!watched[i])
                continue;
            if (all[i].claim == BREAKS)
                ck_assert_msg(broken, "%s: %s", settings, all[i].text);
            if (broken)
                continue;
            check_now(t, all, i, ahead, settings);
            if (t->census.units[i].active > 0) {
                returned[all[i].claim]++;
                watched[i] = false;
            }
        }
        if (broken)
            return;
    }
}

static void watch_unit(struct looks *looks, struct session *session, int layer, int unit)
{
    struct watch watch;
    memset(&watch, 0, sizeof watch);
    watch.details = DETAIL_UNIT | DETAIL_UNITS;
    watch.layer = layer;
    watch.unit = unit;
    looks_watch(looks, session, &watch);
    ck_assert(run_evaluate(session->run, true));
}

/* Steps to where the claims are made; false when it diverges before. */
static bool live(struct session *session, int steps, struct past *past)
{
    const struct training *t = session->run->training;
    for (int s = 0;; s++) {
        ck_assert(run_evaluate(session->run, true));
        if (run_diverged(session->run))
            return false;
        for (int i = 0; i < t->census.depth * t->census.width; i++) {
            double values[INPUTS];
            int count = parameters_of(t, i, values);
            past[i].dead[s] = t->census.units[i].active == 0;
            past[i].counted[s] = (uint64_t)s % training_epoch_steps(t) == 0;
            past[i].bias[s] = values[count - 1];
        }
        if (s == steps)
            return true;
        run_update(session->run);
    }
}

static void check_case(const char *settings, int steps, int *made, int *returned)
{
    static struct past past[UNITS];
    static struct future future[UNITS];
    bool watched[UNITS] = {false};
    struct hparams hparams = hparams_of(settings);
    struct looks looks = {.starved = false};
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    struct snapshot snapshot;
    ck_assert_ptr_nonnull(session);
    snapshot_init(&snapshot);
    bool lives = live(session, steps, past);
    for (int i = 0; lives && i < hparams.depth * hparams.width; i++) {
        struct future *f = &future[i];
        f->count = parameters_of(session->run->training, i, f->then);
        if (session->run->training->census.units[i].active > 0)
            continue;
        watch_unit(&looks, session, i / hparams.width + 1, i % hparams.width + 1);
        ck_assert(snapshot_take(&snapshot, session, &looks));
        check_past(&snapshot, &past[i], settings);
        unit_say_outlook(&snapshot, f->text);
        f->claim = claim_of(f->text);
        made[f->claim]++;
        watched[i] = true;
    }
    if (lives)
        check_future(session, future, watched, settings, returned);
    snapshot_clear(&snapshot);
    session_destroy(session);
    looks_clear(&looks);
}

START_TEST(what_a_card_says_of_a_dead_unit_comes_true)
{
    int made[CLAIMS] = {0}, returned[CLAIMS] = {0};
    uint64_t state = 11;
    for (int i = 0; i < CASES; i++) {
        char settings[300];
        draw_settings(&state, settings, sizeof settings);
        check_case(
            settings, (int)draw(&state, 3) ? (int)draw(&state, PAST) : 0, made, returned);
    }
    for (int claim = 0; claim < CLAIMS; claim++) {
        if (getenv("NABLASCOPE_SHOW_CLAIMS"))
            printf("# claim %d: %d, %d came back\n", claim, made[claim], returned[claim]);
        ck_assert_msg(made[claim] >= 10, "claim %d was made %d times", claim, made[claim]);
    }
    /* What can come back does so now and then, by its parameters and by its inputs. */
    ck_assert_int_gt(returned[CAN_COME_BACK], 10);
    ck_assert_int_gt(returned[BY_INPUTS], 0);
}
END_TEST

/* The slope of leaky_relu is no business of a ReLU's units. */
START_TEST(a_setting_that_changes_nothing_does_not_change_the_cause)
{
    struct hparams hparams = hparams_of("activation=relu init=he_normal depth=1 lr=10");
    struct looks looks = {.starved = false};
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    struct snapshot snapshot;
    snapshot_init(&snapshot);
    ck_assert(session_advance(session, 20));
    bool rebuilt;
    hparams.leaky_slope = 0.5;
    ck_assert(session_configure(session, &hparams, &rebuilt, NULL));
    int dead = 0;
    for (int unit = 1; unit <= hparams.width; unit++) {
        char cause[UNIT_WORDS];
        watch_unit(&looks, session, 1, unit);
        ck_assert(snapshot_take(&snapshot, session, &looks));
        if (snapshot.units[unit - 1].state != UNIT_DEAD)
            continue;
        unit_say_cause(&snapshot, cause);
        ck_assert_msg(strstr(cause, "The update that killed it moved"), "%s", cause);
        dead++;
    }
    ck_assert_int_gt(dead, 5);
    snapshot_clear(&snapshot);
    session_destroy(session);
    looks_clear(&looks);
}
END_TEST

/* Far out their slope is as good as 0, or 0: no unit of theirs is promised to learn. */
START_TEST(units_far_out_are_not_promised_to_live)
{
    static const char *const names[] = {"elu", "gelu", "silu", "softplus"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char settings[100], now[UNIT_WORDS], then[UNIT_WORDS];
        (void)snprintf(settings, sizeof settings, "activation=%s bias=-800 depth=2", names[i]);
        struct hparams hparams = hparams_of(settings);
        struct looks looks = {.starved = false};
        struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
        struct snapshot snapshot;
        snapshot_init(&snapshot);
        watch_unit(&looks, session, 1, 1);
        ck_assert(snapshot_take(&snapshot, session, &looks));
        ck_assert_double_eq(snapshot.unit.mean_slope, 0);
        unit_say_now(&snapshot, now);
        unit_say_outlook(&snapshot, then);
        ck_assert_str_eq(now,
            "z > 0 on 0 of 200 samples (0 %); on 200 the slope is below 5 % of its maximum.");
        ck_assert_ptr_nonnull(strstr(then, "Its slope multiplies δ: 0 in the mean."));
        ck_assert_ptr_nonnull(strstr(then, "hardly learns"));
        ck_assert_ptr_null(strstr(then, "cannot die"));
        snapshot_clear(&snapshot);
        session_destroy(session);
        looks_clear(&looks);
    }
}
END_TEST

Suite *fate_suite(void)
{
    return SUITE("fate", what_a_card_says_of_a_dead_unit_comes_true,
        a_setting_that_changes_nothing_does_not_change_the_cause,
        units_far_out_are_not_promised_to_live);
}
