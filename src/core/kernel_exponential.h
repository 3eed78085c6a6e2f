/*
 * Sigmoid and tanh of one instruction set: those of core/elementary.h to the bit, several
 * vectors in step. Of one vector alone each multiply-add waits for the one before, and a
 * processor looks ahead only so far.
 */
enum { IN_STEP = 4 };

#define IN_STEP_EACH                                                                           \
    UNROLL                                                                                     \
    for (int v = 0; v < IN_STEP; v++)

/* From x: x = n ln 2 + r, p = exp(r) - 1, and 2^(n + bias - 1023). */
struct KERNEL(exponentials) {
    VECTOR p[IN_STEP], power[IN_STEP];
};

INLINE void KERNEL(exponentials_of)(
    const VECTOR x[IN_STEP], double bias, struct KERNEL(exponentials) * e)
{
    const VECTOR shifter = KERNEL(broadcast)(0x1.8p52 + bias);
    VECTOR r[IN_STEP];
    IN_STEP_EACH
    {
        VECTOR shifted = KERNEL(fma)(x[v], KERNEL(broadcast)(REAL_LOG2_E), shifter);
        VECTOR n = shifted - shifter;
        r[v] = KERNEL(fma)(n, KERNEL(broadcast)(-REAL_LN2_HIGH), x[v]);
        r[v] = KERNEL(fma)(n, KERNEL(broadcast)(-REAL_LN2_LOW), r[v]);
        e->power[v] = (VECTOR)((MASK)shifted << 52);
        e->p[v] = KERNEL(broadcast)(EXP_LEADING);
    }
#define TERM(coefficient)                                                                      \
    IN_STEP_EACH e->p[v] = KERNEL(fma)(e->p[v], r[v], KERNEL(broadcast)(coefficient));
    EXP_COEFFICIENTS(TERM)
#undef TERM
    IN_STEP_EACH e->p[v] = KERNEL(fma)(e->p[v] * r[v], r[v], r[v]);
}

/* real_sigmoid */
INLINE void KERNEL(sigmoid_in_step)(const double *z, double *a)
{
    const VECTOR least = KERNEL(broadcast)(-760), most = KERNEL(broadcast)(100);
    const VECTOR unscale = KERNEL(broadcast)(REAL_UNSCALE);
    struct KERNEL(exponentials) e;
    VECTOR x[IN_STEP];
    IN_STEP_EACH
    {
        x[v] = KERNEL(at_least)(KERNEL(load)(z + v * LANES), least);
        x[v] = -KERNEL(at_most)(x[v], most);
    }
    KERNEL(exponentials_of)(x, 1023 - 128, &e);
    IN_STEP_EACH
    {
        VECTOR sum = KERNEL(fma)(e.p[v], e.power[v], e.power[v] + unscale);
        KERNEL(store)(a + v * LANES, unscale / sum);
    }
}

/* real_tanh */
INLINE void KERNEL(tanh_in_step)(const double *z, double *a)
{
    const VECTOR most = KERNEL(broadcast)(20), one = KERNEL(broadcast)(1);
    struct KERNEL(exponentials) e;
    VECTOR x[IN_STEP];
    IN_STEP_EACH
    {
        VECTOR distance = KERNEL(size)(KERNEL(load)(z + v * LANES));
        x[v] = -2 * KERNEL(at_most)(distance, most);
    }
    KERNEL(exponentials_of)(x, 1023, &e);
    IN_STEP_EACH
    {
        VECTOR difference = KERNEL(fma)(e.p[v], e.power[v], e.power[v] - one);
        VECTOR sum = KERNEL(fma)(e.p[v], e.power[v], e.power[v] + one);
        MASK sign = (MASK)KERNEL(load)(z + v * LANES) & INT64_MIN;
        KERNEL(store)
        (a + v * LANES, (VECTOR)((MASK)KERNEL(size)(difference / sum) | sign));
    }
}
#undef IN_STEP_EACH
