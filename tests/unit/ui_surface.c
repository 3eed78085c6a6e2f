/* Surfaces, themes, formats, axes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "ui/draw/axis.h"
#include "ui/draw/chart.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/heatmap.h"
#include "ui/draw/refresh.h"
#include "ui/draw/surface.h"
#include "ui/draw/theme.h"

START_TEST(nothing_is_drawn_outside)
{
    struct surface *s = surface_create(4, 2);
    surface_text(s, -2, 0, -1, ROLE_TEXT, "abcdefgh");
    surface_put(s, 0, 5, 'x', ROLE_TEXT);
    surface_put(s, 4, 1, 'x', ROLE_TEXT);
    surface_fill(s, (struct rect){3, 1, 100, 100}, '#', ROLE_BAD);
    ck_assert_uint_eq(s->cells[0].glyph, 'c');
    ck_assert_uint_eq(s->cells[3].glyph, 'f');
    ck_assert_uint_eq(s->cells[4].glyph, ' ');
    ck_assert_uint_eq(s->cells[7].glyph, '#');
    surface_destroy(s);
}
END_TEST

START_TEST(no_escape_sequence_gets_through)
{
    static const char *const texts[] = {"\033[31m", "a\rb",
        "\x9b"
        "31m",
        "\xc2\x9b"
        "5m",
        "\xe2\x80\xae"
        "abc",
        "e\xcc\x81", "\xe4\xb8\xad", "\xff\xfe", "\xf0\x9f\x98\x80", "\xc0\xaf", "\xed\xa0\x80",
        "\x7f", "\xef\xbf\xbd", "\xef\xbf\xbe", "\xef\xbf\xbf"};
    struct surface *s = surface_create(40, 1);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        surface_clear(s);
        surface_text(s, 0, 0, -1, ROLE_TEXT, texts[i]);
        for (int x = 0; x < s->width; x++)
            ck_assert(s->cells[x].glyph >= 0x20 && s->cells[x].glyph < 0x7f);
    }
    surface_destroy(s);
}
END_TEST

START_TEST(utf8_goes_round)
{
    static const uint32_t glyphs[] = {'a', 0x7ff, 0x800, 0x2588, 0xfffc, 0x10ffff};
    for (size_t i = 0; i < ARRAY_LEN(glyphs); i++) {
        char bytes[5] = "";
        const char *at = bytes;
        int length = utf8_encode(glyphs[i], bytes);
        ck_assert_uint_eq(utf8_next(&at), glyphs[i]);
        ck_assert_ptr_eq(at, bytes + length);
    }
}
END_TEST

START_TEST(text_stops_at_its_limit)
{
    struct surface *s = surface_create(10, 1);
    ck_assert_int_eq(surface_text(s, 1, 0, 3, ROLE_TEXT, "‖∇‖×"), 4);
    ck_assert_uint_eq(s->cells[4].glyph, ' ');
    ck_assert_int_eq(text_columns("‖∇‖×"), 4);
    surface_destroy(s);
}
END_TEST

/* Relative luminance of one of xterm's 256 colours (WCAG 2.1). */
static double luminance(int color)
{
    static const double basic[16][3] = {{0, 0, 0}, {205, 0, 0}, {0, 205, 0}, {205, 205, 0},
        {0, 0, 238}, {205, 0, 205}, {0, 205, 205}, {229, 229, 229}, {127, 127, 127},
        {255, 0, 0}, {0, 255, 0}, {255, 255, 0}, {92, 92, 255}, {255, 0, 255}, {0, 255, 255},
        {255, 255, 255}};
    static const double weights[] = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        double level;
        int divisor = i == 0 ? 36 : i == 1 ? 6 : 1;
        if (color < 16)
            level = basic[color][i];
        else if (color < 232)
            level = (color - 16) / divisor % 6 > 0 ? 55 + 40 * ((color - 16) / divisor % 6) : 0;
        else
            level = 8 + 10 * (color - 232);
        level /= 255;
        sum +=
            weights[i] * (level <= 0.03928 ? level / 12.92 : pow((level + 0.055) / 1.055, 2.4));
    }
    return sum;
}

static double contrast(int a, int b)
{
    double la = luminance(a), lb = luminance(b);
    return (fmax(la, lb) + 0.05) / (fmin(la, lb) + 0.05);
}

