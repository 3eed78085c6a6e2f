/* Sentences in the settings in which a careless version of them is false. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/loss.h"
#include "suites.h"
#include "ui_screens.h"

/* What w says in a view of this layer. */
static struct why why_of(struct stage *stage, const struct view *view, int layer)
{
    char command[32];
    struct why why = {.formula_lines = 0};
    struct surface *surface = surface_create(160, 50);
    (void)snprintf(command, sizeof command, "layer %d", layer);
    screen_command(&stage->screen, command);
    stage->screen.view = view;
    stage_look(stage, surface);
    struct scene scene = screen_scene(&stage->screen, view);
    view->why(&scene, &why);
    surface_destroy(surface);
    return why;
}

static struct why why_with(const char *settings, int steps, const struct view *view, int layer)
{
    static struct stage stage; /* not for each of many calls on one stack */
    stage_open(&stage, settings, steps);
    struct why why = why_of(&stage, view, layer);
    stage_close(&stage);
    return why;
}

START_TEST(the_output_is_told_by_its_loss)
{
    static const struct {
        const char *settings, *form;
    } cases[] = {{"", "= σ(z) - y  "}, {"loss=mse", "= 2 (z - y)  "},
        {"loss=softmax_ce", "= softmax(z) - y  "},
        {"data=blobs loss=bce", "= (σ(z) - y) / outputs  "},
        {"data=blobs loss=mse", "= 2 (z - y) / outputs  "},
        {"data=blobs", "= softmax(z) - y  "}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        HAS(why_with(cases[i].settings, 0, stage_view("flow"), 11).formula[0], cases[i].form);
    /* And so the program computes it: four outputs, the second is right. */
    double z[4] = {0.3, -0.2, 1, 2}, delta[4];
    static const int label = 1;
    struct criterion bce = {.loss = LOSS_BCE, .labels = &label};
    struct criterion mse = {.loss = LOSS_MSE, .labels = &label};
    loss_sample(&bce, z, 4, 0, delta);
    for (int j = 0; j < 4; j++)
        ck_assert_double_eq_tol(delta[j], (1 / (1 + exp(-z[j])) - (j == 1)) / 4, 1e-15);
    loss_sample(&mse, z, 4, 0, delta);
    for (int j = 0; j < 4; j++)
        ck_assert_double_eq_tol(delta[j], 2 * (z[j] - (j == 1)) / 4, 1e-15);
}
END_TEST

/* What the screen shows, also at the moment when the front has passed the output. */
static bool shows(struct stage *stage, const char *words)
{
    struct surface *surface = surface_create(120, 40);
    stage_look(stage, surface);
    bool found = stage_row(surface, words) >= 0;
    surface_destroy(surface);
    return found;
}

/* Of mse it may be the sigmoid of its z, and every view says which. */
START_TEST(the_outputs_own_sigmoid_is_told)
{
    for (int bends = 0; bends < 2; bends++) {
        const char *settings =
            bends ? "depth=2 width=4 loss=mse output=sigmoid" : "depth=2 width=4 loss=mse";
        struct why why = why_with(settings, 0, stage_view("layer"), 3);
        HAS(why.formula[0],
            bends ? "a_3 = σ(z_3),  its slope φ' = a (1 - a): mean 0.2"
                  : "a_3 = z_3: the output has no activation");
        HAS(why.text,
            bends ? "with the slope of the output's sigmoid in it"
                  : "so no slope has made it smaller yet");
        HAS(why_with(settings, 0, stage_view("units"), 3).text,
            bends ? "The loss reads the sigmoid of its z, which"
                  : "No activation: the loss reads its z, which");
        struct stage stage;
        stage_open(&stage, settings, 0);
        stage_type(&stage, "6]]]]");
        ck_assert(shows(&stage, bends ? "φ of sigmoid" : "no activation: a=z"));
        ck_assert(shows(&stage, bends ? "φ' of sigmoid" : "its slope is 1"));
        stage_type(&stage, "b");
        ck_assert(shows(
            &stage, bends ? "the output's mean slope," : "the output has no activation:"));
        ck_assert(shows(&stage, bends ? "sigmoid: at most 0.25" : "its slope is 1"));
        stage_close(&stage);
        /* A step that has come to the output: the mean shown is that of a. */
        stage_open_step(&stage, settings, 0);
        struct wave_moment moment = wave_stage(&stage.screen.wave.plan, 2);
        char text[WAVE_WORDS];
        moment.part = 1;
        wave_say(&stage.snapshot.seen, &moment, 118, text);
        HAS(text, bends ? "output: a = sigmoid(W a + b), mean " : "output: z = W a + b, mean ");
        wave_say(&stage.snapshot.seen, &moment, 30, text);
        HAS(text, bends ? "▴ out  a: " : "▴ out  z: ");
        screen_command(&stage.screen, "view flow");
        double at = 100;
        while (stage_moment(&stage, at).phase != WAVE_LOSS)
            at += 0.01;
        ck_assert(shows(&stage, bends ? "a mean " : "z mean "));
        stage_close(&stage);
    }
}
END_TEST

/* Where weights are 0 no slope is to blame, and no unit is silent. */
START_TEST(weights_of_zero_are_told_from_slopes_of_zero)
{
    struct stage stage;
    stage_open(&stage, "init=zeros", 3);
    for (int layer = 1; layer <= 10; layer++) {
        struct why why = why_of(&stage, stage_view("flow"), layer);
        LACKS(why.text, "inf");
        LACKS(why.text, "silent");
        LACKS(why.text, "The slopes of sigmoid leave");
        HAS(why.text, "is exactly 0");
        ck_assert_double_eq(stage.snapshot.seen.layers[layer - 1].weight_grad_norm, 0);
    }
    stage_close(&stage);
    /* Here slopes are 0, in layer 2. */
    struct why why =
        why_with("activation=relu init=he_normal depth=2 bias=-3", 0, stage_view("flow"), 2);
    HAS(why.text, "The slopes of relu leave 0 of the signal");
    HAS(why.text, "So layer 2 gets nothing of what the output sent out.");
    LACKS(why.text, "inf");
}
END_TEST

START_TEST(what_diverged_is_named_also_when_it_is_the_loss)
{
    struct stage stage;
    stage_open(&stage, "activation=relu init=he_normal gain=1.5 lr=0.1", 20);
    stage.snapshot.seen.divergence = (struct divergence){DIVERGED_LOSS, 7, 0, 0};
    struct scene scene = screen_scene(&stage.screen, stage_view("flow"));
    struct why why = {.formula_lines = 0};
    stage_view("flow")->why(&scene, &why);
    HAS(why.text, "first in the loss");
    LACKS(why.text, "layer 0");
    HAS(why.formula[0], "from layer 10 down to 1"); /* the output has no gain */
    stage_close(&stage);
}
END_TEST

/* Answers that are off by 1 and sure send next to nothing. */
START_TEST(an_output_that_bends_cuts_what_it_sends)
{
    const char *slope = "times the slope of its sigmoid";
    HAS(why_with("depth=2 output=sigmoid loss=mse", 1, stage_view("flow"), 3).text, slope);
    LACKS(why_with("depth=2 loss=mse", 1, stage_view("flow"), 3).text, slope);
    LACKS(why_with("depth=2", 1, stage_view("flow"), 3).text, slope);
}
END_TEST

/* tanh has slope exactly 0 on both sides, once 1 - a² is rounded to it. */
START_TEST(flat_slopes_are_told_on_their_sides)
{
    struct stage stage;
    stage_open(&stage, "activation=tanh init=normal gain=30 depth=2", 0);
    struct why why = why_of(&stage, stage_view("layer"), 1);
    HAS(why.text, "the slope is exactly 0");
    LACKS(why.text, "not above 0");
    const struct histogram *z = &stage.snapshot.layer_detail.distributions[DISTRIBUTION_Z];
    ck_assert_double_gt(z->maximum, 20);
    stage_close(&stage);
    HAS(why_with("activation=relu init=he_normal", 0, stage_view("layer"), 1).text,
        "z is not above 0");
}
END_TEST

START_TEST(the_boundary_is_told_by_the_number_of_outputs)
{
    const char *threshold = "the output crosses its threshold";
    const char *largest = "another output becomes the largest";
    HAS(why_with("depth=2", 1, stage_view("data"), 3).text, threshold);
    HAS(why_with("depth=2 loss=mse", 1, stage_view("data"), 3).text, threshold);
    HAS(why_with("depth=2 loss=softmax_ce", 1, stage_view("data"), 3).text, largest);
    HAS(why_with("depth=2 data=blobs", 1, stage_view("data"), 3).text, largest);
    HAS(why_with("depth=2 data=blobs loss=bce", 1, stage_view("data"), 3).text, largest);
    HAS(why_with("depth=2", 1, stage_view("data"), 2).text, "bent by the layers below it");
    HAS(why_with("depth=2 activation=linear", 1, stage_view("data"), 2).text,
        "straight in every layer");
}
END_TEST

START_TEST(clipping_that_did_nothing_says_so)
{
    static const char *const modes[] = {"norm", "value", "layerwise"};
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        char settings[100];
        (void)snprintf(
            settings, sizeof settings, "activation=tanh lr=0.03 clip_at=1e6 clip=%s", modes[i]);
        struct stage stage;
        stage_open(&stage, settings, 3);
        ck_assert_double_eq(stage.snapshot.seen.clip.fraction, 0);
        struct why why = why_of(&stage, stage_view("clip"), 1);
        HAS(why.text, "this step");
        LACKS(why.text, "so the gradient gets shorter");
        LACKS(why.text, "turns towards");
        LACKS(why.text, "so the whole gradient turns");
        stage_close(&stage);
    }
    /* A share would be 0.0 %. */
    HAS(why_with("clip=value clip_at=0.05", 0, stage_view("clip"), 1).formula[0],
        ", 1 of 9633 elements cut");
}
END_TEST

