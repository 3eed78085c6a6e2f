/* Thick bars, few layers, what is not finite, and the curve of the slope that why draws in the
 * flow view. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "ui/draw/chart.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/layer_pitch.h"
#include "ui_screens.h"

enum { ROW_SIZE = 1000 };

static const struct cell *cell_at(const struct surface *surface, int x, int y)
{
    return &surface->cells[y * surface->width + x];
}

static void row_text(const struct surface *surface, int y, char text[ROW_SIZE])
{
    size_t used = 0;
    for (int x = 0; x < surface->width && used < ROW_SIZE - 5; x++)
        used += (size_t)utf8_encode(cell_at(surface, x, y)->glyph, text + used);
    text[used] = '\0';
}

static int row_with(const struct surface *surface, const char *words)
{
    char text[ROW_SIZE];
    for (int y = 0; y < surface->height; y++) {
        row_text(surface, y, text);
        if (strstr(text, words))
            return y;
    }
    return -1;
}

/* Halves of a column that a row of a bar covers. */
static int halves_of(const struct surface *surface, int y)
{
    int halves = 0;
    for (int x = 0; x < surface->width; x++) {
        uint32_t glyph = cell_at(surface, x, y)->glyph;
        halves += glyph == GLYPH_FULL || glyph == GLYPH_UPPER_HALF    ? 2
            : glyph == glyph_horizontal(4) || glyph == GLYPH_QUADRANT ? 1
                                                                      : 0;
    }
    return halves;
}

/* All rows of a thick bar end in the same place, with letters for blocks too. */
START_TEST(thick_bars_end_straight)
{
    struct surface *surface = surface_create(20, 5);
    for (int height = 2; height <= 5; height++) {
        for (int step = 0; step <= 16 * 12; step++) {
            double length = step / 16.0;
            surface_clear(surface);
            chart_bar(surface, 0, 0, length, height, ROLE_SIGNAL);
            int halves = halves_of(surface, 0);
            ck_assert_double_le(fabs(halves / 2.0 - length), 0.25); /* half of a half */
            for (int y = 1; y < height; y++)
                ck_assert_msg(halves_of(surface, y) == halves, "%g columns: row %d", length, y);
            surface_asciify(surface);
            for (int x = 0; x < 20; x++)
                ck_assert_int_eq(cell_at(surface, x, 0)->glyph == ' ',
                    cell_at(surface, x, height - 1)->glyph == ' ');
        }
    }
    surface_destroy(surface);
}
END_TEST

/* Rows with cells of this role. */
static int rows_in_role(const struct surface *surface, enum role role)
{
    int rows = 0;
    for (int y = 2; y < surface->height - 4; y++) {
        bool found = false;
        for (int x = 0; x < surface->width; x++)
            found = found || cell_at(surface, x, y)->role == (int)role;
        rows += found;
    }
    return rows;
}

START_TEST(rows_of_layers_are_shared_out)
{
    static const struct {
        int shown, rows, output, hidden;
    } cases[] = {{1, 5, 2, 3}, {1, 4, 1, 1}, {1, 50, 2, 3}, {3, 11, 2, 3}, {3, 10, 1, 1},
        {3, 1, 1, 1}, {4, 9, 1, 1}, {4, 10, 2, 2}, {4, 100, 3, 3}, {10, 21, 1, 1},
        {10, 22, 2, 2}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct layer_pitch pitch = layers_pitch(cases[i].shown, cases[i].rows);
        ck_assert_int_eq(pitch.output, cases[i].output);
        ck_assert_int_eq(pitch.hidden, cases[i].hidden);
    }
}
END_TEST

/* Cells in a shade of the ramp: units, each once where there is room. */
static int shades(const struct surface *surface)
{
    int count = 0;
    for (int i = 0; i < surface->width * surface->height; i++) {
        int role = surface->cells[i].role;
        count += role >= ROLE_RAMP && role < ROLE_RAMP + RAMP_STEPS;
    }
    return count;
}

/* Of few layers the bars stay thin: the rows are the loss's, and those of single units. */
START_TEST(few_layers_leave_their_room_to_loss_and_units)
{
    static const int sizes[][2] = {{80, 24}, {80, 30}, {120, 40}, {160, 50}};
    for (int depth = 1; depth <= 3; depth++) {
        char settings[20];
        struct stage stage;
        (void)snprintf(settings, sizeof settings, "depth=%d", depth);
        stage_open(&stage, settings, 30);
        for (size_t i = 0; i < 2 * ARRAY_LEN(sizes); i++) {
            stage.screen.presenting = i % 2 == 1;
            struct surface *surface = surface_create(sizes[i / 2][0], sizes[i / 2][1]);
            stage_look(&stage, surface);
            if (!stage.screen.presenting) {
                /* On a scale of its own the loss fills two thirds of the curve's rows. */
                ck_assert_int_ge(rows_in_role(surface, ROLE_LOSS), 2);
                ck_assert_int_gt(row_with(surface, "gain = slope"), 0);
                ck_assert(depth > 1 || shades(surface) == 32);
            }
            /* The output in its row, and its label beside. */
            ck_assert_int_le(rows_in_role(surface, ROLE_OUTPUT), 2);
            ck_assert_int_le(rows_in_role(surface, ROLE_SIGNAL), 2 * depth + 3);
            surface_destroy(surface);
        }
        stage_close(&stage);
    }
}
END_TEST

