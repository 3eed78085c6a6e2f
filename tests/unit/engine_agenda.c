/* What is armed: carried out at its step and nowhere else, to the bits of a run that stops
 * there. */
#include <math.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "core/digest.h"
#include "core/state.h"
#include "engine/looks.h"
#include "engine/pool.h"
#include "engine/runner.h"
#include "engine/session.h"
#include "suites.h"

static struct session *session_of(const char *settings)
{
    struct hparams hparams = hparams_of(settings);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert_ptr_nonnull(session);
    return session;
}

static bool ask(struct session *session, const char *text)
{
    struct command command;
    struct error error;
    ck_assert_msg(command_parse(text, &command, &error), "%s: %s", text, error.text);
    return session_do(session, &command, &error);
}

static uint64_t digest_of(const struct training *training)
{
    uint64_t digest = DIGEST_START;
    digest_real(&digest, training->seen.loss);
    digest_real(&digest, training->seen.clip.norm_before);
    digest_real(&digest, training->seen.clip.norm_after);
    digest_bits(&digest, (uint64_t)training->seen.toll.dead);
    for (int l = 0; l < training->seen.layer_count; l++)
        digest_real(&digest, training->seen.layers[l].weight_norm);
    return digest;
}

/* By the core alone: so many updates, then the setting, and so on. */
static struct training *two_pieces(
    const char *settings, int before, const char *other, int after)
{
    struct training *training = training_of(settings);
    struct hparams hparams = hparams_of(other);
    for (int i = 0; i < before; i++) {
        ck_assert(training_evaluate(training, false));
        training_clip(training);
        training_update(training);
    }
    ck_assert(training_adjust(training, &hparams));
    training_go(training, after);
    return training;
}

static const struct {
    const char *settings, *armed, *then;
} pieces[] = {
    {"depth=3 width=8 samples=40 lr=1", "at 50 lr=10", "depth=3 width=8 samples=40 lr=10"},
    {"depth=2 width=8 samples=40 batch=7 activation=relu init=he_normal lr=0.5",
        "at 50 activation tanh",
        "depth=2 width=8 samples=40 batch=7 activation=tanh init=he_normal lr=0.5"},
    {"depth=2 width=8 samples=40 lr=0.1 optimizer=adam", "at 50 set optimizer momentum",
        "depth=2 width=8 samples=40 lr=0.1 optimizer=momentum"},
    {"depth=2 width=8 samples=40 lr=0.1", "at 50 clip norm",
        "depth=2 width=8 samples=40 lr=0.1 clip=norm"},
};

START_TEST(a_change_is_made_at_its_step_to_the_bit)
{
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        struct training *plain = training_of(pieces[i].settings);
        struct session *session = session_of(pieces[i].settings);
        ck_assert(ask(session, pieces[i].armed));
        training_go(plain, 49);
        ck_assert(session_advance(session, 49));
        ck_assert(digest_of(session->run->training) == digest_of(plain));
        ck_assert_int_eq(session->run->changed, 0);
        for (int after = 0; after <= 30; after += 15) {
            struct training *other = two_pieces(pieces[i].settings, 50, pieces[i].then, after);
            ck_assert(session_advance(session, after == 0 ? 1 : 15));
            ck_assert_msg(digest_of(session->run->training) == digest_of(other),
                "%s, %d steps after", pieces[i].armed, after);
            training_destroy(other);
        }
        /* Noted as it was made: going back makes it again. */
        ck_assert_int_eq(session->run->changed, 1);
        ck_assert_uint_eq(session->run->changes.list[0].step, 50);
        ck_assert(!session->run->changes.list[0].evaluated);
        training_destroy(plain);
        session_destroy(session);
    }
}
END_TEST

