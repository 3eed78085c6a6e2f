/*
 * Whole screens as text, compared with tests/golden/. After a wanted change:
 *   NABLASCOPE_GOLDEN=write make check TESTS=test_ui
 */
#include <stdlib.h>
#include <string.h>

#include "picture/svg.h"
#include "picture/text.h"
#include "suites.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/input.h"
#include "ui_screens.h"

struct golden {
    const char *name, *settings;
    int steps, width, height;
    const char *keys;
    double share; /* of the shown step; negative: none is shown */
    bool ascii;
};

#define CLIPPED "activation=relu init=he_normal gain=1.5 lr=0.1 clip=norm"
#define DYING "activation=relu init=he_normal depth=1 lr=10"
#define REVIVAL "activation=relu init=he_normal depth=3 bias=-1 optimizer=adam lr=0.01"
#define OVERFITTING "activation=tanh depth=3 noise=0.4 samples=60 test=0.5 lr=0.5"
#define CLIPPED_BY_VALUE "activation=relu init=he_normal gain=2 lr=0.01 clip=value clip_at=0.01"

#define UNEQUAL "activation=relu init=he_normal depth=3 width=5,10,5"
#define NARROWING "activation=relu init=he_normal depth=3 width=20,3,1"
#define BULGING "activation=relu init=he_normal depth=3 width=2,128,2"

