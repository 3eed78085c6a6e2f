/* One thing at a time in the row of messages, and numbers at the ends of their range. */
#include <math.h>
#include <string.h>

#include "suites.h"
#include "ui/draw/axis.h"
#include "ui/draw/format.h"
#include "ui/draw/input.h"
#include "ui_screens.h"

static void draw(struct stage *stage, int width, int height, struct surface **surface)
{
    *surface = surface_create(width, height);
    stage->screen.message[0] = '\0';
    stage_look(stage, *surface);
}

/* A change of the learning rate, long ago; what was before it is kept. */
static void open_changed(struct stage *stage)
{
    stage_open(stage, "depth=10 width=4", 20);
    stage_command(stage, "lr 3", 12);
    stage->now += 60;
}

START_TEST(what_was_before_covers_no_overlay)
{
    static const char *const commands[] = {"why", "events", "help", "preset"};
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        struct stage stage;
        struct surface *surface;
        open_changed(&stage);
        screen_command(&stage.screen, "view clip");
        draw(&stage, 80, 18, &surface);
        ck_assert_int_gt(stage_row(surface, "before lr 3"), 0);
        surface_destroy(surface);
        screen_command(&stage.screen, commands[i]);
        draw(&stage, 80, 18, &surface);
        ck_assert_msg(
            stage_row(surface, "before lr 3 (") < 0 || stage_row(surface, "before lr 3 (") < 12,
            "%s", commands[i]);
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

START_TEST(an_old_error_covers_no_overlay)
{
    struct stage stage;
    struct surface *surface;
    stage_open(&stage, "depth=10 width=4", 20);
    stage_command(&stage, "at 1000000 lr 3", 0);
    screen_command(&stage.screen, "nonsense");
    ck_assert(stage.screen.message_is_error);
    screen_command(&stage.screen, "why");
    draw(&stage, 80, 24, &surface);
    ck_assert_int_lt(stage_row(surface, "armed:"), 0);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

START_TEST(what_is_armed_is_said_where_there_is_a_row_for_it)
{
    struct stage stage;
    struct surface *surface;
    open_changed(&stage);
    screen_command(&stage.screen, "view clip");
    stage_command(&stage, "at 1000000 activation leaky_relu", 0);
    stage.now += 60;
    draw(&stage, 80, 24, &surface);
    ck_assert_int_eq(stage_row(surface, "armed: activation leaky_relu at step 1000000"), 22);
    surface_destroy(surface);
    /* A row that is too narrow has it as far as it goes, and no blank. */
    draw(&stage, 24 + 16, 20, &surface);
    ck_assert_int_eq(stage_row(surface, "armed: "), 18);
    surface_destroy(surface);
    /* Without a row of its own it hides nothing. */
    draw(&stage, 80, 14, &surface);
    ck_assert_int_lt(stage_row(surface, "armed:"), 0);
    ck_assert_int_gt(stage_row(surface, "before"), 0);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* Where the line of what was before has a row, the hints are there. */
START_TEST(hints_go_only_for_what_stands_in_their_row)
{
    struct stage stage;
    struct surface *surface;
    stage_open(&stage, "depth=2 width=4", 20);
    stage_command(&stage, "lr 3", 12);
    stage.now += 60;
    draw(&stage, 80, 14, &surface);
    int line = stage_row(surface, "before lr 3");
    ck_assert(line > 0 && line < 13);
    ck_assert_int_eq(stage_row(surface, "space run"), 13);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

START_TEST(a_scene_that_starts_slow_goes_faster_from_there)
{
    struct stage stage;
    stage_open(&stage, "depth=2 width=2 samples=8", 0);
    stage_start(&stage, "exploding");
    ck_assert(screen_rate(&stage.screen) == 2);
    screen_command(&stage.screen, "pause");
    screen_command(&stage.screen, "stage");
    double slow = stage.screen.wave.pace;
    screen_key(&stage.screen, '+');
    ck_assert(stage.screen.wanted.target_rate == 5);
    ck_assert_msg(stage.screen.wave.pace != slow, "%g", slow);
    stage_close(&stage);
}
END_TEST

/* Values that are no normal numbers are at the end, and the others have their places. */
START_TEST(an_axis_down_to_the_least_numbers_has_places)
{
    struct value_axis axis = {.set = false};
    value_axis_update(&axis, true, 5e-309, 1e-5);
    ck_assert(value_axis_low(&axis) > 0);
    double low = value_axis_share(&axis, 1e-300), middle = value_axis_share(&axis, 1e-150);
    double high = value_axis_share(&axis, 1e-8);
    ck_assert(low >= 0 && low < middle && middle < high && high < 1);
    axis = (struct value_axis){.set = false};
    value_axis_update(&axis, true, 5e-320, 5e-310);
    ck_assert(isfinite(value_axis_share(&axis, 5e-310)));
}
END_TEST

START_TEST(gains_in_text_have_three_digits)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0.24, "0.240"}, {1.3649, "1.365"}, {0, "0.000"}, {2.93e-160, "2.93e-160"},
        {0.0123, "0.0123"}, {3132.757, "3132.757"}, {1e20, "1e+20"}};
    char text[FORMAT_SIZE];
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        format_gain(cases[i].value, text);
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

/* In a net whose slopes are next to nothing the formula does not say 0 times something. */
START_TEST(why_multiplies_where_slopes_are_next_to_nothing)
{
    struct stage stage;
    struct why why = {.formula_lines = 0};
    stage_open(&stage, "activation=sigmoid gain=3000 depth=3 width=8", 0);
    struct scene scene = screen_scene(&stage.screen, stage_view("flow"));
    for (int layer = 1; layer <= 3; layer++) {
        scene.selection.layer = layer;
        const struct layer_stats *l = &stage.snapshot.seen.layers[layer - 1];
        if (!(l->gain.defined && l->gain.value > 0))
            continue;
        why.formula_lines = 0;
        stage_view("flow")->why(&scene, &why);
        ck_assert_ptr_null(strstr(why.formula[1], "= 0.000 by"));
        ck_assert_ptr_null(strstr(why.formula[2], "= 0.000 ·"));
    }
    stage_close(&stage);
}
END_TEST

/* GELU's slopes are negative on one side: what is shaded is their size, and it is said. */
START_TEST(a_mean_of_sizes_is_called_so)
{
    struct stage stage;
    struct surface *surface;
    stage_open(&stage, "activation=gelu bias=-1.2 depth=3", 0);
    screen_command(&stage.screen, "view units");
    screen_command(&stage.screen, "present");
    draw(&stage, 80, 24, &surface);
    ck_assert_int_ge(stage_row(surface, "mean |slope|"), 0);
    surface_destroy(surface);
    screen_command(&stage.screen, "present");
    int below = 0;
    for (int unit = 1; unit <= 32; unit++) {
        stage.screen.selection.unit = unit;
        draw(&stage, 160, 45, &surface);
        ck_assert_int_ge(stage_row(surface, "mean |slope|"), 0);
        bool negative = stage.snapshot.unit.mean_slope < 0;
        ck_assert_int_eq(stage_row(surface, "% of it)") < 0, negative);
        below += negative;
        surface_destroy(surface);
    }
    ck_assert_int_gt(below, 0);
    stage_close(&stage);
}
END_TEST

/* The key to numbers stands where some cell has one, and nowhere else: not where all that are
 * dead have been so since no step that was counted, as with another activation before. */
START_TEST(a_key_explains_what_is_there)
{
    struct stage stage;
    struct surface *surface;
    for (int dead = 0; dead < 3; dead++) {
        stage_open(&stage,
            dead ? "activation=relu bias=-30 depth=2 width=8"
                 : "activation=relu depth=2 width=8",
            3);
        screen_command(&stage.screen, "view units");
        draw(&stage, 120, 40, &surface);
        for (int i = 0; dead > 1 && i < 16; i++)
            stage.snapshot.units[i].died_at = -1;
        screen_draw(&stage.screen, surface);
        ck_assert_int_eq(stage_row(surface, "×N: dead since step N") >= 0, dead == 1);
        ck_assert_int_eq(stage_row(surface, "╲╱0") >= 0, dead == 1);
        ck_assert_int_eq(stage_row(surface, "╲╱") >= 0, dead > 0);
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

/* What a weight multiplies: the data in the first layer, what comes from below in others. */
START_TEST(a_weight_s_gradient_names_its_input)
{
    struct stage stage;
    stage_open(&stage, "depth=3 width=4", 3);
    screen_command(&stage.screen, "view units");
    for (int layer = 1; layer <= 4; layer++) {
        struct surface *surface;
        struct why why = {.formula_lines = 0};
        bool said = false, other = false;
        stage.screen.selection = (struct selection){.layer = layer, .unit = 1};
        draw(&stage, 80, 24, &surface);
        surface_destroy(surface);
        struct scene scene = screen_scene(&stage.screen, stage_view("units"));
        stage_view("units")->why(&scene, &why);
        for (int i = 0; i < why.formula_lines; i++) {
            said = said || strstr(why.formula[i], layer > 1 ? "δ a_i" : "δ x_i");
            other = other || strstr(why.formula[i], layer > 1 ? "x_i" : "a_i");
        }
        ck_assert_msg(said && !other, "layer %d: %s", layer, why.formula[0]);
    }
    stage_close(&stage);
}
END_TEST

static void row_text(const struct surface *surface, int y, char *text)
{
    char *end = text;
    for (int x = 0; x < surface->width; x++)
        end += utf8_encode(surface->cells[y * surface->width + x].glyph, end);
    *end = '\0';
}

/* What the steps are doing covers no number beside it, at any width. */
START_TEST(the_pace_stands_beside_the_numbers)
{
    static const char *const settings[] = {"depth=3 width=4 test=0.2 clip=layerwise batch=7",
        "depth=3 width=4 test=0.2 clip=norm", "depth=3 width=4 clip=value",
        "activation=linear gain=1000 depth=3 width=4 lr=1 test=0.2"};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct stage stage;
        stage_open(&stage, settings[i], 5);
        for (int width = 60; width <= 130; width++) {
            struct surface *surface;
            char text[600];
            draw(&stage, width, 24, &surface);
            row_text(surface, 1, text);
            const char *pace = strstr(text, "▸ ");
            pace = pace ? pace : strstr(text, "diverged");
            ck_assert_msg(pace && pace[-1] == ' ' && pace[-2] == ' ', "%d: %s", width, text);
            surface_destroy(surface);
        }
        stage_close(&stage);
    }
}
END_TEST

/* Of a large spread as of a small one no digit is lost. */
START_TEST(activations_fit_their_column)
{
    static const double gains[] = {1e-9, 0.01, 1, 4, 100};
    for (size_t i = 0; i < ARRAY_LEN(gains); i++) {
        struct stage stage;
        struct surface *surface;
        char settings[80], text[1000], wanted[80], mean[FORMAT_SIZE], deviation[FORMAT_SIZE];
        (void)snprintf(settings, sizeof settings,
            "activation=linear depth=5 width=6 bias=-0.01 gain=%g", gains[i]);
        stage_open(&stage, settings, 0);
        draw(&stage, 180, 40, &surface);
        for (int layer = 1; layer <= 5; layer++) {
            const struct layer_stats *stats = &stage.snapshot.seen.layers[layer - 1];
            format_factor(fabs(stats->act_mean), mean);
            format_factor(stats->act_std, deviation);
            (void)snprintf(wanted, sizeof wanted, "%c%s ± %s", stats->act_mean < 0 ? '-' : ' ',
                mean, deviation);
            ck_assert_int_eq(text_columns(wanted), 14);
            int y = stage_row(surface, wanted);
            ck_assert_msg(y > 0, "'%s'", wanted);
            row_text(surface, y, text);
            ck_assert(strcmp(text + strlen(text) - strlen(wanted), wanted) == 0);
        }
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

/* Between two epochs the curve keeps the last one; the number is of the step. */
START_TEST(the_present_accuracy_is_that_of_the_step)
{
    struct stage stage;
    struct surface *surface;
    char accuracy[16], test[16];
    stage_open(&stage, "data=spirals depth=2 width=7 lr=2 batch=20 test=0.2", 0);
    screen_command(&stage.screen, "view curves");
    for (int step = 0; step < 30; step++) {
        stage_advance(&stage, 1);
        draw(&stage, 100, 40, &surface);
        const struct observation *seen = &stage.snapshot.seen;
        (void)snprintf(accuracy, sizeof accuracy, "  %.3f", seen->accuracy);
        (void)snprintf(test, sizeof test, "  %.3f", seen->test_accuracy);
        char text[600];
        row_text(surface, stage_row(surface, "accuracy  1"), text);
        ck_assert_msg(strcmp(text + strlen(text) - 7, accuracy) == 0, "%s: %s", accuracy, text);
        row_text(surface, stage_row(surface, "accuracy  1") + 1, text);
        ck_assert_msg(strcmp(text + strlen(text) - 7, test) == 0, "%s: %s", test, text);
        surface_destroy(surface);
    }
    stage_close(&stage);
}
END_TEST

Suite *rows_of_screen_suite(void)
{
    return SUITE("rows", what_was_before_covers_no_overlay, an_old_error_covers_no_overlay,
        what_is_armed_is_said_where_there_is_a_row_for_it,
        hints_go_only_for_what_stands_in_their_row,
        a_scene_that_starts_slow_goes_faster_from_there,
        an_axis_down_to_the_least_numbers_has_places, gains_in_text_have_three_digits,
        why_multiplies_where_slopes_are_next_to_nothing, a_mean_of_sizes_is_called_so,
        a_key_explains_what_is_there, a_weight_s_gradient_names_its_input,
        the_pace_stands_beside_the_numbers, activations_fit_their_column,
        the_present_accuracy_is_that_of_the_step);
}
