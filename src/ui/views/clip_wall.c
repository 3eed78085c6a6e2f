/* The wall of Pascanu, Mikolov & Bengio 2013 (core/wall.h), with its two descents. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/wall.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/heatmap.h"
#include "ui/views/clip.h"

/* The part of the surface that is shown. */
#define LEAST_W 3.6
#define MOST_W 6.4
#define LEAST_B (-3.0)
#define MOST_B (-0.2)
#define MOST_ERROR 0.46
#define ITERATIONS_A_SECOND 6

enum { LABELS = 5, TEXT_WIDTH = 31, TEXT_HEIGHT = 14 };

void clip_replay_wall(struct clip_state *state, double now)
{
    state->wall_started = true;
    state->wall_since = now;
}

/* Iterations done by now; asks to be drawn again at the next. */
static int iteration_of(const struct scene *scene)
{
    struct clip_state *state = clip_state(scene);
    if (!state->wall_started)
        clip_replay_wall(state, scene->now);
    double passed = (scene->now - state->wall_since) * ITERATIONS_A_SECOND;
    int iteration = passed < 0 ? 0 : passed < WALL_ITERATIONS ? (int)passed : WALL_ITERATIONS;
    if (iteration < WALL_ITERATIONS)
        *scene->redraw_at = fmax(
            state->wall_since + (iteration + 1.0) / ITERATIONS_A_SECOND, scene->now + 0.01);
    return iteration;
}

static double mix(double low, double high, double share)
{
    return low + (high - low) * share;
}

/* The root of the error, so that the valley shows; computed once for each size of the area. */
static void compute_map(struct clip_state *state, struct rect map)
{
    int columns = map.width < WALL_MAP_MOST ? map.width : WALL_MAP_MOST;
    int rows = 2 * map.height < WALL_MAP_MOST ? 2 * map.height : WALL_MAP_MOST;
    if (columns == state->map_columns && rows == state->map_rows)
        return;
    state->map_columns = columns;
    state->map_rows = rows;
    for (int y = 0; y < rows; y++) {
        for (int x = 0; x < columns; x++) {
            struct wall_point at = {mix(LEAST_W, MOST_W, (x + 0.5) / columns),
                mix(MOST_B, LEAST_B, (y + 0.5) / rows)};
            state->map[y * columns + x] = sqrt(wall_error(at));
        }
    }
}

struct position {
    int x, y;
};

static struct position position_of(struct rect map, struct wall_point at)
{
    double x = (at.w - LEAST_W) / (MOST_W - LEAST_W) * map.width;
    double y = (MOST_B - at.b) / (MOST_B - LEAST_B) * map.height;
    return (struct position){map.x + (int)floor(x), map.y + (int)floor(y)};
}

/* Dots from one place to another, far away. */
static void draw_flight(
    struct surface *surface, struct position from, struct position to, enum role role)
{
    int steps =
        abs(to.y - from.y) > abs(to.x - from.x) ? abs(to.y - from.y) : abs(to.x - from.x);
    for (int i = 1; i < steps; i++)
        surface_put(surface, from.x + (to.x - from.x) * i / steps,
            from.y + (to.y - from.y) * i / steps, GLYPH_MIDDLE_DOT, role);
}

/* A mark for each iteration; the last one as a filled field. */
static void draw_descent(struct surface *surface, struct rect map, bool clipped, int iterations)
{
    struct wall_descent descent = wall_descent_shown(clipped);
    enum role role = clipped ? ROLE_GOOD : ROLE_BAD;
    uint32_t glyph = clipped ? 0x25cf : GLYPH_DEAD;
    struct position at = position_of(map, descent.at);
    for (int i = 0; i < iterations; i++) {
        surface_put(surface, at.x, at.y, glyph, role);
        wall_descent_step(&descent);
        struct position next = position_of(map, descent.at);
        draw_flight(surface, at, next, role);
        at = next;
    }
    surface_put(surface, at.x, at.y, glyph, clipped ? ROLE_BADGE_GOOD : ROLE_BADGE_BAD);
}

