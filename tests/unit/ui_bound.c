/* The bound in the flow view: stairs, bars on their scales, words, and the curve that why
 * draws. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "ui/draw/chart.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
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

/* The row from `from` on that has these words, -1: none. */
static int row_with(const struct surface *surface, int from, const char *words)
{
    char text[ROW_SIZE];
    for (int y = from; y < surface->height; y++) {
        row_text(surface, y, text);
        if (strstr(text, words))
            return y;
    }
    return -1;
}

static bool shows(const struct surface *surface, const char *words)
{
    return row_with(surface, 0, words) >= 0;
}

/* The column of the words in a row that has them. */
static int column_of(const struct surface *surface, int y, const char *words)
{
    char text[ROW_SIZE];
    row_text(surface, y, text);
    char *at = strstr(text, words);
    ck_assert_msg(at != NULL, "'%s' lacks '%s'", text, words);
    *at = '\0';
    return text_columns(text);
}

static struct surface *drawn(struct stage *stage, int width, int height)
{
    struct surface *surface = surface_create(width, height);
    stage_look(stage, surface);
    return surface;
}

/* Where the cells of the ceiling begin and end in a row, left of `end`; false where none is. */
static bool find_stairs(const struct surface *surface, int y, int end, int *first, int *last)
{
    *first = *last = -1;
    for (int x = 0; x < end; x++) {
        if (cell_at(surface, x, y)->role != ROLE_CEILING)
            continue;
        *first = *first < 0 ? x : *first;
        *last = x;
    }
    return *first >= 0;
}

/* The row and the bar's first column of a layer, by its number at the left. */
static int row_of_layer(const struct surface *surface, int layer, int from)
{
    char text[ROW_SIZE];
    for (int y = from; y < surface->height; y++) {
        char *end;
        row_text(surface, y, text);
        const char *digits = strncmp(text, "▸", 3) == 0 ? text + 3 : text;
        if (strtol(digits, &end, 10) == layer && end != digits && *end == ' ')
            return y;
    }
    ck_abort_msg("layer %d has no row", layer);
}

/*
 * On a logarithmic axis each layer's step is as wide as the bound's logarithm: where each of
 * them stands follows from the output's signal and the bound alone.
 */
static void check_stairs(struct stage *stage, int width, int height, double bound)
{
    struct surface *surface = drawn(stage, width, height);
    const struct log_axis *axis = &stage_flow(stage)->axis;
    int layers = stage->snapshot.seen.layer_count;
    double signal = stage->snapshot.seen.layers[layers - 1].signal;
    bool present = stage->screen.presenting;
    int heading = row_with(surface, 1, "≤ "), start, end;
    ck_assert_int_gt(heading, 0);
    if (present) {
        start = 8;
        end = column_of(surface, heading, "‖δ‖/√B") - 2;
    } else {
        start = column_of(surface, heading - 1, "error signal");
        end = column_of(surface, heading - 1, "gain = ") - 10;
    }
    for (int layer = layers - 1; layer >= 1; layer--) {
        int y = row_of_layer(surface, layer, heading + 1), first, last, columns[2];
        bool off = false; /* left of the axis */
        for (int k = 0; k < 2; k++) {
            double ceiling = signal * pow(bound, layers - layer - k);
            double share = (log10(ceiling) - axis->low) / (axis->high - axis->low);
            columns[k] = start + (int)(fmax(share, 0) * (end - start));
            off = off || (k == 0 && share < 0);
        }
        ck_assert_msg(
            find_stairs(surface, y, end, &first, &last), "no ceiling in layer %d", layer);
        /* The width of the axis is read off the heading, to a column. */
        ck_assert_int_le(abs(first - (bound <= 1 ? columns[0] : columns[1])), 1);
        ck_assert_int_le(abs(last - (bound <= 1 ? columns[1] : columns[0])), 1);
        ck_assert_uint_eq(cell_at(surface, first, y)->glyph,
            off                 ? GLYPH_LEFT
                : first == last ? GLYPH_CEILING
                : bound < 1     ? GLYPH_STEP_DOWN
                                : GLYPH_STEP_RIGHT);
        ck_assert_uint_eq(cell_at(surface, last, y)->glyph,
            first == last   ? cell_at(surface, first, y)->glyph
                : bound < 1 ? GLYPH_STEP_LEFT
                            : GLYPH_STEP_OVER);
    }
    if (!present)
        ck_assert(shows(surface,
            bound < 1       ? " ┏┛ ceiling × "
                : bound > 1 ? " ┗┓ ceiling × "
                            : " ┃ ceiling × "));
    surface_destroy(surface);
}

