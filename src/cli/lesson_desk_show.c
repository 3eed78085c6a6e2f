/* What a lesson that is played shows, and the predictions it takes. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/lesson_desk.h"
#include "core/text.h"
#include "ui/screen/message.h"

/* A text with its numbers. */
static void fill(const struct lesson_desk *desk, const char *text, char *out, size_t size)
{
    const struct snapshot *snapshot = desk->screen->snapshot;
    if (text)
        lesson_player_text(&desk->player, text, snapshot ? &snapshot->seen : NULL, out, size);
    else
        out[0] = '\0';
}

static bool stops(const struct lesson_item *item)
{
    switch (item->kind) {
    case LESSON_SAY:
    case LESSON_LOOK:
    case LESSON_ASK:
    case LESSON_AGAIN:
    case LESSON_REVEAL:
    case LESSON_WAIT:
        return true;
    default:
        return false;
    }
}

void lesson_desk_place(struct lesson_desk *desk)
{
    struct lesson_panel *panel = &desk->panel;
    const struct lesson_deck *deck = desk->deck;
    const struct lesson *lesson = &deck->lessons[deck->at];
    panel->place = panel->places = 0;
    for (int i = 0; i < lesson->count; i++) {
        panel->places += stops(&lesson->items[i]);
        panel->place += stops(&lesson->items[i]) && i <= desk->player.at;
    }
    if (deck->quiz)
        (void)snprintf(panel->title, PANEL_LINE, "Question %d of %d: %.*s", deck->at + 1,
            deck->count, PANEL_LINE - 40, lesson->title);
    else
        (void)snprintf(panel->title, PANEL_LINE, "%.*s", PANEL_LINE - 1, lesson->title);
}

/* The question at hand, for its votes to come. */
static void show_question(struct lesson_desk *desk, const struct lesson_item *item)
{
    struct lesson_panel *panel = &desk->panel;
    const struct lesson *lesson = desk->player.lesson;
    const struct lesson_question *question = &lesson->questions[item->question];
    int round = item->kind == LESSON_AGAIN;
    fill(desk, question->text, panel->question, sizeof panel->question);
    fill(desk, item->kind == LESSON_AGAIN ? item->text : NULL, panel->text, sizeof panel->text);
    panel->choice_count = question->count;
    panel->right = question->right;
    panel->round = round;
    for (int i = 0; i < question->count; i++) {
        struct panel_choice *choice = &panel->choices[i];
        fill(desk, question->choices[i].text, choice->text, sizeof choice->text);
        choice->votes[1] = 0;
        choice->votes[0] = round ? choice->votes[0] : 0;
    }
    panel->taken[1] = false;
    panel->taken[0] = round && panel->taken[0];
    panel->counted = desk->counter != NULL || (round && panel->counted);
    panel->from_files = panel->opening = desk->counter != NULL;
    panel->chosen[1] = -1;
    panel->chosen[0] = round ? panel->chosen[0] : -1;
    panel->predicted = false;
    panel->measured[0] = round ? panel->measured[0] : '\0';
    message_new_run(desk->screen); /* an event that was told of just now may answer it */
    memset(desk->hands, 0, sizeof desk->hands);
    if (!desk->counter)
        return;
    struct poll poll = {.run = desk->run,
        .question = item->question + 1,
        .round = round + 1,
        .choices = question->count};
    for (int i = 0; i < question->count; i++)
        text_clean(poll.texts[i], VOTES_TEXT, panel->choices[i].text);
    vote_counter_open(desk->counter, &poll);
}

static void show_outcome(struct lesson_desk *desk, const struct lesson_item *item)
{
    struct lesson_panel *panel = &desk->panel;
    const struct lesson_question *question = &desk->player.lesson->questions[item->question];
    const struct lesson_votes *votes = &desk->player.votes[item->question];
    panel->choice_count = question->count;
    panel->right = question->right;
    for (int i = 0; i < question->count; i++) {
        struct panel_choice *choice = &panel->choices[i];
        fill(desk, question->choices[i].text, choice->text, sizeof choice->text);
        fill(desk, question->choices[i].reveal, choice->reveal, sizeof choice->reveal);
        for (int round = 0; round < LESSON_ROUNDS; round++)
            choice->votes[round] = votes->counts[round][i];
    }
    for (int round = 0; round < LESSON_ROUNDS; round++)
        panel->taken[round] = votes->taken[round];
}

static void show_end(struct lesson_desk *desk)
{
    struct lesson_panel *panel = &desk->panel;
    const struct lesson_deck *deck = desk->deck;
    bool last = deck->at + 1 == deck->count;
    lesson_panel_turn(panel, last ? PANEL_ENDS : PANEL_TELLS);
    panel->onward = deck->quiz; /* what has been answered is answered */
    if (last)
        lesson_deck_sum(deck, panel->text, sizeof panel->text);
    else
        (void)snprintf(panel->text, sizeof panel->text,
            "So far *%d of %d* predicted rightly. The next question comes.", deck->right,
            deck->asked);
}

