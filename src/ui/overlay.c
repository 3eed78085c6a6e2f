#include "ui/overlay.h"

#include <stdio.h>
#include <string.h>

#include "engine/preset.h"
#include "ui/glyphs.h"
#include "ui/keymap.h"

/* A line of the help: a heading, a key with its meaning, or words. */
struct help_line {
    const char *heading;
    const struct key_binding *key;
    char text[120];
};

enum { HELP_LINES = 260 };

static int add_keys(struct help_line *lines, int count, const struct view *view)
{
    const char *group = "";
    for (int i = 0; i < key_count && count < HELP_LINES - 2; i++) {
        if (key_table[i].view && strcmp(key_table[i].view, view->name) != 0)
            continue;
        if (strcmp(key_table[i].group, group) != 0) {
            group = key_table[i].group;
            if (count > 0)
                count++;
            lines[count++].heading = group;
        }
        lines[count++].key = &key_table[i];
    }
    return count;
}

static int add_text(struct help_line *lines, int count, const char *heading, const char *text)
{
    lines[count++].heading = heading;
    while (*text && count < HELP_LINES) {
        size_t length = strcspn(text, "\n");
        (void)snprintf(lines[count++].text, sizeof lines[0].text, "%.*s", (int)length, text);
        text += length + (text[length] == '\n');
    }
    return count;
}

static int add_commands(struct help_line *lines, int count)
{
    lines[count++].heading = "Commands of the : prompt";
    for (int i = 0; i < COMMAND_COUNT && count < HELP_LINES; i++) {
        char call[32];
        (void)snprintf(
            call, sizeof call, "%s %s", command_table[i].name, command_table[i].arguments);
        (void)snprintf(
            lines[count++].text, sizeof lines[0].text, "%-18s %s", call, command_table[i].help);
    }
    return count;
}

static int gather(struct help_line *lines, const struct view *view)
{
    memset(lines, 0, HELP_LINES * sizeof *lines);
    int count = add_text(lines, 0, "What you are looking at", view->help);
    count = add_keys(lines, count, view);
    return add_commands(lines, count + 1);
}

static void draw_frame(
    struct surface *surface, struct rect area, const char *title, const char *keys)
{
    surface_fill(surface, area, ' ', ROLE_TEXT);
    surface_fill(surface, (struct rect){area.x, area.y, area.width, 1}, GLYPH_RULE, ROLE_DIM);
    surface_print(surface, area.x + 2, area.y, ROLE_TITLE, " %s ", title);
    int columns = text_columns(keys);
    if (columns + text_columns(title) + 8 < area.width)
        surface_print(
            surface, area.x + area.width - columns - 4, area.y, ROLE_DIM, " %s ", keys);
}

static void draw_help_line(
    struct surface *surface, const struct help_line *line, int x, int y, int limit)
{
    if (line->heading) {
        surface_text(surface, x, y, limit, ROLE_HEADING, line->heading);
    } else if (line->key) {
        surface_text(surface, x + 2, y, 9, ROLE_KEY, line->key->label);
        surface_text(surface, x + 12, y, limit - 12, ROLE_TEXT, line->key->help);
    } else {
        surface_text(surface, x + 2, y, limit - 2, ROLE_TEXT, line->text);
    }
}

void overlay_draw_help(struct screen *screen, struct surface *surface, struct rect area)
{
    struct help_line lines[HELP_LINES];
    int count = gather(lines, screen->view);
    /* Columns of text side by side where there is room for 78 columns each. */
    int columns = area.width / 80 < 1 ? 1 : area.width / 80;
    int rows = area.height - 1, width = area.width / columns;
    int most = (count + columns - 1) / columns > rows ? count - rows * columns : 0;
    if (screen->overlay_scroll > most)
        screen->overlay_scroll = most;
    draw_frame(surface, area, "help", most > 0 ? "↓ PgDn: more   Esc: back" : "Esc: back");
    for (int i = 0; i < rows * columns; i++) {
        int at = screen->overlay_scroll + i;
        if (at < count)
            draw_help_line(surface, &lines[at], area.x + i / rows * width,
                area.y + 1 + i % rows, width - 1);
    }
}

static void draw_preset(struct surface *surface, const struct preset *preset, bool selected,
    int x, int y, int width)
{
    if (selected) {
        surface_fill(surface, (struct rect){x, y, width, 1}, ' ', ROLE_SELECTED);
        surface_put(surface, x, y, GLYPH_RIGHT, ROLE_SELECTED);
    }
    enum role name = selected ? ROLE_SELECTED : ROLE_STRONG;
    enum role title = selected ? ROLE_SELECTED : ROLE_TEXT;
    surface_text(surface, x + 2, y, 18, name, preset->name);
    surface_text(surface, x + 21, y, width - 21, title, preset->title);
}

void overlay_draw_presets(struct screen *screen, struct surface *surface, struct rect area)
{
    int foot = area.height >= 12 ? 4 : 0, rows = area.height - 1 - foot;
    int at = screen->overlay_selected;
    if (screen->overlay_scroll > at)
        screen->overlay_scroll = at;
    if (screen->overlay_scroll < at - rows + 1)
        screen->overlay_scroll = at - rows + 1;
    draw_frame(surface, area, "presets: what each shows", "Enter: start   Esc: back");
    for (int i = 0; i < rows && screen->overlay_scroll + i < preset_count; i++) {
        int index = screen->overlay_scroll + i;
        draw_preset(
            surface, &preset_table[index], index == at, area.x, area.y + 1 + i, area.width);
    }
    if (foot == 0)
        return;
    int y = area.y + area.height - 3;
    surface_text(surface, area.x + 2, y, -1, ROLE_HEADING, "settings");
    surface_text(
        surface, area.x + 12, y, area.width - 12, ROLE_TEXT, preset_table[at].settings);
    surface_text(surface, area.x + 2, y + 1, -1, ROLE_HEADING, "look for");
    surface_text(
        surface, area.x + 12, y + 1, area.width - 12, ROLE_TEXT, preset_table[at].look);
}
