/* Showing: big letters, why, presenter mode, split. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "ui/draw/bigtext.h"
#include "ui/draw/glyphs.h"
#include "ui_screens.h"

static int filled(const struct surface *s)
{
    int count = 0;
    for (int i = 0; i < s->width * s->height; i++)
        count += s->cells[i].glyph != ' ';
    return count;
}

START_TEST(big_text_takes_the_room_there_is)
{
    static const struct {
        int width, height, columns, rows;
    } cases[] = {
        /* "0.24": 3 + 1 + 1 + 1 + 3 + 1 + 3 = 13 units wide, 5 high. */
        {12, 20, 4, 0},   /* not even a cell a unit: plain */
        {13, 5, 13, 5},   /* a cell a unit */
        {80, 5, 39, 5},   /* 3 cells a unit, no broader: it would be out of shape */
        {80, 10, 78, 10}, /* 6 x 2 */
        {52, 10, 52, 10}, /* 4 x 2 */
        {38, 10, 26, 5},  /* 3 x 2 would take 39: 2 x 1 */
        {80, 4, 4, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct surface *s = surface_create(100, 30);
        struct rect area = {3, 2, cases[i].width, cases[i].height};
        struct bigtext_size size = bigtext_draw(s, area, ROLE_STRONG, "0.24");
        ck_assert(size.columns == cases[i].columns && size.rows == cases[i].rows);
        int inside = 0;
        for (int y = area.y; y < area.y + (size.rows > 0 ? size.rows : 1); y++) {
            for (int x = area.x; x < area.x + size.columns; x++)
                inside += s->cells[y * s->width + x].glyph != ' ';
        }
        ck_assert_int_eq(inside, filled(s));
        surface_destroy(s);
    }
}
END_TEST

START_TEST(big_numbers_keep_their_place)
{
    struct rect area = {0, 0, 80, 6};
    for (char digit = '0'; digit <= '9'; digit++) {
        char text[8] = {'0', '.', digit, digit, '\0'};
        ck_assert_int_eq(
            bigtext_measure(area, text).columns, bigtext_measure(area, "0.24").columns);
    }
    ck_assert_int_eq(
        bigtext_measure(area, " .24").columns, bigtext_measure(area, "0.24").columns);
}
END_TEST

START_TEST(big_letters_all_differ)
{
    static const char all[] = "0123456789.,:-+=/%<>()ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    struct surface *a = surface_create(8, 5), *b = surface_create(8, 5);
    for (int i = 0; all[i]; i++) {
        for (int j = 0; j < i; j++) {
            char one[2] = {all[i], '\0'}, other[2] = {all[j], '\0'};
            surface_clear(a);
            surface_clear(b);
            bigtext_draw(a, (struct rect){0, 0, 8, 5}, ROLE_STRONG, one);
            bigtext_draw(b, (struct rect){0, 0, 8, 5}, ROLE_STRONG, other);
            ck_assert_msg(memcmp(a->cells, b->cells, 40 * sizeof *a->cells) != 0, "%s and %s",
                one, other);
        }
    }
    surface_destroy(a);
    surface_destroy(b);
}
END_TEST

