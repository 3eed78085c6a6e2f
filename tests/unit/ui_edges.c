/* Marks at the ends of axes, words that come up seldom, and keys of the help. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/input.h"
#include "ui/screen/keymap.h"
#include "ui/screen/screen.h"
#include "ui/views/units.h"
#include "ui_screens.h"

enum { ROW_SIZE = 1000 };

static void row_text(const struct surface *surface, int y, char text[ROW_SIZE])
{
    size_t used = 0;
    for (int x = 0; x < surface->width && used < ROW_SIZE - 5; x++) {
        uint32_t glyph = surface->cells[y * surface->width + x].glyph;
        if (glyph != 0)
            used += (size_t)utf8_encode(glyph, text + used);
    }
    text[used] = '\0';
}

static bool shows(const struct surface *surface, const char *words)
{
    char text[ROW_SIZE];
    for (int y = 0; y < surface->height; y++) {
        row_text(surface, y, text);
        if (strstr(text, words))
            return true;
    }
    return false;
}

/* In whatever measure the view draws, signal and ceiling are these. */
static void set_layer(struct snapshot *snapshot, int layer, double signal, double ceiling)
{
    struct layer_stats *stats = &snapshot->seen.layers[layer - 1];
    stats->signal = stats->delta_rms = signal;
    stats->signal_ceiling = stats->ceiling = ceiling;
}

static struct log_axis axis_of(double signal, double ceiling)
{
    struct stage stage;
    stage_open(&stage, "depth=2 width=3 samples=20", 0);
    set_layer(&stage.snapshot, 3, 0.5, 0.5);
    set_layer(&stage.snapshot, 2, 0.05, 0.05);
    set_layer(&stage.snapshot, 1, signal, ceiling);
    struct scene scene = screen_scene(&stage.screen, stage_view("flow"));
    scene.new_run = true;
    flow_update(&scene);
    struct log_axis axis = stage_flow(&stage)->axis;
    stage_close(&stage);
    return axis;
}

START_TEST(the_axis_takes_ceilings_in_up_to_a_thousandth)
{
    ck_assert_int_eq(axis_of(2e-3, 2e-3).low, -4);
    /* A ceiling above the signal never counts less than the signal. */
    ck_assert_int_eq(axis_of(2e-3, 30).high, 2);
    ck_assert_int_eq(axis_of(2e-6, 30).low, -6);
    /* Below it, as far as a thousandth. */
    ck_assert_int_eq(axis_of(2e-3, 2.1e-6).low, -6);
    ck_assert_int_eq(axis_of(2e-3, 1.9e-6).low, -4);
    ck_assert_int_eq(axis_of(0.4, 5e-4).low, -4);
    ck_assert_int_eq(axis_of(0.4, 3e-4).low, -4);
    ck_assert_int_eq(axis_of(400, 3e-4).low, -2);
    /* Nothing of a signal that has none, nor of one that is not finite. */
    ck_assert_int_eq(axis_of(0, 0).low, -4);
    ck_assert_int_eq(axis_of(NAN, INFINITY).high, 0);
}
END_TEST

/* The ceiling in a row, which has no gaps: its first column and the glyph there. */
static int ceiling_mark(const struct surface *surface, int y, uint32_t *glyph)
{
    int found = -1;
    for (int x = 0; x < surface->width; x++) {
        const struct cell *cell = &surface->cells[y * surface->width + x];
        if (cell->role != ROLE_CEILING)
            continue;
        ck_assert(found < 0 || cell[-1].role == ROLE_CEILING);
        if (found >= 0)
            continue;
        found = x;
        *glyph = cell->glyph;
    }
    return found;
}

/* The row of a layer, by its number at the left. */
static int row_of(const struct surface *surface, int layer)
{
    char text[ROW_SIZE], label[16];
    (void)snprintf(label, sizeof label, "%4d ", layer);
    for (int y = 2; y < surface->height; y++) {
        row_text(surface, y, text);
        const char *at = strstr(text, label);
        if (at && at - text <= 3)
            return y;
    }
    ck_abort_msg("layer %d has no row", layer);
}

