/* What the check view says: no verdict of a part, and FOUND only of what is planted. */
#include <stdio.h>
#include <string.h>

#include "suites.h"
#include "ui/draw/glyphs.h"
#include "ui/views/check.h"
#include "ui_screens.h"

static void read_picture(const struct surface *surface, char *text)
{
    for (int i = 0; i < surface->width * surface->height; i++)
        text += utf8_encode(surface->cells[i].glyph, text);
    *text = '\0';
}

static void look(struct stage *stage, int width, int height, char *text)
{
    struct surface *surface = surface_create(width, height);
    stage_look(stage, surface);
    read_picture(surface, text);
    surface_destroy(surface);
}

/* One look at a time, as the laboratory's frames are. */
static void glance(struct stage *stage, int width, char *text)
{
    struct surface *surface = surface_create(width, 24);
    screen_draw(&stage->screen, surface);
    stage_advance(stage, 0);
    screen_draw(&stage->screen, surface);
    read_picture(surface, text);
    surface_destroy(surface);
}

START_TEST(there_is_no_verdict_before_the_curve_is_whole)
{
    struct stage stage;
    static char text[20000];
    int frames = 0;
    stage_open(&stage, "", 0); /* the default net: large enough for several looks */
    screen_command(&stage.screen, "view check");
    do {
        glance(&stage, frames % 2 ? 40 : 80, text);
        if (stage.snapshot.check.whole)
            break;
        frames++;
        ck_assert_ptr_nonnull(strstr(text, "CHECKING"));
        ck_assert_ptr_nonnull(strstr(text, " of ")); /* how far it is */
        static const char *const verdicts[] = {
            "FOUND", "WRONG", "wrong in", "PASS", "PARTLY", "good ", "fair", "too small"};
        for (size_t i = 0; i < ARRAY_LEN(verdicts); i++)
            ck_assert_msg(
                !strstr(text, verdicts[i]) || strstr(text, "good 1e-7"), "%s", verdicts[i]);
    } while (looks_unfinished(&stage.looks, stage.session));
    ck_assert_int_gt(frames, 2);
    look(&stage, 80, 24, text);
    ck_assert(strstr(text, "PASS") && !strstr(text, "FOUND"));
    stage_close(&stage);
}
END_TEST

/* Right gradients near a stationary point; the fifth is judged in float. */
static const char *const unplanted[] = {"", "init=zeros depth=1",
    "activation=relu init=zeros depth=2", "activation=relu init=he_normal depth=1 lr=10"};

START_TEST(nothing_is_found_where_nothing_is_planted)
{
    struct stage stage;
    static char text[20000];
    stage_open(&stage, unplanted[_i], 50);
    screen_command(&stage.screen, "view check");
    for (int scheme = 0; scheme < SCHEME_COUNT; scheme++) {
        look(&stage, 80, 24, text);
        ck_assert_msg(
            !strstr(text, "FOUND") && !strstr(text, "WRONG") && !strstr(text, "DOUBTFUL"),
            "%s, %s: %s", unplanted[_i], check_scheme_name(scheme), text);
        ck_assert_ptr_null(strstr(text, "CHECKING"));
        screen_key(&stage.screen, 'u');
    }
    screen_key(&stage.screen, 'b');
    look(&stage, 80, 24, text);
    ck_assert(!strstr(text, "wrong in") && !strstr(text, "doubtful in"));
    stage_close(&stage);
}
END_TEST

START_TEST(what_is_planted_is_found_in_its_layers_or_said_to_change_nothing)
{
    struct stage stage;
    static char text[20000];
    stage_open(&stage, "activation=relu init=he_normal depth=2 width=8 samples=40", 0);
    screen_command(&stage.screen, "view check");
    screen_command(&stage.screen, "plant sum");
    look(&stage, 80, 24, text);
    ck_assert_ptr_nonnull(strstr(text, "FOUND  sum: wrong in 1-2, output"));
    screen_command(&stage.screen, "plant slope_of_a");
    look(&stage, 80, 24, text);
    ck_assert_ptr_nonnull(strstr(text, "PASS  slope_of_a changes nothing here"));
    screen_command(&stage.screen, "plant no_slope");
    look(&stage, 80, 24, text);
    ck_assert_ptr_nonnull(strstr(text, "FOUND  no_slope: wrong in 1-2; right in output"));
    screen_command(&stage.screen, "plant none");
    look(&stage, 80, 24, text);
    ck_assert(strstr(text, "PASS  all 3 layers") && !strstr(text, "FOUND"));
    stage_close(&stage);
}
END_TEST

