#include "ui/screen/screen.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/preset.h"
#include "ui/draw/input.h"
#include "ui/screen/keymap.h"
#include "ui/screen/strip.h"

/* Changes a second that can just be read. */
#define READABLE_RATE 4

enum { MESSAGE_SECONDS = 8 };
/* How often it is drawn how far long work is. */
#define PROGRESS_SECONDS 0.25

bool screen_init(struct screen *screen, const struct hparams *hparams,
    const struct theme *theme, bool running, double target_rate)
{
    memset(screen, 0, sizeof *screen);
    screen->slots = view_slots_create();
    screen->view = views[0];
    screen->selection = (struct selection){1, 1};
    screen->wanted =
        (struct wanted){.hparams = *hparams, .running = running, .target_rate = target_rate};
    screen->theme = theme;
    return screen->slots != NULL;
}

void screen_clear(struct screen *screen)
{
    view_slots_destroy(screen->slots);
    screen->slots = NULL;
}

void screen_say(struct screen *screen, bool is_error, const char *text)
{
    text_clean(screen->message, sizeof screen->message, text);
    screen->message_is_error = is_error;
    screen->message_shorter[0][0] = screen->message_shorter[1][0] = '\0';
    screen->message_brief = 0;
    screen->message_until = screen->now + MESSAGE_SECONDS;
}

/* Says the newest alert, if the last snapshot did not have it yet. */
static void tell_alerts(struct screen *screen, const struct snapshot *snapshot)
{
    const struct alerts *alerts = &snapshot->story.alerts;
    if (alerts->total > screen->events_seen) {
        const struct alert *alert = alerts_recent(alerts, 0);
        char words[160], text[200];
        alert_text(alert, words, sizeof words);
        int brief = snprintf(
            text, sizeof text, "step %" PRIu64 ", %s", alert->step, alert_label(alert->kind));
        (void)snprintf(text + brief, sizeof text - (size_t)brief, ": %s", words);
        screen_say(screen, false, text);
        screen->message_brief = brief;
        screen->ring = screen->bell;
    }
    screen->events_seen = alerts->total;
}

/* Whether the snapshot is of another run than the one before: built anew, or begun anew. */
static bool begins_run(struct screen *screen, const struct snapshot *snapshot)
{
    bool begins = !screen->snapshot || snapshot->news.builds != screen->builds_seen ||
        snapshot->seen.step < screen->step_seen;
    screen->builds_seen = snapshot->news.builds;
    screen->step_seen = snapshot->seen.step;
    return begins;
}

static void update_views(struct screen *screen, bool new_run)
{
    for (int i = 0; i < view_count; i++) {
        struct scene scene = screen_scene(screen, views[i]);
        scene.new_run = new_run;
        if (views[i]->update && !screen_lacks(screen, views[i]))
            views[i]->update(&scene);
    }
}

void screen_update(struct screen *screen, const struct snapshot *snapshot, double now)
{
    bool new_run = begins_run(screen, snapshot);
    screen->now = now;
    screen->snapshot = snapshot;
    if (new_run)
        screen->events_seen = 0;
    if (snapshot->news.message_serial != screen->message_serial) {
        screen->message_serial = snapshot->news.message_serial;
        screen_say(screen, snapshot->news.message_is_error, snapshot->news.message);
        memcpy(screen->message_shorter, snapshot->news.shorter, sizeof screen->message_shorter);
    }
    tell_alerts(screen, snapshot);
    if (snapshot->news.wanted.handled == screen->wanted.handled)
        screen->wanted = snapshot->news.wanted;
    update_views(screen, new_run);
}

enum pace screen_pace(const struct screen *screen)
{
    const struct snapshot *s = screen->snapshot;
    bool fast = s && s->news.wanted.running && s->news.rate > READABLE_RATE &&
        s->seen.divergence.kind == DIVERGED_NOT && !screen->prompt.open;
    return !fast ? PACE_READABLE : screen->view->moves ? PACE_BARS : PACE_FAST;
}

void screen_tick(struct screen *screen, double now)
{
    screen->now = now;
    if (screen->message[0] && now >= screen->message_until)
        screen->message[0] = '\0';
}

bool screen_works(const struct screen *screen)
{
    return screen->snapshot && screen->snapshot->news.wanted.handled != screen->wanted.handled;
}

