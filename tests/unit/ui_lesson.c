/* A lesson beside the laboratory: its pages in all sizes, its keys, votes and outcome. */
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "ui/draw/input.h"
#include "ui/draw/prose.h"
#include "ui/screen/lesson_panel.h"
#include "ui_screens.h"

static const char paragraph[] =
    "Ten sigmoid layers, weights of *Xavier*: the error signal falls from 0.52 at the output "
    "to "
    "2.8e-07 in layer 1. Look at the *slope* of each layer: it is never above a quarter, since "
    "σ' = σ(1 - σ). But the weights multiply, too: gain = slope × weight.";

static void fill(struct lesson_panel *panel, enum panel_page page)
{
    static const char *const choices[] = {"It is multiplied by 0.25 in each layer.",
        "By at most 0.25, and then by what the weights do.", "It does not change.",
        "That depends on the learning rate."};
    memset(panel, 0, sizeof *panel);
    (void)snprintf(panel->title, PANEL_LINE, "The 0.25 bound");
    (void)snprintf(panel->section, PANEL_LINE, "What one layer does");
    (void)snprintf(panel->text, PANEL_TEXT, "%s", paragraph);
    panel->place = 3;
    panel->places = 12;
    panel->choice_count = 4;
    panel->right = 1;
    panel->chosen[0] = panel->chosen[1] = -1;
    (void)snprintf(panel->question, PANEL_TEXT,
        "The error signal comes down through a sigmoid layer. What happens to its size?");
    (void)snprintf(panel->measured, PANEL_LINE, "1.26 and 1");
    for (int i = 0; i < 4; i++) {
        (void)snprintf(panel->choices[i].text, PANEL_TEXT, "%s", choices[i]);
        (void)snprintf(panel->choices[i].reveal, PANEL_TEXT,
            "Sentence %d says what is so, and *why*, to whoever has chosen it, in a line or "
            "two "
            "of the screen.",
            i + 1);
    }
    lesson_panel_turn(panel, page);
}

/* A class of 30, in two rounds. */
static void vote(struct lesson_panel *panel)
{
    static const int votes[2][4] = {{14, 12, 1, 3}, {3, 26, 0, 1}};
    panel->counted = panel->taken[0] = panel->taken[1] = true;
    for (int i = 0; i < 8; i++)
        panel->choices[i % 4].votes[i / 4] = votes[i / 4][i % 4];
}

static void choose(struct lesson_panel *panel, int round, int choice)
{
    panel->taken[round] = true;
    panel->chosen[round] = choice;
    panel->choices[choice].votes[round] = 1;
}

struct picture {
    const char *name, *keys;
    int width, height;
    enum panel_page page;
    enum { NOBODY, CHOSEN, STUDENT, CLASS } votes;
    bool ascii;
    struct panel_look look;
};

