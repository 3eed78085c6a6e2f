/* The gradient's norm layer by layer, before and after clipping. */
#include <math.h>
#include <stdio.h>

#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/views/clip.h"
#include "ui/views/ghost.h"
#include "ui/views/layer_rows.h"

enum { LABEL = 8, NUMBER = 6 };

/* Several layers in a row are one vector. */
static struct clip_layer together(const struct clip_side *side, int low, int high)
{
    struct clip_layer sum = {0, 0};
    for (int l = low; l <= high; l++) {
        sum.norm = hypot(sum.norm, side->layers[l - 1].norm);
        sum.beyond = fmax(sum.beyond, side->layers[l - 1].beyond);
    }
    return sum;
}

static void fit_axis(struct log_axis *axis, const struct clip_detail *detail)
{
    double low = INFINITY, high = 0;
    for (int l = 0; l < detail->before.layer_count; l++) {
        double before = detail->before.layers[l].norm, after = detail->after.layers[l].norm;
        if (after > 0)
            low = fmin(low, after);
        if (isfinite(before))
            high = fmax(high, before);
    }
    axis_update(axis, high > 0 ? fmax(low, high * 1e-12) : 0, high);
}

static int length_of(const struct log_axis *axis, double norm, int width)
{
    return norm > 0 ? 1 + (int)lround(axis_place(axis, norm, width - 1)) : 0;
}

static void draw_row(
    const struct scene *scene, struct surface *surface, struct rect row, int low, int high)
{
    const struct snapshot *snapshot = scene->snapshot;
    const struct log_axis *axis = &clip_state(scene)->layers;
    struct clip_layer before = together(&snapshot->clip_detail.before, low, high);
    struct clip_layer after = together(&snapshot->clip_detail.after, low, high);
    int width = row.width - LABEL - NUMBER, x = row.x + LABEL;
    char text[24];
    layer_label(low, high, snapshot->seen.layer_count, text);
    surface_print(surface, row.x, row.y, ROLE_TEXT, "%*s", LABEL - 1, text);
    scene_place(scene, low, high, 0, (struct rect){row.x, row.y, LABEL - 1, 1});
    surface_fill(surface,
        (struct rect){x, row.y, length_of(axis, before.norm, width), row.height}, GLYPH_SHADE,
        CLIP_BEFORE);
    surface_fill(surface,
        (struct rect){x, row.y, length_of(axis, after.norm, width), row.height},
        glyph_vertical(row.height > 1 ? 8 : 7), CLIP_AFTER);
    if (snapshot->seen.hparams.clip == CLIP_VALUE)
        (void)snprintf(text, sizeof text, "%3.0f %%", 100 * before.beyond);
    else if (before.norm > 0)
        format_factor(after.norm / before.norm, text);
    else
        (void)snprintf(text, sizeof text, "%5s", "-");
    if (snapshot->seen.hparams.clip == CLIP_LAYERWISE) {
        int bound = length_of(axis, snapshot->seen.hparams.clip_at, width);
        for (int y = row.y; y < row.y + row.height; y++)
            surface_put(surface, x + bound, y, GLYPH_CEILING, ROLE_CEILING);
    }
    double ghost = ghost_gradient_norm(scene, low, high);
    ghost_mark_value(ghost, axis, length_of(axis, ghost, width), surface,
        (struct rect){x, row.y, width, row.height});
    surface_text(surface, row.x + row.width - NUMBER + 1, row.y, -1, ROLE_TEXT, text);
}

void clip_draw_layers(const struct scene *scene, struct surface *surface, struct rect area)
{
    const struct snapshot *snapshot = scene->snapshot;
    const struct clip_detail *detail = &snapshot->clip_detail;
    int rows = area.height - 2, hidden = snapshot->seen.layer_count - 1;
    if (!detail->valid || detail->before.bins.nonfinite > 0 || rows < 3)
        return;
    fit_axis(&clip_state(scene)->layers, detail);
    surface_text(surface, area.x, area.y, -1, ROLE_HEADING, "layer by layer");
    const char *number = snapshot->seen.hparams.clip == CLIP_VALUE ? "cut" : "scale";
    surface_text(
        surface, area.x + area.width - text_columns(number), area.y, -1, ROLE_DIM, number);
    int group = layers_a_row(hidden, rows - 1), shown = 1 + (hidden + group - 1) / group;
    int pitch = rows / shown > 2 ? 2 : rows / shown, y = area.y + 1;
    for (int high = snapshot->seen.layer_count; high >= 1; y += pitch) {
        int low = high == snapshot->seen.layer_count ? high : high - group + 1;
        low = low < 1 ? 1 : low;
        draw_row(scene, surface, (struct rect){area.x, y, area.width, pitch}, low, high);
        high = low - 1;
    }
    axis_draw_labels(
        &clip_state(scene)->layers, surface, area.x + LABEL, y, area.width - LABEL - NUMBER);
}
