#include "ui/screen/screen.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/draw/format.h"
#include "ui/draw/input.h"
#include "ui/screen/keymap.h"
#include "ui/screen/lesson_panel.h"
#include "ui/screen/menu.h"
#include "ui/screen/message.h"
#include "ui/screen/rival.h"
#include "ui/screen/scenes.h"
#include "ui/screen/strip.h"
#include "ui/screen/time_strip.h"

/* Changes a second that can just be read. */
#define READABLE_RATE 4

/* How often it is drawn how far long work is. */
#define PROGRESS_SECONDS 0.25

bool screen_init(struct screen *screen, const struct hparams *hparams,
    const struct theme *theme, bool running, double target_rate)
{
    memset(screen, 0, sizeof *screen);
    screen->slots = view_slots_create();
    screen->ghost_slots = view_slots_create();
    screen->view = views[0];
    screen->selection = (struct selection){1, 1};
    screen->wanted =
        (struct wanted){.hparams = *hparams, .running = running, .target_rate = target_rate};
    screen->theme = theme;
    return screen->slots && screen->ghost_slots;
}

void screen_begin_scene(struct screen *screen, const struct preset *preset, bool slow)
{
    screen->wanted.scene = preset;
    screen->wanted.slow = slow;
    scenes_open(screen);
}

void screen_clear(struct screen *screen)
{
    view_slots_destroy(screen->slots);
    view_slots_destroy(screen->ghost_slots);
    screen->slots = screen->ghost_slots = NULL;
    before_clear(&screen->before);
}

/* Whether the snapshot is of another run than the one before. */
static bool begins_run(struct screen *screen, const struct snapshot *snapshot)
{
    bool begins = !screen->snapshot || snapshot->news.builds != screen->builds_seen;
    screen->builds_seen = snapshot->news.builds;
    return begins;
}

static void update_views(struct screen *screen, bool new_run, bool new_ghost)
{
    for (int i = 0; i < view_count; i++) {
        if (!views[i]->update || screen_lacks(screen, views[i]))
            continue;
        struct scene scene = screen_scene(screen, views[i]);
        scene.new_run = new_run;
        views[i]->update(&scene);
        if (!screen->snapshot->ghost)
            continue;
        scene = screen_ghost_scene(screen, views[i]);
        scene.new_run = new_ghost;
        views[i]->update(&scene);
    }
}

void screen_update(struct screen *screen, const struct snapshot *snapshot, double now)
{
    bool new_run = begins_run(screen, snapshot);
    bool new_ghost = rival_begins(screen, snapshot, new_run);
    screen->now = now;
    screen->snapshot = snapshot;
    if (new_run) {
        screen->events_seen = 0;
        screen->known_to = snapshot->furthest;
        message_new_run(screen);
    } else if (snapshot->seen.step < screen->step_seen) {
        message_gone_back(screen);
    }
    screen->step_seen = snapshot->seen.step;
    if (snapshot->news.wanted.handled == screen->wanted.handled)
        screen->wanted = snapshot->news.wanted;
    screen->wanted.at = snapshot->seen.step; /* steps are counted from the one that is seen */
    screen->wanted.furthest = snapshot->furthest;
    message_settings(screen, false);
    bool told = snapshot->news.message_serial != screen->message_serial;
    if (told) {
        screen->message_serial = snapshot->news.message_serial;
        message_tell_news(screen, &snapshot->news);
    }
    message_tell_alerts(screen, snapshot,
        told && (snapshot->news.message_stops || snapshot->news.message_is_error));
    time_strip_update(screen, new_run);
    before_take(&screen->before, snapshot, &screen->wanted, now);
    screen_wave_update(screen, new_run);
    update_views(screen, new_run, new_ghost);
}

enum pace screen_pace(const struct screen *screen)
{
    const struct snapshot *s = screen->snapshot;
    bool fast = s && wanted_moves(&s->news.wanted) && s->news.rate > READABLE_RATE &&
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
    double ghost = screen->ghost_slots[view_index(screen->view)].redraw_at;
    if (screen_races(screen) && ghost > screen->now && (due <= 0 || ghost < due))
        due = ghost;
    double wave = wave_due(&screen->wave, screen->now);
    if (wave > 0 && (due <= 0 || wave < due))
        due = wave;
    return due;
}

double screen_rate(const struct screen *screen)
{
    return wanted_rate(&screen->wanted, screen->snapshot ? screen->snapshot->seen.step : 0);
}