static const struct picture pictures[] = {
    {"lesson-80x24", "", 80, 24, PANEL_TELLS, NOBODY, false, {"", 0, 0}},
    {"lesson-40x10", "", 40, 10, PANEL_TELLS, NOBODY, false, {"", 0, 0}},
    {"lesson-more-40x10", "\r", 40, 10, PANEL_TELLS, NOBODY, false, {"", 0, 0}},
    {"lesson-hidden-40x10", "P", 40, 10, PANEL_TELLS, NOBODY, false, {"", 0, 0}},
    {"lesson-120x40", "", 120, 40, PANEL_TELLS, NOBODY, false, {"", 0, 0}},
    {"lesson-160x45", "2", 160, 45, PANEL_TELLS, NOBODY, false, {"", 0, 0}},
    {"lesson-ascii", "2", 80, 24, PANEL_TELLS, NOBODY, true, {"", 0, 0}},
    {"lesson-big-80x24", "b", 80, 24, PANEL_TELLS, NOBODY, false, {"", 0, 0}},
    {"lesson-look-80x24", "", 80, 24, PANEL_TELLS, NOBODY, false, {"layer", 5, 0}},
    {"lesson-look-units-120x40", "2", 120, 40, PANEL_TELLS, NOBODY, false, {"unit", 3, 7}},
    {"lesson-look-step-ascii", "", 80, 24, PANEL_TELLS, NOBODY, true, {"step", 0, 0}},
    {"lesson-runs-80x24", "", 80, 24, PANEL_RUNS, STUDENT, false, {"", 0, 0}},
    {"lesson-runs-40x10", "", 40, 10, PANEL_RUNS, STUDENT, false, {"", 0, 0}},
    {"lesson-ask-80x24", "", 80, 24, PANEL_ASKS, NOBODY, false, {"", 0, 0}},
    {"lesson-ask-40x10", "", 40, 10, PANEL_ASKS, NOBODY, false, {"", 0, 0}},
    {"lesson-ask-120x40", "", 120, 40, PANEL_ASKS, NOBODY, false, {"", 0, 0}},
    {"lesson-chosen-ascii", "", 80, 24, PANEL_ASKS, CHOSEN, true, {"", 0, 0}},
    {"lesson-reveal-80x24", "", 80, 24, PANEL_REVEALS, CLASS, false, {"", 0, 0}},
    {"lesson-reveal-40x10", "", 40, 10, PANEL_REVEALS, CLASS, false, {"", 0, 0}},
    {"lesson-reveal-120x40", "", 120, 40, PANEL_REVEALS, CLASS, false, {"", 0, 0}},
    {"lesson-reveal-ascii", "", 80, 24, PANEL_REVEALS, STUDENT, true, {"", 0, 0}},
};