START_TEST(words_have_contrast_enough)
{
    for (int t = 0; t < theme_count; t++) {
        const struct theme *theme = &themes[t];
        int paper = strcmp(theme->name, "light") == 0 ? 231 : 16;
        for (int role = 0; theme->colored && role < ROLE_RAMP; role++) {
            const struct style *style = &theme->styles[role];
            if (style->fg256 == COLOR_DEFAULT)
                continue;
            int back = style->bg256 == COLOR_DEFAULT ? paper : style->bg256;
            double ratio = contrast(style->fg256, back);
            /* WCAG's 4.5 for text; 7 where high contrast is promised; 3 for the blocks of bars.
             */
            double least = strcmp(theme->name, "contrast") == 0 ? 7 : 4.5;
            if (role == ROLE_SIGNAL || role == ROLE_OUTPUT || role == ROLE_CEILING)
                least = 3;
            ck_assert_msg(ratio >= least, "%s, role %d: %.2f", theme->name, role, ratio);
        }
    }
}
END_TEST

START_TEST(ramps_are_monotone_in_lightness)
{
    for (int t = 0; t < theme_count; t++) {
        double sign = strcmp(themes[t].name, "light") == 0 ? -1 : 1;
        for (int i = 1; themes[t].colored && i < RAMP_STEPS; i++)
            ck_assert_msg(sign *
                        (luminance(themes[t].styles[ROLE_RAMP + i].fg256) -
                            luminance(themes[t].styles[ROLE_RAMP + i - 1].fg256)) >
                    0,
                "%s at %d", themes[t].name, i);
    }
}
END_TEST

START_TEST(what_is_written_on_the_ramp_can_be_read)
{
    for (int t = 0; t < theme_count; t++) {
        for (int i = 0; themes[t].colored && i < RAMP_STEPS; i++) {
            double ratio = contrast(themes[t].styles[ROLE_ON_RAMP + i].fg256,
                themes[t].styles[ROLE_RAMP + i].fg256);
            ck_assert_msg(ratio >= 4.5, "%s at %d: %.2f", themes[t].name, i, ratio);
        }
    }
}
END_TEST

START_TEST(numbers_keep_their_width)
{
    static const double values[] = {0, 1e-300, 1e-9, 0.00049, 0.0005, 0.5, 0.99999, 9.9999, 10,
        99.999, 999.99, 99999.9, 1e5, 1e9, 1e99, 1e100, 1e308, INFINITY, NAN};
    char text[FORMAT_SIZE];
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        format_factor(values[i], text);
        /* 1e100 and beyond need a digit more for the exponent. */
        int wide = values[i] >= 1e99 || (values[i] > 0 && values[i] < 1e-99);
        ck_assert_msg((int)strlen(text) <= 5 + wide && strlen(text) >= 5, "'%s'", text);
        format_scientific(values[i], text);
        ck_assert_msg(strlen(text) == 7, "'%s'", text);
        format_loss(values[i], text);
        ck_assert_msg((int)strlen(text) == 6, "'%s'", text);
        if (isfinite(values[i]) && values[i] > 0.01 && values[i] < 1e5) {
            format_loss(values[i], text);
            ck_assert_double_eq_tol(strtod(text, NULL) / values[i], 1, 1e-2);
        }
    }
}
END_TEST

