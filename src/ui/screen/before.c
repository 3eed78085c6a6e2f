#include "ui/screen/before.h"

#include <stdio.h>
#include <string.h>

#include "engine/preset.h"

/* Changes that follow each other within so many seconds count as one. */
#define TOGETHER 1.5

/* What is copied of every snapshot: of larger networks only where a change is on its way. */
enum { UNITS_MOST = 16384 };

void before_clear(struct before *before)
{
    snapshot_clear(&before->kept);
    snapshot_clear(&before->latest);
    *before = (struct before){.has_kept = false};
}

const char *before_name(int index)
{
    return index == 0 ? "keep" : index == 1 ? "drop" : NULL;
}

void before_drop(struct before *before)
{
    snapshot_clear(&before->kept);
    before->has_kept = before->held = false;
    before->preset[0] = '\0';
}

bool before_hold(struct before *before, const struct snapshot *shown)
{
    before_drop(before);
    before->has_kept = before->held = snapshot_copy(&before->kept, shown, true);
    return before->has_kept;
}

/* Whether a change now would be one with the last one. */
static bool together(const struct before *before, double now)
{
    const struct snapshot *latest = &before->latest;
    bool rests = before->rested && before->has_latest && latest->seen.step == before->step &&
        latest->news.builds == before->builds;
    return before->has_kept && (rests || now - before->changed_at < TOGETHER);
}

/* Something is asked for that the newest snapshot does not go by. */
static bool outstanding(const struct before *before, const struct wanted *wanted)
{
    return before->has_latest && !hparams_equal(&wanted->hparams, &before->latest.seen.hparams);
}

void before_expect(struct before *before, const struct snapshot *shown,
    const struct wanted *wanted, double now)
{
    if (!shown)
        return;
    if (!before->pending || !outstanding(before, wanted))
        before->joins = together(before, now);
    before->pending = true;
    before->changed_at = now;
    before->has_latest = snapshot_copy(&before->latest, shown, true);
}

/* The newest one becomes what was before; what was so takes its memory. */
static void keep_latest(struct before *before)
{
    struct snapshot kept = before->kept;
    before->kept = before->latest;
    before->latest = kept;
    before->has_kept = true;
    before->preset[0] = '\0';
}

/* Settings are as they were, and so is all that follows from them. */
static bool all_as_before(const struct before *before, const struct snapshot *snapshot)
{
    const struct snapshot *kept = &before->kept;
    bool same_run = kept->news.builds == snapshot->news.builds || snapshot->seen.step == 0;
    return hparams_equal(&kept->seen.hparams, &snapshot->seen.hparams) && same_run &&
        kept->seen.step == snapshot->seen.step;
}

/* A preset that has little to do with what was kept is another experiment, not a change. */
static bool is_another_experiment(const struct before *before, const struct snapshot *snapshot)
{
    enum { ALIKE_MOST = 2 }; /* settings in which scenes to be compared differ */
    char differences[200];
    return hparams_differences(&before->kept.seen.hparams, &snapshot->seen.hparams, differences,
               sizeof differences) > ALIKE_MOST;
}

/* The snapshot is the first that goes by other settings. */
static void arrive(struct before *before, const struct snapshot *snapshot, double now)
{
    const struct command *last = &snapshot->news.wanted.last;
    if (!before->pending) {
        before->joins = together(before, now);
        before->changed_at = now;
    }
    /* Steps may have been made with the new settings before they were seen here. */
    const struct snapshot *latest = &before->latest;
    bool anew = latest->news.builds != snapshot->news.builds;
    before->rested = snapshot->seen.step == (anew ? 0 : latest->seen.step);
    if (!before->held && !before->joins)
        keep_latest(before);
    if (last->id == COMMAND_PRESET)
        (void)snprintf(before->preset, sizeof before->preset, "%.31s", last->text);
    else if (last->row)
        before->preset[0] = '\0';
    before->step = snapshot->seen.step;
    before->builds = snapshot->news.builds;
    before->joins = true; /* what else is on its way */
    bool other = last->id == COMMAND_PRESET && is_another_experiment(before, snapshot);
    if (before->has_kept && !before->held && (other || all_as_before(before, snapshot)))
        before_drop(before);
}

void before_take(struct before *before, const struct snapshot *snapshot,
    const struct wanted *wanted, double now)
{
    const struct hparams *latest = &before->latest.seen.hparams;
    /* Going back in time, and on to where it has been, changes no setting: each step has its
     * own. So does following a lecture, which leaps: what was seen last is not what was before.
     */
    uint64_t step = snapshot->seen.step;
    bool same = before->latest.news.builds == snapshot->news.builds &&
        before->latest.news.futures == snapshot->news.futures;
    bool travels = same &&
        (step < before->latest.seen.step || (!before->pending && step <= before->reached));
    travels = travels || snapshot->news.wanted.following;
    before->reached = same && before->reached > step ? before->reached : step;
    if (before->has_latest && !travels && !hparams_equal(latest, &snapshot->seen.hparams))
        arrive(before, snapshot, now);
    before->pending =
        before->pending && !hparams_equal(&wanted->hparams, &snapshot->seen.hparams);
    bool small = snapshot->seen.toll.units <= UNITS_MOST;
    before->has_latest =
        (small || before->pending) && snapshot_copy(&before->latest, snapshot, before->pending);
}
