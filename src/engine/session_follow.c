#include <inttypes.h>
#include <stdio.h>

#include "core/numbers.h"
#include "engine/session_internal.h"

/* The run has this branch's log, and stands where both are the same. *elsewhere: it did not. */
static bool become(
    struct session *session, const struct branch *branch, bool *elsewhere, struct error *error)
{
    struct run *run = session->run;
    uint64_t step = run->training->step;
    *elsewhere = true;
    if (!hparams_equal(&branch->first, &run->first)) {
        if (!session_exchange(session, branch, error))
            return false;
        session->news.builds++;
        session->news.futures++;
        return true;
    }
    int common = change_log_common(&branch->changes, &run->changes);
    bool same = common == branch->changes.count && common == run->changes.count;
    uint64_t place = lecture_reached(&session->lecture);
    /* Which may take long: given up on the way, the run is still what it was. */
    if (step > place && !run_approach(run, place))
        return error_set(error, "out of memory to go back to the lecturer");
    if (!same && !run_retrace(run, &branch->changes, branch->reached))
        return error_set(error, "out of memory for the lecturer's branch");
    run->furthest = branch->reached;
    *elsewhere = run->training->step < step;
    session->news.futures += *elsewhere;
    session->changes += !same || *elsewhere;
    return true;
}

static void warn_numbers(struct session *session)
{
    int numbers = session->lecture.replay.numbers;
    if (numbers == NUMBERS_VERSION || session->lecture.warned)
        return;
    session->lecture.warned = true;
    session_say(session, true,
        "the lecturer's numbers are of version %d, here of version %d: steps may differ",
        numbers, NUMBERS_VERSION);
}

/* The ghost of one tree in another: its place there from 1 on, 0 if it has none. */
static int ghost_in(const struct branches *tree, const struct branches *before)
{
    const struct branch *ghost = &before->list[before->ghost - (before->ghost > 0)];
    for (int i = 0; before->ghost > 0 && i < tree->count; i++) {
        const struct branch *branch = &tree->list[i];
        int count = ghost->changes.count;
        if (i != tree->active && hparams_equal(&branch->first, &ghost->first) &&
            branch->changes.count == count &&
            change_log_common(&branch->changes, &ghost->changes) == count)
            return i + 1;
    }
    return 0;
}

bool session_follow(struct session *session, struct error *error)
{
    struct wanted *wanted = &session->news.wanted;
    struct lecture *lecture = &session->lecture;
    struct branches tree;
    bool elsewhere;
    session_note(session);
    if (!lecture_tree(&tree, lecture, &session->branches))
        return error_set(error, "out of memory for the lecturer's branches");
    if (!become(session, &tree.list[tree.active], &elsewhere, error)) {
        branches_clear(&tree);
        return false;
    }
    tree.ghost = ghost_in(&tree, &session->branches);
    branches_clear(&session->branches);
    session->branches = tree;
    session_ghost_heed(session);
    session->hparams = session->run->training->hparams;
    session->arrived = 0;
    wanted->hparams = session->hparams;
    wanted->overlaid = false;
    lecture->fresh = false;
    lecture->moved = lecture->moved || elsewhere;
    session_note(session);
    session->news.noted++;
    warn_numbers(session);
    return true;
}

void session_hear(struct session *session, struct replay *told)
{
    struct lecture *lecture = &session->lecture;
    struct lecture_news *news = &session->news.lecture;
    lecture_hear(lecture, told);
    const struct branches *branches = &lecture->replay.branches;
    news->heard = branches->count > 0;
    if (!news->heard)
        return;
    news->branch = branches->active + 1;
    branch_name(branches, branches->active, news->words);
    news->reached = lecture_reached(lecture);
}

bool session_settle_lecture(struct session *session, struct error *error)
{
    bool due = session->news.wanted.following && session->lecture.fresh;
    return !due || session_follow(session, error);
}

void session_give_up_lecture(struct session *session)
{
    struct wanted *wanted = &session->news.wanted;
    if (!wanted->following || !session->lecture.fresh)
        return;
    wanted->following = session->guest = false;
    session->news.lecture.left = session->run->training->step;
}

void session_tell_lecture(struct session *session)
{
    struct wanted *wanted = &session->news.wanted;
    struct lecture_news *news = &session->news.lecture;
    if (session->guest && !wanted->following && session->run) {
        news->left = session->run->training->step;
        session_say(session, false, "left the lecture at step %" PRIu64 ": F returns to it",
            news->left);
    }
    session->guest = wanted->following;
    if (wanted->returning)
        session->lecture.fresh = news->heard;
    wanted->returning = false;
}

bool session_follows_on(const struct session *session)
{
    return session->news.lecture.heard && !session->lecture.fresh &&
        session->run->training->step < session->news.lecture.reached;
}
