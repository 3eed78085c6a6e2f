/* Numbers along an axis: each is true of its place, and no two can be taken for each other. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "suites.h"
#include "ui/draw/linear_axis.h"

/* A word of the row, "…" as one '~'. */
struct word {
    char text[40];
    int from, columns;
};

static int words_of(const struct surface *s, int y, int width, struct word *words)
{
    int count = 0;
    for (int x = 0; x < width; x++) {
        uint32_t glyph = s->cells[y * s->width + x].glyph;
        if (glyph == ' ')
            continue;
        bool begins = x == 0 || s->cells[y * s->width + x - 1].glyph == ' ';
        struct word *word = &words[begins ? count++ : count - 1];
        if (begins)
            *word = (struct word){.from = x};
        word->text[word->columns++] = glyph == 0x2026 ? '~' : (char)glyph;
        ck_assert_int_lt(word->columns, (int)sizeof word->text);
    }
    return count;
}

/* The number in low..high that is written so: as a whole, or by its last digits. */
static double value_of(const char *text, double low, double high)
{
    char *end;
    const char *tail = strchr(text, '~');
    if (!tail) {
        double value = strtod(text, &end);
        ck_assert_msg(*end == '\0', "'%s' is no number", text);
        return value;
    }
    const char *point = strchr(tail, '.');
    int whole = (int)(point ? point - tail - 1 : (long)strlen(tail + 1));
    double sign = text[0] == '-' ? -1 : 1, modulus = pow(10, whole);
    double rest = strtod(tail + 1, &end), middle = sign * (low + high) / 2;
    ck_assert_msg(*end == '\0', "'%s' ends in no number", text);
    return sign * (rest + modulus * round((middle - rest) / modulus));
}

/* Across an axis of these edges; the numbers that there are. */
static int across(double low, double high, int width, int reserved)
{
    static struct word words[500];
    struct surface *s = surface_create(width, 1);
    struct linear_axis axis = {low, high};
    linear_axis_draw_across(&axis, s, 0, 0, width, reserved);
    int count = words_of(s, 0, width, words);
    double place = (high - low) / width; /* a column */
    for (int i = 0; i < count; i++) {
        double middle = words[i].from + (words[i].columns - 1) / 2 + 0.5;
        double value = value_of(words[i].text, low, high);
        ck_assert_msg(
            fabs(value - (low + middle * place)) <= 0.501 * place + 4 * DBL_EPSILON * fabs(low),
            "%.17g to %.17g on %d: '%s' at column %d", low, high, width, words[i].text,
            words[i].from);
        ck_assert_int_le(words[i].from + words[i].columns, width - reserved);
        for (int j = 0; j < i; j++)
            ck_assert_str_ne(words[i].text, words[j].text);
    }
    surface_destroy(s);
    return count;
}

static int up(double low, double high, int columns, int rows)
{
    struct word word[8];
    struct surface *s = surface_create(columns + 2, rows);
    struct linear_axis axis = {low, high};
    double place = (high - low) / rows, before = INFINITY;
    int count = 0;
    linear_axis_draw_up(&axis, s, (struct rect){1, 0, columns, rows});
    for (int y = 0; y < rows; y++) {
        if (words_of(s, y, columns + 2, word) == 0)
            continue;
        double value = value_of(word[0].text, low, high);
        ck_assert_msg(fabs(value - (high - (y + 0.5) * place)) <=
                0.501 * place + 4 * DBL_EPSILON * fabs(low),
            "%.17g to %.17g in %d rows: '%s' in row %d", low, high, rows, word[0].text, y);
        ck_assert(value < before);
        ck_assert_int_ge(word[0].from, 1);
        ck_assert_int_eq(word[0].from + word[0].columns, columns + 1);
        before = value;
        count++;
    }
    surface_destroy(s);
    return count;
}

START_TEST(numbers_are_true_and_told_apart)
{
    struct rng rng;
    rng_init(&rng, 5, RNG_DATA, 0);
    for (int i = 0; i < 20000; i++) {
        double size = pow(10, rng_uniform(&rng) * 24 - 6), sign = i % 2 ? 1 : -1;
        double low = i % 5 ? sign * size * rng_uniform(&rng) : 0;
        double span = fmax(pow(10, rng_uniform(&rng) * 24 - 12), 64 * DBL_EPSILON * fabs(low));
        int width = 10 + (int)(rng_uniform(&rng) * 90), columns = 4 + i % 5;
        int numbers = across(low, low + span, width, i % 3);
        int upright = up(low, low + span, columns, 4 + width / 4);
        ck_assert_msg(span < 1e-5 * fabs(low) || width < 36 || numbers > 0, "%g + %g on %d",
            low, span, width);
        ck_assert_msg(span < 0.1 * fabs(low) || columns < 8 || upright > 0, "%g + %g: %d", low,
            span, columns);
    }
}
END_TEST

/* The steps between them are lost in what they are added to. */
START_TEST(edges_without_places_between_have_no_numbers)
{
    static const double edges[][2] = {{1.7e18, 1.7e18}, {1.7e18, 1.7e18 + 256}, {2, 1},
        {NAN, 1}, {0, INFINITY}, {-DBL_MAX, DBL_MAX}, {1e300, 1e300 * (1 + 1e-15)},
        {0, 5e-324}};
    for (size_t i = 0; i < ARRAY_LEN(edges); i++) {
        for (int width = 1; width < 300; width += 13) {
            ck_assert_int_le(across(edges[i][0], edges[i][1], width, 0), 1);
            ck_assert_int_le(up(edges[i][0], edges[i][1], 8, width), 1);
        }
    }
}
END_TEST

static void wants(double low, double high, int width, const char *row)
{
    struct surface *s = surface_create(width, 1);
    struct linear_axis axis = {low, high};
    char text[400] = "";
    linear_axis_draw_across(&axis, s, 0, 0, width, 0);
    for (int x = 0; x < width; x++) {
        char bytes[5] = "";
        bytes[utf8_encode(s->cells[x].glyph, bytes)] = '\0';
        (void)strcat(text, bytes);
    }
    ck_assert_str_eq(text, row);
    surface_destroy(s);
}

START_TEST(a_number_has_the_digits_that_it_needs)
{
    wants(-2.5, 2.5, 20, "  -2      0       2 ");
    wants(-0.6, 0.6, 24, "-0.5        0        0.5");
    wants(1989, 2021, 40, "1990        2000         2010           ");
    wants(1989, 2021, 12, "   2000     ");
    wants(1.7e9, 1.7e9 + 2500, 40, "            1700001000      1700002000  ");
    wants(20149.5, 20157.5, 16, "         20155  ");
    wants(-20157.5, -20149.5, 10, "  -…55    ");
}
END_TEST

Suite *linear_axis_suite(void)
{
    return SUITE("linear axis", numbers_are_true_and_told_apart,
        edges_without_places_between_have_no_numbers, a_number_has_the_digits_that_it_needs);
}
