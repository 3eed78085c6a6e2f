/*
 * The loss in single precision: parameters, activations, sums and the loss are floats, each
 * operation rounded to one. For showing why gradients are checked in double.
 *
 * The activation itself is the float nearest to φ of its float argument, and the loss of a
 * sample the float nearest to that of its outputs.
 */
#ifndef NABLASCOPE_CORE_FLOAT_PASS_H
#define NABLASCOPE_CORE_FLOAT_PASS_H

#include <stdbool.h>

#include "core/loss.h"
#include "core/moved_pass.h"
#include "core/network.h"

struct float_layer {
    float *parameters; /* as struct layer's, same stride */
    float *a;          /* φ(z) at the unchanged parameters; the output's is its z */
};

struct float_pass {
    const struct network *network;     /* shape and activation; borrowed */
    const struct criterion *criterion; /* borrowed */
    struct float_layer *layers;
    float *inputs;
    double *each; /* ℓ of each sample at the unchanged parameters, to be rounded to float */
    float base;   /* the mean, of floats */
};

/* Bytes that it allocates, for networks that pass so many samples. */
size_t float_pass_bytes(const struct network_shape *shape, int samples);
/*
 * Copies parameters and inputs of a network that has been through network_forward and computes
 * the base. False when out of memory or interrupted; the struct can be cleared then.
 */
bool float_pass_init(struct float_pass *pass, const struct network *network,
    const struct criterion *criterion, struct moved_scratch *scratch,
    const struct interrupt *interrupt);
void float_pass_clear(struct float_pass *pass);

/* moved_pass_run in single precision, without kinks; each ℓ is to be rounded to float. */
bool float_pass_run(const struct float_pass *pass, const struct moved_block *block,
    struct moved_scratch *scratch, const struct interrupt *interrupt,
    const struct moved_losses *losses);

#endif
