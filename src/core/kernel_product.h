/*
 * Matrix products of one instruction set.
 *
 * C is computed in tiles of R rows by V vectors that stay in registers while k runs. A step of
 * k loads V vectors of B's row k and, for each of the R rows, broadcasts one element of A and
 * multiplies-and-adds it to V accumulators: R·V instructions of arithmetic for R + V loads. A
 * processor that starts one or two a clock and waits about four clocks for a result needs at
 * least eight accumulators under way, and the registers end at 32 (AVX-512, NEON) or 16 (AVX2):
 * 6 × 4 uses 24 + 4 + 1 of 32, 6 × 2 uses 12 + 2 + 1 of 16. Matrices narrower than V vectors
 * take higher tiles, 8 × 2 and 16 × 1.
 *
 * Rows of A follow each other by `row` and its terms by `step`, so Aᵀ·B is the same code. Long
 * sums are cut into blocks of k, after which C holds the sums so far: the part of B in use
 * stays in the cache, and since a double is stored as it is, no bit changes. The factor comes
 * with the last block.
 */
enum { K_BLOCK = 256 };

/* What is left of a product: columns from b and c on, `depth` terms on top of `start`. */
struct KERNEL(product) {
    int rows, depth;
    const double *a, *b, *start;
    double *c;
    ptrdiff_t a_row, b_stride, a_step, start_stride, c_stride;
    double scale;
};

/*
 * rows × vectors of C from row `first` on. Rows of A are reached in fours by (0 to 3)·row from
 * a pointer: with a pointer each, they would not fit into the registers.
 */
INLINE void KERNEL(tile)(
    const int rows, const int vectors, const struct KERNEL(product) * p, int first)
{
    /* In variables: for all the compiler knows, storing C might change p. */
    const ptrdiff_t a_row = p->a_row, start_stride = p->start_stride, c_stride = p->c_stride;
    const double scale = p->scale, *start = p->start + first * start_stride, *fours[4];
    double *c = p->c + first * c_stride;
    VECTOR sum[16][TILE_VECTORS];
    UNROLL
    for (int i = 0; i < rows; i++) {
        if (i % 4 == 0)
            fours[i / 4] = p->a + (first + i) * a_row;
        UNROLL
        for (int v = 0; v < vectors; v++)
            sum[i][v] = KERNEL(load)(start + v * LANES);
    }
    if (start_stride != 0) {
        UNROLL
        for (int i = 1; i < rows; i++) {
            UNROLL
            for (int v = 0; v < vectors; v++)
                sum[i][v] = KERNEL(load)(start + i * start_stride + v * LANES);
        }
    }
    for (int k = 0; k < p->depth; k++) {
        const double *b_row = p->b + k * p->b_stride;
        UNROLL
        for (int i = 0; i < rows; i++) {
            VECTOR x = KERNEL(broadcast)(fours[i / 4][k * p->a_step + i % 4 * a_row]);
            UNROLL
            for (int v = 0; v < vectors; v++)
                sum[i][v] = KERNEL(fma)(x, KERNEL(load)(b_row + v * LANES), sum[i][v]);
        }
    }
    if (scale != 1) {
        UNROLL
        for (int i = 0; i < rows; i++) {
            UNROLL
            for (int v = 0; v < vectors; v++)
                sum[i][v] *= scale;
        }
    }
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int v = 0; v < vectors; v++)
            KERNEL(store)(c + i * c_stride + v * LANES, sum[i][v]);
    }
}

/*
 * All rows of a panel of vectors · LANES columns. `high` rows a tile, then fewer, a low rest
 * in one tile: a few accumulators wait most of the time. Where six would leave a rest that
 * fours do better, they take over.
 */
#define PANEL(high, vectors)                                                                   \
    static TARGET __attribute__((noinline)) void KERNEL(panel##high)(                          \
        const struct KERNEL(product) * p)                                                      \
    {                                                                                          \
        int i = 0;                                                                             \
        TILES(high, vectors, (high) != 6 || (p->rows - i != 8 && p->rows - i != 9))            \
        TILES(8, vectors, (high) > 8)                                                          \
        TILES(7, vectors, (high) > 8)                                                          \
        TILES(6, vectors, (high) > 8)                                                          \
        TILES(5, vectors, (high) > 8)                                                          \
        TILES(4, vectors, true)                                                                \
        TILES(3, vectors, true)                                                                \
        TILES(2, vectors, true)                                                                \
        TILES(1, vectors, true)                                                                \
    }
#define TILES(count, vectors, condition)                                                       \
    for (; p->rows - i >= (count) && (condition); i += (count))                                \
        KERNEL(tile)(count, vectors, p, i);
TILE_PANELS(PANEL)
#undef TILES
#undef PANEL

