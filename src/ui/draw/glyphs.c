#include "ui/draw/glyphs.h"

#include <stddef.h>

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
    {0x25cb, 'o'},
    {0x25cf, '*'},
    {0x03b5, 'e'},
    {0x1d40, 'T'},
    {0x03a3, 'S'},
    {0x03c3, 's'},
    {0x221e, '8'},
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
    {0x00b0, 'o'},
    {0x03b8, 'O'},
    {0x2220, '<'},
    {0x220f, 'P'},
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
    int step = !half ? back : back < 0 ? front : (front + back) / 2;
    cell->glyph = glyph_shade(step);
    cell->role = (int16_t)(ROLE_RAMP + step);
}

void surface_flatten(struct surface *surface)
{
    for (int i = 0; i < surface->width * surface->height; i++)
        flatten(&surface->cells[i]);
}

void surface_asciify(struct surface *surface)
{
    surface_flatten(surface);
    for (int i = 0; i < surface->width * surface->height; i++)
        surface->cells[i].glyph = ascii_of(surface->cells[i].glyph);
}
