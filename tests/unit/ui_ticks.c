/* Ticks on axes of steps: labels whole or not at all, none over another, and keeping still. */
#include <string.h>

#include "core/rng.h"
#include "engine/session.h"
#include "suites.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/input.h"
#include "ui/draw/ticks.h"
#include "ui_screens.h"

enum { WIDTH = 60, ROW = 1 };

static void row_text(const struct surface *s, int y, char text[WIDTH + 1])
{
    for (int x = 0; x < WIDTH; x++) {
        uint32_t glyph = s->cells[y * s->width + x].glyph;
        text[x] = glyph < 0x80 ? (char)glyph : glyph == GLYPH_MARK ? ':' : '|';
    }
    text[WIDTH] = '\0';
}

static void draw(struct surface *s, const struct timeline *time, const struct tick *ticks,
    int count, bool over)
{
    ticks_draw(time, s, ticks, count, &(struct tick_place){0, ROW, 3, ROW, over, 5});
}

START_TEST(the_weightier_then_the_newer_label_stays)
{
    const struct tick ticks[] = {{10, 5, ROLE_STRONG, false, "lr 3"},
        {12, 5, ROLE_STRONG, false, "relu"}, {15, 1, ROLE_WARN, false, "first death"},
        {44, 0, ROLE_DIM, true, "lr 10"}, {57, 9, ROLE_BAD, true, "far"}};
    struct timeline time = timeline_of(TIMELINE_LINEAR, 40, WIDTH);
    struct surface *s = surface_create(WIDTH, 7);
    char text[WIDTH + 1];
    draw(s, &time, ticks, 5, false);
    row_text(s, ROW, text);
    ck_assert_str_eq(text, "      lr 3| |  |first death                 :lr 10    far:  ");
    /* Between them there is no room for relu; and the newer one of equal weight comes first. */
    ck_assert(s->cells[2 * WIDTH + 12].glyph == GLYPH_BAR);
    ck_assert(s->cells[2 * WIDTH + 44].glyph == GLYPH_MARK);
    ck_assert(s->cells[5 * WIDTH + 15].glyph == GLYPH_UP);
    /* What stands in the row stays, with a blank before and after it. */
    surface_clear(s);
    surface_text(s, 17, ROW, -1, ROLE_DIM, "20");
    surface_text(s, 43, ROW, -1, ROLE_DIM, "40");
    draw(s, &time, ticks, 5, false);
    row_text(s, ROW, text);
    ck_assert_str_eq(text, "      lr 3| |  | 20                        40         far:  ");
    /* A label that fits exactly between two ticks, where the other's stands already. */
    const struct tick tight[] = {{10, 5, ROLE_STRONG, false, "lr 3"},
        {15, 6, ROLE_STRONG, false, "relu"}, {16, 7, ROLE_STRONG, false, "tanh"}};
    surface_clear(s);
    draw(s, &time, tight, 3, false);
    row_text(s, ROW, text);
    ck_assert(strncmp(text, "      lr 3|relu||tanh   ", 24) == 0);
    surface_destroy(s);
}
END_TEST

/* Which ticks and labels there are by chance: read back from the row. */
START_TEST(labels_are_whole_and_apart_whatever_happens)
{
    static const char *const words[] = {
        "lr 3", "relu", "half dead", "a", "clip norm, lr 10", ""};
    struct rng rng;
    rng_init(&rng, 7, RNG_DATA, 0);
    for (int n = 0; n < 3000; n++) {
        struct tick ticks[12];
        uint64_t total = 1 + rng_next(&rng) % (n % 2 ? 50 : 5000);
        enum timeline_kind kind = (enum timeline_kind)(rng_next(&rng) % 3);
        struct timeline time = timeline_of(kind, total, WIDTH);
        struct surface *s = surface_create(WIDTH, 7);
        int count = (int)(rng_next(&rng) % 12), seen = 0;
        if (n % 3 == 0)
            timeline_draw_labels(&time, s, 0, ROW);
        char before[WIDTH + 1], text[WIDTH + 1];
        row_text(s, ROW, before);
        for (int i = 0; i < count; i++) {
            bool ahead = rng_next(&rng) % 4 == 0;
            ticks[i] =
                (struct tick){ahead ? total + rng_next(&rng) % 40 : rng_next(&rng) % total,
                    (int)(rng_next(&rng) % 3), ROLE_STRONG, ahead, ""};
            (void)strcpy(ticks[i].label, words[rng_next(&rng) % ARRAY_LEN(words)]);
        }
        draw(s, &time, ticks, count, false);
        row_text(s, ROW, text);
        for (int x = 0; x < WIDTH; x++)
            ck_assert_msg(before[x] == ' ' || before[x] == text[x], "'%s' '%s'", before, text);
        /* Each piece of text between ticks, numbers and two blanks is a label beside a tick. */
        for (int x = 0; x < WIDTH; x++) {
            if (before[x] != ' ')
                text[x] = '#';
        }
        for (int x = 0; x < WIDTH; x++) {
            if (text[x] == ' ' || strchr("#|:", text[x]))
                continue;
            int end = x, known = -1;
            while (end < WIDTH && !strchr("#|:", text[end]) &&
                !(text[end] == ' ' && (end + 1 == WIDTH || strchr(" #|:", text[end + 1]))))
                end++;
            for (size_t i = 0; i < ARRAY_LEN(words); i++) {
                if (*words[i] && (int)strlen(words[i]) == end - x &&
                    memcmp(words[i], text + x, strlen(words[i])) == 0)
                    known = (int)i;
            }
            bool beside = (x > 0 && strchr("|:", text[x - 1])) ||
                (end < WIDTH && strchr("|:", text[end]));
            ck_assert_msg(known >= 0 && beside, "%d: '%s'", n, text);
            seen++;
            x = end;
        }
        ck_assert(count == 0 || seen <= count);
        surface_destroy(s);
    }
}
END_TEST

