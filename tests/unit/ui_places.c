/* The places that a lesson points to: each that a view declares is drawn, and is in the manual.
 */
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "ui/draw/glyphs.h"
#include "ui/screen/lesson_arrow.h"
#include "ui/screen/lesson_panel.h"
#include "ui_screens.h"

#define DYING "activation=relu init=he_normal depth=1 lr=10"
#define CLIPPED "activation=relu init=he_normal gain=1.5 lr=0.1 clip=norm"

/* Where a place is seen: settings, keys, size, and what it begins with there. */
struct seen {
    const char *view, *place, *settings, *keys;
    int layer, unit, width, height;
    const char *begins;
};

static const struct seen all[] = {
    {"flow", "layer", "", "", 5, 0, 80, 24, "   5"},
    {"flow", "layer", "depth=100 width=8", "", 60, 0, 80, 24, "  60-51"},
    {"flow", "layer", "", "b", 5, 0, 80, 24, "    6-5"},
    {"flow", "units", "", "", 0, 0, 80, 24, "units"},
    {"flow", "delta", "", "", 0, 0, 80, 24, "error signal"},
    {"flow", "delta", "", "b", 0, 0, 80, 24, "signal"},
    {"flow", "ceiling", "", "", 0, 0, 80, 30, "┏"},
    {"flow", "gain", "", "", 0, 0, 80, 24, "gain"},
    {"flow", "slope", "", "", 0, 0, 80, 24, "slope"},
    {"flow", "bound", "", "", 0, 0, 80, 30, "≤ 0.25"},
    {"flow", "weight", "", "", 0, 0, 80, 24, "weight"},
    {"flow", "dead", DYING, "", 0, 0, 180, 24, "dead"},
    {"flow", "saturated", "", "", 0, 0, 180, 24, "sat."},
    {"flow", "update", "", "", 0, 0, 180, 24, "update"},
    {"flow", "gradient", "", "", 0, 0, 220, 24, "‖∂W‖"},
    {"flow", "legend", "", "", 0, 0, 120, 40, "┏"},
    {"flow", "finding", "", "", 0, 0, 80, 24, " VANISHING "},
    {"flow", "finding", "", "b", 0, 0, 80, 24, " VANISHING "},
    {"flow", "findings", "depth=15 optimizer=adam lr=0.001", "", 0, 0, 120, 40, " EPSILON "},
    {"flow", "findings", "depth=15 optimizer=adam lr=0.001", "", 0, 0, 80, 24, " EPSILON "},
    {"flow", "findings", "depth=15 optimizer=adam lr=0.001", "b", 0, 0, 80, 24, " EPSILON "},
    {"flow", "title", "", "", 0, 0, 80, 24, "flow"},
    {"flow", "step", "", "", 0, 0, 80, 24, "step 12"},
    {"flow", "loss", "", "", 0, 0, 80, 24, "loss 0.7"},
    {"units", "layer", "", "2", 3, 0, 120, 40, "3 "},
    {"units", "unit", "", "2", 3, 7, 120, 40, ""},
    {"units", "dead", DYING, "2", 0, 0, 120, 40, "╲"},
    {"units", "rare", "activation=relu init=he_normal gain=0.5 depth=12 bias=-0.1", "2", 0, 0,
        120, 40, "·"},
    {"units", "saturated", "gain=8", "2", 0, 0, 120, 40, "◆"},
    {"units", "curve", DYING, "2", 0, 0, 120, 40, "× dead"},
    {"units", "card", DYING, "2", 0, 0, 120, 40, " "},
    {"units", "title", "", "2", 0, 0, 80, 24, "units"},
    {"clip", "layer", CLIPPED, "3", 3, 0, 120, 40, "      3"},
    {"clip", "before", CLIPPED, "3", 0, 0, 80, 24, "43.610"},
    {"clip", "before", CLIPPED, "3b", 0, 0, 80, 24, "before"},
    {"clip", "after", CLIPPED, "3", 0, 0, 80, 24, "1"},
    {"clip", "after", CLIPPED, "3b", 0, 0, 80, 24, "after"},
    {"clip", "scale", CLIPPED, "3", 0, 0, 80, 24, "0."},
    {"clip", "angle", CLIPPED, "3", 0, 0, 80, 24, "0.0°"},
    {"clip", "threshold", CLIPPED, "3", 0, 0, 80, 24, "━ c = 1"},
    {"clip", "elements", CLIPPED, "3", 0, 0, 80, 24, "9 633"},
    {"clip", "norms", CLIPPED, "3", 0, 0, 80, 24, "norm"},
    {"clip", "direction", CLIPPED, "3", 0, 0, 80, 24, "direction"},
    {"clip", "wall", "", "3x", 0, 0, 80, 24, ""},
    {"curves", "layer", "", "4", 5, 0, 120, 40, "  5"},
    {"curves", "layer", "", "4", 5, 0, 80, 24, "  6"},
    {"curves", "layer", "depth=60", "4", 41, 0, 80, 24, ""},
    {"curves", "layer", "", "4", 11, 0, 80, 24, "out"},
    {"curves", "loss", "", "4", 0, 0, 80, 24, "loss"},
    {"curves", "accuracy", "", "4", 0, 0, 80, 24, "acc"},
    {"curves", "norm", "", "4", 0, 0, 80, 24, "‖g‖"},
    {"curves", "quantity", "", "4", 0, 0, 120, 60, "δ_1"},
    {"curves", "map", "", "4", 0, 0, 80, 24, "error signal"},
    {"curves", "time", "", "4", 0, 0, 80, 24, "step"},
    {"data", "layer", "", "5", 1, 0, 80, 24, "layer 1"},
    {"data", "unit", "", "5", 1, 1, 80, 24, "unit 1"},
    {"data", "map", "", "5", 0, 0, 80, 30, "output"},
    {"data", "unit_map", "", "5", 0, 0, 80, 30, "layer 1 unit 1"},
    {"data", "boundary", "", "5", 0, 0, 80, 30, "─ boundary P"},
    {"data", "wrong", "", "5", 0, 0, 80, 30, "×"},
    {"layer", "layer", "", "6]]", 3, 0, 80, 24, "layer 3"},
    {"layer", "z", "", "6", 0, 0, 120, 40, "z"},
    {"layer", "a", "", "6", 0, 0, 120, 40, "a"},
    {"layer", "slope", "", "6", 0, 0, 80, 24, "φ'"},
    {"layer", "delta", "", "6", 0, 0, 120, 40, "|δ|"},
    {"layer", "gradient", "", "6", 0, 0, 120, 40, "|∂W|"},
    {"layer", "weights", "", "6", 0, 0, 120, 40, "W"},
    {"layer", "saturated", "gain=8", "6]]", 0, 0, 80, 24, "sat"},
    {"layer", "slope", "gain=8", "6]]", 0, 0, 80, 24, "φ'"}, /* beside what is alarming */
    {"layer", "curve", "", "6", 0, 0, 120, 40, "φ of sigmoid"},
    {"check", "layer", "depth=3 width=8 samples=40", "7", 2, 0, 80, 30, "  2"},
    {"check", "verdict", "depth=3 width=8 samples=40", "7", 0, 0, 80, 24, " PASS "},
    {"check", "curve", "depth=3 width=8 samples=40", "7", 0, 0, 80, 30, "relative error"},
    {"check", "kinks", "depth=3 width=8 samples=40 activation=relu", "7", 0, 0, 80, 40,
        "× kinks"},
    {"check", "element", "depth=3 width=8 samples=40", "7", 0, 0, 120, 40, "the element"},
};

