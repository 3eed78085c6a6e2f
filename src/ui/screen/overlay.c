#include "ui/screen/overlay.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/screen/keymap.h"
#include "ui/screen/lesson_panel.h"
#include "ui/screen/time_strip.h"

/* A line of the help: a heading, a key, a command, or `length` bytes of text; a blank line when
 * it is none. */
struct help_line {
    const char *heading;
    const struct key_binding *key;
    const struct command_info *command;
    const char *text;
    int length;
};

enum { HELP_LINES = 290 };

/* The keys of a view or of what is open alone, or those that hold everywhere (NULL), with a
 * heading for each group. */
static int add_keys(struct help_line *lines, int count, const char *where)
{
    const char *group = "";
    for (int i = 0; i < key_count && count < HELP_LINES - 2; i++) {
        const struct key_binding *row = &key_table[i];
        if (where ? !row->view || strcmp(row->view, where) != 0 : row->view != NULL)
            continue;
        if (strcmp(row->group, group) != 0) {
            group = row->group;
            count += count > 0;
            lines[count++].heading = group;
        }
        lines[count++].key = row;
    }
    return count;
}

static int add_text(struct help_line *lines, int count, const char *heading, const char *text)
{
    lines[count++].heading = heading;
    while (*text && count < HELP_LINES) {
        size_t length = strcspn(text, "\n");
        lines[count].text = text;
        lines[count++].length = (int)length;
        text += length + (text[length] == '\n');
    }
    return count;
}

static int add_commands(struct help_line *lines, int count)
{
    lines[count++].heading = "Commands of the : prompt";
    for (int i = 0; i < COMMAND_COUNT && count < HELP_LINES; i++)
        lines[count++].command = &command_table[i];
    return count;
}

static int gather(struct help_line *lines, const struct view *view)
{
    memset(lines, 0, HELP_LINES * sizeof *lines);
    int count = add_text(lines, 0, "What you are looking at", view->help);
    count = add_keys(lines, count, view->name);
    count = add_keys(lines, count, NULL);
    count = add_keys(lines, count, TIME_STRIP_KEYS);
    count = add_keys(lines, count, LESSON_KEYS);
    count = add_keys(lines, count, QUESTION_KEYS);
    return add_commands(lines, count + 1);
}

