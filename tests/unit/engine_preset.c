/*
 * What each preset says is to be seen, measured. A run over ten seeds where shares of seeds are
 * told, over fewer where all do it; NABLASCOPE_PRESET_SEEDS=10 takes ten everywhere.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/preset.h"
#include "suites.h"

enum { ALL = 10, STEPS = 300 };

static int seeds(int few)
{
    const char *wanted = getenv("NABLASCOPE_PRESET_SEEDS");
    return wanted ? atoi(wanted) : few;
}

/* The preset with some settings changed, evaluated and clipped at step 0. */
static struct training *open_preset(const char *name, const char *changes, int seed)
{
    char settings[400];
    const struct preset *preset = preset_find(name, NULL);
    ck_assert_ptr_nonnull(preset);
    (void)snprintf(settings, sizeof settings, "%s %s seed=%d", preset->settings, changes, seed);
    struct training *t = training_of(settings);
    training_go(t, 0);
    return t;
}

/* What the sentence must still say, so that words and numbers are changed together. */
static void says(const char *name, const char *words)
{
    const char *look = preset_find(name, NULL)->look;
    ck_assert_msg(strstr(look, words), "%s: %s", name, look);
}

static bool is_finite(const struct training *t)
{
    return t->seen.divergence.kind == DIVERGED_NOT;
}

/* The gain of a layer in geometric mean, from the output to layer 1. */
static double mean_gain(const struct training *t)
{
    int depth = t->hparams.depth;
    return pow(t->seen.layers[0].signal / t->seen.layers[depth].signal, 1.0 / depth);
}

static double dead_share(const struct training *t)
{
    return (double)t->census.toll.dead / ((double)t->census.depth * t->census.width);
}

#define WITHIN(value, low, high)                                                               \
    ck_assert_msg((value) >= (low) && (value) <= (high),                                       \
        "seed %d: " #value " = %g, not %g..%g", seed, (double)(value), (double)(low),          \
        (double)(high))

#define FOR_SEEDS(few) for (int seed = 1; seed <= seeds(few); seed++)

START_TEST(vanishing_keeps_a_quarter_and_learns_nothing)
{
    says("vanishing", "0.24 of the signal is left a layer");
    says("vanishing_small", "relu with he_normal and lr 0.1 learns");
    FOR_SEEDS(4)
    {
        struct training *t = open_preset("vanishing", "", seed);
        WITHIN(mean_gain(t), 0.21, 0.26);
        training_go(t, STEPS);
        WITHIN(mean_gain(t), 0.21, 0.26);
        WITHIN(t->seen.loss, 0.6925, 0.6935);
        training_destroy(t);
        t = open_preset("vanishing_small", "", seed);
        training_go(t, STEPS);
        WITHIN(t->seen.loss, 0.6925, 0.6935);
        training_destroy(t);
        t = open_preset("vanishing_small", "activation=relu init=he_normal lr=0.1", seed);
        training_go(t, STEPS);
        WITHIN(t->seen.accuracy, 0.99, 1);
        training_destroy(t);
    }
}
END_TEST

START_TEST(healthy_falls_at_every_step)
{
    says("healthy", "0.89 to 1.03 a layer at step 0; the loss falls at every step");
    FOR_SEEDS(ALL)
    {
        struct training *t = open_preset("healthy", "", seed);
        WITHIN(mean_gain(t), 0.885, 1.035);
        for (int i = 0; i < STEPS; i++) {
            double before = t->seen.loss;
            training_go(t, 1);
            WITHIN(t->seen.loss, 0, before);
        }
        WITHIN(t->seen.accuracy, 0.99, 1);
        training_destroy(t);
    }
}
END_TEST

START_TEST(one_sigmoid_layer_learns)
{
    FOR_SEEDS(4)
    {
        struct training *t = open_preset("shallow", "", seed);
        training_go(t, STEPS);
        WITHIN(t->seen.loss, 0, 0.3);
        training_destroy(t);
    }
}
END_TEST

START_TEST(large_weights_compensate)
{
    says("compensated", "0.65 a layer at step 0, far above the ceiling");
    FOR_SEEDS(4)
    {
        struct training *t = open_preset("compensated", "", seed);
        WITHIN(mean_gain(t), 0.6, 0.72);
        WITHIN(t->seen.layers[0].signal, 1000 * t->seen.layers[0].signal_ceiling, INFINITY);
        training_go(t, STEPS);
        WITHIN(t->seen.loss, 0, 0.4);
        training_destroy(t);
    }
}
END_TEST

