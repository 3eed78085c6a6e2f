/* The thread: what goes in by commands comes out in snapshots. */
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/session.h"
#include "runner_bench.h"

/* The same, and what has been asked for then. */
static void bench_ask(struct bench *bench, struct hparams *asked, const char *text)
{
    struct command command;
    bool reset;
    ck_assert(command_parse(text, &command, NULL));
    ck_assert(command_configure(&command, asked, &reset, NULL));
    bench_send(bench, text);
}

START_TEST(steps_are_made_when_asked_for_and_not_before)
{
    struct bench bench = bench_of("", false, INFINITY);
    const struct snapshot *snapshot = bench_await(&bench, at_step, 0);
    ck_assert_uint_eq(snapshot->seen.step, 0);
    bench_send(&bench, "step 7");
    snapshot = bench_await(&bench, at_step, 7);
    ck_assert_uint_eq(snapshot->seen.step, 7);
    ck_assert(!snapshot->news.wanted.running);
    bench_end(&bench);
}
END_TEST

START_TEST(the_thread_computes_what_the_session_does)
{
    struct bench bench = bench_of("activation=tanh lr=0.1", false, INFINITY);
    bench_send(&bench, "step 50");
    const struct snapshot *snapshot = bench_await(&bench, at_step, 50);
    struct hparams hparams = hparams_of("activation=tanh lr=0.1");
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert(session_advance(session, 50));
    ck_assert(snapshot->seen.loss == session->run->training->seen.loss);
    ck_assert(
        snapshot->seen.layers[0].delta_rms == session->run->training->seen.layers[0].delta_rms);
    session_destroy(session);
    bench_end(&bench);
}
END_TEST

START_TEST(commands_take_effect_and_say_so)
{
    struct bench bench = bench_of("", true, INFINITY);
    bench_await(&bench, at_step, 3);
    bench_send(&bench, "lr 0.3");
    const struct snapshot *snapshot = bench_await(&bench, has_handled, 1);
    ck_assert(snapshot->seen.hparams.lr < 0.31 && !snapshot->news.message_is_error);
    ck_assert_ptr_nonnull(strstr(snapshot->news.message, "lr 0.3"));
    ck_assert(snapshot->seen.step > 0);
    bench_send(&bench, "pause");
    bench_send(&bench, "depth 4");
    snapshot = bench_await(&bench, has_handled, 3);
    ck_assert_uint_eq(snapshot->seen.step, 0);
    ck_assert_int_eq(snapshot->seen.layer_count, 5);
    ck_assert_ptr_nonnull(strstr(snapshot->news.message, "from step 0"));
    ck_assert(!snapshot->news.wanted.running);
    bench_end(&bench);
}
END_TEST

START_TEST(what_does_not_fit_is_refused_and_training_goes_on)
{
    struct bench bench = bench_of("depth=256 width=4 samples=20", true, INFINITY);
    bench_await(&bench, at_step, 1);
    bench_send(&bench, "width 1024");
    bench_send(&bench, "samples 100000"); /* 630 GB with that width: refused at once */
    bench_send(&bench, "width 8");
    const struct snapshot *snapshot = bench_await(&bench, has_handled, 3);
    /* What was said after it does not talk over the refusal. */
    ck_assert(snapshot->news.message_is_error);
    ck_assert_ptr_nonnull(strstr(snapshot->news.message, "GiB"));
    ck_assert_int_eq(snapshot->seen.hparams.width, 8);
    ck_assert_int_eq(snapshot->seen.hparams.samples, 20);
    bench_await(&bench, at_step, 3);
    bench_end(&bench);
}
END_TEST

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

START_TEST(a_long_step_is_given_up_at_the_end)
{
    /* One step of this takes seconds; leaving must not. The bound only tells ends from hangs.
     */
    struct bench bench = bench_of("width=1024 depth=40 init=zeros", true, INFINITY);
    double start = seconds_now();
    bench_end(&bench);
    ck_assert_double_lt(seconds_now() - start, 30);
}
END_TEST

/* One evaluation of this takes minutes, in 200 MB: every sample is a batch of its own. */
static const char *const endless[] = {
    "init zeros", "depth 8", "width 1024", "batch 1", "samples 100000"};

