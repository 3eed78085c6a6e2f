/* Surfaces as text and as pictures: tests/svg.py reads the pictures back. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "picture/svg.h"
#include "picture/text.h"
#include "suites.h"
#include "ui/draw/glyphs.h"

static char *svg_of(const struct surface *surface, const char *theme)
{
    char *svg;
    size_t length;
    FILE *file = open_memstream(&svg, &length);
    picture_svg(file, surface, theme_find(theme));
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_uint_eq(length, strlen(svg));
    return svg;
}

static void expect(const char *svg, const char *part)
{
    ck_assert_msg(strstr(svg, part) != NULL, "no %s in:\n%s", part, svg);
}

/* Has python read it back, where there is one. */
static void expect_read_back(const struct surface *surface, const char *theme)
{
    const char *python = getenv("PYTHON"), *top = getenv("top_srcdir");
    char directory[] = "/tmp/picture-XXXXXX", svg[64], text[64], command[400];
    if (!python || !*python)
        return;
    ck_assert_ptr_nonnull(mkdtemp(directory));
    (void)snprintf(svg, sizeof svg, "%s/a.svg", directory);
    (void)snprintf(text, sizeof text, "%s/a.txt", directory);
    FILE *file = fopen(svg, "w");
    picture_svg(file, surface, theme_find(theme));
    ck_assert_int_eq(fclose(file), 0);
    file = fopen(text, "w");
    picture_text(file, surface);
    ck_assert_int_eq(fclose(file), 0);
    (void)snprintf(command, sizeof command, "'%s' '%s/tests/svg.py' %s %s", python,
        top ? top : ".", svg, text);
    ck_assert_int_eq(system(command), 0);
    (void)unlink(svg);
    (void)unlink(text);
    (void)rmdir(directory);
}

START_TEST(text_is_the_rows_without_blanks_at_their_ends)
{
    struct surface *surface = surface_create(6, 3);
    char *text;
    size_t length;
    FILE *file = open_memstream(&text, &length);
    surface_text(surface, 0, 0, -1, ROLE_TEXT, " ‖δ‖█<");
    surface_text(surface, 0, 2, -1, ROLE_BAD, "a  ");
    picture_text(file, surface);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_str_eq(text, " ‖δ‖█<\n\na\n");
    free(text);
    surface_destroy(surface);
}
END_TEST

START_TEST(a_picture_is_this)
{
    struct surface *surface = surface_create(10, 2);
    surface_text(surface, 1, 0, -1, ROLE_TEXT, "a <&>  δ");
    surface_text(surface, 0, 1, -1, ROLE_TEXT, "▄▄");
    char *svg = svg_of(surface, "light");
    ck_assert_str_eq(svg,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"144\" height=\"72\" "
        "viewBox=\"-8 -8 96 48\" font-family=\"'DejaVu Sans Mono', Menlo, Consolas, "
        "'Liberation "
        "Mono', monospace\" font-size=\"13.333\" shape-rendering=\"crispEdges\">\n"
        "<title>a &lt;&amp;&gt; δ</title>\n"
        "<rect x=\"-8\" y=\"-8\" width=\"96\" height=\"48\" fill=\"#ffffff\"/>\n"
        "<text x=\"8\" y=\"12.5\" textLength=\"40\" fill=\"#262626\">a &lt;&amp;&gt;</text>\n"
        "<text x=\"64\" y=\"12.5\" textLength=\"8\" fill=\"#262626\">δ</text>\n"
        "<rect x=\"0\" y=\"24\" width=\"16\" height=\"8\" fill=\"#262626\"/>\n"
        "</svg>\n");
    free(svg);
    surface_destroy(surface);
}
END_TEST

