/*
 * Receipts for tests of what becomes of them:
 *     receipts play LESSON SEED FIRST SECOND COMMAND FILE
 *         goes through a lesson with these choices in every question; COMMAND, unless "", is
 *         carried out before each expect, as by somebody who plays
 *     receipts seal FILE    writes it with the checksum that it has, as a cheat would
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/digest.h"
#include "engine/lesson_trial.h"
#include "io/lesson_file.h"
#include "io/receipt.h"

static int fail(const char *what)
{
    (void)fprintf(stderr, "receipts: %s\n", what);
    return 1;
}

static void vote(struct lesson_player *player, int choice)
{
    int counts[LESSON_CHOICES_MOST] = {0};
    if (choice > 0)
        counts[choice - 1] = 1;
    lesson_player_vote(player, counts);
}

static int play(char **words)
{
    static struct lesson lesson;
    static struct receipt receipt;
    struct lesson_trial trial;
    struct session_copy copy = {.step = 0};
    struct lines lines;
    struct command command;
    struct error error = {.text = ""};
    if (!lines_open(&lines, words[0], NULL, &error) ||
        !lesson_file_read(&lesson, &lines, &error))
        return fail(error.text);
    lines_close(&lines);
    uint64_t seed = strtoull(words[1], NULL, 10);
    if (!lesson_trial_begin(&trial, &lesson, seed, kernels_select(NULL), NULL, NULL, &error))
        return fail(error.text);
    trial.every = true;
    const struct lesson_item *item;
    do {
        item = lesson_player_item(&trial.player);
        if (item && (item->kind == LESSON_ASK || item->kind == LESSON_AGAIN))
            vote(&trial.player, atoi(words[item->kind == LESSON_ASK ? 2 : 3]));
        if (item && item->kind == LESSON_EXPECT && *words[4] &&
            (!command_parse(words[4], &command, &error) ||
                !session_do(trial.session, &command, &error)))
            return fail(error.text);
        while (session_owes(trial.session)) {
            if (!session_work(trial.session))
                return fail("no step");
        }
    } while (lesson_trial_go(&trial, &error));
    if (*error.text)
        return fail(error.text);
    const char *slash = strrchr(words[0], '/');
    if (!session_copy_take(&copy, trial.session, true) ||
        !receipt_of(&receipt, &trial.player, slash ? slash + 1 : words[0], seed, &copy) ||
        !receipt_write(&receipt, words[5], &error))
        return fail(error.text);
    receipt_clear(&receipt);
    session_copy_clear(&copy);
    lesson_trial_end(&trial);
    lesson_clear(&lesson);
    return 0;
}

static int seal(const char *name)
{
    static char text[1 << 20];
    FILE *file = fopen(name, "r");
    size_t length = file ? fread(text, 1, sizeof text - 1, file) : 0;
    text[length] = '\0';
    char *last = strstr(text, "\nchecksum ");
    if (!file || fclose(file) != 0 || !last)
        return fail("cannot read it");
    last[1] = '\0';
    uint64_t digest = DIGEST_START;
    digest_text(&digest, text);
    file = fopen(name, "w");
    if (!file || fprintf(file, "%schecksum %016" PRIx64 "\n", text, digest) < 0 ||
        fclose(file) != 0)
        return fail("cannot write it");
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 8 && strcmp(argv[1], "play") == 0)
        return play(argv + 2);
    if (argc == 3 && strcmp(argv[1], "seal") == 0)
        return seal(argv[2]);
    return fail("play LESSON SEED FIRST SECOND COMMAND FILE, or seal FILE");
}