static struct bench endless_bench(struct hparams *asked)
{
    struct bench bench = bench_of("", true, INFINITY);
    *asked = hparams_of("");
    bench_await(&bench, at_step, 1);
    for (size_t i = 0; i < ARRAY_LEN(endless); i++)
        bench_ask(&bench, asked, endless[i]);
    return bench;
}

START_TEST(thousands_of_commands_in_an_endless_step_all_count)
{
    static const char *const commands[] = {"lr 0.25", "next lr", "previous momentum",
        "clip norm", "next optimizer", "speed 20", "previous lr", "next clip", "reseed",
        "step 2", "run"};
    static const char *const freeing[] = {"depth 2", "reset", "preset vanishing"};
    struct hparams asked;
    struct bench bench = endless_bench(&asked);
    uint64_t count = ARRAY_LEN(endless);
    for (int i = 0; i < 5000; i++, count++)
        bench_ask(&bench, &asked, commands[i * 7 % (int)ARRAY_LEN(commands)]);
    /* Small again, so that the freeing command's own step ends. */
    for (const char *const *text =
             (const char *const[]){"batch 0", "samples 30", "width 5", NULL};
         *text; text++, count++)
        bench_ask(&bench, &asked, *text);
    bench_ask(&bench, &asked, freeing[_i]);
    count++;
    const struct snapshot *snapshot = bench_await(&bench, has_handled, (double)count);
    ck_assert_uint_eq(snapshot->news.wanted.handled, count);
    ck_assert(hparams_equal(&snapshot->seen.hparams, &asked));
    ck_assert(hparams_equal(&snapshot->news.wanted.hparams, &asked));
    ck_assert(!snapshot->news.message_is_error);
    ck_assert_msg(strstr(snapshot->news.message,
                      _i == 0       ? "depth 2, built anew"
                          : _i == 1 ? "back to step 0"
                                    : "preset vanishing"),
        "%s", snapshot->news.message);
    bench_end(&bench);
}
END_TEST

START_TEST(a_pause_frees_an_endless_step_and_the_rest_goes_on_being_told)
{
    struct hparams asked;
    struct bench bench = endless_bench(&asked);
    uint64_t count = ARRAY_LEN(endless);
    const struct snapshot *snapshot = runner_snapshot(bench.runner);
    /* Building ends first; the evaluation is what a pause gives up. */
    for (int tries = 0; snapshot->news.wanted.handled < count || snapshot->news.wanted.running;
         tries++) {
        ck_assert_int_lt(tries, 100);
        bench_ask(&bench, &asked, "pause");
        count++;
        (void)poll(NULL, 0, 300);
        snapshot = runner_snapshot(bench.runner);
    }
    ck_assert_uint_eq(snapshot->news.wanted.handled, count);
    ck_assert_ptr_nonnull(strstr(snapshot->news.message, "paused, the step at hand given up"));
    ck_assert_int_eq(snapshot->seen.layer_count, 11); /* the net that was shown last */
    ck_assert(hparams_equal(&snapshot->news.wanted.hparams, &asked));
    bench_ask(&bench, &asked, "lr 0.125");
    snapshot = bench_await(&bench, has_handled, (double)++count);
    ck_assert(snapshot->news.wanted.hparams.lr < 0.13 && !snapshot->news.wanted.running);
    ck_assert_ptr_nonnull(strstr(snapshot->news.message, "lr 0.125"));
    bench_ask(&bench, &asked, "preset vanishing");
    snapshot = bench_await(&bench, has_handled, (double)++count);
    ck_assert(hparams_equal(&snapshot->seen.hparams, &asked));
    bench_end(&bench);
}
END_TEST