START_TEST(it_is_made_again_after_a_reset_from_what_was_set_by_hand)
{
    struct session *session = session_of("depth=2 width=6 samples=30 lr=1");
    ck_assert(ask(session, "at 20 lr 3") && ask(session, "at 20 activation relu"));
    ck_assert(session_advance(session, 30));
    uint64_t first = digest_of(session->run->training);
    ck_assert(session->hparams.lr == 3 && session->run->training->step == 30);
    ck_assert(ask(session, "reset"));
    ck_assert(session->hparams.lr == 1 && session->run->training->hparams.lr == 1);
    ck_assert_str_eq(activation_name(session->hparams.activation), "sigmoid");
    ck_assert_uint_eq(session->run->training->step, 0);
    ck_assert(session_advance(session, 30));
    ck_assert(digest_of(session->run->training) == first && session->hparams.lr == 3);
    /* By hand, after and before it: that stays, the armed change goes. */
    ck_assert(ask(session, "clip norm") && ask(session, "reset") && session->hparams.lr == 1);
    ck_assert_int_eq(session->hparams.clip, CLIP_NORM);
    ck_assert(session_advance(session, 25) && session->hparams.lr == 3);
    ck_assert(ask(session, "lr 0.5") && ask(session, "reseed"));
    ck_assert(session->hparams.lr == 0.5 && session->hparams.seed == 2);
    ck_assert(session_advance(session, 25) && session->hparams.lr == 3);
    ck_assert(ask(session, "depth 3")); /* built anew */
    ck_assert(session->hparams.lr == 0.5 && session->hparams.depth == 3);
    ck_assert(session_advance(session, 20) && session->hparams.lr == 3);
    /* Another experiment. */
    ck_assert(ask(session, "preset dying"));
    ck_assert_int_eq(session->news.wanted.agenda.count, 0);
    session_destroy(session);
}
END_TEST

START_TEST(it_is_carried_out_once)
{
    struct session *session = session_of("depth=2 width=4 samples=20 lr=0.1");
    double lr = session->hparams.lr;
    ck_assert(ask(session, "at 5 next lr") && ask(session, "at 5 next lr"));
    ck_assert(ask(session, "step 9"));
    for (int i = 0; i < 5; i++)
        ck_assert(session_work(session));
    ck_assert_uint_eq(session->run->training->step, 5);
    double twice = session->hparams.lr;
    ck_assert(twice > lr);
    for (int i = 0; i < 3; i++) { /* evaluated again, as when something else is looked at */
        session_observe(session, NULL);
        ck_assert(session_evaluate(session, true));
    }
    ck_assert(session->hparams.lr == twice);
    ck_assert_int_eq(session->run->changed, 1);
    struct hparams hparams = hparams_of("lr=0.1");
    for (int i = 0; i < 2; i++)
        hparam_step(&hparams, hparam_find("lr", NULL), 1);
    ck_assert(hparams.lr == twice);
    /* A setting by hand on that step holds from there on. */
    ck_assert(ask(session, "lr 7") && session_work(session));
    ck_assert(session->hparams.lr == 7 && session->run->training->step == 6);
    session_destroy(session);
}
END_TEST

START_TEST(a_pause_ends_the_steps_that_are_owed)
{
    struct session *session = session_of("depth=1 width=4 samples=20");
    ck_assert(ask(session, "at 12 pause") && ask(session, "at 14 speed 5"));
    ck_assert(ask(session, "run"));
    for (int i = 0; i < 40; i++)
        ck_assert(session_work(session));
    ck_assert_uint_eq(session->run->training->step, 12);
    ck_assert(!session->news.wanted.running);
    ck_assert(isinf(session->news.wanted.target_rate) && ask(session, "step 3"));
    for (int i = 0; i < 40; i++)
        ck_assert(session_work(session));
    ck_assert_uint_eq(session->run->training->step, 15);
    ck_assert(session->news.wanted.target_rate == 5);
    session_destroy(session);
}
END_TEST