/* The numbers in the formulas are those of the layer, and fit together as printed. */
START_TEST(the_flow_says_why_with_the_layers_numbers)
{
    struct stage stage;
    stage_open(&stage, "activation=tanh lr=0.1 depth=6", 20);
    for (int l = 1; l <= 6; l++) {
        const struct layer_stats *stats = &stage.snapshot.seen.layers[l - 1];
        const struct layer_stats *above = &stage.snapshot.seen.layers[l];
        struct scene scene = screen_scene(&stage.screen, stage_view("flow"));
        struct why why = {.formula_lines = 0};
        int at[3];
        double slope, weight, gain, signal_above, signal, power, top, ceiling;
        scene.selection.layer = l;
        stage_view("flow")->why(&scene, &why);
        ck_assert_int_eq(why.formula_lines, 4);
        ck_assert_int_eq(
            sscanf(why.formula[1],
                "g_%d = s_%d · w_%d = %lf by the slopes · %lf by the weights = %lf", &at[0],
                &at[1], &at[2], &slope, &weight, &gain),
            6);
        ck_assert(at[0] == l && at[1] == l && at[2] == l);
        /* Half of the last digit printed. */
        ck_assert_double_eq_tol(slope, stats->slope_gain.value, 5.01e-4);
        ck_assert_double_eq_tol(weight, stats->weight_gain.value, 5.01e-4);
        ck_assert_double_eq_tol(gain, stats->gain.value, 5.01e-4);
        ck_assert_int_eq(
            sscanf(why.formula[2], "‖δ_%d‖/√B = g_%d · ‖δ_%d‖/√B = %lf · %lf = %lf", &at[0],
                &at[1], &at[2], &gain, &signal_above, &signal),
            6);
        ck_assert_int_eq(at[2], l + 1);
        ck_assert_double_eq_tol(signal / stats->signal, 1, 5.01e-3);
        ck_assert_double_eq_tol(signal_above / above->signal, 1, 5.01e-3);
        ck_assert_double_eq_tol(signal / (gain * signal_above), 1, 2e-2);
        int layers, output;
        double slope_most;
        ck_assert_int_eq(sscanf(why.formula[3], "ceiling: %lf^%d · ‖δ_%d‖/√B = %lf · %lf = %lf",
                             &slope_most, &layers, &output, &power, &top, &ceiling),
            6);
        ck_assert_int_eq(layers, 7 - l);
        ck_assert_int_eq(output, 7);
        ck_assert_double_eq_tol(ceiling / stats->signal_ceiling, 1, 5.01e-3);
        ck_assert_double_eq_tol(power * top / stats->signal_ceiling, 1, 1.1e-2);
    }
    stage_close(&stage);
}
END_TEST

static bool is_heading(const char *section)
{
    char path[512], line[256], wanted[80];
    const char *top = getenv("top_srcdir");
    (void)snprintf(path, sizeof path, "%s/man/nablascope.1", top ? top : ".");
    (void)snprintf(wanted, sizeof wanted, ".Sh %s\n", section);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s", path);
    bool found = false;
    while (fgets(line, sizeof line, file))
        found = found || strcmp(line, wanted) == 0;
    fclose(file);
    return found;
}

START_TEST(every_view_says_why_and_can_be_presented)
{
    static const char *const settings[] = {"", "activation=relu init=he_normal depth=1 lr=10",
        "activation=relu init=he_normal gain=1.5 lr=0.1", "activation=relu bias=-3"};
    struct surface *surface = surface_create(80, 24);
    for (int i = 0; i < view_count; i++) {
        ck_assert_msg(views[i]->why && views[i]->present && views[i]->help && views[i]->title,
            "%s", views[i]->name);
        for (size_t s = 0; s < ARRAY_LEN(settings); s++) {
            struct stage stage;
            stage_open(&stage, settings[s], 20);
            screen_command(&stage.screen, "layer 2");
            stage.screen.view = views[i];
            stage_look(&stage, surface);
            struct scene scene = screen_scene(&stage.screen, views[i]);
            struct why why = {.formula_lines = 0};
            views[i]->why(&scene, &why);
            ck_assert_msg(why.text[0] && why.formula_lines > 0, "%s", views[i]->name);
            ck_assert_msg(is_heading(why.section), "%s: no heading '%s' in the manual page",
                views[i]->name, why.section);
            for (int k = 0; k < why.formula_lines; k++)
                ck_assert_msg(text_columns(why.formula[k]) <= 80, "%s, %s: %s", views[i]->name,
                    settings[s], why.formula[k]);
            stage.screen.presenting = true;
            stage_look(&stage, surface);
            stage_close(&stage);
        }
    }
    surface_destroy(surface);
}
END_TEST

