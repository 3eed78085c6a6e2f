#include "ui/screen/menu.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/names.h"
#include "engine/preset.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/input.h"
#include "ui/screen/overlay.h"

enum { PAGE = 10 };

/* Columns from which a title has room beside its name, and what to look for beside that. */
enum { TITLE_WIDTH = 72, TITLE_AT = 21, LOOK_WIDTH = 130, LOOK_AT = 70 };

/* As it is compared: capitals are none, what joins words is a blank. */
static int plain(char c)
{
    return c == '_' || c == '-' ? ' ' : tolower((unsigned char)c);
}

static bool begins(const char *text, const char *with)
{
    while (*with && plain(*text) == plain(*with)) {
        text++;
        with++;
    }
    return !*with;
}

static bool contains(const char *text, const char *what)
{
    while (*text && !begins(text, what))
        text++;
    return begins(text, what);
}

static bool matches(const struct screen *screen, int index)
{
    const struct preset *preset = &preset_table[index];
    return contains(preset->name, screen->filter) || contains(preset->title, screen->filter);
}

/* Of those that match: how many there are before `index`. */
static int place_of(const struct screen *screen, int index)
{
    int place = 0;
    for (int i = 0; i < index; i++)
        place += matches(screen, i);
    return place;
}

/* The one at this place among those that match; -1: there is none. */
static int at_place(const struct screen *screen, int place)
{
    for (int i = 0; i < preset_count; i++) {
        if (matches(screen, i) && place-- == 0)
            return i;
    }
    return -1;
}

/* `by` places on; `round` in a circle, else to the end at most. */
static void move(struct screen *screen, int by, bool round)
{
    int count = place_of(screen, preset_count);
    if (count == 0)
        return;
    int place = place_of(screen, screen->overlay_selected) + by;
    if (round)
        place = (place + count) % count;
    place = place < 0 ? 0 : place >= count ? count - 1 : place;
    screen->overlay_selected = at_place(screen, place);
}

/* After a change of the filter: a name that begins with it, else what was selected, else the
 * first that matches. */
static void select_match(struct screen *screen)
{
    int found = -1;
    for (int i = preset_count - 1; i >= 0 && screen->filter[0]; i--)
        found = begins(preset_table[i].name, screen->filter) ? i : found;
    if (found < 0)
        found = matches(screen, screen->overlay_selected) ? screen->overlay_selected
                                                          : at_place(screen, 0);
    if (found >= 0)
        screen->overlay_selected = found;
}

void menu_open(struct screen *screen)
{
    const struct preset *scene = wanted_scene(&screen->wanted);
    screen->overlay = OVERLAY_PRESETS;
    screen->overlay_scroll = 0;
    screen->filter[0] = '\0';
    if (scene)
        screen->overlay_selected = (int)(scene - preset_table);
}

static bool is_text(uint32_t key)
{
    return key < 0x80 && (isalnum((int)key) || key == '_' || key == '-' || key == ' ');
}

bool menu_types(const struct screen *screen, uint32_t key)
{
    return is_text(key) && (screen->filter[0] || (key != 'q' && key != ' '));
}

static void type(struct screen *screen, uint32_t key)
{
    size_t length = strlen(screen->filter);
    if (!menu_types(screen, key) || length + 1 >= sizeof screen->filter)
        return;
    screen->filter[length] = (char)key;
    screen->filter[length + 1] = '\0';
    select_match(screen);
}

static void take(struct screen *screen)
{
    char command[80];
    if (!matches(screen, screen->overlay_selected))
        return;
    (void)snprintf(command, sizeof command, "preset %s", preset_name(screen->overlay_selected));
    screen->overlay = OVERLAY_NONE;
    screen_command(screen, command);
}

void menu_key(struct screen *screen, uint32_t key)
{
    size_t length = strlen(screen->filter);
    switch (key) {
    case INPUT_ESCAPE:
        screen->overlay = OVERLAY_NONE;
        break;
    case INPUT_ENTER:
        take(screen);
        break;
    case INPUT_BACKSPACE:
    case INPUT_CONTROL('h'):
        screen->filter[length > 0 ? length - 1 : 0] = '\0';
        select_match(screen);
        break;
    case INPUT_CONTROL('u'):
        screen->filter[0] = '\0';
        break;
    case INPUT_UP:
    case INPUT_DOWN:
        move(screen, key == INPUT_DOWN ? 1 : -1, true);
        break;
    case INPUT_PAGE_UP:
    case INPUT_PAGE_DOWN:
        move(screen, key == INPUT_PAGE_DOWN ? PAGE : -PAGE, false);
        break;
    case INPUT_HOME:
    case INPUT_END:
        move(screen, key == INPUT_END ? preset_count : -preset_count, false);
        break;
    default:
        type(screen, key);
        break;
    }
}

