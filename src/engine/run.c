#include "engine/run.h"

#include <math.h>
#include <stdlib.h>

#include "core/activation.h"
#include "core/optimizer.h"
#include "core/state.h"

/* A shorter way ahead is gone step by step. */
enum { LEAP = 64 };
/* Steps before a sought one that views show with it. */
#define BEFORE_MOST 100.0
#define BEFORE_WORK 2e9

size_t run_bytes(const struct hparams *hparams, struct data_shape data)
{
    return training_bytes(hparams, data, (struct signals){0, 0});
}

struct run *run_create(const struct hparams *hparams, struct dataset *data,
    const struct kernels *kernels, const struct workers *workers,
    const struct interrupt *interrupt)
{
    struct run *run = calloc(1, sizeof *run);
    if (!run) {
        dataset_release(data);
        return NULL;
    }
    run->interrupt = *interrupt;
    run->first = *hparams;
    run->training = training_create(hparams, data, kernels, interrupt);
    if (!run->training) {
        run_destroy(run);
        return NULL;
    }
    run->training->network->workers = workers;
    /* Without memory for it the training goes on all the same. */
    (void)record_begin(
        &run->record, run->training->network->layer_count, run->training->data->test > 0);
    return run;
}

void run_destroy(struct run *run)
{
    if (!run)
        return;
    training_destroy(run->training);
    record_clear(&run->record);
    checkpoints_clear(&run->checkpoints);
    change_log_clear(&run->changes);
    free(run);
}

void run_exchange(struct run **a, struct run **b)
{
    struct run was_a = **a, *left = *a;
    const struct workers *workers = left->training->network->workers;
    struct run *const pair[] = {*a, *b};
    *a = *b;
    *b = left;
    (*b)->training->network->workers = (*a)->training->network->workers;
    (*a)->training->network->workers = workers;
    left->observer = (*a)->observer;
    left->checkpoints.budget = (*a)->checkpoints.budget;
    left->interrupt = (*a)->interrupt;
    (*a)->observer = was_a.observer;
    (*a)->checkpoints.budget = was_a.checkpoints.budget;
    (*a)->interrupt = was_a.interrupt;
    for (int i = 0; i < 2; i++) {
        pair[i]->training->interrupt = pair[i]->interrupt;
        run_forget(pair[i]);
    }
}

struct training *run_release(struct run *run)
{
    struct training *training = run->training;
    run->training = NULL;
    run_destroy(run);
    return training;
}

void run_forget(struct run *run)
{
    run->evaluated = false;
}

static bool gather(struct run *run)
{
    const struct run_observer *observer = &run->observer;
    return !observer->gather || observer->gather(observer->context);
}

static bool evaluate(struct run *run)
{
    struct training *training = run->training;
    const struct observation *seen = &training->seen;
    if (run->evaluated)
        return true;
    if (run->observer.prepare)
        run->observer.prepare(run->observer.context);
    if (!training_evaluate(training, false) || !gather(run) || !training_clip(training))
        return false;
    if (seen->divergence.kind == DIVERGED_NOT)
        training_look(training);
    run->evaluated = true;
    record_add(&run->record, seen);
    return true;
}

/* The change to be made now, as it was made before the run went back; NULL: none. */
static const struct run_change *next_change(const struct run *run)
{
    if (run->changed == run->changes.count)
        return NULL;
    const struct run_change *change = &run->changes.list[run->changed];
    bool due = change->step == run->training->step && change->evaluated == run->evaluated;
    return due ? change : NULL;
}

static bool make_changes(struct run *run)
{
    for (const struct run_change *change; (change = next_change(run)); run->changed++) {
        if (!training_adjust(run->training, &change->hparams))
            return false;
        run_forget(run);
    }
    return true;
}

bool run_complete(struct run *run)
{
    return run->training->updated == 0 || run_update(run);
}

bool run_makes(const struct run *run, const struct hparams *hparams)
{
    for (int i = run->changed; i < run->changes.count; i++) {
        const struct run_change *change = &run->changes.list[i];
        if (change->step == run->training->step && hparams_equal(&change->hparams, hparams))
            return true;
    }
    return false;
}

bool run_evaluate(struct run *run, bool survey_wanted)
{
    struct training *training = run->training;
    if (!run_complete(run))
        return false;
    do {
        if (!make_changes(run) || !evaluate(run))
            return false;
    } while (next_change(run));
    return training->seen.surveyed || !survey_wanted || training_survey(training);
}

bool run_update(struct run *run)
{
    if (run->training->updated == 0)
        marks_take(&run->marks, run->training, &run->interrupt);
    if (!training_update(run->training))
        return false;
    story_take(&run->story, &run->training->seen);
    run->evaluated = false;
    if (run->furthest < run->training->step)
        run->furthest = run->training->step;
    uint64_t step = run->training->step;
    uint64_t until = step < run->sought ? run->sought - step : 0;
    checkpoints_take(&run->checkpoints,
        &(struct passage){run->training, &run->story, &run->record, run->furthest, until});
    return true;
}

/* What lies ahead from this step on becomes another. */
static void forget_ahead(struct run *run, uint64_t step)
{
    checkpoints_cut(&run->checkpoints, step);
    marks_cut(&run->marks, step);
    record_forget(&run->record, step);
    if (run->told_to > step)
        run->told_to = step;
}

