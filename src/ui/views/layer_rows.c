#include "ui/views/layer_rows.h"

#include <stdio.h>

int layers_a_row(int layers, int rows)
{
    return rows > 0 ? (layers + rows - 1) / rows : layers;
}

void layer_label(int low, int high, int layers, char text[LAYER_LABEL])
{
    if (high == layers)
        (void)snprintf(text, LAYER_LABEL, "out");
    else if (low == high)
        (void)snprintf(text, LAYER_LABEL, "%d", low);
    else
        (void)snprintf(text, LAYER_LABEL, "%d-%d", high, low);
}
