/*
 * Vectors of one instruction set, for the kernel_*.h that kernel_template.h includes.
 *
 * GCC's vector types, so that a line of arithmetic is one instruction in every set. Loops over
 * registers are unrolled in full: an array of vectors whose indices are constants lives in
 * registers, one with a variable index in memory.
 */
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 32")
#endif

#define INLINE static inline __attribute__((always_inline, unused)) TARGET

/* What is rare, out of the way of what is often. */
#define NOINLINE __attribute__((noinline))

/* Any alignment, and the same memory is read as doubles. */
typedef double KERNEL(vector) __attribute__((vector_size(8 * LANES), aligned(8), may_alias));
typedef int64_t KERNEL(mask) __attribute__((vector_size(8 * LANES), aligned(8), may_alias));
#define VECTOR KERNEL(vector)
#define MASK KERNEL(mask)

/* `columns` with their padding. */
INLINE int KERNEL(padded)(int columns)
{
    return (columns + KERNEL_COLUMNS - 1) / KERNEL_COLUMNS * KERNEL_COLUMNS;
}

INLINE VECTOR KERNEL(load)(const double *from)
{
    return *(const VECTOR *)from;
}

INLINE void KERNEL(store)(double *to, VECTOR x)
{
    *(VECTOR *)to = x;
}

INLINE VECTOR KERNEL(broadcast)(double x)
{
#define LANE(l) x
    return (VECTOR){LANES_OF(LANE)};
#undef LANE
}

/* x·y + z in every lane; both compilers make one instruction of it. */
INLINE VECTOR KERNEL(fma)(VECTOR x, VECTOR y, VECTOR z)
{
#define LANE(l) __builtin_fma(x[l], y[l], z[l])
    return (VECTOR){LANES_OF(LANE)};
#undef LANE
}

/* All bits in the first `count` lanes, none in the others; any count above 0. */
INLINE MASK KERNEL(first_lanes)(int count)
{
    static const int64_t bits[2 * LANES] = {
#define LANE(l) -1
        LANES_OF(LANE)
#undef LANE
    };
    return *(const MASK *)(bits + (count < LANES ? LANES - count : 0));
}

INLINE VECTOR KERNEL(keep)(VECTOR x, MASK mask)
{
    return (VECTOR)((MASK)x & mask);
}

/* x where the mask is set, else y. */
INLINE VECTOR KERNEL(choose)(MASK mask, VECTOR x, VECTOR y)
{
    return (VECTOR)(((MASK)x & mask) | ((MASK)y & ~mask));
}

/*
 * x, but no less than `least`, no more than `most`; NaN passes. Loops: of these both compilers
 * make the instruction for a maximum.
 */
INLINE VECTOR KERNEL(at_least)(VECTOR x, VECTOR least)
{
    VECTOR y = x;
    for (int l = 0; l < LANES; l++)
        y[l] = x[l] < least[l] ? least[l] : x[l];
    return y;
}

INLINE VECTOR KERNEL(at_most)(VECTOR x, VECTOR most)
{
    VECTOR y = x;
    for (int l = 0; l < LANES; l++)
        y[l] = x[l] > most[l] ? most[l] : x[l];
    return y;
}

/* |x| */
INLINE VECTOR KERNEL(size)(VECTOR x)
{
    return (VECTOR)((MASK)x & INT64_MAX);
}