START_TEST(what_cannot_be_is_refused_with_a_reason)
{
    static const char *const wrong[][2] = {{"at 50", "drop"}, {"at 0 lr 3", "step 0"},
        {"at x lr 3", "whole number"}, {"at 1.5 lr 3", "whole number"},
        {"at 50 depth 3", "built anew"}, {"at 50 seed=2", "built anew"},
        {"at 50 reset", "step 0"}, {"at 50 preset dying", "step 0"},
        {"at 50 view units", "'view'"}, {"at 50 at 60 lr 3", "'at'"},
        {"at 50 step 3", "'step'"}, {"at 50 next", "name"}, {"at 50 lr -1", "range"},
        {"at 50 lrr 1", "lr"}, {"at drop all", "too much"}, {"at 50 lr 3 4", "too much"}};
    struct command command;
    struct error error;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        ck_assert_msg(!command_parse(wrong[i][0], &command, &error), "%s", wrong[i][0]);
        ck_assert_msg(strstr(error.text, wrong[i][1]), "%s: %s", wrong[i][0], error.text);
    }
    struct session *session = session_of("depth=1 width=4 samples=20");
    ck_assert(session_advance(session, 10) && !ask(session, "at drop"));
    ck_assert_str_eq(session->news.message, "nothing is armed");
    session->message_unshown = false;
    ck_assert(!ask(session, "at 9 lr 3"));
    ck_assert_str_eq(session->news.message,
        "step 9 is past, the run is at 10: arm a later one, or r before");
    session->message_unshown = false;
    ck_assert(!ask(session, "at 10 lr 3"));
    ck_assert_str_eq(
        session->news.message, "step 10 is reached already: 'lr 3' alone sets it now");
    ck_assert_int_eq(session->news.wanted.agenda.count, 0);
    session->message_unshown = false;
    ck_assert(ask(session, "at 11 lr=3"));
    ck_assert_str_eq(session->news.message, "armed: lr 3 at step 11");
    /* What has been carried out stays armed, and is not refused for that. */
    ck_assert(session_advance(session, 3) && ask(session, "at 20 pause"));
    ck_assert_int_eq(session->news.wanted.agenda.count, 2);
    ck_assert(ask(session, "at 11 drop"));
    ck_assert_str_eq(session->news.message, "nothing is armed for step 11 now");
    ck_assert(!ask(session, "at 11 drop"));
    session->message_unshown = false;
    ck_assert(ask(session, "at drop") && session->news.wanted.agenda.count == 0);
    ck_assert_str_eq(session->news.message, "nothing is armed now");
    session_destroy(session);
}
END_TEST

START_TEST(of_one_setting_at_one_step_the_last_counts)
{
    static const char *const lines[] = {"at 9 lr 1", "at 5 lr 2", "at 9 pause", "at 5 lr 3",
        "at 9 lr 4", "at 5 activation relu", "at 7 next lr", "at 7 next lr", "at 9 pause"};
    struct agenda agenda = {.count = 0};
    struct command command;
    for (size_t i = 0; i < ARRAY_LEN(lines); i++)
        ck_assert(
            command_parse(lines[i], &command, NULL) && agenda_do(&agenda, &command, NULL));
    char all[2 * COMMAND_TEXT_SIZE] = "", text[COMMAND_TEXT_SIZE];
    for (int i = 0; i < agenda.count; i++) {
        armed_text(&agenda.list[i], text, sizeof text);
        (void)snprintf(all + strlen(all), sizeof all - strlen(all), "%d %s; ",
            (int)agenda.list[i].step, text);
    }
    ck_assert_str_eq(all, "5 lr 3; 5 activation relu; 7 next lr; 7 next lr; 9 lr 4; 9 pause; ");
    ck_assert_int_eq(agenda_after(&agenda, 4), 0);
    ck_assert_int_eq(agenda_after(&agenda, 5), 2);
    ck_assert_int_eq(agenda_after(&agenda, 9), 6);
    for (int i = 0; agenda.count < AGENDA_MOST; i++) {
        (void)snprintf(text, sizeof text, "at %d lr 1", 100 + i);
        ck_assert(command_parse(text, &command, NULL) && agenda_do(&agenda, &command, NULL));
    }
    struct error error;
    ck_assert(command_parse("at 99 lr 1", &command, NULL));
    ck_assert(!agenda_do(&agenda, &command, &error) && strstr(error.text, "at drop"));
    ck_assert_int_eq(agenda.count, AGENDA_MOST);
}
END_TEST

/* A runner as the laboratory has it. */
struct class
{
    struct runner *runner;
    int wake[2];
};

static void tell(struct class *class, const char *text)
{
    struct command command;
    ck_assert_msg(command_parse(text, &command, NULL), "%s", text);
    runner_send(class->runner, &command);
}

/* The snapshot of a pause at this step, or the newest at any step when it is 0. */
static const struct snapshot *await(struct class *class, uint64_t step)
{
    struct pollfd fd = {class->wake[0], POLLIN, 0};
    for (;;) {
        const struct snapshot *snapshot = runner_snapshot(class->runner);
        bool paused = snapshot && !snapshot->news.wanted.running && snapshot->seen.step > 0;
        if (snapshot && (step == 0 || (paused && snapshot->seen.step >= step)))
            return snapshot;
        ck_assert_msg(poll(&fd, 1, 60000) > 0, "no snapshot within a minute");
        char byte;
        ck_assert_int_eq(read(class->wake[0], &byte, 1), 1);
    }
}

