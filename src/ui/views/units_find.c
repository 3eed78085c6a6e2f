#include "ui/views/units.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool stands_out(const struct unit_stats *unit)
{
    return unit->state != UNIT_ALIVE;
}

int64_t unit_find(const struct snapshot *s, int64_t from, int64_t steps, int64_t *place)
{
    int64_t count = 0, before = 0, here = 0;
    for (int64_t i = 0; i < s->seen.toll.units; i++) {
        bool out = stands_out(&s->units[i]);
        count += out;
        before += out && i < from;
        here += out && i == from;
    }
    if (count == 0)
        return -1;
    int64_t wanted = (steps > 0 ? before + here + steps - 1 : before + steps) % count;
    *place = wanted < 0 ? wanted + count : wanted;
    int64_t left = *place + 1;
    for (int64_t i = 0; i < s->seen.toll.units; i++) {
        left -= stands_out(&s->units[i]);
        if (left == 0)
            return i;
    }
    return -1;
}

/* What a unit is that stands out; newly dead: after step `since`. */
static void write_state(const struct unit_stats *unit, uint64_t since, char *text, size_t size)
{
    static const char *const words[UNIT_STATES] = {[UNIT_RARE] = "rarely active",
        [UNIT_DEAD] = "dead",
        [UNIT_SATURATED] = "saturated",
        [UNIT_NOT_FINITE] = "not finite"};
    if (unit->state != UNIT_DEAD || unit->died_at < 0)
        (void)snprintf(text, size, "%s", words[unit->state]);
    else
        (void)snprintf(text, size, "%s step %" PRId64,
            unit->died_at > (int64_t)since ? "newly dead, at" : "dead since", unit->died_at);
}

/* "22 dead, 5 rare": what of there is any. */
static void write_counts(const struct snapshot *s, char *text, size_t size)
{
    static const struct {
        enum unit_state state;
        const char *name;
    } told[] = {{UNIT_NOT_FINITE, "not finite"}, {UNIT_DEAD, "dead"},
        {UNIT_SATURATED, "saturated"}, {UNIT_RARE, "rare"}};
    int counts[UNIT_STATES] = {0};
    size_t used = 0;
    for (int64_t i = 0; i < s->seen.toll.units; i++)
        counts[s->units[i].state]++;
    text[0] = '\0';
    for (size_t i = 0; i < ARRAY_LEN(told) && used < size; i++) {
        if (counts[told[i].state] > 0)
            used += (size_t)snprintf(text + used, size - used, "%s%d %s", used > 0 ? ", " : "",
                counts[told[i].state], told[i].name);
    }
}

static void say_none(const struct snapshot *s, struct error *message)
{
    int64_t units = s->seen.toll.units;
    if (s->seen.activation.flat)
        error_set(
            message, "no unit stands out: none of %" PRId64 " is dead or rarely active", units);
    else if (s->seen.activation.bounded)
        error_set(message, "no unit stands out: none of %" PRId64 " is saturated", units);
    else
        error_set(message,
            "no unit stands out: those of %s count neither as dead nor as saturated",
            s->seen.activation.name);
}

enum view_reply units_command(
    const struct scene *scene, const struct command *command, struct error *message)
{
    if (command->id != COMMAND_FIND)
        return VIEW_NOT_MINE;
    const struct snapshot *s = scene->snapshot;
    if (!s || !s->units) {
        error_set(message, "no units are shown here: choose the units view, key 2");
        return VIEW_REFUSED;
    }
    int width = s->seen.hparams.width, number = (int)command->number;
    int64_t place = 0, from = snapshot_units_from(s, scene->selection.layer);
    if (scene->selection.layer < s->seen.layer_count)
        from += scene->selection.unit - 1;
    int64_t found = unit_find(s, from, number, &place);
    if (found < 0) {
        say_none(s, message);
        return VIEW_DONE;
    }
    bool resting = !wanted_moves(&s->news.wanted) || s->seen.divergence.kind != DIVERGED_NOT;
    uint64_t since =
        highlight_since(&units_state(scene)->highlight, s->seen.step, resting, scene->now);
    snapshot_unit_at(s, found, &scene->select->layer, &scene->select->unit);
    char what[48], counts[80];
    struct unit_tally all =
        unit_tally_of(s, 1, s->seen.layer_count - 1, 1, width, s->seen.step);
    write_state(&s->units[found], since, what, sizeof what);
    write_counts(s, counts, sizeof counts);
    error_set(message, "unit %d of layer %d: %s; %" PRId64 " of %d: %s", scene->select->unit,
        scene->select->layer, what, place + 1, all.units - all.states[UNIT_ALIVE], counts);
    return VIEW_DONE;
}
