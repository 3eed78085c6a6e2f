/* Alerts: against the series they are defined by, and whoever watches. */
#include <math.h>
#include <string.h>

#include "engine/alert.h"
#include "engine/looks.h"
#include "engine/preset.h"
#include "engine/session.h"
#include "suites.h"

/* With the step at hand. */
static const struct alerts *told(const struct session *session)
{
    static struct story story;
    run_tell(session->run, &story);
    return &story.alerts;
}

enum { STEPS_MOST = 400 };

static struct session *session_of_preset(const char *name, const char *settings)
{
    struct hparams hparams = hparams_of(settings);
    if (name)
        preset_apply(preset_find(name, NULL), &hparams);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert_ptr_nonnull(session);
    return session;
}

/* The oldest alert of this kind, NULL when there is none. */
static const struct alert *first_of(const struct alerts *alerts, enum alert_kind kind)
{
    const struct alert *found = NULL;
    ck_assert_uint_le(alerts->total, ALERTS_KEPT);
    for (int back = 0; alerts_recent(alerts, back); back++) {
        if (alerts_recent(alerts, back)->kind == kind)
            found = alerts_recent(alerts, back);
    }
    return found;
}

static int count_of(const struct alerts *alerts, enum alert_kind kind)
{
    int count = 0;
    for (int back = 0; alerts_recent(alerts, back); back++)
        count += alerts_recent(alerts, back)->kind == kind;
    return count;
}

START_TEST(a_constant_answer_costs_the_entropy_of_the_classes)
{
    static const struct {
        const char *settings;
        double loss;
    } cases[] = {{"", 0.69314718055994531}, {"loss=mse", 0.25},
        {"data=blobs", 1.3862943611198906}, /* ln 4 */
        {"data=blobs loss=mse", 0.1875},    /* 1/4 · 3/4 */
        {"loss=softmax_ce", 0.69314718055994531}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct session *session = session_of_preset(NULL, cases[i].settings);
        /* Sums of a few terms: exact but for their rounding. */
        ck_assert_double_eq_tol(
            session->run->training->seen.constant_loss, cases[i].loss, 1e-15);
        session_destroy(session);
    }
}
END_TEST

START_TEST(learning_begins_when_the_loss_is_below_nine_tenths_of_guessing)
{
    struct session *session = session_of_preset("shallow", "");
    uint64_t step = 0;
    while (!(session->run->evaluated && session->run->training->seen.loss < 0.9 * log(2))) {
        ck_assert_ptr_null(first_of(told(session), ALERT_LEARNING));
        ck_assert(session_advance(session, 1) && ++step < STEPS_MOST);
    }
    const struct alert *alert = first_of(told(session), ALERT_LEARNING);
    ck_assert_ptr_nonnull(alert);
    ck_assert_uint_eq(alert->step, session->run->training->step);
    ck_assert(session_advance(session, 100));
    ck_assert_int_eq(count_of(told(session), ALERT_LEARNING), 1);
    session_destroy(session);
}
END_TEST

START_TEST(learning_takes_an_epoch_whatever_its_first_batch_is)
{
    /* A learning rate of 0: nothing is learnt, but single samples cost little. */
    struct session *session = session_of_preset(NULL, "activation=tanh gain=3 lr=0 batch=1");
    bool cheap = false;
    for (int step = 0; step < STEPS_MOST; step++) {
        ck_assert(session_advance(session, step > 0));
        cheap = cheap || session->run->training->seen.loss < 0.6 * log(2);
    }
    ck_assert(cheap);
    ck_assert_ptr_null(first_of(told(session), ALERT_LEARNING));
    session_destroy(session);
}
END_TEST

START_TEST(a_loss_that_jumps_about_is_told_once)
{
    /* Between guessing and learning some ten times in the first hundred steps. */
    struct session *session = session_of_preset("clipped", "");
    int crossings = 0;
    bool below = false;
    for (int step = 0; step < 100; step++) {
        ck_assert(session_advance(session, step > 0));
        double loss = session->run->training->seen.loss;
        crossings += !below && loss < 0.9 * log(2);
        below = below ? loss <= log(2) : loss < 0.9 * log(2);
    }
    ck_assert_int_gt(crossings, 5);
    ck_assert_int_eq(count_of(told(session), ALERT_LEARNING), 1);
    session_destroy(session);
}
END_TEST

START_TEST(nothing_is_told_of_a_stack_that_does_not_learn)
{
    struct session *session = session_of_preset("vanishing", "");
    ck_assert(session_advance(session, 100));
    ck_assert_uint_eq(told(session)->total, 0);
    session_destroy(session);
}
END_TEST

