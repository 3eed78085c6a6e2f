/* What the clip view says of the threshold: what clipping did, or what c would have to be. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "ui/views/clip.h"
#include "ui_screens.h"

#define BY_VALUE "activation=relu init=he_normal gain=2 lr=0.01 clip=value clip_at=0.01"

static struct surface *look(struct stage *stage, int width, int height)
{
    struct surface *surface = surface_create(width, height);
    stage_look(stage, surface);
    return surface;
}

/* Row y as text. */
static void row_text(const struct surface *surface, int y, char *text)
{
    for (int x = 0; x < surface->width; x++)
        text += utf8_encode(surface->cells[y * surface->width + x].glyph, text);
    *text = '\0';
}

static bool shows(const struct surface *surface, const char *words)
{
    char text[1024];
    for (int y = 0; y < surface->height; y++) {
        row_text(surface, y, text);
        if (strstr(text, words))
            return true;
    }
    return false;
}

static const char *const unclipped[] = {"", "activation=tanh depth=3 width=7 samples=30 ",
    "activation=relu init=he_normal gain=1.5 depth=6 "};

/* Clipping begins exactly where it is said to, in each mode; told by clipping itself. */
START_TEST(clipping_begins_where_it_is_said_to)
{
    for (size_t i = 0; i < ARRAY_LEN(unclipped); i++) {
        struct stage stage;
        stage_open(&stage, unclipped[i], 3);
        screen_command(&stage.screen, "view clip");
        surface_destroy(look(&stage, 80, 24));
        for (int mode = CLIP_VALUE; mode < CLIP_COUNT; mode++) {
            int layer = 0;
            double largest = clip_largest(&stage.snapshot, (enum clip)mode, &layer);
            char text[FORMAT_SIZE];
            clip_format_below(largest, text);
            double told = atof(text),
                   around[4] = {
                       largest, largest * (1 - 1e-12), told * (1 - 1e-12), told * 1.0101};
            ck_assert(told <= largest && told > 0.99 * largest);
            for (int k = 0; k < 4; k++) {
                struct training *t = training_of(unclipped[i]);
                for (int step = 0; step < 3; step++) {
                    ck_assert(training_evaluate(t, false));
                    training_clip(t);
                    training_update(t);
                }
                t->hparams.clip = mode;
                t->hparams.clip_at = around[k];
                ck_assert(training_evaluate(t, false));
                training_clip(t);
                bool below = k == 1 || k == 2;
                ck_assert_msg((t->seen.clip.fraction > 0) == below,
                    "%s, mode %d: c %.17g, largest %.17g", unclipped[i], mode, around[k],
                    largest);
                training_destroy(t);
            }
        }
        stage_close(&stage);
    }
}
END_TEST

/* The sentence that is to stand there, of numbers got apart. */
static void expect_words(const struct snapshot *snapshot, enum clip mode, char words[160])
{
    static const enum clip order[] = {CLIP_NORM, CLIP_LAYERWISE, CLIP_VALUE};
    char numbers[3][FORMAT_SIZE];
    int layer = 0;
    for (int k = 0; k < 3; k++)
        clip_format_below(clip_largest(snapshot, order[k], &layer), numbers[k]);
    (void)clip_largest(snapshot, CLIP_LAYERWISE, &layer);
    if (mode == CLIP_NONE)
        (void)snprintf(words, 160,
            "off: c would clip below %s by norm, %s by layer, %s by value", numbers[0],
            numbers[1], numbers[2]);
    else if (mode == CLIP_NORM)
        (void)snprintf(
            words, 160, "not clipped: ‖g‖ is within c; c below %s would clip", numbers[0]);
    else if (mode == CLIP_VALUE)
        (void)snprintf(words, 160,
            "not clipped: the largest element is within c; c below %s would clip", numbers[2]);
    else if (layer == snapshot->seen.layer_count)
        (void)snprintf(words, 160,
            "not clipped: the longest layer, out, is within c; c below %s would clip",
            numbers[1]);
    else
        (void)snprintf(words, 160,
            "not clipped: the longest layer, %d, is within c; c below %s would clip", layer,
            numbers[1]);
}

