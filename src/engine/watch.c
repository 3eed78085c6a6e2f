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

void watch_clamp(struct watch *watch, const struct observation *seen)
{
    watch->layer = clamp(watch->layer, seen->layer_count);
    watch->unit = clamp(watch->unit, seen->layers[watch->layer - 1].units);
}
