/* Going back and on: every number against that of a run that went straight. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/state.h"
#include "engine/run.h"
#include "engine/session.h"
#include "orders.h"
#include "run_digest.h"
#include "suites.h"

enum { STEPS = 700, CHANGES_MOST = 4 };

/* A run, and what is changed on its way. */
struct journey {
    const char *settings;
    struct {
        int step;
        const char *setting;
    } changes[CHANGES_MOST];
};

static const struct journey journeys[] = {
    {"depth=3 width=6 samples=30", {{40, "lr 3"}, {300, "optimizer adam"}, {300, "lr 0.01"}}},
    {"depth=4 width=8 samples=30 activation=relu init=he_normal lr=0.7 batch=7 clip=norm",
        {{0, "lr 0.5"}, {90, "activation tanh"}, {91, "activation relu"}, {500, "clip none"}}},
    {"depth=5 width=8 samples=24 activation=relu init=he_normal bias=-0.3 optimizer=momentum "
     "lr=0.2 clip=layerwise",
        {{20, "lr 2"}, {150, "activation leaky_relu"}, {151, "activation relu"}}},
    {"depth=2 width=5 samples=20 activation=linear loss=mse lr=0.1",
        {{200, "lr 50"}, {205, "clip value"}}}, /* diverges */
};

static struct run *begin(const struct journey *journey, size_t budget)
{
    static const struct interrupt never = {.wanted = NULL, .context = NULL};
    struct hparams hparams = hparams_of(journey->settings);
    struct run *run =
        run_create(&hparams, dataset_of(&hparams), kernels_select(NULL), NULL, &never);
    ck_assert_ptr_nonnull(run);
    run->checkpoints.budget = budget;
    training_record_deaths(run->training, budget > 0); /* as headless, and as the laboratory */
    return run;
}

static void change(struct run *run, const char *setting)
{
    struct hparams hparams = run->training->hparams;
    struct error error;
    char name[32];
    const char *value = strchr(setting, ' ') + 1;
    (void)snprintf(name, sizeof name, "%.*s", (int)(value - 1 - setting), setting);
    const struct hparam *row = hparam_find(name, &error);
    ck_assert(row && hparam_set(&hparams, row, value, &error));
    ck_assert_msg(run_adjust(run, &hparams, &error), "%s", error.text);
}

/* Each step once, with its changes; returns the last step. */
static int go_straight(struct run *run, const struct journey *journey, uint64_t *digests)
{
    for (int step = 0;; step++) {
        ck_assert(run_evaluate(run, false));
        for (int i = 0; i < CHANGES_MOST && journey->changes[i].setting; i++) {
            if (journey->changes[i].step == step)
                change(run, journey->changes[i].setting);
        }
        ck_assert(run_evaluate(run, false));
        digests[step] = run_digest(run);
        if (step == STEPS || run_diverged(run))
            return step;
        ck_assert(run_update(run));
    }
}

static void seek(struct run *run, int step, const uint64_t *digests, const char *settings)
{
    ck_assert(run_seek(run, (uint64_t)step) && run_evaluate(run, false));
    ck_assert_uint_eq(run->training->step, (uint64_t)step);
    ck_assert_msg(run_digest(run) == digests[step], "%s: step %d", settings, step);
}

/* Budgets of none, a few and all checkpoints. */
START_TEST(a_step_that_is_sought_is_as_it_was)
{
    static const size_t budgets[] = {0, 100000, SIZE_MAX};
    static uint64_t digests[STEPS + 1];
    for (size_t j = 0; j < ARRAY_LEN(journeys); j++) {
        for (size_t b = 0; b < ARRAY_LEN(budgets); b++) {
            struct run *run = begin(&journeys[j], budgets[b]);
            int last = go_straight(run, &journeys[j], digests);
            uint32_t random = 7;
            for (int i = 0; i < (b == 0 ? 12 : 60); i++) {
                random = random * 1664525 + 1013904223;
                seek(run, (int)(random >> 8) % (last + 1), digests, journeys[j].settings);
                /* As somebody does who steps back and on. */
                for (int s = (int)run->training->step, k = 0; k < 3 && s > 0; k++)
                    seek(run, --s, digests, journeys[j].settings);
                for (int s = (int)run->training->step, k = 0; k < 5 && s < last; k++)
                    seek(run, ++s, digests, journeys[j].settings);
            }
            ck_assert_uint_le(run->checkpoints.bytes, budgets[b]);
            seek(run, last, digests, journeys[j].settings);
            ck_assert_int_eq(run_diverged(run), last < STEPS);
            run_destroy(run);
        }
    }
}
END_TEST

