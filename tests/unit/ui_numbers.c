/* The data view where numbers are to be predicted: what it draws and says, against plain sums.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/probe.h"
#include "core/training.h"
#include "suites.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui_screens.h"

enum { SAMPLES = 40 };

/* y = 20 + 5 sin x1 + the other inputs; of standardized data as --standardize does it. */
static void give(struct stage *stage, int inputs, bool standardize)
{
    struct session *session = stage->session;
    struct dataset *data = dataset_create(
        &(struct data_shape){.samples = SAMPLES, .inputs = inputs, .targets = 1});
    struct rng rng;
    ck_assert_ptr_nonnull(data);
    rng_init(&rng, 3, RNG_DATA, 0);
    for (int s = 0; s < SAMPLES; s++) {
        double sum = 0;
        for (int i = 0; i < inputs; i++) {
            data->values[s * inputs + i] = rng_normal(&rng);
            sum += i == 0 ? 5 * sin(data->values[s * inputs]) : data->values[s * inputs + i];
        }
        data->targets[s] = 20 + sum;
    }
    data->target_info[0].name = malloc(8);
    ck_assert_ptr_nonnull(data->target_info[0].name);
    (void)strcpy(data->target_info[0].name, "mpg");
    if (standardize)
        dataset_standardize(data);
    training_destroy(session->run->training);
    session->run->training = training_create(&session->hparams, data, session->kernels, NULL);
    ck_assert_ptr_nonnull(session->run->training);
    session->run->evaluated = false;
    session->runs++;
    stage_advance(stage, 30);
}

static bool shows(const struct surface *surface, const char *words)
{
    return stage_row(surface, words) >= 0;
}

/* 1 - Σ (o - y)² / Σ (mean - y)², of the parameters at hand. */
static double plain_r2(const struct training *t)
{
    struct probe probe = {0};
    double o[SAMPLES], mean = 0, left = 0, all = 0;
    ck_assert(probe_run(&probe, t->network, t->data->values, SAMPLES, o, NULL, NULL));
    for (int s = 0; s < SAMPLES; s++)
        mean += t->data->targets[s] / SAMPLES;
    for (int s = 0; s < SAMPLES; s++) {
        left += pow(o[s] - t->data->targets[s], 2);
        all += pow(mean - t->data->targets[s], 2);
    }
    probe_clear(&probe);
    return 1 - left / all;
}

/* A sigmoid cannot answer a mean that lies outside of 0 to 1. */
START_TEST(who_cannot_answer_the_mean_is_not_compared_with_it)
{
    for (int bends = 0; bends < 2; bends++) {
        struct stage stage;
        struct surface *s = surface_create(80, 24);
        stage_open(&stage,
            bends ? "activation=tanh depth=2 width=6 standardize=off output=sigmoid"
                  : "activation=tanh depth=2 width=6 standardize=off",
            0);
        screen_command(&stage.screen, "view data");
        give(&stage, 1, false);
        stage_look(&stage, s);
        ck_assert_int_eq(shows(s, "best constant answer: "), bends);
        ck_assert_int_eq(shows(s, "the mean alone: "), !bends);
        surface_destroy(s);
        stage_close(&stage);
    }
}
END_TEST

