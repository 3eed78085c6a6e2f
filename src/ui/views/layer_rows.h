/*
 * Layers on rows, where there are more of them than rows.
 */
#ifndef NABLASCOPE_UI_VIEWS_LAYER_ROWS_H
#define NABLASCOPE_UI_VIEWS_LAYER_ROWS_H

/* Layers a row has so that `layers` fit into `rows`. */
int layers_a_row(int layers, int rows);

enum { LAYER_LABEL = 16 };

/* "out" of the last of the `layers`, "7", or "9-7" of several. */
void layer_label(int low, int high, int layers, char text[LAYER_LABEL]);

#endif
