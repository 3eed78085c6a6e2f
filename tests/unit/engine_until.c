/* Running until a condition holds: to the first step where it does, with the thread and
 * without, against a plain loop over observations. */
#include <math.h>
#include <string.h>

#include "engine/looks.h"
#include "engine/session.h"
#include "orders.h"
#include "runner_bench.h"

static struct session *session_of(const char *settings)
{
    struct hparams hparams = hparams_of(settings);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert_ptr_nonnull(session);
    return session;
}

/* Steps that are owed, up to this one. */
static void work(struct session *session, uint64_t most)
{
    ck_assert(session_evaluate(session, false));
    while (session_owes(session) && session->run->training->step < most)
        ck_assert(session_work(session));
}

static uint64_t draw(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static const char *one_of(uint64_t *random, const char *const words[], size_t count)
{
    return words[draw(random) % count];
}
#define ONE_OF(random, words) one_of(random, words, ARRAY_LEN(words))

/* Small nets that learn, die, saturate, clip and diverge, with batches and without. */
static void settings_of(uint64_t *random, char *text, size_t size)
{
    static const char *const kinds[] = {"relu init=he_normal", "relu init=he_normal bias=-0.3",
        "sigmoid", "tanh gain=2", "leaky_relu init=normal", "linear"};
    static const char *const rates[] = {"0.1", "1", "5", "30", "1e4"};
    static const char *const batches[] = {"0", "0", "5", "7", "40"};
    static const char *const more[] = {"", " clip=norm clip_at=0.3", " clip=value clip_at=0.01",
        " optimizer=adam", " data=blobs", " optimizer=momentum clip=layerwise"};
    (void)snprintf(text, size,
        "depth=%d width=%d samples=40 activation=%s lr=%s batch=%s seed=%d%s",
        1 + (int)(draw(random) % 4), 2 + (int)(draw(random) % 6), ONE_OF(random, kinds),
        ONE_OF(random, rates), ONE_OF(random, batches), (int)(draw(random) % 1000),
        ONE_OF(random, more));
}

static void part_of(uint64_t *random, char *text, size_t size)
{
    static const char *const steps[] = {"loss", "accuracy", "grad_norm", "dead", "saturated",
        "clipped_fraction", "clip_cosine"};
    static const char *const layers[] = {"gain[any]", "gain[all]", "gain[1]", "dead[any]",
        "dead[all]", "dead[1]", "signal[out]", "weight_norm[any]", "saturated[any]",
        "last_update_ratio[any]", "last_update_ratio[2]"};
    static const char *const signs[] = {"<", "<=", ">", ">=", "=="};
    static const char *const values[] = {
        "0", "0.05", "0.2", "0.3", "0.45", "0.6", "0.68", "0.7", "0.8", "1", "2", "3"};
    static const char *const events[] = {"event born_dead", "event first_death",
        "event half_dead", "event clipping", "event learning", "event diverged", "step 7",
        "step 23"};
    bool layered = draw(random) % 2;
    if (draw(random) % 4 == 0)
        (void)snprintf(text, size, "%s", ONE_OF(random, events));
    else
        (void)snprintf(text, size, "%s %s %s",
            layered ? ONE_OF(random, layers) : ONE_OF(random, steps), ONE_OF(random, signs),
            ONE_OF(random, values));
}

static void condition_of(uint64_t *random, char *text, size_t size)
{
    static const char *const joins[] = {" and ", " or ", " and not ", " or not "};
    char one[40], other[40];
    part_of(random, one, sizeof one);
    part_of(random, other, sizeof other);
    if (draw(random) % 2)
        (void)snprintf(text, size, "%s", one);
    else
        (void)snprintf(text, size, "(%s)%s%s", one, ONE_OF(random, joins), other);
}

/* Where it ends: the first step at which it holds, or that diverges, or the last one. */
struct ending {
    uint64_t step;
    bool holds;
};

/* Every step evaluated and surveyed, and what has happened gathered on the way. */
static struct ending plain_loop(const char *settings, const char *text, uint64_t last)
{
    struct training *training = training_of(settings);
    struct alerts alerts = {.total = 0};
    struct condition condition;
    struct ending ending = {0, false};
    ck_assert(condition_parse(text, 0, &condition, NULL));
    for (;;) {
        ck_assert(training_evaluate(training, true) && training_clip(training));
        const struct observation *seen = &training->seen;
        alerts_update(&alerts, seen);
        ending.step = seen->step;
        ending.holds = condition_holds(&condition, seen, &alerts) == TRUTH_YES;
        if (ending.holds || seen->divergence.kind != DIVERGED_NOT || seen->step == last)
            break;
        ck_assert(training_update(training));
    }
    training_destroy(training);
    return ending;
}

enum { LAST = 40 };

START_TEST(it_stops_at_the_first_step_where_it_holds)
{
    enum { TRIES = 2000 };
    int held = 0, later = 0, unreached = 0;
    for (int i = 0; i < TRIES; i++) {
        uint64_t random = (uint64_t)i + 1;
        char settings[200], text[100], line[120], word[40];
        settings_of(&random, settings, sizeof settings);
        condition_of(&random, text, sizeof text);
        struct ending ending = plain_loop(settings, text, LAST);
        struct session *session = session_of(settings);
        (void)snprintf(line, sizeof line, "until %s", text);
        struct condition condition;
        if (!condition_parse(text, session->hparams.depth, &condition, NULL)) {
            ck_assert(!orders_do(session, line) && !session->news.wanted.waiting);
            session_destroy(session);
            continue;
        }
        ck_assert(orders_do(session, line));
        work(session, LAST);
        const struct news *news = &session->news;
        ck_assert_msg(session->run->training->step == ending.step,
            "%s, %s: step %d, not %d: %s", settings, text, (int)session->run->training->step,
            (int)ending.step, news->message);
        bool diverged = run_diverged(session->run);
        ck_assert_int_eq(news->wanted.waiting, !ending.holds && !diverged);
        ck_assert_int_eq(news->wanted.running, news->wanted.waiting);
        (void)snprintf(word, sizeof word,
            "%s step %d: ", ending.step == 0 ? "holds already, at" : "stopped at",
            (int)ending.step);
        if (ending.holds)
            ck_assert_msg(strncmp(news->message, word, strlen(word)) == 0, "%s", news->message);
        else if (diverged)
            ck_assert(strstr(news->message, "the run diverges at step"));
        held += ending.holds;
        later += ending.holds && ending.step > 0;
        unreached += !ending.holds;
        session_destroy(session);
    }
    ck_assert(held > TRIES / 4 && later > TRIES / 10 && unreached > TRIES / 10);
}
END_TEST

static bool paused(const struct snapshot *snapshot, double handled)
{
    return has_handled(snapshot, handled) && !snapshot->news.wanted.running;
}

/* Other speeds and looks meanwhile; what is never reached is stopped by an armed pause. */
START_TEST(the_thread_stops_at_the_same_step)
{
    enum { TRIES = 150 };
    int later = 0;
    for (int i = 0; i < TRIES; i++) {
        uint64_t random = 5000 + (uint64_t)i;
        char settings[200], text[100], line[120];
        settings_of(&random, settings, sizeof settings);
        condition_of(&random, text, sizeof text);
        struct ending ending = plain_loop(settings, text, LAST);
        struct condition condition;
        struct hparams hparams = hparams_of(settings);
        if (!condition_parse(text, hparams.depth, &condition, NULL))
            continue;
        struct bench bench = bench_of(settings, i % 3 == 0, i % 3 == 1 ? 2000 : INFINITY);
        if (i % 3 == 0) { /* from the start on, whatever it has done meanwhile */
            bench_send(&bench, "pause");
            bench_send(&bench, "reset");
        }
        (void)snprintf(line, sizeof line, "at %d pause", LAST);
        bench_send(&bench, line);
        (void)snprintf(line, sizeof line, "until %s", text);
        bench_send(&bench, line);
        for (int k = 0; k < i % 7; k++)
            runner_watch(bench.runner,
                &(struct watch){.details = k % 2 ? DETAIL_UNIT : DETAIL_LAYER | DETAIL_CLIP,
                    .layer = 1,
                    .unit = 1});
        const struct snapshot *snapshot = bench_await(&bench, paused, i % 3 == 0 ? 4 : 2);
        ck_assert_msg(snapshot->seen.step == ending.step, "%s, %s: step %d, not %d: %s",
            settings, text, (int)snapshot->seen.step, (int)ending.step, snapshot->news.message);
        ck_assert(!snapshot->news.wanted.waiting);
        /* It stays where it is, and goes on when that is asked for. */
        bench_send(&bench, "step 1");
        bool on = snapshot->seen.divergence.kind == DIVERGED_NOT;
        snapshot = bench_await(&bench, at_step, (double)ending.step + on);
        ck_assert_uint_eq(snapshot->seen.step, ending.step + on);
        later += ending.holds && ending.step > 0;
        bench_end(&bench);
    }
    ck_assert_int_gt(later, TRIES / 10);
}
END_TEST

/* Unrounded words of the last message. */
static void says(struct session *session, const char *words)
{
    ck_assert_msg(strstr(session->news.message, words), "'%s' does not say '%s'",
        session->news.message, words);
    session->message_unshown = false;
}

static const char settings[] = "depth=2 width=6 samples=40 activation=relu init=he_normal";

START_TEST(what_holds_already_runs_nothing)
{
    struct session *session = session_of(settings);
    ck_assert(orders_do(session, "step 12"));
    work(session, 100);
    ck_assert(orders_do(session, "until step 10"));
    says(session, "runs until step 10: space stops it before");
    work(session, 100);
    ck_assert_uint_eq(session->run->training->step, 12);
    says(session, "holds already, at step 12: step 10 is reached");
    ck_assert(!session->news.wanted.running && !session->news.wanted.waiting);
    /* Running, too. */
    ck_assert(orders_do(session, "run") && orders_do(session, "until loss < 100"));
    work(session, 100);
    ck_assert_uint_eq(session->run->training->step, 12);
    says(session, "holds already, at step 12: loss = ");
    ck_assert(orders_do(session, "until step 20"));
    work(session, 100);
    ck_assert_uint_eq(session->run->training->step, 20);
    says(session, "stopped at step 20: step 20 is reached");
    session_destroy(session);
}
END_TEST

/* What it says is never cut within a word or a number, and says where it is. */
START_TEST(an_answer_that_is_long_ends_after_a_word)
{
    char text[CONDITION_TEXT] = "until loss<10";
    int cut = 0;
    for (int i = 0; i < 16; i++) {
        struct session *session = orders_begin("depth=2 width=4");
        ck_assert_msg(orders_do(session, text), "%s", text);
        ck_assert(session_evaluate(session, false));
        const char *const said[] = {session->news.message, session->news.shorter[0]};
        for (int k = 0; k < 2; k++) {
            const char *more = strstr(said[k], "…");
            ck_assert_ptr_nonnull(strstr(said[k], "holds already"));
            ck_assert(!more || (more[-1] == ' ' && strcmp(more, "…") == 0));
            ck_assert_msg(
                more || strncmp(said[k] + strlen(said[k]) - 4, "< 1", 3) == 0, "%s", said[k]);
            cut += more != NULL;
        }
        (void)snprintf(
            text + strlen(text), sizeof text - strlen(text), " and loss<1%d", i % 10);
        session_destroy(session);
    }
    ck_assert_int_gt(cut, 8);
}
END_TEST

START_TEST(what_ends_the_waiting)
{
    static const char *const enders[] = {"until off", "pause", "toggle", "step 3", "reset",
        "reseed", "seek 2", "reverse", "depth 3", "preset dying", "branch", NULL};
    static const char *const others[] = {
        "run", "lr 2", "speed 50", "at 900 lr 3", "view units", "clip norm", NULL};
    for (int i = 0; enders[i]; i++) {
        struct session *session = session_of(settings);
        ck_assert(orders_do(session, "until step 500"));
        work(session, 5);
        ck_assert(session->news.wanted.waiting && session->news.wanted.running);
        (void)orders_do(session, enders[i]);
        ck_assert_msg(!session->news.wanted.waiting, "%s", enders[i]);
        session_destroy(session);
    }
    struct session *session = session_of(settings);
    ck_assert(orders_do(session, "until step 30"));
    for (int i = 0; others[i]; i++) {
        work(session, 5);
        ck_assert(orders_do(session, others[i]));
        ck_assert_msg(session->news.wanted.waiting, "%s", others[i]);
    }
    /* Another one instead. */
    ck_assert(orders_do(session, "until step 20"));
    work(session, 100);
    ck_assert_uint_eq(session->run->training->step, 20);
    session->message_unshown = false;
    ck_assert(!orders_do(session, "until off"));
    says(session, "nothing is waited for");
    ck_assert(!orders_do(session, "until gain[3] > 1"));
    says(session, "layer 3 is the output: gain is of hidden layers, 1 to 2");
    ck_assert(!orders_do(session, "until"));
    says(session, "until what?");
    ck_assert(!session->news.wanted.running);
    /* An armed pause comes first; what waits does so behind a step that is sought. */
    ck_assert(orders_do(session, "at 25 pause") && orders_do(session, "until step 25"));
    work(session, 100);
    says(session, "as armed: pause");
    ck_assert_uint_eq(session->run->training->step, 25);
    ck_assert(!session->news.wanted.waiting);
    session_destroy(session);
}
END_TEST

static void want(struct session *session, const char *text)
{
    struct command command;
    ck_assert(command_parse(text, &command, NULL));
    ck_assert(wanted_do(&session->news.wanted, &command, NULL));
}

/* Asked for behind something else, as a thread takes both over at once. */
START_TEST(it_is_of_the_step_and_the_settings_that_were_asked_for_before)
{
    struct session *session = session_of(settings);
    ck_assert(session_evaluate(session, false));
    want(session, "seek 30");
    want(session, "until step 10");
    while (session_seeks(session))
        ck_assert(session_seek(session));
    work(session, 100);
    ck_assert_uint_eq(session->run->training->step, 30);
    says(session, "holds already, at step 30");
    /* Nothing is clipped as the run is, everything as it is to be. */
    want(session, "clip norm");
    want(session, "clip_at 1e-9");
    want(session, "until clip_scale == 1");
    ck_assert(session_evaluate(session, false) && session->news.wanted.waiting);
    ck_assert_int_eq(session_settle(session, NULL), SETTLED);
    ck_assert(session_evaluate(session, false) && session->news.wanted.waiting);
    session_destroy(session);
}
END_TEST

/* Of a command table's row for at: it can be neither armed nor lost in writing. */
START_TEST(it_is_a_command_like_others)
{
    struct command command, again;
    char text[COMMAND_TEXT_SIZE];
    struct error error;
    ck_assert(command_parse("until  loss<0.1 and event half-dead ", &command, NULL));
    ck_assert_str_eq(command.text, "loss<0.1 and event half-dead");
    ck_assert(command_write(&command, text, NULL) && command_parse(text, &again, NULL));
    ck_assert(command_equal(&command, &again));
    ck_assert(!command_parse("until los < 0.1", &command, &error));
    ck_assert_str_eq(
        error.text, "condition, column 1: unknown quantity 'los': did you mean 'loss'?");
    ck_assert(
        command_parse("until off", &command, NULL) && command_parse("until", &command, NULL));
    ck_assert(!command_parse("at 5 until loss < 1", &command, &error));
}
END_TEST

/* A survey for each step, and none where it decides nothing. */
START_TEST(numbers_of_the_whole_data_set_are_known_at_every_step)
{
    const char *with = "depth=2 width=4 samples=40 batch=5 lr=3 activation=relu init=he_normal";
    struct session *session = session_of(with);
    ck_assert(orders_do(session, "until step 13 and accuracy >= 0"));
    work(session, 100);
    ck_assert_uint_eq(session->run->training->step, 13);
    ck_assert(session->run->training->seen.surveyed);
    ck_assert(orders_do(session, "until step 15 or accuracy > 2"));
    work(session, 100);
    ck_assert_uint_eq(session->run->training->step, 15);
    ck_assert(!session->run->training->seen.surveyed);
    session_destroy(session);
}
END_TEST

/* What has happened is so from then on, however often something else has since. */
START_TEST(the_first_of_many_events_is_not_forgotten)
{
    struct alerts alerts = {.total = 0};
    struct layer_stats layers[2] = {{.units = 4}, {.units = 1}};
    struct observation seen = {.epoch_steps = 1, .layer_count = 2, .layers = layers};
    struct condition learning;
    ck_assert(condition_parse("event learning", 1, &learning, NULL));
    seen.constant_loss = 1;
    ck_assert_int_eq(condition_holds(&learning, &seen, &alerts), TRUTH_NO);
    for (seen.step = 0; seen.step < 100 * (ALERT_QUIET + 1); seen.step++) {
        seen.clip.fraction = seen.step % (ALERT_QUIET + 2) == 0 ? 0.5 : 0;
        seen.loss = seen.step == 0 ? 0.1 : 0.95;
        alerts_update(&alerts, &seen);
        ck_assert_int_eq(condition_holds(&learning, &seen, &alerts), TRUTH_YES);
    }
    ck_assert_uint_gt(alerts.total, 2 * ALERTS_KEPT);
    ck_assert_uint_eq(alerts.first[ALERT_LEARNING], 1);
    ck_assert_uint_eq(alerts.first[ALERT_CLIPPING], 1); /* of many */
    char text[120];
    condition_explain(&learning, &seen, &alerts, text, sizeof text);
    ck_assert_str_eq(text, "learning at step 0");
}
END_TEST

Suite *until_suite(void)
{
    return SUITE("until", it_stops_at_the_first_step_where_it_holds,
        the_thread_stops_at_the_same_step, what_holds_already_runs_nothing,
        an_answer_that_is_long_ends_after_a_word, what_ends_the_waiting,
        it_is_of_the_step_and_the_settings_that_were_asked_for_before,
        it_is_a_command_like_others, numbers_of_the_whole_data_set_are_known_at_every_step,
        the_first_of_many_events_is_not_forgotten);
}
