/* What is asked for, and a session that does it. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "engine/pacing.h"
#include "engine/session.h"
#include "suites.h"

static struct command command_of(const char *text)
{
    struct command command;
    struct error error;
    ck_assert_msg(command_parse(text, &command, &error), "%s: %s", text, error.text);
    return command;
}

static bool ask(struct wanted *wanted, const char *text)
{
    struct command command = command_of(text);
    struct error error;
    return wanted_do(wanted, &command, &error);
}

static struct session *session_of(const char *settings)
{
    struct hparams hparams = hparams_of(settings);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert_ptr_nonnull(session);
    return session;
}

static struct wanted wanted_of(const char *settings)
{
    return (struct wanted){.hparams = hparams_of(settings), .target_rate = 20};
}

START_TEST(each_command_moves_on_from_where_the_ones_before_led)
{
    struct wanted w = wanted_of("");
    ck_assert(ask(&w, "step 3") && ask(&w, "step 4"));
    ck_assert_uint_eq(w.owed, 7);
    ck_assert(ask(&w, "toggle") && w.running && ask(&w, "toggle") && !w.running);
    ck_assert_uint_eq(w.owed, 0);
    ck_assert(ask(&w, "step 5") && ask(&w, "pause"));
    ck_assert_uint_eq(w.owed, 0);
    ck_assert(ask(&w, "faster") && w.target_rate == 50 && ask(&w, "faster"));
    ck_assert(w.target_rate == 100 && ask(&w, "slower") && w.target_rate == 50);
    for (int i = 0; i < 20; i++)
        ck_assert(ask(&w, "faster"));
    ck_assert(isinf(w.target_rate) && !w.anew && !w.untold);
    double lr = w.hparams.lr;
    ck_assert(ask(&w, "next lr") && ask(&w, "next lr") && ask(&w, "previous lr"));
    struct wanted once = wanted_of("");
    ck_assert(ask(&once, "next lr"));
    ck_assert(w.hparams.lr == once.hparams.lr && w.hparams.lr > lr);
    ck_assert(w.untold && w.last.id == COMMAND_PREVIOUS && !w.anew);
    ck_assert(ask(&w, "reseed") && ask(&w, "lr 2") && w.anew && w.hparams.seed == 2);
    ck_assert_uint_eq(w.handled, 34);
}
END_TEST

START_TEST(a_scene_lasts_until_a_setting_changes)
{
    struct wanted w = wanted_of("depth=3");
    ck_assert_ptr_null(wanted_scene(&w));
    ck_assert(ask(&w, "preset dying") && wanted_scene(&w) == preset_find("dying", NULL));
    ck_assert(ask(&w, "reseed") && ask(&w, "reset") && ask(&w, "seed 9") && ask(&w, "lr 10"));
    ck_assert_ptr_eq(wanted_scene(&w), preset_find("dying", NULL));
    struct command wrong = command_of("lr 1");
    struct error error;
    (void)strcpy(wrong.text, "-1");
    ck_assert(!wanted_do(&w, &wrong, &error) && wanted_scene(&w));
    /* Also where settings come back that were refused as a whole. */
    struct wanted other = w;
    other.hparams.lr = 3;
    ck_assert_ptr_null(wanted_scene(&other));
    ck_assert(ask(&w, "lr 3") && !wanted_scene(&w) && ask(&w, "lr 10") && !wanted_scene(&w));
}
END_TEST

