#include "ui/draw/hollow.h"

#include <math.h>

#include "core/error.h"
#include "ui/draw/glyphs.h"

/* What is written on a field of this ink; bars are as bright as the ramp's end, or brighter. */
static enum role on_field(enum role field)
{
    int step = field >= ROLE_RAMP && field < ROLE_RAMP + RAMP_STEPS ? (int)field - ROLE_RAMP
                                                                    : RAMP_STEPS - 1;
    return field == ROLE_NONE ? ROLE_GHOST : (enum role)(ROLE_ON_RAMP + step);
}

static const struct cell *cell_at(const struct surface *surface, int x, int y)
{
    bool inside = x >= 0 && x < surface->width && y >= 0 && y < surface->height;
    return inside ? &surface->cells[y * surface->width + x] : NULL;
}

/* Most of the cell is in the role's ink. */
static bool is_filled(const struct cell *cell)
{
    uint32_t glyph = cell->glyph;
    return glyph >= glyph_vertical(5) && glyph <= glyph_horizontal(5);
}

/* Nothing that has to be read. */
static bool is_free(const struct cell *cell)
{
    uint32_t glyph = cell->glyph;
    bool part = glyph > 0x2580 && glyph <= 0x258f, half = glyph == GLYPH_UPPER_HALF;
    bool shade = glyph >= 0x2591 && glyph <= 0x2593;
    return glyph == ' ' || glyph == GLYPH_MIDDLE_DOT || glyph == GLYPH_QUADRANT || part ||
        half || shade;
}

bool hollow_put(struct surface *surface, int x, int y)
{
    const struct cell *cell = cell_at(surface, x, y);
    if (!cell || !is_free(cell))
        return false;
    enum role field = is_filled(cell) ? (enum role)cell->role : (enum role)cell->back;
    surface_put_on(surface, x, y, GLYPH_RING, on_field(field), field);
    return true;
}

void hollow_on_bar(struct surface *surface, struct rect bar, double place)
{
    int y = bar.y + (bar.height - 1) / 2, last = bar.width - 1;
    if (isnan(place) || bar.width < 1)
        return;
    if (place < 0 || place > bar.width) {
        int x = bar.x + (place < 0 ? 0 : last);
        const struct cell *cell = cell_at(surface, x, y);
        if (cell && is_free(cell) && !is_filled(cell))
            surface_put(surface, x, y, place < 0 ? GLYPH_LEFT : GLYPH_RIGHT, ROLE_GHOST);
        return;
    }
    /* The column in which a bar of that length, in eighths, ends. */
    int at = (int)ceil((double)lround(place * 8) / 8) - 1;
    at = at < 0 ? 0 : at > last ? last : at;
    static const int aside[] = {0, -1, 1};
    for (size_t i = 0; i < ARRAY_LEN(aside); i++) {
        int x = at + aside[i];
        for (int row = 0; row < bar.height && x >= 0 && x <= last; row++) {
            if (hollow_put(surface, bar.x + x, bar.y + (y - bar.y + row) % bar.height))
                return;
        }
    }
}

void hollow_on_curve(
    struct surface *surface, int x, struct rect area, double height, bool beyond)
{
    if (!(height >= 0 && height <= 1) || area.height < 1)
        return;
    /* In thirds of a row; curves are solid up to their value, which is their upper edge. */
    int thirds = (int)lround(height * (area.height * 3 - 1));
    static const uint32_t line[] = {0x2581, GLYPH_RULE, 0x2594};
    int y = area.y + area.height - 1 - thirds / 3;
    const struct cell *cell = cell_at(surface, x, y);
    bool shaded = cell && cell->glyph == 0x2591;
    uint32_t glyph = beyond ? GLYPH_MIDDLE_DOT : line[thirds % 3];
    if (cell && (cell->glyph == ' ' || shaded))
        surface_put(surface, x, y, glyph, ROLE_GHOST);
    else if (cell && cell->glyph == GLYPH_FULL)
        surface_put_on(
            surface, x, y, glyph, on_field((enum role)cell->role), (enum role)cell->role);
}