START_TEST(a_change_in_the_past_begins_another_future)
{
    static uint64_t digests[STEPS + 1], others[STEPS + 1];
    struct journey other = journeys[0];
    struct run *run = begin(&journeys[0], SIZE_MAX), *straight;
    (void)go_straight(run, &journeys[0], digests);
    seek(run, 250, digests, "");
    change(run, "lr 0.3");
    ck_assert_int_eq(run->changes.count, 2);
    other.changes[1].step = 250;
    other.changes[1].setting = "lr 0.3";
    other.changes[2].setting = NULL;
    straight = begin(&other, 1);
    ck_assert_int_eq(go_straight(straight, &other, others), STEPS);
    ck_assert(others[400] != digests[400]);
    for (int step = 251; step <= STEPS; step += 61)
        seek(run, step, others, "lr 0.3 from step 250");
    seek(run, 100, others, "before");
    seek(run, 600, others, "after");
    seek(run, 520, others, "where another future had its checkpoints");
    run_destroy(run);
    run_destroy(straight);
}
END_TEST

/* Some before their step has been looked at, some after it: what has been counted by the old
 * activation counts. */
START_TEST(changes_are_made_again_when_they_were_made)
{
    struct run *run = begin(&journeys[1], SIZE_MAX);
    int64_t deaths = 0;
    ck_assert(run_seek(run, 100) && run_evaluate(run, false));
    for (int step = 101; step <= 700; step++) {
        bool tanh = run->training->hparams.activation == ACTIVATION_TANH;
        ck_assert(run_update(run) && (step % 3 == 0 || run_evaluate(run, false)));
        if (step % 5 == 0) /* an epoch starts */
            change(run, tanh ? "activation relu" : "activation tanh");
        ck_assert(run_evaluate(run, false));
    }
    uint64_t digest = run_digest(run);
    deaths = run->training->seen.toll.deaths;
    ck_assert_int_gt(deaths, 10);
    ck_assert(run_seek(run, 110) && run_seek(run, 700) && run_evaluate(run, false));
    ck_assert_int_eq(run->training->seen.toll.deaths, deaths);
    ck_assert(run_digest(run) == digest);
    run_destroy(run);
}
END_TEST

/* A budget of some states: they lie closer the nearer they are, none is lost while there is
 * room, and none is far from the next. */
START_TEST(checkpoints_thin_out_with_age)
{
    static const struct journey still = {"", {{0, NULL}}};
    struct run *run = begin(&still, 0);
    ck_assert_uint_eq(checkpoints_every(run->training), 32);
    size_t each = state_size(run->training) + sizeof(struct checkpoint) +
        run->record.rows.width * sizeof(double);
    run->checkpoints.budget = 12 * each;
    ck_assert(run_seek(run, 12 * 32 + 1));
    ck_assert_int_eq(run->checkpoints.count, 12);
    ck_assert(run_seek(run, 2000));
    const struct checkpoints *c = &run->checkpoints;
    ck_assert_int_ge(c->count, 10);
    ck_assert_uint_le(c->bytes, c->budget);
    ck_assert_uint_ge(c->list[c->count - 1]->step, 2000 - 32);
    uint64_t young = c->list[c->count - 1]->step - c->list[c->count - 2]->step;
    ck_assert_uint_le(young, 64);
    /* Evenly 6 of 12 would be 2000 / 7 apart; an eighth may have been dropped just now. */
    for (int i = 0; i < c->count; i++) {
        uint64_t before = i > 0 ? c->list[i - 1]->step : 0;
        ck_assert_uint_lt(before, c->list[i]->step);
        ck_assert_uint_le(c->list[i]->step - before, 2 * 2000 / 7);
    }
    /* What is too large for the budget is not kept; the run can go back all the same. */
    run->checkpoints.budget = each - 1;
    checkpoints_clear(&run->checkpoints);
    ck_assert(run_seek(run, 2100) && run->checkpoints.count == 0);
    ck_assert(run_seek(run, 3) && run->training->step == 3);
    run_destroy(run);
}
END_TEST