START_TEST(a_scene_starts_slow_until_a_speed_is_asked_for)
{
    struct wanted w = wanted_of("");
    ck_assert(wanted_rate(&w, 0) == 20);
    ck_assert(ask(&w, "preset healthy") && wanted_rate(&w, 0) == 20);
    ck_assert(ask(&w, "preset dying"));
    ck_assert(wanted_rate(&w, 0) == 2 && wanted_rate(&w, 11) == 2 && wanted_rate(&w, 12) == 20);
    /* As often as it begins anew; it is no faster than what is wanted. */
    ck_assert(ask(&w, "reset") && ask(&w, "reseed") && wanted_rate(&w, 0) == 2);
    ck_assert(ask(&w, "speed 0.5") && wanted_rate(&w, 0) == 0.5);
    ck_assert(ask(&w, "preset exploding") && wanted_rate(&w, 0) == 0.5);
    ck_assert(ask(&w, "speed max") && isinf(wanted_rate(&w, 0)));
    ck_assert(ask(&w, "preset exploding") && wanted_rate(&w, 3) == 2);
    ck_assert(ask(&w, "lr 0.3") && isinf(wanted_rate(&w, 3)));
    ck_assert(
        ask(&w, "preset dying") && ask(&w, "preset healthy") && isinf(wanted_rate(&w, 0)));
    /* Steps that are asked for one by one, and a session without a clock, are not slowed down.
     */
    struct session *session = session_of("depth=2 width=4 samples=20");
    struct command preset = command_of("preset dying"), step = command_of("step 20");
    ck_assert(session_do(session, &preset, NULL) && session_do(session, &step, NULL));
    while (session_owes(session))
        ck_assert(session_work(session));
    ck_assert_uint_eq(session->run->training->step, 20);
    session_destroy(session);
}
END_TEST

START_TEST(what_is_refused_changes_nothing)
{
    struct wanted w = wanted_of("depth=3"), before = w;
    struct command wrong = command_of("lr 1"), unknown = command_of("preset dying");
    struct error error;
    (void)strcpy(wrong.text, "-1");
    (void)strcpy(unknown.text, "nonsense");
    ck_assert(!wanted_do(&w, &wrong, &error) && !wanted_do(&w, &unknown, &error));
    before.handled = 2;
    ck_assert(hparams_equal(&w.hparams, &before.hparams));
    ck_assert(!w.anew && !w.untold && w.handled == 2);
    /* What is the screen's is nobody else's. */
    ck_assert(ask(&w, "theme light") && ask(&w, "view units") && !w.untold && !w.anew);
}
END_TEST

/* The branch that is gone to, and settings that build anew, would undo one another. */
START_TEST(a_branch_that_is_gone_to_is_not_built_anew)
{
    struct wanted w = wanted_of("depth=3");
    ck_assert(ask(&w, "branch 2") && !ask(&w, "depth 4") && !ask(&w, "preset dying"));
    ck_assert(w.branching && w.hparams.depth == 3 && !w.anew);
    ck_assert(ask(&w, "lr 3") && w.hparams.lr == 3);
    struct wanted other = wanted_of("depth=3");
    ck_assert(ask(&other, "drop 2") && ask(&other, "depth 4") && other.hparams.depth == 4);
}
END_TEST

/* In one breath, before anybody has taken it over. */
START_TEST(what_is_asked_for_a_step_is_not_carried_to_another)
{
    static const char *const places[] = {"seek 9", "seek -1", "branch 1"};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        struct wanted w = wanted_of("lr=1");
        ck_assert(ask(&w, "lr 2") && ask(&w, "seek 5") && ask(&w, places[i]));
        w = wanted_of("lr=1");
        ck_assert(ask(&w, "seek 5") && ask(&w, "lr 2") && !ask(&w, places[i]));
        ck_assert(w.goal == 5 && !w.branching && w.hparams.lr == 2);
        ck_assert(ask(&w, "pause") && ask(&w, places[i]));
    }
}
END_TEST

/* Their settings, and not what was armed here beside them. */
START_TEST(who_returns_to_the_lecturer_has_nothing_of_ones_own)
{
    struct wanted w = wanted_of("depth=3");
    struct error error;
    struct command armed = command_of("lr 7");
    w.guided = w.following = true;
    ck_assert(ask(&w, "run") && !w.following);
    ck_assert(wanted_carry(&w, &armed, &error) && w.overlaid);
    ck_assert(ask(&w, "follow") && w.following && w.returning && !w.overlaid);
}
END_TEST

