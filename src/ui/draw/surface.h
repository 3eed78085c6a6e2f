/*
 * A grid of cells, the only thing a view draws on.
 *
 * Drawing never fails and never draws outside the surface. Coordinates are columns (x) and rows
 * (y) from the top left, 0-based. Every glyph used is one column wide.
 */
#ifndef NABLASCOPE_UI_DRAW_SURFACE_H
#define NABLASCOPE_UI_DRAW_SURFACE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/text.h"
#include "ui/draw/role.h"

struct cell {
    uint32_t glyph; /* Unicode code point; never a control character */
    int16_t role;   /* enum role */
    int16_t back;   /* enum role whose ink is the background here, or ROLE_NONE */
};

bool cell_equal(const struct cell *a, const struct cell *b);

struct rect {
    int x, y, width, height;
};

struct surface {
    int width, height;
    struct cell *cells; /* height rows of width cells, owned */
};

/* NULL when out of memory; sizes below 1 are raised to 1. */
struct surface *surface_create(int width, int height);
void surface_destroy(struct surface *surface);

/* Changes the size and clears; false when out of memory (the old size stays). */
bool surface_resize(struct surface *surface, int width, int height);
void surface_clear(struct surface *surface);

void surface_put(struct surface *surface, int x, int y, uint32_t glyph, enum role role);
/* The same on the ink of another role as background, for two colours in one cell. */
void surface_put_on(
    struct surface *surface, int x, int y, uint32_t glyph, enum role role, enum role back);
void surface_fill(struct surface *surface, struct rect area, uint32_t glyph, enum role role);
/* Changes the role and keeps glyphs and backgrounds. */
void surface_paint(struct surface *surface, struct rect area, enum role role);

/* Copies the cells of `area` on another surface to (x, y). */
void surface_copy(
    struct surface *surface, int x, int y, const struct surface *from, struct rect area);

/*
 * Writes UTF-8 text, at most `limit` columns of it (no limit when negative), and returns the
 * column after it. Control characters, malformed bytes and glyphs that are not one column wide
 * are replaced by '?', so that no escape sequence gets through.
 */
int surface_text(
    struct surface *surface, int x, int y, int limit, enum role role, const char *text);
/* The same, formatted; at most 255 bytes. */
int surface_print(struct surface *surface, int x, int y, enum role role, const char *format,
    ...) __attribute__((format(printf, 5, 6)));

/* Writes words into a row of `width` columns; those that have no room are left out, which "…"
 * at the end says. */
void surface_line(
    struct surface *surface, int x, int y, int width, enum role role, const char *text);

/*
 * Writes words into the area, breaking lines at blanks, and returns the rows they take; with
 * surface NULL it only counts them.
 */
int surface_paragraph(
    struct surface *surface, struct rect area, enum role role, const char *text);

/* Columns that surface_text would use. */
int text_columns(const char *text);

#endif
