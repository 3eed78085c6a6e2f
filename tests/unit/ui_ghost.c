/* Hollow marks and faint curves: where they stand, and that they cover nothing. */
#include <math.h>

#include "suites.h"
#include "ui/draw/axis.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/hollow.h"
#include "ui/views/ghost.h"
#include "ui_screens.h"

#define RELU "activation=relu init=he_normal depth=4 lr=0.1"
#define EXPLODING "activation=relu init=he_normal gain=1.5 lr=0.1"

static int dead_units(const struct snapshot *s)
{
    int dead = 0;
    for (int64_t i = 0; i < s->seen.toll.units; i++)
        dead += s->units[i].state == UNIT_DEAD;
    return dead;
}

static const struct snapshot *kept(const struct stage *stage)
{
    return before_kept(&stage->screen.before);
}

static const struct cell *cell_of(const struct surface *surface, int x, int y)
{
    return &surface->cells[y * surface->width + x];
}

/* The column of the only ring in a row, -1: there is none. */
static int ring_in(const struct surface *surface, int y)
{
    int at = -1;
    for (int x = 0; x < surface->width; x++) {
        if (cell_of(surface, x, y)->glyph != GLYPH_RING)
            continue;
        ck_assert_int_eq(at, -1);
        at = x;
    }
    return at;
}

