/* The curves view: its axes, and that each cell shows the step and layer it stands for. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "ui/draw/axis.h"
#include "ui/draw/chart.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/timeline.h"
#include "ui/views/curves.h"
#include "ui_screens.h"

static const uint64_t totals[] = {1, 2, 3, 7, 16, 59, 60, 61, 100, 255, 256, 257, 1000, 4097,
    65536, 1000003, UINT64_C(123456789012)};

START_TEST(a_timeline_shows_recorded_steps_in_order)
{
    for (int kind = 0; timeline_name(kind); kind++) {
        for (size_t i = 0; i < ARRAY_LEN(totals); i++) {
            for (int width = 2; width <= 300; width += 13) {
                uint64_t newest = totals[i] - 1;
                struct timeline t = timeline_of((enum timeline_kind)kind, totals[i], width);
                int end = timeline_columns(&t);
                ck_assert(0 < end && end <= (width < 4 ? 4 : width));
                ck_assert_uint_eq(timeline_step(&t, end - 1), newest);
                if (kind != TIMELINE_RECENT)
                    ck_assert_uint_eq(timeline_first(&t, 0), 0);
                for (int column = 0; column < end; column++) {
                    uint64_t step = timeline_step(&t, column);
                    bool recent = step + STEP_ROWS_RECENT > newest;
                    ck_assert(recent || step_rows_keeps(step));
                    ck_assert_uint_le(timeline_first(&t, column), step);
                    if (column > 0 && step > timeline_step(&t, column - 1))
                        ck_assert_uint_eq(
                            timeline_first(&t, column), timeline_step(&t, column - 1) + 1);
                    ck_assert_uint_ge(step, column > 0 ? timeline_step(&t, column - 1) : 0);
                    ck_assert_uint_eq(timeline_step(&t, timeline_column(&t, step)), step);
                }
            }
        }
    }
}
END_TEST

START_TEST(each_kind_of_timeline_has_its_scale)
{
    /* Linear: a power of two a column, the same for all columns but the newest. */
    struct timeline t = timeline_of(TIMELINE_LINEAR, 1000, 60);
    for (int column = 0; column + 1 < timeline_columns(&t); column++)
        ck_assert_uint_eq(timeline_step(&t, column), 32u * (unsigned)column);
    /* It holds still until the width is full; then it holds twice as much. */
    ck_assert_uint_eq(timeline_of(TIMELINE_LINEAR, 32 * 59 + 1, 60).pace, 32);
    ck_assert_uint_eq(timeline_of(TIMELINE_LINEAR, 32 * 59 + 2, 60).pace, 64);
    /* A few steps are wide. */
    t = timeline_of(TIMELINE_LINEAR, 5, 60);
    ck_assert(timeline_columns(&t) == 40 && timeline_step(&t, 23) == 2);
    /* Logarithmic: as many columns from 1 to 2, from 2 to 4, … (steps count from 0). */
    t = timeline_of(TIMELINE_LOG, 4095, 120);
    for (uint64_t power = 8; 2 * power < 4095; power *= 2)
        ck_assert_int_eq(
            timeline_column(&t, 2 * power - 1) - timeline_column(&t, power - 1), 10);
    /* Recent: one a column; it turns the page by a quarter of the width. */
    int turns = 0;
    for (uint64_t total = 61; total < 400; total++) {
        struct timeline before = timeline_of(TIMELINE_RECENT, total - 1, 60);
        t = timeline_of(TIMELINE_RECENT, total, 60);
        ck_assert(t.first == before.first ||
            (t.first == before.first + 15 && timeline_columns(&before) == 60 &&
                timeline_columns(&t) == 46));
        ck_assert_uint_eq(timeline_step(&t, 7), t.first + 7);
        turns += t.first != before.first;
    }
    ck_assert_int_gt(turns, 20);
    ck_assert_int_eq(timeline_column(&t, t.first - 1), -1);
}
END_TEST

