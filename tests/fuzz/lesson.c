/*
 * Whatever stands in a lesson does no harm: for libFuzzer (tests/fuzz/run), and for
 * tests/fuzz/driver.c. What is read is a lesson that a player can go through, and every text of
 * it can be filled with numbers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/lesson_player.h"
#include "io/lesson_file.h"
#include "target.h"

static bool read_bytes(
    struct lesson *lesson, const void *data, size_t size, struct error *error)
{
    struct lines lines;
    char name[32];
    int bytes = scratch();
    if (size > 0 && write(bytes, data, size) != (ssize_t)size)
        fail("cannot write");
    (void)snprintf(name, sizeof name, "/dev/fd/%d", bytes);
    if (!lines_open(&lines, name, NULL, error))
        fail(error->text);
    lines.name = "FILE";
    (void)lseek(lines.file, 0, SEEK_SET);
    memset(lesson, 0, sizeof *lesson);
    bool done = lesson_file_read(lesson, &lines, error);
    lines_close(&lines);
    return done;
}

static void check_question(const struct lesson_question *question)
{
    if (!question->text || question->count < 2 || question->count > LESSON_CHOICES_MOST ||
        question->right < 0 || question->right >= question->count)
        fail("no question");
    for (int i = 0; i < question->count; i++) {
        if (!question->choices[i].text || !question->choices[i].reveal)
            fail("a choice without its texts");
    }
}

/* A text as it is shown, in much room and in little. */
static void fill(const struct lesson_player *player, const char *text)
{
    char out[200], little[5];
    if (!text)
        return;
    lesson_player_text(player, text, NULL, out, sizeof out);
    lesson_player_text(player, text, NULL, little, sizeof little);
    if (strlen(out) >= sizeof out || strncmp(out, little, strlen(little)) != 0)
        fail("a text that does not fit");
}

static void check_item(const struct lesson *lesson, const struct lesson_item *item)
{
    const struct lesson_expect *expect = &item->of.expect;
    bool asks =
        item->kind == LESSON_ASK || item->kind == LESSON_AGAIN || item->kind == LESSON_REVEAL;
    if (item->line < 2 || item->question >= lesson->question_count ||
        (asks && item->question < 0))
        fail("an item without its place");
    if (item->steps > LESSON_STEPS_MOST)
        fail("more steps than there may be");
    if (item->kind == LESSON_LET && item->of.let.name >= lesson->names.count)
        fail("no name");
    if (item->kind == LESSON_COMMAND && lesson_unfit(&item->of.command))
        fail("a command that is none of a lesson");
    if (item->kind == LESSON_EXPECT &&
        (expect->first_seed < 1 || expect->last_seed < expect->first_seed ||
            expect->last_seed - expect->first_seed >= LESSON_SEEDS_MOST || !item->text))
        fail("no seeds");
}

/* Without a step: what reads one gets none. */
static void play(const struct lesson *lesson)
{
    struct lesson_player player;
    const struct lesson_item *item;
    lesson_player_begin(&player, lesson);
    while ((item = lesson_player_item(&player)) != NULL) {
        struct lesson_finding finding;
        check_item(lesson, item);
        (void)lesson_player_needs(&player);
        if (item->kind == LESSON_SAY || item->kind == LESSON_LOOK)
            fill(&player, item->text);
        if (item->kind == LESSON_REVEAL)
            fill(&player, lesson->questions[item->question].choices[0].reveal);
        lesson_player_take(&player, NULL, NULL, &finding);
        if (item->kind == LESSON_EXPECT && strlen(finding.words) >= LESSON_WORDS)
            fail("no words");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lesson lesson;
    struct error error = {.text = ""};
    if (!read_bytes(&lesson, data, size, &error)) {
        if (!strstr(error.text, "FILE:"))
            fail("an error without its place");
        lesson_clear(&lesson);
        return 0;
    }
    if (!lesson.title || !lesson.about || lesson.count > LESSON_ITEMS_MOST ||
        lesson.question_count > LESSON_QUESTIONS_MOST || lesson.names.count > LESSON_NAMES_MOST)
        fail("no lesson");
    for (int i = 0; i < lesson.question_count; i++)
        check_question(&lesson.questions[i]);
    for (uint64_t seed = 0, i = 0; (seed = lesson_next_seed(&lesson, seed)) > 0;) {
        if (++i > LESSON_ITEMS_MOST * LESSON_SEEDS_MOST)
            fail("seeds without end");
    }
    play(&lesson);
    lesson_clear(&lesson);
    return 0;
}
