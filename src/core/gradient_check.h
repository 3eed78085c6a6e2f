/*
 * The gradient check: the analytic gradient ∂loss/∂θ against differences of the loss itself,
 *
 *   centred   (loss(θ + ε) - loss(θ - ε)) / 2ε    truncation error ~ ε², rounding error ~ 1/ε
 *   forward   (loss(θ + ε) - loss(θ)) / ε          truncation error ~ ε
 *
 * for one parameter θ at a time, over a whole range of ε, in double and on wish in float. It
 * works on network and batch (its first samples, when all would take too long) of a training,
 * or on a copy of them, in slices (core/check_slice.h) that the workers of the training's
 * network share.
 *
 * A kink is a place where a ReLU's or leaky ReLU's slope jumps: an element has one between when
 * z of some hidden unit on some sample does not have the same sign at θ, θ + ε and (centred)
 * θ - ε. The difference then mixes two slopes, and a right gradient looks wrong.
 */
#ifndef NABLASCOPE_CORE_GRADIENT_CHECK_H
#define NABLASCOPE_CORE_GRADIENT_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/check_slice.h"
#include "core/dataset.h"
#include "core/float_pass.h"
#include "core/hparams.h"
#include "core/network.h"
#include "core/plant.h"

struct training;

enum difference { DIFFERENCE_CENTRED, DIFFERENCE_FORWARD, DIFFERENCE_COUNT };
enum precision { PRECISION_DOUBLE, PRECISION_FLOAT, PRECISION_COUNT };
enum { CHECK_EPSILONS_MOST = 32, CHECK_VARIANTS = DIFFERENCE_COUNT * PRECISION_COUNT };

/* The differences that can be chosen, by name. */
enum check_scheme { SCHEME_CENTRED, SCHEME_FORWARD, SCHEME_FLOAT, SCHEME_COUNT };

struct check_scheme_info {
    const char *name;
    enum difference difference;
    enum precision precision;
    int order; /* of the truncation error in ε */
};

extern const struct check_scheme_info check_schemes[SCHEME_COUNT];
const char *check_scheme_name(int index);

struct check_options {
    double epsilons[CHECK_EPSILONS_MOST]; /* in the order in which they are done */
    int epsilon_count;
    int64_t elements; /* most a layer; 0: as `budget` affords */
    double budget;    /* multiply-adds of the whole check, about */
    bool with_float;
    enum plant plant;
};

/* 1e-1 to 1e-12; with 2 `per_decade` instead of 1, then those halfway between. */
void check_options_init(struct check_options *options, int per_decade);

/* What was computed of one element at one ε. */
struct check_sample {
    int layer, row, column; /* 1-based layer; W[column][row], or bias `column`: row is n_in */
    bool bias, kink;
    bool on_kink;           /* z of some unit is exactly 0 at θ, and above at θ ± ε */
    double theta, up, down; /* θ, loss(θ + ε), and loss(θ - ε) or loss(θ) */
    double numeric, analytic;
};

/*
 * The weights or the biases of a layer at one ε, without the elements that have a kink between.
 *
 * The last four say how far the differences n can be trusted, whatever the gradient a is:
 * truncation changes n from one ε to the next, rounding scatters it. Where the loss bends
 * within a length far below ε, as a softmax of huge logits or elu at 0 do, n stands still over
 * several ε at a value that is not the derivative; the slopes to both sides tell: where the
 * loss is smooth over L they differ by ε / L of the gradient, and truncation is (ε / L)² of it.
 */
struct check_part {
    int64_t count;
    double distance; /* ‖n - a‖ */
    double sum;      /* ‖n + a‖ */
    double numeric;  /* ‖n‖ */
    double gradient; /* ‖a‖ */
    double moves;    /* how far ε moves z by a weight of layer 1, at most; else 0 */
    double rounding; /* of n, as a vector, by estimate */
    double agrees; /* least ‖n - n'‖ with both roundings, n' at another ε; ∞: there is none */
    double differs; /* most ‖n - n'‖ beyond rounding, n' at a smaller ε or in double */
    double curved; /* s² / (‖n‖ + s), s half of what the slopes to both sides differ by; forward
                      s / 3 */
};

/* One layer at one ε, n numeric and a analytic. Errors are NaN where they are 0/0. */
struct check_error {
    int64_t elements;      /* compared: all of the layer or a sample */
    int64_t kinks;         /* of these, with a kink between */
    int64_t on_kinks;      /* of these, with one at θ itself */
    double max_rel_error;  /* largest |n - a| / max(|n|, |a|) */
    double norm_rel_error; /* ‖n - a‖ / ‖n + a‖ */
    double rel_error;      /* the same, of weights and biases apart: the larger of the two */
    double smooth_error;   /* rel_error of the elements without a kink; NaN: there are none */
    double rounding;       /* what rounding of the loss alone makes of that, by estimate */
    double gradient;       /* largest |n| or |a|; 0: all are exactly 0 */
    double own_error;      /* smooth_error of the program's own gradient, whatever is planted */
    int64_t total;         /* parameters of the layer */
    bool spoilt;           /* the planted mistake changes some of those compared */
    struct check_part parts[2]; /* weights, biases */
    struct check_sample worst;  /* without a kink (if all have one: any), furthest off */
};

