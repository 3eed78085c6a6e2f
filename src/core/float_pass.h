/*
 * The loss in single precision: parameters, activations, sums and the loss are floats, each
 * operation rounded to one. For showing why gradients are checked in double.
 *
 * The activation itself is the float nearest to φ of its float argument.
 */
#ifndef NABLASCOPE_CORE_FLOAT_PASS_H
#define NABLASCOPE_CORE_FLOAT_PASS_H

#include <stdbool.h>

#include "core/loss.h"
#include "core/network.h"

struct float_layer {
    float *parameters; /* as struct layer's, same stride */
    float *a;          /* φ(z) at the unchanged parameters; NULL for the output */
};

struct float_pass {
    const struct network *network; /* shape and activation; borrowed */
    enum loss loss;
    const int *labels; /* of the samples; borrowed */
    struct float_layer *layers;
    float *inputs;
    float *z, *a;        /* scratch, B × n of the widest layer */
    double *wide, *bent; /* scratch, the same size: z and φ(z) in double */
    float base;          /* the loss at the unchanged parameters */
};

/* Bytes that it allocates, for networks that pass so many samples. */
size_t float_pass_bytes(const struct network_shape *shape, int samples);
/*
 * Copies parameters and inputs of a network that has been through network_forward and computes
 * the base. False when out of memory or interrupted; the struct can be cleared then.
 */
bool float_pass_init(struct float_pass *pass, const struct network *network, enum loss loss,
    const int *labels, const struct interrupt *interrupt);
void float_pass_clear(struct float_pass *pass);

/*
 * The loss with the parameter at offset `at` of layer `index` (0-based) moved by `shift`, the
 * sum rounded to float. False when interrupted.
 */
bool float_pass_loss(struct float_pass *pass, int index, ptrdiff_t at, double shift,
    const struct interrupt *interrupt, float *loss);

#endif
