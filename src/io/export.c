#include "io/export.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/activation.h"
#include "core/numbers.h"
#include "core/quantity.h"
#include "io/json.h"
#include "io/npz.h"

/* What is written of the step: all layers, or one. */
struct export
{
    struct writer *writer;
    struct training *training;
    int from, to; /* layers, 0-based, `to` exclusive */
};

const char *export_format_name(int index)
{
    static const char *const names[] = {[EXPORT_JSON] = "json", [EXPORT_NPZ] = "npz"};
    return index >= 0 && index < (int)ARRAY_LEN(names) ? names[index] : NULL;
}

struct signals export_signals(int layer)
{
    return layer > 0 ? (struct signals){0, layer} : (struct signals){SIGNALS_BOTH, 0};
}

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

/* The weights of the layers, n_out × n_in each, and the biases, under two names; state that the
 * optimizer does not keep is 0. */
static void write_blocks(
    const struct export *e, block_fn *block, const char *weights, const char *biases)
{
    static const double zero = 0;
    for (int part = 0; part < 2; part++) {
        writer_open_list(e->writer, part == 0 ? weights : biases, e->from + 1);
        for (int i = e->from; i < e->to; i++) {
            const struct layer *layer = &e->training->network->layers[i];
            const double *values = block(layer);
            struct matrix m = part == 0
                ? layer_weights(layer, values ? values : layer->parameters)
                : layer_biases(layer, values ? values : layer->parameters);
            struct array array = part == 0 ? array_of_matrix(&m, true) : array_of_row(&m);
            if (!values) {
                array.values = &zero;
                array.row_stride = array.column_stride = 0;
            }
            writer_array(e->writer, NULL, &array);
        }
        writer_close(e->writer);
    }
}

/* One number a layer. */
typedef double number_fn(const struct training *t, int layer);

static void write_numbers(
    const struct export *e, const char *key, number_fn *number, int to, bool whole)
{
    double values[LAYERS_MOST];
    for (int i = e->from; i < to; i++)
        values[i - e->from] = number(e->training, i);
    struct array array = array_of_list(values, to > e->from ? to - e->from : 0, whole);
    writer_array(e->writer, key, &array);
}

static void write_sizes(const struct export *e)
{
    const struct network *network = e->training->network;
    double sizes[1 + LAYERS_MOST] = {network->shape.inputs};
    for (int i = 0; i < network->layer_count; i++)
        sizes[i + 1] = network->layers[i].n_out;
    struct array array = array_of_list(sizes, network->layer_count + 1, true);
    writer_array(e->writer, "sizes", &array);
}

/* Samples of a training: the batch, or those from `first` on. */
struct chosen {
    const struct training *training;
    const int *batch; /* NULL: all from `first` on */
    int first;
};

static int chosen_sample(const struct chosen *chosen, int at)
{
    return chosen->batch ? chosen->batch[at] : chosen->first + at;
}

static void fill_labels(const void *context, int row, int column, int count, double *to)
{
    const struct chosen *chosen = context;
    (void)row;
    for (int i = 0; i < count; i++)
        to[i] = chosen->training->data->labels[chosen_sample(chosen, column + i)];
}

static void fill_targets(const void *context, int row, int column, int count, double *to)
{
    const struct chosen *chosen = context;
    const struct training *t = chosen->training;
    for (int i = 0; i < count; i++)
        to[i] = loss_target(
            &t->criterion, chosen_sample(chosen, row), t->network->shape.outputs, column + i);
}

/* What the outputs are to give for so many samples. */
static void write_answers(
    const struct export *e, const char *key, const struct chosen *chosen, int samples)
{
    bool classes = e->training->criterion.loss == LOSS_SOFTMAX_CE;
    struct array array = {.dimensions = classes ? 1 : 2,
        .rows = classes ? 1 : samples,
        .columns = classes ? samples : e->training->network->shape.outputs,
        .whole = classes,
        .fill = classes ? fill_labels : fill_targets,
        .context = chosen};
    writer_array(e->writer, key, &array);
}

/* The batch: what the first layer is given, and what the last one is to give, as class indices
 * for softmax_ce, as rows of targets for the others. */
