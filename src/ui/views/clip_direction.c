/* The gradient's direction before and after clipping. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/elementary.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/views/clip.h"

enum { COLUMNS_MOST = 160, ROWS_MOST = 60, LABEL = 7 /* columns right of an arrow */ };

/* Places of half a cell's height: as wide as high. */
struct raster {
    int width, height;
    bool set[2 * ROWS_MOST][COLUMNS_MOST];
};

/* The pair of arrows: the one before below the middle, the one after as far above it. */
struct fan {
    struct rect plot;
    double half;   /* angle to the middle, in radians */
    double length; /* columns, which are half rows */
    int x, y;      /* the common origin: its column; half rows from the plot's top */
};

/*
 * As long as they can be at any angle up to 60°, so that they do not change where it does; only
 * beyond they give way. Clipping keeps signs, so that it never turns by more than 90°.
 */
static struct fan fan_of(struct rect plot, double degrees)
{
    struct fan fan = {.plot = plot, .half = degrees / 2 * REAL_PI / 180, .y = plot.height};
    double widest = fmax(degrees, 60) / 2 * REAL_PI / 180;
    fan.length = floor(fmin(plot.width - LABEL - 2, (plot.height - 1) / sin(widest)));
    fan.x = plot.x + (plot.width - (int)fan.length - 1 - LABEL) / 2;
    return fan;
}

static void raster_line(struct raster *raster, const struct fan *fan, double angle)
{
    int steps = 2 * (int)fan->length + 1;
    for (int i = 0; i <= steps; i++) {
        double r = fan->length * i / steps;
        int column = fan->x - fan->plot.x + (int)floor(r * cos(angle) + 0.5);
        int row = fan->y - 1 - (int)floor(r * sin(angle) + 0.5);
        if (column >= 0 && column < raster->width && row >= 0 && row < raster->height)
            raster->set[row][column] = true;
    }
}

/* Solid in half cells, shaded in whole ones. */
static void raster_draw(
    const struct raster *raster, struct surface *surface, struct rect area, bool solid)
{
    for (int y = 0; y < area.height; y++) {
        for (int x = 0; x < raster->width; x++) {
            bool upper = raster->set[2 * y][x], lower = raster->set[2 * y + 1][x];
            if (upper || lower)
                surface_put(surface, area.x + x, area.y + y,
                    !solid               ? GLYPH_SHADE
                        : upper && lower ? GLYPH_FULL
                        : upper          ? GLYPH_UPPER_HALF
                                         : GLYPH_LOWER_HALF,
                    solid ? CLIP_AFTER : CLIP_BEFORE);
        }
    }
}

/* One arrow with its head, and its name at least that far from the middle. */
static void draw_arrow(
    const struct fan *fan, struct surface *surface, double angle, bool after, int least_row)
{
    struct raster raster = {.width = fan->plot.width, .height = 2 * fan->plot.height};
    enum role role = after ? CLIP_AFTER : CLIP_BEFORE;
    int x = fan->x + (int)floor(fan->length * cos(angle) + 0.5);
    int row = (fan->y - 1 - (int)floor(fan->length * sin(angle) + 0.5)) / 2;
    row = row < 0 ? 0 : row >= fan->plot.height ? fan->plot.height - 1 : row;
    raster_line(&raster, fan, angle);
    raster_draw(&raster, surface, fan->plot, after);
    surface_put(surface, x, fan->plot.y + row, GLYPH_RIGHT, role);
    int name = after ? (row < least_row ? row : least_row) : row > least_row ? row : least_row;
    surface_text(surface, x + 2, fan->plot.y + name, -1, role, after ? "after" : "before");
}

