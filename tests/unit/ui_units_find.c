/* The units view: shades, finding what stands out, numbers of a unit, and when units are taken.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "suites.h"
#include "ui/draw/glyphs.h"
#include "ui/views/units.h"
#include "ui_screens.h"

static void shown(struct stage *stage, int width, int height, char text[20000])
{
    struct surface *surface = surface_create(width, height);
    stage_look(stage, surface);
    char *at = text;
    for (int i = 0; i < width * height; i++)
        at += utf8_encode(surface->cells[i].glyph, at);
    *at = '\0';
    surface_destroy(surface);
}

/* The ramp is of the mean slope over its bound, whatever the activation. */
START_TEST(a_shade_is_the_mean_slope_over_its_bound)
{
    for (int phi = 0; phi < ACTIVATION_COUNT; phi++) {
        struct unit_stats units[4] = {{0}};
        struct layer_stats layers[3] = {{.units = 2}, {.units = 2}, {.units = 1}};
        struct snapshot s = {.units = units, .seen.layers = layers};
        hparams_init(&s.seen.hparams);
        s.seen.hparams.width = 2;
        s.seen.layer_count = 3;
        s.seen.activation = activation_info((enum activation)phi, 0.01);
        double most = s.seen.activation.max_slope;
        for (int eighths = 0; eighths <= 8; eighths++) {
            /* In the middle of a step of the ramp; the largest slope is its last one. */
            double share = eighths < 8 ? (eighths + 0.5) / 8 : 1;
            units[0].mean_slope = share * most;
            struct unit_tally tally = unit_tally_of(&s, 1, 1, 1, 1, 0);
            ck_assert_double_eq_tol(tally.open, share, 1e-15);
            ck_assert_int_eq(
                unit_open_role(tally.open), ROLE_RAMP + (eighths < 8 ? eighths : 7));
        }
        /* Of several the mean; who is not finite has no slope. */
        double slopes[4] = {0.25 * most, NAN, 0.5 * most, 0.75 * most};
        for (int i = 0; i < 4; i++)
            units[i].mean_slope = slopes[i];
        ck_assert_double_eq_tol(unit_tally_of(&s, 1, 2, 1, 2, 0).open, 0.5, 1e-15);
        ck_assert(unit_tally_of(&s, 1, 1, 2, 1, 0).open == 0);
    }
}
END_TEST

START_TEST(the_ends_of_the_ramp_are_told_in_words_and_numbers)
{
    static const struct {
        const char *settings;
        int width;
        const char *low, *high;
    } cases[] = {{"activation=sigmoid", 80, " shut 0 ", " 0.25 open"},
        {"activation=tanh", 80, " shut 0 ", " 1 open"},
        {"activation=gelu", 80, " shut 0 ", " 1.13 open"},
        {"activation=sigmoid", 160, "mean slope: shut 0 ", " 0.25 open"},
        {"activation=relu", 120, " never 0 ", " 1 always"},
        {"activation=relu", 160, "mean slope: never active 0 ", " 1 always"},
        {"activation=leaky_relu leaky_slope=0", 160, "never active 0 ", " 1 always"},
        {"activation=tanh batch=20", 160, "mean slope of the batch: shut 0 ", " 1 open"},
        {"activation=relu batch=20", 160, "mean slope: never active 0 ", " 1 always"},
        {"activation=leaky_relu", 160, "mean slope: shut 0 ", " 1 open"}};
    static char text[20000];
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct stage stage;
        stage_open(&stage, cases[i].settings, 2);
        for (int presents = 0; presents < 2; presents++) {
            screen_key(&stage.screen, presents ? 'b' : '2');
            shown(&stage, cases[i].width, 40, text);
            if (!presents)
                ck_assert_msg(strstr(text, cases[i].low) != NULL, "%s", cases[i].settings);
            ck_assert_msg(strstr(text, cases[i].high) != NULL, "%s", cases[i].settings);
        }
        stage_close(&stage);
    }
}
END_TEST

/* In shades of its slope, and in few colours still a curve: no shade stands in for a step of
 * it. */
