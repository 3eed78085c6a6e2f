/*
 * Sums over a matrix of one instruction set.
 *
 * Element (i, j) goes to lane j mod 32, rows in turn, and the lanes are added up in a tree; a
 * matrix without padding counts as one long row. 32 lanes are four AVX-512 or eight AVX2
 * registers: so many additions are under way at once.
 */
enum { SUM_VECTORS = KERNEL_SUM_LANES / LANES };

INLINE double KERNEL(tree)(const VECTOR lanes[SUM_VECTORS])
{
    VECTOR sum[SUM_VECTORS];
    UNROLL
    for (int v = 0; v < SUM_VECTORS; v++)
        sum[v] = lanes[v];
    UNROLL
    for (int width = SUM_VECTORS / 2; width > 0; width /= 2) {
        UNROLL
        for (int v = 0; v < width; v++)
            sum[v] += sum[v + width];
    }
    /* The upper lanes hold what nobody reads. */
    VECTOR x = sum[0];
#define UPPER(l) x[((l) + HALF) % LANES]
#define FOLD x += (VECTOR){LANES_OF(UPPER)}
#if LANES > 4
#define HALF 4
    FOLD;
#undef HALF
#endif
#if LANES > 2
#define HALF 2
    FOLD;
#undef HALF
#endif
#define HALF 1
    FOLD;
#undef HALF
#undef FOLD
#undef UPPER
    return x[0];
}

/* Of whole numbers, which may be added in any order. */
INLINE int64_t KERNEL(count)(const MASK lanes[SUM_VECTORS])
{
    MASK sum = lanes[0];
    UNROLL
    for (int v = 1; v < SUM_VECTORS; v++)
        sum += lanes[v];
    int64_t count = 0;
    UNROLL
    for (int l = 0; l < LANES; l++)
        count += sum[l];
    return count;
}

INLINE struct matrix KERNEL(collapsed)(const struct matrix *m)
{
    if (m->columns != m->stride)
        return *m;
    return (struct matrix){m->values, 1, m->rows * m->columns, m->stride};
}

/*
 * Runs over the vectors of a matrix: in `body`, `at` is where one stands, `n` the accumulator
 * that takes it and `valid` the mask of what is not padding. A matrix of one vector a row is
 * not slower than its padding would be.
 */
#define OVER_VECTORS(of, body)                                                                 \
    const struct matrix whole = KERNEL(collapsed)(of);                                         \
    for (int i = 0; i < whole.rows && whole.columns <= LANES; i++) {                           \
        const MASK valid = KERNEL(first_lanes)(whole.columns);                                 \
        const ptrdiff_t at = i * whole.stride;                                                 \
        const int n = 0;                                                                       \
        body                                                                                   \
    }                                                                                          \
    for (int i = 0; i < whole.rows && whole.columns > LANES; i++) {                            \
        ptrdiff_t done = i * whole.stride;                                                     \
        const ptrdiff_t end = done + whole.columns;                                            \
        for (; done + KERNEL_SUM_LANES <= end; done += KERNEL_SUM_LANES) {                     \
            UNROLL                                                                             \
            for (int n = 0; n < SUM_VECTORS; n++) {                                            \
                const MASK valid = ~(MASK){0};                                                 \
                const ptrdiff_t at = done + n * LANES;                                         \
                body                                                                           \
            }                                                                                  \
        }                                                                                      \
        if (done == end)                                                                       \
            continue;                                                                          \
        UNROLL                                                                                 \
        for (int n = 0; n < SUM_VECTORS; n++) {                                                \
            const ptrdiff_t at = done + n * LANES;                                             \
            if (at < end) {                                                                    \
                const MASK valid = KERNEL(first_lanes)((int)(end - at));                       \
                body                                                                           \
            }                                                                                  \
        }                                                                                      \
    }

/* `value` of each vector x, accumulated by `add` as x; 0 in the padding. */
#define SUM_OVER(of, value, add)                                                               \
    VECTOR sum[SUM_VECTORS] = {{0}};                                                           \
    OVER_VECTORS(of, VECTOR x = KERNEL(load)(whole.values + at);                               \
                 x = KERNEL(keep)((value), valid); sum[n] = (add);)

/*
 * The same where rows follow each other without padding and fill all lanes to the last: what
 * small layers mostly are, whose sums take less time than choosing among the loops above.
 */
INLINE bool KERNEL(is_run)(const struct matrix *m)
{
    return m->columns == m->stride && m->rows * m->columns % KERNEL_SUM_LANES == 0;
}

