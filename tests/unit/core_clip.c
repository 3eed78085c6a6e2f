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
    ck_assert_double_eq_tol(t->seen.clip.norm_before, norm, 1e-12 * norm);
    ck_assert_double_eq_tol(t->seen.clip.norm_after, *after_norm, 1e-12 * *after_norm);
    ck_assert_double_eq_tol(t->seen.clip.cosine, *cosine, 1e-12);
    ck_assert_double_eq_tol(t->seen.clip.scale, *after_norm / norm, 1e-12);
    ck_assert(t->seen.clip.fraction == changed / (double)count);
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
        ck_assert(
            t->seen.clip.scale == 1 && t->seen.clip.cosine == 1 && t->seen.clip.fraction == 0);
        free(before);
        free(after);
        training_destroy(t);
    }
}
END_TEST

/* Half of a relu net's gradient is exactly 0, which clipping leaves as it is. */
START_TEST(zeros_do_not_count_as_changed)
{
    static const char *const modes[] = {"value", "norm", "layerwise"};
    for (size_t m = 0; m < ARRAY_LEN(modes); m++) {
        char settings[160];
        double cosine, norm;
        (void)snprintf(
            settings, sizeof settings, SETTINGS "bias=-1 clip=%s clip_at=1e-9", modes[m]);
        check_report(settings, &cosine, &norm);
        struct training *t = training_of(settings);
        training_go(t, 0);
        ck_assert_double_lt(t->seen.clip.fraction, 0.9);
        ck_assert_double_gt(t->seen.clip.fraction, 0.1);
        training_destroy(t);
    }
}
END_TEST

/* No gradient but in one layer. */
static void keep_layer(struct training *t, int kept)
{
    for (int l = 0; l < t->network->layer_count; l++) {
        struct layer *layer = &t->network->layers[l];
        if (l == kept)
            continue;
        memset(layer->gradients, 0, layer_block(layer) * sizeof(double));
        layer->weight_grad_norm = layer->bias_grad_norm = 0;
    }
}

/* Just below the gradient's largest element: clipping to it does hardly anything. */
static double below_largest(const struct training *t, int i)
{
    int count;
    double *g = gradient_copy(t, &count), largest = 0;
    for (int k = 0; k < count; k++)
        largest = fmax(largest, fabs(g[k]));
    free(g);
    return largest * (1 - 0x1p-52 * (1 + i % 4));
}

START_TEST(bounds_are_kept_to_the_last_bit)
{
    static const enum clip modes[] = {CLIP_NORM, CLIP_LAYERWISE, CLIP_VALUE};
    int limited = 0;
    for (int i = 0; i < 600; i++) {
        char settings[200];
        (void)snprintf(settings, sizeof settings,
            "activation=tanh depth=2 width=5 samples=30 seed=%d", 1 + i / 3);
        struct training *t = training_of(settings);
        ck_assert(training_evaluate(t, false));
        t->hparams.clip = (int)modes[i % 3];
        if (t->hparams.clip == CLIP_LAYERWISE)
            keep_layer(t, 1);
        double c = 1e-4 * (1 + 0.01 * i);
        if (t->hparams.clip == CLIP_VALUE)
            c = below_largest(t, i);
        t->hparams.clip_at = c;
        training_clip(t);
        const struct clip_report *report = &t->seen.clip;
        ck_assert_double_gt(report->fraction, 0);
        if (t->hparams.clip != CLIP_VALUE)
            ck_assert_msg(report->norm_after <= c, "%s: %.17g", settings, report->norm_after);
        ck_assert_double_le(report->norm_after, report->norm_before);
        ck_assert_double_le(report->scale, 1);
        ck_assert_double_le(report->cosine, 1);
        limited += report->norm_after == c;
        training_destroy(t);
    }
    ck_assert_int_gt(limited, 100);
}
END_TEST