START_TEST(taking_over_loses_nothing_and_takes_nothing_twice)
{
    struct wanted own = wanted_of(""), asked = own;
    ck_assert(ask(&asked, "step 5"));
    wanted_take(&own, &asked);
    ck_assert_uint_eq(own.owed, 5);
    own.owed -= 2; /* two have been done meanwhile */
    ck_assert(ask(&asked, "step 1"));
    wanted_take(&own, &asked);
    ck_assert_uint_eq(own.owed, 4);
    wanted_take(&own, &asked);
    ck_assert_uint_eq(own.owed, 4);
    ck_assert(ask(&asked, "pause") && ask(&asked, "step 2"));
    wanted_take(&own, &asked);
    ck_assert_uint_eq(own.owed, 2);
    ck_assert(ask(&asked, "reset") && ask(&asked, "run"));
    wanted_take(&own, &asked);
    ck_assert(own.anew && own.untold && own.last.id == COMMAND_RESET && own.running);
    ck_assert(ask(&asked, "lr 3"));
    wanted_take(&own, &asked); /* it has not been built yet: that stays asked for */
    ck_assert(own.anew && own.hparams.lr == 3 && own.last.id == COMMAND_SET);
    ck_assert(!asked.anew && !asked.untold && own.handled == asked.handled);
}
END_TEST

START_TEST(a_session_does_what_it_owes)
{
    struct error error;
    struct session *session = session_of("depth=2 width=4 samples=20");
    struct command step = command_of("step 7"), set = command_of("lr 0.5"),
                   deeper = command_of("depth 3"), wrong = command_of("lr 1");
    ck_assert(session_do(session, &step, &error));
    ck_assert_uint_eq(session->run->training->step, 0);
    for (int i = 0; i < 20; i++)
        ck_assert(session_work(session));
    ck_assert_uint_eq(session->run->training->step, 7);
    ck_assert(session_do(session, &set, &error));
    ck_assert(session->run->training->hparams.lr == 0.5);
    ck_assert_str_eq(session->news.message, "lr 0.5 from step 7 on");
    ck_assert_uint_eq(session->news.builds, 1);
    ck_assert(session_do(session, &deeper, &error));
    ck_assert_uint_eq(session->run->training->step, 0);
    ck_assert_uint_eq(session->news.builds, 2);
    ck_assert_int_eq(session->run->training->seen.layer_count, 4);
    (void)strcpy(wrong.text, "-1");
    ck_assert(!session_do(session, &wrong, &error) && session->news.message_is_error);
    ck_assert_str_eq(session->news.message, error.text);
    ck_assert(session->hparams.lr == 0.5);
    /* The error has not been read: the next message does not replace it. */
    ck_assert(session_do(session, &set, &error));
    ck_assert_str_eq(session->news.message, error.text);
    session_destroy(session);
}
END_TEST

/* Before a seek where the run stands, after it where it will be, also when both come at once.
 */
START_TEST(the_step_of_a_setting_is_that_at_which_it_is_made)
{
    static const struct {
        const char *lines[3], *said;
    } cases[] = {{{"seek 5", "lr 0.5"}, "lr 0.5 from step 5 on"},
        {{"lr 0.5", "seek 5"}, "lr 0.5 from step 7 on"},
        {{"lr 0.3", "seek 5", "lr 0.5"}, "lr 0.5 from step 5 on"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct session *session = session_of("depth=2 width=4 samples=20");
        struct command step = command_of("step 7");
        ck_assert(session_do(session, &step, NULL));
        for (int k = 0; k < 20; k++)
            ck_assert(session_work(session));
        struct wanted asked = session->news.wanted;
        asked.leaving = false;
        for (int k = 0; k < 3 && cases[i].lines[k]; k++)
            ck_assert(ask(&asked, cases[i].lines[k]));
        wanted_take(&session->news.wanted, &asked);
        session_tell(session);
        ck_assert_str_eq(session->news.message, cases[i].said);
        ck_assert_int_eq(session_settle(session, NULL), SETTLED);
        while (session_seeks(session))
            ck_assert(session_seek(session));
        ck_assert_int_eq(session_settle(session, NULL), SETTLED);
        const struct change_log *changes = &session->run->changes;
        char step_of[64];
        (void)snprintf(step_of, sizeof step_of, "lr 0.5 from step %" PRIu64 " on",
            changes->list[changes->count - 1].step);
        ck_assert_str_eq(step_of, cases[i].said);
        session_destroy(session);
    }
}
END_TEST

/* A setting that has no effect is kept for when it has, and is not told as one that does. */
START_TEST(what_nothing_uses_is_said)
{
    static const struct {
        const char *line, *said;
    } lines[] = {{"beta1 0.5", "beta1 0.5 from step 0 on: nothing uses it at present"},
        {"optimizer adam", "optimizer adam from step 0 on: "}, {"beta1 0.8", "from step 0 on$"},
        {"leaky_slope 0.1", "nothing uses it"}, {"clip_at 2", "nothing uses it"},
        {"clip norm", "clip norm from"}, {"clip_at 3", "clip_at 3 from step 0 on$"},
        {"target z", "target z, built anew, from step 0: nothing uses it at present"},
        {"missing drop", "missing drop, built anew, from step 0: nothing uses it at present"}};
    struct session *session = session_of("depth=2 width=4 samples=20");
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct command command = command_of(lines[i].line);
        ck_assert(session_do(session, &command, NULL));
        char told[sizeof session->news.message + 2];
        (void)snprintf(told, sizeof told, "%s$", session->news.message);
        ck_assert_msg(strstr(told, lines[i].said), "%s: %s", lines[i].line, told);
    }
    session_destroy(session);
}
END_TEST

