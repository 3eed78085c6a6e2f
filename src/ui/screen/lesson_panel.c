#include "ui/screen/lesson_panel.h"

#include <stdio.h>
#include <string.h>

#include "engine/command.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/prose.h"
#include "ui/screen/keymap.h"
#include "ui/screen/screen.h"

enum {
    SIDE_FROM = 120, /* columns from which it has a column of its own */
    SIDE_LEAST = 39, /* of these: 80 are left, and a rule between */
    SIDE_MOST = 60,
    BELOW_ROWS = 16,    /* from which it has rows of its own */
    BELOW_COLUMNS = 60, /* the same */
    PANEL_LEAST = 6,
    VIEW_LEAST = 6,  /* rows of the laboratory while it asks */
    HEAD_ROWS = 2,   /* of the laboratory that a page over it leaves */
    FOOTER_FROM = 15 /* rows of a laboratory whose message has a row beside its footer */
};

void lesson_panel_turn(struct lesson_panel *panel, enum panel_page page)
{
    panel->page = page;
    panel->onward = false;
    panel->scroll = panel->rows = panel->room = 0;
    panel->look.place[0] = '\0';
}

int lesson_panel_total(const struct lesson_panel *panel, int round)
{
    int total = 0;
    for (int i = 0; i < panel->choice_count; i++)
        total += panel->choices[i].votes[round];
    return total;
}

/* A question is what counts, and so is its answer: the laboratory makes room. */
static bool is_large(const struct lesson_panel *panel)
{
    return panel->page == PANEL_ASKS || panel->page == PANEL_REVEALS;
}

bool lesson_panel_asking(const struct lesson_panel *panel)
{
    return panel && !panel->left &&
        (panel->page == PANEL_ASKS || (panel->predicted && panel->page != PANEL_REVEALS));
}

void lesson_panel_withhold(struct screen *screen)
{
    bool tells = screen->overlay != OVERLAY_NONE && screen->overlay != OVERLAY_HELP;
    if (tells && lesson_panel_asking(screen->lesson))
        screen->overlay = OVERLAY_NONE;
}

bool lesson_panel_withholds(struct screen *screen, enum command_id id)
{
    const char *what = id == COMMAND_EVENTS ? "the log of events"
        : id == COMMAND_WHY                 ? "the explanation"
        : id == COMMAND_PRESET              ? "the menu of presets"
                                            : NULL;
    char text[100];
    if (!what || !lesson_panel_asking(screen->lesson))
        return false;
    (void)snprintf(text, sizeof text, "%s waits until the answer is shown", what);
    screen_say(screen, false, text);
    return true;
}

/* Its title, its keys, and between them what was predicted. */
static int frame_rows(const struct lesson_panel *panel)
{
    return 2 + (panel->predicted && !is_large(panel));
}

static int rows_below(const struct lesson_panel *panel, int width, int height)
{
    int rows = height * 3 / 10 > PANEL_LEAST ? height * 3 / 10 : PANEL_LEAST;
    int needed =
        lesson_page_draw(panel, NULL, (struct rect){0, 0, width, 0}) + frame_rows(panel);
    int most = height - VIEW_LEAST;
    return !is_large(panel) || needed < rows ? rows : needed < most ? needed : most;
}

struct panel_places lesson_panel_places(const struct lesson_panel *panel, int width, int height)
{
    struct panel_places places = {.lab = {0, 0, width, height}};
    bool roomy = height >= BELOW_ROWS && width >= BELOW_COLUMNS;
    if (panel->hidden || (!roomy && panel->page == PANEL_RUNS)) {
        places.panel = (struct rect){0, height - 1, width, 1};
    } else if (width >= SIDE_FROM && roomy) {
        int side = width / 3 < SIDE_LEAST ? SIDE_LEAST : width / 3;
        side = side > SIDE_MOST ? SIDE_MOST : side;
        places.beside = true;
        places.lab.width = width - side - 1;
        places.panel = (struct rect){width - side, 0, side, height};
    } else if (roomy) {
        int rows = rows_below(panel, width, height);
        places.lab.height = height - rows;
        places.dropped = places.lab.height >= FOOTER_FROM;
        places.panel = (struct rect){0, height - rows, width, rows};
    } else {
        places.over = true;
        places.panel = (struct rect){0, HEAD_ROWS, width, height - HEAD_ROWS};
    }
    return places;
}

/* The title before the section: whole, or up to its colon ("Question 1 of 5: …"), or empty. */
static void title_before(const struct lesson_panel *panel, int room, char title[PANEL_LINE])
{
    (void)snprintf(title, PANEL_LINE, "%s", panel->section[0] ? panel->title : "");
    room -= text_columns(panel->section) + 3;
    if (text_columns(title) > room)
        title[strcspn(title, ":")] = '\0';
    if (text_columns(title) > room)
        title[0] = '\0';
}

/* The section, or what it is called; where one is in it. */
static void draw_head(
    const struct lesson_panel *panel, struct surface *surface, struct rect area)
{
    char place[40], title[PANEL_LINE];
    const char *name = panel->section[0] ? panel->section : panel->title;
    (void)snprintf(place, sizeof place, " %d of %d ", panel->place, panel->places);
    int end = area.x + area.width - text_columns(place) - 1;
    surface_fill(surface, (struct rect){area.x, area.y, area.width, 1}, GLYPH_RULE, ROLE_DIM);
    surface_text(surface, end, area.y, -1, ROLE_DIM, place);
    if (panel->left) {
        surface_text(surface, area.x + 1, area.y, end - area.x - 2, ROLE_BADGE_WARN,
            " you play: Enter comes back ");
        return;
    }
    int room = end - area.x - 4;
    title_before(panel, room, title);
    int x = surface_text(surface, area.x + 1, area.y, -1, ROLE_TITLE, " ");
    if (title[0]) {
        x = surface_text(surface, x, area.y, -1, ROLE_DIM, title);
        x = surface_text(surface, x, area.y, -1, ROLE_DIM, " · ");
        x = surface_text(surface, x, area.y, -1, ROLE_TITLE, name);
    } else {
        surface_line(surface, x, area.y, room, ROLE_TITLE, name);
        int columns = text_columns(name);
        x += columns < room ? columns : room;
    }
    surface_put(surface, x, area.y, ' ', ROLE_DIM);
}