/* So long a run that of the old steps not all are kept that have a checkpoint. */
START_TEST(old_steps_are_sought_from_where_the_record_goes_on)
{
    static const struct journey still = {"depth=2 width=16", {{0, NULL}}};
    static const int steps[] = {300, 4120, 5010, 6510, 8100, 8600, 8990};
    uint64_t digests[ARRAY_LEN(steps)];
    struct run *straight = begin(&still, 0), *run = begin(&still, SIZE_MAX);
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        training_record_deaths(straight->training, true);
        ck_assert(run_seek(straight, (uint64_t)steps[i]) && run_evaluate(straight, false));
        digests[i] = run_digest(straight);
    }
    ck_assert(run_seek(run, 9000));
    static const int order[] = {5, 2, 4, 3, 1, 6, 0};
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        int at = order[i];
        ck_assert(run_seek(run, (uint64_t)steps[at]) && run_evaluate(run, false));
        ck_assert_msg(run_digest(run) == digests[at], "step %d", steps[at]);
        ck_assert(run_seek(run, 9000));
    }
    run_destroy(straight);
    run_destroy(run);
}
END_TEST

static void count_evaluation(void *context)
{
    ++*(int *)context;
}

/* What it takes is bounded, back and on; without the rows between it goes step by step. */
START_TEST(steps_are_sought_from_near_them)
{
    static const struct journey still = {"depth=2 width=16", {{0, NULL}}};
    enum { END = 6000, NEAR = 600 };
    static const int order[] = {100, 5900, 3000, 3001, 5999, 40, END};
    struct run *straight = begin(&still, 1), *run = begin(&still, 1000000);
    static uint64_t digests[END + 1];
    int evaluations = 0;
    for (int step = 0; step <= END; step++) {
        ck_assert(run_seek(straight, (uint64_t)step) && run_evaluate(straight, false));
        digests[step] = run_digest(straight);
    }
    ck_assert(run_seek(run, END));
    run->observer.prepare = count_evaluation;
    run->observer.context = &evaluations;
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        evaluations = 0;
        seek(run, order[i], digests, "");
        ck_assert_int_le(evaluations, NEAR);
    }
    /* One after the other back, each but for a few takes none but its own. */
    evaluations = 0;
    for (int step = 5000; step > 4900; step--)
        seek(run, step, digests, "");
    ck_assert_int_le(evaluations, 100 + NEAR + 100);
    ck_assert_int_le((int)(run->checkpoints.bytes / 1000), 1000);
    seek(run, 100, digests, "");
    run->record.rows.ahead = run->record.rows.count;
    evaluations = 0;
    seek(run, END, digests, "");
    ck_assert_int_gt(evaluations, END - 200);
    run_destroy(straight);
    run_destroy(run);
}
END_TEST

/* A session that has made the journey by commands, back at step 0. */
static struct session *travel(const struct journey *journey)
{
    struct hparams hparams = hparams_of(journey->settings);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert_ptr_nonnull(session);
    session->history = SIZE_MAX;
    ck_assert(orders_do(session, "reset"));
    training_record_deaths(session->run->training, true);
    for (int i = 0; i < CHANGES_MOST && journey->changes[i].setting; i++) {
        char seek[32];
        (void)snprintf(seek, sizeof seek, "seek %d", journey->changes[i].step);
        ck_assert(orders_do(session, seek) && session_evaluate(session, false));
        ck_assert(orders_do(session, journey->changes[i].setting) &&
            session_evaluate(session, false));
    }
    ck_assert(orders_do(session, "seek 0"));
    return session;
}

