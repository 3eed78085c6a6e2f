/*
 * What is known of one step: plain data. A training fills one as it evaluates a step
 * (core/training.h); whoever looks at a step, records it or prints it needs nothing else.
 *
 * Symbols and definitions are those of DESIGN. An undefined number has a ratio without a value.
 */
#ifndef NABLASCOPE_CORE_OBSERVATION_H
#define NABLASCOPE_CORE_OBSERVATION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/activation.h"
#include "core/hparams.h"
#include "core/loss.h"

/* A quotient that may have no value, as the gain below a dead layer. */
struct ratio {
    double value; /* 0 where not defined */
    bool defined;
};

/* One layer at one step. */
struct layer_stats {
    int units;
    double signal;    /* ‖δ_l‖ / sqrt(B): what is shown; signal_l = signal_{l+1} · g_l */
    double delta_rms; /* root mean square of δ_l: signal / sqrt(n_l) */
    struct ratio slope_gain; /* s_l = ‖δ_l‖ / ‖δ_{l+1} W_{l+1}‖ <= max φ' */
    struct ratio weight_gain; /* w_l = ‖δ_{l+1} W_{l+1}‖ / ‖δ_{l+1}‖ <= σ_max(W_{l+1}) */
    struct ratio gain;        /* g_l = ‖δ_l‖ / ‖δ_{l+1}‖ = s_l w_l */
    double signal_ceiling;   /* ‖δ_{depth+1}‖ ∏ max φ' / sqrt(B): in units of signal */
    double ceiling;          /* the same / sqrt(n_l): in units of delta_rms */
    double weight_grad_norm; /* ‖∂loss/∂W_l‖ before clipping */
    double bias_grad_norm;
    double weight_norm;             /* ‖W_l‖ */
    struct ratio update_ratio;      /* ‖ΔW_l‖ / ‖W_l‖ of the step taken; once it is */
    struct ratio last_update_ratio; /* of the update that led to this step */
    double last_update_norm;        /* ‖ΔW_l‖ of that; 0 where none was made */
    double act_mean, act_std;
    int dead, rare;   /* units, over the whole data set: as of the last survey */
    double saturated; /* share of sample-unit pairs of the batch */
};

/*
 * What clipping did. Norms are those of the gradients as they stand, but that rounding does not
 * take them above the threshold (by norm, and of each layer layerwise) or above the norm
 * before.
 */
struct clip_report {
    double norm_before, norm_after; /* ‖g‖ over all weights and biases */
    double scale;    /* norm_after / norm_before, 0..1; the factor, when by norm */
    double fraction; /* share of elements that were changed, 0..1: a 0 never is */
    double cosine;   /* between g before and after, at most 1: the direction is kept */
    bool has_cosine; /* both have a direction: their norms are finite and above 0 */
};

enum divergence_kind { DIVERGED_NOT, DIVERGED_ACTIVATION, DIVERGED_LOSS, DIVERGED_GRADIENT };

struct divergence {
    enum divergence_kind kind;
    uint64_t step;
    int layer, unit; /* 1-based, the first that is not finite; 0 for the loss */
};

/*
 * Hidden units dead and alive. Deaths and revivals are those recorded, at the start of an
 * epoch; a unit dead at step 0 counts as a death. Steps are -1 where it has not happened.
 */
struct death_toll {
    int64_t units;
    int64_t dead; /* as of the last survey */
    int64_t deaths, revivals;
    int64_t first_death, last_death, last_revival;
    int64_t born_dead; /* dead since step 0 */
    int64_t came_back; /* were dead and are alive */
    /* Of those that died at last_death: the first, 1-based, and how many; 0: none. */
    int last_layer, last_unit;
    int64_t last_count;
};

/* Hidden layers of two units or more whose units are all equal, weights and biases, in and out:
 * the same happens to all of them. */
struct symmetric_layers {
    int count;
    int first, last; /* 1-based; 0: none */
};

/* Layers whose root mean square of √v̂ is above 0 and below the optimizer's ε. */
struct epsilon_layers {
    int count;
    int lowest, highest; /* 1-based; 0: none */
    double root;         /* of the lowest */
    double epsilon;
    uint64_t step; /* when it was looked at: now and then, it takes a pass over v */
};

struct observation {
    uint64_t step;
    uint64_t unknown; /* 1 << enum quantity_id (core/quantity.h), or-ed: what nobody tells of
                         the step, though it stands as 0 here; of a training what its
                         data have not: accuracy, where no classes are */
    struct hparams hparams; /* that it goes by */
    enum loss loss_kind;    /* never auto */
    struct activation_info activation;
    int samples, data_samples; /* B, and those of the data set that are trained on */
    int test_samples;          /* held out; 0: none */
    uint64_t epoch_steps;      /* one pass through the data */
    int64_t parameters;        /* weights and biases */
    double constant_loss;      /* what the best constant answer costs, over the data set */

    double loss;                /* mean of ℓ over the batch */
    double saturated;           /* share of all hidden sample-unit pairs of the batch */
    int layer_count;            /* depth + 1, at most LAYERS_MOST */
    struct layer_stats *layers; /* layer 1 first; memory of whoever has the observation */
    struct clip_report clip;
    struct divergence divergence;

    /* Over the whole data set, of `survey_step`: of the step at hand if `surveyed`. */
    double accuracy; /* share of it that is classified rightly */
    /* Of what is held out: mean of ℓ, its standard error (deviation over n - 1, / √n; infinite
     * for one sample), share classified rightly. */
    double test_loss, test_error, test_accuracy;
    struct death_toll toll;
    uint64_t survey_step;
    bool surveyed;

    struct symmetric_layers symmetric;
    struct epsilon_layers below_epsilon;
};

/* Whether the output's a is the sigmoid of its z; else it has no activation, and a is z. */
static inline bool observation_output_bends(const struct observation *seen)
{
    return seen->hparams.output == OUTPUT_SIGMOID;
}

/* Whether deaths and revivals are recorded at this step: it begins an epoch. */
static inline bool observation_counts(const struct observation *seen)
{
    return seen->step % seen->epoch_steps == 0;
}

#endif
