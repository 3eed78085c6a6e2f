/* The lines around a view: messages go whole, or in fewer words, at 80 columns and at 40; where
 * one is, and which keys lead on, is always said. */
#include <stdio.h>
#include <string.h>

#include "engine/command.h"
#include "engine/preset.h"
#include "suites.h"
#include "ui/screen/status.h"
#include "ui_screens.h"

/* Later than anybody looks: what names the step is no longer than this. */
#define LATE 12345678

static void read_row(const struct surface *surface, int y, char *text, size_t size)
{
    size_t used = 0;
    for (int x = 0; x < surface->width && used + 5 < size; x++)
        used += (size_t)utf8_encode(surface->cells[y * surface->width + x].glyph, text + used);
    while (used > 0 && text[used - 1] == ' ')
        used--;
    text[used] = '\0';
}

/* Drawn from column x on: one of the forms, whole. */
static void stands(struct stage *stage, int columns, int x)
{
    const struct news *news = &stage->session->news;
    struct surface *surface = surface_create(columns, 10);
    char drawn[300];
    surface_text(surface, 0, 9, -1, ROLE_KEY, x > 0 ? "? help  q quit" : "");
    status_draw_message(&stage->screen, surface, x, 9);
    read_row(surface, 9, drawn, sizeof drawn);
    const char *text = strncmp(drawn, "? help  q quit  ", 16) == 0 ? drawn + 16 : drawn;
    ck_assert_msg(strcmp(text, news->message) == 0 || strcmp(text, news->shorter[0]) == 0 ||
            strcmp(text, news->shorter[1]) == 0,
        "%d columns: '%s' of '%s'", columns, drawn, news->message);
    surface_destroy(surface);
}

static void tell(struct stage *stage, const char *line)
{
    struct command command;
    struct error error = {.text = ""};
    ck_assert_msg(command_parse(line, &command, &error), "%s: %s", line, error.text);
    ck_assert_msg(
        wanted_do(&stage->session->news.wanted, &command, &error), "%s: %s", line, error.text);
    session_tell(stage->session);
    const struct news *news = &stage->session->news;
    ck_assert(!news->message_is_error);
    /* A choice is told with what it means wherever there are 80 columns. */
    int whole = text_columns(news->message);
    ck_assert_msg(whole <= 80 || text_columns(news->shorter[0]) <= 80, "%s", news->message);
    ck_assert_msg(whole <= 80 || news->shorter[0][0], "%s", news->message);
    ck_assert_msg(news->shorter[1][0] && text_columns(news->shorter[1]) <= 40, "%s", line);
    stage->snapshot.news = *news;
    stage->screen.wanted = news->wanted;
    screen_update(&stage->screen, &stage->snapshot, stage->now);
    stands(stage, 80, 0);
    stands(stage, 40, 0);
    stands(stage, 40, 16);
    stands(stage, 80, 16);
}

START_TEST(every_change_is_told_whole)
{
    struct stage stage;
    stage_open(&stage, "depth=2 width=4", 0);
    stage.session->run->training->step = LATE;
    for (int i = 0; i < hparam_count; i++) {
        const struct hparam *row = &hparam_table[i];
        char line[100];
        hparams_init(&stage.session->news.wanted.hparams);
        for (int k = 0; row->choices && row->choices(k); k++) {
            (void)snprintf(line, sizeof line, "set %s %s", row->name, row->choices(k));
            tell(&stage, line);
        }
        for (int k = 0; k < row->ladder_length; k++) {
            (void)snprintf(line, sizeof line, "set %s %g", row->name, row->ladder[k]);
            tell(&stage, line);
        }
    }
    tell(&stage, "set lr 0.0000012345678901234567");
    tell(&stage, "set weight_decay 1.2345678901234567e-100");
    tell(&stage, "set seed 18446744073709551615");
    stage_close(&stage);
}
END_TEST

START_TEST(every_preset_is_told_whole)
{
    struct stage stage;
    stage_open(&stage, "depth=2 width=4", 0);
    for (int i = 0; i < preset_count; i++) {
        char line[100];
        (void)snprintf(line, sizeof line, "preset %s", preset_name(i));
        tell(&stage, line);
    }
    stage_close(&stage);
}
END_TEST

/* Whatever else is said ends at a word where it has no room, and says that it does. */
START_TEST(a_message_that_has_no_room_ends_at_a_word)
{
    static const char text[] = "one two three four five six seven eight nine ten eleven twelve";
    struct stage stage;
    stage_open(&stage, "depth=2 width=4", 0);
    for (int columns = 20; columns < 70; columns++) {
        struct surface *surface = surface_create(columns, 1);
        char drawn[300];
        screen_say(&stage.screen, true, text);
        status_draw_message(&stage.screen, surface, 0, 0);
        read_row(surface, 0, drawn, sizeof drawn);
        size_t length = strlen(drawn);
        if (columns >= (int)strlen(text)) {
            ck_assert_str_eq(drawn, text);
        } else {
            ck_assert_str_eq(drawn + length - 4, " …");
            ck_assert(strncmp(drawn, text, length - 4) == 0 && text[length - 4] == ' ');
        }
        surface_destroy(surface);
    }
    stage_close(&stage);
}
END_TEST

/* An error, with its advice at the end, folded over the rows above: of the footer where the
 * prompt is shut, of the prompt where it is open. */
