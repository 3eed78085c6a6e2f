/*
 * What a gradient check says of a layer, in words. The limits are those of Stanford's cs231n
 * ("gradient checks"): a relative error below 1e-7 is good, above 1e-2 wrong; below 1e-4 is
 * fair.
 */
#ifndef NABLASCOPE_CORE_CHECK_VERDICT_H
#define NABLASCOPE_CORE_CHECK_VERDICT_H

#include "core/gradient_check.h"

#define CHECK_GOOD 1e-7
#define CHECK_FAIR 1e-4
#define CHECK_WRONG 1e-2

enum verdict_kind {
    VERDICT_GOOD,     /* error below 1e-7 */
    VERDICT_FAIR,     /* below 1e-4, or as near as rounding lets one see */
    VERDICT_DOUBTFUL, /* between 1e-4 and 1e-2, and neither rounding nor truncation explains it
                       */
    VERDICT_WRONG,    /* above 1e-2, likewise */
    VERDICT_ZERO,     /* gradient and differences are exactly 0: nothing has been checked */
    VERDICT_TINY,     /* the gradient is below what rounding leaves of the differences */
    VERDICT_KINKS,    /* every element has a kink between: a smaller ε is needed */
    VERDICT_NOT_FINITE, /* NaN or infinity */
    VERDICT_PENDING,    /* no ε is done */
    VERDICT_COUNT
};

struct verdict {
    enum verdict_kind kind;
    int best;      /* index of the ε that decides, -1: none */
    double error;  /* that error, over elements without a kink; NaN: none */
    int64_t kinks; /* at that ε */
};

/*
 * Over all complete ε; `layer` is 0-based. The ε with the smallest error decides, where no
 * error counts for less than what rounding might hide at that ε.
 */
struct verdict check_verdict(const struct gradient_check *check, enum difference difference,
    enum precision precision, int layer);
/* The same from errors that were copied: `count` of them, `stride` apart. */
struct verdict check_judge(
    const struct check_error *errors, const double *epsilons, int count, int stride);

bool verdict_passes(enum verdict_kind kind);
const char *verdict_name(enum verdict_kind kind);  /* a word or two */
const char *verdict_words(enum verdict_kind kind); /* what it means */

#endif
