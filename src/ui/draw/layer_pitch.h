/*
 * How high the rows of a table of layers are: for the screen, which shares its rows out, and
 * for the view, which draws them.
 */
#ifndef NABLASCOPE_UI_DRAW_LAYER_PITCH_H
#define NABLASCOPE_UI_DRAW_LAYER_PITCH_H

enum { LAYERS_FEW = 3 /* hidden ones: each can have much of the screen */ };

/*
 * Rows of the output and of each of the `shown` rows of hidden layers, where there are `rows`
 * for them all. Of few layers the hidden ones have 3 or 1, the output 2 or 1: 3 are two of
 * units and one of air.
 */
struct layer_pitch {
    int output, hidden;
};
struct layer_pitch layers_pitch(int shown, int rows);

#endif