/* What stands where the arrow points to, with an arrow beside it; NULL: there is none. */
static const char *pointed_at(const struct seen *seen)
{
    static char text[600];
    struct lesson_panel panel = {.page = PANEL_TELLS};
    struct stage stage;
    struct surface *surface = surface_create(seen->width, seen->height);
    int length = 0;
    stage_open(&stage, seen->settings, 12);
    stage.now += 10; /* without a message */
    screen_tick(&stage.screen, stage.now);
    stage.screen.lesson = &panel;
    stage_type(&stage, seen->keys);
    (void)snprintf(panel.look.place, sizeof panel.look.place, "%s", seen->place);
    panel.look.layer = seen->layer;
    panel.look.unit = seen->unit;
    stage_look(&stage, surface);
    ck_assert_str_eq(stage.screen.view->name, seen->view);
    for (int i = 0; i < surface->width * surface->height; i++) {
        const struct cell *cell = &surface->cells[i];
        bool left = cell->glyph == 0x2192, right = cell->glyph == 0x2190;
        int step = left ? 1 : -1, x = i % surface->width + step;
        if (!(left || right) || cell->role != ROLE_SELECTED)
            continue;
        while (right && x > 0 && cell[step - 1].role == ROLE_SELECTED) {
            step--;
            x--;
        }
        for (const struct cell *at = cell + step; x >= 0 && x < surface->width &&
             at->role == ROLE_SELECTED && at->glyph != 0x2190 && length < 500;
             at++, x++)
            length += utf8_encode(at->glyph, text + length);
        break;
    }
    text[length] = '\0';
    stage_close(&stage);
    surface_destroy(surface);
    return length > 0 ? text : NULL;
}

START_TEST(each_place_is_pointed_to_where_it_is_drawn)
{
    const struct seen *seen = &all[_i];
    const char *text = pointed_at(seen);
    ck_assert_msg(text && strncmp(text, seen->begins, strlen(seen->begins)) == 0,
        "look %s in %s: '%s'", seen->place, seen->view, text ? text : "no arrow");
}
END_TEST

START_TEST(each_place_of_a_view_is_seen)
{
    for (int v = 0; v < view_count; v++) {
        for (int i = 0; views[v]->places[i]; i++) {
            bool found = strcmp(views[v]->places[i], "pictures") == 0; /* ui_pictures.c */
            for (size_t k = 0; k < ARRAY_LEN(all); k++)
                found |= strcmp(all[k].view, views[v]->name) == 0 &&
                    strcmp(all[k].place, views[v]->places[i]) == 0;
            ck_assert_msg(
                found, "%s of %s is tried nowhere", views[v]->places[i], views[v]->name);
        }
    }
}
END_TEST