START_TEST(he_keeps_what_xavier_loses)
{
    says("relu_xavier", "half of the signal's square is lost a layer; the loss stays put");
    says("relu_he", "larger by sqrt 2 keep its size; the loss falls");
    FOR_SEEDS(3)
    {
        struct training *t = open_preset("relu_xavier", "", seed);
        double norm = t->network->layers[9].weight_norm;
        WITHIN(mean_gain(t) * mean_gain(t), 0.45, 0.55);
        training_go(t, STEPS);
        WITHIN(t->seen.loss, 0.68, 0.7);
        training_destroy(t);
        t = open_preset("relu_he", "", seed);
        /* The same draws, another factor. */
        WITHIN(t->network->layers[9].weight_norm / norm / sqrt(2), 1 - 1e-12, 1 + 1e-12);
        WITHIN(mean_gain(t), 0.94, 1.03);
        double least = INFINITY;
        for (int i = 0; i < STEPS; i++) {
            training_go(t, 1);
            least = fmin(least, t->seen.loss);
        }
        WITHIN(least, 0, 0.15);
        training_destroy(t);
    }
}
END_TEST

START_TEST(a_small_start_loses_by_the_activation)
{
    static const struct {
        const char *change;
        double low, high;
    } cases[] = {{"", 0.036, 0.044}, {"activation=sigmoid", 0.0125, 0.015},
        {"activation=tanh", 0.05, 0.06}};
    says("small_init", "0.04 a layer, 0.014 with sigmoid, 0.057 with tanh: no learning");
    FOR_SEEDS(3)
    {
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
            struct training *t = open_preset("small_init", cases[i].change, seed);
            WITHIN(mean_gain(t), cases[i].low, cases[i].high);
            training_go(t, STEPS);
            WITHIN(t->seen.loss, 0.6931, 0.6932);
            training_destroy(t);
        }
    }
}
END_TEST

START_TEST(the_explosion_is_clipped)
{
    says("exploding", "longer towards layer 1; at step 3 or 4 not all is finite");
    says("clipped", "above 1 the gradient's norm is scaled down to 1");
    FOR_SEEDS(4)
    {
        struct training *t = open_preset("exploding", "", seed);
        for (int l = 0; l < t->hparams.depth; l++)
            WITHIN(t->seen.layers[l].gain.value, 1, 3);
        training_go(t, STEPS);
        ck_assert(!is_finite(t));
        WITHIN((int)t->seen.divergence.step, 3, 4);
        training_destroy(t);
        t = open_preset("clipped", "", seed);
        WITHIN(t->seen.clip.norm_before, 1, INFINITY);
        WITHIN(t->seen.clip.norm_after, 1 - 1e-12, 1 + 1e-12);
        training_go(t, STEPS);
        WITHIN(t->seen.loss, 0, 0.05);
        training_destroy(t);
    }
}
END_TEST

START_TEST(clipping_by_value_turns_and_learns)
{
    says("clip_value", "turned by 50 to 70 degrees and learns; norm at 1 learns too");
    FOR_SEEDS(4)
    {
        struct training *t = open_preset("clip_value", "", seed);
        double first = t->seen.loss;
        for (int i = 0; i < STEPS; i++) {
            WITHIN(acos(t->seen.clip.cosine) * 180 / 3.14159265358979, 50, 70);
            training_go(t, 1);
        }
        WITHIN(t->seen.loss, 0, first / 100);
        WITHIN(t->seen.accuracy, 0.85, 1);
        training_destroy(t);
        t = open_preset("clip_value", "clip=norm clip_at=1", seed);
        training_go(t, STEPS);
        WITHIN(t->seen.accuracy, 0.85, 1);
        training_destroy(t);
    }
}
END_TEST

START_TEST(clipping_costs_time)
{
    says("clip_cost", "the price is time: behind clip none at step 1000, not at 5000");
    FOR_SEEDS(2)
    {
        struct training *t = open_preset("clip_cost", "", seed);
        struct training *plain = open_preset("clip_cost", "clip=none", seed);
        training_go(t, 1000);
        training_go(plain, 1000);
        WITHIN(t->seen.accuracy, 0, plain->seen.accuracy - 0.02);
        training_go(t, 4000);
        WITHIN(t->seen.accuracy, 0.98, 1);
        training_destroy(t);
        training_destroy(plain);
    }
}
END_TEST

START_TEST(a_high_rate_kills_and_none_returns)
{
    says("dying", "more than a third of the units die in 50 steps and none returns");
    FOR_SEEDS(ALL)
    {
        struct training *t = open_preset("dying", "", seed);
        WITHIN(dead_share(t), 0, 0);
        training_go(t, 50);
        WITHIN(dead_share(t), 1.0 / 3, 0.9);
        training_go(t, STEPS - 50);
        WITHIN((int)t->census.toll.revivals, 0, 0);
        training_destroy(t);
    }
}
END_TEST