START_TEST(the_ceiling_comes_down_by_the_bound)
{
    static const struct {
        const char *settings;
        double bound;
    } cases[] = {{"", 0.25}, {"gain=4", 0.25}, {"activation=tanh lr=0.1", 1},
        {"activation=gelu init=he_normal", 1.1289041451851548},
        {"activation=relu init=he_normal lr=0.01", 1}};
    static const int sizes[][2] = {{80, 24}, {120, 40}, {160, 45}, {200, 60}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct stage stage;
        stage_open(&stage, cases[i].settings, 3);
        stage.screen.wanted.running = false;
        for (size_t k = 0; k < 2 * ARRAY_LEN(sizes); k++) {
            stage.screen.presenting = k % 2 == 1;
            check_stairs(&stage, sizes[k / 2][0], sizes[k / 2][1], cases[i].bound);
        }
        stage_close(&stage);
    }
}
END_TEST

/* A step's corners meet: the stairs go on where they left off, also across layers on one row.
 */
START_TEST(the_stairs_have_no_gaps)
{
    static const char *const settings[] = {"", "depth=100 width=8", "depth=23 gain=3"};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct stage stage;
        stage_open(&stage, settings[i], 2);
        stage.screen.presenting = i != 1;
        struct surface *surface = drawn(&stage, 80, 24);
        int end = stage.screen.presenting ? 56 : 46, before = -1, met = 0;
        int y = row_with(surface, 1, "≤ ") + 1;
        for (; y < 22 && row_with(surface, y, "ceiling ×") != y; y++) {
            int first, last;
            if (!find_stairs(surface, y, end, &first, &last))
                continue;
            if (before >= 0)
                ck_assert_int_eq(last, before);
            before = first;
            met++;
        }
        ck_assert_int_ge(met, 8);
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

/* What the bound holds for stands out, not the gain, which may lie above it. */
START_TEST(the_slope_stands_out_under_its_bound)
{
    struct stage stage;
    stage_open(&stage, "", 100);
    static const int widths[] = {76, 80, 100, 120, 200};
    for (size_t i = 0; i < ARRAY_LEN(widths); i++) {
        struct surface *surface = drawn(&stage, widths[i], 24);
        int heading = row_with(surface, 2, "gain = slope");
        int gain = column_of(surface, heading, "gain = slope"), slope = gain + 8;
        ck_assert_int_eq(column_of(surface, heading + 1, "≤ 0.25"), slope - 2);
        ck_assert_int_eq(cell_at(surface, slope, heading + 1)->role, ROLE_CEILING);
        double above = 0;
        for (int layer = 1; layer <= 10; layer++) {
            int y = row_of_layer(surface, layer, heading + 1);
            const struct layer_stats *stats = &stage.snapshot.seen.layers[layer - 1];
            ck_assert_int_eq(cell_at(surface, slope, y)->role, ROLE_STRONG);
            ck_assert_int_eq(cell_at(surface, gain, y)->role, ROLE_TEXT);
            above = fmax(above, stats->gain.value);
            ck_assert_double_le(stats->slope_gain.value, 0.25);
        }
        ck_assert_double_gt(above, 0.25);
        surface_destroy(surface);
    }
    stage_close(&stage);
}
END_TEST

/* In words, at every width, whole; the glyphs' meanings behind it as far as there is room. */
START_TEST(the_selected_layers_slope_is_told_beside_its_bound)
{
    static const char *const settings[] = {"", "activation=relu init=he_normal lr=0.01",
        "activation=gelu depth=120 width=8", "activation=linear depth=2"};
    static const char *const pieces[] = {"◆ saturated", "× dead", "· rare", "· rarely active",
        "a layer", "a layer, if the weights keep the size"};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct stage stage;
        stage_open(&stage, settings[i], 2);
        int layers = stage.snapshot.seen.layer_count;
        double bound = stage.snapshot.seen.activation.max_slope;
        for (int width = 40; width <= 160; width += width < 90 ? 1 : 7) {
            char words[80], text[ROW_SIZE], number[FORMAT_SIZE], most[FORMAT_SIZE];
            stage.screen.selection.layer = 1 + width % (layers - 1);
            struct surface *surface = drawn(&stage, width, 24);
            format_ratio(
                stage.snapshot.seen.layers[stage.screen.selection.layer - 1].slope_gain,
                number);
            format_short(bound, most);
            (void)snprintf(words, sizeof words, "layer %d: slope %s of at most %s",
                stage.screen.selection.layer, number, most);
            int y = row_with(surface, 10, words);
            ck_assert_msg(y > 0, "%s, %d columns: no '%s'", settings[i], width, words);
            row_text(surface, y, text);
            text[strcspn(text, "\n")] = '\0';
            for (char *end = text + strlen(text); end > text && end[-1] == ' ';)
                *--end = '\0';
            bool whole = strlen(text) == strlen(words);
            for (size_t k = 0; k < ARRAY_LEN(pieces); k++) {
                size_t length = strlen(pieces[k]);
                whole = whole ||
                    (strlen(text) > length &&
                        strcmp(text + strlen(text) - length, pieces[k]) == 0);
            }
            ck_assert_msg(whole, "%d columns: '%s'", width, text);
            surface_destroy(surface);
        }
        stage_close(&stage);
    }
}
END_TEST

