#include "ui/views/layer_rows.h"

#include <stdio.h>

int layers_a_row(int layers, int rows)
{
    return rows > 0 ? (layers + rows - 1) / rows : layers;
}

struct layer_pitch layers_pitch(int shown, int rows)
{
    if (shown <= LAYERS_FEW)
        return rows >= 2 + 3 * shown ? (struct layer_pitch){2, 3} : (struct layer_pitch){1, 1};
    int pitch = rows / (shown + 1);
    pitch = pitch < 1 ? 1 : pitch > 3 ? 3 : pitch;
    return (struct layer_pitch){pitch, pitch};
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
