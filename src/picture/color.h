/* xterm's 256 colours, as it comes with them. */
#ifndef NABLASCOPE_PICTURE_COLOR_H
#define NABLASCOPE_PICTURE_COLOR_H

struct rgb {
    int red, green, blue; /* 0..255 */
};

/* Of a colour by its number: the 16 that terminals have their own of, a cube of 6×6×6, greys.
 */
struct rgb color_rgb(int color);

#endif