START_TEST(what_is_said_of_numbers_is_so)
{
    static const struct {
        int inputs;
        bool standardize;
        const char *settings, *title, *unit, *alone;
    } cases[] = {{1, true, "lr=0.1", "mpg over standardised x1", "in variances of mpg",
                     "the mean alone: 1"},
        {1, false, "lr=0.003 standardize=off", "mpg over x1", "in units of mpg²", NULL},
        {1, true, "lr=0.1 input_scale=2 input_offset=1", "mpg over standardised x1 × 2 + 1",
            "in variances of mpg", "the mean alone: 1"},
        {3, true, "lr=0.1 batch=7", "mpg: answered, over what it is", "in variances of mpg",
            "the mean alone: 1"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct stage stage;
        struct surface *s = surface_create(80, 24);
        char settings[100], words[40];
        (void)snprintf(
            settings, sizeof settings, "activation=tanh depth=2 width=6 %s", cases[i].settings);
        stage_open(&stage, settings, 0);
        screen_command(&stage.screen, "view data");
        give(&stage, cases[i].inputs, cases[i].standardize);
        stage_look(&stage, s);
        const struct training *t = stage.session->run->training;
        const struct plane_detail *plane = &stage.snapshot.plane;
        ck_assert(plane->valid && plane->targets == 1 && plane->dot_count == SAMPLES);
        ck_assert_msg(shows(s, cases[i].title), "%zu: %s", i, cases[i].title);
        ck_assert(shows(s, cases[i].unit) && shows(s, "loss: mean of (o - y)²"));
        ck_assert(!cases[i].alone || shows(s, cases[i].alone));
        double r2 = plain_r2(t);
        (void)snprintf(words, sizeof words, "R² %.3f", r2);
        ck_assert_msg(shows(s, words), "%zu: %s", i, words);
        ck_assert(r2 < 1);
        /* No accuracy, nobody is right or wrong. */
        ck_assert(shows(s, "acc   -") && !shows(s, "right") && !shows(s, "wrong"));
        ck_assert_msg(fabs(t->seen.constant_loss - (cases[i].standardize ? 1 : 13)) <
                (cases[i].standardize ? 1e-12 : 6),
            "%g", t->seen.constant_loss);
        surface_destroy(s);
        stage_close(&stage);
    }
}
END_TEST

/* The curve stands at the output of each column's x, the samples where they are. */
START_TEST(the_curve_is_the_output)
{
    struct stage stage;
    struct surface *s = surface_create(80, 24);
    stage_open(&stage, "activation=tanh depth=2 width=6 lr=0.1", 0);
    screen_command(&stage.screen, "view data");
    give(&stage, 1, true);
    stage_look(&stage, s);
    const struct training *t = stage.session->run->training;
    const struct plane_detail *plane = &stage.snapshot.plane;
    const struct target *info = &t->data->target_info[0];
    int first = stage_row(s, "mpg over") + 1, rings = 0, discs = 0, checked = 0;
    bool taken[43 * 40] = {false};
    double low = INFINITY, high = -INFINITY;
    for (int i = 0; i < SAMPLES; i++) {
        low = fmin(low, info->mean + info->scale * t->data->targets[i]);
        high = fmax(high, info->mean + info->scale * t->data->targets[i]);
    }
    double room = 0.08 * (high - low);
    /* Below the picture stand the numbers of the axis. */
    int rows = 0;
    for (bool numbers = false; !numbers && first + rows < 24; rows += !numbers) {
        for (int c = 0; c < 43; c++) {
            uint32_t glyph = s->cells[(first + rows) * 80 + 9 + c].glyph;
            numbers = numbers || (glyph >= '0' && glyph <= '9');
        }
    }
    ck_assert_int_gt(rows, 4);
    struct probe probe = {0};
    for (int c = 0; c < 43; c++) {
        double x = plane->left + (plane->right - plane->left) * (c + 0.5) / 43, o;
        ck_assert(probe_run(&probe, t->network, &x, 1, &o, NULL, NULL));
        double y = info->mean + info->scale * o;
        int row = (int)floor((high + room - y) / (high - low + 2 * room) * rows);
        for (int r = -1; r <= rows; r++) {
            if (first + r < 0 || s->cells[(first + r) * 80 + 9 + c].glyph != GLYPH_RULE)
                continue;
            ck_assert_msg(abs(r - row) <= 1, "column %d: row %d, not %d", c, r, row);
            checked++;
        }
        for (int r = 0; r < rows; r++) {
            uint32_t glyph = s->cells[(first + r) * 80 + 9 + c].glyph;
            rings += glyph == GLYPH_RING;
            discs += glyph == GLYPH_DISC;
            /* Filled where the curve is, and only there. */
            ck_assert(glyph != GLYPH_DISC || abs(r - row) <= 1);
            taken[c * 40 + r] = glyph == GLYPH_RING || glyph == GLYPH_DISC;
        }
    }
    probe_clear(&probe);
    /* Every sample is seen. */
    for (int i = 0; i < SAMPLES; i++) {
        double x = t->data->values[i], y = info->mean + info->scale * t->data->targets[i];
        int c = (int)floor((x - plane->left) / (plane->right - plane->left) * 43);
        int row = (int)floor((high + room - y) / (high - low + 2 * room) * rows);
        ck_assert_msg(c < 0 || c >= 43 || taken[c * 40 + row], "sample %d", i);
    }
    ck_assert_int_gt(checked, 20);
    ck_assert_int_gt(rings, 3);
    ck_assert_int_gt(discs, 0);
    surface_destroy(s);
    stage_close(&stage);
}
END_TEST

/* In every size, big or not, with why: nothing is drawn of classes, and nothing ends it. */
START_TEST(numbers_are_drawn_in_every_size)
{
    static const int sizes[][2] = {{80, 24}, {40, 10}, {41, 16}, {120, 40}, {200, 60}};
    for (int inputs = 1; inputs <= 3; inputs += 2) {
        for (size_t i = 0; i < ARRAY_LEN(sizes) * 2; i++) {
            struct stage stage;
            struct surface *s = surface_create(sizes[i / 2][0], sizes[i / 2][1]);
            stage_open(&stage, "activation=tanh width=6,3 lr=0.1", 0);
            stage.screen.presenting = i % 2 > 0;
            screen_command(&stage.screen, "view data");
            give(&stage, inputs, true);
            stage_look(&stage, s);
            ck_assert_msg(shows(s, "mpg") || s->height == 10, "%dx%d", s->width, s->height);
            ck_assert(!shows(s, "class"));
            screen_command(&stage.screen, "why");
            stage_look(&stage, s);
            ck_assert(sizes[i / 2][0] < 80 || shows(s, "mean of (o - y)²"));
            ck_assert(!shows(s, "boundary") && !shows(s, "class changes"));
            surface_destroy(s);
            stage_close(&stage);
        }
    }
}
END_TEST

/* A name that has not the room is cut between its characters. */
START_TEST(a_long_name_is_cut_as_text)
{
    struct stage stage;
    struct surface *s = surface_create(80, 24);
    stage_open(&stage, "activation=tanh width=6,3 lr=0.1", 0);
    screen_command(&stage.screen, "view data");
    give(&stage, 1, true);
    struct target *target = stage.session->run->training->data->target_info;
    free(target->name);
    target->name = strdup("Gröööößen");
    for (int look = 0; look < 2; look++)
        stage_look(&stage, s);
    ck_assert(shows(s, "in variances of Gröööö "));
    surface_destroy(s);
    stage_close(&stage);
}
END_TEST

/* They have no maps: neither a key for them nor an answer that says which is shown. */
START_TEST(numbers_have_no_maps)
{
    struct stage stage;
    struct surface *s = surface_create(120, 40);
    stage_open(&stage, "activation=tanh width=6,3 lr=0.1", 0);
    screen_command(&stage.screen, "view data");
    for (int look = 0; look < 2; look++)
        stage_look(&stage, s);
    ck_assert(shows(s, "m map"));
    give(&stage, 1, true);
    for (int look = 0; look < 2; look++)
        stage_look(&stage, s);
    ck_assert(!shows(s, "m map"));
    screen_key(&stage.screen, 'm');
    ck_assert(stage.screen.message_is_error);
    HAS(stage.screen.message, "no maps");
    surface_destroy(s);
    stage_close(&stage);
}
END_TEST

Suite *numbers_suite(void)
{
    return SUITE("numbers", what_is_said_of_numbers_is_so,
        who_cannot_answer_the_mean_is_not_compared_with_it, the_curve_is_the_output,
        numbers_are_drawn_in_every_size, numbers_have_no_maps, a_long_name_is_cut_as_text);
}