START_TEST(ticks_keep_still_until_the_axis_holds_twice_as_much)
{
    const struct tick ticks[] = {
        {10, 5, ROLE_STRONG, false, "lr 3"}, {47, 5, ROLE_STRONG, false, "relu"}};
    char first[WIDTH + 1] = "", text[WIDTH + 1];
    for (uint64_t total = 61; total <= 119; total++) {
        struct timeline time = timeline_of(TIMELINE_LINEAR, total, WIDTH);
        struct surface *s = surface_create(WIDTH, 7);
        draw(s, &time, ticks, 2, false);
        row_text(s, ROW, text);
        if (!*first)
            memcpy(first, text, sizeof first);
        ck_assert_str_eq(first, text);
        surface_destroy(s);
    }
    ck_assert(strstr(first, "|lr 3") == first + 5 && strstr(first, "|relu") == first + 24);
}
END_TEST

/* A step that is ahead stands where it will stand. */
START_TEST(the_place_of_a_step_ahead_is_its_column_once_it_is_there)
{
    for (int kind = 0; kind <= TIMELINE_RECENT; kind++) {
        for (uint64_t total = 1; total < 700; total += 1 + total / 7) {
            struct timeline now = timeline_of((enum timeline_kind)kind, total, WIDTH);
            for (uint64_t step = total; step < total + 90; step++) {
                struct timeline then = timeline_of((enum timeline_kind)kind, step + 1, WIDTH);
                int place = timeline_place(&now, step);
                bool same = then.first == now.first && then.pace == now.pace &&
                    then.spread == now.spread;
                if (same)
                    ck_assert_msg(place == timeline_column(&then, step),
                        "%s: step %d of %d at %d", timeline_name(kind), (int)step, (int)total,
                        place);
                ck_assert(place < WIDTH);
            }
        }
    }
}
END_TEST

static void read_row(const struct surface *s, int y, char *text)
{
    for (int x = 0; x < s->width; x++) {
        uint32_t glyph = s->cells[y * s->width + x].glyph;
        text[x] = glyph < 0x80 ? (char)glyph : '|';
    }
    text[s->width] = '\0';
}

static bool shows(const struct surface *s, const char *words)
{
    char text[400];
    for (int y = 0; y < s->height; y++) {
        read_row(s, y, text);
        if (strstr(text, words))
            return true;
    }
    return false;
}

/* Whether the label stands beside a tick in the column of its step. */
START_TEST(every_axis_of_time_shows_what_was_changed)
{
    static const struct {
        const char *view;
        bool large;
        int width, height;
    } axes[] = {{"curves", false, 80, 24}, {"curves", true, 80, 24}, {"curves", false, 120, 40},
        {"units", false, 80, 24}, {"units", false, 120, 40}, {"clip", false, 80, 24},
        {"clip", false, 120, 40}, {"flow", false, 120, 40}, {"flow", false, 80, 24}};
    for (size_t i = 0; i < ARRAY_LEN(axes); i++) {
        struct stage stage;
        stage_open(&stage, "activation=relu init=he_normal depth=2 width=8 lr=0.1", 0);
        screen_command(&stage.screen, "at 20 lr 3");
        screen_command(&stage.screen, "at 55 optimizer adam");
        for (int k = 0; k < stage.screen.outbox_count; k++)
            ck_assert(session_do(stage.session, &stage.screen.outbox[k], NULL));
        stage.screen.outbox_count = 0;
        stage_advance(&stage, 52);
        screen_command(&stage.screen,
            axes[i].view[0] == 'f'       ? "view flow"
                : axes[i].view[0] == 'u' ? "view units"
                : axes[i].view[1] == 'u' ? "view curves"
                                         : "view clip");
        if (axes[i].large)
            screen_command(&stage.screen, "present");
        struct surface *s = surface_create(axes[i].width, axes[i].height);
        stage_look(&stage, s);
        /* For a curve; for words above the bars of the norms. */
        bool room = axes[i].height > 24 || (axes[i].view[0] != 'f' && axes[i].view[1] != 'l');
        ck_assert_msg(shows(s, "|lr 3") || shows(s, "lr 3|") || !room, "%s %dx%d", axes[i].view,
            axes[i].width, axes[i].height);
        /* At the right edge of a narrow panel a tick stands without its word. */
        bool narrow = axes[i].view[0] == 'u' || axes[i].view[1] == 'l';
        ck_assert_msg(shows(s, "adam") || !room || narrow, "%s %dx%d", axes[i].view,
            axes[i].width, axes[i].height);
        stage.screen.message[0] = '\0';
        stage_look(&stage, s);
        ck_assert(shows(s, "armed: optimizer adam at step 55"));
        screen_command(&stage.screen, "events");
        stage_look(&stage, s);
        ck_assert(shows(s, "ARMED") && shows(s, "lr 0.1 | 3") && shows(s, "BEGIN"));
        surface_destroy(s);
        stage_close(&stage);
    }
}
END_TEST