/* After a divergence no mark stands in a word, and every row has it whole. */
START_TEST(what_is_not_finite_is_said_in_whole_words)
{
    static const int sizes[][2] = {{80, 24}, {120, 40}, {40, 10}, {160, 45}, {60, 24}};
    for (size_t i = 0; i < 2 * ARRAY_LEN(sizes); i++) {
        struct stage stage;
        stage_open(&stage, "activation=relu init=he_normal gain=1.5 lr=0.1", 3);
        stage.screen.presenting = i % 2 == 1;
        stage.now = 10;
        stage_advance(&stage, 0);
        stage.now = 10.1; /* while it runs the ceilings are held for a moment */
        stage_advance(&stage, 1);
        ck_assert_int_ne(stage.snapshot.seen.divergence.kind, DIVERGED_NOT);
        struct surface *surface = surface_create(sizes[i / 2][0], sizes[i / 2][1]);
        screen_draw(&stage.screen, surface);
        int rows = 0;
        for (int y = 1; y < surface->height - 2; y++) {
            char text[ROW_SIZE];
            row_text(surface, y, text);
            const char *at = strstr(text, " not finite "), *tail = strstr(text, "nite");
            rows += at != NULL;
            for (int x = 0; at && x < surface->width; x++)
                ck_assert_int_ne(cell_at(surface, x, y)->role, ROLE_CEILING);
            if (tail && !strstr(text, "first not finite") && !strstr(text, "any more"))
                ck_assert_msg(at != NULL && tail == at + 7, "'%s'", text);
        }
        ck_assert_int_ge(rows, 4);
        if (stage.screen.presenting)
            ck_assert_int_ge(row_with(surface, "first not finite in layer 2"), 0);
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

static struct why why_of(struct stage *stage, int layer)
{
    struct why why = {.formula_lines = 0};
    struct scene scene = screen_scene(&stage->screen, stage_view("flow"));
    scene.selection.layer = layer;
    stage_view("flow")->why(&scene, &why);
    return why;
}

/* The largest slope by the curve itself, over all z that matter. */
static double largest_slope(enum activation activation)
{
    double most = -1;
    for (double z = -20; z <= 20; z += 1e-3) {
        double a, slope;
        activation_curve(activation, 0.01, 1, &z, &a, &slope);
        most = fmax(most, slope);
    }
    return most;
}

START_TEST(the_formula_of_the_slope_says_its_largest)
{
    static const char *const forms[ACTIVATION_COUNT] = {
        [ACTIVATION_SIGMOID] = "φ' = a(1-a) = 1/4 - (a - 1/2)²: at most 1/4",
        [ACTIVATION_TANH] = "φ' = 1 - a²: at most 1, at a = 0",
        [ACTIVATION_RELU] = "φ' = 1 where z > 0, else 0",
        [ACTIVATION_LEAKY_RELU] = "φ' = 1 where z > 0, else 0.01",
        [ACTIVATION_ELU] = "φ' = 1 where z > 0, else a + 1, below 1",
        [ACTIVATION_GELU] = "at most 1.1289",
        [ACTIVATION_SILU] = "at most 1.0998",
        [ACTIVATION_SOFTPLUS] = "φ' = σ(z), below 1",
        [ACTIVATION_LINEAR] = "φ' = 1 everywhere"};
    for (int activation = 0; activation < ACTIVATION_COUNT; activation++) {
        char settings[60];
        struct stage stage;
        (void)snprintf(settings, sizeof settings, "depth=2 width=4 activation=%s",
            activation_name(activation));
        stage_open(&stage, settings, 0);
        struct why why = why_of(&stage, 1);
        ck_assert_msg(strstr(why.formula[0], forms[activation]), "'%s'", why.formula[0]);
        double most = largest_slope((enum activation)activation), said;
        const char *number = strstr(why.formula[0], "at most ");
        if (number && sscanf(number, "at most %lf", &said) == 1)
            ck_assert_double_eq_tol(strstr(number, "1/4") ? 0.25 : said, most, 5.01e-5);
        stage_close(&stage);
    }
}
END_TEST

/* The pieces of the forms that have no number of their own: elu's a + 1, silu's product. */
START_TEST(the_formulas_of_the_slopes_hold)
{
    for (double z = -6; z <= 6; z += 0.01) {
        double a, slope, s = 1 / (1 + exp(-z)), p = erfc(-z / sqrt(2)) / 2;
        activation_curve(ACTIVATION_SIGMOID, 0, 1, &z, &a, &slope);
        ck_assert_double_eq_tol(slope, 0.25 - (a - 0.5) * (a - 0.5), 1e-15);
        activation_curve(ACTIVATION_TANH, 0, 1, &z, &a, &slope);
        ck_assert_double_eq_tol(slope, 1 - a * a, 1e-15);
        activation_curve(ACTIVATION_ELU, 0, 1, &z, &a, &slope);
        ck_assert_double_eq_tol(slope, z > 0 ? 1 : a + 1, 1e-15);
        activation_curve(ACTIVATION_SILU, 0, 1, &z, &a, &slope);
        ck_assert_double_eq_tol(slope, s * (1 + z * (1 - s)), 1e-14);
        activation_curve(ACTIVATION_GELU, 0, 1, &z, &a, &slope);
        ck_assert_double_eq_tol(slope, p + z * exp(-z * z / 2) / sqrt(2 * M_PI), 1e-13);
        activation_curve(ACTIVATION_SOFTPLUS, 0, 1, &z, &a, &slope);
        ck_assert_double_eq_tol(slope, s, 1e-14);
    }
}
END_TEST

/* The picture as why draws it at 80 columns, its rows below the surface's first. */
static struct surface *picture_of(struct stage *stage, int layer)
{
    struct surface *surface = surface_create(76, 9);
    struct why why = why_of(stage, layer);
    struct scene scene = screen_scene(&stage->screen, stage_view("flow"));
    scene.selection.layer = layer;
    ck_assert(why.picture != NULL);
    why.picture(&scene, surface, (struct rect){0, 0, 76, 9});
    return surface;
}

static double number_after(const struct surface *surface, const char *words)
{
    char text[ROW_SIZE];
    int y = row_with(surface, words);
    ck_assert_msg(y >= 0, "no '%s'", words);
    row_text(surface, y, text);
    return strtod(strstr(text, words) + strlen(words), NULL);
}

/*
 * Beside the level stand the places where the slope is just that, and the plain mean, which is
 * another number: of a(1-a) over the layer's own activations.
 */
START_TEST(the_level_and_the_mean_are_told_apart)
{
    static const char *const settings[] = {"", "gain=6", "activation=tanh lr=0.1",
        "activation=tanh gain=3 depth=4", "batch=7 depth=5"};
    int apart = 0;
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct stage stage;
        stage_open(&stage, settings[i], 5);
        bool sigmoid = stage.snapshot.seen.hparams.activation == ACTIVATION_SIGMOID;
        for (int l = 1; l < stage.snapshot.seen.layer_count; l++) {
            struct surface *surface = picture_of(&stage, l);
            double slope = stage.snapshot.seen.layers[l - 1].slope_gain.value, sum = 0;
            double low = number_after(surface, "as if at a = "),
                   high = number_after(surface, " or ");
            /* Half of the third digit, through a derivative of 1 at most, of tanh 2. */
            double tolerance = sigmoid ? 5.1e-4 : 1.1e-3;
            ck_assert_double_eq_tol(
                sigmoid ? low * (1 - low) : 1 - low * low, slope, tolerance);
            ck_assert_double_eq_tol(
                sigmoid ? high * (1 - high) : 1 - high * high, slope, tolerance);
            ck_assert_double_le(low, sigmoid ? 0.5 : 0);
            const struct training *t = stage.session->run->training;
            const struct layer *layer = &t->network->layers[l - 1];
            for (int s = 0; s < t->seen.samples; s++) {
                for (int j = 0; j < layer->n_out; j++) {
                    double a = layer->a[s * layer->stride + j];
                    sum += sigmoid ? a * (1 - a) : 1 - a * a;
                }
            }
            double mean = sum / t->seen.samples / layer->n_out;
            ck_assert_double_eq_tol(
                number_after(surface, "plain mean of its slopes "), mean, 5.01e-4);
            apart += fabs(mean - slope) > 2e-3;
            surface_destroy(surface);
        }
        stage_close(&stage);
    }
    ck_assert_int_gt(apart, 5);
}
END_TEST

/* The level crosses the parabola where the slope is that: inside it stands on the hill. */
START_TEST(the_level_crosses_the_curve_where_it_is_said)
{
    static const char *const settings[] = {"gain=8 depth=4", "activation=tanh gain=3 depth=4"};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct stage stage;
        stage_open(&stage, settings[i], 0);
        for (int layer = 1; layer <= 4; layer++) {
            struct surface *surface = picture_of(&stage, layer);
            double bound = stage.snapshot.seen.activation.max_slope;
            double slope = stage.snapshot.seen.layers[layer - 1].slope_gain.value;
            int width = 0, inside = 0, outside = 0;
            while (cell_at(surface, 8 + width, 0)->role == ROLE_CEILING && width < 60)
                width++;
            ck_assert_int_ge(width, 24);
            for (int x = 0; x < width; x++) {
                double u = 2 * (x + 0.5) / width - 1, here = bound * (1 - u * u);
                for (int y = 1; y < 7; y++) {
                    const struct cell *cell = cell_at(surface, 8 + x, y);
                    if (cell->role != ROLE_KEY)
                        continue;
                    /* The level's row is a sixth of the bound high. */
                    ck_assert_double_le((6 - y) * bound / 6, slope + bound / 96);
                    ck_assert_double_ge((7 - y) * bound / 6, slope - bound / 96);
                    inside += cell->back == ROLE_SIGNAL;
                    outside += cell->back != ROLE_SIGNAL;
                    if (cell->back == ROLE_SIGNAL)
                        ck_assert_double_ge(here, slope - bound / 96);
                    else
                        ck_assert_double_le(here, slope + bound / 96);
                }
            }
            ck_assert(inside + outside > width / 2 && outside > 2);
            surface_destroy(surface);
        }
        stage_close(&stage);
    }
}
END_TEST

