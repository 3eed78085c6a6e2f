#include "core/pca.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/product.h"
#include "core/rng.h"

/*
 * Up to BLOCK inputs one Jacobi run is the answer. Beyond, the leading eigenvectors come from
 * orthogonal iteration on a block of so many rows with Rayleigh-Ritz (Golub & Van Loan, 8.2.4),
 * until ‖Cv - θv‖ <= TOLERANCE · θ_1 for both.
 */
enum { BLOCK = 32, ITERATIONS = 1000, SWEEPS = 60, CHUNK = 240 };
#define TOLERANCE 1e-12

struct work {
    int n, block;
    ptrdiff_t stride;
    double *covariance;              /* n × n */
    double *basis, *image, *spare;   /* block × n: orthonormal rows V, V·C, and room */
    double *ritz, *values, *vectors; /* block × block, block, block × block */
};

static double product(const double *a, const double *b, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum = fma(a[i], b[i], sum);
    return sum;
}

/* Turns rows p and q of `m` by the angle with this cosine and sine. */
static void rotate_rows(double *m, int n, int p, int q, double c, double s)
{
    double *x = m + (ptrdiff_t)p * n, *y = m + (ptrdiff_t)q * n;
    for (int i = 0; i < n; i++) {
        double u = x[i], v = y[i];
        x[i] = c * u - s * v;
        y[i] = s * u + c * v;
    }
}

/* One rotation that makes a[p][q] zero, applied from both sides and to the vectors. */
static void annihilate(int n, double *a, double *vectors, int p, int q)
{
    double off = a[(ptrdiff_t)p * n + q];
    if (off == 0)
        return;
    double tau = (a[(ptrdiff_t)q * n + q] - a[(ptrdiff_t)p * n + p]) / (2 * off);
    double t = (tau >= 0 ? 1 : -1) / (fabs(tau) + sqrt(1 + tau * tau));
    double c = 1 / sqrt(1 + t * t), s = t * c;
    rotate_rows(a, n, p, q, c, s);
    for (int i = 0; i < n; i++) {
        double *row = a + (ptrdiff_t)i * n, u = row[p], v = row[q];
        row[p] = c * u - s * v;
        row[q] = s * u + c * v;
    }
    a[(ptrdiff_t)p * n + q] = a[(ptrdiff_t)q * n + p] = 0;
    rotate_rows(vectors, n, p, q, c, s);
}

/* Whether all off the diagonal is below the rounding of the diagonal. */
static bool is_diagonal(int n, const double *a)
{
    double off = 0, all = 0;
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            double x = fabs(a[(ptrdiff_t)i * n + j]);
            all = x > all ? x : all;
            off = i != j && x > off ? x : off;
        }
    }
    return off <= 1e-17 * all;
}

static void swap_doubles(double *a, double *b, int n)
{
    for (int i = 0; i < n; i++) {
        double kept = a[i];
        a[i] = b[i];
        b[i] = kept;
    }
}

void eigen_symmetric(int n, double *a, double *values, double *vectors)
{
    for (int i = 0; i < n * n; i++)
        vectors[i] = i % (n + 1) == 0;
    for (int sweep = 0; sweep < SWEEPS && !is_diagonal(n, a); sweep++) {
        for (int p = 0; p < n; p++) {
            for (int q = p + 1; q < n; q++)
                annihilate(n, a, vectors, p, q);
        }
    }
    for (int i = 0; i < n; i++)
        values[i] = a[(ptrdiff_t)i * n + i];
    for (int i = 0; i < n; i++) {
        int largest = i;
        for (int j = i + 1; j < n; j++)
            largest = values[j] > values[largest] ? j : largest;
        swap_doubles(&values[i], &values[largest], largest == i ? 0 : 1);
        swap_doubles(
            vectors + (ptrdiff_t)i * n, vectors + (ptrdiff_t)largest * n, largest == i ? 0 : n);
    }
}