#define CLIPPED "activation=relu init=he_normal gain=1.5 lr=0.01 clip=norm "

START_TEST(a_shorter_gradient_is_a_shorter_step_by_sgd_alone)
{
    struct stage stage;
    stage_open(&stage, CLIPPED, 0);
    struct why why = why_of(&stage, stage_view("clip"), 1);
    double norm, step;
    const char *says = strstr(why.text, "The step is lr · ");
    ck_assert_msg(says != NULL, "%s", why.text);
    ck_assert_int_eq(sscanf(says, "The step is lr · %lf = %lf long", &norm, &step), 2);
    /* The step that is made: all parameters' changes together. */
    const struct training *t = stage.session->run->training;
    double square = 0;
    run_update(stage.session->run);
    for (int i = 0; i < t->network->layer_count; i++) {
        const struct layer *layer = &t->network->layers[i];
        for (size_t k = 0; k < layer_block(layer); k++)
            square += 0.01 * layer->gradients[k] * 0.01 * layer->gradients[k];
    }
    ck_assert_double_eq_tol(sqrt(square), step, 1e-12 + 6e-5 * step);
    stage_close(&stage);
    HAS(why_with(CLIPPED "weight_decay=0.1", 0, stage_view("clip"), 1).text,
        "but for the weight decay");
    static const char *const others[] = {"momentum", "nesterov", "rmsprop", "adam"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        char settings[120];
        (void)snprintf(settings, sizeof settings, CLIPPED "optimizer=%s", others[i]);
        struct why other = why_with(settings, 0, stage_view("clip"), 1);
        LACKS(other.text, "however steep");
        HAS(other.text, others[i]);
        HAS(other.text, i < 2 ? "adds one of length 1." : "gets no shorter by it");
        (void)snprintf(
            settings, sizeof settings, CLIPPED "weight_decay=0.1 optimizer=%s", others[i]);
        other = why_with(settings, 0, stage_view("clip"), 1);
        HAS(other.text,
            i < 2 ? "length 1 and the weight decay." : "weighs less beside the decay");
        LACKS(other.text, "cancels");
    }
    LACKS(why_with("optimizer=adam", 0, stage_view("clip"), 1).text, "one huge step");
    /* m / sqrt(v) has no bound where v forgets faster than m. */
    const char *bounds = "bounds the step even where";
    HAS(why_with("optimizer=adam", 0, stage_view("clip"), 1).text, bounds);
    HAS(why_with("optimizer=adam beta1=0 beta2=0", 0, stage_view("clip"), 1).text, bounds);
    HAS(why_with("optimizer=rmsprop beta2=0", 0, stage_view("clip"), 1).text, bounds);
    LACKS(why_with("optimizer=adam beta2=0.5", 0, stage_view("clip"), 1).text, bounds);
}
END_TEST

