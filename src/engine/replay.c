#include "engine/replay.h"

#include <stdlib.h>
#include <string.h>

#include "core/dataset.h"
#include "core/numbers.h"
#include "core/state.h"
#include "core/text.h"
#include "engine/run.h"

static int compare_steps(const void *of_a, const void *of_b)
{
    const struct session_mark *a = of_a, *b = of_b;
    if (a->step != b->step)
        return a->step > b->step ? 1 : -1;
    return a->branch - b->branch;
}

bool replay_init(struct replay *replay, const struct branches *branches, int numbers,
    const struct session_mark *marks, int count)
{
    *replay = (struct replay){.numbers = numbers, .mark_count = count};
    replay->marks = malloc((size_t)(count > 0 ? count : 1) * sizeof *marks);
    if (!replay->marks || !branches_copy(&replay->branches, branches)) {
        free(replay->marks);
        return false;
    }
    branches_reach_changes(&replay->branches);
    if (count > 0) {
        memcpy(replay->marks, marks, (size_t)count * sizeof *marks);
        qsort(replay->marks, (size_t)count, sizeof *marks, compare_steps);
    }
    return true;
}

void replay_clear(struct replay *replay)
{
    branches_clear(&replay->branches);
    free(replay->marks);
    *replay = (struct replay){.numbers = 0};
}

static int changes_until(const struct change_log *log, uint64_t step)
{
    int count = 0;
    while (count < log->count && log->list[count].step <= step)
        count++;
    return count;
}

/* Both have had the same settings, those of this step included. */
static bool same_until(const struct branch *branch, const struct run *run, uint64_t step)
{
    int count = changes_until(&branch->changes, step);
    return hparams_equal(&branch->first, &run->first) &&
        count == changes_until(&run->changes, step) &&
        change_log_common(&branch->changes, &run->changes) >= count;
}

bool replay_ends(const struct replay *replay, const struct run *run)
{
    uint64_t step = run->training->step;
    if (!replay || run->furthest != step)
        return false;
    for (int i = 0; i < replay->branches.count; i++) {
        const struct branch *branch = &replay->branches.list[i];
        if (branch->reached == step && same_until(branch, run, step))
            return true;
    }
    return false;
}

/* The first mark that is not before this step. */
static int first_mark(const struct replay *replay, uint64_t step)
{
    int low = 0, high = replay->mark_count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (replay->marks[middle].step < step)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct session_mark *replay_unlike(const struct replay *replay, const struct run *run)
{
    uint64_t step = run->training->step, digest = 0;
    bool digested = false;
    for (int i = first_mark(replay, step); i < replay->mark_count; i++) {
        const struct session_mark *mark = &replay->marks[i];
        if (mark->step != step)
            break;
        if (!same_until(&replay->branches.list[mark->branch], run, step))
            continue;
        if (!digested)
            digest = state_digest(run->training, STATE_COMPUTED);
        digested = true;
        if (mark->digest != digest)
            return mark;
    }
    return NULL;
}

void replay_why(
    int numbers, const struct hparams *hparams, const char *saved, struct error *text)
{
    if (numbers != NUMBERS_VERSION)
        error_set(text, "saved by numbers %d, this program has %d", numbers, NUMBERS_VERSION);
    else if (data_is_file(hparams))
        error_set(text, "has %s changed since, or %s?", SHOWN(data_title(hparams)), saved);
    else
        error_set(text, "was %s changed?", saved);
}
