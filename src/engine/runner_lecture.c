#include <math.h>

#include "core/text.h"
#include "engine/clock.h"
#include "engine/runner_internal.h"

void runner_begin_lecture(struct runner *runner)
{
    const char *name = runner->options.lecture;
    struct lecture_news *news = &runner->session->news.lecture;
    if (!name)
        return;
    runner->session->guest = true;
    news->guided = true;
    text_clean(news->name, sizeof news->name, name);
}

void runner_hear(struct runner *runner, struct lecture_told *told)
{
    pthread_mutex_lock(&runner->lock);
    if (told->any) {
        replay_clear(&runner->told.replay);
        runner->told.replay = told->replay;
        runner->told.any = true;
    }
    runner->told.ended = told->ended;
    runner->told.stopped = told->stopped;
    if (told->problem.text[0])
        runner->told.problem = told->problem;
    runner->hears = true;
    atomic_store(&runner->called, true);
    pthread_cond_signal(&runner->arrived);
    pthread_mutex_unlock(&runner->lock);
    *told = (struct lecture_told){.any = false};
}

void runner_take_told(struct runner *runner)
{
    struct session *session = runner->session;
    struct lecture_news *news = &session->news.lecture;
    pthread_mutex_lock(&runner->lock);
    bool hears = runner->hears;
    struct lecture_told told = runner->told;
    runner->hears = false;
    runner->told = (struct lecture_told){.any = false};
    pthread_mutex_unlock(&runner->lock);
    if (!hears)
        return;
    news->ended = told.ended;
    news->stopped = told.stopped;
    if (told.any)
        session_hear(session, &told.replay);
    if (told.problem.text[0])
        session_say(session, true, "%s", told.problem.text);
    runner->unshown = true;
}

void runner_pace_lecture(struct runner *runner)
{
    struct session *session = runner->session;
    const struct wanted *wanted = &session->news.wanted;
    if (wanted->following && session->news.lecture.heard)
        lecture_pace(
            &session->lecture, session->run->training->step, wanted->fastest, clock_seconds());
}

double runner_pace(const struct runner *runner)
{
    const struct session *session = runner->session;
    const struct wanted *wanted = &session->news.wanted;
    uint64_t step = session->run->training->step;
    if (wanted->following)
        return lecture_rate(&session->lecture, step);
    return wanted->running ? wanted_rate(wanted, step) : INFINITY;
}
