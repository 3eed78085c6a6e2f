#include "ui/views/ghost.h"

#include <math.h>

#include "ui/draw/hollow.h"

const struct layer_stats *ghost_layer(
    const struct snapshot *ghost, const struct snapshot *snapshot, int layer)
{
    if (!ghost || layer < 1 || layer > snapshot->seen.layer_count)
        return NULL;
    int count = ghost->seen.layer_count;
    if (layer == snapshot->seen.layer_count)
        return &ghost->seen.layers[count - 1];
    return layer < count ? &ghost->seen.layers[layer - 1] : NULL;
}

void ghost_mark_value(double value, const struct log_axis *axis, double place,
    struct surface *surface, struct rect bar)
{
    double decades = value > 0 ? log10(value) : -INFINITY;
    if (!isfinite(value) || value < 0)
        return;
    if (decades < axis->low)
        place = -1;
    else if (decades > axis->high)
        place = bar.width + 1;
    hollow_on_bar(surface, bar, place);
}

void ghost_mark_signal(const struct scene *scene, int layer, const struct log_axis *axis,
    struct surface *surface, struct rect bar)
{
    const struct layer_stats *stats = ghost_layer(scene->ghost, scene->snapshot, layer);
    if (stats)
        ghost_mark_value(
            stats->signal, axis, axis_place(axis, stats->signal, bar.width), surface, bar);
}

void ghost_widen(const struct scene *scene, double *least, double *most)
{
    double low = *least / 1e3, high = *most * 1e3;
    for (int l = 1; *most > 0 && l <= scene->snapshot->seen.layer_count; l++) {
        const struct layer_stats *stats = ghost_layer(scene->ghost, scene->snapshot, l);
        if (!stats || !(stats->signal > low && stats->signal < high))
            continue;
        *least = fmin(*least, stats->signal);
        *most = fmax(*most, stats->signal);
    }
}

double ghost_gradient_norm(const struct scene *scene, int low, int high)
{
    double norm = 0;
    for (int l = low; l <= high; l++) {
        const struct layer_stats *stats = ghost_layer(scene->ghost, scene->snapshot, l);
        if (!stats)
            return NAN;
        norm = hypot(norm, hypot(stats->weight_grad_norm, stats->bias_grad_norm));
    }
    return norm;
}

/* Of the step that a column shows; unknown where the ghost has no such step. */
static struct reading reading_at(
    const struct snapshot *ghost, const struct ghost_curve *curve, uint64_t step)
{
    struct reading unknown = {READING_UNKNOWN, 0};
    if (!quantity_of_layers(&quantities[curve->id]))
        return record_range(&ghost->record, curve->id, step, step).last;
    if (!ghost->record.has_layers || ghost->record.quantity != curve->id)
        return unknown;
    const double *row = step_rows_at(&ghost->record.layers, step);
    return row ? record_layer(row, curve->layer) : unknown;
}

/* What it had at its end. */
static struct reading reading_last(
    const struct snapshot *ghost, const struct ghost_curve *curve)
{
    struct reading unknown = {READING_UNKNOWN, 0};
    const struct observation *seen = &ghost->seen;
    if (curve->id == QUANTITY_ACCURACY && !seen->surveyed)
        return unknown;
    return quantity_read(&quantities[curve->id], seen, curve->layer);
}

void ghost_draw_curve(const struct snapshot *ghost, const struct snapshot *snapshot,
    const struct timeline *time, const struct ghost_curve *curve, struct surface *surface,
    struct rect area)
{
    struct ghost_curve own = *curve;
    if (!ghost)
        return;
    if (quantity_of_layers(&quantities[own.id])) {
        const struct layer_stats *stats = ghost_layer(ghost, snapshot, own.layer);
        if (!stats)
            return;
        own.layer = (int)(stats - ghost->seen.layers) + 1;
    }
    struct reading last = reading_last(ghost, &own);
    int columns = timeline_columns(time);
    for (int i = 0; i < columns && i < area.width; i++) {
        uint64_t step = timeline_step(time, i);
        bool beyond = step > ghost->seen.step;
        struct reading reading = beyond ? last : reading_at(ghost, &own, step);
        if (reading.kind == READING_KNOWN && isfinite(reading.value))
            hollow_on_curve(
                surface, area.x + i, area, own.share_of(own.context, reading.value), beyond);
    }
}
