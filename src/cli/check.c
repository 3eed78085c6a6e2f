/* `nablascope check`: the gradient against differences of the loss; 0 when every layer passes.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "cli/headless.h"
#include "cli/progress.h"
#include "core/check_verdict.h"
#include "core/text.h"
#include "io/number.h"

static void print_number(FILE *file, double value)
{
    char text[NUMBER_SIZE];
    fprintf(file, ",%s", number_text(value, text));
}

static bool print_rows(struct output *output, const struct gradient_check *check,
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
    fprintf(stderr, ", %" PRId64 " kink%s", error->kinks, PLURAL(error->kinks));
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

/* It takes the training over. */
static size_t bytes(const struct options *options, struct data_shape data)
{
    struct check_options wanted;
    check_options_from(options, &wanted);
    size_t before = run_bytes(&options->hparams, data);
    size_t after = gradient_check_bytes(&options->hparams, data, &wanted);
    return after > before ? after : before;
}

/* To the end, or a signal, or until nobody reads; whether it got there. */
static bool check(
    const struct options *options, struct gradient_check *made, struct output *output)
{
    struct progress progress = progress_begin(output);
    bool whole = options->epsilon <= 0, finished = false, going = true;
    for (int done = 0; !finished && !headless_ended() && going;) {
        (void)gradient_check_advance(made);
        if (made->done > done) {
            if (whole || done == 0)
                going = print_rows(output, made, options->scheme, done);
            done++;
            finished = gradient_check_complete(made) ||
                (!whole && !check_needs_second(made, options->scheme));
        }
        if (progress_due(&progress))
            progress_show(&progress, "%.0f %%", 100 * gradient_check_progress(made));
    }
    progress_end(&progress);
    return finished;
}

static int work(const struct options *options, struct session *session, struct output *output)
{
    struct check_options wanted;
    check_options_from(options, &wanted);
    struct gradient_check *made = session_reach(session, options->step)
        ? gradient_check_take_over(session_release(session), &wanted)
        : NULL;
    if (!made) {
        (void)output_close(output, false, NULL);
        return headless_ended() ? 1 : headless_fail("out of memory");
    }
    bool finished = check(options, made, output);
    int status = headless_close(output, output->begun);
    if (finished) {
        int verdict = say_verdict(made, options->scheme, options->epsilon <= 0);
        status = status ? status : verdict;
    }
    gradient_check_destroy(made);
    return status;
}

int check_main(const struct options *options)
{
    static const struct headless command = {bytes, work, NULL};
    return headless_main(options, &command);
}
