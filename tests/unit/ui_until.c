/* What is waited for, on the screen: typed, shown, reached, and completed as it is typed. */
#include <string.h>

#include "suites.h"
#include "ui/draw/input.h"
#include "ui_screens.h"

static const char settings[] = "depth=10 width=4";

/* The row with these words on a screen of this size, without a message in its way. */
static int row_of(struct stage *stage, int width, int height, const char *words)
{
    struct surface *surface = surface_create(width, height);
    stage->screen.message[0] = '\0';
    stage_look(stage, surface);
    int row = stage_row(surface, words);
    surface_destroy(surface);
    return row;
}

START_TEST(what_is_waited_for_stands_on_the_screen_until_it_comes)
{
    struct stage stage;
    stage_open(&stage, settings, 20);
    stage_press(&stage, "/", 0);
    ck_assert(stage.screen.prompt.open);
    ck_assert_str_eq(stage.screen.prompt.text, "until ");
    stage_type(&stage, "step 40 and loss<100\r");
    ck_assert(stage.screen.wanted.waiting); /* at once */
    stage_go_on(&stage, 5);
    ck_assert(strstr(stage.screen.message, "runs until step 40 and loss < 100"));
    ck_assert_int_eq(row_of(&stage, 80, 24, "until step 40 and loss < 100"), 22);
    ck_assert_int_eq(row_of(&stage, 40, 20, "until step 40"), 18);
    stage_command(&stage, "at 900 lr 3", 0);
    ck_assert_int_eq(
        row_of(&stage, 80, 24, "until step 40 and loss < 100; armed: lr 3 at step 900"), 22);
    ck_assert_int_eq(row_of(&stage, 45, 24, "until step 40 and loss < 100, 1 more"), -1);
    ck_assert_int_eq(row_of(&stage, 45, 24, "until step 40 and loss < 100"), 22);
    /* The log has it above what is armed, and that above what has been. */
    screen_command(&stage.screen, "events");
    int first = row_of(&stage, 80, 24, " UNTIL         step 40 and loss < 100");
    ck_assert_int_eq(first, 1);
    ck_assert_int_eq(row_of(&stage, 80, 24, " ARMED         lr 3"), first + 1);
    ck_assert_int_gt(row_of(&stage, 80, 24, " BEGIN "), first + 1);
    screen_command(&stage.screen, "events");
    stage.screen.overlay = OVERLAY_NONE;
    stage_command(&stage, "at drop", 0);
    stage_advance(&stage, 15);
    ck_assert(
        strstr(stage.screen.message, "stopped at step 40: step 40 is reached, loss = 0."));
    ck_assert_int_eq(stage.screen.message_role, ROLE_TEXT);
    ck_assert(!stage.screen.wanted.waiting && !stage.session->news.wanted.running);
    ck_assert_int_lt(row_of(&stage, 80, 24, "until step 40"), 0);
    stage_close(&stage);
}
END_TEST

/* What happens at the step is told and rung as ever, but what was waited for has the row. */
START_TEST(the_message_says_why_it_stops)
{
    struct stage stage;
    stage_open(&stage, "depth=2 width=4 lr=0.1 clip_at=0.001", 20);
    stage.screen.bell = true;
    stage_command(&stage, "at 30 clip norm", 0);
    stage_command(&stage, "until event clipping", 0);
    stage_advance(&stage, 9);
    stage.screen.ring = false;
    stage_advance(&stage, 1);
    ck_assert(
        strstr(stage.screen.message, "stopped at step 30: clipping at step 30: gradient"));
    ck_assert(stage.screen.ring);
    /* So it is from now on. */
    stage_command(&stage, "until event clipping", 0);
    ck_assert(strstr(stage.screen.message, "holds already, at step 30: clipping at step 30"));
    stage_close(&stage);
}
END_TEST

START_TEST(a_wrong_condition_is_refused_where_it_is_typed)
{
    struct stage stage;
    stage_open(&stage, settings, 20);
    stage_command(&stage, "until gain > 1", 0);
    ck_assert(stage.screen.message_is_error && strstr(stage.screen.message, "gain[any]"));
    stage_command(&stage, "until gain[11] > 1", 0);
    ck_assert(stage.screen.message_is_error && strstr(stage.screen.message, "is the output"));
    stage_command(&stage, "until off", 0);
    ck_assert(stage.screen.message_is_error && strstr(stage.screen.message, "nothing is"));
    ck_assert(!stage.screen.wanted.waiting && !stage.session->news.wanted.running);
    stage_close(&stage);
}
END_TEST

START_TEST(tab_completes_conditions)
{
    static const struct {
        const char *typed, *completed;
    } cases[] = {{"until of", "until off "}, {"until los", "until loss "},
        {"until gain ", "until gain ["}, {"until gain[an", "until gain[any] "},
        {"until gain [ou", "until gain [out] "}, {"until loss < 1 an", "until loss < 1 and "},
        {"until (loss<1 or ev", "until (loss<1 or event "},
        {"until event half-", "until event half_dead "}, {"until loss < ", "until loss < "},
        {"until loss < 1 of", "until loss < 1 of"}, {"until not acc", "until not accuracy "},
        {"until grad_norm_", "until grad_norm_clipped "}, {"unt", "until "}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct prompt prompt = {.open = false};
        prompt_open(&prompt);
        for (const char *c = cases[i].typed; *c; c++)
            (void)prompt_key(&prompt, (uint32_t)*c);
        (void)prompt_key(&prompt, INPUT_TAB);
        ck_assert_str_eq(prompt.text, cases[i].completed);
    }
}
END_TEST

Suite *screen_until_suite(void)
{
    return SUITE("until on the screen", what_is_waited_for_stands_on_the_screen_until_it_comes,
        the_message_says_why_it_stops, a_wrong_condition_is_refused_where_it_is_typed,
        tab_completes_conditions);
}