START_TEST(a_long_message_is_shown_whole)
{
    static const int sizes[][2] = {{80, 24}, {80, 12}, {40, 16}, {40, 10}};
    static const char says[] =
        "measurements.csv:2: column 2 'How content are you with the meals that…' has words: "
        "--ignore=2,14, --label=2 or --one_hot=on ('very much, but for the potatoes, as I told "
        "them twice'), which is what there is to be done, here";
    _Static_assert(sizeof says > 200, "as long as errors are");
    struct stage stage;
    stage_open(&stage, "depth=2 width=4", 0);
    for (int i = 0; i < 2 * (int)ARRAY_LEN(sizes); i++) {
        int width = sizes[i / 2][0], height = sizes[i / 2][1];
        struct surface *surface = surface_create(width, height);
        char found[4000] = "";
        if (i == 1)
            screen_key(&stage.screen, ':');
        stage.screen.prompt.open = i % 2;
        screen_say(&stage.screen, true, says);
        stage_look(&stage, surface);
        for (int y = 0; y < height; y++) {
            size_t used = strlen(found);
            if (surface->cells[y * width].role != ROLE_ERROR)
                continue;
            read_row(surface, y, found + used, sizeof found - used - 1);
            (void)strcat(found, " ");
        }
        found[strlen(found) - 1] = '\0';
        ck_assert_str_eq(found, says);
        ck_assert_int_eq(
            stage_row(surface, "a command, or NAME") + stage_row(surface, "a command or NAME"),
            i % 2 ? height - 3 : -2);
        surface_destroy(surface);
    }
    ck_assert(stage.screen.message_until > stage.now + 20);
    stage_close(&stage);
}
END_TEST

static bool row_has(const struct surface *surface, int y, const char *text)
{
    char row[1200];
    read_row(surface, y, row, sizeof row);
    const char *at = strstr(row, text);
    /* As words of their own. */
    size_t length = strlen(text);
    return at && (at == row || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0');
}

static void check_lines(struct stage *stage, const struct view *view, int columns, int rows)
{
    struct surface *surface = surface_create(columns, rows);
    int place = view_index(view);
    const char *next = views[(place + 1) % view_count]->name;
    const char *before = views[(place + view_count - 1) % view_count]->name;
    char tab[40], back[40];
    (void)snprintf(tab, sizeof tab, "Tab %s", next);
    (void)snprintf(back, sizeof back, "Shift-Tab %s", before);
    stage->screen.message[0] = '\0';
    stage_look(stage, surface);
    bool named = false;
    for (int y = 0; y < 5; y++)
        named = named || row_has(surface, y, view->name);
    ck_assert_msg(named, "%s at %dx%d", view->name, columns, rows);
    if (columns >= 80) {
        ck_assert_msg(row_has(surface, rows - 1, "t theme"), "%s at %d", view->name, columns);
        ck_assert(row_has(surface, rows - 1, "w why"));
        ck_assert(row_has(surface, rows - 1, tab));
        ck_assert(columns < 100 || row_has(surface, rows - 1, back));
    }
    bool strip = rows >= 16 && !stage->screen.presenting;
    for (int i = 0; i < view_count && strip; i++) {
        bool near = views[i] == view || !strcmp(views[i]->name, next) ||
            !strcmp(views[i]->name, before);
        ck_assert_int_eq(row_has(surface, rows - 2, views[i]->name), columns >= 60 || near);
    }
    surface_destroy(surface);
}

START_TEST(every_view_says_where_one_is_and_what_comes)
{
    static const int sizes[][2] = {
        {80, 24}, {40, 10}, {40, 20}, {60, 16}, {100, 30}, {120, 40}, {160, 45}, {200, 60}};
    struct stage stage;
    stage_open(&stage, "depth=2 width=4 batch=20", 3);
    for (int i = 0; i < view_count * (int)ARRAY_LEN(sizes) * 2; i++) {
        const int *size = sizes[i / 2 % (int)ARRAY_LEN(sizes)];
        stage.screen.view = views[i / 2 / (int)ARRAY_LEN(sizes)];
        stage.screen.presenting = i % 2;
        check_lines(&stage, stage.screen.view, size[0], size[1]);
    }
    /* Of two views both. */
    stage.screen.presenting = false;
    stage.screen.beside = stage_view("units");
    stage.screen.view = stage_view("flow");
    struct surface *surface = surface_create(160, 45);
    stage_look(&stage, surface);
    ck_assert(row_has(surface, 3, "flow") && row_has(surface, 3, "units"));
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* The table of layers keeps its heading, caption and curve in either half, within its half. */
START_TEST(each_of_two_views_has_all_that_it_has_alone)
{
    static const int sizes[][2] = {{160, 45}, {200, 50}, {160, 24}};
    for (int i = 0; i < 2 * (int)ARRAY_LEN(sizes); i++) {
        struct stage stage;
        int columns = sizes[i / 2][0], rows = sizes[i / 2][1], found = 0, curve = 0;
        stage_open(&stage, "depth=3 width=4", 40);
        stage.screen.width = columns;
        stage.screen.view = stage_view(i % 2 ? "flow" : "units");
        stage.screen.beside = stage_view(i % 2 ? "units" : "flow");
        struct surface *surface = surface_create(columns, rows);
        stage_look(&stage, surface);
        for (int y = 0; y < rows; y++) {
            char row[1200];
            read_row(surface, y, row, sizeof row);
            const char *at = strstr(row, "of at most 0.25");
            const char *border = strstr(row, "│");
            found += at && border && (at < border) == (i % 2);
            curve += strstr(row, "what the best constant answer costs") != NULL;
        }
        ck_assert_msg(found == 1, "%dx%d, %d", columns, rows, i % 2);
        ck_assert(curve == 1 || (curve == 0 && rows <= 24));
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

Suite *messages_suite(void)
{
    return SUITE("messages", every_change_is_told_whole, every_preset_is_told_whole,
        a_long_message_is_shown_whole, a_message_that_has_no_room_ends_at_a_word,
        every_view_says_where_one_is_and_what_comes,
        each_of_two_views_has_all_that_it_has_alone);
}
