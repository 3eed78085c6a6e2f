/*
 * What each preset says is to be seen, measured. A run over ten seeds where shares of seeds are
 * told, over fewer where all do it; NABLASCOPE_PRESET_SEEDS=10 takes ten everywhere.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/preset.h"
#include "engine/wanted.h"
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
    says("vanishing", "loss ends at 0.693");
    says("vanishing_small", "the loss ends at 0.693");
    says("small_tanh", "at step 300 loss below 0.002");
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
    }
    FOR_SEEDS(ALL)
    {
        struct training *t = open_preset("small_tanh", "", seed);
        training_go(t, STEPS);
        WITHIN(t->seen.loss, 0, 0.002);
        training_destroy(t);
    }
}
END_TEST

START_TEST(healthy_falls_at_every_step)
{
    says("healthy", "0.89 to 1.03 a layer at step 0; the loss keeps falling");
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
    says("relu_xavier", "at step 0 its square halves a layer; loss stays at 0.69");
    says("relu_he", "sqrt 2 larger weights keep it at step 0; the loss falls");
    FOR_SEEDS(3)
    {
        struct training *t = open_preset("relu_xavier", "", seed);
        double norm = t->network->layers[9].weight_norm;
        WITHIN(mean_gain(t) * mean_gain(t), 0.45, 0.55);
        training_go(t, STEPS);
        WITHIN(t->seen.loss, 0.685, 0.695);
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
    says("small_init", "0.04 a layer, sigmoid 0.014, tanh 0.057: no learning");
    says("fitting_init", "0.25 = sqrt(2/32): 0.9 to 1.1 a layer at step 0; learns");
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
    FOR_SEEDS(ALL)
    {
        struct training *t = open_preset("fitting_init", "", seed);
        WITHIN(mean_gain(t), 0.9, 1.1);
        WITHIN(t->hparams.gain, sqrt(2.0 / t->hparams.width), sqrt(2.0 / t->hparams.width));
        training_go(t, STEPS);
        WITHIN(t->seen.loss, 0, 0.01);
        training_destroy(t);
    }
}
END_TEST

START_TEST(the_explosion_is_clipped)
{
    says("exploding", "1.4 to 1.6 a layer at step 0, then more; NaN by step 4");
    says("clipped", "g of norm above 1 is scaled down to 1: finite, learns");
    says("clipped_by_value", "elements cut to 1: g turned by 41 to 53 degrees at step 0");
    FOR_SEEDS(ALL)
    {
        struct training *t = open_preset("exploding", "", seed);
        double first = mean_gain(t);
        /* As it is rounded. */
        WITHIN(first, 1.35, 1.65);
        training_go(t, 1);
        WITHIN(mean_gain(t), first, INFINITY);
        training_go(t, STEPS);
        ck_assert(!is_finite(t) && isnan(t->seen.loss));
        WITHIN((int)t->seen.divergence.step, 3, 4);
        training_destroy(t);
        t = open_preset("clipped_by_value", "", seed);
        WITHIN(acos(t->seen.clip.cosine) * 180 / 3.14159265358979, 41, 53);
        training_go(t, STEPS);
        WITHIN(t->seen.loss, 0, 0.05);
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
    says("clip_value", "turned by 50 to 70 degrees at each step, and learns");
    says("clip_norm", "g is shortened and not turned; it learns too");
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
        t = open_preset("clip_norm", "", seed);
        WITHIN(t->seen.clip.norm_after, 0, t->seen.clip.norm_before / 2);
        for (int i = 0; i < STEPS; i++) {
            /* A few roundings of the norms. */
            WITHIN(t->seen.clip.cosine, 1 - 1e-14, 1 + 1e-14);
            training_go(t, 1);
        }
        WITHIN(t->seen.accuracy, 0.85, 1);
        training_destroy(t);
    }
}
END_TEST

START_TEST(clipping_costs_time)
{
    says("clip_cost", "accuracy below 0.98 at step 1000, at 5000 0.98 or more");
    says("unclipped", "accuracy 0.95 or more already at step 1000");
    FOR_SEEDS(2)
    {
        struct training *t = open_preset("clip_cost", "", seed);
        struct training *plain = open_preset("unclipped", "", seed);
        training_go(t, 1000);
        training_go(plain, 1000);
        WITHIN(t->seen.accuracy, 0, plain->seen.accuracy - 0.02);
        WITHIN(t->seen.accuracy, 0, 0.979);
        WITHIN(plain->seen.accuracy, 0.95, 1);
        training_go(t, 4000);
        WITHIN(t->seen.accuracy, 0.98, 1);
        training_destroy(t);
        training_destroy(plain);
    }
}
END_TEST

START_TEST(a_high_rate_kills_and_none_returns)
{
    says("dying", "over a third of the units die in 12 steps, none returns");
    says("surviving", "at most one of 32 units dies; the loss falls");
    ck_assert_int_eq(SCENE_SLOW_STEPS, 12); /* what is said to happen is seen happening */
    FOR_SEEDS(ALL)
    {
        struct training *t = open_preset("dying", "", seed);
        WITHIN(dead_share(t), 0, 0);
        training_go(t, 12);
        WITHIN(dead_share(t), 1.0 / 3, 0.9);
        training_go(t, STEPS - 12);
        WITHIN((int)t->census.toll.revivals, 0, 0);
        training_destroy(t);
        t = open_preset("surviving", "", seed);
        double first = t->seen.loss;
        training_go(t, STEPS);
        WITHIN((int)t->census.toll.dead, 0, 1);
        WITHIN(t->seen.loss, 0, first / 10);
        training_destroy(t);
    }
}
END_TEST

