#include "ui/draw/surface.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/error.h"
#include "core/text.h"

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
        (struct cell){text_one_column(glyph) ? glyph : '?', (int16_t)role, (int16_t)back};
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
