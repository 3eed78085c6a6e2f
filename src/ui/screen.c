#include "ui/screen.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/preset.h"
#include "engine/session.h"
#include "ui/input.h"
#include "ui/keymap.h"
#include "ui/strip.h"

static const double speeds[] = {0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, INFINITY};

/* At this speed or below, every step is shown happening. */
#define SLOW_RATE 2

enum { MESSAGE_SECONDS = 8 };

void screen_init(struct screen *screen, const struct hparams *hparams,
    const struct theme *theme, bool running, double target_rate)
{
    memset(screen, 0, sizeof *screen);
    screen->view = views[0];
    screen->selection = (struct selection){1, 1};
    screen->hparams = *hparams;
    screen->theme = theme;
    screen->running = running;
    screen->target_rate = target_rate;
}

static void say(struct screen *screen, bool is_error, const char *text)
{
    (void)snprintf(screen->message, sizeof screen->message, "%s", text);
    screen->message_is_error = is_error;
    screen->message_until = screen->now + MESSAGE_SECONDS;
}

void screen_update(struct screen *screen, const struct snapshot *snapshot, double now)
{
    screen->now = now;
    screen->snapshot = snapshot;
    if (snapshot->message_serial != screen->message_serial) {
        screen->message_serial = snapshot->message_serial;
        say(screen, snapshot->message_is_error, snapshot->message);
    }
    if (snapshot->handled == screen->sent) {
        screen->hparams = snapshot->hparams;
        screen->running = snapshot->running;
        screen->target_rate = snapshot->target_rate;
    }
    bool slow = !snapshot->running || snapshot->target_rate <= SLOW_RATE;
    flow_update(&screen->flow, snapshot, slow, now);
}

void screen_tick(struct screen *screen, double now)
{
    screen->now = now;
    flow_tick(&screen->flow, now);
    if (screen->message[0] && now >= screen->message_until)
        screen->message[0] = '\0';
    screen->frame_due = 0;
    if (screen->flow.animating)
        screen->frame_due = now + 1.0 / 25;
    else if (screen->message[0])
        screen->frame_due = screen->message_until;
    double view_due = screen->options.redraw_at;
    if (view_due > now && (screen->frame_due <= 0 || view_due < screen->frame_due))
        screen->frame_due = view_due;
}

/* Puts a command into the outbox, after doing to the strip at once what the runner will do. */
static void send(struct screen *screen, const struct command *command)
{
    struct error error;
    bool reset;
    if (screen->outbox_count == OUTBOX_SIZE)
        return;
    if (!command_configure(command, &screen->hparams, &reset, &error)) {
        say(screen, true, error.text);
        return;
    }
    screen->outbox[screen->outbox_count++] = *command;
    screen->sent++;
}

static void send_speed(struct screen *screen, double rate)
{
    struct command command = {.id = COMMAND_SPEED, .number = rate};
    screen->target_rate = rate;
    send(screen, &command);
}

static void change_speed(struct screen *screen, int direction)
{
    int count = ARRAY_LEN(speeds), at = 0;
    while (at < count - 1 && speeds[at] < screen->target_rate)
        at++;
    at += direction;
    if (at >= 0 && at < count)
        send_speed(screen, speeds[at]);
}

static void change_theme(struct screen *screen, const char *name)
{
    const struct theme *theme = theme_find(name);
    if (!*name)
        theme = &themes[(screen->theme - themes + 1) % theme_count];
    if (!theme) {
        const char *nearest = names_nearest(theme_name, name);
        char text[160];
        (void)snprintf(text, sizeof text, "unknown theme '%.40s': did you mean '%s'?", name,
            nearest ? nearest : theme_name(0));
        say(screen, true, text);
        return;
    }
    char text[160];
    (void)snprintf(text, sizeof text, "theme %s: %s", theme->name, theme->help);
    screen->theme = theme;
    say(screen, false, text);
}

