#include "engine/preset.h"

#include <stdio.h>
#include <string.h>

const struct preset preset_table[] = {
    {.name = "vanishing",
        .title = "the gradient vanishes in a sigmoid stack",
        .settings = "activation=sigmoid init=xavier_normal depth=10 lr=1",
        .look = "0.24 of the signal is left a layer; loss ends at 0.693",
        .brief = "0.24 of it is left a layer",
        .view = "flow",
        .compare = "shallow",
        .change = "one layer"},
    {.name = "vanishing_small",
        .title = "the same in six narrow layers",
        .settings = "activation=sigmoid init=xavier_normal depth=6 width=8 lr=1",
        .look = "six layers are enough: the loss ends at 0.693",
        .brief = "six do: loss ends at 0.693",
        .view = "flow",
        .compare = "small_tanh",
        .change = "tanh"},
    {.name = "small_tanh",
        .title = "tanh in six narrow layers",
        .settings = "activation=tanh init=xavier_normal depth=6 width=8 lr=1",
        .look = "all the same but tanh: at step 300 loss below 0.002",
        .brief = "tanh alone: loss below 0.002",
        .view = "flow",
        .compare = "vanishing_small",
        .change = "sigmoid"},
    {.name = "healthy",
        .title = "tanh passes the gradient",
        .settings = "activation=tanh init=xavier_normal depth=10 lr=0.03",
        .look = "0.89 to 1.03 a layer at step 0; the loss keeps falling",
        .brief = "0.89 to 1.03 a layer at step 0",
        .view = "flow",
        .compare = "vanishing",
        .change = "sigmoid, lr 1"},
    {.name = "shallow",
        .title = "one sigmoid layer learns",
        .settings = "activation=sigmoid init=xavier_normal depth=1 lr=1",
        .look = "the sigmoid is no obstacle by itself: depth is",
        .brief = "one sigmoid layer learns",
        .view = "flow",
        .compare = "vanishing",
        .change = "ten layers"},
    {.name = "compensated",
        .title = "large weights make up for small slopes",
        .settings = "activation=sigmoid init=xavier_normal gain=4 depth=10 lr=1",
        .look = "0.65 a layer at step 0, far above the ceiling; learns",
        .brief = "0.65 a layer at step 0; learns",
        .view = "flow",
        .compare = "vanishing",
        .change = "gain 1"},
    {.name = "relu_xavier",
        .title = "a deep ReLU stack with the wrong initialisation",
        .settings = "activation=relu init=xavier_normal depth=30 lr=0.03",
        .look = "at step 0 its square halves a layer; loss stays at 0.69",
        .brief = "square halves a layer at step 0",
        .view = "flow",
        .compare = "relu_he",
        .change = "He's weights"},
    {.name = "relu_he",
        .title = "the same with He's initialisation",
        .settings = "activation=relu init=he_normal depth=30 lr=0.03",
        .look = "sqrt 2 larger weights keep it at step 0; the loss falls",
        .brief = "sqrt 2 larger weights: it learns",
        .view = "flow",
        .compare = "relu_xavier",
        .change = "Xavier's"},
    {.name = "small_init",
        .title = "too small an initialisation",
        .settings = "activation=relu init=normal gain=0.01 depth=10 lr=0.1",
        .look = "0.04 a layer, sigmoid 0.014, tanh 0.057: no learning",
        .brief = "0.04 a layer: no learning",
        .view = "flow",
        .compare = "fitting_init",
        .change = "gain 0.25"},
    {.name = "fitting_init",
        .title = "an initialisation of the right size",
        .settings = "activation=relu init=normal gain=0.25 depth=10 lr=0.1",
        .look = "0.25 = sqrt(2/32): 0.9 to 1.1 a layer at step 0; learns",
        .brief = "0.25 = sqrt(2/32): it learns",
        .view = "flow",
        .compare = "small_init",
        .change = "gain 0.01"},
    {.name = "exploding",
        .title = "the gradient explodes",
        .settings = "activation=relu init=he_normal gain=1.5 depth=10 lr=0.1",
        .look = "1.4 to 1.6 a layer at step 0, then more; NaN by step 4",
        .brief = "bars grow; not finite by step 4",
        .view = "flow",
        .slow = true,
        .compare = "clipped",
        .change = "clip it"},
    {.name = "clipped",
        .title = "clipping by norm rescues it",
        .settings =
            "activation=relu init=he_normal gain=1.5 depth=10 lr=0.1 clip=norm clip_at=1",
        .look = "g of norm above 1 is scaled down to 1: finite, learns",
        .brief = "g scaled to norm 1: it learns",
        .view = "clip",
        .slow = true,
        .compare = "clipped_by_value",
        .change = "by value"},
    {.name = "clipped_by_value",
        .title = "clipping by value rescues it, and turns",
        .settings =
            "activation=relu init=he_normal gain=1.5 depth=10 lr=0.1 clip=value clip_at=1",
        .look = "elements cut to 1: g turned by 41 to 53 degrees at step 0",
        .brief = "g turned by 41 to 53 degrees",
        .view = "clip",
        .slow = true,
        .compare = "exploding",
        .change = "no clipping"},
    {.name = "clip_value",
        .title = "clipping by value turns the gradient",
        .settings =
            "activation=relu init=he_normal gain=2 depth=10 lr=0.01 clip=value clip_at=0.01",
        .look = "g is turned by 50 to 70 degrees at each step, and learns",
        .brief = "turned by 50 to 70 deg, and learns",
        .view = "clip",
        .compare = "clip_norm",
        .change = "norm, c 1"},
    {.name = "clip_norm",
        .title = "clipping by norm does not turn it",
        .settings =
            "activation=relu init=he_normal gain=2 depth=10 lr=0.01 clip=norm clip_at=1",
        .look = "g is shortened and not turned; it learns too",
        .brief = "g is not turned; it learns too",
        .view = "clip",
        .compare = "clip_value",
        .change = "value, c 0.01"},
    {.name = "clip_cost",
        .title = "clipping has a price",
        .settings = "activation=relu init=he_normal gain=2 depth=5 width=16 data=circles "
                    "batch=20 lr=0.01 clip=norm clip_at=1",
        .look = "accuracy below 0.98 at step 1000, at 5000 0.98 or more",
        .brief = "its price: step 1000; gone by 5000",
        .view = "curves",
        .compare = "unclipped",
        .change = "no clipping"},
    {.name = "unclipped",
        .title = "the same without the price",
        .settings = "activation=relu init=he_normal gain=2 depth=5 width=16 data=circles "
                    "batch=20 lr=0.01",
        .look = "accuracy 0.95 or more already at step 1000",
        .brief = "accuracy 0.95 at step 1000",
        .view = "curves",
        .compare = "clip_cost",
        .change = "clip norm"},
    {.name = "dying",
        .title = "a high learning rate kills units",
        .settings = "activation=relu init=he_normal depth=1 lr=10",
        .look = "over a third of the units die in 12 steps, none returns",
        .brief = "a third dead in 12 steps",
        .view = "units",
        .slow = true,
        .compare = "surviving",
        .change = "lr 1"},
    {.name = "surviving",
        .title = "the same at a lower learning rate",
        .settings = "activation=relu init=he_normal depth=1 lr=1",
        .look = "at most one of 32 units dies; the loss falls",
        .brief = "at most one unit of 32 dies",
        .view = "units",
        .slow = true,
        .compare = "dying",
        .change = "lr 10"},
    {.name = "dying_accurate",
        .title = "dying, and still accurate",
        .settings = "activation=relu init=he_normal depth=2 lr=3",
        .look = "8 seeds of 10: a sixth or more dead, and accuracy 1.00",
        .brief = "a sixth dead, and accuracy 1.00",
        .view = "units",
        .slow = true,
        .compare = "spared",
        .change = "lr 0.3"},
    {.name = "spared",
        .title = "as accurate, and nearly all alive",
        .settings = "activation=relu init=he_normal depth=2 lr=0.3",
        .look = "at most 4 of 64 units die, and accuracy 1.00 too",
        .brief = "at most 4 of 64 die; accuracy 1.00",
        .view = "units",
        .slow = true,
        .compare = "dying_accurate",
        .change = "lr 3"},
    {.name = "dead_bias",
        .title = "dead by bias",
        .settings = "activation=relu init=he_normal depth=2 bias=-3 lr=1",
        .look = "layer 2 is all dead, g exactly 0: nothing changes",
        .brief = "layer 2 is dead: g exactly 0",
        .view = "units",
        .compare = "bias_zero",
        .change = "bias 0"},
    {.name = "bias_zero",
        .title = "alive without that bias",
        .settings = "activation=relu init=he_normal depth=2 bias=0 lr=1",
        .look = "at most 5 of 64 units are dead; accuracy 1.00",
        .brief = "5 of 64 dead at most; it learns",
        .view = "units",
        .compare = "dead_bias",
        .change = "bias -3"},
    {.name = "revival",
        .title = "dead units come back",
        .settings = "activation=relu init=he_normal depth=3 bias=-1 optimizer=adam lr=0.01",
        .look = "9 seeds of 10: revivals in layers 2 and 3; none in 1",
        .brief = "revivals in layers 2 and 3",
        .view = "units",
        .compare = "revival_sgd",
        .change = "plain SGD"},
    {.name = "revival_sgd",
        .title = "fewer come back without Adam",
        .settings = "activation=relu init=he_normal depth=3 bias=-1 lr=0.01",
        .look = "9 seeds of 10: fewer revivals than with Adam, none in 1",
        .brief = "fewer revivals than with Adam",
        .view = "units",
        .compare = "revival",
        .change = "Adam"},
    {.name = "born_dead",
        .title = "dead before the first step",
        .settings = "activation=relu init=he_normal depth=10 lr=0.03",
        .look = "at step 0 12 to 27 % of the units are dead, none in 1",
        .brief = "12 to 27 % dead at step 0",
        .view = "units",
        .compare = "born_alive",
        .change = "leaky"},
    {.name = "born_alive",
        .title = "a slope below 0 keeps units alive",
        .settings = "activation=leaky_relu init=he_normal depth=10 lr=0.03",
        .look = "leaky_relu: no unit is dead, and the loss falls",
        .brief = "leaky_relu: no unit is dead",
        .view = "units",
        .compare = "born_dead",
        .change = "relu"},
    {.name = "born_dead_network",
        .title = "a network born dead",
        .settings = "activation=relu init=he_normal width=2 depth=10 lr=0.1",
        .look = "9 seeds of 10 pass no signal: R reseeds",
        .brief = "9 seeds of 10 pass no signal",
        .view = "units",
        .compare = "born_wider",
        .change = "width 8"},
    {.name = "born_wider",
        .title = "wide enough to be born alive",
        .settings = "activation=relu init=he_normal width=8 depth=10 lr=0.1",
        .look = "on 10 seeds of 10 the signal reaches layer 1",
        .brief = "the signal reaches layer 1",
        .view = "units",
        .compare = "born_dead_network",
        .change = "width 2"},
    {.name = "orthogonal",
        .title = "orthogonal matrices keep every length",
        .settings = "activation=linear init=orthogonal depth=30 lr=0.01",
        .look = "at step 0 each hidden gain is 1 to twelve digits",
        .brief = "each hidden gain is 1 at step 0",
        .view = "flow",
        .compare = "gaussian",
        .change = "Gaussian"},
    {.name = "gaussian",
        .title = "Gaussian ones keep lengths on average only",
        .settings = "activation=linear init=xavier_normal depth=30 lr=0.01",
        .look = "at step 0 hidden gains from 0.7 to 1.4",
        .brief = "gains of 0.7 to 1.4 at step 0",
        .view = "flow",
        .compare = "orthogonal",
        .change = "orthogonal"},
    {.name = "depth",
        .title = "depth against learning",
        .settings = "activation=sigmoid init=xavier_normal data=circles width=16 depth=8 "
                    "batch=20 lr=0.1",
        .look = "eight sigmoid layers: at step 5000 accuracy 0.5",
        .brief = "accuracy 0.5 at step 5000",
        .view = "curves",
        .compare = "depth_one",
        .change = "one layer"},
    {.name = "depth_one",
        .title = "the same with one layer",
        .settings = "activation=sigmoid init=xavier_normal data=circles width=16 depth=1 "
                    "batch=20 lr=0.1",
        .look = "one sigmoid layer: at step 5000 accuracy 0.94 or more",
        .brief = "0.94 or more at step 5000",
        .view = "curves",
        .compare = "depth",
        .change = "eight layers"},
};
const int preset_count = ARRAY_LEN(preset_table);

