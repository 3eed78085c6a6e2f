#include "io/branch_export.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/text.h"

/* The branch alone, with its changes up to the step. */
static bool cut(const struct branch_export *work, struct branches *tree)
{
    struct branch *branch = &tree->list[0];
    *tree = (struct branches){.count = 1, .active = 0};
    branch->parent = -1;
    branch->first = work->branch->first;
    branch->reached = work->step;
    if (!change_log_copy(&branch->changes, &work->branch->changes)) {
        branches_clear(tree);
        return false;
    }
    while (branch->changes.count > 0 &&
        branch->changes.list[branch->changes.count - 1].step > work->step)
        branch->changes.count--;
    return true;
}

/* At step 0, with the changes ahead of it; nobody asks what becomes of its units. */
static struct session *open_session(const struct branch_export *work, struct error *error)
{
    struct wanted wanted = {.hparams = work->branch->first, .target_rate = INFINITY};
    struct branches tree;
    if (!cut(work, &tree)) {
        error_set(error, "out of memory for the settings");
        return NULL;
    }
    struct session *session = session_open(&wanted, work->kernels, &work->interrupt);
    if (session)
        session->reader = work->reader;
    if (!session)
        error_set(error, "out of memory");
    else if (!session_load(session, &tree, error)) {
        session_destroy(session);
        session = NULL;
    } else
        training_record_deaths(session->run->training, false);
    branches_clear(&tree);
    return session;
}

static bool fail_write(const struct output *output, struct error *error)
{
    return error_set(error, "%s: %s", SHOWN_FILE(output->name),
        strerror(output->error ? output->error : EIO));
}

/* Up to the step, or to where the branch diverges, as `run` does. */
static bool write_rows(const struct branch_export *work, struct session *session,
    struct output *output, struct error *error)
{
    struct run *run = session->run;
    const struct observation *seen = &run->training->seen;
    bool diverged = false;
    for (uint64_t s = 0; s <= work->step && !diverged; s++) {
        if (!session_evaluate(session, true))
            return error_set(error, "given up at step %" PRIu64, s);
        diverged = run_diverged(run);
        if (s < work->step && !diverged && !run_update(run))
            return error_set(error, "given up at step %" PRIu64, s);
        /* Which columns there are is known of an evaluated step. */
        if (s == 0 && work->format == ROWS_CSV)
            rows_print_header(output->file, work->layers, seen);
        rows_print_step(output->file, work->format, work->layers, seen, true);
        if (!output_rows(output, work->layers ? seen->layer_count : 1))
            return fail_write(output, error);
        work->progress(work->interrupt.context, s);
    }
    return true;
}

/* By one step after the other, so that it is known how far it is. */
static bool reach(
    const struct branch_export *work, struct session *session, struct error *error)
{
    const struct training *training = session->run->training;
    do {
        if (!session_reach(session, training->step < work->step))
            return error_set(error, "given up at step %" PRIu64, training->step);
        if (run_diverged(session->run) && training->step < work->step)
            return error_set(error, "diverged at step %" PRIu64, training->step);
        work->progress(work->interrupt.context, training->step);
    } while (training->step < work->step);
    return true;
}

static bool write_step(const struct branch_export *work, struct session *session,
    struct output *output, struct error *error)
{
    if (!reach(work, session, error))
        return false;
    if (!training_keep_signals(session->run->training, export_signals(0)))
        return error_set(error, "out of memory for z and δ");
    bool written = export_step(output->file, session, work->export_format, 0, error);
    if (!output_rows(output, 0)) /* takes the stream's failure in */
        return fail_write(output, error);
    return written;
}

bool branch_export_write(
    const struct branch_export *work, struct output *output, struct error *error)
{
    struct session *session = open_session(work, error);
    if (!session)
        return false;
    output_begin(output);
    bool written = work->full ? write_step(work, session, output, error)
                              : write_rows(work, session, output, error);
    session_destroy(session);
    return written;
}
