#include "core/training.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/activation.h"
#include "core/census_intake.h"
#include "core/parameters.h"
#include "core/quantity.h"
#include "core/training_survey.h"

static bool create_parts(struct training *t, const struct kernels *kernels)
{
    const struct hparams *h = &t->hparams;
    if (!t->data)
        return false;
    int samples = t->data->samples, test = t->data->test;
    enum output_activation output = (enum output_activation)h->output;
    t->criterion =
        (struct criterion){loss_resolve((enum loss)h->loss, output, t->data->classes), output,
            t->data->labels, t->data->targets};
    struct network_shape shape = training_shape(h, dataset_shape(t->data));
    t->network = network_create(
        &shape, kernels, signals_needed(t->signals, (enum activation)h->activation));
    t->seen.layers = calloc((size_t)h->depth + 1, sizeof *t->seen.layers);
    t->led = calloc((size_t)h->depth + 1, sizeof *t->led);
    t->order = calloc((size_t)samples, sizeof *t->order);
    t->predicted = calloc((size_t)samples + (size_t)test, sizeof *t->predicted);
    if (!t->network || !t->seen.layers || !t->led || !t->order || !t->predicted ||
        !census_init(&t->census, &shape) ||
        ((shape.batch < samples || test > 0) &&
            !survey_init(&t->survey, t->network, samples, test)))
        return false;
    for (int i = 0; i < samples; i++)
        t->order[i] = i;
    return network_initialize(t->network, (enum initializer)h->init, h->gain, h->bias,
        h->bias_std, h->seed, &t->interrupt);
}

/* A new optimizer starts with an empty state. */
static bool keep_state(struct training *t, const struct hparams *hparams)
{
    int keeps = optimizer_keeps((enum optimizer)hparams->optimizer);
    if (!network_keep_state(t->network, keeps))
        return false;
    t->optimizer_steps = 0;
    return true;
}

static bool keep_signals(struct training *t, struct signals signals)
{
    struct signals kept = t->network->kept;
    return (kept.all == signals.all && kept.layer == signals.layer) ||
        network_keep_signals(t->network, signals);
}

bool training_keep_signals(struct training *training, struct signals signals)
{
    enum activation activation = (enum activation)training->hparams.activation;
    if (!keep_signals(training, signals_needed(signals, activation)))
        return false;
    training->signals = signals;
    return true;
}

/* What is so of every step of a training, until it is adjusted. */
static void describe(struct training *t)
{
    struct observation *seen = &t->seen;
    seen->loss_kind = t->criterion.loss;
    seen->data_samples = t->data->samples;
    seen->test_samples = t->data->test;
    if (t->criterion.targets)
        seen->unknown |= QUANTITY_BIT(QUANTITY_ACCURACY) | QUANTITY_BIT(QUANTITY_TEST_ACCURACY);
    seen->epoch_steps = training_epoch_steps(t);
    seen->layer_count = t->network->layer_count;
    for (int i = 0; i < seen->layer_count; i++) {
        const struct layer *layer = &t->network->layers[i];
        seen->layers[i].units = layer->n_out;
        seen->parameters += ((int64_t)layer->n_in + 1) * layer->n_out;
    }
    seen->constant_loss =
        loss_constant(&t->criterion, t->data->samples, t->network->shape.outputs);
}

static void take_activation(struct training *t)
{
    t->network->activation = (enum activation)t->hparams.activation;
    t->network->leaky_slope = t->hparams.leaky_slope;
}

struct training *training_create(const struct hparams *hparams, struct dataset *data,
    const struct kernels *kernels, const struct interrupt *interrupt)
{
    struct training *t = calloc(1, sizeof *t);
    if (!t) {
        dataset_release(data);
        return NULL;
    }
    t->hparams = *hparams;
    t->data = data;
    t->order_epoch = UINT64_MAX;
    t->records_deaths = true;
    if (interrupt)
        t->interrupt = *interrupt;
    if (!create_parts(t, kernels) || !keep_state(t, hparams)) {
        training_destroy(t);
        return NULL;
    }
    take_activation(t);
    describe(t);
    return t;
}

void training_destroy(struct training *training)
{
    if (!training)
        return;
    dataset_release(training->data);
    network_destroy(training->network);
    census_clear(&training->census);
    survey_clear(&training->survey);
    free(training->seen.layers);
    free(training->led);
    free(training->order);
    free(training->predicted);
    free(training);
}

bool training_adjust(struct training *training, const struct hparams *hparams)
{
    enum activation activation = (enum activation)hparams->activation;
    struct signals signals = signals_needed(training->signals, activation);
    struct signals kept = training->network->kept,
                   both = {signals.all | kept.all, signals.layer};
    if (!keep_signals(training, both))
        return false;
    if (hparams->optimizer != training->hparams.optimizer && !keep_state(training, hparams))
        return false;
    (void)keep_signals(training, signals); /* without memory for less, more is kept */
    if (hparams->activation != training->hparams.activation ||
        (activation == ACTIVATION_LEAKY_RELU &&
            hparams->leaky_slope != training->hparams.leaky_slope))
        census_change(&training->census);
    training->survey.seen.layer = 0;
    training->hparams = *hparams;
    training->seen.surveyed = false;
    take_activation(training);
    return true;
}

