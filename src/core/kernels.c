#include "core/kernels.h"

#include <string.h>

#include "core/error.h"
#include "core/kernel_sets.h"

static const struct kernels *const sets[] = {
#ifdef KERNELS_X86
    &kernels_avx512,
    &kernels_avx2,
#endif
#ifdef KERNELS_NEON
    &kernels_neon,
#endif
    &kernels_portable,
};

const struct kernels *kernels_select(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
        if ((!name || strcmp(name, sets[i]->name) == 0) && sets[i]->supported())
            return sets[i];
    }
    return NULL;
}

const char *kernels_name(int index)
{
    for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
        if (sets[i]->supported() && index-- == 0)
            return sets[i]->name;
    }
    return NULL;
}

bool kernels_have_fma(const struct kernels *kernels)
{
#ifdef __FP_FAST_FMA
    return kernels != NULL;
#else
    return kernels != &kernels_portable;
#endif
}

ptrdiff_t kernels_stride(int n)
{
    ptrdiff_t stride = (n + KERNEL_COLUMNS - 1) / KERNEL_COLUMNS * KERNEL_COLUMNS;
    /* Rows a multiple of 512 bytes apart would fall into the same few cache sets. */
    return stride % 64 == 0 ? stride + KERNEL_COLUMNS : stride;
}
