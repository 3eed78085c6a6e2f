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

/* rows × vectors of C over `depth` terms; `start` holds the sums so far. */
INLINE void KERNEL(tile)(const int rows, const int vectors, int depth, struct factor a,
    const double *b, ptrdiff_t b_stride, const double *start, ptrdiff_t start_stride,
    VECTOR scale, double *c, ptrdiff_t c_stride)
{
    VECTOR sum[16][TILE_VECTORS];
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int v = 0; v < vectors; v++)
            sum[i][v] = KERNEL(load)(start + i * start_stride + v * LANES);
    }
    for (int k = 0; k < depth; k++) {
        const double *b_row = b + k * b_stride;
        const double *a_column = a.values + k * a.step;
        UNROLL
        for (int i = 0; i < rows; i++) {
            VECTOR x = KERNEL(broadcast)(a_column[i * a.row]);
            UNROLL
            for (int v = 0; v < vectors; v++)
                sum[i][v] = KERNEL(fma)(x, KERNEL(load)(b_row + v * LANES), sum[i][v]);
        }
    }
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int v = 0; v < vectors; v++)
            KERNEL(store)(c + i * c_stride + v * LANES, sum[i][v] * scale);
    }
}

/*
 * All rows of a panel of vectors · LANES columns. `high` rows a tile, then fours and ones;
 * where `high` would leave a rest that fours do better, they take over.
 */
INLINE void KERNEL(panel)(const int high, const int vectors, int rows, int depth,
    struct factor a, const double *b, ptrdiff_t b_stride, const double *start,
    ptrdiff_t start_stride, VECTOR scale, double *c, ptrdiff_t c_stride)
{
    int i = 0;
#define TILES(count, condition)                                                                \
    for (; rows - i >= (count) && (condition); i += (count)) {                                 \
        struct factor part = {a.values + i * a.row, a.row, a.step};                            \
        KERNEL(tile)                                                                           \
        (count, vectors, depth, part, b, b_stride, start + i * start_stride, start_stride,     \
            scale, c + i * c_stride, c_stride);                                                \
    }
    TILES(high, high != 6 || (rows - i != 8 && rows - i != 9))
    TILES(4, true)
    TILES(1, true)
#undef TILES
}

static TARGET void KERNEL(multiply)(int rows, int columns, int depth, struct factor a,
    const double *b, ptrdiff_t b_stride, const double *bias, double scale, double *c,
    ptrdiff_t c_stride)
{
    static const double zeros[TILE_VECTORS * LANES];
    int padded = (columns + KERNEL_COLUMNS - 1) / KERNEL_COLUMNS * KERNEL_COLUMNS;
    int k = 0;
    do {
        int terms = depth - k < K_BLOCK ? depth - k : K_BLOCK;
        struct factor part = {a.values + k * a.step, a.row, a.step};
        const double *b_part = b + k * b_stride;
        VECTOR last = KERNEL(broadcast)(k + terms == depth ? scale : 1);
        int j = 0;
#define PANELS(high, vectors)                                                                  \
    for (; j + (vectors)*LANES <= padded; j += (vectors)*LANES) {                              \
        const double *start = k > 0 ? c + j : bias ? bias + j : zeros;                         \
        KERNEL(panel)                                                                          \
        (high, vectors, rows, terms, part, b_part + j, b_stride, start, k > 0 ? c_stride : 0,  \
            last, c + j, c_stride);                                                            \
    }
        TILE_PANELS(PANELS)
#undef PANELS
        k += terms;
    } while (k < depth);
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
