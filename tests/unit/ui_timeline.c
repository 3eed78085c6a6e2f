/* The time line, events gone to, and running backwards, on the screen. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "suites.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/input.h"
#include "ui_screens.h"

#define DYING "activation=relu init=he_normal depth=4 width=8 samples=40 lr=0.1"
enum { FORK = 60, END = 150 };

/* 0..150, with lr 0.3 from step 60 on, beside a branch that goes on without; at step 150. */
static void open_line(struct stage *stage)
{
    stage_open(stage, DYING, 0);
    stage->session->history = SIZE_MAX;
    stage_command(stage, "reset", 0);
    stage_command(stage, "seek 100", 0);
    stage_command(stage, "seek 60", 0);
    stage_command(stage, "lr 0.3", 0);
    stage_command(stage, "seek 150", 0);
    stage_command(stage, "timeline on", 0);
    stage->screen.message[0] = '\0';
}

static const struct cell *cell_at(const struct surface *surface, int x, int y)
{
    return &surface->cells[y * surface->width + x];
}

/* The first row of the strip: that which begins with its name. */
static int strip_row(const struct surface *surface)
{
    for (int y = 0; y < surface->height; y++) {
        const struct cell *first = cell_at(surface, 0, y);
        if (first->glyph == 't' && first[3].glyph == 'e' && first->role == ROLE_TITLE)
            return y;
    }
    return -1;
}

static int cursor_column(const struct surface *surface, int y)
{
    int found = -1;
    for (int x = 0; x < surface->width; x++) {
        if (cell_at(surface, x, y)->glyph != GLYPH_CEILING)
            continue;
        ck_assert_int_eq(found, -1);
        found = x;
    }
    ck_assert_int_ge(found, 0);
    return found;
}

/* The number in the selected field of a row. */
static uint64_t selected_number(const struct surface *surface, int y)
{
    uint64_t number = 0;
    int digits = 0;
    for (int x = 0; x < surface->width; x++) {
        const struct cell *cell = cell_at(surface, x, y);
        if (cell->role != ROLE_SELECTED || cell->glyph < '0' || cell->glyph > '9')
            continue;
        number = 10 * number + cell->glyph - '0';
        digits++;
    }
    ck_assert_int_gt(digits, 0);
    return number;
}

START_TEST(arrow_keys_go_along_the_time_line_while_it_is_open)
{
    static const struct {
        uint32_t key;
        enum command_id id;
        double goal;
    } keys[] = {{INPUT_LEFT, COMMAND_SEEK, 149}, {INPUT_RIGHT, COMMAND_SEEK, 151},
        {INPUT_PAGE_UP, COMMAND_SEEK, 140}, {INPUT_PAGE_DOWN, COMMAND_SEEK, 160},
        {INPUT_HOME, COMMAND_SEEK, 0}, {',', COMMAND_REVERSE, 1}, {'<', COMMAND_SEEK, 149},
        {' ', COMMAND_PAUSE, 1}};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        struct stage stage;
        open_line(&stage);
        stage.screen.wanted.running = true;
        screen_key(&stage.screen, keys[i].key);
        ck_assert_int_eq(stage.screen.outbox_count, 1);
        ck_assert_int_eq(stage.screen.outbox[0].id, keys[i].id);
        ck_assert(stage.screen.outbox[0].number == keys[i].goal);
        stage_close(&stage);
    }
    struct stage stage;
    open_line(&stage);
    int selected = stage.screen.selected;
    screen_key(&stage.screen, INPUT_HOME);
    stage_go_on(&stage, 0);
    screen_key(&stage.screen, INPUT_END); /* as far as it has been */
    ck_assert(isinf(stage.screen.outbox[0].number));
    stage_go_on(&stage, 0);
    ck_assert_uint_eq(stage.snapshot.seen.step, END);
    ck_assert_int_eq(stage.screen.selected, selected);
    screen_key(&stage.screen, INPUT_ESCAPE);
    ck_assert(!stage.screen.time_open);
    screen_key(&stage.screen, INPUT_DOWN);
    ck_assert_int_ne(stage.screen.selected, selected);
    screen_key(&stage.screen, INPUT_RIGHT);
    ck_assert_int_ne(stage.screen.outbox[0].id, COMMAND_SEEK);
    screen_key(&stage.screen, 'T');
    ck_assert(stage.screen.time_open);
    screen_key(&stage.screen, 'T');
    ck_assert(!stage.screen.time_open);
    stage_close(&stage);
}
END_TEST