START_TEST(pages_look_as_recorded)
{
    const struct picture *picture = &pictures[_i];
    struct lesson_panel panel;
    struct stage stage;
    stage_open(&stage, "", 12);
    stage.now += 10; /* without a message */
    screen_tick(&stage.screen, stage.now);
    fill(&panel, picture->page);
    if (picture->votes == CHOSEN)
        panel.chosen[0] = 2;
    if (picture->votes == STUDENT) {
        choose(&panel, 0, 0);
        choose(&panel, 1, 2);
        panel.predicted = true;
    }
    if (picture->votes == CLASS)
        vote(&panel);
    panel.look = picture->look;
    stage.screen.lesson = &panel;
    struct surface *surface = surface_create(picture->width, picture->height);
    stage_look(&stage, surface);
    stage_type(&stage, picture->keys);
    stage_look(&stage, surface);
    char name[60];
    (void)snprintf(name, sizeof name, "%s.txt", picture->name);
    stage_expect_picture(surface, picture->ascii, name);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* What comes of reading on in this size, with Enter, is on the screen once. */
START_TEST(all_of_a_paragraph_is_read_in_every_size)
{
    static const int sizes[][2] = {
        {40, 10}, {47, 12}, {59, 30}, {60, 16}, {80, 24}, {119, 17}, {120, 16}, {200, 60}};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct surface *surface = surface_create(sizes[i][0], sizes[i][1]);
        struct lesson_panel panel;
        struct stage stage;
        bool first = false, last = false;
        stage_open(&stage, "", 2);
        fill(&panel, PANEL_TELLS);
        stage.screen.lesson = &panel;
        for (int page = 0; page < 30 && !stage.screen.has_errand; page++) {
            stage_look(&stage, surface);
            first = first || stage_row(surface, "Ten sigmoid") >= 0;
            last = last || stage_row(surface, "× weight.") >= 0;
            screen_key(&stage.screen, INPUT_ENTER);
        }
        ck_assert_msg(first && last, "%dx%d", sizes[i][0], sizes[i][1]);
        ck_assert(stage.screen.has_errand);
        ck_assert_int_eq(stage.screen.errand.id, COMMAND_LESSON);
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

/* Ten layers stand whole above a paragraph of 80x24, each with its row. */
START_TEST(the_view_keeps_its_layers)
{
    struct surface *surface = surface_create(80, 24);
    struct lesson_panel panel;
    struct stage stage;
    stage_open(&stage, "", 2);
    fill(&panel, PANEL_TELLS);
    stage.screen.lesson = &panel;
    stage_look(&stage, surface);
    ck_assert_int_ge(stage_row(surface, "  out "), 0);
    for (int layer = 1; layer <= 10; layer++) {
        char label[16];
        (void)snprintf(label, sizeof label, "%s%2d ", layer == 1 ? "▸  " : "   ", layer);
        ck_assert_msg(stage_row(surface, label) >= 0, "no layer %d", layer);
    }
    ck_assert_int_ge(stage_row(surface, "VANISHING"), 0);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* Where a quiz has no room for its title beside the section, which question it is stays. */
START_TEST(a_quiz_says_which_question_it_is)
{
    struct surface *surface = surface_create(80, 24);
    struct lesson_panel panel;
    struct stage stage;
    stage_open(&stage, "", 2);
    fill(&panel, PANEL_ASKS);
    (void)snprintf(panel.section, PANEL_LINE, "And elsewhere?");
    stage.screen.lesson = &panel;
    (void)snprintf(panel.title, PANEL_LINE, "Question 1 of 5: By value?");
    stage_look(&stage, surface);
    ck_assert_int_ge(stage_row(surface, " Question 1 of 5: By value? · And elsewhere? ─"), 0);
    (void)snprintf(panel.title, PANEL_LINE,
        "Question 1 of 5: What clipping by value does to the direction of it");
    stage_look(&stage, surface);
    ck_assert_int_ge(stage_row(surface, " Question 1 of 5 · And elsewhere? ─"), 0);
    (void)snprintf(
        panel.title, PANEL_LINE, "What clipping by value does to the direction of it, and why");
    stage_look(&stage, surface);
    ck_assert_int_ge(stage_row(surface, "─ And elsewhere? ─"), 0);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* While a question is open no finding answers it, and no event; who plays sees all. */
START_TEST(an_open_question_is_not_answered_beside_it)
{
    static const struct {
        enum panel_page page;
        bool predicted, left, open;
    } cases[] = {{PANEL_ASKS, false, false, true}, {PANEL_RUNS, true, false, true},
        {PANEL_TELLS, true, false, true}, {PANEL_RUNS, true, true, false},
        {PANEL_TELLS, false, false, false}, {PANEL_REVEALS, true, false, false}};
    static const char *const keys[] = {"", "2", "b"};
    for (size_t i = 0; i < 3 * ARRAY_LEN(cases); i++) {
        struct surface *surface = surface_create(120, 40);
        struct lesson_panel panel;
        struct stage stage;
        bool open = cases[i / 3].open;
        stage_open(&stage, "", 2);
        fill(&panel, cases[i / 3].page);
        panel.predicted = cases[i / 3].predicted;
        stage.screen.lesson = &panel;
        stage_type(&stage, panel.page == PANEL_ASKS && *keys[i % 3] == '2' ? "" : keys[i % 3]);
        panel.left = cases[i / 3].left;
        stage_look(&stage, surface);
        ck_assert_msg((stage_row(surface, "VANISHING") < 0) == open, "%zu", i);
        stage_close(&stage);
        stage_open(&stage, "activation=relu init=he_normal gain=1.5 lr=0.1", 0);
        stage.screen.lesson = &panel;
        stage_advance(&stage, 20);
        ck_assert_msg((strstr(stage.screen.message, "DIVERGED") == NULL) == open, "%zu", i);
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

/* Keys that are the lesson's are so while it is there, and digits while it asks alone. */
START_TEST(keys_are_the_lessons_where_it_has_them)
{
    struct surface *surface = surface_create(80, 24);
    struct lesson_panel panel;
    struct stage stage;
    struct screen *screen = &stage.screen;
    stage_open(&stage, "", 2);
    stage_look(&stage, surface);
    screen_key(screen, INPUT_ENTER);
    screen_key(screen, 'P');
    screen_command(screen, "lesson next");
    ck_assert(!screen->has_errand);
    HAS(screen->message, "no lesson here");
    fill(&panel, PANEL_ASKS);
    screen->lesson = &panel;
    stage_look(&stage, surface);
    screen_key(screen, '3');
    ck_assert(screen->has_errand && screen->errand.id == COMMAND_CHOOSE);
    ck_assert(screen->errand.number == 3);
    ck_assert_str_eq(screen->view->name, "flow");
    screen->has_errand = false;
    screen_key(screen, '5'); /* is a view still */
    ck_assert_str_eq(screen->view->name, "data");
    screen_key(screen, 'P');
    ck_assert(panel.hidden && !screen->has_errand);
    ck_assert_str_eq(lesson_page_keys(&panel, 70), "*Enter* or *P* shows it to answer");
    screen_key(screen, '2'); /* so is this, while the question is hidden */
    ck_assert_str_eq(screen->view->name, "units");
    screen_key(screen, INPUT_ENTER); /* it is shown, not gone past */
    ck_assert(!panel.hidden && !screen->has_errand);
    screen_key(screen, 'f');
    ck_assert(screen->has_errand);
    ck_assert_str_eq(screen->errand.text, "skip");
    screen->has_errand = false;
    screen_key(screen, 'H');
    ck_assert(screen->prompt.open);
    stage_type(&stage, "3 4\r");
    ck_assert(screen->has_errand && screen->errand.id == COMMAND_HANDS);
    ck_assert_str_eq(screen->errand.text, "3 4");
    screen->has_errand = false;
    lesson_panel_turn(&panel, PANEL_TELLS);
    screen_key(screen, '4');
    ck_assert_str_eq(screen->view->name, "curves");
    screen_key(screen, INPUT_BACKSPACE);
    ck_assert(screen->has_errand);
    ck_assert_str_eq(screen->errand.text, "back");
    screen->has_errand = false;
    screen_command(screen, "lesson nex");
    ck_assert(!screen->has_errand && screen->message_is_error);
    HAS(screen->message, "next");
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* The cells that an arrow has painted: their text, as ASCII; empty: there is none. */
static const char *arrow(struct stage *stage, const char *view, struct panel_look look)
{
    static char text[80];
    size_t used = 0;
    struct surface *surface = surface_create(80, 24);
    stage->screen.lesson->look = look;
    screen_command(&stage->screen, view);
    stage_look(stage, surface);
    for (int i = 0; i < surface->width * surface->height && used + 1 < sizeof text; i++) {
        const struct cell *cell = &surface->cells[i];
        bool point = cell->glyph == 0x2192 || cell->glyph == 0x2190;
        if (i < surface->width * 17 && cell->role == ROLE_SELECTED && used + 1 < sizeof text)
            text[used++] = point ? '>' : (char)(cell->glyph < 0x7f ? cell->glyph : '?');
    }
    text[used] = '\0';
    surface_destroy(surface);
    return text;
}

START_TEST(an_arrow_points_to_what_is_there)
{
    struct lesson_panel panel;
    struct stage stage;
    stage_open(&stage, "", 12);
    fill(&panel, PANEL_TELLS);
    stage.screen.lesson = &panel;
    ck_assert_str_eq(arrow(&stage, "view flow", (struct panel_look){"layer", 5, 0}), ">   5");
    ck_assert_str_eq(arrow(&stage, "view flow", (struct panel_look){"layer", 11, 0}), "> out");
    ck_assert_str_eq(arrow(&stage, "view flow", (struct panel_look){"step", 0, 0}), ">step 12");
    ck_assert_str_eq(
        arrow(&stage, "view flow", (struct panel_look){"loss", 0, 0}), "loss 0.7414>");
    ck_assert_str_eq(arrow(&stage, "view flow", (struct panel_look){"units", 0, 0}), ">units");
    /* Without a place the words stand alone. */
    ck_assert_str_eq(arrow(&stage, "view flow", (struct panel_look){"layer", 77, 0}), "");
    ck_assert_str_eq(arrow(&stage, "view flow", (struct panel_look){"unit", 3, 2}), "");
    ck_assert_str_eq(arrow(&stage, "view flow", (struct panel_look){"", 0, 0}), "");
    ck_assert_str_ne(arrow(&stage, "view units", (struct panel_look){"unit", 3, 7}), "");
    stage_close(&stage);
}
END_TEST

static void expect(const struct lesson_panel *panel, int width, const char *words)
{
    int rows = lesson_page_draw(panel, NULL, (struct rect){0, 0, width, 0});
    struct surface *surface = surface_create(width, rows);
    ck_assert_int_eq(lesson_page_draw(panel, surface, (struct rect){0, 0, width, rows}), rows);
    ck_assert_msg(stage_row(surface, words) >= 0, "no '%s'", words);
    surface_destroy(surface);
}

/* The first row with these words. */
static int row_of(const struct lesson_panel *panel, const char *words)
{
    struct surface *surface = surface_create(78, 40);
    (void)lesson_page_draw(panel, surface, (struct rect){0, 0, 78, 40});
    int row = stage_row(surface, words);
    surface_destroy(surface);
    return row;
}

START_TEST(the_outcome_is_told_to_who_predicted_it)
{
    struct lesson_panel panel;
    fill(&panel, PANEL_REVEALS);
    vote(&panel);
    expect(&panel, 78, "before 12 of 30 right, after 26 of 30 right; measured 1.26 and 1");
    /* That of the most, which is right; then those of others, and of nobody's choice none. */
    ck_assert_int_ge(row_of(&panel, "Sentence 2"), 5);
    ck_assert_int_gt(row_of(&panel, "Sentence 1"), row_of(&panel, "Sentence 2"));
    ck_assert_int_gt(row_of(&panel, "Sentence 4"), row_of(&panel, "Sentence 1"));
    ck_assert_int_gt(row_of(&panel, "Sentence 3"), 0); /* one had chosen it at first */
    panel.choices[2].votes[0] = 0;
    ck_assert_int_lt(row_of(&panel, "Sentence 3"), 0);
    /* The most were wrong: theirs is said first. */
    panel.taken[1] = false;
    ck_assert_int_eq(row_of(&panel, "12 of 29 right; measured"), 0);
    ck_assert_int_lt(row_of(&panel, "before"), 0);
    ck_assert_int_gt(row_of(&panel, "Sentence 2"), row_of(&panel, "Sentence 1"));
    fill(&panel, PANEL_REVEALS);
    choose(&panel, 0, 3);
    expect(&panel, 78, "you chose 4; 2 is right; measured 1.26 and 1");
    ck_assert_int_gt(row_of(&panel, "Sentence 2"), row_of(&panel, "Sentence 4"));
    ck_assert_int_lt(row_of(&panel, "Sentence 1"), 0);
    choose(&panel, 1, 1);
    expect(&panel, 78, "you chose 4, then you chose 2; 2 is right");
    ck_assert_int_lt(row_of(&panel, "Sentence 4"), 0);
    fill(&panel, PANEL_REVEALS);
    expect(&panel, 78, "nobody has predicted; 2 is right; measured 1.26 and 1");
    ck_assert_int_gt(row_of(&panel, "Sentence 2"), 0);
    /* What is longer than its row has another. */
    (void)snprintf(panel.choices[1].text, PANEL_TEXT, "%s",
        "Yes: small signals give full steps, and these make them grow in the course of it");
    ck_assert_int_eq(row_of(&panel, "these make them grow in     right"), 2);
    ck_assert_int_eq(row_of(&panel, "the course of it"), 3);
    ck_assert_int_eq(row_of(&panel, "3 It does not change."), 4);
}
END_TEST

START_TEST(the_prediction_stays_while_it_runs)
{
    char text[PANEL_TEXT];
    struct lesson_panel panel;
    fill(&panel, PANEL_RUNS);
    lesson_page_prediction(&panel, text, sizeof text);
    ck_assert_str_eq(text, "nothing was predicted");
    choose(&panel, 0, 0);
    lesson_page_prediction(&panel, text, sizeof text);
    ck_assert_str_eq(text, "you predict 1: It is multiplied by 0.25 in each layer.");
    choose(&panel, 1, 1);
    lesson_page_prediction(&panel, text, sizeof text);
    HAS(text, "you predict 2: By at most");
    vote(&panel);
    lesson_page_prediction(&panel, text, sizeof text);
    HAS(text, "predicted by 30, a second time: The error signal");
}
END_TEST

static void expect_prose(const char *text, int width, const char *first, const char *second)
{
    char line[80];
    struct surface *surface = surface_create(width, 4);
    (void)prose_draw(surface, (struct rect){0, 0, width, 4}, ROLE_TEXT, text);
    for (int y = 0; y < 2; y++) {
        int length = 0;
        for (int x = 0; x < width; x++)
            length += utf8_encode(surface->cells[y * width + x].glyph, line + length);
        while (length > 0 && line[length - 1] == ' ')
            length--;
        line[length] = '\0';
        ck_assert_str_eq(line, y ? second : first);
    }
    surface_destroy(surface);
}

START_TEST(asterisks_are_emphasis_at_the_edges_of_words)
{
    struct surface *surface = surface_create(20, 2);
    (void)prose_draw(surface, (struct rect){0, 0, 20, 2}, ROLE_TEXT, "a *b c* d");
    for (int x = 0; x < 7; x++)
        ck_assert_int_eq(surface->cells[x].role == ROLE_STRONG, x >= 2 && x <= 4);
    surface_destroy(surface);
    expect_prose("2*x and 3 * y", 20, "2*x and 3 * y", "");
    expect_prose("(*so*), *so*.", 20, "(so), so.", "");
    expect_prose("*open only", 20, "*open only", "");
    expect_prose("one *two three* four", 9, "one two", "three");
    expect_prose("abcdefghij k", 4, "abcd", "efgh");
    expect_prose("one \n *two*\n", 20, "one", "two");
    expect_prose("  δ_l  ", 8, "δ_l", "");
    ck_assert_int_eq(prose_columns("*Enter* goes on"), 13);
    ck_assert_int_eq(prose_draw(NULL, (struct rect){0, 0, 4, 0}, ROLE_TEXT, "abcdefghij k"), 3);
    ck_assert_int_eq(prose_draw(NULL, (struct rect){0, 0, 4, 0}, ROLE_TEXT, "  "), 0);
}
END_TEST

/* Any page in any size, and nothing but what is there to be drawn; its footer is in one row. */
START_TEST(pages_are_drawn_in_all_sizes)
{
    struct lesson_panel panel;
    struct stage stage;
    stage_open(&stage, "", 3);
    stage.screen.lesson = &panel;
    for (int page = PANEL_TELLS; page <= PANEL_ENDS; page++) {
        for (int size = 0; size < 60; size++) {
            struct surface *surface = surface_create(38 + size * 3, 8 + size % 40);
            fill(&panel, (enum panel_page)page);
            panel.left = size % 5 == 0;
            panel.hidden = size % 7 == 0;
            panel.predicted = size % 3 == 0;
            if (size % 2)
                vote(&panel);
            stage.screen.presenting = size % 4 == 1;
            screen_draw(&stage.screen, surface);
            if (surface->width >= 40 && surface->height >= 10)
                ck_assert_msg(stage_row(surface, panel.hidden ? " of 12" : "3 of 12") >= 0,
                    "page %d, %dx%d", page, surface->width, surface->height);
            surface_destroy(surface);
        }
    }
    stage_close(&stage);
}
END_TEST

Suite *lesson_panel_suite(void)
{
    Suite *suite = SUITE("lesson panel", all_of_a_paragraph_is_read_in_every_size,
        the_view_keeps_its_layers, a_quiz_says_which_question_it_is,
        an_open_question_is_not_answered_beside_it, an_arrow_points_to_what_is_there,
        keys_are_the_lessons_where_it_has_them, the_outcome_is_told_to_who_predicted_it,
        the_prediction_stays_while_it_runs, asterisks_are_emphasis_at_the_edges_of_words,
        pages_are_drawn_in_all_sizes);
    TCase *tcase = tcase_create("pages");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, pages_look_as_recorded, 0, (int)ARRAY_LEN(pictures));
    suite_add_tcase(suite, tcase);
    return suite;
}