bool run_adjust(struct run *run, const struct hparams *hparams, struct error *error)
{
    /* An update that was begun ends by the old settings. */
    if (!run_complete(run))
        return error_set(error, "interrupted");
    struct run_change change = {run->training->step, run->evaluated, *hparams};
    bool done = change_log_reserve(&run->changes, run->changed) &&
        training_adjust(run->training, hparams);
    /* What was computed at this step no longer describes it; without memory z and δ may be
     * gone. */
    run_forget(run);
    if (!done)
        return error_set(error, "out of memory for what %s and %s keep",
            activation_name(hparams->activation), optimizer_name(hparams->optimizer));
    run->furthest = run->training->step;
    run->changes.list[run->changed++] = change;
    run->changes.count = run->changed;
    forget_ahead(run, run->training->step);
    return true;
}

/* A training at step 0 in the place of the present one. */
static bool begin_anew(struct run *run)
{
    struct training *old = run->training;
    struct training *anew = training_create(
        &run->first, dataset_share(old->data), old->network->kernels, &run->interrupt);
    if (!anew)
        return false;
    anew->network->workers = old->network->workers;
    training_record_deaths(anew, old->records_deaths);
    training_destroy(old);
    run->training = anew;
    run->story = (struct story){.alerts = {.total = 0}};
    return true;
}

/* What has been told up to here, the furthest so far, is known when it goes back. */
static void note_told(struct run *run)
{
    uint64_t step = run->training->step + run->evaluated;
    if (step <= run->told_to)
        return;
    run_tell(run, &run->told);
    run->told_to = step;
}

/* Puts the run to a checkpoint, or to step 0. */
static bool put_to(struct run *run, const struct checkpoint *checkpoint)
{
    note_told(run);
    if (checkpoint && !state_load(run->training, checkpoint->state))
        return false;
    if (!checkpoint && !begin_anew(run))
        return false;
    if (checkpoint)
        run->story = checkpoint->story;
    uint64_t step = run->training->step;
    run->evaluated = false;
    run->changed = 0;
    while (run->changed < run->changes.count && run->changes.list[run->changed].step < step)
        run->changed++;
    if (!checkpoint || !record_resume(&run->record, step - 1, checkpoint->row))
        (void)record_cut(&run->record, step);
    return true;
}

/*
 * How many steps before a sought one are to be recorded, since views show them with it: where
 * they take no longer than BEFORE_WORK operations (6 a parameter and sample).
 */
static uint64_t steps_before(const struct run *run)
{
    const struct training *training = run->training;
    double work = 6 * (double)training->seen.parameters * training->network->shape.batch;
    return (uint64_t)fmin(BEFORE_MOST, BEFORE_WORK / work);
}

static uint64_t earlier(uint64_t step, uint64_t steps)
{
    return step > steps ? step - steps : 0;
}

/* The checkpoint to start from towards this step; NULL: step 0. */
static const struct checkpoint *start_before(const struct run *run, uint64_t step, bool back)
{
    const struct step_rows *rows = &run->record.rows;
    uint64_t before = steps_before(run);
    /* The newest steps stay recorded where it goes back among them. */
    bool there = rows->width == 0 || (back && step_rows_at(rows, earlier(step, before)));
    /* Twice as far where it came from there step by step, so that this is not soon again. */
    bool stepwise = back && step_rows_at(rows, step + 1) && step_rows_at(rows, step);
    return checkpoints_before(
        &run->checkpoints, there ? step : earlier(step, stepwise ? 2 * before : before));
}

bool run_approach(struct run *run, uint64_t step)
{
    const struct training *training = run->training;
    uint64_t here = training->step;
    bool back = step < here || (step == here && training->updated > 0);
    if (back)
        run->sought = step;
    if (!back && !run_ahead(run))
        return true;
    const struct checkpoint *start = start_before(run, step, back);
    if (!back &&
        (!start || start->step <= here + LEAP || !record_joins(&run->record, start->step)))
        return true;
    return put_to(run, start);
}

bool run_retrace(struct run *run, const struct change_log *changes, uint64_t reached)
{
    int common = change_log_common(&run->changes, changes);
    uint64_t until = change_log_parts(&run->changes, changes);
    while (run->changes.reserved < changes->count) {
        if (!change_log_reserve(&run->changes, run->changes.reserved))
            return false;
    }
    bool beyond = run->training->step > until ||
        (run->training->step == until &&
            (run->changed > common || run->evaluated || run->training->updated > 0));
    if (beyond && !put_to(run, checkpoints_before(&run->checkpoints, until)))
        return false;
    forget_ahead(run, until);
    (void)change_log_copy(&run->changes, changes);
    run->furthest = reached;
    return true;
}

bool run_seek(struct run *run, uint64_t step)
{
    if (!run_approach(run, step))
        return false;
    while (run->training->step < step) {
        if (!run_evaluate(run, false))
            return false;
        if (run_diverged(run))
            return true;
        if (!run_update(run))
            return false;
    }
    return true;
}

bool run_ahead(const struct run *run)
{
    return run->furthest > run->training->step || run->changed < run->changes.count;
}

uint64_t run_known(const struct run *run, const struct story **told)
{
    *told = &run->told;
    return run->told_to;
}

bool run_diverged(const struct run *run)
{
    return run->evaluated && run->training->seen.divergence.kind != DIVERGED_NOT;
}

void run_tell(const struct run *run, struct story *story)
{
    *story = run->story;
    if (run->evaluated)
        story_take(story, &run->training->seen);
}
