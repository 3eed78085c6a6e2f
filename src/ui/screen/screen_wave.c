/* When a step is shown happening, and what stops it, moves it on and ends it. */
#include <math.h>

#include "ui/screen/screen.h"

/* Steps a second at or below which every step of a run is shown: at more, rows that are empty
 * again and again would flicker. */
#define SLOW_RATE 0.5
/* Of the time between two steps. */
#define SHARE 0.92

static void begin(struct screen *screen, double most)
{
    wave_begin(&screen->wave, &screen->snapshot->seen, screen_rate(screen), most, screen->now);
}

static void begin_held(struct screen *screen, double stages)
{
    begin(screen, INFINITY);
    wave_go_stages(&screen->wave, stages, screen_rate(screen), screen->now);
}

bool screen_shows_wave(const struct screen *screen)
{
    return wave_at(&screen->wave, screen->now).phase != WAVE_NONE;
}

void screen_wave_update(struct screen *screen, bool new_run)
{
    const struct snapshot *s = screen->snapshot;
    const struct wanted *wanted = &s->news.wanted;
    bool next = !new_run && s->seen.step == screen->wave_step + 1;
    if (new_run || s->seen.step != screen->wave_step)
        wave_end(&screen->wave);
    screen->wave_step = s->seen.step;
    bool resting = !wanted->running && wanted->owed == 0;
    if (wanted->handled >= screen->wish_handled && resting) {
        if (screen->wish == WISH_STEP && s->seen.step > screen->wish_step)
            begin(screen, INFINITY);
        else if (screen->wish == WISH_LOOK)
            begin_held(screen, screen->wish_stages);
        screen->wish = WISH_NOTHING;
    } else if (next && wanted->running && screen_rate(screen) <= SLOW_RATE) {
        begin(screen, SHARE / screen_rate(screen));
    }
}

/* With the next snapshot that has taken over the command about to be sent. */
static void wish(struct screen *screen, enum wave_wish what, double stages)
{
    screen->wish = what;
    screen->wish_step = screen->snapshot ? screen->snapshot->seen.step : 0;
    screen->wish_stages = stages;
    screen->wish_handled = screen->wanted.handled + 1;
}

/* Goes on by stages, or begins with the step at hand. */
static bool change_stage(struct screen *screen, struct command *command)
{
    double stages = command->number, rate = screen_rate(screen);
    bool running = screen->wanted.running, shown = screen_shows_wave(screen);
    if (shown)
        wave_go_stages(&screen->wave, stages, rate, screen->now);
    else if (!running && screen->snapshot)
        begin_held(screen, stages);
    if (!running)
        return true;
    /* What is stopped in is not to be run away from. */
    *command = (struct command){.id = COMMAND_PAUSE, .number = 1};
    if (!shown)
        wish(screen, WISH_LOOK, stages);
    return false;
}

bool screen_wave_command(struct screen *screen, struct command *command)
{
    bool shown = screen_shows_wave(screen), running = screen->wanted.running;
    struct wanted seen = screen->wanted;
    seen.target_rate = screen_rate(screen); /* as it is resolved when it is sent */
    struct command resolved = wanted_resolve(&seen, command);
    if (command->id == COMMAND_STAGE)
        return change_stage(screen, command);
    if (command->id == COMMAND_TOGGLE && shown) {
        if (wave_at(&screen->wave, screen->now).held && !running)
            wave_go(&screen->wave, screen_rate(screen), screen->now);
        else
            wave_hold(&screen->wave, screen->now);
        return !running;
    }
    if (resolved.id == COMMAND_SPEED) {
        wave_set_rate(&screen->wave, resolved.number, screen->now);
        return false;
    }
    if (command_table[resolved.id].scope == SCOPE_SCREEN ||
        command_table[resolved.id].scope == SCOPE_FILE)
        return false;
    bool one = resolved.id == COMMAND_STEP && resolved.number <= 1;
    wave_end(&screen->wave);
    if (one && shown && !running)
        return true;
    wish(screen, one ? WISH_STEP : WISH_NOTHING, 0);
    return false;
}

bool screen_wave_draw(const struct screen *screen, struct surface *surface, int y)
{
    struct wave_moment moment = wave_at(&screen->wave, screen->now);
    char text[WAVE_WORDS];
    if (moment.phase == WAVE_NONE || !screen->snapshot)
        return false;
    wave_say(&screen->snapshot->seen, &moment, surface->width, text);
    surface_fill(surface, (struct rect){0, y, surface->width, 1}, ' ', ROLE_TEXT);
    surface_text(surface, 0, y, -1, wave_role(&moment), text);
    return true;
}
