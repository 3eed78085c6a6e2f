#include "cli/lesson_desk.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/text.h"
#include "engine/lesson_trial.h"

/* It is quiet, and what the item at hand reads is known of the step. */
static bool is_known(const struct lesson_desk *desk)
{
    if (!lesson_desk_quiet(desk))
        return false;
    const struct snapshot *snapshot = desk->screen->snapshot, *ghost = snapshot->ghost;
    unsigned needs = lesson_player_needs(&desk->player);
    bool behind = ghost && ghost->seen.step < snapshot->seen.step &&
        ghost->seen.divergence.kind == DIVERGED_NOT;
    return !((needs & LESSON_NEEDS_GHOST) && behind) &&
        (!(needs & CONDITION_SURVEYS) || snapshot->seen.surveyed);
}

static const struct lesson_item *item_of(const struct lesson_desk *desk)
{
    return lesson_player_item(&desk->player);
}

static void next(struct lesson_desk *desk)
{
    desk->begun = desk->relieved = false;
    lesson_player_next(&desk->player);
}

/* Until a condition holds, or after so many steps; false where that cannot be said in a line.
 */
static bool run_until(
    struct lesson_desk *desk, const struct condition *condition, uint64_t steps, bool bounded)
{
    struct condition until = *condition;
    char text[CONDITION_TEXT], line[CONDITION_TEXT + 8];
    if (bounded && until.count + 2 <= CONDITION_PARTS) {
        uint64_t last = desk->screen->snapshot->seen.step + steps;
        until.parts[until.count++] =
            (struct condition_part){.kind = CONDITION_STEP, .value = (double)last};
        if (until.count > 1)
            until.parts[until.count++] = (struct condition_part){.kind = CONDITION_OR};
    }
    size_t length = condition_write(&until, text, sizeof text);
    if (length >= COMMAND_ARGUMENT_SIZE && condition->count > 0)
        length = condition_write(condition, text, sizeof text);
    if (length >= COMMAND_ARGUMENT_SIZE)
        return false;
    (void)snprintf(line, sizeof line, "until %s", text);
    lesson_desk_command(desk, line);
    return true;
}

/* An item that makes steps: whether it has begun. */
static bool begin_run(struct lesson_desk *desk, const struct lesson_item *item)
{
    static const struct condition none;
    bool runs = item->kind == LESSON_RUN;
    if (!lesson_desk_quiet(desk))
        return false;
    memcpy(desk->heard, desk->screen->message, sizeof desk->heard);
    if (!run_until(desk, runs ? &none : &item->condition, item->steps, true))
        screen_say(desk->screen, true, "the lesson's condition is too long for the laboratory");
    if (!desk->redoing)
        lesson_desk_show(desk);
    desk->begun = true;
    return true;
}

/* What was waited for and has not come is told, as lesson --check would. */
static void say_missed(struct lesson_desk *desk, const struct lesson_item *item)
{
    const struct snapshot *snapshot = desk->screen->snapshot;
    char text[400];
    if (desk->redoing || item->condition.count == 0 ||
        condition_holds(&item->condition, &snapshot->seen, &snapshot->story.alerts) ==
            TRUTH_YES)
        return;
    (void)snprintf(text, sizeof text, "the lesson's line %d: %s has not come by step %" PRIu64,
        item->line, SHOWN(item->text), snapshot->seen.step);
    screen_say(desk->screen, true, text);
}

/* What it has begun is done: its message, unless it says why it stops, says nothing new; what a
 * command has talked over stands again. */
static void end_item(struct lesson_desk *desk, const struct lesson_item *item)
{
    struct screen *screen = desk->screen;
    bool stops = item->kind == LESSON_UNTIL || item->kind == LESSON_WAIT;
    if (!stops && !screen->message_is_error && strcmp(screen->message, desk->heard) != 0)
        screen_say(screen, false, item->kind == LESSON_COMMAND ? desk->heard : "");
    say_missed(desk, item);
    next(desk);
}

static void visit(void *context, struct session *session)
{
    struct desk_check *check = context;
    check->found.known = false;
    (void)lesson_check_gradient(session->run->training, &check->wanted, &check->found);
}

