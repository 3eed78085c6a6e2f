/*
 * What is the matter and where, in words.
 *
 * Which findings there are is decided by engine/conditions.h and engine/learning.h, step by
 * step. Each number in the words is of the present step, of the block that the words name, or,
 * for dead units, of the last recorded count (the start of an epoch). Nothing is said of what
 * the source of the snapshot does not tell.
 */
#ifndef NABLASCOPE_ENGINE_DIAGNOSIS_H
#define NABLASCOPE_ENGINE_DIAGNOSIS_H

#include "engine/snapshot.h"

enum severity { SEVERITY_NOTE, SEVERITY_GOOD, SEVERITY_WARN, SEVERITY_BAD };

struct diagnosis {
    enum severity severity;
    const char *label; /* one word or two, in capitals */
    char text[160];    /* the numbers, in words; ASCII only */
    char brief[40];    /* the same for narrow screens: with the label BRIEF_MOST or less */
};

enum { DIAGNOSES_MOST = 12, BRIEF_MOST = 26 };

/*
 * Writes the findings and returns how many; at least one. What explains others stands before
 * them: a dead layer, equal units, half of the units dead, saturation where the signal
 * vanishes and before it an update of ten times the weights' norm, what becomes of the signal,
 * the rest. The first is HEALTHY where nothing else is to be said, KEPT if the training is
 * stuck or gets worse all the same.
 */
int diagnose(const struct snapshot *snapshot, struct diagnosis findings[DIAGNOSES_MOST]);

/*
 * Whether it learns, and since when; false after a divergence, and where nobody tells the loss
 * or what a constant answer costs. Good only where the mean loss of a block is a tenth or more
 * below the best constant answer's, and, where the batch is the data set, the present loss is
 * below that too.
 */
bool diagnose_learning(const struct snapshot *snapshot, struct diagnosis *finding);

#endif
