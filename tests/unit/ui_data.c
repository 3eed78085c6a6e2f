/* The data view: where points and boundary stand, at any size. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "ui/draw/glyphs.h"
#include "ui/views/data.h"
#include "ui_screens.h"

enum { SIDE = 20, ROWS = SIDE / 2 };

/* A plane of 20 × 20 places from -10 to 10 on which the output is 1/2 on x = 3 y. */
struct fixture {
    struct snapshot snapshot;
    double values[SIDE * SIDE], z[SIDE * SIDE], a[SIDE * SIDE];
    short winners[SIDE * SIDE];
    struct plane_dot dots[3];
};

static void fixture_fill(struct fixture *f, double across, double down)
{
    memset(f, 0, sizeof *f);
    f->snapshot.seen.hparams = hparams_of("activation=relu");
    f->snapshot.seen.activation = activation_info(ACTIVATION_RELU, 0);
    f->snapshot.seen.loss_kind = LOSS_BCE;
    f->snapshot.seen.layer_count = 3;
    f->snapshot.watch.layer = f->snapshot.watch.unit = 1;
    for (int i = 0; i < SIDE * SIDE; i++) {
        f->z[i] = across * (i % SIDE - 9.5) + down * (9.5 - i / SIDE);
        f->a[i] = fmax(f->z[i], 0);
        f->values[i] = 1 / (1 + exp(-f->z[i]));
        f->winners[i] = f->z[i] > 0;
    }
    f->dots[0] = (struct plane_dot){-9.9, 9.9, 0, 0, false, 0, 0};
    f->dots[1] = (struct plane_dot){9.9, -9.9, 1, 0, false, 0, 0};
    f->dots[2] = (struct plane_dot){0.5, 4.5, 1, 1, false, 0, 0};
    f->snapshot.plane = (struct plane_detail){.valid = true,
        .complete = true,
        .inputs = 2,
        .classes = 2,
        .left = -10,
        .right = 10,
        .bottom = -10,
        .top = 10,
        .width = SIDE,
        .height = SIDE,
        .values = f->values,
        .z = f->z,
        .a = f->a,
        .winners = f->winners,
        .samples = 3,
        .wrong = 1,
        .dot_count = 3,
        .dots = f->dots};
}

static struct surface *drawn(struct fixture *f, bool unit, bool dots)
{
    struct surface *s = surface_create(SIDE, ROWS);
    f->snapshot.plane.dot_count = dots ? 3 : 0;
    struct data_map map = data_map_of(&f->snapshot, unit);
    data_map_draw(&map, s, (struct rect){0, 0, SIDE, ROWS});
    return s;
}

START_TEST(points_stand_where_they_lie)
{
    struct fixture f;
    fixture_fill(&f, 1, 3);
    struct surface *s = drawn(&f, false, true);
    ck_assert_uint_eq(s->cells[0].glyph, GLYPH_RING);
    ck_assert_int_eq(s->cells[0].back, ROLE_RAMP + RAMP_STEPS - 1);
    ck_assert_uint_eq(s->cells[SIDE * ROWS - 1].glyph, GLYPH_WRONG);
    ck_assert_int_eq(s->cells[SIDE * ROWS - 1].role, ROLE_BADGE_BAD);
    /* 0.5 to the right of the middle, 5.5 places below the top: row 2. */
    ck_assert_uint_eq(s->cells[2 * SIDE + 10].glyph, GLYPH_DISC);
    surface_destroy(s);
}
END_TEST

/* What is held out, by glyphs alone: in ASCII, too, and of more classes. */
START_TEST(what_is_held_out_has_glyphs_of_its_own)
{
    static const uint32_t plain[] = {GLYPH_RING, GLYPH_WRONG, GLYPH_DISC},
                          held[] = {GLYPH_SQUARE, '+', GLYPH_BLOCK}, ascii[] = {'A', '+', 'B'};
    static const int at[] = {0, SIDE * ROWS - 1, 2 * SIDE + 10};
    for (int test = 0; test < 8; test++) {
        struct fixture f;
        fixture_fill(&f, 1, 3);
        for (int i = 0; i < 3; i++)
            f.dots[i].test = test >> i & 1;
        struct surface *s = drawn(&f, false, true);
        for (int i = 0; i < 3; i++) {
            bool is = f.dots[i].test;
            int cell = at[i == 1 ? 1 : i];
            ck_assert_uint_eq(s->cells[cell].glyph, is ? held[i] : plain[i]);
        }
        surface_asciify(s);
        for (int i = 0; i < 3; i++)
            ck_assert_int_eq(s->cells[at[i]].glyph == ascii[i], f.dots[i].test);
        surface_destroy(s);
    }
    for (int classes = 2; classes <= 10; classes++) {
        for (int a = 0; a < classes; a++) {
            for (int b = 0; b < classes; b++)
                ck_assert_uint_ne(
                    data_class_glyph(a, classes, false), data_class_glyph(b, classes, true));
        }
    }
}
END_TEST

