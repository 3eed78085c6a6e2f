/* What is asked of branches: to be gone to, dropped, the ghost. */
#include <math.h>
#include <stdio.h>

#include "engine/session.h"

/* Larger ones are none either. */
#define BRANCH_NUMBER_MOST 1e9

bool session_drop(struct session *session, int index, struct error *error)
{
    struct branches *branches = &session->branches;
    if (!branches_has(branches, index, error))
        return false;
    if (index == branches->active)
        return error_set(
            error, "branch %d is the one at hand: go to another one first", index + 1);
    branches_drop(branches, index);
    session_note(session);
    session->news.noted++;
    return true;
}

bool session_branch_settle(struct session *session, struct error *error)
{
    struct wanted *wanted = &session->news.wanted;
    const struct command *order = &wanted->branch;
    const struct branches *branches = &session->branches;
    int index = (int)fmin(fmax(order->number, 0), BRANCH_NUMBER_MOST) - 1,
        count = branches->count;
    if (!wanted->branching)
        return true;
    if (order->id == COMMAND_GHOST)
        return session_ghost_settle(session, error);
    if (order->relative)
        index = ((branches->active + (int)fmod(order->number, count)) % count + count) % count;
    bool haunted = branches->ghost > 0;
    char name[BRANCH_NAME] = ""; /* which it is cannot be told when it is gone */
    if (index >= 0 && index < count)
        (void)snprintf(name, sizeof name, "%s", session->news.branches.rows[index].name);
    bool done = order->id == COMMAND_DROP ? session_drop(session, index, error)
                                          : session_switch(session, index, error);
    if (!done)
        return false;
    wanted->branching = false;
    if (order->id == COMMAND_BRANCH)
        session_say(session, false, "branch %d: %s", index + 1,
            session->news.branches.rows[index].name);
    else if (order->id == COMMAND_DROP)
        session_say(session, false, "branch %d is dropped%s: %s", index + 1,
            haunted && !session->ghost ? ", and the ghost with it" : "", name);
    return true;
}
