#include "cli/lesson_deck.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "core/text.h"
#include "ui/screen/lesson_arrow.h"

/* A place that no view has would be a sentence without its arrow. What a view has is tried by
 * lesson --check alone, for whoever plays may have turned to another. */
static bool places_known(const struct lesson *lesson, const char *file, struct error *error)
{
    struct error why;
    for (int i = 0; i < lesson->count; i++) {
        const struct lesson_look *look = &lesson->items[i].of.look;
        if (lesson->items[i].kind == LESSON_LOOK &&
            !lesson_arrow_known(NULL, look->place, &why))
            return error_set(
                error, "%s:%d:%d: %s", SHOWN_FILE(file), look->line, look->column, why.text);
    }
    return true;
}

bool lesson_deck_open(struct lesson_deck *deck, const char *file,
    const struct interrupt *interrupt, struct error *error)
{
    memset(deck, 0, sizeof *deck);
    const char *slash = strrchr(file, '/');
    deck->count = 1;
    (void)snprintf(deck->file, sizeof deck->file, "%s", file);
    (void)snprintf(deck->name, sizeof deck->name, "%s", slash ? slash + 1 : file);
    return lesson_read(&deck->lessons[0], file, interrupt, error) &&
        places_known(&deck->lessons[0], file, error);
}

/* Fisher and Yates, as far as it counts. */
static void shuffle(struct lesson_place *places, int count, int first, uint64_t seed)
{
    struct rng random;
    rng_init(&random, seed, RNG_DATA, 0);
    for (int i = 0; i < first; i++) {
        int other = i + (int)rng_below(&random, (uint32_t)(count - i));
        struct lesson_place kept = places[i];
        places[i] = places[other];
        places[other] = kept;
    }
}

bool lesson_deck_draw(struct lesson_deck *deck, uint64_t seed,
    const struct interrupt *interrupt, struct error *error)
{
    int count;
    struct lesson_place *places = lesson_places("questions", &count);
    memset(deck, 0, sizeof *deck);
    deck->quiz = true;
    if (!places)
        return error_set(error, "out of memory");
    int drawn = count < DECK_MOST ? count : DECK_MOST;
    bool done = count > 0 || error_set(error, "no questions are installed");
    shuffle(places, count, drawn, seed);
    for (int i = 0; i < drawn && done; i++) {
        deck->count++;
        done = lesson_read(&deck->lessons[i], places[i].file, interrupt, error);
    }
    free(places);
    return done;
}

void lesson_deck_clear(struct lesson_deck *deck)
{
    for (int i = 0; i < deck->count; i++)
        lesson_clear(&deck->lessons[i]);
    memset(deck, 0, sizeof *deck);
}

/* What was predicted last, before it was revealed: of a class that of the most; -1: none. */
static int answer_of(const struct lesson_votes *votes, int choices)
{
    int most = -1;
    for (int round = LESSON_ROUNDS - 1; round >= 0 && most < 0; round--) {
        const int *counts = votes->predicted[round];
        for (int i = 0; i < choices; i++) {
            if (counts[i] > 0 && (most < 0 || counts[i] > counts[most]))
                most = i;
        }
    }
    return most;
}

enum { FILLED = LESSON_TEXT_MOST + 200 }; /* bytes of a text with its numbers */

void lesson_deck_judge(struct lesson_deck *deck, const struct lesson_player *player)
{
    const struct lesson *lesson = player->lesson;
    if (!deck->quiz) { /* it can be gone through again */
        deck->asked = deck->right = 0;
        deck->wrong[0] = '\0';
    }
    for (int i = 0; i < lesson->question_count; i++) {
        const struct lesson_question *question = &lesson->questions[i];
        int answer = answer_of(&player->votes[i], question->count);
        size_t used = strlen(deck->wrong);
        deck->asked++;
        deck->right += answer == question->right;
        if (answer == question->right)
            continue;
        char asked[FILLED], chosen[FILLED], why[FILLED];
        const struct lesson_choice *told =
            &question->choices[answer < 0 ? question->right : answer];
        lesson_player_text(player, question->text, NULL, asked, sizeof asked);
        lesson_player_text(player, told->text, NULL, chosen, sizeof chosen);
        lesson_player_text(player, told->reveal, NULL, why, sizeof why);
        if (deck->quiz) /* of many lessons, each by its title */
            (void)snprintf(asked, sizeof asked, "*%s*:", lesson->title);
        (void)snprintf(deck->wrong + used, sizeof deck->wrong - used,
            "\n%s %s\xe2\x80\x9c%s\xe2\x80\x9d %s", asked,
            answer < 0 ? "no prediction; right is " : "", chosen, why);
    }
}

void lesson_deck_sum(const struct lesson_deck *deck, char *text, size_t size)
{
    int used = 0;
    text[0] = '\0';
    if (deck->asked > 0)
        used = snprintf(text, size, "*%d of %d* predicted rightly.", deck->right, deck->asked);
    if (used < 0 || (size_t)used >= size)
        return;
    if (deck->asked == 0)
        (void)snprintf(text, size, "That was the lesson.");
    else if (deck->right < deck->asked)
        (void)snprintf(
            text + used, size - (size_t)used, " What was not, and why:%s", deck->wrong);
}