START_TEST(dying_and_still_accurate_on_eight_seeds)
{
    int found = 0;
    says("dying_accurate", "8 seeds of 10: a sixth or more dead, and accuracy 1.00");
    says("spared", "at most 4 of 64 units die, and accuracy 1.00 too");
    for (int seed = 1; seed <= ALL; seed++) {
        struct training *t = open_preset("dying_accurate", "", seed);
        training_go(t, STEPS);
        found += dead_share(t) >= 1.0 / 6 && t->seen.accuracy >= 1;
        training_destroy(t);
        t = open_preset("spared", "", seed);
        training_go(t, STEPS);
        WITHIN((int)t->census.toll.dead, 0, 4);
        WITHIN(t->seen.accuracy, 0.995, 1);
        training_destroy(t);
    }
    ck_assert_int_eq(found, 8);
}
END_TEST

START_TEST(a_bias_kills_a_layer)
{
    says("dead_bias", "layer 2 is all dead, g exactly 0: nothing changes");
    says("bias_zero", "at most 5 of 64 units are dead; accuracy 1.00");
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
        t = open_preset("bias_zero", "", seed);
        training_go(t, STEPS);
        WITHIN((int)t->census.toll.dead, 0, 5);
        WITHIN(t->seen.accuracy, 0.995, 1);
        training_destroy(t);
    }
}
END_TEST

/* Of each of three layers, in STEPS steps; ends the training. */
static void count_revivals(struct training *t, int revivals[3])
{
    training_go(t, STEPS);
    memset(revivals, 0, 3 * sizeof *revivals);
    for (int i = 0; i < 3 * t->census.width; i++)
        revivals[i / t->census.width] += t->census.units[i].revivals;
    training_destroy(t);
}

START_TEST(deeper_layers_revive_on_nine_seeds)
{
    int found = 0, fewer = 0;
    says("revival", "9 seeds of 10: revivals in layers 2 and 3; none in 1");
    says("revival_sgd", "9 seeds of 10: fewer revivals than with Adam, none in 1");
    for (int seed = 1; seed <= ALL; seed++) {
        struct training *t = open_preset("revival", "", seed);
        int adam[3], sgd[3];
        count_revivals(t, adam);
        WITHIN(adam[0], 0, 0);
        found += adam[1] > 0 && adam[2] > 0;
        t = open_preset("revival_sgd", "", seed);
        count_revivals(t, sgd);
        WITHIN(sgd[0], 0, 0);
        fewer += sgd[1] + sgd[2] < adam[1] + adam[2];
    }
    ck_assert_int_eq(found, 9);
    ck_assert_int_eq(fewer, 9);
}
END_TEST

START_TEST(units_are_born_dead)
{
    int silent = 0;
    says("born_dead", "at step 0 12 to 27 % of the units are dead, none in 1");
    says("born_alive", "leaky_relu: no unit is dead, and the loss falls");
    says("born_dead_network", "9 seeds of 10 pass no signal");
    says("born_wider", "on 10 seeds of 10 the signal reaches layer 1");
    for (int seed = 1; seed <= ALL; seed++) {
        struct training *t = open_preset("born_dead", "", seed);
        WITHIN(dead_share(t), 0.12, 0.27);
        WITHIN(t->census.dead[0], 0, 0);
        training_destroy(t);
        t = open_preset("born_dead_network", "", seed);
        silent += t->seen.layers[0].signal > 0 ? 0 : 1;
        training_destroy(t);
        t = open_preset("born_alive", "", seed);
        training_go(t, STEPS);
        WITHIN((int)t->census.toll.dead, 0, 0);
        WITHIN(t->seen.loss, 0, 0.1);
        training_destroy(t);
        t = open_preset("born_wider", "", seed);
        WITHIN(t->seen.layers[0].signal, 1e-6, INFINITY);
        training_destroy(t);
    }
    ck_assert_int_eq(silent, 9);
}
END_TEST

START_TEST(orthogonal_layers_keep_lengths_at_first)
{
    says("orthogonal", "at step 0 each hidden gain is 1 to twelve digits");
    says("gaussian", "at step 0 hidden gains from 0.7 to 1.4");
    FOR_SEEDS(ALL)
    {
        struct training *t = open_preset("orthogonal", "", seed);
        for (int l = 0; l < t->hparams.depth - 1; l++)
            WITHIN(t->seen.layers[l].gain.value, 1 - 1e-12, 1 + 1e-12);
        training_destroy(t);
        double least = INFINITY, most = 0;
        t = open_preset("gaussian", "", seed);
        for (int l = 0; l < t->hparams.depth - 1; l++) {
            least = fmin(least, t->seen.layers[l].gain.value);
            most = fmax(most, t->seen.layers[l].gain.value);
        }
        WITHIN(least, 0.7, 0.9);
        WITHIN(most, 1.1, 1.4);
        training_destroy(t);
    }
}
END_TEST

START_TEST(depth_keeps_sigmoids_from_learning)
{
    static const struct {
        const char *name, *changes;
        int steps;
        double low, high;
    } cases[] = {{"depth_one", "", 5000, 0.94, 1}, {"depth", "depth=4", 5000, 0.4, 0.6},
        {"depth", "", 5000, 0.45, 0.55}, {"depth", "activation=tanh", 1000, 0.97, 1},
        {"depth", "activation=relu", 1000, 0.97, 1}};
    says("depth", "eight sigmoid layers: at step 5000 accuracy 0.5");
    says("depth_one", "one sigmoid layer: at step 5000 accuracy 0.94 or more");
    FOR_SEEDS(2)
    {
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
            struct training *t = open_preset(cases[i].name, cases[i].changes, seed);
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
