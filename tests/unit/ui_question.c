/* While a question of a lesson is open, nothing beside it answers it in words. */
#include <string.h>

#include "suites.h"
#include "ui/draw/input.h"
#include "ui/screen/lesson_panel.h"
#include "ui_screens.h"

#define DYING "activation=relu init=he_normal depth=1 lr=10"

/* A page at which a question is open, or with `left` is played around. */
static struct lesson_panel page_of(enum panel_page page, bool left)
{
    struct lesson_panel panel = {.page = page,
        .left = left,
        .predicted = page == PANEL_RUNS,
        .choice_count = 2,
        .place = 1,
        .places = 2};
    (void)snprintf(panel.question, PANEL_TEXT, "What becomes of it?");
    for (int i = 0; i < 2; i++)
        (void)snprintf(panel.choices[i].text, PANEL_TEXT, "This is choice %d.", i + 1);
    panel.chosen[0] = panel.chosen[1] = -1;
    return panel;
}

static const enum panel_page open_pages[] = {PANEL_ASKS, PANEL_RUNS};

/* What these keys show then has the words, or where the question is open has not. */
static void expect_told(const char *settings, const char *keys, const char *words, bool told)
{
    for (size_t i = 0; i < 2 * ARRAY_LEN(open_pages); i++) {
        struct surface *surface = surface_create(160, 60);
        struct lesson_panel panel = page_of(PANEL_TELLS, false);
        struct stage stage;
        bool left = i % 2;
        stage_open(&stage, settings, 60);
        stage.now += 10;
        screen_tick(&stage.screen, stage.now);
        stage.screen.lesson = &panel;
        stage_look(&stage, surface);
        bool view = *keys >= '1' && *keys <= '7'; /* while it asks a digit chooses */
        if (view)
            stage_type(&stage, keys);
        panel = page_of(open_pages[i / 2], left);
        if (!view)
            stage_type(&stage, keys);
        stage_look(&stage, surface);
        ck_assert_msg(
            (stage_row(surface, words) >= 0) == (left || told), "%s: '%s' %zu", keys, words, i);
        surface_destroy(surface);
        stage_close(&stage);
    }
}

START_TEST(views_say_nothing_in_words)
{
    expect_told(DYING, "2", "The update that killed", false);
    expect_told(DYING, "2", "unit 1 of layer 1", true);
    expect_told("activation=relu init=he_normal gain=1.5 lr=0.1 clip=norm", "3",
        "so the direction is kept", false);
    expect_told(DYING, "4", "learning", false);
    expect_told(DYING, "", "learning", false);
    expect_told(DYING, "T", "learning", false);
    expect_told("depth=3 width=8 samples=40", "7", "PASS", false);
    expect_told("depth=3 width=8 samples=40", "7", "e-09  good", false);
    expect_told("depth=3 width=8 samples=40", "7", "relative error of layer 1", true);
}
END_TEST

/* The log, why, and the menu wait, and say so in a line; help does not speak of the network. */
START_TEST(what_tells_of_the_network_waits)
{
    static const struct {
        char key;
        enum overlay overlay;
        const char *says;
    } keys[] = {{'e', OVERLAY_EVENTS, "the log of events waits until the"},
        {'w', OVERLAY_WHY, "the explanation waits until the"},
        {'p', OVERLAY_PRESETS, "the menu of presets waits until the"},
        {'?', OVERLAY_HELP, NULL}};
    static const int sizes[][2] = {{80, 24}, {120, 40}, {40, 10}};
    for (size_t i = 0; i < ARRAY_LEN(keys) * ARRAY_LEN(sizes) * 4; i++) {
        size_t k = i / 4 % ARRAY_LEN(keys), size = i / 4 / ARRAY_LEN(keys);
        bool left = i % 2, open = keys[k].says && !left;
        struct surface *surface = surface_create(sizes[size][0], sizes[size][1]);
        struct lesson_panel panel = page_of(open_pages[i / 2 % 2], left);
        struct stage stage;
        stage_open(&stage, "", 2);
        stage.screen.lesson = &panel;
        stage_look(&stage, surface);
        screen_key(&stage.screen, (uint32_t)keys[k].key);
        ck_assert_int_eq(stage.screen.overlay, open ? OVERLAY_NONE : keys[k].overlay);
        stage_look(&stage, surface);
        if (open)
            ck_assert_msg(stage_row(surface, keys[k].says) >= 0, "%zu: no '%s' in %dx%d", i,
                keys[k].says, surface->width, surface->height);
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

/* One that is open as the question comes is closed; when the answer is shown it is told. */
START_TEST(the_question_closes_what_is_open)
{
    static const char keys[] = "ewp";
    for (const char *key = keys; *key; key++) {
        struct surface *surface = surface_create(80, 24);
        struct lesson_panel panel = page_of(PANEL_TELLS, false);
        struct stage stage;
        stage_open(&stage, "", 2);
        stage.screen.lesson = &panel;
        screen_key(&stage.screen, (uint32_t)*key);
        stage_look(&stage, surface);
        ck_assert_int_ne(stage.screen.overlay, OVERLAY_NONE);
        panel = page_of(PANEL_ASKS, false);
        stage_look(&stage, surface);
        ck_assert_int_eq(stage.screen.overlay, OVERLAY_NONE);
        panel = page_of(PANEL_REVEALS, false);
        screen_key(&stage.screen, (uint32_t)*key);
        ck_assert_int_ne(stage.screen.overlay, OVERLAY_NONE);
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

/* Going to an event says the step; what it was is said when the answer is shown. */
START_TEST(an_event_that_is_gone_to_is_not_named)
{
    for (int left = 0; left < 2; left++) {
        struct lesson_panel panel = page_of(PANEL_RUNS, left);
        struct stage stage;
        stage_open(&stage, "gain=4", 300);
        stage.screen.lesson = &panel;
        screen_command(&stage.screen, "event -1");
        HAS(stage.screen.message, "to step ");
        ck_assert((strchr(stage.screen.message, ':') != NULL) == left);
        stage_close(&stage);
    }
}
END_TEST

Suite *question_suite(void)
{
    return SUITE("open question", views_say_nothing_in_words, what_tells_of_the_network_waits,
        the_question_closes_what_is_open, an_event_that_is_gone_to_is_not_named);
}