/* What is said of adam: a sixteenth of the gradient in every step makes the same steps. */
START_TEST(the_length_of_adams_step_does_not_follow_the_threshold)
{
    static const char *const optimizers[] = {"rmsprop", "adam"};
    for (size_t k = 0; k < ARRAY_LEN(optimizers); k++) {
        struct training *t[2];
        for (int i = 0; i < 2; i++) {
            char settings[160];
            (void)snprintf(settings, sizeof settings,
                "activation=relu init=he_normal gain=1.5 depth=4 lr=0.001 epsilon=1e-30 "
                "clip=norm optimizer=%s clip_at=%s",
                optimizers[k], i ? "0.125" : "0.0078125");
            t[i] = training_of(settings);
            training_go(t[i], 5);
            ck_assert_double_lt(t[i]->seen.clip.scale, 1);
        }
        for (int l = 0; l < 5; l++)
            ck_assert_double_eq_tol(t[0]->seen.layers[l].last_update_ratio.value /
                    t[1]->seen.layers[l].last_update_ratio.value,
                1, 1e-9);
        training_destroy(t[0]);
        training_destroy(t[1]);
    }
}
END_TEST

static struct why why_quantity(const char *settings, const char *quantity, int layer)
{
    static struct stage stage; /* not for each of many calls on one stack */
    char command[40];
    stage_open(&stage, settings, 3);
    stage.screen.view = stage_view("curves");
    (void)snprintf(command, sizeof command, "quantity %s", quantity);
    screen_command(&stage.screen, command);
    struct why why = why_of(&stage, stage_view("curves"), layer);
    stage_close(&stage);
    return why;
}

