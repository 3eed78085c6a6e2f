/*
 * Losses. ℓ is the loss of one sample; the loss is the mean of ℓ over the samples.
 *
 *   mse         ℓ = mean over outputs of (o - t)²
 *   bce         ℓ = mean over outputs of log(1 + exp o) - t o, o a logit
 *   softmax_ce  ℓ = log Σ exp o_j - o_class, o logits
 *
 * Two classes take one output with target 0 or 1 in mse and bce; more take one output a class
 * with a one-hot target. softmax_ce has one output a class.
 */
#ifndef NABLASCOPE_CORE_LOSS_H
#define NABLASCOPE_CORE_LOSS_H

#include "core/kernels.h"

enum loss { LOSS_AUTO, LOSS_MSE, LOSS_BCE, LOSS_SOFTMAX_CE, LOSS_COUNT };

const char *loss_name(int index);
const char *loss_help(int index);

/* What `auto` means for so many classes; other losses are themselves. Never LOSS_AUTO. */
enum loss loss_resolve(enum loss loss, int classes);
/* Units of the output layer. */
int loss_outputs(enum loss loss, int classes);
/* The target of output `j` for a sample of class `label`. */
double loss_target(int label, int outputs, int j);

/*
 * ℓ of one sample with `outputs` logits o, of class `label`. Writes δ = ∂ℓ/∂o unless `delta` is
 * NULL. `loss` is not LOSS_AUTO.
 */
double loss_sample(enum loss loss, const double *o, int outputs, int label, double *delta);

/*
 * Mean of ℓ over the rows of o, a sample each, and its δ in a matrix of o's shape: the bits of
 * loss_sample, many samples at a time. Row s is of class labels[samples[s]].
 */
double loss_batch(const struct kernels *kernels, enum loss loss, const struct matrix *o,
    const int *labels, const int *samples, double *delta);

/*
 * ℓ of each row of o, whose class is labels[row], and δ in a matrix of o's shape unless `delta`
 * is NULL: the bits of loss_sample, many samples at a time.
 */
void loss_each(const struct kernels *kernels, enum loss loss, const struct matrix *o,
    const int *labels, double *each, double *delta);

/* Mean loss, over samples with these classes, of the constant answer that suits them best:
 * that of guessing by their shares. */
double loss_constant(enum loss loss, const int *labels, int samples, int classes);

/* The class that the outputs vote for. */
int loss_predict(enum loss loss, const double *o, int outputs);

/*
 * How sure the outputs are, from what they say of each class: softmax for softmax_ce, the
 * sigmoid for bce, o itself for mse. Of two classes what they say of class 1; of more what they
 * say of the winner less what they say of the next.
 */
double loss_confidence(enum loss loss, const double *o, int outputs, int classes);

#endif
