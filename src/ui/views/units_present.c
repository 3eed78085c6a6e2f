#include "ui/views/units.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/draw/bigtext.h"
#include "ui/draw/chart.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/heatmap.h"
#include "ui/draw/timeline.h"
#include "ui/views/event_ticks.h"

static struct unit_tally tally_all(const struct snapshot *s)
{
    return unit_tally_of(s, 1, s->seen.layer_count - 1, 1, s->seen.hparams.width, 0);
}

/* What this activation's units can come to. */
static enum unit_state fate_of(const struct snapshot *s)
{
    return s->seen.activation.flat   ? UNIT_DEAD
        : s->seen.activation.bounded ? UNIT_SATURATED
                                     : UNIT_ALIVE;
}

static bool is_told(
    const struct snapshot *s, const struct unit_tally *tally, enum unit_state state)
{
    return tally->states[state] > 0 || state == fate_of(s) || state == UNIT_ALIVE ||
        (state == UNIT_RARE && s->seen.activation.flat);
}

enum unit_state units_counted(const struct snapshot *s)
{
    return s->seen.divergence.kind != DIVERGED_NOT ? UNIT_NOT_FINITE
        : s->seen.activation.bounded               ? UNIT_SATURATED
                                                   : UNIT_DEAD;
}

bool units_are_read(const struct snapshot *s, struct surface *surface, struct rect area)
{
    if (!s->units)
        surface_text(surface, area.x, area.y, area.width, ROLE_DIM, "reading the units…");
    return s->units != NULL;
}

/* What a shade stands for: slopes that fall below 0, too, count by their size. */
static const char *mean_words(const struct snapshot *s)
{
    return s->seen.activation.max_slope > 1 ? "mean |slope|" : "mean slope";
}

/*
 * What the shades mean: the ends of the ramp in words and numbers, as long as there is room
 * for. Returns the column after it. Where the slope is 0 or 1, it is 1 where a unit is active.
 */
static int draw_legend(
    const struct snapshot *s, struct surface *surface, int x, int y, int width)
{
    bool flat = s->seen.activation.flat;
    char most[24], texts[3][2][48];
    (void)snprintf(most, sizeof most, "%.3g", s->seen.activation.max_slope);
    bool batch = !flat && s->seen.samples < s->seen.data_samples;
    (void)snprintf(texts[0][0], sizeof texts[0][0], "%s%s: %s 0", mean_words(s),
        batch ? " of the batch" : "", flat ? "never active" : "shut");
    (void)snprintf(texts[0][1], sizeof texts[0][1], "%s %s", most, flat ? "always" : "open");
    (void)snprintf(texts[1][0], sizeof texts[1][0], "%s 0", flat ? "never" : "shut");
    (void)snprintf(texts[1][1], sizeof texts[1][1], "%s", texts[0][1]);
    (void)snprintf(texts[2][0], sizeof texts[2][0], "0");
    (void)snprintf(texts[2][1], sizeof texts[2][1], "%s", most);
    for (int i = 0; i < 3; i++) {
        int columns = text_columns(texts[i][0]) + text_columns(texts[i][1]) + RAMP_STEPS + 2;
        /* For the words it comes a column nearer. */
        if (columns <= width + 1 && (i < 2 || columns <= width))
            return heatmap_draw_key(
                surface, columns > width ? x - 1 : x, y, texts[i][0], texts[i][1]);
    }
    return x;
}