START_TEST(a_ceiling_off_the_axis_is_marked_at_its_end)
{
    struct stage stage;
    struct surface *surface = surface_create(80, 24);
    stage_open(&stage, "depth=6 width=3 samples=20", 0);
    stage.screen.wanted.running = false;
    struct flow_state *flow = stage_flow(&stage);
    /* From layer 1 up: far below the axis, below it, on it twice, at its top, above it. */
    static const double ceilings[] = {1e-60, 1e-8, 1e-3, 1e-2, 0.9, 50};
    for (int l = 1; l <= 6; l++)
        set_layer(&stage.snapshot, l, 0.1, ceilings[l - 1]);
    set_layer(&stage.snapshot, 7, 0.5, 0.5);
    stage.snapshot.news.wanted.running = false;
    screen_draw(&stage.screen, surface);
    screen_update(&stage.screen, &stage.snapshot, 100);
    flow->axis = (struct log_axis){.low = -4, .high = 0, .set = true};
    screen_draw(&stage.screen, surface);
    uint32_t glyph = 0;
    int columns[7];
    for (int l = 1; l <= 6; l++) {
        columns[l] = ceiling_mark(surface, row_of(surface, l), &glyph);
        if (l <= 5)
            ck_assert_uint_eq(glyph, l <= 2 ? GLYPH_LEFT : GLYPH_STEP_DOWN);
    }
    ck_assert_int_gt(columns[1], 0);
    ck_assert_int_eq(columns[1], columns[2]); /* the left end */
    /* A quarter of the axis a decade. */
    int decade = columns[4] - columns[3];
    ck_assert_int_gt(decade, 3);
    ck_assert_int_le(abs(columns[3] - columns[1] - decade), 1);
    ck_assert_int_gt(columns[5], columns[4] + decade);
    /* It goes up from the output's, 0.5, and out at the right end. */
    ck_assert_uint_eq(glyph, GLYPH_STEP_RIGHT);
    ck_assert_int_lt(columns[6], columns[5]);
    stage_close(&stage);
    surface_destroy(surface);
}
END_TEST

START_TEST(a_revival_is_told_from_the_first)
{
    struct stage stage;
    stage_open(&stage, "activation=relu init=he_normal depth=1 width=4 samples=20", 0);
    screen_command(&stage.screen, "view units");
    stage_advance(&stage, 0);
    stage_advance(&stage, 0);
    struct unit_detail *unit = &stage.snapshot.unit;
    ck_assert(unit->valid);
    char text[UNIT_WORDS];
    for (int revivals = 1; revivals <= 3; revivals++) {
        stage.snapshot.units[unit->unit - 1].state = UNIT_ALIVE;
        unit->record.died_at = -1;
        unit->record.revived_at = 80;
        unit->record.revivals = revivals;
        unit_say_cause(&stage.snapshot, text);
        ck_assert_ptr_nonnull(strstr(text, "80"));
        ck_assert_int_eq(strstr(text, "first time") != NULL, revivals > 1);
    }
    stage_close(&stage);
}
END_TEST

START_TEST(it_is_working_until_a_command_is_handled)
{
    struct stage stage;
    struct surface *surface = surface_create(100, 24);
    stage_open(&stage, "depth=2 width=3 samples=20", 0);
    for (int running = 0; running < 2; running++) {
        screen_command(&stage.screen, running ? "run" : "pause");
        stage.screen.outbox_count = 0;
        screen_draw(&stage.screen, surface);
        ck_assert(shows(surface, "working…"));
        ck_assert(!shows(surface, "paused") && !shows(surface, "steps/s"));
        stage_advance(&stage, 0); /* has handled all that was sent */
        screen_draw(&stage.screen, surface);
        ck_assert(!shows(surface, "working…"));
        ck_assert(shows(surface, running ? "steps/s" : "paused"));
    }
    stage_close(&stage);
    surface_destroy(surface);
}
END_TEST

