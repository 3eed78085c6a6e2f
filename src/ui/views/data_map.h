/*
 * Drawing the plane of inputs: a map of the output or of one unit, with the boundary and the
 * data's points on it. A cell is two places, one above the other, so that places are square.
 */
#ifndef NABLASCOPE_UI_VIEWS_DATA_MAP_H
#define NABLASCOPE_UI_VIEWS_DATA_MAP_H

#include "engine/snapshot.h"
#include "ui/draw/surface.h"

struct plane_map {
    const struct plane_detail *plane;
    bool unit;        /* the watched unit's activation, else the output */
    bool plain;       /* the output is no probability but its z itself (mse) */
    double low, high; /* ends of the ramp; not used where the output has many classes */
};

/* The map of the output or of the unit in this snapshot, whose plane is valid. */
struct plane_map plane_map_of(const struct snapshot *snapshot, bool unit);

/*
 * Fills the area with width × 2·height places. The boundary, where the class changes or the
 * unit's z is 0, is a line; points are the glyphs of their classes, × where the output is
 * wrong.
 */
void plane_map_draw(const struct plane_map *map, struct surface *surface, struct rect area);

/* ○ ● of two classes, else a digit or a letter. */
uint32_t plane_class_glyph(int label, int classes);
/* The shade of a class's region where there are more than two. */
enum role plane_class_role(int label, int classes);

/* Numbers at round places under the map, and in the PLANE_LABELS columns to its left. */
enum { PLANE_LABELS = 5 };
void plane_map_ticks(
    const struct plane_detail *plane, struct surface *surface, struct rect map, bool left);

#endif
