#include "core/check_verdict.h"

#include <math.h>

#include "core/error.h"

/* By so much may a distance exceed an estimate of the differences' error and be explained. */
#define MARGIN 10

static const struct {
    const char *name, *words;
} verdicts[] = {
    [VERDICT_GOOD] = {"good", "error below 1e-7"},
    [VERDICT_FAIR] = {"fair", "error below 1e-4, or all that the differences allow"},
    [VERDICT_DOUBTFUL] = {"doubtful",
        "error above 1e-4: neither rounding nor truncation explains it"},
    [VERDICT_WRONG] = {"WRONG", "error above 1e-2: the gradient is not the loss's"},
    [VERDICT_ZERO] = {"all zero", "gradient exactly 0: nothing has been checked"},
    [VERDICT_TINY] = {"too small", "the gradient is lost in the errors of its differences"},
    [VERDICT_COARSE] = {"cannot tell",
        "truncation or kinks hide it at this epsilon: take a smaller one"},
    [VERDICT_KINKS] = {"kinks", "every difference crosses a kink: a smaller epsilon may not"},
    [VERDICT_ON_KINK] = {"on a kink",
        "z is exactly 0, so that no epsilon helps: another init does"},
    [VERDICT_NOT_FINITE] = {"not finite", "the loss or the gradient is not finite"},
    [VERDICT_PENDING] = {"…", "not yet known"},
};
_Static_assert(ARRAY_LEN(verdicts) == VERDICT_COUNT, "a row for each verdict");

bool verdict_passes(enum verdict_kind kind)
{
    return kind == VERDICT_GOOD || kind == VERDICT_FAIR;
}

bool verdict_accuses(enum verdict_kind kind)
{
    return kind == VERDICT_DOUBTFUL || kind == VERDICT_WRONG;
}

const char *verdict_name(enum verdict_kind kind)
{
    return verdicts[kind].name;
}

const char *verdict_words(enum verdict_kind kind)
{
    return verdicts[kind].words;
}

/* The errors of a layer at all ε. */
struct curve {
    const struct check_error *errors;
    const double *epsilons;
    int count, stride;
};

static const struct check_error *error_at(const struct curve *curve, int epsilon)
{
    return &curve->errors[(ptrdiff_t)epsilon * curve->stride];
}

/* 0 where both are: nothing to compare. */
static double relative(const struct check_part *part)
{
    return part->distance > 0 ? part->distance / part->sum : 0;
}

/* How far the differences of a part may be from the derivative. */
static double doubt(const struct check_part *part)
{
    double most = part->agrees > part->differs ? part->agrees : part->differs;
    return most > part->curved ? most : part->curved;
}

/*
 * How far z would have moved, at most, before the loss left the slope that the gradient says,
 * if it were right: with it the loss would have changed by more than it does at any ε up to
 * this.
 */
static double slope_ends(const struct curve *curve, int which, int epsilon)
{
    const struct check_part *part = &error_at(curve, epsilon)->parts[which];
    double most = 0, here = curve->epsilons[epsilon];
    for (int e = 0; e < curve->count; e++) {
        const struct check_part *at = &error_at(curve, e)->parts[which];
        double changes = (at->numeric + at->rounding) * curve->epsilons[e];
        if (curve->epsilons[e] <= here && changes > most)
            most = changes;
    }
    return most / part->distance * part->moves / here;
}

/*
 * By how many times what the differences err by they have to be off to speak against a
 * gradient. Where inputs are not scaled, ε can carry z over all that its unit does: what little
 * the loss has to change by, divided by ε, is next to nothing at two ε, which is no agreement
 * on a slope. So z moves by less than one; or a right gradient would hold for next to no step;
 * or another ε gives about the same, which may be the slope further out.
 */
static double margin_at(const struct curve *curve, int which, int epsilon)
{
    const struct check_part *part = &error_at(curve, epsilon)->parts[which];
    if (part->moves < 1 || slope_ends(curve, which, epsilon) < 0.01)
        return MARGIN;
    return part->agrees < part->numeric / 3 ? 3 * MARGIN : INFINITY;
}

/*
 * Whether the differences speak against this part, so that it matters, at some ε (each has
 * elements of its own without a kink); at which they do most.
 */
static bool is_accused(const struct curve *curve, int which, int *epsilon)
{
    double most = 0;
    *epsilon = -1;
    for (int e = 0; e < curve->count; e++) {
        const struct check_part *part = &error_at(curve, e)->parts[which];
        double quotient = part->distance / doubt(part);
        if (isfinite(error_at(curve, e)->gradient) && relative(part) >= CHECK_FAIR &&
            quotient > most && quotient > margin_at(curve, which, e)) {
            most = quotient;
            *epsilon = e;
        }
    }
    return *epsilon >= 0;
}

/* An error counts for no less than what rounding might hide there. */
static double credible(const struct check_error *error)
{
    double hidden = MARGIN * error->rounding;
    return error->smooth_error > hidden ? error->smooth_error : hidden;
}

