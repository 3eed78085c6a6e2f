/*
 * Sums over a matrix of one instruction set.
 *
 * Element (i, j) goes to lane j mod 32, rows in turn, and the lanes are added up in a tree; a
 * matrix without padding counts as one long row. 32 lanes are four AVX-512 or eight AVX2
 * registers: so many additions are under way at once.
 */
enum { SUM_VECTORS = KERNEL_SUM_LANES / LANES };

INLINE double KERNEL(tree)(const VECTOR sum[SUM_VECTORS])
{
    double lanes[KERNEL_SUM_LANES];
    UNROLL
    for (int v = 0; v < SUM_VECTORS; v++)
        KERNEL(store)(lanes + v * LANES, sum[v]);
    UNROLL
    for (int width = KERNEL_SUM_LANES / 2; width > 0; width /= 2) {
        UNROLL
        for (int l = 0; l < width; l++)
            lanes[l] += lanes[l + width];
    }
    return lanes[0];
}

INLINE struct matrix KERNEL(collapsed)(const struct matrix *m)
{
    if (m->columns != m->stride)
        return *m;
    return (struct matrix){m->values, 1, m->rows * m->columns, m->stride};
}

/*
 * Runs over the vectors x of a matrix. In it, x and the accumulator `sum[v]` are at hand;
 * `value` is computed first and is 0 in the padding, `add` then accumulates it as x.
 */
#define SUM_OVER(of, value, add)                                                               \
    const struct matrix whole = KERNEL(collapsed)(of);                                         \
    VECTOR sum[SUM_VECTORS] = {{0}};                                                           \
    for (int i = 0; i < whole.rows; i++) {                                                     \
        const double *row = whole.values + i * whole.stride;                                   \
        int j = 0;                                                                             \
        for (; j + KERNEL_SUM_LANES <= whole.columns; j += KERNEL_SUM_LANES) {                 \
            UNROLL                                                                             \
            for (int n = 0; n < SUM_VECTORS; n++) {                                            \
                VECTOR x = KERNEL(load)(row + j + n * LANES);                                  \
                x = (value);                                                                   \
                sum[n] = (add);                                                                \
            }                                                                                  \
        }                                                                                      \
        UNROLL                                                                                 \
        for (int n = 0; n < SUM_VECTORS; n++) {                                                \
            int left = whole.columns - j - n * LANES;                                          \
            if (left > 0) {                                                                    \
                VECTOR x = KERNEL(load)(row + j + n * LANES);                                  \
                x = KERNEL(keep)((value), KERNEL(first_lanes)(left));                          \
                sum[n] = (add);                                                                \
            }                                                                                  \
        }                                                                                      \
    }

static TARGET double KERNEL(sum)(const struct matrix *m)
{
    SUM_OVER(m, x, sum[n] + x)
    return KERNEL(tree)(sum);
}

static TARGET double KERNEL(square_sum)(const struct matrix *m)
{
    SUM_OVER(m, x, KERNEL(fma)(x, x, sum[n]))
    return KERNEL(tree)(sum);
}

