#include "engine/run.h"

#include <stdlib.h>

#include "core/activation.h"
#include "core/optimizer.h"
#include "core/state.h"

size_t run_bytes(const struct hparams *hparams)
{
    return training_bytes(hparams, data_shape_of(hparams), (struct signals){0, 0});
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
    (void)record_begin(&run->record, run->training->network->layer_count);
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
    checkpoints_take(&run->checkpoints, run->training, &run->story);
    return true;
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
    checkpoints_cut(&run->checkpoints, run->training->step);
    marks_cut(&run->marks, run->training->step);
    return true;
}

/* Whether the record can go on from this step. */
static bool joins(const struct run *run, uint64_t step)
{
    const struct step_rows *rows = &run->record.rows;
    return rows->width == 0 || step_rows_at(rows, step) || step_rows_at(rows, step - 1);
}

/* The last checkpoint up to this step from which the run can go on; NULL: from step 0. */
static const struct checkpoint *checkpoint_before(const struct run *run, uint64_t step)
{
    for (int i = run->checkpoints.count - 1; i >= 0; i--) {
        const struct checkpoint *checkpoint = &run->checkpoints.list[i];
        if (checkpoint->step <= step && joins(run, checkpoint->step))
            return checkpoint;
    }
    return NULL;
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

/* Puts the run to a checkpoint, or to step 0. */
static bool put_to(struct run *run, const struct checkpoint *checkpoint)
{
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
    (void)record_cut(&run->record, step);
    return true;
}

bool run_rewind(struct run *run, uint64_t step)
{
    const struct training *training = run->training;
    bool back = step < training->step || (step == training->step && training->updated > 0);
    return !back || put_to(run, checkpoint_before(run, step));
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
    if (beyond && !put_to(run, checkpoint_before(run, until)))
        return false;
    checkpoints_cut(&run->checkpoints, until);
    marks_cut(&run->marks, until);
    (void)change_log_copy(&run->changes, changes);
    run->furthest = reached;
    return true;
}

bool run_seek(struct run *run, uint64_t step)
{
    if (!run_rewind(run, step))
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
