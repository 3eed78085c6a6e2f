/* The units view while a step is seen happening: activations go up, the error signal comes
 * back. */
#include <math.h>
#include <stdio.h>

#include "ui/draw/glyphs.h"
#include "ui/views/units.h"

/* Layers of a column. */
static int first_of(const struct unit_grid *grid, int column)
{
    return column * grid->column_layers + 1;
}

static int last_of(const struct unit_grid *grid, int column)
{
    int last = (column + 1) * grid->column_layers;
    return last < grid->layers ? last : grid->layers;
}

/* Eighths of a row for the column's signal, on a log scale down to the smallest. */
static int eighths_of(const struct scene *scene, int layer)
{
    const struct observation *seen = &scene->snapshot->seen;
    double least = INFINITY, most = 0, signal = seen->layers[layer - 1].signal;
    for (int l = 0; l < seen->layer_count; l++) {
        double value = seen->layers[l].signal;
        if (value > 0 && isfinite(value)) {
            least = fmin(least, value);
            most = fmax(most, value);
        }
    }
    if (!(signal > 0) || !isfinite(signal))
        return 0;
    /* A decade less than the smallest is 0, so that this one is still seen. */
    double low = log10(least) - 1, share = (log10(signal) - low) / (log10(most) - low);
    int eighths = (int)lround(8 * share);
    return eighths < 1 ? 1 : eighths > 8 ? 8 : eighths;
}

/* Where the counts stand: the error signals as far as they have come. */
static void draw_signals(const struct unit_grid *grid, const struct scene *scene,
    struct surface *surface, int x, int y)
{
    int width = grid->pitch > 1 ? grid->across * grid->width - (grid->width > 1) : 1;
    surface_fill(surface, (struct rect){x, y, grid->columns * grid->pitch, 1}, ' ', ROLE_TEXT);
    for (int c = 0; c < grid->columns; c++) {
        int low = first_of(grid, c);
        bool here = low <= scene->wave.layer && scene->wave.layer <= last_of(grid, c);
        int at = x + c * grid->pitch;
        if (wave_knows_signal(&scene->wave, low))
            for (int i = 0, e = eighths_of(scene, low); i < width && e > 0; i++)
                surface_put(surface, at + i, y, glyph_vertical(e), ROLE_SIGNAL);
        else
            surface_put(surface, at, y, here ? GLYPH_LEFT : GLYPH_MIDDLE_DOT,
                here ? ROLE_BACKWARD : ROLE_DIM);
    }
}

/* Shades keep their step, in another colour; marks stay as they are. */
static void dim(struct surface *surface, struct rect area, enum role role)
{
    for (int y = area.y; y < area.y + area.height && y < surface->height; y++) {
        for (int x = area.x; x < area.x + area.width && x < surface->width; x++) {
            const struct cell *cell = &surface->cells[y * surface->width + x];
            int step = cell->role - ROLE_RAMP;
            if (step < 0 || step >= RAMP_STEPS)
                continue;
            /* A half block is two units, one on the other: one colour would make it half. */
            bool two = cell->glyph == GLYPH_UPPER_HALF;
            surface_put(surface, x, y, two ? glyph_shade(step) : cell->glyph, role);
        }
    }
}

void units_wave_draw(const struct unit_grid *grid, const struct scene *scene,
    struct surface *surface, int x, int y, int counts)
{
    const struct wave_moment *wave = &scene->wave;
    int width = grid->across * grid->width;
    if (wave->phase == WAVE_NONE)
        return;
    for (int c = 0; c < grid->columns; c++) {
        int low = first_of(grid, c), high = last_of(grid, c), at = x + c * grid->pitch;
        struct rect column = {at, y, width, grid->rows};
        bool here = low <= wave->layer && wave->layer <= high;
        if (!wave_knows_activation(wave, high)) {
            /* With the brackets of the selection at both sides. */
            column.x--;
            column.width++;
            surface_fill(surface, column, ' ', ROLE_TEXT);
            surface_put(surface, at, y, GLYPH_MIDDLE_DOT, ROLE_DIM);
        } else if (wave->phase == WAVE_BACKWARD && !wave_knows_signal(wave, low)) {
            dim(surface, column, here ? ROLE_BACKWARD : ROLE_DIM);
        }
    }
    if (counts < 0 || counts >= surface->height)
        return;
    if (wave->phase == WAVE_BACKWARD || wave->phase == WAVE_CLIP ||
        wave->phase == WAVE_UPDATE) {
        draw_signals(grid, scene, surface, x, counts);
        return;
    }
    surface_fill(
        surface, (struct rect){x, counts, grid->columns * grid->pitch, 1}, ' ', ROLE_TEXT);
    for (int c = 0; c < grid->columns; c++) {
        if (wave->phase == WAVE_FORWARD && first_of(grid, c) <= wave->layer &&
            wave->layer <= last_of(grid, c))
            surface_put(surface, x + c * grid->pitch, counts, GLYPH_RIGHT, ROLE_FORWARD);
    }
}