/* Ten lessons: other speeds, threads, views, and hands that press keys meanwhile. */
START_TEST(a_lesson_is_the_same_as_its_rehearsal)
{
    enum { TRIES = 10, CHANGED = 50, END = 120 };
    const char *settings = "activation=relu init=he_normal depth=1 lr=1";
    struct session *session = session_of(settings);
    ck_assert(ask(session, "at 50 lr 10") && session_advance(session, END));
    uint64_t rehearsed = digest_of(session->run->training);
    double dead = (double)session->run->training->seen.toll.dead;
    ck_assert(dead > 0);
    for (int i = 0; i < TRIES; i++) {
        struct class class;
        struct error error;
        ck_assert_int_eq(pipe(class.wake), 0);
        struct pool *pool = i % 3 > 0 ? pool_create(1 + i % 3, &error) : NULL;
        struct runner_options options = {.hparams = hparams_of(settings),
            .kernels = kernels_select(NULL),
            .workers = pool ? pool_workers(pool) : NULL,
            .target_rate = i % 2 ? INFINITY : 400.0 + 100 * i,
            .wake_fd = class.wake[1]};
        class.runner = runner_create(&options, NULL);
        ck_assert_ptr_nonnull(class.runner);
        tell(&class, "at 50 lr 10");
        tell(&class, "at 120 pause");
        tell(&class, i == 4 ? "step 120" : "run");
        for (int k = 0; k < 10 * i; k++) {
            runner_watch(class.runner,
                &(struct watch){.details = k % 2 ? DETAIL_UNIT : DETAIL_LAYER | DETAIL_CLIP,
                    .layer = 1,
                    .unit = 1 + k % 7});
            (void)runner_snapshot(class.runner);
            if (k % 9 == 4)
                tell(&class, "speed max");
            if (i != 4 && k % 9 == 8) {
                tell(&class, "pause");
                tell(&class, "run");
            }
        }
        const struct snapshot *snapshot = await(&class, END);
        ck_assert_uint_eq(snapshot->seen.step, END);
        struct training shown = {.seen = snapshot->seen};
        ck_assert_msg(digest_of(&shown) == rehearsed, "try %d: dead %d, not %d", i,
            (int)snapshot->seen.toll.dead, (int)dead);
        /* And once more from step 0. */
        tell(&class, "reset");
        tell(&class, "run");
        while (await(&class, END)->news.builds < 2)
            ;
        shown.seen = await(&class, END)->seen;
        ck_assert(shown.seen.step == END && digest_of(&shown) == rehearsed);
        runner_destroy(class.runner);
        pool_destroy(pool);
        close(class.wake[0]);
        close(class.wake[1]);
    }
    session_destroy(session);
}
END_TEST

/* The runner refuses what its run has passed, though it was asked for while it ran. */
START_TEST(the_runner_refuses_steps_that_are_past)
{
    struct class class;
    ck_assert_int_eq(pipe(class.wake), 0);
    struct runner_options options = {.hparams = hparams_of("depth=1 width=4 samples=20"),
        .kernels = kernels_select(NULL),
        .target_rate = INFINITY,
        .wake_fd = class.wake[1]};
    class.runner = runner_create(&options, NULL);
    tell(&class, "step 30");
    (void)await(&class, 30);
    tell(&class, "at 20 lr 3");
    const struct snapshot *snapshot = await(&class, 30);
    while (snapshot->news.wanted.handled < 2)
        snapshot = await(&class, 30);
    ck_assert_int_eq(snapshot->news.wanted.agenda.count, 0);
    ck_assert(snapshot->news.message_is_error);
    ck_assert(strstr(snapshot->news.message, "step 20 is past, the run is at 30"));
    tell(&class, "at 40 lr 5");
    tell(&class, "step 21");
    snapshot = await(&class, 51);
    ck_assert(snapshot->news.wanted.hparams.lr == 5 && snapshot->seen.hparams.lr == 5);
    /* What is asked for next goes on from it. */
    tell(&class, "next lr");
    tell(&class, "step 1");
    ck_assert(await(&class, 52)->seen.hparams.lr > 5);
    runner_destroy(class.runner);
    close(class.wake[0]);
    close(class.wake[1]);
}
END_TEST

Suite *agenda_suite(void)
{
    return SUITE("agenda", a_change_is_made_at_its_step_to_the_bit,
        it_is_made_again_after_a_reset_from_what_was_set_by_hand, it_is_carried_out_once,
        a_pause_ends_the_steps_that_are_owed, what_cannot_be_is_refused_with_a_reason,
        of_one_setting_at_one_step_the_last_counts, a_lesson_is_the_same_as_its_rehearsal,
        the_runner_refuses_steps_that_are_past);
}