START_TEST(the_curve_rises_in_every_theme)
{
    struct stage stage;
    struct surface *surface = surface_create(80, 24);
    stage_open(&stage, "activation=sigmoid depth=10 width=32", 2);
    screen_command(&stage.screen, "view units");
    stage_look(&stage, surface);
    surface_flatten(surface);
    int before = 0, most = 0, steep = 0;
    for (int x = 43; x < 80; x++) {
        int eighths = 0;
        for (int y = 9; y < 13; y++) {
            const struct cell *cell = &surface->cells[y * 80 + x];
            if (cell->role < ROLE_RAMP || cell->role >= ROLE_ON_RAMP)
                continue;
            ck_assert(cell->glyph > 0x2580 && cell->glyph <= GLYPH_FULL);
            eighths += (int)cell->glyph - 0x2580;
            most = cell->role - ROLE_RAMP > most ? cell->role - ROLE_RAMP : most;
            steep = cell->role == ROLE_RAMP + RAMP_STEPS - 1 ? x : steep;
        }
        ck_assert_int_ge(eighths, before);
        before = eighths;
    }
    /* The brightest in the middle, where the slope is its bound. */
    ck_assert_int_eq(most, RAMP_STEPS - 1);
    ck_assert(steep > 58 && steep < 70);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* From every place and in both directions, against a list. */
START_TEST(finding_goes_through_all_that_stands_out)
{
    static const unsigned char states[10] = {UNIT_ALIVE, UNIT_DEAD, UNIT_ALIVE, UNIT_RARE,
        UNIT_SATURATED, UNIT_ALIVE, UNIT_ALIVE, UNIT_NOT_FINITE, UNIT_ALIVE, UNIT_ALIVE};
    static const int64_t list[4] = {1, 3, 4, 7};
    struct unit_stats units[10] = {{0}};
    struct snapshot s = {.units = units};
    s.seen.toll.units = 10;
    for (int i = 0; i < 10; i++)
        units[i].state = states[i];
    for (int64_t from = 0; from <= 10; from++) {
        int next = 0, before = 3;
        while (next < 4 && list[next] <= from)
            next++;
        while (before >= 0 && list[before] >= from)
            before--;
        for (int64_t steps = 1; steps <= 9; steps++) {
            int64_t place = -1;
            ck_assert_int_eq(unit_find(&s, from, steps, &place), list[(next + steps - 1) % 4]);
            ck_assert_int_eq(place, (next + steps - 1) % 4);
            ck_assert_int_eq(
                unit_find(&s, from, -steps, &place), list[(before - steps + 1 + 12) % 4]);
            ck_assert_int_eq(place, (before - steps + 1 + 12) % 4);
        }
    }
    int64_t place;
    memset(units, 0, sizeof units);
    ck_assert_int_eq(unit_find(&s, 3, 1, &place), -1);
}
END_TEST

START_TEST(the_key_selects_what_stands_out_and_says_what_it_is)
{
    struct stage stage;
    static char text[20000];
    stage_open(&stage, "activation=relu init=he_normal depth=2 width=20 lr=3", 40);
    screen_command(&stage.screen, "view units");
    shown(&stage, 80, 24, text);
    const struct snapshot *s = &stage.snapshot;
    int64_t out = 0, dead = s->seen.toll.dead;
    for (int i = 0; i < 40; i++)
        out += s->units[i].state != UNIT_ALIVE;
    ck_assert(dead > 1 && out < 40);
    /* Once round, one after the other. */
    int64_t last = -1;
    screen_command(&stage.screen, "layer 3");
    for (int64_t k = 1; k <= out; k++) {
        char place[40], line[160];
        screen_key(&stage.screen, 'j');
        struct selection at = stage.screen.selection;
        int64_t i = (at.layer - 1) * 20 + at.unit - 1;
        ck_assert(i > last && s->units[i].state != UNIT_ALIVE);
        last = i;
        (void)snprintf(place, sizeof place, "unit %d of layer %d: ", at.unit, at.layer);
        (void)snprintf(line, sizeof line, "; %d of %d: %d dead", (int)k, (int)out, (int)dead);
        ck_assert(strstr(stage.screen.message, place) && strstr(stage.screen.message, line));
        ck_assert(!stage.screen.message_is_error);
    }
    struct selection at = stage.screen.selection;
    screen_key(&stage.screen, 'j');
    ck_assert(strstr(stage.screen.message, "; 1 of "));
    screen_key(&stage.screen, 'J');
    ck_assert(
        stage.screen.selection.layer == at.layer && stage.screen.selection.unit == at.unit);
    /* It is told what it is: the card has the same unit. */
    shown(&stage, 80, 24, text);
    ck_assert_int_eq(s->unit.unit, at.unit);
    stage_close(&stage);
}
END_TEST

/* New is what the highlight calls new: the sign in the grid and the words agree. */
START_TEST(newly_dead_is_said_of_what_has_its_sign)
{
    struct stage stage;
    static char text[20000];
    stage_open(&stage, "activation=relu init=he_normal depth=1 width=20 lr=10", 4);
    screen_command(&stage.screen, "view units");
    shown(&stage, 80, 24, text);
    uint64_t seen = stage.snapshot.seen.step;
    int64_t before = stage.snapshot.seen.toll.dead;
    stage_advance(&stage, 20);
    shown(&stage, 80, 24, text);
    int fresh = 0, old = 0;
    ck_assert_int_gt(stage.snapshot.seen.toll.dead, before);
    for (int i = 0; i < 20; i++) {
        screen_key(&stage.screen, 'j');
        const struct unit_stats *unit = &stage.snapshot.units[stage.screen.selection.unit - 1];
        bool said = strstr(stage.screen.message, ": newly dead, at step ") != NULL;
        ck_assert_int_eq(said, unit->state == UNIT_DEAD && unit->died_at > (int64_t)seen);
        fresh += said;
        old += strstr(stage.screen.message, ": dead since step ") != NULL;
    }
    ck_assert(fresh > 0 && old > 0);
    stage_close(&stage);
}
END_TEST

START_TEST(where_nothing_stands_out_finding_says_so)
{
    static const struct {
        const char *settings, *says;
    } cases[] = {{"activation=relu depth=1 width=4", "none of 4 is dead or rarely active"},
        {"activation=sigmoid depth=2 width=4", "none of 8 is saturated"},
        {"activation=gelu depth=1 width=4", "those of gelu count neither as dead"}};
    static char text[20000];
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct stage stage;
        stage_open(&stage, cases[i].settings, 0);
        screen_command(&stage.screen, "view units");
        shown(&stage, 80, 24, text);
        screen_command(&stage.screen, "unit 3");
        screen_key(&stage.screen, 'j');
        ck_assert_msg(
            strstr(stage.screen.message, cases[i].says) != NULL, "%s", stage.screen.message);
        ck_assert(stage.screen.selection.unit == 3 && !stage.screen.message_is_error);
        /* Nor where units are not drawn: it says where they are. */
        screen_command(&stage.screen, "view curves");
        shown(&stage, 80, 24, text);
        ck_assert_ptr_null(stage.snapshot.units);
        screen_command(&stage.screen, "find");
        ck_assert_ptr_nonnull(strstr(stage.screen.message, "choose the units view"));
        ck_assert(stage.screen.message_is_error);
        stage_close(&stage);
    }
}
END_TEST

