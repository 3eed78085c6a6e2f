#include "ui/axis.h"

#include <math.h>
#include <stdio.h>

enum { IDLE_UPDATES = 60, LABEL_COLUMNS = 6, NARROWEST = 4 };

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

int axis_label_step(const struct log_axis *axis, int width)
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
    int step = axis_label_step(axis, width);
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
    int step = axis_label_step(axis, width);
    for (int decade = first_label(axis, step); decade <= axis->high; decade += step) {
        int column = (int)(axis_place(axis, pow(10, decade), width) + 0.001);
        if (column < width)
            surface_put(surface, x + column, y, 0xb7, ROLE_DIM);
    }
}
