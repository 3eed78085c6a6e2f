#include "ui/draw/bitmap.h"

#include "ui/draw/glyphs.h"

/* Cells for so many places, the last one only half full where they are odd. */
static int rows_of(int places)
{
    return (places + 1) / 2;
}

static int divided(int pixels, int by)
{
    return (pixels + by - 1) / by;
}

struct bitmap_size bitmap_fit(int width, int height, int columns, int rows)
{
    int scale = columns / width, by = 1;
    int high = 2 * rows / height;
    scale = scale < high ? scale : high;
    if (scale >= 1)
        return (struct bitmap_size){scale * width, rows_of(scale * height)};
    while (divided(width, by) > columns || rows_of(divided(height, by)) > rows) {
        if (by >= width && by >= height)
            return (struct bitmap_size){0, 0};
        by++;
    }
    return (struct bitmap_size){divided(width, by), rows_of(divided(height, by))};
}

/* Of the pixels that a place of so many shows, from `from` on, before `to`. */
struct span {
    int from, to;
};

static struct span span_of(int place, int places, int pixels)
{
    struct span span = {place * pixels / places, (place + 1) * pixels / places};
    if (span.to <= span.from)
        span.to = span.from + 1;
    return span;
}

static enum role role_of(const struct bitmap *b, struct span x, struct span y)
{
    int sum = 0, count = (x.to - x.from) * (y.to - y.from);
    for (int row = y.from; row < y.to; row++) {
        for (int column = x.from; column < x.to; column++)
            sum += b->pixels[row * b->width + column];
    }
    int step = b->brightest > 0 ? sum * RAMP_STEPS / (count * b->brightest) : 0;
    return (enum role)(ROLE_RAMP + (step < RAMP_STEPS ? step : RAMP_STEPS - 1));
}

void bitmap_draw(const struct bitmap *bitmap, struct surface *surface, struct rect area)
{
    int places = 2 * area.height;
    for (int x = 0; x < area.width; x++) {
        struct span columns = span_of(x, area.width, bitmap->width);
        for (int y = 0; y < area.height; y++) {
            enum role upper = role_of(bitmap, columns, span_of(2 * y, places, bitmap->height));
            enum role lower =
                role_of(bitmap, columns, span_of(2 * y + 1, places, bitmap->height));
            /* What is black is blank without colours. */
            bool black = upper == ROLE_RAMP && lower == ROLE_RAMP;
            surface_put_on(
                surface, area.x + x, area.y + y, black ? ' ' : GLYPH_UPPER_HALF, upper, lower);
        }
    }
}