/* Columns of a bar that begins at x, in eighths; a mark on it counts as bar between bar cells.
 */
static int bar_eighths(const struct surface *surface, int x, int y)
{
    int eighths = 0;
    for (;; x++) {
        const struct cell *cell = cell_at(surface, x, y);
        bool mark = cell->role == ROLE_CEILING && cell->back != ROLE_NONE;
        if (cell->glyph == GLYPH_FULL || cell->glyph == glyph_vertical(7) || mark)
            eighths += 8;
        else if (cell->glyph >= 0x2589 && cell->glyph <= 0x258f)
            return eighths + (int)(0x2590 - cell->glyph);
        else
            return eighths;
    }
}

/* A bar of the picture against its value: linear from 0, the mark at what it is measured by. */
static void check_meter(const struct surface *surface, const char *label, double value,
    double mark, double end, int *width)
{
    char number[FORMAT_SIZE];
    int y = row_with(surface, row_with(surface, 2, "slope  "), label),
        x = column_of(surface, y, label) + 8, at = x;
    while (cell_at(surface, at, y)->role != ROLE_CEILING) {
        at++;
        ck_assert_msg(at < surface->width, "%d columns: no mark for %s", surface->width, label);
    }
    if (*width < 0)
        *width = at - x; /* of the slope, whose mark is the end of the scale */
    ck_assert_int_eq(at - x, (int)(mark / end * *width));
    /* Half an eighth; half of a half where there are several rows. A mark in a bar hides the
     * end of one that ends in its cell. */
    double drawn = bar_eighths(surface, x, y) / 8.0, wanted = value / end * *width;
    double hidden = (int)wanted == at - x ? 1 : 0;
    ck_assert_msg(
        fabs(drawn - wanted) <= 0.25 + hidden, "%s: %g columns for %g", label, drawn, wanted);
    format_factor(value, number);
    ck_assert_int_gt(column_of(surface, y, number), at);
}