#define OVER_RUN(of, body)                                                                     \
    const ptrdiff_t end = (of)->rows * (of)->stride;                                           \
    for (ptrdiff_t done = 0; done < end; done += KERNEL_SUM_LANES) {                           \
        UNROLL                                                                                 \
        for (int n = 0; n < SUM_VECTORS; n++) {                                                \
            const ptrdiff_t at = done + n * LANES;                                             \
            body                                                                               \
        }                                                                                      \
    }

static TARGET double KERNEL(sum)(const struct matrix *m)
{
    SUM_OVER(m, x, sum[n] + x)
    return KERNEL(tree)(sum);
}

static TARGET NOINLINE double KERNEL(square_sum_of_any)(const struct matrix *m)
{
    SUM_OVER(m, x, KERNEL(fma)(x, x, sum[n]))
    return KERNEL(tree)(sum);
}

static TARGET double KERNEL(square_sum)(const struct matrix *m)
{
    if (!KERNEL(is_run)(m))
        return KERNEL(square_sum_of_any)(m);
    VECTOR sum[SUM_VECTORS] = {{0}};
    OVER_RUN(m, VECTOR x = KERNEL(load)(m->values + at); sum[n] = KERNEL(fma)(x, x, sum[n]);)
    return KERNEL(tree)(sum);
}

/* Σ z and Σ a. */
static TARGET NOINLINE void KERNEL(sums_of_any)(
    const struct matrix *z, const double *a, struct activation_sums *sums)
{
    VECTOR sum_z[SUM_VECTORS] = {{0}}, sum_a[SUM_VECTORS] = {{0}};
    OVER_VECTORS(z, sum_z[n] += KERNEL(keep)(KERNEL(load)(whole.values + at), valid);
                 sum_a[n] += KERNEL(keep)(KERNEL(load)(a + at), valid);)
    sums->z = KERNEL(tree)(sum_z);
    sums->a = KERNEL(tree)(sum_a);
}

static TARGET void KERNEL(sums)(
    const struct matrix *z, const double *a, struct activation_sums *sums)
{
    if (!KERNEL(is_run)(z)) {
        KERNEL(sums_of_any)(z, a, sums);
        return;
    }
    const double *values = z->values;
    VECTOR sum_z[SUM_VECTORS] = {{0}}, sum_a[SUM_VECTORS] = {{0}};
    OVER_RUN(z, sum_z[n] += KERNEL(load)(values + at); sum_a[n] += KERNEL(load)(a + at);)
    sums->z = KERNEL(tree)(sum_z);
    sums->a = KERNEL(tree)(sum_a);
}

/* Σ (a - mean)², once Σ a is known. */
static TARGET NOINLINE double KERNEL(deviation_of_any)(const struct matrix *a, double mean)
{
    SUM_OVER(a, mean - x, KERNEL(fma)(x, x, sum[n]))
    return KERNEL(tree)(sum);
}

static TARGET double KERNEL(deviation)(const struct matrix *a, double mean)
{
    if (!KERNEL(is_run)(a))
        return KERNEL(deviation_of_any)(a, mean);
    VECTOR sum[SUM_VECTORS] = {{0}};
    OVER_RUN(a, VECTOR x = mean - KERNEL(load)(a->values + at);
             sum[n] = KERNEL(fma)(x, x, sum[n]);)
    return KERNEL(tree)(sum);
}

INLINE void KERNEL(add_deviation)(const struct matrix *a, struct activation_sums *sums)
{
    sums->a_deviation = KERNEL(deviation)(a, sums->a / ((double)a->rows * a->columns));
}

static TARGET void KERNEL(activation_sums)(
    const struct matrix *z, const double *a, struct activation_sums *sums)
{
    const struct matrix m = {a, z->rows, z->columns, z->stride};
    KERNEL(sums)(z, a, sums);
    KERNEL(add_deviation)(&m, sums);
}

static TARGET double KERNEL(scaled_square_sum)(const struct matrix *m, double scale)
{
    SUM_OVER(m, x * scale, KERNEL(fma)(x, x, sum[n]))
    return KERNEL(tree)(sum);
}

/* min(c, max(-c, x)), for the passes over what clipping by value would do. */
INLINE VECTOR KERNEL(clipped)(VECTOR x, VECTOR c)
{
    x = KERNEL(choose)(x > c, c, x);
    return KERNEL(choose)(x < -c, -c, x);
}

static TARGET double KERNEL(clipped_count)(const struct matrix *m, double limit)
{
    const VECTOR one = KERNEL(broadcast)(1), c = KERNEL(broadcast)(limit);
    SUM_OVER(m, KERNEL(keep)(one, (x > c) | (x < -c)), sum[n] + x)
    return KERNEL(tree)(sum);
}

