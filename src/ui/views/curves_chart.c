/* The curves of the run over a timeline. */
#include <math.h>
#include <stdio.h>

#include "ui/draw/chart.h"
#include "ui/draw/format.h"
#include "ui/draw/glyphs.h"
#include "ui/views/curves.h"
#include "ui/views/ghost.h"

/* A curve: a quantity of the step, or that of the selected layer. */
struct line {
    enum role role;
    enum quantity_id id;
};

/* The values of a column: what a step had, and the range of all steps that fall on it. */
static struct record_range range_of(
    const struct curves_frame *frame, enum quantity_id id, int column)
{
    uint64_t step = timeline_step(&frame->time, column);
    if (!quantity_of_layers(&quantities[id]))
        return record_range(frame->record, id, timeline_first(&frame->time, column), step);
    struct record_range range = {{READING_UNKNOWN, 0}, INFINITY, -INFINITY};
    const double *row = step_rows_at(&frame->record->layers, step);
    if (row)
        range.last = record_layer(row, frame->selected);
    if (range.last.kind == READING_KNOWN)
        range.low = range.high = range.last.value;
    return range;
}

/* The same of what is held out; QUANTITY_COUNT: it has none. */
static enum quantity_id test_of(const struct curves_frame *frame, enum quantity_id id)
{
    bool any = quantity_applies(&quantities[QUANTITY_TEST_LOSS], &frame->snapshot->seen);
    return !any                   ? QUANTITY_COUNT
        : id == QUANTITY_LOSS     ? QUANTITY_TEST_LOSS
        : id == QUANTITY_ACCURACY ? QUANTITY_TEST_ACCURACY
                                  : QUANTITY_COUNT;
}

static void widen(
    const struct curves_frame *frame, enum quantity_id id, double *least, double *most)
{
    int columns = timeline_columns(&frame->time);
    for (int i = 0; i < columns; i++) {
        struct record_range range = range_of(frame, id, i);
        if (range.low > 0 && isfinite(range.low))
            *least = fmin(*least, range.low);
        if (range.high > 0 && isfinite(range.high))
            *most = fmax(*most, range.high);
    }
}

/* Brings an axis up to what is shown of a curve. */
static void update_axis(
    const struct curves_frame *frame, enum quantity_id id, bool linear, struct value_axis *axis)
{
    double least = INFINITY, most = 0;
    enum quantity_id test = test_of(frame, id);
    widen(frame, id, &least, &most);
    if (test != QUANTITY_COUNT)
        widen(frame, test, &least, &most);
    value_axis_update(axis, !linear, most > 0 ? fmin(least, most) : 0, most);
}

/* A number of units of the selected layer as a share. */
static double share_of(const struct curves_frame *frame, enum quantity_id id, double value)
{
    return quantity_share(
        &quantities[id], value, frame->snapshot->seen.layers[frame->selected - 1].units);
}

void curves_update_axes(const struct curves_frame *frame)
{
    struct curves_state *o = frame->state;
    const struct snapshot *s = frame->snapshot;
    bool begun = o->begun || o->shown_time != o->time;
    bool other = begun || o->shown_quantity != frame->record->quantity;
    if (other || o->shown_layer != frame->selected)
        o->layer.set = false;
    if (other)
        o->shade.set = false;
    if (begun)
        o->loss.set = o->norm.set = false;
    if (!other && s->seen.step == o->step && o->loss.logarithmic == !o->linear &&
        o->shown_layer == frame->selected)
        return;
    o->begun = false;
    o->step = s->seen.step;
    o->shown_quantity = frame->record->quantity;
    o->shown_time = o->time;
    o->shown_layer = frame->selected;
    update_axis(frame, QUANTITY_LOSS, o->linear, &o->loss);
    update_axis(frame, QUANTITY_GRAD_NORM, o->linear, &o->norm);
    update_axis(frame, frame->record->quantity, o->linear, &o->layer);
    curves_update_shades(frame);
}

static const struct value_axis *axis_of(const struct curves_frame *frame, enum quantity_id id)
{
    return id == QUANTITY_LOSS     ? &frame->state->loss
        : id == QUANTITY_GRAD_NORM ? &frame->state->norm
                                   : &frame->state->layer;
}

