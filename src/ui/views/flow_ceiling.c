/* On the bars of the flow view: the ceiling as stairs that come down by the largest slope at
 * each layer, and what there was before a divergence. */
#include <math.h>

#include "ui/draw/chart.h"
#include "ui/draw/glyphs.h"
#include "ui/views/flow.h"

/* The column of the ceiling, -1 left of the axis. */
static int column_of(const struct log_axis *axis, double ceiling, int width)
{
    return log10(ceiling) < axis->low ? -1 : (int)axis_place(axis, ceiling, width);
}

static bool drawable(double ceiling)
{
    return ceiling > 0 && isfinite(ceiling);
}

/* Along a row the stairs come from column `from` of the row above and go on down at `to`. */
static uint32_t glyph_at(int column, int from, int to)
{
    if (column == to)
        return to == from ? GLYPH_CEILING : to < from ? GLYPH_STEP_DOWN : GLYPH_STEP_OVER;
    if (column == from)
        return to < from ? GLYPH_STEP_LEFT : GLYPH_STEP_RIGHT;
    return column == 0 && to < 0 ? GLYPH_LEFT : GLYPH_STEP;
}

void flow_ceiling_draw(const struct scene *scene, struct surface *surface,
    const struct flow_row *row, struct rect bar)
{
    const struct flow_state *flow = flow_state(scene);
    double here = flow->ceilings[row->low - 1];
    if (row->output || !drawable(here))
        return;
    double above = flow->ceilings[row->high];
    int to = column_of(&flow->axis, here, bar.width), from = to;
    if (drawable(above))
        from = column_of(&flow->axis, above, bar.width);
    int left = from < to ? from : to, right = from < to ? to : from;
    scene_spot(scene, "ceiling", bar.x + to, bar.y, to >= 0 && to < bar.width);
    for (int i = left < 0 ? 0 : left; (i <= right || i == 0) && i < bar.width; i++)
        chart_mark(surface, bar.x + i, bar.y, glyph_at(i, from, to), ROLE_CEILING);
    for (int i = 1; i < bar.height && to < bar.width; i++)
        chart_mark(surface, bar.x + (to < 0 ? 0 : to), bar.y + i,
            to < 0 ? GLYPH_LEFT : GLYPH_CEILING, ROLE_CEILING);
}

void flow_draw_not_finite(const struct flow_state *flow, struct surface *surface,
    const struct flow_row *row, struct rect bar)
{
    static const char words[] = " not finite";
    double before = flow->from[row->low - 1];
    if (isfinite(before) && before > 0)
        chart_bar(surface, bar.x, bar.y, axis_place(&flow->axis, before, bar.width), bar.height,
            ROLE_DIM);
    int x = bar.x + bar.width - text_columns(words);
    surface_fill(
        surface, (struct rect){x, bar.y, text_columns(words), bar.height}, ' ', ROLE_TEXT);
    surface_text(surface, x, bar.y, -1, ROLE_BAD, words);
}
