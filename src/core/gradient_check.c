#include "core/gradient_check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/activation.h"
#include "core/check_elements.h"
#include "core/check_noise.h"
#include "core/training.h"

const struct check_scheme_info check_schemes[] = {
    [SCHEME_CENTRED] = {"centred", DIFFERENCE_CENTRED, PRECISION_DOUBLE, 2},
    [SCHEME_FORWARD] = {"forward", DIFFERENCE_FORWARD, PRECISION_DOUBLE, 1},
    [SCHEME_FLOAT] = {"float", DIFFERENCE_CENTRED, PRECISION_FLOAT, 2},
};
_Static_assert(ARRAY_LEN(check_schemes) == SCHEME_COUNT, "a row for each scheme");

const char *check_scheme_name(int index)
{
    return index >= 0 && index < SCHEME_COUNT ? check_schemes[index].name : NULL;
}

bool activation_kinked(enum activation activation, double leaky_slope)
{
    return activation == ACTIVATION_RELU ||
        (activation == ACTIVATION_LEAKY_RELU && leaky_slope != 1);
}

void check_options_init(struct check_options *options, int per_decade)
{
    static const double decades[] = {
        1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12};
    enum { DECADES = ARRAY_LEN(decades) };
    memset(options, 0, sizeof *options);
    options->budget = 2e10;
    options->epsilon_count = per_decade == 2 ? 2 * DECADES - 1 : DECADES;
    for (int i = 0; i < options->epsilon_count; i++)
        options->epsilons[i] = i < DECADES ? decades[i] : decades[i - DECADES] * sqrt(0.1);
}

/* Mistakes are planted into a backward pass that reads z and δ of every layer; whether a kink
 * lies between is told from z. */
static struct signals signals_read(
    enum activation activation, double leaky_slope, enum plant plant)
{
    bool z = activation_kinked(activation, leaky_slope) || !activations[activation].slope_of_a;
    int all = plant != PLANT_NONE ? SIGNALS_BOTH : z ? SIGNALS_Z : 0;
    return (struct signals){all, 0};
}

size_t gradient_check_bytes(
    const struct hparams *hparams, struct data_shape data, const struct check_options *options)
{
    struct network_shape shape = training_shape(hparams, data);
    int64_t largest;
    int of_batch = check_samples_for(&shape, shape.batch, options);
    size_t samples = (size_t)of_batch, layers = (size_t)shape.depth + 1;
    size_t total = (size_t)check_elements_of(&shape, of_batch, options, &largest);
    size_t epsilons = (size_t)options->epsilon_count;
    ptrdiff_t widest = kernels_stride(shape.width);
    ptrdiff_t others[] = {kernels_stride(shape.inputs), kernels_stride(shape.outputs)};
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        widest = others[i] > widest ? others[i] : widest;
    size_t network = network_bytes(&shape, 0,
        signals_read(
            (enum activation)hparams->activation, hparams->leaky_slope, options->plant));
    /* Of an element: its place, its own and the analytic gradient, one more while that is
     * found, and of each ε two losses and the kinks; while they are drawn, the largest layer
     * twice. (Slices, a MiB or a few, are not counted.) */
    size_t element = 4 * sizeof(double) +
        epsilons * (2 * sizeof(double) + 1 + (options->with_float ? 2 * sizeof(float) : 0));
    size_t rest = total * element + 2 * samples * (size_t)widest * sizeof(double) +
        samples * (sizeof(int) + (1 + (size_t)data.targets) * sizeof(double)) +
        (size_t)largest * sizeof(int64_t) +
        CHECK_VARIANTS * epsilons * layers * sizeof(struct check_error);
    if (options->with_float)
        rest += float_pass_bytes(&shape, of_batch);
    return network > SIZE_MAX - rest ? SIZE_MAX : network + rest;
}

/* The forward pass, unless it is done: what has been given up is made anew. */
static bool pass(struct gradient_check *check)
{
    check->passed =
        check->passed || network_forward(check->network, check->samples, &check->interrupt);
    return check->passed;
}

