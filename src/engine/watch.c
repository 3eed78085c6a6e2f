#include "engine/watch.h"

#include <string.h>

bool watch_equal(const struct watch *a, const struct watch *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static int clamp(int value, int most)
{
    return value < 1 ? 1 : value > most ? most : value;
}

void watch_clamp(struct watch *watch, const struct network *network)
{
    watch->layer = clamp(watch->layer, network->layer_count);
    watch->unit = clamp(watch->unit, network->layers[watch->layer - 1].n_out);
}
