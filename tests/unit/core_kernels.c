/* Every instruction set against plain loops, to the bit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/activation.h"
#include "core/elementary.h"
#include "core/reduce.h"
#include "core/rng.h"
#include "suites.h"

static const char *const sets[] = {"avx512", "avx2", "neon", "portable"};

static double *random_matrix(struct rng *rng, size_t count)
{
    double *values = calloc(count, sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = rng_normal(rng);
    return values;
}

static void check_product(const struct kernels *kernels, int rows, int columns, int depth,
    bool transposed, bool biased)
{
    struct rng rng;
    rng_init(&rng, 3, RNG_DATA, (uint64_t)(rows * 10000 + columns * 100 + depth));
    ptrdiff_t stride = kernels_stride(columns), a_stride = transposed ? rows + 3 : depth + 3;
    size_t a_count = (size_t)(transposed ? depth : rows) * (size_t)a_stride;
    double *a = random_matrix(&rng, a_count);
    double *b = random_matrix(&rng, (size_t)depth * (size_t)stride);
    double *c = random_matrix(&rng, (size_t)rows * (size_t)stride);
    double *bias = random_matrix(&rng, (size_t)stride);
    struct factor factor = {a, transposed ? 1 : a_stride, transposed ? a_stride : 1};
    double scale = biased ? 1 : 0.3;
    kernels->multiply(
        rows, columns, depth, &factor, b, stride, biased ? bias : NULL, scale, c, stride);
    for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
            double sum = biased ? bias[j] : 0;
            for (int k = 0; k < depth; k++)
                sum = fma(a[i * factor.row + k * factor.step], b[k * stride + j], sum);
            sum *= scale;
            ck_assert_msg(memcmp(&sum, &c[i * stride + j], sizeof sum) == 0,
                "%s %dx%dx%d at %d,%d", kernels->name, rows, columns, depth, i, j);
        }
    }
    free(a);
    free(b);
    free(c);
    free(bias);
}

START_TEST(products_equal_a_naive_loop_to_the_bit)
{
    static const int shapes[][3] = {{1, 1, 1}, {2, 3, 5}, {7, 13, 17}, {6, 32, 32}, {13, 40, 7},
        {5, 64, 300}, {33, 65, 257}, {200, 9, 2}, {4, 1, 600}, {3, 8, 33}, {14, 7, 9},
        {21, 8, 20}, {31, 3, 5}}; /* every rest below sixteen rows */
    for (size_t s = 0; s < ARRAY_LEN(sets); s++) {
        const struct kernels *kernels = kernels_select(sets[s]);
        for (size_t i = 0; kernels && i < ARRAY_LEN(shapes); i++) {
            for (int variant = 0; variant < 4; variant++)
                check_product(kernels, shapes[i][0], shapes[i][1], shapes[i][2], variant & 1,
                    variant & 2);
        }
    }
}
END_TEST

/* Of floats, each product and each sum rounded: no fused multiply-add. */
static void check_single(const struct kernels *kernels, int rows, int columns, int depth)
{
    struct rng rng;
    rng_init(&rng, 4, RNG_DATA, (uint64_t)(rows * 10000 + columns * 100 + depth));
    ptrdiff_t stride = kernels_stride(columns), a_stride = depth + 3;
    float *a = calloc((size_t)(rows * a_stride), sizeof *a);
    float *b = calloc((size_t)((depth + 1) * stride), sizeof *b);
    float *c = calloc((size_t)(rows * stride), sizeof *c), *bias = b + depth * stride;
    for (ptrdiff_t i = 0; i < rows * a_stride; i++)
        a[i] = (float)rng_normal(&rng);
    for (ptrdiff_t i = 0; i < (depth + 1) * stride; i++)
        b[i] = (float)rng_normal(&rng);
    kernels->multiply_single(rows, columns, depth, a, a_stride, b, stride, bias, c, stride);
    for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
            volatile float sum = bias[j];
            for (int k = 0; k < depth; k++) {
                volatile float product = a[i * a_stride + k] * b[k * stride + j];
                sum = sum + product;
            }
            ck_assert_msg(sum == c[i * stride + j], "%s %dx%dx%d at %d,%d", kernels->name, rows,
                columns, depth, i, j);
        }
    }
    free(a);
    free(b);
    free(c);
}

