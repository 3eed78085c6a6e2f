#include "core/reduce.h"

#include <math.h>

enum { LANES = 16 };

static double lanes_total(const double lanes[LANES])
{
    double sum[LANES];
    for (int i = 0; i < LANES; i++)
        sum[i] = lanes[i];
    for (int width = LANES / 2; width > 0; width /= 2) {
        for (int i = 0; i < width; i++)
            sum[i] += sum[i + width];
    }
    return sum[0];
}

/* `expression` of the element x, summed. */
#define SUM_OVER(m, expression)                                                                \
    double lanes[LANES] = {0};                                                                 \
    for (int i = 0; i < (m)->rows; i++) {                                                      \
        const double *row = (m)->values + i * (m)->stride;                                     \
        int j = 0;                                                                             \
        for (; j + LANES <= (m)->columns; j += LANES) {                                        \
            for (int l = 0; l < LANES; l++) {                                                  \
                double x = row[j + l];                                                         \
                lanes[l] += (expression);                                                      \
            }                                                                                  \
        }                                                                                      \
        for (int l = 0; j < (m)->columns; j++, l++) {                                          \
            double x = row[j];                                                                 \
            lanes[l] += (expression);                                                          \
        }                                                                                      \
    }                                                                                          \
    return lanes_total(lanes)

double matrix_sum(const struct matrix *m)
{
    SUM_OVER(m, x);
}

double matrix_square_sum(const struct matrix *m, double shift)
{
    SUM_OVER(m, (x - shift) * (x - shift));
}

static double scaled_square_sum(const struct matrix *m, double scale)
{
    SUM_OVER(m, (scale * x) * (scale * x));
}

double matrix_max_abs(const struct matrix *m)
{
    double largest = 0;
    for (int i = 0; i < m->rows; i++) {
        const double *row = m->values + i * m->stride;
        for (int j = 0; j < m->columns; j++) {
            double x = fabs(row[j]);
            largest = x > largest ? x : largest;
        }
    }
    return largest;
}

/* Squares of numbers in this range, and sums of 2^60 of them, are ordinary doubles. */
#define SAFE_LOW 0x1p-900
#define SAFE_HIGH 0x1p+900

double matrix_norm(const struct matrix *m)
{
    double square = matrix_square_sum(m, 0);
    if (square > SAFE_LOW && square < SAFE_HIGH)
        return sqrt(square);
    double largest = matrix_max_abs(m);
    if (largest == 0 || !isfinite(largest))
        return isnan(square) ? square : largest;
    int exponent;
    (void)frexp(largest, &exponent);
    double scale = ldexp(1, -(exponent < -1000 ? -1000 : exponent));
    return sqrt(scaled_square_sum(m, scale)) / scale;
}

double norm_of_norms(const double *norms, size_t count)
{
    struct matrix m = {norms, 1, (int)count, (ptrdiff_t)count};
    return matrix_norm(&m);
}