/* From `start` on, in rows so far apart; NULL: from 0. */
INLINE void KERNEL(multiply_from)(int rows, int columns, int depth, const struct factor *a,
    const double *b, ptrdiff_t b_stride, const double *start, ptrdiff_t start_stride,
    double scale, double *c, ptrdiff_t c_stride)
{
    static const double zeros[TILE_VECTORS * LANES];
    bool from_zero = !start;
    struct KERNEL(product) p = {.rows = rows,
        .a = a->values,
        .a_row = a->row,
        .a_step = a->step,
        .b_stride = b_stride,
        .start_stride = start_stride,
        .c_stride = c_stride};
    for (int k = 0; k == 0 || k < depth; k += K_BLOCK) {
        int left = KERNEL(padded)(columns), terms = depth - k;
        p.depth = terms < K_BLOCK ? terms : K_BLOCK;
        p.scale = terms <= K_BLOCK ? scale : 1;
        p.b = b + k * b_stride;
        p.c = c;
        p.start = from_zero ? zeros : start;
#define PANELS(high, vectors)                                                                  \
    for (; left >= (vectors)*LANES; left -= (vectors)*LANES) {                                 \
        KERNEL(panel##high)(&p);                                                               \
        p.b += (vectors)*LANES;                                                                \
        p.start += from_zero ? 0 : (vectors)*LANES;                                            \
        p.c += (vectors)*LANES;                                                                \
    }
        TILE_PANELS(PANELS)
#undef PANELS
        p.a += K_BLOCK * a->step;
        start = c;
        p.start_stride = c_stride;
        from_zero = false;
    }
}

static TARGET void KERNEL(multiply)(int rows, int columns, int depth, const struct factor *a,
    const double *b, ptrdiff_t b_stride, const double *bias, double scale, double *c,
    ptrdiff_t c_stride)
{
    KERNEL(multiply_from)
    (rows, columns, depth, a, b, b_stride, bias, 0, scale, c, c_stride);
}

static TARGET void KERNEL(multiply_on)(int rows, int columns, int depth, const struct factor *a,
    const double *b, ptrdiff_t b_stride, double scale, double *c, ptrdiff_t c_stride)
{
    KERNEL(multiply_from)
    (rows, columns, depth, a, b, b_stride, c, c_stride, scale, c, c_stride);
}

/*
 * LANES rows of LANES columns, in registers: for h = 1, 2, 4, rows h apart exchange the halves
 * of every group of 2h columns.
 */
INLINE void KERNEL(transpose_square)(
    const double *from, ptrdiff_t from_stride, double *to, ptrdiff_t to_stride)
{
    VECTOR row[LANES];
    UNROLL
    for (int i = 0; i < LANES; i++)
        row[i] = KERNEL(load)(from + i * from_stride);
#define LOWER(l) ((l)&HALF ? y[((l) + LANES - HALF) % LANES] : x[l])
#define UPPER(l) ((l)&HALF ? y[l] : x[((l) + HALF) % LANES])
#define EXCHANGE                                                                               \
    UNROLL                                                                                     \
    for (int i = 0; i < LANES; i++) {                                                          \
        if (!(i & HALF)) {                                                                     \
            VECTOR x = row[i], y = row[i + HALF];                                              \
            row[i] = (VECTOR){LANES_OF(LOWER)};                                                \
            row[i + HALF] = (VECTOR){LANES_OF(UPPER)};                                         \
        }                                                                                      \
    }
#define HALF 1
    EXCHANGE
#undef HALF
#if LANES > 2
#define HALF 2
    EXCHANGE
#undef HALF
#endif
#if LANES > 4
#define HALF 4
    EXCHANGE
#undef HALF
#endif
#undef EXCHANGE
#undef UPPER
#undef LOWER
    UNROLL
    for (int i = 0; i < LANES; i++)
        KERNEL(store)(to + i * to_stride, row[i]);
}

static TARGET void KERNEL(transpose)(
    const struct matrix *m, int columns, double *out, ptrdiff_t stride)
{
    int i = 0;
    for (; i + LANES <= m->rows; i += LANES) {
        const double *rows = m->values + i * m->stride;
        int j = 0;
        for (; j + LANES <= m->columns; j += LANES)
            KERNEL(transpose_square)(rows + j, m->stride, out + j * stride + i, stride);
        for (; j < m->columns; j++) {
            for (int l = 0; l < LANES; l++)
                out[j * stride + i + l] = rows[l * m->stride + j];
        }
    }
    for (int j = 0; j < m->columns; j++) {
        for (int l = i; l < columns; l++)
            out[j * stride + l] = l < m->rows ? m->values[l * m->stride + j] : 0;
    }
}