int units_draw_counts(const struct snapshot *snapshot, struct surface *surface, int x, int y,
    int width, bool brief)
{
    static const struct {
        enum unit_state state;
        const char *name;
    } told[] = {{UNIT_NOT_FINITE, "not finite"}, {UNIT_DEAD, "dead"},
        {UNIT_SATURATED, "saturated"}, {UNIT_RARE, "rare"}, {UNIT_ALIVE, "alive"}};
    enum { LEGEND = RAMP_STEPS + 19 }; /* in words, which comes before who is alive */
    struct unit_tally tally = tally_all(snapshot);
    int end = x + width;
    for (int i = 0; i < 5; i++) {
        enum unit_state state = told[i].state;
        int count = tally.states[state];
        if (!is_told(snapshot, &tally, state) || (brief && state == UNIT_ALIVE))
            continue;
        char text[60], share[FORMAT_SIZE];
        bool shared = state != UNIT_ALIVE && state != UNIT_RARE;
        format_share((double)count / tally.units, share);
        /* On a narrow screen the words of the legend need its room. */
        if (!shared || (width < 48 && (count == 0 || state == UNIT_SATURATED)))
            share[0] = '\0';
        (void)snprintf(
            text, sizeof text, "%d %s%s%s", count, told[i].name, share[0] ? " " : "", share);
        if (x + 2 + text_columns(text) + (state == UNIT_ALIVE ? 2 + LEGEND : 0) > end)
            break;
        surface_put(surface, x, y, unit_state_glyph(state), unit_state_role(state));
        x = surface_text(surface, x + 2, y, -1, ROLE_STRONG, text) + 2;
    }
    int gap = end - x >= 60;
    return draw_legend(snapshot, surface, x + gap, y, end - x - gap);
}

/* Columns of the largest share of their steps, with a shade below them, or marks. */
static void draw_share(const struct snapshot *s, enum quantity_id id, struct surface *surface,
    struct rect area, enum role role, bool marks)
{
    uint64_t total = s->record.steps.total;
    if (total == 0)
        return;
    struct timeline time = timeline_of(TIMELINE_LINEAR, total, area.width);
    int columns = timeline_columns(&time);
    for (int i = 0; i < columns && i < area.width; i++) {
        double share =
            record_range(&s->record, id, timeline_first(&time, i), timeline_step(&time, i))
                .high;
        if (!(share > 0))
            continue;
        int eighths = (int)ceil(fmin(share, 1) * area.height * 8 - 1e-9);
        int y = area.y + area.height - 1;
        if (marks) {
            surface_put(surface, area.x + i, y - (eighths - 1) / 8, GLYPH_SATURATED, role);
            continue;
        }
        for (; eighths > 8; eighths -= 8, y--)
            surface_put(surface, area.x + i, y, glyph_shade(0), role);
        surface_put(surface, area.x + i, y, glyph_vertical(eighths), role);
    }
}

static bool ever(const struct snapshot *s, enum quantity_id id)
{
    return record_share_above(&s->record, id) > 0;
}

/* Whether units can have it, or have had it with another activation. */
static bool is_drawn(const struct snapshot *s, enum quantity_id id)
{
    return quantity_applies(&quantities[id], &s->seen) || ever(s, id);
}

static int draw_newest(
    const struct snapshot *s, enum quantity_id id, struct surface *surface, int x, int y)
{
    struct reading newest = record_newest(&s->record, id);
    if (newest.kind != READING_KNOWN)
        return surface_text(surface, x + 1, y, -1, ROLE_STRONG, "  -") + 2;
    return surface_print(surface, x + 1, y, ROLE_STRONG, "%3.0f %%", 100 * newest.value) + 2;
}

/* Heading of the curve: what it is of, and its last value; returns the column after it. */
static int draw_curve_head(const struct snapshot *s, struct surface *surface, int x, int y)
{
    if (is_drawn(s, QUANTITY_DEAD_SHARE)) {
        x = surface_text(surface, x, y, -1, ROLE_DEAD, "× dead");
        x = draw_newest(s, QUANTITY_DEAD_SHARE, surface, x, y);
    }
    if (is_drawn(s, QUANTITY_SATURATED_SHARE)) {
        x = surface_text(surface, x, y, -1, ROLE_SATURATED, "◆ saturated");
        x = draw_newest(s, QUANTITY_SATURATED_SHARE, surface, x, y);
    }
    return x;
}

