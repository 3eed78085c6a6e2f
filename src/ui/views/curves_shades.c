/* The range of the map's shades: by quantiles, so that a spike does not take it from the rest.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/views/curves.h"

/*
 * Values counted by the rungs 1 2 5 of each decade that a double has: rung 3d is from 10^d to
 * 2·10^d.
 */
enum { LOWEST_DECADE = -324, DECADES = 324 + 309, A_DECADE = 3, RUNGS = A_DECADE * DECADES };

struct tally {
    int64_t counts[RUNGS], total;
    double least, most; /* of the finite ones above 0 */
};

static int rung_of(double value)
{
    double size = log10(value), decade = floor(size), part = size - decade;
    int rung = A_DECADE * ((int)decade - LOWEST_DECADE) +
        (part >= 0.69897000433601880          ? 2
                : part >= 0.30102999566398120 ? 1
                                              : 0);
    return rung < 0 ? 0 : rung >= RUNGS ? RUNGS - 1 : rung;
}

static void count_values(const struct curves_frame *frame, struct tally *tally)
{
    int columns = timeline_columns(&frame->time);
    *tally = (struct tally){.least = INFINITY};
    for (int i = 0; i < columns; i++) {
        const double *row =
            step_rows_at(&frame->record->layers, timeline_step(&frame->time, i));
        for (int layer = 1; row && layer <= frame->record->layer_count; layer++) {
            double value = record_layer(row, layer).value;
            if (!isfinite(value) || value <= 0)
                continue;
            tally->counts[rung_of(value)]++;
            tally->total++;
            tally->least = fmin(tally->least, value);
            tally->most = fmax(tally->most, value);
        }
    }
}

/* Below the lower end and above the upper one lie this share each of the values at most. */
#define OUTSIDE 0.02

/* The lowest and highest rung within. */
static void find_range(const struct tally *tally, int *low, int *high)
{
    double most = OUTSIDE * (double)tally->total;
    int64_t below = 0, above = 0;
    *low = 0;
    *high = RUNGS - 1;
    while (*low < RUNGS - 1 && (double)(below + tally->counts[*low]) <= most)
        below += tally->counts[(*low)++];
    while (*high > *low && (double)(above + tally->counts[*high]) <= most)
        above += tally->counts[(*high)--];
}

/* In the middle of a rung: no rounding carries it across an edge. */
static double value_of(int rung)
{
    static const double middles[A_DECADE] = {1.5, 3, 7};
    return fmax(middles[rung % A_DECADE] * pow(10, rung / A_DECADE + LOWEST_DECADE), 5e-324);
}

static void ends_of(const struct curves_frame *frame, double *low, double *high)
{
    const struct curves_state *state = frame->state;
    if (frame->quantity->shape == SHAPE_FACTOR) {
        *low = state->linear ? 0 : exp2(CURVES_GAIN_LOWEST);
        *high = state->linear
            ? CURVES_GAIN_MOST
            : exp2(CURVES_GAIN_LOWEST + (double)RAMP_STEPS / CURVES_GAIN_SHADES);
    } else {
        *low = value_axis_low(&state->shade);
        *high = value_axis_high(&state->shade);
    }
}

void curves_update_shades(const struct curves_frame *frame)
{
    struct curves_state *state = frame->state;
    struct tally tally;
    int low, high;
    double lowest, highest;
    count_values(frame, &tally);
    find_range(&tally, &low, &high);
    bool any = tally.total > 0;
    value_axis_update(
        &state->shade, !state->linear, any ? value_of(low) : 0, any ? value_of(high) : 0);
    ends_of(frame, &lowest, &highest);
    state->below = any && tally.least < lowest;
    state->above = any && tally.most > highest;
}

void curves_shade_limits(const struct curves_frame *frame, char low[24], char high[24])
{
    const struct curves_state *state = frame->state;
    char least[16], most[16];
    if (quantity_is_share(frame->quantity)) {
        (void)snprintf(low, 24, "0 %%");
        (void)snprintf(high, 24, "100 %%");
        return;
    }
    if (frame->quantity->shape == SHAPE_FACTOR) {
        (void)snprintf(least, sizeof least, "%s", state->linear ? "0" : "0.18");
        (void)snprintf(most, sizeof most, "2");
    } else {
        value_axis_texts(&state->shade, least, most);
    }
    (void)snprintf(low, 24, "%s%s", state->below ? "≤" : "", least);
    (void)snprintf(high, 24, "%s%s", state->above ? "≥" : "", most);
}
