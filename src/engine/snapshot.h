/*
 * What can be seen at one step: plain data, copied, so that the screen draws while the next
 * step is computed. engine/looks.h takes one of a session.
 */
#ifndef NABLASCOPE_ENGINE_SNAPSHOT_H
#define NABLASCOPE_ENGINE_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/observation.h"
#include "engine/detail_check.h"
#include "engine/detail_clip.h"
#include "engine/detail_layer.h"
#include "engine/detail_pictures.h"
#include "engine/detail_plane.h"
#include "engine/detail_unit.h"
#include "engine/events.h"
#include "engine/news.h"
#include "engine/record.h"
#include "engine/story.h"
#include "engine/unit_stats.h"
#include "engine/watch.h"

struct snapshot {
    struct observation seen;  /* owns its layers */
    unsigned can;             /* enum detail, or-ed: what can be watched where it comes from */
    bool starved;             /* there is no memory for z and δ of the layer that is watched */
    struct unit_stats *units; /* hidden units, layer 1 first. NULL while
                               * DETAIL_UNITS is not watched, or cannot be */
    struct record_copy record; /* with the quantity of layers while DETAIL_CURVES is watched */
    struct clip_detail clip_detail;
    struct layer_detail layer_detail;
    struct unit_detail unit;

    struct story story;
    struct events events;
    struct events ahead; /* of steps after this one, where the run has been */
    uint64_t furthest;   /* step that it has been at; the record has kept rows of those ahead */
    struct watch watch;  /* the details taken, with layer and unit as clamped */
    struct plane_detail plane;
    struct pictures_detail pictures;
    struct check_detail check;
    struct news news;

    /* Of the run beside, at the same step, or at the last one before where that has diverged or
     * has been given up; its news are its own. NULL: there is none. A copy has none. */
    const struct snapshot *ghost;
    struct snapshot *ghost_kept;   /* memory for it; owned */
    struct unit_stats *units_kept; /* memory for units; owned */
};

void snapshot_init(struct snapshot *snapshot);
void snapshot_clear(struct snapshot *snapshot);

/*
 * Copies what is seen of the step, the units, what is told, and the layer's distributions where
 * they are watched; with `record` also what has been recorded. The other details of the copy
 * are not valid. Its memory is reused and grows as needed; false when there is none: the copy
 * is of no use then, but can be cleared and copied to again.
 */
bool snapshot_copy(struct snapshot *to, const struct snapshot *from, bool record);

/* ‖δ_1‖/‖δ_{depth+1}‖ to the power 1/depth: the gain of a layer in geometric mean. */
struct ratio snapshot_mean_gain(const struct snapshot *snapshot);

/* Place of a hidden layer's first unit in `units`; layer and unit, all 1-based, at a place. */
int64_t snapshot_units_from(const struct snapshot *snapshot, int layer);
void snapshot_unit_at(const struct snapshot *snapshot, int64_t place, int *layer, int *unit);

#endif
