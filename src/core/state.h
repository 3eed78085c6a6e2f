/*
 * The state of a training: all that its next steps depend on, and all that has been noted on
 * the way to here, listed once. Saved and loaded, it takes a training back to where it was, or
 * another one there, and from then on every number has the bits it would have had.
 *
 * It holds: the hyperparameters as they are by now; parameters, the optimizer's moments, the
 * counts of steps; the census with what will explain the next death; the update ratios that led
 * here; what has been looked for in the parameters; accuracy and predictions of the last
 * survey, those of what is held out among them, which with batches may be older than the step.
 * Not needed are the data set, and random draws: the order of an epoch is drawn from the seed
 * and the number of the epoch alone (core/training.c), all others before step 0.
 *
 * The observation of a step (loss, signals, gains, clip report, divergence, z, a, δ, gradients)
 * is not saved: it would be most of the bytes and follows from the rest. After state_load it is
 * what it was before, of no use, until training_evaluate and training_clip have been called,
 * which give that of the loaded step to the bit, without going on; then all is as it was when
 * that step was first evaluated. z of the watched unit (struct survey) takes a new survey.
 */
#ifndef NABLASCOPE_CORE_STATE_H
#define NABLASCOPE_CORE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/interrupt.h"
#include "core/training.h"

/* Parts of it, or-ed. */
enum {
    STATE_COMPUTED = 1, /* what the next step is computed from; no observer changes it */
    STATE_NOTED = 2     /* the rest: depends on whether deaths are recorded, and who looks */
};

/* Bytes of it; the optimizer decides. */
size_t state_size(const struct training *training);

/*
 * Writes it to state_size bytes of the caller's, aligned or not: for this process, not for
 * files. Not in the middle of an update (`updated`).
 */
void state_save(const struct training *training, void *state);

/*
 * Takes back what was saved from this training, or from one with the same data set and
 * hyperparameters but for rows without `rebuild`: those come with it. An update that was
 * interrupted is forgotten. Signals that are kept, the watched unit and whether deaths are
 * recorded stay as they are. False when there is no memory for what another optimizer or
 * activation keeps: nothing has changed then.
 */
bool state_load(struct training *training, const void *state);

/*
 * Digest (core/digest.h) of some parts, the hyperparameters not among them: a new one is not to
 * change it. The same on every machine, and for two trainings whose next steps are the same.
 */
uint64_t state_digest(const struct training *training, unsigned parts);
/* The same, which takes long for large networks; false when it was given up. */
bool state_digest_unless(const struct training *training, unsigned parts,
    const struct interrupt *interrupt, uint64_t *digest);

#endif
