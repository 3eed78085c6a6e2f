#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "core/dataset.h"
#include "core/numbers.h"
#include "core/text.h"
#include "engine/session.h"

bool session_arrives(struct session *session)
{
    const struct run *run = session->run;
    const struct agenda *agenda = &session->news.wanted.agenda;
    uint64_t step = run->training->step;
    if (run->evaluated || session->arrived == step + 1)
        return false;
    session->arrived = step + 1;
    return replay_ends(session->replay, run) ||
        (step > 0 && agenda_after(agenda, step - 1) < agenda_after(agenda, step));
}

/* What the settings come to by what is armed for the step at hand. */
static struct hparams armed_settings(const struct session *session)
{
    const struct agenda *agenda = &session->news.wanted.agenda;
    uint64_t step = session->run->training->step;
    struct hparams next = session->hparams;
    bool anew;
    for (int i = agenda_after(agenda, step - 1); i < agenda_after(agenda, step); i++)
        (void)command_configure(&agenda->list[i].command, &next, &anew, NULL);
    return next;
}

/* What is said of a step that is not as in what is followed. */
static void unlike_lecture_text(
    const struct session *session, uint64_t step, struct error *text)
{
    int numbers = session->lecture.replay.numbers;
    struct error why;
    if (numbers != NUMBERS_VERSION)
        error_set(&why, "numbers %d there, %d here", numbers, NUMBERS_VERSION);
    else if (data_is_file(&session->hparams))
        error_set(&why, "is %s here the lecturer's?", SHOWN(data_title(&session->hparams)));
    else
        error_set(&why, "was the file changed?");
    error_set(text, "step %" PRIu64 ": not the lecturer's state: %s", step, why.text);
}

/* The same of the replay. */
static void unlike_text(const struct session *session, uint64_t step, struct error *text)
{
    struct error why;
    replay_why(session->replay->numbers, &session->hparams, "the file", &why);
    error_set(text, "step %" PRIu64 ": not the state that was saved: %s", step, why.text);
}

static void end_replay(struct session *session, struct wanted *asked)
{
    static const struct command pause = {.id = COMMAND_PAUSE};
    (void)wanted_carry(&session->news.wanted, &pause, NULL);
    if (asked)
        wanted_carried(asked, &pause);
    uint64_t step = session->run->training->step;
    /* What was said on the way may have been passed by. */
    if (session->unlike > 0) {
        struct error text;
        unlike_text(session, session->unlike - 1, &text);
        session_say(session, true, "replayed to step %" PRIu64 "; %s", step, text.text);
        (void)snprintf(session->news.shorter[0], NEWS_SHORT, "%.*s", NEWS_SHORT - 1, text.text);
    } else {
        session_say(
            session, false, "replayed to step %" PRIu64 ": space goes on from here", step);
    }
    session->news.message_stops = true;
}

void session_carry(struct session *session, struct wanted *asked)
{
    struct wanted *wanted = &session->news.wanted;
    const struct agenda *agenda = &wanted->agenda;
    uint64_t step = session->run->training->step;
    double rate = wanted_rate(wanted, step);
    /* Where the run has been before and makes the same change again, that is enough. */
    struct hparams next = armed_settings(session);
    bool made = run_makes(session->run, &next);
    bool follows =
        asked && !asked->anew && !hparams_rebuild(&session->hparams, &asked->hparams);
    for (int i = agenda_after(agenda, step - 1); i < agenda_after(agenda, step); i++) {
        char text[COMMAND_TEXT_SIZE];
        struct error error;
        if (made && command_table[agenda->list[i].command.id].scope == SCOPE_TRAINING)
            continue;
        armed_text(&agenda->list[i], text, sizeof text);
        if (!wanted_carry(wanted, &agenda->list[i].command, &error)) {
            session_say(session, true, "%s at step %" PRIu64 ": %s", text, step, error.text);
            continue;
        }
        if (follows)
            wanted_carried(asked, &agenda->list[i].command);
        session_say(session, false, "step %" PRIu64 ", as armed: %s", step, text);
    }
    if (replay_ends(session->replay, session->run))
        end_replay(session, follows ? asked : NULL);
    if (wanted_rate(wanted, step) != rate)
        session->pacing.due = 0;
}

