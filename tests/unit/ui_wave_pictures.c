/* A step that is seen happening: its pictures, and that its arithmetic multiplies. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "ui/draw/glyphs.h"
#include "ui/views/clip.h"
#include "ui/views/wave.h"
#include "ui_screens.h"

#define RELU "activation=relu init=he_normal "

/* The text of a row from a column on, glyphs as UTF-8 would be too much: '#'. */
static void row_text(const struct surface *surface, int y, int x, char *text)
{
    for (; x < surface->width; x++) {
        uint32_t glyph = surface->cells[y * surface->width + x].glyph;
        *text++ = glyph == GLYPH_MIDDLE_DOT ? '.' : glyph < 128 ? (char)glyph : '#';
    }
    *text = '\0';
}

/* The row that begins with this layer's number; -1: none. */
static int row_of(const struct surface *surface, int layer, char *text)
{
    for (int y = 0; y < surface->height; y++) {
        char *end;
        row_text(surface, y, 1, text);
        if (strtol(text, &end, 10) == layer && end > text && (*end == ' ' || !*end)) {
            memmove(text, end, strlen(end) + 1);
            return y;
        }
    }
    return -1;
}

/* Nothing but the dot and the words. */
static bool is_empty(const char *text)
{
    char rest[256];
    const char *words = strstr(text, "(not reached yet)");
    (void)snprintf(rest, sizeof rest, "%.*s%s", words ? (int)(words - text) : 255, text,
        words ? words + strlen("(not reached yet)") : "");
    return strspn(rest, " .") == strlen(rest);
}

START_TEST(rows_that_it_has_not_reached_are_empty)
{
    static const char *const commands[] = {"overview", "present"};
    int empty = 0, full = 0;
    for (size_t c = 0; c < ARRAY_LEN(commands); c++) {
        struct stage stage;
        struct surface *surface = surface_create(80, 30);
        stage_open_step(&stage, "depth=9 width=3", 5);
        screen_command(&stage.screen, commands[c]);
        struct wave_plan plan = wave_plan_of(&stage.snapshot.seen);
        screen_key(&stage.screen, 's'); /* to its end; then by hand */
        for (int i = 0; i < wave_stages(&plan); i++) {
            screen_command(&stage.screen, "stage");
            struct wave_moment m = stage_moment(&stage, stage.now + 10);
            screen_draw(&stage.screen, surface);
            for (int layer = 1; layer <= 9; layer++) {
                char text[300];
                ck_assert_int_ge(row_of(surface, layer, text), 0);
                /* On the way up the units and numbers of the rows below the front stand. */
                bool reached = m.phase == WAVE_FORWARD ? layer <= m.layer
                    : m.phase == WAVE_BACKWARD         ? layer >= m.layer
                                                       : true;
                /* From the bar on: of the table, behind label and units. */
                size_t from = c == 0 && m.phase != WAVE_FORWARD ? 7 : 0;
                ck_assert_msg(is_empty(text + from) == !reached, "%s, stage %d, layer %d: %s",
                    commands[c], i, layer, text);
                empty += !reached;
                full += reached;
            }
        }
        surface_destroy(surface);
        stage_close(&stage);
    }
    ck_assert_int_gt(empty, 100);
    ck_assert_int_gt(full, 200);
}
END_TEST

static bool same_picture(const struct surface *a, const struct surface *b)
{
    return memcmp(a->cells, b->cells,
               (size_t)a->width * (size_t)a->height * sizeof *a->cells) == 0;
}

/* One that is over, or never was: both pictures of the same step. */
static void look_after(struct stage *stage, const struct view *view, bool presenting,
    bool shown, struct surface *surface)
{
    stage->screen.view = view;
    stage->screen.presenting = presenting;
    stage_look(stage, surface);
    stage_show_step(stage);
    if (!shown)
        wave_end(&stage->screen.wave);
    for (int i = 0; i < 60; i++) {
        stage->now += 0.5;
        screen_tick(&stage->screen, stage->now);
        stage_look(stage, surface);
    }
    ck_assert(!screen_shows_wave(&stage->screen));
    stage_look(stage, surface);
}

START_TEST(it_ends_in_the_still_picture)
{
    static const char *const settings[] = {
        "", RELU "gain=1.5 lr=0.1 clip=norm", "depth=1 clip=value clip_at=1e-4"};
    static const int sizes[][2] = {{80, 24}, {120, 40}, {40, 10}};
    for (int k = 0; k < 2 * view_count; k++) {
        const struct view *view = views[k / 2];
        if (strcmp(view->name, "check") == 0)
            continue; /* it goes on checking meanwhile */
        for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
            struct surface *pictures[2];
            for (int shown = 0; shown < 2; shown++) {
                struct stage stage;
                stage_open(&stage, settings[i], 3);
                pictures[shown] = surface_create(sizes[i][0], sizes[i][1]);
                look_after(&stage, view, k % 2, shown, pictures[shown]);
                stage_close(&stage);
            }
            ck_assert_msg(
                same_picture(pictures[0], pictures[1]), "%s, %s", view->name, settings[i]);
            surface_destroy(pictures[0]);
            surface_destroy(pictures[1]);
        }
    }
}
END_TEST

