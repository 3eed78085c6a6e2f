/* What covers the view: no key falls through it to the training, and the menu of presets. */
#include <string.h>

#include "engine/preset.h"
#include "suites.h"
#include "ui/draw/input.h"
#include "ui/screen/screen.h"
#include "ui_screens.h"

/* Help, log, why, and the menu. */
static const char openers[] = {'?', 'e', 'w', 'p'};

static bool same_run(const struct wanted *a, const struct wanted *b)
{
    return hparams_equal(&a->hparams, &b->hparams) && a->running == b->running &&
        a->target_rate == b->target_rate && a->owed == b->owed && a->handled == b->handled;
}

START_TEST(no_key_falls_through_an_overlay)
{
    int tried = 0;
    for (size_t o = 0; o < sizeof openers; o++) {
        for (uint32_t key = 1; key <= INPUT_F1; key = key == 0x2ff ? INPUT_UP : key + 1) {
            struct stage stage;
            bool menu = openers[o] == 'p';
            if (tried++ > 0 && key > 0x80 && key < INPUT_UP && key % 97 != 0)
                continue;
            if (menu && key == INPUT_ENTER)
                continue;
            stage_open(&stage, "depth=2 width=2 samples=8", 0);
            screen_key(&stage.screen, (uint32_t)openers[o]);
            struct wanted before = stage.screen.wanted;
            int selected = stage.screen.selected;
            enum overlay overlay = stage.screen.overlay;
            ck_assert_int_ne(overlay, OVERLAY_NONE);
            screen_key(&stage.screen, key);
            ck_assert_msg(stage.screen.outbox_count == 0 &&
                    same_run(&before, &stage.screen.wanted) &&
                    stage.screen.selected == selected,
                "key %x in %c", (unsigned)key, openers[o]);
            ck_assert_msg(
                stage.screen.quit == (key == 'q'), "key %x in %c", (unsigned)key, openers[o]);
            ck_assert_int_eq(stage.screen.suspend, key == INPUT_CONTROL('z'));
            ck_assert_int_eq(stage.screen.repaint, key == INPUT_CONTROL('l'));
            if (key == INPUT_ESCAPE || (!menu && key == (uint32_t)openers[o]))
                ck_assert_int_eq(stage.screen.overlay, OVERLAY_NONE);
            /* What has no meaning leaves it open. */
            if (key == 'd' || key == ' ' || key == 's' || key == 'n' || key == INPUT_LEFT)
                ck_assert_int_eq(stage.screen.overlay, overlay);
            stage_close(&stage);
        }
    }
}
END_TEST

START_TEST(pasted_text_is_nothing_to_an_overlay)
{
    for (size_t o = 0; o < sizeof openers; o++) {
        struct stage stage;
        stage_open(&stage, "depth=2 width=2 samples=8", 0);
        screen_key(&stage.screen, (uint32_t)openers[o]);
        struct wanted before = stage.screen.wanted;
        enum overlay overlay = stage.screen.overlay;
        screen_paste(&stage.screen, "d\rq\ndying\r\n");
        ck_assert(stage.screen.outbox_count == 0 && same_run(&before, &stage.screen.wanted));
        ck_assert(!stage.screen.quit && !stage.screen.filter[0]);
        ck_assert_int_eq(stage.screen.overlay, overlay);
        stage_close(&stage);
    }
}
END_TEST

START_TEST(an_overlay_leads_to_others_and_to_the_prompt)
{
    struct stage stage;
    stage_open(&stage, "depth=2 width=2 samples=8", 0);
    stage_type(&stage, "?e");
    ck_assert_int_eq(stage.screen.overlay, OVERLAY_EVENTS);
    stage_type(&stage, "w");
    ck_assert_int_eq(stage.screen.overlay, OVERLAY_WHY);
    /* Beside why the view can be seen, and so chosen. */
    stage_type(&stage, "2]");
    ck_assert_str_eq(stage.screen.view->name, "units");
    ck_assert_int_eq(stage.screen.selection.layer, 2);
    ck_assert_int_eq(stage.screen.overlay, OVERLAY_WHY);
    stage_type(&stage, "p");
    ck_assert_int_eq(stage.screen.overlay, OVERLAY_PRESETS);
    stage_type(&stage, "?");
    ck_assert_int_eq(stage.screen.overlay, OVERLAY_HELP);
    stage_type(&stage, "1");
    ck_assert_str_eq(stage.screen.view->name, "units");
    ck_assert_int_eq(stage.screen.overlay, OVERLAY_HELP);
    stage_type(&stage, ":");
    ck_assert(stage.screen.prompt.open);
    ck_assert_int_eq(stage.screen.overlay, OVERLAY_NONE);
    stage_type(&stage, "lr 3");
    screen_key(&stage.screen, INPUT_ENTER);
    ck_assert_int_eq(stage.screen.outbox_count, 1);
    stage_close(&stage);
}
END_TEST