/* A verdict that no planted mistake explains keeps a verdict's words. */
START_TEST(found_is_not_said_of_layers_that_the_mistake_leaves_alone)
{
    struct stage stage;
    static char text[20000];
    stage_open(&stage, "activation=tanh depth=2 width=8 samples=40", 0);
    screen_command(&stage.screen, "view check");
    screen_command(&stage.screen, "plant sum");
    look(&stage, 80, 24, text);
    struct scene scene = {.snapshot = &stage.snapshot,
        .selection = {1, 1},
        .state = stage_state(&stage, "check")};
    ck_assert_str_eq(check_summarize(&scene).badge, "FOUND");
    struct check_detail *detail = &stage.snapshot.check;
    for (ptrdiff_t i = check_error_of(&scene, 0, 2) - detail->errors; i >= 0; i -= 3)
        detail->errors[i].spoilt = false; /* of layer 2, at the first ε and before */
    ck_assert_str_eq(check_summarize(&scene).badge, "WRONG");
    detail->plant = PLANT_NONE;
    ck_assert_str_eq(check_summarize(&scene).badge, "WRONG");
    ck_assert_ptr_nonnull(strstr(check_summarize(&scene).words, "the gradient: wrong in 1-2"));
    stage_close(&stage);
}
END_TEST

START_TEST(no_detail_is_computed_that_is_not_drawn)
{
    struct stage stage;
    static char text[20000];
    stage_open(&stage, "activation=tanh depth=2 width=8 samples=40", 0);
    screen_command(&stage.screen, "view check");
    look(&stage, 80, 24, text);
    ck_assert_uint_eq(stage.looks.watch.details, DETAIL_CHECK);
    ck_assert_ptr_nonnull(
        strstr(text, "[ ] layer 1")); /* its layer can be chosen all the same */
    screen_key(&stage.screen, ']');
    look(&stage, 80, 24, text);
    ck_assert_ptr_nonnull(strstr(text, "relative error of layer 2"));
    stage_close(&stage);
}
END_TEST

START_TEST(why_of_a_kink_says_what_helps)
{
    struct stage stage;
    static char text[20000];
    stage_open(&stage, "activation=relu init=zeros depth=2 width=4 samples=40", 0);
    screen_command(&stage.screen, "view check");
    look(&stage, 80, 24, text);
    ck_assert(strstr(text, "UNSEEN") && strstr(text, "on a kink"));
    screen_key(&stage.screen, 'w');
    look(&stage, 80, 24, text);
    ck_assert(strstr(text, "z is exactly 0") && strstr(text, "Another init"));
    ck_assert_ptr_null(strstr(text, "smaller"));
    stage_close(&stage);
}
END_TEST

/* Where gradient and differences are 0 there is no relative error, and no number for one. */
START_TEST(why_of_zeros_has_no_error)
{
    struct stage stage;
    static char text[20000];
    stage_open(&stage, "activation=leaky_relu leaky_slope=0.5 init=zeros depth=2 width=5", 0);
    screen_command(&stage.screen, "view check");
    screen_command(&stage.screen, "layer 2");
    screen_key(&stage.screen, 'w');
    look(&stage, 120, 40, text);
    HAS(text, "of this element: 0/0, of the layer: 0/0");
    screen_command(&stage.screen, "layer 1");
    look(&stage, 120, 40, text);
    HAS(text, "of the layer: all have kinks");
    stage_close(&stage);
}
END_TEST

