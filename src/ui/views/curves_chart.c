/* The curves of the run over a timeline. */
#include <math.h>
#include <stdio.h>

#include "ui/draw/chart.h"
#include "ui/draw/format.h"
#include "ui/views/curves.h"

/* A curve of the run, or of the selected layer. */
struct line {
    const char *name;
    enum role role;
    enum curve curve; /* CURVE_COUNT: the selected layer's quantity */
};

/* The values of a column: what a step had, and the range of all steps that fall on it. */
static struct curve_point point_of(
    const struct curves_frame *frame, enum curve curve, int column)
{
    const struct chronicle *rows = &frame->detail->rows;
    uint64_t step = timeline_step(&frame->time, column);
    const double *row = chronicle_row(rows, step);
    struct curve_point point = {NAN, NAN, NAN};
    if (!row)
        return point;
    if (curve == CURVE_COUNT) {
        double value = curves_layer(row, frame->selected);
        return (struct curve_point){value, value, value};
    }
    point = curves_point(row, curve);
    if (frame->time.kind == TIMELINE_RECENT) {
        point.low = point.high = point.value;
        return point;
    }
    size_t at = chronicle_kept(timeline_first(&frame->time, column));
    for (; at < rows->rows && chronicle_step(at) < step; at++) {
        struct curve_point more = curves_point(chronicle_row(rows, chronicle_step(at)), curve);
        point.low = fmin(point.low, more.low);
        point.high = fmax(point.high, more.high);
    }
    return point;
}

/* Brings an axis up to what is shown of a curve. */
static void update_axis(
    const struct curves_frame *frame, enum curve curve, bool linear, struct value_axis *axis)
{
    double least = INFINITY, most = 0;
    int columns = timeline_columns(&frame->time);
    for (int i = 0; i < columns; i++) {
        struct curve_point point = point_of(frame, curve, i);
        if (point.low > 0 && isfinite(point.low))
            least = fmin(least, point.low);
        if (point.high > 0 && isfinite(point.high))
            most = fmax(most, point.high);
    }
    value_axis_update(axis, !linear, most > 0 ? fmin(least, most) : 0, most);
}

static void update_shades(const struct curves_frame *frame)
{
    const struct chronicle *rows = &frame->detail->rows;
    double least = INFINITY, most = 0;
    int columns = timeline_columns(&frame->time);
    for (int i = 0; i < columns; i++) {
        const double *row = chronicle_row(rows, timeline_step(&frame->time, i));
        for (int layer = 1; row && layer <= frame->detail->layers; layer++) {
            double value = curves_layer(row, layer);
            if (!isfinite(value) || value <= 0)
                continue;
            least = fmin(least, value);
            most = fmax(most, value);
        }
    }
    axis_update(&frame->state->decades, most > 0 ? least : 0, most);
    value_axis_update(&frame->state->shade, false, most > 0 ? least : 0, most);
}

static bool share_curve(const struct curves_frame *frame, enum curve curve)
{
    return curve == CURVE_ACCURACY ||
        (curve == CURVE_COUNT && quantity_looks[frame->detail->quantity].share);
}

void curves_update_axes(const struct curves_frame *frame)
{
    struct curves_state *o = frame->state;
    const struct snapshot *s = frame->snapshot;
    bool begun = o->begun || o->shown_time != o->time;
    bool other = begun || o->shown_quantity != (int)frame->detail->quantity;
    if (other || o->shown_layer != frame->selected)
        o->layer.set = false;
    if (other)
        o->shade.set = o->decades.set = false;
    if (begun)
        o->loss.set = o->norm.set = false;
    if (!other && s->seen.step == o->step && o->loss.logarithmic == !o->linear &&
        o->shown_layer == frame->selected)
        return;
    o->begun = false;
    o->step = s->seen.step;
    o->shown_quantity = (int)frame->detail->quantity;
    o->shown_time = o->time;
    o->shown_layer = frame->selected;
    update_axis(frame, CURVE_LOSS, o->linear, &o->loss);
    update_axis(frame, CURVE_NORM, o->linear, &o->norm);
    update_axis(frame, CURVE_COUNT, o->linear, &o->layer);
    update_shades(frame);
}

