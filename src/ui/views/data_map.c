#include "ui/views/data.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/heatmap.h"
#include "ui/draw/linear_axis.h"

/* The finite values' lowest and largest size. */
static void extremes(const struct plane_detail *plane, double *lowest, double *largest)
{
    *lowest = *largest = 0;
    for (int i = 0; i < plane->width * plane->height; i++) {
        if (!isfinite(plane->a[i]))
            continue;
        *lowest = fmin(*lowest, plane->a[i]);
        *largest = fmax(*largest, fabs(plane->a[i]));
    }
}

struct data_map data_map_of(const struct snapshot *snapshot, bool unit)
{
    bool plain = snapshot->seen.loss_kind == LOSS_MSE;
    struct data_map map = {&snapshot->plane, unit, plain, 0, 1};
    if (!unit)
        return map;
    bool hidden = snapshot->watch.layer < snapshot->seen.layer_count;
    if (hidden && snapshot->seen.activation.bounded) {
        map.low = snapshot->seen.hparams.activation == ACTIVATION_TANH ? -1 : 0;
        return map;
    }
    /* Steps of 1, 2 and 5, so that the scale does not move with every frame. */
    double lowest, largest;
    extremes(map.plane, &lowest, &largest);
    map.high = largest > 0 ? linear_axis_round(largest) : 1;
    map.low = lowest < 0 ? -map.high : 0;
    return map;
}

uint32_t data_class_glyph(int label, int classes, bool test)
{
    if (classes == 2 && test)
        return label == 0 ? GLYPH_SQUARE : GLYPH_BLOCK;
    if (classes == 2)
        return label == 0 ? GLYPH_RING : GLYPH_DISC;
    if (test)
        return 'A' + (uint32_t)label % 26;
    return label < 10 ? '0' + (uint32_t)label : 'a' + (uint32_t)(label - 10) % 26;
}

void data_class_name(const struct plane_detail *plane, int label, char *text, size_t size)
{
    const struct dataset *data = plane->data;
    if (data && data->class_names)
        text_clean(text, size, data->class_names[label]);
    else
        (void)snprintf(text, size, "%d", label);
}

void data_class_words(const struct plane_detail *plane, int label, char *text, size_t size)
{
    char name[80];
    data_class_name(plane, label, name, sizeof name);
    bool number = strspn(name, "-+.0123456789e") == strlen(name);
    (void)snprintf(text, size, "%s%s", number ? "class " : "", name);
}

enum role data_class_role(int label, int classes)
{
    return (enum role)(ROLE_RAMP + label * (RAMP_STEPS - 1) / (classes > 1 ? classes - 1 : 1));
}

/* A place of the area as an index into the grid; places beyond the edge are those on it. */
static int index_of(const struct data_map *map, struct rect area, int x, int y)
{
    int right = area.width - 1, bottom = 2 * area.height - 1;
    x = x < 0 ? 0 : x > right ? right : x;
    y = y < 0 ? 0 : y > bottom ? bottom : y;
    int column = (int)((2 * (int64_t)x + 1) * map->plane->width / (2 * area.width));
    int row = (int)((2 * (int64_t)y + 1) * map->plane->height / (4 * area.height));
    return row * map->plane->width + column;
}

static bool many_classes(const struct data_map *map)
{
    return !map->unit && map->plane->classes > 2;
}

/* ROLE_NONE where it is not finite. */
static enum role role_at(const struct data_map *map, int index)
{
    double value = map->unit ? map->plane->a[index] : map->plane->values[index];
    struct heatmap ramp = {.low = map->low, .high = map->high};
    if (!isfinite(value))
        return ROLE_NONE;
    if (many_classes(map))
        return data_class_role(map->plane->winners[index], map->plane->classes);
    return heatmap_role(&ramp, value);
}

/* What is 0 on the boundary: the unit's z, or the output's logit, within what can be told. */
static double field_at(const struct data_map *map, int index)
{
    double value = map->plane->values[index];
    if (map->unit)
        return map->plane->z[index];
    if (map->plain)
        return value - 0.5;
    return isnan(value) ? value : fmin(fmax(log(value / (1 - value)), -40), 40);
}

/* The shade behind a glyph in a cell. */
static enum role ground_at(const struct data_map *map, struct rect area, int x, int y)
{
    enum role upper = role_at(map, index_of(map, area, x, 2 * y));
    enum role lower = role_at(map, index_of(map, area, x, 2 * y + 1));
    return upper == ROLE_NONE || lower == ROLE_NONE ? ROLE_NONE
                                                    : (enum role)((upper + lower) / 2);
}

static void put_on_ground(
    struct surface *surface, int x, int y, uint32_t glyph, enum role ground)
{
    if (ground == ROLE_NONE)
        surface_put(surface, x, y, glyph, ROLE_STRONG);
    else
        surface_put_on(
            surface, x, y, glyph, (enum role)(ROLE_ON_RAMP + (ground - ROLE_RAMP)), ground);
}

static void draw_cell(
    const struct data_map *map, struct surface *surface, struct rect area, int x, int y)
{
    /* Of many classes: where the two best are near each other. */
    enum { UNSURE_PERCENT = 50 };
    int at = index_of(map, area, x, 2 * y);
    enum role upper = role_at(map, at);
    enum role lower = role_at(map, index_of(map, area, x, 2 * y + 1));
    if (upper == ROLE_NONE || lower == ROLE_NONE)
        surface_put(surface, area.x + x, area.y + y, '!', ROLE_BAD);
    else if (many_classes(map) && 100 * map->plane->values[at] < UNSURE_PERCENT)
        put_on_ground(surface, area.x + x, area.y + y, GLYPH_MIDDLE_DOT, upper);
    else
        surface_put_on(surface, area.x + x, area.y + y, GLYPH_UPPER_HALF, upper, lower);
}