/* All numbers of a text in their order. */
static int numbers_of(const char *text, double *values, const char **ends, int most)
{
    int count = 0;
    for (const char *at = text; *at && count < most;) {
        char *end;
        bool digit = *at >= '0' && *at <= '9';
        if (!digit || (at > text && at[-1] != ' ' && (unsigned char)at[-1] < 128)) {
            at++;
            continue;
        }
        values[count] = strtod(at, &end);
        ends[count++] = end;
        at = end;
    }
    return count;
}

/* What is shown of the product, rounded as the result is, is the result that is shown. */
static void expect_product(const char *text)
{
    double values[8];
    const char *ends[8];
    const char *from = strstr(text, "×"); /* and the number before it */
    ck_assert_ptr_nonnull(from);
    for (from--; from > text && *from == ' ';)
        from--;
    while (from > text && *from != ' ')
        from--;
    int count = numbers_of(from, values, ends, 8);
    const char *result = strrchr(text, '=');
    ck_assert_ptr_nonnull(result);
    ck_assert_int_ge(count, 3);
    double product = 1;
    for (int i = 0; i < count - 1; i++)
        product *= values[i];
    char shown[40];
    wave_number(product, 2, shown, sizeof shown);
    ck_assert_msg(strncmp(result + 2, shown, strlen(shown)) == 0, "%s: %s", text, shown);
}

START_TEST(the_arithmetic_that_is_shown_multiplies)
{
    static const char *const settings[] = {"", "depth=256 width=3 gain=2",
        "activation=tanh gain=2 depth=100 width=5", RELU "gain=1.5 depth=30",
        "batch=7 depth=14 activation=leaky_relu", "data=blobs depth=7 width=5",
        "loss=mse init=normal gain=3 depth=60 width=4", RELU "bias=-1 depth=4",
        RELU "depth=40 width=3"};
    int products = 0, silent = 0, long_ones = 0;
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct stage stage;
        stage_open(&stage, settings[i], 2);
        const struct observation *seen = &stage.snapshot.seen;
        for (int layer = seen->layer_count - 1; layer >= 1; layer--) {
            for (int slope = 0; slope < 2; slope++) {
                struct wave_moment m = {.phase = WAVE_BACKWARD,
                    .layer = layer,
                    .layers = seen->layer_count,
                    .slope = slope,
                    .part = 1};
                char text[WAVE_WORDS];
                wave_say(seen, &m, 80, text);
                const struct layer_stats *s = &seen->layers[layer - 1];
                bool none = seen->layers[layer].signal <= 0;
                if (!isfinite(seen->layers[layer].signal) || !isfinite(s->signal)) {
                    ck_assert_ptr_nonnull(strstr(text, "not finite"));
                    continue;
                }
                ck_assert_int_eq(strstr(text, "nothing arrives") != NULL, none);
                ck_assert_int_le(text_columns(text), 80);
                silent += none;
                long_ones += strstr(text, "by the weights") != NULL;
                if (none || (slope && !s->slope_gain.defined))
                    continue;
                expect_product(text);
                products++;
            }
        }
        stage_close(&stage);
    }
    ck_assert_int_gt(products, 900);
    ck_assert_int_gt(silent, 1); /* below a dead layer */
    ck_assert_int_gt(long_ones, products * 9 / 10);
}
END_TEST

/* Each caption fits where there are 40 columns, however small the numbers are. */
START_TEST(captions_fit)
{
    static const char *const settings[] = {"depth=256 width=2", "depth=10",
        RELU "gain=2 depth=60 lr=0.1", RELU "gain=1.5 lr=0.1 clip=norm", "optimizer=adam",
        "clip=value clip_at=1e-5", "clip=layerwise clip_at=1e-5",
        "data=blobs weight_decay=0.1"};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        for (int steps = 0; steps < 8; steps += 7) {
            struct stage stage;
            stage_open(&stage, settings[i], steps);
            struct wave_plan plan = wave_plan_of(&stage.snapshot.seen);
            for (int k = 0; k < wave_stages(&plan); k++) {
                struct wave_moment m = wave_stage(&plan, k);
                char text[WAVE_WORDS];
                for (int width = 40; width <= 80; width += 40) {
                    wave_say(&stage.snapshot.seen, &m, width, text);
                    ck_assert_msg(
                        *text && text_columns(text) <= width, "%s: %s", settings[i], text);
                }
            }
            stage_close(&stage);
        }
    }
}
END_TEST

