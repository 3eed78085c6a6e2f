#include "core/hparams.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/activation.h"
#include "core/clip.h"
#include "core/dataset.h"
#include "core/initializer.h"
#include "core/loss.h"
#include "core/optimizer.h"

static const double depth_ladder[] = {
    1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 128, 150, 200, 256};
static const double width_ladder[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};
static const double lr_ladder[] = {1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03,
    0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000};
static const double gain_ladder[] = {
    0.01, 0.03, 0.1, 0.3, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4, 6, 8, 10};
static const double bias_ladder[] = {
    -5, -4, -3, -2, -1, -0.5, -0.1, 0, 0.1, 0.5, 1, 2, 3, 4, 5};
static const double spread_ladder[] = {0, 0.1, 0.3, 0.5, 1, 2, 3, 5, 10};
static const double scale_ladder[] = {
    0, 0.001, 0.01, 0.1, 0.3, 0.5, 1, 2, 3, 5, 10, 30, 100, 127.5, 255, 1000};
static const double offset_ladder[] = {
    -1000, -100, -10, -5, -3, -2, -1, -0.5, 0, 0.5, 1, 2, 3, 5, 10, 100, 127.5, 1000};
static const double samples_ladder[] = {
    4, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000};
static const double noise_ladder[] = {0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1};
static const double test_ladder[] = {0, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9};
static const double batch_ladder[] = {
    0, 1, 2, 5, 10, 20, 32, 50, 64, 100, 128, 200, 256, 500, 512, 1000, 2000, 5000, 10000};
static const double slope_ladder[] = {0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1};
static const double clip_ladder[] = {
    1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000};
static const double decay_ladder[] = {0, 1e-5, 1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 1};
static const double momentum_ladder[] = {0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999};
static const double epsilon_ladder[] = {1e-12, 1e-10, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3};

static bool is_leaky(const struct hparams *h)
{
    return h->activation == ACTIVATION_LEAKY_RELU;
}

static bool has_momentum(const struct hparams *h)
{
    return h->optimizer == OPTIMIZER_MOMENTUM || h->optimizer == OPTIMIZER_NESTEROV;
}

static bool has_beta1(const struct hparams *h)
{
    return h->optimizer == OPTIMIZER_ADAM;
}

static bool has_beta2(const struct hparams *h)
{
    return (optimizer_keeps((enum optimizer)h->optimizer) & OPTIMIZER_KEEPS_V) != 0;
}

/* The others have it in them. */
static bool has_output(const struct hparams *h)
{
    return h->loss == LOSS_MSE || h->output != OUTPUT_LINEAR;
}

static bool has_clip(const struct hparams *h)
{
    return h->clip != CLIP_NONE;
}

static bool is_generated(const struct hparams *h)
{
    return !data_is_read(h);
}

static bool is_table(const struct hparams *h)
{
    return data_is_file(h) && !data_is_idx(h);
}

static bool has_words(const struct hparams *h)
{
    return is_table(h) && !h->target[0];
}

#define OF(field) .offset = offsetof(struct hparams, field)
#define TEXT_OF(field)                                                                         \
    .text = offsetof(struct hparams, field), .text_size = sizeof(((struct hparams *)0)->field)
#define LADDER(values) .ladder = values, .ladder_length = ARRAY_LEN(values)

