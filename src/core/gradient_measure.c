/* From losses to errors: the second half of core/gradient_check.h. */
#include <math.h>
#include <string.h>

#include "core/check_noise.h"

/*
 * Two differences that are further apart than this many times their rounding differ by more:
 * as good as never by chance, also where the estimate is a third of the truth.
 */
#define BEYOND_ROUNDING 10

/* NaN counts as nothing. */
static double larger(double a, double b)
{
    return a > b || isnan(b) ? a : b;
}

static int variant_of(enum difference difference, enum precision precision)
{
    return (int)difference * PRECISION_COUNT + (int)precision;
}

static struct check_error *error_at(const struct gradient_check *check,
    enum difference difference, enum precision precision, int epsilon, int layer)
{
    int variant = variant_of(difference, precision), layers = check->network->layer_count;
    return &check->errors[((ptrdiff_t)variant * check->options.epsilon_count + epsilon) *
            layers +
        layer];
}

const struct check_error *gradient_check_error(const struct gradient_check *check,
    enum difference difference, enum precision precision, int epsilon, int layer)
{
    return error_at(check, difference, precision, epsilon, layer);
}

/* The two losses of which the difference is taken. */
static void losses_of(const struct gradient_check *check, enum difference difference,
    enum precision precision, int64_t at, double *up, double *down)
{
    bool single = precision == PRECISION_FLOAT;
    *up = single ? check->float_up[at] : check->up[at];
    if (difference == DIFFERENCE_FORWARD)
        *down = single ? check->floats.base : check->base;
    else
        *down = single ? check->float_down[at] : check->down[at];
}

struct check_sample gradient_check_sample(const struct gradient_check *check,
    enum difference difference, enum precision precision, int epsilon, int layer, int64_t index)
{
    const struct check_layer *own = &check->layers[layer];
    const struct layer *from = &check->network->layers[layer];
    ptrdiff_t place = own->places[index];
    int64_t at = epsilon * check->total + own->first + index;
    double step = check->options.epsilons[epsilon];
    struct check_sample sample = {.layer = layer + 1,
        .row = (int)(place / from->stride),
        .column = (int)(place % from->stride),
        .theta = from->parameters[place],
        .analytic = check->analytic[own->first + index]};
    sample.bias = sample.row == from->n_in;
    bool forward = difference == DIFFERENCE_FORWARD;
    sample.kink = (check->kinks[at] & (forward ? KINK_FORWARD : KINK_CENTRED)) != 0;
    sample.on_kink = (check->kinks[at] & (forward ? KINK_ON_FORWARD : KINK_ON_CENTRED)) != 0;
    losses_of(check, difference, precision, at, &sample.up, &sample.down);
    sample.numeric =
        (sample.up - sample.down) / (difference == DIFFERENCE_FORWARD ? step : 2 * step);
    return sample;
}

/* Standard deviation of one difference quotient: two losses enter. */
static double noise_of(const struct gradient_check *check, enum difference difference,
    enum precision precision, int epsilon)
{
    double step = check->options.epsilons[epsilon];
    return check_noise(check, precision) * sqrt(2) /
        (difference == DIFFERENCE_FORWARD ? step : 2 * step);
}

/* Sums of squares of n - a and n + a, in units of `scale`, so that nothing under- or overflows.
 */
struct sums {
    double difference, sum, numeric, analytic;
    int64_t count;
};

static void add(struct sums *sums, double numeric, double analytic, double scale)
{
    double difference = (numeric - analytic) / scale, sum = (numeric + analytic) / scale;
    double own = numeric / scale, gradient = analytic / scale;
    sums->difference += difference * difference;
    sums->sum += sum * sum;
    sums->numeric += own * own;
    sums->analytic += gradient * gradient;
    sums->count++;
}

/* NaN for 0/0 and where nothing was added. */
static double quotient(const struct sums *sums)
{
    return sqrt(sums->difference) / sqrt(sums->sum);
}

static double largest_gradient(const struct gradient_check *check, enum difference difference,
    enum precision precision, int epsilon, int layer)
{
    double largest = 0;
    for (int64_t k = 0; k < check->layers[layer].count; k++) {
        struct check_sample s =
            gradient_check_sample(check, difference, precision, epsilon, layer, k);
        double size = larger(fabs(s.numeric), fabs(s.analytic));
        if (isnan(s.numeric) || isnan(s.analytic))
            return NAN;
        largest = larger(largest, size);
    }
    return largest;
}

/* Of a layer's elements: weights and biases apart, with and without those with a kink. */
struct parts {
    struct sums all[2], smooth[2], own[2];
};

/* The worse of weights and biases; a part that is 0/0 says nothing. */
static double worse(const struct sums parts[2], int *which)
{
    double weights = quotient(&parts[0]), biases = quotient(&parts[1]);
    *which = isnan(weights) || biases > weights;
    return *which ? biases : weights;
}

