/* What is shown: the views, the selection in them, and what has to be computed for that. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/names.h"
#include "core/text.h"
#include "ui/screen/lesson_arrow.h"
#include "ui/screen/lesson_panel.h"
#include "ui/screen/message.h"

static void change_view(struct screen *screen, const char *name)
{
    struct error error;
    int index = names_choose(view_name, "view", name, view_index(screen->view), &error);
    if (index >= 0) {
        /* When both would be the same, the other one gets what was here. */
        if (screen->beside == views[index])
            screen->beside = screen->view;
        screen->view = views[index];
        return;
    }
    screen_say(screen, true, error.text);
}

static int clamp(int value, int most)
{
    return value < 1 ? 1 : value > most ? most : value;
}

static int layers_of(const struct screen *screen)
{
    return screen->snapshot ? screen->snapshot->seen.layer_count
                            : screen->wanted.hparams.depth + 1;
}

/* Of the selected layer. */
static int units_of(const struct screen *screen, int layer)
{
    const struct hparams *wanted = &screen->wanted.hparams;
    if (screen->snapshot)
        return screen->snapshot->seen.layers[layer - 1].units;
    return layer <= wanted->depth ? hparams_width(wanted, layer - 1) : wanted->width;
}

/* The selection within the network that is shown; the wish outlives a smaller one. */
static struct selection selection_of(const struct screen *screen)
{
    struct selection selection = {clamp(screen->selection.layer, layers_of(screen)), 1};
    selection.unit = clamp(screen->selection.unit, units_of(screen, selection.layer));
    return selection;
}

static void change_selection(struct screen *screen, const struct command *command)
{
    struct selection now = selection_of(screen);
    bool layer = command->id == COMMAND_LAYER;
    int most = layer ? layers_of(screen) : units_of(screen, now.layer);
    double wanted = command->number;
    if (command->relative)
        wanted += layer ? now.layer : now.unit;
    int chosen = clamp((int)fmin(fmax(wanted, 1), most), most);
    char text[80];
    if (!command->relative && wanted > most) {
        (void)snprintf(text, sizeof text,
            layer ? "there are %d layers, the output included" : "the layer has %d unit%s",
            most, PLURAL(most));
        screen_say(screen, true, text);
        return;
    }
    if (layer)
        screen->selection.layer = chosen;
    else
        screen->selection.unit = chosen;
    if (layer && chosen == most)
        (void)snprintf(text, sizeof text, "selected: the output");
    else
        (void)snprintf(
            text, sizeof text, "selected: %s %d of %d", layer ? "layer" : "unit", chosen, most);
    message_say(screen, ABOUT_RUN, ROLE_TEXT, "", text);
}

const struct snapshot *screen_ghost(const struct screen *screen)
{
    const struct snapshot *ghost = screen->snapshot ? screen->snapshot->ghost : NULL;
    return ghost ? ghost : before_kept(&screen->before);
}

struct scene screen_scene(struct screen *screen, const struct view *view)
{
    struct view_slot *slot = &screen->slots[view_index(view)];
    return (struct scene){.snapshot = screen->snapshot,
        .ghost = screen_ghost(screen),
        .shown = !screen_covers(screen) &&
            (view == screen->view || (screen_splits(screen) && view == screen->beside)),
        .selection = selection_of(screen),
        .now = screen->now,
        .wave = wave_at(&screen->wave, screen->now),
        .place = view == screen->view ? lesson_arrow_place(screen) : NULL,
        .asking = lesson_panel_asking(screen->lesson),
        .state = slot->state,
        .redraw_at = &slot->redraw_at};
}

struct scene screen_ghost_scene(struct screen *screen, const struct view *view)
{
    const struct snapshot *ghost = screen->snapshot->ghost;
    struct view_slot *slot = &screen->ghost_slots[view_index(view)];
    struct selection selection = screen->selection;
    bool output = selection_of(screen).layer == screen->snapshot->seen.layer_count;
    int layers = ghost->seen.layer_count;
    selection.layer = output ? layers : clamp(selection.layer, layers);
    selection.unit = clamp(selection.unit, ghost->seen.layers[selection.layer - 1].units);
    return (struct scene){.snapshot = ghost,
        .ghost = screen->snapshot,
        .shown = !screen_covers(screen) && screen_races(screen) && view == screen->view,
        .alike = screen->slots[view_index(view)].state,
        .selection = selection,
        .now = screen->now,
        .asking = lesson_panel_asking(screen->lesson),
        .state = slot->state,
        .redraw_at = &slot->redraw_at};
}

const char *screen_lacks(const struct screen *screen, const struct view *view)
{
    /* Of several that are missing the first is said. */
    static const struct {
        enum detail detail;
        const char *sentence;
    } all[] = {
        {DETAIL_CHECK,
            "This source has no loss that could be evaluated anew: its gradient cannot "
            "be checked here."},
        {DETAIL_PLANE,
            "This source has no network that could be asked about other inputs: there "
            "is no plane to draw."},
        {DETAIL_PICTURES, "This source has no data set whose pictures could be shown."},
        {DETAIL_CURVES,
            "This source keeps no record of its steps: there are no curves to draw."},
        {DETAIL_CLIP,
            "This source has no single elements of the gradient: what clipping did to "
            "them cannot be shown."},
        {DETAIL_LAYER,
            "This source tells of a layer's norms and means: it has no distributions."},
        {DETAIL_UNITS, "This source tells of whole layers: it has no single units to show."},
        {DETAIL_UNIT,
            "This source cannot look into a unit: it has neither its weights nor its z."},
    };
    unsigned missing = screen->snapshot ? view->needs & ~screen->snapshot->can : 0;
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        if (missing & all[i].detail)
            return all[i].sentence;
    }
    if (screen->snapshot && screen->snapshot->seen.unknown & view->reads)
        return "This source does not tell what this view shows of a layer.";
    return NULL;
}