static const struct golden goldens[] = {
    {"vanishing-80x24", "", 100, 80, 24, "", -1, false},
    {"vanishing-120x40", "", 100, 120, 40, "", -1, false},
    {"vanishing-40x10", "", 100, 40, 10, "", -1, false},
    {"vanishing-ascii", "", 100, 80, 24, "", -1, true},
    {"tiny-30x5", "", 1, 30, 5, "", -1, false},
    {"forward-80x24", "", 5, 80, 24, "", 0.15, false},
    {"backward-80x24", "", 5, 80, 24, "", 0.6, false},
    {"backward-40x10", "", 5, 40, 10, "", 0.6, false},
    {"backward-deep-ascii", "depth=100 width=8", 0, 80, 24, "", 0.6, true},
    {"backward-big-80x24", "", 5, 80, 24, "b", 0.6, false},
    {"backward-units-80x24", REVIVAL, 30, 80, 24, "2", 0.6, false},
    {"backward-clip-80x24", CLIPPED, 40, 80, 24, "3", 0.6, false},
    {"backward-clip-big-80x24", CLIPPED, 40, 80, 24, "3b", 0.85, false},
    {"backward-layer-80x24", "", 20, 80, 24, "6]]", 0.6, false},
    {"backward-curves-80x24", "gain=4", 300, 80, 24, "4", 0.6, false},
    {"forward-units-80x24", DYING, 50, 80, 24, "2", 0.03, false},
    {"cut-clip-80x24", CLIPPED_BY_VALUE, 40, 80, 24, "3", 0.85, false},
    {"exploding-100x30", "activation=relu init=he_normal gain=1.5 lr=0.1", 2, 100, 30, "", -1,
        false},
    {"diverged-80x24", "activation=relu init=he_normal gain=1.5 lr=0.1", 20, 80, 24, "", -1,
        false},
    {"clipped-80x24", "activation=relu init=he_normal gain=2 lr=0.01 clip=value clip_at=0.01",
        0, 80, 24, "", -1, false},
    {"dying-120x40", "activation=relu init=he_normal depth=1 lr=10", 50, 120, 40, "", -1,
        false},
    {"overview-80x24", "depth=100 width=8", 0, 80, 24, "", -1, false},
    {"large-200x60", "activation=tanh lr=0.1", 50, 200, 60, "", -1, false},
    {"units-80x24", DYING, 50, 80, 24, "2", -1, false},
    {"units-40x10", DYING, 50, 40, 10, "2", -1, false},
    {"units-ascii", DYING, 50, 80, 24, "2", -1, true},
    {"units-why-80x24", DYING, 50, 80, 24, "2w", -1, false},
    {"units-120x40", REVIVAL, 60, 120, 40, "2]]}}", -1, false},
    {"units-160x50", REVIVAL, 60, 160, 50, "2]]}}", -1, false},
    {"units-born-80x24", "activation=relu init=he_normal depth=10 lr=0.03", 0, 80, 24, "2]]",
        -1, false},
    {"units-saturated-80x24", "gain=8", 50, 80, 24, "2]]}", -1, false},
    {"units-diverged-80x24", "activation=relu init=he_normal gain=1.5 lr=0.1", 20, 80, 24, "2]",
        -1, false},
    {"units-big-80x24", "activation=relu init=he_normal depth=2 lr=3", 100, 80, 24, "2b", -1,
        false},
    {"clip-80x24", CLIPPED, 40, 80, 24, "3", -1, false},
    {"clip-40x10", CLIPPED, 40, 40, 10, "3", -1, false},
    {"clip-160x50", CLIPPED, 40, 160, 50, "3~", -1, false},
    {"clip-value-80x24", CLIPPED_BY_VALUE, 40, 80, 24, "3", -1, false},
    {"clip-value-120x40", CLIPPED_BY_VALUE, 40, 120, 40, "3", -1, false},
    {"clip-value-ascii", CLIPPED_BY_VALUE, 40, 80, 24, "3", -1, true},
    {"clip-why-80x24", CLIPPED_BY_VALUE, 40, 80, 24, "3w", -1, false},
    {"clip-big-80x24", CLIPPED, 40, 80, 24, "3b", -1, false},
    {"clip-value-big-80x24", CLIPPED_BY_VALUE, 40, 80, 24, "3b", -1, false},
    {"clip-none-80x24", "gain=4", 40, 80, 24, "3", -1, false},
    {"clip-wall-80x24", CLIPPED, 0, 80, 24, "3x~", -1, false},
    {"clip-wall-120x40", CLIPPED, 0, 120, 40, "3x~", -1, false},
    {"data-80x24", "activation=tanh lr=0.1", 60, 80, 24, "5", -1, false},
    {"data-test-80x24", OVERFITTING, 900, 80, 24, "5", -1, false},
    {"data-test-ascii", OVERFITTING, 900, 80, 24, "5", -1, true},
    {"data-ascii", "activation=tanh lr=0.1 data=circles", 60, 80, 24, "5", -1, true},
    {"data-40x10", "activation=tanh lr=0.1", 60, 40, 10, "5", -1, false},
    {"data-120x40", "activation=relu init=he_normal depth=2 lr=3", 100, 120, 40, "5]}", -1,
        false},
    {"data-blobs-100x30", "activation=tanh data=blobs depth=2 lr=0.1", 20, 100, 30, "5", -1,
        false},
    {"data-layer-80x24", "activation=relu init=he_normal depth=2 lr=3", 100, 80, 24, "5mmm]}",
        -1, false},
    {"data-layer-120x40", "activation=relu init=he_normal depth=2 lr=3", 100, 120, 40, "5mmm]}",
        -1, false},
    {"data-present-80x24", "activation=tanh lr=0.1", 60, 80, 24, "5b", -1, false},
    {"data-why-80x24", "activation=relu init=he_normal depth=2 lr=3", 20, 80, 24, "5]w", -1,
        false},
    {"check-80x24", "activation=tanh depth=3 width=8 samples=40", 0, 80, 24, "7", -1, false},
    {"check-planted-120x40", "activation=relu init=he_normal depth=6 width=8 samples=40", 5,
        120, 40, "7X]]", -1, false},
    {"check-present-80x24", "activation=tanh depth=3 width=8 samples=40", 0, 80, 24, "7xxb", -1,
        false},
    {"check-why-80x24", "activation=tanh depth=3 width=8 samples=40", 0, 80, 24, "7xw", -1,
        false},
    {"check-ascii", "activation=tanh depth=3 width=8 samples=40", 0, 80, 24, "7u", -1, true},
    {"check-40x10", "activation=tanh depth=3 width=8 samples=40", 0, 40, 10, "7", -1, false},
    {"help-80x24", "", 0, 80, 24, "?", -1, false},
    {"presets-80x24", "", 0, 80, 24, "p", -1, false},
    {"why-80x24", "", 100, 80, 24, "]]]w", -1, false},
    {"why-40x10", "", 100, 40, 10, "w", -1, false},
    {"why-more-40x10", "", 100, 40, 10, "w\f\f", -1, false},
    {"present-80x24", "", 100, 80, 24, "b", -1, false},
    {"present-ascii", "", 100, 80, 24, "b", -1, true},
    {"present-40x10", "", 100, 40, 10, "b", -1, false},
    {"present-120x40", "gain=4", 20, 120, 40, "b]]]", -1, false},
    {"present-dying-80x24", DYING, 50, 80, 24, "b", -1, false},
    {"present-dying-40x10", DYING, 50, 40, 10, "b", -1, false},
    {"few-layers-80x24", "depth=2", 50, 80, 24, "", -1, false},
    {"why-relu-80x24", "activation=relu init=he_normal lr=0.01", 5, 80, 24, "w", -1, false},
    {"events-80x24", "activation=relu init=he_normal depth=1 lr=10", 50, 80, 24, "e", -1,
        false},
    {"split-160x50", "", 50, 160, 50, "v", -1, false},
    {"prompt-80x24", "", 0, 80, 24, ":set in\t", -1, false},
    {"curves-80x24", "gain=4", 300, 80, 24, "4", -1, false},
    {"curves-test-80x24", OVERFITTING, 900, 80, 24, "4", -1, false},
    {"curves-test-ascii", OVERFITTING, 900, 80, 24, "4", -1, true},
    {"curves-test-40x10", OVERFITTING, 900, 40, 10, "4", -1, false},
    {"curves-120x40", "gain=4", 300, 120, 40, "4", -1, false},
    {"curves-40x10", "gain=4", 300, 40, 10, "4", -1, false},
    {"curves-vanishing-80x24", "", 100, 80, 24, "4", -1, false},
    {"curves-log-ascii", "gain=4", 300, 80, 24, "4x", -1, true},
    {"curves-diverged-80x24", "activation=relu init=he_normal gain=1.5 lr=0.1", 20, 80, 24, "4",
        -1, false},
    {"curves-dead-120x40", "activation=relu init=he_normal depth=4 lr=3", 100, 120, 40, "4uuuu",
        -1, false},
    {"curves-present-80x24", "gain=4", 300, 80, 24, "4b", -1, false},
    {"curves-why-80x24", "", 100, 80, 24, "4w", -1, false},
    {"curves-gain-160x50", "activation=tanh lr=0.1 depth=30", 100, 160, 50, "4ux", -1, false},
    {"layer-40x10", "", 20, 40, 10, "6u", -1, false},
    {"layer-80x24", "", 20, 80, 24, "6]]", -1, false},
    {"layer-120x40", "activation=relu init=he_normal depth=2 lr=3", 100, 120, 40, "6", -1,
        false},
    {"layer-160x50", "depth=100", 0, 160, 50, "6", -1, false},
    {"layer-clipped-80x24", "activation=tanh init=normal gain=2 clip=value clip_at=1e-9", 5, 80,
        24, "6]]", -1, false},
    {"layer-diverged-80x24", "activation=relu init=he_normal gain=1.5 lr=0.1", 60, 80, 24,
        "6]]", -1, false},
    {"layer-ascii", "activation=tanh init=normal gain=2 lr=0.1", 5, 80, 24, "6]]", -1, true},
    {"layer-alone-80x24", "depth=60", 0, 80, 24, "6uuuu", -1, false},
    {"layer-present-80x24", "", 20, 80, 24, "6]]b", -1, false},
    {"layer-why-80x24", "", 20, 80, 24, "6]]w", -1, false},
    /* Layers of unequal widths. */
    {"widths-80x24", UNEQUAL, 40, 80, 24, "", -1, false},
    {"widths-ascii", NARROWING, 40, 80, 24, "", -1, true},
    {"widths-40x10", BULGING, 40, 40, 10, "", -1, false},
    {"widths-120x40", BULGING, 40, 120, 40, "]", -1, false},
    {"widths-present-80x24", BULGING, 40, 80, 24, "b]", -1, false},
    {"widths-bound-120x40", NARROWING, 40, 120, 40, "b]]", -1, false},
    {"widths-bound-why-80x24", NARROWING, 40, 80, 24, "]w", -1, false},
    {"widths-curves-80x24", UNEQUAL, 40, 80, 24, "4uuuu]]", -1, false},
    {"widths-curves-40x10", BULGING, 40, 40, 10, "4]", -1, false},
    {"widths-clip-80x24", BULGING " clip=norm clip_at=0.01", 40, 80, 24, "3", -1, false},
    {"widths-clip-120x40", UNEQUAL " clip=value clip_at=0.01", 40, 120, 40, "3", -1, false},
    {"widths-units-80x24", UNEQUAL, 40, 80, 24, "2]]}", -1, false},
    {"widths-units-40x10", BULGING, 40, 40, 10, "2]", -1, false},
    {"widths-units-ascii", NARROWING, 40, 80, 24, "2]]", -1, true},
    {"widths-units-120x40", BULGING, 40, 120, 40, "2]", -1, false},
    {"widths-units-big-80x24", UNEQUAL, 40, 80, 24, "2b", -1, false},
    {"widths-backward-units-80x24", UNEQUAL, 40, 80, 24, "2", 0.6, false},
    {"widths-data-80x24", UNEQUAL, 40, 80, 24, "5mmm]]", -1, false},
    {"widths-layer-80x24", NARROWING, 40, 80, 24, "6]]", -1, false},
};

