/* The sizes of a training, and which settings go together. */
#include <string.h>

#include "core/activation.h"
#include "core/training.h"

int training_batch_size(const struct hparams *h, int samples)
{
    return h->batch <= 0 || h->batch > samples ? samples : h->batch;
}

struct network_shape training_shape(const struct hparams *hparams, struct data_shape data)
{
    enum output_activation output = (enum output_activation)hparams->output;
    enum loss loss = loss_resolve((enum loss)hparams->loss, output, data.classes);
    struct network_shape shape = {
        .inputs = data.inputs,
        .depth = hparams->depth,
        .width = hparams->width,
        .outputs = data.targets > 0 ? data.targets : loss_outputs(loss, data.classes),
        .batch = training_batch_size(hparams, data.samples),
        .bent = output == OUTPUT_SIGMOID,
    };
    memcpy(shape.widths, hparams->widths, sizeof shape.widths);
    return shape;
}

bool training_agrees(const struct hparams *hparams, struct data_shape data, struct error *error)
{
    if (!hparams_agree(hparams, error))
        return false;
    if (data.targets == 0 || hparams->loss == LOSS_AUTO || hparams->loss == LOSS_MSE)
        return true;
    return error_set(error,
        "loss %s is of classes, and the data have numbers to be told: loss mse or auto",
        loss_name(hparams->loss));
}

struct signals signals_needed(struct signals signals, enum activation activation)
{
    if (!activations[activation].slope_of_a)
        signals.all |= SIGNALS_Z;
    return signals;
}

size_t training_bytes(
    const struct hparams *hparams, struct data_shape data, struct signals signals)
{
    struct network_shape shape = training_shape(hparams, data);
    int keeps = optimizer_keeps((enum optimizer)hparams->optimizer);
    signals = signals_needed(signals, (enum activation)hparams->activation);
    size_t network = network_bytes(&shape, keeps, signals);
    size_t rest = census_bytes(hparams->depth, hparams->width) +
        ((size_t)hparams->depth + 1) *
            (sizeof(struct layer_stats) + sizeof(struct layer_update)) +
        (size_t)data.samples *
            (((size_t)data.inputs + (size_t)data.targets) * sizeof(double) + 3 * sizeof(int)) +
        (size_t)data.test *
            (((size_t)data.inputs + (size_t)data.targets) * sizeof(double) + 2 * sizeof(int));
    if (shape.batch < data.samples || data.test > 0)
        rest += survey_bytes(&shape, data.samples, data.test);
    return network > SIZE_MAX - rest ? SIZE_MAX : network + rest;
}
