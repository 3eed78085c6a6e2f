/*
 * A grey picture as shades: two of its places a cell, one above the other, so that places are
 * square.
 */
#ifndef NABLASCOPE_UI_DRAW_BITMAP_H
#define NABLASCOPE_UI_DRAW_BITMAP_H

#include "ui/draw/surface.h"

struct bitmap {
    int width, height;           /* of pixels, both at least 1 */
    const unsigned char *pixels; /* height rows of width, the top row first */
    int brightest;               /* the value of the last step of the ramp; 0 is the first */
};

/*
 * The size in cells, at most that of the room, in which it is drawn without distortion: every
 * pixel `scale` places on a side, or where it has to be smaller so many pixels one place. No
 * width where there is no room for two places.
 */
struct bitmap_size {
    int width, height;
};
struct bitmap_size bitmap_fit(int width, int height, int columns, int rows);

/* Fills the area with width × 2·height places; one that shows several pixels has their mean. */
void bitmap_draw(const struct bitmap *bitmap, struct surface *surface, struct rect area);

#endif
