/* The clip view: the gradient before and after clipping. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/views/clip.h"

enum { BOTH = 150 /* columns from which the wall stands beside */ };

static int labelled(
    struct surface *surface, int x, int y, const char *label, enum role role, const char *text)
{
    x = surface_text(surface, x, y, -1, ROLE_DIM, label) + 1;
    return surface_text(surface, x, y, -1, role, text);
}

/* In 7 columns, with digits that tell also of a small one. */
static void format_norm(double norm, char text[FORMAT_SIZE])
{
    char digits[FORMAT_SIZE];
    if (norm < 0.01 || norm >= 1e5) {
        format_scientific(norm, text);
        return;
    }
    format_loss(norm, digits);
    (void)snprintf(text, FORMAT_SIZE, "%7s", digits);
}

/* ‖g‖ before → after, and what that did, each in its place. */
static void draw_numbers(
    const struct snapshot *snapshot, struct surface *surface, int x, int y, int width)
{
    const struct clip_report *clip = &snapshot->seen.clip;
    char before[FORMAT_SIZE], after[FORMAT_SIZE], text[FORMAT_SIZE + 16];
    bool acted = clip->fraction > 0, finite = isfinite(clip->norm_before), wide = width >= 60;
    format_norm(clip->norm_before, before);
    format_norm(clip->norm_after, after);
    x = labelled(surface, x, y, "‖g‖", acted ? CLIP_BEFORE : ROLE_STRONG, before);
    x = labelled(surface, x + 1, y, "→", acted ? CLIP_AFTER : ROLE_STRONG, after);
    format_ratio((struct ratio){clip->scale, finite}, text);
    x = labelled(surface, x + 2, y, wide ? "scale" : "×", ROLE_STRONG, text);
    (void)snprintf(
        text, sizeof text, wide ? "%4.1f°" : "%3.0f°", clip_angle(&snapshot->seen.clip));
    x = labelled(
        surface, x + 2, y, wide ? "turned by" : "∠", ROLE_STRONG, finite ? text : "   -");
    if (width < 76)
        return;
    format_share(clip->fraction, after);
    (void)snprintf(text, sizeof text, "%5s of g", after);
    labelled(surface, x + 2, y, "changed", ROLE_STRONG, text);
}

/* What the shades mean, and how often it happens. */
static void draw_legend(
    const struct snapshot *snapshot, struct surface *surface, int x, int y, int width)
{
    static const char *const modes[] = {"(off)", "by value", "by norm", "by layer"};
    char c[32], all[FORMAT_SIZE], late[FORMAT_SIZE], text[96];
    int right = x + width;
    surface_put(surface, x, y, GLYPH_SHADE, CLIP_BEFORE);
    x = surface_text(surface, x + 2, y, -1, ROLE_TEXT, "before") + 2;
    surface_put(surface, x, y, GLYPH_FULL, CLIP_AFTER);
    x = surface_text(surface, x + 2, y, -1, ROLE_TEXT, "after") + 2;
    real_format(snapshot->seen.hparams.clip_at, c, sizeof c);
    bool off = snapshot->seen.hparams.clip == CLIP_NONE;
    uint32_t line = snapshot->seen.hparams.clip == CLIP_VALUE ? GLYPH_CEILING : 0x2501;
    surface_put(surface, x, y, off ? GLYPH_MIDDLE_DOT : line, off ? ROLE_DIM : ROLE_CEILING);
    surface_print(
        surface, x + 2, y, ROLE_TEXT, "c = %s %s", c, modes[snapshot->seen.hparams.clip]);
    const struct record_copy *record = &snapshot->record;
    format_share(record_share_above(record, QUANTITY_CLIPPED_FRACTION, 0), all);
    format_share(record_share_above(record, QUANTITY_CLIPPED_FRACTION, 100), late);
    (void)snprintf(text, sizeof text,
        width >= 100 ? "steps clipped %5s, of the last 100 %5s"
                     : "steps clipped %5s, lately %5s",
        all, late);
    if (width >= 76)
        surface_text(surface, right - text_columns(text), y, -1, ROLE_TEXT, text);
}