static bool take_mean(
    struct pca *pca, const double *values, int samples, const struct interrupt *interrupt)
{
    for (int s = 0; s < samples; s++) {
        if (s % CHUNK == 0 && interrupt_asked(interrupt))
            return false;
        for (int j = 0; j < pca->inputs; j++)
            pca->mean[j] += values[(ptrdiff_t)s * pca->inputs + j];
    }
    for (int j = 0; j < pca->inputs; j++)
        pca->mean[j] /= samples;
    return true;
}

/* (X - mean)ᵀ(X - mean) / samples, a chunk of rows at a time. */
static bool take_covariance(const struct pca *pca, struct work *work,
    const struct kernels *kernels, const double *values, int samples,
    const struct interrupt *interrupt)
{
    int n = work->n;
    ptrdiff_t stride = work->stride;
    double *centred = calloc((size_t)(CHUNK * stride), sizeof *centred);
    double *part = calloc((size_t)(n * stride), sizeof *part);
    bool done = centred && part;
    for (int first = 0; done && first < samples; first += CHUNK) {
        int count = samples - first < CHUNK ? samples - first : CHUNK;
        for (int s = 0; s < count; s++) {
            for (int j = 0; j < n; j++)
                centred[s * stride + j] = values[(ptrdiff_t)(first + s) * n + j] - pca->mean[j];
        }
        done = product_multiply(kernels, n, n, count, (struct factor){centred, 1, stride},
            centred, stride, NULL, 1, part, stride, interrupt);
        for (ptrdiff_t i = 0; done && i < n * stride; i++)
            work->covariance[i] += part[i] / samples;
    }
    free(centred);
    free(part);
    return done;
}

/* Gram-Schmidt on the rows, twice (Kahan); a row that depends on those before becomes 0. */
static void orthonormalize(struct work *work)
{
    int n = work->n;
    for (int r = 0; r < work->block; r++) {
        double *row = work->basis + r * work->stride;
        for (int pass = 0; pass < 2; pass++) {
            double before = sqrt(product(row, row, n));
            for (int q = 0; q < r; q++) {
                const double *other = work->basis + q * work->stride;
                double along = product(row, other, n);
                for (int i = 0; i < n; i++)
                    row[i] -= along * other[i];
            }
            double after = sqrt(product(row, row, n));
            bool dependent = after <= 1e-13 * before;
            for (int i = 0; i < n; i++)
                row[i] = dependent ? 0 : row[i] / after;
        }
    }
}

/* `rows` becomes U·rows, U the eigenvectors of the Ritz matrix. */
static void turn_rows(struct work *work, double **rows)
{
    for (int r = 0; r < work->block; r++) {
        for (int i = 0; i < work->n; i++) {
            double sum = 0;
            for (int k = 0; k < work->block; k++)
                sum =
                    fma(work->vectors[r * work->block + k], (*rows)[k * work->stride + i], sum);
            work->spare[r * work->stride + i] = sum;
        }
    }
    double *free_one = *rows;
    *rows = work->spare;
    work->spare = free_one;
}

/* ‖Cv - θv‖ <= TOLERANCE · θ_1 for the leading two. */
static bool converged(const struct work *work)
{
    for (int r = 0; r < 2 && r < work->block; r++) {
        double square = 0;
        for (int i = 0; i < work->n; i++) {
            double residual = work->image[r * work->stride + i] -
                work->values[r] * work->basis[r * work->stride + i];
            square = fma(residual, residual, square);
        }
        if (!(sqrt(square) <= TOLERANCE * work->values[0]))
            return false;
    }
    return true;
}

/* All of the space where the block spans it, else directions that no data set is made for. */
static void start(struct work *work)
{
    struct rng rng;
    rng_init(&rng, 1, RNG_DATA, 0);
    for (int r = 0; r < work->block; r++) {
        for (int i = 0; i < work->n; i++)
            work->basis[r * work->stride + i] =
                work->n > work->block ? rng_normal(&rng) : i == r;
    }
}