static struct verdict verdict_at(const struct curve *curve, enum verdict_kind kind, int epsilon)
{
    const struct check_error *error = error_at(curve, epsilon);
    double weights = relative(&error->parts[0]), biases = relative(&error->parts[1]);
    return (struct verdict){
        kind, epsilon, error->smooth_error, error->kinks, biases > weights ? 1 : 0};
}

static struct verdict verdict_without(enum verdict_kind kind)
{
    return (struct verdict){kind, -1, NAN, 0, 0};
}

static int finest(const struct curve *curve)
{
    int finest = 0;
    for (int e = 1; e < curve->count; e++)
        finest = curve->epsilons[e] < curve->epsilons[finest] ? e : finest;
    return finest;
}

/* Where there is nothing to compare at any ε. */
static enum verdict_kind kind_without(const struct curve *curve)
{
    const struct check_error *last = error_at(curve, finest(curve));
    bool finite = false, smooth = false;
    for (int e = 0; e < curve->count; e++) {
        const struct check_error *error = error_at(curve, e);
        finite = finite || isfinite(error->gradient);
        smooth = smooth || error->kinks < error->elements;
    }
    return !finite                      ? VERDICT_NOT_FINITE
        : smooth                        ? VERDICT_ZERO
        : last->on_kinks == last->kinks ? VERDICT_ON_KINK
                                        : VERDICT_KINKS;
}

static bool is_zero(const struct curve *curve)
{
    for (int e = 0; e < curve->count; e++) {
        const struct check_error *error = error_at(curve, e);
        if (isfinite(error->gradient) &&
            error->parts[0].gradient + error->parts[1].gradient > 0)
            return false;
    }
    return true;
}

/* At the finest ε the distance is still far above rounding. */
static bool is_coarse(const struct curve *curve, int part)
{
    const struct check_part *at = &error_at(curve, finest(curve))->parts[part];
    return at->distance > MARGIN * at->rounding;
}

/*
 * Elements that have a kink where the error is least are far off at another ε, and nothing
 * tells whether by truncation or not.
 */
static bool is_hidden(const struct curve *curve, int best)
{
    for (int e = 0; e < curve->count; e++) {
        const struct check_error *error = error_at(curve, e);
        for (int p = 0; p < 2; p++) {
            const struct check_part *part = &error->parts[p];
            if (error->kinks < error_at(curve, best)->kinks && isinf(doubt(part)) &&
                relative(part) >= CHECK_FAIR && part->distance > MARGIN * part->rounding)
                return true;
        }
    }
    return false;
}

/* Nothing is accused: how near it comes. */
static struct verdict judge_nearest(const struct curve *curve)
{
    int best = -1;
    for (int e = 0; e < curve->count; e++) {
        const struct check_error *error = error_at(curve, e);
        if (isfinite(error->gradient) && !isnan(error->smooth_error) &&
            (best < 0 || credible(error) < credible(error_at(curve, best))))
            best = e;
    }
    if (best < 0)
        return verdict_without(kind_without(curve));
    if (is_zero(curve))
        return verdict_without(VERDICT_ZERO);
    struct verdict verdict = verdict_at(curve, VERDICT_GOOD, best);
    if (verdict.error > CHECK_WRONG)
        verdict.kind = is_coarse(curve, verdict.part) ? VERDICT_COARSE : VERDICT_TINY;
    else if (is_hidden(curve, best))
        verdict.kind = VERDICT_COARSE;
    else if (verdict.error >= CHECK_GOOD)
        verdict.kind = VERDICT_FAIR;
    return verdict;
}

struct verdict check_judge(
    const struct check_error *errors, const double *epsilons, int count, int stride)
{
    struct curve curve = {errors, epsilons, count, stride};
    struct verdict verdict = verdict_without(VERDICT_PENDING);
    double worst = 0;
    if (count == 0)
        return verdict;
    for (int part = 0; part < 2; part++) {
        int at;
        if (!is_accused(&curve, part, &at))
            continue;
        double error = relative(&error_at(&curve, at)->parts[part]);
        if (error > worst) {
            worst = error;
            verdict =
                verdict_at(&curve, error > CHECK_WRONG ? VERDICT_WRONG : VERDICT_DOUBTFUL, at);
            verdict.part = part;
        }
    }
    return worst > 0 ? verdict : judge_nearest(&curve);
}

struct verdict check_verdict(const struct gradient_check *check, enum difference difference,
    enum precision precision, int layer)
{
    return check_judge(gradient_check_error(check, difference, precision, 0, layer),
        check->options.epsilons, check->done, check->network->layer_count);
}

bool check_needs_second(const struct gradient_check *check, enum check_scheme scheme)
{
    const struct check_scheme_info *info = &check_schemes[scheme];
    for (int l = 0; l < check->network->layer_count; l++) {
        if (gradient_check_error(check, info->difference, info->precision, 0, l)
                ->smooth_error >= CHECK_FAIR)
            return true;
    }
    return false;
}

double check_second_epsilon(double epsilon)
{
    return epsilon / 10;
}