static void draw_row(
    struct surface *surface, const struct preset *preset, bool selected, struct rect row)
{
    enum role name = selected ? ROLE_SELECTED : ROLE_STRONG;
    enum role title = selected ? ROLE_SELECTED : ROLE_TEXT;
    if (selected) {
        surface_fill(surface, row, ' ', ROLE_SELECTED);
        surface_put(surface, row.x, row.y, GLYPH_RIGHT, ROLE_SELECTED);
    }
    surface_text(surface, row.x + 2, row.y, 18, name, preset->name);
    if (row.width >= TITLE_WIDTH)
        surface_text(surface, row.x + TITLE_AT, row.y, -1, title, preset->title);
    if (row.width >= LOOK_WIDTH)
        surface_text(surface, row.x + LOOK_AT, row.y, -1, title, preset->look);
}

static int draw_labelled(
    struct surface *surface, struct rect area, int y, const char *label, const char *text)
{
    enum { INDENT = 12 };
    surface_text(surface, area.x + 2, y, -1, ROLE_HEADING, label);
    struct rect words = {area.x + INDENT, y, area.width - INDENT, area.y + area.height - y};
    return y + surface_paragraph(surface, words, ROLE_TEXT, text);
}

/* What is to be known of the selected one before it is started. */
static void draw_foot(struct surface *surface, const struct preset *preset, struct rect area)
{
    const struct preset *other = preset_find(preset->compare, NULL);
    struct hparams from, to;
    char change[200], text[240];
    int y = area.y;
    if (area.height < 4) {
        surface_text(surface, area.x, y, area.width, ROLE_TEXT, preset->brief);
        surface_print(surface, area.x, y + 1, ROLE_TEXT, "n: %s", preset->change);
        return;
    }
    hparams_init(&from);
    preset_apply(preset, &from);
    to = from;
    preset_apply(other, &to);
    (void)hparams_differences(&from, &to, change, sizeof change);
    (void)snprintf(text, sizeof text, "%s: %s", other->name, change);
    y = draw_labelled(surface, area, y, "look", preset->look);
    y = draw_labelled(surface, area, y, "then n", text);
    (void)draw_labelled(surface, area, y, "settings", preset->settings);
}

static void draw_title(const struct screen *screen, struct surface *surface, struct rect area)
{
    char title[80];
    int count = place_of(screen, preset_count);
    bool wide = area.width >= TITLE_WIDTH;
    const char *keys = wide ? "type to find   Enter: start   Esc: back" : "Enter   Esc";
    if (!screen->filter[0])
        (void)snprintf(
            title, sizeof title, wide ? "presets: what each shows" : "presets: type to find");
    else
        (void)snprintf(
            title, sizeof title, "presets: %s_  %d of %d", screen->filter, count, preset_count);
    overlay_draw_frame(surface, area, title, keys);
}

void menu_draw(struct screen *screen, struct surface *surface, struct rect area)
{
    int foot = area.height >= 16 ? 4 : 2, gap = foot > 2;
    int rows = area.height - 1 - gap - foot, count = place_of(screen, preset_count);
    int at = place_of(screen, screen->overlay_selected);
    if (screen->overlay_scroll > count - rows)
        screen->overlay_scroll = count > rows ? count - rows : 0;
    if (screen->overlay_scroll > at)
        screen->overlay_scroll = at;
    if (screen->overlay_scroll < at - rows + 1)
        screen->overlay_scroll = at - rows + 1;
    draw_title(screen, surface, area);
    if (count == 0) {
        struct rect words = {area.x + 2, area.y + 2, area.width - 4, rows};
        (void)surface_paragraph(surface, words, ROLE_TEXT,
            "no preset has this in its name or title: Backspace takes a letter back");
        return;
    }
    for (int i = 0; i < rows && screen->overlay_scroll + i < count; i++) {
        int index = at_place(screen, screen->overlay_scroll + i);
        draw_row(surface, &preset_table[index], index == screen->overlay_selected,
            (struct rect){area.x, area.y + 1 + i, area.width, 1});
    }
    int last = area.y + rows, right = area.x + area.width - 1;
    if (screen->overlay_scroll > 0)
        surface_put(surface, right, area.y + 1, GLYPH_UP, ROLE_DIM);
    if (screen->overlay_scroll + rows < count)
        surface_put(surface, right, last, GLYPH_DOWN, ROLE_DIM);
    draw_foot(surface, &preset_table[screen->overlay_selected],
        (struct rect){area.x, area.y + area.height - foot, area.width, foot});
}
