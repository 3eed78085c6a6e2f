/* What the clip view says and draws, against the numbers it is about. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/wall.h"
#include "suites.h"
#include "ui/draw/glyphs.h"
#include "ui/views/clip.h"
#include "ui_screens.h"

#define BY_NORM "activation=relu init=he_normal gain=1.5 lr=0.1 clip=norm "
#define BY_VALUE "activation=relu init=he_normal gain=2 lr=0.01 clip=value clip_at=0.01 "

static struct surface *look(struct stage *stage, int width, int height)
{
    struct surface *surface = surface_create(width, height);
    stage_look(stage, surface);
    return surface;
}

/* Row y as text. */
static void row_text(const struct surface *surface, int y, char *text)
{
    for (int x = 0; x < surface->width; x++)
        text += utf8_encode(surface->cells[y * surface->width + x].glyph, text);
    *text = '\0';
}

static bool shows(const struct surface *surface, const char *words)
{
    char text[1024];
    for (int y = 0; y < surface->height; y++) {
        row_text(surface, y, text);
        if (strstr(text, words))
            return true;
    }
    return false;
}

/* The angle anew, from the elements themselves. */
static double angle_of(const char *settings, int steps, double *before, double *after)
{
    struct training *t = training_of(settings);
    for (int i = 0; i < steps; i++) {
        ck_assert(training_evaluate(t, false));
        training_clip(t);
        training_update(t);
    }
    ck_assert(training_evaluate(t, true));
    double dot = 0, square[2] = {0, 0}, c = t->hparams.clip_at;
    for (int l = 0; l < t->network->layer_count; l++) {
        const struct layer *layer = &t->network->layers[l];
        for (int i = 0; i <= layer->n_in; i++) {
            for (int o = 0; o < layer->n_out; o++) {
                double g = layer->gradients[i * layer->stride + o];
                double cut = fmax(-c, fmin(c, g));
                dot += g * cut;
                square[0] += g * g;
                square[1] += cut * cut;
            }
        }
    }
    *before = sqrt(square[0]);
    *after = sqrt(square[1]);
    training_destroy(t);
    return acos(dot / *before / *after) * 180 / acos(-1);
}