/* Which views cost a pass over the activations, and that none shows units of another step. */
START_TEST(units_are_taken_where_they_are_drawn_and_are_those_of_the_step)
{
    static const struct {
        const char *view;
        int width, height;
        bool units;
    } cases[] = {{"flow", 80, 24, true}, {"curves", 80, 24, false}, {"units", 80, 24, true},
        {"clip", 80, 24, false}, {"flow", 40, 10, false}, {"data", 80, 24, true},
        {"layer", 80, 24, false}, {"check", 80, 24, false}, {"flow", 120, 40, true}};
    struct stage stage;
    static char text[20000];
    stage_open(&stage, "activation=tanh depth=2 width=4 samples=40 lr=1", 1);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char line[32];
        (void)snprintf(line, sizeof line, "view %s", cases[i].view);
        screen_command(&stage.screen, line);
        shown(&stage, cases[i].width, cases[i].height, text);
        ck_assert_msg((stage.snapshot.units != NULL) == cases[i].units, "%s", cases[i].view);
        stage_advance(&stage, 1);
        shown(&stage, cases[i].width, cases[i].height, text);
        for (int j = 0; j < 8 && cases[i].units; j++) {
            const struct layer *layer = &stage.session->run->training->network->layers[j / 4];
            double sum = 0;
            for (int s = 0; s < 40; s++)
                sum += layer->a[s * layer->stride + j % 4];
            ck_assert_double_eq_tol(stage.snapshot.units[j].mean, sum / 40, 1e-15);
        }
    }
    screen_command(&stage.screen, "view flow");
    screen_key(&stage.screen, 'b');
    shown(&stage, 80, 24, text);
    ck_assert_ptr_nonnull(stage.snapshot.units); /* few layers leave room for them */
    stage_close(&stage);
    stage_open(&stage, "depth=10 width=4 samples=40", 1);
    screen_key(&stage.screen, 'b');
    shown(&stage, 80, 24, text);
    ck_assert_ptr_null(stage.snapshot.units);
    stage_close(&stage);
}
END_TEST

