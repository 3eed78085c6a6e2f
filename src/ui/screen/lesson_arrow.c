#include "ui/screen/lesson_arrow.h"

#include <string.h>

#include "ui/screen/lesson_panel.h"

enum { ARROW = 0x2192 /* → */ };

static bool is(const struct lesson_panel *panel, const char *name)
{
    return strcmp(panel->look.place, name) == 0;
}

void lesson_arrow_begin(struct screen *screen)
{
    struct lesson_panel *panel = screen->lesson;
    panel->found = (struct view_place){.layer = panel->look.layer, .unit = panel->look.unit};
}

struct view_place *lesson_arrow_place(const struct screen *screen)
{
    struct lesson_panel *panel = screen->lesson;
    bool wanted = panel && (is(panel, "layer") || is(panel, "unit"));
    return wanted ? &panel->found : NULL;
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
    else if (is(panel, "step"))
        point_to_word(surface, 0, 0, "step");
    else if (is(panel, "loss"))
        point_to_word(surface, 0, 2, "loss");
    else if (is(panel, "title"))
        point_to_word(surface, 0, 0, screen->view->name);
    else if (!is(panel, "layer") && !is(panel, "unit"))
        point_to_word(surface, surface->height - 4, surface->height - 1, panel->look.place);
}
