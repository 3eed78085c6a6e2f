/*
 * A small map for each unit of a layer, as many as there is room for.
 */
#ifndef NABLASCOPE_UI_VIEWS_DATA_UNIT_MAPS_H
#define NABLASCOPE_UI_VIEWS_DATA_UNIT_MAPS_H

#include "engine/snapshot.h"
#include "ui/draw/surface.h"

/* Places on a side of the maps for so many units in this area; 0 where there is no room. */
int plane_gallery_side(struct rect area, int units);

/*
 * A heading, then the maps with their units' numbers below; those around the watched unit where
 * not all fit. Where φ is not bounded each map has its own scale, from 0 to its largest size.
 */
void plane_gallery_draw(
    const struct snapshot *snapshot, struct surface *surface, struct rect area);

#endif
