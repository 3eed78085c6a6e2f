#include "ui/views/data.h"

#include <math.h>
#include <stdio.h>

#include "ui/draw/glyphs.h"
#include "ui/draw/heatmap.h"

enum { HEADING = 1, LEAST_ROWS = 2, MOST_ROWS = 8 };

/* How many maps of so many rows stand beside and below each other. */
struct grid {
    int rows; /* of a map; it is twice as many columns wide */
    int across, down;
};

static struct grid grid_of(struct rect area, int rows)
{
    return (struct grid){
        rows, (area.width + 1) / (2 * rows + 1), (area.height - HEADING) / (rows + 1)};
}

/* The largest maps of which all fit, else the smallest. */
static struct grid choose(struct rect area, int units)
{
    for (int rows = MOST_ROWS; rows > LEAST_ROWS; rows--) {
        struct grid grid = grid_of(area, rows);
        if (grid.across * grid.down >= units)
            return grid;
    }
    return grid_of(area, LEAST_ROWS);
}

int data_unit_maps_side(struct rect area, int units)
{
    struct grid grid = choose(area, units);
    return grid.across > 0 && grid.down > 0 ? 2 * grid.rows : 0;
}

static struct heatmap map_of(const struct snapshot *s, int unit)
{
    const struct plane_detail *plane = &s->plane;
    int places = plane->small * plane->small;
    struct heatmap map = {.columns = plane->small,
        .rows = plane->small,
        .values = plane->maps + (ptrdiff_t)(unit - 1) * places};
    double lowest = 0, largest = 0;
    for (int i = 0; i < places; i++) {
        lowest = fmin(lowest, map.values[i]);
        largest = fmax(largest, fabs(map.values[i]));
    }
    bool hidden = s->watch.layer < s->seen.layer_count;
    bool bounded = hidden && s->seen.activation.bounded;
    /* A unit that is 0 everywhere lies at the low end. */
    map.high = bounded || largest == 0 ? 1 : largest;
    map.low = bounded && s->seen.hparams.activation == ACTIVATION_TANH ? -1
        : lowest < 0 && !bounded                                       ? -map.high
                                                                       : 0;
    return map;
}

static void draw_one(const struct snapshot *s, struct surface *surface, int unit, int x, int y,
    const struct grid *grid)
{
    struct heatmap map = map_of(s, unit);
    heatmap_draw(&map, surface, (struct rect){x, y, 2 * grid->rows, grid->rows});
    struct data_unit_sign sign = data_unit_sign_of(s, unit);
    bool selected = unit == s->watch.unit;
    int end = surface_print(
        surface, x, y + grid->rows, selected ? ROLE_SELECTED : ROLE_DIM, "%d", unit);
    surface_put(surface, end, y + grid->rows, sign.glyph, sign.role);
}

static void draw_heading(
    const struct snapshot *s, struct surface *surface, struct rect area, int first, int last)
{
    char text[120], name[20] = "output";
    if (s->watch.layer < s->seen.layer_count)
        (void)snprintf(name, sizeof name, "layer %d", s->watch.layer);
    int units = s->plane.units;
    if (last - first + 1 < units)
        (void)snprintf(text, sizeof text, "%s: units %d-%d of %d", name, first, last, units);
    else
        (void)snprintf(text, sizeof text, "%s: all %d units", name, units);
    int x = surface_text(surface, area.x, area.y, area.width, ROLE_STRONG, text);
    bool bounded = s->watch.layer < s->seen.layer_count && s->seen.activation.bounded;
    const char *scale = bounded ? "" : "each to its own scale";
    if (x + 2 + text_columns(scale) <= area.x + area.width)
        surface_text(surface, x + 2, area.y, -1, ROLE_DIM, scale);
}

void data_unit_maps_draw(
    const struct snapshot *snapshot, struct surface *surface, struct rect area)
{
    const struct plane_detail *plane = &snapshot->plane;
    struct grid grid = choose(area, plane->units);
    int room = grid.across * grid.down;
    if (room < 1 || plane->small < 1)
        return;
    int first = (snapshot->watch.unit - 1) / room * room + 1;
    int last = first + room - 1 < plane->units ? first + room - 1 : plane->units;
    draw_heading(snapshot, surface, area, first, last);
    for (int i = 0; first + i <= last; i++)
        draw_one(snapshot, surface, first + i, area.x + i % grid.across * (2 * grid.rows + 1),
            area.y + HEADING + i / grid.across * (grid.rows + 1), &grid);
}
