#include "ui/screen/time_strip.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/names.h"
#include "ui/draw/chart.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/timeline.h"
#include "ui/screen/lesson_panel.h"
#include "ui/views/event_ticks.h"

enum { ROWS_FULL = 4, LABELS = 6 /* columns */ };

int time_strip_rows(const struct screen *screen, int height)
{
    if (!screen->time_open || !screen->snapshot)
        return 0;
    return height >= 20 ? ROWS_FULL : height >= 16 ? ROWS_FULL - 1 : 1;
}

void time_strip_update(struct screen *screen, bool new_run)
{
    uint64_t total = screen->snapshot->furthest + 1;
    if (new_run || !screen->time_open || total > screen->time_total)
        screen->time_total = total;
}

/*
 * What each column shows, as shares of the height: values at kept steps, which are the same
 * whether they lie behind or ahead; nothing where the run has been without a record of it.
 */
static void take_spans(
    const struct snapshot *snapshot, const struct timeline *time, struct chart_span *spans)
{
    const struct record_copy *record = &snapshot->record;
    struct chart_span values[TIMELINE_WIDEST];
    int columns = timeline_columns(time);
    for (int i = 0; i < columns; i++) {
        struct record_range loss = record_range_ahead(
            record, QUANTITY_LOSS, timeline_first(time, i), timeline_step(time, i));
        bool finite = isfinite(loss.last.value);
        values[i] = loss.last.kind != READING_KNOWN ? (struct chart_span){1, 0}
            : finite                                ? (struct chart_span){loss.low, loss.high}
                                                    : (struct chart_span){NAN, NAN};
    }
    double level = snapshot->seen.constant_loss;
    for (int i = 0; i < columns; i++) {
        spans[i] = values[i];
        if (isnan(values[i].low) || values[i].low > values[i].high)
            continue;
        double low = chart_curve_share(values, columns, level, values[i].low);
        double high = chart_curve_share(values, columns, level, values[i].high);
        spans[i] = (struct chart_span){isnan(low) ? 1 : low, isnan(high) ? 1 : high};
    }
}

/* The column of a step: the one whose step is this or the first after it. */
static int place_of(const struct timeline *time, uint64_t step)
{
    int column = timeline_place(time, step);
    return column < 0 ? time->width - 1 : column;
}

static void draw_curve(const struct snapshot *snapshot, const struct timeline *time,
    struct surface *surface, struct rect plot)
{
    struct chart_span spans[TIMELINE_WIDEST];
    int columns = timeline_columns(time), here = place_of(time, snapshot->seen.step);
    int behind = here + 1 < columns ? here + 1 : columns;
    take_spans(snapshot, time, spans);
    chart_spans(surface, plot, ROLE_LOSS, spans, behind);
    plot.x += behind;
    plot.width -= behind;
    chart_spans(surface, plot, ROLE_DIM, spans + behind, columns - behind);
    uint64_t reach = record_reach(&snapshot->record);
    int bottom = plot.y + plot.height - 1, end = place_of(time, snapshot->furthest);
    for (int i = behind; i <= end; i++) {
        bool blank = i >= columns || spans[i].low > spans[i].high;
        if (blank && timeline_step(time, i) >= reach)
            surface_put(surface, plot.x + i - behind, bottom, GLYPH_MIDDLE_DOT, ROLE_DIM);
    }
}

/* The step shown in the row of the axis' labels, at its column as far as there is room. */
static void draw_step(
    const struct snapshot *snapshot, struct surface *surface, int column, struct rect row)
{
    char count[FORMAT_SIZE + 8], text[FORMAT_SIZE + 16];
    format_count(snapshot->seen.step, count);
    (void)snprintf(text, sizeof text, " %s ", count);
    int columns = text_columns(text), x = column - columns / 2;
    int last = row.x + row.width - columns;
    x = x > last ? last : x;
    x = x < row.x ? row.x : x;
    /* No label is cut in two: what touches it goes. */
    for (int from = x - 1; from >= row.x; from--) {
        if (surface->cells[row.y * surface->width + from].glyph == ' ')
            break;
        surface_put(surface, from, row.y, ' ', ROLE_TEXT);
    }
    for (int from = x + columns; from < row.x + row.width; from++) {
        if (surface->cells[row.y * surface->width + from].glyph == ' ')
            break;
        surface_put(surface, from, row.y, ' ', ROLE_TEXT);
    }
    surface_text(surface, x, row.y, -1, ROLE_SELECTED, text);
}

static void draw_cursor(struct surface *surface, int x, int y, int height)
{
    for (int i = 0; i < height; i++)
        surface_put(surface, x, y + i, GLYPH_CEILING, ROLE_STRONG);
}