/* Of a ReLU the square of the slope gain is the share of what comes down that meets slope 1. */
START_TEST(the_share_that_passes_a_relu_is_the_square)
{
    struct stage stage;
    stage_open(&stage, "activation=relu init=he_normal depth=4 width=8 lr=0.01", 3);
    for (int l = 1; l <= 4; l++) {
        struct surface *surface = picture_of(&stage, l);
        const struct layer_stats *stats = &stage.snapshot.seen.layers[l - 1];
        /* What comes down: signal above times weights; what passes: the signal here. */
        double down = stage.snapshot.seen.layers[l].signal * stats->weight_gain.value;
        double passed = stats->signal * stats->signal / (down * down);
        ck_assert_double_eq_tol(number_after(surface, "s² = "), passed, 5.01e-4);
        ck_assert(row_with(surface, "as if at") < 0 && row_with(surface, "plain mean") < 0);
        surface_destroy(surface);
    }
    stage_close(&stage);
}
END_TEST

/* Nothing is drawn of a layer that has no slope gain, nor of the output. */
START_TEST(there_is_a_picture_only_where_there_is_a_slope)
{
    struct stage stage;
    stage_open(&stage, "init=zeros depth=3", 1);
    for (int layer = 1; layer <= 4; layer++)
        ck_assert(why_of(&stage, layer).picture == NULL);
    stage_close(&stage);
    stage_open(&stage, "depth=3", 1);
    ck_assert(why_of(&stage, 3).picture != NULL && why_of(&stage, 4).picture == NULL);
    stage_close(&stage);
}
END_TEST

