#include "ui/screen/status.h"

#include <string.h>

#include "ui/screen/keymap.h"
#include "ui/screen/menu.h"
#include "ui/screen/scenes.h"
#include "ui/screen/time_strip.h"
#include "ui/screen/view_strip.h"

/* Key hints from the left on, as long as they fit; help and quit come first wherever they are
 * keys. */
struct hints {
    struct surface *surface;
    int x, y, end;
};

static void add_hint(struct hints *hints, const char *key, const char *text)
{
    int columns = text_columns(key) + 1 + text_columns(text);
    if (hints->x + columns > hints->end)
        return;
    hints->x = surface_text(hints->surface, hints->x, hints->y, -1, ROLE_KEY, key);
    hints->x = surface_text(hints->surface, hints->x + 1, hints->y, -1, ROLE_DIM, text) + 2;
}

/* Among points no picture is looked for, and numbers have no maps. */
static bool is_idle(const struct screen *screen, uint32_t key)
{
    const struct snapshot *s = screen->snapshot;
    if (!(screen->view->needs & DETAIL_PICTURES))
        return false;
    if (key == 'j')
        return !s || !s->pictures.valid;
    return key == 'm' && s && s->plane.valid && s->plane.targets > 0;
}

static void add_own_hints(struct hints *hints, const struct screen *screen)
{
    for (int i = 0; i < key_count; i++) {
        const struct key_binding *row = &key_table[i];
        /* A capital goes back: its small letter says enough. */
        bool back = i > 0 && row->key + 'a' - 'A' == key_table[i - 1].key;
        if (!back && row->view && strcmp(row->view, screen->view->name) == 0 &&
            !is_idle(screen, row->key))
            add_hint(hints, row->label, row->command);
    }
}

static void add_selection_hints(struct hints *hints, const struct view *view)
{
    if (view->caption ||
        (view->needs & (DETAIL_UNIT | DETAIL_LAYER | DETAIL_CHECK | DETAIL_CURVES)))
        add_hint(hints, "[ ]", "layer");
    if (view->needs & DETAIL_UNIT)
        add_hint(hints, "{ }", "unit");
}

/* What covers the view has these keys and no others. */
static void add_overlay_hints(struct hints *hints, const struct screen *screen)
{
    bool menu = screen->overlay == OVERLAY_PRESETS;
    add_hint(hints, "Esc", "back");
    if (menu)
        add_hint(hints, "Enter", "start");
    add_hint(hints, "↑↓", menu ? "choose" : "scroll");
    if (menu && screen->filter[0])
        add_hint(hints, "Backspace", "wider");
    else if (screen->overlay == OVERLAY_WHY && !screen_lacks(screen, screen->view))
        add_selection_hints(hints, screen->view);
}

/* The keys that it has, where there is room the others. */
static void add_time_hints(struct hints *hints)
{
    add_hint(hints, "Esc", "close");
    add_hint(hints, "←→", "step");
    add_hint(hints, "↑↓", "event");
    add_hint(hints, "PgUp PgDn", "ten");
    add_hint(hints, ",", "back");
    add_hint(hints, "space", "run");
    add_hint(hints, "Home End", "first, last");
}

/* Any other key is typed. */
static void add_prompt_hints(struct hints *hints, const struct screen *screen)
{
    add_hint(hints, "Esc", "back");
    if (screen->message[0])
        return; /* which takes the place of the others */
    add_hint(hints, "Enter", "do it");
    add_hint(hints, "Tab", "complete");
    add_hint(hints, "↑↓", "lines before");
}

/* Columns of the hints that stand at 80 columns in every view: a theme that does not fit the
 * background hides the way to another. */
enum { WHY_AND_THEME = 7 + 9 };

int status_draw_footer(
    const struct screen *screen, struct surface *surface, int y, bool before_here)
{
    struct hints hints = {surface, 0, y, surface->width};
    if (screen->prompt.open) {
        add_prompt_hints(&hints, screen);
        return hints.x;
    }
    add_hint(&hints, "?", "help");
    if (screen->overlay != OVERLAY_PRESETS || !menu_types(screen, 'q'))
        add_hint(&hints, "q", "quit");
    if (screen->overlay != OVERLAY_NONE) {
        add_overlay_hints(&hints, screen);
        return hints.x;
    }
    /* On a small screen a message takes the place of the others. */
    if (surface->height < 16 && screen->message[0])
        return hints.x;
    if (time_strip_rows(screen, surface->height) > 0) {
        add_time_hints(&hints);
        return hints.x;
    }
    const char *change = scenes_hint(screen, surface->width);
    if (change)
        add_hint(&hints, "n", change);
    if (surface->height < 16 && before_here && before_kept(&screen->before))
        return hints.x;
    if (screen->presenting)
        add_hint(&hints, "b", "back");
    struct wave_moment wave = wave_at(&screen->wave, screen->now);
    bool shown = wave.phase != WAVE_NONE;
    add_hint(&hints, "space",
        shown                          ? wave.held ? "go on" : "stop"
            : screen->wanted.following ? "leave"
            : surface->width < 100     ? "run"
                                       : "run/pause");
    if (shown)
        add_hint(&hints, ".", "one on");
    add_hint(&hints, "s", shown ? "to the end" : "step");
    add_hint(&hints, "Tab", view_strip_neighbour(screen->view, 1)->name);
    if (surface->width >= 100)
        add_hint(&hints, "Shift-Tab", view_strip_neighbour(screen->view, -1)->name);
    bool drawn = !screen_lacks(screen, screen->view);
    hints.end -= WHY_AND_THEME;
    if (!screen->presenting && drawn)
        add_own_hints(&hints, screen);
    hints.end += WHY_AND_THEME;
    add_hint(&hints, "w", "why");
    add_hint(&hints, "t", "theme");
    if (!screen->presenting)
        add_hint(&hints, "b", "big");
    add_hint(&hints, "p", "presets");
    if (drawn)
        add_selection_hints(&hints, screen->view);
    add_hint(&hints, "↑↓←→", "settings");
    add_hint(&hints, "+-", "speed");
    add_hint(&hints, "r", "reset");
    add_hint(&hints, "e", "events");
    add_hint(&hints, ":", "command");
    if (surface->width >= SPLIT_WIDTH)
        add_hint(&hints, "v", "split");
    add_hint(&hints, "z", "zoom");
    return hints.x;
}