START_TEST(products_of_floats_equal_a_naive_loop_to_the_bit)
{
    static const int shapes[][3] = {{1, 1, 1}, {2, 3, 5}, {7, 13, 17}, {8, 8, 8}, {13, 40, 7},
        {5, 64, 300}, {33, 65, 257}, {200, 9, 2}, {12, 24, 3}};
    for (size_t s = 0; s < ARRAY_LEN(sets); s++) {
        const struct kernels *kernels = kernels_select(sets[s]);
        for (size_t i = 0; kernels && i < ARRAY_LEN(shapes); i++)
            check_single(kernels, shapes[i][0], shapes[i][1], shapes[i][2]);
    }
}
END_TEST

START_TEST(activations_of_floats_are_those_of_doubles_rounded)
{
    enum { COUNT = 700 }; /* parts and a rest */
    for (size_t s = 0; s < ARRAY_LEN(sets); s++) {
        const struct kernels *kernels = kernels_select(sets[s]);
        for (int activation = 0; kernels && activation < ACTIVATION_COUNT; activation++) {
            float values[COUNT];
            for (int i = 0; i < COUNT; i++)
                values[i] = (float)(i - COUNT / 2) / 30;
            kernels->activate_single((enum activation)activation, 0.01, COUNT, values);
            for (int i = 0; i < COUNT; i++) {
                double z = (float)(i - COUNT / 2) / 30, a;
                kernels->activate((enum activation)activation, 0.01, 1, &z, &a);
                ck_assert(values[i] == (float)a);
            }
        }
    }
}
END_TEST

START_TEST(activations_have_the_same_bits_in_every_set)
{
    enum { COUNT = 4001 };
    static double z[COUNT], first[2][COUNT], other[2][COUNT];
    for (int i = 0; i < COUNT; i++)
        z[i] = (i - COUNT / 2) / 40.0;
    z[0] = NAN;
    z[1] = INFINITY;
    z[2] = -INFINITY;
    const struct kernels *portable = kernels_select("portable");
    for (int f = 0; f < ACTIVATION_COUNT; f++) {
        portable->activate((enum activation)f, 0.3, COUNT, z, first[0]);
        portable->derive((enum activation)f, 0.3, COUNT, z, first[0], first[1]);
        for (size_t s = 0; s < ARRAY_LEN(sets); s++) {
            const struct kernels *kernels = kernels_select(sets[s]);
            if (!kernels)
                continue;
            kernels->activate((enum activation)f, 0.3, COUNT, z, other[0]);
            kernels->derive((enum activation)f, 0.3, COUNT, z, other[0], other[1]);
            for (int i = 1; i < COUNT; i++) { /* the bits of a NaN mean nothing */
                bool same = memcmp(&first[0][i], &other[0][i], sizeof(double)) == 0 &&
                    memcmp(&first[1][i], &other[1][i], sizeof(double)) == 0;
                bool both_nan = isnan(first[1][i]) && isnan(other[1][i]);
                ck_assert_msg(
                    same || both_nan, "%s in %s at %g", activation_name(f), sets[s], z[i]);
            }
            ck_assert_msg(isnan(other[0][0]), "%s loses NaN", activation_name(f));
        }
    }
}
END_TEST

/* As NaN all of them are one. */
static bool same_number(double x, double y)
{
    return memcmp(&x, &y, sizeof x) == 0 || (isnan(x) && isnan(y));
}