START_TEST(curves_promise_no_more_than_is_so)
{
    HAS(why_quantity("lr=0", "last_update_ratio", 1).text,
        "exactly 0: the weights stand still");
    struct why why = why_quantity("activation=tanh lr=0.1", "last_update_ratio", 1);
    HAS(why.text, "at most, if all go the same way");
    HAS(why.text, "steps or more for that");
    /* The norm that it is divided by is the one before the update. */
    double moved, before, ratio, now;
    why = why_quantity(
        "activation=tanh depth=1 width=4 lr=1 weight_decay=0.5", "last_update_ratio", 1);
    ck_assert_int_eq(sscanf(why.formula[1], " = %lf / %lf = %lf;  ‖W_1‖ = %lf now", &moved,
                         &before, &ratio, &now),
        4);
    ck_assert_double_eq_tol(moved / before, ratio, 0.02 * ratio);
    ck_assert(fabs(now - before) > 0.1 * before);
    why = why_quantity("activation=elu", "dead", 2);
    LACKS(why.text, "cannot");
    HAS(why.text, "falls to 0 all the same");
    LACKS(why_quantity("", "dead", 2).text, "cannot");
    why = why_quantity("activation=softplus", "saturated", 2);
    LACKS(why.text, "does not saturate");
    HAS(why.text, "falls to 0 all the same");
    LACKS(why_quantity("gain=8", "saturated", 2).text, "nothing but the signal");
    HAS(why_quantity("gain=8", "saturated", 2).text, "weight decay");
    HAS(why_quantity("activation=relu init=he_normal", "dead", 2).text, "or weight decay");
    HAS(why_quantity("depth=1", "gain", 1).text, "of the signal after 1 layer. The");
    LACKS(why_quantity("init=zeros", "gain", 10).formula[1], "by the slopes");
    LACKS(why_quantity("optimizer=momentum", "signal", 2).text, "lr times δ");
    HAS(why_quantity("optimizer=momentum", "signal", 2).text, "lr times a running sum of δ");
    HAS(why_quantity("clip=norm clip_at=1e-9", "signal", 2).text, ", clipped: ");
    LACKS(why_quantity("", "signal", 2).text, "decay");
    HAS(why_quantity("clip=norm weight_decay=0.1", "signal", 2).text,
        ", clipped, and weight decay shrinks it: ");
    HAS(why_quantity("lr=0.5 weight_decay=3.99", "signal", 2).text, "weight decay shrinks it");
    HAS(why_quantity("lr=1.5 weight_decay=2", "signal", 2).text,
        ", and weight decay multiplies it by -2 in each step: ");
    HAS(why_quantity("optimizer=momentum lr=1.5 weight_decay=2", "signal", 2).text,
        "a running sum of δ_2ᵀ a_1 / B, and of 2 W_2 by weight decay: ");
    HAS(why_quantity("depth=2", "signal", 2).text, "however good the layers above it get");
    why = why_quantity("depth=2", "signal", 3);
    HAS(why.text, "the less the output learns.");
    LACKS(why.text, "above it");
    LACKS(why.text, "lights up");
}
END_TEST