/* Without what lines are broken by. */
static void squeeze(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++) {
        if (*from != ' ')
            *to++ = *from;
    }
    *to = '\0';
}

/* Whole, or its first clauses, or the brief one; never a part of a word. */
START_TEST(the_verdict_is_never_cut_in_a_word)
{
    static const char *const planted[] = {"none", "no_slope", "sum"};
    static const int sizes[][2] = {{40, 10}, {50, 12}, {64, 16}, {80, 24}, {100, 30}};
    struct stage stage;
    static char text[40000];
    stage_open(&stage, "activation=relu init=he_normal depth=6 width=8 samples=40", 0);
    screen_command(&stage.screen, "view check");
    struct scene scene = {.snapshot = &stage.snapshot,
        .selection = {1, 1},
        .state = stage_state(&stage, "check")};
    for (size_t p = 0; p < ARRAY_LEN(planted); p++) {
        char command[40];
        (void)snprintf(command, sizeof command, "plant %s", planted[p]);
        screen_command(&stage.screen, command);
        for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
            for (int big = 0; big < 2; big++) {
                int width = sizes[i][0];
                look(&stage, width, sizes[i][1], text);
                struct check_summary said = check_summarize(&scene);
                int room = width - 3 - text_columns(said.badge);
                char *words = said.words, *end = strchr(words, ';');
                if (big ? sizes[i][1] < 14 : text_columns(words) > room) {
                    bool clause = !big && end && end - words <= room;
                    if (clause)
                        *end = '\0';
                    else if (text_columns(words) > (big ? width - 2 : room))
                        words = said.brief;
                }
                squeeze(text);
                squeeze(words);
                ck_assert_msg(strstr(text, words), "%s, %d columns, big %d: %s not in %s",
                    planted[p], width, big, words, text);
                screen_key(&stage.screen, 'b');
            }
        }
    }
    stage_close(&stage);
}
END_TEST

/* The table stands right of the chart, and what the chart says ends before it. */
START_TEST(the_table_covers_no_words_of_the_chart)
{
    static const char *const chart[][2] = {
        {"relative error of layer 1  ", "relative error of the output "},
        {"● centred ", "● with slope_below_0 "}, {"○ forward ", "○ without "},
        {"+ float ", "○ without "}, {"layer   error", "layer   error"},
        {" step 0 ", " step 0 "}};
    static const int heights[] = {16, 24};
    struct stage stage;
    stage_open(&stage, "activation=tanh depth=3 width=4 samples=40", 0);
    screen_command(&stage.screen, "view check");
    for (int planted = 0; planted < 2; planted++) {
        screen_command(&stage.screen, planted ? "plant slope_below_0" : "layer 1");
        screen_command(&stage.screen, planted ? "layer 4" : "plant none");
        for (int width = 60; width <= 82; width++) {
            for (size_t h = 0; h < ARRAY_LEN(heights); h++) {
                struct surface *surface = surface_create(width, heights[h]);
                stage_look(&stage, surface);
                for (size_t i = 0; i < ARRAY_LEN(chart); i++)
                    ck_assert_msg(stage_row(surface, chart[i][planted]) >= 0,
                        "%s in %d columns", chart[i][planted], width);
                surface_destroy(surface);
            }
        }
    }
    stage_close(&stage);
}
END_TEST

Suite *check_view_suite(void)
{
    Suite *suite = SUITE("check view", there_is_no_verdict_before_the_curve_is_whole,
        what_is_planted_is_found_in_its_layers_or_said_to_change_nothing,
        found_is_not_said_of_layers_that_the_mistake_leaves_alone,
        no_detail_is_computed_that_is_not_drawn, the_verdict_is_never_cut_in_a_word,
        the_table_covers_no_words_of_the_chart, why_of_a_kink_says_what_helps,
        why_of_zeros_has_no_error);
    TCase *tcase = tcase_create("unplanted");
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(
        tcase, nothing_is_found_where_nothing_is_planted, 0, (int)ARRAY_LEN(unplanted));
    suite_add_tcase(suite, tcase);
    return suite;
}