/* A gradient check: whether it is over. One that was given up is made again. */
static bool do_check(struct lesson_desk *desk, const struct lesson_item *item)
{
    struct desk_check *check = &desk->check;
    bool came = check->asked && source_visited(desk->source);
    check->asked = check->asked && !came;
    if (came && desk->begun && check->found.known) {
        desk->begun = false;
        lesson_player_checked(&desk->player, &check->found);
        return true;
    }
    if (check->asked || !lesson_desk_quiet(desk))
        return false;
    check->wanted = item->of.check;
    check->asked = source_visit(desk->source, visit, check);
    desk->begun = true;
    if (!desk->redoing)
        lesson_desk_show(desk);
    if (!check->asked)
        next(desk);
    return !check->asked;
}

/* What was expected and is not so here is said: the lesson would claim what is not. */
static void say_wrong(struct lesson_desk *desk, const struct lesson_item *item,
    const struct lesson_finding *found)
{
    char text[400];
    (void)snprintf(text, sizeof text, "the lesson's line %d is not so here: %s: %s", item->line,
        SHOWN(item->text ? item->text : ""), found->words);
    screen_say(desk->screen, true, text);
}

/* What decides the question: that its right choice's expect holds; else any expect. */
static void keep_measured(struct lesson_desk *desk, const struct lesson_item *item,
    const struct lesson_finding *found)
{
    char *measured = desk->panel.measured;
    bool decides = item->question >= 0 && found->truth == TRUTH_YES;
    if (!decides && (item->question >= 0 || measured[0]))
        return;
    (void)snprintf(measured, PANEL_LINE, "%.*s", PANEL_LINE - 1, found->words);
}

static bool take_number(struct lesson_desk *desk, const struct lesson_item *item)
{
    struct lesson_finding found = {.as_wanted = true};
    const struct lesson_expect *expect = &item->of.expect;
    const struct snapshot *snapshot = desk->screen->snapshot;
    bool expects = item->kind == LESSON_EXPECT;
    uint64_t seed = desk->screen->wanted.hparams.seed;
    /* Of other seeds nothing is said. */
    bool meant = expects && seed >= expect->first_seed && seed <= expect->last_seed;
    if (!is_known(desk))
        return false;
    desk->begun = false;
    lesson_player_take(&desk->player, &snapshot->seen, &snapshot->story.alerts, &found);
    desk->added = desk->added || !desk->redoing;
    if (!meant || desk->redoing)
        return true;
    if (!found.as_wanted)
        say_wrong(desk, item, &found);
    else
        keep_measured(desk, item, &found);
    return true;
}

/* The student plays until it holds. */
static bool await(struct lesson_desk *desk, const struct lesson_item *item)
{
    const struct snapshot *snapshot = desk->screen->snapshot;
    if (!snapshot)
        return false;
    if (!desk->begun) {
        if (!is_known(desk))
            return false;
        lesson_desk_show(desk);
        desk->begun = true;
    }
    if (condition_holds(&item->condition, &snapshot->seen, &snapshot->story.alerts) !=
        TRUTH_YES)
        return false;
    lesson_desk_command(desk, "pause");
    next(desk);
    return true;
}

/* An item that waits for a key: shown once its numbers are known. */
static bool rest(struct lesson_desk *desk)
{
    if (desk->redoing) {
        next(desk);
        return true;
    }
    if (!desk->begun && is_known(desk)) {
        lesson_desk_show(desk);
        desk->begun = true;
    }
    return false;
}

static bool do_command(struct lesson_desk *desk, const struct lesson_item *item)
{
    enum command_id id = item->of.command.id;
    bool speed = id == COMMAND_SPEED || id == COMMAND_FASTER || id == COMMAND_SLOWER;
    if (!lesson_desk_quiet(desk))
        return false;
    if (desk->begun || (desk->redoing && speed)) {
        end_item(desk, item);
        return true;
    }
    memcpy(desk->heard, desk->screen->message, sizeof desk->heard);
    lesson_desk_command(desk, item->text);
    desk->begun = true;
    return true;
}

/* The end of the lesson at hand. */
static void end_lesson(struct lesson_desk *desk)
{
    if (desk->begun || desk->redoing)
        return;
    lesson_deck_judge(desk->deck, &desk->player);
    desk->begun = desk->added = true;
    lesson_desk_show(desk);
}

