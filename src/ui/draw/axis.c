#include "ui/draw/axis.h"

#include <math.h>
#include <stdio.h>

enum { IDLE_UPDATES = 60, LABEL_COLUMNS = 6, NARROWEST = 4, DECADE = 3 };

#define LEAST_RUNG 1e-306

void axis_reset(struct log_axis *axis)
{
    axis->set = false;
    axis->idle = 0;
}

void axis_update(struct log_axis *axis, double smallest, double largest)
{
    if (!(smallest > 0) || !isfinite(largest)) {
        if (!axis->set) {
            axis->low = -6;
            axis->high = 0;
        }
        return;
    }
    int low = (int)floor(log10(smallest)), high = (int)ceil(log10(largest));
    if (low == (int)log10(smallest) && log10(smallest) == low)
        low--; /* a value on the left end would have no bar */
    /* Downwards: bars that keep their size are long, and small differences stay small. */
    low = high - low < NARROWEST ? high - NARROWEST : low;
    if (!axis->set) {
        axis->low = low;
        axis->high = high;
        axis->set = true;
        axis->idle = 0;
        return;
    }
    axis->low = low < axis->low ? low : axis->low;
    axis->high = high > axis->high ? high : axis->high;
    bool roomy = low >= axis->low + 2 || high <= axis->high - 2;
    axis->idle = roomy ? axis->idle + 1 : 0;
    if (axis->idle > IDLE_UPDATES) {
        axis->low = low >= axis->low + 2 ? low : axis->low;
        axis->high = high <= axis->high - 2 ? high : axis->high;
        axis->idle = 0;
    }
}

double axis_place(const struct log_axis *axis, double value, int width)
{
    double share = (log10(value) - axis->low) / (axis->high - axis->low);
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return share * width;
}

/* Decades between labels, so that labels of 6 columns fit. */
static int label_step(const struct log_axis *axis, int width)
{
    static const int steps[] = {1, 2, 5, 10, 20, 50, 100};
    int span = axis->high - axis->low;
    for (int i = 0; i < 7; i++) {
        if (steps[i] * width >= LABEL_COLUMNS * span)
            return steps[i];
    }
    return 100;
}

/* The first decade from `low` on that is a multiple of the step. */
static int first_label(const struct log_axis *axis, int step)
{
    int decade = axis->low;
    while (decade % step != 0)
        decade++;
    return decade;
}

void axis_draw_labels(
    const struct log_axis *axis, struct surface *surface, int x, int y, int width)
{
    int step = label_step(axis, width);
    for (int decade = first_label(axis, step); decade <= axis->high; decade += step) {
        int column = (int)(axis_place(axis, pow(10, decade), width) + 0.001);
        char label[16];
        if (decade == 0)
            (void)snprintf(label, sizeof label, "1");
        else
            (void)snprintf(label, sizeof label, "1e%d", decade);
        if (column + text_columns(label) <= width + 1)
            surface_text(surface, x + column, y, -1, ROLE_DIM, label);
    }
}

void axis_draw_grid(
    const struct log_axis *axis, struct surface *surface, int x, int y, int width)
{
    int step = label_step(axis, width);
    for (int decade = first_label(axis, step); decade <= axis->high; decade += step) {
        int column = (int)(axis_place(axis, pow(10, decade), width) + 0.001);
        if (column < width)
            surface_put(surface, x + column, y, 0xb7, ROLE_DIM);
    }
}

const char *scale_name(int index)
{
    return index == 0 ? "log" : index == 1 ? "linear" : NULL;
}

/* The rung's digit, and its decade. */
static int rung_parts(int rung, int *decade)
{
    static const int digits[DECADE] = {1, 2, 5};
    *decade = rung >= 0 ? rung / DECADE : -((DECADE - 1 - rung) / DECADE);
    return digits[rung - *decade * DECADE];
}

double axis_rung(int rung)
{
    int decade, digit = rung_parts(rung, &decade);
    /* Divided, not multiplied by a negative power: 5e-2 is 0.05 to the bit. */
    return decade >= 0 ? digit * pow(10, decade) : digit / pow(10, -decade);
}

void axis_rung_text(int rung, char text[16])
{
    int decade, digit = rung_parts(rung, &decade);
    if (decade >= -3 && decade <= 3)
        (void)snprintf(text, 16, "%g", axis_rung(rung));
    else
        (void)snprintf(text, 16, "%de%d", digit, decade);
}

/* The lowest rung that is not below the value. */
static int rung_above(double value)
{
    int rung = DECADE * (int)floor(log10(value));
    while (axis_rung(rung) < value)
        rung++;
    return rung;
}

void value_axis_update(
    struct value_axis *axis, bool logarithmic, double smallest, double largest)
{
    if (axis->logarithmic != logarithmic)
        *axis = (struct value_axis){.logarithmic = logarithmic};
    if (!(smallest > 0) || !isfinite(largest)) {
        if (!axis->set)
            axis->low = axis->high - DECADE;
        return;
    }
    /* The rungs below have no power of ten that is a normal number: what lies there is at the
     * end. */
    smallest = fmax(smallest, LEAST_RUNG);
    largest = fmax(largest, smallest);
    int high = rung_above(largest), low = rung_above(smallest) - 1;
    low = !logarithmic || high - low < DECADE ? high - DECADE : low;
    bool first = !axis->set;
    axis->low = first || low < axis->low ? low : axis->low;
    axis->high = first || high > axis->high ? high : axis->high;
    axis->set = true;
    bool roomy = high < axis->high || (logarithmic && low > axis->low);
    axis->idle = roomy ? axis->idle + 1 : 0;
    if (axis->idle > IDLE_UPDATES) {
        axis->low = low;
        axis->high = high;
        axis->idle = 0;
    }
}

double value_axis_low(const struct value_axis *axis)
{
    return axis->logarithmic ? axis_rung(axis->low) : 0;
}

double value_axis_high(const struct value_axis *axis)
{
    return axis_rung(axis->high);
}

double value_axis_share(const struct value_axis *axis, double value)
{
    double low = value_axis_low(axis), high = value_axis_high(axis);
    if (value <= low)
        return 0;
    if (value >= high)
        return 1;
    return axis->logarithmic ? log(value / low) / log(high / low) : value / high;
}

void value_axis_texts(const struct value_axis *axis, char low[16], char high[16])
{
    axis_rung_text(axis->high, high);
    if (axis->logarithmic)
        axis_rung_text(axis->low, low);
    else
        (void)snprintf(low, 16, "0");
}