const struct hparam hparam_table[] = {
    {.name = "activation",
        .kind = HPARAM_CHOICE,
        OF(activation),
        .choices = activation_name,
        .choice_help = activation_help,
        .standard = "sigmoid",
        .help = "activation of the hidden layers"},
    {.name = "leaky_slope",
        .kind = HPARAM_REAL,
        OF(leaky_slope),
        .least = 0,
        .most = 1,
        LADDER(slope_ladder),
        .standard = "0.01",
        .help = "slope of leaky_relu below 0",
        .relevant = is_leaky},
    {.name = "depth",
        .kind = HPARAM_INTEGER,
        OF(depth),
        .least = 1,
        .most = DEPTH_MOST,
        LADDER(depth_ladder),
        .standard = "10",
        .help = "hidden layers",
        .rebuild = true},
    {.name = "width",
        .kind = HPARAM_WIDTHS,
        OF(width),
        .least = 1,
        .most = WIDTH_MOST,
        LADDER(width_ladder),
        .standard = "32",
        .help = "units in a hidden layer, or a list, one for each",
        .rebuild = true},
    {.name = "init",
        .kind = HPARAM_CHOICE,
        OF(init),
        .choices = initializer_name,
        .choice_help = initializer_help,
        .standard = "xavier_normal",
        .help = "initial weights",
        .rebuild = true},
    {.name = "gain",
        .kind = HPARAM_REAL,
        OF(gain),
        .least = -1e6,
        .most = 1e6,
        LADDER(gain_ladder),
        .standard = "1",
        .help = "multiplies the initial weights",
        .rebuild = true},
    {.name = "bias",
        .kind = HPARAM_REAL,
        OF(bias),
        .least = -1e6,
        .most = 1e6,
        LADDER(bias_ladder),
        .standard = "0",
        .help = "initial bias of every hidden unit",
        .rebuild = true},
    {.name = "bias_std",
        .kind = HPARAM_REAL,
        OF(bias_std),
        .least = 0,
        .most = 1e6,
        LADDER(spread_ladder),
        .standard = "0",
        .help = "standard deviation of the initial hidden biases around it",
        .rebuild = true},
    {.name = "data",
        .kind = HPARAM_CHOICE,
        OF(data),
        .choices = data_name,
        .choice_help = data_help,
        TEXT_OF(file),
        .argument = "FILE",
        .open_choice = DATA_FILE,
        .standard = "moons",
        .help = "data set",
        .rebuild = true},
    {.name = "label",
        .kind = HPARAM_TEXT,
        TEXT_OF(label),
        .argument = "COLUMN",
        .standard = "-",
        .help = "of a file: the column of the class",
        .rebuild = true,
        .relevant = has_words},
    {.name = "target",
        .kind = HPARAM_TEXT,
        TEXT_OF(target),
        .argument = "COLUMN",
        .standard = "-",
        .help = "of a file: the column to be predicted",
        .rebuild = true,
        .relevant = is_table},
    {.name = "ignore",
        .kind = HPARAM_TEXT,
        TEXT_OF(ignore),
        .argument = "COLUMNS by commas",
        .standard = "-",
        .help = "of a file: columns that are left out",
        .rebuild = true,
        .relevant = is_table},
    {.name = "missing",
        .kind = HPARAM_CHOICE,
        OF(missing),
        .choices = missing_name,
        .choice_help = missing_help,
        .standard = "refuse",
        .help = "of a file: rows with empty cells",
        .rebuild = true,
        .relevant = is_table},
    {.name = "one_hot",
        .kind = HPARAM_SWITCH,
        OF(one_hot),
        .choices = switch_name,
        .standard = "off",
        .help = "of a file: an input for each word of a column of words",
        .rebuild = true,
        .relevant = is_table},
    {.name = "labels",
        .kind = HPARAM_TEXT,
        TEXT_OF(labels),
        .argument = "FILE",
        .standard = "-",
        .help = "of a file of pictures: the file of their classes",
        .rebuild = true,
        .relevant = data_is_idx},
    {.name = "samples",
        .kind = HPARAM_INTEGER,
        OF(samples),
        .least = 4,
        .most = 100000,
        .zero = "auto",
        .zero_is = SAMPLES_GENERATED,
        LADDER(samples_ladder),
        .standard = "auto",
        .help = "samples; auto: 200, or the file's",
        .rebuild = true},
    {.name = "noise",
        .kind = HPARAM_REAL,
        OF(noise),
        .least = 0,
        .most = 1e6,
        LADDER(noise_ladder),
        .standard = "0.1",
        .help = "standard deviation of the points' noise",
        .rebuild = true,
        .relevant = is_generated},
    {.name = "test",
        .kind = HPARAM_REAL,
        OF(test),
        .least = 0,
        .most = 0.9,
        LADDER(test_ladder),
        .standard = "0",
        .help = "share of the samples held out to test with",
        .rebuild = true},
    {.name = "standardize",
        .kind = HPARAM_SWITCH,
        OF(standardize),
        .choices = switch_name,
        .standard = "on",
        .help = "inputs, and numbers to be told, to zero mean and unit variance",
        .rebuild = true},
    {.name = "input_scale",
        .kind = HPARAM_REAL,
        OF(input_scale),
        .least = -1e6,
        .most = 1e6,
        LADDER(scale_ladder),
        .standard = "1",
        .help = "multiplies the inputs, standardized or not",
        .rebuild = true},
    {.name = "input_offset",
        .kind = HPARAM_REAL,
        OF(input_offset),
        .least = -1e6,
        .most = 1e6,
        LADDER(offset_ladder),
        .standard = "0",
        .help = "is added to the inputs after that",
        .rebuild = true},
    {.name = "loss",
        .kind = HPARAM_CHOICE,
        OF(loss),
        .choices = loss_name,
        .choice_help = loss_help,
        .standard = "auto",
        .help = "loss",
        .rebuild = true},
    {.name = "output",
        .kind = HPARAM_CHOICE,
        OF(output),
        .choices = output_name,
        .choice_help = output_help,
        .standard = "linear",
        .help = "what becomes of the output's z",
        .rebuild = true,
        .relevant = has_output},
    {.name = "batch",
        .kind = HPARAM_INTEGER,
        OF(batch),
        .least = 0,
        .most = 100000,
        LADDER(batch_ladder),
        .standard = "0",
        .help = "samples in a step, 0 for all",
        .rebuild = true},
    {.name = "lr",
        .kind = HPARAM_REAL,
        OF(lr),
        .least = 0,
        .most = 1e9,
        LADDER(lr_ladder),
        .standard = "1",
        .help = "learning rate"},
    {.name = "optimizer",
        .kind = HPARAM_CHOICE,
        OF(optimizer),
        .choices = optimizer_name,
        .choice_help = optimizer_help,
        .standard = "sgd",
        .help = "optimizer"},
    {.name = "momentum",
        .kind = HPARAM_REAL,
        OF(momentum),
        .least = 0,
        .most = 1,
        .below = true,
        LADDER(momentum_ladder),
        .standard = "0.9",
        .help = "of momentum and nesterov",
        .relevant = has_momentum},
    {.name = "beta1",
        .kind = HPARAM_REAL,
        OF(beta1),
        .least = 0,
        .most = 1,
        .below = true,
        LADDER(momentum_ladder),
        .standard = "0.9",
        .help = "adam: decay of the mean",
        .relevant = has_beta1},
    {.name = "beta2",
        .kind = HPARAM_REAL,
        OF(beta2),
        .least = 0,
        .most = 1,
        .below = true,
        LADDER(momentum_ladder),
        .standard = "0.999",
        .help = "adam, rmsprop: decay of squares",
        .relevant = has_beta2},
    {.name = "epsilon",
        .kind = HPARAM_REAL,
        OF(epsilon),
        .least = 0,
        .most = 1,
        LADDER(epsilon_ladder),
        .standard = "1e-8",
        .help = "adam, rmsprop: guard against division by 0",
        .relevant = has_beta2},
    {.name = "weight_decay",
        .kind = HPARAM_REAL,
        OF(weight_decay),
        .least = 0,
        .most = 1e6,
        LADDER(decay_ladder),
        .standard = "0",
        .help = "adds this times the parameter to its gradient"},
    {.name = "clip",
        .kind = HPARAM_CHOICE,
        OF(clip),
        .choices = clip_name,
        .choice_help = clip_help,
        .standard = "none",
        .help = "gradient clipping"},
    {.name = "clip_at",
        .kind = HPARAM_REAL,
        OF(clip_at),
        .least = 0,
        .most = 1e300,
        .above = true,
        LADDER(clip_ladder),
        .standard = "1",
        .help = "threshold of the clipping",
        .relevant = has_clip},
    {.name = "seed",
        .kind = HPARAM_SEED,
        OF(seed),
        .standard = "1",
        .help = "of every random draw",
        .rebuild = true},
};
const int hparam_count = ARRAY_LEN(hparam_table);