START_TEST(two_views_need_room_and_watch_together)
{
    struct stage stage;
    struct surface *surface = surface_create(100, 40);
    stage_open(&stage, "", 3);
    screen_draw(&stage.screen, surface);
    screen_key(&stage.screen, 'v');
    ck_assert(!screen_splits(&stage.screen) && stage.screen.message_is_error);
    ck_assert(surface_resize(surface, 160, 40));
    screen_draw(&stage.screen, surface);
    for (int i = 0; i < view_count; i++) {
        for (int j = 0; j < view_count; j++) {
            char text[40];
            stage.screen.view = views[i];
            (void)snprintf(text, sizeof text, "split %s", views[j]->name);
            screen_command(&stage.screen, text);
            if (i == j) {
                ck_assert(stage.screen.message_is_error);
                continue;
            }
            ck_assert(screen_splits(&stage.screen));
            /* The flow view adds what it draws of units where it has room for them. */
            unsigned units = screen_watch(&stage.screen).details & DETAIL_UNITS;
            ck_assert_uint_eq(
                screen_watch(&stage.screen).details, views[i]->needs | views[j]->needs | units);
            stage_look(&stage, surface);
        }
    }
    /* The same view cannot be on both sides: they change places. */
    const struct view *left = stage.screen.view, *right = stage.screen.beside;
    char text[40];
    (void)snprintf(text, sizeof text, "view %s", right->name);
    screen_command(&stage.screen, text);
    ck_assert(stage.screen.view == right && stage.screen.beside == left);
    ck_assert(surface_resize(surface, 159, 40));
    screen_draw(&stage.screen, surface);
    ck_assert(!screen_splits(&stage.screen));
    screen_command(&stage.screen, "split off");
    ck_assert_ptr_null(stage.screen.beside);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

START_TEST(the_bell_rings_for_events_when_asked_to)
{
    struct stage stage;
    stage_open(&stage, "activation=relu init=he_normal depth=1 lr=10", 0);
    stage_advance(&stage, 5);
    ck_assert(!stage.screen.ring);
    ck_assert_ptr_nonnull(strstr(stage.screen.message, "FIRST DEATH"));
    screen_command(&stage.screen, "bell on");
    stage_advance(&stage, 1);
    ck_assert(!stage.screen.ring);
    stage_advance(&stage, 10);
    ck_assert(stage.screen.ring);
    ck_assert_ptr_nonnull(strstr(stage.screen.message, "step 16, LEARNING"));
    screen_command(&stage.screen, "bell perhaps");
    ck_assert(stage.screen.message_is_error && stage.screen.bell);
    stage_close(&stage);
}
END_TEST

/* The numbers' line, the second, at a size, clipping and speed: nothing in it is written over.
 */
static void expect_numbers_whole(struct stage *stage, int width, double rate)
{
    char line[1024], *to = line, clip[40];
    struct surface *surface = surface_create(width, 24);
    stage->snapshot.news.rate = rate;
    screen_draw(&stage->screen, surface);
    for (int x = 0; x < width; x++)
        to += utf8_encode(surface->cells[width + x].glyph, to);
    *to = '\0';
    surface_destroy(surface);
    const char *pace = strstr(line, "▸ ");
    ck_assert_msg(
        strncmp(line, "loss ", 5) == 0 && pace && pace[-1] == ' ' && strcmp(to - 2, "/s") == 0,
        "%d: %s", width, line);
    const char *name = clip_name(stage->snapshot.seen.hparams.clip);
    (void)snprintf(clip, sizeof clip, "clip %s", name);
    const char *at = strstr(line, clip);
    ck_assert_msg(width < 76 || (at && strchr(" ,", at[strlen(clip)])), "%d: %s", width, line);
}

START_TEST(the_speed_leaves_the_numbers_alone)
{
    static const double targets[] = {20, 0.000001, 123456, 1e9, INFINITY};
    static const double rates[] = {0.1, 9999, 999949, 1e9};
    for (int i = 0; i < CLIP_COUNT * (int)ARRAY_LEN(targets); i++) {
        struct stage stage;
        stage_open(&stage, "clip_at=1e-9", 0);
        stage.screen.wanted.target_rate = targets[i / CLIP_COUNT];
        stage.session->hparams.clip = i % CLIP_COUNT;
        stage_advance(&stage, 1);
        stage.snapshot.seen.hparams.clip = i % CLIP_COUNT;
        for (int width = 60; width <= 140; width++)
            expect_numbers_whole(&stage, width, rates[width % (int)ARRAY_LEN(rates)]);
        stage_close(&stage);
    }
}
END_TEST

Suite *show_suite(void)
{
    return SUITE("show", big_text_takes_the_room_there_is, big_numbers_keep_their_place,
        big_letters_all_differ, the_flow_says_why_with_the_layers_numbers,
        every_view_says_why_and_can_be_presented, two_views_need_room_and_watch_together,
        the_bell_rings_for_events_when_asked_to, the_speed_leaves_the_numbers_alone);
}
