/* From losses to errors: the second half of core/gradient_check.h. */
#include <math.h>
#include <string.h>

#include "core/gradient_check.h"

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
    sample.kink = (check->kinks[at] & (difference == DIFFERENCE_FORWARD ? 1 : 2)) != 0;
    losses_of(check, difference, precision, at, &sample.up, &sample.down);
    sample.numeric =
        (sample.up - sample.down) / (difference == DIFFERENCE_FORWARD ? step : 2 * step);
    return sample;
}

/*
 * What rounding does to one difference quotient. The losses are sums of B terms that grow to B
 * times the mean: each addition rounds by up to u of the sum so far, in all about √B / 3 of u
 * times the mean, and once more for the terms themselves; two losses enter.
 */
static double noise_of(const struct gradient_check *check, enum difference difference,
    enum precision precision, int epsilon)
{
    double unit = precision == PRECISION_FLOAT ? 0x1p-24 : 0x1p-53;
    double loss = unit * fabs(check->base) * (1 + sqrt(check->network->samples) / 3);
    double step = check->options.epsilons[epsilon];
    return loss * sqrt(2) / (difference == DIFFERENCE_FORWARD ? step : 2 * step);
}

/* Sums of squares of n - a and n + a, in units of `scale`, so that nothing under- or overflows.
 */
struct sums {
    double difference, sum;
    int64_t count;
};

static void add(struct sums *sums, double numeric, double analytic, double scale)
{
    double difference = (numeric - analytic) / scale, sum = (numeric + analytic) / scale;
    sums->difference += difference * difference;
    sums->sum += sum * sum;
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

static void finish(struct check_error *error, const struct parts *parts, double noise)
{
    int part;
    struct sums whole = {parts->all[0].difference + parts->all[1].difference,
        parts->all[0].sum + parts->all[1].sum, error->elements};
    error->norm_rel_error = quotient(&whole);
    error->rel_error = worse(parts->all, &part);
    error->own_error = worse(parts->own, &part);
    error->smooth_error = worse(parts->smooth, &part);
    const struct sums *smooth = &parts->smooth[part];
    error->rounding = noise * sqrt((double)smooth->count) /
        (error->gradient * sqrt(larger(smooth->sum, smooth->difference)));
}

static void measure_layer(const struct gradient_check *check, enum difference difference,
    enum precision precision, int epsilon, int layer)
{
    struct check_error *error = error_at(check, difference, precision, epsilon, layer);
    struct parts parts;
    double scale = largest_gradient(check, difference, precision, epsilon, layer);
    double furthest = -1;
    bool found_smooth = false;
    memset(&parts, 0, sizeof parts);
    *error = (struct check_error){.elements = check->layers[layer].count,
        .total = check->layers[layer].total,
        .max_rel_error = NAN,
        .gradient = scale};
    for (int64_t k = 0; k < error->elements; k++) {
        struct check_sample s =
            gradient_check_sample(check, difference, precision, epsilon, layer, k);
        double distance = fabs(s.numeric - s.analytic);
        double size = larger(fabs(s.numeric), fabs(s.analytic));
        if (size > 0)
            error->max_rel_error = larger(error->max_rel_error, distance / size);
        add_element(&parts, &s, check->own[check->layers[layer].first + k], scale);
        error->kinks += s.kink;
        /* The first without a kink beats all with one. */
        if ((!s.kink && !found_smooth) || (s.kink != found_smooth && distance > furthest)) {
            furthest = distance;
            error->worst = s;
        }
        found_smooth = found_smooth || !s.kink;
    }
    finish(error, &parts, noise_of(check, difference, precision, epsilon));
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
