/* The list of events: against what was done, and after going back. */
#include <string.h>

#include "engine/events.h"
#include "engine/session.h"
#include "suites.h"

static struct session *session_of(const char *settings)
{
    struct hparams hparams = hparams_of(settings);
    struct session *session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert_ptr_nonnull(session);
    return session;
}

static void ask(struct session *session, const char *text)
{
    struct command command;
    struct error error;
    ck_assert_msg(command_parse(text, &command, &error), "%s: %s", text, error.text);
    ck_assert_msg(session_do(session, &command, &error), "%s: %s", text, error.text);
}

/* "0 BEGIN; 3 lr 3; …" */
static void list(const struct session *session, bool alerts, char *text, size_t size)
{
    struct events events;
    struct story story;
    run_tell(session->run, &story);
    events_take(&events, session->run, &story);
    text[0] = '\0';
    for (int i = 0; i < events.count; i++) {
        const struct run_event *event = &events.list[i];
        size_t used = strlen(text);
        if (event->kind == EVENT_ALERT && !alerts)
            continue;
        (void)snprintf(text + used, size - used, "%s%d %s", i > 0 ? "; " : "", (int)event->step,
            event->kind == EVENT_BEGIN ? "BEGIN" : event->label);
    }
}

static void check(const struct session *session, const char *expected)
{
    char text[2000];
    list(session, false, text, sizeof text);
    ck_assert_str_eq(text, expected);
}

START_TEST(changes_of_one_step_are_one_event)
{
    struct session *session = session_of("depth=2 width=4 samples=20 lr=0.1");
    check(session, "0 BEGIN");
    ck_assert(session_advance(session, 3));
    for (int i = 0; i < 10; i++)
        ask(session, i % 2 ? "previous lr" : "next lr");
    check(session, "0 BEGIN"); /* back to what it was */
    for (int i = 0; i < 3; i++)
        ask(session, "next lr");
    ask(session, "lr 3");
    check(session, "0 BEGIN; 3 lr 3");
    ask(session, "activation relu");
    check(session, "0 BEGIN; 3 relu, lr 3");
    ck_assert(session_advance(session, 1));
    ask(session, "lr 3"); /* as it is already */
    ask(session, "clip norm");
    ck_assert(session_advance(session, 1));
    ask(session, "clip_at 0.25");
    ask(session, "optimizer adam");
    ask(session, "momentum 0.123456789");
    ck_assert(session_advance(session, 1));
    check(session, "0 BEGIN; 3 relu, lr 3; 4 clip norm; 5 3 changes");
    session_destroy(session);
}
END_TEST

START_TEST(what_was_set_at_step_0_is_how_it_began)
{
    struct session *session = session_of("depth=2 width=4 samples=20 lr=0.1");
    struct events events;
    struct story story;
    ck_assert(session_advance(session, 0));
    ask(session, "lr 0.7");
    ask(session, "clip norm");
    ck_assert(session_advance(session, 2));
    ask(session, "lr 0.2");
    run_tell(session->run, &story);
    events_take(&events, session->run, &story);
    ck_assert_int_eq(events.count, 2 + (int)story.alerts.total);
    ck_assert_int_eq(events.list[0].kind, EVENT_BEGIN);
    ck_assert_str_eq(events.list[0].text,
        "2×4, sigmoid, xavier_normal, moons, sgd, lr 0.7, clip norm, seed 1");
    const struct run_event *last = &events.list[events.count - 1];
    ck_assert_str_eq(last->label, "lr 0.2");
    ck_assert_str_eq(last->text, "lr 0.7 → 0.2");
    ask(session, "seed 5"); /* another run: nothing is left of that one */
    ck_assert(session_advance(session, 0));
    run_tell(session->run, &story);
    events_take(&events, session->run, &story);
    ck_assert_int_eq(events.count, 1 + (int)story.alerts.total);
    ck_assert(strstr(events.list[0].text, "lr 0.2, clip norm, seed 5"));
    session_destroy(session);
}
END_TEST

START_TEST(alerts_and_changes_stand_in_the_order_of_their_steps)
{
    struct session *session = session_of("activation=relu init=he_normal depth=1 lr=1 seed=3");
    ask(session, "at 40 lr 10");
    ask(session, "at 45 clip norm");
    ck_assert(session_advance(session, 80));
    struct events events;
    struct story story;
    run_tell(session->run, &story);
    events_take(&events, session->run, &story);
    ck_assert_int_eq(events.count, 3 + (int)story.alerts.total);
    ck_assert(story.alerts.total >= 3);
    for (int i = 1; i < events.count; i++) {
        const struct run_event *event = &events.list[i], *before = event - 1;
        ck_assert(before->step <= event->step);
        ck_assert(before->step < event->step || before->kind <= event->kind);
    }
    /* Going back leaves what had happened by then, coming again brings the rest. */
    char all[2000], again[2000];
    list(session, true, all, sizeof all);
    ck_assert(strstr(all, "40 lr 10") && strstr(all, "45 clip norm; "));
    session->run->checkpoints.budget = 0;
    ck_assert(run_seek(session->run, 42) && run_evaluate(session->run, false));
    list(session, true, again, sizeof again);
    ck_assert(strstr(again, "40 lr 10") && !strstr(again, "45 clip norm"));
    ck_assert(strncmp(all, again, strlen(again)) == 0);
    ck_assert(run_seek(session->run, 80) && run_evaluate(session->run, false));
    list(session, true, again, sizeof again);
    ck_assert_str_eq(all, again);
    session_destroy(session);
}
END_TEST

START_TEST(of_many_changes_the_last_are_kept)
{
    struct session *session = session_of("depth=1 width=2 samples=10");
    char line[40], text[2000];
    for (int i = 1; i <= EVENT_CHANGES + 8; i++) {
        ck_assert(session_advance(session, 1));
        (void)snprintf(line, sizeof line, "lr 0.%d1", i);
        ask(session, line);
    }
    list(session, false, text, sizeof text);
    ck_assert(!strstr(text, "; 8 lr 0.81") && strstr(text, "; 9 lr 0.91; 10 lr 0.101"));
    ck_assert(strstr(text, "40 lr 0.401"));
    session_destroy(session);
}
END_TEST

START_TEST(labels_are_never_cut)
{
    struct hparams from = hparams_of(""), to = from;
    char text[24];
    ck_assert(!change_label(&from, &to, text, sizeof text) && !*text);
    to = hparams_of("lr=0.1234567890123456789");
    ck_assert(change_label(&from, &to, text, sizeof text));
    ck_assert_str_eq(text, "lr 0.12345678901234568");
    to = hparams_of("weight_decay=0.12345678901234567");
    ck_assert(change_label(&from, &to, text, sizeof text));
    ck_assert_str_eq(text, "1 change");
    to = hparams_of("lr=0.12345678901234567 activation=tanh");
    ck_assert(change_label(&from, &to, text, sizeof text));
    ck_assert_str_eq(text, "2 changes");
    to = hparams_of("clip=value clip_at=0.01");
    ck_assert(change_label(&from, &to, text, sizeof text));
    ck_assert_str_eq(text, "2 changes");
    to = hparams_of("clip=norm clip_at=2");
    ck_assert(change_label(&from, &to, text, sizeof text));
    ck_assert_str_eq(text, "clip norm, clip_at 2");
}
END_TEST

Suite *events_suite(void)
{
    return SUITE("events", changes_of_one_step_are_one_event,
        what_was_set_at_step_0_is_how_it_began,
        alerts_and_changes_stand_in_the_order_of_their_steps, of_many_changes_the_last_are_kept,
        labels_are_never_cut);
}
