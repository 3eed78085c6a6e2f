/* Kernels for 64-bit ARM, where two doubles a vector and fma belong to the base. */
#include "core/kernel_sets.h"

#ifdef KERNELS_NEON

#define KERNEL(name) name##_neon
#define KERNEL_NAME "neon"
#define TARGET
#define LANES 2
#define LANES_OF(F) F(0), F(1)
#define TILE_VECTORS 4
#define TILE_PANELS(P) P(6, 4)

static bool supported_neon(void)
{
    return true;
}

#include "core/kernel_template.h"

#endif
