/* Eigenvalues and principal components against closed forms and NumPy. */
#include <math.h>
#include <stdlib.h>

#include "core/pca.h"
#include "suites.h"

static const double pi = 3.141592653589793;

/* Component i of eigenvector k of the second difference matrix: √(2/(n+1)) sin(ikπ/(n+1)). */
static double sine(int n, int k, int i)
{
    return sqrt(2.0 / (n + 1)) * sin(i * k * pi / (n + 1));
}

START_TEST(eigenvalues_of_the_second_difference)
{
    enum { N = 24 };
    double a[N * N] = {0}, values[N], vectors[N * N];
    for (int i = 0; i < N; i++) {
        a[i * N + i] = 2;
        if (i > 0)
            a[i * N + i - 1] = a[(i - 1) * N + i] = -1;
    }
    eigen_symmetric(N, a, values, vectors);
    /* Backward stable: errors of a few n ulp of the norm 4, vectors by the gap (0.016). */
    for (int r = 0; r < N; r++) {
        int k = N - r;
        ck_assert_double_eq_tol(values[r], 2 - 2 * cos(k * pi / (N + 1)), 1e-13);
        double along = 0;
        for (int i = 0; i < N; i++)
            along += vectors[r * N + i] * sine(N, k, i + 1);
        ck_assert_double_eq_tol(fabs(along), 1, 1e-12);
    }
}
END_TEST

START_TEST(eigenvectors_of_equal_eigenvalues_are_orthonormal)
{
    enum { N = 7 };
    double a[N * N], values[N], vectors[N * N];
    for (int i = 0; i < N * N; i++)
        a[i] = 1 + (i % (N + 1) == 0); /* 1 + identity: N + 1 once, 1 six times */
    eigen_symmetric(N, a, values, vectors);
    ck_assert_double_eq_tol(values[0], N + 1, 1e-13);
    for (int r = 0; r < N; r++) {
        ck_assert(r == 0 || fabs(values[r] - 1) < 1e-13);
        for (int q = 0; q <= r; q++) {
            double sum = 0;
            for (int i = 0; i < N; i++)
                sum += vectors[r * N + i] * vectors[q * N + i];
            ck_assert_double_eq_tol(sum, r == q, 1e-13);
        }
    }
}
END_TEST

/*
 * Points at mean ± s_k √n v_k along sines, k = 1..n with s_k = 1/k: the covariance has the
 * eigenvectors v_k and the eigenvalues s_k² in closed form.
 */
static double *star_of(int n)
{
    double *values = calloc((size_t)(2 * n) * (size_t)n, sizeof *values);
    for (int k = 1; k <= n; k++) {
        for (int i = 0; i < n; i++) {
            double along = sqrt(n) / k * sine(n, k, i + 1), mean = i - 3;
            values[(2 * k - 2) * n + i] = mean + along;
            values[(2 * k - 1) * n + i] = mean - along;
        }
    }
    return values;
}

START_TEST(components_of_points_along_known_axes)
{
    static const int sizes[] = {2, 5, 32, 33, 150};
    for (size_t c = 0; c < ARRAY_LEN(sizes); c++) {
        int n = sizes[c];
        double *values = star_of(n), total = 0, x[150], coordinates[2];
        struct pca pca = {0};
        ck_assert(pca_init(&pca, kernels_select(NULL), values, 2 * n, n, NULL));
        for (int k = 1; k <= n; k++)
            total += 1.0 / k / k;
        for (int r = 0; r < 2; r++) {
            ck_assert_double_eq_tol(pca.explained[r], 1 / ((r + 1.0) * (r + 1)) / total, 1e-12);
            double along = 0, largest = 0;
            for (int i = 0; i < n; i++) {
                ck_assert_double_eq_tol(pca.mean[i], i - 3, 1e-12);
                along += pca.axes[r * n + i] * sine(n, r + 1, i + 1);
                if (fabs(pca.axes[r * n + i]) > fabs(largest) * (1 + 1e-9))
                    largest = pca.axes[r * n + i];
            }
            /* The residual bound 1e-12 over the gap 1/4 - 1/9 to the next eigenvalue. */
            ck_assert_double_eq_tol(fabs(along), 1, 1e-11);
            ck_assert_double_gt(largest, 0);
        }
        pca_project(&pca, values + 2 * n, coordinates);
        ck_assert_double_eq_tol(coordinates[0], 0, 1e-10);
        ck_assert_double_eq_tol(fabs(coordinates[1]), sqrt(n) / 2, 1e-10);
        pca_place(&pca, coordinates, x);
        for (int i = 0; i < n; i++)
            ck_assert_double_eq_tol(x[i], values[2 * n + i], 1e-10);
        pca_clear(&pca);
        free(values);
    }
}
END_TEST

/* NumPy 1.24: eigh(cov(X.T, bias=True)), the signs as pca.h says. */
static const struct {
    int inputs, samples;
    double explained[2];
    double first[2], last[2]; /* components of both axes */
} expected[] = {
    {5, 40, {0.63827095477612716, 0.29548989826199379},
        {0.11512995448584022, 0.6374532142710202}, {0.7542541589964411, 0.30626131181186989}},
    {100, 60, {0.36042663522271684, 0.26856622065908015},
        {-0.032200712127026986, -0.037294122088449941},
        {-0.032253877984157707, 0.023240881980792983}},
};

START_TEST(components_agree_with_numpy)
{
    for (size_t c = 0; c < ARRAY_LEN(expected); c++) {
        int n = expected[c].inputs, samples = expected[c].samples;
        double *values = calloc((size_t)(n * samples), sizeof *values);
        for (int s = 0; s < samples; s++) {
            for (int j = 0; j < n; j++)
                values[s * n + j] = sin(1.7 * (s * n + j) + 0.001 * s * s * (1 + j % 3)) *
                    (1 + j % 7) * (j % 5 ? 1 : 3);
        }
        struct pca pca = {0};
        ck_assert(pca_init(&pca, kernels_select(NULL), values, samples, n, NULL));
        for (int r = 0; r < 2; r++) {
            const double *axis = pca.axes + r * n;
            ck_assert_double_eq_tol(pca.explained[r], expected[c].explained[r], 1e-12);
            ck_assert_double_eq_tol(axis[0], expected[c].first[r], 1e-10);
            ck_assert_double_eq_tol(axis[n - 1], expected[c].last[r], 1e-10);
        }
        pca_clear(&pca);
        free(values);
    }
}
END_TEST

START_TEST(components_of_data_without_spread)
{
    double values[12] = {4, 5, 6, 4, 5, 6, 4, 5, 6, 4, 5, 6};
    struct pca pca = {0};
    ck_assert(pca_init(&pca, kernels_select(NULL), values, 4, 3, NULL));
    ck_assert(pca.explained[0] == 0 && pca.explained[1] == 0);
    ck_assert(isfinite(pca.axes[0]) && isfinite(pca.axes[3]));
    /* One input has one component. */
    ck_assert(pca_init(&pca, kernels_select(NULL), values, 12, 1, NULL));
    ck_assert_double_eq_tol(pca.explained[0], 1, 1e-15);
    ck_assert(pca.axes[0] == 1 && pca.axes[1] == 0 && pca.explained[1] == 0);
    pca_clear(&pca);
}
END_TEST

Suite *pca_suite(void)
{
    return SUITE("pca", eigenvalues_of_the_second_difference,
        eigenvectors_of_equal_eigenvalues_are_orthonormal,
        components_of_points_along_known_axes, components_agree_with_numpy,
        components_of_data_without_spread);
}