START_TEST(numbers_are_those_of_the_gradient)
{
    struct stage stage;
    double before, after, angle = angle_of(BY_VALUE, 12, &before, &after);
    stage_open(&stage, BY_VALUE, 12);
    screen_command(&stage.screen, "view clip");
    struct surface *surface = look(&stage, 80, 24);
    char text[80];
    (void)snprintf(text, sizeof text, "turned by %4.1f°", angle);
    ck_assert_msg(shows(surface, text), "%s", text);
    ck_assert_double_gt(angle, 40);
    ck_assert_double_gt(before, 1000); /* no decimals then */
    (void)snprintf(text, sizeof text, "‖g‖ %7.0f →", before);
    ck_assert_msg(shows(surface, text), "%s", text);
    (void)snprintf(text, sizeof text, "→ %7.4f", after);
    ck_assert_msg(shows(surface, text), "%s", text);
    (void)snprintf(
        text, sizeof text, "changed %3.0f %%", 100 * stage.snapshot.seen.clip.fraction);
    ck_assert_msg(shows(surface, text), "%s", text);
    ck_assert_double_le(after, clip_bound(&stage.snapshot));
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* 700 steps are more than the record keeps. */
START_TEST(the_share_of_clipped_steps_is_counted)
{
    struct stage stage;
    const char *settings = BY_NORM "depth=3 width=6 samples=40 noise=0.4 batch=4 clip_at=0.4 "
                                   "lr=0.05";
    stage_open(&stage, settings, 0);
    struct training *t = training_of(settings);
    bool clipped[900] = {false};
    int last = -1, all = 0, lately = 0;
    /* Up to a step that is clipped and does not stay. */
    while (last < 700 || last % 4 == 0 || !clipped[last]) {
        ck_assert_int_lt(++last, 900);
        ck_assert(training_evaluate(t, false));
        training_clip(t);
        clipped[last] = t->seen.clip.norm_before > 0.4;
        training_update(t);
    }
    for (int i = 0; i <= last; i++) {
        all += clipped[i];
        lately += clipped[i] && i > last - 50;
    }
    ck_assert(lately > 5 && lately < 45);
    stage_advance(&stage, (uint64_t)last);
    const struct record_copy *record = &stage.snapshot.record;
    ck_assert_double_eq(
        record_share_above(record, QUANTITY_CLIPPED_FRACTION), (double)all / (last + 1));
    /* The view says what the finding does. */
    char text[80];
    screen_command(&stage.screen, "view clip");
    struct surface *surface = look(&stage, 80, 24);
    (void)snprintf(text, sizeof text, "steps clipped  %2d %%, last 50:  %2d %%",
        (int)lround(100.0 * all / (last + 1)), 2 * lately);
    ck_assert_msg(shows(surface, text), "%s", text);
    (void)snprintf(text, sizeof text, "%d of the last 50 steps", lately);
    ck_assert_msg(shows(surface, text), "%s", text);
    surface_destroy(surface);
    training_destroy(t);
    stage_close(&stage);
}
END_TEST

/* Cells of a role within an area. */
static int count_role(const struct surface *surface, struct rect area, enum role role)
{
    int count = 0;
    for (int y = area.y; y < area.y + area.height; y++) {
        for (int x = area.x; x < area.x + area.width; x++)
            count += surface->cells[y * surface->width + x].role == (int)role;
    }
    return count;
}

/* Where the head of an arrow is, relative to the common origin, in columns and half rows. */
static bool find_head(const struct surface *surface, struct rect area, enum role role,
    double *x, double *y, bool *origin)
{
    int at[2][2] = {{-1, -1}, {-1, -1}};
    for (int row = area.y; row < area.y + area.height; row++) {
        for (int column = area.x; column < area.x + area.width; column++) {
            const struct cell *cell = &surface->cells[row * surface->width + column];
            int which = cell->glyph == GLYPH_RIGHT && cell->role == (int)role ? 0
                : cell->glyph == GLYPH_DISC                                   ? 1
                                                                              : -1;
            if (which < 0)
                continue;
            at[which][0] = column;
            at[which][1] = row;
        }
    }
    *origin = at[1][0] >= 0;
    *x = at[0][0] - at[1][0];
    *y = 2 * (at[1][1] - at[0][1]);
    return at[0][0] >= 0;
}

/*
 * Of one length, from one point, and the angle between them as it is: a head is in its cell,
 * which is a column wide and two half rows high.
 */
START_TEST(directions_are_unit_vectors_at_their_angle)
{
    static const struct rect areas[] = {{0, 0, 25, 12}, {2, 1, 60, 20}, {40, 2, 38, 14}};
    struct stage stage;
    stage_open(&stage, BY_VALUE, 0);
    screen_command(&stage.screen, "view clip");
    struct surface *surface = look(&stage, 80, 24);
    struct scene scene = screen_scene(&stage.screen, stage_view("clip"));
    struct clip_report *clip = &stage.snapshot.seen.clip;
    for (size_t i = 0; i < ARRAY_LEN(areas); i++) {
        double common = 0;
        for (int degrees = 15; degrees <= 90; degrees += 5) {
            double x[2], y[2], length[2];
            char text[24];
            bool origin;
            *clip =
                (struct clip_report){1000, 0.1, 1e-4, 0.4, cos(degrees * acos(-1) / 180), true};
            surface_clear(surface);
            clip_draw_direction(&scene, surface, areas[i]);
            ck_assert(
                find_head(surface, areas[i], CLIP_BEFORE, &x[0], &y[0], &origin) && origin);
            ck_assert(find_head(surface, areas[i], CLIP_AFTER, &x[1], &y[1], &origin));
            for (int k = 0; k < 2; k++)
                length[k] = hypot(x[k], y[k]);
            /* The cells of both heads and that of the origin: 3 columns' worth. */
            ck_assert_double_le(fabs(length[0] - length[1]), 3);
            double between = (atan2(y[1], x[1]) - atan2(y[0], x[0])) * 180 / acos(-1);
            double least = fmin(length[0], length[1]);
            ck_assert_msg(fabs(between - degrees) <= 3 / least * 180 / acos(-1),
                "%d° drawn as %.1f°, %.1f long", degrees, between, least);
            (void)snprintf(text, sizeof text, "%d.0°", degrees);
            ck_assert_msg(shows(surface, text), "%s", text);
            /* Up to 60° they are as long as at any other angle, and about the middle. */
            if (degrees <= 60)
                ck_assert(common == 0 || fabs(length[1] - common) <= 3);
            common = degrees <= 60 ? length[1] : common;
            ck_assert_double_le(fabs(y[0] + y[1]), 3);
        }
        ck_assert_double_ge(common, 12);
    }
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* At 0° both are seen, of one length, in the middle and not on the floor. */
START_TEST(a_direction_that_is_kept_shows_both_arrows)
{
    struct stage stage;
    stage_open(&stage, BY_NORM, 0);
    screen_command(&stage.screen, "view clip");
    struct surface *surface = look(&stage, 80, 24);
    struct scene scene = screen_scene(&stage.screen, stage_view("clip"));
    struct rect area = {0, 0, 25, 12};
    surface_clear(surface);
    clip_draw_direction(&scene, surface, area);
    ck_assert_double_gt(stage.snapshot.seen.clip.norm_before, 10);
    int rows[2] = {-1, -1}, columns[2] = {0, 0};
    for (int y = 1; y < 10; y++) {
        for (int x = 0; x < 18; x++) {
            const struct cell *cell = &surface->cells[y * 80 + x];
            int after = cell->role == CLIP_AFTER;
            if (!after && cell->role != CLIP_BEFORE)
                continue;
            ck_assert(rows[after] == -1 || rows[after] == y);
            rows[after] = y;
            columns[after]++;
        }
    }
    ck_assert_int_eq(columns[0], columns[1]);
    ck_assert_int_ge(columns[0], 12);
    ck_assert(rows[0] + 1 == rows[1] && rows[0] >= 4 && rows[1] <= 7);
    ck_assert(shows(surface, "by norm: 0°, only shorter"));
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* What was clipped by value shows nothing solid beyond c, and the shade does. */
START_TEST(nothing_solid_stands_beyond_the_threshold)
{
    struct stage stage;
    stage_open(&stage, BY_VALUE, 5);
    screen_command(&stage.screen, "view clip");
    struct surface *surface = look(&stage, 80, 24);
    struct scene scene = screen_scene(&stage.screen, stage_view("clip"));
    surface_clear(surface);
    clip_draw_elements(&scene, surface, (struct rect){0, 0, 79, 10});
    int left = -1, right = -1;
    for (int x = 0; x < 79; x++) {
        if (surface->cells[4 * 80 + x].glyph != GLYPH_CEILING)
            continue;
        left = left < 0 ? x : left;
        right = x;
    }
    ck_assert_int_gt(left, 0);
    ck_assert_int_eq(left + right, 78); /* symmetrical */
    struct rect beyond = {right, 1, 79 - right, 8}, below = {0, 1, left + 1, 8};
    ck_assert_int_eq(count_role(surface, beyond, CLIP_AFTER), 0);
    ck_assert_int_eq(count_role(surface, below, CLIP_AFTER), 0);
    ck_assert_int_gt(count_role(surface, beyond, CLIP_BEFORE), 8);
    ck_assert_int_gt(count_role(surface, below, CLIP_BEFORE), 8);
    struct rect spike = {right - 1, 1, 1, 8};
    ck_assert_int_ge(count_role(surface, spike, CLIP_AFTER), 7);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* Above the line of the bound there is shade alone. */
START_TEST(the_norm_after_clipping_keeps_below_the_line)
{
    struct stage stage;
    stage_open(&stage, BY_NORM, 40);
    screen_command(&stage.screen, "view clip");
    struct surface *surface = look(&stage, 120, 40);
    struct scene scene = screen_scene(&stage.screen, stage_view("clip"));
    surface_clear(surface);
    clip_draw_norms(&scene, surface, (struct rect){0, 0, 60, 15});
    int line = -1;
    for (int y = 1; y < 15; y++) {
        if (surface->cells[y * 120 + 59].glyph == 0x2501)
            line = y;
    }
    ck_assert_int_gt(line, 1);
    ck_assert_int_eq(count_role(surface, (struct rect){6, 1, 54, line - 1}, CLIP_AFTER), 0);
    ck_assert_int_gt(count_role(surface, (struct rect){6, 1, 54, line - 1}, CLIP_BEFORE), 40);
    /* Every step so far was clipped to c: solid up to the line. */
    ck_assert_double_eq(
        record_share_above(&stage.snapshot.record, QUANTITY_CLIPPED_FRACTION), 1);
    ck_assert_int_eq(count_role(surface, (struct rect){6, line + 1, 41, 14 - line}, CLIP_AFTER),
        41 * (14 - line));
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* At 100 s. */
static void open_wall(struct stage *stage)
{
    stage_open(stage, BY_NORM, 0);
    stage->now = 100;
    stage_advance(stage, 0);
    screen_command(&stage->screen, "view clip");
    screen_command(&stage->screen, "wall");
}

START_TEST(the_descents_run_with_the_clock_and_then_rest)
{
    struct stage stage;
    open_wall(&stage);
    struct surface *surface = look(&stage, 80, 24);
    ck_assert(shows(surface, "iteration  0 of 60"));
    screen_tick(&stage.screen, 100);
    ck_assert_double_gt(screen_due(&stage.screen), 100);
    screen_tick(&stage.screen, 102.05); /* six a second */
    screen_draw(&stage.screen, surface);
    ck_assert(shows(surface, "iteration 12 of 60"));
    /* Also when nothing else happens, the next one is drawn at its time. */
    ck_assert_double_eq_tol(screen_due(&stage.screen), 100 + 13 / 6.0, 1e-9);
    screen_tick(&stage.screen, 200);
    screen_draw(&stage.screen, surface);
    ck_assert_double_eq(screen_due(&stage.screen), 0);
    ck_assert(shows(surface, "iteration 60 of 60"));
    ck_assert(shows(surface, "error 0.0803") && shows(surface, "error 0.0000"));
    ck_assert(shows(surface, "thrown by 2.10") && shows(surface, "‖g‖ was 1.40 there"));
    ck_assert_int_eq(count_role(surface, (struct rect){5, 0, 42, 24}, ROLE_BADGE_GOOD), 1);
    ck_assert_int_eq(count_role(surface, (struct rect){5, 0, 42, 19}, ROLE_BADGE_BAD), 1);
    screen_command(&stage.screen, "wall"); /* and back */
    screen_draw(&stage.screen, surface);
    ck_assert(!shows(surface, "iteration"));
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* It is another network, and the marks stand on cells through which the line of error 0 runs.
 */
START_TEST(the_wall_is_anothers_and_has_its_minimum_marked)
{
    static const int sizes[][2] = {{80, 24}, {40, 10}, {120, 40}, {160, 45}};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct stage stage;
        int rings = 0, at_edge = 0;
        stage_open(&stage, BY_NORM, 0);
        screen_command(&stage.screen, "view clip");
        screen_command(&stage.screen, "wall");
        struct surface *surface = look(&stage, sizes[i][0], sizes[i][1]);
        ck_assert(shows(surface, "the wall: another"));
        ck_assert(shows(surface, "minimum"));
        struct rect map = {0, 0, 47, 15};
        ck_assert(surface_resize(surface, 80, 24));
        struct scene scene = screen_scene(&stage.screen, stage_view("clip"));
        clip_draw_wall(&scene, surface, map, false); /* title, rows 1..13, axis */
        for (int y = 1; y < 14; y++) {
            for (int x = 5; x < 47; x++) {
                double error = 1;
                if (surface->cells[y * surface->width + x].glyph != GLYPH_RING)
                    continue;
                for (int k = 0; k <= 400; k++) { /* of the cell's b */
                    double w = 3.6 + 2.8 * (x - 5 + 0.5) / 42;
                    double b = -0.2 - 2.8 * (y - 1 + k / 400.0) / 13;
                    error = fmin(error, wall_error((struct wall_point){w, b}));
                }
                ck_assert_msg(error < 1e-4, "(%d, %d): %g", x, y, error);
                at_edge += x == 5;
                rings++;
            }
        }
        ck_assert_int_eq(at_edge, 1);
        ck_assert(rings >= 10 && rings <= 13);
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

/* Where the area is low, lines of it give way: none stands below it or on another. */
START_TEST(the_words_of_the_wall_keep_to_their_area)
{
    struct stage stage;
    open_wall(&stage);
    screen_tick(&stage.screen, 200); /* all has been told */
    struct surface *surface = surface_create(80, 30);
    struct scene scene = screen_scene(&stage.screen, stage_view("clip"));
    for (int height = 3; height <= 20; height++) {
        surface_clear(surface);
        clip_draw_wall(&scene, surface, (struct rect){0, 2, 80, height}, false);
        for (int i = 0; i < 80 * (28 - height); i++)
            ck_assert_uint_eq(surface->cells[80 * (height + 2) + i].glyph, ' ');
        ck_assert(shows(surface, "the wall: another network"));
        ck_assert_int_eq(shows(surface, "clipped by norm at 0.04"), height >= 8);
        ck_assert_int_eq(shows(surface, "  x back"), height >= 8);
        ck_assert_int_eq(shows(surface, "thrown by 2.10"), height >= 9);
        ck_assert_int_eq(shows(surface, "no step longer than 0.06"), height >= 11);
    }
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

START_TEST(the_clip_view_can_be_drawn_at_any_size_and_state)
{
    static const char *const settings[] = {BY_NORM, BY_VALUE,
        "activation=relu init=he_normal gain=1.5 lr=0.1 clip=layerwise",
        "activation=relu init=he_normal gain=1.5 lr=0.1", "activation=relu bias=-3 depth=2",
        "depth=100 width=3 clip=value clip_at=1e-300", "init=zeros clip=norm clip_at=1e300"};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        struct stage stage;
        stage_open(&stage, settings[i], 7);
        screen_command(&stage.screen, "view clip");
        for (int size = 40; size < 220; size += 12) {
            for (int keys = 0; keys < 3; keys++) {
                struct surface *surface = look(&stage, size, size / 4);
                surface_destroy(surface);
                screen_key(&stage.screen, keys == 0 ? 'x' : keys == 1 ? 'b' : 'w');
            }
        }
        stage_close(&stage);
    }
}
END_TEST

Suite *clip_view_suite(void)
{
    return SUITE("clip view", numbers_are_those_of_the_gradient,
        the_share_of_clipped_steps_is_counted, directions_are_unit_vectors_at_their_angle,
        a_direction_that_is_kept_shows_both_arrows, nothing_solid_stands_beyond_the_threshold,
        the_norm_after_clipping_keeps_below_the_line,
        the_descents_run_with_the_clock_and_then_rest,
        the_wall_is_anothers_and_has_its_minimum_marked,
        the_words_of_the_wall_keep_to_their_area,
        the_clip_view_can_be_drawn_at_any_size_and_state);
}