START_TEST(each_factor_is_a_bar_on_its_own_scale)
{
    static const char *const settings[] = {"", "gain=4", "activation=tanh lr=0.1",
        "activation=relu init=he_normal lr=0.01", "activation=gelu", "init=normal gain=40",
        "activation=relu init=normal gain=0.01"};
    static const int sizes[][2] = {{80, 24}, {120, 40}, {160, 45}, {60, 24}, {40, 24}};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct stage stage;
        stage_open(&stage, settings[i], 2);
        stage.screen.presenting = true;
        for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
            for (int layer = 1; layer <= 10; layer += 3) {
                stage.screen.selection.layer = layer;
                struct surface *surface = drawn(&stage, sizes[k][0], sizes[k][1]);
                const struct layer_stats *stats = &stage.snapshot.seen.layers[layer - 1];
                double bound = stage.snapshot.seen.activation.max_slope, most = 1.25;
                int width = -1;
                for (int l = 0; l < 10; l++)
                    most = fmax(most, stage.snapshot.seen.layers[l].weight_gain.value);
                check_meter(surface, "slope  ", stats->slope_gain.value, bound, bound, &width);
                /* The scale's end is written below the bar: 1, 2 or 5 times a power of ten. */
                char end[FORMAT_SIZE];
                int y = row_with(surface, row_with(surface, 2, "slope  "), "weights") + 1;
                int rung = -30;
                while (axis_rung(rung) < most)
                    rung++;
                double high = axis_rung(rung);
                check_meter(surface, "weights", stats->weight_gain.value, 1, high, &width);
                int x = column_of(surface, y - 1, "weights") + 8;
                while (cell_at(surface, x, y)->glyph == GLYPH_UPPER_HALF ||
                    cell_at(surface, x, y)->glyph == GLYPH_FULL ||
                    cell_at(surface, x, y)->glyph == GLYPH_CEILING)
                    y++;
                format_short(high, end);
                if (stats->weight_gain.value > 0.3 * high)
                    (void)column_of(surface, y, end);
                surface_destroy(surface);
            }
        }
        stage_close(&stage);
    }
}
END_TEST

