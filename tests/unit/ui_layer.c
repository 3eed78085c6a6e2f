/* The layer view: its option, its numbers, its axes in motion, and any size. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/views/layer.h"
#include "ui_screens.h"

/* The picture's rows as one text, blanks included. */
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
    if (text)
        read_picture(surface, text);
    surface_destroy(surface);
}

START_TEST(one_distribution_alone_or_all)
{
    struct stage stage;
    static char text[80000];
    stage_open(&stage, "", 3);
    screen_command(&stage.screen, "view layer");
    look(&stage, 80, 24, text);
    ck_assert(strstr(text, "z pre-activation") && strstr(text, "W weights"));
    screen_command(&stage.screen, "distribution delta");
    look(&stage, 80, 24, text);
    ck_assert(strstr(text, "|δ| error signal") && !strstr(text, "W weights"));
    ck_assert_ptr_nonnull(strstr(text, "subnormal double"));
    screen_command(&stage.screen, "distribution nonsense");
    look(&stage, 80, 24, text);
    ck_assert_ptr_nonnull(strstr(text, "unknown distribution 'nonsense': one of all "));
    screen_command(&stage.screen, "distribution all");
    for (int i = 0; i < 7; i++)
        screen_key(&stage.screen, 'u');
    look(&stage, 80, 24, text);
    ck_assert_ptr_nonnull(strstr(text, "W weights")); /* once round */
    /* Where there is room for one only, the round has no "all". */
    look(&stage, 40, 10, text);
    for (int i = 0; i < 13; i++) {
        screen_key(&stage.screen, 'u');
        ck_assert_int_ne(((struct layer_state *)stage_state(&stage, "layer"))->shown, 0);
    }
    /* Asked for by name they are there as soon as they have room. */
    screen_command(&stage.screen, "distribution all");
    look(&stage, 40, 10, text);
    ck_assert(strstr(text, "distribution: all, where there is room") && strstr(text, "slope"));
    look(&stage, 80, 24, text);
    ck_assert(strstr(text, "z pre-activation") && strstr(text, "W weights"));
    stage_close(&stage);
}
END_TEST

START_TEST(the_numbers_shown_are_those_of_the_layer)
{
    struct stage stage;
    static char text[80000];
    char gain[FORMAT_SIZE], mean[FORMAT_SIZE], wanted[80];
    stage_open(&stage, "activation=tanh init=normal gain=0.4", 5);
    screen_command(&stage.screen, "view layer");
    for (int layer = 1; layer <= 10; layer++) {
        (void)snprintf(wanted, sizeof wanted, "layer %d", layer);
        screen_command(&stage.screen, wanted);
        look(&stage, 120, 40, text);
        const struct layer *l = &stage.session->run->training->network->layers[layer - 1];
        double slopes = 0, delta = l->delta_norm, back = l->back_norm;
        int count = stage.snapshot.seen.samples * l->n_out;
        for (int i = 0; i < count; i++) {
            double a = l->a[i / l->n_out * l->stride + i % l->n_out];
            slopes += (1 - a * a) / count;
        }
        format_factor(delta / back, gain);
        (void)snprintf(wanted, sizeof wanted, "s=%s", gain);
        ck_assert_msg(strstr(text, wanted), "%s", wanted);
        format_signed(slopes, mean);
        (void)snprintf(wanted, sizeof wanted, "mean %s ± ", mean);
        ck_assert_msg(strstr(text, wanted), "%s", wanted);
    }
    struct scene scene = screen_scene(&stage.screen, stage_view("layer"));
    struct why why = {.formula_lines = 0};
    stage_view("layer")->why(&scene, &why);
    ck_assert_int_eq(why.formula_lines, 4);
    (void)snprintf(
        wanted, sizeof wanted, "= %.4g ≤ 1", stage.snapshot.seen.layers[9].slope_gain.value);
    ck_assert_msg(strstr(why.formula[2], wanted), "%s: %s", why.formula[2], wanted);
    stage_close(&stage);
}
END_TEST