START_TEST(functions_in_step_have_the_bits_of_the_plain_ones)
{
    enum { COUNT = 3000 };
    static const double special[] = {0.0, -0.0, 0x1p-1074, -0x1p-1074, 0x1p-1022, NAN, INFINITY,
        -(double)INFINITY, -760, -760.1, -759.9, 100, 100.1, 20, -20, 20.1, -20.1, -745, 709};
    static double z[COUNT], a[COUNT];
    for (int i = 0; i < COUNT; i++)
        z[i] = i % 3 ? (i - COUNT / 2) * 0x1.23456789p-5
                     : special[i / 3 % (int)ARRAY_LEN(special)];
    for (size_t s = 0; s < ARRAY_LEN(sets); s++) {
        const struct kernels *kernels = kernels_select(sets[s]);
        for (size_t count = 0; kernels && count <= COUNT; count += count < 70 ? 1 : 977) {
            kernels->activate(ACTIVATION_SIGMOID, 0, count, z, a);
            for (size_t i = 0; i < count; i++)
                ck_assert_msg(same_number(a[i], real_sigmoid(z[i])), "%s at %a", sets[s], z[i]);
            kernels->activate(ACTIVATION_TANH, 0, count, z, a);
            for (size_t i = 0; i < count; i++)
                ck_assert_msg(same_number(a[i], real_tanh(z[i])), "%s at %a", sets[s], z[i]);
        }
    }
}
END_TEST

START_TEST(slopes_are_the_derivatives_and_keep_their_bound)
{
    enum { COUNT = 3001 };
    const double h = 1e-5;
    static double z[COUNT], up[COUNT], down[COUNT], a[COUNT], zu[COUNT], zd[COUNT], d[COUNT];
    const struct kernels *kernels = kernels_select(NULL);
    for (int i = 0; i < COUNT; i++) {
        z[i] = (i - COUNT / 2) / 250.0 + 1e-3; /* not on a kink */
        zu[i] = z[i] + h;
        zd[i] = z[i] - h;
    }
    for (int f = 0; f < ACTIVATION_COUNT; f++) {
        double largest = 0, bound = activations[f].max_slope;
        kernels->activate((enum activation)f, 0.3, COUNT, z, a);
        kernels->activate((enum activation)f, 0.3, COUNT, zu, up);
        kernels->activate((enum activation)f, 0.3, COUNT, zd, down);
        kernels->derive((enum activation)f, 0.3, COUNT, z, a, d);
        for (int i = 0; i < COUNT; i++) {
            /* h²/6·φ''' + rounding/h: below 1e-9 for all of them. */
            ck_assert_double_eq_tol(d[i], (up[i] - down[i]) / (2 * h), 1e-9);
            ck_assert(fabs(d[i]) <= bound * (1 + 4e-16));
            largest = fmax(largest, fabs(d[i]));
        }
        /* The bound is the least one: softplus comes to 1 - e^-6 here, the others nearer. */
        ck_assert_msg(largest > bound * 0.997, "%s", activation_name(f));
    }
}
END_TEST

START_TEST(norms_neither_overflow_nor_underflow)
{
    const struct kernels *kernels = kernels_select(NULL);
    static const double sizes[] = {1, 1e200, 1e-200, 1e-310, 1e307};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        double values[KERNEL_COLUMNS] = {3 * sizes[i], 4 * sizes[i]};
        struct matrix m = {values, 1, 2, KERNEL_COLUMNS};
        /* Subnormal numbers have fewer digits: 1e-310 about 13 bits fewer. */
        ck_assert_double_eq_tol(matrix_norm(kernels, &m) / (5 * sizes[i]), 1, 1e-12);
    }
    double special[KERNEL_COLUMNS] = {1, NAN};
    struct matrix m = {special, 1, 2, KERNEL_COLUMNS};
    ck_assert(isnan(matrix_norm(kernels, &m)));
    special[1] = -INFINITY;
    ck_assert(matrix_norm(kernels, &m) == INFINITY);
    special[0] = special[1] = 0;
    ck_assert(matrix_norm(kernels, &m) == 0);
}
END_TEST

/* What core/reduce.h promises, element by element. */
static double naive_sum(const struct matrix *m, bool squared)
{
    double total = 0;
    for (int first = 0; first < m->rows; first += SUM_ROWS) {
        double lanes[KERNEL_SUM_LANES] = {0};
        bool padded = m->columns != m->stride;
        for (int i = first; i < m->rows && i < first + SUM_ROWS; i++) {
            for (int j = 0; j < m->columns; j++) {
                int place = padded ? j : (i - first) * m->columns + j;
                double x = m->values[i * m->stride + j];
                double *lane = &lanes[place % KERNEL_SUM_LANES];
                *lane = squared ? fma(x, x, *lane) : *lane + x;
            }
        }
        for (int width = KERNEL_SUM_LANES / 2; width > 0; width /= 2) {
            for (int i = 0; i < width; i++)
                lanes[i] += lanes[i + width];
        }
        total += lanes[0];
    }
    return total;
}