static bool is_line(uint32_t glyph)
{
    return glyph == '/' || glyph == '\\' || glyph == GLYPH_RULE || glyph == GLYPH_BORDER ||
        glyph == 0x2594 || glyph == 0x2581;
}

/* One mark in each column or row, in the cell through which the line z = 0 goes. */
START_TEST(the_boundary_is_one_line_in_its_place)
{
    static const double slopes[][2] = {
        {1, 3}, {-1, 3}, {0.1, 5}, {3, 1}, {3, -1}, {30, 0}, {1, -6}, {3, 1.6}};
    for (size_t c = 0; c < ARRAY_LEN(slopes); c++) {
        double across = slopes[c][0], down = slopes[c][1];
        bool level = fabs(down) > fabs(across);
        for (int unit = 0; unit < 2; unit++) {
            struct fixture f;
            fixture_fill(&f, across, down);
            struct surface *s = drawn(&f, unit, false);
            for (int i = 0; i < (level ? SIDE : ROWS); i++) {
                int marks = 0;
                for (int k = 0; k < (level ? ROWS : SIDE); k++) {
                    int x = level ? i : k, y = level ? k : i;
                    const struct cell *cell = &s->cells[y * SIDE + x];
                    if (!is_line(cell->glyph))
                        continue;
                    marks++;
                    /* From the middle of the cell, in places: half of a cell at most. */
                    double off = (across * (x - 9.5) + down * (10 - (2 * y + 1))) /
                        (level ? down : across);
                    ck_assert_msg(fabs(off) <= (level ? 1.01 : 0.51),
                        "slope %g %g at %d,%d: off by %g", across, down, x, y, off);
                    if (fabs(across) > 5 * fabs(down))
                        ck_assert_uint_eq(cell->glyph, GLYPH_BORDER);
                    else if (!level) /* z grows to the right: up for a rising line */
                        ck_assert_uint_eq(cell->glyph, down > 0 ? '\\' : '/');
                }
                ck_assert_msg(
                    marks == 1, "slope %g %g, line %d: %d marks", across, down, i, marks);
            }
            surface_destroy(s);
        }
    }
}
END_TEST

START_TEST(a_flat_answer_has_no_boundary)
{
    struct fixture f;
    fixture_fill(&f, 0, 0);
    for (int i = 0; i < SIDE * SIDE; i++)
        f.values[i] = 0.7;
    struct surface *s = drawn(&f, false, false);
    for (int i = 0; i < SIDE * ROWS; i++)
        ck_assert(!is_line(s->cells[i].glyph));
    surface_destroy(s);
    f.values[0] = NAN;
    s = drawn(&f, false, false);
    ck_assert(s->cells[0].role == ROLE_BAD && s->cells[0].glyph == '!');
    surface_destroy(s);
}
END_TEST

/* Whatever the size and the maps: square places, and the grid that is asked for is drawn. */
START_TEST(places_are_square_at_any_size)
{
    static const int sizes[][2] = {{40, 10}, {60, 16}, {80, 24}, {79, 50}, {100, 30}, {120, 40},
        {160, 50}, {200, 24}, {250, 80}, {50, 70}};
    struct stage stage;
    stage_open(&stage, "activation=tanh depth=2 lr=0.1", 5);
    screen_command(&stage.screen, "view data");
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        for (int maps = 0; maps < 4; maps++) {
            struct surface *s = surface_create(sizes[i][0], sizes[i][1]);
            stage_look(&stage, s);
            const struct plane_detail *plane = &stage.snapshot.plane;
            ck_assert(plane->valid && plane->complete);
            ck_assert_int_eq(
                plane->width, ((struct data_state *)stage_state(&stage, "data"))->side);
            ck_assert_double_eq_tol((plane->right - plane->left) / plane->width,
                (plane->top - plane->bottom) / plane->height, 1e-9);
            ck_assert_int_eq(
                plane->small, ((struct data_state *)stage_state(&stage, "data"))->small);
            ck_assert_int_ge(plane->width, sizes[i][1] < 20 ? 10 : 16);
            surface_destroy(s);
            screen_command(&stage.screen, "map");
        }
    }
    screen_command(&stage.screen, "map house");
    ck_assert(stage.screen.message_is_error);
    stage_close(&stage);
}
END_TEST