/* Goes on with the item at hand, if that can be now. */
static bool advance(struct lesson_desk *desk)
{
    const struct lesson_item *item = item_of(desk);
    if (desk->redoing && desk->player.at == desk->goal && !desk->begun) {
        if (!lesson_desk_quiet(desk) || !lesson_desk_arrive(desk))
            return false;
    }
    if (!item) {
        end_lesson(desk);
        return false;
    }
    switch (item->kind) {
    case LESSON_SECTION:
        (void)snprintf(desk->panel.section, PANEL_LINE, "%.*s", PANEL_LINE - 1, item->text);
        next(desk);
        return true;
    case LESSON_TRANSFER:
        (void)snprintf(desk->panel.section, PANEL_LINE, "And elsewhere?");
        next(desk);
        return true;
    case LESSON_COMMAND:
        return do_command(desk, item);
    case LESSON_WAIT:
        if (item->condition.count == 0)
            return rest(desk);
        if (!desk->redoing && !desk->relieved)
            return await(desk, item);
        /* fall through */
    case LESSON_RUN:
    case LESSON_UNTIL:
        if (!desk->begun)
            return begin_run(desk, item);
        if (!is_known(desk))
            return false;
        end_item(desk, item);
        return true;
    case LESSON_CHECK:
        return do_check(desk, item);
    case LESSON_LET:
    case LESSON_EXPECT:
        return take_number(desk, item);
    default:
        return rest(desk);
    }
}

/* With another seed what it says may not be so: that is said once, when it rests, or behind
 * what the laboratory says of a change. */
static void tell_seed(struct lesson_desk *desk)
{
    const struct lesson *lesson = desk->player.lesson;
    char seeds[80], text[160];
    const struct snapshot *snapshot = desk->screen->snapshot;
    uint64_t seed = desk->screen->wanted.hparams.seed;
    bool plays =
        desk->panel.left || desk->panel.page == PANEL_WAITS || desk->panel.page == PANEL_ENDS;
    bool rests = plays ? snapshot && snapshot->news.wanted.hparams.seed == seed
                       : desk->begun && lesson_desk_quiet(desk);
    if (desk->redoing || !rests)
        return;
    bool told = desk->told.lesson == lesson && desk->told.seed == seed;
    if (told || lesson_expects(lesson) == 0 || lesson_verifies(lesson, seed))
        return;
    desk->told.lesson = lesson;
    desk->told.seed = seed;
    lesson_seeds(lesson, seeds, sizeof seeds);
    (void)snprintf(text, sizeof text, "this lesson is verified on seed%s %s, not on %" PRIu64,
        strpbrk(seeds, ".,") ? "s" : "", seeds, seed);
    screen_say(desk->screen, false, text);
}

void lesson_desk_go(struct lesson_desk *desk)
{
    if (!desk->deck)
        return;
    const struct snapshot *snapshot = desk->screen->snapshot;
    lesson_desk_count(desk);
    desk->player.numbers.ghost = snapshot && snapshot->ghost ? &snapshot->ghost->seen : NULL;
    while (!desk->panel.left && advance(desk))
        ;
    tell_seed(desk);
    desk->player.numbers.ghost = NULL; /* it is of this snapshot */
}

/* Commands that leave the run as it is. */
static bool leaves(const struct command *command)
{
    return command->id != COMMAND_SPEED && command->id != COMMAND_FASTER &&
        command->id != COMMAND_SLOWER;
}

void lesson_desk_heed(struct lesson_desk *desk)
{
    const struct screen *screen = desk->screen;
    bool changed = false;
    for (int i = 0; desk->deck && i < screen->outbox_count; i++)
        changed = changed || leaves(&screen->outbox[i]);
    if (!changed)
        return;
    desk->changed = true;
    /* Where it waits for the student to play, that is no leaving; nor is it at the end. */
    if (desk->panel.page != PANEL_WAITS && desk->panel.page != PANEL_ENDS)
        desk->panel.left = true;
}

/* The next lesson of a quiz. */
static void turn_over(struct lesson_desk *desk)
{
    struct lesson_deck *deck = desk->deck;
    if (deck->at + 1 == deck->count)
        return;
    deck->at++;
    desk->run++;
    memset(desk->player.votes, 0, sizeof desk->player.votes);
    desk->panel.section[0] = desk->panel.measured[0] = '\0';
    desk->panel.predicted = false;
    lesson_desk_redo(desk, 0);
}