START_TEST(sums_have_fixed_lanes_chunks_and_tree)
{
    static const int shapes[][2] = {
        {1, 1}, {1, 37}, {5, 8}, {32, 16}, {33, 40}, {70, 9}, {100, 128}, {3, 1000}};
    for (size_t n = 0; n < ARRAY_LEN(shapes) * ARRAY_LEN(sets); n++) {
        const int *shape = shapes[n / ARRAY_LEN(sets)];
        const struct kernels *kernels = kernels_select(sets[n % ARRAY_LEN(sets)]);
        if (!kernels)
            continue;
        struct rng rng;
        rng_init(&rng, 9, RNG_DATA, n / ARRAY_LEN(sets));
        ptrdiff_t stride = kernels_stride(shape[1]);
        /* The padding is random too: none of it may be counted. */
        double *values = random_matrix(&rng, (size_t)shape[0] * (size_t)stride);
        struct matrix m = {values, shape[0], shape[1], stride};
        double sums[] = {0, matrix_square_sum(kernels, &m)};
        for (int c = 0; c < sum_chunks(m.rows); c++) {
            struct matrix chunk = sum_chunk(&m, c);
            sums[0] += kernels->sum(&chunk);
        }
        double expected[] = {naive_sum(&m, false), naive_sum(&m, true)};
        ck_assert_msg(memcmp(sums, expected, sizeof sums) == 0, "%s %dx%d", kernels->name,
            shape[0], shape[1]);
        free(values);
    }
}
END_TEST

/* Shapes of a chunk: narrow, without padding, with a rest, longer than a run of apply_slope. */
static const int chunks[][2] = {
    {1, 1}, {9, 2}, {31, 3}, {32, 7}, {5, 8}, {32, 16}, {31, 40}, {7, 37}, {3, 1100}};

struct chunk {
    const struct kernels *kernels; /* NULL: not of this machine */
    int rows, columns;
    ptrdiff_t stride;
    size_t count; /* doubles, with the padding */
    struct rng rng;
};

static struct chunk chunk_of(size_t n)
{
    const int *shape = chunks[n / ARRAY_LEN(sets)];
    struct chunk chunk = {.kernels = kernels_select(sets[n % ARRAY_LEN(sets)]),
        .rows = shape[0],
        .columns = shape[1],
        .stride = kernels_stride(shape[1])};
    chunk.count = (size_t)chunk.rows * (size_t)chunk.stride;
    rng_init(&chunk.rng, 5, RNG_DATA, n / ARRAY_LEN(sets));
    return chunk;
}

static struct matrix chunk_matrix(const struct chunk *chunk, const double *values)
{
    return (struct matrix){values, chunk->rows, chunk->columns, chunk->stride};
}

static void check_slopes(struct chunk *c, enum activation activation, double limit)
{
    double *back = random_matrix(&c->rng, c->count), *z = random_matrix(&c->rng, c->count);
    double *a = calloc(c->count, sizeof *a), *slopes = calloc(c->count, sizeof *slopes);
    double *delta = random_matrix(&c->rng, c->count);
    struct matrix b = chunk_matrix(c, back), d = chunk_matrix(c, delta);
    struct slope_sums sums;
    int64_t flat = 0;
    c->kernels->activate(activation, 0.3, c->count, z, a);
    c->kernels->derive(activation, 0.3, c->count, z, a, slopes);
    c->kernels->apply_slope(activation, 0.3, &b, z, a, limit, delta, &sums);
    for (int i = 0; i < c->rows; i++) {
        for (int j = 0; j < c->columns; j++) {
            ptrdiff_t at = i * c->stride + j;
            flat += fabs(slopes[at]) < limit;
            ck_assert_msg(delta[at] == back[at] * slopes[at], "%s in %s: δ at %d,%d",
                activation_name((int)activation), c->kernels->name, i, j);
        }
    }
    ck_assert_int_eq(sums.flat, flat);
    ck_assert(sums.back_square == naive_sum(&b, true));
    ck_assert(sums.delta_square == naive_sum(&d, true));
    free(back);
    free(z);
    free(a);
    free(slopes);
    free(delta);
}

