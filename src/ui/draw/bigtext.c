#include "ui/draw/bigtext.h"

#include <stddef.h>

#include "core/error.h"
#include "ui/draw/glyphs.h"

enum { ROWS = 5, GAP = 1 /* between letters, in their own units */ };

struct letter {
    uint32_t glyph;
    int width;
    const char *rows[ROWS];
};

/* The first stands for what is not here. */
static const struct letter letters[] = {
    {'?', 3, {"###", "..#", ".#.", "...", ".#."}},
    {'0', 3, {"###", "#.#", "#.#", "#.#", "###"}},
    {'1', 3, {".#.", "##.", ".#.", ".#.", "###"}},
    {'2', 3, {"###", "..#", "###", "#..", "###"}},
    {'3', 3, {"###", "..#", ".##", "..#", "###"}},
    {'4', 3, {"#.#", "#.#", "###", "..#", "..#"}},
    {'5', 3, {"###", "#..", "###", "..#", "###"}},
    {'6', 3, {"###", "#..", "###", "#.#", "###"}},
    {'7', 3, {"###", "..#", "..#", ".#.", ".#."}},
    {'8', 3, {"###", "#.#", "###", "#.#", "###"}},
    {'9', 3, {"###", "#.#", "###", "..#", "###"}},
    {' ', 3, {"...", "...", "...", "...", "..."}},
    {'.', 1, {".", ".", ".", ".", "#"}},
    {',', 2, {"..", "..", "..", ".#", "#."}},
    {':', 1, {".", "#", ".", "#", "."}},
    {'-', 3, {"...", "...", "###", "...", "..."}},
    {'+', 3, {"...", ".#.", "###", ".#.", "..."}},
    {'=', 3, {"...", "###", "...", "###", "..."}},
    {'/', 3, {"..#", "..#", ".#.", "#..", "#.."}},
    {'%', 3, {"#.#", "..#", ".#.", "#..", "#.#"}},
    {0xd7, 3, {"...", "#.#", ".#.", "#.#", "..."}},
    {0xb0, 2, {"##", "##", "..", "..", ".."}},
    {'<', 3, {"..#", ".#.", "#..", ".#.", "..#"}},
    {'>', 3, {"#..", ".#.", "..#", ".#.", "#.."}},
    {'(', 2, {".#", "#.", "#.", "#.", ".#"}},
    {')', 2, {"#.", ".#", ".#", ".#", "#."}},
    {'A', 3, {".#.", "#.#", "###", "#.#", "#.#"}},
    {'B', 3, {"##.", "#.#", "##.", "#.#", "##."}},
    {'C', 3, {".##", "#..", "#..", "#..", ".##"}},
    {'D', 3, {"##.", "#.#", "#.#", "#.#", "##."}},
    {'E', 3, {"###", "#..", "##.", "#..", "###"}},
    {'F', 3, {"###", "#..", "##.", "#..", "#.."}},
    {'G', 3, {".##", "#..", "#.#", "#.#", ".##"}},
    {'H', 3, {"#.#", "#.#", "###", "#.#", "#.#"}},
    {'I', 3, {"###", ".#.", ".#.", ".#.", "###"}},
    {'J', 3, {"..#", "..#", "..#", "#.#", ".#."}},
    {'K', 3, {"#.#", "#.#", "##.", "#.#", "#.#"}},
    {'L', 3, {"#..", "#..", "#..", "#..", "###"}},
    {'M', 5, {"#...#", "##.##", "#.#.#", "#...#", "#...#"}},
    {'N', 4, {"#..#", "##.#", "#.##", "#..#", "#..#"}},
    {'O', 3, {".#.", "#.#", "#.#", "#.#", ".#."}},
    {'P', 3, {"##.", "#.#", "##.", "#..", "#.."}},
    {'Q', 3, {".#.", "#.#", "#.#", "#.#", ".##"}},
    {'R', 3, {"##.", "#.#", "##.", "#.#", "#.#"}},
    {'S', 3, {".##", "#..", ".#.", "..#", "##."}},
    {'T', 3, {"###", ".#.", ".#.", ".#.", ".#."}},
    {'U', 3, {"#.#", "#.#", "#.#", "#.#", "###"}},
    {'V', 3, {"#.#", "#.#", "#.#", "#.#", ".#."}},
    {'W', 5, {"#...#", "#...#", "#.#.#", "##.##", "#...#"}},
    {'X', 3, {"#.#", "#.#", ".#.", "#.#", "#.#"}},
    {'Y', 3, {"#.#", "#.#", ".#.", ".#.", ".#."}},
    {'Z', 3, {"###", "..#", ".#.", "#..", "###"}},
    {0x3b4, 3, {".##", "#..", ".#.", "#.#", ".#."}},
    {0x2016, 3, {"#.#", "#.#", "#.#", "#.#", "#.#"}},
};

static const struct letter *letter_of(uint32_t glyph)
{
    if (glyph >= 'a' && glyph <= 'z')
        glyph -= 'a' - 'A';
    for (size_t i = 0; i < ARRAY_LEN(letters); i++) {
        if (letters[i].glyph == glyph)
            return &letters[i];
    }
    return &letters[0];
}

/* Width in units of the font. */
static int units_of(const char *text)
{
    int units = 0;
    for (uint32_t glyph; (glyph = utf8_next(&text)) != 0;)
        units += letter_of(glyph)->width + GAP;
    return units > 0 ? units - GAP : 0;
}

/*
 * A unit of the font in cells, the highest that fits, then the widest: between narrow and
 * broad, a cell being about twice as high as wide. 0 rows where not even the smallest fits.
 */
static struct bigtext_size unit_of(struct rect area, int units)
{
    for (int rows = area.height / ROWS; rows >= 1; rows--) {
        int least = rows == 1 ? 1 : (3 * rows + 1) / 2;
        for (int columns = 3 * rows; columns >= least; columns--) {
            if (units * columns <= area.width)
                return (struct bigtext_size){columns, rows};
        }
    }
    return (struct bigtext_size){1, 0};
}

struct bigtext_size bigtext_measure(struct rect area, const char *text)
{
    int units = units_of(text);
    struct bigtext_size unit = unit_of(area, units);
    if (unit.rows == 0)
        return (struct bigtext_size){text_columns(text), 0};
    return (struct bigtext_size){units * unit.columns, ROWS * unit.rows};
}

static void draw_letter(struct surface *surface, const struct letter *letter, int x, int y,
    struct bigtext_size unit, enum role role)
{
    for (int row = 0; row < ROWS; row++) {
        for (int column = 0; column < letter->width; column++) {
            struct rect place = {
                x + column * unit.columns, y + row * unit.rows, unit.columns, unit.rows};
            if (letter->rows[row][column] == '#')
                surface_fill(surface, place, GLYPH_FULL, role);
        }
    }
}

struct bigtext_size bigtext_draw(
    struct surface *surface, struct rect area, enum role role, const char *text)
{
    struct bigtext_size size = bigtext_measure(area, text);
    struct bigtext_size unit = unit_of(area, units_of(text));
    if (size.rows == 0) {
        surface_text(surface, area.x, area.y, area.width, role, text);
        return size;
    }
    int x = area.x;
    for (uint32_t glyph; (glyph = utf8_next(&text)) != 0;) {
        const struct letter *letter = letter_of(glyph);
        draw_letter(surface, letter, x, area.y, unit, role);
        x += (letter->width + GAP) * unit.columns;
    }
    return size;
}
