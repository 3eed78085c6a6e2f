/*
 * Views: each turns what is known into cells, in a file of its own (view_NAME.c), and is listed
 * in views.c.
 */
#ifndef NABLASCOPE_UI_VIEWS_VIEW_H
#define NABLASCOPE_UI_VIEWS_VIEW_H

#include "engine/command.h"
#include "engine/snapshot.h"
#include "ui/draw/surface.h"
#include "ui/views/flow.h"
#include "ui/views/view_options.h"

/* Shared by all views; 1-based, always within the snapshot's network. */
struct selection {
    int layer, unit; /* layer depth + 1 is the output */
};

/* What a view draws from: nothing else, so that a picture depends on data alone. */
struct scene {
    const struct snapshot *snapshot;
    struct flow *flow;
    struct selection selection;
    struct view_options *options;
    double now; /* seconds, for what stands out for a moment */
};

/* Why the selected thing is as it is. */
struct why {
    char formula[4][160]; /* with the numbers filled in; UTF-8, DESIGN's symbols */
    int formula_lines;
    char text[400];   /* two sentences */
    char section[64]; /* of the manual page, as it is headed there */
};

/* The next line of the formula, and the sentences; as printf, <stdio.h> is the caller's. */
#define WHY_LINE(why, ...)                                                                     \
    (void)snprintf((why)->formula[(why)->formula_lines++], sizeof(why)->formula[0], __VA_ARGS__)
#define WHY_TEXT(why, ...) (void)snprintf((why)->text, sizeof(why)->text, __VA_ARGS__)

enum view_reply { VIEW_NOT_MINE, VIEW_DONE, VIEW_REFUSED };

struct view {
    const char *name;
    const char *title; /* what one looks at, in words: shown above the view */
    const char *help;  /* lines for the help screen: what each part of the picture means */
    unsigned details;  /* enum detail: what must be watched while it is shown */
    bool moves;        /* its bars are drawn at every frame: see ui/draw/refresh.h */
    /* Draws into the area; rows it does not need stay blank. */
    void (*draw)(const struct scene *scene, struct surface *surface, struct rect area);
    /* The same for presenting: what counts as large as it gets, few words. May be NULL. */
    void (*present)(const struct scene *scene, struct surface *surface, struct rect area);
    /* May be NULL. */
    void (*why)(const struct scene *scene, struct why *why);
    /* Fills in what of the watch depends on the view's options. May be NULL. */
    void (*watch)(const struct view_options *options, struct watch *watch);
    /*
     * Carries out a command of scope SCREEN that belongs to this view. What is written to
     * *message is shown. The scene's snapshot may be NULL. May be NULL.
     */
    enum view_reply (*command)(
        const struct scene *scene, const struct command *command, struct error *message);
};

extern const struct view *const views[];
extern const int view_count;
const char *view_name(int index);

extern const struct view view_flow;
extern const struct view view_clip;
extern const struct view view_curves;
extern const struct view view_data;
extern const struct view view_layer;
extern const struct view view_check;
extern const struct view view_units;

#endif
