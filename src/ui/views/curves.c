/* The curves view: what has happened over time. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "ui/draw/glyphs.h"
#include "ui/views/curves.h"
#include "ui/views/event_ticks.h"

bool curves_frame_of(const struct scene *scene, int width, struct curves_frame *frame)
{
    const struct record_copy *record = &scene->snapshot->record;
    if (!record->has_layers)
        return false;
    struct curves_state *state = curves_state(scene);
    *frame = (struct curves_frame){.scene = scene,
        .snapshot = scene->snapshot,
        .ghost = scene->ghost,
        .record = record,
        .quantity = &quantities[record->quantity],
        .state = state,
        .time = timeline_of(state->time, record->steps.total, width),
        .selected = scene->selection.layer};
    return true;
}

const struct alert *curves_alert(const struct snapshot *snapshot, enum alert_kind kind)
{
    const struct alert *found = NULL, *alert;
    for (int back = 0; (alert = alerts_recent(&snapshot->story.alerts, back)); back++) {
        if (alert->kind == kind)
            found = alert;
    }
    return found;
}

/* The head of the map: what the shades mean, and how the axes are set. */
static void draw_head(
    const struct curves_frame *frame, struct surface *surface, struct rect row, bool axis)
{
    int x = curves_draw_key(frame, surface, row) + 2, end = row.x + row.width;
    char steps[48];
    (void)snprintf(steps, sizeof steps, "0-%" PRIu64, frame->time.total - 1);
    if (!axis && end - text_columns(steps) >= x)
        surface_text(surface, end - text_columns(steps), row.y, -1, ROLE_DIM, steps);
    const char *words[] = {
        "quantity", scale_name(frame->state->linear), timeline_name((int)frame->state->time)};
    int needed = 0;
    for (int i = 0; i < 3; i++)
        needed += 2 + text_columns(words[i]) + 2 * (i > 0);
    x = end - needed > x ? end - needed : x;
    if (!axis || x + needed > end)
        return;
    for (int i = 0; i < 3; i++) {
        surface_put(surface, x, row.y, (uint32_t) "uyx"[i], ROLE_KEY);
        x = surface_text(surface, x + 2, row.y, -1, ROLE_DIM, words[i]) + 2;
    }
}

/* Rows of each part. */
struct layout {
    int lane, curves, map, axis; /* lane: what has happened, in words */
    bool extra;
};

static struct layout layout_of(int height, int layers)
{
    struct layout l = {.axis = height >= 8, .lane = height >= 12};
    int left = height - 1 - l.axis - l.lane;
    int least = 6 - l.lane;
    if (left < 6) {
        l.curves = left >= 2;
        l.map = left - l.curves;
        return l;
    }
    /* The map as high as it can be with two rows or more for each curve, or one less for all.
     */
    int pitch = 2 * (left - least) / layers;
    pitch = pitch < 2 ? 1 : pitch > 4 ? 4 : pitch / 2 * 2;
    l.map = (layers * pitch + 1) / 2;
    if (l.map > left - least)
        l.map = left - least > left / 2 ? left - least : left / 2;
    l.curves = left - l.map;
    l.extra = l.curves >= 12;
    return l;
}

static struct curves_margins margins_of(int width)
{
    return (struct curves_margins){width >= 60 ? 12 : 6, width >= 72 ? 9 : 0};
}

static bool is_undefined(const double *row)
{
    return row && record_layer(row, 1).kind == READING_UNDEFINED;
}

/* Dead or saturated, where that cannot be; at the newest and the oldest step. */
static bool means_nothing(const struct curves_frame *frame)
{
    const struct step_rows *rows = &frame->record->layers;
    return frame->quantity->needs != NEEDS_NOTHING &&
        is_undefined(step_rows_at(rows, rows->total - 1)) &&
        is_undefined(step_rows_at(rows, 0));
}

static void draw_nothing(
    const struct curves_frame *frame, struct surface *surface, struct rect area)
{
    char text[100], whole[160];
    const char *phi = frame->snapshot->seen.activation.name;
    if (frame->quantity->needs == NEEDS_FLAT)
        (void)snprintf(text, sizeof text,
            "Units of %s do not count as dead: it is 0 on no half-line.", phi);
    else
        (void)snprintf(text, sizeof text,
            "Units of %s do not count as saturated: it is not bounded.", phi);
    /* Whole sentences, as many as there is room for. */
    int used = snprintf(whole, sizeof whole, "%s The key u shows another quantity.", text);
    struct rect endless = {area.x, area.y, area.width, used};
    bool fits = surface_paragraph(NULL, endless, ROLE_STRONG, whole) <= area.height;
    (void)surface_paragraph(surface, area, ROLE_STRONG, fits ? whole : text);
}

static void update(const struct scene *scene)
{
    curves_state(scene)->begun |= scene->new_run;
}