START_TEST(a_value_axis_keeps_still_and_shrinks_late)
{
    struct value_axis axis = {.set = false};
    value_axis_update(&axis, true, 0.3, 0.69);
    ck_assert(value_axis_low(&axis) == 0.1 && value_axis_high(&axis) == 1);
    for (int i = 0; i < 500; i++)
        value_axis_update(&axis, true, 0.21 + 0.001 * (i % 90), 0.6 + 0.001 * (i % 300));
    ck_assert(value_axis_low(&axis) == 0.1 && value_axis_high(&axis) == 1);
    value_axis_update(&axis, true, 0.004, 7); /* grows at once */
    ck_assert(value_axis_low(&axis) == 0.002 && value_axis_high(&axis) == 10);
    for (int i = 0; i < 60; i++)
        value_axis_update(&axis, true, 0.3, 0.69);
    ck_assert(value_axis_low(&axis) == 0.002 && value_axis_high(&axis) == 10);
    value_axis_update(&axis, true, 0.3, 0.69);
    ck_assert(value_axis_low(&axis) == 0.1 && value_axis_high(&axis) == 1);
    ck_assert_double_eq_tol(value_axis_share(&axis, sqrt(0.1)), 0.5, 1e-15);
    ck_assert(value_axis_share(&axis, 0) == 0 && value_axis_share(&axis, 1e9) == 1);
    value_axis_update(&axis, true, 0.004, 0.69); /* at the lower end alone, too */
    for (int i = 0; i < 61; i++)
        value_axis_update(&axis, true, 0.3, 0.69);
    ck_assert(value_axis_low(&axis) == 0.1 && value_axis_high(&axis) == 1);
    value_axis_update(&axis, false, 0.3, 0.69); /* linear: from 0, at once */
    ck_assert(value_axis_low(&axis) == 0 && value_axis_high(&axis) == 1);
    ck_assert_double_eq(value_axis_share(&axis, 0.25), 0.25);
}
END_TEST

START_TEST(rungs_are_one_two_five)
{
    static const double rungs[] = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100};
    for (int i = 0; i < (int)ARRAY_LEN(rungs); i++)
        ck_assert(axis_rung(i - 6) == rungs[i]);
    char text[16];
    axis_rung_text(-16, text);
    ck_assert_str_eq(text, "5e-6");
    axis_rung_text(8, text);
    ck_assert_str_eq(text, "500");
}
END_TEST

START_TEST(a_span_is_solid_between_its_values)
{
    struct surface *surface = surface_create(4, 4);
    struct chart_span spans[] = {{0.55, 0.55}, {0, 1}, {NAN, NAN}, {1, 0}};
    chart_spans(surface, (struct rect){0, 0, 4, 4}, ROLE_LOSS, spans, 4);
    const struct cell *cells = surface->cells;
    /* 0.55 of 31 eighths and one: 18, so two eighths in the third row from below. */
    ck_assert_uint_eq(cells[0].glyph, ' ');
    ck_assert_uint_eq(cells[4].glyph, glyph_vertical(2));
    ck_assert_uint_eq(cells[8].glyph, 0x2591);
    for (int row = 0; row < 4; row++) {
        ck_assert_uint_eq(cells[row * 4 + 1].glyph, glyph_vertical(8));
        ck_assert(cells[row * 4 + 2].glyph == '!' && cells[row * 4 + 2].role == ROLE_BAD);
        ck_assert_uint_eq(cells[row * 4 + 3].glyph, ' ');
    }
    surface_destroy(surface);
}
END_TEST

/* The map's row of a layer in a screen of 120x40 with 11 layers: found by its number. */
static int row_of(const struct surface *surface, const char *number)
{
    for (int y = surface->height - 1; y >= 0; y--) { /* above are limits of curves */
        char text[4] = "";
        for (int i = 0; i < 3; i++)
            text[i] = (char)surface->cells[y * surface->width + 8 + i].glyph;
        if (strcmp(text, number) == 0)
            return y;
    }
    ck_abort_msg("no row for layer %s", number);
    return -1;
}

