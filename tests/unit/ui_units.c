/* The units view: the grid, the sentences, what stands out, and that the picture is the data.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "ui/draw/glyphs.h"
#include "ui/views/units.h"
#include "ui_screens.h"

/* A snapshot of layers of two units, the first of which is watched; made by hand. */
struct bench {
    struct snapshot snapshot;
    struct unit_stats units[4];
    struct layer_stats layers[3];
};

static void bench_make(struct bench *bench, enum activation activation, enum unit_state state)
{
    memset(bench, 0, sizeof *bench);
    struct snapshot *s = &bench->snapshot;
    hparams_init(&s->seen.hparams);
    s->seen.hparams.width = 2;
    s->seen.hparams.activation = (int)activation;
    s->seen.activation = activation_info(activation, 0.01);
    s->units = bench->units;
    s->seen.layers = bench->layers;
    for (int l = 0; l < 3; l++)
        bench->layers[l].units = 2;
    bench->units[0].state = (unsigned char)state;
    s->unit = (struct unit_detail){.valid = true,
        .layer = 1,
        .unit = 1,
        .hidden = true,
        .samples = 200,
        .record = {.died_at = -1, .revived_at = -1, .alive_at = -1}};
}

#define SAYS(function, expected)                                                               \
    do {                                                                                       \
        char said[UNIT_WORDS];                                                                 \
        function(&bench.snapshot, said);                                                       \
        ck_assert_str_eq(said, expected);                                                      \
    } while (0)

START_TEST(a_dead_unit_is_explained)
{
    struct bench bench;
    bench_make(&bench, ACTIVATION_RELU, UNIT_DEAD);
    struct unit_detail *u = &bench.snapshot.unit;
    u->z.maximum = -0.31;
    u->record = (struct unit_record){.died_at = 41,
        .revived_at = -1,
        .alive_at = 40,
        .peak = 0.84,
        .bias_change = -2.7,
        .weight_change = 1.9};
    ck_assert_str_eq(unit_verdict_of(&bench.snapshot).label, "DEAD");
    SAYS(unit_say_now, "z < 0 on all 200 samples, the largest -0.31, since step 41.");
    SAYS(unit_say_cause,
        "The update that killed it moved the bias by -2.70 and a weight by up to 1.90. "
        "Before, its largest z was 0.84.");
    SAYS(unit_say_outlook,
        "δ = 0 on every sample and its inputs are the data: under sgd nothing moves it.");
    u->layer = 2;
    bench.units[2] = bench.units[0];
    u->record.bias_change = u->record.weight_change = 0;
    SAYS(unit_say_cause,
        "The update that killed it did not touch its weights: the layers before it moved. "
        "Before, its largest z was 0.84.");
    SAYS(unit_say_outlook,
        "δ = 0 on every sample: it comes back only if the layers before it change its inputs.");
    bench.snapshot.seen.hparams.optimizer = OPTIMIZER_ADAM;
    u->moves = u->remembers = true;
    SAYS(unit_say_outlook,
        "δ = 0 on every sample, but adam still moves its weights for a while: it can come "
        "back.");
    u->record.alive_at = 36;
    u->record.bias_change = 0.25;
    SAYS(unit_say_cause,
        "The 5 updates in which it died moved the bias by 0.25 and a weight by up to 0 in one. "
        "Before, its largest z was 0.84.");
    u->record.alive_at = -1;
    SAYS(unit_say_cause, "It was silent when relu was chosen.");
    u->record.died_at = 0;
    u->z.maximum = 0;
    SAYS(unit_say_now, "z ≤ 0 on all 200 samples, the largest 0, since step 0.");
    SAYS(unit_say_cause,
        "It was dead before the first step: so its initial weights and bias are.");
    u->record.died_at = -1; /* found by a look within an epoch */
    SAYS(unit_say_now, "z ≤ 0 on all 200 samples, the largest 0.");
    SAYS(unit_say_cause,
        "It has fallen silent in this epoch; deaths are recorded at the start of each.");
}
END_TEST

