/* The sets of kernels that this build has (internal to core/kernels*.c). */
#ifndef NABLASCOPE_CORE_KERNEL_SETS_H
#define NABLASCOPE_CORE_KERNEL_SETS_H

#include "core/kernels.h"

#if defined(__x86_64__)
#define KERNELS_X86 1
extern const struct kernels kernels_avx512, kernels_avx2;
#elif defined(__aarch64__)
#define KERNELS_NEON 1
extern const struct kernels kernels_neon;
#endif
extern const struct kernels kernels_portable;

#endif
