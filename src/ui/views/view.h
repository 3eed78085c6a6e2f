/*
 * Views: each turns what is known into cells. It is a constant in a file of its own, owns what
 * it keeps between frames, and has its line in views.c.
 */
#ifndef NABLASCOPE_UI_VIEWS_VIEW_H
#define NABLASCOPE_UI_VIEWS_VIEW_H

#include <string.h>

#include "core/names.h"
#include "engine/command.h"
#include "engine/snapshot.h"
#include "ui/draw/surface.h"
#include "ui/views/wave.h"

/* Shared by all views; 1-based, always within the snapshot's network. */
struct selection {
    int layer, unit; /* layer depth + 1 is the output */
};

/* A place that somebody is to look at: a view that draws it says where it is. */
struct view_place {
    const char *name; /* as the view declares it; "layer" and "unit" with these: */
    int layer, unit;  /* 1-based; layer depth + 1 is the output; unit 0: the layer */
    bool found;
    int x, y, width; /* of its label or cell, on the surface that is drawn on */
};

/* What a view draws from: nothing else, so that a picture depends on data alone. */
struct scene {
    const struct snapshot *snapshot;
    const struct snapshot *ghost; /* of the run that is compared with; NULL: none */
    struct selection selection;
    struct selection *select; /* in `command`: to be changed by it; else NULL */
    bool new_run; /* in `update`: the snapshot is the first of another run than before */
    bool shown;   /* this is on the screen, and nothing covers it */
    double now;   /* seconds, for what stands out for a moment */
    /* How far the step is that is seen happening: what is not reached yet is not shown. */
    struct wave_moment wave;
    struct view_place *place; /* to be found; NULL: none is */
    /* A question of a lesson is open: numbers and pictures are shown, but nothing is said of
     * the network in words, which would answer it. */
    bool asking;
    void *state; /* the view's own, of its state_size; all zero at the start */
    /* The state of this view of the run beside which the ghost is shown: what both show is to
     * be on the same axes, where it can. NULL: it is not the ghost that is shown. */
    const void *alike;
    /* Set by a view that changes by itself: the time at which it wants to be drawn again; 0:
     * never. */
    double *redraw_at;
};

/* It is drawn here, in so many columns; of several such places the first counts. */
static inline void view_place_found(struct view_place *place, int x, int y, int width)
{
    if (place->found || width < 1)
        return;
    place->found = true;
    place->x = x;
    place->y = y;
    place->width = width;
}

/* Layers low..high, or with `unit` one of theirs, are drawn here. */
static inline void scene_place(
    const struct scene *scene, int low, int high, int unit, struct rect at)
{
    struct view_place *place = scene->place;
    if (place && place->layer > 0 && low <= place->layer && place->layer <= high &&
        unit == place->unit)
        view_place_found(place, at.x, at.y, at.width);
}

/* The place that the view declares by this name is drawn here. */
static inline void scene_spot(
    const struct scene *scene, const char *name, int x, int y, int width)
{
    struct view_place *place = scene->place;
    if (place && strcmp(place->name, name) == 0)
        view_place_found(place, x, y, width);
}

/* In the place of such words. */
#define SCENE_ASKING "in words when the answer is shown"

/* Why the selected thing is as it is. */
struct why {
    char formula[4][160]; /* with the numbers filled in; UTF-8, DESIGN's symbols */
    int formula_lines;
    char text[500]; /* two sentences */
    /* A picture between them that grows with its area; NULL: none. */
    void (*picture)(const struct scene *scene, struct surface *surface, struct rect area);
    char section[64]; /* of the manual page, as it is headed there */
};

/* The next line of the formula, and the sentences; as printf, <stdio.h> is the caller's. */
#define WHY_LINE(why, ...)                                                                     \
    (void)snprintf((why)->formula[(why)->formula_lines++], sizeof(why)->formula[0], __VA_ARGS__)
#define WHY_TEXT(why, ...) (void)snprintf((why)->text, sizeof(why)->text, __VA_ARGS__)

/* What a part of the picture means. It is folded to the width of the screen. */
struct help_entry {
    const char *label; /* as the picture shows it; empty: the text is of all of it */
    const char *text;
};

enum view_reply { VIEW_NOT_MINE, VIEW_DONE, VIEW_REFUSED };

struct view {
    const char *name;
    const char *title;             /* what one looks at, in words: shown above the view */
    const struct help_entry *help; /* for the help screen; NULL as label behind the last */
    /* The places of it that a lesson can point to (nablascope-lesson(5)), NULL behind them; it
     * says where they are, as far as they are drawn: scene_spot, of a layer scene_place. */
    const char *const *places;
    /* enum detail, or-ed: what is watched while it is shown. Where a snapshot says that this
     * cannot be, no function below is called but `watch` and `command`: the screen says what is
     * missing. */
    unsigned needs;
    uint64_t reads;    /* QUANTITY_BITs, or-ed: it needs all of them, too */
    bool moves;        /* its bars are drawn at every frame: see ui/draw/refresh.h */
    size_t state_size; /* of what it keeps between frames; 0: nothing */
    /* Takes in a snapshot, also while another view is shown. May be NULL. */
    void (*update)(const struct scene *scene);
    /* Draws into the area; rows it does not need stay blank. */
    void (*draw)(const struct scene *scene, struct surface *surface, struct rect area);
    /* The same for presenting: what counts as large as it gets, few words. May be NULL. */
    void (*present)(const struct scene *scene, struct surface *surface, struct rect area);
    /*
     * In row y, below the view, what happens just now or what the glyphs mean. A view that has
     * it is a table of layers: it stands without its name above, and where rows are left the
     * curve of the loss does. May be NULL.
     */
    void (*caption)(const struct scene *scene, struct surface *surface, int y);
    /* May be NULL. */
    void (*why)(const struct scene *scene, struct why *why);
    /* Fills in what of the watch depends on the view's state. May be NULL. */
    void (*watch)(const void *state, struct watch *watch);
    /*
     * Carries out a command of scope SCREEN that belongs to this view. What is written to
     * *message is shown. The scene's snapshot may be NULL. May be NULL.
     */
    enum view_reply (*command)(
        const struct scene *scene, const struct command *command, struct error *message);
    /* The names that such a command takes, for completion; NULL: none. May be NULL. */
    names_fn *(*names)(enum command_id id);
};

extern const struct view *const views[];
extern const int view_count;
const char *view_name(int index);
/* Its place in `views`. */
int view_index(const struct view *view);

/* What the views keep, by their place in `views`. */
struct view_slot {
    void *state; /* owned */
    double redraw_at;
};

/* All zero; NULL when out of memory. */
struct view_slot *view_slots_create(void);
void view_slots_destroy(struct view_slot *slots);

#endif