enum kink_bits {
    KINK_FORWARD = 1,    /* between θ and θ + ε */
    KINK_CENTRED = 2,    /* between θ - ε and θ + ε */
    KINK_ON_FORWARD = 4, /* the same, with z exactly 0 at θ */
    KINK_ON_CENTRED = 8
};

struct check_layer {
    int64_t total, count; /* parameters, and how many are compared */
    int64_t weights;      /* of these, the first; the others are biases */
    int64_t first;        /* place of the first among all layers' */
    ptrdiff_t *places;    /* offsets into the parameter block, ascending */
};

struct gradient_check {
    struct network *network; /* its own */
    bool passed;             /* its forward pass is done */
    struct interrupt interrupt;
    struct criterion criterion; /* of the samples used */
    int *labels;
    double *targets; /* NULL: classes */
    struct check_options options;
    uint64_t step, seed; /* of the training it was made from */
    int of_samples;      /* B of the training, */
    int samples;         /* and how many of them are used */
    struct check_layer *layers;
    int64_t total;          /* elements compared, of all layers */
    double *own, *analytic; /* `total`, with the mistake planted */
    double reach;           /* largest |x|; 0: units have no bend but kinks */
    bool harmless;          /* the planted mistake changes none of them, */
    bool *spoilt;           /* or some of these layers' */
    double base;            /* loss(θ), */
    double *each;           /* and ℓ of each sample */
    int trials;             /* done, of what rounding does to it (core/check_noise.h) */
    double scatter;         /* root of the sum of their squares */
    double *up, *down;      /* epsilon_count × total: loss(θ ± ε) */
    float *float_up, *float_down;
    unsigned char *kinks; /* enum kink_bits, or-ed */
    struct float_pass floats;
    struct check_slices slices;
    double *z, *a;              /* scratch, B × n of the widest layer */
    bool has_kinks;             /* the activation has */
    struct check_error *errors; /* [variant][ε][layer] */
    int done;                   /* ε that are complete */
    int at_block;               /* of slices.blocks: where the work on the next begins */
};

/* Bytes of a check that has taken such a training over, the first mistake planted included. */
size_t gradient_check_bytes(
    const struct hparams *hparams, struct data_shape data, const struct check_options *options);

/*
 * On a copy of the training's network. NULL when out of memory or interrupted. `training` has
 * been evaluated; its workers outlive the check, and nobody else uses them while it advances.
 */
struct gradient_check *gradient_check_create(
    const struct training *training, const struct check_options *options);
/* The same on its network itself, in half the memory; the training is gone, also on failure. */
struct gradient_check *gradient_check_take_over(
    struct training *training, const struct check_options *options);
void gradient_check_destroy(struct gradient_check *check);

/* Multiply-adds, about, that the next slice takes. */
double gradient_check_work(const struct gradient_check *check);
/*
 * Some elements at one ε (before the first of all, a trial of the rounding), by all workers;
 * false when all is done or it was interrupted (then nothing happened).
 */
bool gradient_check_advance(struct gradient_check *check);
bool gradient_check_complete(const struct gradient_check *check);
/* Differences known, of all elements at all ε, and how many there will be. */
int64_t gradient_check_known(const struct gradient_check *check, int64_t *all);
/* Share of the work done, 0..1. */
double gradient_check_progress(const struct gradient_check *check);

/*
 * Judges another mistake by the same differences; takes no new evaluation of the loss. False
 * when out of memory or interrupted: the check is as before then.
 */
bool gradient_check_plant(struct gradient_check *check, enum plant plant);

/* Of a complete ε; `layer` is 0-based. */
const struct check_error *gradient_check_error(const struct gradient_check *check,
    enum difference difference, enum precision precision, int epsilon, int layer);
/* Element `index` (0-based, of those compared) of a layer at a complete ε. */
struct check_sample gradient_check_sample(const struct gradient_check *check,
    enum difference difference, enum precision precision, int epsilon, int layer,
    int64_t index);

/* For this module: the loss of these outputs, with ℓ of each sample, and δ when `delta` is not
 * NULL, */
double gradient_check_loss(
    const struct gradient_check *check, const double *z, double *each, double *delta);
/* the errors of an ε whose losses are known, false when interrupted, */
bool gradient_check_measure(struct gradient_check *check, int epsilon);
/* and, once, what it tells of the differences at the ε before and they of it. */
void gradient_check_compare(struct gradient_check *check, int epsilon);

/* Whether the slope of this activation jumps at 0. */
bool activation_kinked(enum activation activation, double leaky_slope);

#endif
