/*
 * What a gradient check says of a layer, in words. The limits are those of Stanford's cs231n
 * ("gradient checks"): a relative error below 1e-7 is good, above 1e-2 wrong; below 1e-4 is
 * fair.
 *
 * A relative error alone accuses nobody. Near a stationary point ‖n - a‖ / ‖n + a‖ is 1 for a
 * right gradient too, as truncation and rounding of the differences n exceed the gradient. So
 * ‖n - a‖ is compared with the errors that n itself shows, for weights and biases apart: how
 * far n moves from one ε to another, and what rounding makes of it (struct check_part). Only a
 * gradient that is ten times as far off as that, where n is known best, is doubted or called
 * wrong. Where ε moves a z of layer 1 by more than one, as with inputs that are not scaled, n
 * may be flat beyond all slopes, and two of them agree: there it takes more.
 */
#ifndef NABLASCOPE_CORE_CHECK_VERDICT_H
#define NABLASCOPE_CORE_CHECK_VERDICT_H

#include "core/gradient_check.h"

#define CHECK_GOOD 1e-7
#define CHECK_FAIR 1e-4
#define CHECK_WRONG 1e-2

enum verdict_kind {
    VERDICT_GOOD,     /* error below 1e-7 */
    VERDICT_FAIR,     /* below 1e-4, or below 1e-2 and no more than the differences err by */
    VERDICT_DOUBTFUL, /* between 1e-4 and 1e-2, and the differences err by less than a tenth */
    VERDICT_WRONG,    /* above 1e-2, likewise */
    VERDICT_ZERO,   /* the gradient is exactly 0, the differences to rounding and truncation */
    VERDICT_TINY,   /* above 1e-2, and the differences may err by as much */
    VERDICT_COARSE, /* the same by truncation at the finest ε there is: a finer one may tell */
    VERDICT_KINKS,  /* every element has a kink between */
    VERDICT_ON_KINK,    /* the same, and at θ itself: z is exactly 0 */
    VERDICT_NOT_FINITE, /* NaN or infinity */
    VERDICT_PENDING,    /* no ε is done */
    VERDICT_COUNT
};

struct verdict {
    enum verdict_kind kind;
    int best;      /* index of the ε that decides, -1: none */
    double error;  /* smooth_error there; NaN: none */
    int64_t kinks; /* at that ε */
    int part;      /* which part's error that is: 0 weights, 1 biases */
};

/*
 * Over all complete ε, of which there should be two or more: one alone cannot tell truncation
 * from a mistake, and accuses nobody. `layer` is 0-based. Where nothing is accused, the ε with
 * the smallest error decides, where no error counts for less than what rounding might hide
 * there.
 */
struct verdict check_verdict(const struct gradient_check *check, enum difference difference,
    enum precision precision, int layer);
/* The same from errors that were copied: `count` of them, `stride` apart. */
struct verdict check_judge(
    const struct check_error *errors, const double *epsilons, int count, int stride);

/*
 * Where only one ε is asked for: whether some layer is so far off there that a second has to
 * tell truncation from a mistake, and which.
 */
bool check_needs_second(const struct gradient_check *check, enum check_scheme scheme);
double check_second_epsilon(double epsilon);

bool verdict_passes(enum verdict_kind kind);
/* Doubtful or wrong: the differences speak against the gradient. */
bool verdict_accuses(enum verdict_kind kind);
const char *verdict_name(enum verdict_kind kind);  /* a word or two */
const char *verdict_words(enum verdict_kind kind); /* what it means */

#endif