static void arrive(struct session *session, const char *text, uint64_t step)
{
    ck_assert_msg(orders_do(session, text), "%s: %s", text, session->news.message);
    ck_assert(session_evaluate(session, false) && !session_seeks(session));
    ck_assert_msg(session->run->training->step == step, "%s", text);
    ck_assert(hparams_equal(&session->hparams, &session->run->training->hparams));
    ck_assert(hparams_equal(&session->hparams, &session->news.wanted.hparams));
}

START_TEST(a_session_seeks_with_the_settings_that_were)
{
    static uint64_t digests[STEPS + 1];
    struct run *straight = begin(&journeys[1], 1);
    (void)go_straight(straight, &journeys[1], digests);
    struct session *session = travel(&journeys[1]);
    static const struct {
        const char *text;
        int step;
        int activation;
        double lr;
        int clip;
    } stops[] = {
        {"seek 600", 600, ACTIVATION_RELU, 0.5, CLIP_NONE},
        {"seek 499", 499, ACTIVATION_RELU, 0.5, CLIP_NORM},
        {"seek +1", 500, ACTIVATION_RELU, 0.5, CLIP_NONE},
        {"seek -410", 90, ACTIVATION_TANH, 0.5, CLIP_NORM},
        {"seek -1", 89, ACTIVATION_RELU, 0.5, CLIP_NORM},
        {"seek +2", 91, ACTIVATION_RELU, 0.5, CLIP_NORM},
        {"seek -1000", 0, ACTIVATION_RELU, 0.5, CLIP_NORM},
        {"seek 700", 700, ACTIVATION_RELU, 0.5, CLIP_NONE},
    };
    for (size_t i = 0; i < ARRAY_LEN(stops); i++) {
        uint64_t changes = session->changes;
        int64_t back = (int64_t)session->run->training->step - stops[i].step;
        arrive(session, stops[i].text, (uint64_t)stops[i].step);
        const struct hparams *now = &session->hparams;
        ck_assert_msg(now->activation == stops[i].activation, "%s", stops[i].text);
        ck_assert(now->lr == stops[i].lr && now->clip == stops[i].clip);
        ck_assert_msg(run_digest(session->run) == digests[stops[i].step], "%s", stops[i].text);
        /* Whoever keeps something of the parameters hears of it. */
        ck_assert(back <= 0 || session->changes > changes);
    }
    /* Steps made on their own go by the settings of then, too. */
    ck_assert(orders_do(session, "seek 88") && orders_do(session, "step 4"));
    while (session_owes(session))
        ck_assert(session_work(session));
    ck_assert(run_digest(session->run) == digests[92]);
    ck_assert_uint_eq(session->news.futures, 0);
    /* A change there is all that is left of the future. */
    ck_assert(orders_do(session, "lr 0.25") && session->news.futures == 1);
    arrive(session, "seek 600", 600);
    ck_assert(session->hparams.lr == 0.25 && session->hparams.clip == CLIP_NORM);
    ck_assert(orders_do(session, "lr 0.5") && session->news.futures == 1);
    session_destroy(session);
    run_destroy(straight);
}
END_TEST

