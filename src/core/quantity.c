#include "core/quantity.h"

static struct reading known(double value)
{
    return (struct reading){READING_KNOWN, value};
}

static struct reading of_ratio(struct ratio ratio)
{
    return ratio.defined ? known(ratio.value) : (struct reading){READING_UNDEFINED, 0};
}

static struct reading of_survey(const struct observation *seen, double value)
{
    return seen->surveyed ? known(value) : (struct reading){READING_UNKNOWN, 0};
}

static struct reading of_test(const struct observation *seen, double value)
{
    return seen->test_samples > 0 ? of_survey(seen, value)
                                  : (struct reading){READING_UNDEFINED, 0};
}

/* Numbers to be predicted are not classified. */
static struct reading of_classes(
    const struct observation *seen, enum quantity_id id, struct reading reading)
{
    return quantity_told(seen, id) ? reading : (struct reading){READING_UNKNOWN, 0};
}

/* `s`: the step's observation, `l`: the layer's stats. */
#define OF_A_STEP(function, expression)                                                        \
    static struct reading function(const struct observation *s, int layer)                     \
    {                                                                                          \
        (void)s;                                                                               \
        (void)layer;                                                                           \
        return expression;                                                                     \
    }
#define OF_A_LAYER(function, expression)                                                       \
    static struct reading function(const struct observation *s, int layer)                     \
    {                                                                                          \
        const struct layer_stats *l = &s->layers[layer - 1];                                   \
        return expression;                                                                     \
    }

OF_A_STEP(get_step, known((double)s->step))
OF_A_STEP(get_loss, known(s->loss))
OF_A_STEP(get_accuracy, of_classes(s, QUANTITY_ACCURACY, of_survey(s, s->accuracy)))
OF_A_STEP(get_grad_norm, known(s->clip.norm_before))
OF_A_STEP(get_grad_norm_clipped, known(s->clip.norm_after))
OF_A_STEP(get_clip_scale, known(s->clip.scale))
OF_A_STEP(get_clipped_fraction, known(s->clip.fraction))
OF_A_STEP(get_clip_cosine, of_ratio((struct ratio){s->clip.cosine, s->clip.has_cosine}))
OF_A_STEP(get_dead_share, of_survey(s, (double)s->toll.dead / (double)s->toll.units))
OF_A_STEP(get_saturated_share, known(s->saturated))
OF_A_STEP(get_status, known(s->divergence.kind != DIVERGED_NOT))
OF_A_STEP(get_test_loss, of_test(s, s->test_loss))
OF_A_STEP(
    get_test_accuracy, of_classes(s, QUANTITY_TEST_ACCURACY, of_test(s, s->test_accuracy)))

OF_A_STEP(get_layer, known(layer))
OF_A_LAYER(get_units, known(l->units))
OF_A_LAYER(get_signal, known(l->signal))
OF_A_LAYER(get_delta_rms, known(l->delta_rms))
OF_A_LAYER(get_slope_gain, of_ratio(l->slope_gain))
OF_A_LAYER(get_weight_gain, of_ratio(l->weight_gain))
OF_A_LAYER(get_gain, of_ratio(l->gain))
OF_A_LAYER(get_ceiling, known(l->ceiling))
OF_A_LAYER(get_weight_grad_norm, known(l->weight_grad_norm))
OF_A_LAYER(get_bias_grad_norm, known(l->bias_grad_norm))
OF_A_LAYER(get_weight_norm, known(l->weight_norm))
OF_A_LAYER(get_update_ratio, of_ratio(l->update_ratio))
OF_A_LAYER(get_last_update_ratio, of_ratio(l->last_update_ratio))
OF_A_LAYER(get_act_mean, known(l->act_mean))
OF_A_LAYER(get_act_std, known(l->act_std))
OF_A_LAYER(get_dead, of_survey(s, l->dead))
OF_A_LAYER(get_saturated, known(l->saturated))