/* Counted at the start of an epoch, and alive again within it. */
START_TEST(a_count_is_said_to_be_one)
{
    static const struct {
        enum unit_state state;
        const char *says;
    } cases[] = {
        {UNIT_DEAD, "  dead since step 3"}, {UNIT_ALIVE, "  counted dead since step 3"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct bench bench;
        struct surface *s = surface_create(60, 8);
        bench_make(&bench, ACTIVATION_RELU, cases[i].state);
        bench.snapshot.unit.record.died_at = 3;
        unit_facts_draw(&bench.snapshot, s, (struct rect){0, 0, 60, 8});
        ck_assert_msg(stage_row(s, cases[i].says) >= 0, "%s", cases[i].says);
        surface_destroy(s);
    }
}
END_TEST

START_TEST(other_states_are_told_with_their_numbers)
{
    struct bench bench;
    bench_make(&bench, ACTIVATION_RELU, UNIT_RARE);
    struct unit_detail *u = &bench.snapshot.unit;
    u->active = u->positive = 1;
    u->mean_slope = 0.005;
    u->record.revived_at = 80;
    u->record.revivals = 2;
    ck_assert_str_eq(unit_verdict_of(&bench.snapshot).label, "RARELY ACTIVE");
    SAYS(unit_say_now, "Active on 1 of 200 samples (0.5 %); on the others its slope is 0.");
    SAYS(unit_say_cause, "It was dead and came back at step 80, not for the first time.");
    SAYS(unit_say_outlook, "Its slope multiplies δ: 0.005 in the mean, at most 1.");
    u->active = 199;
    SAYS(unit_say_now, "Active on 199 of 200 samples (99.5 %); on the others its slope is 0.");
    bench_make(&bench, ACTIVATION_SIGMOID, UNIT_SATURATED);
    u->flat = 150;
    u->mean_slope = 0.03;
    SAYS(unit_say_now, "The slope is below 5 % of its maximum on 150 of 200 samples (75 %).");
    SAYS(unit_say_outlook, "Its slope multiplies δ: 0.03 in the mean, at most 0.25.");
    bench_make(&bench, ACTIVATION_GELU, UNIT_ALIVE);
    u->positive = 90;
    u->mean_slope = 0.5;
    SAYS(unit_say_now, "z > 0 on 90 of 200 samples (45 %).");
    SAYS(unit_say_outlook,
        "Its slope multiplies δ: 0.50 in the mean. Far below z = 0 that of gelu falls to 0: a "
        "unit there hardly learns.");
    u->flat = 30;
    SAYS(unit_say_now,
        "z > 0 on 90 of 200 samples (45 %); on 30 the slope is below 5 % of its maximum.");
    u->z.nans = 3;
    u->z.infinities = 2;
    ck_assert_str_eq(unit_verdict_of(&bench.snapshot).label, "NOT FINITE");
    SAYS(unit_say_now, "z is not finite on 5 of 200 samples.");
}
END_TEST

START_TEST(numbers_are_short_and_keep_their_size)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0, "0"}, {-0.31, "-0.31"}, {-2.7, "-2.70"}, {0.0042, "0.0042"},
        {-0.031, "-0.031"}, {0.0996, "0.10"}, {9.996, "10.0"}, {123.4, "123"}, {1e5, "1.0e+05"},
        {-3e-7, "-3.0e-07"}, {INFINITY, "inf"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[24];
        unit_number(cases[i].value, text, sizeof text);
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

START_TEST(every_net_fits_into_every_room)
{
    static const int sizes[] = {1, 2, 3, 7, 10, 32, 100, 256, 1024};
    for (size_t l = 0; l < 8; l++) {
        for (size_t u = 0; u < ARRAY_LEN(sizes); u++) {
            for (int width = 20; width <= 100; width += 13) {
                for (int height = 1; height <= 40; height += 6) {
                    struct unit_grid g = unit_grid_fit(sizes[l], sizes[u], width, height);
                    ck_assert_int_ge(g.columns * g.column_layers, sizes[l]);
                    ck_assert_int_ge(g.across * g.down * g.cell_units, sizes[u]);
                    ck_assert_int_le(g.rows, height);
                    ck_assert_int_le((g.columns - 1) * g.pitch + g.across * g.width, width);
                    ck_assert_int_le(g.down * g.height, g.rows);
                }
            }
        }
    }
    /* A cell a unit, as long as there are as many characters. */
    ck_assert_int_eq(unit_grid_fit(10, 32, 39, 11).cell_units, 1);
    ck_assert_int_eq(unit_grid_fit(256, 64, 100, 10).column_layers, 3);
}
END_TEST

/* Shows the view, so that the snapshot has what it draws from. */
static void open_units(struct stage *stage)
{
    struct surface *surface = surface_create(80, 24);
    screen_key(&stage->screen, '2');
    stage_look(stage, surface);
    surface_destroy(surface);
}

/* Cells of the area that hold the glyph in the role. */
static int cells_of(const struct surface *surface, struct rect area, uint32_t glyph, int role)
{
    int count = 0;
    for (int y = area.y; y < area.y + area.height; y++) {
        for (int x = area.x; x < area.x + area.width; x++) {
            const struct cell *cell = &surface->cells[y * surface->width + x];
            count += cell->glyph == glyph && cell->role == role;
        }
    }
    return count;
}

START_TEST(the_grid_shows_every_unit_as_it_is)
{
    struct stage stage;
    stage_open(&stage, "activation=relu init=he_normal depth=3 width=20 lr=3", 40);
    open_units(&stage);
    const struct snapshot *s = &stage.snapshot;
    struct unit_grid grid = unit_grid_fit(3, 20, 60, 8);
    struct surface *surface = surface_create(64, 12);
    unit_grid_draw(&grid, s, surface, 1, 0, s->seen.step, 0, 0);
    struct rect whole = {0, 0, 64, 12};
    ck_assert_int_gt(s->seen.toll.dead, 3);
    ck_assert_int_eq(cells_of(surface, whole, GLYPH_DEAD, ROLE_DEAD), s->seen.toll.dead);
    int64_t rare = s->seen.layers[0].rare + s->seen.layers[1].rare + s->seen.layers[2].rare;
    ck_assert_int_eq(cells_of(surface, whole, GLYPH_RARE, ROLE_TEXT), rare);
    /* Each where it belongs: cells in rows, a layer a column. */
    for (int i = 0; i < 60; i++) {
        int x = 1 + i / 20 * grid.pitch + i % 20 % grid.across * grid.width;
        int y = i % 20 / grid.across * grid.height;
        const struct cell *cell = &surface->cells[y * 64 + x];
        ck_assert_int_eq(cell->glyph == GLYPH_DEAD, s->units[i].state == UNIT_DEAD);
        if (s->units[i].state == UNIT_ALIVE) {
            int step = (int)(s->units[i].mean_slope * RAMP_STEPS);
            ck_assert_int_eq(
                cell->role, ROLE_RAMP + (step < RAMP_STEPS ? step : RAMP_STEPS - 1));
        }
    }
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

START_TEST(deaths_and_revivals_stand_out_with_a_sign_of_their_own)
{
    struct stage stage;
    stage_open(
        &stage, "activation=relu init=he_normal depth=3 bias=-1 optimizer=adam lr=0.01", 30);
    open_units(&stage);
    const struct snapshot *s = &stage.snapshot;
    struct surface *surface = surface_create(80, 12);
    struct unit_grid grid = unit_grid_fit(3, 32, 78, 11);
    uint64_t since = 10;
    unit_grid_draw(&grid, s, surface, 1, 0, since, 0, 0);
    int deaths = 0, revivals = 0;
    for (int i = 0; i < 96; i++) {
        deaths += s->units[i].died_at > 10;
        revivals += s->units[i].died_at < 0 && s->units[i].revived_at > 10;
    }
    struct rect whole = {0, 0, 80, 12};
    ck_assert(deaths > 0 && revivals > 0);
    ck_assert_int_eq(cells_of(surface, whole, 'X', ROLE_BADGE_BAD), deaths);
    ck_assert_int_eq(cells_of(surface, whole, '+', ROLE_BADGE_GOOD), revivals);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

START_TEST(what_is_new_is_new_for_a_moment)
{
    struct highlight highlight = {.count = 0};
    /* What is there at the first look is not new. */
    ck_assert_uint_eq(highlight_since(&highlight, 40, false, 0), 40);
    ck_assert(highlight_until(&highlight, false, 0) == 0);
    ck_assert_uint_eq(highlight_since(&highlight, 41, false, 0.1), 40);
    ck_assert_uint_eq(highlight_since(&highlight, 45, false, 0.5), 40);
    ck_assert_uint_eq(highlight_since(&highlight, 45, false, 1.5), 40);
    ck_assert_double_eq_tol(
        highlight_until(&highlight, false, 1.5), 0.1 + HIGHLIGHT_SECONDS, 1e-12);
    ck_assert_uint_eq(highlight_since(&highlight, 45, false, 1.7), 41);
    ck_assert_uint_eq(highlight_since(&highlight, 45, false, 2.1), 45);
    ck_assert(highlight_until(&highlight, false, 2.1) == 0);
    /* While it rests, the last step stays new. */
    ck_assert_uint_eq(highlight_since(&highlight, 46, true, 9), 45);
    ck_assert_uint_eq(highlight_since(&highlight, 46, true, 99), 45);
    ck_assert(highlight_until(&highlight, true, 99) == 0);
    ck_assert_uint_eq(highlight_since(&highlight, 47, true, 100), 46);
    /* A new start. */
    highlight = (struct highlight){.count = 0};
    ck_assert_uint_eq(highlight_since(&highlight, 0, false, 101), 0);
    ck_assert_uint_eq(highlight_since(&highlight, 1, false, 101.1), 0);
    /* Many frames in a short time. */
    for (uint64_t step = 2; step < 500; step++)
        ck_assert_uint_lt(
            highlight_since(&highlight, step, false, 101.1 + 0.001 * (double)step), step);
}
END_TEST

/* Of what happens while another view is looked at, or something covers this one. */
START_TEST(what_happens_unseen_is_not_new)
{
    static const struct {
        const char *before, *after; /* keys; between them so many steps */
        uint64_t steps;
        bool is_new;
    } cases[] = {{"", "", 20, true}, {"4", "2", 20, false}, {"?", "?", 20, false},
        {"4", "2", 0, true}, {"?", "?", 0, true}, {"w", "w", 20, true}};
    struct surface *surface = surface_create(80, 24);
    struct rect whole = {0, 0, 80, 24};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct stage stage;
        stage_open(&stage, "activation=relu init=he_normal depth=1 width=20 lr=10", 4);
        screen_key(&stage.screen, '2');
        stage_look(&stage, surface);
        if (cases[i].steps == 0) { /* they are new before */
            stage_advance(&stage, 20);
            stage_look(&stage, surface);
        }
        stage_type(&stage, cases[i].before);
        stage_look(&stage, surface);
        stage_advance(&stage, cases[i].steps);
        stage_look(&stage, surface);
        stage_type(&stage, cases[i].after);
        stage_look(&stage, surface);
        int shown = cells_of(surface, whole, 'X', ROLE_BADGE_BAD);
        ck_assert_msg((shown > 0) == cases[i].is_new, "%zu: %d", i, shown);
        stage_close(&stage);
    }
    surface_destroy(surface);
}
END_TEST

/* A cross of two by two is drawn where it does not cost the step beside it. */
START_TEST(the_step_of_death_goes_before_a_large_cross)
{
    static const struct {
        int64_t died_at;
        uint32_t cell[3];
    } cases[] = {{9, {0x2572, 0x2571, '9'}}, {11, {GLYPH_DEAD, '1', '1'}},
        {123, {0x2572, 0x2571, ' '}}, {-1, {0x2572, 0x2571, ' '}}};
    struct unit_grid grid = {1, 1, 1, 1, 1, 1, 1, 4, 2, 4, 2};
    struct surface *surface = surface_create(6, 2);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct bench bench;
        bench_make(&bench, ACTIVATION_RELU, UNIT_DEAD);
        bench.snapshot.seen.layer_count = 2;
        bench.units[0].died_at = cases[i].died_at;
        surface_clear(surface);
        bool told = unit_grid_draw(&grid, &bench.snapshot, surface, 1, 0, 1000, 0, 0);
        ck_assert_int_eq(told, cases[i].cell[2] != ' ');
        for (int x = 0; x < 3; x++)
            ck_assert_uint_eq(surface->cells[1 + x].glyph, cases[i].cell[x]);
    }
    surface_destroy(surface);
}
END_TEST

/* What units were under another activation stays in the curve. */
START_TEST(the_curve_keeps_what_has_been)
{
    for (int was = 0; was < 2; was++) {
        struct stage stage;
        struct surface *s = surface_create(120, 40);
        stage_open(&stage,
            was ? "activation=relu init=he_normal depth=2 bias=-3"
                : "activation=linear depth=2",
            2);
        screen_command(&stage.screen, "view units");
        stage_command(&stage, "activation softplus", 2);
        stage_look(&stage, s);
        ck_assert_int_eq(stage_row(s, "× dead") >= 0, was);
        ck_assert_int_eq(stage_row(s, "neither as dead nor as") >= 0, !was);
        surface_destroy(s);
        stage_close(&stage);
    }
}
END_TEST

START_TEST(the_view_draws_at_any_size_whatever_happens)
{
    static const char *const settings[] = {"activation=relu init=he_normal depth=1 lr=10",
        "activation=relu init=he_normal gain=1.5 lr=0.1", "activation=linear depth=100 width=3",
        "activation=tanh init=normal gain=3 depth=4 batch=20", "depth=1 width=1",
        "activation=relu depth=256 width=70 samples=8"};
    static const int sizes[][2] = {
        {40, 10}, {60, 12}, {76, 18}, {80, 24}, {120, 40}, {160, 50}, {250, 16}, {50, 80}};
    struct surface *surface = surface_create(1, 1);
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct stage stage;
        stage_open(&stage, settings[i], i == 5 ? 1 : 30);
        screen_key(&stage.screen, '2');
        for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
            ck_assert(surface_resize(surface, sizes[k][0], sizes[k][1]));
            static const char keys[] = "]]}}bww]b";
            for (const char *key = keys; *key; key++) {
                screen_key(&stage.screen, (uint32_t)*key);
                stage_look(&stage, surface);
            }
        }
        stage_close(&stage);
    }
    surface_destroy(surface);
}
END_TEST

Suite *units_suite(void)
{
    return SUITE("units", a_dead_unit_is_explained, a_count_is_said_to_be_one,
        other_states_are_told_with_their_numbers, numbers_are_short_and_keep_their_size,
        every_net_fits_into_every_room, the_grid_shows_every_unit_as_it_is,
        deaths_and_revivals_stand_out_with_a_sign_of_their_own, what_is_new_is_new_for_a_moment,
        what_happens_unseen_is_not_new, the_step_of_death_goes_before_a_large_cross,
        the_curve_keeps_what_has_been, the_view_draws_at_any_size_whatever_happens);
}