/* A panel keeps to its rectangle, however narrow. */
START_TEST(panels_keep_to_their_place)
{
    struct stage stage;
    stage_open(&stage, "activation=tanh init=normal gain=2 depth=5 clip=norm", 3);
    screen_command(&stage.screen, "view layer");
    look(&stage, 80, 24, NULL);
    screen_command(&stage.screen, "before keep"); /* so that outlines are drawn, too */
    stage_advance(&stage, 3);
    struct scene scene = screen_scene(&stage.screen, stage_view("layer"));
    struct surface *s = surface_create(60, 30);
    for (int i = 0; i < DISTRIBUTION_COUNT; i++) {
        for (int width = 16; width < 40; width++) {
            for (int height = 5; height < 22; height++) {
                surface_clear(s);
                layer_panel_draw(s, (struct rect){4, 3, width, height}, &scene,
                    (enum distribution)i,
                    &((struct layer_state *)stage_state(&stage, "layer"))->axes[i]);
                for (int at = 0; at < s->width * s->height; at++) {
                    int x = at % s->width, y = at / s->width;
                    bool inside = x >= 4 && x < 4 + width && y >= 3 && y < 3 + height;
                    ck_assert_msg(inside || s->cells[at].glyph == ' ', "%s, %dx%d: %d, %d",
                        distribution_name(i), width, height, x, y);
                }
            }
        }
    }
    surface_destroy(s);
    stage_close(&stage);
}
END_TEST

/* The axis of φ' ends where its label says: at the bound, where a unit of the largest slope
 * stands in the last column. */
START_TEST(the_axis_of_slopes_ends_at_the_bound)
{
    static const struct {
        const char *settings, *ends[2];
    } cases[] = {
        {"activation=gelu depth=1 bias=1.4142135 init=zeros", {"-0.129", "1.13"}},
        {"activation=silu depth=1 bias=2.3993573 init=zeros", {"-0.0998", "1.1"}},
        {"activation=sigmoid depth=1 init=zeros", {"0", "0.25"}},
    };
    struct rect area = {0, 0, 40, 12};
    int labels = area.height - 1;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct surface *s = surface_create(area.width, area.height);
        struct stage stage;
        stage_open(&stage, cases[i].settings, 0);
        screen_command(&stage.screen, "view layer");
        look(&stage, 80, 24, NULL);
        struct layer_state *state = stage_state(&stage, "layer");
        const struct layer_detail *detail = &stage.snapshot.layer_detail;
        struct histogram_axis *axis = &state->axes[DISTRIBUTION_SLOPE];
        histogram_draw(s, area, &detail->distributions[DISTRIBUTION_SLOPE], axis, ROLE_SIGNAL);
        for (int end = 0; end < 2; end++) {
            const char *label = cases[i].ends[end];
            int x = end == 0 ? 0 : area.width - (int)strlen(label);
            for (int k = 0; label[k]; k++)
                ck_assert(s->cells[labels * area.width + x + k].glyph == (uint32_t)label[k]);
        }
        ck_assert_uint_ne(s->cells[labels * area.width - 1].glyph, ' ');
        surface_destroy(s);
        stage_close(&stage);
    }
}
END_TEST

static bool same_range(const struct value_range *a, const struct value_range *b)
{
    return a->low == b->low && a->high == b->high;
}

/* Ten seconds at 20 steps a second: each axis moves a few times, and never to and fro. */
START_TEST(axes_keep_still_while_it_trains)
{
    static const char *const settings[] = {"", "gain=4",
        "activation=relu init=he_normal depth=1 lr=10",
        "activation=tanh init=normal gain=2 lr=0.1 batch=20",
        "activation=relu init=normal gain=0.01"};
    struct stage stage;
    stage_open(&stage, settings[_i], 0);
    screen_command(&stage.screen, "view layer");
    struct layer_state *options = stage_state(&stage, "layer");
    look(&stage, 80, 24, NULL);
    int moves[DISTRIBUTION_COUNT + 1] = {0};
    for (int frame = 0; frame < 200; frame++) {
        struct layer_state before = *options;
        stage.now += 0.05;
        stage_advance(&stage, 1);
        look(&stage, 80, 24, NULL);
        for (int i = 0; i < DISTRIBUTION_COUNT; i++)
            moves[i] += !same_range(&before.axes[i].range, &options->axes[i].range);
        moves[DISTRIBUTION_COUNT] += !same_range(&before.curve.range, &options->curve.range);
    }
    for (int i = 0; i <= DISTRIBUTION_COUNT; i++)
        ck_assert_msg(moves[i] <= 12, "axis %d moved %d times", i, moves[i]);
    stage_close(&stage);
}
END_TEST