/* In one row: the step, the curve, and how far it goes. */
static void draw_narrow(const struct screen *screen, struct surface *surface, struct rect area)
{
    const struct snapshot *snapshot = screen->snapshot;
    char step[FORMAT_SIZE + 8], end[FORMAT_SIZE + 8];
    format_count(snapshot->seen.step, step);
    format_count(snapshot->furthest, end);
    int room = text_columns(end); /* so that nothing moves */
    surface_text(surface, area.x + room - text_columns(step), area.y, -1, ROLE_SELECTED, step);
    surface_text(surface, area.x + area.width - room, area.y, -1, ROLE_DIM, end);
    struct rect plot = {area.x + room + 1, area.y, area.width - 2 * room - 2, 1};
    if (plot.width < 4)
        return;
    struct timeline time = timeline_of(TIMELINE_LINEAR, screen->time_total, plot.width);
    plot.width = time.width;
    draw_curve(snapshot, &time, surface, plot);
    draw_cursor(surface, plot.x + place_of(&time, snapshot->seen.step), plot.y, 1);
}

void time_strip_draw(const struct screen *screen, struct surface *surface, struct rect area)
{
    const struct snapshot *snapshot = screen->snapshot;
    surface_fill(surface, area, ' ', ROLE_TEXT);
    if (area.height < ROWS_FULL - 1 || area.width < 30) {
        draw_narrow(screen, surface, area);
        return;
    }
    int x = area.x + LABELS, axis = area.y + area.height - 1;
    struct timeline time =
        timeline_of(TIMELINE_LINEAR, screen->time_total, area.width - LABELS - 1);
    struct rect plot = {x, area.y + 1, time.width, area.height - 2};
    surface_text(surface, area.x, area.y, LABELS - 1, ROLE_TITLE, "time");
    surface_text(surface, area.x, plot.y, LABELS - 1, ROLE_LOSS, "loss");
    surface_text(surface, area.x, axis, LABELS - 1, ROLE_DIM, "step");
    draw_curve(snapshot, &time, surface, plot);
    event_ticks_draw_all(snapshot, !lesson_panel_asking(screen->lesson), &time, surface,
        &(struct tick_place){x, plot.y, plot.height, area.y, false, 0});
    int cursor = x + place_of(&time, snapshot->seen.step);
    draw_cursor(surface, cursor, plot.y, plot.height);
    timeline_draw_labels(&time, surface, x, axis);
    draw_step(snapshot, surface, cursor, (struct rect){x, axis, time.width + 1, 1});
}

/* To the step of the Nth event after the one that is shown or gone to, or before it. */
static void go_to_event(struct screen *screen, int count)
{
    const struct snapshot *s = screen->snapshot;
    const struct run_event *found = NULL, *next;
    uint64_t from = screen->wanted.seeking ? wanted_goal(&screen->wanted) : screen->wanted.at,
             step = from;
    char text[160];
    if (!s)
        return;
    if (count == 0) {
        screen_say(screen, true, "event 0 is none: event 1 is the next one, event -1 the last");
        return;
    }
    for (int i = abs(count); i > 0; i--) {
        next = count > 0 ? events_next(&s->events, &s->ahead, step)
                         : events_before(&s->events, &s->ahead, step);
        if (!next)
            break;
        found = next;
        step = found->step;
    }
    if (!found && count > 0)
        (void)snprintf(text, sizeof text, "no event is known after step %" PRIu64 " yet", from);
    else if (!found)
        (void)snprintf(text, sizeof text, "there is no event before step %" PRIu64, from);
    if (!found) {
        screen_say(screen, false, text);
        return;
    }
    (void)snprintf(text, sizeof text, "seek %" PRIu64, step);
    screen_command(screen, text);
    bool named = found->kind != EVENT_ALERT || !lesson_panel_asking(screen->lesson);
    (void)snprintf(text, sizeof text, "to step %" PRIu64 "%s%s", step, named ? ": " : "",
        !named                           ? ""
            : found->kind == EVENT_BEGIN ? "the beginning"
                                         : found->label);
    screen_say(screen, false, text);
}

static void change(struct screen *screen, const char *wanted)
{
    struct error error;
    int index = names_choose(switch_name, "timeline", wanted, screen->time_open, &error);
    if (index < 0) {
        screen_say(screen, true, error.text);
        return;
    }
    screen->time_total = screen->snapshot ? screen->snapshot->furthest + 1 : 1;
    screen->time_open = index > 0;
}

void time_strip_command(struct screen *screen, const struct command *command)
{
    if (command->id == COMMAND_EVENT)
        go_to_event(screen, (int)command->number);
    else
        change(screen, command->text);
}