static char *read_whole(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return NULL;
    char *text = calloc(1, 1 << 18);
    size_t length = fread(text, 1, (1 << 18) - 1, file);
    text[length] = '\0';
    fclose(file);
    return text;
}

/* Compares what is drawn with tests/golden/NAME, or records it there. */
static void expect_recorded(const char *drawn, const char *name)
{
    const char *top = getenv("top_srcdir"), *mode = getenv("NABLASCOPE_GOLDEN");
    char path[512];
    (void)snprintf(path, sizeof path, "%s/tests/golden/%s", top ? top : ".", name);
    if (mode && strcmp(mode, "write") == 0) {
        FILE *file = fopen(path, "w");
        ck_assert_ptr_nonnull(file);
        fputs(drawn, file);
        fclose(file);
    }
    char *recorded = read_whole(path);
    ck_assert_msg(recorded && strcmp(recorded, drawn) == 0,
        "%s differs from what is drawn:\n%.3000s\nif that is wanted: "
        "NABLASCOPE_GOLDEN=write make check TESTS=test_ui",
        path, drawn);
    free(recorded);
}

START_TEST(screens_look_as_recorded)
{
    const struct golden *golden = &goldens[_i];
    struct stage stage;
    stage_open(&stage, golden->settings, golden->steps);
    struct surface *surface = surface_create(golden->width, golden->height);
    screen_draw(&stage.screen, surface); /* keys can depend on what there is room for */
    for (const char *key = golden->keys; *key; key++) {
        if (*key == '~') /* a while passes */
            stage.now += 10;
        else
            screen_key(&stage.screen, *key == '\f' ? INPUT_PAGE_DOWN : (uint32_t)*key);
    }
    if (golden->share >= 0) {
        stage_show_step(&stage);
        stage.now = golden->share * wave_seconds(&stage.screen.wave.plan, 20);
        screen_tick(&stage.screen, stage.now);
    }
    stage_look(&stage, surface);
    if (golden->ascii)
        surface_asciify(surface);
    else
        surface_flatten(surface); /* so that two colours in a cell can be told apart in text */
    char *drawn, name[64];
    size_t length;
    FILE *file = open_memstream(&drawn, &length);
    picture_text(file, surface);
    ck_assert_int_eq(fclose(file), 0);
    (void)snprintf(name, sizeof name, "%s.txt", golden->name);
    expect_recorded(drawn, name);
    free(drawn);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

void stage_expect_picture(struct surface *surface, bool ascii, const char *name)
{
    char *drawn;
    size_t length;
    if (ascii)
        surface_asciify(surface);
    else
        surface_flatten(surface);
    FILE *file = open_memstream(&drawn, &length);
    picture_text(file, surface);
    ck_assert_int_eq(fclose(file), 0);
    expect_recorded(drawn, name);
    free(drawn);
}

/* At a step in the past of a run that has branched, with steps and events ahead. */
START_TEST(the_time_line_looks_as_recorded)
{
    static const struct {
        const char *name, *keys;
        int width, height;
        bool ascii;
    } cases[] = {{"timeline-80x24.txt", "T", 80, 24, false},
        {"timeline-40x10.txt", "T", 40, 10, false}, {"timeline-ascii.txt", "T", 80, 24, true},
        {"timeline-units-120x40.txt", "2T", 120, 40, false},
        {"timeline-big-80x24.txt", "bT", 80, 24, false}};
    static const char *const orders[] = {
        "reset", "seek 90", "seek 60", "lr 0.3", "seek 170", "seek 130"};
    struct stage stage;
    stage_open(&stage, "activation=relu init=he_normal depth=4 lr=0.1", 0);
    stage.session->history = SIZE_MAX;
    for (size_t i = 0; i < ARRAY_LEN(orders); i++)
        stage_command(&stage, orders[i], 0);
    stage.screen.wanted.running = false;
    stage_press(&stage, cases[_i].keys, 0);
    stage.now += 10; /* without a message */
    screen_tick(&stage.screen, stage.now);
    struct surface *surface = surface_create(cases[_i].width, cases[_i].height);
    stage_look(&stage, surface);
    stage_expect_picture(surface, cases[_i].ascii, cases[_i].name);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* Marks and line of what was before a change. */
START_TEST(before_and_after_look_as_recorded)
{
    static const struct {
        const char *name, *keys;
        int width, height;
    } cases[] = {{"before-flow-80x24.txt", "", 80, 24}, {"before-units-80x24.txt", "2", 80, 24},
        {"before-clip-120x40.txt", "3", 120, 40}, {"before-big-80x24.txt", "b", 80, 24},
        {"before-40x10.txt", "", 40, 10}};
    struct stage stage;
    stage_open(&stage, "activation=relu init=he_normal depth=4 lr=0.1", 30);
    stage_command(&stage, "lr 0.5", 12);
    stage_press(&stage, cases[_i].keys, 0);
    stage.now += 10; /* without a message */
    screen_tick(&stage.screen, stage.now);
    struct surface *surface = surface_create(cases[_i].width, cases[_i].height);
    stage_look(&stage, surface);
    stage_expect_picture(surface, false, cases[_i].name);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

/* Two runs at the same step: in one picture, in words, side by side. */
START_TEST(races_look_as_recorded)
{
    static const struct {
        const char *name, *race, *show;
        int width, height;
    } cases[] = {{"race-flow-80x24.txt", "race lr=0.1 lr=0.5", "view flow", 80, 24},
        {"race-curves-80x24.txt", "race lr=0.3 depth=6", "view curves", 80, 24},
        {"race-split-160x45.txt", "race lr=0.3 width=12", "split ghost", 160, 45},
        {"race-diverged-80x24.txt", "race clip=norm clip=none", "view clip", 80, 24}};
    struct stage stage;
    stage_open(&stage, "activation=relu init=he_normal depth=8 clip=norm lr=3", 10);
    struct surface *surface = surface_create(cases[_i].width, cases[_i].height);
    stage_command(&stage, cases[_i].race, 40);
    stage_look(&stage, surface);
    stage_command(&stage, cases[_i].show, 0);
    stage.now += 10; /* without a message */
    screen_tick(&stage.screen, stage.now);
    stage_look(&stage, surface);
    surface_flatten(surface);
    char *drawn;
    size_t length;
    FILE *file = open_memstream(&drawn, &length);
    picture_text(file, surface);
    ck_assert_int_eq(fclose(file), 0);
    expect_recorded(drawn, cases[_i].name);
    free(drawn);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

START_TEST(a_picture_looks_as_recorded)
{
    struct stage stage;
    struct surface *surface = surface_create(80, 24);
    stage_open(&stage, "", 100);
    stage_look(&stage, surface);
    char *drawn;
    size_t length;
    FILE *file = open_memstream(&drawn, &length);
    picture_svg(file, surface, theme_find("dark"));
    ck_assert_int_eq(fclose(file), 0);
    expect_recorded(drawn, "vanishing-dark.svg");
    free(drawn);
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

START_TEST(ascii_screens_hold_ascii_only)
{
    struct stage stage;
    stage_open(&stage, "activation=relu init=he_normal", 4);
    struct surface *surface = surface_create(200, 60);
    /* Everything that can cover the screen, and each view with why and big. */
    static const char keys[] = " ?peT1wwbb2wwbb3wwbbxwwbb4wwbb5wwbb6wwbb7wwbb1v";
    for (int k = 0; keys[k]; k++) {
        screen_key(&stage.screen, (uint32_t)keys[k]);
        stage_look(&stage, surface);
        surface_asciify(surface);
        for (int i = 0; i < surface->width * surface->height; i++) {
            uint32_t glyph = surface->cells[i].glyph;
            ck_assert(glyph >= 0x20 && glyph < 0x7f);
            /* A question mark stands for a glyph without a stand-in, but for the key's own. */
            bool key = i / surface->width == surface->height - 1 || k == 1;
            ck_assert_msg(glyph != '?' || key, "after key %d (%c): column %d, row %d", k,
                keys[k], i % surface->width, i / surface->width);
        }
    }
    surface_destroy(surface);
    stage_close(&stage);
}
END_TEST

Suite *golden_suite(void)
{
    Suite *suite = SUITE("golden", ascii_screens_hold_ascii_only);
    TCase *tcase = tcase_create("screens");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, screens_look_as_recorded, 0, (int)ARRAY_LEN(goldens));
    tcase_add_loop_test(tcase, before_and_after_look_as_recorded, 0, 5);
    tcase_add_loop_test(tcase, races_look_as_recorded, 0, 4);
    tcase_add_loop_test(tcase, the_time_line_looks_as_recorded, 0, 5);
    tcase_add_test(tcase, a_picture_looks_as_recorded);
    suite_add_tcase(suite, tcase);
    return suite;
}
