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

#include <stddef.h>
#include <stdint.h>

enum optimizer {
    OPTIMIZER_SGD,
    OPTIMIZER_MOMENTUM,
    OPTIMIZER_NESTEROV,
    OPTIMIZER_RMSPROP,
    OPTIMIZER_ADAM,
    OPTIMIZER_COUNT
};

struct optimizer_settings {
    enum optimizer optimizer;
    double lr, momentum, beta1, beta2, epsilon, weight_decay;
};

/* Which of m and v an optimizer keeps. */
enum { OPTIMIZER_KEEPS_M = 1, OPTIMIZER_KEEPS_V = 2 };

const char *optimizer_name(int index);
const char *optimizer_help(int index);
int optimizer_keeps(enum optimizer optimizer);

/*
 * Updates `count` parameters θ by the gradient g, with state m and v (unused ones may be NULL),
 * and writes the step ΔW made into `step`. `t` counts the updates from 1 since the state was 0.
 */
void optimizer_update(const struct optimizer_settings *settings, uint64_t t, size_t count,
    const double *g, double *m, double *v, double *theta, double *step);

#endif
