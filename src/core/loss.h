/*
 * Losses. ℓ is the loss of one sample; the loss is the mean of ℓ over the samples.
 *
 *   mse         ℓ = mean over outputs of (o - t)²; of a sigmoid output (σ(o) - t)²
 *   bce         ℓ = mean over outputs of log(1 + exp o) - t o, o a logit
 *   softmax_ce  ℓ = log Σ exp o_j - o_class, o logits
 *
 * Two classes take one output with target 0 or 1 in mse and bce; more take one output a class
 * with a one-hot target. softmax_ce has one output a class. Targets that are numbers take mse
 * and one output each. o is the output's z everywhere: a loss that has a sigmoid or a softmax
 * in it takes z through it itself, and its δ = ∂ℓ/∂z has the slope in it.
 */
#ifndef NABLASCOPE_CORE_LOSS_H
#define NABLASCOPE_CORE_LOSS_H

#include "core/kernels.h"

/* What becomes of the output's z. */
enum output_activation { OUTPUT_LINEAR, OUTPUT_SIGMOID, OUTPUT_COUNT };

enum loss { LOSS_AUTO, LOSS_MSE, LOSS_BCE, LOSS_SOFTMAX_CE, LOSS_COUNT };

const char *loss_name(int index);
const char *loss_help(int index);
const char *output_name(int index);
const char *output_help(int index);

/* What the outputs are judged by. */
struct criterion {
    enum loss loss;                /* never LOSS_AUTO */
    enum output_activation output; /* sigmoid with mse alone */
    const int *labels;             /* class of each sample, */
    const double *targets; /* or a row of numbers each, as many as outputs; NULL: classes */
};

/* What `auto` means for so many classes and this output; other losses are themselves. Never
 * LOSS_AUTO. Without classes, of numbers, it is mse. */
enum loss loss_resolve(enum loss loss, enum output_activation output, int classes);
/* Units of the output layer, where the targets are classes. */
int loss_outputs(enum loss loss, int classes);
/* The target of output `j` for a sample: of its class 0 or 1. */
double loss_target(const struct criterion *criterion, int sample, int outputs, int j);

/*
 * ℓ of sample number `sample`, whose `outputs` z are o. Writes δ = ∂ℓ/∂z unless `delta` is
 * NULL.
 */
double loss_sample(
    const struct criterion *criterion, const double *o, int outputs, int sample, double *delta);

/*
 * Mean of ℓ over the rows of o, a sample each, and its δ in a matrix of o's shape: the bits of
 * loss_sample, many samples at a time. Row s is of sample samples[s].
 */
double loss_batch(const struct kernels *kernels, const struct criterion *criterion,
    const struct matrix *o, const int *samples, double *delta);

/*
 * ℓ of each row of o, and δ in a matrix of o's shape unless `delta` is NULL: the bits of
 * loss_sample, many samples at a time. Row s is of sample samples[s]; `samples` NULL: s.
 */
void loss_each(const struct kernels *kernels, const struct criterion *criterion,
    const struct matrix *o, const int *samples, double *each, double *delta);

/*
 * Mean loss, over so many samples, of the constant answer that suits them best: that of
 * guessing by the shares of `classes` classes, or by the means of numbers; these cost their
 * variance.
 */
double loss_constant(const struct criterion *criterion, int samples, int outputs);

/* What output `j` answers, of a row of z: itself or its sigmoid. */
double loss_answer(const struct criterion *criterion, double z);

/* The class that the outputs vote for; 0 where the targets are numbers. */
int loss_predict(const struct criterion *criterion, const double *o, int outputs);

/* What the outputs say of a class: as loss_confidence takes it. */
double loss_vote(const struct criterion *criterion, const double *o, int outputs, int label);

/*
 * How sure the outputs are, from what they say of each class: softmax for softmax_ce, the
 * sigmoid for bce, the answer itself for mse. Of two classes what they say of class 1; of more
 * what they say of the winner less what they say of the next. Where the targets are numbers
 * (`classes` 0) the answer of the first output.
 */
double loss_confidence(
    const struct criterion *criterion, const double *o, int outputs, int classes);

#endif