const char *preset_name(int index)
{
    return index >= 0 && index < preset_count ? preset_table[index].name : NULL;
}

const struct preset *preset_find(const char *name, struct error *error)
{
    int index = names_find(preset_name, name);
    if (index >= 0)
        return &preset_table[index];
    (void)names_refuse(preset_name, "preset", name, error);
    return NULL;
}

void preset_apply(const struct preset *preset, struct hparams *hparams)
{
    uint64_t seed = hparams->seed;
    hparams_init(hparams);
    hparams->seed = seed;
    const char *at = preset->settings;
    char name[32], value[32];
    int length;
    while (sscanf(at, " %31[^= ]=%31[^ ]%n", name, value, &length) == 2) {
        const struct hparam *row = hparam_find(name, NULL);
        if (row)
            (void)hparam_set(hparams, row, value, NULL);
        at += length;
    }
}

bool preset_describes(const struct preset *preset, const struct hparams *hparams)
{
    struct hparams own = *hparams;
    preset_apply(preset, &own);
    return hparams_equal(&own, hparams);
}

int hparams_differences(
    const struct hparams *from, const struct hparams *to, char *text, size_t size)
{
    int count = 0;
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < hparam_count; i++) {
        const struct hparam *row = &hparam_table[i];
        char was[HPARAM_VALUE_SIZE], is[HPARAM_VALUE_SIZE];
        if (hparam_equal(from, to, row))
            continue;
        hparam_format(from, row, was, sizeof was);
        hparam_format(to, row, is, sizeof is);
        (void)snprintf(text + used, size - used, "%s%s %s instead of %s", count++ ? ", " : "",
            row->name, is, was);
        used += strlen(text + used);
    }
    return count;
}