void lesson_desk_show(struct lesson_desk *desk)
{
    struct lesson_panel *panel = &desk->panel;
    const struct lesson_item *item = lesson_player_item(&desk->player);
    lesson_desk_place(desk);
    if (!item) {
        show_end(desk);
        return;
    }
    switch (item->kind) {
    case LESSON_ASK:
    case LESSON_AGAIN:
        lesson_panel_turn(panel, PANEL_ASKS);
        show_question(desk, item);
        panel->hidden = false;
        break;
    case LESSON_REVEAL:
        lesson_panel_turn(panel, PANEL_REVEALS);
        show_outcome(desk, item);
        panel->hidden = false;
        break;
    case LESSON_WAIT:
        lesson_panel_turn(panel, desk->relieved ? PANEL_RUNS : PANEL_WAITS);
        if (item->condition.count > 0)
            (void)snprintf(panel->text, sizeof panel->text,
                "Play until *%s*. Or the lesson does it, with *Enter*.", item->text);
        break;
    case LESSON_RUN:
    case LESSON_UNTIL:
    case LESSON_CHECK:
        if (panel->page == PANEL_ASKS) /* what was asked stays to be seen */
            (void)snprintf(panel->text, sizeof panel->text, "%s", panel->question);
        lesson_panel_turn(panel, PANEL_RUNS);
        break;
    default:
        lesson_panel_turn(panel, PANEL_TELLS);
        fill(desk, item->text, panel->text, sizeof panel->text);
        if (item->kind != LESSON_LOOK)
            break;
        (void)snprintf(panel->look.place, sizeof panel->look.place, "%s", item->of.look.place);
        panel->look.layer = item->of.look.layer;
        panel->look.unit = item->of.look.unit;
        break;
    }
}

/* Votes that can be counted come beside the hands. */
void lesson_desk_count(struct lesson_desk *desk)
{
    struct lesson_panel *panel = &desk->panel;
    struct vote_count count = {.unreadable = 0};
    struct error error = {.text = ""};
    if (!panel->counted || panel->page != PANEL_ASKS || panel->predicted)
        return;
    panel->opening =
        desk->counter && !vote_counter_news(desk->counter, &count, &error) && !error.text[0];
    if (error.text[0] && strcmp(error.text, desk->said.text) != 0)
        screen_say(desk->screen, true, error.text);
    desk->said = error;
    for (int i = 0; i < panel->choice_count; i++)
        panel->choices[i].votes[panel->round] = count.counts[i] + desk->hands[i];
    panel->unreadable = count.unreadable;
}

/* Said until it is done as it wants. */
static void refuse(struct lesson_desk *desk, const char *text)
{
    screen_say(desk->screen, true, text);
    (void)snprintf(desk->refusal, sizeof desk->refusal, "%s", text);
}

static void take_refusal_back(struct lesson_desk *desk)
{
    if (desk->refusal[0] && strcmp(desk->screen->message, desk->refusal) == 0)
        message_drop(desk->screen);
    desk->refusal[0] = '\0';
}

/* Whether a question waits for votes. */
static bool asks(struct lesson_desk *desk)
{
    bool open = desk->begun && !desk->panel.left && desk->panel.page == PANEL_ASKS;
    if (!open)
        screen_say(desk->screen, true,
            desk->panel.left ? "the lesson has been left: Enter comes back to its question"
                             : "the lesson asks nothing just now");
    return open;
}

void lesson_desk_choose(struct lesson_desk *desk, int choice)
{
    struct lesson_panel *panel = &desk->panel;
    char text[160];
    if (!asks(desk))
        return;
    if (choice > panel->choice_count) {
        (void)snprintf(text, sizeof text, "there are %d choices: 1 to %d", panel->choice_count,
            panel->choice_count);
        refuse(desk, text);
        return;
    }
    if (panel->from_files) {
        (void)snprintf(
            text, sizeof text, "votes are counted in %s; H adds hands", SHOWN(desk->votes));
        screen_say(desk->screen, true, text);
        return;
    }
    take_refusal_back(desk);
    panel->counted = false;
    for (int i = 0; i < panel->choice_count; i++)
        panel->choices[i].votes[panel->round] = i == choice - 1;
    panel->chosen[panel->round] = choice - 1;
}

void lesson_desk_hands(struct lesson_desk *desk, const char *text)
{
    enum { HANDS_MOST = 10000 };
    struct lesson_panel *panel = &desk->panel;
    int hands[PANEL_CHOICES] = {0}, count = 0;
    char message[160];
    const char *at = text;
    if (!asks(desk))
        return;
    while (isdigit((unsigned char)*at) && count < panel->choice_count) {
        char *end;
        unsigned long number = strtoul(at, &end, 10);
        if (number > HANDS_MOST) {
            refuse(desk, "hands: 10000 at most for a choice");
            return;
        }
        hands[count++] = (int)number;
        at = end + strspn(end, " ,");
    }
    if (*at || count < panel->choice_count) {
        (void)snprintf(message, sizeof message,
            "hands: a number for each of the %d choices, such as hands%s", panel->choice_count,
            panel->choice_count == 2       ? " 12 18"
                : panel->choice_count == 3 ? " 12 15 3"
                                           : " 12 10 5 3");
        refuse(desk, message);
        return;
    }
    take_refusal_back(desk);
    memcpy(desk->hands, hands, sizeof hands);
    panel->counted = true;
    panel->chosen[panel->round] = -1;
    lesson_desk_count(desk);
}

bool lesson_desk_close(struct lesson_desk *desk)
{
    struct lesson_panel *panel = &desk->panel;
    int counts[LESSON_CHOICES_MOST] = {0};
    lesson_desk_count(desk);
    if (lesson_panel_total(panel, panel->round) == 0) {
        refuse(desk,
            panel->counted ? "nobody has voted yet; f goes on without a prediction"
                           : "predict first: press a number; f goes on without a prediction");
        return false;
    }
    take_refusal_back(desk);
    for (int i = 0; i < panel->choice_count; i++)
        counts[i] = panel->choices[i].votes[panel->round];
    lesson_player_vote(&desk->player, counts);
    panel->taken[panel->round] = true;
    panel->predicted = desk->added = true;
    if (desk->counter)
        vote_counter_open(desk->counter, NULL);
    return true;
}
