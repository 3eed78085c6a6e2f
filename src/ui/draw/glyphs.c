#include "ui/draw/glyphs.h"

#include <stddef.h>
#include <string.h>

#include "core/error.h"

uint32_t glyph_horizontal(int eighths)
{
    return 0x2590 - (uint32_t)eighths; /* ▏ is 258F, █ 2588 */
}

uint32_t glyph_vertical(int eighths)
{
    return 0x2580 + (uint32_t)eighths; /* ▁ is 2581, █ 2588 */
}

uint32_t glyph_shade(int step)
{
    return step < 2 ? 0x2591 : step < 4 ? 0x2592 : step < 6 ? 0x2593 : GLYPH_FULL;
}

static const struct {
    uint32_t glyph;
    char ascii;
} stand_ins[] = {
    {0x2588, '#'},
    {0x2589, '#'},
    {0x258a, '#'},
    {0x258b, '#'},
    {0x258c, '#'},
    {0x258d, '-'},
    {0x258e, ' '},
    {0x258f, ' '},
    {0x2580, '"'},
    {0x2581, '_'},
    {0x2582, '.'},
    {0x2583, '-'},
    {0x2584, '='},
    {0x2585, '+'},
    {0x2586, '*'},
    {0x2587, '#'},
    {0x2591, ':'},
    {0x2592, '='},
    {0x2593, '%'},
    {0x2598, '"'},
    {0x2503, '|'},
    {0x2502, '|'},
    {0x250a, ':'},
    {0x2500, '-'},
    {0x2571, '/'},
    {0x2572, '\\'},
    {0x25c6, 'S'},
    {0x25c2, '<'},
    {0x25b8, '>'},
    {0x25b4, '^'},
    {0x25be, 'v'},
    {0x2026, '~'},
    {0x00d7, 'x'},
    {0x00b7, '.'},
    {0x2016, '|'},
    {0x03b4, 'd'},
    {0x03c6, 'f'},
    {0x03a6, 'F'},
    {0x2207, 'V'},
    {0x2202, 'd'},
    {0x0394, 'D'},
    {0x2264, '<'},
    {0x2265, '>'},
    {0x2190, '<'},
    {0x2191, '^'},
    {0x2192, '>'},
    {0x2193, 'v'},
    {0x2218, 'o'},
    {0x25b6, '>'},
    {0x2212, '-'},
    {0x00b1, '~'},
    {0x221a, 'V'},
    {0x00b2, '2'},
    {0x2113, 'l'},
    {0x2594, '-'},
    {0x25a1, 'A'},
    {0x25a0, 'B'},
    {0x25cb, 'o'},
    {0x25cf, '*'},
    {0x03b5, 'e'},
    {0x1d40, 'T'},
    {0x03a3, 'S'},
    {0x03c3, 's'},
    {0x221e, 'I'},
    {0x2501, '-'},
    {0x250f, '+'},
    {0x2513, '+'},
    {0x2517, '+'},
    {0x251b, '+'},
    {0x1d40, 'T'},
    {0x03b5, 'e'},
    {0x03b7, 'n'},
    {0x03bc, 'u'},
    {0x2248, '~'},
    {0x00b0, 'd'},
    {0x03b8, 'O'},
    {0x2220, '<'},
    {0x220f, 'P'},
};

/* What no single character says: it takes the place of blanks behind. */
static const struct {
    uint32_t glyph;
    const char *text;
    bool between; /* only between blanks */
} wide_stand_ins[] = {
    {0x00b1, "+/-", false},
    {0x2264, "<=", false},
    {0x2265, ">=", false},
    {0x2192, "->", true},
    {0x2190, "<-", true},
    {0x221a, "sqrt ", false},
    {0x00b2, "^2", false},
    {0x00b0, " deg", false},
    {0x221e, "inf", false},
    {0x03c3, "sigma", false},
};

static uint32_t ascii_of(uint32_t glyph)
{
    if (glyph < 0x80)
        return glyph;
    for (size_t i = 0; i < ARRAY_LEN(stand_ins); i++) {
        if (stand_ins[i].glyph == glyph)
            return (uint32_t)stand_ins[i].ascii;
    }
    return '?';
}

/* The ramp's step, -1 when the role is none of it. */
static int ramp_step(int role)
{
    return role >= ROLE_RAMP && role < ROLE_RAMP + RAMP_STEPS ? role - ROLE_RAMP : -1;
}