/* The student has read it, or comes back. */
static void go_on(struct lesson_desk *desk)
{
    const struct lesson_item *item = item_of(desk);
    if (desk->panel.left) {
        lesson_desk_redo(desk, desk->redoing ? desk->goal : desk->player.at);
        return;
    }
    if (!desk->begun)
        return; /* not yet there */
    if (!item) {
        turn_over(desk);
        return;
    }
    switch (item->kind) {
    case LESSON_ASK:
    case LESSON_AGAIN:
        if (!lesson_desk_close(desk))
            return;
        break;
    case LESSON_REVEAL:
        desk->panel.predicted = false;
        break;
    case LESSON_WAIT:
        if (item->condition.count > 0) { /* what the student has not done the lesson does */
            desk->relieved = true;
            desk->begun = false;
            if (desk->changed)
                lesson_desk_command(desk, "pause");
            return;
        }
        if (desk->changed) {
            lesson_desk_redo(desk, desk->player.at + 1);
            return;
        }
        break;
    case LESSON_SAY:
    case LESSON_LOOK:
        break;
    default:
        return; /* it is at work */
    }
    next(desk);
}

/* To the beginning of this section, or of the one before where it has only just begun. */
static void go_back(struct lesson_desk *desk)
{
    const struct lesson *lesson = desk->player.lesson;
    int start = 0, before = 0, stops = 0, at = desk->player.at;
    for (int i = 0; i < at; i++) {
        if (lesson->items[i].kind == LESSON_SECTION) {
            before = start;
            start = i;
            stops = 0;
        }
        stops +=
            lesson->items[i].kind <= LESSON_REVEAL && lesson->items[i].kind != LESSON_SECTION;
    }
    if (desk->panel.onward) {
        screen_say(desk->screen, true, "what has been answered is answered");
        return;
    }
    desk->panel.section[0] = '\0';
    desk->panel.predicted = false;
    desk->run++; /* what is asked again is voted on again */
    lesson_desk_redo(desk, stops > 0 || desk->panel.left ? start : before);
}

static void skip(struct lesson_desk *desk)
{
    const struct lesson_item *item = item_of(desk);
    if (!desk->begun || !item || desk->panel.left || desk->panel.page != PANEL_ASKS) {
        screen_say(desk->screen, true, "there is no question here to go past");
        return;
    }
    if (desk->counter)
        vote_counter_open(desk->counter, NULL);
    desk->panel.predicted = true;
    screen_say(desk->screen, false,
        "gone on without a prediction: who does not predict sees less of what comes");
    next(desk);
}

bool lesson_desk_errand(struct lesson_desk *desk)
{
    struct screen *screen = desk->screen;
    struct command asked = screen->errand;
    if (!desk->deck || command_table[asked.id].scope != SCOPE_LESSON)
        return false;
    screen->has_errand = false;
    if (asked.id == COMMAND_CHOOSE)
        lesson_desk_choose(desk, (int)fmin(asked.number, 1000));
    else if (asked.id == COMMAND_HANDS)
        lesson_desk_hands(desk, asked.text);
    else if (strcmp(asked.text, "back") == 0)
        go_back(desk);
    else if (strcmp(asked.text, "skip") == 0)
        skip(desk);
    else if (desk->redoing && !desk->panel.left)
        screen_say(screen, false, "the lesson sets up what it had: a moment");
    else
        go_on(desk);
    return true;
}

bool lesson_desk_begin(struct lesson_desk *desk, struct lesson_deck *deck, const char *votes,
    double speed, int wake_fd, struct error *error)
{
    desk->votes = votes;
    if (votes) {
        desk->counter = vote_counter_create(votes, wake_fd, error);
        if (!desk->counter)
            return false;
    }
    if (desk->receipt) {
        desk->keeper = receipt_keeper_create(desk->receipt, wake_fd);
        if (!desk->keeper)
            return error_set(error, "there can be no further thread, for the receipt");
    }
    desk->deck = deck;
    desk->first = desk->screen->wanted.hparams;
    desk->speed = speed;
    /* Below it is room for a thousand times that it goes back. */
    desk->run = ((uint64_t)time(NULL) << 32) ^ ((uint64_t)getpid() << 10);
    lesson_player_begin(&desk->player, &deck->lessons[deck->at]);
    desk->panel = (struct lesson_panel){.chosen = {-1, -1}};
    desk->screen->lesson = &desk->panel;
    lesson_desk_place(desk);
    return true;
}

void lesson_desk_end(struct lesson_desk *desk)
{
    vote_counter_destroy(desk->counter);
    receipt_keeper_end(desk->keeper);
    if (desk->screen)
        desk->screen->lesson = NULL;
    desk->counter = NULL;
    desk->keeper = NULL;
    desk->deck = NULL;
}
