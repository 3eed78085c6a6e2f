/*
 * Training: data, network and optimizer put together, one step at a time, with every quantity
 * that is shown of a layer.
 *
 * A step is training_evaluate (batch, forward, loss, backward), training_clip, training_update.
 * Between the calls everything can be read from the struct.
 */
#ifndef NABLASCOPE_CORE_TRAINING_H
#define NABLASCOPE_CORE_TRAINING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/census.h"
#include "core/clip.h"
#include "core/dataset.h"
#include "core/error.h"
#include "core/hparams.h"
#include "core/loss.h"
#include "core/network.h"
#include "core/observation.h"
#include "core/optimizer.h"
#include "core/survey.h"

/* What an update did to a layer. */
struct layer_update {
    struct ratio ratio; /* ‖ΔW_l‖ / ‖W_l‖ */
    double norm;        /* ‖ΔW_l‖ */
};

struct training {
    struct hparams hparams;
    struct criterion criterion; /* of `data` */
    struct dataset *data;       /* a share in it */
    struct network *network;
    struct census census;
    struct interrupt interrupt;

    uint64_t step;            /* updates done */
    struct layer_update *led; /* the update that led to this step, of each layer; owned */
    uint64_t optimizer_steps; /* updates since the optimizer's state was 0 */
    int updated;              /* layers that an interrupted update has done; 0: none is */

    /* Of the last evaluation; the layers' memory is the training's. After an update it still
     * describes the step that was updated, whose update ratios it then has. */
    struct observation seen;
    const int *batch; /* indices into data of its B samples */
    int *predicted;   /* class of each sample of the data set, those held out behind the others,
                         as of the last survey */
    struct survey survey;

    bool records_deaths;    /* asked for */
    struct signals signals; /* asked for; the activation may need more */
    bool loaded;            /* the whole data set stands in the network's inputs */
    int *order;             /* the samples as this epoch visits them */
    uint64_t order_epoch;   /* UINT64_MAX: not shuffled yet */
};

/* Of the network that a training on such data has. */
struct network_shape training_shape(const struct hparams *hparams, struct data_shape data);

/* Whether these settings go together with such data: false with *error, which says what to do.
 */
bool training_agrees(
    const struct hparams *hparams, struct data_shape data, struct error *error);

/* Samples in a batch, of so many. */
int training_batch_size(const struct hparams *hparams, int samples);
/* These signals, and z where the activation's slopes need it. */
struct signals signals_needed(struct signals signals, enum activation activation);

/* Bytes that it would take with these signals, the data set among them. */
size_t training_bytes(
    const struct hparams *hparams, struct data_shape data, struct signals signals);

/*
 * Takes over the caller's share in `data` (core/dataset.h), also when it fails; what of the
 * hyperparameters describes a generated one (data, samples, noise, standardize) is not read.
 * NULL when out of memory, which `data` NULL counts as, or interrupted. No signals are kept at
 * first.
 */
struct training *training_create(const struct hparams *hparams, struct dataset *data,
    const struct kernels *kernels, const struct interrupt *interrupt);
void training_destroy(struct training *training);

/*
 * Chooses which z and δ of the hidden layers can be read after the next evaluation (see struct
 * signals); no bit depends on it. To be called between steps; false when out of memory: what
 * was kept stays.
 */
bool training_keep_signals(struct training *training, struct signals signals);

/*
 * The unit (1-based) whose z over the data set surveys note from now on, in `survey.seen`: only
 * with batches, else the pass has it. Layer 0: of none.
 */
void training_watch_unit(struct training *training, int layer, int unit);

/*
 * Whether deaths and revivals are recorded, with their causes: at first they are. That takes a
 * survey at the start of each epoch, which nobody needs who does not ask what became of units.
 * To be called before the first step.
 */
void training_record_deaths(struct training *training, bool record);

/*
 * Takes over hyperparameters that differ only in rows without `rebuild`. A new optimizer starts
 * with an empty state; false when there is no memory for that, and nothing has changed then.
 * Not in the middle of an update.
 */
bool training_adjust(struct training *training, const struct hparams *hparams);

/*
 * Computes everything at the present parameters. Accuracy and dead units are of the whole data
 * set, and loss and accuracy of what is held out go with them: with batches that takes a pass
 * of its own, made at the start of an epoch (only these record deaths and revivals, where they
 * are recorded) and whenever `survey_wanted`; otherwise the last values stay, those of
 * `survey_step`. False when interrupted: nothing has changed then, and the call can be
 * repeated.
 */
bool training_evaluate(struct training *training, bool survey_wanted);
/*
 * Accuracy and dead units at a step that has been evaluated without them, and not been updated.
 * Nothing is recorded, and nothing else changes. False when interrupted: the last ones stay.
 */
bool training_survey(struct training *training);
/*
 * Looks for what the parameters tell beyond their norms: `symmetric` and `below_epsilon` of
 * what is seen. At every step from 0 on, or at none.
 */
void training_look(struct training *training);
/*
 * Clips the gradients of the last evaluation and fills `clip`. False when interrupted: it takes
 * a new evaluation then.
 */
bool training_clip(struct training *training);
/*
 * Applies them: fills the update ratios and counts the step. False when interrupted, between
 * two layers: the call must be repeated before anything else, and goes on from there.
 */
bool training_update(struct training *training);

/* What that will tell the optimizer. */
struct optimizer_settings training_next_update(const struct training *training);
/* The same but for what depends on the step, which optimizer_prepare adds. */
struct optimizer_settings training_rule(const struct hparams *hparams);

/* Steps that one pass through the data takes. */
uint64_t training_epoch_steps(const struct training *training);

#endif
