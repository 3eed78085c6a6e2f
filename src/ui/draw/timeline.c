#include "ui/draw/timeline.h"

#include <math.h>
#include <stdio.h>

#include "core/error.h"
#include "engine/step_rows.h"
#include "ui/draw/axis.h"
#include "ui/draw/format.h"

enum { LEAST_DOUBLINGS = 4, WIDEST_STEP = 8 };

const char *timeline_name(int index)
{
    static const char *const names[] = {"linear", "log", "recent"};
    return index >= 0 && index < (int)ARRAY_LEN(names) ? names[index] : NULL;
}

struct timeline timeline_of(enum timeline_kind kind, uint64_t total, int width)
{
    width = width > TIMELINE_WIDEST ? TIMELINE_WIDEST : width < 4 ? 4 : width;
    total = total > 0 ? total : 1;
    struct timeline t = {kind, total, width, 0, 1, 1};
    uint64_t columns = (uint64_t)width;
    if (kind == TIMELINE_LOG) {
        t.pace = LEAST_DOUBLINGS;
        while (total >= UINT64_C(1) << t.pace)
            t.pace++;
        return t;
    }
    while (t.spread < WIDEST_STEP && total * 2 * (uint64_t)t.spread <= columns)
        t.spread *= 2;
    while (kind == TIMELINE_LINEAR && total - 1 > t.pace * (columns - 1))
        t.pace *= 2;
    if (kind == TIMELINE_RECENT && total > columns) {
        uint64_t page = columns / 4;
        t.first = (total - columns + page - 1) / page * page;
    }
    return t;
}

/* LOG: the largest step with step + 1 < 2^(doublings · (column + 1) / width), at least 0. */
static uint64_t log_step(const struct timeline *t, int column)
{
    double end = exp2((double)t->pace * (column + 1) / t->width);
    uint64_t above = (uint64_t)ceil(end * (1 - 1e-12));
    return above < 2 ? 0 : above - 2;
}

int timeline_columns(const struct timeline *t)
{
    uint64_t newest = t->total - 1;
    if (t->kind != TIMELINE_LOG)
        return ((int)((newest - t->first + t->pace - 1) / t->pace) + 1) * t->spread;
    int column = 0;
    while (column < t->width - 1 && log_step(t, column) < newest)
        column++;
    return column + 1;
}

uint64_t timeline_step(const struct timeline *t, int column)
{
    uint64_t newest = t->total - 1;
    if (t->kind == TIMELINE_RECENT)
        return t->first + (uint64_t)(column / t->spread);
    uint64_t step = t->kind == TIMELINE_LINEAR ? t->pace * (uint64_t)(column / t->spread)
                                               : log_step(t, column);
    return step < newest ? step_rows_before(step) : newest;
}

uint64_t timeline_first(const struct timeline *t, int column)
{
    if (column == 0)
        return t->first;
    uint64_t before = timeline_step(t, column - 1), step = timeline_step(t, column);
    return before < step ? before + 1 : step;
}

int timeline_column(const struct timeline *t, uint64_t step)
{
    int column = 0, last = timeline_columns(t) - 1;
    if (step < t->first)
        return -1;
    while (column < last && timeline_step(t, column) < step)
        column++;
    return column;
}

int timeline_place(const struct timeline *t, uint64_t step)
{
    int column = 0;
    if (step < t->first)
        return -1;
    if (t->kind != TIMELINE_LOG) {
        uint64_t at = (step - t->first) / t->pace + ((step - t->first) % t->pace != 0);
        return at < (uint64_t)t->width && (int)at * t->spread < t->width ? (int)at * t->spread
                                                                         : -1;
    }
    while (column < t->width && log_step(t, column) < step)
        column++;
    return column < t->width ? column : -1;
}

static void label(
    const struct timeline *t, struct surface *surface, int x, int y, int column, uint64_t step)
{
    char text[FORMAT_SIZE + 8];
    format_count(step, text);
    if (column + text_columns(text) <= t->width)
        surface_text(surface, x + column, y, -1, ROLE_DIM, text);
}

/* Steps between labels: of the ladder 1 2 5 10 …, so that the labels stay apart. */
static uint64_t label_distance(const struct timeline *t)
{
    char text[FORMAT_SIZE + 8];
    format_count(t->first + t->pace * (uint64_t)t->width, text);
    double least = (double)t->pace * (text_columns(text) + 4) / t->spread;
    int rung = 0;
    while (axis_rung(rung) < least)
        rung++;
    return (uint64_t)axis_rung(rung);
}

static void draw_linear(const struct timeline *t, struct surface *surface, int x, int y)
{
    uint64_t distance = label_distance(t);
    uint64_t step = (t->first + distance - 1) / distance * distance;
    for (; (step - t->first) / t->pace < (uint64_t)t->width; step += distance) {
        int column = (int)((step - t->first + t->pace - 1) / t->pace) * t->spread;
        label(t, surface, x, y, column, step);
    }
}

void timeline_draw_labels(const struct timeline *t, struct surface *surface, int x, int y)
{
    if (t->kind != TIMELINE_LOG) {
        draw_linear(t, surface, x, y);
        return;
    }
    label(t, surface, x, y, 0, 0);
    double doubling = (double)t->width / (double)t->pace;
    int after = 3;
    for (double step = 1; step < ldexp(1, (int)t->pace); step *= 10) {
        int column = (int)(log2(step + 1) * doubling);
        char text[FORMAT_SIZE + 8];
        format_count((uint64_t)step, text);
        if (column >= after) {
            label(t, surface, x, y, column, (uint64_t)step);
            after = column + text_columns(text) + 2;
        }
    }
}
