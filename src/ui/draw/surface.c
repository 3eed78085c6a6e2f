#include "ui/draw/surface.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/error.h"

bool cell_equal(const struct cell *a, const struct cell *b)
{
    return a->glyph == b->glyph && a->role == b->role && a->back == b->back;
}

struct surface *surface_create(int width, int height)
{
    struct surface *surface = calloc(1, sizeof *surface);
    if (surface && !surface_resize(surface, width, height)) {
        free(surface);
        return NULL;
    }
    return surface;
}

void surface_destroy(struct surface *surface)
{
    if (!surface)
        return;
    free(surface->cells);
    free(surface);
}

bool surface_resize(struct surface *surface, int width, int height)
{
    width = width < 1 ? 1 : width;
    height = height < 1 ? 1 : height;
    struct cell *cells = calloc((size_t)width * (size_t)height, sizeof *cells);
    if (!cells)
        return false;
    free(surface->cells);
    surface->cells = cells;
    surface->width = width;
    surface->height = height;
    surface_clear(surface);
    return true;
}

void surface_clear(struct surface *surface)
{
    for (int i = 0; i < surface->width * surface->height; i++)
        surface->cells[i] = (struct cell){' ', ROLE_TEXT, ROLE_NONE};
}

struct span {
    uint32_t first, last;
};

/*
 * What is not one column wide, or moves the cursor, in any terminal: controls, combining marks,
 * directional marks, East Asian and emoji wide, what is no character. Not wcwidth, whose answer
 * depends on the locale.
 */
static const struct span unfit[] = {{0x0, 0x1f}, {0x7f, 0x9f}, {0xad, 0xad}, {0x300, 0x36f},
    {0x483, 0x489}, {0x591, 0x5bd}, {0x610, 0x61a}, {0x64b, 0x65f}, {0x6d6, 0x6ed},
    {0x900, 0x109f}, {0x1100, 0x11ff}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200f},
    {0x2028, 0x202e}, {0x2060, 0x206f}, {0x20d0, 0x20ff}, {0x231a, 0x231b}, {0x2329, 0x232a},
    {0x23e9, 0x23f3}, {0x25fd, 0x25fe}, {0x2614, 0x2615}, {0x2648, 0x2653}, {0x267f, 0x267f},
    {0x2693, 0x2693}, {0x26a1, 0x26a1}, {0x26aa, 0x26ab}, {0x26bd, 0x26be}, {0x26c4, 0x26c5},
    {0x26ce, 0x26ce}, {0x26d4, 0x26d4}, {0x26ea, 0x26ea}, {0x26f2, 0x26f3}, {0x26f5, 0x26f5},
    {0x26fa, 0x26fa}, {0x26fd, 0x26fd}, {0x2705, 0x2705}, {0x270a, 0x270b}, {0x2728, 0x2728},
    {0x274c, 0x274e}, {0x2753, 0x2757}, {0x2795, 0x2797}, {0x27b0, 0x27bf}, {0x2b1b, 0x2b1c},
    {0x2b50, 0x2b55}, {0x2e80, 0xa4cf}, {0xa960, 0xa97f}, {0xac00, 0xd7ff}, {0xd800, 0xfaff},
    {0xfe00, 0xfe6f}, {0xfeff, 0xff60}, {0xffe0, UINT32_MAX}};

static uint32_t fit_glyph(uint32_t glyph)
{
    if (glyph >= 0x20 && glyph < 0x7f)
        return glyph;
    for (size_t i = 0; i < ARRAY_LEN(unfit); i++) {
        if (glyph >= unfit[i].first && glyph <= unfit[i].last)
            return '?';
    }
    return glyph;
}

void surface_put(struct surface *surface, int x, int y, uint32_t glyph, enum role role)
{
    surface_put_on(surface, x, y, glyph, role, ROLE_NONE);
}

void surface_put_on(
    struct surface *surface, int x, int y, uint32_t glyph, enum role role, enum role back)
{
    if (x < 0 || y < 0 || x >= surface->width || y >= surface->height)
        return;
    surface->cells[y * surface->width + x] =
        (struct cell){fit_glyph(glyph), (int16_t)role, (int16_t)back};
}

void surface_fill(struct surface *surface, struct rect area, uint32_t glyph, enum role role)
{
    for (int y = area.y; y < area.y + area.height && y < surface->height; y++) {
        for (int x = area.x; x < area.x + area.width && x < surface->width; x++)
            surface_put(surface, x, y, glyph, role);
    }
}

void surface_paint(struct surface *surface, struct rect area, enum role role)
{
    for (int y = area.y; y < area.y + area.height && y < surface->height; y++) {
        for (int x = area.x; x < area.x + area.width && x < surface->width; x++) {
            if (x >= 0 && y >= 0)
                surface->cells[y * surface->width + x].role = (int16_t)role;
        }
    }
}

void surface_copy(
    struct surface *surface, int x, int y, const struct surface *from, struct rect area)
{
    for (int row = 0; row < area.height; row++) {
        for (int column = 0; column < area.width; column++) {
            const struct cell *cell =
                &from->cells[(area.y + row) * from->width + area.x + column];
            surface_put_on(surface, x + column, y + row, cell->glyph, (enum role)cell->role,
                (enum role)cell->back);
        }
    }
}

int surface_text(
    struct surface *surface, int x, int y, int limit, enum role role, const char *text)
{
    uint32_t glyph;
    for (int used = 0; (limit < 0 || used < limit) && (glyph = utf8_next(&text)) != 0; used++)
        surface_put(surface, x++, y, glyph, role);
    return x;
}

int surface_print(
    struct surface *surface, int x, int y, enum role role, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return surface_text(surface, x, y, -1, role, text);
}

/* Bytes of the next line of at most `width` columns, up to a blank where there is one. */
static int line_length(const char *text, int width)
{
    const char *at = text, *blank = NULL;
    for (int columns = 0; *at && columns <= width; columns++) {
        if (*at == ' ')
            blank = at;
        if (columns == width)
            return (int)((blank ? blank : at) - text);
        (void)utf8_next(&at);
    }
    return (int)(at - text);
}

void surface_line(
    struct surface *surface, int x, int y, int width, enum role role, const char *text)
{
    if (text_columns(text) <= width)
        surface_text(surface, x, y, -1, role, text);
    else
        surface_print(surface, x, y, role, "%.*s …", line_length(text, width - 2), text);
}

int surface_paragraph(
    struct surface *surface, struct rect area, enum role role, const char *text)
{
    int rows = 0;
    for (; *text && rows < area.height && area.width > 0; rows++) {
        int length = line_length(text, area.width);
        if (surface)
            surface_print(surface, area.x, area.y + rows, role, "%.*s", length, text);
        text += length;
        text += *text == ' ';
    }
    return rows;
}

int text_columns(const char *text)
{
    int columns = 0;
    while (utf8_next(&text) != 0)
        columns++;
    return columns;
}