static double field_of(const struct data_map *map, struct rect area, int x, int y)
{
    return field_at(map, index_of(map, area, x, y));
}

/* How the field changes from one place to another, both brought into the area, in a place. */
static double slope_of(
    const struct data_map *map, struct rect area, int x0, int y0, int x1, int y1)
{
    int right = area.width - 1, bottom = 2 * area.height - 1;
    x0 = x0 < 0 ? 0 : x0;
    y0 = y0 < 0 ? 0 : y0;
    x1 = x1 > right ? right : x1;
    y1 = y1 > bottom ? bottom : y1;
    int places = x1 - x0 + y1 - y0; /* along one of the two */
    return (field_of(map, area, x1, y1) - field_of(map, area, x0, y0)) / places;
}

static void put_line(const struct data_map *map, struct surface *surface, struct rect area,
    int x, int y, uint32_t glyph)
{
    put_on_ground(surface, area.x + x, area.y + y, glyph, ground_at(map, area, x, y));
}

/* The boundary between a cell and its right neighbour, where it is nearer to upright. */
static void draw_steep(
    const struct data_map *map, struct surface *surface, struct rect area, int x, int y)
{
    double here = field_of(map, area, x, 2 * y) + field_of(map, area, x, 2 * y + 1);
    double right = field_of(map, area, x + 1, 2 * y) + field_of(map, area, x + 1, 2 * y + 1);
    double across = (right - here) / 2;
    double down = slope_of(map, area, x, 2 * y - 1, x, 2 * y + 2);
    if ((here > 0) == (right > 0) || !(fabs(across) >= fabs(down)))
        return;
    uint32_t slanted = (across > 0) == (down > 0) ? '/' : '\\';
    bool upright = fabs(across) > 4 * fabs(down), nearer = fabs(here) <= fabs(right);
    put_line(map, surface, area, nearer ? x : x + 1, y, upright ? GLYPH_BAR : slanted);
}

/* The boundary between a place and the one below it, where it is nearer to level. */
static void draw_level(
    const struct data_map *map, struct surface *surface, struct rect area, int x, int y)
{
    static const uint32_t heights[] = {0x2594, GLYPH_RULE, 0x2581}; /* ▔ ─ ▁ */
    double here = field_of(map, area, x, y), below = field_of(map, area, x, y + 1);
    double across = slope_of(map, area, x - 1, y, x + 1, y);
    if ((here > 0) == (below > 0) || !(fabs(below - here) > fabs(across)))
        return;
    double at = (y + 0.5 + here / (here - below)) / 2; /* in cells */
    int cell = (int)at, height = (int)((at - cell) * 3);
    put_line(map, surface, area, x, cell, heights[height < 3 ? height : 2]);
}

/* Of many classes the shades and the dots between them show it. */
static void draw_boundary(const struct data_map *map, struct surface *surface, struct rect area)
{
    if (many_classes(map))
        return;
    for (int x = 0; x < area.width; x++) {
        for (int y = 0; y < area.height && x + 1 < area.width; y++)
            draw_steep(map, surface, area, x, y);
        for (int y = 0; y + 1 < 2 * area.height; y++)
            draw_level(map, surface, area, x, y);
    }
}

/* The wrong ones last, so that none is hidden. */
static void draw_dots(const struct data_map *map, struct surface *surface, struct rect area)
{
    const struct plane_detail *plane = map->plane;
    double across = area.width / (plane->right - plane->left);
    double down = area.height / (plane->top - plane->bottom);
    for (int wrong = 0; wrong < 2; wrong++) {
        for (int i = 0; i < plane->dot_count; i++) {
            const struct plane_dot *dot = &plane->dots[i];
            if ((dot->label != dot->predicted) != wrong)
                continue;
            int x = (int)floor((dot->x - plane->left) * across);
            int y = (int)floor((plane->top - dot->y) * down);
            if (wrong)
                surface_put(surface, area.x + x, area.y + y, dot->test ? '+' : GLYPH_WRONG,
                    ROLE_BADGE_BAD);
            else
                put_on_ground(surface, area.x + x, area.y + y,
                    data_class_glyph(dot->label, plane->classes, dot->test),
                    ground_at(map, area, x, y));
        }
    }
}

void data_map_draw(const struct data_map *map, struct surface *surface, struct rect area)
{
    for (int y = 0; y < area.height; y++) {
        for (int x = 0; x < area.width; x++)
            draw_cell(map, surface, area, x, y);
    }
    draw_boundary(map, surface, area);
    draw_dots(map, surface, area);
}

void data_map_ticks(
    const struct plane_detail *plane, struct surface *surface, struct rect map, bool left)
{
    enum { NAME = 3 /* of the axis, and a gap */ };
    struct linear_axis across = {plane->left, plane->right}, up = {plane->bottom, plane->top};
    linear_axis_draw_across(&across, surface, map.x, map.y + map.height, map.width, NAME);
    if (left)
        linear_axis_draw_up(&up, surface,
            (struct rect){map.x - DATA_MAP_LABELS, map.y, DATA_MAP_LABELS - 1, map.height});
}