static bool iterate(
    struct work *work, const struct kernels *kernels, const struct interrupt *interrupt)
{
    int n = work->n, block = work->block;
    start(work);
    for (int count = 0; count < ITERATIONS; count++) {
        orthonormalize(work);
        if (!product_multiply(kernels, block, n, n,
                (struct factor){work->basis, work->stride, 1}, work->covariance, work->stride,
                NULL, 1, work->image, work->stride, interrupt))
            return false;
        for (int r = 0; r < block; r++) {
            for (int q = 0; q <= r; q++)
                work->ritz[r * block + q] = work->ritz[q * block + r] =
                    product(work->image + r * work->stride, work->basis + q * work->stride, n);
        }
        eigen_symmetric(block, work->ritz, work->values, work->vectors);
        turn_rows(work, &work->basis);
        turn_rows(work, &work->image);
        if (converged(work))
            return true;
        if (count < ITERATIONS - 1)
            memcpy(
                work->basis, work->image, (size_t)(block * work->stride) * sizeof *work->basis);
    }
    return true;
}

/* The two leading rows of the basis, with the sign that makes the largest component positive.
 */
static void take_axes(struct pca *pca, const struct work *work)
{
    int n = pca->inputs;
    double total = 0;
    for (int i = 0; i < n; i++)
        total += work->covariance[i * work->stride + i];
    for (int r = 0; r < 2 && r < work->block; r++) {
        const double *row = work->basis + r * work->stride;
        /* Of components that differ by rounding alone the first. */
        int largest = 0;
        for (int i = 1; i < n; i++)
            largest = fabs(row[i]) > (1 + 1e-9) * fabs(row[largest]) ? i : largest;
        for (int i = 0; i < n; i++)
            pca->axes[r * n + i] = row[largest] < 0 ? -row[i] : row[i];
        pca->explained[r] = total > 0 ? work->values[r] / total : 0;
    }
}

static bool work_create(struct work *work, int inputs)
{
    int block = inputs < BLOCK ? inputs : BLOCK;
    *work = (struct work){.n = inputs, .block = block, .stride = kernels_stride(inputs)};
    size_t rows = (size_t)(block * work->stride), square = (size_t)(block * block);
    work->covariance = calloc((size_t)(inputs * work->stride), sizeof(double));
    work->basis = calloc(rows, sizeof(double));
    work->image = calloc(rows, sizeof(double));
    work->spare = calloc(rows, sizeof(double));
    work->ritz = calloc(square, sizeof(double));
    work->values = calloc((size_t)block, sizeof(double));
    work->vectors = calloc(square, sizeof(double));
    return work->covariance && work->basis && work->image && work->spare && work->ritz &&
        work->values && work->vectors;
}

static void work_destroy(struct work *work)
{
    free(work->covariance);
    free(work->basis);
    free(work->image);
    free(work->spare);
    free(work->ritz);
    free(work->values);
    free(work->vectors);
}

void pca_clear(struct pca *pca)
{
    free(pca->mean);
    free(pca->axes);
    *pca = (struct pca){0};
}

bool pca_init(struct pca *pca, const struct kernels *kernels, const double *values, int samples,
    int inputs, const struct interrupt *interrupt)
{
    pca_clear(pca);
    pca->inputs = inputs;
    pca->mean = calloc((size_t)inputs, sizeof *pca->mean);
    pca->axes = calloc(2 * (size_t)inputs, sizeof *pca->axes);
    struct work work;
    bool done = work_create(&work, inputs) && pca->mean && pca->axes &&
        take_mean(pca, values, samples, interrupt) &&
        take_covariance(pca, &work, kernels, values, samples, interrupt) &&
        iterate(&work, kernels, interrupt);
    if (done)
        take_axes(pca, &work);
    else
        pca_clear(pca);
    work_destroy(&work);
    return done;
}

void pca_project(const struct pca *pca, const double *x, double coordinates[2])
{
    for (int r = 0; r < 2; r++) {
        coordinates[r] = 0;
        for (int i = 0; i < pca->inputs; i++)
            coordinates[r] =
                fma(pca->axes[r * pca->inputs + i], x[i] - pca->mean[i], coordinates[r]);
    }
}

void pca_place(const struct pca *pca, const double coordinates[2], double *x)
{
    for (int i = 0; i < pca->inputs; i++)
        x[i] = pca->mean[i] + coordinates[0] * pca->axes[i] +
            coordinates[1] * pca->axes[pca->inputs + i];
}