START_TEST(each_cell_of_the_map_is_the_layer_at_that_step)
{
    enum { STEPS = 90, WIDTH = 120, LEFT = 12 };
    struct hparams hparams = hparams_of("gain=4");
    struct training *training = training_of("gain=4");
    static double deltas[STEPS + 1][11];
    for (int step = 0; step <= STEPS; step++) {
        ck_assert(training_evaluate(training, false));
        for (int l = 0; l < 11; l++)
            deltas[step][l] = training->seen.layers[l].signal;
        training_clip(training);
        training_update(training);
    }
    training_destroy(training);
    struct stage stage;
    stage_open(&stage, "gain=4", STEPS);
    struct surface *surface = surface_create(WIDTH, 40);
    screen_key(&stage.screen, '4');
    stage_look(&stage, surface);
    const struct value_axis *axis =
        &((struct curves_state *)stage_state(&stage, "curves"))->shade;
    int differing = 0;
    for (int l = 0; l < 11; l++) {
        char number[4];
        (void)snprintf(number, sizeof number, l == 10 ? "out" : "%3d", l + 1);
        int y = row_of(surface, number);
        for (int step = 0; step <= STEPS; step++) {
            double share = log(deltas[step][l] / value_axis_low(axis)) /
                log(value_axis_high(axis) / value_axis_low(axis));
            share = fmin(fmax(share, 0), 1);
            int shade = (int)floor(share * RAMP_STEPS);
            shade = shade == RAMP_STEPS ? RAMP_STEPS - 1 : shade;
            const struct cell *cell = &surface->cells[y * WIDTH + LEFT + step];
            ck_assert_int_eq(cell->role, ROLE_RAMP + shade);
            ck_assert_int_eq(cell->back, ROLE_RAMP + shade);
            differing += shade != RAMP_STEPS - 1;
        }
    }
    ck_assert_int_gt(differing, 500); /* not all the same */
    ck_assert_int_eq(hparams.depth, 10);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

START_TEST(gains_have_shades_of_their_own)
{
    /* Rotations keep lengths: 1, the sixth; 0.05 by small weights: below the first. */
    static const struct {
        const char *settings;
        int shade;
    } cases[] = {{"activation=linear init=orthogonal depth=10", 5},
        {"activation=relu init=normal gain=0.01 depth=10", 0}};
    struct surface *surface = surface_create(120, 40);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct stage stage;
        stage_open(&stage, cases[i].settings, 0);
        screen_key(&stage.screen, '4');
        screen_command(&stage.screen, "quantity gain");
        stage_look(&stage, surface);
        for (int l = 1; l < 10; l++) {
            char number[16];
            (void)snprintf(number, sizeof number, "%3d", l);
            const struct cell *cell = &surface->cells[row_of(surface, number) * 120 + 12];
            ck_assert_int_eq(cell->role, ROLE_RAMP + cases[i].shade);
        }
        stage_close(&stage);
    }
    surface_destroy(surface);
}
END_TEST

START_TEST(a_curve_is_as_thick_as_its_range_over_a_column)
{
    enum { STEPS = 1000, WIDTH = 80, LEFT = 12, COLUMNS = 59, PACE = 32 };
    const char *settings = "depth=2 width=6 samples=40 batch=5 activation=tanh lr=1";
    struct training *training = training_of(settings);
    static double losses[STEPS + 1];
    for (int step = 0; step <= STEPS; step++) {
        ck_assert(training_evaluate(training, false));
        losses[step] = training->seen.loss;
        training_clip(training);
        training_update(training);
    }
    training_destroy(training);
    struct stage stage;
    stage_open(&stage, settings, STEPS);
    struct surface *surface = surface_create(WIDTH, 24), *plain = surface_create(WIDTH, 24);
    screen_key(&stage.screen, '4');
    stage_look(&stage, surface);
    const struct value_axis *axis =
        &((struct curves_state *)stage_state(&stage, "curves"))->loss;
    struct chart_span spans[COLUMNS];
    int count = (STEPS + PACE - 1) / PACE + 1;
    for (int column = 0; column < count; column++) {
        int last = column * PACE < STEPS ? column * PACE : STEPS;
        double low = INFINITY, high = 0;
        for (int step = column == 0 ? 0 : (column - 1) * PACE + 1; step <= last; step++) {
            low = fmin(low, losses[step]);
            high = fmax(high, losses[step]);
        }
        ck_assert(value_axis_low(axis) <= low && high <= value_axis_high(axis));
        spans[column] =
            (struct chart_span){value_axis_share(axis, low), value_axis_share(axis, high)};
        ck_assert(column == 0 || low < high);
    }
    chart_spans(plain, (struct rect){LEFT, 5, COLUMNS, 2}, ROLE_LOSS, spans, count);
    for (int x = LEFT; x < LEFT + count; x++)
        ck_assert_msg(surface->cells[6 * WIDTH + x].glyph == plain->cells[6 * WIDTH + x].glyph,
            "column %d", x - LEFT);
    surface_destroy(surface);
    surface_destroy(plain);
    stage_close(&stage);
}
END_TEST