/* Whether some "inf" or "nan" stands alone in it. */
static bool has_no_number(const char *text)
{
    for (const char *at = text; *at; at++) {
        bool word = strncmp(at, "inf", 3) == 0 || strncmp(at, "nan", 3) == 0;
        if (word && (at == text || !isalpha((unsigned char)at[-1])) &&
            !isalpha((unsigned char)at[3]))
            return true;
    }
    return false;
}

START_TEST(no_sentence_divides_by_zero)
{
    static const char *const settings[] = {"init=zeros", "init=zeros activation=relu",
        "activation=relu init=he_normal depth=4 bias=-3",
        "activation=relu width=2 init=he_normal", "init=normal gain=0.01 depth=200 width=4",
        "lr=0", "init=constant gain=1 activation=tanh", "activation=softplus bias=-800 depth=3",
        "activation=tanh init=normal gain=1e4 depth=3", "init=zeros clip=norm",
        "init=zeros clip=value", "init=zeros clip=layerwise",
        "data=blobs init=zeros optimizer=adam"};
    const struct view *const shown[] = {stage_view("flow"), stage_view("clip"),
        stage_view("curves"), stage_view("data"), stage_view("layer"), stage_view("units")};
    int recorded = 0;
    while (record_layer_quantity_name(recorded))
        recorded++;
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct stage stage;
        stage_open(&stage, settings[i], 2);
        ck_assert(stage.snapshot.seen.divergence.kind == DIVERGED_NOT);
        int layers = stage.snapshot.seen.layer_count;
        for (size_t v = 0; v < ARRAY_LEN(shown); v++) {
            for (int k = 0; k < 5 * recorded; k++) {
                int layer = k % 5 == 0 ? layers : k % 5 == 1 ? layers - 1 : k % 5;
                if (k >= 5 && shown[v] != stage_view("curves"))
                    break;
                stage.screen.view = shown[v];
                if (shown[v] == stage_view("curves"))
                    screen_command(&stage.screen, "quantity");
                struct why why = why_of(&stage, shown[v], layer);
                for (int line = 0; line < why.formula_lines; line++)
                    ck_assert_msg(!has_no_number(why.formula[line]), "%s, %s, layer %d: %s",
                        settings[i], shown[v]->name, layer, why.formula[line]);
                ck_assert_msg(!has_no_number(why.text), "%s, %s, layer %d: %s", settings[i],
                    shown[v]->name, layer, why.text);
            }
        }
        stage_close(&stage);
    }
}
END_TEST