uint64_t training_epoch_steps(const struct training *training)
{
    int samples = training->data->samples;
    int size = training_batch_size(&training->hparams, samples);
    return (uint64_t)((samples + size - 1) / size);
}

static bool full_batch(const struct training *t)
{
    return training_epoch_steps(t) == 1;
}

/* Fisher-Yates from the identity with the epoch's own draws: an epoch can be entered directly.
 */
static void shuffle(struct training *t, uint64_t epoch)
{
    struct rng rng;
    rng_init(&rng, t->hparams.seed, RNG_BATCHES, epoch);
    for (int i = 0; i < t->data->samples; i++)
        t->order[i] = i;
    for (int i = t->data->samples - 1; i > 0; i--) {
        int j = (int)rng_below(&rng, (uint32_t)i + 1);
        int kept = t->order[i];
        t->order[i] = t->order[j];
        t->order[j] = kept;
    }
    t->order_epoch = epoch;
}

static void load_inputs(struct training *t, const int *indices, int count)
{
    if (full_batch(t) && t->loaded)
        return; /* the same samples in every step */
    t->loaded = true;
    struct network *network = t->network;
    size_t inputs = (size_t)t->data->inputs;
    for (int s = 0; s < count; s++)
        memcpy(network->inputs + s * network->input_stride,
            t->data->values + (size_t)indices[s] * inputs, inputs * sizeof(double));
}

static const struct layer *output_layer(const struct network *network)
{
    return &network->layers[network->layer_count - 1];
}

void training_watch_unit(struct training *training, int layer, int unit)
{
    training->survey.watched_layer = layer;
    training->survey.watched_unit = unit;
}

void training_record_deaths(struct training *training, bool record)
{
    training->records_deaths = record;
}

static void measure_loss(struct training *t)
{
    const struct layer *output = output_layer(t->network);
    struct matrix o = layer_matrix(output, output->z, t->seen.samples);
    t->seen.loss = loss_batch(t->network->kernels, &t->criterion, &o, t->batch, output->delta);
}

static struct ratio ratio_of(double numerator, double denominator)
{
    struct ratio none = {0, false};
    return denominator == 0 ? none : (struct ratio){numerator / denominator, true};
}

static void collect_stats(struct training *t)
{
    const struct network *network = t->network;
    double bound = activation_info(network->activation, network->leaky_slope).max_slope;
    double ceiling = output_layer(network)->delta_norm, saturated = 0;
    double root_samples = sqrt((double)t->seen.samples);
    /* Shares of hidden layers count as their units; where all are alike that is 1 exactly. */
    double mean_units = (double)t->census.toll.units / network->shape.depth;
    for (int i = network->layer_count - 1; i >= 0; i--) {
        const struct layer *layer = &network->layers[i];
        struct layer_stats *stats = &t->seen.layers[i];
        bool hidden = i < network->shape.depth;
        double root = sqrt((double)t->seen.samples * layer->n_out);
        *stats = (struct layer_stats){.units = layer->n_out,
            .last_update_ratio = t->led[i].ratio,
            .last_update_norm = t->led[i].norm};
        stats->signal = layer->delta_norm / root_samples;
        stats->delta_rms = layer->delta_norm / root;
        if (hidden) {
            ceiling *= bound;
            stats->slope_gain = ratio_of(layer->delta_norm, layer->back_norm);
            stats->weight_gain = ratio_of(layer->back_norm, layer[1].delta_norm);
            stats->gain = ratio_of(layer->delta_norm, layer[1].delta_norm);
            stats->dead = t->census.dead[i];
            stats->rare = t->census.rare[i];
            saturated += layer->saturated * (layer->n_out / mean_units);
        }
        stats->signal_ceiling = ceiling / root_samples;
        stats->ceiling = ceiling / root;
        stats->weight_grad_norm = layer->weight_grad_norm;
        stats->bias_grad_norm = layer->bias_grad_norm;
        stats->weight_norm = layer->weight_norm;
        stats->act_mean = layer->act_mean;
        stats->act_std = layer->act_std;
        stats->saturated = layer->saturated;
    }
    t->seen.toll = t->census.toll;
    t->seen.saturated = saturated / network->shape.depth;
}

/* Nothing is known yet of the step at hand. */
static void observe_next(struct training *t)
{
    struct observation *seen = &t->seen;
    seen->step = t->step;
    seen->hparams = t->hparams;
    seen->activation = activation_info(t->network->activation, t->network->leaky_slope);
    seen->surveyed = seen->surveyed && seen->survey_step == t->step;
}