static void add_element(
    struct parts *parts, const struct check_sample *s, double own, double scale)
{
    add(&parts->all[s->bias], s->numeric, s->analytic, scale);
    if (s->kink)
        return;
    add(&parts->smooth[s->bias], s->numeric, s->analytic, scale);
    add(&parts->own[s->bias], s->numeric, own, scale);
}

/* From sums in units of `scale`, which is 0 where all are. */
static void finish_part(
    struct check_part *part, const struct sums *sums, double scale, double noise)
{
    part->count = sums->count;
    part->distance = scale > 0 ? scale * sqrt(sums->difference) : 0;
    part->sum = scale > 0 ? scale * sqrt(sums->sum) : 0;
    part->numeric = scale > 0 ? scale * sqrt(sums->numeric) : 0;
    part->gradient = scale > 0 ? scale * sqrt(sums->analytic) : 0;
    part->rounding = noise * sqrt((double)sums->count);
}

static void finish(struct check_error *error, const struct parts *parts, double noise)
{
    int part;
    struct sums whole = {.difference = parts->all[0].difference + parts->all[1].difference,
        .sum = parts->all[0].sum + parts->all[1].sum};
    error->norm_rel_error = quotient(&whole);
    error->rel_error = worse(parts->all, &part);
    error->own_error = worse(parts->own, &part);
    error->smooth_error = worse(parts->smooth, &part);
    for (int p = 0; p < 2; p++)
        finish_part(&error->parts[p], &parts->smooth[p], error->gradient, noise);
    const struct check_part *shown = &error->parts[part];
    error->rounding = shown->rounding / larger(shown->sum, shown->distance);
}

static void measure_layer(const struct gradient_check *check, enum difference difference,
    enum precision precision, int epsilon, int layer)
{
    struct check_error *error = error_at(check, difference, precision, epsilon, layer);
    const struct check_part kept[2] = {error->parts[0], error->parts[1]};
    struct parts parts;
    double scale = largest_gradient(check, difference, precision, epsilon, layer);
    double furthest = -1;
    bool found_smooth = false;
    memset(&parts, 0, sizeof parts);
    *error = (struct check_error){.elements = check->layers[layer].count,
        .total = check->layers[layer].total,
        .max_rel_error = NAN,
        .gradient = scale,
        .spoilt = check->spoilt[layer]};
    for (int64_t k = 0; k < error->elements; k++) {
        struct check_sample s =
            gradient_check_sample(check, difference, precision, epsilon, layer, k);
        double distance = fabs(s.numeric - s.analytic);
        double size = larger(fabs(s.numeric), fabs(s.analytic));
        if (size > 0)
            error->max_rel_error = larger(error->max_rel_error, distance / size);
        add_element(&parts, &s, check->own[check->layers[layer].first + k], scale);
        error->kinks += s.kink;
        error->on_kinks += s.on_kink;
        /* The first without a kink beats all with one. */
        if ((!s.kink && !found_smooth) || (s.kink != found_smooth && distance > furthest)) {
            furthest = distance;
            error->worst = s;
        }
        found_smooth = found_smooth || !s.kink;
    }
    finish(error, &parts, noise_of(check, difference, precision, epsilon));
    for (int p = 0; p < 2; p++) {
        error->parts[p].moves =
            layer == 0 && p == 0 ? check->options.epsilons[epsilon] * check->reach : 0;
        error->parts[p].agrees = kept[p].agrees;
        error->parts[p].differs = kept[p].differs;
        error->parts[p].curved = kept[p].curved;
    }
}

bool gradient_check_measure(struct gradient_check *check, int epsilon)
{
    for (int difference = 0; difference < DIFFERENCE_COUNT; difference++) {
        for (int precision = 0; precision < PRECISION_COUNT; precision++) {
            if (precision == PRECISION_FLOAT && !check->options.with_float)
                continue;
            for (int layer = 0; layer < check->network->layer_count; layer++) {
                if (interrupt_asked(&check->interrupt))
                    return false;
                measure_layer(check, (enum difference)difference, (enum precision)precision,
                    epsilon, layer);
            }
        }
    }
    return true;
}

/* The differences at one ε, of the elements of a part: for comparing two. */
struct quotients {
    const struct gradient_check *check;
    enum difference difference;
    enum precision precision;
    int epsilon;
};

static double numeric_at(const struct quotients *of, int64_t element)
{
    const struct gradient_check *check = of->check;
    bool forward = of->difference == DIFFERENCE_FORWARD;
    double step = check->options.epsilons[of->epsilon], up, down;
    losses_of(
        check, of->difference, of->precision, of->epsilon * check->total + element, &up, &down);
    return (up - down) / (forward ? step : 2 * step);
}

static bool smooth_at(const struct quotients *of, int64_t element)
{
    int bit = of->difference == DIFFERENCE_FORWARD ? KINK_FORWARD : KINK_CENTRED;
    return !(of->check->kinks[of->epsilon * of->check->total + element] & bit);
}