static void change_view(struct screen *screen, const char *name)
{
    int index = names_find(view_name, name), now = names_find(view_name, screen->view->name);
    if (name_equal(name, "next"))
        index = (now + 1) % view_count;
    else if (name_equal(name, "previous"))
        index = (now + view_count - 1) % view_count;
    if (index >= 0) {
        screen->view = views[index];
        screen->options.redraw_at = 0;
        return;
    }
    char text[160], all[100];
    names_join(view_name, all, sizeof all);
    (void)snprintf(text, sizeof text, "no view is named '%.20s': there is %s", name, all);
    say(screen, true, text);
}

static int clamp(int value, int most)
{
    return value < 1 ? 1 : value > most ? most : value;
}

static int layers_of(const struct screen *screen)
{
    return screen->snapshot ? screen->snapshot->layer_count : screen->hparams.depth + 1;
}

/* Of the selected layer. */
static int units_of(const struct screen *screen, int layer)
{
    return screen->snapshot ? screen->snapshot->layers[layer - 1].units : screen->hparams.width;
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
            layer ? "there are %d layers, the output included" : "the layer has %d units",
            most);
        say(screen, true, text);
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
    say(screen, false, text);
}

struct scene screen_scene(struct screen *screen)
{
    return (struct scene){.snapshot = screen->snapshot,
        .flow = &screen->flow,
        .selection = selection_of(screen),
        .options = &screen->options,
        .now = screen->now};
}

struct watch screen_watch(const struct screen *screen)
{
    struct selection selection = selection_of(screen);
    struct watch watch;
    memset(&watch, 0, sizeof watch);
    watch.details = screen->view->details;
    watch.layer = selection.layer;
    watch.unit = selection.unit;
    if (watch.details == 0)
        watch.layer = watch.unit = 1; /* nothing depends on it */
    if (screen->view->watch)
        screen->view->watch(&screen->options, &watch);
    return watch;
}

/* A command of one of the views, that on the screen first. */
static void execute_in_view(struct screen *screen, const struct command *command)
{
    struct scene scene = screen_scene(screen);
    struct error message = {.text = ""};
    enum view_reply reply = VIEW_NOT_MINE;
    if (screen->view->command)
        reply = screen->view->command(&scene, command, &message);
    for (int i = 0; i < view_count && reply == VIEW_NOT_MINE; i++) {
        if (views[i] != screen->view && views[i]->command)
            reply = views[i]->command(&scene, command, &message);
    }
    if (message.text[0])
        say(screen, reply == VIEW_REFUSED, message.text);
}

static void open_presets(struct screen *screen)
{
    screen->overlay = OVERLAY_PRESETS;
    screen->overlay_scroll = 0;
}

/* Commands of the screen itself. */
static void execute_here(struct screen *screen, const struct command *command)
{
    switch (command->id) {
    case COMMAND_VIEW:
        change_view(screen, command->text);
        break;
    case COMMAND_LAYER:
    case COMMAND_UNIT:
        change_selection(screen, command);
        break;
    case COMMAND_OVERVIEW:
        screen->flow.one_a_row = !screen->flow.one_a_row;
        break;
    case COMMAND_THEME:
        change_theme(screen, command->text);
        break;
    case COMMAND_SELECT:
        screen->selected =
            strip_neighbour(&screen->hparams, screen->selected, (int)command->number);
        break;
    case COMMAND_SCROLL:
        flow_scroll(&screen->flow, (int)fmax(-1e6, fmin(1e6, command->number)));
        break;
    case COMMAND_PROMPT:
        prompt_open(&screen->prompt);
        break;
    case COMMAND_HELP:
        screen->overlay = OVERLAY_HELP;
        screen->overlay_scroll = 0;
        break;
    case COMMAND_REDRAW:
        screen->repaint = true;
        break;
    case COMMAND_SUSPEND:
        screen->suspend = true;
        break;
    case COMMAND_QUIT:
        screen->quit = true;
        break;
    default:
        execute_in_view(screen, command);
        break;
    }
}

