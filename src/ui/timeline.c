#include "ui/timeline.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "core/error.h"
#include "engine/chronicle.h"
#include "ui/axis.h"
#include "ui/format.h"

enum { LEAST_DOUBLINGS = 4, WIDEST_STEP = 8 };

const char *timeline_name(int index)
{
    static const char *const names[] = {"linear", "log", "recent"};
    return index >= 0 && index < (int)ARRAY_LEN(names) ? names[index] : NULL;
}

struct timeline timeline_of(enum timeline_kind kind, uint64_t total, int width)
{
    width = width > TIMELINE_WIDEST ? TIMELINE_WIDEST : width < 2 ? 2 : width;
    struct timeline t = {kind, total, width, 1, 1};
    if (kind == TIMELINE_LINEAR) {
        while (total - 1 > t.pace * (uint64_t)(width - 1))
            t.pace *= 2;
        while (t.spread < WIDEST_STEP && total * 2 * (uint64_t)t.spread <= (uint64_t)width)
            t.spread *= 2;
    } else if (kind == TIMELINE_LOG) {
        t.pace = LEAST_DOUBLINGS;
        while (total >= UINT64_C(1) << t.pace)
            t.pace++;
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

int timeline_begin(const struct timeline *t)
{
    bool moves = t->kind == TIMELINE_RECENT && t->total < (uint64_t)t->width;
    return moves ? t->width - (int)t->total : 0;
}

int timeline_end(const struct timeline *t)
{
    uint64_t newest = t->total - 1;
    if (t->kind == TIMELINE_RECENT)
        return t->width;
    if (t->kind == TIMELINE_LINEAR)
        return ((int)((newest + t->pace - 1) / t->pace) + 1) * t->spread;
    int column = 0;
    while (column < t->width - 1 && log_step(t, column) < newest)
        column++;
    return column + 1;
}

uint64_t timeline_step(const struct timeline *t, int column)
{
    uint64_t newest = t->total - 1, back = (uint64_t)(t->width - 1 - column);
    if (t->kind == TIMELINE_RECENT)
        return back < newest ? newest - back : 0;
    uint64_t step = t->kind == TIMELINE_LINEAR ? t->pace * (uint64_t)(column / t->spread)
                                               : log_step(t, column);
    return step < newest ? chronicle_before(step) : newest;
}

uint64_t timeline_first(const struct timeline *t, int column)
{
    if (column <= timeline_begin(t))
        return t->kind == TIMELINE_RECENT ? timeline_step(t, column) : 0;
    uint64_t before = timeline_step(t, column - 1), step = timeline_step(t, column);
    return before < step ? before + 1 : step;
}

int timeline_column(const struct timeline *t, uint64_t step)
{
    int begin = timeline_begin(t), end = timeline_end(t);
    if (t->kind == TIMELINE_RECENT && step < timeline_step(t, begin))
        return -1;
    int column = begin;
    while (column < end - 1 && timeline_step(t, column) < step)
        column++;
    return column;
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
    format_count(t->pace * (uint64_t)t->width, text);
    double least = (double)t->pace * (text_columns(text) + 4) / t->spread;
    int rung = 0;
    while (axis_rung(rung) < least)
        rung++;
    return (uint64_t)axis_rung(rung);
}

static void draw_recent(const struct timeline *t, struct surface *surface, int x, int y)
{
    surface_text(surface, x + t->width - 3, y, 3, ROLE_DIM, "now");
    uint64_t distance = label_distance(t);
    for (uint64_t back = distance; back < (uint64_t)t->width - 1; back += distance) {
        int column = t->width - 1 - (int)back;
        if (column + 8 < t->width)
            surface_print(surface, x + column, y, ROLE_DIM, "-%" PRIu64, back);
    }
}

void timeline_draw_labels(const struct timeline *t, struct surface *surface, int x, int y)
{
    if (t->kind == TIMELINE_RECENT) {
        draw_recent(t, surface, x, y);
        return;
    }
    label(t, surface, x, y, 0, 0);
    if (t->kind == TIMELINE_LINEAR) {
        uint64_t distance = label_distance(t);
        for (uint64_t step = distance; step / t->pace < (uint64_t)t->width; step += distance) {
            int column = (int)((step + t->pace - 1) / t->pace) * t->spread;
            label(t, surface, x, y, column, step);
        }
        return;
    }
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
