#include "ui/draw/heatmap.h"

#include <math.h>

#include "ui/draw/glyphs.h"

enum role heatmap_role(const struct heatmap *map, double value)
{
    if (isnan(value))
        return ROLE_NONE;
    if (isinf(value))
        return ROLE_BAD;
    double share = map->high > map->low ? (value - map->low) / (map->high - map->low) : 0.5;
    int step = (int)floor(fmin(fmax(share, 0), 1) * RAMP_STEPS);
    return (enum role)(ROLE_RAMP + (step < RAMP_STEPS ? step : RAMP_STEPS - 1));
}

static enum role role_at(const struct heatmap *map, int column, int place, int places)
{
    int row = (int)((int64_t)place * map->rows / places);
    return heatmap_role(map, map->values[(int64_t)row * map->columns + column]);
}

void heatmap_draw(const struct heatmap *map, struct surface *surface, struct rect area)
{
    for (int x = 0; x < area.width; x++) {
        int column = (int)((int64_t)x * map->columns / area.width);
        for (int y = 0; y < area.height; y++) {
            enum role upper = role_at(map, column, 2 * y, 2 * area.height);
            enum role lower = role_at(map, column, 2 * y + 1, 2 * area.height);
            if (upper != ROLE_NONE)
                surface_put_on(surface, area.x + x, area.y + y, GLYPH_UPPER_HALF, upper, lower);
            else if (lower != ROLE_NONE)
                surface_put(surface, area.x + x, area.y + y, GLYPH_LOWER_HALF, lower);
        }
    }
}

int heatmap_draw_key(struct surface *surface, int x, int y, const char *low, const char *high)
{
    x = surface_text(surface, x, y, -1, ROLE_DIM, low) + 1;
    for (int step = 0; step < RAMP_STEPS; step++) {
        enum role role = (enum role)(ROLE_RAMP + step);
        surface_put_on(surface, x++, y, GLYPH_UPPER_HALF, role, role);
    }
    return surface_text(surface, x + 1, y, -1, ROLE_DIM, high);
}