static void read_file(const char *name, char *text, size_t size)
{
    char path[512];
    const char *top = getenv("top_srcdir");
    (void)snprintf(path, sizeof path, "%s/%s", top ? top : ".", name);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s", path);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

/* The mean over the samples is in the gradient, not in δ. */
START_TEST(delta_is_that_of_one_sample_everywhere)
{
    enum { SIZE = 200000 };
    char *text = malloc(SIZE);
    ck_assert_ptr_nonnull(text);
    read_file("README.md", text, SIZE);
    ck_assert(!strstr(text, "∂loss/∂z") && strstr(text, "∂ℓ/∂z"));
    read_file("man/nablascope.1", text, SIZE);
    ck_assert(!strstr(text, "d loss / d z") && strstr(text, "d ell / d z"));
    free(text);
    bool said = false;
    for (int i = 0; i < view_count; i++) {
        for (const struct help_entry *entry = views[i]->help; entry->label; entry++) {
            LACKS(entry->text, "∂loss/∂z");
            said |= views[i] == stage_view("flow") && strstr(entry->text, "∂ℓ/∂z");
        }
    }
    ck_assert(said);
    /* And it is: of four samples none is divided by four. */
    struct training *t = training_of("samples=4 depth=1 width=2");
    training_go(t, 0);
    const struct layer *output = &t->network->layers[1];
    for (int s = 0; s < 4; s++) {
        double z = output->z[s * output->stride];
        int label = t->data->labels[t->batch[s]];
        ck_assert_double_eq_tol(
            output->delta[s * output->stride], 1 / (1 + exp(-z)) - label, 1e-15);
    }
    training_destroy(t);
}
END_TEST

/* Names and order of what the curves view can show. */
START_TEST(the_page_lists_the_recorded_quantities)
{
    enum { SIZE = 200000 };
    char *text = malloc(SIZE), expected[400] = "", found[400] = "";
    ck_assert_ptr_nonnull(text);
    read_file("man/nablascope.1", text, SIZE);
    for (int i = 0; record_layer_quantity_name(i); i++)
        (void)snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "%s ",
            record_layer_quantity_name(i));
    char *at = strstr(text, ".Sh THE CURVES VIEW"), *end = strstr(at, ".El");
    *end = '\0';
    while ((at = strstr(at, ".It Cm "))) {
        at += strlen(".It Cm ");
        (void)snprintf(found + strlen(found), sizeof found - strlen(found), "%.*s ",
            (int)strcspn(at, "\n"), at);
    }
    ck_assert_str_eq(found, expected);
    free(text);
}
END_TEST

START_TEST(events_are_counted_not_ordered)
{
    char text[160];
    alert_text(&(struct alert){.kind = ALERT_DEATH, .count = 3, .unit = 7, .layer = 2}, text,
        sizeof text);
    ck_assert_str_eq(text, "3 units, among them unit 7 of layer 2");
    alert_text(
        &(struct alert){.kind = ALERT_HALF_DEAD, .count = 2, .layer = 4}, text, sizeof text);
    ck_assert_str_eq(text, "half of the units or more, in 2 layers, the lowest is 4");
    alert_text(
        &(struct alert){.kind = ALERT_HALF_DEAD, .count = 1, .layer = 4}, text, sizeof text);
    ck_assert_str_eq(text, "half of the units of layer 4, or more");
}
END_TEST

Suite *sentences_suite(void)
{
    return SUITE("sentences", the_output_is_told_by_its_loss, the_outputs_own_sigmoid_is_told,
        weights_of_zero_are_told_from_slopes_of_zero,
        what_diverged_is_named_also_when_it_is_the_loss,
        an_output_that_bends_cuts_what_it_sends, flat_slopes_are_told_on_their_sides,
        the_boundary_is_told_by_the_number_of_outputs, clipping_that_did_nothing_says_so,
        a_shorter_gradient_is_a_shorter_step_by_sgd_alone,
        the_length_of_adams_step_does_not_follow_the_threshold,
        curves_promise_no_more_than_is_so, no_sentence_divides_by_zero,
        delta_is_that_of_one_sample_everywhere, the_page_lists_the_recorded_quantities,
        events_are_counted_not_ordered);
}
