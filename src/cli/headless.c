#include "cli/headless.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/say.h"
#include "core/check_verdict.h"
#include "core/text.h"
#include "engine/clock.h"
#include "engine/memory.h"
#include "engine/session.h"
#include "io/export.h"
#include "io/number.h"
#include "io/output.h"
#include "io/rows.h"

static atomic_int ended_by;

/*
 * INT, TERM and HUP end the work at the row at hand; another one ends it at once. In a handler
 * the signal is blocked: raised again, it comes by its default action when the handler returns.
 */
static void on_signal(int number)
{
    int none = 0;
    if (atomic_compare_exchange_strong(&ended_by, &none, number))
        return;
    output_abandon();
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

static bool interrupt_wanted(void *context)
{
    (void)context;
    return atomic_load(&ended_by) != 0;
}

/* Catches a signal, unless whoever started this has it ignored, as nohup does. */
static void catch_signal(int number)
{
    struct sigaction action, old;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
        (void)sigaction(number, &action, NULL);
}

static void catch_signals(void)
{
    catch_signal(SIGINT);
    catch_signal(SIGTERM);
    catch_signal(SIGHUP);
    /* A reader that has had enough is told by EPIPE, which ends quietly; a file that may not
     * grow by EFBIG. */
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
}

/* Ends by the signal that came, if one did, so that a shell sees status 128 + its number. */
static int end(int status)
{
    int number = atomic_load(&ended_by);
    if (number) {
        (void)signal(number, SIG_DFL);
        (void)raise(number);
    }
    return status;
}

static int fail(const char *text)
{
    say("%s", text);
    return 1;
}

/* Puts the output in place, if `keep`; the status, with a line when that could not be. */
static int close_output(struct output *output, bool keep)
{
    struct error error;
    return output_close(output, keep, &error) ? 0 : fail(error.text);
}

/* The line on standard error that says how far a long run is. */
struct progress {
    bool wanted, shown;
    double started, last;
};

static void progress_show(struct progress *progress, uint64_t done, uint64_t all)
{
    double now = clock_seconds();
    if (!progress->wanted || now - progress->last < 0.2)
        return;
    double rate = (double)done / fmax(now - progress->started, 1e-9);
    double left = rate > 0 ? (double)(all - done) / rate : 0;
    fprintf(stderr,
        "\r%" PRIu64 " of %" PRIu64 " steps (%.0f %%), %.0f steps/s, %.0f s left \033[K", done,
        all, 100.0 * (double)done / (double)(all ? all : 1), rate, left);
    progress->last = now;
    progress->shown = true;
}

static void progress_clear(const struct progress *progress)
{
    if (progress->shown)
        fprintf(stderr, "\r\033[K");
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
static bool census_wanted(const struct options *options, const struct training *training)
{
    return options->census == CENSUS_ROWS ||
        (options->census == CENSUS_EPOCHS &&
            training->step % training_epoch_steps(training) == 0);
}

/* To the end, a divergence, or a signal, which leaves the step at hand without its row. */
static bool run(const struct options *options, struct session *session, struct output *output)
{
    struct progress progress = {
        .wanted = isatty(STDERR_FILENO) && !isatty(fileno(output->file)),
        .started = clock_seconds(),
        .last = clock_seconds()};
    bool diverged = false, going = true;
    for (uint64_t s = 0; s <= options->steps && going && !diverged; s++) {
        bool last = s == options->steps;
        bool wanted = last || s % options->every == 0;
        if (!run_evaluate(session->run, false))
            break;
        diverged = run_diverged(session->run);
        bool census = (wanted || diverged) && census_wanted(options, session->run->training);
        if (census && !run_evaluate(session->run, true))
            break;
        if (!last && !diverged && !run_update(session->run))
            break;
        if (wanted || diverged)
            going = print_rows(output, options, &session->run->training->seen, census);
        progress_show(&progress, s, options->steps);
    }
    progress_clear(&progress);
    return diverged;
}

/* Bytes that a command needs. */
typedef size_t bytes_fn(const struct options *options);

/* At step 0, with the workers that were asked for. */
static struct session *open_session(
    const struct options *options, bytes_fn *bytes, struct error *error)
{
    static const struct interrupt interrupt = {interrupt_wanted, NULL};
    if (!memory_fits(bytes(options), error))
        return NULL;
    struct session *session =
        session_create(&options->lab.hparams, options->lab.kernels, &interrupt, error);
    if (!session)
        return NULL;
    session_share(session, options->lab.workers);
    /* Nobody asks here what has become of the units. */
    training_record_deaths(session->run->training, false);
    return session;
}

/* Bytes would do anything to a terminal. */
static bool must_not_show(const struct options *options, const struct output *output)
{
    return options->mode == MODE_EXPORT && options->export_format == EXPORT_NPZ &&
        isatty(fileno(output->file));
}

/* What a command does with its session; `work` returns the status. */
typedef int work_on_fn(
    const struct options *options, struct session *session, struct output *output);

/* Opens the output first: what cannot be written is refused before any work. */
static int with_output(const struct options *options, bytes_fn *bytes, work_on_fn *work)
{
    struct error error;
    struct output output;
    catch_signals();
    if (!output_open(&output, options->output, &error))
        return end(ended_by ? 1 : fail(error.text));
    if (must_not_show(options, &output)) {
        (void)output_close(&output, false, NULL);
        return say_usage("npz is not for a terminal: -o FILE.npz writes it to a file");
    }
    struct session *session = open_session(options, bytes, &error);
    int status;
    if (session) {
        status = work(options, session, &output);
    } else {
        (void)output_close(&output, false, NULL);
        status = ended_by ? 1 : fail(error.text);
    }
    session_destroy(session);
    return end(status);
}

static size_t options_run_bytes(const struct options *options)
{
    return run_bytes(&options->lab.hparams);
}

static int run_on(const struct options *options, struct session *session, struct output *output)
{
    bool diverged = run(options, session, output);
    int status = close_output(output, output->begun);
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
    return with_output(options, options_run_bytes, run_on);
}

static void print_number(FILE *file, double value)
{
    char text[NUMBER_SIZE];
    fprintf(file, ",%s", number_text(value, text));
}

static bool print_check_rows(struct output *output, const struct gradient_check *check,
    enum check_scheme scheme, int epsilon)
{
    const struct check_scheme_info *info = &check_schemes[scheme];
    FILE *file = output->file;
    if (!output->begun) {
        output_begin(output);
        fprintf(file,
            "epsilon,layer,elements,max_rel_error,norm_rel_error,kinks,judged_rel_error\n");
    }
    for (int l = 0; l < check->network->layer_count; l++) {
        const struct check_error *error =
            gradient_check_error(check, info->difference, info->precision, epsilon, l);
        char text[NUMBER_SIZE];
        fprintf(file, "%s,%d,%" PRId64, number_text(check->options.epsilons[epsilon], text),
            l + 1, error->elements);
        print_number(file, error->max_rel_error);
        print_number(file, error->norm_rel_error);
        fprintf(file, ",%" PRId64, error->kinks);
        print_number(file, error->smooth_error);
        fputc('\n', file);
    }
    return output_rows(output, check->network->layer_count);
}

/* ": 6.0e-01 of the biases at epsilon 1e-02, 5.9e-01 at 1e-03": the first is in the rows. */
static void say_error(const struct gradient_check *check,
    const struct check_scheme_info *scheme, int layer, const struct verdict *v, bool whole)
{
    int first = whole ? v->best : 0;
    const struct check_error *error =
        gradient_check_error(check, scheme->difference, scheme->precision, first, layer);
    if (isnan(error->smooth_error)) {
        fprintf(stderr, "; every element has a kink at epsilon %.0e",
            check->options.epsilons[first]);
    } else {
        fprintf(stderr, "; %.1e%s at epsilon %.0e", error->smooth_error,
            verdict_passes(v->kind) ? ""
                : v->part == 0      ? " of the weights"
                                    : " of the biases",
            check->options.epsilons[first]);
    }
    for (int e = 1; e < check->done && !whole; e++)
        fprintf(stderr, ", %.1e at %.0e",
            gradient_check_error(check, scheme->difference, scheme->precision, e, layer)
                ->smooth_error,
            check->options.epsilons[e]);
    fprintf(stderr, ", %" PRId64 " kinks", error->kinks);
}

/* A line a layer on standard error, and one for all; the status. */
static int say_verdict(const struct gradient_check *check, enum check_scheme chosen, bool whole)
{
    const struct check_scheme_info *scheme = &check_schemes[chosen];
    int layers = check->network->layer_count, passed = 0;
    for (int l = 0; l < layers; l++) {
        struct verdict v = check_verdict(check, scheme->difference, scheme->precision, l);
        passed += verdict_passes(v.kind);
        fprintf(stderr, "layer %d%s: %s: %s", l + 1, l + 1 == layers ? " (output)" : "",
            verdict_name(v.kind), verdict_words(v.kind));
        if (v.best >= 0)
            say_error(check, scheme, l, &v, whole);
        if (check->layers[l].count < check->layers[l].total)
            fprintf(stderr, "; %" PRId64 " of %" PRId64 " parameters", check->layers[l].count,
                check->layers[l].total);
        fputc('\n', stderr);
    }
    if (check->network->samples < check->of_samples)
        fprintf(stderr, "on %d of %d samples\n", check->network->samples, check->of_samples);
    fprintf(stderr, "%d of %d layers pass%s%s%s\n", passed, layers,
        check->options.plant != PLANT_NONE ? ", planted: " : "",
        check->options.plant != PLANT_NONE ? plant_name((int)check->options.plant) : "",
        check->options.plant != PLANT_NONE && check->harmless ? ", without effect here" : "");
    return passed == layers ? 0 : 1;
}

/* The whole curve, or the one ε with another in store. */
static void check_options_from(const struct options *options, struct check_options *wanted)
{
    check_options_init(wanted, 1);
    wanted->elements = options->elements > INT64_MAX ? INT64_MAX : (int64_t)options->elements;
    wanted->plant = options->plant;
    wanted->with_float = check_schemes[options->scheme].precision == PRECISION_FLOAT;
    if (options->epsilon > 0) {
        wanted->epsilons[0] = options->epsilon;
        wanted->epsilons[1] = check_second_epsilon(options->epsilon);
        wanted->epsilon_count = 2;
        wanted->budget *= 2; /* as many elements as the one affords */
    }
}

/* It works on a copy. */
static size_t check_bytes(const struct options *options)
{
    struct check_options wanted;
    check_options_from(options, &wanted);
    size_t own = options_run_bytes(options);
    size_t copy = gradient_check_bytes(&options->lab.hparams, &wanted);
    return own > SIZE_MAX - copy ? SIZE_MAX : own + copy;
}

static int check_on(
    const struct options *options, struct session *session, struct output *output)
{
    struct check_options wanted;
    bool tell = isatty(STDERR_FILENO) && !isatty(fileno(output->file));
    check_options_from(options, &wanted);
    bool whole = options->epsilon <= 0, finished = false, going = true;
    struct gradient_check *made = session_reach(session, options->step)
        ? gradient_check_create(session->run->training, &wanted)
        : NULL;
    if (!made) {
        (void)output_close(output, false, NULL);
        return ended_by ? 1 : fail("out of memory");
    }
    double last = clock_seconds();
    for (int done = 0; !finished && !ended_by && going;) {
        (void)gradient_check_advance(made);
        if (made->done > done) {
            if (whole || done == 0)
                going = print_check_rows(output, made, options->scheme, done);
            done++;
            finished = gradient_check_complete(made) ||
                (!whole && !check_needs_second(made, options->scheme));
        }
        if (tell && clock_seconds() - last > 0.2) {
            fprintf(stderr, "\r%.0f %% \033[K", 100 * gradient_check_progress(made));
            last = clock_seconds();
        }
    }
    if (tell)
        fprintf(stderr, "\r\033[K");
    int status = close_output(output, output->begun);
    if (finished) {
        int verdict = say_verdict(made, options->scheme, whole);
        status = status ? status : verdict;
    }
    gradient_check_destroy(made);
    return status;
}

int check_main(const struct options *options)
{
    return with_output(options, check_bytes, check_on);
}

static size_t export_bytes(const struct options *options)
{
    return training_bytes(&options->lab.hparams, export_signals(options->layer));
}

static int export_on(
    const struct options *options, struct session *session, struct output *output)
{
    struct error error;
    bool reached = session_reach(session, options->step);
    if (reached && session->run->training->step < options->step) {
        const struct divergence *d = &session->run->training->seen.divergence;
        (void)output_close(output, false, NULL);
        say("step %" PRIu64 " is not reached: diverged at step %" PRIu64, options->step,
            d->step);
        return 1;
    }
    if (reached &&
        !training_keep_signals(session->run->training, export_signals(options->layer))) {
        (void)output_close(output, false, NULL);
        return fail("out of memory for z and δ");
    }
    bool written = false;
    if (reached) {
        output_begin(output);
        written =
            export_step(output->file, session, options->export_format, options->layer, &error);
        (void)output_rows(output, 0); /* takes the stream's failure in */
    }
    int status = close_output(output, written);
    if (written || status || output->error == EPIPE)
        return status;
    return ended_by ? 1 : fail(reached ? error.text : "out of memory");
}

int export_main(const struct options *options)
{
    return with_output(options, export_bytes, export_on);
}