bool session_accept(struct session *session, struct error *error)
{
    struct wanted *wanted = &session->news.wanted;
    const struct run *run = session->run;
    bool anew = !run || wanted->anew || hparams_rebuild(&session->hparams, &wanted->hparams);
    return agenda_accept(
        &wanted->agenda, anew ? 0 : run->training->step + (run->training->updated > 0), error);
}

/* The run has its settings of the step at hand, perhaps other ones than at the step before. */
static void follow(struct session *session)
{
    const struct hparams *now = &session->run->training->hparams;
    if (hparams_equal(&session->hparams, now))
        return;
    wanted_follow(&session->news.wanted, &session->hparams, now);
    session->hparams = *now;
    session->changes++;
}

/*
 * On the way to a step that is sought what is asked for waits, but what is armed is of its
 * step: it changes the run alone.
 */
static bool carry_on_the_way(struct session *session)
{
    struct wanted *wanted = &session->news.wanted;
    struct hparams was = session->hparams, next = armed_settings(session);
    bool rebuilt;
    if (!session_configure(session, &next, &rebuilt, NULL))
        return false;
    if (!wanted->overlaid && !hparams_equal(&was, &next)) {
        wanted->own = wanted->hparams;
        wanted->overlaid = true;
    }
    wanted_follow(wanted, &was, &next);
    return true;
}

/* Carries out what is armed for the step at hand, once. False when interrupted. */
static bool arrive(struct session *session)
{
    if (!run_complete(session->run))
        return false;
    if (!session_arrives(session))
        return true;
    /* Where it has been it goes as it went. */
    if (session_seeks(session)) {
        bool carried = run_ahead(session->run) || carry_on_the_way(session);
        if (!carried)
            session->arrived = 0;
        return carried;
    }
    session_carry(session, NULL);
    enum settled settled = session_settle(session, NULL);
    return settled != SETTLED_LATER && settled != SETTLED_NEVER;
}

/* What is to come out: what is lived through again, or is being told. */
static const struct replay *original(const struct session *session)
{
    const struct replay *told = &session->lecture.replay;
    return told->branches.count > 0 ? told : session->replay;
}

/* Says the first step that is another one than there. */
static void compare(struct session *session)
{
    uint64_t step = session->run->training->step;
    struct error text;
    if ((session->unlike > 0 && session->unlike <= step) ||
        !replay_unlike(original(session), session->run))
        return;
    session->unlike = step + 1;
    if (session->replay)
        unlike_text(session, step, &text);
    else
        unlike_lecture_text(session, step, &text);
    session_say(session, true, "%s", text.text);
}

bool session_evaluate(struct session *session, bool survey_wanted)
{
    if (!session_seeks(session))
        session->set_out = 0;
    bool before = session->run->evaluated;
    bool done = arrive(session) && run_evaluate(session->run, survey_wanted);
    if (session->run)
        follow(session);
    if (done && !before && original(session))
        compare(session);
    return done && session_await(session);
}

bool session_reach(struct session *session, uint64_t steps)
{
    for (uint64_t i = 0; i < steps; i++) {
        if (!session_evaluate(session, false))
            return false;
        if (run_diverged(session->run))
            return true;
        if (!run_update(session->run))
            return false;
    }
    return session_evaluate(session, false);
}

bool session_advance(struct session *session, uint64_t steps)
{
    return session_reach(session, steps) && run_evaluate(session->run, true);
}

bool session_owes(const struct session *session)
{
    const struct wanted *wanted = &session->news.wanted;
    bool any =
        wanted->following ? session_follows_on(session) : wanted->running || wanted->owed > 0;
    return any && !run_diverged(session->run);
}

bool session_claim(struct session *session)
{
    struct wanted *wanted = &session->news.wanted;
    bool owes = session_owes(session);
    if (owes && !wanted->running && !wanted->following)
        wanted->owed--;
    return owes;
}

bool session_work(struct session *session)
{
    if (session_reverses(session)) {
        session_reverse(session);
        while (session_seeks(session)) {
            if (!session_seek(session))
                return false;
        }
        return session_evaluate(session, false);
    }
    if (!session_evaluate(session, false))
        return false;
    if (!session_claim(session))
        return true;
    return run_update(session->run) && session_evaluate(session, false);
}