/* The first step and the newest, below the curve's ends. */
static void draw_steps(const struct snapshot *s, struct surface *surface, struct rect curve)
{
    char text[40];
    int y = curve.y + curve.height;
    int x = surface_text(surface, curve.x, y, -1, ROLE_DIM, "step 0") + 2;
    (void)snprintf(text, sizeof text, "%" PRIu64, s->seen.step);
    struct timeline time = timeline_of(TIMELINE_LINEAR, s->record.steps.total, curve.width);
    int end = curve.x + timeline_columns(&time) - text_columns(text);
    surface_text(surface, end > x ? end : x, y, -1, ROLE_DIM, text);
}

void units_draw_curve(const struct scene *scene, struct surface *surface, struct rect area)
{
    enum { LABELS = 5 };
    const struct snapshot *s = scene->snapshot;
    bool dead = is_drawn(s, QUANTITY_DEAD_SHARE);
    if (s->record.steps.total == 0)
        return;
    if (!dead && !is_drawn(s, QUANTITY_SATURATED_SHARE)) {
        char text[120];
        (void)snprintf(text, sizeof text, "%s: units count neither as dead nor as saturated%s.",
            s->seen.activation.name,
            s->seen.activation.fades ? ", though far below z = 0 the slope falls to 0" : "");
        surface_paragraph(surface, area, ROLE_DIM, text);
        return;
    }
    int x = draw_curve_head(s, surface, area.x, area.y);
    struct rect curve = {area.x + LABELS, area.y + 1, area.width - LABELS, area.height - 1};
    if (area.height == 1) {
        curve = (struct rect){x, area.y, area.x + area.width - x, 1};
    } else {
        /* Beside the share of units this is another number. */
        bool pairs = is_drawn(s, QUANTITY_SATURATED_SHARE) && area.x + area.width - x >= 30;
        surface_text(surface, x, area.y, area.x + area.width - x, ROLE_DIM,
            pairs ? "of unit-sample pairs over time" : "over time");
        if (area.height >= 6) {
            curve.height--;
            draw_steps(s, surface, curve);
        }
        surface_text(surface, area.x, curve.y, -1, ROLE_DIM, "100%");
        surface_text(surface, area.x, curve.y + curve.height - 1, -1, ROLE_DIM, "  0%");
    }
    draw_share(s, QUANTITY_DEAD_SHARE, surface, curve, ROLE_DEAD, false);
    draw_share(s, QUANTITY_SATURATED_SHARE, surface, curve, ROLE_SATURATED, dead);
    if (curve.height < 2)
        return;
    struct timeline time = timeline_of(TIMELINE_LINEAR, s->record.steps.total, curve.width);
    event_ticks_draw(s, !scene->asking, &time, surface,
        &(struct tick_place){curve.x, curve.y, curve.height, curve.y, true, 0});
}

void units_draw_spark(
    const struct snapshot *s, struct surface *surface, int x, int y, int width)
{
    bool dead = is_drawn(s, QUANTITY_DEAD_SHARE);
    if (width < 8)
        return;
    draw_share(s, dead ? QUANTITY_DEAD_SHARE : QUANTITY_SATURATED_SHARE, surface,
        (struct rect){x, y, width, 1}, dead ? ROLE_DEAD : ROLE_SATURATED, false);
}

struct event {
    int64_t step;
    int layer, unit;
    bool death;
};

enum { EVENTS_MOST = 40 };

/* Puts an event in its place: the newest first, of equal ones the lower layer. */
static int add_event(struct event *events, int count, int most, struct event event)
{
    int at = count;
    if (event.step < 0 || (count == most && events[most - 1].step >= event.step))
        return count;
    count += count < most;
    at = at == most ? most - 1 : at;
    for (; at > 0 && events[at - 1].step < event.step; at--)
        events[at] = events[at - 1];
    events[at] = event;
    return count;
}

