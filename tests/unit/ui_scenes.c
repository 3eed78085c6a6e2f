/* Presets as scenes: the view, the line that stays, the speed, the way to the comparison. */
#include <math.h>
#include <string.h>

#include "engine/preset.h"
#include "suites.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/input.h"
#include "ui/screen/screen.h"
#include "ui_screens.h"

enum { ROW_SIZE = 1000 };

static void row_text(const struct surface *surface, int y, char text[ROW_SIZE])
{
    size_t used = 0;
    for (int x = 0; x < surface->width && used < ROW_SIZE - 5; x++) {
        uint32_t glyph = surface->cells[y * surface->width + x].glyph;
        if (glyph != 0)
            used += (size_t)utf8_encode(glyph, text + used);
    }
    text[used] = '\0';
}

int stage_row(const struct surface *surface, const char *words)
{
    char text[ROW_SIZE];
    for (int y = 0; y < surface->height; y++) {
        row_text(surface, y, text);
        if (strstr(text, words))
            return y;
    }
    return -1;
}

/* Carries out what the screen has sent, and lets it see the result. */
static void deliver(struct stage *stage)
{
    struct screen *screen = &stage->screen;
    for (int i = 0; i < screen->outbox_count; i++)
        (void)session_do(stage->session, &screen->outbox[i], NULL);
    screen->outbox_count = 0;
    stage->session->news.wanted = screen->wanted;
    stage_advance(stage, 0);
}

void stage_type(struct stage *stage, const char *keys)
{
    for (; *keys; keys++)
        screen_key(&stage->screen, (uint32_t)(unsigned char)*keys);
}

void stage_start(struct stage *stage, const char *preset)
{
    stage_type(stage, "p");
    stage_type(stage, preset);
    screen_key(&stage->screen, INPUT_ENTER);
    deliver(stage);
}

static const struct preset *scene_of(const struct stage *stage)
{
    return wanted_scene(&stage->screen.wanted);
}

START_TEST(a_preset_opens_its_view_and_keeps_its_line)
{
    struct surface *surface = surface_create(80, 24);
    for (int i = 0; i < preset_count; i++) {
        const struct preset *preset = &preset_table[i];
        struct stage stage;
        char line[200];
        /* The least work that is not the preset's. */
        stage_open(&stage, "depth=2 width=2 samples=8", 0);
        stage_start(&stage, preset->name);
        ck_assert_ptr_eq(scene_of(&stage), preset);
        ck_assert_str_eq(stage.screen.view->name, preset->view);
        (void)snprintf(line, sizeof line, "look: %s   n: %s", preset->look, preset->change);
        screen_draw(&stage.screen, surface);
        ck_assert_msg(stage_row(surface, line) == 2, "%s", line);
        if (i % 16 == 1) {
            /* Whatever is shown, in any size; the loss can have become anything. */
            stage_advance(&stage, 3);
            for (int v = 0; v < 2 * view_count; v++) {
                char view[40];
                (void)snprintf(view, sizeof view, "view %s", view_name(v / 2));
                screen_command(&stage.screen, view);
                screen_command(&stage.screen, "present");
                stage_look(&stage, surface);
                ck_assert_msg(stage_row(surface, line) >= 0, "%s: %s", view, line);
            }
        }
        stage_close(&stage);
    }
    surface_destroy(surface);
}
END_TEST

START_TEST(a_small_screen_has_the_line_in_short)
{
    struct surface *surface = surface_create(40, 10);
    for (int i = 0; i < preset_count; i += 8) {
        const struct preset *preset = &preset_table[i];
        struct stage stage;
        char line[200], hint[80];
        stage_open(&stage, "depth=2 width=2 samples=8", 0);
        stage_start(&stage, preset->name);
        (void)snprintf(line, sizeof line, "look: %s", preset->brief);
        (void)snprintf(hint, sizeof hint, "q quit  n %s", preset->change);
        stage.screen.message[0] = '\0';
        for (int v = 0; v < 2 * view_count; v++) {
            screen_command(&stage.screen, v % 2 ? "present" : "view next");
            stage_look(&stage, surface);
            ck_assert_msg(stage_row(surface, line) >= 0, "%s: %s", preset->name, line);
            ck_assert_msg(stage_row(surface, hint) == 9, "%s: %s", preset->name, hint);
        }
        stage_close(&stage);
    }
    surface_destroy(surface);
}
END_TEST