START_TEST(overlays_scroll)
{
    struct stage stage;
    struct surface *surface = surface_create(40, 10);
    stage_open(&stage, "depth=2 width=2 samples=8", 0);
    stage_type(&stage, "?jj");
    screen_key(&stage.screen, INPUT_DOWN);
    screen_key(&stage.screen, INPUT_PAGE_DOWN);
    screen_draw(&stage.screen, surface);
    ck_assert_int_eq(stage.screen.overlay_scroll, 13);
    stage_type(&stage, "k");
    screen_key(&stage.screen, INPUT_UP);
    screen_key(&stage.screen, INPUT_PAGE_UP);
    ck_assert_int_eq(stage.screen.overlay_scroll, 1);
    screen_key(&stage.screen, INPUT_END);
    screen_draw(&stage.screen, surface);
    ck_assert_int_gt(stage.screen.overlay_scroll, 50);
    screen_key(&stage.screen, INPUT_HOME);
    ck_assert_int_eq(stage.screen.overlay_scroll, 0);
    screen_key(&stage.screen, INPUT_UP);
    ck_assert_int_eq(stage.screen.overlay_scroll, 0);
    stage_type(&stage, "w");
    screen_key(&stage.screen, INPUT_DOWN);
    ck_assert_int_eq(stage.screen.overlay_scroll, 1);
    screen_key(&stage.screen, INPUT_PAGE_DOWN);
    ck_assert_int_eq(stage.screen.overlay_scroll, 5);
    stage_close(&stage);
    surface_destroy(surface);
}
END_TEST

static const char *selected_of(const struct stage *stage)
{
    return preset_name(stage->screen.overlay_selected);
}

START_TEST(the_menu_narrows_as_one_types)
{
    struct stage stage;
    struct surface *surface = surface_create(80, 24);
    stage_open(&stage, "depth=2 width=2 samples=8", 0);
    stage_type(&stage, "p");
    screen_draw(&stage.screen, surface);
    ck_assert_int_ge(stage_row(surface, "vanishing"), 1);
    stage_type(&stage, "dy");
    screen_draw(&stage.screen, surface);
    ck_assert_int_ge(stage_row(surface, "presets: dy_  2 of 33"), 0);
    ck_assert_str_eq(selected_of(&stage), "dying");
    ck_assert_int_eq(stage_row(surface, "the gradient vanishes"), -1);
    ck_assert_int_ge(stage_row(surface, "over a third of the units die"), 0);
    ck_assert_int_ge(stage_row(surface, "surviving: lr 1 instead of 10"), 0);
    screen_key(&stage.screen, INPUT_DOWN);
    ck_assert_str_eq(selected_of(&stage), "dying_accurate");
    screen_key(&stage.screen, INPUT_DOWN);
    ck_assert_str_eq(selected_of(&stage), "dying");
    screen_key(&stage.screen, INPUT_UP);
    ck_assert_str_eq(selected_of(&stage), "dying_accurate");
    /* Capitals, and what joins words, make no difference. */
    screen_key(&stage.screen, INPUT_CONTROL('u'));
    stage_type(&stage, "CLIPPED BY");
    ck_assert_str_eq(selected_of(&stage), "clipped_by_value");
    /* Also of titles; a name that begins with it goes first. */
    screen_key(&stage.screen, INPUT_CONTROL('u'));
    stage_type(&stage, "explodes");
    ck_assert_str_eq(selected_of(&stage), "exploding");
    screen_key(&stage.screen, INPUT_CONTROL('u'));
    stage_type(&stage, "depth");
    ck_assert_str_eq(selected_of(&stage), "depth");
    for (int i = 0; i < 30; i++)
        stage_type(&stage, "q");
    ck_assert(!stage.screen.quit);
    screen_draw(&stage.screen, surface);
    ck_assert_int_ge(stage_row(surface, "no preset has this"), 0);
    screen_key(&stage.screen, INPUT_ENTER);
    ck_assert(stage.screen.overlay == OVERLAY_PRESETS && stage.screen.outbox_count == 0);
    screen_key(&stage.screen, INPUT_DOWN);
    for (int i = 0; i < 30; i++)
        screen_key(&stage.screen, INPUT_BACKSPACE);
    ck_assert_str_eq(stage.screen.filter, "");
    ck_assert_str_eq(selected_of(&stage), "dying"); /* the first with a d */
    stage_type(&stage, "q");
    ck_assert(stage.screen.quit);
    stage_close(&stage);
    surface_destroy(surface);
}
END_TEST

