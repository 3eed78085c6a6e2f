#include "ui/screen/view_strip.h"

#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "ui/draw/glyphs.h"
#include "ui/screen/keymap.h"

const struct view *view_strip_neighbour(const struct view *view, int offset)
{
    return views[(view_index(view) + offset % view_count + view_count) % view_count];
}

/* The key that leads to the view. */
static const char *label_of(const struct view *view)
{
    char command[40];
    (void)snprintf(command, sizeof command, "view %s", view->name);
    for (int i = 0; i < key_count; i++) {
        if (strcmp(key_table[i].command, command) == 0)
            return key_table[i].label;
    }
    return "";
}

static int draw_all(const struct view *view, struct surface *surface, int y)
{
    int x = 0;
    for (int i = 0; i < view_count; i++) {
        const char *key = label_of(views[i]);
        int width = text_columns(key) + (*key != '\0') + text_columns(views[i]->name);
        if (surface) {
            int at = surface_text(surface, x, y, -1, ROLE_KEY, key);
            surface_text(surface, at + (*key != '\0'), y, -1,
                views[i] == view ? ROLE_TITLE : ROLE_DIM, views[i]->name);
        }
        x += width + 2;
    }
    return x - 2;
}

void view_strip_draw(const struct view *view, struct surface *surface, int y)
{
    if (draw_all(view, NULL, y) <= surface->width) {
        (void)draw_all(view, surface, y);
        return;
    }
    surface_put(surface, 0, y, GLYPH_LEFT, ROLE_KEY);
    int x = surface_text(surface, 2, y, -1, ROLE_DIM, view_strip_neighbour(view, -1)->name) + 2;
    x = surface_text(surface, x, y, -1, ROLE_TITLE, view->name) + 2;
    x = surface_text(surface, x, y, -1, ROLE_DIM, view_strip_neighbour(view, 1)->name) + 1;
    surface_put(surface, x, y, GLYPH_RIGHT, ROLE_KEY);
}
