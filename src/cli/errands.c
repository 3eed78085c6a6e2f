#include "cli/errands.h"

#include <stdio.h>

#include "cli/files.h"
#include "cli/pictures.h"
#include "core/text.h"
#include "io/output.h"

/* The picture without the line that asked for it. */
static struct surface *picture(struct screen *screen, const struct surface *shown,
    const struct theme *theme, bool plain, struct error *error)
{
    struct surface *surface = surface_create(shown->width, shown->height);
    if (!surface) {
        error_set(error, "out of memory for the picture");
        return NULL;
    }
    screen_draw(screen, surface);
    picture_reduce(surface, theme, plain);
    return surface;
}

static bool write_snapshot(
    struct screen *screen, const struct surface *shown, bool plain, struct error *error)
{
    const char *name;
    int chosen = line_choice(screen->errand.text, theme_name, &name);
    const struct theme *theme = chosen < 0 ? screen->theme : &themes[chosen];
    const struct picture_format *format = picture_format_of(name, error);
    struct output output;
    if (!format || !file_is_ready(name, error))
        return false;
    struct surface *surface = picture(screen, shown, theme, plain, error);
    if (!surface)
        return false;
    bool opened = output_open(&output, name, OUTPUT_ROWS, error);
    if (opened) {
        output_begin(&output);
        format->write(output.file, surface, theme);
    }
    surface_destroy(surface);
    return opened && output_close(&output, true, error);
}

void errand_do(struct screen *screen, const struct surface *shown, bool plain)
{
    struct error error;
    const char *name;
    char text[COMMAND_ARGUMENT_SIZE + 32];
    screen->has_errand = false;
    if (!write_snapshot(screen, shown, plain, &error)) {
        screen_say(screen, true, error.text);
        return;
    }
    (void)line_choice(screen->errand.text, theme_name, &name);
    (void)snprintf(text, sizeof text, "written: %s", SHOWN(name));
    screen_say(screen, false, text);
}
