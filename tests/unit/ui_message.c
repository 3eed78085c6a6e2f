/* Messages: the role of what they say, and that they go when they are no longer true. */
#include <string.h>

#include "suites.h"
#include "ui_screens.h"

#define RELU "activation=relu init=he_normal depth=4 lr=0.1"
#define EXPLODING "activation=relu init=he_normal gain=1.5 lr=0.1"

static const struct cell *cell_of(const struct surface *surface, int x, int y)
{
    return &surface->cells[y * surface->width + x];
}

START_TEST(messages_have_the_role_of_what_they_say)
{
    static const struct {
        const char *settings;
        int steps;
        enum role role;
        const char *words;
    } cases[] = {{EXPLODING, 20, ROLE_BAD, "! step 4, DIVERGED"},
        {RELU " lr=10", 1, ROLE_WARN, "▴ step 1, "},
        {EXPLODING " clip=norm", 0, ROLE_WARN, "▴ step 0, CLIPPING"},
        {"activation=tanh lr=0.1", 60, ROLE_GOOD, "+ step "}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct stage stage;
        struct surface *surface = surface_create(80, 24);
        stage_open(&stage, cases[i].settings, cases[i].steps);
        screen_draw(&stage.screen, surface);
        HAS(stage.screen.message, cases[i].words);
        ck_assert_int_eq(cell_of(surface, 2, 22)->role, cases[i].role);
        stage_command(&stage, "theme dark", 0);
        screen_draw(&stage.screen, surface);
        ck_assert_int_eq(cell_of(surface, 0, 22)->role, ROLE_TEXT);
        stage_command(&stage, "theme pink", 0);
        screen_draw(&stage.screen, surface);
        ck_assert_int_eq(cell_of(surface, 0, 22)->role, ROLE_ERROR);
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

START_TEST(messages_go_when_they_are_no_longer_true)
{
    struct stage stage;
    /* Of an event in another run; what refuses a command stays. */
    stage_open(&stage, EXPLODING, 20);
    HAS(stage.screen.message, "DIVERGED");
    stage_press(&stage, "r", 0);
    LACKS(stage.screen.message, "DIVERGED");
    stage_close(&stage);
    stage_open(&stage, "activation=tanh lr=0.1", 60);
    HAS(stage.screen.message, "LEARNING");
    ck_assert(session_reset(stage.session, NULL));
    stage.session->news.builds++; /* by itself, without a word */
    stage_advance(&stage, 0);
    ck_assert_str_eq(stage.screen.message, "");
    stage_command(&stage, "layer 3", 0);
    HAS(stage.screen.message, "selected: layer 3 of 11");
    stage_command(&stage, "depth 5", 0);
    LACKS(stage.screen.message, "selected");
    stage_command(&stage, "theme pink", 0);
    stage_press(&stage, "r", 0);
    stage_close(&stage);

    /* Of a setting that has been changed since: at once, before the session has said so. */
    stage_open(&stage, "depth=3", 3);
    stage_command(&stage, "lr 0.5", 0);
    HAS(stage.screen.message, "lr 0.5 from step 3 on");
    stage_advance(&stage, 2);
    HAS(stage.screen.message, "lr 0.5 from step 3 on");
    screen_key(&stage.screen, 'l');
    ck_assert_str_eq(stage.screen.message, "");
    stage_go_on(&stage, 0);
    HAS(stage.screen.message, "from step 5 on");
    screen_key(&stage.screen, 'r');
    ck_assert_str_eq(stage.screen.message, "");
    stage_go_on(&stage, 0);
    stage_command(&stage, "preset dying", 0);
    HAS(stage.screen.message, "preset dying: ");
    stage_advance(&stage, 0);
    screen_key(&stage.screen, 'L');
    LACKS(stage.screen.message, "preset dying");
    stage_close(&stage);

    /* Clipping, once another way of clipping is chosen; not by a setting that has nothing to do
     * with it. */
    stage_open(&stage, EXPLODING " clip=norm", 0);
    HAS(stage.screen.message, "CLIPPING");
    screen_key(&stage.screen, 'o');
    HAS(stage.screen.message, "CLIPPING");
    screen_key(&stage.screen, 'c');
    ck_assert_str_eq(stage.screen.message, "");
    stage_close(&stage);
}
END_TEST

START_TEST(what_refuses_a_command_outlives_a_new_run)
{
    struct stage stage;
    stage_open(&stage, "depth=3", 3);
    screen_command(&stage.screen, "theme pink");
    ck_assert(stage.screen.message_is_error);
    ck_assert(session_reset(stage.session, NULL));
    stage.session->news.builds++;
    stage_advance(&stage, 0);
    ck_assert(stage.screen.message_is_error && stage.screen.message[0]);
    stage_close(&stage);
}
END_TEST

/* It has told of them when they happened, and a word of how it goes on stands there now. */
START_TEST(a_session_taken_over_tells_of_no_event_that_it_had)
{
    struct stage lived, stage;
    stage_open(&lived, "activation=tanh lr=0.1", 60);
    HAS(lived.screen.message, "LEARNING");
    session_note(lived.session);
    stage_open(&stage, "depth=3", 0);
    ck_assert(session_load(stage.session, &lived.session->branches, NULL));
    screen_say(&stage.screen, false, "going on with that");
    ck_assert(run_seek(stage.session->run, 60)); /* before anybody looks */
    stage_advance(&stage, 0);
    ck_assert_uint_eq(stage.snapshot.seen.step, 60);
    ck_assert_str_eq(stage.screen.message, "going on with that");
    stage_command(&stage, "activation relu", 0);
    stage_command(&stage, "lr 1000", 10);
    HAS(stage.screen.message, " step 6");
    stage_close(&stage);
    stage_close(&lived);
}
END_TEST

Suite *message_suite(void)
{
    return SUITE("message", messages_have_the_role_of_what_they_say,
        messages_go_when_they_are_no_longer_true, what_refuses_a_command_outlives_a_new_run,
        a_session_taken_over_tells_of_no_event_that_it_had);
}