/* Whatever the size, the words beside the curve are whole. */
START_TEST(the_words_beside_the_curve_are_whole)
{
    static const char *const settings[] = {
        "depth=120 width=4", "activation=relu init=he_normal", "activation=leaky_relu"};
    static const char *const ends[] = {"comes down ", "layer 1: ", "mean square, ", "slope 0 ",
        "mean a ", "0.25, at a = 1/2 alone "};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct stage stage;
        stage_open(&stage, settings[i], 0);
        screen_key(&stage.screen, 'w');
        for (int width = 76; width <= 200; width += 3) {
            struct surface *surface = surface_create(width, 30);
            stage_look(&stage, surface);
            int found = 0;
            for (size_t k = 0; k < ARRAY_LEN(ends); k++)
                found += row_with(surface, ends[k]) > 0;
            ck_assert_msg(found >= (i == 2 ? 3 : 4), "%d columns: %d", width, found);
            surface_destroy(surface);
        }
        stage_close(&stage);
    }
}
END_TEST

Suite *slope_suite(void)
{
    return SUITE("slope", thick_bars_end_straight, rows_of_layers_are_shared_out,
        few_layers_leave_their_room_to_loss_and_units,
        what_is_not_finite_is_said_in_whole_words, the_formula_of_the_slope_says_its_largest,
        the_formulas_of_the_slopes_hold, the_level_and_the_mean_are_told_apart,
        the_level_crosses_the_curve_where_it_is_said,
        the_share_that_passes_a_relu_is_the_square,
        there_is_a_picture_only_where_there_is_a_slope, the_words_beside_the_curve_are_whole);
}
