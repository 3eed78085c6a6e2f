#include "ui/draw/layer_pitch.h"

struct layer_pitch layers_pitch(int shown, int rows)
{
    if (shown <= LAYERS_FEW)
        return rows >= 2 + 3 * shown ? (struct layer_pitch){2, 3} : (struct layer_pitch){1, 1};
    int pitch = rows / (shown + 1);
    pitch = pitch < 1 ? 1 : pitch > 3 ? 3 : pitch;
    return (struct layer_pitch){pitch, pitch};
}
