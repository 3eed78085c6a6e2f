#include "ui/views/data.h"

#include <math.h>
#include <stdio.h>

#include "ui/draw/bigtext.h"
#include "ui/views/unit_state.h"

static bool watches_output(const struct snapshot *s)
{
    return s->watch.layer == s->seen.layer_count;
}

static const char *output_title(const struct snapshot *s)
{
    if (s->plane.classes > 2)
        return "output: the class";
    return s->seen.loss_kind == LOSS_MSE ? "output: o" : "output: P(class 1)";
}

void data_scaling_words(const struct hparams *hparams, char *text, size_t size)
{
    char scale[32], offset[32];
    real_format(hparams->input_scale, scale, sizeof scale);
    real_format(fabs(hparams->input_offset), offset, sizeof offset);
    bool scaled = hparams->input_scale != 1, moved = hparams->input_offset != 0;
    (void)snprintf(text, size, "%s%s%s%s", scaled ? " × " : "", scaled ? scale : "",
        !moved                          ? ""
            : hparams->input_offset > 0 ? " + "
                                        : " - ",
        moved ? offset : "");
}

bool data_plane_words(const struct plane_detail *plane, int columns, char *text, size_t size)
{
    if (plane->inputs < 1 || plane->inputs == 2)
        return false;
    if (plane->inputs == 1) {
        (void)snprintf(
            text, size, "%s", "One input: x1 grows to the right; up and down means nothing.");
        if (text_columns(text) > columns)
            (void)snprintf(text, size, "%s", "One input: x1 to the right.");
        return true;
    }
    (void)snprintf(text, size,
        "%d inputs: drawn is the plane of c1 and c2, onto which the points are projected.",
        plane->inputs);
    if (text_columns(text) > columns)
        (void)snprintf(text, size, "%d inputs: points are projected.", plane->inputs);
    return true;
}

void data_map_title(
    const struct snapshot *snapshot, bool unit, int columns, char *text, size_t size)
{
    const struct watch *watch = &snapshot->watch;
    const char *phi = snapshot->seen.activation.name;
    if (!unit)
        (void)snprintf(text, size, "%s", output_title(snapshot));
    else if (watches_output(snapshot))
        (void)snprintf(text, size, "output unit %d: z", watch->unit);
    else if (snprintf(text, size, "layer %d unit %d: %s(z)", watch->layer, watch->unit, phi) >
        columns)
        (void)snprintf(text, size, "layer %d unit %d: a", watch->layer, watch->unit);
}

struct data_unit_sign data_unit_sign_of(const struct snapshot *snapshot, int unit)
{
    static const char *const words[UNIT_STATES] = {[UNIT_DEAD] = "× dead on all",
        [UNIT_RARE] = "· active on < 1 %",
        [UNIT_SATURATED] = "◆ saturated"};
    struct data_unit_sign sign = {' ', ROLE_DIM, ""};
    if (watches_output(snapshot) || !snapshot->units)
        return sign;
    int64_t at = snapshot_units_from(snapshot, snapshot->watch.layer);
    enum unit_state state = (enum unit_state)snapshot->units[at + unit - 1].state;
    if (!words[state])
        return sign;
    sign.glyph = unit_state_glyph(state);
    sign.role = state == UNIT_RARE ? ROLE_DIM : unit_state_role(state);
    sign.words = words[state];
    return sign;
}

void data_plane_say(
    const struct plane_detail *plane, struct surface *surface, struct rect *area)
{
    char words[100];
    if (area->height < 2 || !data_plane_words(plane, area->width, words, sizeof words))
        return;
    area->height--;
    surface_text(surface, area->x, area->y + area->height, area->width, ROLE_TEXT, words);
}

/* A number with words below it; returns the rows of the number. */
static int draw_number(struct surface *surface, struct rect area, enum role role,
    const char *number, const char *words)
{
    struct bigtext_size size = bigtext_draw(surface, area, role, number);
    int rows = size.rows > 0 ? size.rows : 1;
    surface_text(surface, area.x, area.y + rows, area.width, ROLE_STRONG, words);
    return rows;
}

/* "○ class 0   ● class 1" */
static void say_classes(
    const struct plane_detail *plane, struct surface *surface, int x, int y, int width)
{
    char first[80], second[80], words[200];
    data_class_words(plane, 0, first, sizeof first);
    data_class_words(plane, 1, second, sizeof second);
    (void)snprintf(words, sizeof words, "○ %s   ● %s", first, second);
    surface_text(surface, x, y, width, ROLE_TEXT, words);
}

