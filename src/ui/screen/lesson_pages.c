/* What stands on the pages of a lesson's panel. */
#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "ui/draw/chart.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/prose.h"
#include "ui/screen/lesson_panel.h"

enum { ENDLESS = 1000, NARROW = 70 /* columns that choices and votes beside them need */ };

/* The choice that the last vote is for: the student's, or the one with the most votes; -1. */
static int choice_of(const struct lesson_panel *panel, int round)
{
    int most = -1;
    if (!panel->taken[round])
        return -1;
    if (!panel->counted)
        return panel->chosen[round];
    for (int i = 0; i < panel->choice_count; i++) {
        int votes = panel->choices[i].votes[round];
        if (votes > 0 && (most < 0 || votes > panel->choices[most].votes[round]))
            most = i;
    }
    return most;
}

static int last_choice(const struct lesson_panel *panel)
{
    int second = choice_of(panel, 1);
    return second >= 0 ? second : choice_of(panel, 0);
}

static int draw_choices(
    const struct lesson_panel *panel, struct surface *surface, struct rect area)
{
    int y = 0;
    for (int i = 0; i < panel->choice_count; i++) {
        struct rect text = {area.x + 4, area.y + y, area.width - 4, ENDLESS};
        bool chosen =
            panel->page == PANEL_ASKS && !panel->counted && panel->chosen[panel->round] == i;
        if (surface && chosen)
            surface_put(surface, area.x, area.y + y, GLYPH_RIGHT, ROLE_KEY);
        if (surface)
            surface_print(surface, area.x + 2, area.y + y, chosen ? ROLE_SELECTED : ROLE_KEY,
                "%d", i + 1);
        y +=
            prose_draw(surface, text, chosen ? ROLE_STRONG : ROLE_TEXT, panel->choices[i].text);
    }
    return y;
}

static int draw_question(
    const struct lesson_panel *panel, struct surface *surface, struct rect area)
{
    area.height = ENDLESS;
    int y = prose_draw(surface, area, ROLE_STRONG, panel->question);
    if (panel->round > 0 && panel->text[0])
        y += prose_draw(surface, (struct rect){area.x, area.y + y, area.width, ENDLESS},
            ROLE_TEXT, panel->text);
    y += draw_choices(panel, surface, (struct rect){area.x, area.y + y, area.width, 0});
    if (!panel->counted)
        return y;
    char text[120], unreadable[60] = "";
    int total = lesson_panel_total(panel, panel->round);
    if (panel->unreadable > 0)
        (void)snprintf(unreadable, sizeof unreadable, " · %d file%s of another kind",
            panel->unreadable, PLURAL(panel->unreadable));
    if (panel->opening)
        (void)snprintf(text, sizeof text, "the vote opens: a moment");
    else
        (void)snprintf(
            text, sizeof text, "*%d vote%s* so far%s", total, PLURAL(total), unreadable);
    return y +
        prose_draw(surface, (struct rect){area.x + 2, area.y + y, area.width - 2, ENDLESS},
            ROLE_TEXT, text);
}

/* "before 12 of 30, after 26 of 30; measured 1.26". */
static void say_outcome(const struct lesson_panel *panel, char *text, size_t size)
{
    int used = 0, right = panel->right;
    const char *const when[] = {"before ", "after "};
    text[0] = '\0';
    for (int round = 0; round < PANEL_ROUNDS; round++) {
        if (!panel->taken[round] || used < 0 || used >= (int)size)
            continue;
        if (panel->counted)
            used += snprintf(text + used, size - (size_t)used, "%s%s*%d of %d* right",
                used ? ", " : "", panel->taken[!round] ? when[round] : "",
                panel->choices[right].votes[round], lesson_panel_total(panel, round));
        else
            used += snprintf(text + used, size - (size_t)used, "%syou chose *%d*",
                used ? ", then " : "", panel->chosen[round] + 1);
    }
    if (used < 0 || used >= (int)size)
        return;
    if (!panel->counted)
        used += snprintf(text + used, size - (size_t)used, "%s*%d* is right",
            used ? "; " : "nobody has predicted; ", right + 1);
    if (panel->measured[0] && used < (int)size)
        (void)snprintf(text + used, size - (size_t)used, "; measured *%s*", panel->measured);
}

static int draw_bar(struct surface *surface, struct rect line, int votes, int total, bool right)
{
    enum { NUMBER = 5 };
    int room = line.width - NUMBER;
    if (room > 0)
        chart_bar(surface, line.x, line.y, total > 0 ? (double)votes * room / total : 0, 1,
            right ? ROLE_GOOD : ROLE_LOSS);
    return surface_print(surface, line.x + (room > 0 ? room : 0), line.y,
        right ? ROLE_STRONG : ROLE_TEXT, " %d", votes);
}