START_TEST(the_line_goes_when_it_is_no_longer_that_scene)
{
    static const char *const stays[] = {"reset", "reseed", "seed 5", "speed 5", "pause", "run",
        "step 2", "view data", "layer 1", "lr 10"};
    static const char *const ends[] = {
        "lr 3", "next", "activation tanh", "depth 2", "clip norm", "samples 100", "clip_at 2"};
    for (size_t i = 0; i < ARRAY_LEN(stays) + ARRAY_LEN(ends); i++) {
        struct stage stage;
        bool keeps = i < ARRAY_LEN(stays);
        const char *command = keeps ? stays[i] : ends[i - ARRAY_LEN(stays)];
        stage_open(&stage, "depth=2 width=2 samples=8", 0);
        stage_start(&stage, "dying");
        screen_command(&stage.screen, command);
        deliver(&stage);
        ck_assert_msg(!!scene_of(&stage) == keeps, "%s", command);
        /* What happened at other settings has happened: back at them, it is not the scene. */
        screen_command(&stage.screen, "lr 10");
        screen_command(&stage.screen, "activation relu");
        deliver(&stage);
        ck_assert_msg(!!scene_of(&stage) == keeps, "%s", command);
        stage_close(&stage);
    }
}
END_TEST

START_TEST(settings_alone_are_no_scene)
{
    struct stage stage;
    struct surface *surface = surface_create(80, 24);
    stage_open(&stage, "", 0); /* those of vanishing, which nobody has asked for */
    stage_look(&stage, surface);
    ck_assert_ptr_null(scene_of(&stage));
    ck_assert_int_eq(stage_row(surface, "look:"), -1);
    stage_type(&stage, "n");
    ck_assert(stage.screen.message_is_error && stage.screen.outbox_count == 0);
    ck_assert_ptr_nonnull(strstr(stage.screen.message, "no scene to compare"));
    screen_begin_scene(&stage.screen, preset_find("vanishing", NULL), false);
    screen_draw(&stage.screen, surface);
    ck_assert_int_ge(stage_row(surface, "look:"), 0);
    stage_close(&stage);
    surface_destroy(surface);
}
END_TEST

START_TEST(n_goes_to_the_comparison_and_back)
{
    struct stage stage;
    stage_open(&stage, "depth=2 width=2 samples=8 seed=6", 0);
    stage_start(&stage, "exploding");
    ck_assert_str_eq(stage.screen.view->name, "flow");
    stage_type(&stage, "N");
    ck_assert(stage.screen.message_is_error);
    static const char *const chain[] = {"clipped", "clipped_by_value", "exploding", "clipped"};
    for (size_t i = 0; i < ARRAY_LEN(chain); i++) {
        stage_type(&stage, "n");
        deliver(&stage);
        ck_assert_str_eq(scene_of(&stage)->name, chain[i]);
        ck_assert_str_eq(stage.screen.view->name, scene_of(&stage)->view);
        ck_assert_uint_eq(stage.session->hparams.seed, 6);
        ck_assert_uint_eq(stage.snapshot.seen.step, 0);
    }
    ck_assert_str_eq(stage.session->news.message,
        "preset clipped: clip norm instead of none, all else the same");
    for (size_t i = ARRAY_LEN(chain) - 1; i > 0; i--) {
        stage_type(&stage, "N");
        deliver(&stage);
        ck_assert_str_eq(scene_of(&stage)->name, chain[i - 1]);
    }
    stage_type(&stage, "N");
    deliver(&stage);
    ck_assert_str_eq(scene_of(&stage)->name, "exploding");
    stage_type(&stage, "N");
    ck_assert(stage.screen.message_is_error && stage.screen.outbox_count == 0);
    /* Many times round: the way back is short, and the last ones are right. */
    for (int i = 0; i < 25; i++) {
        stage_type(&stage, "n");
        deliver(&stage);
    }
    ck_assert_str_eq(scene_of(&stage)->name, "clipped");
    for (int i = 0; i < CAME_FROM_MOST; i++) {
        static const char *const before[] = {"exploding", "clipped_by_value", "clipped"};
        stage_type(&stage, "N");
        deliver(&stage);
        ck_assert_str_eq(scene_of(&stage)->name, before[i % 3]);
    }
    stage_type(&stage, "N");
    ck_assert(stage.screen.message_is_error && stage.screen.outbox_count == 0);
    /* Another scene has no way back to this one. */
    stage_start(&stage, "dying");
    stage_type(&stage, "N");
    ck_assert(stage.screen.message_is_error && stage.screen.outbox_count == 0);
    screen_command(&stage.screen, "compare forth");
    ck_assert_ptr_nonnull(strstr(stage.screen.message, "'forth'"));
    stage_close(&stage);
}
END_TEST

