/*
 * Optimizers, as PyTorch 1.13 defines them; weight decay is added to the gradient, d = g + λθ.
 *
 *   sgd       θ -= lr d
 *   momentum  m = μ m + d (m = d at first)          θ -= lr m
 *   nesterov  m as above                            θ -= lr (d + μ m)
 *   rmsprop   v = β2 v + (1-β2) d²                  θ -= lr d / (√v + ε)      (β2 is its alpha)
 *   adam      m = β1 m + (1-β1) d, v = β2 v + (1-β2) d²
 *             θ -= lr/(1-β1^t) m / (√v / √(1-β2^t) + ε),   t = 1 at the first step
 */
#ifndef NABLASCOPE_CORE_OPTIMIZER_H
#define NABLASCOPE_CORE_OPTIMIZER_H

#include <stdint.h>

#include "core/kernels.h"

/* Which of m and v an optimizer keeps. */
enum { OPTIMIZER_KEEPS_M = 1, OPTIMIZER_KEEPS_V = 2 };

const char *optimizer_name(int index);
const char *optimizer_help(int index);
int optimizer_keeps(enum optimizer optimizer);
/*
 * What weight decay alone multiplies each parameter by in a step of plain sgd, 1 - lr λ: below
 * -1 they grow. A NaN for others, whose steps depend on those before.
 */
double optimizer_decay_factor(enum optimizer optimizer, double lr, double weight_decay);

/*
 * Fills the bias corrections for update number `t`, counted from 1 since the state was 0: 1
 * for all but Adam, who has them. The update itself is a kernel (core/kernels.h).
 */
void optimizer_prepare(struct optimizer_settings *settings, uint64_t t);

#endif