/* In few columns: a choice as it is, below it its votes. */
static int draw_votes_below(
    const struct lesson_panel *panel, struct surface *surface, struct rect area)
{
    int rows = 0, rounds = panel->taken[0] + panel->taken[1];
    int bar = (area.width - 12) / (rounds > 0 ? rounds : 1);
    for (int i = 0; i < panel->choice_count; i++) {
        struct rect text = {area.x + 4, area.y + rows, area.width - 4, ENDLESS};
        bool right = i == panel->right, own = i == last_choice(panel) && !panel->counted;
        enum role role = right ? ROLE_STRONG : ROLE_TEXT;
        if (surface && own)
            surface_put(surface, area.x, text.y, GLYPH_RIGHT, ROLE_KEY);
        if (surface)
            surface_print(surface, area.x + 2, text.y, ROLE_KEY, "%d", i + 1);
        rows += prose_draw(surface, text, role, panel->choices[i].text);
        if (!panel->counted && !right)
            continue;
        int x = text.x;
        for (int round = 0; surface && panel->counted && round < PANEL_ROUNDS; round++) {
            if (!panel->taken[round])
                continue;
            (void)draw_bar(surface, (struct rect){x, area.y + rows, bar - 1, 1},
                panel->choices[i].votes[round], lesson_panel_total(panel, round), right);
            x += bar;
        }
        if (surface && right)
            surface_text(surface, x, area.y + rows, -1, ROLE_BADGE_GOOD, " right ");
        rows++;
    }
    return rows;
}

/* What each choice says, and beside it its votes, both rounds side by side, which leave a row
 * to a choice that is not right. */
static int draw_votes(
    const struct lesson_panel *panel, struct surface *surface, struct rect area)
{
    enum { LABEL = 4, RIGHT = 8, BAR = 30 };
    if (area.width < NARROW)
        return draw_votes_below(panel, surface, area);
    int rounds = panel->taken[0] + panel->taken[1];
    int room = area.width - LABEL - RIGHT;
    int bar = panel->counted && rounds > 0 ? room / (rounds + 1) : 0;
    bar = bar > BAR ? BAR : bar;
    int text = room - bar * rounds;
    int rows = 0;
    for (int i = 0; i < panel->choice_count; i++) {
        bool right = i == panel->right, own = i == last_choice(panel) && !panel->counted;
        int y = area.y + rows, x = area.x + LABEL;
        struct rect words = {x, y, text - 1, ENDLESS};
        bool whole = right || bar == 0;
        rows += whole ? prose_draw(surface, words, right ? ROLE_STRONG : ROLE_TEXT,
                            panel->choices[i].text)
                      : 1;
        if (!surface)
            continue;
        if (!whole)
            surface_line(surface, x, y, words.width, ROLE_TEXT, panel->choices[i].text);
        if (own)
            surface_put(surface, area.x, y, GLYPH_RIGHT, ROLE_KEY);
        surface_print(surface, area.x + 2, y, ROLE_KEY, "%d", i + 1);
        x += text;
        for (int round = 0; round < PANEL_ROUNDS; round++) {
            if (!panel->taken[round] || bar == 0)
                continue;
            (void)draw_bar(surface, (struct rect){x, y, bar - 1, 1},
                panel->choices[i].votes[round], lesson_panel_total(panel, round), right);
            x += bar;
        }
        if (right)
            surface_text(surface, x + 1, y, RIGHT - 1, ROLE_BADGE_GOOD, " right ");
    }
    return rows;
}

static int draw_reveal(
    const struct lesson_panel *panel, int choice, struct surface *surface, struct rect area)
{
    char text[PANEL_TEXT + 16];
    if (!panel->choices[choice].reveal[0])
        return 0;
    (void)snprintf(text, sizeof text, "*%d* %s", choice + 1, panel->choices[choice].reveal);
    return prose_draw(surface, area, ROLE_TEXT, text);
}

/* The outcome, the votes, and what is said to whoever chose which: the chosen one first, then
 * the right one, then others that somebody has chosen. */
static int draw_outcome(
    const struct lesson_panel *panel, struct surface *surface, struct rect area)
{
    char text[PANEL_LINE + 160];
    struct rect rest = {area.x, area.y, area.width, ENDLESS};
    int first = last_choice(panel), y;
    say_outcome(panel, text, sizeof text);
    y = prose_draw(surface, rest, ROLE_TEXT, text);
    rest.y = area.y + y;
    y += draw_votes(panel, surface, rest);
    for (int pass = 0; pass < 3; pass++) {
        for (int i = 0; i < panel->choice_count; i++) {
            const struct panel_choice *choice = &panel->choices[i];
            bool is_first = i == first, is_right = i == panel->right && !is_first;
            bool other = !is_first && !is_right && panel->counted &&
                choice->votes[0] + choice->votes[1] > 0;
            if (pass == 0 ? !is_first : pass == 1 ? !is_right : !other)
                continue;
            rest.y = area.y + y;
            y += draw_reveal(panel, i, surface, rest);
        }
    }
    return y;
}

