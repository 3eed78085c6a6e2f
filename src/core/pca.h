/*
 * The plane in which data of many inputs is drawn: through their mean, along the two leading
 * principal components (Pearson 1901), the eigenvectors of the covariance (over n) with the
 * largest eigenvalues. Of the two signs the one whose (first) largest component is positive.
 */
#ifndef NABLASCOPE_CORE_PCA_H
#define NABLASCOPE_CORE_PCA_H

#include <stdbool.h>

#include "core/network.h"

/* Start from a zeroed struct. */
struct pca {
    int inputs;
    double *mean;        /* inputs; owned */
    double *axes;        /* 2 rows of `inputs`, orthonormal; the second is 0 for one input */
    double explained[2]; /* share of the total variance along each; 0 when there is none */
};

/*
 * Of `samples` rows of `inputs` numbers without gaps. False when out of memory or interrupted.
 */
bool pca_init(struct pca *pca, const struct kernels *kernels, const double *values, int samples,
    int inputs, const struct interrupt *interrupt);
void pca_clear(struct pca *pca);

/* Coordinates in the plane of the point nearest to x, and the point at such coordinates. */
void pca_project(const struct pca *pca, const double *x, double coordinates[2]);
void pca_place(const struct pca *pca, const double coordinates[2], double *x);

/*
 * All eigenvalues of a symmetric n × n matrix, the largest first, with orthonormal eigenvectors
 * as the rows of `vectors`: cyclic Jacobi rotations (Golub & Van Loan, Matrix Computations,
 * algorithm 8.4.3). `a` is overwritten.
 */
void eigen_symmetric(int n, double *a, double *values, double *vectors);

#endif