static bool shows(const struct surface *surface, const char *text)
{
    for (int y = 0; y < surface->height; y++) {
        for (int x = 0; x < surface->width; x++) {
            size_t i = 0;
            while (text[i] && x + (int)i < surface->width &&
                surface->cells[y * surface->width + x + (int)i].glyph == (uint32_t)text[i])
                i++;
            if (!text[i])
                return true;
        }
    }
    return false;
}

START_TEST(keys_and_commands_choose_what_is_shown)
{
    struct stage stage;
    stage_open(&stage, "activation=tanh", 20);
    struct surface *surface = surface_create(80, 24);
    const struct curves_state *options = stage_state(&stage, "curves");
    screen_key(&stage.screen, '4');
    for (int q = 0; record_layer_quantity_name(q); q++) {
        enum quantity_id id = record_layer_quantity(q);
        ck_assert_int_eq(options->quantity, q);
        stage_look(&stage, surface);
        ck_assert_int_eq(stage.snapshot.record.quantity, id);
        ck_assert(shows(surface, "do not count as dead") == (id == QUANTITY_DEAD));
        screen_key(&stage.screen, 'u');
    }
    ck_assert_int_eq(options->quantity, 0);
    /* Where there is no room for both sentences the one about the key goes. */
    ck_assert(surface_resize(surface, 40, 10));
    screen_command(&stage.screen, "quantity dead");
    stage_look(&stage, surface);
    ck_assert(shows(surface, "it is 0 on no half-line.") && !shows(surface, "The"));
    screen_command(&stage.screen, "quantity signal");
    screen_key(&stage.screen, 'y');
    ck_assert(options->linear);
    screen_key(&stage.screen, 'x');
    ck_assert_int_eq(options->time, TIMELINE_LOG);
    screen_command(&stage.screen, "time recent");
    ck_assert_int_eq(options->time, TIMELINE_RECENT);
    screen_command(&stage.screen, "quantity gain");
    ck_assert_int_eq(record_layer_quantity(options->quantity), QUANTITY_GAIN);
    screen_command(&stage.screen, "quantity gian");
    ck_assert(stage.screen.message_is_error);
    ck_assert_ptr_nonnull(strstr(stage.screen.message, "did you mean 'gain'?"));
    ck_assert_int_eq(record_layer_quantity(options->quantity), QUANTITY_GAIN);
    /* Words of before are told what they are called now. */
    screen_command(&stage.screen, "quantity delta");
    ck_assert_ptr_nonnull(strstr(stage.screen.message, "did you mean 'signal'?"));
    screen_command(&stage.screen, "quantity gradient");
    ck_assert_ptr_nonnull(strstr(stage.screen.message, "did you mean 'weight_grad_norm'?"));
    screen_command(&stage.screen, "quantity update");
    ck_assert_ptr_nonnull(strstr(stage.screen.message, "did you mean 'last_update_ratio'?"));
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

START_TEST(what_has_no_shade_has_a_sign)
{
    struct stage stage;
    struct surface *surface = surface_create(120, 40);
    /* Everything dead: the error signal is exactly 0, gains are undefined below. */
    stage_open(&stage, "activation=relu init=he_normal depth=3 bias=-9", 3);
    screen_key(&stage.screen, '4');
    stage_look(&stage, surface);
    ck_assert(shows(surface, "  1 00000000"));
    screen_command(&stage.screen, "quantity gain");
    stage_look(&stage, surface);
    ck_assert(shows(surface, "  1 --------"));
    stage_close(&stage);
    stage_open(&stage, "activation=relu init=he_normal gain=1.5 lr=0.1", 50);
    screen_key(&stage.screen, '4');
    stage_look(&stage, surface);
    ck_assert(shows(surface, "diverged"));
    const struct cell *out = &surface->cells[row_of(surface, "out") * 120 + 12];
    ck_assert_uint_eq(stage.snapshot.seen.step, 4); /* 8 columns a step */
    ck_assert(out[31].glyph != '!' && out[32].glyph == '!' && out[39].role == ROLE_BAD);
    stage_close(&stage);
    surface_destroy(surface);
}
END_TEST

/* Column of the first shade in the key above the map. */
static int ramp_column(const struct surface *surface)
{
    for (int i = 0; i < surface->width * surface->height; i++) {
        if (surface->cells[i].role == ROLE_RAMP)
            return i % surface->width;
    }
    return -1;
}

/* Only what is about the quantity changes with it. */
START_TEST(another_quantity_leaves_the_rest_in_its_place)
{
    struct stage stage;
    stage_open(&stage, "activation=relu init=he_normal lr=0.1", 20);
    struct surface *surface = surface_create(120, 40);
    screen_key(&stage.screen, '4');
    stage_look(&stage, surface);
    struct curves_state *options = stage_state(&stage, "curves");
    /* As if larger values had been shown a moment ago. */
    int loss = options->loss.high += 2, norm = options->norm.high += 2;
    int column = ramp_column(surface);
    ck_assert_int_gt(column, 20);
    for (int i = 0; record_layer_quantity_name(i); i++) {
        screen_key(&stage.screen, 'u');
        stage_look(&stage, surface);
        ck_assert_int_eq(options->loss.high, loss);
        ck_assert_int_eq(options->norm.high, norm);
        ck_assert_int_eq(ramp_column(surface), column);
    }
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* Rings: of every two columns the one with the larger test loss has none that is lower; as high
 * as the curve where both are alike; and the present value below the curve's. */
START_TEST(what_is_held_out_is_a_line_of_rings)
{
    static const char *const settings[] = {
        "activation=tanh depth=3 noise=0.4 samples=60 test=0.5 lr=0.5",
        "activation=relu init=he_normal depth=2 samples=300 test=0.3 batch=30 lr=0.05"};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct stage stage;
        struct surface *surface = surface_create(80, 24);
        stage_open(&stage, settings[i], 700);
        screen_command(&stage.screen, "view curves");
        stage_look(&stage, surface);
        const struct record_copy *record = &stage.snapshot.record;
        struct timeline time = timeline_of(TIMELINE_LINEAR, record->steps.total, 80 - 12 - 9);
        int top = stage_row(surface, "loss      "), rows[TIMELINE_WIDEST], rings = 0;
        double values[TIMELINE_WIDEST];
        ck_assert_int_gt(top, 0);
        bool low = stage_row(surface, "○ test") < 0; /* two rows, and the word beside a limit */
        ck_assert_int_eq(stage_row(surface, low ? "○test" : "○ test"), top + 1);
        for (int x = 0; x < timeline_columns(&time); x += 2) {
            uint64_t step = timeline_step(&time, x);
            values[rings] = record_range(record, QUANTITY_TEST_LOSS, step, step).last.value;
            rows[rings] = -1;
            for (int y = top; y < top + 3 - low; y++) {
                if (surface->cells[y * 80 + 12 + x].glyph == GLYPH_RING)
                    rows[rings] = y;
            }
            ck_assert_int_ge(rows[rings++], 0);
        }
        ck_assert_int_gt(rings, 10);
        for (int a = 0; a < rings; a++) {
            for (int b = 0; b < rings; b++)
                ck_assert(values[a] <= values[b] || rows[a] <= rows[b]);
        }
        ck_assert(rows[rings - 1] < top + 2 || i > 0); /* it has risen again */
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

Suite *curves_view_suite(void)
{
    return SUITE("curves view", a_timeline_shows_recorded_steps_in_order,
        each_kind_of_timeline_has_its_scale, a_value_axis_keeps_still_and_shrinks_late,
        rungs_are_one_two_five, a_span_is_solid_between_its_values,
        each_cell_of_the_map_is_the_layer_at_that_step, gains_have_shades_of_their_own,
        a_curve_is_as_thick_as_its_range_over_a_column, keys_and_commands_choose_what_is_shown,
        what_has_no_shade_has_a_sign, what_is_held_out_is_a_line_of_rings,
        another_quantity_leaves_the_rest_in_its_place);
}