static void write_batch(const struct export *e)
{
    const struct training *t = e->training;
    const struct network *network = t->network;
    if (e->from == 0) {
        struct matrix x = {
            network->inputs, t->seen.samples, network->shape.inputs, network->input_stride};
        struct array array = array_of_matrix(&x, false);
        writer_array(e->writer, "X", &array);
    }
    struct chosen batch = {t, t->batch, 0};
    if (e->to == network->layer_count)
        write_answers(e, "Y", &batch, t->seen.samples);
}

/* The same of what is held out, where something is and all layers are written. */
static bool has_test(const struct export *e)
{
    return e->training->data->test > 0 && e->from == 0 &&
        e->to == e->training->network->layer_count;
}

static void write_test(const struct export *e)
{
    const struct dataset *data = e->training->data;
    struct matrix x = {data->values + (ptrdiff_t)data->samples * data->inputs, data->test,
        data->inputs, data->inputs};
    struct array array = array_of_matrix(&x, false);
    struct chosen held = {e->training, NULL, data->samples};
    writer_array(e->writer, "X_test", &array);
    write_answers(e, "Y_test", &held, data->test);
}

static void write_optimizer(const struct export *e)
{
    const struct hparams *h = &e->training->hparams;
    writer_open(e->writer, "optimizer");
    writer_text(e->writer, "name", optimizer_name(h->optimizer));
    writer_real(e->writer, "lr", h->lr);
    writer_real(e->writer, "momentum", h->momentum);
    writer_real(e->writer, "beta1", h->beta1);
    writer_real(e->writer, "beta2", h->beta2);
    writer_real(e->writer, "eps", h->epsilon);
    writer_whole(e->writer, "t", e->training->optimizer_steps);
    writer_open(e->writer, "state");
    write_blocks(e, state_m, "m_weights", "m_biases");
    write_blocks(e, state_v, "v_weights", "v_biases");
    writer_close(e->writer);
    writer_close(e->writer);
}

static void write_settings(const struct export *e)
{
    static const char *const loss_names[] = {
        [LOSS_MSE] = "mse", [LOSS_BCE] = "bce", [LOSS_SOFTMAX_CE] = "softmax-ce"};
    const struct hparams *h = &e->training->hparams;
    write_sizes(e);
    writer_text(e->writer, "activation", activation_name(h->activation));
    writer_real(e->writer, "leaky_slope", h->leaky_slope);
    writer_text(e->writer, "output_activation", output_name(h->output));
    write_blocks(e, parameters, "weights", "biases");
    write_batch(e);
    if (has_test(e))
        write_test(e);
    writer_text(e->writer, "loss", loss_names[e->training->criterion.loss]);
    writer_text(e->writer, "mse_convention", "mean_all");
    writer_real(e->writer, "weight_decay", h->weight_decay);
    writer_open(e->writer, "clip");
    writer_text(e->writer, "mode", clip_name(h->clip));
    writer_real(e->writer, "threshold", h->clip_at);
    writer_whole(e->writer, "eps", 0);
    writer_close(e->writer);
    write_optimizer(e);
    writer_open(e->writer, "stat_options");
    writer_text(e->writer, "delta_scale", "sample");
    writer_close(e->writer);
}

