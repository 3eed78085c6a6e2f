/* Running until a condition holds. */
#include <inttypes.h>
#include <stdio.h>

#include "core/text.h"
#include "engine/session.h"

/* At the evaluated step at hand, by what is known of it. */
static enum truth tell(const struct run *run, const struct condition *condition)
{
    const struct observation *seen = &run->training->seen;
    struct story story;
    if (!(condition_needs(condition) & CONDITION_EVENTS))
        return condition_holds(condition, seen, NULL);
    run_tell(run, &story);
    return condition_holds(condition, seen, &story.alerts);
}

bool session_holds(
    struct session *session, const struct condition *condition, enum truth *truth)
{
    struct run *run = session->run;
    *truth = tell(run, condition);
    /* A number that becomes known makes no other answer of one that has been given. */
    if (*truth != TRUTH_UNTOLD || run->training->seen.surveyed ||
        !(condition_needs(condition) & CONDITION_SURVEYS))
        return true;
    if (!run_evaluate(run, true))
        return false;
    *truth = tell(run, condition);
    return true;
}

/* `before`: it did not hold before. */
static void say_held(struct session *session, const struct condition *until, bool before)
{
    const struct run *run = session->run;
    struct news *news = &session->news;
    uint64_t step = run->training->step;
    struct story story;
    char whole[2 * sizeof news->message], why[sizeof news->message - 60], brief[92];
    run_tell(run, &story);
    condition_explain(until, &run->training->seen, &story.alerts, whole, sizeof whole);
    text_cut(why, sizeof why, whole);
    text_cut(brief, sizeof brief, whole);
    session_say(session, false, "%s step %" PRIu64 ": %s",
        before ? "stopped at" : "holds already, at", step, why);
    if (news->message_is_error)
        return;
    news->message_stops = true;
    if (before) {
        (void)snprintf(news->shorter[0], NEWS_SHORT, "step %" PRIu64 ": %s", step, brief);
        (void)snprintf(news->shorter[1], NEWS_SHORT, "stopped at step %" PRIu64, step);
    } else {
        (void)snprintf(news->shorter[0], NEWS_SHORT, "holds already: %s", brief);
        (void)snprintf(news->shorter[1], NEWS_SHORT, "holds already");
    }
}

static void say_diverged(struct session *session, const struct condition *until)
{
    struct news *news = &session->news;
    uint64_t step = session->run->training->step;
    char text[CONDITION_TEXT];
    (void)condition_write(until, text, sizeof text);
    session_say(session, false,
        "the run diverges at step %" PRIu64 ", and has not come to %.150s", step, text);
    if (news->message_is_error)
        return;
    news->message_stops = true;
    (void)snprintf(
        news->shorter[0], NEWS_SHORT, "diverges at step %" PRIu64 " before that", step);
    (void)snprintf(news->shorter[1], NEWS_SHORT, "diverges at step %" PRIu64, step);
}

bool session_await(struct session *session)
{
    struct wanted *wanted = &session->news.wanted;
    uint64_t awaited = wanted->awaited;
    enum truth truth;
    /* On the way to a step, and before what is asked for has been made so, is not yet. */
    if (!wanted->waiting || session_seeks(session) || session_stale(session))
        return true;
    if (!session_holds(session, &wanted->until, &truth))
        return false;
    bool before = session->awaiting == awaited;
    session->awaiting = awaited;
    if (truth == TRUTH_YES)
        say_held(session, &wanted->until, before);
    else if (run_diverged(session->run))
        say_diverged(session, &wanted->until);
    else
        return true;
    wanted_stop(wanted, awaited);
    return true;
}
