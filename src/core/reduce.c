#include "core/reduce.h"

#include <math.h>

/* `expression` of each chunk, summed. */
#define SUM_CHUNKS(m, expression)                                                              \
    double sum = 0;                                                                            \
    for (int i = 0; i < sum_chunks((m)->rows); i++) {                                          \
        struct matrix chunk = sum_chunk(m, i);                                                 \
        sum += (expression);                                                                   \
    }

double matrix_square_sum(const struct kernels *kernels, const struct matrix *m)
{
    SUM_CHUNKS(m, kernels->square_sum(&chunk))
    return sum;
}

int matrix_first_not_finite(const struct matrix *m)
{
    for (int i = 0; i < m->rows; i++) {
        for (int j = 0; j < m->columns; j++) {
            if (!isfinite(m->values[i * m->stride + j]))
                return j;
        }
    }
    return -1;
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

/* A power of two that brings `largest` near 1; squares of what is far smaller may vanish. */
static double scale_for(double largest)
{
    int exponent;
    (void)frexp(largest, &exponent);
    return ldexp(1, -(exponent < -1000 ? -1000 : exponent));
}

double matrix_norm_rescaled(
    const struct kernels *kernels, const struct matrix *m, double square)
{
    double largest = matrix_max_abs(m);
    if (largest == 0 || !isfinite(largest))
        return isnan(square) ? square : largest;
    double scale = scale_for(largest);
    SUM_CHUNKS(m, kernels->scaled_square_sum(&chunk, scale))
    return sqrt(sum) / scale;
}

double matrix_norm(const struct kernels *kernels, const struct matrix *m)
{
    return matrix_norm_from(kernels, m, matrix_square_sum(kernels, m));
}

/* Σ (scale · x - shift)^power for power 1 or 2; rows by themselves, which keeps rounding small.
 */
static double scaled_power_sum(const struct matrix *m, double scale, double shift, int power)
{
    double sum = 0;
    for (int i = 0; i < m->rows; i++) {
        double row = 0;
        for (int j = 0; j < m->columns; j++) {
            double x = m->values[i * m->stride + j] * scale - shift;
            row += power == 1 ? x : x * x;
        }
        sum += row;
    }
    return sum;
}

double matrix_mean_rescaled(const struct matrix *m)
{
    double scale = scale_for(matrix_max_abs(m));
    return scaled_power_sum(m, scale, 0, 1) / ((double)m->rows * m->columns) / scale;
}

double matrix_deviation_rescaled(const struct matrix *m, double mean)
{
    double scale = scale_for(matrix_max_abs(m));
    double square = scaled_power_sum(m, scale, mean * scale, 2);
    return sqrt(square / ((double)m->rows * m->columns)) / scale;
}

double norm_of_norms(const double *norms, size_t count)
{
    double square = 0, largest = 0, scaled = 0;
    for (size_t i = 0; i < count; i++) {
        square += norms[i] * norms[i];
        largest = norms[i] > largest ? norms[i] : largest;
    }
    if (square_is_safe(square))
        return sqrt(square);
    if (largest == 0 || !isfinite(largest))
        return isnan(square) ? square : largest;
    double scale = scale_for(largest);
    for (size_t i = 0; i < count; i++)
        scaled += (scale * norms[i]) * (scale * norms[i]);
    return sqrt(scaled) / scale;
}