bool session_seeks(const struct session *session)
{
    return session->run && session->news.wanted.seeking;
}

/* Back to before a step, or on to there where the run has been before. */
static bool approach(struct session *session, uint64_t step)
{
    struct wanted *wanted = &session->news.wanted;
    const struct training *training = session->run->training;
    uint64_t was = training->step;
    int begun = training->updated;
    bool done = run_approach(session->run, step);
    training = session->run->training;
    if (done && (training->step != was || training->updated != begun))
        session->changes++;
    if (done || interrupt_asked(&session->interrupt))
        return done;
    wanted->seeking = false;
    session_say(session, true, "no memory to go back: r begins again at step 0");
    return false;
}

/* The settings that the run has had at a step: those before what was changed there, or with it.
 */
static struct hparams settings_of(const struct run *run, uint64_t step, bool changed)
{
    const struct change_log *log = &run->changes;
    struct hparams settings = run->first;
    for (int i = 0; i < log->count && log->list[i].step < step + changed; i++)
        settings = log->list[i].hparams;
    return settings;
}

/* The run has been at that step without what is armed for it since. */
static bool lacks(const struct run *run, const struct armed *armed)
{
    struct hparams had = settings_of(run, armed->step, true), anew = had;
    struct hparams next = settings_of(run, armed->step, false);
    bool reset;
    return command_configure(&armed->command, &anew, &reset, NULL) &&
        !hparams_equal(&anew, &had) &&
        command_configure(&armed->command, &next, &reset, NULL) && !hparams_equal(&next, &had);
}

/* Where it has been it goes as it went: says what is armed there and has been passed so. */
static void tell_passed(struct session *session)
{
    struct news *news = &session->news;
    const struct agenda *agenda = &news->wanted.agenda;
    int end = agenda_after(agenda, session->run->training->step);
    for (int i = agenda_after(agenda, session->set_out - 1); i < end; i++) {
        const struct armed *armed = &agenda->list[i];
        char text[COMMAND_TEXT_SIZE], brief[44];
        if (command_table[armed->command.id].scope != SCOPE_TRAINING ||
            !lacks(session->run, armed))
            continue;
        armed_text(armed, text, sizeof text);
        session_say(session, false,
            "passed: %s at step %" PRIu64
            ", the run has been there without it; step from before it makes it",
            text, armed->step);
        text_cut(brief, sizeof brief, text);
        if (!news->message_is_error)
            (void)snprintf(news->shorter[0], NEWS_SHORT,
                "passed step %" PRIu64 " without %s: step from before makes it", armed->step,
                brief);
        return;
    }
}

bool session_seek(struct session *session)
{
    struct wanted *wanted = &session->news.wanted;
    struct run *run = session->run;
    wanted->leaving = false;
    session->set_out = session->set_out > 0 ? session->set_out : run->training->step + 1;
    if (wanted->goal == GOAL_END)
        wanted->goal = run->furthest;
    if (!approach(session, wanted->goal))
        return false;
    const struct training *training = run->training;
    if (training->step < wanted->goal &&
        (!session_evaluate(session, false) || (!run_diverged(run) && !run_update(run))))
        return false;
    training = run->training;
    bool there = training->step == wanted->goal && training->updated == 0;
    if (there && run_ahead(run))
        session->arrived =
            training->step + 1; /* as it was: nothing else is carried out there */
    if (there || run_diverged(run)) {
        tell_passed(session);
        session->set_out = 0;
        wanted->seeking = false;
        session->pacing.due = 0;
    }
    if (!there && run_diverged(run))
        session_say(session, false, "no step %" PRIu64 ": the run diverges at step %" PRIu64,
            wanted->goal, training->step);
    follow(session);
    return true;
}

bool session_reverses(const struct session *session)
{
    return session->run && session->news.wanted.reversing && session->run->training->step > 0;
}

void session_reverse(struct session *session)
{
    session->news.wanted.seeking = true;
    session->news.wanted.goal = session->run->training->step - 1;
}
