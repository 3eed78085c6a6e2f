/*
 * Digests of training runs: every activation, initialisation, optimizer, clip mode, data set
 * and loss, after 0, 1 and 500 steps, over all parameters and statistics to the last bit. They
 * must be the same under every compiler, optimisation level, instruction set and C library.
 *
 * Prints a line for each: settings, step, digest. NABLASCOPE_ISA chooses the kernels; status 77
 * when this processor does not have them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/activation.h"
#include "core/digest.h"
#include "core/training.h"

static void add_ratio(uint64_t *digest, struct ratio ratio)
{
    digest_bits(digest, ratio.defined);
    digest_real(digest, ratio.value);
}

static void add_matrix(uint64_t *digest, const struct matrix *m)
{
    for (int i = 0; i < m->rows; i++) {
        for (int j = 0; j < m->columns; j++)
            digest_real(digest, m->values[i * m->stride + j]);
    }
}

static void add_stats(uint64_t *digest, const struct layer_stats *s)
{
    const double reals[] = {s->delta_rms, s->ceiling, s->weight_grad_norm, s->bias_grad_norm,
        s->weight_norm, s->act_mean, s->act_std, s->saturated, s->dead, s->rare};
    for (size_t i = 0; i < ARRAY_LEN(reals); i++)
        digest_real(digest, reals[i]);
    add_ratio(digest, s->slope_gain);
    add_ratio(digest, s->weight_gain);
    add_ratio(digest, s->gain);
    add_ratio(digest, s->last_update_ratio);
}

static uint64_t digest_of(const struct training *t)
{
    uint64_t digest = DIGEST_START;
    const double reals[] = {t->seen.loss, t->seen.accuracy, t->seen.saturated,
        t->seen.clip.norm_before, t->seen.clip.norm_after, t->seen.clip.scale,
        t->seen.clip.fraction, t->seen.clip.cosine};
    for (size_t i = 0; i < ARRAY_LEN(reals); i++)
        digest_real(&digest, reals[i]);
    digest_bits(&digest, (uint64_t)t->census.toll.deaths);
    digest_bits(&digest, (uint64_t)t->census.toll.revivals);
    digest_bits(&digest, t->step);
    for (int l = 0; l < t->network->layer_count; l++) {
        const struct layer *layer = &t->network->layers[l];
        struct matrix block = layer_weights(layer, layer->parameters);
        block.rows++;
        add_matrix(&digest, &block);
        add_stats(&digest, &t->seen.layers[l]);
    }
    return digest;
}

/* One run: `name` of `value`, among settings in which it shows. */
static void run(const char *settings, const struct kernels *kernels)
{
    struct hparams hparams;
    char name[32], value[32];
    const char *at = settings;
    int length;
    hparams_init(&hparams);
    while (sscanf(at, " %31[^= ]=%31[^ ]%n", name, value, &length) == 2) {
        const struct hparam *row = hparam_find(name, NULL);
        if (!row || !hparam_set(&hparams, row, value, NULL)) {
            fprintf(stderr, "wrong setting: %s\n", settings);
            exit(1);
        }
        at += length;
    }
    struct training *t = training_create(&hparams, dataset_of(&hparams), kernels, NULL);
    if (!t)
        exit(1);
    for (int step = 0; step <= 500; step++) {
        (void)training_evaluate(t, true);
        training_clip(t);
        if (step == 0 || step == 1 || step == 500)
            printf("%s step %d: %016" PRIx64 "\n", settings, step, digest_of(t));
        training_update(t);
    }
    training_destroy(t);
}

static const char *generated_name(int index)
{
    return index < DATA_GENERATED ? data_name(index) : NULL;
}

static void run_each(const char *name, names_fn *names, int first, const char *rest,
    const struct kernels *kernels)
{
    for (int i = first; names(i); i++) {
        char settings[200];
        (void)snprintf(settings, sizeof settings, "%s=%s %s", name, names(i), rest);
        run(settings, kernels);
    }
}

#define SIZE "depth=4 width=9 samples=30"

/* Others are read. */
static const char *generated_name(int index)
{
    return index < DATA_GENERATED ? data_name(index) : NULL;
}

int main(void)
{
    const char *isa = getenv("NABLASCOPE_ISA");
    const struct kernels *kernels = kernels_select(isa);
    if (!kernels)
        return 77;
    run_each("activation", activation_name, 0, SIZE " init=he_normal lr=0.1", kernels);
    run_each("init", initializer_name, 0, SIZE " activation=tanh bias=0.1 lr=0.1", kernels);
    run_each("optimizer", optimizer_name, 0,
        SIZE " activation=tanh lr=0.01 weight_decay=0.001 batch=7", kernels);
    run_each("clip", clip_name, 0,
        SIZE " activation=relu init=he_normal gain=2 lr=0.1 clip_at=0.05", kernels);
    run_each("data", generated_name, 0, SIZE " activation=tanh lr=0.3 noise=0.2", kernels);
    run_each("loss", loss_name, 1, SIZE " activation=silu lr=0.1 data=blobs", kernels);
    run("activation=relu init=he_normal gain=3 lr=1 " SIZE, kernels); /* diverges */
    run("depth=60 width=33 samples=17 lr=1", kernels);
    return 0;
}
