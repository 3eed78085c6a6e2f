#include "engine/run.h"

#include <stdlib.h>

#include "core/activation.h"
#include "core/optimizer.h"

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

bool run_evaluate(struct run *run, bool survey_wanted)
{
    struct training *training = run->training;
    const struct observation *seen = &training->seen;
    if (training->updated > 0 && !run_update(run))
        return false;
    if (!run->evaluated) {
        if (run->observer.prepare)
            run->observer.prepare(run->observer.context);
        if (!training_evaluate(training, false) || !gather(run) || !training_clip(training))
            return false;
        if (seen->divergence.kind == DIVERGED_NOT)
            training_look(training);
        run->evaluated = true;
        record_add(&run->record, seen);
    }
    return seen->surveyed || !survey_wanted || training_survey(training);
}

bool run_update(struct run *run)
{
    if (!training_update(run->training))
        return false;
    story_take(&run->story, &run->training->seen);
    run->evaluated = false;
    return true;
}

bool run_adjust(struct run *run, const struct hparams *hparams, struct error *error)
{
    /* An update that was begun ends by the old settings. */
    if (run->training->updated > 0 && !run_update(run))
        return error_set(error, "interrupted");
    bool done = training_adjust(run->training, hparams);
    /* What was computed at this step no longer describes it; without memory z and δ may be
     * gone. */
    run_forget(run);
    return done ||
        error_set(error, "out of memory for what %s and %s keep",
            activation_name(hparams->activation), optimizer_name(hparams->optimizer));
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
