#include "engine/lesson_player.h"

#include <string.h>

void lesson_player_begin(struct lesson_player *player, const struct lesson *lesson)
{
    memset(player, 0, sizeof *player);
    player->lesson = lesson;
}

const struct lesson_item *lesson_player_item(const struct lesson_player *player)
{
    const struct lesson *lesson = player->lesson;
    return player->at < lesson->count ? &lesson->items[player->at] : NULL;
}

/* What is said of a question, or of its choices when it is revealed. */
static unsigned question_needs(
    const struct lesson *lesson, const struct lesson_question *question, bool revealed)
{
    unsigned needs = revealed ? 0 : lesson_text_needs(question->text, &lesson->names);
    for (int i = 0; i < question->count; i++) {
        const struct lesson_choice *choice = &question->choices[i];
        needs |= lesson_text_needs(revealed ? choice->reveal : choice->text, &lesson->names);
    }
    return needs;
}

unsigned lesson_player_needs(const struct lesson_player *player)
{
    const struct lesson *lesson = player->lesson;
    const struct lesson_item *item = lesson_player_item(player);
    if (!item)
        return 0;
    switch (item->kind) {
    case LESSON_LET:
        return lesson_let_needs(&item->of.let);
    case LESSON_EXPECT:
        return lesson_expect_needs(&item->of.expect);
    case LESSON_UNTIL:
    case LESSON_WAIT:
        return condition_needs(&item->condition);
    case LESSON_ASK:
    case LESSON_REVEAL:
        return question_needs(
            lesson, &lesson->questions[item->question], item->kind == LESSON_REVEAL);
    case LESSON_SAY:
    case LESSON_LOOK:
    case LESSON_AGAIN:
        return item->text ? lesson_text_needs(item->text, &lesson->names) : 0;
    default:
        return 0;
    }
}

void lesson_player_next(struct lesson_player *player)
{
    if (player->at < player->lesson->count)
        player->at++;
    const struct lesson_item *item = lesson_player_item(player);
    if (item && item->kind == LESSON_REVEAL)
        player->votes[item->question].revealed = true;
}

int lesson_player_round(const struct lesson_player *player)
{
    const struct lesson_item *item = lesson_player_item(player);
    return item && item->kind == LESSON_AGAIN;
}

void lesson_player_vote(struct lesson_player *player, const int counts[LESSON_CHOICES_MOST])
{
    const struct lesson_item *item = lesson_player_item(player);
    if (!item || (item->kind != LESSON_ASK && item->kind != LESSON_AGAIN))
        return;
    struct lesson_votes *votes = &player->votes[item->question];
    int round = lesson_player_round(player);
    memcpy(votes->counts[round], counts, sizeof votes->counts[round]);
    votes->taken[round] = true;
    if (!votes->revealed)
        memcpy(votes->predicted[round], counts, sizeof votes->predicted[round]);
}

void lesson_player_checked(struct lesson_player *player, const struct lesson_checked *checked)
{
    player->numbers.checked = *checked;
    lesson_player_next(player);
}

/* Whether it is as the lesson says; what cannot be told is not. */
static bool as_wanted(
    const struct lesson *lesson, const struct lesson_item *item, enum truth truth)
{
    int answer = item->of.expect.answer;
    bool right = answer == 0 || lesson->questions[item->question].right == answer - 1;
    return truth == (right ? TRUTH_YES : TRUTH_NO);
}

void lesson_player_take(struct lesson_player *player, const struct observation *seen,
    const struct alerts *alerts, struct lesson_finding *finding)
{
    const struct lesson_item *item = lesson_player_item(player);
    struct lesson_numbers *numbers = &player->numbers;
    struct lesson_measured measured = {
        true, true, seen ? seen->step : 0, {READING_UNDEFINED, 0}};
    if (item && item->kind == LESSON_LET) {
        const struct lesson_let *let = &item->of.let;
        measured.value = numbers->names[let->name] = lesson_let_read(let, seen, numbers);
        numbers->named[let->name] = true;
    }
    if (item && item->kind == LESSON_EXPECT) {
        const struct lesson_expect *expect = &item->of.expect;
        enum truth truth = lesson_expect_holds(expect, seen, alerts, numbers);
        measured.as_wanted = as_wanted(player->lesson, item, truth);
        if (expect->kind != EXPECT_HOLDS)
            measured.value = lesson_value_read(&expect->left, seen, numbers);
        if (finding) {
            finding->truth = truth;
            finding->as_wanted = measured.as_wanted;
            lesson_expect_measured(
                expect, seen, alerts, numbers, finding->words, sizeof finding->words);
        }
    }
    if (item)
        player->measured[player->at] = measured;
    lesson_player_next(player);
}

void lesson_player_text(const struct lesson_player *player, const char *text,
    const struct observation *seen, char *out, size_t size)
{
    lesson_text_fill(text, &player->lesson->names, seen, &player->numbers, out, size);
}

int lesson_section(const struct lesson *lesson, int number)
{
    for (int i = 0; i < lesson->count; i++) {
        if (lesson->items[i].kind == LESSON_SECTION && number-- == 0)
            return i;
    }
    return -1;
}