/* More cannot be asked for, where this is a guest's. */
static void say_fastest(
    struct screen *screen, const struct wanted *seen, const struct command *command)
{
    struct wanted free = *seen;
    char text[80], rate[FORMAT_SIZE];
    free.fastest = 0;
    struct command asked = wanted_resolve(&free, command);
    if (asked.id != COMMAND_SPEED || seen->fastest <= 0 || asked.number <= seen->fastest)
        return;
    format_rate(seen->fastest, rate);
    (void)snprintf(text, sizeof text, "%s steps a second is the most here (--max-speed)", rate);
    screen_say(screen, false, text);
}

/* Puts a command into the outbox, after doing to the strip at once what the runner will do;
 * false when it is refused. */
static bool send(struct screen *screen, const struct command *command)
{
    struct wanted wanted = screen->wanted, seen = wanted;
    struct error error;
    /* Faster and slower are so from the speed that is shown. */
    seen.target_rate = screen_rate(screen);
    struct command resolved = wanted_resolve(&seen, command);
    if (screen->outbox_count == OUTBOX_SIZE)
        screen_say(screen, true, "too many commands at once: this one is left out");
    else if (!wanted_do(&wanted, &resolved, &error))
        screen_say(screen, true, error.text);
    else {
        bool changed = !hparams_equal(&wanted.hparams, &screen->wanted.hparams);
        bool anew = wanted.anew && command_table[resolved.id].scope == SCOPE_TRAINING;
        if (changed)
            before_expect(&screen->before, screen->snapshot, &screen->wanted, screen->now);
        screen->wanted = wanted;
        say_fastest(screen, &seen, command);
        message_settings(screen, anew);
        screen->asked_at = screen->now;
        screen->outbox[screen->outbox_count++] = resolved;
        return true;
    }
    return false;
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
    screen->theme_chosen = true;
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

bool screen_keep_before(struct screen *screen)
{
    return screen->snapshot && before_hold(&screen->before, screen->snapshot);
}

/* Commands of the screen itself. */
static void execute_here(struct screen *screen, const struct command *command)
{
    switch (command->id) {
    case COMMAND_EVENTS:
        if (lesson_panel_withholds(screen, command->id))
            break;
        screen->overlay = OVERLAY_EVENTS;
        screen->overlay_scroll = 0;
        break;
    case COMMAND_COMPARE:
        scenes_compare(screen, command->text);
        break;
    case COMMAND_EVENT:
    case COMMAND_TIMELINE:
        time_strip_command(screen, command);
        break;
    case COMMAND_WHY:
        if (lesson_panel_withholds(screen, command->id))
            break;
        screen->overlay = screen->overlay == OVERLAY_WHY ? OVERLAY_NONE : OVERLAY_WHY;
        screen->overlay_scroll = 0;
        break;
    case COMMAND_BELL:
        change_bell(screen, command->text);
        break;
    case COMMAND_BEFORE:
        rival_change_before(screen, command->text);
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

/* The prompt, filled in for a step that is not reached before the line is typed. */
static void open_armed(struct screen *screen)
{
    const struct wanted *wanted = &screen->wanted;
    uint64_t step = screen->snapshot ? screen->snapshot->seen.step : 0;
    double rate = screen->snapshot ? screen->snapshot->news.rate : 0;
    double ahead = wanted->running ? fmin(fmax(10 * rate, 10), 1e9) : 10, unit = 10;
    char line[64];
    while (unit * 10 <= ahead)
        unit *= 10;
    double target = ceil(((double)step + ahead) / unit) * unit;
    (void)snprintf(line, sizeof line, "at %.0f ", target);
    prompt_open_with(&screen->prompt, line);
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
            if (!lesson_panel_withholds(screen, command->id))
                menu_open(screen);
            return;
        }
        break;
    case COMMAND_RACE:
        if (!command->text[0] && !rival_fill_race(screen, command))
            return;
        break;
    case COMMAND_AT:
        if (!command->text[0]) {
            open_armed(screen);
            return;
        }
        break;
    case COMMAND_UNTIL:
        if (!command->text[0]) {
            prompt_open_with(&screen->prompt, "until ");
            return;
        }
        break;
    default:
        break;
    }
    if (screen_wave_command(screen, command))
        return;
    if (command_table[command->id].scope == SCOPE_SCREEN) {
        execute_here(screen, command);
        return;
    }
    if (command_table[command->id].scope == SCOPE_LESSON &&
        lesson_panel_command(screen, command))
        return;
    if (command_table[command->id].scope >= SCOPE_FILE) {
        screen->errand = *command;
        screen->has_errand = true;
        return;
    }
    if (send(screen, command) && command->id == COMMAND_PRESET)
        scenes_open(screen);
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

static void prompt_took(struct screen *screen, enum prompt_result result)
{
    if (prompt_refusal(result))
        screen_say(screen, true, prompt_refusal(result));
    else if (result == PROMPT_ENTERED && screen->prompt.length > 0)
        screen_command(screen, prompt_line(&screen->prompt));
}

/* The overlay that a command opens. */
static enum overlay overlay_of(enum command_id id)
{
    return id == COMMAND_HELP  ? OVERLAY_HELP
        : id == COMMAND_EVENTS ? OVERLAY_EVENTS
        : id == COMMAND_PRESET ? OVERLAY_PRESETS
        : id == COMMAND_WHY    ? OVERLAY_WHY
                               : OVERLAY_NONE;
}

/*
 * Whether a command holds while an overlay covers the view: those that open another, the
 * prompt, colours, the end; beside why, which leaves the view to be seen, what is shown there
 * too. None of them reaches the run, and no setting is selected.
 */
static bool holds_in_overlay(enum overlay overlay, enum command_id id)
{
    if (overlay_of(id) != OVERLAY_NONE)
        return true;
    switch (id) {
    case COMMAND_PROMPT:
    case COMMAND_THEME:
    case COMMAND_QUIT:
        return true;
    case COMMAND_SELECT:
    case COMMAND_COMPARE:
    case COMMAND_STAGE: /* it pauses the run */
    case COMMAND_EVENT: /* so does this */
    case COMMAND_TIMELINE:
        return false;
    default:
        return overlay == OVERLAY_WHY && command_table[id].scope == SCOPE_SCREEN;
    }
}

/* Keys that scroll; false: it is none. Drawing clamps what is too far. */
static bool overlay_scrolls(struct screen *screen, uint32_t key)
{
    enum { FAR = 1000 };
    int page = screen->overlay == OVERLAY_WHY ? 4 : 10;
    int by = key == INPUT_UP     ? -1
        : key == INPUT_DOWN      ? 1
        : key == INPUT_PAGE_UP   ? -page
        : key == INPUT_PAGE_DOWN ? page
        : key == INPUT_HOME      ? -FAR
        : key == INPUT_END       ? FAR
                                 : 0;
    if (screen->overlay != OVERLAY_WHY && (key == 'k' || key == 'j'))
        by = key == 'j' ? 1 : -1;
    screen->overlay_scroll = screen->overlay_scroll + by > 0 ? screen->overlay_scroll + by : 0;
    return by != 0;
}

/* Keys inside an overlay: none falls through it to the run. */
static void overlay_key(struct screen *screen, uint32_t key)
{
    const struct key_binding *binding = key_find(key, screen->view->name);
    struct command command;
    if (screen->overlay == OVERLAY_PRESETS && (key != '?' && key != ':' && key != INPUT_F1)) {
        menu_key(screen, key);
        return;
    }
    if (overlay_scrolls(screen, key))
        return;
    if (key == INPUT_ESCAPE || key == INPUT_ENTER) {
        screen->overlay = OVERLAY_NONE;
        return;
    }
    if (!binding || !command_parse(binding->command, &command, NULL) ||
        !holds_in_overlay(screen->overlay, command.id))
        return;
    if (overlay_of(command.id) == screen->overlay ||
        (command.id == COMMAND_PROMPT && screen->overlay != OVERLAY_WHY)) {
        bool same = command.id != COMMAND_PROMPT;
        screen->overlay = OVERLAY_NONE;
        if (same)
            return;
    }
    execute(screen, &command);
}

void screen_key(struct screen *screen, uint32_t key)
{
    bool control = key == INPUT_CONTROL('l') || key == INPUT_CONTROL('z');
    bool menu = screen->overlay == OVERLAY_PRESETS;
    if (screen->prompt.open && !control) {
        prompt_took(screen, prompt_key(&screen->prompt, key));
        return;
    }
    bool quits = key == 'q' && !(menu && menu_types(screen, key));
    if (screen->overlay != OVERLAY_NONE && !control && !quits) {
        overlay_key(screen, key);
        return;
    }
    if (key == INPUT_ESCAPE) {
        screen->message[0] = '\0';
        screen->time_open = false;
        return;
    }
    const struct key_binding *binding = key_find(key, screen->view->name);
    const struct key_binding *on_line = key_find(key, TIME_STRIP_KEYS);
    if (screen->time_open && on_line && on_line->view)
        binding = on_line;
    if (lesson_panel_key(screen, key))
        binding = lesson_panel_key(screen, key);
    if (binding)
        screen_command(screen, binding->command);
}

void screen_paste(struct screen *screen, const char *text)
{
    if (!screen->prompt.open)
        screen_say(screen, true, "pasted text is for the prompt alone: press : before");
    else
        prompt_took(screen, prompt_paste(&screen->prompt, text));
}
