/* The ghost beside the run on the thread, and what is told meanwhile. */
#include <inttypes.h>

#include "engine/clock.h"
#include "engine/runner_internal.h"

void runner_tell(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    runner->news = runner->session->news;
    runner->has_news = true;
    pthread_mutex_unlock(&runner->lock);
    runner->session->message_unshown = false;
    runner_wake_reader(runner);
}

bool runner_bring_ghost(struct runner *runner)
{
    struct session *session = runner->session;
    double now = clock_seconds();
    if (!session->ghost)
        return true;
    if (runner->alone || session_ghost_reach(session, now + SEEK_SECONDS)) {
        if (runner->alone && session->ghost)
            ghost_rest(session->ghost);
        runner->ghost_since = 0;
        return true;
    }
    if (runner->ghost_since <= 0)
        runner->ghost_since = now;
    runner->unshown = true;
    if (now - runner->ghost_since > GHOST_SECONDS) {
        session_say(session, false,
            "the ghost is at step %" PRIu64 " of %" PRIu64 ": space shows this run without",
            ghost_step(session->ghost), session->run->training->step);
        runner_tell(runner);
    }
    return false;
}