/* Against bars drawn of the ghost's numbers, on the same axis. */
START_TEST(marks_stand_where_the_bars_ended)
{
    struct stage stage;
    struct surface *surface = surface_create(80, 24);
    stage_open(&stage, RELU, 30);
    stage_command(&stage, "lr 0.3", 20);
    stage_look(&stage, surface);
    const struct log_axis *axis = &stage_flow(&stage)->axis;
    struct scene scene = screen_scene(&stage.screen, stage_view("flow"));
    int checked = 0, bar_left = 24, bar_width = 25;
    /* Where the axis begins and ends: by the heading that the table draws. */
    for (int y = 5; y < 15; y++) {
        int ring = ring_in(surface, y);
        if (ring < 0)
            continue;
        int layer = 5 - (y - 5) / 2;
        double signal = scene.ghost->seen.layers[layer - 1].signal;
        double place = (log10(signal) - axis->low) / (axis->high - axis->low);
        ck_assert_double_le(fabs(bar_left + place * bar_width - (ring + 0.5)), 1.5);
        checked++;
    }
    ck_assert_int_eq(checked, 5);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

static bool is_block(const struct cell *cell)
{
    return cell->glyph >= 0x2580 && cell->glyph <= 0x2593;
}

/* Of the present itself, kept a moment ago: every mark is on the end of its bar. */
START_TEST(a_mark_of_the_same_value_is_at_the_bars_end)
{
    static const struct {
        const char *keys;
        int width, height, least;
    } cases[] = {{"1", 80, 24, 5}, {"1b", 80, 24, 5}, {"3b", 80, 24, 2}, {"3", 160, 45, 5}};
    for (size_t i = 0; i < ARRAY_LEN(cases) * 12; i++) {
        struct stage stage;
        struct surface *surface = surface_create(cases[i % 4].width, cases[i % 4].height);
        int rings = 0;
        stage_open(&stage, RELU " clip=norm", (int)i * 2);
        stage_press(&stage, cases[i % 4].keys, 0);
        stage_press(&stage, "B", 0);
        stage_look(&stage, surface);
        for (int y = 5; y < surface->height - 4; y++) {
            /* The wall has a ring of its own. */
            int right = surface->width < 160 ? surface->width : surface->width * 5 / 8 - 3;
            for (int x = 1; x + 1 < right; x++) {
                if (cell_of(surface, x, y)->glyph != GLYPH_RING)
                    continue;
                rings++;
                ck_assert_msg(is_block(cell_of(surface, x - 1, y)) ||
                        cell_of(surface, x - 1, y)->glyph == GLYPH_CEILING,
                    "%s at step %d: %d, %d", cases[i % 4].keys, (int)i * 2, x, y);
                ck_assert_msg(!is_block(cell_of(surface, x + 1, y)) ||
                        cell_of(surface, x + 1, y)->glyph == GLYPH_CEILING,
                    "%s at step %d: the bar goes on", cases[i % 4].keys, (int)i * 2);
                /* Of a bar of whole cells the row below ends in the same. */
                bool whole = strcmp(cases[i % 4].keys, "3b") == 0;
                ck_assert(!whole || is_block(cell_of(surface, x, y + 1)));
            }
        }
        ck_assert_msg(rings >= cases[i % 4].least, "%s: %d rings", cases[i % 4].keys, rings);
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

/* The flow's axis reaches what was before, but not so far that the present is crushed. */
START_TEST(the_axis_reaches_the_ghost_within_reason)
{
    struct stage stage;
    stage_open(&stage, RELU, 30);
    stage_command(&stage, "lr 0.3", 300);
    const struct layer_stats *was = kept(&stage)->seen.layers;
    const struct layer_stats *is = stage.snapshot.seen.layers;
    const struct log_axis *axis = &stage_flow(&stage)->axis;
    ck_assert_double_lt(is[4].signal, was[4].signal / 10);
    for (int i = 0; i < 300; i++) /* until an axis may shrink */
        stage_advance(&stage, 0);
    for (int l = 0; l < 5; l++)
        ck_assert(log10(was[l].signal) >= axis->low && log10(was[l].signal) <= axis->high);
    double least = 1e-9, most = 1e-7;
    struct scene scene = screen_scene(&stage.screen, stage_view("flow"));
    ghost_widen(&scene, &least, &most);
    ck_assert_double_eq(least, 1e-9);
    ck_assert_double_eq(most, 1e-7);
    scene.ghost = NULL;
    ghost_widen(&scene, &least, &most);
    most = 0;
    ghost_widen(&scene, &least, &most);
    ck_assert_double_eq(most, 0);
    stage_close(&stage);
}
END_TEST

/* Nothing that has to be read is changed by the ghost, in any view and size. */
START_TEST(marks_cover_nothing)
{
    static const char *const settings[] = {
        RELU, "depth=6 lr=1", EXPLODING " clip=norm lr=0.01"};
    static const int sizes[][2] = {{80, 24}, {120, 40}, {40, 10}, {160, 45}};
    static const char *const changes[] = {"lr 2", "depth 9", "width 5"};
    int marks[7] = {0};
    for (size_t k = 0; k < ARRAY_LEN(settings) * ARRAY_LEN(changes); k++) {
        struct stage stage;
        stage_open(&stage, settings[k / 3], 30);
        /* What it looks at is kept: distributions, or units. */
        stage_command(&stage, k % 2 ? "view layer" : "view units", 0);
        stage_advance(&stage, 0);
        stage_command(&stage, changes[k % 3], 12);
        for (size_t i = 0; i < ARRAY_LEN(sizes) * 14; i++) {
            struct surface *with = surface_create(sizes[i / 14][0], sizes[i / 14][1]);
            struct surface *without = surface_create(with->width, with->height);
            struct rect area = {0, 0, with->width, with->height};
            int v = (int)(i % 14) / 2;
            stage.screen.view = views[v];
            stage.screen.presenting = i % 2;
            stage_look(&stage, with);
            surface_clear(with);
            struct scene scene = screen_scene(&stage.screen, views[v]);
            ck_assert_ptr_nonnull(scene.ghost);
            void (*draw)(const struct scene *, struct surface *, struct rect) =
                i % 2 && views[v]->present ? views[v]->present : views[v]->draw;
            draw(&scene, with, area);
            scene.ghost = NULL;
            draw(&scene, without, area);
            for (int c = 0; c < with->width * with->height; c++) {
                const struct cell *now = &with->cells[c], *was = &without->cells[c];
                if (now->glyph == was->glyph)
                    continue;
                bool mark = now->glyph == GLYPH_RING || now->glyph == GLYPH_LEFT ||
                    now->glyph == GLYPH_RIGHT || now->glyph == GLYPH_RULE ||
                    now->glyph == 0x2581 || now->glyph == 0x2594 ||
                    now->glyph == GLYPH_MIDDLE_DOT;
                /* A curve may cross the line of an event, of which enough is left. */
                bool blank = was->glyph == ' ' || was->glyph == 0x2502 ||
                    was->glyph == 0x250A || was->glyph == GLYPH_MIDDLE_DOT ||
                    (was->glyph >= 0x2580 && was->glyph <= 0x2598);
                ck_assert_msg(mark && blank, "%s %dx%d: U+%04X became U+%04X", views[v]->name,
                    with->width, with->height, was->glyph, now->glyph);
                marks[v]++;
            }
            surface_destroy(with);
            surface_destroy(without);
        }
        stage_close(&stage);
    }
    ck_assert_int_gt(marks[names_find(view_name, "layer")], 0);
    for (int v = 0; v < 4; v++) /* flow, units, clip, curves */
        ck_assert_msg(marks[v] > 0, "no mark in %s", views[v]->name);
}
END_TEST

/* A ring is written on what fills its cell, and gives way to marks and words. */
START_TEST(a_ring_gives_way)
{
    struct surface *s = surface_create(20, 3);
    struct rect bar = {0, 0, 20, 1};
    surface_fill(s, (struct rect){0, 0, 10, 1}, GLYPH_FULL, ROLE_SIGNAL);
    hollow_on_bar(s, bar, 5);
    ck_assert(cell_of(s, 4, 0)->glyph == GLYPH_RING && cell_of(s, 4, 0)->back == ROLE_SIGNAL);
    hollow_on_bar(s, bar, 10.05); /* the bar's own end, in eighths */
    ck_assert_uint_eq(cell_of(s, 9, 0)->glyph, GLYPH_RING);
    surface_put(s, 14, 0, GLYPH_CEILING, ROLE_CEILING);
    hollow_on_bar(s, bar, 15);
    ck_assert_uint_eq(cell_of(s, 14, 0)->glyph, GLYPH_CEILING);
    ck_assert_uint_eq(cell_of(s, 13, 0)->glyph, GLYPH_RING);
    ck_assert_int_eq(cell_of(s, 13, 0)->role, ROLE_GHOST);
    hollow_on_bar(s, bar, 20);
    ck_assert_uint_eq(cell_of(s, 19, 0)->glyph, GLYPH_RING);
    bar.y = 1;
    hollow_on_bar(s, bar, -1);
    hollow_on_bar(s, bar, 21);
    ck_assert_uint_eq(cell_of(s, 0, 1)->glyph, GLYPH_LEFT);
    ck_assert_uint_eq(cell_of(s, 19, 1)->glyph, GLYPH_RIGHT);
    hollow_on_bar(s, bar, NAN);
    bar.y = 2;
    surface_text(s, 0, 2, -1, ROLE_TEXT, "exactly 0");
    hollow_on_bar(s, bar, 5);
    hollow_on_bar(s, bar, -1);
    for (int x = 0; x < 20; x++)
        ck_assert(cell_of(s, x, 2)->glyph == (uint32_t) "exactly 0           "[x]);
    surface_destroy(s);
}
END_TEST

/* Where marks cannot be told by colour they are by their glyph. */
START_TEST(marks_are_seen_without_colours_and_in_ascii)
{
    struct stage stage;
    struct surface *surface = surface_create(80, 24);
    stage_open(&stage, RELU, 30);
    stage_command(&stage, "lr 0.3", 20);
    stage_look(&stage, surface);
    int rings[2] = {0}, y = 5;
    for (int i = 0; i < 80 * 24; i++)
        rings[0] += surface->cells[i].glyph == GLYPH_RING;
    surface_asciify(surface);
    for (y = 5; y < 16; y++) {
        for (int x = 20; x < 50; x++) {
            const struct cell *cell = cell_of(surface, x, y);
            rings[1] += cell->glyph == 'o' && cell->back == ROLE_NONE;
        }
    }
    ck_assert_int_eq(rings[0], 6); /* five bars, and the line */
    ck_assert_int_ge(rings[1], 5);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* Units that were dead have a ring, and no others: by the ghost's own states. */
START_TEST(rings_are_of_the_units_that_were_dead)
{
    struct stage stage;
    struct surface *surface = surface_create(80, 24);
    stage_open(&stage, "activation=relu init=he_normal depth=3 width=6 lr=0.1", 30);
    stage.screen.view = stage_view("units");
    stage_command(&stage, "lr 3", 10);
    stage_look(&stage, surface);
    int rings = 0, was = dead_units(kept(&stage));
    surface_clear(surface);
    struct scene scene = screen_scene(&stage.screen, stage.screen.view);
    scene.selection = (struct selection){4, 1}; /* whose brackets are elsewhere */
    stage.screen.view->draw(&scene, surface, (struct rect){0, 0, 40, 20});
    for (int i = 0; i < 80 * 24; i++)
        rings += surface->cells[i].glyph == GLYPH_RING;
    ck_assert_int_gt(was, 0);
    ck_assert_int_lt(was, 18);
    ck_assert_int_eq(rings, was);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* A layer that has become narrower has no ring beyond its units, though others are as wide. */
START_TEST(rings_are_of_units_that_there_are)
{
    struct stage stage;
    struct surface *surface = surface_create(80, 24);
    stage_open(&stage, "activation=relu init=he_normal depth=3 width=2,64,2 lr=1", 20);
    stage.screen.view = stage_view("units");
    stage_look(&stage, surface);
    stage_command(&stage, "width 20,6,20", 10);
    stage_look(&stage, surface);
    const struct snapshot *before = kept(&stage);
    static const int widths[] = {20, 6, 20};
    int rings = 0, was = 0;
    for (int l = 1; l <= 3; l++) {
        const struct unit_stats *row = before->units + snapshot_units_from(before, l);
        for (int j = 0; j < before->seen.layers[l - 1].units && j < widths[l - 1]; j++)
            was += row[j].state == UNIT_DEAD;
    }
    surface_clear(surface);
    struct scene scene = screen_scene(&stage.screen, stage.screen.view);
    scene.selection = (struct selection){4, 1};
    stage.screen.view->draw(&scene, surface, (struct rect){0, 0, 60, 20});
    for (int i = 0; i < 80 * 24; i++)
        rings += surface->cells[i].glyph == GLYPH_RING;
    ck_assert_int_gt(was, 0);
    ck_assert_int_gt(dead_units(before), was);
    ck_assert_int_eq(rings, was);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

static double share_in_ten(const void *context, double value)
{
    (void)context;
    return value / 10;
}

/* The faint curve is the other run's at the same steps; beyond its end the last value goes on.
 */
START_TEST(the_faint_curve_is_of_the_same_steps)
{
    struct stage stage;
    struct surface *s = surface_create(100, 30);
    stage_open(&stage, RELU, 20);
    double losses[21];
    ck_assert_int_eq(record_recent(&stage.snapshot.record, QUANTITY_LOSS, 21, losses), 21);
    stage_press(&stage, "R", 40);
    struct timeline time = timeline_of(TIMELINE_LINEAR, 41, 41);
    struct ghost_curve curve = {QUANTITY_LOSS, 0, share_in_ten, NULL};
    struct rect area = {3, 0, 41, 30};
    surface_clear(s);
    ghost_draw_curve(kept(&stage), &stage.snapshot, &time, &curve, s, area);
    for (int i = 0; i <= 40; i++) {
        double loss = losses[i < 20 ? i : 20];
        int row = 29 - (int)lround(loss / 10 * 89) / 3;
        const struct cell *cell = cell_of(s, 3 + i, row);
        if (i <= 20)
            ck_assert(
                cell->glyph == GLYPH_RULE || cell->glyph == 0x2581 || cell->glyph == 0x2594);
        else
            ck_assert_uint_eq(cell->glyph, GLYPH_MIDDLE_DOT);
    }
    surface_destroy(s);
    stage_close(&stage);
}
END_TEST

Suite *ghost_suite(void)
{
    return SUITE("ghost", marks_stand_where_the_bars_ended,
        a_mark_of_the_same_value_is_at_the_bars_end, the_axis_reaches_the_ghost_within_reason,
        marks_cover_nothing, a_ring_gives_way, marks_are_seen_without_colours_and_in_ascii,
        rings_are_of_the_units_that_were_dead, rings_are_of_units_that_there_are,
        the_faint_curve_is_of_the_same_steps);
}