/* Whether a row of the surface holds these words. */
static bool shows(const struct surface *s, const char *words)
{
    int length = text_columns(words);
    for (int at = 0; at + length <= s->width * s->height; at++) {
        const char *next = words;
        int i = 0;
        while (i < length && s->cells[at + i].glyph == utf8_next(&next))
            i++;
        if (i == length)
            return true;
    }
    return false;
}

/* Standardised inputs that are scaled after that are said to be. */
START_TEST(what_is_made_of_the_inputs_is_told)
{
    static const struct {
        const char *settings, *words;
    } cases[] = {{"", " x1 x2: standardised "}, {"input_scale=100", " standardised × 100 "},
        {"input_offset=-0.5", " standardised - 0.5 "},
        {"input_scale=100 input_offset=5", " standardised × 100 + 5 "},
        {"input_scale=2 standardize=off", " x1 x2: raw inputs × 2 "}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct stage stage;
        char settings[100];
        (void)snprintf(settings, sizeof settings, "depth=2 width=4 %s", cases[i].settings);
        stage_open(&stage, settings, 0);
        screen_command(&stage.screen, "view data");
        struct surface *s = surface_create(80, 24);
        stage_look(&stage, s);
        ck_assert_msg(shows(s, cases[i].words), "%s", settings);
        surface_destroy(s);
        stage_close(&stage);
    }
}
END_TEST

START_TEST(components_are_named_with_their_variance)
{
    struct stage stage;
    stage_open(&stage, "activation=tanh depth=2 lr=0.1", 5);
    screen_command(&stage.screen, "view data");
    struct surface *s = surface_create(80, 24);
    stage_look(&stage, s);
    ck_assert(shows(s, "x1 x2: standardised") && shows(s, "x2 output"));
    stage.snapshot.plane.components = true;
    stage.snapshot.plane.inputs = 64;
    stage.snapshot.plane.explained[0] = 0.634;
    stage.snapshot.plane.explained[1] = 0.296;
    screen_draw(&stage.screen, s);
    ck_assert(shows(s, "c1 c2: 63 + 30 %") && shows(s, "c2 output"));
    ck_assert(!shows(s, "x1") && !shows(s, "standardised"));
    surface_destroy(s);
    stage_close(&stage);
}
END_TEST

/* The stage goes on with a data set of so many inputs, `test` samples of it held out. */
static void give_held_out(struct stage *stage, int inputs, int classes, int test)
{
    enum { SAMPLES = 60 };
    struct session *session = stage->session;
    struct dataset *data =
        dataset_create(&(struct data_shape){SAMPLES, inputs, classes, 0, test});
    struct rng rng;
    ck_assert_ptr_nonnull(data);
    rng_init(&rng, 3, RNG_DATA, 0);
    for (int i = 0; i < (SAMPLES + test) * inputs; i++)
        data->values[i] = rng_normal(&rng);
    for (int s = 0; s < SAMPLES + test; s++)
        data->labels[s] = s % classes;
    training_destroy(session->run->training);
    session->run->training = training_create(&session->hparams, data, session->kernels, NULL);
    ck_assert_ptr_nonnull(session->run->training);
    session->run->evaluated = false;
    session->runs++; /* so that looks begin anew */
    stage_advance(stage, 3);
}

static void give(struct stage *stage, int inputs, int classes)
{
    give_held_out(stage, inputs, classes, 0);
}

/* Cells of the maps' rows, of the columns before `end`, with one of these. */
static int cells_with(const struct surface *s, int end, const char *glyphs)
{
    int found = 0;
    for (int i = 4 * s->width; i < s->width * (s->height - 6); i++) {
        for (const char *at = glyphs; i % s->width < end && *at;)
            found += s->cells[i].glyph == utf8_next(&at);
    }
    return found;
}

