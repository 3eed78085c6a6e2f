/* `nablascope run`: trains, and prints a row a step, or a layer. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "cli/headless.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "io/rows.h"

static void show_progress(struct progress *progress, uint64_t done, uint64_t all)
{
    double rate = (double)done / fmax(progress_seconds(progress), 1e-9);
    double left = rate > 0 ? (double)(all - done) / rate : 0;
    progress_show(progress,
        "%" PRIu64 " of %" PRIu64 " steps (%.0f %%), %.0f steps/s, %.0f s left", done, all,
        100.0 * (double)done / (double)(all ? all : 1), rate, left);
}

/* The rows of the present step, once its update is made (or left out, at the end). */
static bool print_rows(struct output *output, const struct options *options,
    const struct observation *seen, bool census)
{
    if (!output->begun) {
        output_begin(output);
        if (options->format == ROWS_CSV)
            rows_print_header(output->file, options->layers);
    }
    rows_print_step(output->file, options->format, options->layers, seen, census);
    return output_rows(output, options->layers ? seen->layer_count : 1);
}

/* Whether the row of the step at hand is to have accuracy and dead units. */
static bool census_wanted(const struct options *options, const struct observation *seen)
{
    return options->census == CENSUS_ROWS ||
        (options->census == CENSUS_EPOCHS && observation_counts(seen));
}

/* To the end, a divergence, or a signal, which leaves the step at hand without its row. */
static bool train(const struct options *options, struct session *session, struct output *output)
{
    struct run *run = session->run;
    struct progress progress = progress_begin(output);
    const struct observation *seen = &run->training->seen;
    bool diverged = false, going = true;
    for (uint64_t s = 0; s <= options->steps && going && !diverged; s++) {
        bool last = s == options->steps;
        bool wanted = last || s % options->every == 0;
        if (!session_evaluate(session, false) || session->news.message_is_error)
            break;
        diverged = run_diverged(run);
        bool census = (wanted || diverged) && census_wanted(options, seen);
        if (census && !run_evaluate(run, true))
            break;
        if (!last && !diverged && !run_update(run))
            break;
        if (wanted || diverged)
            going = print_rows(output, options, seen, census);
        if (progress_due(&progress))
            show_progress(&progress, s, options->steps);
    }
    progress_end(&progress);
    return diverged;
}

static size_t bytes(const struct options *options)
{
    return run_bytes(&options->hparams);
}

static int work(const struct options *options, struct session *session, struct output *output)
{
    session->news.wanted.agenda = options->agenda;
    bool diverged = train(options, session, output);
    int status = headless_close(output, output->begun);
    /* A change that could not be made. */
    if (status == 0 && session->news.message_is_error)
        return headless_fail(session->news.message);
    if (status == 0 && diverged && options->fail_on_divergence) {
        const struct divergence *d = &session->run->training->seen.divergence;
        if (d->kind == DIVERGED_LOSS)
            say("diverged at step %" PRIu64 ": the loss is not finite", d->step);
        else
            say("diverged at step %" PRIu64 ", layer %d, unit %d", d->step, d->layer, d->unit);
        status = 1;
    }
    return status;
}

int run_main(const struct options *options)
{
    static const struct headless command = {bytes, work, NULL};
    return headless_main(options, &command);
}