static void flatten(struct cell *cell)
{
    int front = ramp_step(cell->role), back = ramp_step(cell->back);
    bool half = cell->glyph == GLYPH_UPPER_HALF || cell->glyph == GLYPH_LOWER_HALF ||
        cell->glyph == glyph_vertical(7);
    cell->back = ROLE_NONE;
    if (cell->role >= ROLE_ON_RAMP && cell->role < ROLE_ON_RAMP + RAMP_STEPS)
        cell->role = ROLE_STRONG;
    if (half ? front < 0 : cell->glyph != ' ' || back < 0)
        return;
    if (!half && front == 0 && back == 0) /* black, not a low shade of something */
        return;
    int step = !half ? back : back < 0 ? front : (front + back) / 2;
    cell->glyph = glyph_shade(step);
    cell->role = (int16_t)(ROLE_RAMP + step);
}

void surface_flatten(struct surface *surface)
{
    for (int i = 0; i < surface->width * surface->height; i++)
        flatten(&surface->cells[i]);
}

static bool is_blank(const struct cell *row, int width, int x)
{
    return x < 0 || x >= width || row[x].glyph == ' ';
}

/* The wide stand-in of a cell, NULL when it has none. */
static const char *wide_of(const struct cell *row, int width, int x)
{
    for (size_t i = 0; i < ARRAY_LEN(wide_stand_ins); i++) {
        if (row[x].glyph != wide_stand_ins[i].glyph)
            continue;
        bool apart = is_blank(row, width, x - 1) && is_blank(row, width, x + 1);
        return !wide_stand_ins[i].between || apart ? wide_stand_ins[i].text : NULL;
    }
    return NULL;
}

/* One cell becomes as many as the text has, and what follows moves, up to the cell before
 * `end`; the cells there are blank. */
static void widen(struct cell *row, int x, int end, const char *text)
{
    int length = (int)strlen(text);
    struct cell cell = row[x];
    memmove(row + x + length, row + x + 1, (size_t)(end - x - length) * sizeof *row);
    for (int i = 0; i < length; i++) {
        row[x + i] = cell;
        row[x + i].glyph = (uint32_t)text[i];
    }
}

/* In the blanks around it, if those are enough. */
static void squeeze(struct cell *row, int width, int x)
{
    const char *text = wide_of(row, width, x);
    int length = text ? (int)strlen(text) : 0;
    if (length < 2 || length > 3 || !is_blank(row, width, x - 1) ||
        !is_blank(row, width, x + 1) || x == 0 || x == width - 1)
        return;
    struct cell cell = row[x];
    for (int i = 0; i < length; i++) {
        struct cell *at = &row[x - (length == 3) + i];
        *at = cell;
        at->glyph = (uint32_t)text[i];
    }
}

/*
 * Phrases end where two blanks follow each other, or the row does. Where these are enough, all
 * of a phrase's signs take more cells and one blank is left, so that what stands in columns
 * behind stays there; else those between blanks take these.
 */
static void widen_row(struct cell *row, int width)
{
    for (int x = 0, end, gap; x < width; x = end + gap) {
        int more = 0;
        for (end = x;
             end < width && !(is_blank(row, width, end) && is_blank(row, width, end + 1));
             end++) {
            const char *text = wide_of(row, width, end);
            more += text ? (int)strlen(text) - 1 : 0;
        }
        for (gap = 0; end + gap < width && row[end + gap].glyph == ' '; gap++)
            ;
        if (gap == 0)
            gap = 1; /* the row's end */
        if (more + (end + gap < width) > gap || end >= width) {
            for (int at = x; at < end && more > 0; at++)
                squeeze(row, width, at);
            continue;
        }
        for (int at = x; at < end; at++) {
            const char *text = wide_of(row, width, at);
            if (!text)
                continue;
            end += (int)strlen(text) - 1;
            gap -= (int)strlen(text) - 1;
            widen(row, at, end, text);
        }
    }
}

void surface_asciify(struct surface *surface)
{
    surface_flatten(surface);
    for (int y = 0; y < surface->height; y++)
        widen_row(surface->cells + (ptrdiff_t)y * surface->width, surface->width);
    for (int i = 0; i < surface->width * surface->height; i++)
        surface->cells[i].glyph = ascii_of(surface->cells[i].glyph);
}