static TARGET double KERNEL(deviation_sum)(const struct matrix *m, double shift)
{
    SUM_OVER(m, x - shift, KERNEL(fma)(x, x, sum[n]))
    return KERNEL(tree)(sum);
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
    int i = 0;                                                                                 \
    for (; i + 8 <= m->rows; i += 8) {                                                         \
        for (int j = 0; j < m->columns; j += LANES) {                                          \
            const double *at = m->values + i * m->stride + j;                                  \
            VECTOR first = (ROW(0) + ROW(1)) + (ROW(2) + ROW(3));                              \
            VECTOR second = (ROW(4) + ROW(5)) + (ROW(6) + ROW(7));                             \
            KERNEL(store)(sums + j, KERNEL(load)(sums + j) + (first + second));                \
        }                                                                                      \
    }                                                                                          \
    for (; i < m->rows; i++) {                                                                 \
        for (int j = 0; j < m->columns; j += LANES) {                                          \
            const double *at = m->values + i * m->stride + j;                                  \
            KERNEL(store)(sums + j, KERNEL(load)(sums + j) + ROW(0));                          \
        }                                                                                      \
    }

static TARGET void KERNEL(add_column_sums)(const struct matrix *m, double *sums)
{
#define ROW(n) KERNEL(load)(at + (n)*m->stride)
    COLUMNS_OVER
#undef ROW
}

static TARGET void KERNEL(add_column_counts)(const struct matrix *m, double *sums)
{
    const VECTOR one = KERNEL(broadcast)(1);
#define ROW(n) KERNEL(keep)(one, KERNEL(load)(at + (n)*m->stride) != 0)
    COLUMNS_OVER
#undef ROW
}
#undef COLUMNS_OVER

static TARGET void KERNEL(raise_column_peaks)(const struct matrix *m, double *restrict peaks)
{
    for (int i = 0; i < m->rows; i++) {
        const double *row = m->values + i * m->stride;
        for (int j = 0; j < m->columns; j++) {
            double size = __builtin_fabs(row[j]);
            peaks[j] = size > peaks[j] ? size : peaks[j];
        }
    }
}

/* The sums of apply_slope, in the lanes of SUM_OVER. */
struct KERNEL(slope_lanes) {
    VECTOR back[SUM_VECTORS], delta[SUM_VECTORS], flat[SUM_VECTORS];
};

INLINE void KERNEL(slope_vector)(struct KERNEL(slope_lanes) * lanes, const int n, VECTOR slope,
    VECTOR x, MASK valid, double limit, double *delta)
{
    const VECTOR one = KERNEL(broadcast)(1);
    x = KERNEL(keep)(x, valid);
    VECTOR y = KERNEL(keep)(x * slope, valid);
    KERNEL(store)(delta, y);
    lanes->back[n] = KERNEL(fma)(x, x, lanes->back[n]);
    lanes->delta[n] = KERNEL(fma)(y, y, lanes->delta[n]);
    lanes->flat[n] += KERNEL(keep)(one, (slope < limit) & (slope > -limit) & valid);
}

/* A run of elements, whose slopes stand in a buffer that stays in the first-level cache. */
INLINE void KERNEL(slope_run)(struct KERNEL(slope_lanes) * lanes, int count,
    const double *slopes, const double *back, double limit, double *delta)
{
    int j = 0;
    for (; j + KERNEL_SUM_LANES <= count; j += KERNEL_SUM_LANES) {
        UNROLL
        for (int n = 0; n < SUM_VECTORS; n++) {
            int at = j + n * LANES;
            KERNEL(slope_vector)
            (lanes, n, KERNEL(load)(slopes + at), KERNEL(load)(back + at),
                KERNEL(first_lanes)(LANES), limit, delta + at);
        }
    }
    UNROLL
    for (int n = 0; n < SUM_VECTORS; n++) {
        int at = j + n * LANES;
        if (at < count)
            KERNEL(slope_vector)
        (lanes, n, KERNEL(load)(slopes + at), KERNEL(load)(back + at),
            KERNEL(first_lanes)(count - at), limit, delta + at);
    }
}

static TARGET void KERNEL(apply_slope)(enum activation activation, double leaky_slope,
    const struct matrix *back, const double *z, const double *a, double limit, double *delta,
    struct slope_sums *sums)
{
    enum { RUN = 1024 };
    double slopes[RUN];
    const struct matrix whole = KERNEL(collapsed)(back);
    struct KERNEL(slope_lanes) lanes = {{{0}}, {{0}}, {{0}}};
    for (int i = 0; i < whole.rows; i++) {
        for (int first = 0; first < whole.columns; first += RUN) {
            int count = whole.columns - first < RUN ? whole.columns - first : RUN;
            int padded = (count + KERNEL_COLUMNS - 1) / KERNEL_COLUMNS * KERNEL_COLUMNS;
            ptrdiff_t at = i * whole.stride + first;
            KERNEL(derive)(activation, leaky_slope, (size_t)padded, z + at, a + at, slopes);
            KERNEL(slope_run)(&lanes, count, slopes, whole.values + at, limit, delta + at);
        }
    }
    sums->back_square = KERNEL(tree)(lanes.back);
    sums->delta_square = KERNEL(tree)(lanes.delta);
    sums->flat = (int64_t)KERNEL(tree)(lanes.flat);
}

#undef SUM_OVER