static bool keep_signals(struct gradient_check *check, enum plant plant)
{
    struct network *network = check->network;
    struct signals read = signals_read(network->activation, network->leaky_slope, plant);
    if ((network->kept.all & read.all) != read.all) {
        if (!network_keep_signals(network, read))
            return false;
        check->passed = false;
    }
    return pass(check);
}

static bool copy_network(
    struct gradient_check *check, const struct training *training, enum plant plant)
{
    const struct network *from = training->network;
    struct network_shape shape = from->shape;
    shape.batch = check->samples;
    struct network *to = check->network = network_create(
        &shape, from->kernels, signals_read(from->activation, from->leaky_slope, plant));
    if (!to)
        return false;
    to->workers = from->workers;
    to->activation = from->activation;
    to->leaky_slope = from->leaky_slope;
    memcpy(to->inputs, from->inputs,
        (size_t)check->samples * (size_t)from->input_stride * sizeof(double));
    for (int i = 0; i < to->layer_count; i++) {
        if (interrupt_asked(&check->interrupt))
            return false;
        memcpy(to->layers[i].parameters, from->layers[i].parameters,
            layer_block(&to->layers[i]) * sizeof(double));
    }
    return true;
}

/* All of the training but its network. */
static struct gradient_check *begin(
    const struct training *training, const struct check_options *options)
{
    const struct network *network = training->network;
    struct gradient_check *check = calloc(1, sizeof *check);
    if (!check)
        return NULL;
    check->options = *options;
    check->options.plant = PLANT_NONE;
    check->interrupt = training->interrupt;
    check->criterion = training->criterion;
    check->step = training->step;
    check->seed = training->hparams.seed;
    check->has_kinks = activation_kinked(network->activation, network->leaky_slope);
    check->of_samples = training->seen.samples;
    check->samples = check_samples_for(&network->shape, training->seen.samples, options);
    check->labels = calloc((size_t)check->samples, sizeof *check->labels);
    size_t count = (size_t)training->data->target_count;
    if (count > 0)
        check->targets = calloc((size_t)check->samples, count * sizeof *check->targets);
    for (int s = 0; check->labels && s < check->samples; s++) {
        check->labels[s] = training->data->labels[training->batch[s]];
        if (check->targets)
            memcpy(check->targets + (size_t)s * count,
                training->data->targets + (size_t)training->batch[s] * count,
                count * sizeof *check->targets);
    }
    check->criterion.targets = check->targets;
    /* Without memory for either it has none. */
    check->criterion.labels = count == 0 || check->targets ? check->labels : NULL;
    return check;
}

double gradient_check_loss(
    const struct gradient_check *check, const double *z, double *each, double *delta)
{
    const struct network *network = check->network;
    struct matrix o = layer_matrix(&network->layers[network->shape.depth], z, network->samples);
    double sum = 0;
    loss_each(network->kernels, &check->criterion, &o, NULL, each, delta);
    for (int s = 0; s < network->samples; s++)
        sum += each[s];
    return sum / network->samples;
}

static bool reserve(struct gradient_check *check)
{
    const struct network *network = check->network;
    size_t total = (size_t)check->total, epsilons = (size_t)check->options.epsilon_count;
    size_t layers = (size_t)network->layer_count;
    size_t widest = (size_t)network->samples * (size_t)network->input_stride;
    for (size_t i = 0; i < layers; i++) {
        size_t count = (size_t)network->samples * (size_t)network->layers[i].stride;
        widest = count > widest ? count : widest;
    }
    check->own = calloc(total, sizeof(double));
    check->each = calloc((size_t)network->samples, sizeof(double));
    check->up = calloc(epsilons * total, sizeof(double));
    check->down = calloc(epsilons * total, sizeof(double));
    check->kinks = calloc(epsilons * total, 1);
    check->z = calloc(widest, sizeof(double));
    check->a = calloc(widest, sizeof(double));
    check->errors = calloc(CHECK_VARIANTS * epsilons * layers, sizeof *check->errors);
    check->spoilt = calloc(layers, sizeof *check->spoilt);
    if (check->options.with_float) {
        check->float_up = calloc(epsilons * total, sizeof(float));
        check->float_down = calloc(epsilons * total, sizeof(float));
        if (!check->float_up || !check->float_down)
            return false;
    }
    return check->own && check->each && check->up && check->down && check->kinks && check->z &&
        check->a && check->errors && check->spoilt && check_slices_init(check);
}

