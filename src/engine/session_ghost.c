/* The second run beside a session's own. */
#include <inttypes.h>
#include <math.h>

#include "engine/memory.h"
#include "engine/session.h"

static void end(struct session *session)
{
    struct branches *branches = &session->branches;
    ghost_destroy(session->ghost);
    session->ghost = NULL;
    branches->ghost = 0;
    if (session->run)
        session->run->checkpoints.budget = session->history;
    branches_tell(branches, &session->news.branches);
}

static void give_up(struct session *session, const char *why)
{
    int number = session->branches.ghost;
    end(session);
    session_say(session, true, "the ghost, branch %d, is given up: %s", number, why);
}

/* The run of the branch that is the ghost, from step 0. */
static bool begin(struct session *session, int index, struct error *error)
{
    struct ghost *ghost = ghost_create(session, &session->branches.list[index], error);
    if (!ghost)
        return false;
    ghost_destroy(session->ghost);
    session->ghost = ghost;
    session->branches.ghost = index + 1;
    session->run->checkpoints.budget = session->history / 2;
    branches_tell(&session->branches, &session->news.branches);
    return true;
}

bool session_ghost(struct session *session, int branch, struct error *error)
{
    struct branches *branches = &session->branches;
    if (branch < 0) {
        end(session);
        return true;
    }
    if (!branches_has(branches, branch, error))
        return false;
    if (branch == branches->active)
        return error_set(
            error, "branch %d is the one at hand: its ghost is another one", branch + 1);
    if (branches->ghost == branch + 1)
        return true;
    return begin(session, branch, error);
}

bool session_race(struct session *session, const struct hparams *rival, struct error *error)
{
    struct branches *branches = &session->branches;
    int index = branches_root(branches, rival);
    if (begin(session, index, error))
        return true;
    /* It is as soon made again. */
    if (branches->list[index].reached == 0)
        branches_drop(branches, index);
    branches_tell(branches, &session->news.branches);
    return false;
}

bool session_ghost_reach(struct session *session, double until)
{
    struct branches *branches = &session->branches;
    if (!session->ghost)
        return true;
    enum ghost_place place = ghost_reach(session->ghost, session->run->training->step, until);
    if (place == GHOST_LOST)
        give_up(session, "out of memory");
    if (place != GHOST_THERE)
        return place == GHOST_LOST;
    struct branch *branch = &branches->list[branches->ghost - 1];
    const struct run *run = ghost_session(session->ghost)->run;
    if (branch->reached < run->furthest)
        branch->reached = run->furthest;
    marks_merge(&branch->marks, &run->marks);
    session->news.branches.rows[branches->ghost - 1].reached = branch->reached;
    return true;
}

void session_ghost_go(struct session *session, uint64_t step)
{
    if (session->ghost)
        ghost_go(session->ghost, step);
}

void session_ghost_heed(struct session *session)
{
    if (session->ghost && session->branches.ghost == 0) {
        end(session);
        session_say(session, false, "the ghost is gone: its branch is no more");
    }
}

void session_ghost_yield(struct session *session, size_t bytes)
{
    const struct branches *branches = &session->branches;
    if (session->ghost &&
        session_bytes(session, &branches->list[branches->ghost - 1].first) + bytes >
            memory_size())
        give_up(session, "there is no memory for it beside what is built");
}

void session_ghost_turn(struct session *session, int left)
{
    struct branches *branches = &session->branches;
    struct error error = {.text = ""};
    if (!session->ghost || branches->ghost != branches->active + 1)
        return;
    branches->ghost = left == branches->active || left >= branches->count ? 0 : left + 1;
    if (branches->ghost == 0)
        session_ghost_heed(session);
    else if (!begin(session, left, &error))
        give_up(session, error.text);
}

void session_ghost_exchange(struct session *session)
{
    struct branches *branches = &session->branches;
    ghost_rest(session->ghost);
    struct session *other = ghost_session(session->ghost);
    run_exchange(&session->run, &other->run);
    struct session *const both[] = {session, other};
    for (int i = 0; i < 2; i++) {
        both[i]->hparams = both[i]->run->training->hparams;
        both[i]->runs++;
        both[i]->changes++;
        both[i]->arrived = 0;
    }
    branches->ghost = branches->active + 1;
}

/* Of the command without a number: off, or the branch this one comes from, else the newest. */
static int ghost_meant(const struct branches *branches, const struct command *order)
{
    int parent = branches->count > 0 ? branches->list[branches->active].parent : -1;
    if (order->number > 0)
        return (int)fmin(order->number, 1e9) - 1;
    if (branches->ghost > 0 || order->text[0])
        return -1;
    for (int i = branches->count - 1; parent < 0 && i >= 0; i--)
        parent = i != branches->active ? i : parent;
    return parent;
}

bool session_ghost_settle(struct session *session, struct error *error)
{
    struct wanted *wanted = &session->news.wanted;
    const struct branches *branches = &session->branches;
    bool had = branches->ghost > 0;
    int index = ghost_meant(branches, &wanted->branch);
    if (index < 0 && !had && !wanted->branch.text[0])
        return error_set(error,
            "no other branch to be the ghost: go back and change something, or race lr=1 "
            "lr=3");
    if (!session_ghost(session, index, error))
        return false;
    if (index >= 0)
        session_say(session, false, "ghost: branch %d, %s, at every step beside this one",
            index + 1, session->news.branches.rows[index].name);
    else
        session_say(session, false, had ? "the ghost is gone" : "there is no ghost");
    wanted->branching = false;
    return true;
}

bool session_race_settle(struct session *session, struct error *error)
{
    struct wanted *wanted = &session->news.wanted;
    if (wanted->racing && !session_race(session, &wanted->rival, error))
        return false;
    wanted->racing = false;
    return true;
}