static void execute(struct screen *screen, struct command *command)
{
    switch (command->id) {
    case COMMAND_TOGGLE:
        command->id = screen->running ? COMMAND_PAUSE : COMMAND_RUN;
        break;
    case COMMAND_FASTER:
    case COMMAND_SLOWER:
        change_speed(screen, command->id == COMMAND_FASTER ? 1 : -1);
        return;
    case COMMAND_NEXT:
    case COMMAND_PREVIOUS:
        if (!command->row)
            command->row = &hparam_table[screen->selected];
        screen->selected = (int)(command->row - hparam_table);
        break;
    case COMMAND_SET:
        screen->selected = (int)(command->row - hparam_table);
        break;
    case COMMAND_PRESET:
        if (!command->text[0]) {
            open_presets(screen);
            return;
        }
        break;
    default:
        break;
    }
    if (command_table[command->id].scope == SCOPE_SCREEN) {
        execute_here(screen, command);
        return;
    }
    if (command->id == COMMAND_RUN || command->id == COMMAND_PAUSE ||
        command->id == COMMAND_STEP)
        screen->running = command->id == COMMAND_RUN;
    if (command->id == COMMAND_SPEED)
        screen->target_rate = command->number;
    send(screen, command);
}

void screen_command(struct screen *screen, const char *text)
{
    struct command command;
    struct error error;
    if (command_parse(text, &command, &error))
        execute(screen, &command);
    else
        say(screen, true, error.text);
}

static void prompt_input(struct screen *screen, uint32_t key)
{
    if (prompt_key(&screen->prompt, key) == PROMPT_ENTERED && screen->prompt.length > 0)
        screen_command(screen, screen->prompt.text);
}

/* Keys inside an overlay; false when the key closes it and means what it means outside. */
static bool overlay_input(struct screen *screen, uint32_t key)
{
    bool presets = screen->overlay == OVERLAY_PRESETS;
    int *at = presets ? &screen->overlay_selected : &screen->overlay_scroll;
    int last = presets ? preset_count - 1 : 1000; /* drawing clamps the scroll */
    switch (key) {
    case INPUT_UP:
    case 'k':
        *at -= *at > 0;
        return true;
    case INPUT_DOWN:
    case 'j':
        *at += *at < last;
        return true;
    case INPUT_PAGE_UP:
        *at = *at > 10 ? *at - 10 : 0;
        return true;
    case INPUT_PAGE_DOWN:
        *at = *at + 10 < last ? *at + 10 : last;
        return true;
    case INPUT_HOME:
        *at = 0;
        return true;
    case INPUT_END:
        *at = last;
        return true;
    case INPUT_ENTER:
        screen->overlay = OVERLAY_NONE;
        if (presets) {
            struct command command = {.id = COMMAND_PRESET};
            (void)snprintf(
                command.text, sizeof command.text, "%s", preset_name(screen->overlay_selected));
            execute(screen, &command);
        }
        return true;
    default:
        break;
    }
    const struct key_binding *binding = key_find(key, screen->view->name);
    bool same = binding && strcmp(binding->command, presets ? "preset" : "help") == 0;
    screen->overlay = OVERLAY_NONE;
    return key == INPUT_ESCAPE || same;
}

void screen_key(struct screen *screen, uint32_t key)
{
    bool control = key == INPUT_CONTROL('l') || key == INPUT_CONTROL('z');
    if (screen->prompt.open && !control) {
        prompt_input(screen, key);
        return;
    }
    if (screen->overlay != OVERLAY_NONE && !control && key != 'q' && overlay_input(screen, key))
        return;
    if (key == INPUT_ESCAPE) {
        screen->message[0] = '\0';
        return;
    }
    const struct key_binding *binding = key_find(key, screen->view->name);
    if (binding)
        screen_command(screen, binding->command);
}
