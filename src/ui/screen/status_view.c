/* Which view it is, and what is selected in it; where a lesson says to look at that. */
#include <stdio.h>
#include <string.h>

#include "ui/screen/lesson_arrow.h"
#include "ui/screen/status.h"

/* "[ ] layer 3  { } unit 7", what of it the view knows. */
struct selected {
    char layer[24], unit[24];
};

static struct selected selected_of(const struct screen *screen, const struct view *view)
{
    const struct watch watch = screen_watch(screen);
    struct selected selected = {.layer = ""};
    if (screen_lacks(screen, view))
        return selected;
    bool units = view->needs & (DETAIL_UNIT | DETAIL_PLANE);
    bool layers = units || view->needs & (DETAIL_LAYER | DETAIL_CHECK | DETAIL_CURVES);
    if (layers && watch.layer == screen->snapshot->seen.layer_count)
        (void)snprintf(selected.layer, sizeof selected.layer, "[ ] output");
    else if (layers)
        (void)snprintf(selected.layer, sizeof selected.layer, "[ ] layer %d", watch.layer);
    if (units)
        (void)snprintf(selected.unit, sizeof selected.unit, "  { } unit %d", watch.unit);
    return selected;
}

int status_place_name(const struct screen *screen, struct surface *surface, int x, int y)
{
    struct view_place *place = lesson_arrow_place(screen);
    int end = surface_text(surface, x, y, -1, ROLE_TITLE, screen->view->name);
    if (place && strcmp(place->name, "title") == 0)
        view_place_found(place, x, y, end - x);
    return end + 2;
}

void status_draw_view(const struct screen *screen, const struct view *view,
    struct surface *surface, int x, int y, int width)
{
    struct selected selected = selected_of(screen, view);
    int end = x + width - text_columns(selected.layer) - text_columns(selected.unit);
    if (!status_title_names_view(screen, surface->width) && view == screen->view)
        x = status_place_name(screen, surface, x, y);
    else if (!status_title_names_view(screen, surface->width))
        x = surface_text(surface, x, y, -1, ROLE_TITLE, view->name) + 2;
    if (text_columns(view->title) < end - x)
        surface_text(surface, x, y, -1, ROLE_TEXT, view->title);
    x = surface_text(surface, end, y, -1, ROLE_STRONG, selected.layer);
    surface_text(surface, x, y, -1, ROLE_STRONG, selected.unit);
}

void status_place_selected(const struct screen *screen, const struct scene *scene,
    const struct view *view, int end, int y)
{
    enum { KEYS = 4, UNIT_KEYS = 6 };
    const struct watch watch = screen_watch(screen);
    struct selected selected = selected_of(screen, view);
    int unit = text_columns(selected.unit), layer = text_columns(selected.layer);
    scene_place(scene, watch.layer, watch.layer, 0,
        (struct rect){end - unit - layer + KEYS, y, layer - KEYS, 1});
    scene_place(scene, watch.layer, watch.layer, watch.unit,
        (struct rect){end - unit + UNIT_KEYS, y, unit - UNIT_KEYS, 1});
}