void overlay_draw_frame(
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

/* `most`: how far the overlay can be scrolled. */
static const char *page_keys(const struct screen *screen, int most)
{
    return screen->overlay_scroll < most ? "↓ PgDn: more   Esc: back"
        : most > 0                       ? "↑ PgUp: before   Esc: back"
                                         : "Esc: back";
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
        char text[160] = "", call[32];
        const struct command_info *command = line->command;
        if (command) {
            (void)snprintf(call, sizeof call, "%s %s", command->name, command->arguments);
            (void)snprintf(text, sizeof text, "%-18s %s", call, command->help);
        } else if (line->text) {
            (void)snprintf(text, sizeof text, "%.*s", line->length, line->text);
        }
        surface_text(surface, x + 2, y, limit - 2, ROLE_TEXT, text);
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
    char title[120];
    (void)snprintf(
        title, sizeof title, "help: %s, %s", screen->view->name, screen->view->title);
    overlay_draw_frame(
        surface, area, area.width >= 72 ? title : "help", page_keys(screen, most));
    for (int i = 0; i < rows * columns; i++) {
        int at = screen->overlay_scroll + i;
        if (at < count)
            draw_help_line(surface, &lines[at], area.x + i / rows * width,
                area.y + 1 + i % rows, width - 1);
    }
}

static enum role alert_role(enum alert_kind kind)
{
    return kind == ALERT_LEARNING ? ROLE_BADGE_GOOD
        : kind == ALERT_DIVERGED  ? ROLE_BADGE_BAD
                                  : ROLE_BADGE_WARN;
}

/* The words that have room, and "…" for the others. */
static void draw_words(
    struct surface *surface, int x, int y, int room, enum role role, const char *text)
{
    char shown[160];
    size_t length = strlen(text);
    (void)snprintf(shown, sizeof shown, "%s", text);
    while (text_columns(shown) > room && length > 0) {
        while (length > 0 && text[length - 1] != ' ')
            length--;
        length -= length > 0;
        (void)snprintf(shown, sizeof shown, "%.*s …", (int)length, text);
    }
    surface_text(surface, x, y, room, role, shown);
}

/* A line of the log: what is armed, or an event; `brief` where there is no room for the text.
 */
static void draw_event(struct surface *surface, struct rect line, uint64_t step,
    enum role badge, const char *label, const char *text, const char *brief)
{
    int x =
        surface_print(surface, line.x + 1, line.y, ROLE_STRONG, "step %7" PRIu64 "  ", step);
    int end = surface_print(surface, x, line.y, badge, " %s ", label);
    x = line.width >= 70 ? x + 15 : end + 1;
    int room = line.x + line.width - x;
    bool fits = text_columns(text) <= room || !*brief;
    draw_words(surface, x, line.y, room, ROLE_TEXT, fits ? text : brief);
}

/* What it runs until: at no step yet. */
static void draw_until(const struct wanted *wanted, struct surface *surface, struct rect line)
{
    char text[CONDITION_TEXT];
    (void)condition_write(&wanted->until, text, sizeof text);
    int x = line.x + 1 + (int)strlen("step 1234567  "), end;
    end = surface_text(surface, x, line.y, -1, ROLE_DIM, " UNTIL ");
    x = line.width >= 70 ? x + 15 : end + 1;
    draw_words(surface, x, line.y, line.x + line.width - x, ROLE_TEXT, text);
}

/* The event that is `back` before the newest one; before those, in time to come, the armed. */
static void draw_log_line(
    const struct snapshot *snapshot, int back, struct surface *surface, struct rect line)
{
    const struct agenda *agenda = &snapshot->news.wanted.agenda;
    int ahead = agenda->count - agenda_after(agenda, snapshot->seen.step);
    char text[COMMAND_TEXT_SIZE];
    if (back < ahead) {
        const struct armed *armed = &agenda->list[agenda->count - 1 - back];
        armed_text(armed, text, sizeof text);
        draw_event(surface, line, armed->step, ROLE_DIM, "ARMED", text, "");
        return;
    }
    const struct run_event *event =
        &snapshot->events.list[snapshot->events.count - 1 - (back - ahead)];
    if (event->kind == EVENT_ALERT) {
        alert_text(&event->alert, text, sizeof text);
        draw_event(surface, line, event->step, alert_role(event->alert.kind),
            alert_label(event->alert.kind), text, "");
    } else {
        draw_event(surface, line, event->step, ROLE_TITLE,
            event->kind == EVENT_BEGIN ? "BEGIN" : "CHANGE", event->text, event->label);
    }
}

/* How many stand above it in the tree. */
static int generation(const struct branch_list *list, int index)
{
    int above = 0;
    for (int i = list->rows[index].parent; i >= 0 && above < BRANCHES_MOST; above++)
        i = list->rows[i].parent;
    return above;
}

/* What has been tried, the one at hand marked, as many as there are rows. */
static void draw_branches(
    const struct snapshot *snapshot, struct surface *surface, struct rect area)
{
    enum { REACH = 20 }; /* "to step 12 345 678" */
    const struct branch_list *list = &snapshot->news.branches;
    surface_line(surface, area.x, area.y, area.width, ROLE_HEADING,
        "branches; :branch N goes on with one, :ghost N beside it, :drop N forgets it");
    for (int i = 0; i < list->count && i + 1 < area.height; i++) {
        int y = area.y + 1 + i, indent = 4 + 2 * generation(list, i);
        bool here = i == list->active, ghost = i + 1 == list->ghost, reach = area.width >= 60;
        uint64_t reached = list->rows[i].reached;
        char step[FORMAT_SIZE + 8], text[FORMAT_SIZE + 24];
        if (here && reached < snapshot->seen.step)
            reached = snapshot->seen.step;
        format_count(reached, step);
        (void)snprintf(text, sizeof text, "to step %s", step);
        surface_print(surface, area.x, y,
            here        ? ROLE_KEY
                : ghost ? ROLE_GHOST
                        : ROLE_DIM,
            "%s%2d",
            here        ? "▸"
                : ghost ? "○"
                        : " ",
            i + 1);
        surface_line(surface, area.x + indent, y, area.width - indent - (reach ? REACH : 0),
            here ? ROLE_STRONG : ROLE_TEXT, list->rows[i].name);
        if (reach)
            surface_text(
                surface, area.x + area.width - text_columns(text), y, -1, ROLE_DIM, text);
    }
}

void overlay_draw_events(struct screen *screen, struct surface *surface, struct rect area)
{
    const struct snapshot *snapshot = screen->snapshot;
    const struct agenda *agenda = &snapshot->news.wanted.agenda;
    int tried = snapshot->news.branches.count, most_rows = area.height / 2;
    int below = tried < 2 ? 0 : tried + 2 < most_rows ? tried + 2 : most_rows;
    int rows = area.height - 1 - below;
    bool waits = snapshot->news.wanted.waiting;
    int count = waits + snapshot->events.count + agenda->count -
        agenda_after(agenda, snapshot->seen.step);
    int most = count > rows ? count - rows : 0;
    if (screen->overlay_scroll > most)
        screen->overlay_scroll = most;
    overlay_draw_frame(
        surface, area, "what has happened, the newest first", page_keys(screen, most));
    if (below > 2)
        draw_branches(snapshot, surface,
            (struct rect){area.x, area.y + area.height - below + 1, area.width, below - 1});
    if (count == 0)
        surface_text(surface, area.x + 2, area.y + 2, area.width - 2, ROLE_TEXT,
            "nothing worth telling since step 0");
    for (int i = 0; i < rows && screen->overlay_scroll + i < count; i++) {
        int back = screen->overlay_scroll + i - waits;
        struct rect line = {area.x, area.y + 1 + i, area.width, 1};
        if (back < 0)
            draw_until(&snapshot->news.wanted, surface, line);
        else
            draw_log_line(snapshot, back, surface, line);
    }
}

/* What why says, from row 0 on, or counted only without a surface; the rows that it takes. */
static int lay_out_why(const struct why *why, const struct scene *scene,
    struct surface *surface, int width, bool air)
{
    enum { ENDLESS = 1000, PICTURE = 8, SMALL_PICTURE = 6 };
    int indent = width >= 60 ? 2 : 0, y = air;
    for (int i = 0; i < why->formula_lines; i++) {
        struct rect line = {indent, y, width - indent, ENDLESS};
        y += surface_paragraph(surface, line, ROLE_STRONG, why->formula[i]);
    }
    if (why->picture) {
        struct rect picture = {
            indent, y + air, width - 2 * indent, air ? PICTURE : SMALL_PICTURE};
        if (surface)
            why->picture(scene, surface, picture);
        y = picture.y + picture.height;
    }
    struct rect words = {indent, y + air, width - 2 * indent, ENDLESS};
    y = words.y + surface_paragraph(surface, words, ROLE_TEXT, why->text);
    if (!why->section[0])
        return y;
    if (surface)
        surface_print(
            surface, indent, y + air, ROLE_DIM, "more: man nablascope, %s", why->section);
    return y + air + 1;
}

void overlay_draw_why(struct screen *screen, struct surface *surface)
{
    struct scene scene = screen_scene(screen, screen->view);
    struct why why = {.formula_lines = 0};
    const char *lack = screen_lacks(screen, screen->view);
    if (lack)
        (void)snprintf(why.text, sizeof why.text, "%s", lack);
    else if (screen->view->why)
        screen->view->why(&scene, &why);
    else
        (void)snprintf(why.text, sizeof why.text, "This view has no formula of its own.");
    int width = surface->width, most = surface->height - 2;
    bool air = most >= 17;
    int height = lay_out_why(&why, &scene, NULL, width, air),
        rows = height < most ? height : most;
    if (screen->overlay_scroll > height - rows)
        screen->overlay_scroll = height - rows;
    struct surface *page = surface_create(width, height);
    struct rect area = {0, most - rows, width, rows + 1};
    const char *keys = screen->overlay_scroll < height - rows ? "PgDn: more   w: back"
        : height > rows                                       ? "PgUp: before   w: back"
                                                              : "w Esc: back";
    overlay_draw_frame(surface, area, "why", keys);
    if (!page) {
        surface_text(surface, 0, area.y + 1, width, ROLE_BAD, "out of memory");
        return;
    }
    (void)lay_out_why(&why, &scene, page, width, air);
    surface_copy(
        surface, 0, area.y + 1, page, (struct rect){0, screen->overlay_scroll, width, rows});
    surface_destroy(page);
}
