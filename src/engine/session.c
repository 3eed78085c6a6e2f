#include "engine/session.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/activation.h"

/* Bytes of memory this machine has; SIZE_MAX where it does not say. */
static size_t machine_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (size_t)pages * (size_t)size : SIZE_MAX;
}

size_t session_bytes(const struct hparams *hparams)
{
    return training_bytes(hparams, (struct signals){0, 0});
}

bool session_fits(size_t need, struct error *error)
{
    const double gib = 1024.0 * 1024 * 1024;
    size_t have = machine_memory();
    if (need <= have)
        return true;
    return error_set(error,
        "too large: needs %.1f GiB of %.1f GiB; choose a smaller depth, width or batch",
        (double)need / gib, (double)have / gib);
}

static struct training *build(
    const struct session *session, const struct hparams *hparams, struct error *error)
{
    struct training *training = training_create(hparams, session->kernels, &session->interrupt);
    const struct interrupt *interrupt = &session->interrupt;
    if (!training && interrupt_asked(interrupt))
        error_set(error, "interrupted");
    else if (!training)
        error_set(error, "out of memory: depth %d, width %d and this batch need %.1f MiB",
            hparams->depth, hparams->width, (double)session_bytes(hparams) / 1048576);
    return training;
}

/* Surveys look at the watched unit, too. */
static void watch_unit(struct session *session)
{
    struct watch watch = session->watch;
    bool wanted = watch.details & DETAIL_UNIT;
    watch_clamp(&watch, &session->training->seen);
    training_watch_unit(session->training, wanted ? watch.layer : 0, watch.unit);
}

static void adopt(
    struct session *session, struct training *training, const struct hparams *hparams)
{
    training_destroy(session->training);
    training->network->workers = session->workers;
    session->training = training;
    session->hparams = *hparams;
    session->evaluated = session->starved = false;
    watch_unit(session);
    plane_clear(session->plane);
    checker_forget(session->checker);
    /* Without memory for it the training goes on all the same. */
    (void)record_begin(&session->record, training->network->layer_count);
    memset(&session->alerts, 0, sizeof session->alerts);
    memset(&session->learning, 0, sizeof session->learning);
    memset(&session->conditions, 0, sizeof session->conditions);
}

struct session *session_create(const struct hparams *hparams, const struct kernels *kernels,
    const struct interrupt *interrupt, struct error *error)
{
    if (!session_fits(session_bytes(hparams), error))
        return NULL;
    struct session *session = calloc(1, sizeof *session);
    if (session) {
        session->plane = calloc(1, sizeof *session->plane);
        session->checker = calloc(1, sizeof *session->checker);
    }
    if (!session || !session->plane || !session->checker) {
        session_destroy(session);
        error_set(error, "out of memory");
        return NULL;
    }
    session->kernels = kernels;
    if (interrupt)
        session->interrupt = *interrupt;
    struct training *training = build(session, hparams, error);
    if (!training) {
        session_destroy(session);
        return NULL;
    }
    adopt(session, training, hparams);
    return session;
}

void session_destroy(struct session *session)
{
    if (!session)
        return;
    training_destroy(session->training);
    record_clear(&session->record);
    if (session->plane)
        plane_clear(session->plane);
    if (session->checker)
        checker_forget(session->checker);
    free(session->plane);
    free(session->checker);
    free(session);
}

void session_share(struct session *session, const struct workers *workers)
{
    session->workers = workers;
    if (session->training)
        session->training->network->workers = workers;
}

/* Adds the evaluated step to what is remembered of every step. */
static void record(struct session *session)
{
    const struct observation *seen = &session->training->seen;
    record_add(&session->record, seen);
    session->alerts_before = session->alerts;
    session->learning_before = session->learning;
    session->conditions_before = session->conditions;
    alerts_update(&session->alerts, seen);
    /* After a divergence the numbers mean nothing. */
    if (seen->divergence.kind != DIVERGED_NOT)
        return;
    training_look(session->training);
    learning_update(&session->learning, seen);
    conditions_update(&session->conditions, seen);
}

/* Takes that back: the step at hand is to be evaluated again. (Its row in the record is
 * replaced then.) */
static void forget(struct session *session)
{
    if (session->evaluated) {
        session->alerts = session->alerts_before;
        session->learning = session->learning_before;
        session->conditions = session->conditions_before;
    }
    session->evaluated = false;
}

/* Without clipping the gradient is still there when a snapshot is taken. */
static bool gather_layer_gradient(struct session *session)
{
    struct watch watch = session->watch;
    watch_clamp(&watch, &session->training->seen);
    return layer_gradient_gather(
        &session->layer_gradient, session->training->network, watch.layer, &session->interrupt);
}

