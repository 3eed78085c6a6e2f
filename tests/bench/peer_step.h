/*
 * A training step written by hand in C++ on OpenBLAS, in double or single precision: the same
 * network, loss and plain gradient descent as core/training.h's, and the same statistics of
 * every layer. It is told that nothing overflows, sums in whatever order is quickest, and may
 * overwrite what the next layer does not need.
 */
#ifndef NABLASCOPE_TESTS_BENCH_PEER_STEP_H
#define NABLASCOPE_TESTS_BENCH_PEER_STEP_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct peer_shape {
    int inputs, depth, width, batch; /* one output unit, binary cross-entropy */
    bool relu;                       /* or else sigmoid */
    double lr;
};

/* Of one layer at one step; those of hidden layers alone are 0 for the output. */
struct peer_layer {
    double delta, back;          /* ‖δ_l‖, ‖δ_{l+1} W_{l+1}‖ */
    double weights, weight_grad; /* ‖W_l‖, ‖∂loss/∂W_l‖ */
    double bias_grad, step;      /* ‖∂loss/∂b_l‖, ‖ΔW_l‖ / ‖W_l‖ */
    double act_mean, act_std;    /* of a_l over samples and units */
    double saturated;            /* sigmoid: share of pairs with φ' < 5 % of its maximum */
    int dead;                    /* relu: units that no sample turns on */
};

struct peer;

struct peer *peer_create(const struct peer_shape *shape, bool single);
void peer_destroy(struct peer *peer);

/* A block of n_in + 1 rows, the biases last; inputs and targets of one sample. */
void peer_set_parameter(struct peer *peer, int layer, int row, int column, double value);
void peer_set_sample(struct peer *peer, int sample, const double *inputs, int label);

/* One step; the mean loss before it. Fills depth + 1 layers, layer 1 first. */
double peer_step(struct peer *peer, struct peer_layer *layers);

#ifdef __cplusplus
}
#endif

#endif