START_TEST(layer_and_unit_without_a_number_move_on)
{
    struct stage stage;
    stage_open(&stage, "depth=4 width=5 samples=20", 0);
    static const struct {
        const char *command;
        int layer, unit;
    } cases[] = {{"layer 2", 2, 1}, {"layer", 3, 1}, {"layer", 4, 1}, {"unit 3", 4, 3},
        {"unit", 4, 4}, {"unit", 4, 5}, {"unit", 4, 5}, {"unit -1", 4, 4}, {"layer -2", 2, 4},
        {"layer +1", 3, 4}, {"layer", 4, 4}, {"layer", 5, 4}, {"layer", 5, 4}};
    screen_command(&stage.screen, "view units");
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        screen_command(&stage.screen, cases[i].command);
        ck_assert_msg(stage.screen.selection.layer == cases[i].layer &&
                stage.screen.selection.unit == cases[i].unit,
            "%zu, %s: layer %d, unit %d", i, cases[i].command, stage.screen.selection.layer,
            stage.screen.selection.unit);
    }
    stage_close(&stage);
}
END_TEST

static const char *help_of(uint32_t key)
{
    const struct key_binding *row = key_find(key, "flow");
    ck_assert_ptr_nonnull(row);
    return row->help;
}

/* The layer in the first row below the heading's two. */
static int top_layer(const struct surface *surface)
{
    char text[ROW_SIZE];
    int layer;
    row_text(surface, 4, text);
    if (strstr(text, " out "))
        return 101;
    return sscanf(text, "%*[ ▸]%d", &layer) == 1 ? layer : -1;
}

START_TEST(paging_does_what_its_help_says)
{
    struct stage stage;
    struct surface *surface = surface_create(80, 24);
    stage_open(&stage, "depth=100 width=2 samples=10", 0);
    ck_assert_str_eq(key_find(INPUT_PAGE_DOWN, "flow")->label, "PgDn");
    ck_assert_str_eq(key_find(INPUT_PAGE_UP, "flow")->label, "PgUp");
    static const struct {
        uint32_t key;
        const char *says;
        int direction; /* of the top row's layer: down is towards layer 1 */
    } cases[] = {{INPUT_END, "layer 1", -1}, {INPUT_HOME, "output", 1},
        {INPUT_PAGE_DOWN, "layer 1", -1}, {INPUT_PAGE_DOWN, "layer 1", -1},
        {INPUT_PAGE_UP, "output", 1}};
    stage_look(&stage, surface);
    screen_command(&stage.screen, "overview"); /* one layer a row */
    stage_look(&stage, surface);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int before = top_layer(surface);
        screen_key(&stage.screen, cases[i].key);
        stage_look(&stage, surface);
        int after = top_layer(surface);
        ck_assert_ptr_nonnull(strstr(help_of(cases[i].key), cases[i].says));
        ck_assert_msg(before > 0 && (after - before) * cases[i].direction > 0,
            "key %zu: from layer %d to %d", i, before, after);
    }
    stage_close(&stage);
    surface_destroy(surface);
}
END_TEST