START_TEST(a_step_that_a_pause_gave_up_is_the_next_one)
{
    const char *settings = "depth=4 width=512 samples=800 init=zeros batch=0";
    struct bench bench = bench_of(settings, true, INFINITY);
    (void)bench_await(&bench, at_step, 1);
    (void)poll(NULL, 0, 150);
    bench_send(&bench, "pause");
    const struct snapshot *snapshot = bench_await(&bench, has_handled, 1);
    uint64_t step = snapshot->seen.step;
    ck_assert(!snapshot->news.wanted.running);
    bench_send(&bench, "step");
    snapshot = bench_await(&bench, at_step, (double)step + 1);
    ck_assert_uint_eq(snapshot->seen.step, step + 1);
    (void)poll(NULL, 0, 100);
    ck_assert_uint_eq(runner_snapshot(bench.runner)->seen.step, step + 1);
    struct hparams hparams = hparams_of(settings);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert(session_advance(session, step + 1));
    ck_assert(runner_snapshot(bench.runner)->seen.loss == session->run->training->seen.loss);
    session_destroy(session);
    bench_end(&bench);
}
END_TEST

struct seen_step {
    uint64_t step;
    bool evaluated;
};

static void see_step(void *context, struct session *session)
{
    *(struct seen_step *)context =
        (struct seen_step){session->run->training->step, session->run->evaluated};
}

START_TEST(a_visit_has_the_step_that_a_pause_gave_up)
{
    struct bench bench =
        bench_of("depth=4 width=512 samples=3000 init=zeros batch=0", false, INFINITY);
    const struct snapshot *snapshot = bench_await(&bench, at_step, 0);
    struct seen_step seen = {0, false};
    struct pollfd fd = {bench.wake[0], POLLIN, 0};
    /* A pause that comes before the step has begun gives nothing up. */
    for (int tries = 1; !strstr(snapshot->news.message, "given up"); tries++) {
        ck_assert_int_lt(tries, 100);
        bench_send(&bench, "step");
        (void)poll(NULL, 0, 150);
        bench_send(&bench, "pause");
        snapshot = bench_await(&bench, has_handled, 2 * tries);
    }
    uint64_t step = snapshot->seen.step;
    runner_visit(bench.runner, see_step, &seen);
    for (char byte; !runner_visited(bench.runner);) {
        ck_assert_msg(poll(&fd, 1, 60000) > 0, "no visit within a minute");
        ck_assert_int_eq(read(bench.wake[0], &byte, 1), 1);
    }
    ck_assert(seen.step == step + 1 && seen.evaluated);
    ck_assert_uint_eq(runner_snapshot(bench.runner)->seen.step, step + 1);
    bench_end(&bench);
}
END_TEST

START_TEST(a_diverged_run_waits_and_a_reset_goes_on)
{
    struct bench bench =
        bench_of("activation=relu init=he_normal gain=1.5 lr=0.1", true, INFINITY);
    const struct snapshot *snapshot = bench_await(&bench, at_step, 0);
    while (snapshot->seen.divergence.kind == DIVERGED_NOT)
        snapshot = bench_await(&bench, at_step, (double)snapshot->seen.step + 1);
    uint64_t builds = snapshot->news.builds;
    bench_send(&bench, "lr 0.0001");
    bench_send(&bench, "reset");
    snapshot = bench_await(&bench, has_handled, 2);
    ck_assert_uint_gt(snapshot->news.builds, builds);
    bench_await(&bench, at_step, 5);
    bench_end(&bench);
}
END_TEST

/* What a laboratory does, by the source's functions alone. */
START_TEST(a_runner_is_a_source)
{
    struct bench bench = bench_of("depth=3", false, INFINITY);
    struct source source = runner_source(bench.runner);
    struct command command;
    struct error error;
    ck_assert(command_parse("step 3", &command, NULL));
    source_send(&source, &command);
    const struct snapshot *snapshot = bench_await(&bench, at_step, 3);
    ck_assert_ptr_eq(source_snapshot(&source), snapshot);
    ck_assert_uint_eq(snapshot->can, source.can);
    struct watch watch;
    memset(&watch, 0, sizeof watch);
    watch.details = DETAIL_UNIT;
    source_watch(&source, &watch);
    while (!snapshot->unit.valid)
        snapshot = bench_await(&bench, at_step, 3);
    ck_assert(!source_failed(&source, &error));
    source_destroy(&source);
    close(bench.wake[0]);
    close(bench.wake[1]);
}
END_TEST