/* The step's length is that of the update that comes: of all weights and biases. */
START_TEST(the_update_is_as_long_as_it_says)
{
    struct stage stage;
    stage_open(&stage, "depth=3 width=5 lr=0.3 clip=norm clip_at=0.1 gain=3", 4);
    struct wave_moment m = {.phase = WAVE_UPDATE};
    char text[WAVE_WORDS], length[40];
    wave_say(&stage.snapshot.seen, &m, 80, text);
    expect_product(text);
    const struct network *n = stage.session->run->training->network;
    double before[400], sum = 0;
    size_t count = 0;
    for (int pass = 0; pass < 2; pass++) {
        size_t at = 0;
        for (int l = 0; l < stage.snapshot.seen.layer_count; l++) {
            const struct layer *layer = &n->layers[l];
            for (int r = 0; r <= layer->n_in; r++) {
                for (int k = 0; k < layer->n_out; k++, at++) {
                    double now = layer->parameters[r * layer->stride + k];
                    if (pass == 0)
                        before[at] = now;
                    else
                        sum += (now - before[at]) * (now - before[at]);
                }
            }
        }
        count = at;
        if (pass == 0)
            stage_advance(&stage, 1);
    }
    ck_assert_uint_gt(count, 50);
    wave_number(sqrt(sum), 2, length, sizeof length);
    ck_assert_ptr_nonnull(strstr(text, length));
    stage_close(&stage);
}
END_TEST

/* What momentum or weight decay makes of g may point anywhere. */
START_TEST(only_plain_sgd_moves_against_g)
{
    static const struct {
        const char *settings;
        bool against;
    } cases[] = {{"lr=0.1", true}, {"lr=0.1 clip=value clip_at=0.001", true},
        {"optimizer=momentum", false}, {"optimizer=adam", false}, {"weight_decay=0.1", false}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct stage stage;
        struct surface *s = surface_create(120, 40);
        stage_open_step(&stage, cases[i].settings, 3);
        for (int v = 0; v < 2; v++) {
            struct scene scene = screen_scene(&stage.screen, stage_view(v ? "clip" : "flow"));
            scene.wave = (struct wave_moment){.phase = WAVE_UPDATE, .part = 1};
            surface_clear(s);
            if (v)
                clip_wave_draw_direction(&scene, s, (struct rect){0, 0, 60, 12});
            else
                flow_wave_present(&scene, s, (struct rect){0, 0, 120, 30});
            ck_assert_msg((stage_row(s, "against g") >= 0) == cases[i].against, "%s in %d",
                cases[i].settings, v);
            ck_assert(stage_row(s, v ? "W takes the step" : "the weights move") >= 0);
        }
        surface_destroy(s);
        stage_close(&stage);
    }
}
END_TEST

/* Of weight decay the step is made, too, and most of it where g is clipped to next to nothing.
 */
START_TEST(the_update_says_what_it_is_made_of)
{
    static const struct {
        const char *settings, *words;
        bool stays;
    } cases[] = {{"optimizer=adam", "adam makes it of g, ‖g‖", false},
        {"weight_decay=2 clip=value", "sgd makes the next step of g and weight decay", false},
        {"optimizer=momentum weight_decay=1", "momentum makes the next step of g and", false},
        {"lr=0", "lr is 0: W stays as it is", true},
        {"lr=0 weight_decay=2 optimizer=adam", "lr is 0: W stays as it is", true},
        {"init=zeros activation=tanh", "g is 0: W stays as it is", true}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct stage stage;
        struct surface *s = surface_create(120, 40);
        char text[WAVE_WORDS];
        stage_open_step(&stage, cases[i].settings, 3);
        struct scene scene = screen_scene(&stage.screen, stage_view("flow"));
        scene.wave = (struct wave_moment){.phase = WAVE_UPDATE, .part = 1};
        for (int width = 40; width <= 120; width += 40) {
            wave_say(&stage.snapshot.seen, &scene.wave, width, text);
            ck_assert_int_le(text_columns(text), width);
            ck_assert(width < 80 || strstr(text, cases[i].words));
            ck_assert(!strstr(text, "moves") || !cases[i].stays);
        }
        flow_wave_present(&scene, s, (struct rect){0, 0, 120, 30});
        ck_assert_int_eq(stage_row(s, "the weights stay") >= 0, cases[i].stays);
        surface_clear(s);
        scene = screen_scene(&stage.screen, stage_view("clip"));
        scene.wave = (struct wave_moment){.phase = WAVE_UPDATE, .part = 1};
        clip_wave_draw_direction(&scene, s, (struct rect){0, 0, 60, 12});
        ck_assert_int_eq(stage_row(s, "W stays") >= 0, cases[i].stays);
        surface_destroy(s);
        stage_close(&stage);
    }
}
END_TEST

