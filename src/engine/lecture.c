#include "engine/lecture.h"

#include <math.h>
#include <string.h>

/* What lies between two tellings, for the pace; longer pauses are the lecturer's. */
#define TOLD_SECONDS_LEAST 0.05
#define TOLD_SECONDS_MOST 2.0
/* The next telling comes when most of the steps have been done: they do not stop in between. */
#define STRETCH 1.25
/* What may be behind what has just been told and still be paced: so many times as much, and
 * steps. */
enum { BEHIND_TIMES = 4, BEHIND_STEPS = 20 };

void lecture_clear(struct lecture *lecture)
{
    replay_clear(&lecture->replay);
    *lecture = (struct lecture){.fresh = false};
}

uint64_t lecture_reached(const struct lecture *lecture)
{
    const struct branches *branches = &lecture->replay.branches;
    uint64_t reached = branches->count > 0 ? branches->list[branches->active].reached : 0;
    return branches->at < reached ? branches->at : reached;
}

void lecture_hear(struct lecture *lecture, struct replay *told)
{
    replay_clear(&lecture->replay);
    lecture->replay = *told;
    *told = (struct replay){.numbers = 0};
    lecture->fresh = true;
}

void lecture_pace(struct lecture *lecture, uint64_t step, double fastest, double now)
{
    uint64_t reached = lecture_reached(lecture), last = lecture->told;
    bool first = lecture->moved || lecture->told_at <= 0 || reached < last;
    if (!first && reached == last)
        return;
    double between = fmin(fmax(now - lecture->told_at, TOLD_SECONDS_LEAST), TOLD_SECONDS_MOST);
    uint64_t owed = reached > step ? reached - step : 0;
    uint64_t most = first ? 0 : BEHIND_TIMES * (reached - last) + BEHIND_STEPS;
    lecture->rate = (double)(owed > 0 ? owed : 1) / (STRETCH * between);
    if (fastest > 0)
        lecture->rate = fmin(lecture->rate, fastest);
    if (first || (owed > most && fastest <= 0))
        lecture->sprint = reached;
    lecture->moved = false;
    lecture->told_at = now;
    lecture->told = reached;
}

double lecture_rate(const struct lecture *lecture, uint64_t step)
{
    return step < lecture->sprint || lecture->rate <= 0 ? INFINITY : lecture->rate;
}

/* The lecturer's branch that one's own leaves last; -1: it leaves none. */
static int parent_of(const struct branches *tree, int count, const struct branch *own)
{
    int parent = -1, most = -1;
    for (int i = 0; i < count; i++) {
        const struct branch *branch = &tree->list[i];
        int common = change_log_common(&branch->changes, &own->changes);
        if (!hparams_equal(&branch->first, &own->first) || common <= most)
            continue;
        parent = i;
        most = common;
    }
    return parent;
}

bool lecture_tree(
    struct branches *tree, const struct lecture *lecture, const struct branches *own)
{
    if (!branches_copy(tree, &lecture->replay.branches))
        return false;
    int count = tree->count;
    for (int i = 0; i < count; i++)
        tree->list[i].followed = true;
    for (int i = 0; i < own->count && tree->count < BRANCHES_MOST; i++) {
        const struct branch *branch = &own->list[i];
        if (branch->followed || branch->reached == 0)
            continue;
        struct branch *copy = &tree->list[tree->count++];
        *copy = *branch;
        copy->changes = (struct change_log){.list = NULL};
        copy->parent = parent_of(tree, count, branch);
        if (!change_log_copy(&copy->changes, &branch->changes)) {
            branches_clear(tree);
            return false;
        }
    }
    return true;
}