static TARGET double KERNEL(clipped_product)(const struct matrix *m, double limit, double norm)
{
    const VECTOR c = KERNEL(broadcast)(limit);
    SUM_OVER(m, x / norm * KERNEL(clipped)(x, c), sum[n] + x)
    return KERNEL(tree)(sum);
}

/* What follows runs down the columns, eight rows at a time in a tree; ROW reads one of them. */
#define COLUMNS_OVER                                                                           \
    const int rows = m->rows, columns = m->columns;                                            \
    const ptrdiff_t stride = m->stride;                                                        \
    const double *row = m->values;                                                             \
    int i = 0;                                                                                 \
    for (; i + 8 <= rows; i += 8, row += 8 * stride) {                                         \
        for (int j = 0; j < columns; j += LANES) {                                             \
            const double *at = row + j;                                                        \
            VECTOR first = (ROW(0) + ROW(1)) + (ROW(2) + ROW(3));                              \
            VECTOR second = (ROW(4) + ROW(5)) + (ROW(6) + ROW(7));                             \
            KERNEL(store)(sums + j, KERNEL(load)(sums + j) + (first + second));                \
        }                                                                                      \
    }                                                                                          \
    for (; i < rows; i++, row += stride) {                                                     \
        for (int j = 0; j < columns; j += LANES) {                                             \
            const double *at = row + j;                                                        \
            KERNEL(store)(sums + j, KERNEL(load)(sums + j) + ROW(0));                          \
        }                                                                                      \
    }

static TARGET void KERNEL(add_column_sums)(const struct matrix *m, double *sums)
{
#define ROW(n) KERNEL(load)(at + (n)*stride)
    COLUMNS_OVER
#undef ROW
}

static TARGET void KERNEL(add_column_counts)(const struct matrix *m, double *sums)
{
    const VECTOR one = KERNEL(broadcast)(1);
#define ROW(n) KERNEL(keep)(one, KERNEL(load)(at + (n)*stride) != 0)
    COLUMNS_OVER
#undef ROW
}
#undef COLUMNS_OVER

/* Loops over single numbers: of these the compilers make the instruction for a maximum. */
static TARGET void KERNEL(raise_column_peaks)(const struct matrix *m, double *restrict peaks)
{
#define RAISE(n)                                                                               \
    size = __builtin_fabs(at[(n)*m->stride + j]);                                              \
    peak = size > peak ? size : peak; /* NaN is not above */
#define RAISE_EACH(rows)                                                                       \
    for (int j = 0; j < columns; j++) {                                                        \
        double size, peak = peaks[j];                                                          \
        rows;                                                                                  \
        peaks[j] = peak;                                                                       \
    }
    int columns = KERNEL(padded)(m->columns);
    int i = 0;
    for (; i + 8 <= m->rows; i += 8) {
        const double *at = m->values + i * m->stride;
        RAISE_EACH(RAISE(0) RAISE(1) RAISE(2) RAISE(3) RAISE(4) RAISE(5) RAISE(6) RAISE(7))
    }
    for (; i < m->rows; i++) {
        const double *at = m->values + i * m->stride;
        RAISE_EACH(RAISE(0))
    }
#undef RAISE_EACH
#undef RAISE
}

/* The sums of apply_slope, in the lanes of SUM_OVER. */
struct KERNEL(slope_lanes) {
    VECTOR back[SUM_VECTORS], delta[SUM_VECTORS];
    MASK flat[SUM_VECTORS]; /* less by one for each */
};

INLINE void KERNEL(slope_vector)(struct KERNEL(slope_lanes) * lanes, const int n, VECTOR slope,
    VECTOR x, VECTOR limit, double *delta)
{
    VECTOR y = x * slope;
    KERNEL(store)(delta, y);
    lanes->back[n] = KERNEL(fma)(x, x, lanes->back[n]);
    lanes->delta[n] = KERNEL(fma)(y, y, lanes->delta[n]);
    lanes->flat[n] += KERNEL(size)(slope) < limit;
}

/* `given`: the slopes stand in `from`, otherwise the activations. */
INLINE void KERNEL(slope_run)(struct KERNEL(slope_lanes) * lanes, const bool given,
    const enum activation activation, double leaky_slope, const struct matrix *back,
    const double *from, double limit, double *delta)
{
    const VECTOR bound = KERNEL(broadcast)(limit);
    /* 0 times the bound, which is not below itself, is what the padding adds. */
    OVER_VECTORS(back, VECTOR slope = KERNEL(load)(from + at);
                 if (!given) slope = KERNEL(slope_of_a)(activation, leaky_slope, slope);
                 slope = KERNEL(choose)(valid, slope, bound);
                 VECTOR x = KERNEL(keep)(KERNEL(load)(whole.values + at), valid);
                 KERNEL(slope_vector)(lanes, n, slope, x, bound, delta + at);)
}