void data_present(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct snapshot *s = scene->snapshot;
    const struct plane_detail *plane = &s->plane;
    if (data_is_no_plane(scene, surface, area, data_pictures_present))
        return;
    data_plane_say(plane, surface, &area);
    int rows = area.height, most = area.width * 11 / 20;
    rows = 2 * rows > most ? most / 2 : rows;
    data_state(scene)->side = 2 * rows;
    data_state(scene)->small = 0;
    if (!plane->valid)
        return;
    bool unit = data_state(scene)->maps == DATA_UNIT;
    struct data_map map = data_map_of(s, unit);
    data_map_draw(&map, surface, (struct rect){area.x, area.y, 2 * rows, rows});
    int x = area.x + 2 * rows + 2, width = area.x + area.width - x;
    char number[24], words[80];
    int digits = snprintf(words, sizeof words, "%d", plane->samples);
    /* Rounded down: 100 % is all of them. */
    (void)snprintf(number, sizeof number, "%3.0f%%", floor(100 * s->seen.accuracy));
    (void)snprintf(words, sizeof words, "right: %*d of %d", digits,
        plane->samples - plane->wrong, plane->samples);
    int high = draw_number(surface, (struct rect){x, area.y, width, (area.height - 3) / 2},
        ROLE_STRONG, number, words);
    /* As large, and as wide whatever the number, so that nothing jumps. */
    struct rect below = {x, area.y + high + 2, width, high};
    (void)snprintf(number, sizeof number, "%*d", digits, plane->wrong);
    if (below.y + high < area.y + area.height)
        draw_number(surface, below, plane->wrong > 0 ? ROLE_BAD : ROLE_DIM, number, "wrong: ×");
    int y = below.y + high + 2;
    if (plane->test > 0 && y < area.y + area.height) {
        (void)snprintf(words, sizeof words, "test □ ■: %d of %d, wrong: +",
            plane->test - plane->test_wrong, plane->test);
        surface_text(surface, x, y++, width, ROLE_STRONG, words);
    }
    if (plane->classes == 2 && y < area.y + area.height)
        say_classes(plane, surface, x, y, width);
    if (unit && y + 1 < area.y + area.height) {
        data_map_title(s, unit, width, words, sizeof words);
        surface_text(surface, x, y + 1, width, ROLE_TEXT, words);
    }
}

/* The mean of standardised data is 0 but for rounding. */
static double without_rounding(double value)
{
    return fabs(value) < 1e-12 ? 0 : value;
}

/* Σ w x + b in numbers: all terms where there are few, else the largest ones with their units.
 */
static void write_sum(
    const struct plane_unit *unit, const char *term_name, char *text, size_t size)
{
    bool all = unit->inputs <= unit->term_count;
    int count = all ? unit->term_count : 2;
    int used = snprintf(text, size, "z =");
    for (int i = 0; i < count; i++) {
        const struct plane_term *term = &unit->terms[i];
        double x = without_rounding(term->input);
        const char *sign = term->weight < 0 ? "-" : "+";
        used += snprintf(text + used, size - (size_t)used, i == 0 ? " %s%.3g·" : " %s %.3g·",
            i == 0 && term->weight >= 0 ? "" : sign, fabs(term->weight));
        used += snprintf(text + used, size - (size_t)used, x < 0 ? "(%.3g)" : "%.3g", x);
        if (!all)
            used +=
                snprintf(text + used, size - (size_t)used, " (%s %d)", term_name, term->unit);
    }
    (void)snprintf(text + used, size - (size_t)used, "%s %s %.3g = %.4g", all ? "" : " + …",
        unit->bias < 0 ? "-" : "+", fabs(unit->bias), unit->z);
}

void data_why(const struct scene *scene, struct why *why)
{
    const struct snapshot *s = scene->snapshot;
    const struct plane_unit *unit = &s->plane.unit;
    bool asked;
    if (data_pictures_shown(scene, &asked)) {
        data_pictures_why(scene, why);
        return;
    }
    (void)snprintf(why->section, sizeof why->section, "THE DATA VIEW");
    if (!s->plane.valid)
        return;
    if (data_numbers_shown(scene)) {
        data_numbers_why(scene, why);
        return;
    }
    bool output = watches_output(s), first = s->watch.layer == 1;
    char sum[160];
    write_sum(unit, first ? "input" : "unit", sum, sizeof sum);
    if (first)
        WHY_LINE(why, "z = Σ w x + b over %d inputs, at the mean of the data:", unit->inputs);
    else
        WHY_LINE(why,
            "z = Σ w a + b over %d units of layer %d, at the mean of the data:", unit->inputs,
            s->watch.layer - 1);
    WHY_LINE(why, "%s", sum);
    if (!output)
        WHY_LINE(why, "a = %s(z) = %.4g", s->seen.activation.name, unit->a);
    else if (s->seen.loss_kind == LOSS_BCE && s->plane.classes == 2)
        WHY_LINE(why, "P(class 1) = σ(z) = %.4g", 1 / (1 + exp(-unit->z)));
    bool linear = s->seen.hparams.activation == ACTIVATION_LINEAR ||
        (s->seen.hparams.activation == ACTIVATION_LEAKY_RELU &&
            s->seen.hparams.leaky_slope >= 1);
    const char *changes = s->seen.layers[s->seen.layer_count - 1].units == 1
        ? "the output crosses its threshold"
        : "another output becomes the largest";
    if (output && s->plane.components)
        WHY_TEXT(why,
            "The class changes where %s: the line on the map is where that cuts the plane. A "
            "point off the plane can be right and stand on the wrong side of it; × are those "
            "that the accuracy misses.",
            changes);
    else if (output)
        WHY_TEXT(why,
            "The class changes where %s: that is the line on the map. Points on the wrong side "
            "of it are the × that the accuracy misses.",
            changes);
    else if (s->seen.activation.flat && s->plane.components)
        WHY_TEXT(why,
            "Where z is not above 0 the unit gives 0 and passes no gradient; the line on the "
            "map is where z = 0 cuts the plane, straight in layer 1 and bent further up. "
            "Points "
            "off the plane can lie on its other side, so that it does not show whether the "
            "unit is dead.");
    else if (s->seen.activation.flat)
        WHY_TEXT(why,
            "Where z is not above 0 the unit gives 0 and passes no gradient; the line on the "
            "map "
            "is z = 0, straight in layer 1 and bent by the layers below it further up. A unit "
            "whose line leaves all points on its flat side is dead.");
    else
        WHY_TEXT(why,
            "The line on the map is z = 0: %s. The layer above it makes its z of such maps, "
            "weighted and added.",
            linear ? "straight in every layer, since the activation bends nothing"
                   : "straight in layer 1, bent by the layers below it further up");
}
