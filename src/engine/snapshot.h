/*
 * What can be seen of a session at one step: plain data, copied, so that the screen draws while
 * the next step is computed.
 */
#ifndef NABLASCOPE_ENGINE_SNAPSHOT_H
#define NABLASCOPE_ENGINE_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/observation.h"
#include "engine/alert.h"
#include "engine/conditions.h"
#include "engine/detail_check.h"
#include "engine/detail_clip.h"
#include "engine/detail_layer.h"
#include "engine/detail_plane.h"
#include "engine/detail_unit.h"
#include "engine/learning.h"
#include "engine/record.h"
#include "engine/unit_view.h"
#include "engine/watch.h"

struct session;

struct snapshot {
    struct observation seen; /* owns its layers */
    bool starved;            /* there is no memory for z and δ of the layer that is watched */
    struct unit_view *units; /* hidden units: depth × width, layer 1 first; owned */
    struct record_copy record; /* with the quantity of layers while DETAIL_CURVES is watched */
    struct clip_detail clip_detail;
    struct layer_detail layer_detail;
    struct unit_detail unit;

    struct alerts alerts;
    struct learning learning;
    struct conditions conditions;
    struct watch watch; /* the details taken, with layer and unit as clamped */
    struct plane_detail plane;
    struct check_detail check;

    /* What has been asked for: those seen, unless the step that goes by it was given up. */
    struct hparams wanted;

    /* Of the runner; 0 where there is none. */
    bool running;
    double target_rate; /* steps a second asked for, INFINITY: as fast as possible */
    double rate;        /* steps a second measured */
    uint64_t handled;   /* commands carried out so far */
    uint64_t builds;    /* times the training was built */
    uint64_t message_serial;
    bool message_is_error;
    char message[240]; /* what the last command did */
};

void snapshot_init(struct snapshot *snapshot);
void snapshot_clear(struct snapshot *snapshot);

/*
 * Fills the snapshot from an evaluated session; its memory is reused and grows as needed. The
 * runner's part is left alone. False when out of memory or interrupted.
 */
bool snapshot_take(struct snapshot *snapshot, const struct session *session);

/* ‖δ_1‖/‖δ_{depth+1}‖ to the power 1/depth: the gain of a layer in geometric mean. */
struct ratio snapshot_mean_gain(const struct snapshot *snapshot);

#endif