START_TEST(any_size_and_any_state)
{
    static const struct {
        const char *settings, *keys;
        int steps;
    } cases[] = {{"depth=3", "6", 2}, {"depth=2 data=blobs activation=gelu", "6]]", 2},
        {"activation=relu init=he_normal gain=1.5 lr=0.1", "6]]]", 30},
        {"activation=relu bias=-9 depth=2", "6", 1}, {"init=zeros depth=2", "6]", 1},
        {"depth=256 width=4", "6", 0}};
    struct stage stage;
    stage_open(&stage, cases[_i].settings, cases[_i].steps);
    for (const char *key = cases[_i].keys; *key; key++)
        screen_key(&stage.screen, (uint32_t)*key);
    static const char *const modes[] = {"distribution all", "distribution slope",
        "distribution delta", "present", "present", "why"};
    for (size_t mode = 0; mode < ARRAY_LEN(modes); mode++) {
        screen_command(&stage.screen, modes[mode]);
        for (int width = 40; width <= 200; width += 23) {
            for (int height = 10; height <= 60; height += 7) {
                struct surface *surface = surface_create(width, height);
                stage_look(&stage, surface);
                surface_asciify(surface);
                for (int i = 0; i < width * height - width; i++)
                    ck_assert_msg(surface->cells[i].glyph != '?', "%s, %dx%d: %d, %d",
                        modes[mode], width, height, i % width, i / width);
                surface_destroy(surface);
            }
        }
    }
    stage_close(&stage);
}
END_TEST

/* Large and in the colour of what is wrong: of a hidden layer and of an output that bends. */
START_TEST(what_is_not_finite_any_more_is_shown_as_bad)
{
    for (int output = 0; output < 2; output++) {
        struct surface *surface = surface_create(80, 24);
        struct stage stage;
        static char text[80000];
        stage_open(&stage,
            "activation=relu init=he_normal gain=1e6 depth=60 output=sigmoid loss=mse", 0);
        screen_command(&stage.screen, "view layer");
        for (int i = 0; output && i < 60; i++)
            screen_key(&stage.screen, ']');
        screen_command(&stage.screen, "present");
        stage_look(&stage, surface);
        read_picture(surface, text);
        ck_assert_int_eq(stage.snapshot.layer_detail.output, output);
        ck_assert_msg(strstr(text, "not finite any more"), "%s", text);
        bool bad = false, strong = false;
        for (int k = 2 * surface->width; k < 6 * surface->width; k++) {
            const struct cell *cell = &surface->cells[k];
            bad = bad || (cell->role == ROLE_BAD && cell->glyph == 0x2588);
            strong = strong || (cell->role == ROLE_STRONG && cell->glyph == 0x2588);
        }
        ck_assert(bad && !strong);
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

/* Where there is no memory for what a view draws from, it says so instead of waiting. */
START_TEST(a_lack_of_memory_is_told)
{
    static const char *const asked[] = {"view layer", "view units"};
    static char text[80000];
    struct stage stage;
    stage_open(&stage, "", 3);
    for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
        for (int present = 0; present < 2; present++) {
            struct surface *surface = surface_create(100, 30);
            screen_command(&stage.screen, asked[i]);
            stage.screen.presenting = present;
            stage_look(&stage, surface);
            read_picture(surface, text);
            ck_assert(!strstr(text, "out of memory"));
            stage.snapshot.starved = true;
            stage.snapshot.layer_detail.valid = stage.snapshot.unit.valid = false;
            screen_draw(&stage.screen, surface);
            read_picture(surface, text);
            if (i == 0 || !present)
                ck_assert_ptr_nonnull(strstr(text, "out of memory for z and δ of this layer"));
            ck_assert(!strstr(text, "wait…") && !strstr(text, "reading the unit"));
            stage.snapshot.starved = false;
            surface_destroy(surface);
        }
    }
    stage_close(&stage);
}
END_TEST

Suite *layer_view_suite(void)
{
    Suite *suite = SUITE("layer view", one_distribution_alone_or_all,
        the_numbers_shown_are_those_of_the_layer, panels_keep_to_their_place,
        the_axis_of_slopes_ends_at_the_bound, what_is_not_finite_any_more_is_shown_as_bad,
        a_lack_of_memory_is_told);
    TCase *tcase = tcase_create("many");
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, axes_keep_still_while_it_trains, 0, 5);
    tcase_add_loop_test(tcase, any_size_and_any_state, 0, 6);
    suite_add_tcase(suite, tcase);
    return suite;
}