static void draw_prediction(
    const struct lesson_panel *panel, struct surface *surface, struct rect line)
{
    char text[PANEL_TEXT + 80];
    lesson_page_prediction(panel, text, sizeof text);
    surface_line(surface, line.x, line.y, line.width, ROLE_KEY, text);
}

/* In the place of the footer: where it is, and how to see it. */
static void draw_line(
    const struct lesson_panel *panel, struct surface *surface, struct rect line)
{
    char text[2 * PANEL_LINE];
    surface_fill(surface, line, ' ', ROLE_TEXT);
    int used = snprintf(text, sizeof text, "%s%d of %d · ",
        line.width >= BELOW_COLUMNS ? "lesson " : "", panel->place, panel->places);
    (void)snprintf(text + used, sizeof text - (size_t)used, "%s",
        lesson_page_keys(panel, line.width - prose_columns(text) - 1));
    (void)prose_draw(surface, line, ROLE_DIM, text);
}

/* The page at its scroll, as far as there is room; a sign where there is more. */
static void draw_page(struct lesson_panel *panel, struct surface *surface, struct rect area)
{
    int rows = lesson_page_draw(panel, NULL, area);
    panel->rows = rows;
    panel->room = area.height;
    if (panel->scroll > rows - area.height)
        panel->scroll = rows > area.height ? rows - area.height : 0;
    if (rows < 1 || area.height < 1)
        return;
    struct surface *page = surface_create(area.width, rows);
    if (!page) {
        surface_text(surface, area.x, area.y, area.width, ROLE_BAD, "out of memory");
        return;
    }
    (void)lesson_page_draw(panel, page, (struct rect){0, 0, area.width, rows});
    int shown = rows - panel->scroll < area.height ? rows - panel->scroll : area.height;
    surface_copy(
        surface, area.x, area.y, page, (struct rect){0, panel->scroll, area.width, shown});
    surface_destroy(page);
}

static bool has_more(const struct lesson_panel *panel)
{
    return panel->scroll + panel->room < panel->rows;
}

void lesson_panel_draw(
    struct lesson_panel *panel, struct surface *surface, const struct panel_places *places)
{
    struct rect area = places->panel;
    if (area.height == 1) {
        panel->rows = panel->room = 0;
        draw_line(panel, surface, area);
        return;
    }
    surface_fill(surface, area, ' ', ROLE_TEXT);
    for (int i = 0; places->beside && i < area.height; i++)
        surface_put(surface, area.x - 1, area.y + i, GLYPH_BORDER, ROLE_DIM);
    draw_head(panel, surface, area);
    int frame = frame_rows(panel), indent = area.width >= BELOW_COLUMNS || places->beside;
    struct rect page = {
        area.x + indent, area.y + 1, area.width - 2 * indent, area.height - frame};
    draw_page(panel, surface, page);
    struct rect line = {page.x, area.y + area.height - 1, page.width, 1};
    if (frame > 2)
        draw_prediction(panel, surface, (struct rect){line.x, line.y - 1, line.width, 1});
    const char *keys =
        has_more(panel) ? "*Enter* goes on reading" : lesson_page_keys(panel, line.width);
    (void)prose_draw(surface, line, ROLE_DIM, keys);
}

const struct key_binding *lesson_panel_key(const struct screen *screen, uint32_t key)
{
    const struct lesson_panel *panel = screen->lesson;
    const struct key_binding *binding = NULL;
    if (!panel)
        return NULL;
    /* A page that is hidden leaves the digits to the views. */
    if (panel->page == PANEL_ASKS && !panel->hidden && !panel->left)
        binding = key_find(key, QUESTION_KEYS);
    if (!binding || !binding->view)
        binding = key_find(key, LESSON_KEYS);
    return binding && binding->view ? binding : NULL;
}

const char *lesson_panel_word(int index)
{
    static const char *const words[] = {"next", "back", "panel", "skip"};
    return index >= 0 && index < (int)ARRAY_LEN(words) ? words[index] : NULL;
}

bool lesson_panel_command(struct screen *screen, const struct command *command)
{
    struct lesson_panel *panel = screen->lesson;
    struct error error;
    const char *word = command->text[0] ? command->text : "next";
    if (command->id == COMMAND_LESSON && names_find(lesson_panel_word, word) < 0) {
        (void)names_refuse(lesson_panel_word, "word of lesson", word, &error);
        screen_say(screen, true, error.text);
        return true;
    }
    if (!panel) {
        screen_say(screen, true, "there is no lesson here: nablascope lesson lists them");
        return true;
    }
    if (command->id == COMMAND_HANDS && !command->text[0]) {
        prompt_open_with(&screen->prompt, "hands ");
        return true;
    }
    if (command->id != COMMAND_LESSON)
        return false;
    if (strcmp(word, "panel") == 0) {
        panel->hidden = !panel->hidden;
        return true;
    }
    bool next = strcmp(word, "next") == 0;
    if (next && panel->hidden) {
        panel->hidden = false; /* nothing is gone past unread */
        return true;
    }
    if (next && !panel->left && has_more(panel)) {
        panel->scroll += panel->room > 1 ? panel->room - 1 : 1;
        return true;
    }
    return false;
}
