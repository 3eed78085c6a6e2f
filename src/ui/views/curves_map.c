/* Layers by time as shades. */
#include <math.h>

#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/draw/heatmap.h"
#include "ui/views/curves.h"
#include "ui/views/layer_rows.h"

/* Shade of what a layer has, 0..1; NaN where a sign stands instead. */
static double shade_of(const struct curves_frame *frame, struct reading reading, int layer)
{
    const struct curves_state *state = frame->state;
    const struct quantity *quantity = frame->quantity;
    double value = reading.value;
    if (reading.kind != READING_KNOWN || !isfinite(value))
        return NAN;
    if (quantity_is_share(quantity))
        return quantity_share(quantity, value, frame->snapshot->seen.layers[layer - 1].units);
    if (quantity->shape == SHAPE_FACTOR && state->linear)
        return value / CURVES_GAIN_MOST;
    if (!state->linear && value <= 0)
        return NAN;
    if (quantity->shape == SHAPE_FACTOR)
        return (log2(value) - CURVES_GAIN_LOWEST) * CURVES_GAIN_SHADES / RAMP_STEPS;
    return value_axis_share(&state->shade, value);
}

/* The sign for a reading without a shade. */
static uint32_t sign_of(struct reading reading)
{
    static const char signs[] = {[READING_UNDEFINED] = '-', [READING_UNKNOWN] = ' '};
    if (reading.kind != READING_KNOWN)
        return (uint32_t)signs[reading.kind];
    return !isfinite(reading.value) ? '!' : '0';
}

/* Half rows that each layer gets in so many rows; 1 also where several share one. */
static int pitch_of(int layers, int rows)
{
    int pitch = 2 * rows / layers;
    return pitch < 2 ? 1 : pitch / 2 * 2;
}

/* The layer that stands for several: the selected one, else the output, whose name is "out" and
 * not a number among others, else the lowest. */
static int layer_for(const struct curves_frame *frame, int low, int high)
{
    bool output = high == frame->record->layer_count && frame->quantity->of != OF_HIDDEN_LAYERS;
    bool chosen = frame->selected >= low && frame->selected <= high;
    return chosen ? frame->selected : output ? high : low < 1 ? 1 : low;
}

/* The layer that a place shows: of several one whose value is not finite first. */
static int layer_at(const struct curves_frame *frame, const double *row, int place, int group)
{
    int high = frame->record->layer_count - place * group, low = high - group + 1;
    low = low < 1 ? 1 : low;
    for (int layer = low; layer <= high; layer++) {
        if (!isfinite(record_layer(row, layer).value))
            return layer;
    }
    return layer_for(frame, low, high);
}

/* One column: shades by the heat map, and signs over them. */
static void draw_column(const struct curves_frame *frame, const double *row,
    struct surface *surface, int x, int y, int pitch, int group)
{
    enum { MOST = 512 };
    struct reading readings[MOST];
    double shades[MOST];
    int groups = (frame->record->layer_count + group - 1) / group, places = groups * pitch;
    places = places < MOST ? places : MOST;
    for (int i = 0; i < places; i++) {
        int layer = layer_at(frame, row, i / pitch, group);
        readings[i] = record_layer(row, layer);
        shades[i] = shade_of(frame, readings[i], layer);
    }
    int rows = (places + 1) / 2;
    if (places % 2 != 0)
        shades[places] = NAN;
    struct heatmap map = {1, 2 * rows, shades, 0, 1};
    heatmap_draw(&map, surface, (struct rect){x, y, 1, rows});
    /* The output's half rows stay blank where it has no such quantity. */
    bool hidden_only = frame->quantity->of == OF_HIDDEN_LAYERS;
    int first = hidden_only && group == 1 ? pitch : 0;
    for (int i = first; i < places; i++) {
        if (!isnan(shades[i]))
            continue;
        uint32_t sign = sign_of(readings[i]);
        enum role role = sign == '!' ? ROLE_BAD : ROLE_DIM;
        bool hides = i % 2 == 1 && i > first && isnan(shades[i - 1]) && sign != '!';
        if (!hides)
            surface_put_on(
                surface, x, y + i / 2, sign, role, heatmap_role(&map, shades[i ^ 1]));
    }
}

/* Number and present value of a layer. */
static void draw_layer(const struct curves_frame *frame, struct surface *surface, int layer,
    int x, int y, int width, struct curves_margins margins)
{
    bool selected = layer == frame->selected;
    bool output = layer == frame->snapshot->seen.layer_count;
    enum role role = selected ? ROLE_STRONG : output ? ROLE_OUTPUT : ROLE_TEXT;
    char text[FORMAT_SIZE];
    layer_label(layer, layer, frame->snapshot->seen.layer_count, text);
    surface_print(surface, x + margins.left - 5, y, role, " %3s", text);
    if (selected)
        surface_put(surface, x + margins.left - 6, y, GLYPH_RIGHT, ROLE_KEY);
    const double *row = step_rows_at(&frame->record->layers, frame->time.total - 1);
    if (margins.right == 0 || !row || (output && frame->quantity->of == OF_HIDDEN_LAYERS))
        return;
    struct reading reading = record_layer(row, layer);
    format_reading(
        frame->quantity, reading, frame->snapshot->seen.layers[layer - 1].units, text);
    surface_text(surface, x + width - 7, y, 7, isfinite(reading.value) ? role : ROLE_BAD, text);
}

int curves_draw_map(const struct curves_frame *frame, struct surface *surface, struct rect area,
    struct curves_margins margins)
{
    /* Layers that share a half row. */
    int group = layers_a_row(frame->record->layer_count, 2 * area.height);
    int groups = (frame->record->layer_count + group - 1) / group;
    int pitch = pitch_of(groups, area.height);
    int columns = timeline_columns(&frame->time);
    for (int i = 0; i < columns; i++) {
        const double *row =
            step_rows_at(&frame->record->layers, timeline_step(&frame->time, i));
        if (row)
            draw_column(frame, row, surface, area.x + margins.left + i, area.y, pitch, group);
    }
    /* A number for each row: of two layers in one row, the selected one or the upper. */
    for (int place = 0; place < groups; place += pitch == 1 ? 2 : 1) {
        int high = frame->record->layer_count - place * group;
        int low = high - (pitch == 1 ? 2 : 1) * group + 1;
        bool chosen = frame->selected >= low && frame->selected <= high;
        int layer = chosen ? frame->selected : layer_for(frame, high - group + 1, high);
        int y = area.y + place * pitch / 2;
        draw_layer(frame, surface, layer, area.x, y, area.width, margins);
        scene_place(
            frame->scene, low, high, 0, (struct rect){area.x + margins.left - 4, y, 3, 1});
    }
    return (groups * pitch + 1) / 2;
}

int curves_draw_key(const struct curves_frame *frame, struct surface *surface, struct rect row)
{
    char low[24], high[24];
    bool narrow = row.width < 60;
    curves_shade_limits(frame, low, high);
    enum { TITLE = 24, BRIEF = 7, LOW = 7 }; /* columns: the ramp keeps its place */
    int end = surface_text(surface, row.x, row.y, -1, ROLE_HEADING,
        narrow ? frame->quantity->brief : frame->quantity->title);
    scene_spot(frame->scene, "map", row.x, row.y, end - row.x);
    int x = row.x + (narrow ? BRIEF : TITLE) + LOW - text_columns(low);
    return heatmap_draw_key(surface, x, row.y, low, high);
}