/* Every key and command is found by PgDn alone, which is offered for as long as it helps. */
START_TEST(the_help_is_read_by_paging_down)
{
    struct stage stage;
    struct surface *surface = surface_create(80, 24);
    bool keys[200] = {false}, commands[COMMAND_COUNT] = {false};
    stage_open(&stage, "depth=2 width=3 samples=20", 0);
    screen_key(&stage.screen, '?');
    int pages = 0;
    for (bool more = true; more; pages++) {
        screen_draw(&stage.screen, surface);
        more = shows(surface, "PgDn: more");
        for (int y = 0; y < surface->height; y++) {
            char text[ROW_SIZE], start[64];
            row_text(surface, y, text);
            for (int i = 0; i < key_count; i++) {
                (void)snprintf(start, sizeof start, "  %s ", key_table[i].label);
                keys[i] = keys[i] ||
                    (strncmp(text, start, strlen(start)) == 0 &&
                        strstr(text, key_table[i].help));
            }
            for (int i = 0; i < COMMAND_COUNT; i++) {
                (void)snprintf(start, sizeof start, "  %s ", command_table[i].name);
                commands[i] = commands[i] || strncmp(text, start, strlen(start)) == 0;
            }
        }
        screen_key(&stage.screen, INPUT_PAGE_DOWN);
        ck_assert_int_lt(pages, 100);
    }
    ck_assert_int_gt(pages, 3);
    for (int i = 0; i < key_count; i++) {
        const char *view = key_table[i].view;
        bool of_another = view && strcmp(view, "flow") != 0 && strcmp(view, "time line") != 0 &&
            strcmp(view, "lesson") != 0 && strcmp(view, "question") != 0;
        ck_assert_msg(keys[i] != of_another, "%s: %s", key_table[i].label, key_table[i].help);
    }
    for (int i = 0; i < COMMAND_COUNT; i++)
        ck_assert_msg(commands[i], "%s", command_table[i].name);
    /* Where everything fits nothing more is offered. */
    surface_resize(surface, 320, 100);
    screen_draw(&stage.screen, surface);
    ck_assert(!shows(surface, "PgDn: more"));
    ck_assert_int_eq(stage.screen.overlay_scroll, 0);
    stage_close(&stage);
    surface_destroy(surface);
}
END_TEST

enum { HELP_SIZE = 60000 };

/* One blank before each. */
static void add_words(char *to, const char *from)
{
    to += strlen(to);
    while (*(from += strspn(from, " "))) {
        size_t length = strcspn(from, " ");
        to += sprintf(to, " %.*s", (int)length, from);
        from += length;
    }
}

/* Rows of a column of the help that is so wide. */
static void add_column(
    char all[HELP_SIZE], const struct surface *surface, int x, int width, int rows)
{
    char row[ROW_SIZE];
    struct surface *column = surface_create(width, rows);
    surface_copy(column, 0, 0, surface, (struct rect){x, 1, width, rows});
    for (int y = 0; y < rows; y++) {
        row_text(column, y, row);
        add_words(all, row);
    }
    surface_destroy(column);
}

/* All words of the help in the order in which they are read. */
static void read_help(struct stage *stage, struct surface *surface, char all[HELP_SIZE])
{
    int columns = surface->width < 160 ? 1 : surface->width / 80;
    int width = surface->width / columns;
    screen_key(&stage->screen, '?');
    all[0] = '\0';
    for (bool more = true; more; screen_key(&stage->screen, INPUT_DOWN)) {
        screen_draw(&stage->screen, surface);
        more = shows(surface, "PgDn: more");
        for (int i = 0; i < (more ? 1 : columns); i++)
            add_column(all, surface, i * width, width, more ? 1 : surface->height - 2);
    }
    /* Its end is the last row of the last page. */
    if (stage->screen.overlay_scroll > 0) {
        char last[ROW_SIZE] = "";
        struct surface *row = surface_create(width, 1);
        surface_copy(row, 0, 0, surface,
            (struct rect){(columns - 1) * width, surface->height - 2, width, 1});
        row_text(row, 0, last);
        ck_assert_msg(last[strspn(last, " ")], "%d columns", surface->width);
        surface_destroy(row);
    }
    screen_key(&stage->screen, '?');
}

static void expect_words(
    const char *all, int width, const char *label, const char *arguments, const char *text)
{
    char words[ROW_SIZE] = "";
    add_words(words, label);
    add_words(words, arguments);
    add_words(words, text);
    ck_assert_msg(strstr(all, words), "%d columns: no '%s'", width, words);
}