START_TEST(dying_and_still_accurate_on_eight_seeds)
{
    int found = 0;
    says("dying_accurate", "8 seeds of 10: a sixth or more dead, and accuracy 1.00");
    for (int seed = 1; seed <= ALL; seed++) {
        struct training *t = open_preset("dying_accurate", "", seed);
        training_go(t, STEPS);
        found += dead_share(t) >= 1.0 / 6 && t->seen.accuracy >= 1;
        training_destroy(t);
    }
    ck_assert_int_eq(found, 8);
}
END_TEST

START_TEST(a_bias_kills_a_layer)
{
    says("dead_bias", "layer 2 is all dead, the gradient exactly 0: nothing changes");
    FOR_SEEDS(ALL)
    {
        struct training *t = open_preset("dead_bias", "", seed);
        ck_assert_int_eq(t->census.dead[1], t->census.width);
        /* Not all: the sentence used to say that no unit is active. */
        WITHIN(t->census.dead[0], 1, t->census.width - 1);
        double loss = t->seen.loss;
        for (int i = 0; i < 20; i++) {
            ck_assert_double_eq(t->seen.clip.norm_before, 0);
            training_go(t, 1);
        }
        ck_assert_double_eq(t->seen.loss, loss);
        training_destroy(t);
    }
}
END_TEST

START_TEST(deeper_layers_revive_on_nine_seeds)
{
    int found = 0;
    says("revival", "layers 2 and 3 have revivals on 9 seeds of 10, layer 1 has none");
    for (int seed = 1; seed <= ALL; seed++) {
        struct training *t = open_preset("revival", "", seed);
        int revivals[3] = {0, 0, 0};
        training_go(t, STEPS);
        for (int i = 0; i < 3 * t->census.width; i++)
            revivals[i / t->census.width] += t->census.units[i].revivals;
        WITHIN(revivals[0], 0, 0);
        found += revivals[1] > 0 && revivals[2] > 0;
        training_destroy(t);
    }
    ck_assert_int_eq(found, 9);
}
END_TEST

START_TEST(units_are_born_dead)
{
    int silent = 0;
    says("born_dead", "at step 0 12 to 27 % of the units are dead, none in layer 1");
    says("born_dead_network", "9 seeds of 10 pass no signal");
    for (int seed = 1; seed <= ALL; seed++) {
        struct training *t = open_preset("born_dead", "", seed);
        WITHIN(dead_share(t), 0.12, 0.27);
        WITHIN(t->census.dead[0], 0, 0);
        training_destroy(t);
        t = open_preset("born_dead_network", "", seed);
        silent += t->seen.layers[0].signal > 0 ? 0 : 1;
        training_destroy(t);
        t = open_preset("born_dead_network", "width=8", seed);
        WITHIN(t->seen.layers[0].signal, 1e-6, INFINITY);
        training_destroy(t);
    }
    ck_assert_int_eq(silent, 9);
}
END_TEST

START_TEST(orthogonal_layers_keep_lengths_at_first)
{
    says("orthogonal", "at step 0 each gain of hidden layers is 1 to twelve digits");
    FOR_SEEDS(4)
    {
        struct training *t = open_preset("orthogonal", "", seed);
        for (int l = 0; l < t->hparams.depth - 1; l++)
            WITHIN(t->seen.layers[l].gain.value, 1 - 1e-12, 1 + 1e-12);
        training_destroy(t);
    }
}
END_TEST

START_TEST(depth_keeps_sigmoids_from_learning)
{
    static const struct {
        const char *changes;
        int steps;
        double low, high;
    } cases[] = {{"depth=1", 5000, 0.94, 1}, {"depth=4", 5000, 0.4, 0.6}, {"", 5000, 0.4, 0.6},
        {"activation=tanh", 1000, 0.97, 1}, {"activation=relu", 1000, 0.97, 1}};
    says("depth", "depth 1 learns by step 5000, 4 and 8 do not; tanh and relu do");
    FOR_SEEDS(2)
    {
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
            struct training *t = open_preset("depth", cases[i].changes, seed);
            training_go(t, cases[i].steps);
            WITHIN(t->seen.accuracy, cases[i].low, cases[i].high);
            training_destroy(t);
        }
    }
}
END_TEST

Suite *preset_suite(void)
{
    return SUITE("presets", vanishing_keeps_a_quarter_and_learns_nothing,
        healthy_falls_at_every_step, one_sigmoid_layer_learns, large_weights_compensate,
        he_keeps_what_xavier_loses, a_small_start_loses_by_the_activation,
        the_explosion_is_clipped, clipping_by_value_turns_and_learns, clipping_costs_time,
        a_high_rate_kills_and_none_returns, dying_and_still_accurate_on_eight_seeds,
        a_bias_kills_a_layer, deeper_layers_revive_on_nine_seeds, units_are_born_dead,
        orthogonal_layers_keep_lengths_at_first, depth_keeps_sigmoids_from_learning);
}
