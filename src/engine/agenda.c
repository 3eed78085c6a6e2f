#include "engine/agenda.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void take_off(struct agenda *agenda, int at)
{
    agenda->count--;
    for (int i = at; i < agenda->count; i++)
        agenda->list[i] = agenda->list[i + 1];
}

static bool drop(struct agenda *agenda, uint64_t step, struct error *error)
{
    int before = agenda->count;
    for (int i = agenda->count - 1; i >= 0; i--) {
        if (step == 0 || agenda->list[i].step == step)
            take_off(agenda, i);
    }
    if (agenda->count < before)
        return true;
    return step == 0 ? error_set(error, "nothing is armed")
                     : error_set(error, "nothing is armed for step %" PRIu64, step);
}

static bool is_relative(const struct command *command)
{
    return command->id == COMMAND_NEXT || command->id == COMMAND_PREVIOUS ||
        command->id == COMMAND_FASTER || command->id == COMMAND_SLOWER;
}

/* Whether the later command leaves nothing of the earlier one, at the same step. */
static bool replaces(const struct command *later, const struct command *earlier)
{
    bool earlier_sets = earlier->row != NULL;
    if (is_relative(later))
        return false;
    return later->row ? earlier_sets && later->row == earlier->row : later->id == earlier->id;
}

bool agenda_do(struct agenda *agenda, const struct command *at, struct error *error)
{
    struct armed new = {.step = (uint64_t)at->number};
    if (strcmp(at->text, "drop") == 0)
        return drop(agenda, new.step, error);
    if (!*at->text)
        return error_set(error, "at what? at STEP COMMAND, at STEP drop, or at drop");
    if (!command_parse(at->text, &new.command, error))
        return false;
    struct agenda changed = *agenda;
    for (int i = changed.count - 1; i >= 0; i--) {
        /* One that was accepted is replaced when this one is, too. */
        if (changed.list[i].step == new.step && !changed.list[i].accepted &&
            replaces(&new.command, &changed.list[i].command))
            take_off(&changed, i);
    }
    if (changed.count == AGENDA_MOST)
        return error_set(
            error, "%d commands are armed: no more have room; at drop disarms", AGENDA_MOST);
    int place = agenda_after(&changed, new.step);
    for (int i = changed.count++; i > place; i--)
        changed.list[i] = changed.list[i - 1];
    changed.list[place] = new;
    *agenda = changed;
    return true;
}

bool agenda_accept(struct agenda *agenda, uint64_t present, struct error *error)
{
    bool done = true;
    for (int i = agenda->count - 1; i >= 0; i--) {
        struct armed armed = agenda->list[i];
        char text[COMMAND_TEXT_SIZE];
        agenda->list[i].accepted = true;
        if (armed.accepted || armed.step > present)
            continue;
        armed_text(&armed, text, sizeof text);
        take_off(agenda, i);
        done = false;
        if (armed.step == present)
            error_set(error, "step %" PRIu64 " is reached already: '%s' alone sets it now",
                present, text);
        else
            error_set(error,
                "step %" PRIu64 " is past, the run is at %" PRIu64
                ": arm a later one, or r before",
                armed.step, present);
    }
    for (int i = agenda->count - 1; i > 0; i--) {
        for (int k = i - 1; k >= 0 && agenda->list[k].step == agenda->list[i].step; k--) {
            if (replaces(&agenda->list[i].command, &agenda->list[k].command)) {
                take_off(agenda, k);
                i--;
            }
        }
    }
    return done;
}

int agenda_after(const struct agenda *agenda, uint64_t step)
{
    int first = 0;
    while (first < agenda->count && agenda->list[first].step <= step)
        first++;
    return first;
}

void armed_text(const struct armed *armed, char *text, size_t size)
{
    char written[COMMAND_TEXT_SIZE] = "";
    (void)command_write(&armed->command, written, NULL);
    bool sets = armed->command.id == COMMAND_SET;
    (void)snprintf(text, size, "%s", written + (sets ? strlen("set ") : 0));
}