static void draw_gradient(const struct scene *scene, struct surface *surface, struct rect area)
{
    int head = area.height >= 8 ? 2 : 1, gap = area.height >= 24;
    draw_numbers(scene->snapshot, surface, area.x, area.y, area.width);
    if (head > 1)
        draw_legend(scene->snapshot, surface, area.x, area.y + 1, area.width);
    int y = area.y + head + gap, left = area.height - head - gap;
    int lower = left < 10 || area.width < 60 ? 0 : left < 20 ? left * 9 / 20 : left / 2;
    int direction = left >= 6 && area.width >= 60 ? (area.width - 2) * 2 / 5 : 0;
    int upper = left - lower - (lower > 0 && gap);
    struct rect norms = {area.x, y, area.width - direction - (direction > 0 ? 3 : 0), upper};
    clip_draw_norms(scene, surface, norms);
    if (direction > 0)
        clip_draw_direction(scene, surface,
            (struct rect){area.x + area.width - direction, y, direction, upper});
    struct rect below = {area.x, area.y + area.height - lower, area.width, lower};
    if (lower >= 10 && area.width >= 90) {
        clip_draw_layers(scene, surface,
            (struct rect){area.x + area.width - direction, below.y, direction, lower});
        below.width -= direction + 3;
    }
    if (lower > 0)
        clip_draw_elements(scene, surface, below);
}

static void update(const struct scene *scene)
{
    struct clip_state *state = clip_state(scene);
    if (!scene->new_run)
        return;
    axis_reset(&state->norms);
    axis_reset(&state->sizes);
    axis_reset(&state->layers);
}

static void draw(const struct scene *scene, struct surface *surface, struct rect area)
{
    struct clip_state *state = clip_state(scene);
    if (area.width >= BOTH) {
        struct rect wall = area;
        wall.width = area.width * 3 / 8;
        wall.x = area.x + area.width - wall.width;
        area.width -= wall.width + 3;
        clip_draw_wall(scene, surface, wall, true);
        draw_gradient(scene, surface, area);
    } else if (state->wall) {
        clip_draw_wall(scene, surface, area, false);
    } else {
        draw_gradient(scene, surface, area);
    }
}

static enum view_reply command(
    const struct scene *scene, const struct command *command, struct error *message)
{
    (void)message;
    if (command->id != COMMAND_WALL)
        return VIEW_NOT_MINE;
    struct clip_state *state = clip_state(scene);
    state->wall = !state->wall;
    clip_replay_wall(state, scene->now);
    return VIEW_DONE;
}

const struct view view_clip = {
    .name = "clip",
    .title = "what clipping does to the gradient",
    .help = "▒ █ ━     the gradient before clipping, after it, and the threshold c\n"
            "‖g‖       norm of all weights' and biases' gradients as one vector\n"
            "━         what clipping leaves at most: c by norm, c√L by layer (L layers),\n"
            "          c√P by value (P elements)\n"
            "turned    angle between g before and after: 0° by norm; by value and by layer\n"
            "          it can be large\n"
            "elements  negative ones left, positive ones right, the largest outside;\n"
            "          the height is the root of their number\n"
            "○ ─ ·     before settings were changed: a norm; ‖g‖ by steps; its last value\n"
            "x         the wall: x_t = w σ(x_{t-1}) + b over 50 steps, error\n"
            "          (σ(x_50) - 0.7)² (Pascanu, Mikolov & Bengio 2013, figure 6)\n",
    .needs = DETAIL_CLIP,
    .state_size = sizeof(struct clip_state),
    .update = update,
    .draw = draw,
    .present = clip_present,
    .why = clip_why,
    .command = command,
};
