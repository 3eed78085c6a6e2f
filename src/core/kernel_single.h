/*
 * Single precision of one instruction set: what float_pass.h needs, in tiles of registers as
 * core/kernel_product.h has them. A vector is of KERNEL_COLUMNS floats in every set, so that it
 * ends where the padding does.
 */
typedef float KERNEL(floats)
    __attribute__((vector_size(4 * KERNEL_COLUMNS), aligned(4), may_alias));
#define FLOATS KERNEL(floats)

/* What is left of a product: from these columns on. */
struct KERNEL(single) {
    int rows, depth;
    const float *a, *b, *bias;
    float *c;
    ptrdiff_t a_row, b_stride, c_stride;
};

/* rows × vectors of C from row `first` on: product and sum are two roundings. */
INLINE void KERNEL(tile_single)(
    const int rows, const int vectors, const struct KERNEL(single) * p, int first)
{
    const ptrdiff_t a_row = p->a_row, c_stride = p->c_stride;
    const float *fours[2] = {p->a + first * a_row, p->a + (first + (rows > 4 ? 4 : 0)) * a_row};
    FLOATS sum[8][2];
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int v = 0; v < vectors; v++)
            sum[i][v] = *(const FLOATS *)(p->bias + v * KERNEL_COLUMNS);
    }
    for (int k = 0; k < p->depth; k++) {
        const float *b_row = p->b + k * p->b_stride;
        UNROLL
        for (int i = 0; i < rows; i++) {
            float x = fours[i / 4][k + i % 4 * a_row];
            UNROLL
            for (int v = 0; v < vectors; v++)
                sum[i][v] += x * *(const FLOATS *)(b_row + v * KERNEL_COLUMNS);
        }
    }
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int v = 0; v < vectors; v++)
            *(FLOATS *)(p->c + (first + i) * c_stride + v * KERNEL_COLUMNS) = sum[i][v];
    }
}

#define PANEL(high, vectors)                                                                   \
    static TARGET __attribute__((noinline)) void KERNEL(panel_single##high)(                   \
        const struct KERNEL(single) * p)                                                       \
    {                                                                                          \
        int i = 0;                                                                             \
        for (; p->rows - i >= (high); i += (high))                                             \
            KERNEL(tile_single)(high, vectors, p, i);                                          \
        for (; i < p->rows; i++)                                                               \
            KERNEL(tile_single)(1, vectors, p, i);                                             \
    }
PANEL(4, 2)
PANEL(8, 1)
#undef PANEL

static TARGET void KERNEL(multiply_single)(int rows, int columns, int depth, const float *a,
    ptrdiff_t a_row, const float *b, ptrdiff_t b_stride, const float *bias, float *c,
    ptrdiff_t c_stride)
{
    int padded = KERNEL(padded)(columns);
    for (int j = 0, width; j < padded; j += width) {
        struct KERNEL(single)
            p = {rows, depth, a, b + j, bias + j, c + j, a_row, b_stride, c_stride};
        width = padded - j >= 2 * KERNEL_COLUMNS ? 2 * KERNEL_COLUMNS : KERNEL_COLUMNS;
        if (width == KERNEL_COLUMNS)
            KERNEL(panel_single8)(&p);
        else
            KERNEL(panel_single4)(&p);
    }
}

static TARGET void KERNEL(activate_single)(
    enum activation activation, double slope, size_t count, float *values)
{
    enum { PART = 256 };
    double z[PART], a[PART];
    for (size_t done = 0, part; done < count; done += part) {
        part = count - done < PART ? count - done : PART;
        for (size_t i = 0; i < part; i++)
            z[i] = values[done + i];
        KERNEL(activate)(activation, slope, part, z, a);
        for (size_t i = 0; i < part; i++)
            values[done + i] = (float)a[i];
    }
}
#undef FLOATS