static void draw_limits(const struct curves_frame *frame, enum quantity_id id,
    struct surface *surface, struct rect area, int left)
{
    char high[16] = "1", low[16] = "0";
    if (!quantity_is_share(&quantities[id]))
        value_axis_texts(axis_of(frame, id), low, high);
    int x = area.x + left - 1;
    if (area.height > 1 || left >= 12)
        surface_text(surface, x - text_columns(high), area.y, -1, ROLE_DIM, high);
    if (area.height > 1)
        surface_text(
            surface, x - text_columns(low), area.y + area.height - 1, -1, ROLE_DIM, low);
}

/* The axis is that of what is trained on. */
static double height_of(const struct curves_frame *frame, enum quantity_id id, double value)
{
    return quantity_is_share(&quantities[id]) ? value
                                              : value_axis_share(axis_of(frame, id), value);
}

/* A ring in a cell of a curve; what is filled shows through. */
static void put_ring(struct surface *surface, int x, int y)
{
    const struct cell *cell = &surface->cells[y * surface->width + x];
    if (cell->glyph == GLYPH_FULL)
        surface_put_on(surface, x, y, GLYPH_RING, (enum role)(ROLE_ON_RAMP + RAMP_STEPS - 1),
            (enum role)cell->role);
    else
        surface_put(surface, x, y, GLYPH_RING, ROLE_STRONG);
}

/*
 * What is held out: a ring in every other column, so that the curve stays to be seen where both
 * are alike.
 */
static void draw_test(const struct curves_frame *frame, const struct line *line,
    struct surface *surface, struct rect plot)
{
    enum quantity_id test = test_of(frame, line->id);
    int columns = timeline_columns(&frame->time);
    for (int i = 0; i < columns; i += 2) {
        struct reading reading = range_of(frame, test, i).last;
        double height = height_of(frame, line->id, reading.value);
        if (reading.kind != READING_KNOWN)
            continue;
        /* In the cell in which a curve of this height ends. */
        int row = (int)lround(fmin(fmax(height, 0), 1) * (plot.height * 8 - 1)) / 8;
        if (!isfinite(reading.value))
            surface_put(surface, plot.x + i, plot.y, '!', ROLE_BAD);
        else
            put_ring(surface, plot.x + i, plot.y + plot.height - 1 - row);
    }
}

/* The present value. Of what is counted once an epoch the curve has the last one that was kept,
 * and the step, which is looked at, its own. */
static void draw_present(const struct curves_frame *frame, const struct line *line,
    struct reading newest, struct surface *surface, int x, int y)
{
    char text[FORMAT_SIZE], digits[FORMAT_SIZE];
    struct reading own =
        quantity_read(&quantities[line->id], &frame->snapshot->seen, frame->selected);
    if (quantities[line->id].surveyed && own.kind == READING_KNOWN)
        newest = own;
    double value = share_of(frame, line->id, newest.value);
    if (newest.kind != READING_KNOWN || !isfinite(value)) {
        format_reading(&quantities[line->id], newest, 1, text);
    } else if (quantity_is_share(&quantities[line->id])) {
        (void)snprintf(text, sizeof text, "%7.3f", value);
    } else if (line->id == QUANTITY_LOSS || line->id == QUANTITY_TEST_LOSS) {
        format_loss(value, digits);
        (void)snprintf(text, sizeof text, "%7s", digits);
    } else {
        format_scientific(value, text);
    }
    surface_text(surface, x, y, 7, isfinite(value) ? line->role : ROLE_BAD, text);
}

/* Where the values of a column stand. */
static struct chart_span span_of(
    const struct curves_frame *frame, enum quantity_id id, struct record_range range)
{
    if (range.last.kind != READING_KNOWN)
        return (struct chart_span){1, 0};
    if (!isfinite(range.last.value))
        return (struct chart_span){NAN, NAN};
    if (quantity_is_share(&quantities[id]))
        return (struct chart_span){
            share_of(frame, id, range.low), share_of(frame, id, range.high)};
    const struct value_axis *axis = axis_of(frame, id);
    return (struct chart_span){
        value_axis_share(axis, range.low), value_axis_share(axis, range.high)};
}

struct ghost_axis {
    const struct curves_frame *frame;
    enum quantity_id id;
    int units; /* of the ghost's layer */
};