START_TEST(what_is_said_of_a_scene_is_what_has_changed)
{
    struct stage stage;
    stage_open(&stage, "depth=2 width=2 samples=8", 0);
    stage_start(&stage, "dying");
    ck_assert_str_eq(
        stage.session->news.message, "preset dying: a high learning rate kills units");
    screen_command(&stage.screen, "preset surviving");
    deliver(&stage);
    ck_assert_str_eq(
        stage.screen.message, "preset surviving: lr 1 instead of 10, all else the same");
    /* Another seed is another thing. */
    screen_command(&stage.screen, "seed 4");
    deliver(&stage);
    screen_command(&stage.screen, "depth 2");
    deliver(&stage);
    screen_command(&stage.screen, "preset dying");
    deliver(&stage);
    ck_assert_str_eq(
        stage.session->news.message, "preset dying: a high learning rate kills units");
    stage_close(&stage);
}
END_TEST

START_TEST(the_speed_keys_go_on_from_the_speed_that_is_shown)
{
    static const struct {
        const char *key;
        int steps;
        double speed;
    } cases[] = {{"+", 0, 5}, {"-", 0, 1}, {"+", 3, 5}, {"+", 12, 50}, {"-", 13, 10}};
    struct surface *surface = surface_create(80, 24);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct stage stage;
        stage_open(&stage, "depth=2 width=2 samples=8", 0);
        stage_start(&stage, "dying");
        stage_advance(&stage, (uint64_t)cases[i].steps);
        stage_look(&stage, surface);
        ck_assert_int_eq(stage_row(surface, "of 2 steps/s"), cases[i].steps < 12 ? 1 : -1);
        ck_assert_int_eq(stage_row(surface, "of 20 steps/s"), cases[i].steps < 12 ? -1 : 1);
        stage_type(&stage, cases[i].key);
        ck_assert_int_eq(stage.screen.outbox_count, 1);
        ck_assert_int_eq(stage.screen.outbox[0].id, COMMAND_SPEED);
        ck_assert_double_eq(stage.screen.outbox[0].number, cases[i].speed);
        double now = wanted_rate(&stage.screen.wanted, 0);
        ck_assert_double_eq(now, cases[i].speed);
        ck_assert_ptr_nonnull(scene_of(&stage));
        stage_close(&stage);
    }
    surface_destroy(surface);
}
END_TEST

Suite *scenes_suite(void)
{
    return SUITE("scenes", a_preset_opens_its_view_and_keeps_its_line,
        a_small_screen_has_the_line_in_short, the_line_goes_when_it_is_no_longer_that_scene,
        settings_alone_are_no_scene, n_goes_to_the_comparison_and_back,
        what_is_said_of_a_scene_is_what_has_changed,
        the_speed_keys_go_on_from_the_speed_that_is_shown);
}
