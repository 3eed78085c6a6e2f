#include "ui/screen/lesson_arrow.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/names.h"
#include "ui/screen/lesson_panel.h"

enum { ARROW = 0x2192 /* → */ };

void lesson_arrow_begin(struct screen *screen)
{
    struct lesson_panel *panel = screen->lesson;
    const struct panel_look *look = &panel->look;
    panel->found =
        (struct view_place){.name = look->place, .layer = look->layer, .unit = look->unit};
}

struct view_place *lesson_arrow_place(const struct screen *screen)
{
    struct lesson_panel *panel = screen->lesson;
    return panel && panel->found.name && *panel->found.name ? &panel->found : NULL;
}

/* The first place of an ASCII word in a row; -1: it is not there. */
static int find_in_row(const struct surface *surface, int y, const char *word)
{
    int length = (int)strlen(word);
    const struct cell *row = &surface->cells[y * surface->width];
    for (int x = 0; x + length <= surface->width; x++) {
        int same = 0;
        while (same < length && row[x + same].glyph == (unsigned char)word[same])
            same++;
        bool begins = x == 0 || row[x - 1].glyph == ' ';
        if (same == length && begins)
            return x;
    }
    return -1;
}

/* Paints the place and points to it, from the left where there is a blank, else from the right.
 */
static void point(struct surface *surface, int x, int y, int width)
{
    const struct cell *row = &surface->cells[y * surface->width];
    surface_paint(surface, (struct rect){x, y, width, 1}, ROLE_SELECTED);
    if (x > 0 && (row[x - 1].glyph == ' ' || x > 1))
        surface_put(surface, x - 1, y, ARROW, ROLE_SELECTED);
    else if (x + width < surface->width)
        surface_put(surface, x + width, y, 0x2190, ROLE_SELECTED);
}

/* A word of the screen's own rows, and the number behind it. */
static void point_to_word(struct surface *surface, int first, int last, const char *word)
{
    for (int y = first; y <= last && y < surface->height; y++) {
        int x = y >= 0 ? find_in_row(surface, y, word) : -1;
        if (x < 0)
            continue;
        const struct cell *row = &surface->cells[y * surface->width];
        int width = (int)strlen(word), end = x + width;
        bool number = end + 1 < surface->width && row[end + 1].glyph != ' ';
        end += number;
        while (number && end < surface->width && row[end].glyph != ' ')
            end++;
        point(surface, x, y, end - x);
        return;
    }
}

void lesson_arrow_draw(const struct screen *screen, struct surface *surface)
{
    const struct lesson_panel *panel = screen->lesson;
    const struct view_place *found = &panel->found;
    if (!panel->look.place[0] || panel->hidden)
        return;
    if (found->found && found->y < surface->height)
        point(surface, found->x, found->y, found->width);
    else if (found->found || found->layer > 0)
        return;
    else if (strcmp(found->name, "step") == 0)
        point_to_word(surface, 0, 0, "step");
    else if (strcmp(found->name, "loss") == 0)
        point_to_word(surface, 0, 2, "loss");
    else if (names_find(view_name, found->name) >= 0)
        point_to_word(surface, surface->height - 4, surface->height - 1, found->name);
}

/* In every view. */
static const char *const everywhere[] = {"step", "loss", "title", "finding", "findings"};

/* Those of all views, then these, then the views themselves; some more than once. */
static const char *any_place(int index)
{
    for (int v = 0; v < view_count; v++) {
        for (int i = 0; views[v]->places[i]; i++, index--) {
            if (index == 0)
                return views[v]->places[i];
        }
    }
    enum { EVERYWHERE = ARRAY_LEN(everywhere) };
    return index < EVERYWHERE ? everywhere[index] : view_name(index - EVERYWHERE);
}

static bool is_in(const char *name, const char *const *places, size_t count)
{
    for (size_t i = 0; i < count && places[i]; i++) {
        if (strcmp(places[i], name) == 0)
            return true;
    }
    return false;
}

/* Whether it is there while the view is shown. */
static bool has(const struct view *view, const char *name)
{
    return (view && is_in(name, view->places, SIZE_MAX)) ||
        is_in(name, everywhere, ARRAY_LEN(everywhere)) || names_find(view_name, name) >= 0;
}

bool lesson_arrow_known(const struct view *view, const char *name, struct error *error)
{
    char whose[60] = "", all[160] = "";
    if (has(view, name))
        return true;
    for (int v = view_count - 1; v >= 0; v--) {
        if (!is_in(name, views[v]->places, SIZE_MAX))
            continue;
        if (!view)
            return true;
        (void)snprintf(whose, sizeof whose, ", but %s has", views[v]->name);
    }
    const char *near = *whose ? NULL : names_nearest(any_place, name);
    if (near && (!view || has(view, near)))
        (void)snprintf(whose, sizeof whose, "; did you mean '%s'?", near);
    if (!view)
        return error_set(
            error, "no view has a place '%s' (nablascope-lesson(5) lists them)%s", name, whose);
    for (int i = 0; view->places[i]; i++)
        (void)snprintf(all + strlen(all), sizeof all - strlen(all), "%s ", view->places[i]);
    return error_set(error,
        "view %s has no place '%s'%s; there are %sand, in each, step loss title finding "
        "findings",
        view->name, name, whose, all);
}