START_TEST(slopes_are_applied_and_summed_without_the_padding)
{
    /* Of the second limit, all slopes are below: the padding's too. */
    for (size_t n = 0; n < ARRAY_LEN(chunks) * ARRAY_LEN(sets); n++) {
        for (int f = 0; f < ACTIVATION_COUNT; f++) {
            struct chunk chunk = chunk_of(n);
            if (!chunk.kernels)
                break;
            check_slopes(&chunk, (enum activation)f, 0.2);
            check_slopes(&chunk, (enum activation)f, 2);
        }
    }
}
END_TEST

START_TEST(activations_are_summed_about_their_mean)
{
    for (size_t n = 0; n < ARRAY_LEN(chunks) * ARRAY_LEN(sets); n++) {
        struct chunk c = chunk_of(n);
        if (!c.kernels)
            continue;
        double *z = random_matrix(&c.rng, c.count), *a = random_matrix(&c.rng, c.count);
        struct matrix zs = chunk_matrix(&c, z), as = chunk_matrix(&c, a);
        struct activation_sums sums;
        c.kernels->activation_sums(&zs, a, &sums);
        ck_assert(sums.z == naive_sum(&zs, false));
        ck_assert(sums.a == naive_sum(&as, false));
        double mean = sums.a / ((double)c.rows * c.columns);
        for (size_t i = 0; i < c.count; i++)
            a[i] -= mean;
        ck_assert(sums.a_deviation == naive_sum(&as, true));
        free(z);
        free(a);
    }
}
END_TEST

START_TEST(columns_are_counted_and_their_largest_found)
{
    for (size_t n = 0; n < ARRAY_LEN(chunks) * ARRAY_LEN(sets); n++) {
        struct chunk c = chunk_of(n);
        if (!c.kernels)
            continue;
        double *x = random_matrix(&c.rng, c.count);
        double *counts = calloc((size_t)c.stride, sizeof *counts);
        double *peaks = calloc((size_t)c.stride, sizeof *peaks);
        struct matrix m = chunk_matrix(&c, x);
        for (size_t i = 0; i < c.count; i += 3)
            x[i] = 0;
        for (size_t i = 1; i < c.count; i += 7)
            x[i] = NAN; /* is not 0, and no peak */
        peaks[0] = 9;   /* stands */
        c.kernels->add_column_counts(&m, counts);
        c.kernels->raise_column_peaks(&m, peaks);
        for (int j = 0; j < c.columns; j++) {
            double count = 0, peak = j == 0 ? 9 : 0;
            for (int i = 0; i < c.rows; i++) {
                double value = x[i * c.stride + j];
                count += value != 0;
                peak = fmax(peak, fabs(value));
            }
            ck_assert_msg(counts[j] == count && peaks[j] == peak, "%s %dx%d column %d",
                c.kernels->name, c.rows, c.columns, j);
        }
        free(x);
        free(counts);
        free(peaks);
    }
}
END_TEST

Suite *kernels_suite(void)
{
    return SUITE("kernels", products_equal_a_naive_loop_to_the_bit,
        products_of_floats_equal_a_naive_loop_to_the_bit,
        activations_of_floats_are_those_of_doubles_rounded,
        activations_have_the_same_bits_in_every_set,
        functions_in_step_have_the_bits_of_the_plain_ones,
        slopes_are_the_derivatives_and_keep_their_bound, norms_neither_overflow_nor_underflow,
        sums_have_fixed_lanes_chunks_and_tree,
        slopes_are_applied_and_summed_without_the_padding,
        activations_are_summed_about_their_mean, columns_are_counted_and_their_largest_found);
}
