#include "core/loss.h"

#include <math.h>

#include "core/elementary.h"
#include "core/error.h"

static const struct {
    const char *name;
    const char *help;
} losses[] = {
    [LOSS_AUTO] = {"auto", "bce for two classes, softmax_ce for more, mse for numbers"},
    [LOSS_MSE] = {"mse", "mean squared error over samples and outputs"},
    [LOSS_BCE] = {"bce", "binary cross-entropy of logits"},
    [LOSS_SOFTMAX_CE] = {"softmax_ce", "cross-entropy of the softmax, one logit a class"},
};
_Static_assert(ARRAY_LEN(losses) == LOSS_COUNT, "a row for each loss");

const char *loss_name(int index)
{
    return index >= 0 && index < LOSS_COUNT ? losses[index].name : NULL;
}

const char *loss_help(int index)
{
    return index >= 0 && index < LOSS_COUNT ? losses[index].help : NULL;
}

static const struct {
    const char *name;
    const char *help;
} outputs_table[] = {
    [OUTPUT_LINEAR] = {"linear", "the output is its z"},
    [OUTPUT_SIGMOID] = {"sigmoid", "the output is the sigmoid of its z; with mse"},
};
_Static_assert(ARRAY_LEN(outputs_table) == OUTPUT_COUNT, "a row for each");

const char *output_name(int index)
{
    return index >= 0 && index < OUTPUT_COUNT ? outputs_table[index].name : NULL;
}

const char *output_help(int index)
{
    return index >= 0 && index < OUTPUT_COUNT ? outputs_table[index].help : NULL;
}

enum loss loss_resolve(enum loss loss, enum output_activation output, int classes)
{
    if (loss != LOSS_AUTO)
        return loss;
    if (classes == 0 || output == OUTPUT_SIGMOID)
        return LOSS_MSE;
    return classes == 2 ? LOSS_BCE : LOSS_SOFTMAX_CE;
}

int loss_outputs(enum loss loss, int classes)
{
    return loss != LOSS_SOFTMAX_CE && classes == 2 ? 1 : classes;
}

double loss_target(const struct criterion *criterion, int sample, int outputs, int j)
{
    if (criterion->targets)
        return criterion->targets[(ptrdiff_t)sample * outputs + j];
    int label = criterion->labels[sample];
    return outputs == 1 ? label : (label == j ? 1 : 0);
}

double loss_answer(const struct criterion *criterion, double z)
{
    return criterion->output == OUTPUT_SIGMOID ? real_sigmoid(z) : z;
}

/* A network's most, by far: a class each. */
enum { MOST_OUTPUTS = 512 };

static double sample_mse(
    const struct criterion *criterion, const double *o, int outputs, int sample, double *delta)
{
    double sum = 0;
    bool bent = criterion->output == OUTPUT_SIGMOID;
    for (int j = 0; j < outputs; j++) {
        double answer = loss_answer(criterion, o[j]);
        double error = answer - loss_target(criterion, sample, outputs, j);
        sum += error * error;
        /* σ(-z) is 1 - σ(z) without cancellation. */
        if (delta)
            delta[j] = bent ? 2 * error / outputs * (answer * real_sigmoid(-o[j]))
                            : 2 * error / outputs;
    }
    return sum / outputs;
}

static double sample_bce(
    const struct criterion *criterion, const double *o, int outputs, int sample, double *delta)
{
    double sum = 0;
    for (int j = 0; j < outputs; j++) {
        double target = loss_target(criterion, sample, outputs, j);
        /* softplus(o) - t o; for t = 1 that is softplus(-o), which does not cancel. */
        sum += target > 0 ? real_softplus(-o[j]) : real_softplus(o[j]);
        if (delta)
            delta[j] = (target > 0 ? -real_sigmoid(-o[j]) : real_sigmoid(o[j])) / outputs;
    }
    return sum / outputs;
}

static double largest_of(const double *o, int outputs)
{
    double largest = o[0];
    for (int j = 1; j < outputs; j++)
        largest = o[j] > largest ? o[j] : largest;
    return largest;
}

/*
 * δ from x = o - largest and e = exp x; returns Σ e without the largest's 1, so that nothing
 * cancels in log(1 + rest).
 */
static double softmax_delta(
    const double *x, const double *e, int outputs, int label, double *delta)
{
    double rest = 0, others = 0; /* others: all but the class */
    int maximum = -1;
    for (int j = 0; j < outputs; j++) {
        if (maximum < 0 && !(x[j] < 0))
            maximum = j;
        else
            rest += e[j];
        others += j != label ? e[j] : 0;
    }
    /* For the class, p - 1 is minus the others' share: no cancellation. */
    for (int j = 0; delta && j < outputs; j++)
        delta[j] = (j == label ? -others : e[j]) / (1 + rest);
    return rest;
}