START_TEST(deaths_are_told_at_their_step)
{
    struct session *session = session_of_preset("dying", "");
    const struct census *census = &session->run->training->census;
    int64_t first_step = -1, first_count = 0, half_step = -1;
    for (int step = 0; step < 60; step++) {
        ck_assert(session_advance(session, step > 0));
        if (census->toll.deaths > 0 && first_step < 0) {
            first_step = (int64_t)session->run->training->step;
            first_count = census->toll.deaths;
        }
        if (2 * census->dead[0] >= census->width && half_step < 0)
            half_step = (int64_t)session->run->training->step;
    }
    ck_assert(first_step > 0 && half_step > 0);
    const struct alert *death = first_of(told(session), ALERT_DEATH);
    ck_assert_uint_eq(death->step, (uint64_t)first_step);
    ck_assert_int_eq(death->count, first_count);
    ck_assert_int_eq(death->layer, 1);
    ck_assert_int_eq(census->units[death->unit - 1].died_at, first_step);
    ck_assert_uint_eq(first_of(told(session), ALERT_HALF_DEAD)->step, (uint64_t)half_step);
    ck_assert_int_eq(count_of(told(session), ALERT_HALF_DEAD), 1);
    session_destroy(session);
}
END_TEST

START_TEST(units_dead_from_the_start_are_told_apart)
{
    struct session *session =
        session_of_preset(NULL, "activation=relu init=he_normal depth=10 lr=0.001");
    ck_assert(session_advance(session, 0));
    const struct alert *alert = first_of(told(session), ALERT_BORN_DEAD);
    ck_assert_int_eq(alert->count, session->run->training->census.toll.dead);
    ck_assert_ptr_null(first_of(told(session), ALERT_DEATH));
    session_destroy(session);
}
END_TEST

START_TEST(what_is_counted_is_named_by_its_number)
{
    static const struct {
        int64_t count, of;
        const char *text;
    } cases[] = {{1, 28, "1 of 28 units is dead before the first step"},
        {1, 1, "1 of 1 unit is dead before the first step"},
        {2, 28, "2 of 28 units are dead before the first step"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct alert alert = {
            .kind = ALERT_BORN_DEAD, .count = cases[i].count, .of = cases[i].of};
        char text[100];
        alert_text(&alert, text, sizeof text);
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

START_TEST(clipping_begins_after_a_time_without)
{
    /* Brute force over the series of clipped steps. */
    struct session *session = session_of_preset("clipped", "");
    int begun = 0, quiet = ALERT_QUIET;
    for (int step = 0; step < STEPS_MOST; step++) {
        ck_assert(session_advance(session, step > 0));
        bool clipped = session->run->training->seen.clip.fraction > 0;
        begun += clipped && quiet >= ALERT_QUIET;
        quiet = clipped ? 0 : quiet + 1;
    }
    ck_assert_int_ge(begun, 1);
    ck_assert_int_eq(count_of(told(session), ALERT_CLIPPING), begun);
    session_destroy(session);
}
END_TEST

START_TEST(divergence_is_told_once)
{
    struct session *session = session_of_preset("exploding", "");
    ck_assert(session_advance(session, STEPS_MOST));
    ck_assert(session_advance(session, 5));
    const struct alert *alert = first_of(told(session), ALERT_DIVERGED);
    ck_assert_uint_eq(alert->step, session->run->training->seen.divergence.step);
    ck_assert_int_eq(alert->layer, session->run->training->seen.divergence.layer);
    ck_assert_int_eq(count_of(told(session), ALERT_DIVERGED), 1);
    session_destroy(session);
}
END_TEST

START_TEST(alerts_do_not_depend_on_who_watches)
{
    static const char settings[] =
        "activation=relu init=he_normal depth=3 lr=1 batch=30 clip=norm clip_at=1";
    struct looks looks = {.starved = false};
    struct session *alone = session_of_preset(NULL, settings);
    struct session *watched = session_of_preset(NULL, settings);
    ck_assert(session_advance(alone, 200));
    for (int step = 0; step <= 200; step++) {
        struct watch watch;
        memset(&watch, 0, sizeof watch);
        watch.details = step % 3 ? DETAIL_LAYER : 0;
        watch.layer = step;
        ck_assert(session_advance(watched, step > 0));
        looks_watch(&looks, watched, &watch);
        ck_assert(run_evaluate(watched->run, true));
    }
    ck_assert_uint_gt(alone->run->story.alerts.total, 1);
    ck_assert_uint_eq(alone->run->story.alerts.total, watched->run->story.alerts.total);
    for (int back = 0; alerts_recent(&alone->run->story.alerts, back); back++) {
        const struct alert *a = alerts_recent(&alone->run->story.alerts, back);
        const struct alert *b = alerts_recent(&watched->run->story.alerts, back);
        ck_assert(a->kind == b->kind && a->step == b->step && a->layer == b->layer &&
            a->count == b->count && a->value == b->value);
    }
    session_destroy(alone);
    session_destroy(watched);
    looks_clear(&looks);
}
END_TEST

Suite *alert_suite(void)
{
    return SUITE("alert", a_constant_answer_costs_the_entropy_of_the_classes,
        learning_begins_when_the_loss_is_below_nine_tenths_of_guessing,
        learning_takes_an_epoch_whatever_its_first_batch_is,
        a_loss_that_jumps_about_is_told_once, nothing_is_told_of_a_stack_that_does_not_learn,
        deaths_are_told_at_their_step, units_dead_from_the_start_are_told_apart,
        what_is_counted_is_named_by_its_number, clipping_begins_after_a_time_without,
        divergence_is_told_once, alerts_do_not_depend_on_who_watches);
}
