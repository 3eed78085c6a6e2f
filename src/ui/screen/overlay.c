#include "ui/screen/overlay.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/screen/keymap.h"
#include "ui/screen/lesson_panel.h"
#include "ui/screen/time_strip.h"

enum { HELP_ENTRIES = 290, HELP_LABEL = 32, KEYS_HANG = 10, COMMANDS_HANG = 19 };

/* A heading, or a label with a text beside it that is folded; a blank line where both are
 * empty. */
struct help_line {
    const char *heading, *text;
    char label[HELP_LABEL];
    enum role role; /* of the label */
    int hang;       /* columns from the label to the text */
};

static struct help_line help_line(
    enum role role, int hang, const char *text, const char *label, const char *arguments)
{
    struct help_line line = {.text = text, .role = role, .hang = hang};
    (void)snprintf(
        line.label, sizeof line.label, "%s%s%s", label, *arguments ? " " : "", arguments);
    return line;
}

/* The keys of a view or of what is open alone, or those that hold everywhere (NULL), with a
 * heading for each group. */
static int add_keys(struct help_line *lines, int count, const char *where)
{
    const char *group = "";
    for (int i = 0; i < key_count && count < HELP_ENTRIES - 2; i++) {
        const struct key_binding *row = &key_table[i];
        if (where ? !row->view || strcmp(row->view, where) != 0 : row->view != NULL)
            continue;
        if (strcmp(row->group, group) != 0) {
            group = row->group;
            count += count > 0;
            lines[count++].heading = group;
        }
        lines[count++] = help_line(ROLE_KEY, KEYS_HANG, row->help, row->label, "");
    }
    return count;
}

static int add_entries(struct help_line *lines, int count, const struct help_entry *entry)
{
    lines[count++].heading = "What you are looking at";
    for (; entry->label && count < HELP_ENTRIES; entry++)
        lines[count++] =
            help_line(ROLE_TEXT, *entry->label ? KEYS_HANG : 0, entry->text, entry->label, "");
    return count;
}

static int add_commands(struct help_line *lines, int count)
{
    lines[count++].heading = "Commands of the : prompt";
    for (int i = 0; i < COMMAND_COUNT && count < HELP_ENTRIES; i++) {
        const struct command_info *row = &command_table[i];
        lines[count++] =
            help_line(ROLE_TEXT, COMMANDS_HANG, row->help, row->name, row->arguments);
    }
    return count;
}

static int gather(struct help_line *lines, const struct view *view)
{
    memset(lines, 0, HELP_ENTRIES * sizeof *lines);
    int count = add_entries(lines, 0, view->help);
    count = add_keys(lines, count, view->name);
    count = add_keys(lines, count, NULL);
    count = add_keys(lines, count, TIME_STRIP_KEYS);
    count = add_keys(lines, count, LESSON_KEYS);
    count = add_keys(lines, count, QUESTION_KEYS);
    return add_commands(lines, count + 1);
}

static bool frame_fits(struct rect area, const char *title, const char *keys)
{
    return text_columns(keys) + text_columns(title) + 8 < area.width;
}

void overlay_draw_frame(
    struct surface *surface, struct rect area, const char *title, const char *keys)
{
    surface_fill(surface, area, ' ', ROLE_TEXT);
    surface_fill(surface, (struct rect){area.x, area.y, area.width, 1}, GLYPH_RULE, ROLE_DIM);
    surface_print(surface, area.x + 2, area.y, ROLE_TITLE, " %s ", title);
    if (frame_fits(area, title, keys))
        surface_print(surface, area.x + area.width - text_columns(keys) - 4, area.y, ROLE_DIM,
            " %s ", keys);
}

/* `most`: how far the overlay can be scrolled. */
static const char *page_keys(const struct screen *screen, int most)
{
    return screen->overlay_scroll < most ? "↓ PgDn: more   Esc: back"
        : most > 0                       ? "↑ PgUp: before   Esc: back"
                                         : "Esc: back";
}

/* Without a surface counted only; the rows that it takes. A label that is longer than the hang
 * has a row of its own. */