/* The batch of the step at hand, and what is counted over all samples. */
static bool training_forward(struct training *t, bool survey_wanted)
{
    uint64_t epoch_steps = training_epoch_steps(t);
    uint64_t epoch = t->step / epoch_steps, part = t->step % epoch_steps;
    int size = t->network->shape.batch, first = (int)part * size;
    int left = t->data->samples - first;
    bool record = part == 0 && t->records_deaths, counts = record || survey_wanted;
    bool batches = epoch_steps > 1;
    if (batches && epoch != t->order_epoch)
        shuffle(t, epoch);
    t->batch = t->order + first;
    t->seen.samples = left < size ? left : size;
    if (batches && counts)
        interrupt_report(&t->interrupt, WORK_SURVEY, 0, t->network->layer_count);
    if (batches && counts && !training_take_survey(t, record))
        return false;
    load_inputs(t, t->batch, t->seen.samples);
    interrupt_report(&t->interrupt, WORK_FORWARD, 0, t->network->layer_count);
    if (!network_forward(t->network, t->seen.samples, &t->interrupt))
        return false;
    /* The batch is the data set: one pass serves for both. */
    return batches || !counts || training_take_survey(t, record);
}

static void diverge(struct training *t, enum divergence_kind kind, int layer, int unit)
{
    t->seen.divergence = (struct divergence){kind, t->step, layer, unit};
}

/* In the order in which a step computes: activations up, the loss, gradients down. */
static void find_divergence(struct training *t)
{
    const struct network *network = t->network;
    t->seen.divergence = (struct divergence){.kind = DIVERGED_NOT};
    for (int i = 0; i < network->layer_count; i++) {
        if (network->layers[i].bad_z >= 0) {
            diverge(t, DIVERGED_ACTIVATION, i + 1, network->layers[i].bad_z + 1);
            return;
        }
    }
    if (!isfinite(t->seen.loss)) {
        diverge(t, DIVERGED_LOSS, 0, 0);
        return;
    }
    for (int i = network->layer_count - 1; i >= 0; i--) {
        const struct layer *layer = &network->layers[i];
        struct matrix gradients = layer_weights(layer, layer->gradients);
        gradients.rows++; /* the biases follow the weights */
        int unit = layer->bad_delta;
        if (unit < 0 && !isfinite(layer->weight_grad_norm + layer->bias_grad_norm))
            unit = matrix_first_not_finite(&gradients);
        if (unit >= 0) {
            diverge(t, DIVERGED_GRADIENT, i + 1, unit + 1);
            return;
        }
    }
}

bool training_evaluate(struct training *training, bool survey_wanted)
{
    observe_next(training);
    if (!training_forward(training, survey_wanted))
        return false;
    measure_loss(training);
    if (!network_backward(training->network, &training->interrupt))
        return false;
    collect_stats(training);
    find_divergence(training);
    return true;
}

void training_look(struct training *training)
{
    struct observation *seen = &training->seen;
    symmetric_layers_look(&seen->symmetric, training->network, training->step);
    epsilon_layers_look(&seen->below_epsilon, training->network, &training->hparams,
        training->optimizer_steps, training->step);
}

bool training_clip(struct training *training)
{
    const struct hparams *h = &training->hparams;
    return clip_apply((enum clip)h->clip, h->clip_at, training->network, &training->interrupt,
        &training->seen.clip);
}

struct optimizer_settings training_rule(const struct hparams *hparams)
{
    const struct hparams *h = hparams;
    return (struct optimizer_settings){.optimizer = (enum optimizer)h->optimizer,
        .lr = h->lr,
        .momentum = h->momentum,
        .beta1 = h->beta1,
        .beta2 = h->beta2,
        .epsilon = h->epsilon,
        .weight_decay = h->weight_decay};
}

struct optimizer_settings training_next_update(const struct training *training)
{
    struct optimizer_settings settings = training_rule(&training->hparams);
    optimizer_prepare(&settings, training->optimizer_steps + 1);
    return settings;
}

bool training_update(struct training *training)
{
    struct network *network = training->network;
    struct optimizer_settings settings = training_next_update(training);
    bool deaths_count = training->records_deaths && training_mortal(training);
    while (training->updated < network->layer_count) {
        int first = training->updated, depth = network->shape.depth;
        if (interrupt_asked(&training->interrupt))
            return false;
        int end = network_update(network, first, &settings);
        if (deaths_count)
            census_take_update(&training->census, network, first, end < depth ? end : depth);
        for (int i = first; i < end; i++) {
            struct layer_stats *stats = &training->seen.layers[i];
            double norm = network->layers[i].step_norm;
            stats->update_ratio = ratio_of(norm, stats->weight_norm);
            training->led[i] = (struct layer_update){stats->update_ratio, norm};
        }
        training->updated = end;
    }
    training->updated = 0;
    training->optimizer_steps++;
    training->step++;
    return true;
}
