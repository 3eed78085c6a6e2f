#include "ui/views/event_ticks.h"

#include <stdio.h>
#include <string.h>

#include "ui/draw/glyphs.h"

_Static_assert(
    (int)TICKS_MOST >= 2 * (int)RUN_EVENTS_MOST + (int)AGENDA_MOST + (int)BRANCHES_MOST,
    "room for all");

/* Which label stays where there is room for one. */
static int weight_of(const struct run_event *event)
{
    static const int weights[ALERT_KINDS] = {
        [ALERT_DIVERGED] = 6,
        [ALERT_HALF_DEAD] = 4,
        [ALERT_OVERFITTING] = 4,
        [ALERT_LEARNING] = 3,
        [ALERT_CLIPPING] = 2,
        [ALERT_DEATH] = 1,
        [ALERT_BORN_DEAD] = 1,
    };
    return event->kind == EVENT_CHANGE ? 5 : weights[event->alert.kind];
}

static enum role role_of(const struct run_event *event)
{
    if (event->kind == EVENT_CHANGE)
        return ROLE_STRONG;
    return event->alert.kind == ALERT_LEARNING ? ROLE_GOOD
        : event->alert.kind == ALERT_DIVERGED  ? ROLE_BAD
                                               : ROLE_WARN;
}

static int add_events(
    const struct events *events, bool named, bool ahead, struct tick *ticks, int count)
{
    for (int i = 0; i < events->count; i++) {
        const struct run_event *event = &events->list[i];
        if (event->kind == EVENT_BEGIN)
            continue;
        struct tick *tick = &ticks[count++];
        *tick = (struct tick){.step = event->step,
            .weight = weight_of(event),
            .role = role_of(event),
            .ahead = ahead};
        if (named || event->kind == EVENT_CHANGE)
            (void)snprintf(tick->label, sizeof tick->label, "%s", event->label);
    }
    return count;
}

/* What is still to come; several at one step are one tick. */
static int add_armed(const struct snapshot *snapshot, struct tick *ticks, int count)
{
    const struct agenda *agenda = &snapshot->news.wanted.agenda;
    int at = agenda_after(agenda, snapshot->seen.step);
    while (at < agenda->count) {
        const struct armed *armed = &agenda->list[at];
        char text[COMMAND_TEXT_SIZE];
        int next = agenda_after(agenda, armed->step);
        struct tick *tick = &ticks[count++];
        *tick = (struct tick){.step = armed->step, .role = ROLE_DIM, .ahead = true};
        if (armed->command.id == COMMAND_SET)
            setting_label(armed->command.row, armed->command.text, text, sizeof text);
        else
            armed_text(armed, text, sizeof text);
        if (next - at > 1)
            (void)snprintf(text, sizeof text, "%d changes", next - at);
        if (strlen(text) < sizeof tick->label)
            memcpy(tick->label, text, strlen(text) + 1);
        at = next;
    }
    return count;
}

void event_ticks_draw(const struct snapshot *snapshot, bool named,
    const struct timeline *timeline, struct surface *surface, const struct tick_place *place)
{
    struct tick ticks[TICKS_MOST];
    int count = add_events(&snapshot->events, named, false, ticks, 0);
    count = add_armed(snapshot, ticks, count);
    ticks_draw(timeline, surface, ticks, count, place);
}

/* Of several that leave at a step the first has the label. */
static int add_branches(const struct snapshot *snapshot, struct tick *ticks, int count)
{
    const struct branch_list *list = &snapshot->news.branches;
    for (int i = 0; i < list->count; i++) {
        uint64_t step = i == list->active ? UINT64_MAX : branch_parts(list, i);
        if (step == UINT64_MAX)
            continue;
        struct tick *tick = &ticks[count++];
        *tick = (struct tick){.step = step, .weight = -1 - i, .role = ROLE_GHOST};
        (void)snprintf(tick->label, sizeof tick->label, "branch %d", i + 1);
    }
    return count;
}

void event_ticks_draw_all(const struct snapshot *snapshot, bool named,
    const struct timeline *timeline, struct surface *surface, const struct tick_place *place)
{
    struct tick ticks[TICKS_MOST];
    int first = add_events(&snapshot->events, named, false, ticks, 0);
    first = add_events(&snapshot->ahead, named, true, ticks, first);
    first = add_armed(snapshot, ticks, first);
    int count = add_branches(snapshot, ticks, first);
    ticks_draw(timeline, surface, ticks, count, place);
    for (int i = first; i < count; i++) {
        int column = timeline_place(timeline, ticks[i].step);
        if (column >= 0)
            surface_put(surface, place->x + column, place->row, GLYPH_DOWN, ROLE_GHOST);
    }
}
