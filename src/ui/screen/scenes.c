#include "ui/screen/scenes.h"

#include <stdio.h>
#include <string.h>

#include "core/names.h"
#include "engine/preset.h"

/* Columns from which the line is whole, and from which it begins with the scene's name. */
enum { WHOLE_WIDTH = 80, NAMED_WIDTH = 110 };

void scenes_open(struct screen *screen)
{
    const struct preset *scene = wanted_scene(&screen->wanted);
    char command[80];
    screen->came_from_count = 0;
    if (!scene)
        return;
    (void)snprintf(command, sizeof command, "view %s", scene->view);
    screen_command(screen, command);
}

const char *comparison_name(int index)
{
    return index == 0 ? "next" : index == 1 ? "previous" : NULL;
}

/* Starts it as the menu does; the way back stays. */
static void go(struct screen *screen, const struct preset *scene, int count)
{
    char command[80];
    (void)snprintf(command, sizeof command, "preset %s", scene->name);
    screen_command(screen, command);
    screen->came_from_count = wanted_scene(&screen->wanted) == scene ? count : 0;
}

void scenes_compare(struct screen *screen, const char *where)
{
    const struct preset *scene = wanted_scene(&screen->wanted);
    const struct preset **from = screen->came_from;
    int count = screen->came_from_count;
    struct error error;
    bool known = !where[0] || names_find(comparison_name, where) >= 0;
    bool back = name_equal(where, "previous");
    if (!known) {
        (void)names_refuse(comparison_name, "comparison", where, &error);
        screen_say(screen, true, error.text);
    } else if (!scene)
        screen_say(screen, true, "no scene to compare: the settings are no preset's; p: menu");
    else if (back && count == 0)
        screen_say(screen, true, "n has not been pressed in this scene: there is no way back");
    else if (back)
        go(screen, from[count - 1], count - 1);
    else {
        if (count == CAME_FROM_MOST)
            memmove(from, from + 1, (size_t)--count * sizeof *from);
        from[count] = scene;
        go(screen, preset_find(scene->compare, NULL), count + 1);
    }
}

int scenes_rows(const struct screen *screen)
{
    return wanted_scene(&screen->wanted) ? 1 : 0;
}

void scenes_draw(const struct screen *screen, struct surface *surface, int y)
{
    const struct preset *scene = wanted_scene(&screen->wanted);
    int width = surface->width, x = 0;
    if (!scene)
        return;
    if (width >= NAMED_WIDTH)
        x = surface_text(surface, x, y, -1, ROLE_TITLE, scene->name) + 2;
    x = surface_text(surface, x, y, -1, ROLE_HEADING, "look:") + 1;
    if (width < WHOLE_WIDTH) {
        surface_text(surface, x, y, -1, ROLE_STRONG, scene->brief);
        return;
    }
    x = surface_text(surface, x, y, -1, ROLE_STRONG, scene->look) + 3;
    x = surface_text(surface, x, y, -1, ROLE_KEY, "n:") + 1;
    (void)surface_text(surface, x, y, -1, ROLE_TEXT, scene->change);
}

const char *scenes_hint(const struct screen *screen, int width)
{
    const struct preset *scene = wanted_scene(&screen->wanted);
    return scene && width < WHOLE_WIDTH ? scene->change : NULL;
}