/* Dots from one arrow to the other, and at their middle the angle. */
static void draw_angle(const struct fan *fan, struct surface *surface, double degrees)
{
    double radius = fan->length * 0.55, pace = 2 / radius;
    int middle = fan->plot.y + (fan->y - 1) / 2, x = fan->x + (int)radius + 2;
    char text[24];
    for (double at = -fan->half + pace; at < fan->half - pace / 2; at += pace)
        surface_put(surface, fan->x + (int)(radius * cos(at)),
            fan->plot.y + (fan->y - 1 - (int)floor(radius * sin(at) + 0.5)) / 2,
            GLYPH_MIDDLE_DOT, ROLE_DIM);
    (void)snprintf(text, sizeof text, "%.1f°", degrees);
    /* Between the arrows, or where they are too near each other, behind their heads. */
    if ((radius + 1) * tan(fan->half) < 3)
        x = fan->x + (int)fan->length + 2;
    surface_text(surface, x, middle, -1, ROLE_STRONG, text);
}

/* Of arrows that fall on each other both are drawn, one below the other. */
static void draw_same(const struct fan *fan, struct surface *surface, double degrees)
{
    int y = fan->plot.y + (fan->plot.height - 1) / 2, width = (int)fan->length;
    char text[24];
    for (int after = 0; after < 2; after++) {
        enum role role = after ? CLIP_AFTER : CLIP_BEFORE;
        surface_fill(surface, (struct rect){fan->x, y + after, width, 1},
            after ? glyph_vertical(7) : GLYPH_SHADE, role);
        surface_put(surface, fan->x + width, y + after, GLYPH_RIGHT, role);
        surface_text(
            surface, fan->x + width + 2, y + after, -1, role, after ? "after" : "before");
    }
    (void)snprintf(text, sizeof text, degrees < 0.05 ? "%.0f°" : "%.1f°", degrees);
    if (y > fan->plot.y)
        surface_text(surface, fan->x + width + 2, y - 1, -1, ROLE_STRONG, text);
}

void clip_draw_arrows(
    const struct snapshot *snapshot, struct surface *surface, struct rect plot)
{
    double degrees = clip_angle(&snapshot->seen.clip);
    plot.width = plot.width < COLUMNS_MOST ? plot.width : COLUMNS_MOST;
    plot.height = plot.height < ROWS_MOST ? plot.height : ROWS_MOST;
    struct fan fan = fan_of(plot, degrees);
    int middle = (fan.y - 1) / 2;
    if (fan.length < 4)
        return;
    if (2 * fan.length * sin(fan.half) < 2) { /* heads within a row */
        draw_same(&fan, surface, degrees);
        return;
    }
    draw_angle(&fan, surface, degrees);
    draw_arrow(&fan, surface, -fan.half, false, middle + 1);
    draw_arrow(&fan, surface, fan.half, true, middle - 1);
    surface_put(surface, fan.x, plot.y + middle, GLYPH_DISC, ROLE_STRONG);
}

void clip_draw_direction(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct snapshot *snapshot = scene->snapshot;
    double angle = clip_angle(&snapshot->seen.clip);
    int words = area.height >= 7 ? 2 : area.height >= 5;
    struct rect plot = {area.x, area.y + 1, area.width, area.height - 1 - words};
    char text[64];
    if (plot.height < 2 || plot.width < 14)
        return;
    if (isnan(angle) || !isfinite(snapshot->seen.clip.norm_before)) {
        surface_text(surface, area.x, area.y, area.width, ROLE_BAD, "direction: not finite");
        return;
    }
    if (snapshot->seen.clip.norm_before <= 0) {
        surface_text(surface, area.x, area.y, area.width, ROLE_DIM, "no direction: g is 0");
        return;
    }
    surface_text(surface, area.x, area.y, area.width, ROLE_HEADING, "direction, unit length");
    clip_draw_arrows(snapshot, surface, plot);
    int y = plot.y + plot.height;
    clip_tell_angle(snapshot, text, sizeof text);
    if (words > 0)
        surface_text(surface, area.x, y++, area.width, ROLE_TEXT, text);
    clip_tell_step(snapshot, area.width < 36, text, sizeof text);
    if (words > 1)
        surface_text(surface, area.x, y, area.width, ROLE_TEXT, text);
}
