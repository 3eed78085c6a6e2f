/*
 * The glyphs beyond ASCII that views draw with, and what stands for them where the character
 * set has none. Views draw in Unicode; surface_asciify translates a whole surface.
 */
#ifndef NABLASCOPE_UI_DRAW_GLYPHS_H
#define NABLASCOPE_UI_DRAW_GLYPHS_H

#include <stdint.h>

#include "ui/draw/surface.h"

enum {
    GLYPH_FULL = 0x2588,       /* █ */
    GLYPH_UPPER_HALF = 0x2580, /* ▀ */
    GLYPH_LOWER_HALF = 0x2584, /* ▄ */
    GLYPH_QUADRANT = 0x2598,   /* ▘ */
    GLYPH_MIDDLE_DOT = 0xb7,   /* · */
    GLYPH_DEAD = 0xd7,         /* × */
    GLYPH_WRONG = 0xd7,        /* × */
    GLYPH_RING = 0x25cb,       /* ○ */
    GLYPH_DISC = 0x25cf,       /* ● */
    GLYPH_SQUARE = 0x25a1,     /* □ */
    GLYPH_BLOCK = 0x25a0,      /* ■ */
    GLYPH_BAR = 0x2502,        /* │ */
    GLYPH_RARE = 0xb7,         /* · */
    GLYPH_SATURATED = 0x25c6,  /* ◆ */
    GLYPH_CEILING = 0x2503,    /* ┃ */
    GLYPH_STEP = 0x2501,       /* ━ */
    GLYPH_STEP_DOWN = 0x250f,  /* ┏ */
    GLYPH_STEP_LEFT = 0x251b,  /* ┛ */
    GLYPH_STEP_RIGHT = 0x2517, /* ┗ */
    GLYPH_STEP_OVER = 0x2513,  /* ┓ */
    GLYPH_MARK = 0x250a,       /* ┊ */
    GLYPH_LEFT = 0x25c2,       /* ◂ */
    GLYPH_RIGHT = 0x25b8,      /* ▸ */
    GLYPH_UP = 0x25b4,         /* ▴ */
    GLYPH_DOWN = 0x25be,       /* ▾ */
    GLYPH_BORDER = 0x2502,     /* │ */
    GLYPH_RULE = 0x2500,       /* ─ */
    GLYPH_SHADE = 0x2592,      /* ▒ */
};

/* Left part of a cell, n eighths (1..8) wide; vertical: n eighths high. */
uint32_t glyph_horizontal(int eighths);
uint32_t glyph_vertical(int eighths);
/* A cell filled to step 0..RAMP_STEPS-1: readable without colour. */
uint32_t glyph_shade(int step);

/*
 * For terminals and themes without colours enough: no cell has a background of another role any
 * more; a half block of the ramp becomes one shade, of the mean of its two steps, so does a
 * block of seven eighths, and what is written on the ramp is written strongly.
 */
void surface_flatten(struct surface *surface);

/*
 * Flattens, then replaces every glyph above ASCII by its stand-in: ± by +/-, ≤ by <= and the
 * like where blanks behind leave room, of one column else.
 */
void surface_asciify(struct surface *surface);

#endif