/* What is not there has no arrow: another layer than the one shown, a narrow screen. */
START_TEST(what_is_not_drawn_has_no_arrow)
{
    static const struct seen none[] = {{"layer", "layer", "", "6]]", 2, 0, 80, 24, ""},
        {"data", "unit", "", "5", 1, 2, 80, 24, ""},
        {"flow", "update", "", "", 0, 0, 80, 24, ""},
        {"flow", "layer", "", "", 77, 0, 80, 24, ""},
        {"units", "dead", "", "2", 0, 0, 80, 24, ""}, {"flow", "", "", "", 0, 0, 80, 24, ""}};
    for (size_t i = 0; i < ARRAY_LEN(none); i++) {
        const char *text = pointed_at(&none[i]);
        ck_assert_msg(!text, "%zu: '%s'", i, text);
    }
}
END_TEST

START_TEST(a_place_that_is_none_is_refused_with_those_that_are)
{
    struct error error;
    const struct view *flow = stage_view("flow"), *clip = stage_view("clip");
    ck_assert(lesson_arrow_known(flow, "delta", &error));
    ck_assert(lesson_arrow_known(flow, "finding", &error));
    ck_assert(lesson_arrow_known(clip, "curves", &error)); /* a view */
    ck_assert(lesson_arrow_known(clip, "after", &error));
    ck_assert(!lesson_arrow_known(flow, "after", &error));
    HAS(error.text, "view flow has no place 'after', but clip has; there are layer units ");
    HAS(error.text, " legend and, in each, step loss title finding findings");
    ck_assert(!lesson_arrow_known(clip, "treshold", &error));
    HAS(error.text, "'treshold'; did you mean 'threshold'?");
    ck_assert(lesson_arrow_known(NULL, "after", &error)); /* where whoever plays may turn to */
    ck_assert(lesson_arrow_known(NULL, "loss", &error));
    ck_assert(lesson_arrow_known(NULL, "clip", &error));
    ck_assert(!lesson_arrow_known(NULL, "treshold", &error));
    ck_assert_str_eq(error.text,
        "no view has a place 'treshold' (nablascope-lesson(5) lists them); did you mean "
        "'threshold'?");
    for (int v = 0; v < view_count; v++) { /* all of it has room */
        ck_assert(!lesson_arrow_known(views[v], "qqqqqqqqqqqqqqqqqqqqqqq", &error));
        HAS(error.text, "loss title finding");
        for (int i = 0; views[v]->places[i]; i++)
            HAS(error.text, views[v]->places[i]);
    }
}
END_TEST

/* The next `.Ql NAME` of the page, before `end`; NULL: there is none. */
static const char *next_name(const char **at, const char *end, char name[32])
{
    const char *found = strstr(*at, "\n.Ql ");
    if (!found || found >= end)
        return NULL;
    found += strlen("\n.Ql ");
    *at = found;
    (void)snprintf(name, 32, "%.*s", (int)strcspn(found, " \n"), found);
    return name;
}

START_TEST(the_manual_lists_the_places)
{
    static char page[1 << 16];
    char path[512], heading[40], name[32];
    const char *top = getenv("top_srcdir");
    (void)snprintf(path, sizeof path, "%s/man/nablascope-lesson.5", top ? top : ".");
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    page[fread(page, 1, sizeof page - 1, file)] = '\0';
    fclose(file);
    const char *at = strstr(page, "\n.Ss Places\n");
    ck_assert_ptr_nonnull(at);
    for (int v = 0; v < view_count; v++) {
        (void)snprintf(heading, sizeof heading, "\n.It Li %s\n", views[v]->name);
        at = strstr(at, heading);
        ck_assert_msg(at != NULL, "no %s", views[v]->name);
        at += strlen(heading) - 1;
        const char *item = strstr(at, "\n.It "), *list = strstr(at, "\n.El\n");
        const char *end = item && item < list ? item : list;
        for (int i = 0; views[v]->places[i]; i++) {
            ck_assert_msg(
                next_name(&at, end, name), "no %s of %s", views[v]->places[i], views[v]->name);
            ck_assert_str_eq(name, views[v]->places[i]);
        }
        ck_assert_msg(!next_name(&at, end, name), "%s is none of %s", name, views[v]->name);
    }
}
END_TEST

Suite *places_suite(void)
{
    Suite *suite = SUITE("places", each_place_of_a_view_is_seen, what_is_not_drawn_has_no_arrow,
        a_place_that_is_none_is_refused_with_those_that_are, the_manual_lists_the_places);
    TCase *tcase = tcase_create("seen");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(
        tcase, each_place_is_pointed_to_where_it_is_drawn, 0, (int)ARRAY_LEN(all));
    suite_add_tcase(suite, tcase);
    return suite;
}