static void draw_axes(struct surface *surface, struct rect map)
{
    for (int i = 0; i < 3; i++) {
        struct position tick = position_of(map, (struct wall_point){4 + i, -0.5 - i});
        surface_print(surface, map.x - LABELS, tick.y, ROLE_DIM, "%4.1f", -0.5 - i);
        surface_print(surface, tick.x, map.y + map.height, ROLE_DIM, "%d", 4 + i);
    }
    if (map.height > 8)
        surface_text(surface, map.x - LABELS, map.y, -1, ROLE_DIM, "b");
    surface_text(surface, map.x + map.width - 1, map.y + map.height, -1, ROLE_DIM, "w");
}

/* On the surface, whose shade stays behind it. */
static void put_on_map(struct surface *surface, struct position at, uint32_t glyph)
{
    if (at.x < 0 || at.y < 0 || at.x >= surface->width || at.y >= surface->height)
        return;
    const struct cell *cell = &surface->cells[at.y * surface->width + at.x];
    int step = cell->role - ROLE_RAMP;
    if (step >= 0 && step < RAMP_STEPS)
        surface_put_on(surface, at.x, at.y, glyph, (enum role)(ROLE_ON_RAMP + step),
            (enum role)cell->role);
}

/* The line on which the error is 0, column by column, and its name above its left end. */
static void draw_minimum(struct surface *surface, struct rect map)
{
    static const char name[] = "minimum";
    struct position first = {-1, -1};
    for (int x = 0; x < map.width; x++) {
        struct wall_point at = {.w = mix(LEAST_W, MOST_W, (x + 0.5) / map.width)};
        /* Near the wall 50 steps are too few to settle. */
        if (!wall_minimum(at.w, &at.b) || wall_error(at) > 1e-4)
            continue;
        struct position place = position_of(map, at);
        put_on_map(surface, place, GLYPH_RING);
        first = first.x < 0 ? place : first;
    }
    for (int i = 0; name[i] && first.x >= 0 && first.y > map.y; i++)
        put_on_map(surface, (struct position){first.x + 1 + i, first.y - 1}, (uint32_t)name[i]);
}

static void draw_map(
    const struct scene *scene, struct surface *surface, struct rect map, int iteration)
{
    struct clip_state *state = clip_state(scene);
    compute_map(state, map);
    struct heatmap heat = {
        state->map_columns, state->map_rows, state->map, 0, sqrt(MOST_ERROR)};
    heatmap_draw(&heat, surface, map);
    draw_minimum(surface, map);
    draw_axes(surface, map);
    draw_descent(surface, map, false, iteration);
    draw_descent(surface, map, true, iteration);
}

/* What has happened to a descent, and the longest step it made. */
struct account {
    struct wall_descent now;
    double longest, norm; /* the norm of the gradient there */
    int at;               /* iteration of that step */
};

static struct account account_of(bool clipped, int iterations)
{
    struct account account = {.now = wall_descent_shown(clipped)};
    for (int i = 0; i < iterations; i++) {
        struct wall_descent before = account.now;
        wall_descent_step(&account.now);
        double w = account.now.at.w - before.at.w, b = account.now.at.b - before.at.b;
        double length = sqrt(w * w + b * b);
        if (length > account.longest) {
            account.longest = length;
            account.norm = before.norm;
            account.at = before.iteration + 1;
        }
    }
    return account;
}

/* Lines that give way where the area is low, the first of them first. */
enum spare { SPARE_WHOSE = 1, SPARE_KEY, SPARE_START, SPARE_LONGEST, SPARE_NORM, SPARE_THROWN };

