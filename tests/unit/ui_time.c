/* Going back in time, on the screen. */
#include <string.h>

#include "suites.h"
#include "ui_screens.h"

static void order(struct stage *stage, const char *text)
{
    struct command command;
    struct error error;
    ck_assert(command_parse(text, &command, &error));
    ck_assert_msg(session_do(stage->session, &command, &error), "%s", error.text);
    stage_advance(stage, 0);
}

/* Going back and on tells and rings nothing again; another future does. */
START_TEST(what_has_been_told_is_not_told_again)
{
    struct stage stage;
    stage_open(&stage, "activation=relu init=he_normal depth=1 lr=1", 0);
    stage.screen.bell = true;
    order(&stage, "seek 20");
    order(&stage, "lr 10");
    stage_advance(&stage, 30);
    uint64_t total = stage.snapshot.story.alerts.total;
    ck_assert(stage.screen.ring && total > 1);
    ck_assert_ptr_nonnull(strstr(stage.screen.message, "step "));
    stage.screen.ring = false;
    stage.screen.message[0] = '\0';
    order(&stage, "seek 10");
    ck_assert_uint_lt(stage.snapshot.story.alerts.total, total);
    order(&stage, "seek 50");
    ck_assert_uint_eq(stage.snapshot.story.alerts.total, total);
    ck_assert(!stage.screen.ring && stage.screen.message[0] == '\0');
    order(&stage, "seek 10");
    order(&stage, "lr 9");
    stage_advance(&stage, 40);
    ck_assert(stage.screen.ring && strstr(stage.screen.message, "step "));
    stage_close(&stage);
}
END_TEST

/* A step back is one from what is seen, also while another is on its way. */
START_TEST(steps_back_are_counted_from_the_one_that_is_seen)
{
    struct stage stage;
    stage_open(&stage, "depth=2 width=4", 40);
    screen_key(&stage.screen, '<');
    screen_key(&stage.screen, '<');
    screen_key(&stage.screen, '(');
    screen_key(&stage.screen, '>');
    static const double goals[] = {39, 38, 28, 29};
    ck_assert_int_eq(stage.screen.outbox_count, ARRAY_LEN(goals));
    for (size_t i = 0; i < ARRAY_LEN(goals); i++) {
        ck_assert_int_eq(stage.screen.outbox[i].id, COMMAND_SEEK);
        ck_assert(!stage.screen.outbox[i].relative);
        ck_assert(stage.screen.outbox[i].number == goals[i]);
    }
    stage_close(&stage);
}
END_TEST

/* Below the log stands what has been tried, as a tree, with the one at hand marked. */
START_TEST(the_log_lists_the_branches)
{
    static const int sizes[][2] = {{80, 24}, {40, 10}, {120, 40}};
    struct stage stage;
    stage_open(&stage, "depth=2 width=4", 0);
    order(&stage, "seek 60");
    screen_command(&stage.screen, "events");
    struct surface *surface = surface_create(80, 24);
    stage_look(&stage, surface);
    ck_assert_int_lt(stage_row(surface, "branches"), 0); /* of one there is nothing to choose */
    surface_destroy(surface);
    order(&stage, "seek 30");
    order(&stage, "lr 3");
    order(&stage, "seek 50");
    order(&stage, "seek 40");
    order(&stage, "clip norm");
    stage_advance(&stage, 7);
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        surface = surface_create(sizes[i][0], sizes[i][1]);
        stage_look(&stage, surface);
        int at_hand = stage_row(surface, "▸ 3     clip norm from step 40");
        ck_assert_int_gt(at_hand, 0);
        if (sizes[i][1] > 10) {
            ck_assert_int_gt(stage_row(surface, "branches; :branch N goes on"), 0);
            int first = stage_row(surface, "  1 depth 2, width 4");
            ck_assert_int_eq(stage_row(surface, "  2   lr 3 from step 30"), first + 1);
            ck_assert_int_eq(at_hand, first + 2);
            ck_assert_int_eq(stage_row(surface, "to step 60"), first);
            ck_assert_int_eq(stage_row(surface, "to step 47"), first + 2);
        }
        surface_destroy(surface);
    }
    stage_close(&stage);
}
END_TEST

/* Of more than have room the one at hand is there, the ghost where both have room, and how many
 * there are. */
START_TEST(the_branch_at_hand_is_always_in_the_log)
{
    static const int sizes[][2] = {{80, 24}, {40, 10}, {120, 40}};
    struct stage stage;
    int cut = 0;
    stage_open(&stage, "depth=2 width=4", 30);
    for (int i = 1; i < BRANCHES_MOST; i++) {
        char text[32];
        order(&stage, "branch 1");
        order(&stage, "seek 10");
        (void)snprintf(text, sizeof text, "lr %d", i + 1);
        order(&stage, text);
    }
    for (int i = 1; i <= BRANCHES_MOST; i++) {
        char here[32], ghost[32], text[32];
        (void)snprintf(text, sizeof text, "branch %d", i);
        order(&stage, text);
        (void)snprintf(text, sizeof text, "ghost %d", i > 2 ? i - 2 : i + 2);
        order(&stage, text);
        stage_advance(&stage, 1);
        screen_command(&stage.screen, "events");
        (void)snprintf(here, sizeof here, "▸%2d ", i);
        (void)snprintf(ghost, sizeof ghost, "○%2d ", i > 2 ? i - 2 : i + 2);
        for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
            struct surface *surface = surface_create(sizes[k][0], sizes[k][1]);
            stage_look(&stage, surface);
            ck_assert_int_gt(stage_row(surface, here), 0);
            bool room = sizes[k][1] > 10, all = stage_row(surface, "branches; ") > 0;
            ck_assert(!room || stage_row(surface, ghost) > 0);
            ck_assert(all || stage_row(surface, " of 16; ") > 0);
            cut += !all;
            surface_destroy(surface);
        }
    }
    ck_assert_int_gt(cut, 0);
    stage_close(&stage);
}
END_TEST

Suite *screen_time_suite(void)
{
    return SUITE("screen_time", what_has_been_told_is_not_told_again,
        steps_back_are_counted_from_the_one_that_is_seen, the_log_lists_the_branches,
        the_branch_at_hand_is_always_in_the_log);
}
