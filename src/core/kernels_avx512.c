/* Kernels for x86-64 with AVX-512 (F, DQ, VL). */
#include "core/kernel_sets.h"

#ifdef KERNELS_X86

#define KERNEL(name) name##_avx512
#define KERNEL_NAME "avx512"
#define TARGET                                                                                 \
    __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx512cd,avx2,fma,bmi,bmi2")))
#define LANES 8
#define LANES_OF(F) F(0), F(1), F(2), F(3), F(4), F(5), F(6), F(7)
#define TILE_VECTORS 4
#define TILE_PANELS(P) P(6, 4) P(8, 2) P(16, 1)

static bool supported_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
}

#include "core/kernel_template.h"

#endif
