#include "core/product.h"

/* Pieces are of whole tiles, whatever their height (core/kernel_product.h), and of so many
 * terms.
 */
enum { ROWS_STEP = 24, TERMS_STEP = 256 };

static int piece_of(double work, int step, int all)
{
    double parts = PRODUCT_PIECE / work;
    if (parts >= all)
        return all;
    int piece = (int)parts / step * step;
    return piece < step ? step : piece;
}

bool product_in_pieces(const struct kernels *kernels, int rows, int columns, int depth,
    struct factor a, const double *b, ptrdiff_t b_stride, const double *bias, double scale,
    double *c, ptrdiff_t c_stride, const struct interrupt *interrupt)
{
    int height = piece_of((double)columns * depth, ROWS_STEP, rows);
    int terms = piece_of((double)columns * height, TERMS_STEP, depth);
    for (int i = 0; i < rows; i += height) {
        int count = rows - i < height ? rows - i : height;
        double *to = c + i * c_stride;
        for (int k = 0; k < depth || k == 0; k += terms) {
            int part = depth - k < terms ? depth - k : terms;
            struct factor from = {a.values + i * a.row + k * a.step, a.row, a.step};
            double factor = k + part >= depth ? scale : 1;
            if (interrupt_asked(interrupt))
                return false;
            if (k == 0)
                kernels->multiply(
                    count, columns, part, &from, b, b_stride, bias, factor, to, c_stride);
            else
                kernels->multiply_on(count, columns, part, &from, b + k * b_stride, b_stride,
                    factor, to, c_stride);
        }
    }
    return true;
}
