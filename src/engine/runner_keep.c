/* The runner's session handed out, and another one handed in: the thread's side. */
#include "engine/runner_internal.h"

void runner_give_copy(struct runner *runner)
{
    struct session_copy copy = {.step = 0};
    pthread_mutex_lock(&runner->lock);
    uint64_t asked = runner->copies_asked;
    bool owed = asked > runner->copies_given, digest = runner->copy_digest;
    pthread_mutex_unlock(&runner->lock);
    if (!owed || !runner->session->run)
        return;
    (void)session_copy_take(&copy, runner->session, digest);
    pthread_mutex_lock(&runner->lock);
    session_copy_clear(&runner->copy);
    runner->copy = copy;
    runner->copies_given = asked;
    runner->copy_there = runner->copies_asked == asked;
    pthread_mutex_unlock(&runner->lock);
    runner_wake_reader(runner);
}

bool runner_owes_visit(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    bool owes = runner->visit != NULL;
    pthread_mutex_unlock(&runner->lock);
    return owes;
}

void runner_give_visit(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    session_visit *visit = runner->visit;
    void *visitor = runner->visitor;
    runner->visit = NULL;
    pthread_mutex_unlock(&runner->lock);
    if (!visit)
        return;
    visit(visitor, runner->session);
    pthread_mutex_lock(&runner->lock);
    runner->visited = true;
    pthread_mutex_unlock(&runner->lock);
    runner_wake_reader(runner);
}

/* What is asked for is what the session has taken over, and to be where that was last. */
static void seek_loaded(struct runner *runner)
{
    struct session *session = runner->session;
    const struct branches *branches = &session->branches;
    struct wanted *asked = &runner->asked, *wanted = &session->news.wanted;
    wanted->running = wanted->following = false;
    wanted->scene = NULL;
    wanted->seeking = true;
    wanted->goal = branches->list[branches->active].reached;
    wanted->furthest = wanted->at = wanted->goal;
    pthread_mutex_lock(&runner->lock);
    uint64_t handled = asked->handled;
    *asked = *wanted;
    asked->handled = handled;
    asked->owed = 0;
    asked->anew = asked->halted = asked->untold = asked->seeking = false;
    runner->built = wanted->hparams;
    pthread_mutex_unlock(&runner->lock);
    session->replay = NULL;
    runner->resting = false;
    runner->unshown = true;
}

/* What has been loaded, or could not be, is over; one that was interrupted is to be tried
 * again, unless there is a newer one. */
static void end_load(struct runner *runner, struct branches *load, bool again)
{
    pthread_mutex_lock(&runner->lock);
    if (again && runner->load.count == 0) {
        runner->load = *load;
        *load = (struct branches){.count = 0};
    }
    runner->loading = runner->load.count > 0;
    pthread_mutex_unlock(&runner->lock);
}

void runner_take_load(struct runner *runner)
{
    struct session *session = runner->session;
    struct branches load;
    struct error error;
    pthread_mutex_lock(&runner->lock);
    bool loading = runner->loading && session->run;
    if (loading) {
        load = runner->load;
        runner->load = (struct branches){.count = 0};
    }
    pthread_mutex_unlock(&runner->lock);
    if (!loading)
        return;
    bool loaded = session_load(session, &load, &error);
    bool again = !loaded && runner_interrupted(runner);
    if (!loaded && !again)
        session_say(session, true, "%s", error.text);
    runner->unshown = runner->unshown || !again;
    if (loaded)
        seek_loaded(runner);
    end_load(runner, &load, again);
    branches_clear(&load);
}

void runner_fail(struct runner *runner, const char *text)
{
    pthread_mutex_lock(&runner->lock);
    error_set(&runner->failure, "%s", text);
    runner->failed = runner->broken = true;
    pthread_mutex_unlock(&runner->lock);
    runner_wake_reader(runner);
}