/* What the network's gradients hold, of the elements compared. */
static void gather(const struct gradient_check *check, double *analytic)
{
    for (int l = 0; l < check->network->layer_count; l++) {
        const struct check_layer *own = &check->layers[l];
        for (int64_t k = 0; k < own->count; k++)
            analytic[own->first + k] = check->network->layers[l].gradients[own->places[k]];
    }
}

static bool find_planted(struct gradient_check *check, enum plant plant, double *analytic)
{
    if (!plant_backward(check->network, plant, &check->criterion, &check->interrupt))
        return false;
    gather(check, analytic);
    return true;
}

/*
 * The largest |x|, which multiplies a step in layer 1's weights; 0 where its units have no bend
 * but kinks. What other layers get is of the size of their own z.
 */
static double reach_of(const struct gradient_check *check)
{
    const struct network *network = check->network;
    double most = 0;
    if (check->has_kinks || network->activation == ACTIVATION_LINEAR)
        return 0;
    for (int s = 0; s < network->samples; s++) {
        for (int i = 0; i < network->layers[0].n_in; i++) {
            double size = fabs(network->inputs[s * network->input_stride + i]);
            most = size > most ? size : most;
        }
    }
    return most;
}

/* The program's own backward pass: it is what is checked. */
static bool find_own(struct gradient_check *check)
{
    struct network *network = check->network;
    check->reach = reach_of(check);
    struct layer *output = &network->layers[network->shape.depth];
    check->base = gradient_check_loss(check, output->z, check->each, output->delta);
    if (!network_backward(network, &check->interrupt))
        return false;
    gather(check, check->own);
    return true;
}

/* Which layers the mistake changes, by what the same loops give without it. */
static void find_spoilt(
    struct gradient_check *check, const double *right, const double *analytic)
{
    check->harmless = true;
    for (int l = 0; l < check->network->layer_count; l++) {
        const struct check_layer *own = &check->layers[l];
        size_t size = (size_t)own->count * sizeof *analytic;
        check->spoilt[l] = memcmp(right + own->first, analytic + own->first, size) != 0;
        check->harmless = check->harmless && !check->spoilt[l];
    }
}

/* `right` is scratch of the same size. */
static bool find_analytic(
    struct gradient_check *check, enum plant plant, double *analytic, double *right)
{
    size_t size = (size_t)check->total * sizeof *analytic;
    if (plant == PLANT_NONE) {
        memcpy(analytic, check->own, size);
        find_spoilt(check, analytic, analytic);
        return true;
    }
    if (!keep_signals(check, plant) || !find_planted(check, PLANT_NONE, right) ||
        !find_planted(check, plant, analytic))
        return false;
    find_spoilt(check, right, analytic);
    return true;
}

/* What is left once it has a network, unless `begun` is false; NULL: it is gone. */
static struct gradient_check *finish(struct gradient_check *check, bool begun, enum plant plant)
{
    bool made = begun && check->criterion.labels && keep_signals(check, plant) &&
        check_choose_elements(check, check->seed) && reserve(check) && find_own(check) &&
        (!check->options.with_float ||
            float_pass_init(&check->floats, check->network, &check->criterion,
                &check->slices.scratch[0], &check->interrupt)) &&
        gradient_check_plant(check, plant);
    if (!made) {
        gradient_check_destroy(check);
        return NULL;
    }
    return check;
}

struct gradient_check *gradient_check_create(
    const struct training *training, const struct check_options *options)
{
    struct gradient_check *check = begin(training, options);
    return finish(
        check, check && copy_network(check, training, options->plant), options->plant);
}

