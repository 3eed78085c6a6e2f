#include "engine/looks.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "engine/memory.h"
#include "engine/session.h"
#include "engine/unit_stats.h"

/*
 * One thing to look at. Memory of looks and snapshot is written to, the training only read.
 * Only `take` has to be there.
 */
struct look {
    enum detail detail;
    bool signals; /* reads z and δ of the watched layer */
    /* Between backward pass and clipping, which overwrites the gradient; the watch lies within
     * the network. False when interrupted. */
    bool (*gather)(
        struct looks *looks, const struct training *training, const struct watch *watch);
    /* Fills in its part of a snapshot, by the watch that stands there; valid only if wanted. */
    void (*take)(struct looks *looks, const struct training *training,
        struct snapshot *snapshot, bool wanted);
    /* More snapshots of this step would show more. */
    bool (*unfinished)(const struct looks *looks, const struct training *training);
    /* The parameters or the function have been replaced; `anew`: the data set, too. */
    void (*forget)(struct looks *looks, bool anew);
};

static void take_unit(struct looks *looks, const struct training *training,
    struct snapshot *snapshot, bool wanted)
{
    (void)looks;
    snapshot->unit.valid =
        wanted && unit_detail_take(&snapshot->unit, training, &snapshot->watch);
}

static void take_units(struct looks *looks, const struct training *training,
    struct snapshot *snapshot, bool wanted)
{
    (void)looks;
    bool taken = wanted && unit_stats_take(snapshot->units_kept, training);
    snapshot->units = taken ? snapshot->units_kept : NULL;
}

/* Without clipping the gradient is still there when a snapshot is taken. */
static bool gather_layer(
    struct looks *looks, const struct training *training, const struct watch *watch)
{
    return training->hparams.clip == CLIP_NONE ||
        layer_gradient_gather(
            &looks->layer_gradient, training->network, watch->layer, &training->interrupt);
}

static void take_layer(struct looks *looks, const struct training *training,
    struct snapshot *snapshot, bool wanted)
{
    snapshot->layer_detail.valid = wanted &&
        layer_detail_take(
            &snapshot->layer_detail, &looks->layer_gradient, training, &snapshot->watch);
}

static bool gather_clip(
    struct looks *looks, const struct training *training, const struct watch *watch)
{
    (void)watch;
    return clip_side_gather(
        &looks->unclipped, training->network, training->hparams.clip_at, &training->interrupt);
}

static void take_clip(struct looks *looks, const struct training *training,
    struct snapshot *snapshot, bool wanted)
{
    snapshot->clip_detail.valid =
        wanted && clip_detail_take(&snapshot->clip_detail, &looks->unclipped, training);
}

static void take_plane(struct looks *looks, const struct training *training,
    struct snapshot *snapshot, bool wanted)
{
    snapshot->plane.valid = wanted &&
        plane_detail_take(&snapshot->plane, &looks->plane, training, &snapshot->watch);
}

static bool unfinished_plane(const struct looks *looks, const struct training *training)
{
    (void)training;
    return input_plane_unfinished(&looks->plane);
}

static void forget_plane(struct looks *looks, bool anew)
{
    if (anew)
        input_plane_clear(&looks->plane);
    else
        input_plane_forget(&looks->plane);
}

static void take_pictures(struct looks *looks, const struct training *training,
    struct snapshot *snapshot, bool wanted)
{
    snapshot->pictures.valid = wanted &&
        pictures_detail_take(&snapshot->pictures, &looks->probe, training, &snapshot->watch);
}

static void forget_pictures(struct looks *looks, bool anew)
{
    if (anew)
        probe_clear(&looks->probe);
}

static void take_check(struct looks *looks, const struct training *training,
    struct snapshot *snapshot, bool wanted)
{
    snapshot->check.valid = wanted &&
        check_detail_take(&snapshot->check, &looks->checker, training, &snapshot->watch);
}

static bool unfinished_check(const struct looks *looks, const struct training *training)
{
    return checker_unfinished(&looks->checker, training);
}

static void forget_check(struct looks *looks, bool anew)
{
    (void)anew;
    checker_forget(&looks->checker);
}