/* Another run at the same step, with larger weights, has a scale that holds them. */
START_TEST(the_scales_hold_another_run_too)
{
    struct stage stage;
    stage_open(&stage, "", 0);
    stage.screen.presenting = true;
    struct surface *surface = drawn(&stage, 80, 24);
    struct layer_stats *stats = &stage.snapshot.seen.layers[0];
    int width = -1;
    check_meter(surface, "slope  ", stats->slope_gain.value, 0.25, 0.25, &width);
    check_meter(surface, "weights", stats->weight_gain.value, 1, 2, &width);
    stats->weight_gain.value = 7;
    screen_draw(&stage.screen, surface);
    check_meter(surface, "weights", 7, 1, 10, &width);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* Where nothing is to be measured it is said, and no bar is drawn. */
START_TEST(what_cannot_be_measured_is_said)
{
    static const struct {
        const char *settings;
        int layer;
        const char *words;
    } cases[] = {{"", 11, "output: the error signal"}, {"init=zeros", 3, "nothing comes down"},
        {"init=zeros", 10, "exactly 0"},
        {"activation=relu init=he_normal depth=2 bias=-3", 1, "nothing comes down"}};
    static const int sizes[][2] = {{80, 24}, {40, 10}, {60, 24}};
    for (size_t i = 0; i < ARRAY_LEN(cases) * ARRAY_LEN(sizes); i++) {
        struct stage stage;
        stage_open(&stage, cases[i / 3].settings, 1);
        stage.screen.presenting = true;
        stage.screen.selection.layer = cases[i / 3].layer;
        struct surface *surface = drawn(&stage, sizes[i % 3][0], sizes[i % 3][1]);
        ck_assert_msg(shows(surface, cases[i / 3].words), "no '%s'", cases[i / 3].words);
        ck_assert(!shows(surface, "weights ▇") && !shows(surface, "weights █"));
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

static struct surface *present(struct stage *stage, const char *settings, int steps)
{
    stage_open(stage, settings, steps);
    stage->screen.presenting = true;
    return drawn(stage, 80, 24);
}

/* The factors in words are geometric means that multiply to the gain, the slope below its
 * bound. */
START_TEST(the_mean_factors_multiply)
{
    static const char *const settings[] = {"", "gain=4",
        "activation=relu init=he_normal depth=30 lr=0.03", "activation=silu depth=2"};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct stage stage;
        struct surface *surface = present(&stage, settings[i], 20);
        char text[ROW_SIZE];
        double slope, bound, weight;
        int y = row_with(surface, 6, "a layer: ");
        ck_assert_int_gt(y, 0);
        row_text(surface, y, text);
        ck_assert_int_eq(
            sscanf(text, " a layer: × %lf by the slope, at most × %lf, × %lf by the weights",
                &slope, &bound, &weight),
            3);
        double mean = snapshot_mean_gain(&stage.snapshot).value;
        ck_assert_double_eq_tol(
            slope * weight / mean, 1, 1.01e-2); /* half of the third digit, twice */
        ck_assert_double_eq_tol(bound, stage.snapshot.seen.activation.max_slope, 5e-3);
        ck_assert_double_le(slope, bound);
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

/* Dead units stand largest where they are the effect, and nowhere else. */
START_TEST(dead_units_are_the_headline_where_they_are_the_effect)
{
    const char *words = "of the units are dead, 22 of 32";
    struct stage stage;
    struct surface *surface =
        present(&stage, "activation=relu init=he_normal depth=1 lr=10", 50);
    ck_assert(shows(surface, words));
    ck_assert(!shows(surface, "a layer: "));
    ck_assert(shows(surface, "units 1"));
    /* An explosion that killed them is what is to be seen. */
    stage.snapshot.story.conditions.band = BAND_EXPLODING;
    screen_draw(&stage.screen, surface);
    ck_assert(!shows(surface, words) && shows(surface, "a layer: "));
    /* Half are dead, of whatever becomes the signal. */
    stage.snapshot.story.conditions.band = BAND_VANISHING;
    screen_draw(&stage.screen, surface);
    ck_assert(shows(surface, words));
    stage.snapshot.story.conditions.dead = 15;
    screen_draw(&stage.screen, surface);
    ck_assert(shows(surface, "a layer: "));
    surface_destroy(surface);
    stage_close(&stage);
    /* A sixth dead in a deep stack: there its gain counts. */
    surface = present(&stage, "activation=relu init=he_normal depth=10 lr=0.03", 1);
    ck_assert_int_ne(stage.snapshot.story.conditions.life.said, LIFE_WELL);
    ck_assert(shows(surface, "a layer: "));
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* Of a gain of twenty digits the power of ten is shown, large. */
START_TEST(a_huge_gain_is_a_power_of_ten)
{
    struct stage stage;
    struct surface *surface = present(&stage, "depth=4", 0);
    for (int l = 0; l < 4; l++)
        stage.snapshot.seen.layers[l].gain.value = 3.4567e19;
    screen_draw(&stage.screen, surface);
    int rows = 0;
    for (int y = 2; y < 8; y++) {
        int full = 0;
        for (int x = 0; x < 36; x++)
            full += cell_at(surface, x, y)->glyph == GLYPH_FULL;
        rows += full >= 4;
        ck_assert_uint_eq(cell_at(surface, 35, y)->glyph, ' ');
    }
    ck_assert_int_ge(rows, 5);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

Suite *bound_suite(void)
{
    return SUITE("bound", the_ceiling_comes_down_by_the_bound, the_stairs_have_no_gaps,
        the_slope_stands_out_under_its_bound,
        the_selected_layers_slope_is_told_beside_its_bound,
        each_factor_is_a_bar_on_its_own_scale, the_scales_hold_another_run_too,
        what_cannot_be_measured_is_said, the_mean_factors_multiply,
        dead_units_are_the_headline_where_they_are_the_effect, a_huge_gain_is_a_power_of_ten);
}