static int draw_help_line(
    struct surface *surface, const struct help_line *line, int y, int width)
{
    enum { INDENT = 2, ENDLESS = 1000 };
    if (line->heading) {
        if (surface)
            surface_text(surface, 0, y, width, ROLE_HEADING, line->heading);
        return 1;
    }
    if (!line->text)
        return 1;
    if (surface)
        surface_text(surface, INDENT, y, width - INDENT, line->role, line->label);
    int x = INDENT + line->hang,
        below = *line->label && text_columns(line->label) >= line->hang;
    struct rect area = {x, y + below, width - x, ENDLESS};
    return below + surface_paragraph(surface, area, ROLE_TEXT, line->text);
}

static int draw_help_lines(
    struct surface *surface, const struct help_line *lines, int count, int width)
{
    int y = 0;
    for (int i = 0; i < count; i++)
        y += draw_help_line(surface, &lines[i], y, width);
    return y;
}

void overlay_draw_help(struct screen *screen, struct surface *surface, struct rect area)
{
    struct help_line lines[HELP_ENTRIES];
    int count = gather(lines, screen->view);
    /* Columns of text side by side where there is room for 78 columns each. */
    int columns = area.width / 80 < 1 ? 1 : area.width / 80;
    int rows = area.height - 1, width = area.width / columns;
    int all = draw_help_lines(NULL, lines, count, width - 1);
    int most = (all + columns - 1) / columns > rows ? all - rows * columns : 0;
    if (screen->overlay_scroll > most)
        screen->overlay_scroll = most;
    const char *keys = page_keys(screen, most);
    char title[120];
    (void)snprintf(
        title, sizeof title, "help: %s, %s", screen->view->name, screen->view->title);
    bool fits = frame_fits(area, title, keys);
    overlay_draw_frame(surface, area, fits ? title : "help", keys);
    struct surface *page = surface_create(width - 1, all);
    if (!page) {
        surface_text(surface, area.x, area.y + 1, area.width, ROLE_BAD, "out of memory");
        return;
    }
    (void)draw_help_lines(page, lines, count, width - 1);
    for (int i = 0; i < columns; i++) {
        int at = screen->overlay_scroll + i * rows;
        struct rect shown = {0, at, width - 1, all - at < rows ? all - at : rows};
        surface_copy(surface, area.x + i * width, area.y + 1, page, shown);
    }
    surface_destroy(page);
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

/* Of more branches than there are rows: where they begin to be shown, so that the one at hand
 * is among them, and the ghost where both have room. */
static int first_branch(const struct branch_list *list, int rows)
{
    int low = list->active, high = list->active, ghost = list->ghost - 1;
    if (ghost >= 0 && abs(ghost - list->active) < rows) {
        low = ghost < low ? ghost : low;
        high = ghost > high ? ghost : high;
    }
    int first = low - (rows - (high - low + 1)) / 2, last = list->count - rows;
    first = first < last ? first : last;
    return first > 0 ? first : 0;
}

/* What has been tried, the one at hand marked, as many as there are rows. */
static void draw_branches(
    const struct snapshot *snapshot, struct surface *surface, struct rect area)
{
    enum { REACH = 20 }; /* "to step 12 345 678" */
    const struct branch_list *list = &snapshot->news.branches;
    int rows = area.height - 1, first = first_branch(list, rows);
    int end = first + rows < list->count ? first + rows : list->count;
    char heading[96] =
        "branches; :branch N goes on with one, :ghost N beside it, :drop N forgets it";
    if (end - first < list->count)
        (void)snprintf(heading, sizeof heading,
            "branches %d to %d of %d; :branch N goes on, :ghost N beside it, :drop N forgets",
            first + 1, end, list->count);
    surface_line(surface, area.x, area.y, area.width, ROLE_HEADING, heading);
    for (int i = first; i < end; i++) {
        int y = area.y + 1 + i - first, indent = 4 + 2 * generation(list, i);
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
    bool waits = snapshot->news.wanted.waiting;
    int count = waits + snapshot->events.count + agenda->count -
        agenda_after(agenda, snapshot->seen.step);
    /* Half of it is for the branches, or what the events leave. */
    int tried = snapshot->news.branches.count, half = area.height / 2;
    int left = area.height - 1 - (count > 0 ? count : 1), most_rows = left > half ? left : half;
    int below = tried < 2 ? 0 : tried + 2 < most_rows ? tried + 2 : most_rows;
    int rows = area.height - 1 - below;
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
