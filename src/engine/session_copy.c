#include "engine/session_copy.h"

#include "core/state.h"
#include "engine/session.h"

bool session_copy_take(struct session_copy *copy, struct session *session, bool digest)
{
    const struct run *run = session->run;
    const struct wanted *wanted = &session->news.wanted;
    session_note(session);
    branches_clear(&copy->branches);
    if (!branches_copy(&copy->branches, &session->branches))
        return false;
    copy->step = run->training->step;
    copy->seeking = wanted->seeking;
    copy->goal = wanted->goal == GOAL_END ? run->furthest : wanted->goal;
    const struct branch *active = &copy->branches.list[copy->branches.active];
    uint64_t at = copy->seeking ? copy->goal : copy->step;
    copy->branches.at = at < active->reached ? at : active->reached;
    copy->digested = digest && run->evaluated && run->training->updated == 0 &&
        state_digest_unless(run->training, STATE_COMPUTED, &session->interrupt, &copy->digest);
    return true;
}

void session_copy_clear(struct session_copy *copy)
{
    branches_clear(&copy->branches);
    *copy = (struct session_copy){.step = 0};
}
