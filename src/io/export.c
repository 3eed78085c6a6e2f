#include "io/export.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/activation.h"
#include "core/numbers.h"
#include "io/json.h"

/* Which of a layer's blocks (core/network.h) to write. */
typedef const double *block_fn(const struct layer *layer);

static const double *parameters(const struct layer *layer)
{
    return layer->parameters;
}

static const double *gradients(const struct layer *layer)
{
    return layer->gradients;
}

static const double *state_m(const struct layer *layer)
{
    return layer->m;
}

static const double *state_v(const struct layer *layer)
{
    return layer->v;
}

/* State that the optimizer does not keep is 0. */
static struct matrix or_zeros(struct matrix m, bool kept)
{
    static const double zeros[WIDTH_MOST];
    return kept ? m : (struct matrix){zeros, m.rows, m.columns, 0};
}

/* The weights of all layers, n_out × n_in each, and the biases, under two names. */
static void write_blocks(struct json *json, const struct network *network, block_fn *block,
    const char *weights, const char *biases)
{
    bool kept = block(&network->layers[0]) != NULL;
    json_open(json, weights, '[');
    for (int i = 0; i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        const double *values = kept ? block(layer) : layer->parameters;
        struct matrix m = or_zeros(layer_weights(layer, values), kept);
        json_matrix(json, NULL, &m, true);
    }
    json_close(json, ']');
    json_open(json, biases, '[');
    for (int i = 0; i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        const double *values = kept ? block(layer) : layer->parameters;
        struct matrix m = or_zeros(layer_biases(layer, values), kept);
        json_vector(json, NULL, &m);
    }
    json_close(json, ']');
}

static void write_sizes(struct json *json, const struct network *network)
{
    json_open(json, "sizes", '[');
    json_integer(json, NULL, network->shape.inputs);
    for (int i = 0; i < network->layer_count; i++)
        json_integer(json, NULL, network->layers[i].n_out);
    json_close(json, ']');
}

/* The batch: class indices for softmax_ce, rows of targets for the others. */
static void write_batch(struct json *json, const struct training *t)
{
    const struct network *network = t->network;
    struct matrix x = {
        network->inputs, t->samples, network->shape.inputs, network->input_stride};
    json_matrix(json, "X", &x, false);
    json_open(json, "Y", '[');
    for (int s = 0; s < t->samples; s++) {
        int label = t->data->labels[t->batch[s]];
        if (t->loss == LOSS_SOFTMAX_CE) {
            json_integer(json, NULL, label);
            continue;
        }
        json_open(json, NULL, '[');
        for (int j = 0; j < network->shape.outputs; j++)
            json_real(json, NULL, loss_target(label, network->shape.outputs, j));
        json_close(json, ']');
    }
    json_close(json, ']');
}

static void write_optimizer(struct json *json, const struct training *t)
{
    const struct hparams *h = &t->hparams;
    json_open(json, "optimizer", '{');
    json_string(json, "name", optimizer_name(h->optimizer));
    json_real(json, "lr", h->lr);
    json_real(json, "momentum", h->momentum);
    json_real(json, "beta1", h->beta1);
    json_real(json, "beta2", h->beta2);
    json_real(json, "eps", h->epsilon);
    json_integer(json, "t", (long long)t->optimizer_steps);
    json_open(json, "state", '{');
    write_blocks(json, t->network, state_m, "m_weights", "m_biases");
    write_blocks(json, t->network, state_v, "v_weights", "v_biases");
    json_close(json, '}');
    json_close(json, '}');
}

static void write_settings(struct json *json, const struct training *t)
{
    static const char *const loss_names[] = {
        [LOSS_MSE] = "mse", [LOSS_BCE] = "bce", [LOSS_SOFTMAX_CE] = "softmax-ce"};
    const struct hparams *h = &t->hparams;
    write_sizes(json, t->network);
    json_string(json, "activation", activation_name(h->activation));
    json_real(json, "leaky_slope", h->leaky_slope);
    write_blocks(json, t->network, parameters, "weights", "biases");
    write_batch(json, t);
    json_string(json, "loss", loss_names[t->loss]);
    json_string(json, "mse_convention", "mean_all");
    json_real(json, "weight_decay", h->weight_decay);
    json_open(json, "clip", '{');
    json_string(json, "mode", clip_name(h->clip));
    json_real(json, "threshold", h->clip_at);
    json_integer(json, "eps", 0);
    json_close(json, '}');
    write_optimizer(json, t);
    json_open(json, "stat_options", '{');
    json_string(json, "delta_scale", "sample");
    json_close(json, '}');
}

