/* What keys and commands do to the screen, without a terminal. */
#include <math.h>
#include <string.h>

#include "engine/preset.h"
#include "engine/session.h"
#include "suites.h"
#include "ui/draw/input.h"
#include "ui/screen/keymap.h"
#include "ui/screen/lesson_panel.h"
#include "ui/screen/screen.h"
#include "ui/screen/time_strip.h"
#include "ui/views/check.h"
#include "ui/views/clip.h"
#include "ui/views/curves.h"
#include "ui/views/data.h"
#include "ui/views/layer.h"
#include "ui/views/units.h"
#include "ui_screens.h"

void stage_open(struct stage *stage, const char *settings, int steps)
{
    struct hparams hparams = hparams_of(settings);
    memset(stage, 0, sizeof *stage);
    stage->session = session_create(&hparams, kernels_select(NULL), NULL, NULL);
    ck_assert_ptr_nonnull(stage->session);
    snapshot_init(&stage->snapshot);
    ck_assert(screen_init(&stage->screen, &hparams, &themes[0], true, 20));
    stage_advance(stage, (uint64_t)steps);
}

void stage_advance(struct stage *stage, uint64_t steps)
{
    struct watch watch = screen_watch(&stage->screen);
    looks_watch(&stage->looks, stage->session, &watch);
    ck_assert(session_advance(stage->session, steps));
    ck_assert(session_ghost_reach(stage->session, INFINITY));
    ck_assert(snapshot_take(&stage->snapshot, stage->session, &stage->looks));
    stage->snapshot.news.wanted.running = stage->screen.wanted.running;
    stage->snapshot.news.wanted.target_rate = stage->screen.wanted.target_rate;
    stage->snapshot.news.rate = 20;
    stage->snapshot.news.wanted.handled = stage->screen.wanted.handled;
    screen_update(&stage->screen, &stage->snapshot, stage->now);
}

void stage_show_step(struct stage *stage)
{
    screen_tick(&stage->screen, stage->now);
    screen_key(&stage->screen, 's');
    stage->screen.outbox_count = 0;
    stage->screen.wanted.owed = 0;
    stage_advance(stage, 1);
}

void stage_open_step(struct stage *stage, const char *settings, int steps)
{
    stage_open(stage, settings, steps);
    stage->now = 100;
    stage_show_step(stage);
}

struct wave_moment stage_moment(struct stage *stage, double now)
{
    stage->now = now;
    screen_tick(&stage->screen, now);
    return wave_at(&stage->screen.wave, now);
}

void stage_look(struct stage *stage, struct surface *surface)
{
    bool check = false;
    for (int i = 0; i < 2 || (check && looks_unfinished(&stage->looks, stage->session)); i++) {
        screen_draw(&stage->screen, surface);
        stage_advance(stage, 0);
        check = stage->looks.watch.details & DETAIL_CHECK;
    }
    screen_draw(&stage->screen, surface);
}

void stage_go_on(struct stage *stage, uint64_t steps)
{
    for (int i = 0; i < stage->screen.outbox_count; i++)
        (void)session_do(stage->session, &stage->screen.outbox[i], NULL);
    stage->screen.outbox_count = 0;
    stage_advance(stage, steps);
}

void stage_press(struct stage *stage, const char *keys, uint64_t steps)
{
    screen_tick(&stage->screen, stage->now);
    for (; *keys; keys++)
        screen_key(&stage->screen, (uint32_t)*keys);
    stage_go_on(stage, steps);
}

void stage_command(struct stage *stage, const char *command, uint64_t steps)
{
    screen_tick(&stage->screen, stage->now);
    screen_command(&stage->screen, command);
    stage_go_on(stage, steps);
}

const struct view *stage_view(const char *name)
{
    return views[names_find(view_name, name)];
}

void *stage_state(struct stage *stage, const char *name)
{
    return stage->screen.slots[names_find(view_name, name)].state;
}

void stage_close(struct stage *stage)
{
    screen_clear(&stage->screen);
    snapshot_clear(&stage->snapshot);
    session_destroy(stage->session);
    looks_clear(&stage->looks);
}

