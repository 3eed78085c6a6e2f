/*
 * The panel of a lesson that is being played: its paragraph or question, and what to press,
 * below the laboratory or beside it, which stays live. Who plays the lesson fills in what is
 * shown; how much room there is, which page of it, and whether it is hidden is the screen's.
 */
#ifndef NABLASCOPE_UI_SCREEN_LESSON_PANEL_H
#define NABLASCOPE_UI_SCREEN_LESSON_PANEL_H

#include <stdbool.h>

#include "ui/draw/surface.h"
#include "ui/views/view.h"

struct screen;
struct command;

/* The names under which its keys stand in the table of keys: always, and while it asks. */
#define LESSON_KEYS "lesson"
#define QUESTION_KEYS "question"

enum {
    PANEL_TEXT = 3000, /* bytes of a paragraph with its numbers */
    PANEL_LINE = 200,  /* of a title, or of what was measured */
    PANEL_CHOICES = 4,
    PANEL_ROUNDS = 2
};

enum panel_page {
    PANEL_TELLS,   /* a paragraph; goes on by a key */
    PANEL_ASKS,    /* a question */
    PANEL_RUNS,    /* the lesson does something: `text` says what */
    PANEL_WAITS,   /* the student plays */
    PANEL_REVEALS, /* what came of it, beside what was predicted */
    PANEL_ENDS     /* there is no more */
};

/* Where the arrow goes. */
struct panel_look {
    char place[24]; /* as in ui/screen/lesson_arrow.h; empty: nowhere */
    int layer, unit;
};

struct panel_choice {
    char text[PANEL_TEXT];
    char reveal[PANEL_TEXT];
    int votes[PANEL_ROUNDS];
};

struct lesson_panel {
    char title[PANEL_LINE], section[PANEL_LINE];
    int place, places; /* "3 of 12" */
    enum panel_page page;
    char text[PANEL_TEXT];
    struct panel_look look;

    /* Of the question that is asked, or was last and has not been revealed: */
    bool predicted; /* it waits for its outcome */
    char question[PANEL_TEXT];
    struct panel_choice choices[PANEL_CHOICES];
    int choice_count, right; /* index */
    int round;               /* 0 or 1, of ASKS */
    bool taken[PANEL_ROUNDS];
    bool counted;    /* by hands or from files: not one student's */
    bool from_files; /* votes come by themselves */
    bool opening;    /* files are not counted yet */
    int unreadable;
    int chosen[PANEL_ROUNDS]; /* by one student: index, -1: not yet, or counted */
    char measured[PANEL_LINE];

    bool busy;   /* it sets up what it had */
    bool left;   /* the student has changed the run: a key comes back */
    bool onward; /* what it tells now is not gone back from */

    /* The screen's: */
    bool hidden;
    struct view_place found; /* of `look`, as last drawn */
    int scroll, rows, room;  /* of the page, as last drawn: first row, all, shown */
};

/* Another page: it begins at its top. */
void lesson_panel_turn(struct lesson_panel *panel, enum panel_page page);
/* Votes of a round. */
int lesson_panel_total(const struct lesson_panel *panel, int round);

/* Whether a question waits to be revealed, and nobody plays meanwhile: what the laboratory has
 * found would answer it. NULL: there is no lesson. */
bool lesson_panel_asking(const struct lesson_panel *panel);
/* What speaks about the network in sentences is closed while a question waits; told of in a
 * message where somebody has asked for it: true when it is not to be opened. */
void lesson_panel_withhold(struct screen *screen);
bool lesson_panel_withholds(struct screen *screen, enum command_id id);

/* Where the laboratory is drawn on a surface of this size, and where the panel. */
struct panel_places {
    struct rect lab;
    struct rect panel; /* height 1: a line of it only, over the footer */
    bool beside, over; /* the laboratory; else below it */
    int dropped;       /* rows of the laboratory's picture that the panel takes the place of */
};
struct panel_places lesson_panel_places(
    const struct lesson_panel *panel, int width, int height);
void lesson_panel_draw(
    struct lesson_panel *panel, struct surface *surface, const struct panel_places *places);

/* A command about the lesson: what is the screen's it does, else false. */
bool lesson_panel_command(struct screen *screen, const struct command *command);
/* names_fn of what `lesson` takes. */
const char *lesson_panel_word(int index);
/* The row of a key that it has now; NULL: the laboratory's. */
const struct key_binding *lesson_panel_key(const struct screen *screen, uint32_t key);

/* Its content in so many columns, and its rows; drawn from the area's top. */
int lesson_page_draw(
    const struct lesson_panel *panel, struct surface *surface, struct rect area);
/* What to press, as long as it has room: *emphasis* are keys. */
const char *lesson_page_keys(const struct lesson_panel *panel, int columns);
/* What was predicted, in a line; "" where nothing was. */
void lesson_page_prediction(const struct lesson_panel *panel, char *text, size_t size);

#endif