START_TEST(a_sentence_says_what_is_drawn_of_other_than_two_inputs)
{
    static const struct {
        int inputs, classes, width, height;
        const char *keys, *sentence;
    } cases[] = {
        {4, 3, 80, 24, "", "4 inputs: drawn is the plane of c1 and c2, onto which the points"},
        {4, 3, 40, 10, "", "4 inputs: points are projected."},
        {4, 2, 80, 24, "present", "4 inputs: drawn is the plane of c1 and c2, onto which"},
        {300, 10, 132, 40, "map layer", "300 inputs: drawn is the plane of c1 and c2"},
        {1, 2, 80, 24, "", "One input: x1 grows to the right; up and down means nothing."},
        {1, 2, 44, 12, "map unit", "One input: x1 to the right."},
        {1, 2, 80, 24, "present", "One input: x1 grows to the right"}, {2, 3, 80, 24, "", NULL},
        {2, 2, 80, 24, "present", NULL}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct stage stage;
        struct surface *s = surface_create(cases[i].width, cases[i].height);
        stage_open(&stage, "activation=tanh depth=2 width=6 lr=0.1", 0);
        screen_command(&stage.screen, "view data");
        give(&stage, cases[i].inputs, cases[i].classes);
        if (cases[i].keys[0])
            screen_command(&stage.screen, cases[i].keys);
        for (int look = 0; look < 3; look++)
            stage_look(&stage, s);
        ck_assert(stage.snapshot.plane.valid);
        if (cases[i].sentence)
            ck_assert_msg(shows(s, cases[i].sentence), "case %d", (int)i);
        else
            ck_assert_msg(!shows(s, "inputs:") && !shows(s, "input:"), "case %d", (int)i);
        ck_assert_msg(cases[i].inputs == 2 || !shows(s, "x2"), "case %d", (int)i);
        bool labelled = cases[i].width >= 80 && !strstr(cases[i].keys, "present");
        ck_assert_msg(
            !labelled || (cells_with(s, 4, "0123456789") > 0) == (cases[i].inputs > 1),
            "case %d: numbers at the left", (int)i);
        ck_assert_msg(
            cases[i].height < 20 || cells_with(s, s->width, "○●×") > 10, "case %d", (int)i);
        surface_destroy(s);
        stage_close(&stage);
    }
}
END_TEST

START_TEST(projected_points_are_not_said_to_lie_on_a_side)
{
    struct stage stage;
    struct why why = {.text = ""};
    stage_open(&stage, "activation=relu depth=2 width=6 lr=0.1", 0);
    screen_command(&stage.screen, "view data");
    for (int inputs = 2; inputs <= 4; inputs += 2) {
        struct surface *s = surface_create(100, 30);
        give(&stage, inputs, 3);
        stage_look(&stage, s);
        stage_look(&stage, s);
        for (int layer = 1; layer <= 3; layer += 2) {
            struct scene scene = {
                .snapshot = &stage.snapshot, .state = stage_state(&stage, "data")};
            stage.snapshot.watch.layer = layer;
            memset(&why, 0, sizeof why);
            stage_view("data")->why(&scene, &why);
            bool claims = strstr(why.text, "Points on the wrong side") ||
                strstr(why.text, "all points on its flat side is dead");
            ck_assert_msg(claims == (inputs == 2), "%d: %s", inputs, why.text);
            ck_assert(inputs == 2 || strstr(why.text, "off the plane"));
        }
        surface_destroy(s);
    }
    stage_close(&stage);
}
END_TEST