/* What has to be seen before clipping overwrites the gradient. */
static bool gather(struct session *session)
{
    unsigned details = session->watch.details;
    session->unclipped.valid = session->layer_gradient.valid = false;
    if (details & DETAIL_CLIP &&
        !clip_side_gather(&session->unclipped, session->training->network,
            session->hparams.clip_at, &session->interrupt))
        return false;
    bool layer = details & DETAIL_LAYER && session->hparams.clip != CLIP_NONE;
    return !layer || gather_layer_gradient(session);
}

/* z and δ of the layer that is watched. Without memory for them the training goes on, and what
 * reads them is not shown. */
static void keep_signals(struct session *session)
{
    struct training *training = session->training;
    struct watch watch = session->watch;
    watch_clamp(&watch, &training->seen);
    bool read = watch.details & (DETAIL_LAYER | DETAIL_UNIT) &&
        watch.layer <= training->network->shape.depth;
    struct signals wanted = {0, read ? watch.layer : 0};
    if (training->signals.layer == wanted.layer || session->starved)
        return;
    session->starved = !session_fits(training_bytes(&session->hparams, wanted), NULL) ||
        !training_keep_signals(training, wanted);
}

bool session_evaluate(struct session *session, bool survey_wanted)
{
    struct training *training = session->training;
    if (training->updated > 0 && !session_update(session))
        return false;
    if (!session->evaluated) {
        forget(session);
        keep_signals(session);
        if (!training_evaluate(training, false) || !gather(session) || !training_clip(training))
            return false;
        session->evaluated = true;
        record(session);
    }
    return training->seen.surveyed || !survey_wanted || training_survey(training);
}

void session_watch(struct session *session, const struct watch *watch)
{
    if (watch_equal(&session->watch, watch))
        return;
    session->watch = *watch;
    session->starved = false;
    if (session->training)
        watch_unit(session);
    forget(session);
}

bool session_update(struct session *session)
{
    if (!training_update(session->training))
        return false;
    session->evaluated = false;
    return true;
}

bool session_unseen(const struct session *session)
{
    const struct survey *survey = &session->training->survey;
    return survey->watched_layer > 0 &&
        (survey->seen.layer != survey->watched_layer ||
            survey->seen.unit != survey->watched_unit);
}

bool session_unfinished(const struct session *session)
{
    unsigned details = session->evaluated ? session->watch.details : 0;
    return (details & DETAIL_PLANE && plane_unfinished(session->plane)) ||
        (details & DETAIL_CHECK && checker_unfinished(session->checker, session->training));
}

bool session_diverged(const struct session *session)
{
    return session->evaluated && session->training->seen.divergence.kind != DIVERGED_NOT;
}

bool session_reach(struct session *session, uint64_t steps)
{
    for (uint64_t i = 0; i < steps; i++) {
        if (!session_evaluate(session, false))
            return false;
        if (session_diverged(session))
            return true;
        if (!session_update(session))
            return false;
    }
    return session_evaluate(session, false);
}

bool session_advance(struct session *session, uint64_t steps)
{
    return session_reach(session, steps) && session_evaluate(session, true);
}

static bool rebuild(struct session *session, const struct hparams *hparams, struct error *error)
{
    if (!session_fits(session_bytes(hparams), error))
        return false;
    /* When both do not fit, the old network goes first; it is of no use then anyway. */
    size_t both = session_bytes(&session->hparams) + session_bytes(hparams);
    if (both > machine_memory()) {
        training_destroy(session->training);
        session->training = NULL;
    }
    struct training *training = build(session, hparams, error);
    if (!training) {
        if (!session->training)
            session->training = build(session, &session->hparams, NULL);
        session_share(session, session->workers);
        session->evaluated = false;
        return false;
    }
    adopt(session, training, hparams);
    return true;
}

bool session_configure(
    struct session *session, const struct hparams *hparams, bool *rebuilt, struct error *error)
{
    *rebuilt = !session->training || hparams_rebuild(&session->hparams, hparams);
    if (*rebuilt)
        return rebuild(session, hparams, error);
    /* An update that was begun ends by the old settings. */
    if (session->training->updated > 0 && !session_update(session))
        return error_set(error, "interrupted");
    if (!training_adjust(session->training, hparams)) {
        forget(session); /* z and δ may be gone */
        return error_set(error, "out of memory for what %s and %s keep",
            activation_name(hparams->activation), optimizer_name(hparams->optimizer));
    }
    session->hparams = *hparams;
    plane_forget(session->plane);
    checker_forget(session->checker);
    /* What was computed at this step with the old settings no longer describes it. */
    forget(session);
    return true;
}

bool session_reset(struct session *session, struct error *error)
{
    return rebuild(session, &session->hparams, error);
}
