#include "picture/color.h"

/* A coordinate of the cube. */
static int level(int step)
{
    return step > 0 ? 55 + 40 * step : 0;
}

struct rgb color_rgb(int color)
{
    static const struct rgb own[16] = {{0, 0, 0}, {205, 0, 0}, {0, 205, 0}, {205, 205, 0},
        {0, 0, 238}, {205, 0, 205}, {0, 205, 205}, {229, 229, 229}, {127, 127, 127},
        {255, 0, 0}, {0, 255, 0}, {255, 255, 0}, {92, 92, 255}, {255, 0, 255}, {0, 255, 255},
        {255, 255, 255}};
    if (color < 16)
        return own[color];
    if (color >= 232) {
        int grey = 8 + 10 * (color - 232);
        return (struct rgb){grey, grey, grey};
    }
    color -= 16;
    return (struct rgb){level(color / 36), level(color / 6 % 6), level(color % 6)};
}
