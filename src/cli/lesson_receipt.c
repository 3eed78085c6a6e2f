/* The receipt of a lesson that is played: written whenever something is in it that was not. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/lesson_desk.h"
#include "cli/lesson_files.h"

bool lesson_desk_owes(const struct lesson_desk *desk)
{
    return desk->keeper && desk->added && !desk->asked;
}

void lesson_desk_asked(struct lesson_desk *desk)
{
    desk->added = false;
    desk->asked = true;
    /* What is measured from now on may be of a step that the copy has not. */
    desk->player_asked = desk->player;
}

static bool fill(struct lesson_desk *desk, struct receipt *receipt,
    const struct lesson_player *player, const struct session_copy *copy, struct error *error)
{
    if (!receipt_of(receipt, player, desk->deck->name, desk->first.seed, copy))
        return error_set(error, "out of memory for the receipt");
    lesson_files_strip(&receipt->session.branches, desk->deck->file);
    return true;
}

static void tell(struct lesson_desk *desk, const struct error *error)
{
    char text[sizeof *error + 48];
    (void)snprintf(text, sizeof text, "the receipt is not written: %s", error->text);
    screen_say(desk->screen, true, text);
}

void lesson_desk_keep(struct lesson_desk *desk, const struct session_copy *copy)
{
    struct error error;
    if (!desk->asked)
        return;
    desk->asked = false;
    struct receipt *receipt = calloc(1, sizeof *receipt);
    bool done = receipt && copy->branches.count > 0
        ? fill(desk, receipt, &desk->player_asked, copy, &error)
        : error_set(&error, "out of memory");
    if (done)
        receipt_keeper_give(desk->keeper, receipt);
    else
        tell(desk, &error);
    if (receipt)
        receipt_clear(receipt);
    free(receipt);
}

void lesson_desk_tell(struct lesson_desk *desk)
{
    struct error error;
    if (desk->keeper && receipt_keeper_news(desk->keeper, &error))
        tell(desk, &error);
}

bool lesson_desk_receipt(
    struct lesson_desk *desk, const struct session_copy *copy, struct error *error)
{
    if (!desk->deck || !desk->receipt)
        return true;
    receipt_keeper_end(desk->keeper); /* the last one is the one that stays */
    desk->keeper = NULL;
    struct receipt *receipt = calloc(1, sizeof *receipt);
    if (!receipt)
        return error_set(error, "out of memory for the receipt");
    bool done = fill(desk, receipt, &desk->player, copy, error) &&
        receipt_write(receipt, desk->receipt, error);
    receipt_clear(receipt);
    free(receipt);
    return done;
}