/* Where a value of the ghost stands, NaN beyond the axis. */
static double ghost_share(const void *context, double value)
{
    const struct ghost_axis *ghost = context;
    if (quantity_is_share(&quantities[ghost->id]))
        return quantity_share(&quantities[ghost->id], value, ghost->units);
    const struct value_axis *axis = axis_of(ghost->frame, ghost->id);
    bool inside = value >= value_axis_low(axis) && value <= value_axis_high(axis);
    return inside ? value_axis_share(axis, value) : NAN;
}

static void draw_ghost(const struct curves_frame *frame, enum quantity_id id,
    struct surface *surface, struct rect area)
{
    const struct layer_stats *stats =
        ghost_layer(frame->ghost, frame->snapshot, frame->selected);
    struct ghost_axis axis = {frame, id, stats ? stats->units : 1};
    struct ghost_curve curve = {id, frame->selected, ghost_share, &axis};
    ghost_draw_curve(frame->ghost, frame->snapshot, &frame->time, &curve, surface, area);
}

/* The curve's second row: the name of what is held out, and its present value. */
static void draw_test_words(const struct curves_frame *frame, const struct line *line,
    struct surface *surface, struct rect area, struct curves_margins margins)
{
    struct line test = {ROLE_STRONG, test_of(frame, line->id)};
    struct reading newest = range_of(frame, test.id, timeline_columns(&frame->time) - 1).last;
    surface_text(surface, area.x, area.y + 1, margins.left - 1, ROLE_STRONG,
        area.height > 2 && margins.left >= 12 ? "○ test" : "○test");
    if (margins.right > 0)
        draw_present(frame, &test, newest, surface, area.x + area.width - 7, area.y + 1);
}

static const char *place_of(enum quantity_id id)
{
    return id == QUANTITY_LOSS     ? "loss"
        : id == QUANTITY_ACCURACY  ? "accuracy"
        : id == QUANTITY_GRAD_NORM ? "norm"
                                   : "quantity";
}

static void draw_line(const struct curves_frame *frame, const struct line *line,
    const char *name, struct surface *surface, struct rect area, struct curves_margins margins)
{
    struct chart_span spans[TIMELINE_WIDEST];
    int columns = timeline_columns(&frame->time);
    struct reading newest = {READING_UNKNOWN, 0};
    for (int i = 0; i < columns; i++) {
        struct record_range range = range_of(frame, line->id, i);
        newest = range.last;
        spans[i] = span_of(frame, line->id, range);
    }
    int end = surface_text(surface, area.x, area.y, margins.left - 1, line->role, name);
    scene_spot(frame->scene, place_of(line->id), area.x, area.y, end - area.x);
    draw_limits(frame, line->id, surface, area, margins.left);
    chart_spans(surface,
        (struct rect){area.x + margins.left, area.y, frame->time.width, area.height},
        line->role, spans, columns);
    draw_ghost(frame, line->id, surface,
        (struct rect){area.x + margins.left, area.y, frame->time.width, area.height});
    if (area.height > 1 && test_of(frame, line->id) != QUANTITY_COUNT) {
        draw_test(frame, line, surface,
            (struct rect){area.x + margins.left, area.y, frame->time.width, area.height});
        draw_test_words(frame, line, surface, area, margins);
    }
    if (margins.right > 0)
        draw_present(frame, line, newest, surface, area.x + area.width - 7, area.y);
}

void curves_draw(const struct curves_frame *frame, struct surface *surface, struct rect area,
    struct curves_margins margins, int count)
{
    const struct line lines[] = {{ROLE_LOSS, QUANTITY_LOSS}, {ROLE_GOOD, QUANTITY_ACCURACY},
        {ROLE_UPDATE, QUANTITY_GRAD_NORM}, {ROLE_STRONG, frame->record->quantity}};
    bool narrow = margins.left < 12;
    count = area.height < count ? area.height : count;
    int y = area.y;
    for (int i = 0; i < count; i++) {
        const struct quantity *quantity = &quantities[lines[i].id];
        char name[32];
        if (quantity_of_layers(quantity))
            (void)snprintf(name, sizeof name, "%s%d", quantity->symbol, frame->selected);
        else
            (void)snprintf(
                name, sizeof name, "%s", narrow ? quantity->brief : quantity->symbol);
        /* What does not divide goes to the first ones. */
        int rows = area.height / count + (i < area.height % count);
        int air = rows >= 4 ? 1 : 0;
        draw_line(frame, &lines[i], name, surface,
            (struct rect){area.x, y, area.width, rows - air}, margins);
        y += rows;
    }
}