START_TEST(where_nothing_comes_down_the_headline_is_one_phrase)
{
    static const int sizes[][2] = {{80, 17}, {80, 30}, {40, 6}};
    struct stage stage;
    stage_open_step(&stage, "init=zeros activation=tanh depth=90 width=2", 3);
    struct scene scene = screen_scene(&stage.screen, stage_view("flow"));
    scene.wave = (struct wave_moment){
        .phase = WAVE_BACKWARD, .layer = 74, .layers = 91, .slope = true, .part = 1};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct surface *s = surface_create(sizes[i][0], sizes[i][1]);
        flow_wave_present(&scene, s, (struct rect){0, 0, sizes[i][0], sizes[i][1]});
        ck_assert_int_ge(stage_row(s, "nothing comes down to layer 74 "), 0);
        surface_destroy(s);
    }
    stage_close(&stage);
}
END_TEST

/* ‖g‖ grows as δ comes down, from the output's own to that of the whole gradient. */
START_TEST(the_gradient_gathers_to_its_norm)
{
    struct stage stage;
    stage_open_step(&stage, RELU "gain=1.5 lr=0.1 clip=norm depth=8", 3);
    const struct observation *seen = &stage.snapshot.seen;
    struct wave_plan plan = wave_plan_of(seen);
    struct scene scene = screen_scene(&stage.screen, stage_view("clip"));
    double before = 0;
    for (int i = 0; i < wave_stages(&plan); i++) {
        scene.wave = wave_stage(&plan, i);
        double norm = clip_wave_norm(&scene);
        ck_assert(norm >= before * (1 - 1e-12));
        ck_assert_int_eq(norm > 0, scene.wave.phase > WAVE_LOSS);
        before = norm;
        /* A sum of nine squares: its rounding is far below this. */
        if (scene.wave.phase == WAVE_BACKWARD && scene.wave.layer == 1 && scene.wave.slope)
            ck_assert(fabs(norm / seen->clip.norm_before - 1) < 1e-12);
    }
    stage_close(&stage);
}
END_TEST

/* Anything at all that can be shown, at every stage, in every view. */
START_TEST(every_stage_can_be_drawn)
{
    static const char *const settings[] = {"depth=1 width=1", "depth=256 width=2", RELU "lr=3",
        RELU "bias=-1 depth=4", "clip=layerwise clip_at=1e-3 depth=2 batch=5",
        RELU "gain=2 depth=50 lr=0.1"};
    static const int sizes[][2] = {{80, 24}, {160, 45}, {40, 10}, {57, 17}};
    for (size_t s = 0; s < ARRAY_LEN(settings); s++) {
        struct stage stage;
        stage_open_step(&stage, settings[s], 9);
        struct wave_plan plan = wave_plan_of(&stage.snapshot.seen);
        int stages = wave_stages(&plan), pace = stages > 60 ? stages / 20 : 1;
        for (int k = 0; k < 2 * view_count; k++) {
            stage.screen.view = views[k / 2];
            stage.screen.presenting = k % 2;
            for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
                struct surface *surface = surface_create(sizes[i][0], sizes[i][1]);
                wave_begin(&stage.screen.wave, &stage.snapshot.seen, 20, INFINITY, stage.now);
                stage_look(&stage, surface);
                for (int at = 0; at < stages; at += pace) {
                    wave_go_stages(&stage.screen.wave, pace, 20, stage.now);
                    stage.now += 0.1;
                    screen_tick(&stage.screen, stage.now);
                    screen_draw(&stage.screen, surface);
                }
                surface_destroy(surface);
            }
        }
        stage_close(&stage);
    }
}
END_TEST

Suite *wave_pictures_suite(void)
{
    Suite *suite = SUITE("wave pictures", rows_that_it_has_not_reached_are_empty,
        the_arithmetic_that_is_shown_multiplies, captions_fit, the_update_is_as_long_as_it_says,
        only_plain_sgd_moves_against_g, the_update_says_what_it_is_made_of,
        where_nothing_comes_down_the_headline_is_one_phrase, the_gradient_gathers_to_its_norm);
    TCase *tcase = tcase_create("all");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, it_ends_in_the_still_picture);
    tcase_add_test(tcase, every_stage_can_be_drawn);
    suite_add_tcase(suite, tcase);
    return suite;
}