static const struct look table[] = {
    {DETAIL_UNIT, .signals = true, .take = take_unit},
    {DETAIL_LAYER, .signals = true, .gather = gather_layer, .take = take_layer},
    {DETAIL_CLIP, .gather = gather_clip, .take = take_clip},
    {DETAIL_PLANE, .take = take_plane, .unfinished = unfinished_plane, .forget = forget_plane},
    {DETAIL_PICTURES, .take = take_pictures, .forget = forget_pictures},
    {DETAIL_UNITS, .take = take_units},
    {DETAIL_CHECK, .take = take_check, .unfinished = unfinished_check, .forget = forget_check},
};
enum { LOOKS = ARRAY_LEN(table) };

static void forget(struct looks *looks, bool anew)
{
    for (int i = 0; i < LOOKS; i++) {
        if (table[i].forget)
            table[i].forget(looks, anew);
    }
}

void looks_clear(struct looks *looks)
{
    forget(looks, true);
    if (looks->ghost)
        looks_clear(looks->ghost);
    free(looks->ghost);
    memset(looks, 0, sizeof *looks);
}

/* What is kept of a training that is no more, or that has other settings now, is of no use. */
static void keep_up(struct looks *looks)
{
    const struct session *session = looks->session;
    bool anew = looks->runs != session->runs;
    if (anew || looks->changes != session->changes)
        forget(looks, anew);
    looks->starved = looks->starved && !anew;
    looks->runs = session->runs;
    looks->changes = session->changes;
}

static struct watch watch_within(const struct looks *looks, const struct training *training)
{
    struct watch watch = looks->watch;
    watch_clamp(&watch, &training->seen);
    return watch;
}

/* z and δ of the layer that is watched. Without memory for them the training goes on, and what
 * reads them is not shown. */
static void keep_signals(
    struct looks *looks, struct training *training, const struct watch *watch)
{
    bool read = false;
    for (int i = 0; i < LOOKS; i++)
        read = read || (table[i].signals && watch->details & table[i].detail);
    bool hidden = watch->layer <= training->network->shape.depth;
    struct signals wanted = {0, read && hidden ? watch->layer : 0};
    if (training->signals.layer == wanted.layer || looks->starved)
        return;
    struct data_shape data = dataset_shape(training->data);
    looks->starved = !memory_fits(training_bytes(&training->hparams, data, wanted), NULL) ||
        !training_keep_signals(training, wanted);
}

static void prepare(void *context)
{
    struct looks *looks = context;
    struct training *training = looks->session->run->training;
    struct watch watch = watch_within(looks, training);
    keep_up(looks);
    /* Surveys look at the watched unit, too. */
    training_watch_unit(training, watch.details & DETAIL_UNIT ? watch.layer : 0, watch.unit);
    keep_signals(looks, training, &watch);
}

static bool gather(void *context)
{
    struct looks *looks = context;
    const struct training *training = looks->session->run->training;
    struct watch watch = watch_within(looks, training);
    bool done = true;
    looks->unclipped.valid = looks->layer_gradient.valid = false;
    for (int i = 0; i < LOOKS && done; i++) {
        if (watch.details & table[i].detail && table[i].gather)
            done = table[i].gather(looks, training, &watch);
    }
    return done;
}

void looks_watch(struct looks *looks, struct session *session, const struct watch *watch)
{
    bool known = looks->session == session && session->observer.context == looks;
    if (known && watch_equal(&looks->watch, watch))
        return;
    if (!known)
        forget(looks, true);
    looks->session = session;
    looks->watch = *watch;
    looks->starved = false;
    session_observe(session, &(struct run_observer){prepare, gather, looks});
}

bool looks_unfinished(const struct looks *looks, const struct session *session)
{
    bool more = false;
    for (int i = 0; i < LOOKS && session->run->evaluated; i++)
        more = more ||
            (looks->watch.details & table[i].detail && table[i].unfinished &&
                table[i].unfinished(looks, session->run->training));
    if (looks->ghost && session->ghost &&
        ghost_is_at(session->ghost, session->run->training->step))
        more = more || looks_unfinished(looks->ghost, ghost_session(session->ghost));
    return more;
}