/* By way of slopes in a buffer that stays in the first-level cache. */
INLINE void KERNEL(slope_by_runs)(struct KERNEL(slope_lanes) * lanes,
    enum activation activation, double leaky_slope, const struct matrix *back, const double *z,
    const double *a, double limit, double *delta)
{
    enum { RUN = 1024 };
    double slopes[RUN];
    const struct matrix all = KERNEL(collapsed)(back);
    /* Short rows together: a loop for each would not come to its vectors. */
    const int most = all.stride < RUN ? (int)(RUN / all.stride) : 1;
    for (int i = 0; i < all.rows; i += most) {
        const int rows = all.rows - i < most ? all.rows - i : most;
        for (int first = 0; first < all.columns; first += RUN) {
            int count = all.columns - first < RUN ? all.columns - first : RUN;
            ptrdiff_t at = i * all.stride + first;
            const struct matrix run = {all.values + at, rows, count, all.stride};
            KERNEL(derive)
            (activation, leaky_slope, (size_t)((rows - 1) * all.stride + KERNEL(padded)(count)),
                z + at, a + at, slopes);
            KERNEL(slope_run)
            (lanes, true, activation, leaky_slope, &run, slopes, limit, delta + at);
        }
    }
}

/* Of a run, while nothing but the slope's formula has to be chosen. */
INLINE void KERNEL(slope_of_run)(struct KERNEL(slope_lanes) * lanes,
    const enum activation activation, const struct matrix *back, const double *a, double limit,
    double *delta)
{
    const VECTOR bound = KERNEL(broadcast)(limit);
    const double *values = back->values;
    OVER_RUN(
        back, VECTOR slope = KERNEL(slope_of_a)(activation, 0, KERNEL(load)(a + at));
        KERNEL(slope_vector)(lanes, n, slope, KERNEL(load)(values + at), bound, delta + at);)
}

INLINE void KERNEL(take_slope_sums)(
    const struct KERNEL(slope_lanes) * lanes, struct slope_sums *sums)
{
    sums->back_square = KERNEL(tree)(lanes->back);
    sums->delta_square = KERNEL(tree)(lanes->delta);
    sums->flat = -KERNEL(count)(lanes->flat);
}

static TARGET NOINLINE void KERNEL(apply_slope_to_any)(enum activation activation,
    double leaky_slope, const struct matrix *back, const double *z, const double *a,
    double limit, double *delta, struct slope_sums *sums)
{
    struct KERNEL(slope_lanes) lanes = {{{0}}, {{0}}, {{0}}};
#define RUN_OF(phi)                                                                            \
    KERNEL(slope_run)(&lanes, false, phi, leaky_slope, back, a, limit, delta);                 \
    break
    switch (activation) {
    case ACTIVATION_SIGMOID:
        RUN_OF(ACTIVATION_SIGMOID);
    case ACTIVATION_TANH:
        RUN_OF(ACTIVATION_TANH);
    case ACTIVATION_RELU:
        RUN_OF(ACTIVATION_RELU);
    default:
        KERNEL(slope_by_runs)(&lanes, activation, leaky_slope, back, z, a, limit, delta);
    }
#undef RUN_OF
    KERNEL(take_slope_sums)(&lanes, sums);
}

static TARGET void KERNEL(apply_slope)(enum activation activation, double leaky_slope,
    const struct matrix *back, const double *z, const double *a, double limit, double *delta,
    struct slope_sums *sums)
{
    if (!KERNEL(is_run)(back) || activation > ACTIVATION_RELU) {
        KERNEL(apply_slope_to_any)(activation, leaky_slope, back, z, a, limit, delta, sums);
        return;
    }
    struct KERNEL(slope_lanes) lanes = {{{0}}, {{0}}, {{0}}};
    if (activation == ACTIVATION_SIGMOID)
        KERNEL(slope_of_run)(&lanes, ACTIVATION_SIGMOID, back, a, limit, delta);
    else if (activation == ACTIVATION_TANH)
        KERNEL(slope_of_run)(&lanes, ACTIVATION_TANH, back, a, limit, delta);
    else
        KERNEL(slope_of_run)(&lanes, ACTIVATION_RELU, back, a, limit, delta);
    KERNEL(take_slope_sums)(&lanes, sums);
}

#undef OVER_RUN
#undef OVER_VECTORS
#undef SUM_OVER