static double sample_softmax_ce(const double *o, int outputs, int label, double *delta)
{
    double largest = largest_of(o, outputs), x[MOST_OUTPUTS], e[MOST_OUTPUTS];
    for (int j = 0; j < outputs; j++) {
        x[j] = o[j] - largest;
        e[j] = real_exp(x[j]);
    }
    double rest = softmax_delta(x, e, outputs, label, delta);
    return real_log1p(rest) - x[label];
}

double loss_sample(
    const struct criterion *criterion, const double *o, int outputs, int sample, double *delta)
{
    if (criterion->loss == LOSS_MSE)
        return sample_mse(criterion, o, outputs, sample, delta);
    if (criterion->loss == LOSS_BCE)
        return sample_bce(criterion, o, outputs, sample, delta);
    return sample_softmax_ce(o, outputs, criterion->labels[sample], delta);
}

/* What a run of samples holds at a time. */
enum { RUN = MOST_OUTPUTS };

/* A run of samples: rows of o, which samples they are, their ℓ, and δ unless it is NULL. */
struct run {
    const struct criterion *criterion;
    struct matrix o;
    const int *samples; /* NULL: from `first` on */
    int first;
    double *each, *delta;
};

static int sample_of(const struct run *run, int row)
{
    return run->samples ? run->samples[run->first + row] : run->first + row;
}

/* A sample's part of an output: exact, and without the division, where there is one. */
static double part_of(double x, int outputs)
{
    return outputs == 1 ? x : x / outputs;
}

/* A logit counts as it is for target 0, and with its sign turned for target 1. */
static void run_bce(const struct kernels *kernels, const struct run *run)
{
    int outputs = run->o.columns, count = run->o.rows * outputs;
    double signs[RUN], x[RUN], each[RUN], slopes[RUN];
    for (int s = 0, i = 0; s < run->o.rows; s++) {
        for (int j = 0; j < outputs; j++, i++) {
            signs[i] = loss_target(run->criterion, sample_of(run, s), outputs, j) > 0 ? -1 : 1;
            x[i] = signs[i] * run->o.values[s * run->o.stride + j];
        }
    }
    kernels->activate(ACTIVATION_SOFTPLUS, 0, (size_t)count, x, each);
    for (int s = 0; s < run->o.rows; s++) {
        double sum = 0;
        for (int j = 0; j < outputs; j++)
            sum += each[s * outputs + j];
        run->each[s] = part_of(sum, outputs);
    }
    if (!run->delta)
        return;
    kernels->activate(ACTIVATION_SIGMOID, 0, (size_t)count, x, slopes);
    for (int s = 0, i = 0; s < run->o.rows; s++) {
        for (int j = 0; j < outputs; j++, i++)
            run->delta[s * run->o.stride + j] = part_of(signs[i] * slopes[i], outputs);
    }
}

static void run_softmax_ce(const struct kernels *kernels, const struct run *run)
{
    int outputs = run->o.columns;
    double x[RUN], e[RUN], rests[RUN], each[RUN];
    for (int s = 0; s < run->o.rows; s++) {
        const double *o = run->o.values + s * run->o.stride;
        double largest = largest_of(o, outputs);
        for (int j = 0; j < outputs; j++)
            x[s * outputs + j] = o[j] - largest;
    }
    kernels->exponential((size_t)(run->o.rows * outputs), x, e);
    for (int s = 0; s < run->o.rows; s++)
        rests[s] = softmax_delta(x + s * outputs, e + s * outputs, outputs,
            run->criterion->labels[sample_of(run, s)],
            run->delta ? run->delta + s * run->o.stride : NULL);
    kernels->log1p((size_t)run->o.rows, rests, each);
    for (int s = 0; s < run->o.rows; s++)
        run->each[s] = each[s] - x[s * outputs + run->criterion->labels[sample_of(run, s)]];
}

static void run_mse(const struct run *run)
{
    for (int s = 0; s < run->o.rows; s++)
        run->each[s] =
            sample_mse(run->criterion, run->o.values + s * run->o.stride, run->o.columns,
                sample_of(run, s), run->delta ? run->delta + s * run->o.stride : NULL);
}

static void run_any(const struct kernels *kernels, const struct run *run)
{
    if (run->criterion->loss == LOSS_MSE)
        run_mse(run);
    else if (run->criterion->loss == LOSS_BCE)
        run_bce(kernels, run);
    else
        run_softmax_ce(kernels, run);
}