static bool at_rate(const struct snapshot *snapshot, double number)
{
    return snapshot->news.rate > number;
}

static bool stands(const struct snapshot *snapshot, double number)
{
    (void)number;
    return !snapshot->news.wanted.running;
}

static bool rests(const struct snapshot *snapshot, double number)
{
    return stands(snapshot, number) && snapshot->news.rate == 0;
}

/* What is not running has no speed, however fast it went. */
START_TEST(a_pause_has_no_speed)
{
    struct bench bench = bench_of("depth=2 width=4 samples=20", true, INFINITY);
    struct watch watch;
    memset(&watch, 0, sizeof watch);
    (void)bench_await(&bench, at_rate, 1);
    bench_send(&bench, "pause");
    (void)bench_await(&bench, stands, 0);
    watch.layer = 2; /* the next snapshot is of a run that has stood for a while */
    runner_watch(bench.runner, &watch);
    (void)bench_await(&bench, rests, 0);
    bench_end(&bench);
}
END_TEST

static bool watches_layer(const struct snapshot *snapshot, double number)
{
    return snapshot->watch.details == DETAIL_LAYER && snapshot->watch.layer == (int)number;
}

static void bench_watch(struct bench *bench, int layer)
{
    struct watch watch;
    memset(&watch, 0, sizeof watch);
    watch.details = DETAIL_LAYER;
    watch.layer = layer;
    runner_watch(bench->runner, &watch);
}

START_TEST(what_is_watched_comes_at_once_also_while_paused)
{
    struct bench bench = bench_of("", false, INFINITY);
    bench_watch(&bench, 3); /* before there is a network */
    const struct snapshot *snapshot = bench_await(&bench, watches_layer, 3);
    ck_assert_uint_eq(snapshot->seen.step, 0);
    for (int layer = 4; layer < 50; layer++)
        bench_watch(&bench, layer);
    /* The latest choice counts, clamped to the output. */
    snapshot = bench_await(&bench, watches_layer, 11);
    ck_assert_uint_eq(snapshot->seen.step, 0);
    ck_assert_int_eq(snapshot->watch.unit, 1);
    ck_assert_uint_eq(snapshot->news.wanted.handled, 0);
    bench_send(&bench, "depth 5");
    bench_await(&bench, watches_layer, 6);
    bench_end(&bench);
}
END_TEST

START_TEST(what_is_watched_comes_also_after_divergence)
{
    struct bench bench =
        bench_of("activation=relu init=he_normal gain=1.5 lr=0.1", true, INFINITY);
    const struct snapshot *snapshot = bench_await(&bench, at_step, 0);
    while (snapshot->seen.divergence.kind == DIVERGED_NOT)
        snapshot = bench_await(&bench, at_step, (double)snapshot->seen.step + 1);
    uint64_t step = snapshot->seen.step, points = snapshot->record.steps.total;
    bench_watch(&bench, 2);
    snapshot = bench_await(&bench, watches_layer, 2);
    ck_assert_uint_eq(snapshot->seen.step, step);
    ck_assert(snapshot->seen.divergence.kind != DIVERGED_NOT);
    ck_assert_uint_eq(snapshot->record.steps.total, points);
    bench_end(&bench);
}
END_TEST

START_TEST(watching_changes_nothing_of_the_training)
{
    struct bench bench = bench_of("activation=tanh lr=0.1 batch=20", true, INFINITY);
    for (int layer = 1; layer < 200; layer++)
        bench_watch(&bench, layer);
    bench_await(&bench, at_step, 30);
    bench_send(&bench, "pause");
    const struct snapshot *snapshot = bench_await(&bench, has_handled, 1);
    struct hparams hparams = hparams_of("activation=tanh lr=0.1 batch=20");
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert(session_advance(session, snapshot->seen.step));
    ck_assert(snapshot->seen.loss == session->run->training->seen.loss);
    ck_assert_uint_eq(snapshot->record.steps.total, session->run->record.rows.total);
    ck_assert(
        snapshot->seen.layers[0].delta_rms == session->run->training->seen.layers[0].delta_rms);
    session_destroy(session);
    bench_end(&bench);
}
END_TEST

