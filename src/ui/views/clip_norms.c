/* ‖g‖ over the steps, before and after clipping. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "ui/draw/chart.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/timeline.h"
#include "ui/views/clip.h"
#include "ui/views/event_ticks.h"
#include "ui/views/ghost.h"

enum { LABELS = 6, COLUMNS_MOST = TIMELINE_WIDEST };

double clip_bound(const struct snapshot *snapshot)
{
    double c = snapshot->seen.hparams.clip_at;
    switch (snapshot->seen.hparams.clip) {
    case CLIP_NORM:
        return c;
    case CLIP_LAYERWISE:
        return c * sqrt(snapshot->seen.layer_count);
    case CLIP_VALUE:
        return c * sqrt((double)snapshot->seen.parameters);
    default:
        return INFINITY;
    }
}

/* What stands above one step, or several. */
struct norm_column {
    double before, after;
};

/* The largest of the steps on a column, so that no peak gets lost; what is not finite ends the
 * run, and wins. */
static double largest(const struct snapshot *snapshot, enum quantity_id id,
    const struct timeline *time, int column)
{
    struct record_range range = record_range(
        &snapshot->record, id, timeline_first(time, column), timeline_step(time, column));
    bool known = range.last.kind == READING_KNOWN;
    return !isfinite(range.last.value) ? range.last.value : known ? range.high : 0;
}

/* Returns how many columns are filled. */
static int columns_of(const struct snapshot *snapshot, struct norm_column *columns, int width)
{
    uint64_t total = snapshot->record.steps.total;
    if (total == 0)
        return 0;
    struct timeline time = timeline_of(TIMELINE_LINEAR, total, width);
    int count = timeline_columns(&time);
    for (int i = 0; i < count; i++) {
        columns[i].before = largest(snapshot, QUANTITY_GRAD_NORM, &time, i);
        columns[i].after = largest(snapshot, QUANTITY_GRAD_NORM_CLIPPED, &time, i);
    }
    return count;
}

static void fit_axis(struct log_axis *axis, const struct snapshot *snapshot,
    const struct norm_column *columns, int count, int rows)
{
    double low = INFINITY, high = 0, bound = clip_bound(snapshot);
    for (int i = 0; i < count; i++) {
        if (isfinite(columns[i].before))
            high = fmax(high, columns[i].before);
        if (columns[i].after > 0)
            low = fmin(low, columns[i].after);
    }
    if (isfinite(bound) && high > 0) {
        /* So that on few rows the line does not hide what is solid below it. */
        low = fmin(low, rows < 6 ? bound / 10 : bound);
        high = fmax(high, bound);
    }
    axis_update(axis, high > 0 ? low : 0, high);
}

void clip_fit_norms(const struct scene *scene, int width)
{
    struct norm_column columns[COLUMNS_MOST];
    int count = columns_of(scene->snapshot, columns, width);
    fit_axis(&clip_state(scene)->norms, scene->snapshot, columns, count, COLUMNS_MOST);
}

void clip_draw_norm_axis(
    const struct scene *scene, struct surface *surface, struct rect bars, int end)
{
    int y = bars.y + bars.height;
    if (y >= end)
        return;
    surface_text(surface, bars.x - 7, y, -1, ROLE_DIM, "log");
    axis_draw_labels(&clip_state(scene)->norms, surface, bars.x, y, bars.width);
}

/* Eighths of a row above the bottom. */
static int height_of(const struct log_axis *axis, double value, int rows)
{
    if (isnan(value) || value > 1e300)
        return 8 * rows;
    return value > 0 ? 1 + (int)lround(axis_place(axis, value, 8 * rows - 1)) : 0;
}

static void draw_labels(const struct log_axis *axis, struct surface *surface, struct rect plot)
{
    int step = 1;
    while ((axis->high - axis->low) / step + 1 > plot.height)
        step++;
    for (int decade = axis->low; decade <= axis->high; decade++) {
        if (decade % step != 0)
            continue;
        int row = (height_of(axis, pow(10, decade), plot.height) - 1) / 8;
        char label[FORMAT_SIZE];
        if (decade >= -2 && decade <= 3)
            (void)snprintf(label, sizeof label, "%g", pow(10, decade));
        else
            (void)snprintf(label, sizeof label, "1e%d", decade);
        surface_print(
            surface, plot.x - LABELS, plot.y + plot.height - 1 - row, ROLE_DIM, "%5s", label);
    }
}