/* And on the screen, also in `b`, where no giant ×1 stands. */
START_TEST(what_is_not_clipped_says_what_c_would_have_to_be)
{
    for (int mode = 0; mode < CLIP_COUNT; mode++) {
        struct stage stage;
        char words[160], settings[64];
        (void)snprintf(settings, sizeof settings, "clip=%s clip_at=100", clip_name(mode));
        stage_open(&stage, settings, 3);
        screen_command(&stage.screen, "view clip");
        struct surface *surface = look(&stage, 80, 24);
        expect_words(&stage.snapshot, (enum clip)mode, words);
        ck_assert_msg(shows(surface, words), "%s", words);
        ck_assert(shows(surface, "not clipped: as it was"));
        screen_key(&stage.screen, 'b');
        stage_look(&stage, surface);
        ck_assert_msg(shows(surface, words), "big: %s", words);
        for (int big = 1; big >= 0; big--) {
            ck_assert(surface_resize(surface, 40, 10));
            stage_look(&stage, surface);
            ck_assert(
                shows(surface, mode == CLIP_NONE ? "by norm would clip" : "not clipped: c <"));
            ck_assert(shows(surface, "would clip") && !shows(surface, "×1"));
            screen_key(&stage.screen, 'b');
        }
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

/* Whatever its numbers: in the full words where these fit, else in brief ones that do. */
START_TEST(the_sentence_of_c_fits_any_width)
{
    static const double norms[] = {5.44e-100, 5.44e-69, 0.2, 5.44e150};
    for (int mode = 0; mode < 2 * (int)ARRAY_LEN(norms); mode++) {
        struct stage stage;
        char text[160];
        stage_open(&stage, "clip_at=1e200", 3);
        screen_command(&stage.screen, "view clip");
        struct surface *surface = look(&stage, 80, 24);
        stage.snapshot.seen.hparams.clip = mode % 2 ? CLIP_NORM : CLIP_NONE;
        stage.snapshot.seen.clip.norm_before = norms[mode / 2];
        for (int width = 39; width <= 90; width++) {
            (void)clip_tell(&stage.snapshot, width, text, sizeof text);
            ck_assert_msg(text_columns(text) <= width, "%d: %s", width, text);
            ck_assert(width < 81 || !strstr(text, "c <"));
        }
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

/* What clipping did, in the same place; nothing of it where nothing was clipped. */
START_TEST(what_is_clipped_is_told_in_a_sentence)
{
    struct stage stage;
    char words[160];
    stage_open(&stage, BY_VALUE, 0);
    screen_command(&stage.screen, "view clip");
    struct surface *surface = look(&stage, 80, 24);
    (void)snprintf(words, sizeof words,
        "%.0f %% of the elements cut to -c or c, which turns g by",
        100 * stage.snapshot.seen.clip.fraction);
    ck_assert_msg(shows(surface, words), "%s", words);
    ck_assert(!shows(surface, "not clipped"));
    stage_close(&stage);
    stage_open(&stage, "activation=relu init=he_normal gain=1.2 clip=layerwise", 0);
    screen_command(&stage.screen, "view clip");
    /* c between two layers' norms: as many as are longer, counted here anew. */
    double norms[16] = {0}, c;
    int count = stage.snapshot.seen.layer_count, longer = 0;
    for (int l = 0; l < count; l++)
        norms[l] = hypot(stage.snapshot.seen.layers[l].weight_grad_norm,
            stage.snapshot.seen.layers[l].bias_grad_norm);
    c = sqrt(norms[0] * norms[4]);
    for (int l = 0; l < count; l++)
        longer += norms[l] > c;
    ck_assert(longer > 0 && longer < count);
    stage_close(&stage);
    (void)snprintf(words, sizeof words,
        "activation=relu init=he_normal gain=1.2 clip=layerwise clip_at=%.17g", c);
    stage_open(&stage, words, 0);
    screen_command(&stage.screen, "view clip");
    stage_look(&stage, surface);
    (void)snprintf(words, sizeof words, "%d of %d layers shortened to c", longer, count);
    ck_assert_msg(shows(surface, words), "%s", words);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

static struct why why_of(struct stage *stage)
{
    struct why why = {.formula_lines = 0};
    struct scene scene = screen_scene(&stage->screen, stage_view("clip"));
    stage_view("clip")->why(&scene, &why);
    return why;
}

/* Opens the view where that is clipped, at step 0. */
static void look_at_clip(
    struct stage *stage, struct surface *surface, const char *mode, const char *net)
{
    char settings[120];
    (void)snprintf(settings, sizeof settings, "%s clip_at=0.01 clip=%s", net, mode);
    stage_open(stage, settings, 0);
    screen_command(&stage->screen, "view clip");
    stage_look(stage, surface);
}

/* All hidden units are dead, and one class has a sample more: g is the output's bias alone. */
START_TEST(a_gradient_of_one_number_is_not_said_to_turn)
{
    static const char *const modes[] = {"layerwise", "value"};
    struct surface *surface = surface_create(120, 40);
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        struct stage stage;
        look_at_clip(
            &stage, surface, modes[i], "activation=relu bias=-20 depth=2 width=4 samples=13");
        ck_assert(stage.snapshot.seen.clip.fraction > 0);
        ck_assert(shows(surface, "which does not turn g") && shows(surface, ": not turned"));
        ck_assert(!shows(surface, "hardly turn"));
        struct why why = why_of(&stage);
        ck_assert_msg(strstr(why.text, "the whole gradient is not turned. No layer") ||
                strstr(why.text, "so the gradient is not turned."),
            "%s", why.text);
        screen_key(&stage.screen, 'b');
        stage_look(&stage, surface);
        ck_assert(shows(surface, "shorter, the same direction"));
        stage_close(&stage);
    }
    surface_destroy(surface);
}
END_TEST

/* The cosine is 1 to the last bit, and yet what is a billionth of g has not been shortened. */
START_TEST(what_turns_less_than_rounding_tells_is_said_to_turn_hardly)
{
    static const char *const modes[] = {"layerwise", "value"};
    struct surface *surface = surface_create(120, 40);
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        struct stage stage;
        look_at_clip(&stage, surface, modes[i],
            "activation=tanh init=normal gain=1e-12 depth=1 width=4 samples=13");
        ck_assert(stage.snapshot.seen.clip.fraction > 0);
        ck_assert(stage.snapshot.seen.clip.cosine > 1 - 1e-15);
        ck_assert(clip_layer_norm(&stage.snapshot, 1) > 0);
        ck_assert(shows(surface, "which hardly turns g") && shows(surface, ": hardly turned"));
        struct why why = why_of(&stage);
        ck_assert_msg(!strstr(why.text, "not turned"), "%s", why.text);
        stage_close(&stage);
    }
    surface_destroy(surface);
}
END_TEST

/* As many of both classes: g is 0 and has no direction, in any sentence. */
START_TEST(a_gradient_of_zero_has_no_angle)
{
    static const char *const modes[] = {"none", "value", "norm", "layerwise"};
    struct surface *surface = surface_create(120, 40);
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        struct stage stage;
        look_at_clip(
            &stage, surface, modes[i], "activation=relu bias=-20 depth=2 width=4 samples=20");
        ck_assert(stage.snapshot.seen.clip.norm_before == 0);
        ck_assert(shows(surface, "turned by     -") && !shows(surface, "0.0°"));
        ck_assert(shows(surface, "no direction: g is 0"));
        struct why why = why_of(&stage);
        ck_assert(!strstr(why.formula[1], "1.0000"));
        ck_assert(i % 2 == 0 || strstr(why.formula[1], "is not defined: g is 0"));
        stage_close(&stage);
    }
    surface_destroy(surface);
}
END_TEST

/* Of the step by sgd it is the gradient's part that is told, where weights decay as well. */
START_TEST(a_step_with_weight_decay_is_not_told_as_the_gradients)
{
    static const char *const settings[] = {"", "clip=norm clip_at=0.1"};
    struct surface *surface = surface_create(120, 40);
    for (size_t i = 0; i < 2 * ARRAY_LEN(settings); i++) {
        struct stage stage;
        char text[100];
        bool decays = i % 2;
        (void)snprintf(text, sizeof text, "depth=2 lr=0.01 %s %s", settings[i / 2],
            decays ? "weight_decay=10" : "");
        stage_open(&stage, text, 5);
        screen_command(&stage.screen, "view clip");
        stage_look(&stage, surface);
        ck_assert_int_eq(shows(surface, "the step, lr·‖g‖: "), !decays);
        ck_assert_int_eq(shows(surface, "g's part, lr·‖g‖: "), decays);
        struct why why = why_of(&stage);
        const char *last = i < 2 ? why.formula[why.formula_lines - 1] : why.text;
        ck_assert_int_eq(strstr(last, " but for the weight decay") != NULL, decays);
        stage_close(&stage);
    }
    surface_destroy(surface);
}
END_TEST

/* In `b` both arrows stand beside the number, and nothing stands in them. */
START_TEST(the_big_picture_shows_both_directions)
{
    static const int sizes[][2] = {{60, 16}, {80, 24}, {120, 40}, {160, 45}};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct stage stage;
        int heads[2] = {0, 0};
        stage_open(&stage, BY_VALUE, 0);
        screen_command(&stage.screen, "view clip");
        screen_key(&stage.screen, 'b');
        struct surface *surface = look(&stage, sizes[i][0], sizes[i][1]);
        for (int k = 0; k < surface->width * surface->height; k++) {
            const struct cell *cell = &surface->cells[k];
            if (cell->glyph == 0x25b8 && cell->role == CLIP_AFTER)
                heads[1]++;
            else if (cell->glyph == 0x25b8 && cell->role == CLIP_BEFORE)
                heads[0]++;
        }
        ck_assert(heads[0] == 1 && heads[1] == 1);
        ck_assert(shows(surface, "turned: another direction") && shows(surface, "▸ before"));
        ck_assert(shows(surface, "▸ after") && shows(surface, "°"));
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

/* Elements are looked at only while the view is shown: before, nothing is said of them. */
START_TEST(what_has_not_been_looked_at_is_not_told)
{
    static const char *const settings[] = {"", "clip=value clip_at=100"};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct stage stage;
        char text[160], below[FORMAT_SIZE];
        int layer;
        stage_open(&stage, settings[i], 3);
        ck_assert(!stage.snapshot.clip_detail.valid);
        stage.snapshot.clip_detail.before.largest = 12345;
        stage.snapshot.clip_detail.before.bins.nonfinite = 3;
        (void)clip_tell(&stage.snapshot, false, text, sizeof text);
        ck_assert_msg(!strstr(text, "12300") && !strstr(text, "not finite"), "%s", text);
        clip_format_below(clip_largest(&stage.snapshot, CLIP_NORM, &layer), below);
        ck_assert_int_eq(i == 0, strstr(text, below) != NULL);
        ck_assert_int_eq(i == 1, strstr(text, "every element is within c") != NULL);
        stage_close(&stage);
    }
}
END_TEST

Suite *clip_threshold_suite(void)
{
    return SUITE("clip threshold", clipping_begins_where_it_is_said_to,
        what_is_not_clipped_says_what_c_would_have_to_be, the_sentence_of_c_fits_any_width,
        what_is_clipped_is_told_in_a_sentence, a_gradient_of_one_number_is_not_said_to_turn,
        what_turns_less_than_rounding_tells_is_said_to_turn_hardly,
        a_gradient_of_zero_has_no_angle, a_step_with_weight_decay_is_not_told_as_the_gradients,
        the_big_picture_shows_both_directions, what_has_not_been_looked_at_is_not_told);
}
