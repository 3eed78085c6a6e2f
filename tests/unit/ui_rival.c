/* The run and its ghost at the same step: what is said of them, and where they stand. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "suites.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui_screens.h"

#define RELU "activation=relu init=he_normal depth=4 lr=0.1"

static const char *line_in(struct stage *stage, const char *view)
{
    return stage_line(stage, view, 300);
}

/* The row that has these words, as ASCII. */
static void row_text(const struct surface *surface, int y, char *text)
{
    for (int x = 0; x < surface->width; x++) {
        uint32_t glyph = surface->cells[y * surface->width + x].glyph;
        text[x] = (char)(glyph >= 0x20 && glyph < 0x7f ? glyph : '#');
    }
    text[surface->width] = '\0';
}

static const char *title_of(struct stage *stage, int width)
{
    static char text[201];
    struct surface *surface = surface_create(width, 24);
    stage_look(stage, surface);
    row_text(surface, 0, text);
    surface_destroy(surface);
    return text;
}

/* Loss and dead units of both, of what is counted here. */
static void expect_both(struct stage *stage, const char *heading, bool of)
{
    char expected[200], loss[2][FORMAT_SIZE], dead[2][40];
    const struct snapshot *both[] = {stage->snapshot.ghost, &stage->snapshot};
    for (int i = 0; i < 2; i++) {
        format_loss(both[i]->seen.loss, loss[i]);
        int units = (int)both[i]->seen.toll.units;
        (void)snprintf(dead[i], sizeof dead[i], of ? "%d/%d dead" : "%d dead",
            snapshot_dead(both[i]), units);
    }
    ck_assert_str_ne(dead[0], dead[1]);
    (void)snprintf(expected, sizeof expected, "%s: %s, loss %s; here %s, %s", heading, dead[0],
        loss[0], dead[1], loss[1]);
    ck_assert_str_eq(stage_line(stage, "flow", text_columns(expected)), expected);
}

START_TEST(the_line_compares_at_the_same_step)
{
    static const struct {
        const char *race, *heading;
        bool of; /* how many units there are is said, too */
    } cases[] = {{"race lr=0.1 lr=0.5", "ghost lr 0.5", false},
        {"race depth=4 depth=7", "ghost depth 7", true},
        {"race width=32 width=9", "ghost width 9", true},
        {"race lr=0.3 batch=9", "ghost batch 9, lr 0.1", false}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct stage stage;
        stage_open(&stage, RELU, 3);
        stage_command(&stage, "view units", 0);
        stage_command(&stage, cases[i].race, 0);
        for (int k = 0; k < 3; k++) {
            stage_advance(&stage, 15);
            ck_assert_uint_eq(stage.snapshot.ghost->seen.step, stage.snapshot.seen.step);
            ck_assert(stage.snapshot.ghost->seen.surveyed);
            expect_both(&stage, cases[i].heading, cases[i].of);
        }
        /* Back in time both are as they were there. */
        stage_command(&stage, "seek 20", 0);
        ck_assert_uint_eq(stage.snapshot.ghost->seen.step, 20);
        expect_both(&stage, cases[i].heading, cases[i].of);
        stage_close(&stage);
    }
}
END_TEST

/* What one of them cannot have is not said of it; what is equal is not said twice. */
START_TEST(the_line_says_nothing_that_is_not_so)
{
    struct stage stage;
    stage_open(&stage, RELU, 3);
    stage_command(&stage, "race activation=relu activation=sigmoid", 0);
    const char *line = line_in(&stage, "units");
    HAS(line, "ghost sigmoid: ");
    HAS(line, "% saturated");
    char *here = strstr(line, "; here ");
    ck_assert_ptr_nonnull(here);
    LACKS(here, "saturated");
    HAS(here, " dead");
    *here = '\0';
    LACKS(line, " dead"); /* a sigmoid unit never is */
    /* At step 0 another learning rate has done nothing yet. */
    stage_command(&stage, "race lr=0.1 lr=2", 0);
    char expected[200], loss[FORMAT_SIZE];
    format_loss(stage.snapshot.seen.loss, loss);
    (void)snprintf(expected, sizeof expected, "ghost lr 2: loss %s; here %s", loss, loss);
    ck_assert_str_eq(line_in(&stage, "flow"), expected);
    ck_assert_str_eq(line_in(&stage, "data"), expected);
    stage_close(&stage);
}
END_TEST

