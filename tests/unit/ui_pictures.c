/* The data view of pictures: what is drawn of them, and going through the wrong ones. */
#include <stdlib.h>

#include "picture_data.h"
#include "suites.h"
#include "ui/draw/bitmap.h"
#include "ui/draw/glyphs.h"
#include "ui/screen/lesson_panel.h"
#include "ui/views/data.h"
#include "ui_screens.h"

START_TEST(a_picture_keeps_its_shape)
{
    static const struct {
        int width, height, columns, rows, wide, high;
    } cases[] = {{8, 8, 8, 4, 8, 4}, {8, 8, 40, 8, 16, 8}, {8, 8, 15, 100, 8, 4},
        {28, 28, 28, 14, 28, 14}, {28, 28, 27, 14, 14, 7}, {28, 28, 100, 6, 10, 5},
        {3, 5, 3, 3, 3, 3}, {3, 5, 6, 5, 6, 5}, {1, 1, 1, 1, 1, 1}, {8, 8, 1, 1, 1, 1},
        {8, 8, 0, 4, 0, 0}, {8, 8, 4, 0, 0, 0}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct bitmap_size size =
            bitmap_fit(cases[i].width, cases[i].height, cases[i].columns, cases[i].rows);
        ck_assert_msg(size.width == cases[i].wide && size.height == cases[i].high,
            "case %zu: %d x %d", i, size.width, size.height);
    }
}
END_TEST

static int step_of(int16_t role)
{
    return role - ROLE_RAMP;
}

START_TEST(places_show_their_pixels_or_the_mean)
{
    static const unsigned char pixels[] = {0, 16, 4, 8, 16, 0, 12, 12};
    struct bitmap bitmap = {4, 2, pixels, 16};
    struct surface *s = surface_create(4, 2);
    bitmap_draw(&bitmap, s, (struct rect){0, 0, 4, 1});
    /* Step k of 8 is of k/8 of the brightest on. */
    static const int upper[] = {0, 7, 2, 4}, lower[] = {7, 0, 6, 6};
    for (int x = 0; x < 4; x++) {
        ck_assert_int_eq(step_of(s->cells[x].role), upper[x]);
        ck_assert_int_eq(step_of(s->cells[x].back), lower[x]);
    }
    /* Two columns in one place, each row in two. */
    bitmap_draw(&bitmap, s, (struct rect){0, 0, 2, 2});
    ck_assert_int_eq(step_of(s->cells[0].role), 4); /* (0 + 16) / 2 of 16 */
    ck_assert_int_eq(step_of(s->cells[0].back), 4);
    ck_assert_int_eq(step_of(s->cells[1].role), 3); /* (4 + 8) / 2 */
    ck_assert_int_eq(step_of(s->cells[5].role), 6); /* (12 + 12) / 2 */
    surface_destroy(s);
}
END_TEST

static void open_pictures(
    struct stage *stage, const char *settings, int samples, int size, int classes, int steps)
{
    stage_open(stage, settings, 0);
    screen_command(&stage->screen, "view data");
    session_take_data(stage->session, picture_data(samples, size, size, classes));
    stage_advance(stage, (uint64_t)steps);
}

static bool shows(const struct surface *s, const char *words)
{
    return stage_row(s, words) >= 0;
}

#define LITTLE "activation=tanh depth=1 width=4 lr=0.01"

START_TEST(the_wrong_ones_are_gone_through_in_order)
{
    struct stage stage;
    struct surface *s = surface_create(80, 24);
    open_pictures(&stage, LITTLE, 60, 6, 5, 2);
    stage_look(&stage, s);
    const struct pictures_detail *p = &stage.snapshot.pictures;
    const struct training *t = stage.session->run->training;
    int wrong = p->wrong, at = 0;
    ck_assert_int_gt(wrong, 3);
    for (int sample = 0; sample < 60; sample++) {
        char words[80];
        if (t->predicted[sample] == t->data->labels[sample])
            continue;
        (void)snprintf(words, sizeof words, "× %d of %d wrong", ++at, wrong);
        ck_assert_msg(shows(s, words), "no '%s'", words);
        (void)snprintf(words, sizeof words, "c%d, taken for c%d", t->data->labels[sample],
            t->predicted[sample]);
        ck_assert_msg(shows(s, words), "no '%s'", words);
        (void)snprintf(words, sizeof words, "P(c%d) ", t->predicted[sample]);
        ck_assert_msg(shows(s, words), "no '%s'", words);
        stage_type(&stage, "j");
        stage_look(&stage, s);
    }
    ck_assert_int_eq(at, wrong);
    /* Round to the first one, and back from there to the last. */
    char words[80];
    (void)snprintf(words, sizeof words, "× 1 of %d wrong", wrong);
    ck_assert(shows(s, words));
    stage_type(&stage, "J");
    stage_look(&stage, s);
    (void)snprintf(words, sizeof words, "× %d of %d wrong", wrong, wrong);
    ck_assert(shows(s, words));
    (void)snprintf(words, sizeof words, "%d of 60 right", 60 - wrong);
    ck_assert(shows(s, words));
    surface_destroy(s);
    stage_close(&stage);
}
END_TEST