/* The one command in the outbox, which is emptied. */
static struct command sent(struct stage *stage)
{
    ck_assert_int_eq(stage->screen.outbox_count, 1);
    stage->screen.outbox_count = 0;
    return stage->screen.outbox[0];
}

START_TEST(every_key_names_a_command_and_none_twice)
{
    for (int i = 0; i < key_count; i++) {
        struct command command;
        struct error error;
        ck_assert_msg(command_parse(key_table[i].command, &command, &error), "%s: %s",
            key_table[i].label, error.text);
        const char *view = key_table[i].view ? key_table[i].view : "";
        ck_assert_ptr_eq(key_find(key_table[i].key, view), &key_table[i]);
        if (key_table[i].other != INPUT_NONE)
            ck_assert_ptr_eq(key_find(key_table[i].other, view), &key_table[i]);
        ck_assert(!key_table[i].view || names_find(view_name, view) >= 0 ||
            strcmp(view, TIME_STRIP_KEYS) == 0 || strcmp(view, LESSON_KEYS) == 0 ||
            strcmp(view, QUESTION_KEYS) == 0);
    }
    ck_assert_ptr_null(key_find(INPUT_NONE, ""));
}
END_TEST

START_TEST(direct_keys_change_their_setting)
{
    static const struct {
        uint32_t key;
        const char *row, *value;
    } cases[] = {{'a', "activation", "tanh"}, {'A', "activation", "linear"},
        {'i', "init", "xavier_uniform"}, {'l', "lr", "3"}, {'L', "lr", "0.3"},
        {'d', "depth", "12"}, {'D', "depth", "8"}, {'c', "clip", "value"},
        {'o', "optimizer", "momentum"}, {'g', "gain", "1.25"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct stage stage;
        char value[64];
        stage_open(&stage, "", 0);
        screen_key(&stage.screen, cases[i].key);
        struct command command = sent(&stage);
        ck_assert_str_eq(command.row->name, cases[i].row);
        hparam_format(&stage.screen.wanted.hparams, command.row, value, sizeof value);
        ck_assert_str_eq(value, cases[i].value);
        ck_assert_str_eq(hparam_table[stage.screen.selected].name, cases[i].row);
        stage_close(&stage);
    }
}
END_TEST

START_TEST(arrows_select_and_change)
{
    struct stage stage;
    stage_open(&stage, "", 0);
    screen_key(&stage.screen, INPUT_DOWN);
    ck_assert_str_eq(hparam_table[stage.screen.selected].name, "init");
    screen_key(&stage.screen, INPUT_DOWN);
    ck_assert_str_eq(hparam_table[stage.screen.selected].name, "lr");
    screen_key(&stage.screen, INPUT_RIGHT);
    ck_assert_double_eq(stage.screen.wanted.hparams.lr, 3);
    ck_assert_str_eq(sent(&stage).row->name, "lr");
    for (int i = 0; i < 3; i++)
        screen_key(&stage.screen, INPUT_UP);
    ck_assert_str_eq(hparam_table[stage.screen.selected].name, "seed"); /* goes round */
    stage_close(&stage);
}
END_TEST

START_TEST(space_pauses_and_runs)
{
    struct stage stage;
    stage_open(&stage, "", 0);
    screen_key(&stage.screen, ' ');
    ck_assert_int_eq(sent(&stage).id, COMMAND_PAUSE);
    screen_key(&stage.screen, ' ');
    ck_assert_int_eq(sent(&stage).id, COMMAND_RUN);
    screen_key(&stage.screen, 's');
    ck_assert_int_eq(sent(&stage).id, COMMAND_STEP);
    ck_assert(!stage.screen.wanted.running);
    screen_key(&stage.screen, '+');
    struct command command = sent(&stage);
    ck_assert(command.id == COMMAND_SPEED && command.number > 20);
    stage_close(&stage);
}
END_TEST

START_TEST(q_quits_wherever_it_is_pressed)
{
    static const char *const before[] = {"", "?", "p"};
    for (size_t i = 0; i < ARRAY_LEN(before); i++) {
        struct stage stage;
        stage_open(&stage, "", 0);
        for (const char *key = before[i]; *key; key++)
            screen_key(&stage.screen, (uint32_t)*key);
        screen_key(&stage.screen, 'q');
        ck_assert(stage.screen.quit);
        stage_close(&stage);
    }
}
END_TEST

START_TEST(presets_are_chosen_from_the_menu)
{
    struct stage stage;
    stage_open(&stage, "", 0);
    screen_key(&stage.screen, 'p');
    ck_assert_int_eq(stage.screen.overlay, OVERLAY_PRESETS);
    screen_key(&stage.screen, INPUT_DOWN);
    screen_key(&stage.screen, INPUT_DOWN);
    screen_key(&stage.screen, INPUT_ENTER);
    struct command command = sent(&stage);
    ck_assert_int_eq(command.id, COMMAND_PRESET);
    ck_assert_str_eq(command.text, preset_name(2));
    ck_assert_int_eq(stage.screen.overlay, OVERLAY_NONE);
    screen_key(&stage.screen, 'p');
    screen_key(&stage.screen, INPUT_ESCAPE);
    ck_assert_int_eq(stage.screen.overlay, OVERLAY_NONE);
    stage_close(&stage);
}
END_TEST

START_TEST(a_refused_command_says_why_and_changes_nothing)
{
    struct stage stage;
    stage_open(&stage, "", 0);
    screen_command(&stage.screen, "depth 1000");
    ck_assert(stage.screen.message_is_error);
    ck_assert_ptr_nonnull(strstr(stage.screen.message, "1..256"));
    ck_assert_int_eq(stage.screen.outbox_count, 0);
    screen_command(&stage.screen, "theme dork");
    ck_assert_ptr_nonnull(strstr(stage.screen.message, "'dark'"));
    screen_command(&stage.screen, "view flaw");
    ck_assert(stage.screen.message_is_error);
    screen_command(&stage.screen, "layer 0");
    ck_assert_str_eq(stage.screen.message, "there is no layer 0: they are counted from 1");
    stage_close(&stage);
}
END_TEST

/* What a view or the screen lets choose by name: the next, the one before, and round. */
START_TEST(choices_go_on_and_back_by_the_same_words)
{
    struct stage stage;
    stage_open(&stage, "", 0);
    struct curves_state *curves = stage_state(&stage, "curves");
    struct data_state *data = stage_state(&stage, "data");
    struct layer_state *layer = stage_state(&stage, "layer");
    struct check_state *check = stage_state(&stage, "check");
    static const char *const words[] = {"", " previous", " previous", " next", " next"};
    static const int steps[] = {1, 0, -1, 0, 1};
    int recorded = 0;
    while (record_layer_quantity_name(recorded))
        recorded++;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        static const char *const commands[] = {
            "quantity", "time", "map", "distribution", "difference", "plant", "theme", "bell"};
        const int counts[] = {
            recorded, 3, 4, DISTRIBUTION_COUNT + 1, SCHEME_COUNT, PLANT_COUNT, theme_count, 2};
        for (size_t c = 0; c < ARRAY_LEN(commands); c++) {
            char text[40];
            (void)snprintf(text, sizeof text, "%s%s", commands[c], words[i]);
            screen_command(&stage.screen, text);
            const int now[] = {curves->quantity, (int)curves->time, (int)data->maps,
                layer->shown, check->curve, check->plant, (int)(stage.screen.theme - themes),
                stage.screen.bell};
            ck_assert_msg(now[c] == (steps[i] + counts[c]) % counts[c], "%s: %d", text, now[c]);
        }
    }
    stage_close(&stage);
}
END_TEST