/* Presented, a share stands together, and is 0 or 100 % only where that is so. */
START_TEST(presented_shares_have_no_holes_and_are_true)
{
    static char text[20000];
    struct stage stage;
    stage_open(&stage, "activation=relu init=he_normal depth=8 width=32 lr=0.01 bias=0.3", 0);
    screen_command(&stage.screen, "view units");
    shown(&stage, 40, 10, text);
    screen_key(&stage.screen, 'b');
    for (int dead = 0; dead <= 256; dead += dead == 1 ? 176 : dead == 177 ? 78 : 1) {
        for (int i = 0; i < 256; i++)
            stage.snapshot.units[i].state = i < dead ? UNIT_DEAD : UNIT_ALIVE;
        struct surface *surface = surface_create(40, 10);
        screen_draw(&stage.screen, surface);
        char *at = text;
        for (int i = 0; i < 400; i++)
            at += utf8_encode(surface->cells[i].glyph, at);
        *at = '\0';
        surface_destroy(surface);
        const char *share = dead == 0 ? " 0%"
            : dead == 1               ? " <1%"
            : dead == 177             ? " 69%"
            : dead == 255             ? " >99%"
                                      : " 100%";
        ck_assert_msg(strstr(text, share) != NULL, "%d: %s", dead, text);
    }
    stage_close(&stage);
}
END_TEST

/* The numbers beside the card are the unit's. */
START_TEST(wide_screens_show_the_numbers_of_the_unit)
{
    static char text[20000];
    struct stage stage;
    stage_open(&stage, "activation=sigmoid depth=3 width=6 samples=40", 3);
    screen_command(&stage.screen, "view units");
    screen_command(&stage.screen, "layer 2");
    screen_command(&stage.screen, "unit 5");
    shown(&stage, 160, 45, text);
    const struct unit_detail *u = &stage.snapshot.unit;
    const struct layer *layers = stage.session->run->training->network->layers;
    ck_assert_int_eq(u->outputs, 6);
    for (int k = 0; k < 6; k++)
        ck_assert(u->outgoing[k] == layers[2].parameters[4 * layers[2].stride + k]);
    char line[80];
    (void)snprintf(line, sizeof line, "mean %7.3f  of at most 0.25 (%.0f %% of it)",
        u->mean_slope, 400 * u->mean_slope);
    ck_assert_msg(strstr(text, line) != NULL, "%s", line);
    ck_assert_ptr_nonnull(strstr(text, "6 weights in, from layer 1"));
    ck_assert_ptr_nonnull(strstr(text, "6 weights out, by which δ of layer 3 comes back"));
    screen_command(&stage.screen, "layer 4");
    shown(&stage, 160, 45, text);
    ck_assert(u->outputs == 0 && !strstr(text, "weights out"));
    ck_assert_ptr_nonnull(strstr(text, "6 weights in, from layer 3"));
    stage_close(&stage);
}
END_TEST

Suite *units_find_suite(void)
{
    return SUITE("units find", a_shade_is_the_mean_slope_over_its_bound,
        the_ends_of_the_ramp_are_told_in_words_and_numbers, the_curve_rises_in_every_theme,
        finding_goes_through_all_that_stands_out,
        the_key_selects_what_stands_out_and_says_what_it_is,
        newly_dead_is_said_of_what_has_its_sign, where_nothing_stands_out_finding_says_so,
        units_are_taken_where_they_are_drawn_and_are_those_of_the_step,
        presented_shares_have_no_holes_and_are_true, wide_screens_show_the_numbers_of_the_unit);
}
