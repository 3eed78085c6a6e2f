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

static struct run *build(
    const struct session *session, const struct hparams *hparams, struct error *error)
{
    const struct interrupt *interrupt = &session->interrupt;
    struct run *run = run_create(hparams, session->kernels, session->workers, interrupt);
    if (!run && interrupt_asked(interrupt))
        error_set(error, "interrupted");
    else if (!run)
        error_set(error, "out of memory: depth %d, width %d and this batch need %.1f MiB",
            hparams->depth, hparams->width, (double)session_bytes(hparams) / 1048576);
    return run;
}

/* Surveys look at the watched unit, too. */
static void watch_unit(struct session *session)
{
    struct watch watch = session->watch;
    bool wanted = watch.details & DETAIL_UNIT;
    watch_clamp(&watch, &session->run->training->seen);
    training_watch_unit(session->run->training, wanted ? watch.layer : 0, watch.unit);
}

void session_share(struct session *session, const struct workers *workers)
{
    session->workers = workers;
    if (session->run)
        session->run->training->network->workers = workers;
}

/* Without clipping the gradient is still there when a snapshot is taken. */
static bool gather_layer_gradient(struct session *session)
{
    struct watch watch = session->watch;
    watch_clamp(&watch, &session->run->training->seen);
    return layer_gradient_gather(&session->layer_gradient, session->run->training->network,
        watch.layer, &session->interrupt);
}

/* What has to be seen before clipping overwrites the gradient. */
static bool gather(void *context)
{
    struct session *session = context;
    unsigned details = session->watch.details;
    session->unclipped.valid = session->layer_gradient.valid = false;
    if (details & DETAIL_CLIP &&
        !clip_side_gather(&session->unclipped, session->run->training->network,
            session->hparams.clip_at, &session->interrupt))
        return false;
    bool layer = details & DETAIL_LAYER && session->hparams.clip != CLIP_NONE;
    return !layer || gather_layer_gradient(session);
}

/* z and δ of the layer that is watched. Without memory for them the training goes on, and what
 * reads them is not shown. */
static void keep_signals(void *context)
{
    struct session *session = context;
    struct training *training = session->run->training;
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

static void adopt(struct session *session, struct run *run, const struct hparams *hparams)
{
    run_destroy(session->run);
    run->observer = (struct run_observer){keep_signals, gather, session};
    session->run = run;
    session->hparams = *hparams;
    session->starved = false;
    watch_unit(session);
    plane_clear(session->plane);
    checker_forget(session->checker);
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
    struct run *run = build(session, hparams, error);
    if (!run) {
        session_destroy(session);
        return NULL;
    }
    adopt(session, run, hparams);
    return session;
}

void session_destroy(struct session *session)
{
    if (!session)
        return;
    run_destroy(session->run);
    if (session->plane)
        plane_clear(session->plane);
    if (session->checker)
        checker_forget(session->checker);
    free(session->plane);
    free(session->checker);
    free(session);
}

void session_watch(struct session *session, const struct watch *watch)
{
    if (watch_equal(&session->watch, watch))
        return;
    session->watch = *watch;
    session->starved = false;
    if (session->run) {
        watch_unit(session);
        run_forget(session->run);
    }
}

bool session_unseen(const struct session *session)
{
    const struct survey *survey = &session->run->training->survey;
    return survey->watched_layer > 0 &&
        (survey->seen.layer != survey->watched_layer ||
            survey->seen.unit != survey->watched_unit);
}

bool session_unfinished(const struct session *session)
{
    unsigned details = session->run->evaluated ? session->watch.details : 0;
    return (details & DETAIL_PLANE && plane_unfinished(session->plane)) ||
        (details & DETAIL_CHECK &&
            checker_unfinished(session->checker, session->run->training));
}

bool session_reach(struct session *session, uint64_t steps)
{
    for (uint64_t i = 0; i < steps; i++) {
        if (!run_evaluate(session->run, false))
            return false;
        if (run_diverged(session->run))
            return true;
        if (!run_update(session->run))
            return false;
    }
    return run_evaluate(session->run, false);
}

bool session_advance(struct session *session, uint64_t steps)
{
    return session_reach(session, steps) && run_evaluate(session->run, true);
}

static bool rebuild(struct session *session, const struct hparams *hparams, struct error *error)
{
    if (!session_fits(session_bytes(hparams), error))
        return false;
    /* When both do not fit, the old network goes first; it is of no use then anyway. */
    size_t both = session_bytes(&session->hparams) + session_bytes(hparams);
    if (both > machine_memory()) {
        run_destroy(session->run);
        session->run = NULL;
    }
    struct run *run = build(session, hparams, error);
    if (run) {
        adopt(session, run, hparams);
        return true;
    }
    run = session->run ? NULL : build(session, &session->hparams, NULL);
    if (run)
        adopt(session, run, &session->hparams);
    return false;
}

bool session_configure(
    struct session *session, const struct hparams *hparams, bool *rebuilt, struct error *error)
{
    *rebuilt = !session->run || hparams_rebuild(&session->hparams, hparams);
    if (*rebuilt)
        return rebuild(session, hparams, error);
    if (!run_adjust(session->run, hparams, error))
        return false;
    session->hparams = *hparams;
    plane_forget(session->plane);
    checker_forget(session->checker);
    return true;
}

bool session_reset(struct session *session, struct error *error)
{
    return rebuild(session, &session->hparams, error);
}
