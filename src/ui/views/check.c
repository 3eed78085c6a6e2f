/* The check view: the gradient against differences of the loss. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/views/check.h"
#include "ui/views/layer_rows.h"

/* Columns of the table; from WIDE on it says more. */
enum { TABLE = 29, TABLE_WIDE = 50, WIDE = 108 };

static void draw_headline(
    const struct scene *scene, struct surface *surface, int x, int y, int width)
{
    struct check_summary summary = check_summarize(scene);
    int at = surface_print(surface, x, y, summary.role, " %s ", summary.badge);
    scene_spot(scene, "verdict", x, y, at - x);
    /* What does not fit goes clause by clause, not in the middle of a word. */
    int room = x + width - at - 1;
    for (char *end; text_columns(summary.words) > room && (end = strrchr(summary.words, ';'));)
        *end = '\0';
    surface_text(surface, at + 1, y, room, ROLE_STRONG,
        text_columns(summary.words) <= room ? summary.words : summary.brief);
}

static void draw_row(
    const struct scene *scene, struct surface *surface, int x, int y, int layer, bool wide)
{
    const struct check_detail *detail = &scene->snapshot->check;
    bool chosen = layer == scene->selection.layer;
    struct verdict verdict = check_verdict_of(scene, layer);
    char name[LAYER_LABEL], text[FORMAT_SIZE];
    layer_label(layer, layer, detail->layer_count, name);
    if (chosen)
        surface_put(surface, x, y, GLYPH_RIGHT, ROLE_STRONG);
    surface_print(surface, x + 2, y, chosen ? ROLE_STRONG : ROLE_TEXT, "%3s", name);
    scene_place(scene, layer, layer, 0, (struct rect){x + 2, y, 3, 1});
    if (verdict.best >= 0) {
        format_scientific(verdict.error, text);
        surface_text(surface, x + 7, y, -1, chosen ? ROLE_STRONG : ROLE_TEXT, text);
    }
    x += 16;
    if (wide) {
        const struct check_error *error =
            check_detail_error(detail, DIFFERENCE_CENTRED, PRECISION_DOUBLE, 0, layer);
        if (verdict.best >= 0) {
            format_scientific(detail->epsilons[verdict.best], text);
            surface_text(surface, x, y, -1, ROLE_DIM, text);
        }
        if (detail->done > 0)
            surface_print(surface, x + 9, y, ROLE_DIM, "%5" PRId64 "/%-6" PRId64,
                error->elements, error->total);
        x += 23;
    }
    if (!scene->asking)
        surface_text(
            surface, x, y, -1, check_verdict_role(verdict.kind), verdict_name(verdict.kind));
}

/* The layers around the selected one, the output on top, as many as there is room for. */
static void draw_table(const struct scene *scene, struct surface *surface, struct rect area)
{
    int layers = scene->snapshot->check.layer_count;
    bool wide = area.width >= TABLE_WIDE;
    int rows = area.height - 1 < layers ? area.height - 1 : layers;
    int top = scene->selection.layer + rows / 2;
    top = top > layers ? layers : top < rows ? rows : top;
    surface_text(surface, area.x + 1, area.y, -1, ROLE_HEADING, "layer");
    surface_text(surface, area.x + 7, area.y, -1, ROLE_HEADING, "  error");
    surface_text(surface, area.x + (wide ? 39 : 16), area.y, -1, ROLE_HEADING, "verdict");
    if (wide) {
        surface_text(surface, area.x + 16, area.y, -1, ROLE_HEADING, "   at ε");
        surface_text(surface, area.x + 25, area.y, -1, ROLE_HEADING, "  checked of");
    }
    for (int i = 0; i < rows; i++)
        draw_row(scene, surface, area.x, area.y + 1 + i, top - i, wide);
}

static void draw_progress(
    const struct scene *scene, struct surface *surface, int x, int y, int width)
{
    const struct check_detail *detail = &scene->snapshot->check;
    char text[80], step[FORMAT_SIZE + 8], next[FORMAT_SIZE + 8];
    format_count(detail->step, step);
    format_count(detail->next, next);
    if (!detail->whole)
        (void)snprintf(text, sizeof text, "step %s: %3.0f %%", step, 100 * detail->progress);
    else if (detail->progress < 1)
        (void)snprintf(
            text, sizeof text, "step %s, next %3.0f %%", step, 100 * detail->progress);
    else
        (void)snprintf(text, sizeof text, "step %s", step);
    surface_text(surface, x, y, width, ROLE_DIM, text);
}