/* A rounded 0 or 100 would say that it is none, or all. */
START_TEST(shares_are_all_or_none_only_where_they_are)
{
    static const struct {
        double share;
        const char *text;
    } cases[] = {{0, "0 %"}, {1e-9, "<1 %"}, {0.0049, "<1 %"}, {0.0051, "1 %"}, {0.42, "42 %"},
        {0.994, "99 %"}, {0.996, ">99 %"}, {1, "100 %"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[FORMAT_SIZE];
        format_share(cases[i].share, text);
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

START_TEST(axis_keeps_still_while_values_move)
{
    struct log_axis axis = {.set = false};
    axis_update(&axis, 3e-8, 0.5);
    ck_assert(axis.low == -8 && axis.high == 0);
    for (int i = 0; i < 200; i++)
        axis_update(&axis, 1.5e-8 * (1 + i % 5), 0.4);
    ck_assert(axis.low == -8 && axis.high == 0);
    axis_update(&axis, 3e-8, 50); /* grows at once */
    ck_assert(axis.high == 2);
    axis_update(&axis, 3e-8, 0.5); /* and does not shrink at once */
    ck_assert(axis.high == 2);
    for (int i = 0; i < 100; i++)
        axis_update(&axis, 3e-8, 0.5);
    ck_assert(axis.high == 0);
    ck_assert_double_eq_tol(axis_place(&axis, 1e-4, 40), 20, 1e-12);
    ck_assert_double_eq(axis_place(&axis, 1e-20, 40), 0);
    ck_assert_double_eq(axis_place(&axis, 1e20, 40), 40);
}
END_TEST

START_TEST(every_glyph_has_an_ascii_stand_in)
{
    struct surface *s = surface_create(3, 1);
    surface_text(s, 0, 0, -1, ROLE_TEXT, "█δ‖");
    surface_asciify(s);
    for (int i = 0; i < 3; i++)
        ck_assert(s->cells[i].glyph < 0x7f && s->cells[i].glyph != '?');
    surface_destroy(s);
}
END_TEST

/* Signs that take more cells take them from the blanks behind, and no column moves. */
START_TEST(signs_are_words_in_ascii_and_columns_stay)
{
    static const char *const rows[][2] = {
        {"-8.2e-9 ± 0.398    [-1.3]", "-8.2e-9 +/- 0.398  [-1.3]"},
        {"1 ± 2   3 ± 4   end      ", "1 +/- 2 3 +/- 4 end      "},
        {"1 ± 2  3                 ", "1+/-2  3                 "}, /* no room */
        {"                    1 ± 2", "                    1+/-2"},
        {"                  1 ± 2  ", "                  1 +/- 2"},
        {"s ≤ 4 ≥ 1     x          ", "s <= 4 >= 1   x          "},
        {"s ≤ 4 ≥ 1  x             ", "s <=4 >=1  x             "},
        {"a → b   ↑↓←→ settings    ", "a -> b  ^v<> settings    "},
        {"‖d‖/√B = 1      4√2      ", "|d|/sqrt B = 1  4sqrt 2  "},
        {"0.7²  50°      end       ", "0.7^2 50 deg   end       "},
        {"σ(x)       │             ", "sigma(x)   |             "},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct surface *s = surface_create(25, 2);
        char text[26] = "";
        surface_text(s, 0, 0, -1, ROLE_TEXT, rows[i][0]);
        surface_text(s, 0, 1, -1, ROLE_TEXT, "below");
        surface_asciify(s);
        for (int x = 0; x < 25; x++)
            text[x] = (char)s->cells[x].glyph;
        ck_assert_str_eq(text, rows[i][1]);
        ck_assert_int_eq((int)s->cells[25].glyph, 'b');
        surface_destroy(s);
    }
}
END_TEST

/* Of a chart of 40 by 7, title and labels among them, the rows of a column from the top. */
static void draw_loss(struct surface *s, const struct chart_span *values, int count)
{
    const struct chart_title title = {"loss", 0.6931, "constant"};
    surface_clear(s);
    chart_curve(s, (struct rect){0, 0, 40, 7}, ROLE_LOSS, &title, values, count);
}

static uint32_t glyph_at(const struct surface *s, int x, int y)
{
    return s->cells[y * s->width + x].glyph;
}

/* A loss that stays within a percent of the constant answer's is a straight line at its level,
 * whatever else it does; and the scale does not follow it. */
START_TEST(a_loss_that_does_not_move_looks_like_it)
{
    struct surface *s = surface_create(40, 7), *other = surface_create(40, 7);
    struct chart_span flat[32], falls[32];
    for (int i = 0; i < 32; i++) {
        flat[i].low = flat[i].high = 0.6931 - 0.002 * (i % 3);
        falls[i].low = falls[i].high = 0.69 - 0.02 * i;
    }
    draw_loss(s, flat, 24);
    /* 1.5 · 0.6931 is 6 rows of 8: the level is in eighth 1 + 2/3 · 47 = 32, row 4 from below.
     */
    for (int i = 0; i < 32; i++) {
        ck_assert_int_eq((int)glyph_at(s, CHART_LABELS + i, 2), ' ');
        ck_assert_int_eq(
            (int)glyph_at(s, CHART_LABELS + i, 3), i < 24 ? GLYPH_FULL : GLYPH_RULE);
        ck_assert_int_eq((int)glyph_at(s, CHART_LABELS + i, 4), i < 24 ? 0x2591 : ' ');
    }
    draw_loss(other, falls, 32);
    for (int y = 0; y < 7; y++) {
        for (int x = 0; x < CHART_LABELS; x++)
            ck_assert_int_eq((int)glyph_at(s, x, y), (int)glyph_at(other, x, y));
    }
    ck_assert_int_eq((int)glyph_at(other, CHART_LABELS + 31, 6), glyph_vertical(4));
    ck_assert_int_eq((int)glyph_at(other, CHART_LABELS + 31, 5), ' ');
    surface_destroy(s);
    surface_destroy(other);
}
END_TEST

/* An exploding loss is cut off with a mark and moves nothing else; what is not finite is said.
 */
START_TEST(a_loss_above_the_scale_is_marked)
{
    struct surface *s = surface_create(40, 7);
    const struct chart_span values[] = {
        {0.5, 0.5}, {0.5, 1.05}, {1e30, 1e300}, {NAN, NAN}, {1.03, 1.03}, {0, 0}};
    draw_loss(s, values, 6);
    static const uint32_t top[] = {' ', GLYPH_UP, GLYPH_UP, '!', 0, ' '};
    for (int i = 0; i < 6; i++) {
        uint32_t glyph = glyph_at(s, CHART_LABELS + i, 1);
        ck_assert_msg(
            top[i] == 0 ? glyph != GLYPH_UP && glyph != ' ' : glyph == top[i], "%d", i);
    }
    ck_assert_int_eq((int)glyph_at(s, CHART_LABELS + 5, 6), glyph_vertical(1));
    /* In one row: two thirds of it. */
    double same[] = {0.6931, 0.6935, 0.6925, 5};
    chart_sparkline(s, 0, 0, 4, ROLE_LOSS, same, 4, 0.6931);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq((int)glyph_at(s, i, 0), glyph_vertical(6));
    ck_assert_int_eq((int)glyph_at(s, 3, 0), GLYPH_FULL);
    surface_destroy(s);
}
END_TEST

START_TEST(a_heatmap_shows_two_values_a_cell)
{
    static const double values[] = {0, 1, 0.5, NAN, NAN, INFINITY, 0.99, -3};
    struct heatmap map = {.columns = 2, .rows = 4, .values = values, .low = 0, .high = 1};
    struct surface *s = surface_create(3, 2);
    heatmap_draw(&map, s, (struct rect){0, 0, 2, 2});
    const struct cell *cells = s->cells;
    ck_assert(cells[0].glyph == GLYPH_UPPER_HALF && cells[0].role == ROLE_RAMP &&
        cells[0].back == ROLE_RAMP + RAMP_STEPS / 2);
    ck_assert(cells[1].role == ROLE_RAMP + RAMP_STEPS - 1 && cells[1].back == ROLE_NONE);
    ck_assert(cells[2].glyph == ' ');
    ck_assert(cells[3].glyph == GLYPH_LOWER_HALF && cells[3].role == ROLE_RAMP + 7);
    ck_assert(cells[4].role == ROLE_BAD && cells[4].back == ROLE_RAMP);
    /* Without colours one shade, of the mean. */
    surface_flatten(s);
    ck_assert(cells[0].glyph == glyph_shade(2) && cells[0].role == ROLE_RAMP + 2);
    for (int i = 0; i < 6; i++)
        ck_assert_int_eq(cells[i].back, ROLE_NONE);
    surface_destroy(s);
}
END_TEST

START_TEST(a_background_goes_when_a_cell_is_drawn_anew)
{
    struct surface *s = surface_create(2, 1);
    surface_put_on(s, 0, 0, 'x', ROLE_TEXT, ROLE_RAMP + 3);
    ck_assert_int_eq(s->cells[0].back, ROLE_RAMP + 3);
    surface_put(s, 0, 0, 'x', ROLE_TEXT);
    ck_assert_int_eq(s->cells[0].back, ROLE_NONE);
    surface_put_on(s, 0, 0, ' ', ROLE_TEXT, ROLE_RAMP + 3);
    surface_clear(s);
    ck_assert_int_eq(s->cells[0].back, ROLE_NONE);
    surface_destroy(s);
}
END_TEST

/* A bar of a signal, a number and a shade, in columns 0, 1 and 2. */
static void picture(struct surface *s, uint32_t bar, uint32_t digit, int step)
{
    surface_clear(s);
    surface_put(s, 0, 0, bar, ROLE_SIGNAL);
    surface_put(s, 1, 0, digit, ROLE_STRONG);
    surface_put(s, 2, 0, glyph_shade(step), (enum role)(ROLE_RAMP + step));
}

START_TEST(what_cannot_be_read_is_held_still_and_bars_move)
{
    struct refresh refresh = {.shown = NULL};
    struct surface *s = surface_create(3, 1);
    picture(s, GLYPH_FULL, '1', 0);
    ck_assert_double_eq(refresh_hold(&refresh, s, PACE_BARS, 10), 0);
    picture(s, ' ', '2', 7);
    ck_assert_double_gt(refresh_hold(&refresh, s, PACE_BARS, 10.1), 10.1);
    ck_assert(s->cells[0].glyph == ' ' && s->cells[1].glyph == '1');
    ck_assert_int_eq(s->cells[2].role, ROLE_RAMP);
    picture(s, ' ', '2', 7);
    refresh_hold(&refresh, s, PACE_BARS, 10.3);
    ck_assert(s->cells[1].glyph == '2');
    ck_assert_int_eq(s->cells[2].role, ROLE_RAMP + 7);
    /* Shades wait for every other turn. */
    picture(s, ' ', '5', 3);
    ck_assert_double_gt(refresh_hold(&refresh, s, PACE_BARS, 10.6), 10.6);
    ck_assert(s->cells[1].glyph == '5' && s->cells[2].role == ROLE_RAMP + 7);
    /* At once when it is slow, and after a key. */
    picture(s, ' ', '3', 6);
    ck_assert_double_eq(refresh_hold(&refresh, s, PACE_READABLE, 10.7), 0);
    ck_assert(s->cells[1].glyph == '3' && s->cells[2].role == ROLE_RAMP + 6);
    picture(s, GLYPH_FULL, '3', 6);
    ck_assert_double_gt(refresh_hold(&refresh, s, PACE_FAST, 10.72), 0);
    ck_assert(s->cells[0].glyph == ' '); /* bars too */
    picture(s, ' ', '4', 5);
    refresh_now(&refresh);
    ck_assert_double_eq(refresh_hold(&refresh, s, PACE_BARS, 10.8), 0);
    ck_assert(s->cells[1].glyph == '4' && s->cells[2].role == ROLE_RAMP + 5);
    refresh_clear(&refresh);
    surface_destroy(s);
}
END_TEST

/* A mark on a bar goes with it: held still it would be a hole. */
START_TEST(a_mark_on_a_bar_moves_with_it)
{
    struct refresh refresh = {.shown = NULL};
    struct surface *s = surface_create(1, 1);
    surface_put(s, 0, 0, GLYPH_RING, ROLE_GHOST);
    refresh_hold(&refresh, s, PACE_BARS, 10);
    surface_put_on(s, 0, 0, GLYPH_RING, ROLE_ON_RAMP, ROLE_SIGNAL);
    refresh_hold(&refresh, s, PACE_BARS, 10.1);
    ck_assert_int_eq(s->cells[0].back, ROLE_SIGNAL);
    surface_put(s, 0, 0, GLYPH_RING, ROLE_GHOST);
    refresh_hold(&refresh, s, PACE_BARS, 10.15);
    ck_assert_int_eq(s->cells[0].back, ROLE_NONE);
    refresh_clear(&refresh);
    surface_destroy(s);
}
END_TEST

Suite *surface_suite(void)
{
    return SUITE("surface", a_mark_on_a_bar_moves_with_it, nothing_is_drawn_outside,
        no_escape_sequence_gets_through, utf8_goes_round, text_stops_at_its_limit,
        words_have_contrast_enough, ramps_are_monotone_in_lightness,
        what_is_written_on_the_ramp_can_be_read, numbers_keep_their_width,
        shares_are_all_or_none_only_where_they_are, axis_keeps_still_while_values_move,
        every_glyph_has_an_ascii_stand_in, signs_are_words_in_ascii_and_columns_stay,
        a_loss_that_does_not_move_looks_like_it, a_loss_above_the_scale_is_marked,
        a_heatmap_shows_two_values_a_cell, a_background_goes_when_a_cell_is_drawn_anew,
        what_cannot_be_read_is_held_still_and_bars_move);
}