/* Without memory for a record there is no step: an axis of one, and not one that never ends. */
START_TEST(an_axis_without_steps_is_one_of_a_step)
{
    for (int kind = TIMELINE_LINEAR; kind <= TIMELINE_RECENT; kind++) {
        struct timeline none = timeline_of((enum timeline_kind)kind, 0, 30);
        struct timeline one = timeline_of((enum timeline_kind)kind, 1, 30);
        ck_assert_uint_eq(none.total, 1);
        ck_assert_int_eq(timeline_columns(&none), timeline_columns(&one));
        ck_assert_uint_eq(timeline_step(&none, 0), 0);
    }
}
END_TEST

/* On a narrow screen a change is named as its tick is, and words are whole. */
START_TEST(the_log_cuts_no_word)
{
    struct stage stage;
    stage_open(&stage, "depth=2 width=4 samples=20 lr=0.1", 3);
    static const char *const lines[] = {
        "activation relu", "lr 0.25", "clip norm", "clip_at 0.5"};
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct command command;
        ck_assert(command_parse(lines[i], &command, NULL));
        ck_assert(session_do(stage.session, &command, NULL));
        if (i == 0)
            stage_advance(&stage, 1);
    }
    stage_advance(&stage, 1);
    screen_command(&stage.screen, "events");
    struct surface *narrow = surface_create(40, 10), *wide = surface_create(80, 24);
    stage_look(&stage, narrow);
    ck_assert(shows(narrow, "step       3   CHANGE  relu   "));
    ck_assert(shows(narrow, "step       4   CHANGE  3 changes   "));
    ck_assert(shows(narrow, "step       0   BEGIN  2|4, sigmoid, |  "));
    stage_look(&stage, wide);
    ck_assert(shows(wide, "activation sigmoid | relu   "));
    ck_assert(shows(wide, "lr 0.1 | 0.25, clip none | norm, clip_at 1 | 0.5"));
    surface_destroy(narrow);
    surface_destroy(wide);
    stage_close(&stage);
}
END_TEST

START_TEST(the_prompt_is_filled_for_a_step_to_come)
{
    struct stage stage;
    stage_open(&stage, "depth=1 width=4", 37);
    stage.screen.wanted.running = false;
    screen_key(&stage.screen, '@');
    ck_assert(stage.screen.prompt.open);
    ck_assert_str_eq(stage.screen.prompt.text, "at 50 ");
    for (const char *c = "lr 3\r"; *c; c++)
        screen_key(&stage.screen, *c == '\r' ? INPUT_ENTER : (uint32_t)*c);
    ck_assert_int_eq(stage.screen.outbox_count, 1);
    ck_assert_int_eq(stage.screen.outbox[0].id, COMMAND_AT);
    ck_assert_int_eq(stage.screen.wanted.agenda.count, 1);
    ck_assert(stage.screen.wanted.hparams.lr != 3);
    /* While it runs the step lies further on: typing takes a while. */
    stage.screen.wanted.running = true;
    stage.snapshot.news.rate = 20;
    screen_key(&stage.screen, '@');
    ck_assert_str_eq(stage.screen.prompt.text, "at 300 ");
    stage_close(&stage);
}
END_TEST

Suite *ticks_suite(void)
{
    return SUITE("ticks", the_weightier_then_the_newer_label_stays,
        labels_are_whole_and_apart_whatever_happens,
        ticks_keep_still_until_the_axis_holds_twice_as_much,
        the_place_of_a_step_ahead_is_its_column_once_it_is_there,
        every_axis_of_time_shows_what_was_changed, an_axis_without_steps_is_one_of_a_step,
        the_log_cuts_no_word, the_prompt_is_filled_for_a_step_to_come);
}