/* A line across, over all but what is solid there; its value takes the label's place. */
static void draw_bound(const struct log_axis *axis, const struct snapshot *snapshot,
    struct surface *surface, struct rect plot)
{
    double bound = clip_bound(snapshot);
    bool off = !isfinite(bound);
    if (off)
        bound = snapshot->seen.hparams.clip_at;
    double place = log10(bound);
    if (place < axis->low || place > axis->high)
        return;
    int row = (height_of(axis, bound, plot.height) - 1) / 8;
    int y = plot.y + plot.height - 1 - row;
    char label[FORMAT_SIZE];
    format_factor(bound, label);
    surface_text(surface, plot.x - LABELS, y, LABELS - 1, off ? ROLE_DIM : ROLE_CEILING, label);
    for (int x = plot.x; x < plot.x + plot.width; x++) {
        const struct cell *cell = &surface->cells[y * surface->width + x];
        if (!off)
            surface_put_on(surface, x, y, 0x2501, ROLE_CEILING,
                cell->glyph == GLYPH_FULL ? CLIP_AFTER : ROLE_NONE);
        else if (cell->glyph == ' ')
            surface_put(surface, x, y, GLYPH_MIDDLE_DOT, ROLE_DIM);
    }
}

static void draw_title(
    const struct snapshot *snapshot, struct surface *surface, struct rect area)
{
    char steps[FORMAT_SIZE + 8], text[80];
    bool narrow = area.width < 30;
    format_count(snapshot->seen.step, steps);
    (void)snprintf(text, sizeof text, narrow ? "0-%s" : "steps 0 to %s", steps);
    int right = area.x + area.width - text_columns(text);
    const char *title = narrow ? "norm ‖g‖, log" : "gradient norm ‖g‖, log scale";
    char bound[64];
    if (snapshot->seen.hparams.clip == CLIP_VALUE ||
        snapshot->seen.hparams.clip == CLIP_LAYERWISE) {
        int64_t count = snapshot->seen.hparams.clip == CLIP_VALUE ? snapshot->seen.parameters
                                                                  : snapshot->seen.layer_count;
        (void)snprintf(bound, sizeof bound,
            narrow ? "‖g‖, log; ≤ c√%" PRId64 : "norm ‖g‖, log; at most c√%" PRId64, count);
        title = bound;
    }
    int end = surface_text(surface, area.x, area.y, area.width, ROLE_HEADING, title);
    if (right > end)
        surface_text(surface, right, area.y, -1, ROLE_DIM, text);
}

/* Where a norm stands on the chart, 0..1; NaN: beyond it. */
static double share_on(const void *context, double norm)
{
    const struct log_axis *axis = context;
    bool inside = norm > 0 && log10(norm) >= axis->low && log10(norm) <= axis->high;
    return inside ? axis_place(axis, norm, 1) : NAN;
}

static void draw_ghost(const struct scene *scene, struct surface *surface, struct rect plot)
{
    const struct snapshot *s = scene->snapshot;
    if (s->record.steps.total == 0)
        return;
    struct timeline time = timeline_of(TIMELINE_LINEAR, s->record.steps.total, plot.width);
    struct ghost_curve curve = {QUANTITY_GRAD_NORM, 0, share_on, &clip_state(scene)->norms};
    ghost_draw_curve(scene->ghost, s, &time, &curve, surface, plot);
}

void clip_draw_norms(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct snapshot *snapshot = scene->snapshot;
    struct log_axis *axis = &clip_state(scene)->norms;
    struct norm_column columns[COLUMNS_MOST];
    bool titled = area.height > 4;
    struct rect plot = {
        area.x + LABELS, area.y + titled, area.width - LABELS, area.height - titled};
    if (plot.width < 8 || plot.height < 2)
        return;
    int count = columns_of(snapshot, columns, plot.width);
    fit_axis(axis, snapshot, columns, count, plot.height);
    if (titled)
        draw_title(snapshot, surface, area);
    scene_spot(scene, "norms", area.x, area.y, titled ? area.width : 0);
    draw_labels(axis, surface, plot);
    for (int i = 0; i < count; i++) {
        bool finite = isfinite(columns[i].before);
        chart_column(surface, plot.x + i, plot, height_of(axis, columns[i].before, plot.height),
            finite ? height_of(axis, columns[i].after, plot.height) : 0, CLIP_AFTER,
            finite ? CLIP_BEFORE : ROLE_BAD);
        if (!finite)
            surface_put(surface, plot.x + i, plot.y, '!', ROLE_BAD);
    }
    draw_bound(axis, snapshot, surface, plot);
    struct timeline time =
        timeline_of(TIMELINE_LINEAR, snapshot->record.steps.total, plot.width);
    if (count > 0)
        event_ticks_draw(snapshot, !scene->asking, &time, surface,
            &(struct tick_place){plot.x, plot.y, plot.height, plot.y, true, 0});
    draw_ghost(scene, surface, plot);
}