static const struct value_axis *axis_of(const struct curves_frame *frame, enum curve curve)
{
    return curve == CURVE_LOSS ? &frame->state->loss
        : curve == CURVE_NORM  ? &frame->state->norm
                               : &frame->state->layer;
}

static void draw_limits(const struct curves_frame *frame, enum curve curve,
    struct surface *surface, struct rect area, int left)
{
    char high[16] = "1", low[16] = "0";
    if (!share_curve(frame, curve))
        value_axis_texts(axis_of(frame, curve), low, high);
    int x = area.x + left - 1;
    if (area.height > 1 || left >= 12)
        surface_text(surface, x - text_columns(high), area.y, -1, ROLE_DIM, high);
    if (area.height > 1)
        surface_text(
            surface, x - text_columns(low), area.y + area.height - 1, -1, ROLE_DIM, low);
}

static void draw_present(enum curve curve, const struct curves_frame *frame, double value,
    struct surface *surface, int x, int y, enum role role)
{
    char text[FORMAT_SIZE];
    if (curve == CURVE_COUNT && value < 0)
        (void)snprintf(text, sizeof text, "%7s", "-");
    else if (share_curve(frame, curve) && isfinite(value))
        (void)snprintf(text, sizeof text, "%7.3f", value);
    else if (curve == CURVE_LOSS) {
        char loss[FORMAT_SIZE];
        format_loss(value, loss);
        (void)snprintf(text, sizeof text, "%7s", loss);
    } else
        format_scientific(value, text);
    surface_text(surface, x, y, 7, isfinite(value) ? role : ROLE_BAD, text);
}

static void draw_line(const struct curves_frame *frame, const struct line *line,
    struct surface *surface, struct rect area, struct curves_margins margins)
{
    enum curve curve = line->curve;
    struct chart_span spans[TIMELINE_WIDEST];
    int columns = timeline_columns(&frame->time);
    double newest = NAN;
    for (int i = 0; i < columns; i++) {
        struct curve_point point = point_of(frame, curve, i);
        newest = point.value;
        bool share = share_curve(frame, curve);
        const struct value_axis *axis = axis_of(frame, curve);
        struct chart_span span = {
            share ? fmax(point.low, 0) : value_axis_share(axis, point.low),
            share ? fmax(point.high, 0) : value_axis_share(axis, point.high)};
        if (point.value < 0)
            span = (struct chart_span){1, 0};
        if (!isfinite(point.value))
            span.low = span.high = NAN;
        spans[i] = span;
    }
    surface_text(surface, area.x, area.y, margins.left - 1, line->role, line->name);
    draw_limits(frame, curve, surface, area, margins.left);
    chart_spans(surface,
        (struct rect){area.x + margins.left, area.y, frame->time.width, area.height},
        line->role, spans, columns);
    if (margins.right > 0)
        draw_present(
            curve, frame, newest, surface, area.x + area.width - 7, area.y, line->role);
}

void curves_draw(const struct curves_frame *frame, struct surface *surface, struct rect area,
    struct curves_margins margins, int count)
{
    char name[24];
    bool narrow = margins.left < 12;
    struct line lines[] = {{"loss", ROLE_LOSS, CURVE_LOSS},
        {narrow ? "acc" : "accuracy", ROLE_GOOD, CURVE_ACCURACY},
        {"‖g‖", ROLE_UPDATE, CURVE_NORM}, {name, ROLE_STRONG, CURVE_COUNT}};
    (void)snprintf(name, sizeof name, "%s%d", quantity_looks[frame->detail->quantity].symbol,
        frame->selected);
    count = area.height < count ? area.height : count;
    int y = area.y;
    for (int i = 0; i < count; i++) {
        /* What does not divide goes to the first ones. */
        int rows = area.height / count + (i < area.height % count);
        int air = rows >= 4 ? 1 : 0;
        draw_line(frame, &lines[i], surface, (struct rect){area.x, y, area.width, rows - air},
            margins);
        y += rows;
    }
}