int lesson_page_draw(
    const struct lesson_panel *panel, struct surface *surface, struct rect area)
{
    area.height = ENDLESS;
    switch (panel->page) {
    case PANEL_ASKS:
        return draw_question(panel, surface, area);
    case PANEL_REVEALS:
        return draw_outcome(panel, surface, area);
    case PANEL_TELLS:
    case PANEL_RUNS:
    case PANEL_WAITS:
    case PANEL_ENDS:
        break;
    }
    return prose_draw(surface, area, ROLE_TEXT, panel->text);
}

void lesson_page_prediction(const struct lesson_panel *panel, char *text, size_t size)
{
    int round = panel->taken[1], choice = choice_of(panel, round);
    if (!panel->taken[0] && !panel->taken[1])
        (void)snprintf(text, size, "nothing was predicted");
    else if (panel->counted && strcmp(panel->text, panel->question) == 0)
        (void)snprintf(text, size, "predicted by %d%s", lesson_panel_total(panel, round),
            round ? ", a second time" : "");
    else if (panel->counted)
        (void)snprintf(text, size, "predicted by %d%s: %s", lesson_panel_total(panel, round),
            round ? ", a second time" : "", panel->question);
    else
        (void)snprintf(text, size, "you predict %d: %s", choice + 1,
            choice >= 0 ? panel->choices[choice].text : "");
}

const char *lesson_page_keys(const struct lesson_panel *panel, int columns)
{
    const char *forms[3] = {"", "", ""};
    bool single = !panel->counted && panel->chosen[panel->round] >= 0;
    if (panel->hidden && panel->page == PANEL_ASKS && !panel->left) {
        forms[0] = "*Enter* or *P* shows it to answer";
        forms[1] = "*Enter* shows it to answer";
    } else if (panel->hidden) { /* whatever Enter does, it does not before it is shown */
        forms[0] = "*Enter* or *P* shows it";
    } else if (panel->busy && !panel->left) {
        forms[0] = "a moment: the lesson sets all as it was";
        forms[1] = "a moment";
    } else if (panel->left) {
        forms[0] =
            "*Enter* comes back: the lesson sets all as it was; every other key plays on";
        forms[1] = "*Enter* comes back to the lesson";
    } else if (panel->page == PANEL_ASKS && (panel->counted || panel->from_files)) {
        forms[0] = "*Enter* closes the vote · *H* counts hands · *f* goes on without";
        forms[1] = "*Enter* closes · *H* hands · *f* without";
        forms[2] = "*Enter* closes the vote";
    } else if (panel->page == PANEL_ASKS && single) {
        forms[0] = "*Enter* keeps it and goes on · another number changes it";
        forms[1] = "*Enter* keeps it and goes on";
    } else if (panel->page == PANEL_ASKS) {
        forms[0] =
            "what do you expect? Press its number · *H* counts hands · *f* goes on without";
        forms[1] = "press its number · *H* hands · *f* without";
        forms[2] = "press its number";
    } else if (panel->page == PANEL_RUNS) {
        forms[0] = "the lesson runs: *space* stops it, any other change leaves the lesson";
        forms[1] = "it runs: *space* stops it";
    } else if (panel->page == PANEL_WAITS) {
        forms[0] = "every key of the laboratory works · *Enter* goes on";
        forms[1] = "play · *Enter* goes on";
    } else if (panel->page == PANEL_ENDS) {
        forms[0] = "the end · *Backspace* the last section again · *q* leaves, or play on";
        forms[1] = "the end · *q* leaves, or play on";
        if (panel->onward)
            forms[0] = forms[1];
    } else if (panel->onward) {
        forms[0] = "*Enter* goes on · *P* hides this";
        forms[1] = "*Enter* goes on";
    } else {
        forms[0] = "*Enter* goes on · *Backspace* a section back · *P* hides this";
        forms[1] = "*Enter* goes on · *P* hides this";
        forms[2] = "*Enter* goes on";
    }
    for (int i = 0; i < (int)ARRAY_LEN(forms); i++) {
        if (forms[i][0] && prose_columns(forms[i]) <= columns)
            return forms[i];
    }
    return "*Enter*";
}