void units_draw_events(const struct snapshot *s, struct surface *surface, struct rect area)
{
    struct event events[EVENTS_MOST];
    int count = 0, most = area.height - 1 < EVENTS_MOST ? area.height - 1 : EVENTS_MOST;
    for (int64_t i = 0; i < s->seen.toll.units && most > 0; i++) {
        const struct unit_stats *view = &s->units[i];
        struct event event = {.step = view->died_at, .death = true};
        snapshot_unit_at(s, i, &event.layer, &event.unit);
        count = add_event(events, count, most, event);
        if (view->died_at < 0) {
            event.step = view->revived_at;
            event.death = false;
            count = add_event(events, count, most, event);
        }
    }
    if (count == 0)
        return;
    surface_text(surface, area.x, area.y, area.width, ROLE_HEADING, "× died  + came back");
    for (int i = 0; i < count; i++) {
        const struct event *event = &events[i];
        int x = surface_print(
            surface, area.x, area.y + 1 + i, ROLE_DIM, "step %-5" PRId64 " ", event->step);
        x = surface_text(surface, x, area.y + 1 + i, -1, event->death ? ROLE_DEAD : ROLE_GOOD,
            event->death ? "×" : "+");
        surface_print(surface, x + 1, area.y + 1 + i, ROLE_TEXT, "layer %d unit %d",
            event->layer, event->unit);
    }
}

/* What stands largest, and the lines beside it. */
struct headline {
    char number[16], words[3][40];
    enum role role;
};

static struct headline headline_of(const struct snapshot *s)
{
    struct headline h = {.role = ROLE_STRONG};
    struct unit_tally tally = tally_all(s);
    enum unit_state fate = tally.states[UNIT_NOT_FINITE] > 0 ? UNIT_NOT_FINITE : fate_of(s);
    int count = tally.states[fate];
    char share[FORMAT_SIZE];
    if (fate == UNIT_DEAD || fate == UNIT_NOT_FINITE) {
        h.role = count > 0 ? unit_state_role(fate) : ROLE_STRONG;
        format_share((double)count / tally.units, share);
        /* Together: a blank would be a hole as wide as a digit. */
        (void)snprintf(h.number, sizeof h.number, "%2.*s%%", (int)strcspn(share, " "), share);
        (void)snprintf(h.words[0], sizeof h.words[0],
            "of the units are %s:", fate == UNIT_DEAD ? "dead" : "not finite");
        (void)snprintf(h.words[1], sizeof h.words[1], "%d of %d", count, tally.units);
        return h;
    }
    (void)snprintf(
        h.number, sizeof h.number, "%.3f", tally.open * s->seen.activation.max_slope);
    (void)snprintf(h.words[0], sizeof h.words[0], "%s", mean_words(s));
    (void)snprintf(
        h.words[1], sizeof h.words[1], "of at most %.3g", s->seen.activation.max_slope);
    if (fate == UNIT_SATURATED)
        (void)snprintf(h.words[2], sizeof h.words[2], "%d of %d saturated", count, tally.units);
    return h;
}

/* The number with its words; returns the rows used. */
static int draw_headline(const struct snapshot *s, struct surface *surface, struct rect area)
{
    enum { WORDS = 24 }; /* beside the number */
    struct headline h = headline_of(s);
    int end = area.x + area.width;
    area.width -= area.height >= 5 ? WORDS : 0;
    struct bigtext_size size = bigtext_draw(surface, area, h.role, h.number);
    int x = area.x + size.columns + 2;
    if (size.rows == 0) {
        x--;
        for (int i = 0; i < 3 && x + text_columns(h.words[i]) <= end; i++)
            x = surface_text(surface, x, area.y, -1, ROLE_STRONG, h.words[i]) + 1;
        return 1;
    }
    draw_legend(s, surface, x, area.y, end - x);
    int y = area.y + size.rows - 2 - (h.words[2][0] != '\0');
    for (int i = 0; i < 3; i++)
        surface_text(surface, x, y + i, end - x, ROLE_STRONG, h.words[i]);
    return size.rows;
}