START_TEST(a_diverged_one_has_no_numbers)
{
    struct stage stage;
    char expected[200], loss[FORMAT_SIZE];
    const char *settings = "activation=linear loss=mse depth=3 lr=0.1";
    stage_open(&stage, settings, 3);
    stage_command(&stage, "race lr=0.01 lr=30", 90);
    const struct snapshot *ghost = stage.snapshot.ghost;
    ck_assert_uint_lt(ghost->seen.step, 93);
    format_loss(stage.snapshot.seen.loss, loss);
    (void)snprintf(expected, sizeof expected,
        "ghost lr 30: diverged at step %" PRIu64 "; here loss %s", ghost->seen.step, loss);
    ck_assert_msg(strncmp(line_in(&stage, "curves"), expected, strlen(expected)) == 0, "%s",
        line_in(&stage, "curves"));
    LACKS(line_in(&stage, "curves"), ", at step");
    /* The other way round both are at the step at which the run at hand has ended. */
    stage_command(&stage, "branch +1", 0);
    ghost = stage.snapshot.ghost;
    ck_assert(stage.snapshot.seen.divergence.kind != DIVERGED_NOT);
    ck_assert_uint_eq(ghost->seen.step, stage.snapshot.seen.step);
    format_loss(ghost->seen.loss, loss);
    (void)snprintf(expected, sizeof expected, "ghost lr 0.01: loss %s", loss);
    HAS(line_in(&stage, "curves"), expected);
    (void)snprintf(expected, sizeof expected, "; here diverged at step %" PRIu64,
        stage.snapshot.seen.step);
    HAS(line_in(&stage, "curves"), expected);
    /* In every view and size, with numbers beyond all axes. */
    for (int i = 0; i < 4 * view_count; i++) {
        static const int sizes[][2] = {{80, 24}, {160, 45}, {40, 10}, {120, 40}};
        struct surface *surface = surface_create(sizes[i % 4][0], sizes[i % 4][1]);
        stage.screen.view = views[i / 4];
        stage.screen.beside_ghost = true;
        stage_look(&stage, surface);
        surface_destroy(surface);
    }
    stage_close(&stage);
}
END_TEST

/* One that was not waited for stands at another step, and says so in any room. */
START_TEST(one_that_is_late_says_its_step)
{
    struct stage stage;
    stage_open(&stage, RELU, 3);
    stage_command(&stage, "race lr=0.1 lr=0.5", 10);
    ck_assert(session_advance(stage.session, 5));
    ck_assert(snapshot_take(&stage.snapshot, stage.session, &stage.looks));
    ck_assert_uint_eq(stage.snapshot.seen.step, 15);
    HAS(line_in(&stage, "flow"), "ghost lr 0.5, at step 10: ");
    HAS(stage_line(&stage, "curves", 60), "ghost lr 0.5, at step 10: ");
    stage_close(&stage);
}
END_TEST

START_TEST(the_title_says_what_differs)
{
    struct stage stage;
    stage_open(&stage, RELU, 3);
    LACKS(title_of(&stage, 160), "ghost");
    stage_command(&stage, "race lr=0.1 lr=0.5", 10);
    HAS(title_of(&stage, 160), "relu 4#32");
    HAS(title_of(&stage, 160), "lr 0.1 against ghost: lr 0.5");
    HAS(title_of(&stage, 80), "lr 0.1 against ghost: lr 0.5");
    HAS(title_of(&stage, 80), "step 10");
    /* They have changed places. */
    stage_command(&stage, "branch +1", 0);
    HAS(title_of(&stage, 80), "lr 0.5 against ghost: lr 0.1");
    HAS(line_in(&stage, "flow"), "ghost lr 0.1: ");
    /* A change is one of the run at hand, and what is no longer so is not said. */
    stage_command(&stage, "lr 0.1", 5);
    HAS(title_of(&stage, 80), "against ghost, which has the same settings now");
    HAS(line_in(&stage, "flow"), "ghost: ");
    stage_command(&stage, "clip norm", 5);
    HAS(title_of(&stage, 80), "clip norm against ghost: clip none");
    HAS(line_in(&stage, "flow"), "ghost clip none: ");
    stage_press(&stage, "h", 0);
    LACKS(title_of(&stage, 160), "ghost");
    ck_assert_ptr_null(stage.snapshot.ghost);
    LACKS(line_in(&stage, "flow"), "ghost");
    stage_close(&stage);
}
END_TEST

