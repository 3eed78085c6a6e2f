#include "core/check_verdict.h"

#include <math.h>

#include "core/error.h"

/* By so much may the error exceed the estimate for rounding and still be explained by it. */
#define ROUNDING_MARGIN 10

static const struct {
    const char *name, *words;
} verdicts[] = {
    [VERDICT_GOOD] = {"good", "error below 1e-7"},
    [VERDICT_FAIR] = {"fair", "error below 1e-4, or all that rounding allows"},
    [VERDICT_DOUBTFUL] = {"doubtful", "error above 1e-4: rounding does not explain it"},
    [VERDICT_WRONG] = {"WRONG", "error above 1e-2: the gradient is not the loss's"},
    [VERDICT_ZERO] = {"all zero", "gradient exactly 0: nothing has been checked"},
    [VERDICT_TINY] = {"too small", "the loss moves by less than it is rounded by"},
    [VERDICT_KINKS] = {"kinks", "every difference crosses a kink: take a smaller epsilon"},
    [VERDICT_NOT_FINITE] = {"not finite", "the loss or the gradient is not finite"},
    [VERDICT_PENDING] = {"…", "not yet known"},
};
_Static_assert(ARRAY_LEN(verdicts) == VERDICT_COUNT, "a row for each verdict");

bool verdict_passes(enum verdict_kind kind)
{
    return kind == VERDICT_GOOD || kind == VERDICT_FAIR;
}

const char *verdict_name(enum verdict_kind kind)
{
    return verdicts[kind].name;
}

const char *verdict_words(enum verdict_kind kind)
{
    return verdicts[kind].words;
}

/* `explained`: a right gradient could well have this error here. */
static enum verdict_kind grade(double error, bool explained)
{
    if (error < CHECK_GOOD)
        return VERDICT_GOOD;
    if (error < CHECK_FAIR || (error <= CHECK_WRONG && explained))
        return VERDICT_FAIR;
    if (explained)
        return VERDICT_TINY;
    return error <= CHECK_WRONG ? VERDICT_DOUBTFUL : VERDICT_WRONG;
}

/*
 * By rounding; or by truncation, when the error still falls at the next smaller ε (by ε², or ε,
 * where rounding does not cover that). A floor does neither.
 */
static bool is_explained(
    const struct check_error *errors, const double *epsilons, int count, int stride, int best)
{
    const struct check_error *here = &errors[(ptrdiff_t)best * stride];
    int next = -1;
    for (int e = 0; e < count; e++) {
        if (epsilons[e] < epsilons[best] * 0.99 && (next < 0 || epsilons[e] > epsilons[next]))
            next = e;
    }
    return here->smooth_error <= ROUNDING_MARGIN * here->rounding ||
        (next >= 0 && errors[(ptrdiff_t)next * stride].smooth_error <= here->smooth_error / 2);
}

/* An error counts for no less than what rounding might hide there. */
static double credible(const struct check_error *error)
{
    double hidden = ROUNDING_MARGIN * error->rounding;
    return error->smooth_error > hidden ? error->smooth_error : hidden;
}

struct verdict check_judge(
    const struct check_error *errors, const double *epsilons, int count, int stride)
{
    struct verdict verdict = {VERDICT_PENDING, -1, NAN, 0};
    bool zero = false, some_zero = false, finite = false;
    double least = NAN;
    for (int e = 0; e < count; e++) {
        const struct check_error *error = &errors[(ptrdiff_t)e * stride];
        if (!isfinite(error->gradient))
            continue;
        finite = true;
        if (isnan(error->smooth_error)) {
            zero = zero || error->kinks == 0;
            some_zero = some_zero || error->kinks < error->elements;
        } else if (!(credible(error) >= least)) {
            least = credible(error);
            verdict = (struct verdict){VERDICT_PENDING, e, error->smooth_error, error->kinks};
        }
    }
    if (verdict.best >= 0)
        verdict.kind =
            grade(verdict.error, is_explained(errors, epsilons, count, stride, verdict.best));
    else if (count > 0)
        verdict.kind = !finite ? VERDICT_NOT_FINITE : some_zero ? VERDICT_ZERO : VERDICT_KINKS;
    /* Where some differences are exactly 0 as the gradient is, others are rounding or
     * curvature.
     */
    if (zero && verdict.best >= 0 && !verdict_passes(verdict.kind))
        verdict = (struct verdict){VERDICT_ZERO, -1, NAN, 0};
    return verdict;
}

struct verdict check_verdict(const struct gradient_check *check, enum difference difference,
    enum precision precision, int layer)
{
    return check_judge(gradient_check_error(check, difference, precision, 0, layer),
        check->options.epsilons, check->done, check->network->layer_count);
}
