#include "ui/screen/rival.h"

#include <inttypes.h>
#include <stdio.h>

#include "ui/draw/format.h"
#include "ui/draw/surface.h"

enum { SIDE = 48 }; /* bytes of what is set on one side */

/* What the one has otherwise than the other, at the steps at hand. */
static void say_side(const struct snapshot *one, const struct snapshot *other, char text[SIDE])
{
    (void)settings_words(&one->seen.hparams, &other->seen.hparams, text, SIDE);
}

void rival_words(const struct screen *screen, char *text, size_t size)
{
    const struct snapshot *s = screen->snapshot;
    char own[SIDE], other[SIDE];
    text[0] = '\0';
    if (!s || !s->ghost)
        return;
    say_side(s, s->ghost, own);
    say_side(s->ghost, s, other);
    if (own[0])
        (void)snprintf(text, size, "%s against ghost: %s", own, other);
    else
        (void)snprintf(text, size, "against ghost, which has the same settings now");
}

void rival_draw_name(const struct screen *screen, const struct scene *scene,
    struct surface *surface, int x, int y, int width)
{
    const struct snapshot *own = screen->snapshot, *shown = scene->snapshot;
    bool ghost = shown != own;
    char side[SIDE], right[80], step[FORMAT_SIZE + 8];
    int end = x + width;
    say_side(shown, ghost ? own : own->ghost, side);
    format_count(shown->seen.step, step);
    bool over = shown->seen.divergence.kind != DIVERGED_NOT;
    (void)snprintf(right, sizeof right, "%s step %s", over ? "diverged at" : "", step);
    x = surface_text(surface, x, y, -1, ROLE_TITLE, screen->view->name) + 2;
    x = surface_text(
        surface, x, y, -1, ghost ? ROLE_GHOST : ROLE_STRONG, ghost ? "the ghost" : "this run");
    end -= text_columns(right);
    if (side[0])
        surface_print(surface, x, y, ROLE_STRONG, ": %s", side);
    surface_text(surface, end, y, -1, over ? ROLE_BAD : ROLE_TEXT, right);
}

bool rival_fill_race(struct screen *screen, struct command *command)
{
    const struct hparam *row = &hparam_table[screen->selected];
    struct hparams other = screen->wanted.hparams;
    char now[HPARAM_VALUE_SIZE], next[HPARAM_VALUE_SIZE], line[2 * HPARAM_VALUE_SIZE + 64];
    hparam_step(&other, row, 1);
    if (hparam_equal(&other, &screen->wanted.hparams, row))
        hparam_step(&other, row, -1);
    hparam_format(&screen->wanted.hparams, row, now, sizeof now);
    hparam_format(&other, row, next, sizeof next);
    (void)snprintf(line, sizeof line, "race %s=%s %s=%s", row->name, now, row->name, next);
    struct error error;
    if (command_parse(line, command, &error))
        return true;
    screen_say(screen, true, error.text);
    return false;
}

bool rival_begins(struct screen *screen, const struct snapshot *snapshot, bool new_run)
{
    const struct observation *seen = snapshot->ghost ? &snapshot->ghost->seen : NULL;
    int layers = seen ? seen->layer_count : 0;
    int64_t units = seen ? seen->toll.units : 0;
    bool begins = new_run || layers != screen->ghost_layers || units != screen->ghost_units ||
        snapshot->news.futures != screen->futures_seen ||
        snapshot->news.branches.ghost != screen->ghost_seen;
    screen->ghost_layers = layers;
    screen->ghost_units = units;
    screen->ghost_seen = snapshot->news.branches.ghost;
    return begins;
}

void rival_change_before(struct screen *screen, const char *wanted)
{
    struct error error;
    bool has = before_kept(&screen->before) != NULL;
    int index = names_choose(before_name, "before", wanted, has ? 0 : 1, &error);
    if (index < 0)
        screen_say(screen, true, error.text);
    else if (index == 1) {
        before_drop(&screen->before);
        screen_say(screen, false, has ? "what was before is dropped" : "nothing is kept");
    } else if (screen_keep_before(screen))
        screen_say(screen, false,
            screen->snapshot->ghost ? "kept as it is now; it is drawn once the ghost is off (h)"
                                    : "kept as it is now, to compare with; B drops it");
    else
        screen_say(screen, true, "there is nothing to be kept yet, or no memory for it");
}