static void draw_descents(
    struct surface *surface, int x, int y, int iteration, int lack, int gap)
{
    struct account plain = account_of(false, iteration), clipped = account_of(true, iteration);
    bool thrown = plain.longest > 1;
    surface_text(surface, x, y, -1, ROLE_BADGE_BAD, "×");
    surface_text(surface, x + 2, y++, -1, ROLE_BAD, "not clipped");
    surface_print(surface, x + 2, y++, ROLE_STRONG, "error %.4f", plain.now.error);
    if (lack < SPARE_THROWN && thrown)
        surface_print(surface, x + 2, y, ROLE_TEXT, "at %d thrown by %.2f, since", plain.at,
            plain.longest);
    y += lack < SPARE_THROWN;
    if (lack < SPARE_NORM && thrown)
        surface_print(surface, x + 2, y, ROLE_TEXT, "‖g‖ was %.2f there", plain.norm);
    y += lack < SPARE_NORM;
    y += gap;
    surface_text(surface, x, y, -1, ROLE_BADGE_GOOD, "●");
    surface_print(surface, x + 2, y++, ROLE_GOOD, "clipped by norm at %.2f", WALL_THRESHOLD);
    surface_print(surface, x + 2, y++, ROLE_STRONG, "error %.4f", clipped.now.error);
    if (lack < SPARE_LONGEST)
        surface_print(surface, x + 2, y++, ROLE_TEXT, "no step longer than %.2f",
            WALL_RATE * WALL_THRESHOLD);
}

static void draw_text(struct surface *surface, struct rect area, int iteration, bool beside)
{
    enum { LINES = 14, SPARES = SPARE_THROWN };
    int x = area.x, y = area.y, gap = area.height >= TEXT_HEIGHT + 4;
    int lack = LINES - area.height;
    surface_text(surface, x, y++, -1, ROLE_HEADING, "the wall: another network");
    if (lack > SPARES)
        return;
    if (lack < SPARE_WHOSE)
        surface_text(surface, x, y++, -1, ROLE_TEXT, "one recurrent unit, not yours");
    surface_text(surface, x, y++, -1, ROLE_STRONG, "x_t = w σ(x_{t-1}) + b");
    if (lack < SPARE_START)
        surface_text(surface, x, y++, -1, ROLE_TEXT, "50 steps from x_0 = 0.5");
    if (area.height >= TEXT_HEIGHT + 4)
        surface_text(surface, x, y++, -1, ROLE_DIM, "Pascanu et al. 2013, figure 6");
    y += gap;
    surface_print(surface, x, y++, ROLE_TEXT, "iteration %2d of %d, lr %.1f", iteration,
        WALL_ITERATIONS, WALL_RATE);
    draw_descents(surface, x, y + gap, iteration, lack, gap);
    y = area.y + area.height - 2;
    if (lack < SPARE_KEY)
        surface_text(surface, x, y, -1, ROLE_DIM, "error (σ(x_50) - 0.7)²");
    int end = heatmap_draw_key(surface, x, ++y, "0", "0.46");
    surface_text(surface, end + 2, y, -1, ROLE_KEY, "x");
    surface_text(surface, end + 4, y, -1, ROLE_TEXT, beside ? "again" : "back");
}

void clip_draw_wall(
    const struct scene *scene, struct surface *surface, struct rect area, bool beside)
{
    int iteration = iteration_of(scene);
    struct rect map = {area.x + LABELS, area.y, area.width - LABELS, area.height - 1};
    struct rect text = area;
    if (area.width < 70 && area.height < 30) {
        surface_text(surface, area.x, area.y, area.width, ROLE_HEADING,
            "the wall: another, recurrent network");
        map.y++;
        map.height--;
    }
    if (area.width >= 70) {
        map.width -= TEXT_WIDTH + 2;
        text.x = map.x + map.width + 2;
        draw_text(surface, text, iteration, beside);
    } else if (area.height >= 30) {
        map.height -= TEXT_HEIGHT + 8;
        text.y = map.y + map.height + 2;
        text.height = TEXT_HEIGHT + 6;
        draw_text(surface, text, iteration, beside);
    }
    scene_spot(scene, "wall", map.x, map.y, 1);
    if (map.height >= 3 && map.width >= 20)
        draw_map(scene, surface, map, iteration);
}