START_TEST(where_none_is_wrong_that_is_said)
{
    struct stage stage;
    struct surface *s = surface_create(80, 24);
    open_pictures(
        &stage, "activation=tanh depth=1 width=16 lr=0.03 optimizer=adam", 30, 6, 3, 150);
    stage_look(&stage, s);
    ck_assert_int_eq(stage.snapshot.pictures.wrong, 0);
    ck_assert(shows(s, "none is wrong") && shows(s, "30 of 30 right"));
    ck_assert(!shows(s, "taken for"));
    stage_type(&stage, "j");
    stage_look(&stage, s);
    ck_assert(shows(s, "none of 30 pictures is wrong"));
    stage_type(&stage, "b");
    stage_look(&stage, s);
    ck_assert(shows(s, "none is wrong") && shows(s, "this is"));
    ck_assert(!shows(s, "taken for"));
    surface_destroy(s);
    stage_close(&stage);
}
END_TEST

START_TEST(maps_of_the_plane_are_there_too)
{
    struct stage stage;
    struct surface *s = surface_create(80, 24);
    open_pictures(&stage, LITTLE, 60, 6, 5, 2);
    stage_look(&stage, s);
    ck_assert(shows(s, "taken for"));
    /* No plane is computed that nobody sees. */
    ck_assert(!stage.snapshot.plane.valid);
    stage_type(&stage, "m");
    stage_look(&stage, s);
    ck_assert(!shows(s, "taken for") && shows(s, "36 inputs: drawn is the plane"));
    stage_type(&stage, "mmm");
    stage_look(&stage, s);
    ck_assert(!shows(s, "taken for"));
    stage_type(&stage, "m");
    stage_look(&stage, s);
    ck_assert(shows(s, "taken for"));
    stage_close(&stage);
    /* Points are no pictures: they are passed over, and refused by name. */
    stage_open(&stage, "depth=1", 0);
    screen_command(&stage.screen, "view data");
    stage_look(&stage, s);
    stage_type(&stage, "mmmm");
    stage_look(&stage, s);
    ck_assert(shows(s, "map: both"));
    screen_command(&stage.screen, "map pictures");
    stage_look(&stage, s);
    ck_assert(shows(s, "the data are no pictures: choose both"));
    surface_destroy(s);
    stage_close(&stage);
}
END_TEST

/* Pictures of every size in screens of every size: what has no room is left out. */
START_TEST(all_sizes_have_a_picture)
{
    static const int sizes[][2] = {
        {40, 10}, {60, 16}, {80, 24}, {100, 30}, {120, 40}, {160, 45}, {200, 60}};
    static const int pictures[] = {1, 2, 8, 28, 64};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct surface *s = surface_create(sizes[i][0], sizes[i][1]);
        for (size_t k = 0; k < ARRAY_LEN(pictures); k++) {
            struct stage stage;
            open_pictures(&stage, LITTLE, 40, pictures[k], 10, 1);
            stage_look(&stage, s);
            ck_assert_msg(shows(s, " wrong") && shows(s, "taken for") && shows(s, " right"),
                "%d x %d, pictures of %d", sizes[i][0], sizes[i][1], pictures[k]);
            stage_type(&stage, "b");
            stage_look(&stage, s);
            ck_assert(shows(s, " wrong") && shows(s, "taken for"));
            stage_type(&stage, "bw");
            stage_look(&stage, s);
            ck_assert(shows(s, "taken for"));
            stage_close(&stage);
        }
        surface_destroy(s);
    }
}
END_TEST

START_TEST(a_picture_is_there_without_colours)
{
    struct stage stage;
    struct surface *s = surface_create(80, 24);
    open_pictures(&stage, LITTLE, 60, 8, 5, 2);
    stage_look(&stage, s);
    surface_asciify(s);
    int dark = 0, bright = 0;
    for (int i = 0; i < s->width * s->height; i++) {
        ck_assert_uint_lt(s->cells[i].glyph, 0x80);
        dark += s->cells[i].glyph == ':';
        bright += s->cells[i].glyph == '#';
    }
    /* Some of the shades, not one alone. */
    ck_assert(dark > 20 && bright > 5);
    surface_destroy(s);
    stage_close(&stage);
}
END_TEST

/* A lesson's arrow stands where the pictures and the wrong ones begin. */
START_TEST(a_lesson_points_to_pictures)
{
    static const char *const places[][2] = {{"pictures", "right, 6 x 6"}, {"wrong", "× 1 of "}};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        struct lesson_panel panel = {.page = PANEL_TELLS};
        struct stage stage;
        struct surface *s = surface_create(100, 40);
        open_pictures(&stage, LITTLE, 60, 6, 5, 2);
        stage.screen.lesson = &panel;
        (void)snprintf(panel.look.place, sizeof panel.look.place, "%s", places[i][0]);
        stage_look(&stage, s);
        const struct view_place *found = &panel.found;
        ck_assert(found->found);
        ck_assert_int_eq(found->y, stage_row(s, places[i][1]));
        const struct cell *row = &s->cells[found->y * s->width];
        ck_assert_int_eq(row[found->x].role, ROLE_SELECTED);
        int after = found->x + found->width, arrow = found->x > 0 ? found->x - 1 : after;
        ck_assert_int_eq(row[arrow].glyph, found->x > 0 ? 0x2192 : 0x2190);
        if (found->x > 0)
            ck_assert_int_eq(row[found->x].glyph, GLYPH_WRONG);
        surface_destroy(s);
        stage_close(&stage);
    }
}
END_TEST

Suite *ui_pictures_suite(void)
{
    return SUITE("ui pictures", a_picture_keeps_its_shape, places_show_their_pixels_or_the_mean,
        the_wrong_ones_are_gone_through_in_order, where_none_is_wrong_that_is_said,
        maps_of_the_plane_are_there_too, all_sizes_have_a_picture,
        a_picture_is_there_without_colours, a_lesson_points_to_pictures);
}