/* Marks in what the views keep that a new run wipes; whether they are still there. */
static bool marks_stand(struct stage *stage)
{
    const struct units_state *units = stage_state(stage, "units");
    const struct clip_state *clip = stage_state(stage, "clip");
    const struct curves_state *curves = stage_state(stage, "curves");
    const struct layer_state *layer = stage_state(stage, "layer");
    bool stand = !curves->begun;
    ck_assert_int_eq(units->layer > 0, stand);
    ck_assert_int_eq(clip->norms.set, stand);
    ck_assert_int_eq(layer->curve.set, stand);
    ck_assert_int_eq(stage_flow(stage)->scroll == 1, stand);
    return stand;
}

static void set_marks(struct stage *stage)
{
    ((struct units_state *)stage_state(stage, "units"))->layer = 1;
    ((struct clip_state *)stage_state(stage, "clip"))->norms.set = true;
    ((struct curves_state *)stage_state(stage, "curves"))->begun = false;
    ((struct layer_state *)stage_state(stage, "layer"))->curve.set = true;
    stage_flow(stage)->scroll = 1;
}

/* Said once, with its first snapshot, and to every view, shown or not. */
START_TEST(that_a_run_is_new_is_said_once_to_every_view)
{
    static const struct {
        uint64_t builds, step;
        bool begins;
    } cases[] = {{1, 5, false}, {1, 6, false}, {2, 6, true}, {2, 6, false}, {2, 7, false},
        {2, 0, false}, {3, 0, true}, {3, 9, false}, {3, 8, false}, {4, 9, true}};
    struct stage stage;
    stage_open(&stage, "depth=3 width=4", 1);
    ck_assert(!marks_stand(&stage)); /* the first of all */
    stage.snapshot.news.builds = 1;
    stage.snapshot.seen.step = 5;
    screen_update(&stage.screen, &stage.snapshot, 0);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        set_marks(&stage);
        stage.snapshot.news.builds = cases[i].builds;
        stage.snapshot.seen.step = cases[i].step;
        screen_update(&stage.screen, &stage.snapshot, 0);
        ck_assert_msg(marks_stand(&stage) == !cases[i].begins, "case %zu", i);
    }
    stage_close(&stage);
}
END_TEST