START_TEST(keys_race_and_choose)
{
    struct stage stage;
    stage_open(&stage, RELU, 30);
    screen_key(&stage.screen, 'h');
    stage_go_on(&stage, 0);
    HAS(stage.screen.message, "no other branch");
    stage.session->message_unshown = false; /* an error is not talked over */
    stage_command(&stage, "seek 10", 0);
    stage_command(&stage, "lr 0.3", 10); /* selects it, too */
    screen_key(&stage.screen, 'h');
    stage_go_on(&stage, 0);
    ck_assert_int_eq(stage.snapshot.news.branches.ghost, 1);
    ck_assert_double_eq(stage.snapshot.ghost->seen.hparams.lr, 0.1);
    screen_key(&stage.screen, 'V');
    ck_assert_str_eq(stage.screen.outbox[0].text, "lr=0.3 lr=1");
    stage_go_on(&stage, 7);
    ck_assert(stage.snapshot.seen.step == 7 && stage.snapshot.ghost->seen.step == 7);
    ck_assert_double_eq(stage.snapshot.ghost->seen.hparams.lr, 1);
    ck_assert_double_eq(stage.screen.wanted.hparams.lr, 0.3);
    HAS(stage.snapshot.news.message, "race from step 0, all else the same: lr 0.3 against");
    /* What has no other value is no race. */
    stage_command(&stage, "loss mse", 0);
    stage_command(&stage, "lr 1e9", 0);
    screen_key(&stage.screen, 'V');
    ck_assert_int_le(stage.screen.outbox_count, 1);
    stage_close(&stage);
}
END_TEST

/* Column of the border between two views, or -1. */
static int border_of(const struct surface *surface)
{
    for (int x = 60; x < 100 && surface->width >= SPLIT_WIDTH; x++) {
        int y = 4;
        while (y < 20 && surface->cells[y * surface->width + x].glyph == GLYPH_BORDER)
            y++;
        if (y == 20)
            return x;
    }
    return -1;
}

START_TEST(both_stand_side_by_side)
{
    struct stage stage;
    struct surface *surface = surface_create(160, 45);
    char text[161];
    stage_open(&stage, RELU, 3);
    stage_look(&stage, surface);
    stage_command(&stage, "split ghost", 0);
    HAS(stage.screen.message, "there is no ghost to stand beside");
    stage_command(&stage, "race width=32 width=12", 20);
    stage_command(&stage, "split ghost", 0);
    for (int v = 0; v < view_count; v++) {
        stage.screen.view = views[v];
        stage_look(&stage, surface);
        ck_assert_int_eq(border_of(surface), 79);
        int y = stage_row(surface, "this run: width 32");
        ck_assert_msg(y >= 0, "%s", views[v]->name);
        row_text(surface, y, text);
        char *other = strstr(text, "the ghost: width 12");
        ck_assert(other && other - text > 79);
        HAS(other, "step 20");
        ck_assert_uint_eq(stage.snapshot.ghost->watch.details | DETAIL_CURVES,
            stage.snapshot.watch.details | DETAIL_CURVES);
    }
    /* What is made larger or scrolled is so on both sides. */
    stage.screen.view = stage_view("curves");
    stage_command(&stage, "scale linear", 0);
    stage_look(&stage, surface);
    int rows = 0;
    for (int y = 0; y < 45; y++) {
        row_text(surface, y, text);
        char *left = strstr(text, "y linear"),
             *right = left ? strstr(left + 1, "y linear") : NULL;
        rows += right && right - text > 79;
    }
    ck_assert_int_ge(rows, 1);
    /* Bars on the same axis, unless that would crush one of them. */
    stage.screen.view = stage_view("flow");
    stage_look(&stage, surface);
    const struct flow_state *left = stage_flow(&stage);
    const struct flow_state *right =
        stage.screen.ghost_slots[view_index(stage.screen.view)].state;
    ck_assert(left->axis.low == right->axis.low && left->axis.high == right->axis.high);
    /* Without its ghost it is one view, and with another two again. */
    stage_command(&stage, "ghost off", 0);
    stage_look(&stage, surface);
    ck_assert_int_eq(border_of(surface), -1);
    stage_command(&stage, "ghost", 0);
    stage_look(&stage, surface);
    ck_assert_int_eq(border_of(surface), 79);
    stage_press(&stage, "v", 0);
    stage_look(&stage, surface);
    ck_assert_int_eq(border_of(surface), -1);
    stage_command(&stage, "race activation=relu activation=sigmoid", 20);
    const struct layer_stats *layers = stage.snapshot.ghost->seen.layers;
    ck_assert(log10(layers[0].signal) >= right->axis.low);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

START_TEST(the_log_marks_its_branch)
{
    struct stage stage;
    struct surface *surface = surface_create(80, 24);
    stage_open(&stage, RELU, 3);
    stage_command(&stage, "race lr=0.1 lr=0.5", 30);
    stage_press(&stage, "e", 0);
    stage_look(&stage, surface);
    int y = stage_row(surface, "lr 0.5");
    ck_assert(y > 12 && surface->cells[y * 80].glyph == GLYPH_RING);
    ck_assert_uint_eq(stage.snapshot.news.branches.rows[1].reached, 30);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

Suite *rival_suite(void)
{
    return SUITE("rival", the_line_compares_at_the_same_step,
        the_line_says_nothing_that_is_not_so, a_diverged_one_has_no_numbers,
        one_that_is_late_says_its_step, the_title_says_what_differs, keys_race_and_choose,
        both_stand_side_by_side, the_log_marks_its_branch);
}
