/* The gradient's direction before and after clipping. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/elementary.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/views/clip.h"

enum { COLUMNS_MOST = 160, ROWS_MOST = 60 };
#define LEAST_ANGLE 0.5 /* degrees, from which on a turn is drawn */

/* Places of half a cell's height: as wide as high. Origin at the bottom left. */
struct raster {
    int width, height;
    bool set[2 * ROWS_MOST][COLUMNS_MOST];
};

static void raster_line(struct raster *raster, double x, double y)
{
    int steps = (int)ceil(fmax(fabs(x), fabs(y))) + 1;
    for (int i = 0; i <= steps; i++) {
        int column = (int)(x * i / steps), row = (int)(y * i / steps);
        if (column >= 0 && column < raster->width && row >= 0 && row < raster->height)
            raster->set[row][column] = true;
    }
}

static void raster_draw(
    const struct raster *raster, struct surface *surface, struct rect area, enum role role)
{
    for (int y = 0; y < area.height; y++) {
        for (int x = 0; x < raster->width; x++) {
            int row = raster->height - 1 - 2 * y;
            bool upper = raster->set[row][x], lower = raster->set[row - 1][x];
            if (upper || lower)
                surface_put(surface, area.x + x, area.y + y,
                    upper && lower ? GLYPH_FULL
                        : upper    ? GLYPH_UPPER_HALF
                                   : GLYPH_LOWER_HALF,
                    role);
        }
    }
}

/* How far a ray at this angle reaches within the area; a row counts as two columns. */
static double reach(struct rect area, double angle)
{
    return fmin(2 * area.height / sin(angle), area.width / fmax(cos(angle), 1e-9));
}

/*
 * Dots at an angle to g before clipping, from a distance on, with the degrees at the end: a dot
 * each row, where the ray is flat a dot each third column.
 */
static void draw_ray(
    struct surface *surface, struct rect area, double degrees, double from, enum role role)
{
    double angle = degrees * REAL_PI / 180, most = reach(area, angle);
    double pace = fmin(2 / sin(angle), 3 / fmax(cos(angle), 1e-9));
    int bottom = area.y + area.height - 1;
    for (double r = pace / 2; r < most - pace; r += pace) {
        if (r > from)
            surface_put(surface, area.x + (int)(r * cos(angle)),
                bottom - (int)(r * sin(angle) / 2), GLYPH_MIDDLE_DOT, role);
    }
    double end = fmin(most - pace / 2, (area.width - 4) / fmax(cos(angle), 1e-9));
    surface_print(surface, area.x + (int)(end * cos(angle)),
        bottom - (int)(end * sin(angle) / 2), role, "%.0f°", degrees);
}

/*
 * g before along the bottom, as long as the area; after clipping at its angle and in
 * proportion. It fits: each element keeps its sign and shrinks, so ‖g after‖ <= ‖g‖ cos θ, and
 * it rises at most by ‖g‖ cos θ sin θ <= ‖g‖/2.
 */
static void draw_arrows(
    const struct snapshot *snapshot, struct surface *surface, struct rect area)
{
    struct raster raster = {.width = area.width, .height = 2 * area.height};
    double length = fmin(area.width - 1, 4 * area.height);
    double scale = snapshot->seen.clip.norm_after / snapshot->seen.clip.norm_before;
    double angle = clip_angle(&snapshot->seen.clip) * REAL_PI / 180;
    int bottom = area.y + area.height - 1;
    surface_fill(
        surface, (struct rect){area.x, bottom, (int)length, 1}, GLYPH_SHADE, CLIP_BEFORE);
    surface_put(surface, area.x + (int)length, bottom, GLYPH_RIGHT, CLIP_BEFORE);
    double x = length * scale * cos(angle), y = length * scale * sin(angle);
    raster_line(&raster, x, y);
    raster_draw(&raster, surface, area, CLIP_AFTER);
    if (clip_angle(&snapshot->seen.clip) < LEAST_ANGLE)
        return;
    /* Dots go on in its direction, which is seen so also where the arrow is short. */
    draw_ray(surface, area, clip_angle(&snapshot->seen.clip), length * scale + 1, CLIP_AFTER);
    surface_put(surface, area.x + (int)x, bottom - (int)(y / 2), 0x25cf, CLIP_AFTER);
}

void clip_draw_direction(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct snapshot *snapshot = scene->snapshot;
    double angle = clip_angle(&snapshot->seen.clip);
    struct rect plot = {area.x, area.y + 1, area.width, area.height - 1};
    plot.width = plot.width < COLUMNS_MOST ? plot.width : COLUMNS_MOST;
    plot.height = plot.height < ROWS_MOST ? plot.height : ROWS_MOST;
    if (plot.height < 2 || plot.width < 12)
        return;
    if (isnan(angle) || !isfinite(snapshot->seen.clip.norm_before))
        surface_text(surface, area.x, area.y, area.width, ROLE_BAD, "direction: not finite");
    else if (snapshot->seen.clip.norm_before <= 0)
        surface_text(surface, area.x, area.y, area.width, ROLE_DIM, "no direction: g is 0");
    else {
        surface_text(surface, area.x, area.y, area.width, ROLE_HEADING,
            angle < LEAST_ANGLE ? "direction of g: kept" : "direction of g: turned");
        for (int degrees = 30; degrees <= 60; degrees += 30) {
            if (fabs(angle - degrees) > 8)
                draw_ray(surface, plot, degrees, 4, ROLE_DIM);
        }
        draw_arrows(snapshot, surface, plot);
    }
}
