/* Kernels for x86-64 with AVX2 and FMA. */
#include "core/kernel_sets.h"

#ifdef KERNELS_X86

#define KERNEL(name) name##_avx2
#define KERNEL_NAME "avx2"
#define TARGET __attribute__((target("avx2,fma,bmi,bmi2")))
#define LANES 4
#define LANES_OF(F) F(0), F(1), F(2), F(3)
#define TILE_VECTORS 2
#define TILE_PANELS(P) P(6, 2)

static bool supported_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
        __builtin_cpu_supports("bmi2");
}

#include "core/kernel_template.h"

#endif