static void write_matrices(struct json *json, const struct training *t, const char *key,
    const double *(*values)(const struct layer *))
{
    json_open(json, key, '[');
    for (int i = 0; i < t->network->layer_count; i++) {
        const struct layer *layer = &t->network->layers[i];
        struct matrix m = layer_matrix(layer, values(layer), t->samples);
        json_matrix(json, NULL, &m, false);
    }
    json_close(json, ']');
}

static const double *values_z(const struct layer *layer)
{
    return layer->z;
}

static const double *values_a(const struct layer *layer)
{
    return layer->a;
}

static const double *values_delta(const struct layer *layer)
{
    return layer->delta;
}

/* Hidden units whose activation is 0 on every sample of the batch. */
static int dead_in_batch(struct json *json, const struct layer *layer, int samples)
{
    int dead = 0;
    for (int j = 0; j < layer->n_out && json_going(json); j++) {
        bool active = false;
        for (int s = 0; s < samples && !active; s++)
            active = layer->a[s * layer->stride + j] != 0;
        dead += !active;
    }
    return dead;
}

static void write_stats(struct json *json, const struct training *t)
{
    const struct network *network = t->network;
    bool flat = activation_info(network->activation, network->leaky_slope).flat;
    json_open(json, "grad_norm_weights", '[');
    for (int i = 0; i < network->layer_count; i++)
        json_real(json, NULL, t->stats[i].weight_grad_norm);
    json_close(json, ']');
    json_open(json, "grad_norm_biases", '[');
    for (int i = 0; i < network->layer_count; i++)
        json_real(json, NULL, t->stats[i].bias_grad_norm);
    json_close(json, ']');
    json_real(json, "global_grad_norm", t->clip.norm_before);
    json_open(json, "delta_rms", '[');
    for (int i = 0; i < network->layer_count; i++)
        json_real(json, NULL, t->stats[i].delta_rms);
    json_close(json, ']');
    json_open(json, "dead_units", '[');
    for (int i = 0; i < network->shape.depth; i++)
        json_integer(
            json, NULL, flat ? dead_in_batch(json, &network->layers[i], t->samples) : 0);
    json_close(json, ']');
}

/* The factor: one, one a layer, or none for what is not a factor. */
static void write_clip_coef(struct json *json, const struct training *t)
{
    if (t->hparams.clip == CLIP_VALUE) {
        json_null(json, "clip_coef");
    } else if (t->hparams.clip == CLIP_LAYERWISE) {
        json_open(json, "clip_coef", '[');
        for (int i = 0; i < t->network->layer_count; i++) {
            double parts[] = {t->stats[i].weight_grad_norm, t->stats[i].bias_grad_norm};
            json_real(json, NULL, clip_factor(norm_of_norms(parts, 2), t->hparams.clip_at));
        }
        json_close(json, ']');
    } else {
        json_real(json, "clip_coef", t->clip.scale);
    }
}

static void write_update(struct json *json, const struct training *t)
{
    json_open(json, "update_ratio", '[');
    for (int i = 0; i < t->network->layer_count; i++) {
        if (t->stats[i].update_ratio.defined)
            json_real(json, NULL, t->stats[i].update_ratio.value);
        else
            json_null(json, NULL);
    }
    json_close(json, ']');
    write_blocks(json, t->network, parameters, "new_weights", "new_biases");
}

static bool stop(const struct json *json, struct error *error)
{
    errno = json->error;
    return error_set(error, json->error ? "cannot write" : "interrupted");
}

bool export_step(FILE *file, struct session *session, struct error *error)
{
    struct training *t = session->training;
    struct json json = {.file = file, .first = true, .interrupt = &session->interrupt};
    /* Evaluated anew, so that the gradients are there as they were before clipping. */
    if (!training_evaluate(t, false))
        return error_set(error, "interrupted");
    json_open(&json, NULL, '{');
    json_string(&json, "nablascope", PACKAGE_VERSION);
    json_integer(&json, "numbers", NUMBERS_VERSION);
    json_integer(&json, "step", (long long)t->step);
    write_settings(&json, t);
    json_open(&json, "claims", '{');
    json_real(&json, "loss", t->batch_loss);
    write_matrices(&json, t, "preactivations", values_z);
    write_matrices(&json, t, "activations", values_a);
    write_matrices(&json, t, "deltas", values_delta);
    write_blocks(&json, t->network, gradients, "grad_weights", "grad_biases");
    if (!json_going(&json) || !training_clip(t))
        return stop(&json, error);
    session->evaluated = true;
    write_stats(&json, t);
    write_clip_coef(&json, t);
    write_blocks(&json, t->network, gradients, "clipped_grad_weights", "clipped_grad_biases");
    if (!json_going(&json) || !session_update(session))
        return stop(&json, error);
    write_update(&json, t);
    json_close(&json, '}');
    json_close(&json, '}');
    return json_going(&json) || stop(&json, error);
}