START_TEST(the_help_loses_no_word)
{
    static const int widths[] = {40, 80, 100, 165};
    static char all[HELP_SIZE];
    struct stage stage;
    stage_open(&stage, "depth=2 width=3 samples=20", 0);
    for (int i = 0; i < view_count * (int)ARRAY_LEN(widths); i++) {
        int width = widths[i / view_count];
        struct surface *surface = surface_create(width, width == 40 ? 10 : 24);
        const struct view *view = stage.screen.view = views[i % view_count];
        read_help(&stage, surface, all);
        for (const struct help_entry *entry = view->help; entry->label; entry++)
            expect_words(all, width, entry->label, "", entry->text);
        for (int k = 0; k < key_count; k++) {
            if (!key_table[k].view || strcmp(key_table[k].view, view->name) == 0)
                expect_words(all, width, key_table[k].label, "", key_table[k].help);
        }
        for (int c = 0; c < COMMAND_COUNT; c++)
            expect_words(all, width, command_table[c].name, command_table[c].arguments,
                command_table[c].help);
        surface_destroy(surface);
    }
    stage_close(&stage);
}
END_TEST

/* Row 0, from column `from` on, as it is drawn. */
static const char *title_from(const struct surface *surface, int from, char text[256])
{
    int used = 0;
    for (int x = from; x < surface->width && used < 255; x++) {
        uint32_t glyph = surface->cells[x].glyph;
        text[used++] = glyph < 128 ? (char)glyph : '?';
    }
    text[used] = '\0';
    return text;
}

START_TEST(numbers_of_an_earlier_step_are_said_to_be_and_nothing_moves)
{
    static const int widths[] = {40, 80, 120, 200};
    for (int i = 0; i < 8; i++) {
        int width = widths[i / 2];
        char fresh[256], stale[256];
        struct stage stage;
        stage_open(&stage, i % 2 ? "batch=20 lr=0.1" : "lr=0.1", 913);
        stage.snapshot.seen.surveyed = true;
        struct surface *surface = surface_create(width, 24);
        screen_draw(&stage.screen, surface);
        (void)title_from(surface, 0, fresh);
        /* At 40 columns the view's name has the place of the seed. */
        ck_assert_ptr_nonnull(strstr(fresh, width > 40 ? "seed 1   step 913" : "  step 913"));
        ck_assert_int_eq(strncmp(fresh, width < 100 ? "flow " : "nablascope  flow ", 5), 0);
        ck_assert_ptr_null(strstr(fresh, "census"));
        /* Without batches it is always of the step shown. */
        stage.snapshot.seen.surveyed = i % 2 == 0;
        stage.snapshot.seen.survey_step = 910;
        screen_draw(&stage.screen, surface);
        (void)title_from(surface, 0, stale);
        bool said = strstr(stale, " census 910   step 913");
        ck_assert_msg(said == (i % 2 == 1), "%d columns: %s", width, stale);
        /* The settings and the step stay where they are. */
        size_t settings = (size_t)width - strlen(" census 910   step 913");
        ck_assert(strncmp(fresh, stale, settings) == 0);
        ck_assert_str_eq(fresh + width - 8, stale + width - 8);
        surface_destroy(surface);
        stage_close(&stage);
    }
}
END_TEST

Suite *edges_suite(void)
{
    return SUITE("edges", the_axis_takes_ceilings_in_up_to_a_thousandth,
        a_ceiling_off_the_axis_is_marked_at_its_end, a_revival_is_told_from_the_first,
        it_is_working_until_a_command_is_handled, layer_and_unit_without_a_number_move_on,
        paging_does_what_its_help_says, the_help_is_read_by_paging_down, the_help_loses_no_word,
        numbers_of_an_earlier_step_are_said_to_be_and_nothing_moves);
}