static void draw(const struct scene *scene, struct surface *surface, struct rect area)
{
    struct curves_margins margins = margins_of(area.width);
    int width = area.width - margins.left - margins.right;
    struct curves_frame frame;
    if (area.height < 3 || width < 8)
        return;
    if (!curves_frame_of(scene, width, &frame)) {
        if (scene->snapshot->watch.details & DETAIL_CURVES)
            surface_text(surface, area.x, area.y, area.width, ROLE_WARN,
                "There is no memory to record what happens.");
        return;
    }
    curves_update_axes(&frame);
    struct layout l = layout_of(area.height, frame.record->layer_count);
    int curves = area.y + l.lane, head = curves + l.curves, map = head + 1;
    curves_draw(&frame, surface, (struct rect){area.x, curves, area.width, l.curves}, margins,
        l.extra ? 4 : 3);
    draw_head(&frame, surface, (struct rect){area.x, head, area.width, 1}, l.axis);
    struct rect rows = {area.x, map, area.width, l.map};
    (void)curves_draw_map(&frame, surface, rows, margins);
    if (means_nothing(&frame)) {
        struct rect inside = {area.x + margins.left, map, width, l.map};
        surface_fill(surface, inside, ' ', ROLE_TEXT);
        inside.y++;
        inside.height--;
        draw_nothing(&frame, surface, inside);
    }
    if (l.axis) {
        surface_text(surface, area.x, map + l.map, margins.left - 1, ROLE_DIM, "step");
        scene_spot(scene, "time", area.x, map + l.map, 4);
        timeline_draw_labels(&frame.time, surface, area.x + margins.left, map + l.map);
    }
    if (l.axis)
        event_ticks_draw(frame.snapshot, !scene->asking, &frame.time, surface,
            &(struct tick_place){area.x + margins.left, area.y, l.lane + l.curves, area.y,
                l.lane == 0, map + l.map});
}

static void watch(const void *state, struct watch *watch)
{
    const struct curves_state *curves = state;
    watch->quantity = curves->quantity;
}

static enum view_reply command(
    const struct scene *scene, const struct command *command, struct error *message)
{
    struct curves_state *state = curves_state(scene);
    const char *text = command->text;
    int index;
    switch (command->id) {
    case COMMAND_QUANTITY:
        index = names_choose(
            record_layer_quantity_name, "quantity", text, state->quantity, message);
        state->quantity = index < 0 ? state->quantity : index;
        break;
    case COMMAND_SCALE:
        index = names_choose(scale_name, "scale", text, state->linear, message);
        state->linear = index < 0 ? state->linear : index == 1;
        break;
    case COMMAND_TIME:
        index = names_choose(timeline_name, "axis of time", text, (int)state->time, message);
        state->time = index < 0 ? state->time : (enum timeline_kind)index;
        break;
    default:
        return VIEW_NOT_MINE;
    }
    return index < 0 ? VIEW_REFUSED : VIEW_DONE;
}

static names_fn *names(enum command_id id)
{
    switch (id) {
    case COMMAND_QUANTITY:
        return record_layer_quantity_name;
    case COMMAND_SCALE:
        return scale_name;
    case COMMAND_TIME:
        return timeline_name;
    default:
        return NULL;
    }
}

static const char *const places[] = {
    "layer", "loss", "accuracy", "norm", "quantity", "map", "time", NULL};

static const struct help_entry help[] = {
    {"", "Time runs to the right; each column is a step that was measured."},
    {"loss",
        "of the batch; the curve is as thick as its range over the steps that fall on a "
        "column"},
    {"accuracy", "share of the data set classified rightly"},
    {"○ test", "both of what is held out (--test), where the curve has two rows"},
    {"‖g‖", "norm of the gradient of all weights and biases, before clipping"},
    {"map",
        "one row a layer, the output on top: the quantity as shade, from its lowest to its "
        "highest as the key above the map says; ≤ ≥: some lie beyond (at most 2 % at each "
        "end), and have the shade of the end"},
    {"0 - !", "exactly 0 on a log scale; not defined; not finite"},
    {"│ ▴",
        "what happened there: changes of settings, and what key e lists, as learning: the mean "
        "loss of an epoch is below 0.9 times that of the best constant answer. ┊ is armed for "
        "that step (key @)"},
    {"faint ─", "the curve before settings were changed; · the value at its end"},
    {"right", "the present value, of the marked layer in bold"},
    {NULL, NULL},
};

const struct view view_curves = {
    .name = "curves",
    .title = "when each layer learns",
    .help = help,
    .places = places,
    .needs = DETAIL_CURVES,
    .state_size = sizeof(struct curves_state),
    .update = update,
    .draw = draw,
    .present = curves_present,
    .why = curves_why,
    .watch = watch,
    .command = command,
    .names = names,
};