/* z of layer 1 is a sum over the inputs, higher up over activations. */
START_TEST(what_goes_into_a_unit_is_named)
{
    static const struct {
        int inputs, layer;
        const char *has, *lacks;
    } cases[] = {{4, 1, "x_1..x_4", "a_"}, {4, 2, " a_3", "x_"}, {2, 1, " x_2", "a_"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct stage stage;
        struct why why = {.formula_lines = 0};
        struct surface *s = surface_create(100, 30);
        stage_open(&stage, "activation=tanh depth=2 width=3 lr=0.1", 0);
        screen_command(&stage.screen, "view units");
        give(&stage, cases[i].inputs, 2);
        while (stage.screen.selection.layer < cases[i].layer)
            screen_key(&stage.screen, ']');
        stage_look(&stage, s);
        stage_look(&stage, s);
        struct scene scene = screen_scene(&stage.screen, stage_view("units"));
        stage_view("units")->why(&scene, &why);
        ck_assert_msg(
            strstr(why.formula[0], cases[i].has) && !strstr(why.formula[0], cases[i].lacks),
            "%s", why.formula[0]);
        screen_command(&stage.screen, "view data");
        stage_look(&stage, s);
        stage_look(&stage, s);
        scene = screen_scene(&stage.screen, stage_view("data"));
        memset(&why, 0, sizeof why);
        stage_view("data")->why(&scene, &why);
        bool inputs = strstr(why.formula[1], "(input "),
             units = strstr(why.formula[1], "(unit ");
        ck_assert_msg(inputs == (cases[i].inputs > 3 && cases[i].layer == 1) && !units, "%s",
            why.formula[1]);
        surface_destroy(s);
        stage_close(&stage);
    }
}
END_TEST

/* By numbers from `first` on. */
static void name_classes(struct dataset *data, int first)
{
    ck_assert(dataset_name_classes(data));
    for (int c = 0; c < data->classes; c++) {
        data->class_names[c] = calloc(1, 16);
        ck_assert_ptr_nonnull(data->class_names[c]);
        (void)snprintf(data->class_names[c], 16, "%d", c + first);
    }
}

/* Every class that is drawn is found in the key by its name, or between the first and the last.
 */
START_TEST(the_key_says_what_a_glyph_stands_for)
{
    static const struct {
        int classes, first, width,
            height; /* names are numbers from `first` on; -1: there are none */
        const char *has[3];
    } cases[] = {{3, 3, 80, 24, {"0 class 3", "2 class 5"}}, {6, 3, 62, 20, {"0=3 1=4", "5=8"}},
        {6, 3, 120, 40, {"0=3", "5=8"}}, {6, -1, 120, 40, {"0…5: the class"}},
        {10, -1, 62, 20, {"0…9: the class"}}, {10, 1, 62, 20, {"0=1", "9=10"}},
        {12, -1, 62, 20, {"0=0", "b=11"}},
        {40, -1, 80, 24, {"0=0", "… d=39", "letters again"}}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct stage stage;
        struct surface *s = surface_create(cases[i].width, cases[i].height);
        stage_open(&stage, "activation=tanh depth=2 width=6 lr=0.1", 0);
        screen_command(&stage.screen, "view data");
        give(&stage, 2, cases[i].classes);
        struct dataset *data = stage.session->run->training->data;
        if (cases[i].first >= 0)
            name_classes(data, cases[i].first);
        for (int look = 0; look < 3; look++)
            stage_look(&stage, s);
        for (size_t j = 0; j < ARRAY_LEN(cases[i].has) && cases[i].has[j]; j++)
            ck_assert_msg(shows(s, cases[i].has[j]), "case %d: %s", (int)i, cases[i].has[j]);
        ck_assert_msg(cases[i].first <= 0 || !shows(s, "0…"), "case %d", (int)i);
        surface_destroy(s);
        stage_close(&stage);
    }
}
END_TEST

/* Names in the key, at any size, write over nothing that stands there without them. */
START_TEST(the_key_keeps_to_its_rows)
{
    struct stage stage;
    stage_open(&stage, "activation=tanh depth=2 width=6 lr=0.1", 0);
    screen_command(&stage.screen, "view data");
    give_held_out(&stage, 4, 6, 20);
    for (int named = 0; named < 2; named++) {
        static bool whole[120][40];
        if (named)
            name_classes(stage.session->run->training->data, 30);
        for (int width = 40; width < 120; width += 7) {
            for (int height = 10; height < 40; height += 3) {
                struct surface *s = surface_create(width, height);
                for (int look = 0; look < 2; look++)
                    stage_look(&stage, s);
                bool said = shows(s, "points are projected.") && shows(s, "help");
                ck_assert_msg(!named || said == whole[width][height], "%dx%d", width, height);
                whole[width][height] = said;
                surface_destroy(s);
            }
        }
        ck_assert(whole[40][10]);
    }
    stage_close(&stage);
}
END_TEST

Suite *data_suite(void)
{
    return SUITE("data view", points_stand_where_they_lie,
        what_is_held_out_has_glyphs_of_its_own, the_boundary_is_one_line_in_its_place,
        a_flat_answer_has_no_boundary, places_are_square_at_any_size,
        what_is_made_of_the_inputs_is_told, components_are_named_with_their_variance,
        a_sentence_says_what_is_drawn_of_other_than_two_inputs,
        the_key_says_what_a_glyph_stands_for, the_key_keeps_to_its_rows,
        projected_points_are_not_said_to_lie_on_a_side, what_goes_into_a_unit_is_named);
}
