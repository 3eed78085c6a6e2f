#include "cli/headless.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/check_verdict.h"
#include "engine/session.h"
#include "io/export.h"
#include "io/rows.h"

static volatile sig_atomic_t ended_by;

static void on_signal(int signal)
{
    ended_by = signal;
}

/* INT and TERM end a run after the row at hand; a second one ends it at once. */
static void catch_signals(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = (int)SA_RESETHAND;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    /* A reader that has had enough is told by EPIPE, which ends quietly. */
    action.sa_handler = SIG_IGN;
    action.sa_flags = 0;
    sigaction(SIGPIPE, &action, NULL);
}

static int fail(const char *text)
{
    fprintf(stderr, "nablascope: %s\n", text);
    return 1;
}

static FILE *open_output(const struct options *options, struct error *error)
{
    if (!options->output || strcmp(options->output, "-") == 0)
        return stdout;
    FILE *file = fopen(options->output, "w");
    if (!file)
        error_set(error, "%.120s: %s", options->output, strerror(errno));
    return file;
}

/* Flushes and closes; the status, with a line on standard error unless the reader just left. */
static int close_output(const struct options *options, FILE *file)
{
    bool failed = ferror(file) != 0;
    errno = failed ? errno : 0;
    if (fflush(file) != 0 || (file != stdout && fclose(file) != 0))
        failed = true;
    if (!failed)
        return 0;
    if (errno == EPIPE)
        return 0;
    fprintf(stderr, "nablascope: %s: %s\n",
        options->output ? options->output : "standard output",
        errno ? strerror(errno) : "cannot write");
    return 1;
}

static double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
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
static void print_rows(FILE *file, const struct options *options, const struct rows_step *step,
    const struct training *training)
{
    rows_print_step(file, options->format, options->layers, step, training);
}

/* Runs to the end, a divergence, or a signal. */
static int run(const struct options *options, struct session *session, FILE *file)
{
    struct progress progress = {.wanted = isatty(STDERR_FILENO) && !isatty(fileno(file)),
        .started = clock_seconds(),
        .last = clock_seconds()};
    bool diverged = false;
    if (options->format == ROWS_CSV)
        rows_print_header(file, options->layers);
    for (uint64_t s = 0; s <= options->steps && !ended_by && !diverged && !ferror(file); s++) {
        bool last = s == options->steps;
        bool wanted = last || s % options->every == 0;
        if (!session_evaluate(session, wanted))
            return fail("interrupted");
        diverged = session_diverged(session);
        if (diverged && !wanted)
            wanted = true;
        struct rows_step step = rows_step_of(session->training);
        if (!last && !diverged)
            session_update(session);
        if (wanted)
            print_rows(file, options, &step, session->training);
        progress_show(&progress, s, options->steps);
    }
    progress_clear(&progress);
    int status = close_output(options, file);
    if (status == 0 && diverged && options->fail_on_divergence) {
        const struct divergence *d = &session->training->divergence;
        fprintf(stderr, "nablascope: diverged at step %" PRIu64 ", layer %d, unit %d\n",
            d->step, d->layer, d->unit);
        status = 1;
    }
    return status;
}

/* At step 0, with the workers that were asked for. */
static struct session *open_session(const struct options *options, struct error *error)
{
    struct session *session =
        session_create(&options->lab.hparams, options->lab.kernels, NULL, error);
    if (session)
        session_share(session, options->lab.workers);
    return session;
}

int run_main(const struct options *options)
{
    struct error error;
    catch_signals();
    struct session *session = open_session(options, &error);
    if (!session)
        return fail(error.text);
    (void)training_keep_signals(session->training, false); /* rows do not show them */
    FILE *file = open_output(options, &error);
    int status = file ? run(options, session, file) : fail(error.text);
    session_destroy(session);
    if (ended_by) {
        /* SA_RESETHAND has brought the default action back. */
        (void)raise(ended_by);
    }
    return status;
}

static void print_number(FILE *file, double value)
{
    if (isnan(value))
        fprintf(file, ",nan"); /* printf might say -nan */
    else
        fprintf(file, ",%.17g", value);
}

static void print_check_rows(
    FILE *file, const struct gradient_check *check, enum check_scheme scheme, int epsilon)
{
    const struct check_scheme_info *info = &check_schemes[scheme];
    for (int l = 0; l < check->network->layer_count; l++) {
        const struct check_error *error =
            gradient_check_error(check, info->difference, info->precision, epsilon, l);
        fprintf(file, "%.17g,%d,%" PRId64, check->options.epsilons[epsilon], l + 1,
            error->elements);
        print_number(file, error->max_rel_error);
        print_number(file, error->norm_rel_error);
        fprintf(file, ",%" PRId64, error->kinks);
        print_number(file, error->smooth_error);
        fputc('\n', file);
    }
    fflush(file);
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

static int check(const struct options *options, const struct training *training, FILE *file)
{
    struct check_options wanted;
    bool tell = isatty(STDERR_FILENO) && !isatty(fileno(file));
    check_options_from(options, &wanted);
    bool whole = options->epsilon <= 0, finished = false;
    struct gradient_check *made = gradient_check_create(training, &wanted);
    if (!made)
        return fail("out of memory");
    fprintf(
        file, "epsilon,layer,elements,max_rel_error,norm_rel_error,kinks,judged_rel_error\n");
    double last = clock_seconds();
    for (int done = 0; !finished && !ended_by && !ferror(file);) {
        (void)gradient_check_advance(made);
        if (made->done > done) {
            if (whole || done == 0)
                print_check_rows(file, made, options->scheme, done);
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
    int status = close_output(options, file);
    if (finished) {
        int verdict = say_verdict(made, options->scheme, whole);
        status = status ? status : verdict;
    }
    gradient_check_destroy(made);
    return status;
}

int check_main(const struct options *options)
{
    struct error error;
    catch_signals();
    struct session *session = open_session(options, &error);
    if (!session)
        return fail(error.text);
    int status = 1;
    if (!session_advance(session, options->step)) {
        (void)fail("interrupted");
    } else {
        FILE *file = open_output(options, &error);
        status = file ? check(options, session->training, file) : fail(error.text);
    }
    session_destroy(session);
    if (ended_by)
        (void)raise(ended_by);
    return status;
}

int export_main(const struct options *options)
{
    struct error error;
    catch_signals();
    struct session *session = open_session(options, &error);
    if (!session)
        return fail(error.text);
    int status = 1;
    if (!session_advance(session, options->step)) {
        (void)fail("interrupted");
    } else if (session->training->step < options->step) {
        const struct divergence *d = &session->training->divergence;
        fprintf(stderr,
            "nablascope: step %" PRIu64 " is not reached: diverged at step %" PRIu64 "\n",
            options->step, d->step);
    } else {
        FILE *file = open_output(options, &error);
        if (!file) {
            (void)fail(error.text);
        } else {
            bool written = export_step(file, session, &error);
            status = close_output(options, file);
            if (!written)
                status = fail(error.text);
        }
    }
    session_destroy(session);
    return status;
}
