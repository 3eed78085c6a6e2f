/* `nablascope run`: trains, and prints a row a step, or a layer. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "cli/headless.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "cli/session_input.h"
#include "core/numbers.h"
#include "core/text.h"
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
            rows_print_header(output->file, options->layers, seen);
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

/* The first step seen that is another one than was saved. */
struct unlike {
    bool any;
    uint64_t step;
};

static void compare(
    struct unlike *unlike, const struct options *options, const struct session *session)
{
    if (unlike->any || !options->replay || !replay_unlike(options->replay, session->run))
        return;
    *unlike = (struct unlike){true, session->run->training->step};
}

/* Whether the step at hand is the one that --until waits for; false when interrupted. */
static bool look_until(const struct options *options, struct session *session, bool *reached)
{
    enum truth truth = TRUTH_NO;
    bool done = !options->until_text || session_holds(session, &options->until, &truth);
    *reached = truth == TRUTH_YES;
    return done;
}

/* What a training has come to. */
struct outcome {
    struct unlike unlike;
    bool diverged, reached; /* what --until waits for */
    bool ended;             /* by itself, not by a signal or an error */
};

/* To the end, a divergence, where --until holds, or a signal, which leaves the step at hand
 * without its row. */
static struct outcome train(
    const struct options *options, struct session *session, struct output *output)
{
    struct run *run = session->run;
    struct progress progress = progress_begin(output);
    const struct observation *seen = &run->training->seen;
    struct outcome outcome = {.diverged = false};
    bool going = true;
    for (uint64_t s = 0; going && !outcome.ended; s++) {
        if (!session_evaluate(session, false) || session->news.message_is_error ||
            !look_until(options, session, &outcome.reached))
            break;
        compare(&outcome.unlike, options, session);
        outcome.diverged = run_diverged(run);
        outcome.ended = s == options->steps || outcome.diverged || outcome.reached;
        bool wanted = outcome.ended || s % options->every == 0;
        bool census = wanted && census_wanted(options, seen);
        if (census && !run_evaluate(run, true))
            break;
        if (!outcome.ended && !run_update(run))
            break;
        if (wanted)
            going = print_rows(output, options, seen, census);
        if (progress_due(&progress))
            show_progress(&progress, s, options->steps);
    }
    progress_end(&progress);
    outcome.ended = outcome.ended && going;
    return outcome;
}

/* What was waited for may never come: the rows are what was asked for all the same. */
static void say_unreached(const struct options *options, const struct session *session)
{
    uint64_t step = session->run->training->step;
    if (run_diverged(session->run))
        say("not reached: %s; diverged at step %" PRIu64, SHOWN(options->until_text), step);
    else
        say("not reached in %" PRIu64 " step%s: %s", step, PLURAL(step),
            SHOWN(options->until_text));
}

static size_t bytes(const struct options *options, struct data_shape data)
{
    return run_bytes(&options->hparams, data);
}

static int work(const struct options *options, struct session *session, struct output *output)
{
    session->news.wanted.agenda = options->agenda;
    /* Events tell of deaths as the laboratory does. */
    if (condition_needs(&options->until) & CONDITION_EVENTS)
        training_record_deaths(session->run->training, true);
    struct outcome outcome = train(options, session, output);
    int status = headless_close(output, output->begun);
    /* A change that could not be made. */
    if (status == 0 && session->news.message_is_error)
        return headless_fail(session->news.message);
    if (status == 0 && options->until_text && outcome.ended && !outcome.reached)
        say_unreached(options, session);
    if (status == 0 && outcome.diverged && options->fail_on_divergence) {
        const struct divergence *d = &session->run->training->seen.divergence;
        if (d->kind == DIVERGED_LOSS)
            say("diverged at step %" PRIu64 ": the loss is not finite", d->step);
        else
            say("diverged at step %" PRIu64 ", layer %d, unit %d", d->step, d->layer, d->unit);
        status = 1;
    }
    if (status == 0 && outcome.unlike.any) {
        struct error why;
        replay_why(options->replay->numbers, &session->hparams, "this file", &why);
        say("%s: step %" PRIu64 " is not the state that was saved: %s", options->session,
            outcome.unlike.step, why.text);
        status = 1;
    }
    return status;
}

static int train_anew(const struct options *options)
{
    static const struct headless command = {bytes, work, NULL};
    return headless_main(options, &command);
}

/* What was typed beside a session, now that it has been read: what is armed is on the way, and
 * what is waited for is of layers that are there. */
static bool fit(struct options *own, struct error *error)
{
    const struct agenda *agenda = &own->agenda;
    struct error reason;
    if (agenda->count > 0 && agenda->list[agenda->count - 1].step > own->steps)
        return error_set(error,
            "--at: the last step of the session is %" PRIu64 ": -n goes further", own->steps);
    return !own->until_text ||
        condition_parse(own->until_text, own->hparams.depth, &own->until, &reason) ||
        error_set(error, "--until: %s", reason.text);
}

int run_main(const struct options *options)
{
    struct options own = *options;
    struct replay replay;
    struct error error;
    if (!options->session)
        return train_anew(options);
    if (!session_input(options->session, options->branch, NULL, &replay, &error))
        return headless_fail(error.text);
    own.hparams = replay_branch(&replay)->first;
    own.replay = &replay;
    if (!options->steps_given)
        own.steps = replay_branch(&replay)->reached;
    int status = fit(&own, &error) ? train_anew(&own) : say_usage("%s", error.text);
    replay_clear(&replay);
    return status;
}
