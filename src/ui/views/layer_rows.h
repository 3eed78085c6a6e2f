/*
 * Layers on rows, where there are more of them than rows.
 */
#ifndef NABLASCOPE_UI_VIEWS_LAYER_ROWS_H
#define NABLASCOPE_UI_VIEWS_LAYER_ROWS_H

/* Layers a row has so that `layers` fit into `rows`. */
int layers_a_row(int layers, int rows);

/*
 * Rows of the output and of each row of hidden layers, where there are `rows` for them all and
 * `shown` of the latter. Of few layers the hidden ones have 3 or 1, the output 2 or 1: 3 are
 * two of units and one of air.
 */
struct layer_pitch {
    int output, hidden;
};
struct layer_pitch layers_pitch(int shown, int rows);

enum { LAYER_LABEL = 16, LAYERS_FEW = 3 /* hidden ones: each can have much of the screen */ };

/* "out" of the last of the `layers`, "7", or "9-7" of several. */
void layer_label(int low, int high, int layers, char text[LAYER_LABEL]);

#endif