/*
 * ‖n - n'‖ over the elements of `one` without a kink; infinite where one of them has one in
 * `other`, which says nothing of it then.
 */
static double apart(
    const struct quotients *one, const struct quotients *other, int64_t from, int64_t end)
{
    double largest = 0, sum = 0;
    for (int64_t i = from; i < end; i++) {
        if (!smooth_at(one, i))
            continue;
        if (!smooth_at(other, i))
            return INFINITY;
        largest = larger(fabs(numeric_at(one, i) - numeric_at(other, i)), largest);
    }
    if (!(largest > 0) || isinf(largest))
        return largest;
    for (int64_t i = from; i < end; i++) {
        double part = (numeric_at(one, i) - numeric_at(other, i)) / largest;
        sum += smooth_at(one, i) ? part * part : 0;
    }
    return largest * sqrt(sum);
}

/* What `other` tells of the differences in `one`: their part of a layer at its ε. */
static void compare_parts(const struct quotients *one, const struct quotients *other,
    int64_t from, int64_t end, struct check_part *part)
{
    double distance = apart(one, other, from, end);
    double here = one->check->options.epsilons[one->epsilon];
    double there = other->check->options.epsilons[other->epsilon];
    double rounding = part->rounding * (1 + here / there);
    if (one->precision != other->precision) {
        part->differs = isfinite(distance) ? larger(distance, part->differs) : part->differs;
        return;
    }
    if (distance + rounding < part->agrees)
        part->agrees = distance + rounding;
    if (there < here && isfinite(distance))
        part->differs = larger(distance - BEYOND_ROUNDING * rounding, part->differs);
}

/*
 * The slopes to both sides differ by 2s: forward truncation is s itself; a third of it, so that
 * the estimate does not hide more than this is unsure. From the losses in double, also where
 * the differences are in float.
 */
static double curvature(const struct quotients *of, int64_t from, int64_t end)
{
    const struct gradient_check *check = of->check;
    double step = check->options.epsilons[of->epsilon], largest = 0, numeric = 0, half = 0;
    const double *up = check->up + of->epsilon * check->total;
    const double *down = check->down + of->epsilon * check->total;
    for (int64_t i = from; i < end; i++) {
        if (smooth_at(of, i))
            largest =
                larger(larger(fabs(up[i] - check->base), fabs(down[i] - check->base)), largest);
    }
    if (!(largest > 0) || isinf(largest))
        return largest;
    for (int64_t i = from; i < end; i++) {
        double above = (up[i] - check->base) / largest,
               below = (check->base - down[i]) / largest;
        double slope = of->difference == DIFFERENCE_FORWARD ? above : (above + below) / 2;
        double bent = (above - below) / 2;
        numeric += smooth_at(of, i) ? slope * slope : 0;
        half += smooth_at(of, i) ? bent * bent : 0;
    }
    double curved = half > 0 ? half / (sqrt(numeric) + sqrt(half)) : 0;
    if (of->difference == DIFFERENCE_FORWARD)
        curved = larger(sqrt(half) / 3, curved);
    return curved * largest / step;
}

static void compare_layer(const struct gradient_check *check, enum difference difference,
    enum precision precision, int epsilon, int layer)
{
    const struct check_layer *own = &check->layers[layer];
    struct quotients now = {check, difference, precision, epsilon};
    struct quotients exact = {check, difference, PRECISION_DOUBLE, epsilon};
    for (int p = 0; p < 2; p++) {
        int64_t from = own->first + (p == 0 ? 0 : own->weights);
        int64_t end = own->first + (p == 0 ? own->weights : own->count);
        struct check_part *part =
            &error_at(check, difference, precision, epsilon, layer)->parts[p];
        part->agrees = INFINITY;
        part->differs = 0;
        part->curved = curvature(&now, from, end);
        if (precision == PRECISION_FLOAT)
            compare_parts(&now, &exact, from, end, part);
        for (int e = 0; e < epsilon; e++) {
            struct quotients before = {check, difference, precision, e};
            compare_parts(&now, &before, from, end, part);
            compare_parts(&before, &now, from, end,
                &error_at(check, difference, precision, e, layer)->parts[p]);
        }
        for (int e = 0; precision == PRECISION_FLOAT && e <= epsilon; e++) {
            const struct check_part *in_double =
                &error_at(check, difference, PRECISION_DOUBLE, e, layer)->parts[p];
            part = &error_at(check, difference, precision, e, layer)->parts[p];
            part->differs = larger(in_double->differs, part->differs);
        }
    }
}

void gradient_check_compare(struct gradient_check *check, int epsilon)
{
    for (int difference = 0; difference < DIFFERENCE_COUNT; difference++) {
        for (int precision = 0; precision < PRECISION_COUNT; precision++) {
            if (precision == PRECISION_FLOAT && !check->options.with_float)
                continue;
            for (int layer = 0; layer < check->network->layer_count; layer++)
                compare_layer(check, (enum difference)difference, (enum precision)precision,
                    epsilon, layer);
        }
    }
}
