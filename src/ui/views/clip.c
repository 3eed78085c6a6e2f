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

/* A number that has just been drawn, without the blanks before it. */
static void place_left_of(
    const struct scene *scene, const char *name, int end, int y, const char *number)
{
    int columns = text_columns(number + strspn(number, " "));
    scene_spot(scene, name, end - columns, y, columns);
}

/* ‖g‖ before → after, and what that did, each in its place. */
static void draw_numbers(
    const struct scene *scene, struct surface *surface, int x, int y, int width)
{
    const struct snapshot *snapshot = scene->snapshot;
    const struct clip_report *clip = &snapshot->seen.clip;
    char before[FORMAT_SIZE], after[FORMAT_SIZE], text[FORMAT_SIZE + 16];
    bool acted = clip->fraction > 0, finite = isfinite(clip->norm_before), wide = width >= 60;
    clip_format_norm(clip->norm_before, before);
    clip_format_norm(clip->norm_after, after);
    x = labelled(surface, x, y, "‖g‖", acted ? CLIP_BEFORE : ROLE_STRONG, before);
    place_left_of(scene, "before", x, y, before);
    x = labelled(surface, x + 1, y, "→", acted ? CLIP_AFTER : ROLE_STRONG, after);
    place_left_of(scene, "after", x, y, after);
    format_ratio((struct ratio){clip->scale, finite}, text);
    x = labelled(surface, x + 2, y, wide ? "scale" : "×", ROLE_STRONG, text);
    place_left_of(scene, "scale", x, y, text);
    (void)snprintf(text, sizeof text, wide ? "%4.1f°" : "%3.0f°", clip_angle(clip));
    if (!clip->has_cosine) /* of a gradient of 0 either */
        (void)snprintf(text, sizeof text, "%*s", wide ? 5 : 4, "-");
    x = labelled(surface, x + 2, y, wide ? "turned by" : "∠", ROLE_STRONG, text);
    place_left_of(scene, "angle", x, y, text);
    if (width < 76)
        return;
    format_share(clip->fraction, after);
    (void)snprintf(text, sizeof text, "%5s of g", after);
    labelled(surface, x + 2, y, "changed", ROLE_STRONG, text);
}

/* What the shades mean, and how often it happens. */
static void draw_legend(
    const struct scene *scene, struct surface *surface, int x, int y, int width)
{
    const struct snapshot *snapshot = scene->snapshot;
    static const char *const modes[] = {"(off)", "by value", "by norm", "by layer"};
    const struct conditions *conditions = &snapshot->story.conditions;
    int recent = conditions->recent.count;
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
    int end = surface_print(
        surface, x + 2, y, ROLE_TEXT, "c = %s %s", c, modes[snapshot->seen.hparams.clip]);
    scene_spot(scene, "threshold", x, y, end - x);
    format_share(record_share_above(&snapshot->record, QUANTITY_CLIPPED_FRACTION), all);
    /* As the finding counts them. */
    format_share(recent > 0 ? (double)conditions_clipped(conditions) / recent : 0, late);
    (void)snprintf(text, sizeof text, "steps clipped %5s, last %d: %5s", all, recent, late);
    int start = right - text_columns(text);
    if (width >= 76 && start > end)
        surface_text(surface, start, y, -1, ROLE_TEXT, text);
}

/* In one line what clipping did, or what c would have to be. */
static void draw_sentence(const struct scene *scene, struct surface *surface, struct rect row)
{
    const struct snapshot *snapshot = scene->snapshot;
    char text[160];
    enum role role = clip_tell(snapshot, row.width, text, sizeof text);
    surface_text(surface, row.x, row.y, row.width, scene->asking ? ROLE_DIM : role,
        scene->asking ? SCENE_ASKING : text);
}

