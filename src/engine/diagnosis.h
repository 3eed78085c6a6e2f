/*
 * What is the matter and where, in words.
 */
#ifndef NABLASCOPE_ENGINE_DIAGNOSIS_H
#define NABLASCOPE_ENGINE_DIAGNOSIS_H

#include "engine/snapshot.h"

enum severity { SEVERITY_GOOD, SEVERITY_WARN, SEVERITY_BAD };

struct diagnosis {
    enum severity severity;
    const char *label; /* one word or two, in capitals */
    char text[160];    /* the numbers, in words; ASCII only */
    char brief[40];    /* the same for 26 columns */
};

enum { DIAGNOSES_MOST = 6 };

/*
 * Writes the findings, the gravest first, and returns how many; at least one (HEALTHY).
 * The limits are those named in the manual page: vanishing and exploding mean a factor of 100
 * or more between the output's error signal and layer 1's; dying a tenth of the units or more.
 */
int diagnose(const struct snapshot *snapshot, struct diagnosis findings[DIAGNOSES_MOST]);

#endif