/* The element furthest off, where there is room below. */
static int draw_element(const struct scene *scene, struct surface *surface, struct rect area)
{
    char lines[4][160];
    int count = check_formula(scene, scene->selection.layer, lines);
    int end =
        surface_text(surface, area.x, area.y, -1, ROLE_HEADING, "the element furthest off");
    scene_spot(scene, "element", area.x, area.y, end - area.x);
    for (int i = 0; i < count; i++)
        surface_text(surface, area.x, area.y + 1 + i, area.width, ROLE_TEXT, lines[i]);
    return count + 1;
}

static void draw(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct check_detail *detail = &scene->snapshot->check;
    if (!detail->valid || detail->layer_count != scene->snapshot->seen.layer_count) {
        surface_text(surface, area.x, area.y, area.width, ROLE_TEXT,
            "the loss is being evaluated around the parameters…");
        return;
    }
    draw_headline(scene, surface, area.x, area.y, area.width);
    struct rect below = {area.x, area.y + 1, area.width, area.height - 1};
    if (area.height < 8 || area.width < 60) {
        if (area.height >= 8)
            check_draw_chart(scene, surface, below, scene->selection.layer, false);
        else
            check_draw_bars(scene, surface, below, scene->selection.layer);
        return;
    }
    if (area.height >= 24) {
        below.y++; /* air */
        below.height -= 7;
        (void)draw_element(
            scene, surface, (struct rect){area.x, area.y + area.height - 5, area.width, 5});
    }
    int table = area.width >= WIDE ? TABLE_WIDE : TABLE;
    struct rect right = {below.x + below.width - table, below.y, table, below.height - 1};
    draw_table(scene, surface, right);
    draw_progress(scene, surface, right.x + 2, below.y + below.height - 1, table - 2);
    below.width -= table + 2;
    check_draw_chart(scene, surface, below, scene->selection.layer, false);
}

static void watch(const void *state, struct watch *watch)
{
    const struct check_state *check = state;
    watch->plant = check->plant;
}

static enum view_reply choose_curve(
    struct check_state *state, const char *name, struct error *message)
{
    int index = names_choose(check_scheme_name, "difference", name, state->curve, message);
    if (index < 0)
        return VIEW_REFUSED;
    state->curve = index;
    static const char *const meaning[] = {"(loss(θ+ε) - loss(θ-ε)) / 2ε, in double",
        "(loss(θ+ε) - loss(θ)) / ε, in double", "centred, all arithmetic in float"};
    error_set(message, "%s differences: %s", check_scheme_name(index), meaning[index]);
    return VIEW_DONE;
}

static enum view_reply choose_plant(
    struct check_state *state, const char *name, struct error *message)
{
    int index = names_choose(plant_name, "mistake", name, state->plant, message);
    if (index < 0)
        return VIEW_REFUSED;
    state->plant = index;
    if (index == PLANT_NONE)
        error_set(message, "nothing planted: the backward pass as it is");
    else
        error_set(message, "planted %s: %s", plants[index].name, plants[index].help);
    return VIEW_DONE;
}

static enum view_reply command(
    const struct scene *scene, const struct command *command, struct error *message)
{
    if (command->id == COMMAND_DIFFERENCE)
        return choose_curve(check_state(scene), command->text, message);
    if (command->id == COMMAND_PLANT)
        return choose_plant(check_state(scene), command->text, message);
    return VIEW_NOT_MINE;
}

static names_fn *names(enum command_id id)
{
    switch (id) {
    case COMMAND_DIFFERENCE:
        return check_scheme_name;
    case COMMAND_PLANT:
        return plant_name;
    default:
        return NULL;
    }
}

static const char *const places[] = {"layer", "verdict", "curve", "kinks", "element", NULL};

static const struct help_entry help[] = {
    {"●",
        "relative error of the selected layer's gradient by differences of step ε; the "
        "smallest counts. A right gradient gives a V, a wrong one a floor that no ε gets "
        "below"},
    {"ε²  1/ε", "what theory says: truncation falls with ε, rounding grows"},
    {"○ +", "forward instead of centred differences; float instead of double"},
    {"×  kinks",
        "elements for which a ReLU's z changes its sign between: a right gradient looks wrong "
        "there; they do not count in the verdict"},
    {"verdict",
        "of the whole curve: below 1e-7 good, above 1e-2 wrong; fair: below 1e-4, or all that "
        "the differences allow; too small: their own errors hide the gradient, which accuses "
        "nobody"},
    {"x",
        "plants a known mistake in the checked gradient, not in the training; ○ is then the "
        "curve without it"},
    {NULL, NULL},
};

const struct view view_check = {
    .name = "check",
    .title = "the gradient against differences of the loss",
    .help = help,
    .places = places,
    .needs = DETAIL_CHECK,
    .state_size = sizeof(struct check_state),
    .draw = draw,
    .present = check_present,
    .why = check_why,
    .watch = watch,
    .command = command,
    .names = names,
};
