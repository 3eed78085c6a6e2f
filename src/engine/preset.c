#include "engine/preset.h"

#include <stdio.h>
#include <string.h>

const struct preset preset_table[] = {
    {.name = "vanishing",
        .title = "the gradient vanishes in a sigmoid stack",
        .settings = "activation=sigmoid init=xavier_normal depth=10 lr=1",
        .look = "about 0.24 of the signal is left a layer; the loss ends at 0.693"},
    {.name = "vanishing_small",
        .title = "the same in six narrow layers",
        .settings = "activation=sigmoid init=xavier_normal depth=6 width=8 lr=1",
        .look = "fits a small screen; relu with he_normal and lr 0.1 learns here"},
    {.name = "healthy",
        .title = "tanh passes the gradient",
        .settings = "activation=tanh init=xavier_normal depth=10 lr=0.03",
        .look = "0.89 to 1.03 a layer at step 0; the loss falls at every step"},
    {.name = "shallow",
        .title = "one sigmoid layer learns",
        .settings = "activation=sigmoid init=xavier_normal depth=1 lr=1",
        .look = "the sigmoid is no obstacle by itself: depth is"},
    {.name = "compensated",
        .title = "large weights make up for small slopes",
        .settings = "activation=sigmoid init=xavier_normal gain=4 depth=10 lr=1",
        .look = "about 0.65 a layer at step 0, far above the ceiling; it learns"},
    {.name = "relu_xavier",
        .title = "a deep ReLU stack with the wrong initialisation",
        .settings = "activation=relu init=xavier_normal depth=30 lr=0.03",
        .look = "half of the signal's square is lost a layer; the loss stays put"},
    {.name = "relu_he",
        .title = "the same with He's initialisation",
        .settings = "activation=relu init=he_normal depth=30 lr=0.03",
        .look = "hidden weights larger by sqrt 2 keep its size; the loss falls"},
    {.name = "small_init",
        .title = "too small an initialisation",
        .settings = "activation=relu init=normal gain=0.01 depth=10 lr=1",
        .look = "0.04 a layer, 0.014 with sigmoid, 0.057 with tanh: no learning"},
    {.name = "exploding",
        .title = "the gradient explodes",
        .settings = "activation=relu init=he_normal gain=1.5 depth=10 lr=0.1",
        .look = "bars longer towards layer 1; at step 3 or 4 not all is finite"},
    {.name = "clipped",
        .title = "clipping by norm rescues it",
        .settings =
            "activation=relu init=he_normal gain=1.5 depth=10 lr=0.1 clip=norm clip_at=1",
        .look = "above 1 the gradient's norm is scaled down to 1, and it learns"},
    {.name = "clip_value",
        .title = "clipping by value turns the gradient",
        .settings = "activation=relu init=he_normal gain=2 depth=10 lr=0.01 clip=value "
                    "clip_at=0.01",
        .look = "g is turned by 50 to 70 degrees and learns; norm at 1 learns too"},
    {.name = "clip_cost",
        .title = "clipping has a price",
        .settings = "activation=relu init=he_normal gain=2 depth=5 width=16 data=circles "
                    "batch=20 lr=0.01 clip=norm clip_at=1",
        .look = "the price is time: behind clip none at step 1000, not at 5000"},
    {.name = "dying",
        .title = "a high learning rate kills units",
        .settings = "activation=relu init=he_normal depth=1 lr=10",
        .look = "more than a third of the units die in 50 steps and none returns"},
    {.name = "dying_accurate",
        .title = "dying, and still accurate",
        .settings = "activation=relu init=he_normal depth=2 lr=3",
        .look = "8 seeds of 10: a sixth or more dead, and accuracy 1.00"},
    {.name = "dead_bias",
        .title = "dead by bias",
        .settings = "activation=relu init=he_normal depth=2 bias=-3 lr=1",
        .look = "layer 2 is all dead, the gradient exactly 0: nothing changes"},
    {.name = "revival",
        .title = "dead units come back",
        .settings = "activation=relu init=he_normal depth=3 bias=-1 optimizer=adam lr=0.01",
        .look = "layers 2 and 3 have revivals on 9 seeds of 10, layer 1 has none"},
    {.name = "born_dead",
        .title = "dead before the first step",
        .settings = "activation=relu init=he_normal depth=10 lr=0.03",
        .look = "at step 0 12 to 27 % of the units are dead, none in layer 1"},
    {.name = "born_dead_network",
        .title = "a network born dead",
        .settings = "activation=relu init=he_normal width=2 depth=10 lr=0.1",
        .look = "9 seeds of 10 pass no signal: reseed, then try width 8"},
    {.name = "orthogonal",
        .title = "orthogonal matrices keep every length",
        .settings = "activation=linear init=orthogonal depth=30 lr=0.01",
        .look = "at step 0 each gain of hidden layers is 1 to twelve digits"},
    {.name = "depth",
        .title = "depth against learning",
        .settings = "activation=sigmoid init=xavier_normal data=circles width=16 depth=8 "
                    "batch=20 lr=0.1",
        .look = "depth 1 learns by step 5000, 4 and 8 do not; tanh and relu do"},
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
