/* A lesson that is played: having the laboratory do what it says, and all of that again. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/lesson_desk.h"

void lesson_desk_command(struct lesson_desk *desk, const char *text)
{
    struct screen *screen = desk->screen;
    screen_command(screen, text);
    for (int i = 0; i < screen->outbox_count; i++)
        source_send(desk->source, &screen->outbox[i]);
    screen->outbox_count = 0;
}

bool lesson_desk_quiet(const struct lesson_desk *desk)
{
    const struct screen *screen = desk->screen;
    if (!screen->snapshot || screen_works(screen))
        return false;
    const struct wanted *wanted = &screen->snapshot->news.wanted;
    return !wanted_moves(wanted) && wanted->owed == 0 && !wanted->seeking && !wanted->waiting &&
        !wanted->branching;
}

/* The run as each lesson finds it: step 0 of the default settings, paused. */
static void set_up(struct lesson_desk *desk)
{
    static const char *const first[] = {
        "pause", "until off", "at drop", "ghost off", "timeline off", "split off", "view flow"};
    char text[COMMAND_TEXT_SIZE], value[COMMAND_ARGUMENT_SIZE];
    for (size_t i = 0; i < ARRAY_LEN(first); i++)
        lesson_desk_command(desk, first[i]);
    for (int i = 0; i < hparam_count; i++) {
        const struct hparam *row = &hparam_table[i];
        if (hparam_equal(&desk->first, &desk->screen->wanted.hparams, row))
            continue;
        hparam_format(&desk->first, row, value, sizeof value);
        (void)snprintf(text, sizeof text, "set %s %s", row->name, *value ? value : "-");
        lesson_desk_command(desk, text);
    }
    lesson_desk_command(desk, "reset");
    lesson_desk_command(desk, "layer 1");
    lesson_desk_command(desk, "unit 1");
}

static void set_speed(struct lesson_desk *desk, double speed)
{
    char text[COMMAND_TEXT_SIZE];
    struct command wanted = {.id = COMMAND_SPEED, .number = speed};
    if (command_write(&wanted, text, NULL))
        lesson_desk_command(desk, text);
}

/* The speed that the lesson has set before an item. */
static double speed_at(const struct lesson_desk *desk, int at)
{
    const struct lesson *lesson = desk->player.lesson;
    double speed = desk->speed;
    for (int i = 0; i < at; i++) {
        if (lesson->items[i].kind == LESSON_COMMAND &&
            lesson->items[i].of.command.id == COMMAND_SPEED)
            speed = lesson->items[i].of.command.number;
    }
    return speed;
}

void lesson_desk_redo(struct lesson_desk *desk, int goal)
{
    struct lesson_votes votes[LESSON_QUESTIONS_MOST];
    _Static_assert(sizeof votes == sizeof desk->player.votes, "all of them");
    memcpy(votes, desk->player.votes, sizeof votes);
    lesson_player_begin(&desk->player, &desk->deck->lessons[desk->deck->at]);
    memcpy(desk->player.votes, votes, sizeof votes);
    if (desk->counter)
        vote_counter_open(desk->counter, NULL);
    desk->panel.left = desk->changed = desk->begun = desk->relieved = false;
    desk->redoing = desk->panel.busy = true;
    desk->paced = false;
    desk->goal = goal;
    set_up(desk);
    set_speed(desk, INFINITY);
}

bool lesson_desk_arrive(struct lesson_desk *desk)
{
    char text[120];
    if (!desk->paced) {
        desk->paced = true;
        set_speed(desk, speed_at(desk, desk->goal));
        lesson_desk_command(desk, "before drop"); /* that was the student's */
        return lesson_desk_quiet(desk) && lesson_desk_arrive(desk);
    }
    desk->redoing = desk->panel.busy = false;
    (void)snprintf(text, sizeof text,
        "back in the lesson: all is set as it was, at step %" PRIu64,
        desk->screen->snapshot->seen.step);
    screen_say(desk->screen, false, text);
    return true;
}