static bool counted_before(const struct snapshot *snapshot, double number)
{
    static int looks;
    ck_assert_msg(looks++ < 2000, "every frame has a survey of its own");
    return (double)snapshot->seen.step >= number && snapshot->news.wanted.running &&
        !snapshot->seen.surveyed;
}

static bool paused_and_counted(const struct snapshot *snapshot, double number)
{
    return (double)snapshot->news.wanted.handled >= number && !snapshot->news.wanted.running &&
        snapshot->seen.surveyed;
}

START_TEST(frames_of_a_run_do_without_a_survey_and_a_pause_makes_up_for_it)
{
    const char *settings = "samples=20000 batch=10 lr=0.1";
    struct bench bench = bench_of(settings, true, INFINITY);
    /* Shown before it is counted; what is counted is of the step that is named. */
    const struct snapshot *snapshot = bench_await(&bench, counted_before, 50);
    ck_assert_uint_lt(snapshot->seen.survey_step, snapshot->seen.step);
    struct hparams hparams = hparams_of(settings);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert(session_advance(session, snapshot->seen.survey_step));
    ck_assert(snapshot->seen.accuracy == session->run->training->seen.accuracy);
    bench_send(&bench, "pause");
    snapshot = bench_await(&bench, paused_and_counted, 1);
    ck_assert_uint_eq(snapshot->seen.survey_step, snapshot->seen.step);
    ck_assert(session_advance(session, snapshot->seen.step - session->run->training->step));
    ck_assert(snapshot->seen.accuracy == session->run->training->seen.accuracy);
    session_destroy(session);
    bench_end(&bench);
}
END_TEST

/* Epochs of 20 steps; how many surveys were seen that did not start one. */
static int surveys_between;

static bool many_epochs(const struct snapshot *snapshot, double number)
{
    static uint64_t last;
    if (snapshot->seen.survey_step != last && snapshot->seen.survey_step % 20 != 0)
        surveys_between++;
    last = snapshot->seen.survey_step;
    return (double)snapshot->seen.step >= 20 * number;
}

/* With a snapshot of nearly every step an epoch takes some twelve times its survey: a twentieth
 * of the time would be one for two epochs or more (270 here), the tenth of that is 30 or 40. A
 * machine that does much else lets time pass between steps: one quiet try of some is enough. */
START_TEST(where_epochs_count_as_often_frames_seldom_do)
{
    int fewest = INT_MAX;
    for (int tries = 0; tries < 10 && fewest > 100; tries++) {
        struct bench bench =
            bench_of("samples=20000 batch=1000 depth=2 width=8 lr=0.1", true, INFINITY);
        surveys_between = 0;
        (void)bench_await(&bench, many_epochs, 400);
        bench_end(&bench);
        fewest = surveys_between < fewest ? surveys_between : fewest;
    }
    ck_assert_int_le(fewest, 100);
}
END_TEST

Suite *runner_suite(void)
{
    Suite *suite = SUITE("runner", steps_are_made_when_asked_for_and_not_before,
        the_thread_computes_what_the_session_does, commands_take_effect_and_say_so,
        what_does_not_fit_is_refused_and_training_goes_on, a_long_step_is_given_up_at_the_end,
        a_diverged_run_waits_and_a_reset_goes_on, a_pause_has_no_speed,
        what_is_watched_comes_at_once_also_while_paused,
        what_is_watched_comes_also_after_divergence, watching_changes_nothing_of_the_training,
        where_epochs_count_as_often_frames_seldom_do,
        frames_of_a_run_do_without_a_survey_and_a_pause_makes_up_for_it,
        a_pause_frees_an_endless_step_and_the_rest_goes_on_being_told, a_runner_is_a_source);
    TCase *each = tcase_create("each");
    tcase_set_timeout(each, 600); /* some of these steps are long */
    tcase_add_test(each, a_step_that_a_pause_gave_up_is_the_next_one);
    tcase_add_test(each, a_visit_has_the_step_that_a_pause_gave_up);
    tcase_add_loop_test(each, thousands_of_commands_in_an_endless_step_all_count, 0, 3);
    suite_add_tcase(suite, each);
    return suite;
}