START_TEST(a_diverged_session_owes_nothing)
{
    struct session *session =
        session_of("activation=linear lr=1e9 gain=10 loss=mse depth=2 width=3");
    struct command run = command_of("run");
    ck_assert(session_do(session, &run, NULL));
    for (int i = 0; i < 50; i++)
        ck_assert(session_work(session));
    ck_assert(run_diverged(session->run) && !session_owes(session));
    uint64_t step = session->run->training->step;
    ck_assert(session_work(session) && session->run->training->step == step);
    session_destroy(session);
}
END_TEST

/* A clock by hand: what a paced training does of it. */
START_TEST(steps_come_when_they_are_due)
{
    double now = 100;
    struct pacing pacing = {.due = now};
    pacing_rest(&pacing);
    for (int i = 0; i < 40; i++) { /* a step takes 1 ms of the 50 ms that there are */
        ck_assert_double_le(pacing.due, now);
        pacing_step(&pacing, 20, now, now + 0.001);
        ck_assert_double_eq_tol(pacing.due - now, 0.05, 1e-9);
        now = fmax(now, pacing.due);
    }
    /* From step to step: none more or less in half a second. */
    ck_assert_double_eq_tol(pacing.rate, 20, 1e-6);
    /* After a stop of a second no more than a tenth of it is caught up with. */
    now += 1;
    pacing_step(&pacing, 20, now, now + 0.001);
    ck_assert_double_ge(pacing.due, now - 0.1 + 0.05 - 1e-9);
    pacing_rest(&pacing);
    ck_assert(pacing.rate == 0);
}
END_TEST

/* Another pace begins at once, and is never measured by the steps before: at 0.5 steps a second
 * it is not known until the second step has come. */
START_TEST(a_changed_pace_is_measured_anew)
{
    double now = 100;
    struct pacing pacing = {.due = now};
    for (int i = 0; i < 40; i++, now = pacing.due)
        pacing_step(&pacing, 5, now, now + 0.001);
    ck_assert_double_eq_tol(pacing.rate, 5, 1e-6);
    pacing_change(&pacing);
    ck_assert(pacing.due == 0 && pacing.rate == 0);
    for (int i = 0; i < 4; i++, now = pacing.due) {
        ck_assert(i < 2 ? pacing.rate == 0 : fabs(pacing.rate - 0.5) < 1e-6);
        pacing_step(&pacing, 0.5, now, now + 0.001);
    }
}
END_TEST

Suite *wanted_suite(void)
{
    return SUITE("wanted", each_command_moves_on_from_where_the_ones_before_led,
        what_is_refused_changes_nothing, a_branch_that_is_gone_to_is_not_built_anew,
        what_is_asked_for_a_step_is_not_carried_to_another,
        who_returns_to_the_lecturer_has_nothing_of_ones_own,
        a_scene_lasts_until_a_setting_changes, a_scene_starts_slow_until_a_speed_is_asked_for,
        taking_over_loses_nothing_and_takes_nothing_twice, a_session_does_what_it_owes,
        the_step_of_a_setting_is_that_at_which_it_is_made, what_nothing_uses_is_said,
        a_diverged_session_owes_nothing, a_changed_pace_is_measured_anew,
        steps_come_when_they_are_due);
}