START_TEST(the_menu_goes_round_and_opens_at_the_scene)
{
    struct stage stage;
    stage_open(&stage, "depth=2 width=2 samples=8", 0);
    stage_type(&stage, "p");
    screen_key(&stage.screen, INPUT_UP);
    ck_assert_int_eq(stage.screen.overlay_selected, preset_count - 1);
    screen_key(&stage.screen, INPUT_DOWN);
    ck_assert_int_eq(stage.screen.overlay_selected, 0);
    screen_key(&stage.screen, INPUT_PAGE_UP);
    ck_assert_int_eq(stage.screen.overlay_selected, 0);
    screen_key(&stage.screen, INPUT_PAGE_DOWN);
    ck_assert_int_eq(stage.screen.overlay_selected, 10);
    screen_key(&stage.screen, INPUT_END);
    ck_assert_int_eq(stage.screen.overlay_selected, preset_count - 1);
    screen_key(&stage.screen, INPUT_HOME);
    ck_assert_int_eq(stage.screen.overlay_selected, 0);
    screen_key(&stage.screen, INPUT_ESCAPE);
    stage_start(&stage, "revival");
    stage_type(&stage, "p");
    ck_assert_str_eq(selected_of(&stage), "revival");
    stage_close(&stage);
}
END_TEST

/* Every one is reached, and what is said of it stands whole. */
START_TEST(the_menu_fits)
{
    static const int sizes[][2] = {
        {80, 24}, {40, 10}, {80, 17}, {120, 40}, {200, 12}, {130, 24}};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct surface *surface = surface_create(sizes[i][0], sizes[i][1]);
        bool full = sizes[i][1] >= 17, titles = sizes[i][0] >= 72;
        struct stage stage;
        stage_open(&stage, "depth=2 width=2 samples=8", 0);
        stage_type(&stage, "p");
        for (int p = 0; p < preset_count; p++) {
            const struct preset *preset = &preset_table[p];
            char name[40], says[80];
            (void)snprintf(name, sizeof name, "%s", preset->name);
            (void)snprintf(says, sizeof says, full ? "%s: " : "n: %s",
                full ? preset->compare : preset->change);
            screen_draw(&stage.screen, surface);
            ck_assert_msg(stage_row(surface, name) >= 1, "%s", name);
            ck_assert_msg(!titles || stage_row(surface, preset->title) >= 1, "%s", name);
            ck_assert_msg(
                stage_row(surface, full ? preset->look : preset->brief) >= 1, "%s", name);
            /* From 130 columns on beside each title. */
            ck_assert_msg(sizes[i][0] < 130 ||
                    stage_row(surface, preset->look) == stage_row(surface, preset->title),
                "%s", name);
            ck_assert_msg(stage_row(surface, says) >= 3, "%s: %s", name, says);
            screen_key(&stage.screen, INPUT_DOWN);
        }
        stage_close(&stage);
        surface_destroy(surface);
    }
}
END_TEST

Suite *overlays_suite(void)
{
    return SUITE("overlays", no_key_falls_through_an_overlay,
        pasted_text_is_nothing_to_an_overlay, an_overlay_leads_to_others_and_to_the_prompt,
        overlays_scroll, the_menu_narrows_as_one_types,
        the_menu_goes_round_and_opens_at_the_scene, the_menu_fits);
}