START_TEST(without_a_direction_there_is_no_cosine)
{
    static const char *const modes[] = {"none", "value", "norm", "layerwise"};
    for (size_t m = 0; m < ARRAY_LEN(modes); m++) {
        static const double gradients[] = {0, INFINITY, NAN, 1};
        for (size_t g = 0; g < ARRAY_LEN(gradients); g++) {
            char settings[160];
            (void)snprintf(settings, sizeof settings, SETTINGS "clip=%s clip_at=0.5", modes[m]);
            struct training *t = training_of(settings);
            ck_assert(training_evaluate(t, false));
            for (int l = 0; l < t->network->layer_count; l++) {
                struct layer *layer = &t->network->layers[l];
                for (size_t i = 0; i < layer_block(layer); i++)
                    layer->gradients[i] = 0;
                layer->gradients[0] = gradients[g];
                layer->weight_grad_norm = gradients[g];
                layer->bias_grad_norm = 0;
            }
            training_clip(t);
            ck_assert_int_eq(t->seen.clip.has_cosine, gradients[g] == 1);
            if (t->seen.clip.has_cosine)
                ck_assert_double_eq_tol(t->seen.clip.cosine, 1, 1e-15);
            training_destroy(t);
        }
    }
    /* The factor is below the smallest double: nothing is left. */
    struct training *t = training_of(SETTINGS "clip=layerwise clip_at=1e-300");
    ck_assert(training_evaluate(t, false));
    for (int l = 0; l < t->network->layer_count; l++) {
        struct layer *layer = &t->network->layers[l];
        for (size_t i = 0; i < layer_block(layer); i++)
            layer->gradients[i] *= 1e250;
        layer->weight_grad_norm *= 1e250;
        layer->bias_grad_norm *= 1e250;
    }
    training_clip(t);
    ck_assert(t->seen.clip.norm_after == 0 && !t->seen.clip.has_cosine);
    training_destroy(t);
}
END_TEST

/* c/‖g‖ is 1e-315, of which a double holds eight digits. */
START_TEST(a_factor_below_normal_numbers_loses_no_digits)
{
    static const enum clip modes[] = {CLIP_NORM, CLIP_LAYERWISE};
    for (int m = 0; m < 2; m++) {
        struct training *t = training_of(SETTINGS);
        ck_assert(training_evaluate(t, false));
        t->hparams.clip = (int)modes[m];
        t->hparams.clip_at = 2.39143e-160;
        keep_layer(t, 1);
        struct layer *layer = &t->network->layers[1];
        for (size_t i = 0; i < layer_block(layer); i++)
            layer->gradients[i] *= 1e155;
        struct matrix g = layer_weights(layer, layer->gradients);
        g.rows++;
        layer->weight_grad_norm = matrix_norm(t->network->kernels, &g);
        layer->bias_grad_norm = 0;
        training_clip(t);
        double norm = matrix_norm(t->network->kernels, &g);
        ck_assert_double_eq_tol(norm / t->hparams.clip_at, 1, 1e-14);
        ck_assert_double_eq_tol(t->seen.clip.norm_after / t->hparams.clip_at, 1, 1e-14);
        training_destroy(t);
    }
}
END_TEST

/* Times 3/4, five steps of 2^-1074 become four, one remains one. */
START_TEST(what_rounding_leaves_alone_is_not_changed)
{
    struct training *t = training_of(SETTINGS "clip=norm clip_at=0.75");
    ck_assert(training_evaluate(t, false));
    for (int l = 0; l < t->network->layer_count; l++) {
        struct layer *layer = &t->network->layers[l];
        for (size_t i = 0; i < layer_block(layer); i++)
            layer->gradients[i] = 0;
        layer->weight_grad_norm = layer->bias_grad_norm = 0;
    }
    struct layer *layer = &t->network->layers[1];
    for (int k = 1; k < 10; k++)
        layer->gradients[k] = (k % 2 ? 1 : -1) * k * 0x1p-1074;
    layer->gradients[0] = 1;
    layer->weight_grad_norm = 1;
    int count, changed = 0;
    double *before = gradient_copy(t, &count);
    training_clip(t);
    double *after = gradient_copy(t, &count);
    for (int i = 0; i < count; i++)
        changed += before[i] != after[i];
    ck_assert_int_eq(changed, 8); /* all but 1 and 2 steps, which would be 1.5 */
    ck_assert(t->seen.clip.fraction == changed / (double)count);
    free(before);
    free(after);
    training_destroy(t);
}
END_TEST

Suite *clip_suite(void)
{
    return SUITE("clip", clipping_by_norm_keeps_the_direction,
        clipping_by_value_turns_the_gradient, clipping_layer_by_layer_bounds_each_layer,
        nothing_changes_below_the_threshold, zeros_do_not_count_as_changed,
        bounds_are_kept_to_the_last_bit, without_a_direction_there_is_no_cosine,
        a_factor_below_normal_numbers_loses_no_digits,
        what_rounding_leaves_alone_is_not_changed);
}
