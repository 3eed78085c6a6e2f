/* What is asked of branches: to be gone to, dropped, the ghost. */
#include <math.h>

#include "engine/session.h"

/* Larger ones are none either. */
#define BRANCH_NUMBER_MOST 1e9

static bool no_other(struct error *error)
{
    return error_set(
        error, "there is no other branch: go back and change something to begin one");
}

bool session_drop(struct session *session, int index, struct error *error)
{
    struct branches *branches = &session->branches;
    if (!branches_has(branches, index, error))
        return false;
    if (branches->count == 1)
        return no_other(error);
    if (index == branches->active)
        return error_set(
            error, "branch %d is the one at hand: go to another one first", index + 1);
    branches_drop(branches, index);
    session_note(session);
    session->news.noted++;
    return true;
}

static bool drop(struct session *session, int index, struct error *error)
{
    bool haunted = session->ghost != NULL;
    char name[BRANCH_NAME] = "";
    if (branches_has(&session->branches, index, NULL))
        branch_name(&session->branches, index, name);
    if (!session_drop(session, index, error))
        return false;
    session_say(session, false, "branch %d is dropped%s: %s", index + 1,
        haunted && !session->ghost ? ", and the ghost with it" : "", name);
    return true;
}

static bool go_to(struct session *session, int index, struct error *error)
{
    if (!session_switch(session, index, error))
        return false;
    session_say(
        session, false, "branch %d: %s", index + 1, session->news.branches.rows[index].name);
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
    if (order->relative && count == 1)
        return no_other(error);
    if (order->relative)
        index = ((branches->active + (int)fmod(order->number, count)) % count + count) % count;
    if (!(order->id == COMMAND_DROP ? drop : go_to)(session, index, error))
        return false;
    wanted->branching = false;
    return true;
}
