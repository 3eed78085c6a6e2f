/* Which units were dead before, or in another run: a ring in or beside their cells. */
#include "ui/draw/hollow.h"
#include "ui/views/units.h"

/* What counts of these units of the ghost: more than half of them were so. */
static bool was_lost(const struct snapshot *ghost, int layer, int layers, int unit, int units)
{
    struct unit_tally tally = unit_tally_of(ghost, layer, layers, unit, units, 0);
    enum unit_state state = unit_tally_state(&tally);
    return tally.units > 0 && (state == UNIT_DEAD || state == UNIT_SATURATED);
}

static void draw_column(const struct unit_grid *grid, const struct scene *scene,
    struct surface *surface, int first, int x, int y)
{
    int inner = grid->width > 1 ? grid->width - 1 : 1;
    for (int i = 0; i * grid->cell_units < grid->units; i++) {
        int left = x + i % grid->across * grid->width;
        int top = y + i / grid->across * grid->height;
        int unit = i * grid->cell_units + 1;
        struct unit_tally now = unit_tally_of(
            scene->snapshot, first, grid->column_layers, unit, grid->cell_units, 0);
        if (now.units == 0) /* the layer is narrower than it was, and than others */
            break;
        if (!was_lost(scene->ghost, first, grid->column_layers, unit, grid->cell_units))
            continue;
        /* In the cell where there is room, else in the blank that follows it. */
        if (!hollow_put(surface, left + inner - 1, top) && grid->width > 1)
            (void)hollow_put(surface, left + inner, top);
    }
}

void unit_grid_draw_ghost(const struct unit_grid *grid, const struct scene *scene,
    struct surface *surface, int x, int y)
{
    const struct snapshot *ghost = scene->ghost;
    for (int c = 0; ghost && ghost->units && c < grid->columns; c++)
        draw_column(grid, scene, surface, c * grid->column_layers + 1, x + c * grid->pitch, y);
}