const struct quantity quantities[QUANTITY_COUNT] = {
    [QUANTITY_STEP] = {"step", .help = "updates made before it", .of = OF_STEP,
        .shape = SHAPE_COUNT, .column = true, .get = get_step},
    [QUANTITY_LOSS] = {"loss", "loss of the batch", "loss", "loss",
        .help = "mean over the samples of the batch", .of = OF_STEP, .shape = SHAPE_SIZE,
        .column = true, .recorded = true, .get = get_loss},
    [QUANTITY_ACCURACY] = {"accuracy", "classified rightly", "acc", "accuracy",
        .help = "share of the data set that is classified rightly", .of = OF_STEP,
        .shape = SHAPE_SHARE, .column = true, .recorded = true, .surveyed = true,
        .get = get_accuracy},
    [QUANTITY_GRAD_NORM] = {"grad_norm", "gradient norm ‖g‖", "‖g‖", "‖g‖",
        .help = "norm of the gradient by all weights and biases, before clipping",
        .of = OF_STEP, .shape = SHAPE_SIZE, .column = true, .recorded = true,
        .get = get_grad_norm},
    [QUANTITY_GRAD_NORM_CLIPPED] = {"grad_norm_clipped", "‖g‖ after clipping", "clip‖g‖",
        "clipped ‖g‖", .help = "the same after clipping", .of = OF_STEP, .shape = SHAPE_SIZE,
        .column = true, .recorded = true, .get = get_grad_norm_clipped},
    [QUANTITY_CLIP_SCALE] = {"clip_scale", .help = "norm after clipping / norm before",
        .of = OF_STEP, .shape = SHAPE_SHARE, .column = true, .get = get_clip_scale},
    [QUANTITY_CLIPPED_FRACTION] = {"clipped_fraction", "share of g changed", "changed",
        "changed", .help = "share of the gradient's elements that clipping changed",
        .of = OF_STEP, .shape = SHAPE_SHARE, .column = true, .recorded = true,
        .get = get_clipped_fraction},
    [QUANTITY_CLIP_COSINE] = {"clip_cosine",
        .help = "cosine of the angle by which clipping turned the gradient", .of = OF_STEP,
        .shape = SHAPE_SHARE, .column = true, .get = get_clip_cosine},
    [QUANTITY_DEAD_SHARE] = {"dead", "share of dead units", "dead", "dead",
        .help = "share of all hidden units that are dead", .of = OF_STEP, .shape = SHAPE_SHARE,
        .needs = NEEDS_FLAT, .column = true, .recorded = true, .surveyed = true,
        .get = get_dead_share},
    [QUANTITY_SATURATED_SHARE] = {"saturated", "share saturated", "sat.", "sat.",
        .help = "share of all hidden sample-unit pairs that are saturated", .of = OF_STEP,
        .shape = SHAPE_SHARE, .needs = NEEDS_BOUNDED, .column = true, .recorded = true,
        .get = get_saturated_share},
    [QUANTITY_STATUS] = {"status", .help = "ok or diverged", .of = OF_STEP,
        .shape = SHAPE_STATUS, .column = true, .get = get_status},
    [QUANTITY_TEST_LOSS] = {"test_loss", "loss of what is held out", "test", "test loss",
        .help = "mean over the samples that are held out", .of = OF_STEP, .shape = SHAPE_SIZE,
        .needs = NEEDS_TEST, .column = true, .recorded = true, .surveyed = true,
        .get = get_test_loss},
    [QUANTITY_TEST_ACCURACY] = {"test_accuracy", "held out, but right", "test", "test accuracy",
        .help = "share of the samples held out that is classified rightly", .of = OF_STEP,
        .shape = SHAPE_SHARE, .needs = NEEDS_TEST, .column = true, .recorded = true,
        .surveyed = true, .get = get_test_accuracy},

    [QUANTITY_LAYER] = {"layer", .help = "1 to depth are hidden, depth + 1 is the output",
        .of = OF_ALL_LAYERS, .shape = SHAPE_COUNT, .column = true, .get = get_layer},
    [QUANTITY_UNITS] = {"units", .help = "units of the layer", .of = OF_ALL_LAYERS,
        .shape = SHAPE_COUNT, .column = true, .get = get_units},
    [QUANTITY_SIGNAL] = {"signal", "error signal per sample", "δ", "δ_",
        .help = "‖δ‖ / √B, the error signal as in the flow view", .of = OF_ALL_LAYERS,
        .shape = SHAPE_SIZE, .recorded = true, .get = get_signal},
    [QUANTITY_DELTA_RMS] = {"delta_rms", .help = "root mean square of δ over samples and units",
        .of = OF_ALL_LAYERS, .shape = SHAPE_SIZE, .column = true, .get = get_delta_rms},
    [QUANTITY_SLOPE_GAIN] = {"slope_gain",
        .help = "what the activation's slope does to the signal", .of = OF_HIDDEN_LAYERS,
        .shape = SHAPE_FACTOR, .column = true, .get = get_slope_gain},
    [QUANTITY_WEIGHT_GAIN] = {"weight_gain", .help = "what the weights above do to the signal",
        .of = OF_HIDDEN_LAYERS, .shape = SHAPE_FACTOR, .column = true, .get = get_weight_gain},
    [QUANTITY_GAIN] = {"gain", "gain of each layer", "gain", "gain ",
        .help = "‖δ of the layer‖ / ‖δ of the layer above‖", .of = OF_HIDDEN_LAYERS,
        .shape = SHAPE_FACTOR, .column = true, .recorded = true, .get = get_gain},
    [QUANTITY_CEILING] = {"ceiling",
        .help = "largest delta_rms that the slopes allow with weight gain 1",
        .of = OF_ALL_LAYERS, .shape = SHAPE_SIZE, .column = true, .get = get_ceiling},
    [QUANTITY_WEIGHT_GRAD_NORM] = {"weight_grad_norm", "weight gradient ‖∂W‖", "‖∂W‖", "‖∂W‖ ",
        .help = "norm of the gradient by the weights, before clipping", .of = OF_ALL_LAYERS,
        .shape = SHAPE_SIZE, .column = true, .recorded = true, .get = get_weight_grad_norm},
    [QUANTITY_BIAS_GRAD_NORM] = {"bias_grad_norm",
        .help = "norm of the gradient by the biases, before clipping", .of = OF_ALL_LAYERS,
        .shape = SHAPE_SIZE, .get = get_bias_grad_norm},
    [QUANTITY_WEIGHT_NORM] = {"weight_norm", .help = "norm of the weights", .of = OF_ALL_LAYERS,
        .shape = SHAPE_SIZE, .column = true, .get = get_weight_norm},
    [QUANTITY_UPDATE_RATIO] = {"update_ratio",
        .help = "‖ΔW‖ / ‖W‖ of the update made at the step, once it is", .of = OF_ALL_LAYERS,
        .shape = SHAPE_SIZE, .column = true, .get = get_update_ratio},
    [QUANTITY_LAST_UPDATE_RATIO] = {"last_update_ratio", "update ‖ΔW‖ / ‖W‖", "update",
        "update ", .help = "‖ΔW‖ / ‖W‖ of the update that led to the step", .of = OF_ALL_LAYERS,
        .shape = SHAPE_SIZE, .recorded = true, .get = get_last_update_ratio},
    [QUANTITY_ACT_MEAN] = {"act_mean", .help = "mean of the activations over samples and units",
        .of = OF_ALL_LAYERS, .shape = SHAPE_VALUE, .column = true, .get = get_act_mean},
    [QUANTITY_ACT_STD] = {"act_std",
        .help = "standard deviation of the activations over samples and units",
        .of = OF_ALL_LAYERS, .shape = SHAPE_SIZE, .column = true, .get = get_act_std},
    [QUANTITY_DEAD] = {"dead", "share of dead units", "dead", "dead ",
        .help = "units that are 0 on every sample of the data set", .of = OF_HIDDEN_LAYERS,
        .shape = SHAPE_UNITS, .needs = NEEDS_FLAT, .column = true, .recorded = true,
        .surveyed = true, .get = get_dead},
    [QUANTITY_SATURATED] = {"saturated", "share saturated", "sat.", "sat. ",
        .help = "share of sample-unit pairs whose slope is below 5 % of its maximum",
        .of = OF_HIDDEN_LAYERS, .shape = SHAPE_SHARE, .needs = NEEDS_BOUNDED, .column = true,
        .recorded = true, .get = get_saturated},
};

bool quantity_applies(const struct quantity *quantity, const struct observation *seen)
{
    switch (quantity->needs) {
    case NEEDS_NOTHING:
        break;
    case NEEDS_FLAT:
        return seen->activation.flat;
    case NEEDS_BOUNDED:
        return seen->activation.bounded;
    case NEEDS_TEST:
        return seen->test_samples > 0;
    }
    return true;
}

struct reading quantity_read(
    const struct quantity *quantity, const struct observation *seen, int layer)
{
    bool output = layer == seen->layer_count;
    if ((output && quantity->of == OF_HIDDEN_LAYERS) || !quantity_applies(quantity, seen))
        return (struct reading){READING_UNDEFINED, 0};
    if (!quantity_told(seen, (enum quantity_id)(quantity - quantities)))
        return (struct reading){READING_UNKNOWN, 0};
    return quantity->get(seen, layer);
}