void units_present(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct snapshot *s = scene->snapshot;
    if (!units_are_read(s, surface, area))
        return;
    bool resting = !wanted_moves(&s->news.wanted) || s->seen.divergence.kind != DIVERGED_NOT,
         small = area.height < 12;
    uint64_t since =
        highlight_since(&units_state(scene)->highlight, s->seen.step, resting, scene->now);
    *scene->redraw_at = highlight_until(&units_state(scene)->highlight, resting, scene->now);
    int rows = small ? 1 : area.height / 3;
    rows = draw_headline(s, surface, (struct rect){area.x + 1, area.y, area.width - 2, rows});
    int y = rows + 1 - small, left = area.height - y;
    struct unit_grid grid =
        unit_grid_fit(s->seen.layer_count - 1, s->seen.hparams.width, area.width - 2, left - 1);
    (void)unit_grid_draw(&grid, s, surface, area.x + 1, area.y + y, since, 0, 0);
    unit_grid_draw_counts(
        &grid, s, surface, area.x + 1, area.y + y + grid.rows, units_counted(s));
    units_wave_draw(&grid, scene, surface, area.x + 1, area.y + y, area.y + y + grid.rows);
}

/* z as a sum, with the numbers where there are few. */
static void write_sum(const struct unit_detail *u, struct why *why)
{
    char text[110], number[24];
    size_t used = 0;
    unit_number(fabs(u->bias), number, sizeof number);
    const char *sign = u->bias < 0 ? "-" : "+";
    if (u->inputs > 3 && u->layer > 1) {
        WHY_LINE(why, "z = Σ w_i a_i %s %s,  a_1..a_%d of layer %d", sign, number, u->inputs,
            u->layer - 1);
        return;
    }
    if (u->inputs > 3) {
        WHY_LINE(why, "z = Σ w_i x_i %s %s,  the inputs x_1..x_%d", sign, number, u->inputs);
        return;
    }
    char below = u->layer > 1 ? 'a' : 'x';
    for (int i = 0; i < u->inputs; i++) {
        char weight[24];
        double w = u->weights[i];
        unit_number(i > 0 ? fabs(w) : w, weight, sizeof weight);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %c_%d",
            i == 0      ? ""
                : w < 0 ? " - "
                        : " + ",
            weight, below, i + 1);
    }
    WHY_LINE(why, "z = Σ w_i %c_i + b = %s %s %s", below, text, sign, number);
}

void units_why(const struct scene *scene, struct why *why)
{
    const struct snapshot *s = scene->snapshot;
    const struct unit_detail *u = &s->unit;
    (void)snprintf(why->section, sizeof why->section, "THE UNITS VIEW");
    if (!u->valid || !s->units)
        return;
    char low[24], high[24], slope[24], delta[24], now[UNIT_WORDS], then[UNIT_WORDS];
    unit_number(u->z.minimum, low, sizeof low);
    unit_number(u->z.maximum, high, sizeof high);
    unit_number(u->mean_slope, slope, sizeof slope);
    unit_number(u->delta_rms, delta, sizeof delta);
    char input = u->layer > 1 ? 'a' : 'x';
    write_sum(u, why);
    WHY_LINE(why, "%s <= z <= %s over %d sample%s", low, high, u->samples, PLURAL(u->samples));
    if (u->hidden) {
        WHY_LINE(why, "a = %s(z): not 0 on %d of %d samples;  mean φ'(z) = %s",
            s->seen.activation.name, u->active, u->samples, slope);
        WHY_LINE(why, "δ = (δ_%d W_%d) · φ'(z): rms %s;  ∂loss/∂w_i = mean of δ %c_i",
            u->layer + 1, u->layer + 1, delta, input);
    } else {
        WHY_LINE(why, "δ = ∂ℓ/∂z: rms %s;  ∂loss/∂w_i = mean of δ %c_i", delta, input);
    }
    unit_say_now(s, now);
    unit_say_outlook(s, then);
    if (!then[0])
        unit_say_cause(s, then);
    (void)snprintf(why->text, sizeof why->text, "%s %s", now, then);
}