/* Of the curve: the glyphs are the same wherever one stands, but for the cursor and ticks. */
START_TEST(the_time_line_keeps_still)
{
    static const int places[] = {0, 1, 59, 60, 61, 99, 100, 149, 150};
    static const int sizes[][2] = {{80, 24}, {120, 40}, {60, 16}};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct stage stage;
        open_line(&stage);
        int width = sizes[i][0], compared = 0, before = -1;
        struct surface *whole = surface_create(width, sizes[i][1]), *surface;
        surface = surface_create(width, sizes[i][1]);
        stage_look(&stage, whole);
        int top = strip_row(whole), rows = sizes[i][1] < 20 ? 1 : 2;
        for (size_t k = 0; k < ARRAY_LEN(places); k++) {
            char order[32];
            (void)snprintf(order, sizeof order, "seek %d", places[k]);
            stage_command(&stage, order, 0);
            stage_look(&stage, surface);
            ck_assert_int_eq(strip_row(surface), top);
            int cursor = cursor_column(surface, top + 1);
            ck_assert_int_ge(cursor, before);
            before = cursor;
            ck_assert_uint_eq(selected_number(surface, top + rows + 1), (uint64_t)places[k]);
            for (int x = 6; x < width * rows; x++) {
                int y = top + 1 + x / width, column = x % width;
                const struct cell *now = cell_at(surface, column, y);
                const struct cell *then = cell_at(whole, column, y);
                bool line = now->glyph == GLYPH_BAR || then->glyph == GLYPH_BAR ||
                    now->glyph == GLYPH_MARK || now->glyph == GLYPH_CEILING ||
                    then->glyph == GLYPH_CEILING;
                if (column < 6 || line)
                    continue;
                /* The last step has no kept row: its column stays that of the one before. */
                if (then->glyph != now->glyph)
                    ck_assert_int_ge(column, cursor_column(whole, top + 1) - 1);
                compared += now->glyph != ' ';
                bool drawn = now->glyph != ' ' && now->glyph != 0x2591;
                ck_assert(!drawn || now->role == (column <= cursor ? ROLE_LOSS : ROLE_DIM));
            }
        }
        ck_assert_int_gt(compared, 100);
        surface_destroy(whole);
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

/* Another future is shorter; the axis stays as long as the line is open. */
START_TEST(the_axis_grows_and_never_shrinks)
{
    struct stage stage;
    open_line(&stage);
    ck_assert_uint_eq(stage.screen.time_total, END + 1);
    stage_command(&stage, "seek 20", 0);
    stage_command(&stage, "lr 0.2", 5);
    ck_assert_uint_eq(stage.snapshot.furthest, 25);
    ck_assert_uint_eq(stage.screen.time_total, END + 1);
    stage_command(&stage, "seek 200", 0);
    ck_assert_uint_eq(stage.screen.time_total, 201);
    stage_command(&stage, "timeline", 0);
    stage_command(&stage, "seek 10", 0);
    stage_command(&stage, "lr 0.7", 2);
    stage_command(&stage, "timeline", 0);
    ck_assert_uint_eq(stage.screen.time_total, 13);
    /* A run that begins anew has its own. */
    stage_command(&stage, "seek 300", 0);
    stage_command(&stage, "reseed", 3);
    stage.snapshot.news.builds++; /* as the runner tells */
    screen_update(&stage.screen, &stage.snapshot, stage.now);
    ck_assert_uint_eq(stage.screen.time_total, 4);
    stage_close(&stage);
}
END_TEST

/* Where the run has been, but the record is not: after another branch was gone to. */
START_TEST(what_was_not_recorded_is_dotted)
{
    struct stage stage;
    struct surface *surface = surface_create(80, 24);
    open_line(&stage);
    stage_command(&stage, "seek 30", 0);
    stage_command(&stage, "branch 1", 0);
    stage_look(&stage, surface);
    ck_assert_uint_eq(stage.snapshot.furthest, 100);
    int top = strip_row(surface), dots = 0;
    for (int x = 6; x < 80; x++)
        dots += cell_at(surface, x, top + 2)->glyph == GLYPH_MIDDLE_DOT;
    ck_assert_int_gt(dots, 5);
    stage_command(&stage, "seek 100", 0);
    stage_command(&stage, "seek 30", 0);
    stage_look(&stage, surface);
    for (int x = 6; x < 80; x++)
        ck_assert_uint_ne(cell_at(surface, x, top + 2)->glyph, GLYPH_MIDDLE_DOT);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

START_TEST(branches_are_marked_where_they_leave)
{
    struct stage stage;
    struct surface *surface = surface_create(80, 24);
    open_line(&stage);
    stage_look(&stage, surface);
    const struct branch_list *list = &stage.snapshot.news.branches;
    ck_assert_int_eq(list->count, 2);
    ck_assert_uint_eq(branch_parts(list, 0), FORK);
    int top = strip_row(surface), marks = 0;
    for (int x = 6; x < 80; x++)
        marks += cell_at(surface, x, top)->glyph == GLYPH_DOWN;
    ck_assert_int_eq(marks, 1);
    ck_assert_int_eq(stage_row(surface, "▾lr 0.3"), top);
    /* A child of the other one leaves where that does, or sooner where it leaves sooner. */
    stage_command(&stage, "branch 1", 0);
    stage_command(&stage, "seek 80", 0);
    stage_command(&stage, "lr 0.2", 10);
    stage_command(&stage, "branch 1", 0);
    stage_command(&stage, "seek 40", 0);
    stage_command(&stage, "lr 0.25", 10);
    list = &stage.snapshot.news.branches;
    ck_assert_int_eq(list->count, 4);
    ck_assert_int_eq(list->active, 3);
    static const uint64_t from_fourth[] = {40, 40, 40};
    for (int i = 0; i < 3; i++)
        ck_assert_uint_eq(branch_parts(list, i), from_fourth[i]);
    stage_command(&stage, "branch 2", 0);
    list = &stage.snapshot.news.branches;
    ck_assert_uint_eq(branch_parts(list, 0), FORK);
    ck_assert_uint_eq(branch_parts(list, 2), FORK);
    ck_assert_uint_eq(branch_parts(list, 3), 40);
    stage_command(&stage, "branch 3", 0);
    list = &stage.snapshot.news.branches;
    ck_assert_uint_eq(branch_parts(list, 0), 80);
    ck_assert_uint_eq(branch_parts(list, 1), FORK);
    stage_command(&stage, "reseed", 25);
    ck_assert_uint_eq(branch_parts(&stage.snapshot.news.branches, 0), UINT64_MAX);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* To each, back and on again, also those ahead; with a sentence where there is none. */
START_TEST(events_are_gone_to)
{
    struct stage stage;
    open_line(&stage);
    uint64_t steps[RUN_EVENTS_MOST];
    int count = 0;
    for (int i = 0; i < stage.snapshot.events.count; i++) {
        uint64_t step = stage.snapshot.events.list[i].step;
        if (step < END && (count == 0 || step > steps[count - 1]))
            steps[count++] = step;
    }
    ck_assert_int_ge(count, 3);
    for (int i = count - 1; i >= 0; i--) {
        stage_press(&stage, "K", 0);
        ck_assert_uint_eq(stage.snapshot.seen.step, steps[i]);
    }
    ck_assert_ptr_nonnull(strstr(stage.screen.message, "to step 0: "));
    stage_press(&stage, "K", 0);
    ck_assert_str_eq(stage.screen.message, "there is no event before step 0");
    for (int i = 1; i < count; i++) {
        stage_press(&stage, "k", 0);
        ck_assert_uint_eq(stage.snapshot.seen.step, steps[i]);
    }
    stage_command(&stage, "seek 59", 0);
    stage_press(&stage, "k", 0);
    ck_assert_str_eq(stage.screen.message, "to step 60: lr 0.3");
    /* Several at once go as far as there are some. */
    stage_command(&stage, "event 100", 0);
    ck_assert_uint_ge(stage.snapshot.seen.step, steps[count - 1]);
    stage_command(&stage, "event -100", 0);
    ck_assert_uint_eq(stage.snapshot.seen.step, 0);
    stage_command(&stage, "seek end", 0);
    stage_press(&stage, "k", 0);
    ck_assert_str_eq(stage.screen.message, "no event is known after step 150 yet");
    ck_assert_uint_eq(stage.snapshot.seen.step, END);
    /* From where it is going to, not from where it still is. */
    screen_key(&stage.screen, 'K');
    screen_key(&stage.screen, 'K');
    ck_assert_int_eq(stage.screen.outbox_count, 2);
    ck_assert(stage.screen.outbox[0].number == (double)steps[count - 1]);
    ck_assert(stage.screen.outbox[1].number == (double)steps[count - 2]);
    stage_close(&stage);
}
END_TEST

/* Of another future those of this one are not known. */
START_TEST(events_of_another_future_are_not_ahead)
{
    struct stage stage;
    open_line(&stage);
    stage_command(&stage, "seek 60", 0);
    int after = stage.snapshot.ahead.count;
    stage_command(&stage, "seek 59", 0);
    ck_assert_int_gt(stage.snapshot.ahead.count, after);
    ck_assert_str_eq(stage.snapshot.ahead.list[0].label, "lr 0.3");
    ck_assert_uint_eq(stage.snapshot.ahead.list[0].step, FORK);
    stage_command(&stage, "lr 0.15", 0);
    ck_assert_int_eq(stage.snapshot.ahead.count, 0);
    stage_press(&stage, "k", 0);
    ck_assert_str_eq(stage.screen.message, "no event is known after step 59 yet");
    stage_command(&stage, "event 0", 0);
    ck_assert_str_eq(
        stage.screen.message, "event 0 is none: event 1 is the next one, event -1 the last");
    stage_close(&stage);
}
END_TEST

static void work(struct stage *stage)
{
    ck_assert(session_work(stage->session));
    stage_advance(stage, 0);
}

START_TEST(it_runs_backwards_until_it_is_stopped)
{
    struct stage stage;
    open_line(&stage);
    struct surface *surface = surface_create(80, 24);
    stage.screen.bell = true;
    stage.screen.wanted.running = false;
    stage_press(&stage, ",", 0);
    for (uint64_t step = END - 1; step > END - 40; step--) {
        work(&stage);
        ck_assert_uint_eq(stage.snapshot.seen.step, step);
        ck_assert(!stage.screen.ring && stage.screen.message[0] == '\0');
    }
    stage_look(&stage, surface);
    ck_assert_int_eq(stage_row(surface, "◂ 20 of 20 steps/s"), 1);
    stage_press(&stage, " ", 0);
    uint64_t paused = stage.snapshot.seen.step;
    ck_assert(!session_reverses(stage.session) && !session_owes(stage.session));
    stage_look(&stage, surface);
    ck_assert_int_eq(stage_row(surface, "paused"), 1);
    /* The same key again stops it, too; a change of a setting does, and is made there. */
    stage_press(&stage, ",", 0);
    work(&stage);
    stage_press(&stage, ",", 0);
    ck_assert(!session_reverses(stage.session));
    ck_assert_uint_eq(stage.snapshot.seen.step, paused - 1);
    stage_press(&stage, ",", 0);
    work(&stage);
    stage_command(&stage, "lr 0.05", 0);
    ck_assert(!session_reverses(stage.session));
    ck_assert_uint_eq(stage.snapshot.seen.step, paused - 2);
    ck_assert(stage.snapshot.seen.hparams.lr == 0.05);
    /* To the beginning, where space runs on again. */
    stage_press(&stage, ",", 0);
    for (uint64_t i = 0; i < paused - 2; i++)
        work(&stage);
    ck_assert_uint_eq(stage.snapshot.seen.step, 0);
    ck_assert(!session_reverses(stage.session));
    screen_key(&stage.screen, ' ');
    ck_assert_int_eq(stage.screen.outbox[0].id, COMMAND_RUN);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* A row of words below the line, in every view, nothing of which is cut. */
START_TEST(it_is_open_in_every_view_and_size)
{
    static const int sizes[][2] = {
        {40, 10}, {40, 24}, {60, 16}, {80, 24}, {120, 40}, {160, 50}};
    struct stage stage;
    open_line(&stage);
    stage_command(&stage, "seek 100", 0);
    for (size_t i = 0; i < ARRAY_LEN(sizes) * 2 * (size_t)view_count; i++) {
        const int *size = sizes[i % ARRAY_LEN(sizes)];
        struct surface *surface = surface_create(size[0], size[1]);
        stage.screen.view = views[i / ARRAY_LEN(sizes) / 2];
        stage.screen.presenting = i / ARRAY_LEN(sizes) % 2;
        stage.screen.message[0] = '\0';
        stage_look(&stage, surface);
        int row = size[1] >= 16 ? strip_row(surface) : size[1] - 2;
        ck_assert_int_gt(row, 0);
        ck_assert_int_ge(cursor_column(surface, row + (size[1] >= 16)), 1);
        int field = size[1] >= 20 ? row + 3 : size[1] >= 16 ? row + 2 : row;
        ck_assert_uint_eq(selected_number(surface, field), 100);
        ck_assert_int_eq(stage_row(surface, "Esc close"), size[1] - 1);
        surface_destroy(surface);
    }
    stage_close(&stage);
}
END_TEST

Suite *time_line_suite(void)
{
    return SUITE("time line", arrow_keys_go_along_the_time_line_while_it_is_open,
        the_time_line_keeps_still, the_axis_grows_and_never_shrinks,
        what_was_not_recorded_is_dotted, branches_are_marked_where_they_leave,
        events_are_gone_to, events_of_another_future_are_not_ahead,
        it_runs_backwards_until_it_is_stopped, it_is_open_in_every_view_and_size);
}