/* Memory for what is seen of such a step. */
static bool reserve(struct snapshot *snapshot, const struct observation *seen)
{
    struct observation *own = &snapshot->seen;
    if (own->layer_count == seen->layer_count && own->toll.units == seen->toll.units)
        return true;
    struct layer_stats *layers = calloc((size_t)seen->layer_count, sizeof *layers);
    struct unit_stats *units = calloc((size_t)seen->toll.units, sizeof *units);
    if (!layers || !units) {
        free(layers);
        free(units);
        return false;
    }
    free(own->layers);
    free(snapshot->units_kept);
    own->layers = layers;
    snapshot->units_kept = units;
    return true;
}

static void copy_seen(struct observation *to, const struct observation *from)
{
    struct layer_stats *layers = to->layers;
    memcpy(layers, from->layers, (size_t)from->layer_count * sizeof *layers);
    *to = *from;
    to->layers = layers;
}

/* What is watched, each into its own struct; one that is not watched, that there is no memory
 * for or that was interrupted becomes invalid. */
static void take_details(
    struct looks *looks, const struct session *session, struct snapshot *snapshot)
{
    snapshot->watch = looks ? looks->watch : (struct watch){.details = 0};
    watch_clamp(&snapshot->watch, &snapshot->seen);
    snapshot->starved =
        looks && (looks->starved || survey_starved(&session->run->training->survey));
    for (int i = 0; i < LOOKS; i++)
        table[i].take(
            looks, session->run->training, snapshot, snapshot->watch.details & table[i].detail);
}

/* Of the ghost what can be compared, at where it stands. Left out where there is no memory. */
static bool take_ghost(
    struct snapshot *snapshot, const struct session *session, struct looks *looks)
{
    snapshot->ghost = NULL;
    if (!session->ghost)
        return true;
    struct session *other = ghost_session(session->ghost);
    if (!snapshot->ghost_kept)
        snapshot->ghost_kept = calloc(1, sizeof *snapshot->ghost_kept);
    if (looks && !looks->ghost)
        looks->ghost = calloc(1, sizeof *looks->ghost);
    if (!snapshot->ghost_kept || (looks && !looks->ghost))
        return true;
    if (looks) {
        struct watch watch = looks->watch;
        watch.details &= watch.ghost | DETAIL_CURVES;
        watch.ghost = 0;
        /* The output corresponds to the output. */
        if (watch.layer >= snapshot->seen.layer_count)
            watch.layer = other->run->training->seen.layer_count;
        looks_watch(looks->ghost, other, &watch);
    }
    bool done = run_evaluate(other->run, session->run->training->seen.surveyed) &&
        snapshot_take(snapshot->ghost_kept, other, looks ? looks->ghost : NULL);
    snapshot->ghost = done ? snapshot->ghost_kept : NULL;
    return done || !interrupt_asked(&session->interrupt);
}

bool snapshot_take(
    struct snapshot *snapshot, const struct session *session, struct looks *looks)
{
    const struct training *training = session->run->training;
    if (!reserve(snapshot, &training->seen))
        return false;
    copy_seen(&snapshot->seen, &training->seen);
    snapshot->can = looks ? DETAIL_ALL : DETAIL_CURVES;
    snapshot->news = session->news;
    snapshot->news.wanted.at = training->step;
    snapshot->news.wanted.furthest = session->run->furthest;
    run_tell(session->run, &snapshot->story);
    events_take(&snapshot->events, session->run, &snapshot->story);
    events_take_ahead(&snapshot->ahead, session->run);
    snapshot->furthest = session->run->furthest;
    take_details(looks, session, snapshot);
    /* What there is no memory for is not shown; the view says so. */
    bool curves = snapshot->watch.details & DETAIL_CURVES;
    (void)record_copy_take(&snapshot->record, &session->run->record,
        curves ? record_layer_quantity(snapshot->watch.quantity) : QUANTITY_COUNT);
    /* What was interrupted is incomplete for that reason alone. */
    return take_ghost(snapshot, session, looks) && !interrupt_asked(&session->interrupt);
}
