#include "core/loss.h"

#include <math.h>

#include "core/elementary.h"
#include "core/error.h"

static const struct {
    const char *name;
    const char *help;
} losses[] = {
    [LOSS_AUTO] = {"auto", "bce for two classes, softmax_ce for more"},
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

enum loss loss_resolve(enum loss loss, int classes)
{
    if (loss != LOSS_AUTO)
        return loss;
    return classes == 2 ? LOSS_BCE : LOSS_SOFTMAX_CE;
}

int loss_outputs(enum loss loss, int classes)
{
    return loss != LOSS_SOFTMAX_CE && classes == 2 ? 1 : classes;
}

double loss_target(int label, int outputs, int j)
{
    return outputs == 1 ? label : (label == j ? 1 : 0);
}

/* A network's most, by far: a class each. */
enum { MOST_OUTPUTS = 512 };

static double sample_mse(const double *o, int outputs, int label, double *delta)
{
    double sum = 0;
    for (int j = 0; j < outputs; j++) {
        double error = o[j] - loss_target(label, outputs, j);
        sum += error * error;
        if (delta)
            delta[j] = 2 * error / outputs;
    }
    return sum / outputs;
}

static double sample_bce(const double *o, int outputs, int label, double *delta)
{
    double sum = 0;
    for (int j = 0; j < outputs; j++) {
        double target = loss_target(label, outputs, j);
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

double loss_sample(enum loss loss, const double *o, int outputs, int label, double *delta)
{
    if (loss == LOSS_MSE)
        return sample_mse(o, outputs, label, delta);
    if (loss == LOSS_BCE)
        return sample_bce(o, outputs, label, delta);
    return sample_softmax_ce(o, outputs, label, delta);
}

/* What a run of samples holds at a time. */
enum { RUN = MOST_OUTPUTS };

/* A run of samples: rows of o, their classes, their ℓ, and δ unless it is NULL. */
struct run {
    struct matrix o;
    const int *labels;
    double *each, *delta;
};

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
            signs[i] = loss_target(run->labels[s], outputs, j) > 0 ? -1 : 1;
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
        rests[s] = softmax_delta(x + s * outputs, e + s * outputs, outputs, run->labels[s],
            run->delta ? run->delta + s * run->o.stride : NULL);
    kernels->log1p((size_t)run->o.rows, rests, each);
    for (int s = 0; s < run->o.rows; s++)
        run->each[s] = each[s] - x[s * outputs + run->labels[s]];
}

static void run_mse(const struct run *run)
{
    for (int s = 0; s < run->o.rows; s++)
        run->each[s] = sample_mse(run->o.values + s * run->o.stride, run->o.columns,
            run->labels[s], run->delta ? run->delta + s * run->o.stride : NULL);
}

static void run_any(const struct kernels *kernels, enum loss loss, const struct run *run)
{
    if (loss == LOSS_MSE)
        run_mse(run);
    else if (loss == LOSS_BCE)
        run_bce(kernels, run);
    else
        run_softmax_ce(kernels, run);
}

void loss_each(const struct kernels *kernels, enum loss loss, const struct matrix *o,
    const int *labels, double *each, double *delta)
{
    int most = RUN / o->columns;
    for (int first = 0; first < o->rows; first += most) {
        int left = o->rows - first;
        struct run run = {matrix_rows(o, first, left < most ? left : most), labels + first,
            each + first, delta ? delta + first * o->stride : NULL};
        run_any(kernels, loss, &run);
    }
}

double loss_batch(const struct kernels *kernels, enum loss loss, const struct matrix *o,
    const int *labels, const int *samples, double *delta)
{
    int most = RUN / o->columns, of_run[RUN];
    double each[RUN], total = 0;
    struct run run = {.labels = of_run, .each = each};
    for (int first = 0; first < o->rows; first += most) {
        int left = o->rows - first;
        run.o = matrix_rows(o, first, left < most ? left : most);
        run.delta = delta + first * o->stride;
        for (int s = 0; s < run.o.rows; s++)
            of_run[s] = labels[samples[first + s]];
        run_any(kernels, loss, &run);
        for (int s = 0; s < run.o.rows; s++)
            total += each[s];
    }
    return total / o->rows;
}

static double entropy_term(double p)
{
    return p > 0 ? -p * real_log(p) : 0;
}

double loss_constant(enum loss loss, const int *labels, int samples, int classes)
{
    double sum = 0;
    int outputs = loss_outputs(loss, classes);
    for (int j = 0; j < outputs; j++) {
        int64_t count = 0;
        for (int s = 0; s < samples; s++)
            count += loss_target(labels[s], outputs, j) > 0.5;
        double p = (double)count / samples;
        if (loss == LOSS_MSE)
            sum += p * (1 - p) / outputs;
        else if (loss == LOSS_BCE)
            sum += (entropy_term(p) + entropy_term(1 - p)) / outputs;
        else
            sum += entropy_term(p);
    }
    return sum;
}

int loss_predict(enum loss loss, const double *o, int outputs)
{
    if (outputs == 1)
        return loss == LOSS_MSE ? o[0] > 0.5 : o[0] > 0;
    int best = 0;
    for (int j = 1; j < outputs; j++)
        best = o[j] > o[best] ? j : best;
    return best;
}

static double class_share(enum loss loss, const double *o, int outputs, int j)
{
    if (loss == LOSS_MSE)
        return o[j];
    if (loss == LOSS_BCE)
        return real_sigmoid(o[j]);
    double sum = 0; /* Σ exp(o_k - o_j): 1 for k = j; infinite where the share is 0 */
    for (int k = 0; k < outputs; k++)
        sum += k == j ? 1 : real_exp(o[k] - o[j]);
    return 1 / sum;
}

double loss_confidence(enum loss loss, const double *o, int outputs, int classes)
{
    if (classes == 2)
        return class_share(loss, o, outputs, outputs - 1);
    int best = loss_predict(loss, o, outputs);
    double winner = class_share(loss, o, outputs, best), next = -INFINITY;
    for (int j = 0; j < outputs; j++) {
        double share = class_share(loss, o, outputs, j);
        next = j != best && share > next ? share : next;
    }
    return winner - next;
}