/* Elements, norms and the update side by side; the elements where there is room for all. */
static void draw_panels(const struct scene *scene, struct surface *surface, struct rect area)
{
    enum { GAP = 2 };
    bool elements = area.width >= 72 && area.height >= 5;
    bool direction = area.width >= 48 && area.height >= 5;
    int part = direction ? (area.width - GAP * (elements + 1)) / (elements ? 3 : 2) : 0;
    part = part > 46 ? 46 : part; /* the arrows are as long as the rows allow */
    int x = area.x, middle = area.width - (direction ? part + GAP : 0);
    if (elements) {
        struct rect left = {x, area.y, middle - part - GAP, area.height};
        scene_spot(scene, "elements", left.x, left.y, left.width);
        if (wave_knows_clip(&scene->wave))
            clip_draw_elements(scene, surface, left);
        else
            surface_text(surface, left.x, left.y, left.width, ROLE_DIM,
                left.width >= 28 ? "· elements (not reached yet)" : "· elements: not yet");
        x += left.width + GAP;
        middle = part;
    }
    clip_draw_norms(scene, surface, (struct rect){x, area.y, middle, area.height});
    scene_spot(scene, "direction", area.x + area.width - part, area.y, part < 9 ? part : 9);
    if (direction)
        (scene->wave.phase == WAVE_NONE ? clip_draw_direction : clip_wave_draw_direction)(scene,
            surface, (struct rect){area.x + area.width - part, area.y, part, area.height});
}

static void draw_gradient(const struct scene *scene, struct surface *surface, struct rect area)
{
    int head = area.height >= 8 ? 3 : area.height >= 5 ? 2 : 1, gap = area.height >= 24;
    bool told = wave_knows_clip(&scene->wave);
    if (told)
        draw_numbers(scene, surface, area.x, area.y, area.width);
    else
        clip_wave_draw_numbers(scene, surface, area.x, area.y);
    if (head > 2)
        draw_legend(scene, surface, area.x, area.y + 1, area.width);
    if (head > 1 && told)
        draw_sentence(scene, surface, (struct rect){area.x, area.y + head - 1, area.width, 1});
    struct rect rest = area;
    rest.y += head + gap;
    rest.height -= head + gap;
    if (rest.height >= 24 && area.width >= 72) {
        int wanted = scene->snapshot->seen.layer_count + 2, most = rest.height - 12;
        int lower = wanted < most ? wanted : most;
        struct rect below = {area.x, area.y + area.height - lower, area.width, lower};
        if (told)
            clip_draw_layers(scene, surface, below);
        rest.height -= lower + 1;
    }
    draw_panels(scene, surface, rest);
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

static const char *const places[] = {"layer", "before", "after", "scale", "angle", "threshold",
    "elements", "norms", "direction", "wall", NULL};

static const struct help_entry help[] = {
    {"▒ █ ━", "the gradient before clipping, after it, and the threshold c"},
    {"‖g‖", "norm of all weights' and biases' gradients as one vector"},
    {"steps clipped",
        "the share of steps in which it changed any element, of all and of the last 50, which "
        "the finding counts"},
    {"off, not clipped", "what c would have to be in this step"},
    {"━",
        "what clipping leaves at most: c by norm, c√L by layer (L layers), c√P by value (P "
        "elements)"},
    {"direction",
        "of g before and after, both drawn one unit long: 0° by norm; by value and by layer "
        "the angle can be large"},
    {"elements",
        "negative ones left, positive ones right, the largest outside; the height is the root "
        "of their number"},
    {"○ ─ ·", "before settings were changed: a norm; ‖g‖ by steps; its last value"},
    {"·", "a step seen happening: g gathers layer by layer, is cut, W moves"},
    {"lr‖g‖",
        "the step that plain sgd makes of it, before and after; weight decay, where there is "
        "some, comes to it"},
    {"x",
        "the wall, of another network, a recurrent unit over 50 steps: x_t = w σ(x_{t-1}) + b, "
        "error (σ(x_50) - 0.7)²; ○ its minimum (Pascanu, Mikolov & Bengio 2013, figure 6)"},
    {NULL, NULL},
};

const struct view view_clip = {
    .name = "clip",
    .title = "what clipping does to the gradient",
    .help = help,
    .places = places,
    .needs = DETAIL_CLIP,
    .state_size = sizeof(struct clip_state),
    .update = update,
    .draw = draw,
    .present = clip_present,
    .why = clip_why,
    .command = command,
};