void loss_each(const struct kernels *kernels, const struct criterion *criterion,
    const struct matrix *o, const int *samples, double *each, double *delta)
{
    int most = RUN / o->columns;
    for (int first = 0; first < o->rows; first += most) {
        int left = o->rows - first;
        struct run run = {criterion, matrix_rows(o, first, left < most ? left : most), samples,
            first, each + first, delta ? delta + first * o->stride : NULL};
        run_any(kernels, &run);
    }
}

double loss_batch(const struct kernels *kernels, const struct criterion *criterion,
    const struct matrix *o, const int *samples, double *delta)
{
    int most = RUN / o->columns;
    double each[RUN], total = 0;
    struct run run = {.criterion = criterion, .samples = samples, .each = each};
    for (int first = 0; first < o->rows; first += most) {
        int left = o->rows - first;
        run.o = matrix_rows(o, first, left < most ? left : most);
        run.first = first;
        run.delta = delta + first * o->stride;
        run_any(kernels, &run);
        for (int s = 0; s < run.o.rows; s++)
            total += each[s];
    }
    return total / o->rows;
}

static double entropy_term(double p)
{
    return p > 0 ? -p * real_log(p) : 0;
}

/* Σ over the samples of (t - c)² for the c that makes it least: the mean, or what is nearest to
 * it of what a sigmoid can answer. Two passes, so that nothing cancels. */
static double least_square(const struct criterion *criterion, int samples, int outputs, int j)
{
    double mean = 0, square = 0;
    for (int s = 0; s < samples; s++)
        mean += (loss_target(criterion, s, outputs, j) - mean) / (s + 1);
    if (criterion->output == OUTPUT_SIGMOID)
        mean = mean < 0 ? 0 : mean > 1 ? 1 : mean;
    for (int s = 0; s < samples; s++) {
        double apart = loss_target(criterion, s, outputs, j) - mean;
        square += apart * apart;
    }
    return square;
}

double loss_constant(const struct criterion *criterion, int samples, int outputs)
{
    double sum = 0;
    for (int j = 0; j < outputs; j++) {
        int64_t count = 0;
        if (criterion->targets) {
            sum += least_square(criterion, samples, outputs, j) / samples / outputs;
            continue;
        }
        for (int s = 0; s < samples; s++)
            count += loss_target(criterion, s, outputs, j) > 0.5;
        double p = (double)count / samples;
        if (criterion->loss == LOSS_MSE)
            sum += p * (1 - p) / outputs;
        else if (criterion->loss == LOSS_BCE)
            sum += (entropy_term(p) + entropy_term(1 - p)) / outputs;
        else
            sum += entropy_term(p);
    }
    return sum;
}

int loss_predict(const struct criterion *criterion, const double *o, int outputs)
{
    bool linear = criterion->loss == LOSS_MSE && criterion->output == OUTPUT_LINEAR;
    if (criterion->targets)
        return 0;
    if (outputs == 1)
        return linear ? o[0] > 0.5 : o[0] > 0;
    int best = 0;
    for (int j = 1; j < outputs; j++)
        best = o[j] > o[best] ? j : best;
    return best;
}

static double class_share(
    const struct criterion *criterion, const double *o, int outputs, int j)
{
    if (criterion->loss == LOSS_MSE)
        return loss_answer(criterion, o[j]);
    if (criterion->loss == LOSS_BCE)
        return real_sigmoid(o[j]);
    double sum = 0; /* Σ exp(o_k - o_j): 1 for k = j; infinite where the share is 0 */
    for (int k = 0; k < outputs; k++)
        sum += k == j ? 1 : real_exp(o[k] - o[j]);
    return 1 / sum;
}

double loss_vote(const struct criterion *criterion, const double *o, int outputs, int label)
{
    if (outputs > 1)
        return class_share(criterion, o, outputs, label);
    double one = class_share(criterion, o, 1, 0);
    return label == 1 ? one : 1 - one;
}

double loss_confidence(
    const struct criterion *criterion, const double *o, int outputs, int classes)
{
    if (criterion->targets)
        return loss_answer(criterion, o[0]);
    if (classes == 2)
        return class_share(criterion, o, outputs, outputs - 1);
    int best = loss_predict(criterion, o, outputs);
    double winner = class_share(criterion, o, outputs, best), next = -INFINITY;
    for (int j = 0; j < outputs; j++) {
        double share = class_share(criterion, o, outputs, j);
        next = j != best && share > next ? share : next;
    }
    return winner - next;
}