struct gradient_check *gradient_check_take_over(
    struct training *training, const struct check_options *options)
{
    struct gradient_check *check = begin(training, options);
    if (check) {
        check->network = training->network;
        training->network = NULL;
    }
    training_destroy(training);
    return finish(check, check && network_keep_state(check->network, 0), options->plant);
}

void gradient_check_destroy(struct gradient_check *check)
{
    if (!check)
        return;
    for (int i = 0; check->layers && i < check->network->layer_count; i++)
        free(check->layers[i].places);
    check_slices_clear(&check->slices);
    float_pass_clear(&check->floats);
    network_destroy(check->network);
    free(check->layers);
    free(check->labels);
    free(check->targets);
    free(check->own);
    free(check->each);
    free(check->analytic);
    free(check->up);
    free(check->down);
    free(check->float_up);
    free(check->float_down);
    free(check->kinks);
    free(check->z);
    free(check->a);
    free(check->errors);
    free(check->spoilt);
    free(check);
}

bool gradient_check_complete(const struct gradient_check *check)
{
    return check->done == check->options.epsilon_count;
}

int64_t gradient_check_known(const struct gradient_check *check, int64_t *all)
{
    int64_t in_this = 0;
    if (!gradient_check_complete(check))
        in_this = check->slices.blocks[check->at_block].first;
    *all = check->options.epsilon_count * check->total;
    return check->done * check->total + in_this;
}

double gradient_check_progress(const struct gradient_check *check)
{
    int64_t all, known = gradient_check_known(check, &all);
    return (double)known / (double)all;
}

double gradient_check_work(const struct gradient_check *check)
{
    if (check->trials < CHECK_TRIALS)
        return check_pass_cost(&check->network->shape, 0) * check->network->samples;
    return check_slice_work(check, check->at_block, check_slice_end(check, check->at_block));
}

bool gradient_check_advance(struct gradient_check *check)
{
    if (check->trials < CHECK_TRIALS)
        return check_noise_try(check);
    if (gradient_check_complete(check) || !pass(check))
        return false;
    int end = check_slice_end(check, check->at_block);
    if (!check_slice_run(check, check->at_block, end))
        return false;
    if (end < check->slices.block_count) {
        check->at_block = end;
        return true;
    }
    if (!gradient_check_measure(check, check->done))
        return false; /* the last slice once more, then */
    gradient_check_compare(check, check->done);
    check->at_block = 0;
    check->done++;
    return !gradient_check_complete(check);
}

/* All that is known anew; when that is given up, as before. */
static bool measure_all(struct gradient_check *check)
{
    size_t size = sizeof *check->errors * (size_t)CHECK_VARIANTS *
        (size_t)check->options.epsilon_count * (size_t)check->network->layer_count;
    struct check_error *before = malloc(size);
    bool done = before != NULL;
    if (before)
        memcpy(before, check->errors, size);
    for (int e = 0; done && e < check->done; e++)
        done = gradient_check_measure(check, e);
    if (before && !done)
        memcpy(check->errors, before, size);
    free(before);
    return done;
}

bool gradient_check_plant(struct gradient_check *check, enum plant plant)
{
    double *analytic = malloc((size_t)check->total * sizeof *analytic);
    double *right = malloc((size_t)check->total * sizeof *right);
    double *before = check->analytic;
    bool *spoilt = malloc((size_t)check->network->layer_count * sizeof *spoilt);
    bool harmless = check->harmless;
    if (spoilt)
        memcpy(spoilt, check->spoilt, (size_t)check->network->layer_count * sizeof *spoilt);
    bool found = analytic && right && spoilt && find_analytic(check, plant, analytic, right);
    free(right);
    if (!found) {
        free(spoilt);
        free(analytic);
        return false;
    }
    check->analytic = analytic;
    if (measure_all(check)) {
        check->options.plant = plant;
        free(before);
        free(spoilt);
        return true;
    }
    check->analytic = before;
    check->harmless = harmless;
    memcpy(check->spoilt, spoilt, (size_t)check->network->layer_count * sizeof *spoilt);
    free(analytic);
    free(spoilt);
    return false;
}