/* What is asked for on the way: done at the step that is sought; what ends the run ends it. */
START_TEST(what_is_asked_for_meanwhile_waits_for_the_step)
{
    struct session *session = travel(&journeys[0]);
    struct wanted *wanted = &session->news.wanted;
    arrive(session, "seek 350", 350);
    ck_assert_int_eq(session->hparams.optimizer, OPTIMIZER_ADAM);
    struct command seek, run, lr, depth;
    ck_assert(command_parse("seek 10", &seek, NULL) && command_parse("run", &run, NULL));
    ck_assert(command_parse("lr 0.7", &lr, NULL) && command_parse("depth 2", &depth, NULL));
    ck_assert(wanted_do(wanted, &seek, NULL) && wanted_do(wanted, &lr, NULL));
    ck_assert(wanted_do(wanted, &run, NULL) && session_seeks(session));
    ck_assert(!session_stale(session));
    while (session_seeks(session))
        ck_assert(session_seek(session));
    ck_assert_uint_eq(session->run->training->step, 10);
    /* The rate as asked for, all else as it was at step 10. */
    ck_assert(session_stale(session) && wanted->hparams.lr == 0.7 && session->hparams.lr == 1);
    ck_assert_int_eq(wanted->hparams.optimizer, OPTIMIZER_SGD);
    ck_assert_int_eq(session_settle(session, NULL), SETTLED);
    ck_assert(session->run->training->hparams.lr == 0.7 && session_owes(session));
    ck_assert(wanted_do(wanted, &seek, NULL) && wanted_do(wanted, &depth, NULL));
    ck_assert(!session_seeks(session) && session_stale(session));
    session_destroy(session);
}
END_TEST

/* A change that was asked for before going elsewhere is made where the run stood. */
START_TEST(what_is_asked_for_before_is_done_before)
{
    struct session *session = travel(&journeys[0]);
    struct wanted *wanted = &session->news.wanted, asked;
    arrive(session, "seek 350", 350);
    asked = *wanted;
    struct command seek, lr, clip;
    ck_assert(command_parse("seek 10", &seek, NULL) && command_parse("lr 0.7", &lr, NULL));
    ck_assert(command_parse("clip norm", &clip, NULL));
    ck_assert(wanted_do(&asked, &lr, NULL) && wanted_do(&asked, &seek, NULL));
    ck_assert(wanted_do(&asked, &clip, NULL));
    wanted_take(wanted, &asked);
    ck_assert(session_stale(session) && session_settle(session, NULL) == SETTLED);
    ck_assert(session->hparams.lr == 0.7 && session->hparams.clip == CLIP_NONE);
    ck_assert(session_seeks(session) && !session_stale(session));
    while (session_seeks(session))
        ck_assert(session_seek(session));
    ck_assert(session->hparams.lr == 1 && wanted->hparams.lr == 1);
    ck_assert(session_settle(session, NULL) == SETTLED && session->hparams.clip == CLIP_NORM);
    arrive(session, "seek 349", 349);
    ck_assert(session->hparams.lr == 1 && session->hparams.clip == CLIP_NORM);
    session_destroy(session);
}
END_TEST

START_TEST(a_run_that_diverges_is_sought_no_further)
{
    static const struct journey explodes = {
        "depth=2 width=5 samples=20 activation=linear loss=mse lr=0.1", {{200, "lr 50"}}};
    struct session *session = travel(&explodes);
    ck_assert(orders_do(session, "seek 5000") && !session_seeks(session));
    uint64_t last = session->run->training->step;
    ck_assert(run_diverged(session->run) && last > 200 && last < 5000);
    ck_assert_ptr_nonnull(strstr(session->news.message, "no step 5000: the run diverges at"));
    arrive(session, "seek -1", last - 1);
    ck_assert(!run_diverged(session->run));
    arrive(session, "seek +1", last);
    ck_assert(run_diverged(session->run));
    session_destroy(session);
}
END_TEST

Suite *seek_suite(void)
{
    return SUITE("seek", a_step_that_is_sought_is_as_it_was,
        a_change_in_the_past_begins_another_future, changes_are_made_again_when_they_were_made,
        checkpoints_thin_out_with_age, old_steps_are_sought_from_where_the_record_goes_on,
        steps_are_sought_from_near_them, a_session_seeks_with_the_settings_that_were,
        what_is_asked_for_meanwhile_waits_for_the_step, what_is_asked_for_before_is_done_before,
        a_run_that_diverges_is_sought_no_further);
}
