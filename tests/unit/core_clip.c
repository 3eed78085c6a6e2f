/* Clipping. The updates of the optimizers are compared with PyTorch's in tests/reference.py. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/clip.h"
#include "suites.h"

#define SETTINGS "activation=relu init=he_normal gain=2 depth=4 width=10 samples=40 "

/* All gradients as one vector; the caller frees. */
static double *gradient_copy(const struct training *t, int *count)
{
    double *copy = NULL;
    *count = 0;
    for (int l = 0; l < t->network->layer_count; l++) {
        const struct layer *layer = &t->network->layers[l];
        int more = (layer->n_in + 1) * layer->n_out;
        copy = realloc(copy, (size_t)(*count + more) * sizeof *copy);
        for (int i = 0; i <= layer->n_in; i++) {
            for (int o = 0; o < layer->n_out; o++)
                copy[(*count)++] = layer->gradients[i * layer->stride + o];
        }
    }
    return copy;
}

static double product(const double *a, const double *b, int count)
{
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Sums of a few hundred terms, each rounded: 1e-12 is far above their error. */
static void check_report(const char *settings, double *cosine, double *after_norm)
{
    struct training *t = training_of(settings);
    ck_assert(training_evaluate(t, false));
    int count;
    double *before = gradient_copy(t, &count);
    training_clip(t);
    double *after = gradient_copy(t, &count);
    double norm = sqrt(product(before, before, count));
    int changed = 0;
    for (int i = 0; i < count; i++)
        changed += before[i] != after[i];
    *after_norm = sqrt(product(after, after, count));
    *cosine = product(before, after, count) / norm / *after_norm;
    ck_assert_double_eq_tol(t->clip.norm_before, norm, 1e-12 * norm);
    ck_assert_double_eq_tol(t->clip.norm_after, *after_norm, 1e-12 * *after_norm);
    ck_assert_double_eq_tol(t->clip.cosine, *cosine, 1e-12);
    ck_assert_double_eq_tol(t->clip.scale, *after_norm / norm, 1e-12);
    if (t->hparams.clip == CLIP_VALUE)
        ck_assert_double_eq_tol(t->clip.fraction, changed / (double)count, 1e-15);
    free(before);
    free(after);
    training_destroy(t);
}

START_TEST(clipping_by_norm_keeps_the_direction)
{
    double cosine, norm;
    check_report(SETTINGS "clip=norm clip_at=0.5", &cosine, &norm);
    ck_assert_double_eq_tol(cosine, 1, 1e-14);
    ck_assert_double_eq_tol(norm, 0.5, 1e-14);
}
END_TEST

START_TEST(clipping_by_value_turns_the_gradient)
{
    double cosine, norm;
    check_report(SETTINGS "clip=value clip_at=0.01", &cosine, &norm);
    ck_assert_double_lt(cosine, 0.95);
    struct training *t = training_of(SETTINGS "clip=value clip_at=0.01");
    training_go(t, 0);
    for (int l = 0; l < t->network->layer_count; l++) {
        struct matrix g =
            layer_weights(&t->network->layers[l], t->network->layers[l].gradients);
        ck_assert_double_le(matrix_max_abs(&g), 0.01);
    }
    training_destroy(t);
}
END_TEST

START_TEST(clipping_layer_by_layer_bounds_each_layer)
{
    double cosine, norm;
    check_report(SETTINGS "clip=layerwise clip_at=0.2", &cosine, &norm);
    struct training *t = training_of(SETTINGS "clip=layerwise clip_at=0.2");
    training_go(t, 0);
    for (int l = 0; l < t->network->layer_count; l++) {
        struct matrix g =
            layer_weights(&t->network->layers[l], t->network->layers[l].gradients);
        g.rows++;
        ck_assert_double_le(matrix_norm(kernels_select(NULL), &g), 0.2 * (1 + 1e-15));
    }
    training_destroy(t);
}
END_TEST

START_TEST(nothing_changes_below_the_threshold)
{
    static const char *const modes[] = {"none", "value", "norm", "layerwise"};
    for (size_t m = 0; m < ARRAY_LEN(modes); m++) {
        char settings[160];
        (void)snprintf(settings, sizeof settings, SETTINGS "clip=%s clip_at=1e6", modes[m]);
        struct training *t = training_of(settings);
        int count;
        ck_assert(training_evaluate(t, false));
        double *before = gradient_copy(t, &count);
        training_clip(t);
        double *after = gradient_copy(t, &count);
        ck_assert_mem_eq(before, after, (size_t)count * sizeof *before);
        ck_assert(t->clip.scale == 1 && t->clip.cosine == 1 && t->clip.fraction == 0);
        free(before);
        free(after);
        training_destroy(t);
    }
}
END_TEST

Suite *clip_suite(void)
{
    return SUITE("clip", clipping_by_norm_keeps_the_direction,
        clipping_by_value_turns_the_gradient, clipping_layer_by_layer_bounds_each_layer,
        nothing_changes_below_the_threshold);
}
