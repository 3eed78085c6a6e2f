/*
 * The check view: its state and its parts, what the check says in words, the curve, and what is
 * shown of it when presenting or asked why.
 */
#ifndef NABLASCOPE_UI_VIEWS_CHECK_H
#define NABLASCOPE_UI_VIEWS_CHECK_H

#include "core/check_verdict.h"
#include "ui/views/view.h"

/* What the check view keeps between frames. */
struct check_state {
    int curve; /* enum check_scheme: the one that is judged; the others are drawn beside it */
    int plant; /* enum plant */
};

static inline struct check_state *check_state(const struct scene *scene)
{
    return scene->state;
}

struct check_summary {
    const char *badge; /* PASS, FOUND and so on */
    enum role role;    /* of the badge */
    char words[240];   /* which layers */
    char brief[40];    /* the same for 26 columns */
    int layer;         /* the one that decides, 1-based: the worst; 0: none is judged */
    struct verdict verdict;
};

/* Over all layers, by the chosen differences. */
struct check_summary check_summarize(const struct scene *scene);
struct verdict check_verdict_of(const struct scene *scene, int layer);
/* The errors of a layer at an ε that is complete, by the chosen differences. */
const struct check_error *check_error_of(const struct scene *scene, int epsilon, int layer);
enum role check_verdict_role(enum verdict_kind kind);
/* "layer 3", "the output". */
void check_layer_name(const struct scene *scene, int layer, char text[24]);

/*
 * The selected layer's relative error over ε with axes; `bare`: without titles and legend, for
 * small areas and for presenting.
 */
void check_draw_chart(
    const struct scene *scene, struct surface *surface, struct rect area, int layer, bool bare);

/* The same as a valley of bars: for few rows. */
void check_draw_bars(
    const struct scene *scene, struct surface *surface, struct rect area, int layer);

/* The difference of the element furthest off, with its numbers; returns the lines. */
int check_formula(const struct scene *scene, int layer, char lines[4][160]);

void check_present(const struct scene *scene, struct surface *surface, struct rect area);
void check_why(const struct scene *scene, struct why *why);

#endif
