/*
 * Views: each turns what is known into cells, in a file of its own (view_NAME.c), and is listed
 * in views.c.
 */
#ifndef NABLASCOPE_UI_VIEW_H
#define NABLASCOPE_UI_VIEW_H

#include "engine/snapshot.h"
#include "ui/flow.h"
#include "ui/surface.h"

/* What a view draws from: nothing else, so that a picture depends on data alone. */
struct scene {
    const struct snapshot *snapshot;
    struct flow *flow;
};

struct view {
    const char *name;
    const char *title;
    const char *help; /* lines for the help screen: what each part of the picture means */
    /* Draws into the area; rows it does not need stay blank. */
    void (*draw)(const struct scene *scene, struct surface *surface, struct rect area);
};

extern const struct view *const views[];
extern const int view_count;
const char *view_name(int index);

extern const struct view view_flow;

#endif