START_TEST(any_size_can_be_drawn)
{
    struct stage stage;
    stage_open(&stage, "depth=40 width=70 activation=relu init=he_normal", 3);
    static const uint32_t keys[] = {INPUT_NONE, '?', INPUT_ESCAPE, 'p', INPUT_ESCAPE, ':',
        INPUT_ESCAPE, INPUT_PAGE_DOWN, 'z'};
    struct surface *surface = surface_create(1, 1);
    for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
        screen_key(&stage.screen, keys[k]);
        for (int width = 1; width < 220; width += 7) {
            for (int height = 1; height < 70; height += 3) {
                ck_assert(surface_resize(surface, width, height));
                screen_draw(&stage.screen, surface);
            }
        }
    }
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

START_TEST(scrolling_stays_within_the_layers)
{
    struct stage stage;
    stage_open(&stage, "depth=40 width=4", 0);
    struct surface *surface = surface_create(80, 24);
    screen_draw(&stage.screen, surface);
    screen_key(&stage.screen, INPUT_END);
    screen_draw(&stage.screen, surface);
    ck_assert_int_eq(stage_flow(&stage)->scroll, 41 - stage_flow(&stage)->rows);
    screen_key(&stage.screen, INPUT_HOME);
    ck_assert_int_eq(stage_flow(&stage)->scroll, 0);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

START_TEST(the_selection_stays_within_the_network)
{
    struct stage stage;
    stage_open(&stage, "depth=4 width=6", 0);
    screen_command(&stage.screen, "layer 3");
    screen_command(&stage.screen, "unit +4");
    ck_assert_int_eq(screen_scene(&stage.screen, views[0]).selection.layer, 3);
    ck_assert_int_eq(screen_scene(&stage.screen, views[0]).selection.unit, 5);
    screen_command(&stage.screen, "layer 9"); /* refused */
    ck_assert(stage.screen.message_is_error);
    ck_assert_int_eq(screen_scene(&stage.screen, views[0]).selection.layer, 3);
    for (int i = 0; i < 9; i++)
        screen_key(&stage.screen, ']');
    ck_assert_int_eq(screen_scene(&stage.screen, views[0]).selection.layer, 5);
    ck_assert_int_eq(screen_scene(&stage.screen, views[0]).selection.unit, 1); /* of one */
    screen_key(&stage.screen, '[');
    ck_assert_int_eq(screen_scene(&stage.screen, views[0]).selection.unit, 5);
    stage_close(&stage);
    /* A smaller network: clamped, and a larger one finds the old wish. */
    struct selection wish = stage.screen.selection;
    stage_open(&stage, "depth=2 width=3", 0);
    stage.screen.selection = wish;
    ck_assert_int_eq(screen_scene(&stage.screen, views[0]).selection.layer, 3);
    ck_assert_int_eq(screen_watch(&stage.screen).unit, 1);
    stage_close(&stage);
}
END_TEST

START_TEST(views_are_reached_by_number_tab_and_name)
{
    struct stage stage;
    stage_open(&stage, "", 0);
    for (int i = 1; i <= view_count; i++) {
        screen_key(&stage.screen, INPUT_TAB);
        ck_assert_ptr_eq(stage.screen.view, views[i % view_count]);
    }
    screen_key(&stage.screen, INPUT_BACK_TAB);
    ck_assert_ptr_eq(stage.screen.view, views[view_count - 1]);
    for (int i = 0; i < view_count; i++) {
        char text[40];
        (void)snprintf(text, sizeof text, "view %s", views[i]->name);
        screen_command(&stage.screen, text);
        ck_assert_ptr_eq(stage.screen.view, views[i]);
        for (int k = 0; k < key_count; k++) {
            if (strcmp(key_table[k].command, text) == 0)
                screen_key(&stage.screen, key_table[k].key);
        }
        ck_assert_ptr_eq(stage.screen.view, views[i]);
    }
    stage_close(&stage);
}
END_TEST

/* Sanitizers see a conversion that does not fit; and the screen still draws. */
START_TEST(extreme_numbers_are_bounded)
{
    static const char *const numbers[] = {"1e-320", "1e-300", "1e300", "1e309", "-1", "0", "-0",
        "nan", "-nan", "inf", "-inf", "1e15", "-1e15", "+1e15", "2147483647", "2147483648",
        "-2147483649", "9223372036854775807", "9223372036854775808", "18446744073709551616",
        "1000000", "-1000000", "0.5", "1e", "0x1p1023", "-1e300", "+1e300"};
    struct stage stage;
    struct surface *surface = surface_create(80, 24);
    int tried = 0;
    stage_open(&stage, "depth=3 width=4 samples=8", 1);
    for (int c = 0; c < COMMAND_COUNT + hparam_count; c++) {
        bool setting = c >= COMMAND_COUNT;
        const char *name = setting ? hparam_name(c - COMMAND_COUNT) : command_name(c);
        for (size_t n = 0; n < ARRAY_LEN(numbers); n++, tried++) {
            char text[80];
            (void)snprintf(text, sizeof text, "%s %s", name, numbers[n]);
            screen_command(&stage.screen, text);
            for (int i = 0; i < stage.screen.outbox_count; i++) {
                const struct command *command = &stage.screen.outbox[i];
                ck_assert(command->id != COMMAND_SPEED || command->number >= 1e-6);
                ck_assert(command->id != COMMAND_STEP || command->number <= 1e15);
            }
            stage.screen.outbox_count = 0;
            (void)screen_watch(&stage.screen);
            screen_draw(&stage.screen, surface);
        }
    }
    printf("# %d commands with extreme numbers\n", tried);
    (void)fflush(stdout);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

Suite *screen_suite(void)
{
    return SUITE("screen", extreme_numbers_are_bounded,
        every_key_names_a_command_and_none_twice, direct_keys_change_their_setting,
        arrows_select_and_change, space_pauses_and_runs, q_quits_wherever_it_is_pressed,
        presets_are_chosen_from_the_menu, a_refused_command_says_why_and_changes_nothing,
        choices_go_on_and_back_by_the_same_words, that_a_run_is_new_is_said_once_to_every_view,
        any_size_can_be_drawn, scrolling_stays_within_the_layers,
        the_selection_stays_within_the_network, views_are_reached_by_number_tab_and_name);
}
