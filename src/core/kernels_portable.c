/* Kernels for every processor: fma is the compiler's or libm's. */
#include "core/kernel_sets.h"

#define KERNEL(name) name##_portable
#define KERNEL_NAME "portable"
#define TARGET
#define LANES 2
#define LANES_OF(F) F(0), F(1)
#define TILE_VECTORS 4
#define TILE_PANELS(P) P(4, 4)

static bool supported_portable(void)
{
    return true;
}

#include "core/kernel_template.h"