static void write_matrices(const struct export *e, const char *key, block_fn *values)
{
    writer_open_list(e->writer, key, e->from + 1);
    for (int i = e->from; i < e->to; i++) {
        const struct layer *layer = &e->training->network->layers[i];
        struct matrix m = layer_matrix(layer, values(layer), e->training->seen.samples);
        struct array array = array_of_matrix(&m, false);
        writer_array(e->writer, NULL, &array);
    }
    writer_close(e->writer);
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
static double dead_in_batch(const struct training *t, int index)
{
    const struct network *network = t->network;
    const struct layer *layer = &network->layers[index];
    int dead = 0;
    if (!activation_info(network->activation, network->leaky_slope).flat)
        return 0;
    for (int j = 0; j < layer->n_out; j++) {
        bool active = false;
        for (int s = 0; s < t->seen.samples && !active; s++)
            active = layer->a[s * layer->stride + j] != 0;
        dead += !active;
    }
    return dead;
}

/* What the table of quantities knows of each layer; null where it is not defined. */
static void write_quantity(const struct export *e, const char *key, enum quantity_id id)
{
    double values[LAYERS_MOST];
    for (int i = e->from; i < e->to; i++) {
        struct reading reading = quantities[id].get(&e->training->seen, i + 1);
        values[i - e->from] = reading.kind == READING_KNOWN ? reading.value : NAN;
    }
    struct array array = array_of_list(values, e->to - e->from, false);
    writer_array(e->writer, key, &array);
}

static double layer_clip_factor(const struct training *t, int layer)
{
    double parts[] = {
        t->seen.layers[layer].weight_grad_norm, t->seen.layers[layer].bias_grad_norm};
    return clip_factor(norm_of_norms(parts, 2), t->hparams.clip_at);
}

static void write_stats(const struct export *e)
{
    int depth = e->training->network->shape.depth;
    write_quantity(e, "grad_norm_weights", QUANTITY_WEIGHT_GRAD_NORM);
    write_quantity(e, "grad_norm_biases", QUANTITY_BIAS_GRAD_NORM);
    writer_real(e->writer, "global_grad_norm", e->training->seen.clip.norm_before);
    write_quantity(e, "delta_rms", QUANTITY_DELTA_RMS);
    write_numbers(e, "dead_units", dead_in_batch, e->to < depth ? e->to : depth, true);
}

/* The factor: one, one a layer, or none for what is not a factor. */
static void write_clip_coef(const struct export *e)
{
    int mode = e->training->hparams.clip;
    if (mode == CLIP_LAYERWISE)
        write_numbers(e, "clip_coef", layer_clip_factor, e->to, false);
    else
        writer_real(
            e->writer, "clip_coef", mode == CLIP_VALUE ? NAN : e->training->seen.clip.scale);
}

/* False where the update was not made or the writing was stopped. */
static bool write_step(const struct export *e, struct session *session, int layer)
{
    struct training *t = e->training;
    struct writer *writer = e->writer;
    writer_open(writer, NULL);
    writer_text(writer, "nablascope", PACKAGE_VERSION);
    writer_whole(writer, "numbers", NUMBERS_VERSION);
    writer_whole(writer, "step", t->step);
    if (layer > 0)
        writer_whole(writer, "layer", (uint64_t)layer);
    write_settings(e);
    writer_open(writer, "claims");
    writer_real(writer, "loss", t->seen.loss);
    if (has_test(e)) {
        writer_real(writer, "test_loss", t->seen.test_loss);
        if (quantity_told(&t->seen, QUANTITY_TEST_ACCURACY))
            writer_real(writer, "test_accuracy", t->seen.test_accuracy);
    }
    write_matrices(e, "preactivations", values_z);
    write_matrices(e, "activations", values_a);
    write_matrices(e, "deltas", values_delta);
    write_blocks(e, gradients, "grad_weights", "grad_biases");
    if (!writer_going(writer) || !training_clip(t))
        return false;
    session->run->evaluated = true;
    write_stats(e);
    write_clip_coef(e);
    write_blocks(e, gradients, "clipped_grad_weights", "clipped_grad_biases");
    if (!writer_going(writer) || !run_update(session->run))
        return false;
    write_quantity(e, "update_ratio", QUANTITY_UPDATE_RATIO);
    write_blocks(e, parameters, "new_weights", "new_biases");
    writer_close(writer);
    writer_close(writer);
    return writer_going(writer);
}

bool export_step(FILE *file, struct session *session, enum export_format format, int layer,
    struct error *error)
{
    struct training *t = session->run->training;
    struct json json;
    struct npz npz;
    struct writer *writer = format == EXPORT_NPZ ? npz_init(&npz, file, &session->interrupt)
                                                 : json_init(&json, file, &session->interrupt);
    struct export e = {writer, t, 0, t->network->layer_count};
    if (layer > 0) {
        e.from = layer - 1;
        e.to = layer;
    }
    /* Evaluated anew, so that the gradients are there as they were before clipping. */
    bool written = training_evaluate(t, has_test(&e)) && write_step(&e, session, layer);
    if (format == EXPORT_NPZ)
        npz_clear(&npz);
    if (written)
        return true;
    errno = writer->error;
    return error_set(error,
        writer->error == ENOMEM ? "out of memory"
            : writer->error     ? "cannot write"
                                : "interrupted");
}
