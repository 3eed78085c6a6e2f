/* What is to be the same of a step, however it was reached. */
#ifndef NABLASCOPE_TESTS_RUN_DIGEST_H
#define NABLASCOPE_TESTS_RUN_DIGEST_H

#include "engine/run.h"

/* Of the step at hand, evaluated: what the next is computed from, what was noted, told and
 * recorded. */
uint64_t run_digest(const struct run *run);

#endif