double screen_due(const struct screen *screen)
{
    double due = screen->message[0] ? screen->message_until : 0;
    double again = screen->now + PROGRESS_SECONDS;
    if (screen_works(screen) && (due <= 0 || again < due))
        due = again;
    const struct view *const shown[] = {
        screen->view, screen_splits(screen) ? screen->beside : NULL};
    for (int i = 0; i < 2 && shown[i]; i++) {
        double wanted = screen->slots[view_index(shown[i])].redraw_at;
        if (wanted > screen->now && (due <= 0 || wanted < due))
            due = wanted;
    }
    return due;
}

/* Puts a command into the outbox, after doing to the strip at once what the runner will do. */
static void send(struct screen *screen, const struct command *command)
{
    struct wanted wanted = screen->wanted;
    struct command resolved = wanted_resolve(&wanted, command);
    struct error error;
    if (screen->outbox_count == OUTBOX_SIZE)
        screen_say(screen, true, "too many commands at once: this one is left out");
    else if (!wanted_do(&wanted, &resolved, &error))
        screen_say(screen, true, error.text);
    else {
        screen->wanted = wanted;
        screen->asked_at = screen->now;
        screen->outbox[screen->outbox_count++] = resolved;
    }
}

static void change_theme(struct screen *screen, const char *name)
{
    struct error error;
    int index = names_choose(theme_name, "theme", name, (int)(screen->theme - themes), &error);
    if (index < 0) {
        screen_say(screen, true, error.text);
        return;
    }
    const struct theme *theme = &themes[index];
    char text[160];
    (void)snprintf(text, sizeof text, "theme %s: %s", theme->name, theme->help);
    screen->theme = theme;
    screen_say(screen, false, text);
}

static void change_bell(struct screen *screen, const char *wanted)
{
    struct error error;
    int index = names_choose(switch_name, "bell", wanted, screen->bell, &error);
    if (index < 0) {
        screen_say(screen, true, error.text);
        return;
    }
    screen->bell = index > 0;
    screen_say(
        screen, false, screen->bell ? "bell on: it rings when something happens" : "bell off");
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
    case COMMAND_EVENTS:
        screen->overlay = OVERLAY_EVENTS;
        screen->overlay_scroll = 0;
        break;
    case COMMAND_WHY:
        screen->overlay = screen->overlay == OVERLAY_WHY ? OVERLAY_NONE : OVERLAY_WHY;
        screen->overlay_scroll = 0;
        break;
    case COMMAND_BELL:
        change_bell(screen, command->text);
        break;
    case COMMAND_THEME:
        change_theme(screen, command->text);
        break;
    case COMMAND_SELECT:
        screen->selected =
            strip_neighbour(&screen->wanted.hparams, screen->selected, (int)command->number);
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
        screen_show(screen, command);
        break;
    }
}

static void execute(struct screen *screen, struct command *command)
{
    switch (command->id) {
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
    send(screen, command);
}

void screen_command(struct screen *screen, const char *text)
{
    struct command command;
    struct error error;
    if (command_parse(text, &command, &error))
        execute(screen, &command);
    else
        screen_say(screen, true, error.text);
}

static void prompt_input(struct screen *screen, uint32_t key)
{
    if (prompt_key(&screen->prompt, key) == PROMPT_ENTERED && screen->prompt.length > 0)
        screen_command(screen, screen->prompt.text);
}

/* The command whose key opens and closes the overlay. */
static const char *overlay_command(enum overlay overlay)
{
    return overlay == OVERLAY_PRESETS ? "preset"
        : overlay == OVERLAY_EVENTS   ? "events"
                                      : "help";
}

/* Keys inside an overlay; false when the key closes it and means what it means outside. */
static bool overlay_input(struct screen *screen, uint32_t key)
{
    /* This one lies beside the view, whose keys go on to hold. */
    if (screen->overlay == OVERLAY_WHY) {
        enum { PAGE = 4 };
        int back = screen->overlay_scroll < PAGE ? screen->overlay_scroll : PAGE;
        bool closes = key == INPUT_ESCAPE || key == INPUT_ENTER;
        bool scrolls = key == INPUT_PAGE_DOWN || key == INPUT_PAGE_UP;
        if (closes)
            screen->overlay = OVERLAY_NONE;
        if (scrolls) /* drawing clamps it */
            screen->overlay_scroll += key == INPUT_PAGE_DOWN ? PAGE : -back;
        return closes || scrolls;
    }
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
    bool same = binding && strcmp(binding->command, overlay_command(screen->overlay)) == 0;
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

void screen_paste(struct screen *screen, const char *text)
{
    if (!screen->prompt.open)
        screen_say(screen, true, "pasted text is for the prompt alone: press : before");
    else if (!prompt_paste(&screen->prompt, text))
        screen_say(screen, true, "not all of the pasted text has room in the prompt");
}