bool screen_races(const struct screen *screen)
{
    return screen->beside_ghost && screen->snapshot && screen->snapshot->ghost &&
        !screen->presenting && screen->width >= SPLIT_WIDTH;
}

bool screen_splits(const struct screen *screen)
{
    bool two = screen->beside && !screen->presenting && screen->width >= SPLIT_WIDTH;
    return two || screen_races(screen);
}

struct watch screen_watch(const struct screen *screen)
{
    struct selection selection = selection_of(screen);
    const struct view *const shown[] = {
        screen->view, screen_splits(screen) ? screen->beside : NULL};
    struct watch watch;
    memset(&watch, 0, sizeof watch);
    for (int i = 0; i < 2 && shown[i]; i++)
        watch.details |= shown[i]->needs;
    /* What nothing depends on stays the same. */
    watch.layer = watch.details != 0 ? selection.layer : 1;
    watch.unit = watch.details != 0 ? selection.unit : 1;
    for (int i = 0; i < 2 && shown[i]; i++) {
        if (shown[i]->watch)
            shown[i]->watch(screen->slots[view_index(shown[i])].state, &watch);
    }
    /* What a view beside its ghost shows, or draws of it. */
    watch.ghost =
        watch.details & (screen_races(screen) ? DETAIL_ALL : DETAIL_UNITS | DETAIL_LAYER);
    return watch;
}

/* Without a name: off, or on with the view after the present one. */
static void change_split(struct screen *screen, const char *name)
{
    int now = view_index(screen->view), index = now;
    char text[160];
    struct error error;
    bool off = name_equal(name, "off") || (!*name && (screen->beside || screen->beside_ghost));
    bool ghost = name_equal(name, "ghost");
    if (!off && !ghost)
        index = names_choose(view_name, "view", name, now, &error);
    if (off) {
        screen->beside = NULL;
        screen->beside_ghost = false;
        screen_say(screen, false, "one view");
    } else if (ghost && !(screen->snapshot && screen->snapshot->ghost)) {
        screen_say(screen, true, "there is no ghost to stand beside: ghost N, or race first");
    } else if (index < 0) {
        screen_say(screen, true, error.text);
    } else if (!ghost && index == now) {
        screen_say(screen, true, "that view is shown already: choose another");
    } else if (screen->width < SPLIT_WIDTH) {
        (void)snprintf(text, sizeof text, "two views need %d columns: there are %d",
            SPLIT_WIDTH, screen->width);
        screen_say(screen, true, text);
    } else {
        screen->beside = ghost ? NULL : views[index];
        screen->beside_ghost = ghost;
        screen_say(screen, false,
            ghost ? "the run and its ghost; v: one again, Tab: another view of both"
                  : "two views; v: one again, Tab: another at the left");
    }
}

static enum view_reply hand_to(struct screen *screen, const struct view *view,
    const struct command *command, struct error *message)
{
    struct scene scene = screen_scene(screen, view);
    const char *lack = screen_lacks(screen, view);
    scene.snapshot = lack ? NULL : scene.snapshot;
    scene.select = &screen->selection;
    enum view_reply reply =
        view->command ? view->command(&scene, command, message) : VIEW_NOT_MINE;
    if (!lack || reply == VIEW_NOT_MINE)
        return reply;
    error_set(message, "%s", lack);
    return VIEW_REFUSED;
}

/* The ghost is shown as the run is: scrolled, scaled. */
static void hand_to_ghost(
    struct screen *screen, const struct view *view, const struct command *command)
{
    struct error unsaid;
    if (!view->command || !screen->snapshot || !screen->snapshot->ghost)
        return;
    struct scene scene = screen_ghost_scene(screen, view);
    struct selection unmoved = scene.selection;
    scene.select = &unmoved;
    (void)view->command(&scene, command, &unsaid);
}

/* A command of one of the views, that on the screen first. */
static void hand_to_views(struct screen *screen, const struct command *command)
{
    struct error message = {.text = ""};
    const struct view *view = screen->view;
    enum view_reply reply = hand_to(screen, view, command, &message);
    for (int i = 0; i < view_count && reply == VIEW_NOT_MINE; i++) {
        if (views[i] == screen->view)
            continue;
        view = views[i];
        reply = hand_to(screen, view, command, &message);
    }
    if (reply == VIEW_DONE)
        hand_to_ghost(screen, view, command);
    if (message.text[0])
        screen_say(screen, reply == VIEW_REFUSED, message.text);
}

void screen_show(struct screen *screen, const struct command *command)
{
    switch (command->id) {
    case COMMAND_VIEW:
        change_view(screen, command->text);
        break;
    case COMMAND_LAYER:
    case COMMAND_UNIT:
        change_selection(screen, command);
        break;
    case COMMAND_PRESENT:
        screen->presenting = !screen->presenting;
        break;
    case COMMAND_SPLIT:
        change_split(screen, command->text);
        break;
    default:
        hand_to_views(screen, command);
        break;
    }
}
