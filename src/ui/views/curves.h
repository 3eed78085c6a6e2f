/*
 * The curves view: its state and its parts, what the steps of a timeline look like as curves,
 * and as a map of layers by time. curves.c puts them together.
 */
#ifndef NABLASCOPE_UI_VIEWS_CURVES_H
#define NABLASCOPE_UI_VIEWS_CURVES_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/draw/axis.h"
#include "ui/draw/timeline.h"
#include "ui/views/view.h"

/*
 * What the curves view keeps between frames, and what keys and commands set in it.
 */

struct curves_state {
    int quantity; /* the one of record_layer_quantity that is shown */
    enum timeline_kind time;
    bool linear; /* values; else logarithmic */
    struct value_axis loss, norm, layer, shade;
    bool below, above; /* the shades' range: values lie beyond it */
    bool begun;        /* a new run, for which the axes are chosen anew */
    /* What they have last been brought up to. */
    uint64_t step;
    enum quantity_id shown_quantity;
    int shown_layer;
    enum timeline_kind shown_time;
};

static inline struct curves_state *curves_state(const struct scene *scene)
{
    return scene->state;
}

/* What is drawn in one frame. */
struct curves_frame {
    const struct scene *scene;
    const struct snapshot *snapshot, *ghost;
    const struct record_copy *record;
    const struct quantity *quantity; /* of the layers */
    struct curves_state *state;
    struct timeline time;
    int selected; /* layer */
};

/* Columns at the left for names and limits, and at the right for the present values. */
struct curves_margins {
    int left, right;
};

/* False when there is nothing to draw from: nothing has been recorded, or was not watched. */
bool curves_frame_of(const struct scene *scene, int width, struct curves_frame *frame);

/* Brings the axes up to the frame's snapshot, once for each. */
void curves_update_axes(const struct curves_frame *frame);

/* The first `count` of: loss, accuracy, norm, the selected layer's quantity; one below another,
 * fewer where there are fewer rows. */
void curves_draw(const struct curves_frame *frame, struct surface *surface, struct rect area,
    struct curves_margins margins, int count);

/*
 * The shades of a gain are a factor of √2 each, with 0.18 to 2 in their middle: a sigmoid's
 * quarter, a ReLU's 1/√2 with Xavier weights and 1 are apart, small changes around 1 are not.
 */
enum { CURVES_GAIN_SHADES = 2 };   /* for a factor of 2 */
#define CURVES_GAIN_LOWEST (-2.75) /* log2 of the lower end */
#define CURVES_GAIN_MOST 2.0       /* the upper end of the linear ones */

/*
 * The range of the shades of other quantities: what is shown but for 2 % at each end, out to
 * the next nice bound. What lies beyond has the shade of the end.
 */
void curves_update_shades(const struct curves_frame *frame);
/* Its ends in words, with ≤ and ≥ where values lie beyond. */
void curves_shade_limits(const struct curves_frame *frame, char low[24], char high[24]);

/* The map with the layers' numbers at the left. Returns the rows it takes, from the top. */
int curves_draw_map(const struct curves_frame *frame, struct surface *surface, struct rect area,
    struct curves_margins margins);
/* The quantity's name and the key to the shades; returns the column after it. */
int curves_draw_key(const struct curves_frame *frame, struct surface *surface, struct rect row);

/* The alert of this kind that came first, of those still kept; NULL when there was none. */
const struct alert *curves_alert(const struct snapshot *snapshot, enum alert_kind kind);

void curves_present(const struct scene *scene, struct surface *surface, struct rect area);
void curves_why(const struct scene *scene, struct why *why);

#endif