const char *hparam_name(int index)
{
    return index >= 0 && index < hparam_count ? hparam_table[index].name : NULL;
}

const struct hparam *hparam_find(const char *name, struct error *error)
{
    int index = names_find(hparam_name, name);
    if (index >= 0)
        return &hparam_table[index];
    (void)names_refuse(hparam_name, "hyperparameter", name, error);
    return NULL;
}

const struct hparam *hparam_of_choice(const char *word, const char **choice)
{
    for (int i = 0; i < hparam_count; i++) {
        const struct hparam *row = &hparam_table[i];
        int index =
            row->choices && row->kind != HPARAM_SWITCH ? names_same(row->choices, word) : -1;
        if (index < 0)
            continue;
        *choice = row->choices(index);
        return row;
    }
    return NULL;
}

bool hparams_agree(const struct hparams *hparams, struct error *error)
{
    const char *loss = loss_name(hparams->loss);
    if (hparams->output != OUTPUT_SIGMOID || hparams->loss == LOSS_AUTO ||
        hparams->loss == LOSS_MSE)
        return true;
    return error_set(error,
        "output sigmoid takes loss mse, not %s, which has its %s in it and takes z: loss auto, "
        "or output linear",
        loss, hparams->loss == LOSS_BCE ? "sigmoid" : "softmax");
}

void hparams_init(struct hparams *hparams)
{
    memset(hparams, 0, sizeof *hparams);
    for (int i = 0; i < hparam_count; i++)
        (void)hparam_set(hparams, &hparam_table[i], hparam_table[i].standard, NULL);
}