/* One cell each; what a theme says of its role. */
START_TEST(a_role_looks_as_its_theme_says)
{
    static const struct {
        const char *theme;
        enum role role, back;
        const char *glyph, *parts[2];
    } cases[] = {
        {"dark", ROLE_SIGNAL, ROLE_NONE, "x", {"fill=\"#5fafff\">x<"}},
        {"dark", ROLE_STRONG, ROLE_NONE, "x", {"fill=\"#d0d0d0\" font-weight=\"bold\">x<"}},
        {"dark", ROLE_SELECTED, ROLE_NONE, "x",
            {"height=\"16\" fill=\"#ffd787\"/>", "fill=\"#000000\" font-weight=\"bold\">x<"}},
        {"dark", ROLE_HEADING, ROLE_NONE, "x",
            {"<rect x=\"8\" y=\"14\" width=\"8\" height=\"1\" fill=\"#bcbcbc\"/>",
                "fill=\"#bcbcbc\">x<"}},
        {"dark", ROLE_HEADING, ROLE_NONE, " ",
            {"<rect x=\"8\" y=\"14\" width=\"8\" height=\"1\" fill=\"#bcbcbc\"/>"}},
        {"dark", ROLE_RAMP + 7, ROLE_RAMP, "▀",
            {"<rect x=\"8\" y=\"0\" width=\"8\" height=\"16\" fill=\"#5f0087\"/>",
                "<rect x=\"8\" y=\"0\" width=\"8\" height=\"8\" fill=\"#ffff5f\"/>"}},
        {"contrast", ROLE_TEXT, ROLE_NONE, "x", {"fill=\"#ffffff\">x<"}},
        {"mono", ROLE_DIM, ROLE_NONE, "x", {"fill=\"#000000\" fill-opacity=\"0.6\">x<"}},
        {"mono", ROLE_SELECTED, ROLE_NONE, "x",
            {"<rect x=\"8\" y=\"0\" width=\"8\" height=\"16\" fill=\"#000000\"/>",
                "fill=\"#ffffff\">x<"}},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *glyph = cases[i].glyph;
        struct surface *surface = surface_create(3, 1);
        surface_put_on(surface, 1, 0, utf8_next(&glyph), cases[i].role, cases[i].back);
        char *svg = svg_of(surface, cases[i].theme);
        for (int p = 0; p < 2 && cases[i].parts[p]; p++)
            expect(svg, cases[i].parts[p]);
        free(svg);
        surface_destroy(surface);
    }
}
END_TEST

/* Where the role changes, another text begins; blanks go with either. */
START_TEST(words_of_one_look_are_one_text)
{
    struct surface *surface = surface_create(24, 1);
    surface_text(surface, 0, 0, -1, ROLE_TEXT, "one two");
    surface_text(surface, 8, 0, -1, ROLE_STRONG, "three");
    surface_text(surface, 13, 0, -1, ROLE_TEXT, "█four");
    char *svg = svg_of(surface, "dark");
    expect(svg, "<text x=\"0\" y=\"12.5\" textLength=\"56\" fill=\"#d0d0d0\">one two</text>");
    expect(svg,
        "<text x=\"64\" y=\"12.5\" textLength=\"40\" fill=\"#d0d0d0\" "
        "font-weight=\"bold\">three</text>");
    expect(svg, "<text x=\"112\" y=\"12.5\" textLength=\"32\" fill=\"#d0d0d0\">four</text>");
    free(svg);
    surface_destroy(surface);
}
END_TEST

START_TEST(every_letter_and_block_is_read_back)
{
    struct surface *surface = surface_create(34, 5);
    for (int i = 0; i < 32; i++) {
        surface_put(surface, i, 0, 0x2580u + (uint32_t)i, ROLE_TEXT);
        surface_put(surface, i, 1, i % 3 ? 0x2580u + (uint32_t)(i / 3) : 'x', ROLE_TEXT);
        for (int y = 2; y < 5; y++)
            surface_put(surface, i, y, 0x20u + (uint32_t)(32 * (y - 2) + i), ROLE_TEXT);
    }
    surface_text(surface, 32, 0, -1, ROLE_TEXT, "██");
    surface_text(surface, 32, 1, -1, ROLE_TEXT, "∇‖");
    expect_read_back(surface, "dark");
    expect_read_back(surface, "mono");
    surface_destroy(surface);
}
END_TEST

/* Text from outside can be on a screen: a picture is well-formed whatever that is. */
START_TEST(no_text_breaks_a_picture)
{
    struct surface *surface = surface_create(80, 8);
    static const char *const texts[] = {"</text></svg><script>alert(1)</script>",
        "\"'&amp;&#0;", "]]> <!-- -->", "\x1b[31m\a\b\x7f",
        "\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd", "\xed\xa0\x80\xff\xc0\x80",
        "\xc2\x85\xe2\x80\xa8\xe2\x80\xae", "e\xcc\x81 🙂 漢"};
    for (int y = 0; y < (int)ARRAY_LEN(texts); y++)
        surface_text(surface, 0, y, -1, ROLE_TEXT, texts[y]);
    expect_read_back(surface, "light");
    surface_destroy(surface);
}
END_TEST

Suite *picture_suite(void)
{
    return SUITE("picture", text_is_the_rows_without_blanks_at_their_ends, a_picture_is_this,
        a_role_looks_as_its_theme_says, words_of_one_look_are_one_text,
        every_letter_and_block_is_read_back, no_text_breaks_a_picture);
}
